"""Finding texts by words, whatever script or accent they are typed in; what is found is still to be decided on.

Keys are made when somebody searches, of all that came since the last time: what comes in never waits for them. Only
types that hold prose have keys; a value is looked up, and not searched. Source: ADR 46.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from kenesh.basis.folding import MAX_TEXT, search_keys

#: Types of STIX whose objects hold prose; of the council's own all do.
PROSE: Final = frozenset(
    (
        *("attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "infrastructure"),
        *("intrusion-set", "language-content", "location", "malware", "note", "opinion", "report", "threat-actor"),
        *("tool", "vulnerability"),
    )
)
#: Properties that hold what people read.
_READ: Final = frozenset(
    (
        *("name", "names", "title", "description", "abstract", "content", "contents", "explanation", "aliases"),
        *("text", "texts", "excerpt", "speaker", "speaker_resolved", "publisher", "mechanisms", "mandate", "ground"),
        *("remedy", "statement", "amendment", "reason", "what", "chapters", "periods", "indicators", "milestones"),
        *("number", "party", "source", "root_cause", "mitigation", "place", "points", "titles", "reference"),
        *("about", "indicator", "institutions"),
    )
)
_MAX_DEPTH: Final = 8
#: So many versions get their keys at once.
_STEP: Final = 2_000
#: A search of more words finds nothing more.
MAX_WORDS: Final = 12
_SEARCHED: Final = "searched"


class Hit(NamedTuple):
    """A version that holds the words, and the object of which it is one."""

    num: int
    id: str


class SearchRows(Protocol):
    """Which version has which key."""

    def last(self) -> int:
        """The number of the last version; 0 where there is none."""

    def without_key(self, after: int, types: Many[str], limit: int) -> list[int]:
        """The versions of these types after that number, the first of them."""

    def add(self, keys: Mapping[int, str]) -> None: ...

    def matching(self, wanted: Sequence[Sequence[str]], types: Many[str], before: int, limit: int) -> list[Hit]:
        """Versions whose keys hold all words of one of these ways to hear them, the newest first.

        Of all types where none is named; `before` is the number at which it begins, without it.
        """


class Transaction(Protocol):
    """What searching needs of a transaction."""

    @property
    def searched(self) -> SearchRows: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def notes(self) -> Notes: ...


class Versions(Protocol):
    """The octets of versions."""

    def raw(self, nums: Many[int]) -> Mapping[int, bytes]: ...


class Notes(Protocol):
    """Up to which version there are keys."""

    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str) -> None: ...


def is_behind(tx: Transaction) -> bool:
    """Whether something came since keys were made last."""
    return int(tx.notes.get(_SEARCHED) or 0) < tx.searched.last()


def catch_up(tx: Transaction, types: Many[str]) -> bool:
    """Makes the keys of the next versions that have none; False where all have theirs."""
    after, last = int(tx.notes.get(_SEARCHED) or 0), tx.searched.last()
    nums = tx.searched.without_key(after, types, _STEP)
    tx.searched.add({num: key_of(raw) for num, raw in tx.versions.raw(nums).items()})
    more = len(nums) == _STEP
    tx.notes.set(_SEARCHED, str(nums[-1] if more else last))
    return more


def key_of(raw: bytes) -> str:
    """The key of an object: of all in it that people read, in each way of hearing it."""
    try:
        value = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return ""
    text = " . ".join(texts_of(value))[:MAX_TEXT]
    return " . ".join(f" {key}" for key in search_keys(text))


def texts_of(value: Any) -> Iterator[str]:
    """What people read in an object, text by text."""
    yield from _prose(value, 0)


def _prose(value: Any, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH or not isinstance(value, dict):
        return
    for name, said in value.items():
        if name in _READ or depth:
            yield from _texts(said, depth)


def _texts(said: Any, depth: int) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for one in said:
            yield from _texts(one, depth + 1)
    elif isinstance(said, dict) and depth < _MAX_DEPTH:
        yield from _prose(said, depth + 1)


def wanted(text: str) -> list[list[str]]:
    """The words that somebody looks for, in each way of hearing them; none where there is no word."""
    return [words[:MAX_WORDS] for key in search_keys(text) if (words := key.split())]
