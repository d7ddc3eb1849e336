"""Pages: their bounds, where the next begins, and what their headers say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import UsageProblem
from kenesh.taxii.filters import Filters, VersionFilter
from kenesh.taxii.paging import (
    MAX_PAGE,
    MAX_PAGE_OCTETS,
    Walk,
    fitting,
    headers,
    next_token,
    page_limit,
    stamp_in,
    start_of,
)

KEY = b"k" * 32
STAMP = instant_of("2026-11-25T01:12:03.123456Z")
WALK = Walk("5b1c1f0e-7a3d-5f7e-9c58-6b656e657368", "identity--az", Filters(types=("indicator",)))


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_a_token_continues_after_its_stamp() -> None:
    """T46."""
    assert stamp_in(next_token(WALK, STAMP, KEY), WALK, KEY) == STAMP


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_a_token_is_one_short_word_that_needs_no_escaping() -> None:
    token = next_token(WALK, STAMP, KEY)
    assert len(token) == 32
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.clause("TAXII 2.1 App. B")
@pytest.mark.parametrize(
    "other",
    [
        replace(WALK, collection_id="00000000-0000-5000-8000-000000000000"),
        replace(WALK, reader="identity--tr"),
        replace(WALK, filters=Filters()),
        replace(WALK, filters=Filters(types=("indicator",), versions=VersionFilter(last=False, all=True))),
    ],
)
def test_a_token_of_another_collection_reader_or_question_is_refused(other: Walk) -> None:
    """T46: a foreign token, and changed filters."""
    with pytest.raises(UsageProblem) as caught:
        stamp_in(next_token(other, STAMP, KEY), WALK, KEY)
    assert caught.value.http_status == 400


@pytest.mark.clause("TAXII 2.1 App. B")
def test_a_token_made_with_another_key_or_changed_in_one_place_is_refused() -> None:
    """T46: tampered with."""
    token = next_token(WALK, STAMP, KEY)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    forged = [next_token(WALK, STAMP, b"x" * 32), "", token[:-1], token + "A", token + "=", " " + token, "é" * 32]
    for bad in [*changed, *forged, token.lower(), "\ud800", token.replace("A", "\n"), "A" * 32, "0"]:
        if bad != token:
            with pytest.raises(UsageProblem, match="next was not given"):
                stamp_in(bad, WALK, KEY)


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_the_size_of_the_page_may_change_from_page_to_page() -> None:
    """T46: `limit` is no filter."""
    token = next_token(WALK, STAMP, KEY)
    assert stamp_in(token, replace(WALK, filters=replace(WALK.filters, limit=7, next=token)), KEY) == STAMP


@pytest.mark.clause("TAXII 2.1 §3.4")
def test_a_page_begins_after_added_after_or_after_the_token_whichever_is_later() -> None:
    """T42, T43; OpenCTI sends both (#5681)."""
    assert start_of(WALK, KEY) is None
    after = replace(WALK, filters=replace(WALK.filters, added_after=STAMP))
    assert start_of(after, KEY) == STAMP
    for stamp, begins in [(STAMP + 5, STAMP + 5), (STAMP - 5, STAMP)]:
        token = next_token(after, Instant(stamp), KEY)
        assert start_of(replace(after, filters=replace(after.filters, next=token)), KEY) == begins


@pytest.mark.clause("TAXII 2.1 App. B")
def test_a_foreign_token_is_refused_where_the_page_begins_too() -> None:
    """T46."""
    token = next_token(replace(WALK, reader="identity--tr"), STAMP, KEY)
    with pytest.raises(UsageProblem):
        start_of(replace(WALK, filters=replace(WALK.filters, next=token)), KEY)


@pytest.mark.clause("TAXII 2.1 §3.5")
@pytest.mark.parametrize(("limit", "most"), [(None, MAX_PAGE), (1, 1), (MAX_PAGE + 1, MAX_PAGE), (10**15, MAX_PAGE)])
def test_a_page_holds_what_was_asked_for_and_never_more_than_the_node_gives(limit: int | None, most: int) -> None:
    """T44."""
    assert page_limit(limit) == most
    assert fitting([1] * 2000, limit) == most


def test_a_page_ends_before_the_object_that_would_make_it_too_large() -> None:
    third = MAX_PAGE_OCTETS // 3
    assert fitting([third, third, third, third]) == 2
    assert fitting([]) == 0


def test_an_object_larger_than_a_page_makes_one_of_its_own() -> None:
    assert fitting([MAX_PAGE_OCTETS * 2, 10]) == 1
    assert fitting([10, MAX_PAGE_OCTETS * 2]) == 1


@pytest.mark.clause("TAXII 2.1 §3.2")
def test_the_headers_give_the_dates_of_this_page_with_six_digits() -> None:
    """T40, T41."""
    assert headers(instant_of("2026-11-25T01:12:03Z"), STAMP) == {
        "X-TAXII-Date-Added-First": "2026-11-25T01:12:03.000000Z",
        "X-TAXII-Date-Added-Last": "2026-11-25T01:12:03.123456Z",
    }


@pytest.mark.clause("TAXII 2.1 §3.2")
def test_an_empty_page_has_no_such_headers() -> None:
    """T40, decided: the standard defines no value for it."""
    assert headers(None, None) == {}
