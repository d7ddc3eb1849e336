"""What holds of every proposal, whatever anybody states, whoever signed it. Source: programme.md 5e, 1 to 5, 8."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.council.test_finding import FINDINGS, SEATS
from tests.unit.council.test_procedure import AZ, DELIVERED, END, HU, OPENS, POSITIONS, PROPOSAL, STATES, had, room

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant
from kenesh.council.kinds import Majority, Procedure, Stance
from kenesh.council.procedure import proposal_state
from kenesh.council.values import Decision, Finding, Outcome, Position, Proposal, ProposalState, Receipt, Room, Rules

RULES = (Rules(1, silence=DAY, vote=Majority.SIMPLE, consensus=True),)
BREAKS = (Stance.OBJECT, Stance.AMEND)
_AT = st.sampled_from([0, MINUTE, HOUR, DAY, 2 * DAY, END - 1, END, END + 1, END + DAY])
_WHO = st.sampled_from([*STATES, HU, "identity--stranger"])


def _version(at: int, deadline: int, text: str, gone: bool) -> Proposal:
    times = {"modified_at": Instant(OPENS + at), "deadline": Instant(OPENS + deadline)}
    return replace(PROPOSAL, text_sha256=text * 64, withdrawn_at=Instant(OPENS + at) if gone else None, **times)


_VERSIONS = st.builds(
    _version, st.sampled_from([1, HOUR, END - 1, END]), _AT, st.sampled_from(["a", "b"]), st.booleans()
)
_DECISIONS = st.builds(
    Decision,
    st.sampled_from(["kenesh-decision--1", "kenesh-decision--2"]),
    _WHO,
    _AT.map(lambda at: Instant(OPENS + at)),
    st.just("CC.DEC/1/26"),
    st.sampled_from(["a" * 64, "b" * 64]),
    _AT.map(lambda at: Instant(OPENS + at)),
)


@st.composite
def _said(draw: st.DrawFn) -> tuple[list[Proposal], list[Position], list[Receipt], list[Decision], list[Finding]]:
    procedure = draw(st.sampled_from(list(Procedure)))
    later = draw(st.lists(_VERSIONS, max_size=2))
    versions = [replace(one, procedure=procedure) for one in (PROPOSAL, *later)]
    positions, findings = draw(st.lists(POSITIONS, max_size=4)), draw(st.lists(FINDINGS, max_size=2))
    receipts = [one for one in DELIVERED if draw(st.integers(0, 9))]
    for of in (*versions[1:], *positions, *findings):
        for by, at in draw(st.lists(st.tuples(_WHO, _AT), max_size=3)):
            first = had(of, by, at)  # type: ignore[arg-type]
            receipts.append(first)
            for further, when in draw(st.lists(st.tuples(_WHO, _AT), max_size=2)):
                receipts.append(Receipt(first.id, first.at, further, Instant(OPENS + when), f"{first.id} by {further}"))
    return versions, positions, receipts, draw(st.lists(_DECISIONS, max_size=2)), findings


def _state(
    said: tuple[list[Proposal], list[Position], list[Receipt], list[Decision], list[Finding]], at: Room
) -> ProposalState:
    versions, positions, receipts, decisions, findings = said
    return proposal_state(versions, positions, receipts, decisions, at, findings)


@given(_said(), _AT)
def test_what_holds_of_every_proposal(
    said: tuple[list[Proposal], list[Position], list[Receipt], list[Decision], list[Finding]], now: int
) -> None:
    at = replace(room(now), rules=RULES, members=SEATS)
    found = _state(said, at)
    deciding = {one.position.by_ref for one in found.taken}
    # 1: nothing is adopted over an objection that stood.
    if found.outcome is Outcome.ADOPTED and found.proposal.procedure is not Procedure.VOTE:
        assert not any(one.in_time and one.position.stance in BREAKS for one in found.taken)
    # 2: adopted at the instant that the rules give, and at no other.
    if found.outcome is Outcome.ADOPTED:
        assert found.since == (found.finding.found_at if found.finding is not None else found.deadline) <= at.now
    # 3: the text is frozen, and the deadline never earlier.
    assert (found.proposal.text_sha256, found.proposal.procedure) == (PROPOSAL.text_sha256, said[0][0].procedure)
    assert found.deadline >= PROPOSAL.deadline
    # 4: nothing is decided before everybody who decides has it; observers decide nothing.
    if found.outcome in (Outcome.OPEN, Outcome.BROKEN, Outcome.ADOPTED, Outcome.NOT_ADOPTED):
        assert found.missing == () and {party for party, _ in found.had} == set(STATES)
    # 5: one position for each party, of those that decide; whoever proposed does not object.
    assert len(deciding) == len(found.taken) and deciding <= set(STATES)
    assert not any(one.position.by_ref == AZ and one.position.stance in BREAKS for one in found.taken)
    # 8: whatever jumps a state is ignored and shown; a number there is only on what was adopted.
    if found.decision is not None:
        assert (found.outcome, found.decision.by_ref, found.decision.adopted_at) == (Outcome.ADOPTED, AZ, found.since)
    shown = {one.id for one in found.ignored}
    for one in said[3]:
        assert one.stated_at > at.now or one.id in shown or one == found.decision


@given(_said(), _AT)
def test_who_does_not_decide_changes_nothing(
    said: tuple[list[Proposal], list[Position], list[Receipt], list[Decision], list[Finding]], now: int
) -> None:
    at = replace(room(now), rules=RULES, members=SEATS)
    versions, positions, receipts, decisions, findings = said
    without = (
        versions,
        [one for one in positions if one.by_ref in STATES],
        [one for one in receipts if one.by_ref in STATES],
        [one for one in decisions if one.by_ref in STATES],
        [one for one in findings if one.by_ref in STATES],
    )
    found, again = _state(said, at), _state(without, at)
    assert (found.outcome, found.since, found.decision, found.doubts, found.had) == (
        again.outcome,
        again.since,
        again.decision,
        again.doubts,
        again.had,
    )


def test_rules_that_were_replaced_long_ago_allow_nothing() -> None:
    later = Rules(2, vote=Majority.ALL, in_force_from=Instant(OPENS + MINUTE - DAY - 1))
    at = replace(room(END), rules=(*RULES, later))
    assert proposal_state([PROPOSAL], [], DELIVERED, [], at).outcome is Outcome.LAPSED
    # He may not have had them: others confirmed the proposal within the day.
    soon = replace(later, in_force_from=Instant(OPENS + MINUTE - DAY))
    assert proposal_state([PROPOSAL], [], DELIVERED, [], replace(at, rules=(soon, *RULES))).outcome is Outcome.ADOPTED
    # Dated back past the rules, it is known by its first receipt.
    old = replace(PROPOSAL, modified_at=Instant(OPENS - 9 * DAY))
    told = [replace(one, of_modified_at=old.modified_at) for one in DELIVERED]
    assert proposal_state([old], [], told, [], at).outcome is Outcome.LAPSED
