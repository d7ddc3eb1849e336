"""The scorecards that the public may read: derived of what was released to everybody as TLP:CLEAR, and of nothing else.

Nobody who asks here says who he is. What he sees of programmes, measures, reports and verifications is exactly what the
node's public collection gives to anybody; the rest is as absent, and no light and no sum counts it.
Source: ADR 52.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from kenesh.holdings.rows import View
from kenesh.parties.party import party_id
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import NOBODY
from kenesh.release.rules import Stage
from kenesh.response.kinds import UPDATE
from kenesh.response.zones import ZONES
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.taxii.paging import MAX_PAGE

#: So many pages of each type are read.
_MAX_PAGES: Final = 20
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
        programmes = feed_page(tx, NOBODY, content, _asked(PROGRAMME.name, Instant(0)))
        return programmes.map(lambda found: seen.sheets(found.content, at, say))


class _Seen:
    """What the anonymous reader sees, type by type."""

    def __init__(self, services: Services, tx: Transaction, view: View) -> None:
        self._services = services
        self._tx = tx
        self._view = view

    def sheets(self, octets: bytes, at: Instant, say: Say) -> tuple[tuple[str, Page], ...]:
        """The scorecards of these programmes, sorted by their names."""
        programmes = self._programmes(octets)
        stated = self._stated() if programmes else Stated((), (), ())
        found = [self._card(body, versions, stated, at) for body, versions in programmes]
        cards = [card for card in found if card is not None]
        parties = {ref for card in cards for row in card.rows for ref in row.measure.reporters}
        parties |= {one.by_ref for card in cards for row in card.rows for one in row.verifications}
        # Whether there is a body, and what it is called, is its members' alone.
        codes = {ref: self._tx.parties.code_of(ref) for ref in parties}
        place = Place("", Tlp.CLEAR.label, codes, public=True)
        ordered = sorted(cards, key=lambda card: (card.programme.name, card.programme.id))
        return tuple((card.programme.id, page(card, place, say, said)) for card in ordered)

    def _programmes(self, octets: bytes) -> list[tuple[str, list[Programme]]]:
        """Every version of each programme, with the body that the last one names."""
        found: dict[str, tuple[str, list[Programme]]] = {}
        for body, one in self._read(octets, lambda value: (str(value["body_ref"]), programme_of(value))):
            found[one.id] = body, [*found.get(one.id, ("", []))[1], one]
        return list(found.values())

    def _stated(self) -> Stated:
        # What is withheld is not even looked at: it costs no time by which it could be known.
        return Stated(
            list(self._values(MEASURE.name, measure_of)),
            list(self._values(UPDATE.name, report_of)),
            list(self._values(VERIFICATION.name, verification_of)),
        )

    def _card(self, body_ref: str, versions: Sequence[Programme], stated: Stated, at: Instant) -> Scorecard | None:
        """The scorecard of a programme, of what is the public's; None where it is not its body's keeper's."""
        body = self._tx.versions.current_of([body_ref]).get(body_ref)
        if body is None:
            return None
        # Who sits there judges a verification, and stands on no page.
        members = seats_of(self._tx, self._services.own, body_ref)
        room = Room(body.writer, members, {party_id(code): zone for code, zone in ZONES.items()})
        return scorecard(versions, stated, room, at)

    def _values(self, kind: str, as_value: Callable[[Mapping[str, Any]], Value]) -> Iterator[Value]:
        """Every version of that type that the public sees."""
        after = Instant(0)
        for _ in range(_MAX_PAGES):
            found = feed_page(self._tx, NOBODY, self._view, _asked(kind, after)).value
            yield from self._read(found.content, as_value)
            if not found.more or found.last is None:
                return
            after = found.last

    def _read(self, octets: bytes, as_value: Callable[[Mapping[str, Any]], Value]) -> Iterator[Value]:
        """What their own authors stated; what names a day or a time that does not exist says nothing."""
        values: list[dict[str, Any]] = msgspec.json.decode(b"[" + octets + b"]")
        held = self._tx.versions.current_of({value["id"] for value in values})
        for value in values:
            try:
                found = as_value(value)
            except (Problem, KeyError):
                continue
            if held[value["id"]].writer == value["created_by_ref"]:
                yield found


def _asked(kind: str, after: Instant) -> PageQuery:
    return PageQuery(after, MAX_PAGE, every_version=True, types=(kind,))
