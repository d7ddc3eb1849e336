"""Measures as a person of this node sees them: the scorecards of the bodies, at any instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.council.measures.kinds import MEASURE, PROGRAMME, VERIFICATION
from kenesh.council.measures.scorecard import Room, Stated, scorecard
from kenesh.council.measures.stated import measure_of, programme_of, report_of, verification_of
from kenesh.council.measures.values import Row, Scorecard
from kenesh.doors.alerting import bodies_seen, unknown_body
from kenesh.doors.said import values_said
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.parties.party import party_id
from kenesh.release.reader import Reader
from kenesh.response.kinds import UPDATE
from kenesh.response.zones import ZONES

_ADVICE: Final = "`kenesh measure scorecard` lists them."


@dataclass(frozen=True, slots=True)
class SeenScorecard:
    """A programme's measures as one reader sees them; parties by what people call them.

    `speaks`: this party sits in the body, and may report and verify.
    """

    body_ref: str
    body: str
    keeper: str
    card: Scorecard
    codes: Mapping[str, str]
    own_ref: str

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)

    def explained(self, row: Row) -> list[str]:
        """Why a measure has its light, the gravest reason first, as English sentences."""
        return [reason.sentence(self.codes) for reason in row.reasons]


def scorecards(services: Services, reader: Reader, body: str = "", at: Instant | None = None) -> list[SeenScorecard]:
    """The scorecards of the bodies that the reader sees, or of one, at an instant; now where none is named.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        named = {held.id: held.name for held, _ in bodies_seen(tx, services, reader).value}
        refs = [ref for ref, name in named.items() if body in ("", ref, name)]
        if body and not refs:
            raise unknown_body(body)
        found = [one for ref in refs for one in _of_body(tx, services, reader, ref, at)]
    return sorted(found, key=lambda one: (one.body, one.card.programme.name, one.card.programme.id))


def one_scorecard(services: Services, reader: Reader, body: str = "", at: Instant | None = None) -> SeenScorecard:
    """The one scorecard that there is, of a body or at all.

    Raises:
        UnknownProblem: there is none. UsageProblem: there are several.
    """
    found = scorecards(services, reader, body, at)
    if not found:
        when = "" if at is None else " at that time"
        raise UnknownProblem(
            f"No programme is followed here{when}.", advice="Its body's keeper states it: kenesh measure programme."
        )
    if len(found) > 1:
        names = ", ".join(sorted({one.body for one in found}))
        raise UsageProblem(f"{len(found)} programmes are followed here.", advice=f"Say --body: {names}.")
    return found[0]


def row_numbered(seen: SeenScorecard, number: str) -> Row:
    """The measure of that number, or id.

    Raises:
        UnknownProblem: there is none that the reader sees.
    """
    found = next((row for row in seen.card.rows if number in (row.measure.number, row.measure.id)), None)
    if found is None:
        raise UnknownProblem(f"There is no measure '{number[:80]}' in {seen.card.programme.name}.", advice=_ADVICE)
    return found


def values_of(services: Services, seen: SeenScorecard) -> list[dict[str, Any]]:
    """The measures of a scorecard as their objects say them, in its order."""
    with services.reading() as tx:
        held = tx.versions.current_of([row.measure.id for row in seen.card.rows])
        raws = tx.versions.raw([one.num for one in held.values()])
    return [msgspec.json.decode(raws[held[row.measure.id].num]) for row in seen.card.rows]


def _of_body(tx: Transaction, services: Services, reader: Reader, ref: str, at: Instant | None) -> list[SeenScorecard]:
    body = tx.versions.current_of([ref])[ref]

    def said(target: str, kind: str, as_value: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
        return list(values_said(tx, services, reader, target, kind, as_value, body=ref))

    programmes: dict[str, list[Any]] = {}
    for one in said(ref, PROGRAMME.name, programme_of):
        programmes.setdefault(one.id, []).append(one)
    if not programmes:
        return []
    measures = said(ref, MEASURE.name, measure_of)
    ids = {one.id for one in measures}
    stated = Stated(
        measures,
        [report for one in ids for report in said(one, UPDATE.name, report_of)],
        [word for one in ids for word in said(one, VERIFICATION.name, verification_of)],
    )
    members = seats_of(tx, services.own, ref)
    room = Room(body.writer, members, {party_id(code): zone for code, zone in ZONES.items()})
    parties = {*members, body.writer, *(ref for one in measures for ref in (one.accountable, *one.supporting))}
    codes = {party: tx.parties.code_of(party) for party in parties}
    found = []
    for versions in programmes.values():
        card = scorecard(versions, stated, room, services.clock.now() if at is None else at)
        if card is not None:
            found.append(SeenScorecard(ref, body.name, body.writer, card, codes, services.own.ref))
    return found
