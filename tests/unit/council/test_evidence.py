"""What a receipt is worth that no further member knows of: a table of liars; the same in any order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.council.test_procedure import (
    AZ,
    DELIVERED,
    END,
    HU,
    KG,
    KZ,
    OPENS,
    PROPOSAL,
    STATES,
    TR,
    UZ,
    had,
    position,
    room,
)

from kenesh.basis.instants import DAY, HOUR, MINUTE, SECOND, Instant
from kenesh.council.evidence import KNOWN_WITHIN, Evidence
from kenesh.council.kinds import Stance
from kenesh.council.procedure import proposal_state
from kenesh.council.values import Outcome, Position, ProposalState, Receipt

OBJECTS = position(KZ, Stance.OBJECT, HOUR)
#: Who says it had the objection, and when; who says that it had that word, and when.
Told = tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...]


def receipts(told: Told, of: Position = OBJECTS) -> list[Receipt]:
    found = []
    for party, at, known in told:
        first = had(of, party, at)
        found.append(first)
        found += [
            Receipt(first.id, first.at, other, Instant(OPENS + when), f"{first.id} by {other}") for other, when in known
        ]
    return found


def after(told: Told, now: int = END + DAY) -> ProposalState:
    return proposal_state([PROPOSAL], [OBJECTS], [*DELIVERED, *receipts(told)], [], room(now))


@dataclass(frozen=True)
class Row:
    """AZ is the depositary, KZ objects. `doubt`: it is for people."""

    name: str
    told: Told
    outcome: Outcome
    doubt: bool = False


LATE = END + HOUR
TABLE = [
    Row("the depositary, and one who knew", ((AZ, HOUR, ((TR, HOUR + 1),)),), Outcome.BROKEN),
    Row("the depositary dates it back, nobody knew", ((AZ, HOUR, ()),), Outcome.ADOPTED, True),
    Row("the depositary dates it back, known later", ((AZ, HOUR, ((TR, LATE), (UZ, LATE))),), Outcome.ADOPTED, True),
    Row("who objects is no further member", ((AZ, HOUR, ((KZ, HOUR + 1),)),), Outcome.ADOPTED, True),
    Row("an observer is none", ((AZ, HOUR, ((HU, HOUR + 1),)),), Outcome.ADOPTED, True),
    Row("known within the minute", ((AZ, END - 1, ((TR, END + KNOWN_WITHIN - 1),)),), Outcome.BROKEN),
    Row("known when the minute is over", ((AZ, END - 1, ((TR, END + KNOWN_WITHIN),)),), Outcome.ADOPTED, True),
    Row("two others, known to a third", ((TR, HOUR, ((UZ, HOUR),)), (KG, HOUR, ((UZ, HOUR),))), Outcome.BROKEN),
    Row("two know only of each other", ((TR, HOUR, ((KG, HOUR),)), (KG, HOUR, ((TR, HOUR),))), Outcome.ADOPTED, True),
    Row("one of two is not known", ((TR, HOUR, ((UZ, HOUR),)), (KG, HOUR, ())), Outcome.ADOPTED, True),
    Row("one dates it back, and a friend knows it", ((TR, HOUR, ((UZ, HOUR),)),), Outcome.ADOPTED),
    Row("said twice, the second is known", ((AZ, HOUR, ()), (AZ, 2 * HOUR, ((TR, 2 * HOUR),))), Outcome.BROKEN),
    Row("too late by its own word, however known", ((AZ, END, ((TR, END), (UZ, END))),), Outcome.ADOPTED),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_a_confirmation_is_worth(row: Row) -> None:
    found = after(row.told)
    assert (found.outcome, found.doubts) == (row.outcome, (OBJECTS.id,) if row.doubt else ())
    (taken,) = found.taken
    assert (taken.in_time, taken.in_doubt) == (row.outcome is Outcome.BROKEN, row.doubt)
    whys = {one.why for one in found.ignored}
    assert whys == (
        set()
        if row.outcome is Outcome.BROKEN
        else {"it was confirmed in time, and no further member knew of that: it is in doubt"}
        if row.doubt
        else {"it was not confirmed before the deadline"}
    )


def test_before_the_deadline_it_breaks_at_once_and_within_the_minute_it_is_not_called_in_doubt() -> None:
    told: Told = ((AZ, END - SECOND, ()),)
    assert after(told, END - 1).outcome is Outcome.BROKEN
    within = after(told, END + SECOND)
    # Adopted, as far as this node knows; it is certified by nobody before it is known who knew.
    assert (within.outcome, within.doubts, within.taken[0].in_doubt) == (Outcome.ADOPTED, (OBJECTS.id,), False)
    assert within.holds_until == Instant(OPENS + END + KNOWN_WITHIN)
    assert after(told, END + KNOWN_WITHIN).taken[0].in_doubt is True


def test_an_extension_that_two_date_back_moves_no_deadline() -> None:
    later = replace(PROPOSAL, modified_at=Instant(OPENS + HOUR), deadline=Instant(OPENS + 9 * DAY))
    words = [had(later, TR, HOUR + 1), had(later, UZ, HOUR + 1)]
    found = proposal_state([PROPOSAL, later], [], [*DELIVERED, *words], [], room(END + HOUR))
    assert (found.outcome, found.deadline, found.doubts) == (Outcome.ADOPTED, OPENS + END, (PROPOSAL.id,))
    known = [Receipt(one.id, one.at, KG, Instant(one.at + MINUTE), f"{one.id} by {KG}") for one in words]
    found = proposal_state([PROPOSAL, later], [], [*DELIVERED, *words, *known], [], room(END + HOUR))
    assert (found.outcome, found.deadline) == (Outcome.OPEN, OPENS + 9 * DAY)


def test_in_a_body_of_two_or_three_nobody_is_asked_for_who_is_not_there() -> None:
    two = Evidence(receipts(((AZ, HOUR, ()),)), AZ, (AZ, KZ))
    assert two.is_known_before(OBJECTS, Instant(OPENS + END))
    three = Evidence(receipts(((AZ, HOUR, ()),)), AZ, (AZ, KZ, TR))
    assert not three.is_known_before(OBJECTS, Instant(OPENS + END))


_AT = st.sampled_from([HOUR, END - 1, END, END + KNOWN_WITHIN - 1, END + KNOWN_WITHIN, LATE])
_WHO = st.sampled_from([*STATES, HU])
_TOLD = st.lists(st.tuples(_WHO, _AT, st.lists(st.tuples(_WHO, _AT), max_size=3).map(tuple)), max_size=5).map(tuple)


def _told_plainly(told: Told) -> bool:
    """The rule in other words: who can have been in time without anybody further knowing?"""
    end, minute = END, END + KNOWN_WITHIN
    words = [(who, {by for by, at in known if at < minute}) for who, at, known in told if at < end and who != KZ]
    if any(who == AZ and by & {TR, UZ, KG} for who, by in words):
        return True
    some = [(who, by) for who, by in words if who in STATES]
    return any(
        one != other and first & (set(STATES) - {KZ, one, other}) and second & (set(STATES) - {KZ, one, other})
        for one, first in some
        for other, second in some
    )


@given(_TOLD, st.integers(0, 99))
def test_both_readings_agree_in_any_order_and_no_single_party_makes_a_thing_be_in_time(told: Told, seed: int) -> None:
    found = receipts(told)
    mixed = Random(seed).sample(found * 2, 2 * len(found))
    instant = Instant(OPENS + END)
    known = Evidence(found, AZ, STATES).is_known_before(OBJECTS, instant)
    assert known == Evidence(mixed, AZ, STATES).is_known_before(OBJECTS, instant)
    # A receipt that another stated at the same time stands under one name: what was known of one was of both.
    same = {(who, at): tuple(k for w, a, ks in told if (w, a) == (who, at) for k in ks) for who, at, _ in told}
    assert known == _told_plainly(tuple((who, at, ks) for (who, at), ks in same.items()))
    for liar in STATES:
        alone = [one for one in found if one.by_ref == liar]
        assert not Evidence(alone, AZ, STATES).is_known_before(OBJECTS, instant)
