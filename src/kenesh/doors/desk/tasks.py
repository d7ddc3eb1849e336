"""What needs somebody: everything that the node knows to be wrong, the urgent first, in the order of its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import DAY, HOUR, MINUTE, SECOND, Instant
from kenesh.doors.desk.seen import Seen
from kenesh.doors.services import Transaction
from kenesh.federation.peer import Peer
from kenesh.federation.recalling import Recalling
from kenesh.holdings.alarms import Alarm
from kenesh.holdings.rows import Conflict, ImportRecord
from kenesh.parties.bodies import BODY
from kenesh.parties.tokens import SKEW
from kenesh.response.effects import Item, Standing

#: A peer is read every minute, and at once when it says that there is something.
LATE: Final = HOUR
SKEW_SHOWN: Final = 2 * SECOND
_SKEW_NOTED: Final = MINUTE
_CARD_ENDS: Final = 30 * DAY
_MOST_CONFLICTS: Final = 200
_CIRCLE: Final = f"{BODY.name}--"
#: They go on being counted, and each conflict is told once, with its object.
_TOLD_OTHERWISE: Final = "conflict"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `kind` chooses the words; `is_urgent`: something is not shared, or cannot be trusted, now."""

    kind: str
    is_urgent: bool
    party: str = ""
    at: Instant | None = None
    count: int = 0
    text: str = ""
    about: Seen | None = None


@dataclass(frozen=True, slots=True)
class Worries:
    """What the tables say, before it is decided what of it the reader may see."""

    peers: tuple[Peer, ...]
    quarantine: Mapping[tuple[str, str], int]
    alarms: tuple[Alarm, ...]
    conflicts: tuple[tuple[Conflict, str], ...]
    imports: tuple[ImportRecord, ...]
    recalls: Mapping[str, Sequence[str]]

    def objects(self) -> Iterator[str]:
        """The ids that they are about."""
        yield from (alarm.about for alarm in self.alarms if is_stix_id(alarm.about))
        yield from (conflict.object_id for conflict, _ in self.conflicts)
        yield from (withdrawal for named in self.recalls.values() for withdrawal in named)
        yield from (audience for _, audience in self.quarantine if is_stix_id(audience))


def worries(tx: Transaction, recalling: Recalling, asked_of_us: Iterable[str], now: Instant) -> Worries:
    """Reads them; `asked_of_us` are the requests that wait for this party's word."""
    overdue = [one for one in recalling.standings(tx, "", now) if one.unanswered() and one.recall.by < now]
    return Worries(
        peers=tuple(tx.peers.all()),
        quarantine={(tx.parties.code_of(ref), to): n for (ref, to), n in tx.quarantine.by_audience().items()},
        alarms=tuple(tx.alarms.unseen(50)),
        conflicts=tuple((c, tx.parties.code_of(c.source)) for c in tx.versions.conflicts(None, _MOST_CONFLICTS)),
        imports=tuple(record for record in tx.imports.recent(50) if not record.finished),
        recalls={
            "recall-waits": recalling.waiting(tx),
            "recall-overdue": [one.withdrawal for one in overdue],
            "forward-waits": list(asked_of_us),
        },
    )


def tasks(found: Worries, visible: Mapping[str, Seen], now: Instant, asked: Sequence[Item] = ()) -> tuple[Task, ...]:
    """The tasks, the urgent first. What is about an object that the reader does not see is not there for him.

    `asked` is what the levels of the bodies that he sees ask of this party.
    """
    every = [*_alarms(found, visible), *_peers(found.peers, now), *_quarantine(found, visible)]
    recalls = {kind: sum(one in visible for one in named) for kind, named in found.recalls.items()}
    every += [Task(kind, True, count=count) for kind, count in recalls.items() if count]
    every += _levels(asked)
    every += [*_conflicts(found.conflicts, visible), *_imports(found.imports)]
    return tuple(sorted(every, key=lambda task: not task.is_urgent))


def _levels(asked: Sequence[Item]) -> Iterator[Task]:
    for kind, standing in (("level-overdue", Standing.OVERDUE), ("level-open", Standing.OPEN)):
        if count := sum(item.standing is standing for item in asked):
            yield Task(kind, standing is Standing.OVERDUE, count=count)


def _alarms(found: Worries, visible: Mapping[str, Seen]) -> Iterator[Task]:
    for alarm in found.alarms:
        if alarm.code == _TOLD_OTHERWISE:
            continue
        if not is_stix_id(alarm.about):
            yield Task("alarm", True, party=alarm.about, at=alarm.at, text=alarm.text)
        elif alarm.about in visible:
            yield Task("alarm", False, at=alarm.at, text=alarm.text, about=visible[alarm.about])


def _peers(peers: Sequence[Peer], now: Instant) -> Iterator[Task]:
    for peer in peers:
        state = state_of(peer, now)
        if state == "failing":
            yield Task("peer-failing", True, peer.code, peer.last_sync_at, text=peer.last_error)
        elif state != "fine":
            yield Task(f"peer-{state}", False, peer.code, peer.last_sync_at)
        if abs(peer.skew) >= _SKEW_NOTED:
            yield Task("clock", abs(peer.skew) > SKEW, peer.code, count=peer.skew // SECOND)
        if peer.valid_until < now + _CARD_ENDS:
            yield Task("card", peer.valid_until < now, peer.code, peer.valid_until)


def state_of(peer: Peer, now: Instant) -> str:
    """How reading from a peer goes: failing, unread, late or fine."""
    if peer.last_error:
        return "failing"
    if peer.last_sync_at is None:
        return "unread"
    return "late" if peer.last_sync_at < now - LATE else "fine"


def _quarantine(found: Worries, visible: Mapping[str, Seen]) -> Iterator[Task]:
    """What waits, by party; of what came through a circle, who is not cleared for it learns nothing."""
    counts = Counter[str]()
    for (code, audience), count in found.quarantine.items():
        if audience in visible or not audience.startswith(_CIRCLE):
            counts[code] += count
    yield from (Task("quarantine", False, code, count=count) for code, count in sorted(counts.items()))


def _conflicts(conflicts: Sequence[tuple[Conflict, str]], visible: Mapping[str, Seen]) -> Iterator[Task]:
    for conflict, code in conflicts:
        if about := visible.get(conflict.object_id):
            yield Task("conflict", False, code, text=conflict.why, about=about)


def _imports(records: Sequence[ImportRecord]) -> Iterator[Task]:
    for record in records:
        yield Task("import", False, at=record.at, text=record.source)
