"""What a query asks for, and what is refused in it."""

from __future__ import annotations

import pytest

from kenesh.basis.instants import instant_of
from kenesh.basis.problem import UsageProblem
from kenesh.taxii.filters import (
    DELETE_FIELDS,
    MAX_QUERY_OCTETS,
    MAX_VALUES,
    OBJECT_FIELDS,
    OBJECTS_FIELDS,
    VERSIONS_FIELDS,
    Filters,
    VersionFilter,
    parse_filters,
)

INDICATOR = "indicator--6c1b1c9e-7a3d-4f7e-9c58-6b656e657368"
SIGHTING = "sighting--0c1b1c9e-7a3d-4f7e-9c58-6b656e657368"


def refusal(*query: tuple[str, str]) -> UsageProblem:
    with pytest.raises(UsageProblem) as caught:
        parse_filters(query)
    assert caught.value.http_status == 400
    return caught.value


@pytest.mark.clause("TAXII 2.1 §3.4")
def test_an_empty_query_asks_for_the_last_version_of_everything() -> None:
    """T43, T51."""
    asked = parse_filters([])
    assert asked == Filters()
    assert asked.versions == VersionFilter(last=True, first=False, all=False, exact=())
    assert asked.takes_what_is_served()


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-25T01:12:03.123456Z", "2026-11-25T01:12:03.123456Z"),
        ("2026-11-25T01:12:03.123Z", "2026-11-25T01:12:03.123000Z"),
        ("2026-11-25T01:12:03.12345Z", "2026-11-25T01:12:03.123450Z"),
        ("2026-11-25T01:12:03Z", "2026-11-25T01:12:03.000000Z"),
        ("2026-11-25T01:12:03.1234569Z", "2026-11-25T01:12:03.123456Z"),
    ],
)
def test_added_after_takes_any_number_of_digits(text: str, same: str) -> None:
    """T41."""
    assert parse_filters([("added_after", text)]).added_after == instant_of(same)


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize(
    "text",
    ["bogus", "", "2016-01-01", "2026-11-25T01:12:03", "2026-11-25 01:12:03Z", "2026-02-30T00:00:00Z", "1", "٢٠٢٦"],
)
def test_a_malformed_added_after_is_refused(text: str) -> None:
    """T42; medallion answers 500 to the first and the third."""
    assert "added_after" in refusal(("added_after", text)).detail


@pytest.mark.clause("TAXII 2.1 §3.5")
@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("1000", 1000), ("007", 7), ("9" * 400, 10**15)])
def test_a_limit_is_a_whole_number_above_zero(text: str, limit: int) -> None:
    """T44."""
    assert parse_filters([("limit", text)]).limit == limit


@pytest.mark.clause("TAXII 2.1 §3.5")
@pytest.mark.parametrize("text", ["0", "-1", "abc", "", "1.5", "+1", "1_000", " 1", "1\n", "٣", "000", "1e3"])
def test_any_other_limit_is_refused(text: str) -> None:
    """T44."""
    assert "limit" in refusal(("limit", text)).detail


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("added_after", "2026-01-01T00:00:00Z"),
        ("limit", "10"),
        ("next", "abc"),
        ("match[id]", INDICATOR),
        ("match[type]", "indicator"),
        ("match[version]", "all"),
        ("match[spec_version]", "2.1"),
    ],
)
def test_a_field_given_twice_is_refused(field: str, value: str) -> None:
    """T42, T49."""
    assert refusal((field, value), (field, value)).detail == f"{field} stands twice in the query."


@pytest.mark.clause("TAXII 2.1 §3.4")
def test_comma_values_are_alternatives_and_stand_once() -> None:
    """T49."""
    asked = parse_filters([("match[id]", f"{SIGHTING},{INDICATOR},{SIGHTING}"), ("match[type]", "indicator,sighting")])
    assert asked.ids == (SIGHTING, INDICATOR)
    assert asked.types == ("indicator", "sighting")


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize("value", ["", "indicator", f"{INDICATOR},", f"{INDICATOR} ", "indicator--1", "*"])
def test_a_malformed_identifier_is_refused(value: str) -> None:
    """T44: malformed is 400."""
    assert "match[id]" in refusal(("match[id]", value)).detail


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize("name", ["indicator", "x-misp-attribute", "ipv4-addr", "kenesh-proposal", "no-such-type"])
def test_the_name_of_any_type_is_taken(name: str) -> None:
    """T50."""
    assert parse_filters([("match[type]", name)]).types == (name,)


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize("name", ["", "Indicator", "indicator;", "a b", "indicator,,sighting"])
def test_what_names_no_type_is_refused(name: str) -> None:
    """T44."""
    assert "match[type]" in refusal(("match[type]", name)).detail


@pytest.mark.clause("TAXII 2.1 §3.4")
def test_unknown_fields_are_passed_over_even_twice() -> None:
    """T50."""
    query = [("match[confidence]", "90"), ("match[confidence]", "80"), ("match", "x"), ("verbose", ""), ("limit", "5")]
    assert parse_filters(query) == Filters(limit=5)


@pytest.mark.clause("TAXII 2.1 §3.4.1")
def test_version_words_and_timestamps_go_together() -> None:
    """T51."""
    asked = parse_filters([("match[version]", "2026-01-02T00:00:00.000Z,first,2026-01-01T00:00:00Z,last")])
    assert asked.versions == VersionFilter(
        last=True,
        first=True,
        exact=("2026-01-01T00:00:00", "2026-01-02T00:00:00"),  # type: ignore[arg-type]  # keys
    )


