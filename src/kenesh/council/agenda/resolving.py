"""Whom a page means by "the President", a surname or "she": only what the page itself says, and by which line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.council.agenda.rules import Mechanisms, shipped
from kenesh.council.agenda.speakers import INITIALS, NAME, offices, pronoun, together

_RUN: Final = re.compile(rf"(?:{NAME}|{INITIALS})(?:\s+(?:{NAME}|{INITIALS}))*")
#: A page names no more people that have to be told apart.
_MAX_PEOPLE: Final = 500
#: So much of an office's word stays whatever its ending is.
_STEM: Final = 6


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the page names: his name, the phrase in which it stands, the line."""

    name: str
    phrase: str
    line: int

    @property
    def surname(self) -> str:
        """The name's last word; before initials, the first."""
        words = self.name.split()
        return words[0] if "." in words[-1] else words[-1]

    @property
    def is_full(self) -> bool:
        return len(self.name.split()) > 1


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom a speaker was found to be; both are '' where nothing was found."""

    name: str = ""
    basis: str = ""


def person_in(phrase: str, line: int) -> Person | None:
    """The person whom a phrase names, if it names one."""
    words = shipped(Mechanisms, "mechanisms.toml").back.not_a_name
    singles: list[str] = []
    for run in _RUN.finditer(phrase):
        names = run[0].split()
        while names and (_is_office(names[0]) or names[0] in words):
            names = names[1:]
        # What follows "of" is a place or a body; so is a run that ends with an office: "Foreign Minister".
        if not names or any(_is_office(name) or together().fullmatch(name) for name in names):
            continue
        before = phrase[: run.start()]
        if re.search("[а-яё]", before):
            # "глава министерства России Сергей С.": the name is the last two words, three with a patronymic.
            names = names[-3 if len(names) > 2 and re.search("(?:вич|вна|улы|кызы)$", names[-2]) else -2 :]
        elif re.search(r"\b(?:of|for|the|and|in)\s+$", before):
            # "President of T. Serdar B.": the first word is still of the office.
            names = names[1:] if len(names) > 2 else []
        if not names:
            continue
        if len(names) > 1:
            return Person(" ".join(names), phrase, line)
        singles.append(names[0])
    if len(singles) == 1 and (singles[0] == phrase or offices().search(phrase)):
        return Person(singles[0], phrase, line)
    return None


def _is_office(word: str) -> bool:
    return offices().fullmatch(word) is not None


class People:
    """Those whom a page names as speaking anywhere in it."""

    def __init__(self, spoken: Sequence[tuple[str, int]]) -> None:
        self._all = [found for phrase, line in spoken if (found := person_in(phrase, line))][:_MAX_PEOPLE]

    def resolve(self, speaker: str, line: int, before: tuple[str, int] | None) -> Resolved:
        """Whom the page means; `before` is the last who spoke near by, with the line.

        A pronoun leads to him; a surname to the one full name that ends so; an office to the one who is named with it.
        """
        if pronoun().fullmatch(speaker):
            return Resolved(before[0], f"who spoke before, in line {before[1]}") if before is not None else Resolved()
        person = person_in(speaker, line)
        if person is None:
            return self._by_office(speaker)
        if person.is_full:
            return Resolved(person.name, f"named in line {line}")
        full = {one.name: one for one in self._all if one.is_full and one.surname == person.surname}
        if len(full) != 1:
            return Resolved()
        found = next(iter(full.values()))
        return Resolved(found.name, f"named in full in line {found.line}")

    def _by_office(self, speaker: str) -> Resolved:
        office = offices().match(re.sub(r"^the\s+", "", speaker, flags=re.IGNORECASE))
        bare = re.sub(r"^the\s+", "", speaker, flags=re.IGNORECASE)
        if office is None:
            return Resolved()
        holders = {self._full(one) or one.name: one for one in self._all if _holds(one, bare)}
        if len(holders) != 1:
            return Resolved()
        name, found = next(iter(holders.items()))
        return Resolved(name, f"“{found.phrase}” in line {found.line}, the only one so named")

    def _full(self, person: Person) -> str:
        full = {one.name for one in self._all if one.is_full and one.surname == person.surname}
        return full.pop() if len(full) == 1 else ""


def _holds(person: Person, office: str) -> bool:
    """Whether somebody is named with that office: "President T." is the President, a deputy minister no minister."""
    before = person.phrase.partition(person.name)[0].removeprefix("The ").removeprefix("the ")
    stem = office[:-2] if len(office) > _STEM and re.search("[а-яё]", office) else office
    if re.search("[а-яё]", office):
        return re.match(re.escape(stem), before, re.IGNORECASE) is not None
    if re.search(r"\b(?:deputy|vice|acting)\b", before, re.IGNORECASE) is not None:
        return False
    found = re.search(rf"(?:^|\s){re.escape(office)}\s+(of\s)?", before, re.IGNORECASE)
    # The page may have a president of its own state, and "the President of T. Serdar B." as a guest.
    return found is not None and (found[1] is None or person.phrase.startswith(office))
