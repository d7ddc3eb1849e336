"""A case as one document: what `kenesh case show --json` prints, and what the API answers.

Parties are said by what people call them, times as STIX writes them. A field that is null says that there is no such
thing, or not yet.
"""

from __future__ import annotations

import msgspec

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.doors.caseroom import SeenCase
from kenesh.response.cases import Item
from kenesh.response.reporting import Owed


class PartyDocument(msgspec.Struct, frozen=True):
    """A party in the room, how it stands to the case, and up to when it was heard here."""

    party: str
    state: str
    since: str
    heard_at: str | None


class AskedDocument(msgspec.Struct, frozen=True):
    """A task or request, and how it stands. `event`: the event of a drill that it is."""

    id: str
    name: str
    by: str
    to: str
    state: str
    since: str
    due_at: str
    in_time: bool | None
    overdue: bool
    unheard_since: str | None
    left_at: str | None
    event: str | msgspec.UnsetType = msgspec.UNSET


class ClockDocument(msgspec.Struct, frozen=True):
    """A report that a party owes under a law."""

    party: str
    regime: str
    step: str
    number: int
    state: str
    due_at: str | None
    done_at: str | None
    sent_at: str | None


class LinkedDocument(msgspec.Struct, frozen=True):
    """What a case is tied to."""

    id: str
    type: str


class IgnoredDocument(msgspec.Struct, frozen=True):
    """What was stated, and counts for nothing."""

    id: str
    why: str


class EntryDocument(msgspec.Struct, frozen=True):
    """Something that a party said."""

    at: str
    party: str
    what: str
    name: str
    text: str


class CaseDocument(msgspec.Struct, frozen=True):
    """A case as it stands now, as one reader sees it."""

    case: str
    name: str
    exercise: bool
    state: str
    since: str
    lead: str
    lead_left_at: str | None
    room: str
    parties: list[PartyDocument]
    asked: list[AskedDocument]
    clocks: list[ClockDocument]
    linked: list[LinkedDocument]
    other_cases: list[str]
    ignored: list[IgnoredDocument]
    timeline: list[EntryDocument]
    holds_until: str | None


class AskedInCase(msgspec.Struct, frozen=True):
    """A task or request, and the id of the case in which it is asked."""

    case: str
    asked: AskedDocument


def case_wire(seen: SeenCase) -> CaseDocument:
    """The document of a case."""
    state, case = seen.state, seen.state.case
    return CaseDocument(
        case=case.id,
        name=case.name,
        exercise=case.exercise,
        state=state.standing.value,
        since=stix_timestamp(state.since),
        lead=seen.code(case.by_ref),
        lead_left_at=_at(state.lead_left_at),
        room=seen.room_ref,
        parties=[
            PartyDocument(
                seen.code(one.party_ref), one.joining.value, stix_timestamp(one.since), heard_at=_at(one.heard_at)
            )
            for one in state.parties
        ],
        asked=[asked_wire(seen, item) for item in state.items],
        clocks=[_clock_wire(seen, owed) for owed in state.owed],
        linked=[LinkedDocument(one.id, one.type) for one in seen.linked],
        other_cases=[one.id for one in seen.others],
        ignored=[IgnoredDocument(one.id, one.why) for one in state.ignored],
        timeline=[
            EntryDocument(stix_timestamp(one.at), seen.code(one.party_ref), one.what, one.name, one.text)
            for one in seen.timeline
        ],
        holds_until=_at(state.holds_until),
    )


def asked_wire(seen: SeenCase, item: Item) -> AskedDocument:
    """The document of what is asked in a case."""
    state = item.state
    return AskedDocument(
        id=item.asked.id,
        name=item.asked.name,
        by=seen.code(item.asked.by_ref),
        to=seen.code(item.asked.to_ref),
        state=state.standing.value,
        since=stix_timestamp(state.since),
        due_at=stix_timestamp(state.due_at),
        in_time=state.in_time,
        overdue=state.is_overdue,
        unheard_since=_at(state.unheard_since),
        left_at=_at(state.left_at),
        event=item.asked.inject or msgspec.UNSET,
    )


def _clock_wire(seen: SeenCase, owed: Owed) -> ClockDocument:
    clock = owed.clock
    return ClockDocument(
        party=seen.code(owed.party_ref),
        regime=owed.regime,
        step=clock.step.id,
        number=clock.number,
        state=clock.standing.value,
        due_at=_at(clock.due_at),
        done_at=_at(clock.done_at),
        sent_at=_at(owed.sent_at),
    )


def _at(at: Instant | None) -> str | None:
    return None if at is None else stix_timestamp(at)
