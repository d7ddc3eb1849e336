"""What can be read of a text whose JSON breaks: the sound objects before the break and after it, and the break itself.

Used only where the strict reading fails. Every `{` that can begin a list's item is tried as the beginning of a sound
JSON object, the outermost first; what is skipped on the way to the next sound one is reported as a break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from operator import itemgetter
from typing import Any, Final, NamedTuple

from kenesh.basis.identifiers import is_stix_id

#: So many times its own length, and so many characters besides, a text is scanned: one that is broken at every brace
#: is given up.
MAX_PASSES: Final = 64
FREE_CHARACTERS: Final = 1_000_000

#: So objects begin: where one that breaks follows another that broke, each is told.
_OBJECT_BEGINS: Final = re.compile(
    r"\{\s*\"(?:type|id|spec_version|created|created_by_ref|modified|name|description|aliases|confidence|labels|lang"
    r"|external_references|extensions|object_marking_refs|granular_markings)\""
)
_decoder = json.JSONDecoder()
_SPACE: Final = " \t\r\n"
_BLANK: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Sound:
    """An object stands from `start` up to `stop`."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Break:
    """Between `start` and `stop` the JSON breaks, at `at`; `what` says how, as the end of a sentence."""

    start: int
    stop: int
    at: int
    what: str


def salvage(text: str) -> Iterator[Sound | Break]:
    """The sound objects and the breaks of a text, in order; they do not overlap.

    `text` has a character for each octet (latin-1), so that positions are positions in the octets.
    """
    search = _Search(text)
    search.note_the_whole()
    since = start = 0
    while (start := text.find("{", start)) >= 0 and not search.is_spent:
        found = search.trial(start) if _may_begin_item(text, start) else None
        if isinstance(found, Sound):
            # A fault that lies in a sound object is of what came before it: a text that did not end, say.
            yield from search.told_break(since, start, found.stop - 1)
            yield found
            since = start = found.stop
            continue
        if found and _OBJECT_BEGINS.match(text, start):
            for broken in search.told_break(since, start, start):
                yield broken
                since = start
        search.note(found)
        start += 1
    searched_to = len(text) if start < 0 else start
    yield from search.told_break(since, searched_to, searched_to)
    if searched_to < len(text):
        yield Break(searched_to, len(text), searched_to, "too much is broken for the rest to be searched")


class _Fault(NamedTuple):
    at: int
    what: str


class _Search:
    """What was found wrong and not yet told, and how much may still be scanned."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._faults: list[tuple[int, int, str]] = []
        self._noted = 0
        self._left = MAX_PASSES * len(text) + FREE_CHARACTERS

    def note(self, fault: _Fault | None) -> None:
        """Keeps a fault until the stretch in which it lies is told."""
        if fault is not None:
            self._noted += 1
            heappush(self._faults, (fault.at, self._noted, fault.what))

    def note_the_whole(self) -> None:
        """Notes where the text as a whole breaks, or what stands after its end and is no further object."""
        found = self._decoded(_after_space(self._text, 0))
        if isinstance(found, _Fault):
            self.note(found)
            return
        rest = _after_space(self._text, found[1])
        if self._text[rest : rest + 1] not in ("", "{", "["):
            self.note(_Fault(rest, "something follows after the end of the JSON"))

    @property
    def is_spent(self) -> bool:
        """Whether as much was scanned as may be."""
        return self._left < 0

    def trial(self, start: int) -> Sound | _Fault | None:
        """The sound object that begins here, or why none does; None where something else begins that is sound."""
        found = self._decoded(start)
        if isinstance(found, _Fault):
            return found
        value, stop = found
        if not _says_it_is_one(value):
            return None
        if _swallows_another(value):
            return _Fault(start, "an object begins that does not end before the next")
        return Sound(start, stop)

    def _decoded(self, start: int) -> tuple[object, int] | _Fault:
        try:
            value, stop = _decoder.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            # The error has counted the lines before it.
            self._left -= error.pos - start + error.pos // 16 + 4_000
            return _in_words(self._text, error)
        except RecursionError:
            self._left -= 100_000
            return _Fault(start, "it is nested too deep")
        self._left -= stop - start
        return value, stop

    def told_break(self, start: int, stop: int, last: int) -> Iterator[Break]:
        """The break of a stretch that was skipped, if a fault lies in it or up to `last`; those beyond wait for theirs.

        Of several faults the one that was noted first counts: it comes from the widest trial.
        """
        here = []
        while self._faults and self._faults[0][0] <= last:
            here.append(heappop(self._faults))
        if here:
            at, _, what = min(here, key=itemgetter(1))
            yield Break(start, stop, min(at, stop), what)


def _after_space(text: str, start: int) -> int:
    match = _BLANK.match(text, start)
    return match.end() if match else start


def _before(text: str, position: int) -> int:
    """The place after the last character before a position that is no space; 0 where there is none."""
    while position > 0 and text[position - 1] in _SPACE:
        position -= 1
    return position


def _may_begin_item(text: str, start: int) -> bool:
    """Whether it is not the value of a property: a part of a broken object is no object of its own."""
    return not _ends_with(text, start, ":")


def _ends_with(text: str, position: int, mark: str) -> bool:
    """Whether the last character before a position that is no space is the mark."""
    return text.startswith(mark, max(0, _before(text, position) - 1))


def _says_it_is_one(value: object) -> bool:
    """Whether it has a type and an id of whatever form: one whose id is none comes out too, and is refused by name."""
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name), str) for name in ("type", "id"))
        and (value["type"] != "bundle")
    )


def _is_object(value: object) -> bool:
    """Whether it has a type and an id, of whichever type: a bundle, or a part of an object, is none.

    One whose id is of another type than it says comes out too: who reads it refuses it by its name.
    """
    if not isinstance(value, dict):
        return False
    name, stix_id = value.get("type"), value.get("id")
    if not isinstance(name, str) or not isinstance(stix_id, str) or name == "bundle":
        return False
    return stix_id.startswith(f"{name}--") or is_stix_id(stix_id)


def _swallows_another(value: Any) -> bool:
    """Whether a list in it holds an object: a list that was never closed takes in all that follows."""
    waiting = list(value.values())
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            if any(_is_object(item) for item in part):
                return True
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
    return False


def _in_words(text: str, error: json.JSONDecodeError) -> _Fault:
    at = error.pos
    if _after_space(text, at) == len(text):
        return _Fault(_before(text, at), "it ends in the middle of an object")
    if text[at] in "}]" and _ends_with(text, at, ","):
        return _Fault(at, "a comma stands before a closing bracket")
    if text[at] == "{" and error.msg.startswith("Expecting property name"):
        return _Fault(at, "a closing brace is missing before the next object")
    words = (words for begin, words in _WORDS.items() if error.msg.startswith(begin))
    return _Fault(at, next(words, error.msg))


_WORDS: Final = {
    "Expecting property name": "the name of a property in double quotes is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting value": "a value is missing",
    "Unterminated string": "a text begins that does not end",
    "Invalid control character": "a line break or another control character stands in a text",
    "Invalid \\": "a backslash stands before a character that needs none",
}
