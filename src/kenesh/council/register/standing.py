"""What became of a statement: by evidence alone, and as far as the reader sees it. Pure.

No word of the statement itself counts, whatever its tone. Evidence that is withheld is as if it were absent; evidence
that contradicts other evidence is shown beside it, and neither side wins.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kenesh.council.register.kinds import EVENT, EVIDENCE, PENDING, Effect
from kenesh.council.register.stated import Link, Statement
from kenesh.stix.quoting import STATEMENT_TYPE

#: What says that it came true; `decided` says that it is to.
CAME_TRUE: Final = (Effect.DONE, Effect.HELD)
#: So much of each party counts: none hides by its number what another says.
MAX_EVIDENCE: Final = 20
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Shown:
    """An object that may be evidence, as the reader sees it.

    Attributes:
        kind: of a statement, its kind. usurped: a decision that another than the body's depositary states.
    """

    id: str
    type: str
    name: str
    revoked: bool = False
    kind: str = ""
    usurped: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """That an object shows something of a statement, as a party says."""

    link: Link
    shown: Shown

    @property
    def effect(self) -> Effect:
        return self.link.effect

    @property
    def on(self) -> date | None:
        return self.link.on


@dataclass(frozen=True, slots=True)
class Standing:
    """How a statement stands.

    Attributes:
        effect: what the evidence shows; None where there is none, or where it contradicts itself.
        on: the day that it shows, apart from the day that was promised.
        promised_by: the last day of the time that the statement tells; None where it tells none.
        evidence: all of it, in the order of the days. clashes: which of it contradicts which, by the links' ids.
    """

    effect: Effect | None
    on: date | None
    promised_by: date | None
    evidence: tuple[Evidence, ...]
    clashes: tuple[tuple[str, str], ...]

    @property
    def days_late(self) -> int | None:
        """How many days after the last day promised it came true; None where one of the two is not known."""
        if self.effect not in CAME_TRUE or self.on is None or self.promised_by is None:
            return None
        return max(0, (self.on - self.promised_by).days)


def evidence_among(statement: Statement, links: Iterable[Link], shown: Mapping[str, Shown]) -> list[Evidence]:
    """Of these links those that count; `shown` has the objects that the reader sees, and no other.

    No page is evidence of what it says itself, and of statements an event alone is.
    """
    found = []
    for link in links:
        one = shown.get(link.evidence_ref)
        if one is None or one.revoked or link.statement_ref != statement.id:
            continue
        if one.id not in (statement.id, statement.source_ref) and may_show(one):
            found.append(Evidence(link, one))
    return found


def may_show(one: Shown) -> bool:
    """Whether an object of that type, and of a statement that kind, can be evidence."""
    return one.type in EVIDENCE and not one.usurped and (one.type != STATEMENT_TYPE or one.kind == EVENT)


def standing(statement: Statement, evidence: Sequence[Evidence]) -> Standing:
    """How the statement stands, by this evidence; its order and repetition change nothing."""
    every = _bounded(sorted({one.link.id: one for one in evidence}.values(), key=_place))
    clashes = tuple(
        (one.link.id, other.link.id) for at, one in enumerate(every) for other in every[at + 1 :] if _clash(one, other)
    )
    counted = None if clashes else _counted(every)
    return Standing(
        effect=counted.effect if counted else None,
        on=counted.on if counted else None,
        promised_by=last_day(statement.columns.when) if statement.columns.kind in PENDING else None,
        evidence=tuple(every),
        clashes=clashes,
    )


def _bounded(every: Sequence[Evidence]) -> list[Evidence]:
    count: dict[str, int] = defaultdict(int)
    found = []
    for one in every:
        count[one.link.by_ref] += 1
        if count[one.link.by_ref] <= MAX_EVIDENCE:
            found.append(one)
    return found


def _place(one: Evidence) -> tuple[date, str, str]:
    return one.on or date.max, one.effect, one.link.id


def _clash(one: Evidence, other: Evidence) -> bool:
    """Whether both cannot be: one effect on two days, or not done on or after the day on which it was."""
    if one.effect is other.effect:
        # What is not done in May is not done in June either.
        return one.effect is not Effect.NOT_DONE and None not in (one.on, other.on) and one.on != other.on
    undone = next((e for e in (one, other) if e.effect is Effect.NOT_DONE), None)
    true = next((e for e in (one, other) if e.effect in CAME_TRUE), None)
    if undone is None or true is None:
        return False
    return undone.on is None or true.on is None or undone.on >= true.on


def _counted(every: Sequence[Evidence]) -> Evidence | None:
    """What came true counts before all else; then what was shown last."""
    true = [one for one in every if one.effect in CAME_TRUE]
    known = [one for one in (true or every) if one.on is not None] or true or list(every)
    return known[-1] if known else None


def last_day(when: str) -> date | None:
    """The last day of one time: of a year, a month, a span, a term; None of several, or of one that is open."""
    text = when.removeprefix("by ").rpartition("/")[2] if ";" not in when else ""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None