@pytest.mark.clause("TAXII 2.1 §3.4.1")
@pytest.mark.parametrize(
    ("word", "versions"),
    [
        ("all", VersionFilter(last=False, all=True)),
        ("first", VersionFilter(last=False, first=True)),
        ("last", VersionFilter()),
    ],
)
def test_a_version_word_alone_asks_for_nothing_else(word: str, versions: VersionFilter) -> None:
    """T51."""
    assert parse_filters([("match[version]", word)]).versions == versions


@pytest.mark.clause("TAXII 2.1 §3.4.1")
@pytest.mark.parametrize(
    "value",
    [
        "all,last",
        "2026-01-01T00:00:00Z,all",
        "last,last",
        "all,all",
        "2026-01-01T00:00:00Z,2026-01-01T00:00:00.000Z",
        "bogus",
        "",
        "last,",
        "2026-01-01",
        "LAST",
    ],
)
def test_all_with_others_duplicates_and_malformed_versions_are_refused(value: str) -> None:
    """T51; the fifth names one instant in two spellings."""
    assert "match[version]" in refusal(("match[version]", value)).detail


@pytest.mark.clause("TAXII 2.1 §3.4.1")
@pytest.mark.parametrize(("value", "served"), [("2.1", True), ("2.0,2.1", True), ("2.0", False), ("3.0", False)])
def test_only_stix_2_1_is_served(value: str, served: bool) -> None:
    """T53: another version is understood, and nothing matches it."""
    assert parse_filters([("match[spec_version]", value)]).takes_what_is_served() is served


@pytest.mark.clause("TAXII 2.1 §3.4.1")
@pytest.mark.parametrize("value", ["", "two", "2", "2.1.", "2.1,", "2.1;2.0"])
def test_a_malformed_spec_version_is_refused(value: str) -> None:
    """T44."""
    assert "match[spec_version]" in refusal(("match[spec_version]", value)).detail


@pytest.mark.clause("TAXII 2.1 §5.6")
def test_one_object_is_asked_for_by_version_and_spec_version_only() -> None:
    """T56: other match fields are passed over, malformed or not."""
    query = [("match[id]", "?"), ("match[type]", "?"), ("match[version]", "all"), ("limit", "1")]
    asked = parse_filters(query, OBJECT_FIELDS)
    assert asked == Filters(limit=1, versions=VersionFilter(last=False, all=True))
    assert asked.of_object(INDICATOR).ids == (INDICATOR,)


@pytest.mark.clause("TAXII 2.1 §5.8")
def test_versions_are_asked_for_by_spec_version_only() -> None:
    """T58."""
    query = [("match[version]", "?"), ("match[spec_version]", "2.1"), ("added_after", "2026-01-01T00:00:00Z")]
    asked = parse_filters(query, VERSIONS_FIELDS)
    assert asked == Filters(added_after=instant_of("2026-01-01T00:00:00Z"), spec_versions=("2.1",))


@pytest.mark.clause("TAXII 2.1 §5.7")
def test_a_deletion_is_narrowed_by_version_and_never_paged() -> None:
    """T59."""
    asked = parse_filters([("limit", "x"), ("next", ""), ("match[version]", "first")], DELETE_FIELDS)
    assert asked == Filters(versions=VersionFilter(last=False, first=True))


def test_the_query_is_bounded_in_octets_and_in_values() -> None:
    assert "octets" in refusal(("x", "a" * MAX_QUERY_OCTETS)).detail
    assert "values" in refusal(("match[type]", ",".join(f"t{n}" for n in range(MAX_VALUES + 1)))).detail
    some = [("match[type]", ",".join(f"t{n}" for n in range(MAX_VALUES)))]
    assert len(parse_filters(some).types) == MAX_VALUES


@pytest.mark.parametrize("token", ["", "a" * 257])
def test_a_next_that_this_node_cannot_have_given_is_refused(token: str) -> None:
    """T46."""
    assert "next" in refusal(("next", token)).detail


def test_a_refusal_shows_hostile_text_with_its_control_characters_visible() -> None:
    detail = refusal(("match[type]", "\x1b[31m\u202eevil\ud800")).detail
    assert detail.startswith("match[type]=\\u{1b}[31m\\u{202e}evil\\u{d800} cannot be read")


SINCE = ("added_after", "2026-01-01T00:00:00Z")


def test_the_same_question_has_one_fingerprint_however_it_is_written() -> None:
    one = parse_filters([("match[type]", "a-b,c-d"), ("match[version]", "first,2026-01-01T00:00:00Z"), ("limit", "1")])
    two = parse_filters([("match[version]", "2026-01-01T00:00:00.0Z,first"), ("match[type]", "c-d,a-b"), ("next", "x")])
    three = parse_filters([("match[version]", "2026-01-01T00:00:00Z,first"), ("match[type]", "a-b,c-d"), SINCE])
    assert one.fingerprint() == two.fingerprint() == three.fingerprint()


@pytest.mark.parametrize(
    "query",
    [
        [("match[id]", INDICATOR)],
        [("match[type]", "indicator")],
        [("match[spec_version]", "2.1")],
        [("match[version]", "first")],
        [("match[version]", "all")],
        [("match[version]", "2026-01-01T00:00:00Z")],
    ],
)
def test_another_question_has_another_fingerprint(query: list[tuple[str, str]]) -> None:
    assert parse_filters(query, OBJECTS_FIELDS).fingerprint() != Filters().fingerprint()
