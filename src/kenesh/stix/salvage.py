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
from typing import Any, Final, NamedTuple

#: How many times its own length may be scanned in a text: what breaks at every brace is given up.
MAX_PASSES: Final = 64

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
        begins = isinstance(found, Sound) or (found is not None and _OBJECT_BEGINS.match(text, start))
        if begins and (broken := search.told_break(since, start)):
            yield broken
            since = start
        if isinstance(found, Sound):
            yield found
            since = start = found.stop
        else:
            search.note(found)
            start += 1
    searched_to = len(text) if start < 0 else start
    if broken := search.told_break(since, searched_to):
        yield broken
    if searched_to < len(text):
        yield Break(searched_to, len(text), searched_to, "too much is broken for the rest to be searched")


class _Fault(NamedTuple):
    at: int
    what: str


class _Search:
    """What was found wrong and not yet told, and how much may still be scanned."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._faults: list[_Fault] = []
        self._left = MAX_PASSES * len(text)

    def note(self, fault: _Fault | None) -> None:
        """Keeps a fault until the stretch in which it lies is told."""
        if fault is not None:
            heappush(self._faults, fault)

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
        if not _is_object(value):
            return None
        if _swallows_another(value):
            return _Fault(start, "an object begins that does not end before the next")
        return Sound(start, stop)

    def _decoded(self, start: int) -> tuple[object, int] | _Fault:
        try:
            value, stop = _decoder.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            # The error has counted the lines before it.
            self._left -= error.pos - start + error.pos // 16 + 1_000
            return _Fault(error.pos, _in_words(self._text, error))
        except RecursionError:
            self._left -= 10_000
            return _Fault(start, "it is nested too deep")
        self._left -= stop - start
        return value, stop

    def told_break(self, start: int, stop: int) -> Break | None:
        """The break of a stretch that was skipped, if any fault lies in it; faults beyond it wait for theirs."""
        if not self._faults or self._faults[0].at > stop:
            return None
        first = self._faults[0]
        while self._faults and self._faults[0].at <= stop:
            heappop(self._faults)
        return Break(start, stop, first.at, first.what)


def _after_space(text: str, start: int) -> int:
    match = _BLANK.match(text, start)
    return match.end() if match else start


def _before(text: str, position: int) -> str:
    """The last character before a position that is no space; '' at the beginning."""
    before = position - 1
    while before >= 0 and text[before] in _SPACE:
        before -= 1
    return text[before] if before >= 0 else ""


def _may_begin_item(text: str, start: int) -> bool:
    """Whether it is not the value of a property: a part of a broken object is no object of its own."""
    return _before(text, start) != ":"


def _is_object(value: object) -> bool:
    """Whether it has a type and an id that fit: a bundle, or a part of an object, is none."""
    if not isinstance(value, dict):
        return False
    name, stix_id = value.get("type"), value.get("id")
    return isinstance(name, str) and isinstance(stix_id, str) and name != "bundle" and stix_id.startswith(f"{name}--")


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


def _in_words(text: str, error: json.JSONDecodeError) -> str:
    if _after_space(text, error.pos) == len(text):
        return "it ends in the middle of an object"
    if text[error.pos] in "}]" and _before(text, error.pos) == ",":
        return "a comma stands before a closing bracket"
    for begin, words in _WORDS.items():
        if error.msg.startswith(begin):
            return words
    return error.msg


_WORDS: Final = {
    "Expecting property name": "the name of a property in double quotes is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting value": "a value is missing",
    "Unterminated string": "a text begins that does not end",
    "Invalid control character": "a line break or another control character stands in a text",
    "Invalid \\": "a backslash stands before a character that needs none",
}
