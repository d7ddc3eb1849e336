"""A scorecard as words, to be laid out: the same on the desk, on paper and for the public, in one language.

It decides nothing: lights and sums are the scorecard's. What does not fit is counted. Each light has its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import Instant, short_timestamp
from kenesh.council.measures import words
from kenesh.council.measures.values import Colour, Ignored, Row, Scorecard, Sums
from kenesh.council.measures.words import HEADS, Say, mark_of, sentence, word_of

#: So many measures, and so many ignored statements, stand on a scorecard.
MOST_ROWS: Final = 600
MOST_IGNORED: Final = 100
#: From the best to the worst, and then what is not known: the order of sums and of what is explained.
ORDER: Final = (Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY)
_NAME: Final = 300
_CODE: Final = 40
#: Makes of what others wrote something to show, cut at a length.
Clean = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose scorecard it is: the body, the strictest marking of what is shown, and whether the public reads it."""

    body: str
    tlp: str
    codes: Mapping[str, str]
    public: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One measure. `marks`: of each state that must have done it how it stands, in a word and a colour."""

    id: str
    number: str
    name: str
    accountable: str
    due: str
    colour: Colour
    word: str
    why: tuple[str, ...]
    marks: tuple[tuple[str, str, Colour], ...]
    claimed: str
    verified: str


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter with its measures."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Sums, row by row: a name and the numbers under `heads`."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole of it. `heads` are the words over each column, by their names; `said` the lines under the title."""

    title: str
    body: str
    tlp: str
    at: Instant
    as_of: str
    said: tuple[str, ...]
    heads: Mapping[str, str]
    legend: tuple[tuple[Colour, str, str], ...]
    total: Table
    sums: tuple[Table, ...]
    parts: tuple[Part, ...]
    ignored: tuple[tuple[str, str], ...]
    more: str


def page(card: Scorecard, place: Place, say: Say, clean: Clean) -> Page:
    """The scorecard in the words of `say`."""
    rows = card.rows[:MOST_ROWS]
    left_out = len(card.rows) - len(rows)
    # Why something counts for nothing may tell who sits in the body.
    dropped = [] if place.public else _ignored(card)
    return Page(
        title=clean(card.programme.name, _NAME),
        body=clean(place.body, 80),
        tlp=place.tlp,
        at=card.at,
        as_of=say(words.AS_OF).format(at=short_timestamp(card.at)),
        said=tuple(_said(card, place, say, clean)),
        heads={name: say(text) for name, text in HEADS.items()},
        legend=_legend(card, say),
        total=_table("total", [("", say(HEADS["total"]), card.total)], say),
        sums=tuple(_sums(card, place, say, clean)),
        parts=tuple(_parts(card, rows, place, say, clean)),
        ignored=tuple((clean(one.id, 120), say(one.why)) for one in dropped[:MOST_IGNORED]),
        more=say(words.MORE).format(count=left_out) if left_out else "",
    )


def line(row: Row, codes: Mapping[str, str], say: Say, clean: Clean) -> Line:
    """One measure in the words of `say`."""
    measure = row.measure

    def code(ref: str) -> str:
        return clean(codes.get(ref, ref), _CODE)

    def count(number: int) -> str:
        return say(words.OF).format(count=number, all=len(row.done))

    return Line(
        id=measure.id,
        number=measure.number,
        name=clean(measure.name, _NAME),
        accountable=code(measure.accountable),
        due=measure.due.isoformat(),
        colour=row.colour,
        word=say(word_of(row)),
        why=tuple(dict.fromkeys(sentence(one, codes, say, lambda text: clean(text, _NAME)) for one in row.reasons)),
        marks=tuple((code(one.party), say(mark_of(one)), _MARKS[mark_of(one)]) for one in row.done),
        claimed=count(sum(one.claimed for one in row.done)),
        verified=count(sum(one.verified for one in row.done)),
    )


_MARKS: Final[Mapping[str, Colour]] = {
    words.VERIFIED: Colour.GREEN,
    words.CLAIMED: Colour.AMBER,
    words.DISPUTED: Colour.RED,
    words.NOT_DONE: Colour.GREY,
}


def _said(card: Scorecard, place: Place, say: Say, clean: Clean) -> Iterator[str]:
    yield say(words.SOURCE).format(source=clean(card.programme.source, 500))
    if card.total.weight != card.total.measures:
        yield say(words.WEIGHT).format(verified=card.total.weight_verified, all=card.total.weight)
    if place.public:
        yield say(words.PUBLIC_NOTE)


def _legend(card: Scorecard, say: Say) -> tuple[tuple[Colour, str, str], ...]:
    lights = card.programme.lights
    said = {"green": lights.green, "amber": lights.amber, "late_days": lights.late_days}
    return tuple((one, say(words.COLOURS[one]), say(words.MEANINGS[one]).format(**said)) for one in ORDER)


def _sums(card: Scorecard, place: Place, say: Say, clean: Clean) -> Iterator[Table]:
    chapters = {one.id: one.name for one in card.programme.chapters}
    periods = {one.id: one.name for one in card.programme.periods}
    parties = {ref: place.codes.get(ref, ref) for ref in card.by_party}
    for name, by, called in (
        ("chapters", card.by_chapter, chapters),
        ("parties", card.by_party, parties),
        ("periods", card.by_period, periods),
    ):
        rows = [(ref, clean(called[ref], _NAME), sums) for ref, sums in by.items() if ref in called]
        # Chapters and periods stand as the programme has them; ids of parties say nothing to anybody.
        yield _table(name, sorted(rows, key=lambda row: row[1]) if name == "parties" else rows, say)


def _table(name: str, rows: Iterable[tuple[str, str, Sums]], say: Say) -> Table:
    colours = tuple(say(words.COLOURS[one]) for one in ORDER)
    heads = (say(HEADS["measures"]), *colours, say(HEADS["claimed"]), say(HEADS["verified"]))
    return Table(say(HEADS[name]), heads, tuple((called, _numbers(sums)) for _, called, sums in rows))


def _numbers(sums: Sums) -> tuple[int, ...]:
    return sums.measures, sums.green, sums.amber, sums.red, sums.grey, sums.claimed, sums.verified


def _parts(card: Scorecard, rows: Sequence[Row], place: Place, say: Say, clean: Clean) -> Iterator[Part]:
    for chapter in card.programme.chapters:
        lines = tuple(line(row, place.codes, say, clean) for row in rows if row.measure.chapter == chapter.id)
        if lines:
            yield Part(clean(chapter.name, _NAME), lines)


def _ignored(card: Scorecard) -> list[Ignored]:
    found = {*card.ignored, *(one for row in card.rows for one in row.ignored)}
    return sorted(found, key=lambda one: (one.id, one.why))
