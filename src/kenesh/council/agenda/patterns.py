"""Words as they stand in the data, made into patterns: `*` is any ending, `~` an ending of a Russian noun.

A word with a capital letter is met only so written, another in either case; a space is any white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_ENDINGS: Final = "(?:ами|ями|ием|ией|ого|ому|ой|ей|ом|ем|ам|ям|ах|ях|ов|ев|ию|ии|ия|ью|а|у|е|ы|и|я|ю|ь)?"
#: No ending of a language here is longer.
_ANY_ENDING: Final = r"\w{0,12}"


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longer first, so that none hides another."""
    return "(?:" + "|".join(_written(word) for word in sorted(set(words), key=lambda word: (-len(word), word))) + ")"


def whole(words: Iterable[str]) -> re.Pattern[str]:
    """The words where they stand alone."""
    return re.compile(rf"(?<![\w+]){one_of(words)}(?![\w+])", re.IGNORECASE)


def active(words: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """The same, but not as what something is or was: a proposal that has been made is no proposal now."""
    passive = "".join(rf"(?<!\b{verb}\s)" for verb in ("been", "was", "were", "is", "are", "being", "be"))
    return re.compile(rf"(?<![\w+]){passive}{one_of(words)}(?![\w+])", flags)


def beginning(words: Iterable[str]) -> re.Pattern[str]:
    """The words at the beginning of a text."""
    return re.compile(rf"\W{{0,3}}{one_of(words)}(?![\w+])", re.IGNORECASE)


def numbered(words: Mapping[str, Iterable[str]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """For each name of a table, its words, as the whole of a text."""
    return tuple((name, re.compile(one_of(some), re.IGNORECASE)) for name, some in words.items())


def named(table: Iterable[tuple[str, re.Pattern[str]]], text: str) -> str:
    """Which name of the table the text is a word of; '' where it is none."""
    return next((name for name, pattern in table if pattern.fullmatch(text)), "")


def _written(word: str) -> str:
    found = re.escape(word).replace(r"\*", _ANY_ENDING).replace(r"\~", _ENDINGS).replace("~", _ENDINGS)
    found = found.replace(r"\ ", r"\s{1,3}")
    # In a name with capitals they count: OTS is none of the ots.
    return f"(?-i:{found})" if any(letter.isupper() for letter in word) else found
