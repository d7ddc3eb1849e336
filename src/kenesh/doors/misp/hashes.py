"""The hashes of a version's values, computed once: a version never changes. What a reader sees is asked each time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import md5
from threading import Lock
from typing import Any, Final

import msgspec

from kenesh.doors.services import Transaction
from kenesh.holdings.rows import Grant

#: So many versions are remembered; one takes some 200 octets.
MAX_REMEMBERED: Final = 100_000

Values = Callable[[str, Mapping[str, Any]], Sequence[str]]


class ValueHashes:
    """What is remembered, the least recently asked first; many requests may ask at once."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: OrderedDict[int, tuple[str, ...]] = OrderedDict()
        self._lock = Lock()

    def of(self, tx: Transaction, grants: Sequence[Grant]) -> list[str]:
        """The MD5 of each value of these versions, which the caller was decided to see."""
        numbers = [grant.version for grant in grants]
        with self._lock:
            known = {num: self._known[num] for num in numbers if num in self._known}
        missing = [num for num in numbers if num not in known]
        if missing:
            known |= self._computed(tx, missing)
        with self._lock:
            for num in numbers:
                self._known[num] = known[num]
                self._known.move_to_end(num)
            while len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return [digest for num in numbers for digest in known[num]]

    def _computed(self, tx: Transaction, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
        types = {held.num: held.type for held in tx.versions.held(numbers)}
        raws = tx.versions.raw(list(types))
        found: dict[int, tuple[str, ...]] = dict.fromkeys(numbers, ())
        for num, octets in raws.items():
            found[num] = tuple(_md5(value) for value in self._values(types[num], msgspec.json.decode(octets)))
        return found


def _md5(value: str) -> str:
    # MISP's caches look values up by it; nothing is trusted because of it.
    return md5(value.encode(), usedforsecurity=False).hexdigest()
