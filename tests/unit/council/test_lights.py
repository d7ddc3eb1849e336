"""The light of a measure, rule by rule and at each boundary; and what counts for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.council.measured import (
    AZ,
    GROWS,
    KEEPER,
    KZ,
    PROGRAMME,
    SHRINKS,
    STEP,
    TR,
    UZ,
    at,
    card,
    measure,
    report,
    row,
    word,
)

from kenesh.council.measures.kinds import Direction, Must, Standing, Verdict
from kenesh.council.measures.lights import expected, percent
from kenesh.council.measures.scorecard import why_ignored
from kenesh.council.measures.values import SENTENCES, Colour, Indicator, Why

CODES = {KZ: "KZ", TR: "TR", AZ: "AZ", UZ: "UZ"}
HALF = date(2026, 7, 2)  # 182 of 364 days lie behind


def told(*values: Any, **more: Any) -> tuple[Colour, Why]:
    found = row(*values, **more)
    return found.colour, found.reasons[0].why


def verified(value: str, day: str = "2026-07-01", name: str = "share") -> tuple[list[Any], list[Any]]:
    one = report(day=day, figures={name: value})
    return [one], [word(one)]


@pytest.mark.parametrize(
    ("day", "hour", "light"),
    [
        ("2026-03-01", "12:00:00", (Colour.GREY, Why.NO_REPORT)),
        # In Almaty the 31st of December ends at 19:00 of UTC.
        ("2026-12-31", "18:59:59", (Colour.GREY, Why.NO_REPORT)),
        ("2026-12-31", "19:00:00", (Colour.RED, Why.OVER_UNSEEN)),
    ],
)
def test_without_a_report_it_is_grey_until_the_due_day_has_ended_there(day: str, hour: str, light: Any) -> None:
    assert told(measure(), day=day, hour=hour) == light


@pytest.mark.parametrize(("hour", "red"), [("21:59:59", False), ("22:00:00", True)])
def test_the_day_ends_by_the_clock_that_holds_then(hour: str, red: bool) -> None:
    """In Budapest a summer's day ends at 22:00 of UTC."""
    one = measure(accountable="hu", due=date(2026, 8, 31))
    assert (row(one, day="2026-08-31", hour=hour).colour is Colour.RED) is red


def test_what_has_not_begun_is_grey() -> None:
    assert told(measure(begins=date(2026, 9, 1))) == (Colour.GREY, Why.NOT_BEGUN)


@pytest.mark.parametrize(
    ("value", "light"),
    [
        ("45", (Colour.GREEN, Why.ON_WAY)),  # 90 % of 50
        ("44.9", (Colour.AMBER, Why.BEHIND)),
        ("0", (Colour.AMBER, Why.BEHIND)),  # no day has ended by which something was to be reached
        ("100", (Colour.GREEN, Why.ON_WAY)),
        ("-5", (Colour.AMBER, Why.BEHIND)),
    ],
)
def test_what_is_verified_is_held_against_the_way_so_far(value: str, light: Any) -> None:
    assert told(measure(), *verified(value), day="2026-07-02") == light


@pytest.mark.parametrize(
    ("value", "light"), [("7.5", Colour.GREEN), ("7.6", Colour.AMBER), ("12", Colour.AMBER), ("2", Colour.GREEN)]
)
def test_what_is_to_fall_is_mirrored(value: str, light: Colour) -> None:
    one = measure(indicators=(SHRINKS,))
    assert row(one, *verified(value, name="hours"), day="2026-07-02").colour is light


@pytest.mark.parametrize(("value", "light"), [("28", Colour.AMBER), ("27.9", Colour.RED), ("45", Colour.GREEN)])
def test_only_what_was_to_be_reached_by_a_day_that_ended_is_red(value: str, light: Colour) -> None:
    """40 by the end of the 30th of June; 70 per cent of that are 28."""
    one = measure(indicators=(replace(GROWS, targets=((date(2026, 6, 30), Decimal(40)),)),))
    assert row(one, *verified(value), day="2026-07-02").colour is light
    assert row(one, *verified(value, day="2026-06-29"), day="2026-06-30").colour is not Colour.RED


def test_a_yes_no_indicator_is_asked_for_at_its_day_and_not_before() -> None:
    yes = Indicator("in-force", "In force", "", Direction.YES_NO, Decimal(0), Decimal(1))
    assert row(measure(indicators=(yes,)), *verified("0", name="in-force"), day="2026-07-02").colour is Colour.GREEN
    assert expected(yes, measure(), date(2026, 12, 30)) == 0
    assert expected(yes, measure(), date(2026, 12, 31)) == 1


def test_a_claim_alone_is_amber_and_a_dispute_too() -> None:
    one = report(figures={"share": "90"})
    assert told(measure(), [one]) == (Colour.AMBER, Why.CLAIMED)
    assert told(measure(), [one], [word(one, verdict=Verdict.DISPUTED)]) == (Colour.AMBER, Why.DISPUTED)
    both = [word(one), word(one, by=AZ, verdict=Verdict.DISPUTED)]
    assert told(measure(), [one], both) == (Colour.AMBER, Why.DISPUTED)
    later = [word(one, by=AZ, verdict=Verdict.DISPUTED), word(one, by=AZ, day="2026-07-03")]
    assert row(measure(), [one], later).colour is Colour.GREEN, "who disputed it verified it since"


