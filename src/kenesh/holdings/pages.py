"""A page of a collection: as it is asked for, as it is read, and what stands on it."""

from __future__ import annotations

from collections.abc import Collection as Many
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.stix.marking import Tlp

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """What caveats are asked of for one reader: by which ids he goes, and when it is."""

    refs: tuple[str, ...]
    now: Instant


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What a page is asked for. `after` is a stamp; `keys` are exact versions, '' is none."""

    after: Instant
    limit: int
    every_version: bool = False
    first: bool = False
    last: bool = True
    keys: tuple[ModifiedKey, ...] = ()
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class Named(NamedTuple):
    """A version by its name: the id, and its `modified`, else its `created`, as it writes that; None has neither."""

    id: str
    version: str | None
    stamp: Instant


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a collection, in the order of stamps.

    Attributes:
        content: the objects' octets, commas between them; or the versions' names.
        first, last: the stamps of the first and the last object; None on an empty page.
        more: something visible comes after it.
    """

    content: T
    count: int = 0
    first: Instant | None = None
    last: Instant | None = None
    more: bool = False


class PageRead(Protocol):
    """A page as one reader asked for it. The levels come first, so that each is decided before anything is read.

    It is found anew for each question, and the transaction sees one state: the answers are of the same rows.
    """

    def levels(self) -> list[tuple[Tlp, Instant]]:
        """At which levels anything stands in the view from there on, and from which stamp on."""

    def extent(self, levels: Many[Tlp]) -> tuple[int, int]:
        """How many objects stand on the page at these levels, and their octets; one more than its limit counts."""

    def sizes(self, levels: Many[Tlp]) -> list[int]:
        """The octets of each of those objects, in order."""

    def octets(self, levels: Many[Tlp], count: int) -> Page[bytes]:
        """The first so many of them."""

    def octets_within(self, levels: Many[Tlp], count: int, most: int) -> Page[bytes] | None:
        """The first so many of them, and whether more follow; None where that might be more octets than `most`.

        A comma after each of them counts. No more than `most` is ever put together.
        """

    def names(self, levels: Many[Tlp], count: int) -> Page[tuple[Named, ...]]:
        """The first so many of them by their names."""
