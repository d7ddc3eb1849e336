"""The scorecards that the public may read: derived of what was released to everybody as TLP:CLEAR, and of nothing else.

Nobody who asks here says who he is. What he sees of programmes, measures, reports and verifications is exactly what the
node's public collection gives to anybody; the rest is as absent, and no light and no sum counts it.
Source: ADR 52.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem
from kenesh.council.measures.kinds import MEASURE, PROGRAMME, VERIFICATION
from kenesh.council.measures.page import Page, Place, page
from kenesh.council.measures.scorecard import Room, Stated, scorecard
from kenesh.council.measures.stated import measure_of, programme_of, report_of, verification_of
from kenesh.council.measures.values import Programme, Scorecard
from kenesh.council.measures.words import Say
from kenesh.doors.desk.printing import said
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.holdings.feed import page as feed_page
from kenesh.holdings.feed import views
from kenesh.holdings.pages import PageQuery
from kenesh.holdings.rows import HeldVersion, View
from kenesh.parties.party import party_id
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import NOBODY
from kenesh.release.rules import Stage
from kenesh.response.kinds import UPDATE
from kenesh.response.zones import ZONES
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

#: So many objects are asked of at once, and so many pages of them are read.
_AT_ONCE: Final = 200
_MAX_PAGES: Final = 200
_PAGE: Final = 1000
Value = TypeVar("Value")


def public_sheets(services: Services, at: Instant, say: Say) -> Released[tuple[tuple[str, Page], ...]]:
    """The scorecard of each programme that is the public's, by the programme's id, in the words of `say`."""
    services.bring_up_to_date()
    with services.reading() as tx:
        found = views(tx, NOBODY, services.clock.now())
        content = next((view for view in found if view.collection.channel is Channel.CONTENT), None)
        if content is None:
            return only_released(Stage.READ, [])
        seen = _Seen(services, tx, content)
        query = PageQuery(Instant(0), _PAGE, every_version=True, types=(PROGRAMME.name,))
        return feed_page(tx, NOBODY, content, query).map(lambda programmes: seen.sheets(programmes.content, at, say))


class _Seen:
    """What the anonymous reader sees, type by type."""

    def __init__(self, services: Services, tx: Transaction, view: View) -> None:
        self._services = services
        self._tx = tx
        self._view = view

    def sheets(self, octets: bytes, at: Instant, say: Say) -> tuple[tuple[str, Page], ...]:
        """The scorecards of these programmes, sorted by their names."""
        cards = [card for versions in self._programmes(octets) if (card := self.card(versions, at)) is not None]
        parties = {ref for card in cards for row in card.rows for ref in row.measure.reporters}
        parties |= {one.by_ref for card in cards for row in card.rows for one in row.verifications}
        # Whether there is a body, and what it is called, is its members' alone.
        codes = {ref: self._tx.parties.code_of(ref) for ref in parties}
        place = Place("", Tlp.CLEAR.label, codes, public=True)
        ordered = sorted(cards, key=lambda card: (card.programme.name, card.programme.id))
        return tuple((card.programme.id, page(card, place, say, said)) for card in ordered)

    def _programmes(self, octets: bytes) -> list[list[tuple[str, Programme]]]:
        """Every version of each programme, with its body."""
        values = msgspec.json.decode(b"[" + octets + b"]")
        held = self._tx.versions.current_of({value["id"] for value in values}).values()
        found: dict[str, list[tuple[str, Programme]]] = {}
        for body, one in _read(values, held, lambda value: (str(value["body_ref"]), programme_of(value))):
            found.setdefault(one.id, []).append((body, one))
        return list(found.values())

    def card(self, versions: list[tuple[str, Programme]], at: Instant) -> Scorecard | None:
        """The scorecard of a programme, of what is the public's; None where it is not its body's keeper's."""
        body_ref, programme = versions[-1]
        body = self._tx.versions.current_of([body_ref]).get(body_ref)
        if body is None:
            return None
        measures = list(self._values(self._linked([programme.id], MEASURE.name), measure_of))
        ids = sorted({one.id for one in measures})
        stated = Stated(
            measures,
            list(self._values(self._linked(ids, UPDATE.name), report_of)),
            list(self._values(self._linked(ids, VERIFICATION.name), verification_of)),
        )
        # Who sits there judges a verification, and stands on no page.
        members = seats_of(self._tx, self._services.own, body_ref)
        room = Room(body.writer, members, {party_id(code): zone for code, zone in ZONES.items()})
        return scorecard([one for _, one in versions], stated, room, at)

    def _linked(self, targets: Iterable[str], kind: str) -> list[HeldVersion]:
        return [held for target in targets for held in self._tx.versions.linked_to(target, [kind])]

    def _values(self, held: Sequence[HeldVersion], as_value: Callable[[Mapping[str, Any]], Value]) -> Iterator[Value]:
        """Every version of these objects that the public sees."""
        ids = sorted({one.id for one in held})
        for begin in range(0, len(ids), _AT_ONCE):
            yield from _read(self._given(tuple(ids[begin : begin + _AT_ONCE])), held, as_value)

    def _given(self, ids: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        after = Instant(0)
        for _ in range(_MAX_PAGES):
            query = PageQuery(after, _PAGE, every_version=True, ids=ids)
            found = feed_page(self._tx, NOBODY, self._view, query).value
            yield from msgspec.json.decode(b"[" + found.content + b"]")
            if not found.more or found.last is None:
                return
            after = found.last


def _read(
    values: Iterable[dict[str, Any]], held: Iterable[HeldVersion], as_value: Callable[[Mapping[str, Any]], Value]
) -> Iterator[Value]:
    """What their own authors stated; what names a day or a time that does not exist says nothing."""
    writers = {one.id: one.writer for one in held}
    for value in values:
        try:
            found = as_value(value)
        except (Problem, KeyError):
            continue
        if writers.get(value["id"]) == value["created_by_ref"]:
            yield found
