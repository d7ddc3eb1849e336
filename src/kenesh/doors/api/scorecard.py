"""Scorecards for programs: every measure with its light, the reason as a code with its parameters, and the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import stix_timestamp
from kenesh.council.measures.page import MOST_IGNORED, MOST_ROWS
from kenesh.council.measures.values import Row, Sums
from kenesh.doors.api.sent import JSON
from kenesh.doors.council import scoring
from kenesh.doors.council.measuring import SeenScorecard
from kenesh.doors.council.scoring import Wanted
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.reader import Reader

PATH: Final = "/api/council/scorecard"
#: So many scorecards are answered at once.
MOST: Final = 20


class ReasonDocument(msgspec.Struct, frozen=True):
    """One reason for a light: its code, the parameters of its sentence, and the sentence in English."""

    colour: str
    why: str
    params: dict[str, str]
    sentence: str


class DoneDocument(msgspec.Struct, frozen=True):
    """How one party that must have done a measure stands."""

    party: str
    claimed: bool
    verified: bool
    disputed: bool


class ReachedDocument(msgspec.Struct, frozen=True):
    """How far an indicator is; numbers as text, as they were stated. Null where nothing was reported."""

    id: str
    name: str
    unit: str
    direction: str
    baseline: str
    target: str
    expected: str
    claimed: str | None
    verified: str | None


class MeasureDocument(msgspec.Struct, frozen=True):
    """One measure at the instant."""

    id: str
    number: str
    name: str
    chapter: str
    period: str
    accountable: str
    due: str
    weight: int
    standing: str
    colour: str
    reasons: list[ReasonDocument]
    claimed: bool
    verified: bool
    done: list[DoneDocument]
    indicators: list[ReachedDocument]


class SumsDocument(msgspec.Struct, frozen=True):
    """How many measures have which light, and how many are done; `weight` is of all."""

    measures: int
    grey: int
    green: int
    amber: int
    red: int
    claimed: int
    verified: int
    weight: int
    weight_verified: int


class IgnoredDocument(msgspec.Struct, frozen=True):
    """A statement that counts for nothing, and why."""

    id: str
    why: str


class ScorecardDocument(msgspec.Struct, frozen=True):
    """A programme at an instant; `more` says how many measures are left out."""

    body: str
    programme: str
    name: str
    source: str
    at: str
    tlp: str
    total: SumsDocument
    by_chapter: dict[str, SumsDocument]
    by_party: dict[str, SumsDocument]
    by_period: dict[str, SumsDocument]
    measures: list[MeasureDocument]
    ignored: list[IgnoredDocument]
    more: int


def routes(services: Services) -> list[HTTPRouteHandler]:
    """The one endpoint."""

    @get(PATH, opt={"permission": Permission.COUNCIL_FETCH}, sync_to_thread=True)
    def scorecard(request: Asked) -> Response[bytes]:
        """The scorecards of the party's bodies, or of one body or programme, now or as of an earlier instant."""
        reader = services.program(reader_of(request))
        wanted = scoring.wanted_of(request.query_params, services.clock.now())
        found = scoring.cards_seen(services, reader, wanted.body, wanted.at)
        body = found.map(lambda cards: _documents(services, reader, cards, wanted))
        return Response(body.value, media_type=JSON, headers={"Cache-Control": "no-store"})

    return [scorecard]


def _documents(services: Services, reader: Reader, found: Sequence[SeenScorecard], wanted: Wanted) -> bytes:
    asked = [one for one in found if wanted.programme in ("", one.card.programme.id)]
    return msgspec.json.encode([document(services, reader, one) for one in asked[:MOST]])


def document(services: Services, reader: Reader, seen: SeenScorecard) -> ScorecardDocument:
    """A scorecard as a document; parties by what people call them."""
    card = seen.card
    ignored = {*card.ignored, *(one for row in card.rows for one in row.ignored)}
    told = sorted(ignored, key=lambda one: (one.id, one.why))
    return ScorecardDocument(
        body=seen.body,
        programme=card.programme.id,
        name=card.programme.name,
        source=card.programme.source,
        at=stix_timestamp(card.at),
        tlp=scoring.place_of(services, reader, seen).tlp,
        total=_sums(card.total),
        by_chapter=_all_sums(card.by_chapter),
        by_party={seen.code(ref): _sums(sums) for ref, sums in card.by_party.items()},
        by_period=_all_sums(card.by_period),
        measures=[_measure(seen, row) for row in card.rows[:MOST_ROWS]],
        ignored=[IgnoredDocument(one.id, one.why) for one in told[:MOST_IGNORED]],
        more=max(0, len(card.rows) - MOST_ROWS),
    )


def _sums(sums: Sums) -> SumsDocument:
    return SumsDocument(**asdict(sums))


def _all_sums(found: Mapping[str, Sums]) -> dict[str, SumsDocument]:
    return {name: _sums(sums) for name, sums in found.items()}


def _measure(seen: SeenScorecard, row: Row) -> MeasureDocument:
    measure, codes = row.measure, seen.codes
    return MeasureDocument(
        id=measure.id,
        number=measure.number,
        name=measure.name,
        chapter=measure.chapter,
        period=measure.period,
        accountable=seen.code(measure.accountable),
        due=measure.due.isoformat(),
        weight=measure.weight,
        standing=measure.standing.value,
        colour=row.colour.value,
        reasons=[
            ReasonDocument(one.colour.value, one.why.value, one.said(codes), one.sentence(codes)) for one in row.reasons
        ],
        claimed=row.claimed,
        verified=row.verified,
        done=[DoneDocument(seen.code(one.party), one.claimed, one.verified, one.disputed) for one in row.done],
        indicators=[
            ReachedDocument(
                id=one.indicator.id,
                name=one.indicator.name,
                unit=one.indicator.unit,
                direction=one.indicator.direction.value,
                baseline=f"{one.indicator.baseline:f}",
                target=f"{one.indicator.target:f}",
                expected=f"{one.expected:f}",
                claimed=None if one.claimed is None else f"{one.claimed:f}",
                verified=None if one.verified is None else f"{one.verified:f}",
            )
            for one in row.reached
        ],
    )
