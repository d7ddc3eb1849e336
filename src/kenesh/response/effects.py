"""What a level in force asks of each member, and how that stands: pure, of what the members stated, and of now.

Nobody sets these tasks: they follow from the rules and from when the level began, so they are there on every node, and
in time. A situation report answers where one is asked for, contacts that were looked through where those are; else a
party says of itself that it is done. An author's own times say when: nobody confirms to all of a body that it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from kenesh.basis.instants import Instant, instant_of
from kenesh.parties.bodies import Seat
from kenesh.response.kinds import UPDATE, Status
from kenesh.response.levels import DECIDES, Due, LevelState
from kenesh.response.sitreps import STANDS, Sitrep
from kenesh.response.statements import Hand
from kenesh.stix.marking import Tlp


class Standing(StrEnum):
    """How what was asked stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Reply:
    """One version of an update on what a level asks. `about`: which of it, in the words of the rules."""

    id: str
    modified_at: Instant
    by_ref: str
    stated_at: Instant
    about: str
    status: Status
    tlp: Tlp = Tlp.AMBER_STRICT
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One version of a contact, by when its party looked at it."""

    id: str
    modified_at: Instant
    by_ref: str
    verified_at: Instant
    tlp: Tlp = Tlp.AMBER_STRICT
    revoked: bool = False

    @property
    def counts_from(self) -> Instant:
        """A look of the future has not been taken yet."""
        return min(self.verified_at, self.modified_at)


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """All contacts of a party hold, as of the instant at which the one was looked at that waits longest."""

    stated_at: Instant
    tlp: Tlp


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked of one party.

    Attributes:
        due_at: by when it is to be done, or done anew.
        said_at: when the party said what counts; None where it said nothing yet.
        is_unheard: its time is over, and the party was not heard since: its silence says nothing yet.
        tlp: as what that counts by which it stands so.
    """

    what: str
    party_ref: str
    standing: Standing
    due_at: Instant
    said_at: Instant | None = None
    is_unheard: bool = False
    by_sitrep: bool = False
    tlp: Tlp = Tlp.CLEAR


@dataclass(frozen=True, slots=True)
class Effects:
    """What the level asks, of each party, in the order of the rules; and until when that holds if nothing arrives."""

    items: tuple[Item, ...]
    holds_until: Instant | None


def effects(
    level: LevelState,
    sitreps: Iterable[Sitrep],
    replies: Iterable[Reply],
    looks: Iterable[Look],
    members: Mapping[str, Sequence[Seat]],
    heard: Mapping[str, Instant | None],
    now: Instant,
) -> Effects:
    """What the level asks of those who decide in the body, and how it stands.

    `heard`: up to when each party was heard here; who is not in it, as this party itself, is not asked about.
    """
    sitreps, replies, looks = list(sitreps), list(replies), list(looks)
    reported = newest_reports(sitreps, now)
    said = {(one.by_ref, one.about): one for one in in_order(replies, now)}
    through = looked_through(looks, now)
    items = tuple(
        _item(due, party, _counting(due, party, reported, said, through), heard, now)
        for due in level.due
        for party in sorted(members)
        if any(seat.role in DECIDES and seat.holds(now) for seat in members[party])
    )
    moments = [*_changes(items, level)]
    spoken = [at for one in sitreps for at in (one.modified_at, one.stated_at)]
    moments += [*spoken, *(Instant(at + STANDS + 1) for at in spoken)]
    moments += [at for one in replies for at in (one.modified_at, one.stated_at)]
    moments += [at for one in looks for at in (one.modified_at, one.verified_at)]
    return Effects(items, min((at for at in moments if at > now), default=None))


def newest_reports(sitreps: Iterable[Sitrep], now: Instant) -> dict[str, Sitrep]:
    """The report of each party that stands now."""
    counted = in_order(sitreps, now)
    return {one.by_ref: one for one in counted if now <= min(one.stated_at, one.modified_at) + STANDS}


def looked_through(looks: Iterable[Look], now: Instant) -> dict[str, LookedThrough]:
    """From when on the contacts of each party hold, all of them; a party that has none is not in it."""
    versions = sorted(set(looks), key=lambda one: (one.modified_at, repr(one)))
    newest = {one.id: one for one in versions if one.modified_at <= now}
    found: dict[str, LookedThrough] = {}
    for one in newest.values():
        if not one.revoked:
            known = found.get(one.by_ref, LookedThrough(one.counts_from, one.tlp))
            found[one.by_ref] = LookedThrough(min(known.stated_at, one.counts_from), max(known.tlp, one.tlp))
    return found


