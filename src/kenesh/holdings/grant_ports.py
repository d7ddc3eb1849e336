"""What holdings ask of grants: collections, and what is visible in them."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from typing import Protocol

from kenesh.basis.instants import Instant
from kenesh.holdings.pages import PageQuery, PageRead
from kenesh.holdings.rows import Collection, Grant, PastGrant, View
from kenesh.release.audience import Audience
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel


class GrantRows(Protocol):
    """Collections and what is visible in them."""

    def collection(self, audience: Audience, channel: Channel, new_id: str) -> Collection:
        """The collection of an audience; made where it is not there."""

    def collections(self) -> list[Collection]: ...

    def collections_of(self, refs: Many[str]) -> list[Collection]:
        """Those of these audiences, in the order of `collections`."""

    def stamps(self, now: Instant, gaps: Sequence[int]) -> list[Instant]:
        """As many unique, growing stamps as there are gaps, each at least its gap after the one before."""

    def in_collection(self, collection: int, objects: Many[int]) -> list[Grant]: ...

    def of_objects(self, objects: Many[int]) -> list[Grant]: ...

    def past_of_objects(self, objects: Many[int]) -> list[PastGrant]: ...

    def of_statement(self, statement: int, types: frozenset[str] = ...) -> list[Grant]: ...

    def seen_of_statement(self, view: View, statement: int, types: frozenset[str] = ...) -> list[Grant]:
        """Of these those in the view's collection at its levels, from before it began too."""

    def by_statement(self, view: View) -> list[tuple[int, Tlp, Instant]]:
        """For each release of which a grant is in the view, and each level: (statement, level, last stamp)."""

    def last_ends(self, collection: int, statements: Many[int]) -> dict[int, Instant]:
        """When the last grant of each of these releases ended there, of which one did."""

    def since(self, collection: int, stamp: Instant, statement_party: str) -> list[Grant]:
        """Grants of a collection from a stamp on, by that party's releases."""

    def append(self, grants: Sequence[Grant]) -> None:
        """New grants; keeps the flags of what they supersede."""

    def end(self, grants: Sequence[Grant], at: Instant, why: str) -> None: ...

    def remark(self, grant: Grant, tlp: Tlp) -> None:
        """The grant under a stricter marking, at the same stamp."""

    def restamp(self, grant: Grant, stamp: Instant) -> None:
        """The grant at a new, later stamp."""

    def page(self, view: View, conditions: Mapping[Tlp, str], query: PageQuery) -> PageRead:
        """A page as it is asked for; `conditions` are the decision's SQL at each of the view's levels.

        `{valid}` and `{barred}` in them stand for what the caveats of a grant's release say, in a view with a limit.
        """

    def record_read(self, collection: int, party: str, stamp: Instant, at: Instant) -> None:
        """The party's node has read the collection up to the stamp."""

    def reads(self, collection: int) -> list[tuple[str, Instant, Instant]]:
        """(party, stamp, at) for each step of a cursor."""
