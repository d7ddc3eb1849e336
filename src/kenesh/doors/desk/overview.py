"""The first page: what needs somebody, who is connected, what came and went lately, who belongs to which body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.doors.alerting import level_seen
from kenesh.doors.desk.passing import Passed, passed
from kenesh.doors.desk.seen import Seen, seen, seen_by_id
from kenesh.doors.desk.tasks import Task, state_of, tasks, worries
from kenesh.doors.services import Services, Transaction
from kenesh.federation.hosts import hosts_known
from kenesh.federation.peer import Peer
from kenesh.holdings.rows import ImportRecord
from kenesh.parties.bodies import BODY
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

_IMPORTS: Final = 5


@dataclass(frozen=True, slots=True)
class Circle:
    """A body and its members now."""

    about: Seen
    title: str
    keeper: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows. `peers` come with how reading from them goes; `hosts` are theirs and this node's own."""

    tasks: tuple[Task, ...]
    peers: tuple[tuple[Peer, str], ...]
    came: tuple[Passed, ...]
    went: tuple[Passed, ...]
    bodies: tuple[Circle, ...]
    imports: tuple[ImportRecord, ...]
    hosts: Mapping[str, str]
    now: Instant

    @property
    def read_lately(self) -> int:
        """How many peers are read as they should be."""
        return sum(state == "fine" for _, state in self.peers)


def overview(services: Services, reader: Reader) -> Released[Overview]:
    """Everything of it in one reading transaction."""
    services.bring_up_to_date()
    now = services.clock.now()
    with services.store.reading() as tx:
        asked = [request.id for request in services.forwarding.waiting(tx, reader, now)]
        found = worries(tx, services.recalling, asked, now)
        came, went = passed(tx, reader, services.own.ref, now).value
        bodies = seen(tx, reader, tx.versions.of_type(BODY.name), now)
        circles = bodies.map(lambda items: tuple(_circle(tx, item, now) for item in items)).value
        imports = tuple(tx.imports.recent(_IMPORTS))
        levels = [level_seen(tx, services, reader, circle.about.id) for circle in circles]
        items = [item for level in levels for item in level.asked if item.party_ref == services.own.ref]
        return seen_by_id(tx, reader, found.objects(), now).map(
            lambda visible: Overview(
                tasks=tasks(found, visible, now, items),
                peers=tuple((peer, state_of(peer, now)) for peer in found.peers),
                came=came,
                went=went,
                bodies=circles,
                imports=imports,
                hosts=hosts_known(tx, services.own),
                now=now,
            )
        )


def _circle(tx: Transaction, body: Seen, now: Instant) -> Circle:
    terms = [stored.term for stored in tx.terms.of_audiences([body.id]) if stored.term.is_in_force(now)]
    members = sorted({(tx.parties.code_of(term.party_ref), term.role.value) for term in terms})
    content: dict[str, Any] = msgspec.json.decode(tx.versions.raw([body.held.num])[body.held.num])
    return Circle(body, str(content.get("title", body.name)), tx.parties.code_of(body.held.writer), tuple(members))