def test_a_newer_claim_takes_nothing_from_what_was_verified() -> None:
    first = report(figures={"share": "60"})
    second = replace(first, id="second", modified_at=at("2026-07-03", "01:00:00"), figures=(("share", Decimal(99)),))
    found = row(measure(), [first, second], [word(first)])
    assert found.colour is Colour.GREEN
    assert (found.reached[0].verified, found.reached[0].claimed) == (60, 99)


def test_a_correction_has_to_be_verified_anew() -> None:
    first = report(figures={"share": "60"})
    corrected = replace(first, modified_at=at("2026-07-03", "01:00:00"), done=True)
    found = row(measure(), [first, corrected], [word(first)])
    assert (found.claimed, found.verified) == (True, False)


def test_it_is_done_when_every_party_that_must_has_done_it() -> None:
    one = measure(must=Must.ALL, supporting=(AZ, TR))
    reports = [report(KZ, done=True), report(AZ, done=True), report(TR, done=True)]
    words = [word(each, by=UZ) for each in reports]
    for count in (1, 2):
        found = row(one, reports[:count], words[:count], day="2027-01-02")
        assert (found.colour, found.reasons[0].why, found.verified) == (Colour.RED, Why.OVER, False)
        assert dict(found.reasons[0].params)["parties"] == " ".join([AZ, TR][count - 1 :])
    assert told(one, reports, words[:2], day="2027-01-02") == (Colour.AMBER, Why.DONE_CLAIMED)
    done = row(one, reports, words, day="2027-01-02")
    assert (done.colour, done.claimed, done.verified) == (Colour.GREEN, True, True)
    assert row(replace(one, must=Must.ACCOUNTABLE), reports[:1], words[:1], day="2027-01-02").verified


def test_who_takes_a_claim_back_has_not_done_it() -> None:
    first = report(done=True)
    again = replace(first, modified_at=at("2026-07-03", "01:00:00"), done=False)
    assert not row(measure(), [first, again]).claimed


@pytest.mark.parametrize(
    ("day", "light"),
    [
        ("2026-06-30", Colour.GREEN),
        ("2026-07-01", Colour.RED),
    ],
)
def test_a_milestone_that_is_over_is_red(day: str, light: Colour) -> None:
    one = measure(indicators=(), milestones=(STEP,))
    said = report(day="2026-06-29", text="under way")
    assert row(one, [said], [word(said)], day=day).colour is light
    done = replace(said, milestones=("draft",))
    assert row(one, [done], [word(done)], day="2026-07-01").colour is Colour.GREEN


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-06-30", Why.ON_WAY),
        ("2026-07-01", Why.ON_WAY),  # the report of March covers the half-year that began in January
        ("2027-01-01", Why.REPORT_LATE),
        ("2027-01-30", Why.REPORT_LATE),
        ("2027-01-31", Why.REPORT_MISSING),
    ],
)
def test_a_report_is_late_for_thirty_days_and_then_missing(day: str, why: Why) -> None:
    one = measure(due=date(2030, 12, 31))
    found = row(one, *verified("100", day="2026-03-01"), day=day)
    assert found.reasons[0].why is why


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.SUPERSEDED, Standing.CANCELLED])
def test_what_was_suspended_has_no_light(standing: Standing) -> None:
    assert told(measure(standing=standing), day="2027-06-01") == (Colour.GREY, Why.STANDING)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (measure(by_ref=KZ), "keeper states"),
        (measure(chapter="none"), "chapter is none"),
        (measure(period="none"), "period is none"),
        (measure(indicators=()), "neither an indicator"),
        (measure(due=date(2025, 12, 31)), "before it begins"),
        (measure(indicators=(replace(GROWS, targets=((date(2027, 6, 30), Decimal(4)),)),)), "targets do not follow"),
    ],
)
def test_what_cannot_be_is_ignored_whoever_signed_it(one: Any, why: str) -> None:
    found = card([one])
    assert found.rows == ()
    assert [ignored.why for ignored in found.ignored if why in ignored.why]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"due": date(2027, 12, 31)}, "by a decision alone"),
        ({"accountable": AZ}, "by a decision alone"),
        ({"indicators": (replace(GROWS, target=Decimal(50)),)}, "by a decision alone"),
        ({"standing": Standing.CANCELLED}, "by a decision alone"),
        ({"indicators": (replace(GROWS, baseline=Decimal(50)),), "decision_ref": "d"}, "first baseline"),
        ({"begins": date(2026, 2, 1), "decision_ref": "d"}, "first baseline"),
        ({"due": date(2027, 12, 31), "decision_ref": "d"}, ""),
        ({"name": "Called otherwise", "number": "1.1"}, ""),
    ],
)
def test_what_was_decided_is_changed_by_a_decision_alone(changes: Any, why: str) -> None:
    first = measure()
    later = replace(first, modified_at=at("2026-05-01"), **changes)
    said = why_ignored(later, first, PROGRAMME, KEEPER)
    assert why in said
    assert bool(why) is bool(said)
    (found,) = card([later, first]).rows
    assert found.measure == (first if why else later)
    (before,) = card([later, first], day="2026-04-30").rows
    assert before.measure == first


