"""Proposals and decisions, as a delegate reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from kenesh.basis.instants import short_timestamp
from kenesh.basis.printable import visible
from kenesh.council.values import Outcome, Taken, Tally
from kenesh.doors.cli.words import counted
from kenesh.doors.council.seeing import SeenProposal
from kenesh.doors.councilwire import proposal_document

_STANDS: Final[Mapping[Outcome, str]] = {
    Outcome.OPENING: "NOT OPEN YET",
    Outcome.OPEN: "OPEN",
    Outcome.BROKEN: "BROKEN",
    Outcome.ADOPTED: "ADOPTED",
    Outcome.NOT_ADOPTED: "NOT ADOPTED",
    Outcome.LAPSED: "LAPSED",
    Outcome.WITHDRAWN: "WITHDRAWN",
}


def proposal_wire(seen: SeenProposal) -> Any:
    """Everything of it that is told, as the API answers it too."""
    return msgspec.to_builtins(proposal_document(seen))


def describe_brief(seen: SeenProposal) -> Iterator[str]:
    """Two lines of it."""
    state = seen.state
    number = f" as {state.decision.number}" if state.decision else " (provisional)" if state.is_provisional else ""
    name = f"{visible(seen.body, 80)}  {visible(state.proposal.name, 200)}"
    yield f"{short_timestamp(state.deadline)}  {name}  [{_STANDS[state.outcome]}{number}]"
    yield f"    {seen.id}"


def describe_decision(seen: SeenProposal) -> Iterator[str]:
    """One that is certified, with what was said beside it."""
    state = seen.state
    if state.decision is None:
        return
    yield f"{state.decision.number}  {visible(state.proposal.name, 200)}  adopted {short_timestamp(state.since)}"
    for one in state.taken:
        if one.in_time and one.position.statement:
            yield f"    {seen.code(one.position.by_ref)} states: {visible(one.position.statement, 500)}"
    yield f"    {seen.id}"


def describe_proposal(seen: SeenProposal) -> Iterator[str]:
    """All of it: how it stands first."""
    state = seen.state
    yield f"{visible(seen.body, 80)}: {visible(state.proposal.name, 300)}"
    yield f"  {_STANDS[state.outcome]} since {short_timestamp(state.since)}, {_rest(seen)}"
    yield f"  proposed by {seen.code(state.proposal.by_ref)}, by {state.proposal.procedure}"
    yield from _about(seen)
    had = (f"{seen.code(ref)} {short_timestamp(at)}" for ref, at in state.had if ref != state.proposal.by_ref)
    if told := ", ".join(had):
        yield f"  had by {told}"
    if state.missing:
        yield f"  NOT CONFIRMED BY {', '.join(map(seen.code, state.missing))}: it opens when everybody has it"
    is_over = seen.at >= state.deadline
    for one in state.taken:
        yield f"  {seen.code(one.position.by_ref)}: {one.position.stance}{_marks(one, is_over=is_over)}{_said(one)}"
    yield from _doubtful(seen)
    if state.unseen:
        yield f"  {', '.join(map(seen.code, state.unseen))} CONFIRM A POSITION THAT HAS NOT COME HERE: read every party"
    if state.unheard:
        yield f"  not heard since the deadline: {', '.join(map(seen.code, state.unheard))}"
    if not state.certifies:
        yield "  THIS NODE'S CLOCK IS OFF: it certifies nothing"
    for ignored in state.ignored:
        yield f"  ignored: {ignored.id}: {ignored.why}"
    for text in seen.texts:
        yield f"  text {text.lang}, {text.authenticity}: {len(text.text)} characters"
    yield f"  frozen as sha256 {state.proposal.text_sha256}"
    yield f"  {seen.id}"


def _about(seen: SeenProposal) -> Iterator[str]:
    """Where it comes from, and what is counted."""
    state = seen.state
    if state.proposal.succeeds_ref:
        taken_up = len(state.proposal.takes_up_refs)
        more = f", and takes up {counted(taken_up, 'amendment')} of it" if taken_up else ""
        yield f"  it takes the place of {state.proposal.succeeds_ref}{more}"
    if state.proposal.sitting_ref:
        yield f"  on the agenda of {state.proposal.sitting_ref}"
    if state.finding is not None:
        by = seen.code(state.finding.by_ref)
        yield f"  {by} states that nobody objected at {short_timestamp(state.finding.found_at)}"
    if state.awaited is not None:
        by = seen.code(state.awaited.by_ref)
        yield f"  {by} states consensus at {short_timestamp(state.awaited.found_at)}: NOT ENOUGH OTHERS HAVE THAT YET"
    if state.tally is not None:
        yield f"  {_counted_votes(state.tally)}"


def _doubtful(seen: SeenProposal) -> Iterator[str]:
    """What people have to look at."""
    state = seen.state
    if seen.amendments:
        short = seen.id.partition("--")[2][:8]
        yield f"  {counted(len(seen.amendments), 'amendment')}, beside the text: kenesh proposal amendments {short}"
    if state.doubts:
        yield "  IN DOUBT, FOR PEOPLE: confirmed in time, no further member knew, and the outcome may hang on it:"
        yield from (f"    {name}" for name in state.doubts)
    if state.decision is not None and state.decision.despite:
        yield f"  certified despite a doubt: {visible(state.decision.despite, 2000)}"


def _rest(seen: SeenProposal) -> str:
    state = seen.state
    if state.decision is not None:
        return f"certified as {state.decision.number}"
    if state.is_provisional:
        return f"provisional until {seen.code(seen.depositary)} certifies it"
    return f"until {short_timestamp(state.deadline)}"


def _counted_votes(tally: Tally) -> str:
    votes = f"votes: {tally.support} for, {tally.against} against, {tally.abstained} abstained, of {tally.total}"
    return votes if tally.is_quorate else f"{votes}; NO QUORUM: {tally.parties} took part"


def _marks(one: Taken, *, is_over: bool) -> str:
    if not one.delivered:
        return "  NOT DELIVERED: nobody has confirmed it"
    if not one.witnessed:
        return (
            "  IN DOUBT: no further member knew of the confirmation" if one.in_doubt else "  (confirmed, not yet known)"
        )
    if one.in_doubt:
        return "  IN DOUBT: it hangs on a clock"
    return "" if one.in_time else "  (not confirmed in time)" if is_over else "  (not confirmed yet)"


def _said(one: Taken) -> str:
    said = "".join(f": {visible(text, 500)}" for text in (one.position.ground, one.position.statement) if text)
    return said + (f"; what would lift it: {visible(one.position.remedy, 500)}" if one.position.remedy else "")
