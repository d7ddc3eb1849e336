"""Who is in which body on a day: a pure function of the claims, whatever their order and however often each is told.

Claims that contradict each other stand side by side and are marked; none is resolved, and none overwrites another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import msgspec

from kenesh.council.directory.values import (
    OFFICES,
    STANDINGS,
    AnyClaim,
    Called,
    Capacity,
    InBody,
    OfBody,
    TakesPart,
    Topic,
    first_day,
)
from kenesh.parties.party import LISTED

Sort = TypeVar("Sort", InBody, OfBody)


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one matter; `conflict`: its claims contradict each other.

    `matter` is a party's code, an office or a topic.
    """

    matter: str
    claims: tuple[InBody | OfBody, ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """A body on a day.

    Attributes:
        about: what is said of the body, by topic. offices: who chairs, each body by its own clock.
        parties: everybody else of whom something is said.
        later, earlier: how many claims begin after that day, and how many had ended.
    """

    body: str
    about: tuple[Row, ...]
    offices: tuple[Row, ...]
    parties: tuple[Row, ...]
    later: int
    earlier: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """All that is said of it for that day."""
        return (*self.about, *self.offices, *self.parties)

    @property
    def conflicts(self) -> int:
        """On how many matters sources differ."""
        return sum(row.conflict for row in self.rows)


def directory(claims: Iterable[AnyClaim], at: date) -> tuple[Roster, ...]:
    """Every body of which anything is claimed, as it is on that day by what each source says."""
    said = in_order(claims)
    bodies = sorted({one.body for one in said if isinstance(one, InBody | OfBody)})
    return tuple(_roster(body, [*_of(said, InBody, body), *_of(said, OfBody, body)], at) for body in bodies)


def in_order(claims: Iterable[AnyClaim]) -> list[AnyClaim]:
    """Each claim once, in an order that depends on what they say alone."""
    return sorted({*claims}, key=lambda one: (one.begins_on, one.as_of, type(one).__name__, msgspec.json.encode(one)))


def called(claims: Iterable[AnyClaim], party: str, at: date, host: str = "") -> tuple[Called, ...]:
    """What a party is called on that day where `host` receives; what it says nothing about is as everywhere."""
    found = in_order(one for one in claims if isinstance(one, Called) and one.party == party and one.holds(at))
    labels = [one for one in found if isinstance(one, Called)]
    there = tuple(one for one in labels if one.host == host)
    return there or tuple(one for one in labels if one.host is None)


def name_of(claims: Iterable[AnyClaim], party: str, at: date, host: str = "") -> str:
    """Its names, side by side where sources differ; without any the listed one, or the code."""
    names = dict.fromkeys(one.name for one in called(claims, party, at, host))
    return " / ".join(names) or LISTED.get(party, party)


def takes_part(claims: Iterable[AnyClaim], party: str, host: str, at: date) -> tuple[TakesPart, ...]:
    """What the host says of that party's participation; it is said, and applied by nobody."""
    rules = [one for one in claims if isinstance(one, TakesPart) and (one.party, one.host) == (party, host)]
    return tuple(one for one in in_order(rules) if isinstance(one, TakesPart) and one.holds(at))


def partner_state(claim: InBody, at: date) -> str:
    """How far a partner has come by that day: accepted, invited, or named by a source and no more."""
    if claim.accepted_on is not None and first_day(claim.accepted_on) <= at:
        return "accepted"
    return "invited" if claim.invited_on is not None and first_day(claim.invited_on) <= at else "named"


def _of(claims: Sequence[Any], kind: type[Sort], body: str) -> list[Sort]:
    return [one for one in claims if isinstance(one, kind) and one.body == body]


def _roster(body: str, claims: Sequence[InBody | OfBody], at: date) -> Roster:
    now = [one for one in claims if one.holds(at)]
    seats = [one for one in now if isinstance(one, InBody)]
    topics = [one for one in now if isinstance(one, OfBody)]
    offices = [(office, [one for one in seats if one.capacity is office]) for office in Capacity if office in OFFICES]
    parties = sorted({one.party for one in seats if one.capacity not in OFFICES})
    return Roster(
        body=body,
        about=tuple(
            _topic(topic, [one for one in topics if one.topic is topic]) for topic in Topic if _has(topics, topic)
        ),
        offices=tuple(
            Row(office.value, tuple(found), len({one.party for one in found}) > 1) for office, found in offices if found
        ),
        parties=tuple(
            _party(party, [one for one in seats if one.party == party and one.capacity not in OFFICES])
            for party in parties
        ),
        later=sum(one.begins_on > at for one in claims),
        earlier=sum(one.begins_on <= at and not one.holds(at) for one in claims),
    )


def _has(topics: Iterable[OfBody], topic: Topic) -> bool:
    return any(one.topic is topic for one in topics)


def _topic(topic: Topic, found: Sequence[OfBody]) -> Row:
    return Row(topic.value, tuple(found), len({one.text for one in found}) > 1)


def _party(party: str, found: Sequence[InBody]) -> Row:
    standings = {one.capacity for one in found if one.capacity in STANDINGS}
    shares = {(one.capacity, one.share) for one in found if one.share}
    return Row(party, tuple(found), len(standings) > 1 or len(shares) > len({capacity for capacity, _ in shares}))
