"""Looking values up: what a person pasted, made values, and what the node knows of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.services import Services
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.watch.values import recognise
from kenesh.watch.watching import Lookup, look_up

MAX_VALUES: Final = 200
_BETWEEN = re.compile(r"[\s,;|]+")


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, as it was written, and an answer for each value; `left_out` were too many to be asked at once.

    `links` are the objects found that have a page of their own for this reader.
    """

    written: str
    found: tuple[Lookup, ...]
    links: Mapping[str, Seen]
    left_out: int

    @property
    def known(self) -> int:
        return sum(bool(one.known.value) for one in self.found)


def values_in(text: str) -> Iterator[str]:
    """The values of a pasted text: a line is one value where it can be read as one, else its words are."""
    for line in text.splitlines():
        if recognise(line) is not None:
            yield line.strip()
        else:
            yield from (word for word in _BETWEEN.split(line) if word)


def answers(services: Services, reader: Reader, text: str) -> Released[Answers]:
    """Each value once, in the order in which they were written."""
    asked, now = list(dict.fromkeys(values_in(text))), services.clock.now()
    with services.store.reading() as tx:
        found = tuple(look_up(tx, reader, asked[:MAX_VALUES], now))
        links = seen_by_id(tx, reader, {known.held.id for one in found for known in one.known.value}, now)
    return links.map(lambda seen: Answers(text, found, seen, max(0, len(asked) - MAX_VALUES)))