def test_one_decision_changes_it_once() -> None:
    first = measure()
    second = replace(first, modified_at=at("2026-05-01"), due=date(2027, 12, 31), decision_ref="d")
    third = replace(second, modified_at=at("2026-06-01"), due=date(2029, 12, 31))
    (found,) = card([third, first, second]).rows
    assert found.measure == second


def test_whoever_may_not_report_or_verify_is_shown_and_not_counted() -> None:
    other, own = report(AZ, figures={"share": "99"}), report(done=True)
    words = [word(own, by=KZ), word(own, by="nobody")]
    found = row(measure(), [other, own], words)
    assert not found.verified
    assert sorted(one.why for one in found.ignored) == [
        "its party did not sit in the body",
        "its party is neither accountable nor supporting",
        "nobody verifies a report of his own",
    ]


def test_every_reason_has_a_sentence_that_says_it() -> None:
    assert set(SENTENCES) == set(Why)
    found = row(measure(), *verified("20"), day="2026-07-02")
    assert found.reasons[0].sentence(CODES) == (
        "40 per cent of the way that should be behind by now is verified (Share: 20 of 100); 90 are asked."
    )


def test_sums_count_each_measure_once_by_chapter_party_and_period() -> None:
    one, two = measure("1"), measure("2", chapter="digital", accountable=AZ, weight=3)
    done = report(AZ, of="2", done=True)
    found = card([one, two], [done], [word(done)])
    assert (found.total.measures, found.total.grey, found.total.green, found.total.verified) == (2, 1, 1, 1)
    assert (found.total.weight, found.total.weight_verified) == (4, 3)
    assert {key: sums.measures for key, sums in found.by_chapter.items()} == {"transport": 1, "digital": 1}
    assert {key: sums.green for key, sums in found.by_party.items()} == {AZ: 1, KZ: 0}
    assert found.by_period["p1"] == found.total


def test_measures_stand_in_the_order_of_their_numbers() -> None:
    numbers = ["1.10", "1.9", "EC-10", "EC-2", "2"]
    found = card([measure(number) for number in numbers])
    assert [one.measure.number for one in found.rows] == ["1.9", "1.10", "2", "EC-2", "EC-10"]


@pytest.mark.parametrize(("value", "of", "share"), [("1", "3", 33), ("2", "3", 66), ("0", "0", 100), ("-1", "0", 0)])
def test_shares_are_rounded_down(value: str, of: str, share: int) -> None:
    assert percent(Decimal(value), Decimal(0), Decimal(of)) == share


days = st.dates(date(2026, 1, 3), date(2027, 3, 1)).map(str)
reports = st.builds(
    lambda by, day, done, value: report(by, day, id=f"r-{by}-{day[-1]}", done=done, figures={"share": str(value)}),
    st.sampled_from([KZ, AZ, UZ]),
    days,
    st.booleans(),
    st.integers(-10, 120),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(reports, max_size=5, unique_by=lambda one: (one.id, one.modified_at)), days, st.data())
def test_neither_order_nor_repetition_nor_what_comes_later_changes_what_stood(said: Any, day: str, data: Any) -> None:
    words = [word(one, by=data.draw(st.sampled_from([TR, KZ]))) for one in said]
    one = measure(must=Must.ALL, supporting=(AZ,))
    found = card([one], said, words, day)
    mixed = data.draw(st.permutations([*said, *said]))
    assert card([one, one], mixed, list(reversed(words)), day) == found
    known = [each for each in said if each.modified_at <= found.at]
    heard = [each for each in words if each.modified_at <= found.at]
    assert card([one], known, heard, day) == found, "what was stated later is not there for that day"
    (shown,) = found.rows
    assert shown.reasons
    assert shown.colour is shown.reasons[0].colour
    if not known:
        assert shown.colour is not Colour.GREEN
    if shown.colour is Colour.GREEN:
        assert any(each.verdict is Verdict.VERIFIED for each in shown.verifications), "no data is never green"


def test_a_decision_that_was_used_before_changes_nothing_more() -> None:
    first = measure()
    second = replace(first, modified_at=at("2026-04-01"), due=date(2027, 12, 31), decision_ref="d")
    third = replace(second, modified_at=at("2026-05-01"), due=date(2028, 12, 31), decision_ref="e")
    fourth = replace(third, modified_at=at("2026-06-01"), due=date(2029, 12, 31), decision_ref="d")
    (found,) = card([fourth, third, first, second]).rows
    assert found.measure == third
