"""The register of a page: its statements with line, speaker, kind, mechanism, time and figures, for people to judge.

Nothing in it is a fact: it is what a page says that somebody said, and on what each resolved part rests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from kenesh.council.agenda import kinds
from kenesh.council.agenda.figures import Figure, figures_in, with_period
from kenesh.council.agenda.listing import said_in
from kenesh.council.agenda.mechanisms import Memory, fields_in, is_bare, is_wide, only_fields, without_wider
from kenesh.council.agenda.pages import Page, page_of
from kenesh.council.agenda.reading import Paragraph, paragraphs
from kenesh.council.agenda.resolving import People, Resolved
from kenesh.council.agenda.telling import GOES_ON, LISTED, QUOTED, TOLD, Utterance
from kenesh.council.agenda.times import Base, times_in

#: Excerpts are short: what is quoted at length needs its publisher's consent.
MAX_EXCERPT: Final = 200
#: The date of a page stands in its first paragraphs.
_DATED_WITHIN: Final = 10
_NEAR: Final = 2


@dataclass(frozen=True, slots=True)
class Statement:
    """One row.

    Attributes:
        places: the sentences it was made of, each by its line and its place in the paragraph.
        speaker: as the page attributes it; `resolved`: whom the page means by that, '' where it does not say.
        when: as ISO 8601 writes it; '' where no time is told.
        speaker_basis, when_bases: on what the resolved speaker and the times rest.
    """

    places: tuple[tuple[int, int], ...]
    speaker: str
    resolved: str
    kind: str
    excerpt: str
    mechanisms: tuple[str, ...]
    when: str
    speaker_basis: str
    when_bases: tuple[str, ...]
    figures: tuple[Figure, ...]
    source: str
    condition: str

    @property
    def basis(self) -> str:
        """On what its resolved parts rest, in one line."""
        speaker = [f"speaker: {self.speaker_basis}"] if self.speaker_basis else []
        return "; ".join([*speaker, *(f"when: {one}" for one in self.when_bases)])

    @property
    def line(self) -> int:
        return self.places[0][0]

    def wire(self) -> dict[str, Any]:
        """The row as a document."""
        return {
            "line": self.line,
            "speaker": self.speaker,
            "speaker_resolved": self.resolved or None,
            "kind": self.kind,
            "excerpt": self.excerpt,
            "mechanism": "; ".join(self.mechanisms) or None,
            "when": self.when or None,
            "basis": self.basis or None,
            "figures": [
                {"qualifier": f.qualifier, "value": f.value, "unit": f.unit, "period": f.period or None}
                for f in self.figures
            ],
            "source": self.source,
            "condition": self.condition,
        }


@dataclass(frozen=True, slots=True)
class Register:
    """What was read from a page. `day`: from which relative times were counted, `dated` in words; '' for none."""

    statements: tuple[Statement, ...]
    source: str
    condition: str
    dated: str
    day: date | None = None


def read_page(octets: bytes, name: str, day: date | None = None, source: str = "") -> Register:
    """The register of a page; `day` is its date where the caller knows it, `source` its publisher.

    Raises:
        TooLargeProblem: the file is larger than a page may be.
        DamagedProblem: it holds no text.
    """
    page = page_of(octets, name)
    found = tuple(paragraphs(page.lines))
    base = _base(page, found, day)
    reader = _Reader(base, source or page.source or name, page.condition)
    told, day = (base.what, base.day) if base else ("", None)
    return Register(tuple(reader.read(found)), reader.source, page.condition, told, day)


def _base(page: Page, found: Sequence[Paragraph], day: date | None) -> Base | None:
    if day is not None:
        return Base(day, f"the date {day.isoformat()} that was given")
    texts = [page.published[:10], *(paragraph.text for paragraph in found[:_DATED_WITHIN])]
    for text in texts:
        for when in times_in(text[:1_000], None, counts_today=False):
            if re.fullmatch(r"\d{4}-\d\d-\d\d", when.value):
                return Base(date.fromisoformat(when.value), f"the page’s date {when.value}")
    return None


class _Reader:
    """Reads paragraph by paragraph, and remembers what was named and who spoke."""

    def __init__(self, base: Base | None, source: str, condition: str) -> None:
        self._base = base
        self.source = source
        self._condition = condition
        self._memory = Memory()

    def read(self, found: Sequence[Paragraph]) -> Iterator[Statement]:
        spoken = [(paragraph, said) for paragraph, said in said_in(found)]
        people = People([(u.speaker, u.sentence.line) for _, said in spoken for u in said])
        before: tuple[int, str, int] | None = None
        last: Statement | None = None
        for number, (paragraph, said) in enumerate(spoken):
            rows: list[Statement] = []
            by_place = {u.sentence.place: u for u in said}
            for sentence in paragraph.sentences:
                utterance = by_place.get(sentence.place)
                self._memory.paragraph = paragraph.line
                if utterance is None:
                    self._memory.mentions(sentence.text)
                    continue
                near = (before[1], before[2]) if before is not None and number - before[0] < _NEAR else None
                who = self._who(people, utterance, near)
                # "This proposal" may lead back to the paragraph before, where something was proposed.
                is_apart = not rows and last is not None and last.kind == "proposal"
                apart = last if is_apart and kinds.speaks_of_before(utterance.content) else None
                row = self._row(utterance, who, rows[-1] if rows else apart)
                if rows and _joins(rows[-1], row, utterance):
                    rows[-1] = _joined(rows[-1], row)
                else:
                    rows.append(row)
                before, last = (number, who.name or utterance.speaker, sentence.line), rows[-1]
            yield from rows

    def _who(self, people: People, utterance: Utterance, near: tuple[str, int] | None) -> Resolved:
        who = people.resolve(utterance.speaker, utterance.sentence.line, near)
        if utterance.teller and who.name:
            told = f"as told by “{utterance.teller}”, whom the page does not name"
            return Resolved(who.name, f"{who.basis}, {told}")
        return who

    def _row(self, utterance: Utterance, who: Resolved, last: Statement | None) -> Statement:
        text = utterance.content
        times = times_in(text, self._base, counts_today=True)
        figures = figures_in(text, times)
        hard = min((figure.start for figure in figures if figure.hard), default=None)
        kind = utterance.act or (kinds.item_kind(text) if utterance.how == LISTED else "")
        kind = kind or kinds.kind_of(text, told=utterance.how in (TOLD, GOES_ON), figure_at=hard)
        if kind == "view" and kinds.first_person(text) and any(when.is_future for when in times):
            kind = "commitment"
        if kind in ("view", "figure") and not utterance.act and kinds.promises_in_russian(text):
            kind = "commitment"
        if kind not in ("event", "figure"):
            times = times_in(text, self._base, counts_today=False)
        told = times
        figures = with_period(figures, text, times, measured=kind == "figure")
        mechanisms = self._about(utterance, kind)
        if last is not None and (kinds.same_matter(text) or (not mechanisms and kinds.leads_back(text))):
            mechanisms = tuple(without_wider([*mechanisms, *last.mechanisms]))
        bases = [when.basis for when in told[:3]]
        when = "; ".join(dict.fromkeys(when.value for when in told[:3] if when.value))
        horizon = next((year for name in mechanisms if (year := _horizon(name))), "")
        if not when and horizon and kind in ("call", "commitment", "proposal", "support"):
            when, bases = horizon, [*bases, f"the year in the name, {horizon}"]
        if not when and last is not None and kinds.same_matter(text) and last.when:
            when, bases = last.when, [*bases, f"of the sentence before, {last.when}"]
        return Statement(
            places=((utterance.sentence.line, utterance.sentence.place),),
            speaker=utterance.speaker,
            resolved=who.name,
            kind=kind,
            excerpt=excerpt(utterance.text),
            mechanisms=mechanisms,
            when=when,
            speaker_basis=who.basis,
            when_bases=tuple(bases),
            figures=figures,
            source=self.source,
            condition=self._condition,
        )

    def _about(self, utterance: Utterance, kind: str) -> tuple[str, ...]:
        """What it is about: what it names, else the field that it speaks of; of an event also those who meet."""
        content = utterance.content
        seen = [one.name for one in self._memory.mentions(utterance.sentence.text)] if utterance.how != QUOTED else []
        named = [one.name for one in self._memory.mentions(content)]
        if not named and kind == "event":
            named = seen
        full = [name for name in named if not is_bare(name)]
        fields = fields_in(content) if all(map(is_wide, full)) else []
        return (*without_wider(full), *fields) or tuple(without_wider(named))


def _horizon(name: str) -> str:
    """The year to which a strategy goes by its name."""
    found = re.search(r"(?<!\d)20\d\d(?!\d)", name)
    return found[0] if found is not None else ""


def _joins(before: Statement, row: Statement, utterance: Utterance) -> bool:
    """Whether a view goes on from the statement before it: by its first word, or because it is about the same."""
    if row.kind != "view" or row.speaker != before.speaker or row.when or row.figures:
        return False
    if kinds.goes_on(utterance.content):
        return True
    if before.kind != "view" or before.when or before.figures:
        return False
    if not row.mechanisms or row.mechanisms == before.mechanisms:
        return True
    # Views of no named mechanism are one row as long as one excerpt holds them.
    fits = len(before.excerpt) + len(row.excerpt) < MAX_EXCERPT
    return fits and only_fields((*before.mechanisms, *row.mechanisms))


def _joined(before: Statement, row: Statement) -> Statement:
    names = [*before.mechanisms, *row.mechanisms]
    if not only_fields(names):
        names = [name for name in names if not only_fields([name])]
    names = without_wider(names)
    text = before.excerpt if before.excerpt.endswith("…") else excerpt(f"{before.excerpt} {row.excerpt}")
    return replace(before, places=before.places + row.places, mechanisms=tuple(names), excerpt=text)


def excerpt(text: str) -> str:
    """The text, or its beginning up to a word."""
    plain = " ".join(text.split())
    if len(plain) <= MAX_EXCERPT:
        return plain
    cut = plain[: MAX_EXCERPT - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"