Versioned = TypeVar("Versioned", Sitrep, Reply)


def in_order(versions: Iterable[Versioned], now: Instant) -> list[Versioned]:
    """What counts now: of each id its last version, in the order in which they were first stated."""
    last: dict[str, Versioned] = {}
    for one in sorted(set(versions), key=lambda one: (one.modified_at, repr(one))):
        if one.modified_at <= now and one.stated_at <= now:
            last[one.id] = one
    counted = (one for one in last.values() if not one.revoked)
    return sorted(counted, key=lambda one: (one.stated_at, one.id))


Counting = Sitrep | Reply | LookedThrough | None


def _counting(
    due: Due,
    party: str,
    reported: Mapping[str, Sitrep],
    said: Mapping[tuple[str, str], Reply],
    through: Mapping[str, LookedThrough],
) -> Counting:
    """What the party said of it last, in whichever way answers it."""
    if due.by_sitrep:
        return reported.get(party)
    ways = (said.get((party, due.what)), through.get(party) if due.by_contacts else None)
    return max((one for one in ways if one is not None), key=lambda one: one.stated_at, default=None)


def _item(due: Due, party: str, said: Counting, heard: Mapping[str, Instant | None], now: Instant) -> Item:
    # What was said before the level began answers nothing but the question how it is.
    counted = said if said is not None and (due.by_sitrep or said.stated_at >= due.since) else None
    due_at = due.at
    if due.every:
        last = due.since if counted is None else max(due.since, counted.stated_at)
        due_at = Instant(last + due.every)
    standing = _standing(due, counted, due_at, now)
    until = heard.get(party) if party in heard else now
    return Item(
        what=due.what,
        party_ref=party,
        standing=standing,
        due_at=due_at,
        said_at=None if counted is None else counted.stated_at,
        is_unheard=standing is Standing.OVERDUE and (until is None or until <= due_at),
        by_sitrep=due.by_sitrep,
        tlp=Tlp.CLEAR if counted is None else counted.tlp,
    )


def _standing(due: Due, said: Counting, due_at: Instant, now: Instant) -> Standing:
    if isinstance(said, Reply):
        is_said = said.status in (Status.DONE, Status.REFUSED)
        # What is asked again and again is done for a while.
        if is_said and (not due.every or now <= said.stated_at + due.every):
            return Standing.DONE if said.status is Status.DONE else Standing.REFUSED
    elif said is not None and (now <= said.stated_at + due.every if due.every else said.stated_at >= due.since):
        return Standing.DONE
    return Standing.OVERDUE if now > due_at else Standing.OPEN


def _changes(items: Sequence[Item], level: LevelState) -> Iterator[Instant]:
    """When an item stands otherwise, if nothing arrives."""
    every = {due.what: due.every for due in level.due}
    for item in items:
        yield Instant(item.due_at + 1)
        if item.said_at is not None and every[item.what]:
            yield Instant(item.said_at + every[item.what] + 1)


#: As what an update on an alert is read.
_TARGET: Final = "kenesh-alert--"


def reply_of(value: Mapping[str, Any], tlp: Tlp) -> Reply | None:
    """The reply in a checked update; None where it is about something else than what a level asks.

    Raises:
        UsageProblem: it names a day or time that does not exist, which no schema knows.
    """
    if not value["target_ref"].startswith(_TARGET) or "about" not in value:
        return None
    return Reply(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        stated_at=instant_of(value["created"]),
        about=value["about"],
        status=Status(value["status"]),
        tlp=tlp,
        revoked=value.get("revoked", False),
    )


def look_of(value: Mapping[str, Any], tlp: Tlp) -> Look:
    """When the party looked at a checked contact.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Look(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        verified_at=instant_of(value["verified_at"]),
        tlp=tlp,
        revoked=value.get("revoked", False),
    )


def reply_object(hand: Hand, alert_ref: str, about: str, status: Status, text: str = "") -> dict[str, Any]:
    """What a party says of what a level asks of it."""
    value = {"target_ref": alert_ref, "about": about, "status": status.value}
    return hand.begins(UPDATE.name) | value | ({"description": text} if text else {})
