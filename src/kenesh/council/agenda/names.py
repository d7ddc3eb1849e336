"""Names of mechanisms: of which sort each is by its head word, and those that a text makes itself.

A text makes a name where it gives its initials, says what is to be made, or sets a name in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from kenesh.council.agenda.patterns import one_of
from kenesh.council.agenda.rules import Mechanisms, shipped

LATIN: Final = r"(?:[A-ZÀ-ÝİŞĞÇÖÜ][\w’'ʻʼ-]*)"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: what it is called, of which sort its head word is, and where it stands."""

    name: str
    sort: int
    start: int
    stop: int


def mechanism_words() -> Mechanisms:
    """The words of mechanisms."""
    return shipped(Mechanisms, "mechanisms.toml")


@cache
def heads() -> tuple[re.Pattern[str], ...]:
    """For each sort, the words that make a name of it."""
    return tuple(re.compile(rf"(?<!\w){one_of(head.word)}(?!\w)") for head in mechanism_words().head)


@cache
def _small_heads() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(head.pattern.replace("(?-i:", "(?:"), re.IGNORECASE) for head in heads())


@cache
def _made_names() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A name before its own initials, and one of something that is to be made."""
    inside = one_of(mechanism_words().back.inside)
    run = rf"{LATIN}(?:(?:\s+{inside}){{0,2}}\s+{LATIN}){{1,7}}"
    made = one_of(mechanism_words().back.made)
    return re.compile(rf"({run})\s*\(([A-Z][A-Z\d]{{1,9}})\)"), re.compile(rf"(?<!\w){made}\s+(?:an?|the)\s+({run})")


@cache
def _quoted_names() -> re.Pattern[str]:
    """A word of a sort with its name in quotation marks: Программа «…», the “…” Initiative."""
    lower = one_of(word for head in mechanism_words().head for word in head.word).replace("(?-i:", "(?:")
    return re.compile(rf"(?<!\w)({lower})\s+[«“](?-i:[A-ZА-ЯЁ])[^»”]{{1,50}}[»”]", re.IGNORECASE)


def by_making(text: str) -> Iterator[Mention]:
    """Names before their initials, in quotation marks after a word of a sort, and of what is to be made."""
    initials, made = _made_names()
    for match in initials.finditer(text):
        letters = [word[0] for word in match[1].split() if word[0].isupper()]
        # Of a run of capitals as many words as the initials have letters.
        first = len(letters) - len(match[2])
        if first >= 0 and "".join(letters[first:]) == match[2]:
            capitals = [word for word in re.finditer(r"\S+", match[1]) if word[0][0].isupper()]
            start = match.start(1) + capitals[first].start()
            yield Mention(text[start : match.end(1)], sort_of(text[start : match.end(1)]), start, match.end(1))
    for match in _quoted_names().finditer(text):
        yield Mention(match[0], sort_of(match[1]), match.start(), match.end())
    for match in made.finditer(text):
        yield Mention(match[1], sort_of(match[1]), match.start(1), match.end(1))


def sort_of(name: str) -> int:
    """Of which sort the head word of a name is; -1 where it has none.

    In English the last before an "of" counts: the Corridor Project is a project. In Russian it is the first.
    """
    if re.search("[а-яё]", name) is None:
        head = re.split(rf"\s+{one_of(mechanism_words().back.inside)}\s+", name)[0]
        last = [(match.end(), sort) for sort, words in enumerate(heads()) for match in words.finditer(head)]
        if last:
            return max(last)[1]
    found = [(match.start(), sort) for sort, head in enumerate(heads()) if (match := head.search(name)) is not None]
    if not found and re.search("[а-яё]", name):
        # In Russian only the first word of a name has a capital.
        found = [(m.start(), sort) for sort, head in enumerate(_small_heads()) if (m := head.search(name)) is not None]
    return min(found)[1] if found else -1
