"""Silence and votes: each outcome by a table, to the microsecond; the same in any order, however often it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import DAY, HOUR, MINUTE, SECOND, Instant, instant_of
from kenesh.council.kinds import Majority, Procedure, Stance
from kenesh.council.procedure import proposal_state
from kenesh.council.values import Decision, Outcome, Position, Proposal, ProposalState, Receipt, Room, Rules
from kenesh.parties.bodies import Role, Seat

OPENS = instant_of("2026-11-20T12:00:00Z")
DEADLINE = Instant(OPENS + 3 * DAY)
AZ, KZ, TR, UZ, KG, HU = (f"identity--{code}" for code in ("az", "kz", "tr", "uz", "kg", "hu"))
STATES = (AZ, KZ, TR, UZ, KG)
MEMBERS = {party: [Seat(Instant(0))] for party in STATES} | {HU: [Seat(Instant(0), role=Role.OBSERVER)]}
RULES = (Rules(1, silence=DAY, vote=Majority.SIMPLE),)
PROPOSAL = Proposal("kenesh-proposal--1", OPENS, AZ, "A form", "a" * 64, Procedure.SILENCE, 1, OPENS, DEADLINE)


def room(now: int, *, off: int = 0, heard: Instant | None = None, depositary: str = AZ) -> Room:
    at = Instant(OPENS + now)
    return Room(MEMBERS, depositary, RULES, dict.fromkeys(STATES, at if heard is None else heard), off, at)


def had(version: Proposal | Position, party: str, at: int) -> Receipt:
    name = f"kenesh-receipt--{version.id} {party} {at}"
    return Receipt(version.id, version.modified_at, party, Instant(OPENS + at), name)


def known(receipts: Sequence[Receipt], by: Sequence[str] = STATES, after: int = 1) -> list[Receipt]:
    """The receipts, and those of the further members to whom they came."""
    further = [
        Receipt(one.id, one.at, party, Instant(one.at + after), f"{one.id} by {party}")
        for one in receipts
        for party in by
        if party != one.by_ref
    ]
    return [*receipts, *further]


#: Everybody has the proposal within the minute.
DELIVERED = [had(PROPOSAL, party, MINUTE) for party in (KZ, TR, UZ, KG)]


def position(party: str, stance: Stance, at: int, name: str = "", text: str = "a" * 64) -> Position:
    return Position(name or f"kenesh-position--{party}", Instant(OPENS + at), party, text, stance)


def state(
    room: Room,
    positions: Sequence[Position] = (),
    receipts: Sequence[Receipt] = (),
    versions: Sequence[Proposal] = (PROPOSAL,),
    decisions: Sequence[Decision] = (),
) -> ProposalState:
    """Every receipt is known at once to all others."""
    return proposal_state(versions, positions, [*DELIVERED, *known(receipts)], decisions, room)


END = 3 * DAY


@dataclass(frozen=True)
class Row:
    """One case: what KZ objects and when, who confirms that and when, and what comes of it after the deadline."""

    name: str
    objects_at: int | None
    confirmed: tuple[tuple[str, int], ...]
    outcome: Outcome
    in_time: bool = False


TABLE = [
    Row("nobody says anything", None, (), Outcome.ADOPTED),
    Row("the depositary has it before", HOUR, ((AZ, HOUR + 1),), Outcome.BROKEN, True),
    Row("a microsecond before", END - 2, ((AZ, END - 1),), Outcome.BROKEN, True),
    Row("at the instant: equality is too late", END - 2, ((AZ, END),), Outcome.ADOPTED),
    Row("stated at the instant", END, ((AZ, END + 1),), Outcome.ADOPTED),
    Row("two others have it, the depositary not", HOUR, ((TR, HOUR + 1), (UZ, END - 1)), Outcome.BROKEN, True),
    Row("one other has it, the depositary too late", HOUR, ((TR, HOUR + 1), (AZ, END + HOUR)), Outcome.ADOPTED),
    Row("of two others one too late", HOUR, ((TR, HOUR + 1), (UZ, END)), Outcome.ADOPTED),
    Row("an observer is no witness", HOUR, ((TR, HOUR + 1), (HU, HOUR + 1)), Outcome.ADOPTED),
    Row("who objects is no witness of himself", HOUR, ((TR, HOUR + 1), (KZ, HOUR + 1)), Outcome.ADOPTED),
    Row("nobody ever got it", HOUR, (), Outcome.ADOPTED),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_comes_of_a_silence(row: Row) -> None:
    positions = [] if row.objects_at is None else [position(KZ, Stance.OBJECT, row.objects_at)]
    receipts = [had(positions[0], party, at) for party, at in row.confirmed]
    found = state(room(END + DAY), positions, receipts)
    assert found.outcome is row.outcome
    assert [one.in_time for one in found.taken] == ([row.in_time] if positions else [])
    assert found.since == (DEADLINE if row.outcome is Outcome.ADOPTED else positions[0].modified_at)


def test_it_is_adopted_at_its_instant_whether_any_job_ran() -> None:
    assert state(room(END - 1)).outcome is Outcome.OPEN
    found = state(room(END))
    assert (found.outcome, found.since, found.is_provisional) == (Outcome.ADOPTED, DEADLINE, True)
    assert state(room(365 * DAY)).since == DEADLINE


def test_an_objection_may_be_withdrawn_in_time_and_no_later() -> None:
    objects = position(KZ, Stance.OBJECT, HOUR)
    lifts = replace(objects, modified_at=Instant(OPENS + 2 * HOUR), stance=Stance.SUPPORT)
    before = [had(objects, AZ, HOUR + 1)]
    assert state(room(2 * DAY), [objects], before).outcome is Outcome.BROKEN
    assert state(room(2 * DAY), [objects, lifts], [*before, had(lifts, AZ, 2 * HOUR + 1)]).outcome is Outcome.OPEN
    assert state(room(END), [objects, lifts], [*before, had(lifts, AZ, 2 * HOUR + 1)]).outcome is Outcome.ADOPTED
    late = state(room(END), [objects, lifts], [*before, had(lifts, AZ, END)])
    assert late.outcome is Outcome.BROKEN
    assert [one.why for one in late.ignored] == ["it was not confirmed before the deadline"]


@pytest.mark.parametrize("stance", [Stance.SUPPORT, Stance.ABSTAIN, Stance.RESERVE])
def test_only_an_objection_and_an_amendment_break_it(stance: Stance) -> None:
    one = position(KZ, stance, HOUR)
    assert state(room(END), [one], [had(one, AZ, HOUR + 1)]).outcome is Outcome.ADOPTED
    other = position(KZ, Stance.AMEND, HOUR)
    assert state(room(END), [other], [had(other, AZ, HOUR + 1)]).outcome is Outcome.BROKEN


def test_it_opens_when_everybody_who_decides_has_it_and_not_reading_is_no_veto() -> None:
    def told(receipts: list[Receipt], now: int, *versions: Proposal) -> ProposalState:
        return proposal_state((PROPOSAL, *versions), [], receipts, [], room(now))

    without = [one for one in DELIVERED if one.by_ref != KG]
    waits = told(without, HOUR)
    assert (waits.outcome, waits.missing, waits.opened_at) == (Outcome.OPENING, (KG,), None)
    late = [*without, had(PROPOSAL, KG, 2 * DAY)]
    assert told(late, 2 * DAY).outcome is Outcome.OPEN
    assert told(late, END).outcome is Outcome.ADOPTED
    # Less than the period was left: nobody is silent about what he had no time to read.
    assert told([*without, had(PROPOSAL, KG, 2 * DAY + 1)], 2 * DAY + 1).outcome is Outcome.LAPSED
    assert told(without, 2 * DAY + 1).outcome is Outcome.LAPSED
    notified = replace(PROPOSAL, modified_at=Instant(OPENS + HOUR), notices=((KG, Instant(OPENS + HOUR)),))
    assert told(without, HOUR, notified).outcome is Outcome.OPEN
    assert told(without, END, notified).outcome is Outcome.ADOPTED


@pytest.mark.parametrize(
    ("moved", "at", "confirmed", "deadline"),
    [
        (4 * DAY, HOUR, HOUR + 1, 4 * DAY),
        (4 * DAY, END - 2, END - 1, 4 * DAY),
        (4 * DAY, END - 2, END, END),  # nobody had it before
        (4 * DAY, END, END + 1, END),
        (2 * DAY, HOUR, HOUR + 1, END),  # never shortened
    ],
)
def test_a_deadline_is_extended_before_it_has_passed(moved: int, at: int, confirmed: int, deadline: int) -> None:
    later = replace(PROPOSAL, modified_at=Instant(OPENS + at), deadline=Instant(OPENS + moved))
    found = state(room(5 * DAY), (), [had(later, TR, confirmed), had(later, UZ, confirmed)], (PROPOSAL, later))
    assert found.deadline == OPENS + deadline == found.since
    assert bool(found.ignored) is (deadline == END)


def test_a_text_is_frozen_and_withdrawn_only_before_the_deadline() -> None:
    changed = replace(PROPOSAL, modified_at=Instant(OPENS + HOUR), text_sha256="b" * 64)
    found = state(room(END), (), (), (PROPOSAL, changed))
    assert (found.proposal.text_sha256, found.ignored[0].why[:20]) == ("a" * 64, "a text that was prop")
    for at, outcome in ((HOUR, Outcome.WITHDRAWN), (END, Outcome.ADOPTED)):
        gone = replace(PROPOSAL, modified_at=Instant(OPENS + at), withdrawn_at=Instant(OPENS + at))
        receipts = [had(gone, TR, at + 1), had(gone, UZ, at + 1)]
        assert state(room(END + DAY), (), receipts, (PROPOSAL, gone)).outcome is outcome


def test_who_does_not_decide_or_speaks_of_another_text_is_ignored_and_shown() -> None:
    strange = [
        position(HU, Stance.OBJECT, HOUR),
        position(KZ, Stance.OBJECT, HOUR, text="b" * 64),
        position(AZ, Stance.OBJECT, HOUR),
    ]
    found = state(room(END), strange, [had(one, TR, HOUR + 1) for one in strange])
    assert (found.outcome, found.taken) == (Outcome.ADOPTED, ())
    assert {one.why for one in found.ignored} == {
        "its party does not decide here",
        "it is about another text",
        "who proposed it withdraws it, and does not object",
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MEMBER, Role.CHAIR)])
def test_neither_a_partner_nor_an_observer_breaks_a_silence_or_votes(role: Role) -> None:
    seated = replace(room(END), members=MEMBERS | {HU: [Seat(Instant(0), role=role)]})
    objects = position(HU, Stance.OBJECT, HOUR)
    had_by = [had(objects, party, HOUR + 1) for party in STATES]
    found = state(seated, [objects], had_by)
    assert (found.outcome, found.taken, HU in found.missing) == (Outcome.ADOPTED, (), False)
    votes = [position(party, Stance.SUPPORT, HOUR) for party in STATES]
    voted = replace(PROPOSAL, procedure=Procedure.VOTE, majority=Majority.ALL)
    all_had = [*had_by, *(had(one, party, HOUR + 1) for one in votes for party in STATES)]
    by_all = replace(seated, rules=[Rules(1, vote=Majority.ALL)])
    found = state(by_all, [*votes, objects], all_had, (voted,))
    assert (found.outcome, [one.why for one in found.ignored]) == (Outcome.ADOPTED, ["its party does not decide here"])


def test_what_nobody_confirms_within_a_minute_is_not_delivered() -> None:
    one = position(KZ, Stance.OBJECT, HOUR)
    assert [taken.delivered for taken in state(room(HOUR + MINUTE), [one]).taken] == [True]
    found = state(room(HOUR + MINUTE + 1), [one])
    assert [taken.delivered for taken in found.taken] == [False]
    assert found.outcome is Outcome.OPEN
    assert [taken.delivered for taken in state(room(2 * HOUR), [one], [had(one, TR, 2 * HOUR)]).taken] == [True]


def test_a_clock_that_is_off_certifies_nothing_and_what_hangs_on_it_is_in_doubt() -> None:
    close = position(KZ, Stance.OBJECT, END - 2 * SECOND)
    receipts = [had(close, AZ, END - SECOND)]
    found = state(room(END + HOUR, off=-3 * SECOND), [close], receipts)
    assert ([one.in_doubt for one in found.taken], found.certifies) == ([True], False)
    found = state(room(END + HOUR, off=SECOND // 2), [close], receipts)
    assert ([one.in_doubt for one in found.taken], found.certifies) == ([False], True)


def test_an_outcome_says_on_whose_unheard_silence_it_rests() -> None:
    quiet = replace(room(END + DAY), heard=dict.fromkeys((AZ, KZ, TR, UZ), Instant(DEADLINE + 1)))
    found = state(quiet)
    # Alone, KG cannot have had two witnesses that are heard, and have said nothing of it.
    assert (found.unheard, found.may_be_certified) == ((KG,), True)
    three = replace(quiet, heard=dict.fromkeys((AZ, KZ), Instant(DEADLINE + 1)))
    assert (state(three).unheard, state(three).may_be_certified) == ((KG, TR, UZ), False)


def test_what_two_others_confirm_and_has_not_come_here_holds_up_the_certificate_and_one_alone_does_not() -> None:
    absent = position(KZ, Stance.OBJECT, HOUR)
    for witnesses, held_up in (((TR,), False), ((TR, UZ), True), ((TR, HU), False)):
        found = state(room(END + DAY), (), [had(absent, party, HOUR + 1) for party in witnesses])
        assert found.outcome is Outcome.ADOPTED and bool(found.unseen) is held_up
        assert found.may_be_certified is not held_up


def decision(by: str = AZ, at: int = END + HOUR, **more: object) -> Decision:
    return replace(Decision("kenesh-decision--1", by, Instant(OPENS + at), "CC.DEC/1/26", "a" * 64, DEADLINE), **more)  # type: ignore[arg-type]


def test_a_decision_that_jumps_a_state_is_ignored_whoever_signed_it() -> None:
    found = state(room(END + DAY), decisions=[decision()])
    assert (found.decision, found.is_provisional, found.ignored) == (decision(), False, ())
    for odd in (decision(KZ), decision(at=HOUR), decision(adopted_at=OPENS), decision(text_sha256="b" * 64)):
        found = state(room(END + DAY), decisions=[odd])
        assert found.decision is None and len(found.ignored) == 1 and found.is_provisional
    objects = position(KZ, Stance.OBJECT, HOUR)
    broken = state(room(END + DAY), [objects], [had(objects, AZ, HOUR + 1)], decisions=[decision()])
    assert (broken.outcome, broken.decision, len(broken.ignored)) == (Outcome.BROKEN, None, 1)


@pytest.mark.parametrize(
    ("majority", "support", "against", "outcome"),
    [
        (Majority.SIMPLE, 1, 0, Outcome.ADOPTED),
        (Majority.SIMPLE, 2, 2, Outcome.NOT_ADOPTED),
        (Majority.SIMPLE, 0, 0, Outcome.NOT_ADOPTED),
        (Majority.TWO_THIRDS, 3, 0, Outcome.NOT_ADOPTED),
        (Majority.TWO_THIRDS, 4, 1, Outcome.ADOPTED),
        (Majority.ALL, 4, 0, Outcome.NOT_ADOPTED),
        (Majority.ALL, 5, 0, Outcome.ADOPTED),
    ],
)
def test_a_vote_by_its_majority(majority: Majority, support: int, against: int, outcome: Outcome) -> None:
    voted, sits = replace(PROPOSAL, procedure=Procedure.VOTE, majority=majority), room(END - 1)
    rules = [Rules(1, vote=majority)]
    stances = [Stance.SUPPORT] * support + [Stance.OBJECT] * against
    # The proposer is the first, and supports or says nothing.
    said = [position(party, stance, HOUR) for party, stance in zip(STATES, stances, strict=False)]
    receipts = [had(one, witness, HOUR + 1) for one in said for witness in STATES]
    assert state(replace(sits, rules=rules), said, receipts, (voted,)).outcome is Outcome.OPEN
    assert state(replace(room(END), rules=rules), said, receipts, (voted,)).outcome is outcome
    # Whoever proposes does not choose the majority.
    other = [Rules(1, vote=Majority.ALL if majority is Majority.SIMPLE else Majority.SIMPLE)]
    assert state(replace(room(END), rules=other), said, receipts, (voted,)).outcome is Outcome.LAPSED


def test_what_the_rules_do_not_know_is_never_adopted() -> None:
    for rules in ((), (Rules(2, silence=DAY),), (Rules(1, vote=Majority.SIMPLE),)):
        assert state(replace(room(END), rules=rules)).outcome is Outcome.LAPSED


_TIMES = st.sampled_from([0, MINUTE, HOUR, DAY, END - 2, END - 1, END, END + 1, END + DAY])
POSITIONS = st.builds(
    position,
    st.sampled_from([*STATES, HU]),
    st.sampled_from(list(Stance)),
    _TIMES,
    st.sampled_from(["", "kenesh-position--x"]),
    st.sampled_from(["a" * 64, "b" * 64]),
)


@given(st.lists(POSITIONS, max_size=6), st.data(), st.integers(0, 99), _TIMES)
def test_order_and_repetition_change_nothing_and_it_holds_as_long_as_it_says(
    positions: list[Position], data: st.DataObject, seed: int, now: int
) -> None:
    receipts = [
        had(one, party, at)
        for one in positions
        for party, at in data.draw(st.lists(st.tuples(st.sampled_from([*STATES, HU]), _TIMES), max_size=3))
    ]
    found = state(room(now), positions, receipts)
    mixed = Random(seed)
    again = state(room(now), mixed.sample(positions * 2, 2 * len(positions)), mixed.sample(receipts, len(receipts)))
    assert again == found
    # What is adopted has no objection in time, and nothing that comes later takes it back.
    if found.outcome is Outcome.ADOPTED:
        assert not any(one.in_time and one.position.stance in (Stance.OBJECT, Stance.AMEND) for one in found.taken)
    # If nothing arrives, it stands so until it says.
    there = [one for one in positions if one.modified_at <= OPENS + now]
    seen = [one for one in [*DELIVERED, *known(receipts)] if one.at <= OPENS + now]
    if found.holds_until is not None:
        later = replace(room(0), now=Instant(found.holds_until - 1), heard=room(now).heard)
        then = proposal_state([PROPOSAL], there, seen, [], later)
        assert (then.outcome, [one.delivered for one in then.taken]) == (
            found.outcome,
            [one.delivered for one in found.taken],
        )
