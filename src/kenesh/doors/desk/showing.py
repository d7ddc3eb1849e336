"""One object's page, and the list of objects: what the reader sees of them and of what they point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.doors.desk.content import Node, common_rows, own_rows, references
from kenesh.doors.desk.passing import MACHINERY
from kenesh.doors.desk.seen import Seen, seen, seen_by_id
from kenesh.doors.services import Services, Transaction
from kenesh.doors.views import Shown, show
from kenesh.federation.explaining import Explanation, explain
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.stix.exercise import is_exercise
from kenesh.stix.marking import refs_of

PER_PAGE: Final = 50
#: So many of the newest matches are looked through; whoever looks for more says more.
LOOKED_THROUGH: Final = 1_000
_MAX_QUERY: Final = 200
_SIGHTINGS: Final = 50


@dataclass(frozen=True, slots=True)
class Sighting:
    """A sighting of the object, by a party."""

    about: Seen
    by: str
    count: int
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """What the page shows. `links` are the ids on it that are held and visible; `parties` those that are a party's."""

    shown: Shown
    rows: tuple[tuple[str, Node], ...]
    common: tuple[tuple[str, Node], ...]
    links: Mapping[str, Seen]
    parties: Mapping[str, str]
    sightings: tuple[Sighting, ...]
    explained: tuple[tuple[str, Explanation], ...]

    @property
    def is_machinery(self) -> bool:
        """Whether it is what nodes tell one another by themselves, which nobody releases by hand."""
        return self.shown.current.type in MACHINERY

    @property
    def is_exercise(self) -> bool:
        """Whether it was made up for a drill."""
        return is_exercise(refs_of(self.shown.content))

    @property
    def not_fetched(self) -> int:
        return sum(one.fetched_at is None and not one.is_constituent for one in self.shown.recipients)


def object_page(services: Services, reader: Reader, object_id: str) -> Released[ObjectPage]:
    """One object with all that is known of it here.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    if not is_stix_id(object_id):
        raise UnknownProblem("There is no such object.")
    services.bring_up_to_date()
    shown = show(services, reader, object_id)
    with services.store.reading() as tx:
        return shown.map(lambda found: _page(tx, services, reader, found))


def _page(tx: Transaction, services: Services, reader: Reader, shown: Shown) -> ObjectPage:
    rows, common = own_rows(shown.content), common_rows(shown.content)
    ids = {*references(rows), *references(common), *(release.id for release in shown.releases)}
    codes = {ref: tx.parties.code_of(ref) for ref in ids if ref.startswith("identity--")}
    now = services.clock.now()
    return ObjectPage(
        shown=shown,
        rows=rows,
        common=common,
        links=seen_by_id(tx, reader, ids - {shown.current.id}, now).value,
        parties={ref: code for ref, code in codes.items() if code != ref},
        sightings=_sightings(tx, reader, shown.current.id, now).value,
        explained=tuple(
            (p.code, explain(tx, services.own, reader, shown.current.id, p.code, now)) for p in tx.peers.all()
        ),
    )


def _sightings(tx: Transaction, reader: Reader, object_id: str, now: Instant) -> Released[tuple[Sighting, ...]]:
    newest = tx.versions.linked_to(object_id, ["sighting"])[-_SIGHTINGS:]
    raw = tx.versions.raw([held.num for held in newest])
    return seen(tx, reader, newest, now).map(
        lambda items: tuple(
            _sighting(tx, item, value)
            for item in items
            if (value := msgspec.json.decode(raw[item.held.num])).get("sighting_of_ref") == object_id
        )
    )


def _sighting(tx: Transaction, item: Seen, value: Mapping[str, Any]) -> Sighting:
    by = tx.parties.code_of(item.held.created_by or item.held.writer)
    count = value.get("count", 1)
    return Sighting(
        item,
        by,
        count if isinstance(count, int) else 1,
        str(value.get("first_seen", "")),
        str(value.get("last_seen", "")),
    )
