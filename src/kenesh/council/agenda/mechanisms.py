"""What a statement is about: mechanisms by their names, names made of a word like "Council", and fields of cooperation.

A page names a mechanism once in full and then says "the Fund" or "this strategy"; the `Memory` leads back to the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from kenesh.council.agenda.names import LATIN, Mention, by_making, mechanism_words, sort_of
from kenesh.council.agenda.patterns import one_of, whole

_FIELDS_SHOWN: Final = 3
_ORGANISATION: Final = "organisation"
#: A page names no more mechanisms that anybody would follow up.
_MAX_MENTIONS: Final = 500
_GENITIVE: Final = r"(?!\w*(?:ли|ла|ло|лся|лись|лась)(?!\w))[а-яё]+(?:[аяиы]|[оеыи]й|[ое]в|[ое]го|[иы]х)(?!\w)"
#: A sort of which a Russian page writes the name small: "рабочая группа по ...".
_SMALL: Final = r"(?:рабоч\w{2,4}\s+)?(?:групп|комисси|комитет|совет|подкомисси|штаб)\w{0,3}"
_ADJECTIVE: Final = r"[\w-]+(?:[ыио]й|[ая]я|[ое]е|[ое]го|[ое]му|[иы]м|[ую]ю|[ое]й|[ое]м|[иы]х|[иы]ми)"


@cache
def _known() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    found = [
        (one.name, one.part_of, re.compile(rf"(?<![\w+]){one_of(one.as_)}(?![\w+])")) for one in mechanism_words().known
    ]
    # A list of projects is none whose name has capitals everywhere.
    lower = {one.name for one in mechanism_words().known if one.as_[0][0].islower()}
    return tuple(
        (name, parent, re.compile(pattern.pattern, re.IGNORECASE) if name in lower else pattern)
        for name, parent, pattern in found
    )


@cache
def _names() -> tuple[re.Pattern[str], re.Pattern[str]]:
    inside = one_of(mechanism_words().back.inside)
    heads = [word for head in mechanism_words().head for word in head.word]
    cyrillic = one_of(word for word in heads if re.match("[А-Я]", word))
    lower = one_of(word for head in mechanism_words().head for word in head.word if re.match("[А-Я]", word)).replace(
        "(?-i:", "(?:"
    )
    prepositions = one_of(mechanism_words().back.inside_russian[:4])
    complement = rf"(?:\s+{prepositions}\s+(?!том(?!\w))[\w-]+(?:\s+{_GENITIVE}){{0,2}}|(?:\s+{_GENITIVE}){{1,3}})"
    return (
        re.compile(rf"{LATIN}(?:(?:\s+{inside}){{0,2}}\s+{LATIN})*"),
        re.compile(
            rf"(?<!\w)(?:{cyrillic}(?!\w){complement}?|(?-i:[А-ЯЁ]){_ADJECTIVE}(?:\s+{_ADJECTIVE}){{0,3}}\s+(?i:{lower})(?!\w)"
            rf"{complement}?|{_SMALL}(?!\w)\s+по\s+[а-яё-]+(?:\s+{_GENITIVE}){{0,2}})"
        ),
    )


@cache
def _back() -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    """For each sort, what leads back to a name by its own word ("the Fund"), and by another ("this institution")."""
    words = one_of(mechanism_words().back.words)
    found = []
    for head in mechanism_words().head:
        own, other = one_of(head.word).replace("(?-i:", "(?:"), one_of(head.also) if head.also else ""
        if re.match("[А-Я]", head.word[0]):
            exact = rf"(?<!\w)(?P<word>{own})(?!\w)(?!\s+(?:по|о|об)\s)"
        else:
            exact = rf"(?<!\w){words}\s+(?:\w+\s+)?(?P<word>{own})(?!\w)"
        also = rf"(?<!\w){words}\s+{other}(?!\w)"
        found.append((re.compile(exact, re.I), re.compile(also, re.I) if other else None))
    return tuple(found)


@cache
def _fields() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one.name, whole(one.as_)) for one in mechanism_words().field)


class Memory:
    """The mechanisms that a page has named so far, in the order in which it named them."""

    def __init__(self) -> None:
        #: On which line the paragraph begins that is read now.
        self.paragraph = 0
        self._named: list[tuple[Mention, int]] = []
        self._short: dict[str, str] = {}

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """What a text names, in its order, and what leads back to a name; it is remembered."""
        found = list(_by_name(text))
        found += [one for one in by_making(text) if not any(_overlap(one, other) for other in found)]
        found += [one for one in self._made(text) if not any(_overlap(one, other) for other in found)]
        for one in sorted(found, key=lambda one: one.start):
            self._remember(one, text)
        found += [one for one in self._led_back(text) if not any(_overlap(one, other) for other in found)]
        return tuple(sorted(found, key=lambda one: one.start))

    def _made(self, text: str) -> Iterator[Mention]:
        latin, cyrillic = _names()
        for run in latin.finditer(text):
            yield from self._of_run(run, text)
        for run in cyrillic.finditer(text):
            name = run[0]
            if len(name.split()) > 1:
                yield Mention(self._as_before(name), sort_of(name), run.start(), run.end())
        for short, name in self._short.items():
            for match in re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", text):
                yield Mention(name, sort_of(name), match.start(), match.end())

    def _of_run(self, run: re.Match[str], text: str) -> Iterator[Mention]:
        """The names in a run of capitals: each begins with the part that has a head word."""
        parts = list(re.finditer(rf"(?:{LATIN}\s*)+", run[0]))
        begins = [n for n, part in enumerate(parts) if sort_of(part[0]) >= 0]
        for place, number in enumerate(begins):
            stop = parts[begins[place + 1]].start() if place + 1 < len(begins) else len(run[0])
            name = run[0][parts[number].start() : stop]
            name = re.sub(rf"(?:\s+{one_of(mechanism_words().back.inside)})+\s*$", "", name).strip()
            words = name.split()
            while words and words[0] in mechanism_words().back.not_a_name:
                words = words[1:]
            name = " ".join(words)
            start = run.start() + parts[number].start()
            if len(words) > 1:
                yield Mention(self._as_before(name), sort_of(name), start, start + len(name) + 4)
            elif words and re.search(
                r"\b[Tt]h(?:e|is|at)\s*$|\b[Oo]ur\s*$",
                text[:start] + run[0][parts[number].start() :].split(words[0])[0],
            ):
                yield self._bare(name, start)

    def _bare(self, name: str, start: int) -> Mention:
        """ "The Conference": the last of the sort that was named, else what is written."""
        sort = sort_of(name)
        return Mention(self._last(sort, name) or f"the {name}", sort, start, start + len(name))

    def _as_before(self, name: str) -> str:
        """The name as the page wrote it first: endings change, and a longer form may follow."""
        stems = _stems(name)
        return next((one.name for one, _ in self._named if _stems(one.name) == stems), name)

    def _remember(self, one: Mention, text: str) -> None:
        # What was named last leads back first, so that each name stands once.
        self._named = [(old, where) for old, where in self._named if old.name != one.name][-_MAX_MENTIONS:]
        self._named.append((one, self.paragraph))
        short = re.match(r"\s*\(([A-ZА-ЯЁ][A-ZА-ЯЁ\d-]{1,10})\)", text[one.stop :] if len(text) > one.stop else "")
        short = short or re.search(rf"{re.escape(one.name)}\s*\(([A-ZА-ЯЁ][A-ZА-ЯЁ\d-]{{1,10}})\)", text)
        if short is not None and len(self._short) < 200:
            self._short[short[1]] = one.name

    def _last(self, sort: int, word: str = "") -> str:
        """The last name of the sort: with that word in it, or, without one, in this paragraph."""
        for one, paragraph in reversed(self._named):
            if one.sort != sort or is_bare(one.name):
                continue
            if word and re.search(rf"(?<!\w){re.escape(_stem(word))}", one.name, re.IGNORECASE) is not None:
                return one.name
            if not word and paragraph == self.paragraph:
                return one.name
        return ""

    def _led_back(self, text: str) -> Iterator[Mention]:
        for sort in {one.sort for one, _ in self._named if one.sort >= 0}:
            exact, also = _back()[sort]
            for match in exact.finditer(text):
                if name := self._last(sort, match["word"]):
                    yield Mention(name, sort, match.start(), match.end())
            for match in also.finditer(text) if also is not None else ():
                if name := self._last(sort):
                    yield Mention(name, sort, match.start(), match.end())
        # "The Operator": the last word of a name that was made of no known word.
        for one in {one.name: one for one, _ in self._named if one.sort < 0 and " " in one.name}.values():
            last = re.escape(one.name.split()[-1])
            for match in re.finditer(rf"(?<!\w)(?:[Tt]he|[Tt]his|[Oo]ur)\s+{last}(?!\w)", text):
                yield Mention(one.name, one.sort, match.start(), match.end())


def _by_name(text: str) -> Iterator[Mention]:
    taken: list[tuple[int, int]] = []
    hits = [(m.start(), m.end(), name) for name, _, pattern in _known() for m in pattern.finditer(text)]
    for start, stop, name in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if not any(start < end and stop > begin for begin, end in taken):
            taken.append((start, stop))
            yield Mention(name, sort_of(name), start, stop)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.stop and other.start < one.stop


def _stem(word: str) -> str:
    """What stays of a word whatever its ending is."""
    return word[: max(4, len(word) - 3)] if re.search("[а-яё]", word) else word


def _stems(name: str) -> tuple[str, ...]:
    return tuple(map(_stem, name.split()))


def is_wide(name: str) -> bool:
    """Whether it is a whole organisation, which says little of what a statement is about."""
    return _ORGANISATION in _sort_words(sort_of(name))


def _sort_words(sort: int) -> tuple[str, ...]:
    words = mechanism_words().head[sort].word if sort >= 0 else ()
    return (*words, _ORGANISATION) if {"Union", "Союз~"} & {*words} else words


def is_bare(name: str) -> bool:
    """Whether it is a mere "the Conference", of which the page says no more."""
    return name.startswith("the ")


def without_wider(names: list[str]) -> list[str]:
    """Each name once, in their order, without the organisation of which another is a part."""
    parents = {parent for name, parent, _ in _known() if name in names}
    return [name for place, name in enumerate(names) if name not in parents and name not in names[:place]]


def only_fields(names: Iterable[str]) -> bool:
    """Whether all of them are fields of cooperation, and none a name."""
    return {*names} <= {name for name, _ in _fields()}


def fields_in(text: str) -> list[str]:
    """The fields of cooperation that a text speaks of, the narrower first."""
    return [name for name, pattern in _fields() if pattern.search(text)][:_FIELDS_SHOWN]
