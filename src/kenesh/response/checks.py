"""Checks of whether contacts answer: a pure function of what was said, of receipts, and of now.

A check asks every member of a body, or one, to answer by a channel; an answer counts when it had come to who asked, as
that party's receipt says. So the times that are measured are those of the whole way, people included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any, Final

from kenesh.basis.instants import Instant, instant_of
from kenesh.parties.bodies import Seat
from kenesh.response.asking import Answer
from kenesh.response.contacts import ContactKind, has_contacts
from kenesh.response.stated import Received
from kenesh.stix.register import Channel, TypeDefinition


class CheckChannel(StrEnum):
    """By which channel a check asks."""

    NODE = "node"
    MAIL = "mail"
    TELEPHONE = "telephone"
    MESSAGE = "message"


_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}

CHECK = TypeDefinition(
    name="kenesh-contact-check",
    description="A check of whether parties of a body answer: by which channel, from when on, and until when.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "kind": {"type": "string", "enum": [kind.value for kind in ContactKind]},
        "channel": {"type": "string", "enum": [channel.value for channel in CheckChannel]},
        "announced": {"type": "boolean"},
        "to_ref": {"$ref": "#/$defs/party"},
        "opens_at": _TIMESTAMP,
        "due_at": _TIMESTAMP,
    },
    required=("body_ref", "name", "kind", "channel", "announced", "opens_at", "due_at"),
)


class Standing(StrEnum):
    """How a party stands to a check."""

    WAITING = "waiting"
    ANSWERED = "answered"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Check:
    """A check, as who asks stated it. `to_ref`: the one party that is asked; '' for every member."""

    id: str
    by_ref: str
    name: str
    kind: ContactKind
    channel: CheckChannel
    announced: bool
    opens_at: Instant
    due_at: Instant
    to_ref: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """One party in a check.

    Attributes:
        after: until its answer had come to who asked, in microseconds from the opening; None where none has.
        unheard_since: it was last heard then, before the answer was due: its silence says nothing yet.
    """

    party_ref: str
    standing: Standing
    after: int | None
    unheard_since: Instant | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to. `after`: the median of those who answered. `holds_until` as everywhere."""

    check: Check
    parties: tuple[Reached, ...]
    after: int | None
    holds_until: Instant | None


def checked(
    check: Check,
    answers: Iterable[Answer],
    received: Iterable[Received],
    *,
    heard: Mapping[str, Instant],
    members: Mapping[str, Sequence[Seat]],
    now: Instant,
) -> Checked:
    """What a check came to up to now. Who sat in the body when it was opened is asked; nobody answers for another."""
    come: dict[tuple[str, Instant], Instant] = {}
    for receipt in received:
        if receipt.by_ref == check.by_ref and receipt.at <= now:
            key = receipt.of_ref, receipt.of_modified_at
            come[key] = min(receipt.at, come.get(key, receipt.at))
    first: dict[str, Instant] = {}
    for answer in answers:
        at = answer.modified_at if answer.by_ref == check.by_ref else come.get((answer.id, answer.modified_at))
        if answer.target_ref == check.id and at is not None and at <= now:
            first[answer.by_ref] = min(at, first.get(answer.by_ref, at))
    parties = tuple(_reached(check, party, first.get(party), heard, now) for party in _asked(check, members))
    spans = [one.after for one in parties if one.after is not None]
    changes = (check.opens_at, Instant(check.due_at + 1))
    return Checked(
        check=check,
        parties=parties,
        after=int(median(spans)) if spans else None,
        holds_until=min((at for at in changes if at > now), default=None),
    )


def _asked(check: Check, members: Mapping[str, Sequence[Seat]]) -> list[str]:
    sat = [party for party, seats in members.items() if any(s.holds(check.opens_at) and has_contacts(s) for s in seats)]
    return sorted(party for party in sat if party != check.by_ref and check.to_ref in ("", party))


def _reached(check: Check, party: str, at: Instant | None, heard: Mapping[str, Instant], now: Instant) -> Reached:
    if at is not None:
        standing = Standing.ANSWERED if at <= check.due_at else Standing.LATE
        return Reached(party, standing, max(0, at - check.opens_at), None)
    if now <= check.due_at:
        return Reached(party, Standing.WAITING, None, None)
    last = heard.get(party, check.opens_at)
    return Reached(party, Standing.MISSED, None, last if last <= check.due_at else None)


def check_of(value: Mapping[str, Any]) -> Check:
    """The check that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Check(
        id=value["id"],
        by_ref=value["created_by_ref"],
        name=value["name"],
        kind=ContactKind(value["kind"]),
        channel=CheckChannel(value["channel"]),
        announced=value["announced"],
        opens_at=instant_of(value["opens_at"]),
        due_at=instant_of(value["due_at"]),
        to_ref=value.get("to_ref", ""),
    )
