"""Consensus: nobody objects at an instant that who chairs states; each case by a table, the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.council.test_procedure import (
    AZ,
    END,
    HU,
    KG,
    KZ,
    MEMBERS,
    OPENS,
    PROPOSAL,
    STATES,
    TR,
    UZ,
    decision,
    had,
    known,
    position,
    room,
)

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant
from kenesh.council.kinds import Procedure, Stance
from kenesh.council.procedure import proposal_state
from kenesh.council.values import Finding, Outcome, Position, ProposalState, Receipt, Rules
from kenesh.parties.bodies import Role, Seat

#: TR chairs, AZ keeps the body.
ASKED = replace(PROPOSAL, procedure=Procedure.CONSENSUS)
DELIVERED = [had(ASKED, party, MINUTE) for party in (KZ, TR, UZ, KG)]
SEATS = MEMBERS | {TR: [Seat(Instant(0), role=Role.CHAIR)]}
NOON = DAY


def finding(by: str = TR, at: int = NOON, stated: int = NOON, text: str = "a" * 64, name: str = "1") -> Finding:
    return Finding(f"kenesh-finding--{name}", Instant(OPENS + stated), by, text, Instant(OPENS + at))


def state(
    findings: Sequence[Finding],
    positions: Sequence[Position] = (),
    receipts: Sequence[Receipt] = (),
    now: int = END,
    rules: Rules = Rules(1, consensus=True),
    **more: object,
) -> ProposalState:
    # Everybody has the finding a minute after it was stated, and knows that of each other.
    told = [
        had(one, party, one.modified_at - OPENS + MINUTE)  # type: ignore[arg-type]
        for one in findings
        for party in STATES
        if party != one.by_ref
    ]
    sits = replace(room(now), members=SEATS, rules=(rules,))
    return proposal_state([ASKED], positions, [*DELIVERED, *known([*told, *receipts])], [], sits, findings, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Row:
    """Who finds it, and what comes of it; KZ objects at `objects`, and lifts that at `lifts`."""

    name: str
    finding: Finding
    outcome: Outcome
    why: str = ""
    objects: int | None = None
    lifts: int | None = None


TABLE = [
    Row("nobody objects", finding(), Outcome.ADOPTED),
    Row("the keeper finds it", finding(AZ), Outcome.ADOPTED),
    Row("another finds it", finding(UZ), Outcome.NOT_ADOPTED, "only who chairs"),
    Row("an observer finds it", finding(HU), Outcome.NOT_ADOPTED, "only who chairs"),
    Row("of another text", finding(text="b" * 64), Outcome.NOT_ADOPTED, "it is of another text"),
    Row("of a time to come", finding(at=NOON + 1), Outcome.NOT_ADOPTED, "it was not stated at its time"),
    Row("stated the day after", finding(stated=2 * NOON), Outcome.ADOPTED),
    Row("stated later still", finding(stated=2 * NOON + 1), Outcome.NOT_ADOPTED, "it was not stated at its time"),
    Row("before everybody had it", finding(at=MINUTE - 1, stated=MINUTE), Outcome.NOT_ADOPTED, "not everybody had"),
    Row("a microsecond before the end", finding(at=END - 1, stated=END - 1), Outcome.ADOPTED),
    Row("at the end", finding(at=END, stated=END), Outcome.NOT_ADOPTED, "before the deadline"),
    Row("an objection stands", finding(), Outcome.BROKEN, "an objection stood then", HOUR),
    Row("it was lifted", finding(), Outcome.ADOPTED, "", HOUR, 2 * HOUR),
    Row("it was lifted too late", finding(), Outcome.NOT_ADOPTED, "an objection stood then", HOUR, NOON + HOUR),
    Row("it comes after", finding(), Outcome.ADOPTED, "it was not confirmed before the deadline", NOON + HOUR),
    Row("dated back past it", finding(stated=NOON + 2 * HOUR), Outcome.BROKEN, "before the others knew", NOON + HOUR),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_comes_of_a_finding(row: Row) -> None:
    positions = [] if row.objects is None else [position(KZ, Stance.OBJECT, row.objects)]
    if row.lifts is not None:
        positions.append(replace(positions[0], modified_at=Instant(OPENS + row.lifts), stance=Stance.RESERVE))
    told = [had(one, AZ, one.modified_at - OPENS + 1) for one in positions]
    found = state([row.finding], positions, told, now=END + DAY)
    assert found.outcome is row.outcome
    assert [one.why for one in found.ignored if row.why in one.why] if row.why else found.ignored == ()
    adopted = row.outcome is Outcome.ADOPTED
    assert (found.finding is not None, found.is_provisional) == (adopted, adopted)
    assert not adopted or found.since == row.finding.found_at


def test_it_stands_open_until_it_is_found_and_is_certified_as_of_its_instant() -> None:
    assert state([], now=NOON).outcome is Outcome.OPEN
    assert state([], now=END).outcome is Outcome.NOT_ADOPTED
    assert state([finding()], now=NOON).outcome is Outcome.OPEN  # nobody knows of it yet
    assert state([finding()], now=NOON + MINUTE + 1).outcome is Outcome.ADOPTED
    assert state([finding()], rules=Rules(1, silence=DAY)).outcome is Outcome.LAPSED
    sits = replace(room(END), members=SEATS, rules=(Rules(1, consensus=True),))
    told = known([*DELIVERED, *(had(finding(), party, NOON + MINUTE) for party in (AZ, KZ, UZ, KG))])  # type: ignore[arg-type]
    good = decision(at=NOON + HOUR, adopted_at=Instant(OPENS + NOON))
    assert proposal_state([ASKED], [], told, [good], sits, [finding()]).decision == good
    for odd in (decision(at=NOON + HOUR), replace(good, stated_at=Instant(OPENS + NOON))):
        assert proposal_state([ASKED], [], told, [odd], sits, [finding()]).decision is None


def test_a_withdrawal_counts_until_it_was_found_and_a_finding_of_a_silence_is_ignored() -> None:
    for at, outcome in ((HOUR, Outcome.WITHDRAWN), (NOON + HOUR, Outcome.ADOPTED)):
        gone = replace(ASKED, modified_at=Instant(OPENS + at), withdrawn_at=Instant(OPENS + at))
        sits = replace(room(END), members=SEATS, rules=(Rules(1, consensus=True),))
        told = known([had(finding(), party, NOON + MINUTE) for party in (AZ, KZ, UZ, KG)])  # type: ignore[arg-type]
        told += known([had(gone, party, at + 1) for party in (TR, UZ)])
        assert proposal_state([ASKED, gone], [], [*DELIVERED, *told], [], sits, [finding()]).outcome is outcome
    silent = proposal_state([PROPOSAL], [], DELIVERED, [], room(NOON), [finding()])
    assert (silent.outcome, [one.why for one in silent.ignored]) == (Outcome.OPEN, ["it is not decided by consensus"])


def test_of_two_findings_the_first_that_nothing_prevents_counts() -> None:
    objects = position(KZ, Stance.OBJECT, HOUR)
    lifts = replace(objects, modified_at=Instant(OPENS + NOON + HOUR), stance=Stance.SUPPORT)
    told = [had(objects, AZ, HOUR + 1), had(lifts, AZ, NOON + HOUR + 1)]
    again = finding(at=NOON + 2 * HOUR, stated=NOON + 2 * HOUR, name="2")
    found = state([again, finding()], [objects, lifts], told)
    assert (found.outcome, found.finding, found.since) == (Outcome.ADOPTED, again, again.found_at)


_AT = st.sampled_from([HOUR, NOON - 1, NOON, NOON + MINUTE - 1, NOON + MINUTE, NOON + HOUR, END - 1, END])
FINDINGS = st.builds(
    finding, st.sampled_from([TR, AZ, UZ]), _AT, _AT, st.just("a" * 64), st.sampled_from(["1", "2", "3"])
)
_POSITIONS = st.builds(position, st.sampled_from(STATES), st.sampled_from(list(Stance)), _AT)


@given(st.lists(FINDINGS, max_size=3), st.lists(_POSITIONS, max_size=5), st.integers(0, 99), _AT)
def test_order_changes_nothing_and_no_objection_stands_where_it_is_adopted(
    findings: list[Finding], positions: list[Position], seed: int, now: int
) -> None:
    told = [had(one, AZ, one.modified_at - OPENS + 1) for one in positions]
    found, mixed = state(findings, positions, told, now), Random(seed)
    again = state(
        mixed.sample(findings * 2, 2 * len(findings)),
        mixed.sample(positions * 2, 2 * len(positions)),
        mixed.sample(told, len(told)),
        now,
    )
    assert again == found
    if found.outcome is Outcome.ADOPTED:
        assert found.finding is not None and found.finding.by_ref != UZ
        assert not any(one.in_time and one.position.stance in (Stance.OBJECT, Stance.AMEND) for one in found.taken)
