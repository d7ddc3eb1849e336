"""A scorecard as somebody reads it: which one is asked for, as of when, under which marking, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem
from kenesh.council.measures.course import Course, courses
from kenesh.council.measures.page import Line, Page, Place, line, page
from kenesh.council.measures.scorecard import NO_ZONE
from kenesh.council.measures.values import Ignored, Report, Row, Scorecard, Verification
from kenesh.council.measures.words import Say
from kenesh.doors.alerting import bodies_seen
from kenesh.doors.council.measuring import SeenScorecard, scorecards
from kenesh.doors.council.moments import moment_of
from kenesh.doors.desk.printing import said
from kenesh.doors.desk.seen import seen_by_id
from kenesh.doors.services import Services
from kenesh.federation.bodies import CIRCLE_LABEL
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response.zones import ZONES
from kenesh.stix.marking import Tlp

_MAX_ASKED: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scorecard is asked for: of a body, of a programme, as of an instant; now where none is named."""

    body: str = ""
    programme: str = ""
    at: Instant | None = None
    said_at: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A scorecard that may be asked for."""

    body_ref: str
    body: str
    programme_ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows: which scorecards there are, and the one that is asked for; None where it must be chosen."""

    choices: tuple[Choice, ...]
    chosen: Choice | None
    sheet: Page | None
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class PublicShown:
    """The same for the public: programmes by their ids and names, and the scorecard of one."""

    choices: tuple[tuple[str, str], ...]
    sheet: Page | None
    wanted: Wanted

    @classmethod
    def of(cls, sheets: Sequence[tuple[str, Page]], wanted: Wanted) -> PublicShown:
        """What is shown of them: the one that is asked for, or the one that there is."""
        asked = [one for ref, one in sheets if wanted.programme in ("", ref)]
        choices = tuple((ref, one.title) for ref, one in sheets)
        return cls(choices, asked[0] if len(asked) == 1 else None, wanted)


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    """One measure with all that was said of it."""

    line: Line
    row: Row
    card: Scorecard
    chosen: Choice
    tlp: str
    chapter: str
    period: str
    zone: str
    courses: tuple[Course, ...]
    ignored: tuple[tuple[str, str], ...]
    codes: Mapping[str, str]
    wanted: Wanted

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)

    @property
    def reports(self) -> tuple[Report, ...]:
        """What was reported, the newest first."""
        return tuple(reversed(self.row.reports))

    def words_on(self, report: Report) -> tuple[Verification, ...]:
        """What others said of that version of a report."""
        of = report.id, report.modified_at
        return tuple(one for one in self.row.verifications if (one.report_ref, one.report_modified_at) == of)


def wanted_of(query: Mapping[str, str], now: Instant) -> Wanted:
    """What an address asks for.

    Raises:
        UsageProblem: its instant is none, or still to come.
    """
    text = query.get("at", "").strip()
    body, programme = query.get("body", "")[:_MAX_ASKED], query.get("programme", "")[:_MAX_ASKED]
    return Wanted(body, programme, moment_of(text, now) if text else None, text)


def cards_seen(
    services: Services, reader: Reader, body: str = "", at: Instant | None = None
) -> Released[tuple[SeenScorecard, ...]]:
    """The scorecards of the bodies that the reader sees, or of one.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    found = scorecards(services, reader, body, at)
    with services.store.reading() as tx:
        # Each was made of nothing but what the reader sees of its body.
        refs = bodies_seen(tx, services, reader).map(lambda ways: {held.id for held, _ in ways})
    return refs.map(lambda refs: tuple(one for one in found if one.body_ref in refs))


def chosen_of(found: Sequence[SeenScorecard], wanted: Wanted) -> SeenScorecard | None:
    """That which is asked for, or the one that there is; None where it must be chosen.

    Raises:
        UnknownProblem: a programme is asked for that is not there, or withheld.
    """
    asked = [one for one in found if wanted.programme in ("", one.card.programme.id)]
    # At an earlier instant there may have been none.
    if wanted.programme and not asked and wanted.at is None:
        raise UnknownProblem("There is no such programme here.", advice="`kenesh measure scorecard` lists them.")
    return asked[0] if len(asked) == 1 else None


def shown(services: Services, reader: Reader, wanted: Wanted, say: Say) -> Released[Shown]:
    """The scorecard that is asked for, as the reader sees it, in the words of `say`.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """

    def page_of(found: Sequence[SeenScorecard]) -> Shown:
        seen = chosen_of(found, wanted)
        choices = tuple(map(_choice, found))
        if seen is None:
            return Shown(choices, None, None, wanted)
        return Shown(choices, _choice(seen), page(seen.card, place_of(services, reader, seen), say, said), wanted)

    return cards_seen(services, reader, wanted.body, wanted.at).map(page_of)


def shown_measure(services: Services, reader: Reader, ref: str, wanted: Wanted, say: Say) -> Released[ShownMeasure]:
    """One measure, by its id.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """

    def measure_of(found: Sequence[SeenScorecard]) -> ShownMeasure:
        for seen in found:
            for row in seen.card.rows:
                if row.measure.id == ref:
                    return _measure(services, reader, seen, row, wanted, say)
        raise UnknownProblem("There is no such measure here.", advice="`kenesh measure scorecard` lists them.")

    return cards_seen(services, reader, "", wanted.at).map(measure_of)


def printed(services: Services, reader: Reader, seen: SeenScorecard, say: Say = str) -> bytes:
    """The scorecard as a PDF.

    Raises:
        UnknownProblem: what prints it is not installed.
    """
    return services.scorecard_pdf(page(seen.card, place_of(services, reader, seen), say, visible))


def place_of(services: Services, reader: Reader, seen: SeenScorecard) -> Place:
    """Whose scorecard it is, and the strictest marking of what it rests on, the body's own included."""
    rows = seen.card.rows
    ids = {
        seen.card.programme.id,
        *(row.measure.id for row in rows),
        *(one.id for row in rows for one in row.reports),
        *(one.id for row in rows for one in row.verifications),
    }
    with services.store.reading() as tx:
        held = seen_by_id(tx, reader, ids, services.clock.now()).value
    tlp = max([CIRCLE_LABEL, *(one.tlp for one in held.values())], default=Tlp.RED)
    return Place(seen.body, tlp.label, seen.codes)


def _measure(
    services: Services, reader: Reader, seen: SeenScorecard, row: Row, wanted: Wanted, say: Say
) -> ShownMeasure:
    programme, measure = seen.card.programme, row.measure
    zone = ZONES.get(seen.code(measure.accountable), NO_ZONE)
    return ShownMeasure(
        line=line(row, seen.codes, say, said),
        row=row,
        card=seen.card,
        chosen=_choice(seen),
        tlp=place_of(services, reader, seen).tlp,
        chapter=next((one.name for one in programme.chapters if one.id == measure.chapter), ""),
        period=next((one.name for one in programme.periods if one.id == measure.period), ""),
        zone=zone,
        courses=courses(row, seen.card.at, zone),
        ignored=tuple((one.id, say(one.why)) for one in _ignored(seen.card, row)),
        codes=seen.codes,
        wanted=wanted,
    )


def _ignored(card: Scorecard, row: Row) -> list[Ignored]:
    """What was stated of the measure and counts for nothing: of it, and of its reports."""
    return sorted({*row.ignored, *(one for one in card.ignored if one.id == row.measure.id)}, key=lambda one: one.id)


def _choice(seen: SeenScorecard) -> Choice:
    return Choice(seen.body_ref, seen.body, seen.card.programme.id, seen.card.programme.name)
