"""Sittings of a body: a pure function of what was stated of each, and of now.

Whoever calls a sitting states it: when, where, its agenda with the documents by hash, and what came of it. Each party
says for itself whether it comes. Where the sitting is moved, everybody is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kenesh.basis.instants import Instant, instant_of
from kenesh.parties.bodies import Role, Seat
from kenesh.response.asking import Answer
from kenesh.response.kinds import Status
from kenesh.stix.register import Channel, TypeDefinition

MAX_POINTS: Final = 100
#: Who calls a sitting, beside the body's keeper.
CALLS: Final = frozenset((Role.MEMBER, Role.CHAIR, Role.SECRETARIAT))
_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


SITTING = TypeDefinition(
    name="kenesh-sitting",
    description="A sitting of a body: when, where, its agenda with the documents by hash, and what came of it.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"},
        "name": _text(200),
        "begins_at": _TIMESTAMP,
        "ends_at": _TIMESTAMP,
        "place": _text(500),
        #: In whose country: by it the parties are named, and its rules of participation are shown.
        "host": {"type": "string", "pattern": "^[A-Z][A-Z0-9-]{1,15}$"},
        "agenda": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_POINTS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": _text(500),
                    "documents": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 20,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["name", "sha256"],
                            "properties": {
                                "name": _text(300),
                                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                            },
                        },
                    },
                },
            },
        },
        "outcome": _text(20_000),
        "cancelled_at": _TIMESTAMP,
    },
    required=("body_ref", "name", "begins_at", "ends_at"),
)


class Standing(StrEnum):
    """How a sitting stands."""

    PLANNED = "planned"
    SITS = "sits"
    OVER = "over"
    CANCELLED = "cancelled"


class Coming(StrEnum):
    """What a party says of it."""

    COMES = "comes"
    STAYS_AWAY = "stays-away"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda; documents by name and SHA-256."""

    name: str
    documents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One version of a sitting, as whoever calls it states it."""

    id: str
    modified_at: Instant
    by_ref: str
    name: str
    begins_at: Instant
    ends_at: Instant
    called_at: Instant
    place: str = ""
    agenda: tuple[Point, ...] = ()
    outcome: str = ""
    cancelled_at: Instant | None = None
    revoked: bool = False
    host: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """What one party says, and in its own words why; `at` is None where it said nothing."""

    party_ref: str
    coming: Coming
    text: str = ""
    at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SittingState:
    """How a sitting stands.

    Attributes:
        moved_at: since when it is called for this time, where it was for another before.
        parties: everybody who sits in the body then, but whoever calls.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    sitting: Sitting
    standing: Standing
    moved_at: Instant | None
    parties: tuple[Attendance, ...]
    holds_until: Instant | None


def sittings(
    versions: Iterable[Sitting],
    answers: Iterable[Answer],
    members: Mapping[str, Sequence[Seat]],
    keeper_ref: str,
    now: Instant,
) -> tuple[SittingState, ...]:
    """Every sitting as it stands now, by when it begins; without what whoever may not has called."""
    said = list(answers)
    by_id: dict[str, list[Sitting]] = {}
    for one in sorted(set(versions), key=lambda one: (one.modified_at, repr(one))):
        if one.modified_at <= now and (one.by_ref == keeper_ref or _calls(members.get(one.by_ref, ()), one.called_at)):
            by_id.setdefault(one.id, []).append(one)
    found = [_state(stated, said, members, now) for stated in by_id.values() if not stated[-1].revoked]
    return tuple(sorted(found, key=lambda one: (one.sitting.begins_at, one.sitting.id)))


def _calls(seats: Sequence[Seat], at: Instant) -> bool:
    return any(seat.role in CALLS and seat.holds(at) for seat in seats)


def _state(
    stated: Sequence[Sitting], answers: Sequence[Answer], members: Mapping[str, Sequence[Seat]], now: Instant
) -> SittingState:
    newest = stated[-1]
    times = [(one.begins_at, one.ends_at) for one in stated]
    # Since the last version that was for another time: what was answered before was about that one.
    others = [number for number, time in enumerate(times) if time != times[-1]]
    moved_at = stated[others[-1] + 1].modified_at if others else None
    words: dict[str, Answer] = {}
    for answer in sorted(set(answers), key=lambda one: (one.stated_at, one.modified_at, one.id)):
        if answer.target_ref == newest.id and answer.modified_at <= now and (moved_at or 0) <= answer.stated_at <= now:
            words[answer.by_ref] = answer
    parties = tuple(
        _attendance(party, words.get(party))
        for party in sorted(members)
        if party != newest.by_ref and any(seat.holds(newest.begins_at) for seat in members[party])
    )
    moments = [newest.begins_at, newest.ends_at, *(a.stated_at for a in answers), *(a.modified_at for a in answers)]
    return SittingState(
        sitting=newest,
        standing=_standing(newest, now),
        moved_at=moved_at,
        parties=parties,
        holds_until=min((at for at in moments if at > now), default=None),
    )


def _standing(sitting: Sitting, now: Instant) -> Standing:
    if sitting.cancelled_at is not None and sitting.cancelled_at <= now:
        return Standing.CANCELLED
    if now < sitting.begins_at:
        return Standing.PLANNED
    return Standing.SITS if now < sitting.ends_at else Standing.OVER


_MEANS: Final[Mapping[Status, Coming]] = {Status.ACCEPTED: Coming.COMES, Status.REFUSED: Coming.STAYS_AWAY}


def _attendance(party: str, word: Answer | None) -> Attendance:
    if word is None or word.status not in _MEANS:
        return Attendance(party, Coming.SILENT)
    return Attendance(party, _MEANS[word.status], word.text, word.stated_at)


def sitting_of(value: Mapping[str, Any]) -> Sitting:
    """The sitting that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    cancelled = value.get("cancelled_at")
    return Sitting(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        name=value["name"],
        begins_at=instant_of(value["begins_at"]),
        ends_at=instant_of(value["ends_at"]),
        called_at=instant_of(value["created"]),
        place=value.get("place", ""),
        agenda=tuple(
            Point(point["name"], tuple((one["name"], one["sha256"]) for one in point.get("documents", ())))
            for point in value.get("agenda", ())
        ),
        outcome=value.get("outcome", ""),
        cancelled_at=None if cancelled is None else instant_of(cancelled),
        revoked=value.get("revoked", False),
        host=value.get("host", ""),
    )
