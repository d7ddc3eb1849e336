"""How a treaty stands: by its own rule, on a day; and what counts for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.instants import Instant, instant_of
from kenesh.council.treaties.dates import Term
from kenesh.council.treaties.kinds import Begins, Counts, Of, Step
from kenesh.council.treaties.state import treaty_state
from kenesh.council.treaties.values import Rule, Standing, Stated, Treaty, TreatyState

KEEPER, TR, AZ, KZ, UZ = "sec", "tr", "az", "kz", "uz"
STATED: Final = instant_of("2026-01-01T00:00:00Z")
NOW: Final = instant_of("2026-12-31T12:00:00Z")
THIRTY: Final = Term(days=30)
RULE: Final = Rule(3, Of.ANY, Counts.RECEIPT, THIRTY, THIRTY, Term(months=6), False, "Europe/Istanbul", "Article 17")
TREATY: Final = Treaty("treaty", STATED, KEEPER, (("en", "A protocol"),), "protocol", ("en", "tr"), TR, RULE)


def step(of: str, what: Step, on: str, by: str = "", **more: Any) -> Stated:
    by = by or (TR if what in (Step.RECEIPT, Step.DENUNCIATION_RECEIPT, Step.ENTRY) else of)
    return Stated(f"{by}-{of}-{what}-{on}", STATED, by, of, what, date.fromisoformat(on), **more)


def joined(of: str, on: str) -> list[Stated]:
    """Signed in January, notified, and received on a day."""
    return [step(of, Step.SIGNATURE, "2026-01-10"), step(of, Step.NOTIFICATION, on), step(of, Step.RECEIPT, on)]


def state(steps: Any, rule: Rule = RULE, now: Instant = NOW, **more: Any) -> TreatyState:
    found = treaty_state([replace(TREATY, rule=rule, **more)], steps, KEEPER, now)
    assert found is not None
    return found


def standing(found: TreatyState) -> dict[str, Standing]:
    return {one.party_ref: one.standing for one in found.parties}


THREE: Final = [*joined(AZ, "2026-03-01"), *joined(KZ, "2026-04-01"), *joined(UZ, "2026-05-01")]


@pytest.mark.parametrize(
    ("term", "day", "ends"),
    [
        (Term(days=30), "2026-01-31", "2026-03-02"),
        (Term(days=30), "2028-01-31", "2028-03-01"),
        (Term(months=1), "2026-01-31", "2026-02-28"),
        (Term(months=1), "2028-01-31", "2028-02-29"),
        (Term(months=3), "2026-11-30", "2027-02-28"),
        (Term(months=3, begins=Begins.MONTH), "2026-09-15", "2027-01-01"),
        (Term(months=3, begins=Begins.MONTH), "2026-08-31", "2026-12-01"),
        (Term(days=0), "2026-12-31", "2026-12-31"),
    ],
)
def test_a_term_ends_by_the_calendar(term: Term, day: str, ends: str) -> None:
    assert term.after(date.fromisoformat(day)) == date.fromisoformat(ends)


@pytest.mark.parametrize(
    ("count", "of", "enters"),
    [
        (3, Of.ANY, "2026-05-31"),  # thirty days after the third
        (2, Of.ANY, "2026-05-01"),
        (3, Of.SIGNATORIES, "2026-05-31"),
        (4, Of.ANY, None),
    ],
)
def test_it_enters_into_force_after_the_last_that_is_needed(count: int, of: Of, enters: str | None) -> None:
    found = state(THREE, replace(RULE, count=count, of=of))
    assert found.enters_on == (date.fromisoformat(enters) if enters else None)
    assert found.missing == (0 if enters else 1)
    assert found.earliest == (None if enters else date(2027, 1, 30))


def test_whoever_comes_later_is_bound_later() -> None:
    found = state([*THREE, *joined("hu", "2026-07-01")])
    since = {one.party_ref: one.since for one in found.parties}
    assert since["hu"] == date(2026, 7, 31)
    assert {since[party] for party in (AZ, KZ, UZ)} == {date(2026, 5, 31)}


def test_on_any_past_day_it_stands_as_it_stood() -> None:
    found = state(THREE, now=instant_of("2026-04-15T12:00:00Z"))
    assert (found.consents, found.in_force, standing(found)[AZ]) == (2, False, Standing.CONSENTED)
    assert standing(state(THREE, now=instant_of("2026-05-15T12:00:00Z")))[UZ] is Standing.TO_ENTER
    # In Istanbul the 31st of May has begun at 21:00 of UTC the day before.
    assert not state(THREE, now=instant_of("2026-05-30T20:59:59Z")).in_force
    assert state(THREE, now=instant_of("2026-05-30T21:00:00Z")).in_force


def test_a_notification_that_the_depositary_has_not_received_counts_for_nothing() -> None:
    steps = [one for one in THREE if one.step is not Step.RECEIPT or one.about_ref != UZ]
    found = state(steps)
    assert (found.enters_on, found.missing) == (None, 1)
    (uz,) = [one for one in found.parties if one.party_ref == UZ]
    assert (uz.standing, uz.waits_for) == (Standing.NOTIFIED, (Step.RECEIPT,))


def test_the_depositary_has_what_its_own_state_notifies() -> None:
    own = [step(TR, Step.SIGNATURE, "2026-01-10"), step(TR, Step.NOTIFICATION, "2026-06-01")]
    assert standing(state([*THREE, *own]))[TR] is Standing.IN_FORCE


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (step(AZ, Step.NOTIFICATION, "2026-02-01", by=KZ), "each party states its own"),
        (step(AZ, Step.RECEIPT, "2026-02-01", by=KZ), "the depositary alone"),
        (step("hu", Step.RECEIPT, "2026-02-01"), "knows no accession"),
        (step("hu", Step.NOTIFICATION, "2026-02-01"), "knows no accession"),
        (step(AZ, Step.RESERVATION, "2026-03-02", text="as to Article 10"), "and not later"),
        (step(AZ, Step.SIGNATURE, "2027-02-01"), "has not come"),
    ],
)
def test_what_jumps_a_step_is_ignored_and_shown(odd: Stated, why: str) -> None:
    found = state([*THREE, odd])
    assert [one.id for one in found.ignored if why in one.why] == [odd.id]
    assert found.enters_on == date(2026, 5, 31)


def test_accession_is_open_where_the_rule_says_so() -> None:
    found = state([*THREE, step("hu", Step.RECEIPT, "2026-07-01")], replace(RULE, accession=True))
    assert standing(found)["hu"] is Standing.IN_FORCE
    assert state([*THREE, *joined("hu", "2026-07-01")], open_until=date(2026, 1, 5)).ignored


def test_what_a_source_reports_is_shown_and_counts_for_nothing() -> None:
    told = step("hu", Step.NOTIFICATION, "2026-04-04", by=AZ, source="an agency", as_of=date(2026, 4, 5))
    found = state([*THREE[:6], told])
    assert (found.missing, standing(found)["hu"]) == (1, Standing.NOTHING)
    other = step(AZ, Step.SIGNATURE, "2026-01-11", by=KZ, source="a paper")
    (az,) = [one for one in state([*THREE, other]).parties if one.party_ref == AZ]
    assert az.disputed == (Step.SIGNATURE,), "both stand there"


def test_who_denounces_it_leaves_after_the_term() -> None:
    gone = [step(AZ, Step.DENUNCIATION, "2026-06-01"), step(AZ, Step.DENUNCIATION_RECEIPT, "2026-06-02")]
    found = state([*THREE, *gone])
    (az,) = [one for one in found.parties if one.party_ref == AZ]
    assert (az.standing, az.until) == (Standing.LEFT, date(2026, 12, 2))
    assert standing(state([*THREE, *gone], now=instant_of("2026-11-01T00:00:00Z")))[AZ] is Standing.LEAVES
    assert len(state([*THREE, *gone], replace(RULE, denunciation=None)).ignored) == 2


def test_a_day_that_is_said_otherwise_changes_nothing() -> None:
    said = step(TR, Step.ENTRY, "2026-06-01")
    found = state([*THREE, said])
    assert found.enters_on == date(2026, 5, 31)
    assert [one.said for one in found.said_otherwise] == [said]


def test_a_treaty_is_its_keeper_s_to_state() -> None:
    assert treaty_state([replace(TREATY, by_ref=KZ)], THREE, KEEPER, NOW) is None
    assert treaty_state([TREATY, replace(TREATY, modified_at=NOW, revoked=True)], THREE, KEEPER, NOW) is None


days = st.dates(date(2026, 1, 1), date(2027, 1, 31)).map(str)
steps = st.builds(
    lambda of, what, on, by, source: step(of, what, on, by, source=source),
    st.sampled_from([AZ, KZ, TR, UZ]),
    st.sampled_from(list(Step)),
    days,
    st.sampled_from(["", "", AZ, TR]),
    st.sampled_from(["", "", "an agency"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(steps, max_size=10), st.data())
def test_neither_order_nor_repetition_changes_how_it_stands(said: Any, data: Any) -> None:
    found = state(said)
    assert state(data.draw(st.permutations([*said, *said]))) == found
    told = [one for one in said if not (one.source and one.by_ref != one.about_ref)]
    assert state(told).enters_on == found.enters_on, "reports count for nothing"
    if found.enters_on is not None:
        assert found.consents >= 3
        assert all(one.since is None or one.since >= found.enters_on for one in found.parties)
