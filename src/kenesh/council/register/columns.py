"""The columns of a row: as a page was read, as a person corrected them, and the bounds that hold for both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.agenda import register as agenda
from kenesh.council.agenda.figures import number_said
from kenesh.council.agenda.kinds import KINDS
from kenesh.council.register.kinds import (
    CORRECTED,
    MAX_BASIS,
    MAX_FIGURES,
    MAX_MECHANISMS,
    MAX_NAME,
    QUALIFIERS,
    WHEN,
)

_FIGURE: Final = re.compile(
    rf"(?:(?P<qualifier>{'|'.join(QUALIFIERS)})\s+)?(?P<value>-?[0-9]{{1,20}}(?:\.[0-9]{{1,10}})?)\s+"
    r"(?P<unit>[^()]{1,100}?)(?:\s+\((?P<period>[^()]{1,100})\))?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure: 'up-to 7.6 billion USD (2005/2025)'."""

    qualifier: str
    value: float
    unit: str
    period: str = ""

    def __str__(self) -> str:
        qualifier = "" if self.qualifier == "exactly" else f"{self.qualifier} "
        return f"{qualifier}{number_said(self.value)} {self.unit}{f' ({self.period})' if self.period else ''}"

    def wire(self) -> dict[str, Any]:
        period = {"period": self.period} if self.period else {}
        return {"qualifier": self.qualifier, "value": self.value, "unit": self.unit, **period}


@dataclass(frozen=True, slots=True)
class Columns:
    """What is said of one statement, its page apart. The names are those of the object's properties."""

    line: int
    speaker: str
    kind: str
    excerpt: str
    speaker_resolved: str = ""
    speaker_basis: str = ""
    mechanisms: tuple[str, ...] = ()
    when: str = ""
    when_basis: str = ""
    said_on: str = ""
    figures: tuple[Amount, ...] = ()

    def wire(self) -> dict[str, Any]:
        """The properties of the statement; nothing stands in an object that is empty."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        found |= {"mechanisms": list(self.mechanisms), "figures": [one.wire() for one in self.figures]}
        return {name: said for name, said in found.items() if said}


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says otherwise; None of what stays as it was read. '' says that there is none."""

    speaker: str | None = None
    speaker_resolved: str | None = None
    speaker_basis: str | None = None
    kind: str | None = None
    mechanisms: tuple[str, ...] | None = None
    when: str | None = None
    when_basis: str | None = None
    said_on: str | None = None
    figures: tuple[Amount, ...] | None = None

    def said(self) -> dict[str, Any]:
        """The columns that it says, by name."""
        found = {name: getattr(self, name) for name in CORRECTED}
        return {name: said for name, said in found.items() if said is not None}


def columns_of(read: agenda.Statement) -> Columns:
    """The row as it was read, within the bounds of the object."""
    return Columns(
        line=read.line,
        speaker=read.speaker[:MAX_NAME],
        kind=read.kind,
        excerpt=read.excerpt,
        speaker_resolved=read.resolved[:MAX_NAME],
        speaker_basis=read.speaker_basis[:MAX_BASIS],
        mechanisms=tuple(dict.fromkeys(name[:MAX_NAME] for name in read.mechanisms))[:MAX_MECHANISMS],
        when=read.when if re.fullmatch(WHEN, read.when) else "",
        when_basis="; ".join(read.when_bases)[:MAX_BASIS],
        figures=tuple(
            Amount(one.qualifier, one.value, one.unit[:100], one.period[:100]) for one in read.figures[:MAX_FIGURES]
        ),
    )


def corrected(read: Columns, correction: Correction) -> Columns:
    """The row as the person says it. A time and a resolved speaker that he says rest on what he says.

    Raises:
        UsageProblem: a column is not of its form, or has no basis.
    """
    said = correction.said()
    for about, basis in (("speaker_resolved", "speaker_basis"), ("when", "when_basis")):
        if about in said:
            said.setdefault(basis, "")
            if bool(said[about]) > bool(said[basis]):
                raise UsageProblem(
                    f"The {about} that is said rests on nothing.", advice="Say on what it rests: --basis."
                )
    found = replace(read, **said)
    _check(found, said)
    return found


def merged(before: Correction, after: Correction) -> Correction:
    """What is said later counts; the rest stays said."""
    return replace(before, **after.said())


def _check(columns: Columns, said: Mapping[str, Any]) -> None:
    if not columns.speaker.strip():
        raise UsageProblem("A statement has a speaker.", advice="Say --speaker as the page writes it.")
    if columns.kind not in KINDS:
        raise UsageProblem(f"'{visible(columns.kind, 40)}' is no kind.", advice=f"Say one of {', '.join(KINDS)}.")
    if columns.when and not (re.fullmatch(WHEN, columns.when) and all(map(_is_day, _dates(columns.when)))):
        raise UsageProblem(
            f"'{visible(columns.when, 60)}' is no time.",
            advice="Write 2027, 2027-03, 2027-03-31, a span 2022/2027, or a term 'by 2027-12-31'.",
        )
    if columns.said_on and not (len(columns.said_on) == len("2027-12-31") and _is_day(columns.said_on)):
        raise UsageProblem(f"'{visible(columns.said_on, 40)}' is no day.", advice="Write it as 2026-12-01.")
    _check_lengths(columns, said)


def _check_lengths(columns: Columns, said: Mapping[str, Any]) -> None:
    names = (columns.speaker, columns.speaker_resolved, *columns.mechanisms)
    if any("\0" in text for text in (*names, columns.speaker_basis, columns.when_basis)):
        raise UsageProblem("A text holds a NUL character.", advice="Write it anew.")
    if any(len(name) > MAX_NAME for name in names) or not all(name.strip() for name in columns.mechanisms):
        raise UsageProblem(f"A name has 1 to {MAX_NAME} characters.", advice="Say it shorter.")
    if any(len(basis) > MAX_BASIS for basis in (columns.speaker_basis, columns.when_basis)):
        raise UsageProblem(f"A basis has {MAX_BASIS} characters at the most.", advice="Say it shorter.")
    if len(columns.mechanisms) > MAX_MECHANISMS or len(columns.figures) > MAX_FIGURES:
        raise UsageProblem(f"A row has {MAX_FIGURES} of each at the most.", advice="Say the most important ones.")


def _dates(when: str) -> list[str]:
    return re.findall(r"[0-9]{4}(?:-[0-9]{2}){0,2}", when)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(f"{text}{'-01-01'[len(text) - 4 :]}")
    except ValueError:
        return False
    return True


def parse_figure(text: str) -> Amount:
    """A figure as a person writes it: 'up-to 7.6 billion USD (2005/2025)'.

    Raises:
        UsageProblem: it is none.
    """
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        raise UsageProblem(
            f"'{visible(text, 80)}' is no figure.", advice="Write it as 'up-to 7.6 billion USD (2005/2025)'."
        )
    return Amount(found["qualifier"] or "exactly", float(found["value"]), found["unit"], found["period"] or "")
