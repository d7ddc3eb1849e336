"""What the holdings ask of a store. `kenesh.edges.store` fulfils it on SQLite and on PostgreSQL.

A `Store` gives transactions: `reading` sees one consistent state; `writing` also holds the append lock, so that writers
follow one another and stamp order is commit order.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from kenesh.basis.instants import Instant
from kenesh.holdings.alarms import AlarmRows
from kenesh.holdings.grant_ports import GrantRows
from kenesh.holdings.pages import Limit
from kenesh.holdings.proposing import ProposalRows
from kenesh.holdings.rows import (
    Awaited,
    Conflict,
    HeldVersion,
    Hold,
    ImportRecord,
    KnownObject,
    Remark,
    Statement,
    StoredTerm,
)
from kenesh.ledger.ports import LedgerRows
from kenesh.parties.hosts import HostRows
from kenesh.parties.terms import Term
from kenesh.release.caveats import Caveats
from kenesh.stix.marking import Tlp

Row = Mapping[str, Any]


class VersionRows(Protocol):
    """Objects, versions and what they point to."""

    def known(self, ids: Many[str]) -> dict[str, KnownObject]:
        """What the store has of these ids."""

    def next_nums(self) -> tuple[int, int]:
        """The next free numbers of an object and of a version."""

    def add(self, objects: Sequence[Row], versions: Sequence[Row], links: Sequence[Row], cited: Sequence[Row]) -> None:
        """New rows, named by column."""

    def keep_originals(self, rows: Sequence[Row]) -> None:
        """The octets from which versions were translated."""

    def original(self, num: int) -> bytes | None:
        """The octets from which a version was translated; None where they are its own."""

    def update_objects(self, rows: Sequence[Row]) -> None:
        """`num`, `proved`, `tlp`, `revoked` and `current` of objects that changed."""

    def set_accepted(self, nums: Many[int], *, accepted: bool, proved: bool, why: str | None) -> None:
        """Whether versions count."""

    def statement_markings(self, ids: Many[str], givers: Many[str]) -> frozenset[str]:
        """Of these marking-definitions those that count as statements: all that is proved or held from one of these.

        What names a party as its author counts with that party's proof alone.
        """

    def citing(self, marking_ids: Many[str]) -> list[tuple[int, str, list[str], list[str]]]:
        """Versions that cite one of these markings: its object's giver, its whole-object refs, its granular refs."""

    def remark(self, versions: Many[int], tlp: Tlp, *, whole: bool) -> dict[int, tuple[Tlp, Tlp]]:
        """The own marking of versions, once more is known of a marking that they cite.

        Their objects' is the strictest again; gives for each object what it was, and what it is now.
        """

    def tighten(self, obj: int, tlp: Tlp) -> bool:
        """Marks an object at least so strictly, whatever its versions say; whether that was stricter than before."""

    def held(self, nums: Many[int]) -> list[HeldVersion]:
        """These accepted versions, in order of their numbers."""

    def current_of(self, ids: Many[str]) -> dict[str, HeldVersion]:
        """The newest accepted version, with a hold in force, of each id that has one."""

    def all_of(self, stix_id: str) -> list[HeldVersion]:
        """Every accepted version of an id, oldest first."""

    def raw(self, nums: Many[int]) -> dict[int, bytes]:
        """The octets as they came."""

    def erase(self, nums: Many[int]) -> tuple[str, ...]:
        """Erases these versions with everything that says something of them; gives where octets of them may be left."""

    def linked_to(self, target: str, types: Many[str]) -> list[HeldVersion]:
        """The current versions, of these types, that refer to an id."""

    def objects_of(self, versions: Many[int]) -> frozenset[int]:
        """The objects of these versions."""

    def references(self, nums: Many[int]) -> dict[int, list[str]]:
        """What these versions refer to, markings and `created_by_ref` apart."""

    def cited_markings(self, nums: Many[int]) -> frozenset[str]:
        """The marking-definitions, beyond the fixed ones, that these versions cite."""

    def of_type(self, stix_type: str) -> list[HeldVersion]:
        """The current versions of a type."""

    def accepted_after(self, num: int, limit: int) -> list[int]:
        """The numbers of accepted versions above that number, in order: to go through all that is held."""

    def search(self, text: str, limit: int) -> list[HeldVersion]:
        """Accepted versions whose name or id contains the text, newest first."""

    def conflicts(self, stix_id: str | None, limit: int) -> list[Conflict]:
        """Versions that do not count, newest first."""

    def content_num(self, stix_id: str, sha256: bytes) -> int | None:
        """The version, accepted or not, of that id with that content."""

    def recompute_current(self, objects: Many[int]) -> None:
        """Sets `current` anew from the accepted versions with a hold in force."""

    def count(self) -> dict[str, int]:
        """How many objects of each type have a current version."""


class HoldRows(Protocol):
    """How the node came to hold what it holds."""

    def add(self, rows: Sequence[Row]) -> None: ...

    def in_force(self, versions: Many[int]) -> dict[int, list[Hold]]:
        """The holds in force of these versions."""

    def of_object(self, obj: int) -> list[Hold]:
        """The holds in force of every version of an object."""

    def ever(self, version: int) -> list[Hold]:
        """Every hold of a version, those that ended too."""

    def end(self, nums: Many[int], at: Instant) -> None: ...

    def last(self) -> int:
        """The number of the last hold; 0 where there is none."""

    def after(self, num: int, limit: int) -> list[Hold]:
        """The holds that came after that one, in their order."""

    def unproved_with_position(self, creator: str) -> list[tuple[int, int, int]]:
        """(version, statement, position) of what names this creator and has not been proved."""


class StatementRows(Protocol):
    """Releases and withdrawals, one's own and peers'."""

    def add(self, row: Row, caveats: Caveats = ...) -> int: ...

    def last(self, party: str, audience_ref: str, chain: str = ...) -> Statement | None:
        """The end of the chain of a party to an audience; `chain` as `chain_of` says it."""

    def is_limited(self, audience_ref: str, limit: Limit) -> bool:
        """Whether a release or withdrawal to the audience is not for that reader or over by then, and in force."""

    def find(self, statement_id: str) -> Statement | None: ...

    def get(self, nums: Many[int]) -> dict[int, Statement]: ...

    def recent(self, limit: int) -> list[Statement]: ...

    def await_content(self, rows: Sequence[Row]) -> None:
        """Entries of a peer's release whose content has not come yet."""

    def awaited(self, party: str, audience_ref: str, ids: Many[str]) -> list[Awaited]:
        """What that party's releases to that audience still owe, of these ids."""

    def arrived(self, pairs: Sequence[tuple[int, int]]) -> None: ...

    def cancel_awaited(self, statements: Many[int], object_id: str) -> None: ...

    def of_party(self, party: str, audience_ref: str | None) -> list[Statement]: ...


class TermRows(Protocol):
    """Terms of membership."""

    def of_audiences(self, refs: Many[str]) -> list[StoredTerm]: ...

    def of_party(self, party: str) -> list[StoredTerm]: ...

    def add(self, term: Term, stated_at: Instant) -> int: ...

    def restate(self, num: int, term: Term) -> None:
        """The term has another end, role or key than was known."""

    def remove(self, num: int) -> None: ...

    def unapplied(self, now: Instant) -> list[StoredTerm]:
        """Terms whose time has come and that have no stamp."""

    def apply(self, num: int, stamp: Instant | None) -> None: ...


class ImportRows(Protocol):
    """Imports, and what was refused in them."""

    def begin(self, import_id: str, at: Instant, person: str, source: str, licence: str) -> int: ...

    def add_versions(self, num: int, versions: Iterable[int]) -> None: ...

    def add_remarks(self, num: int, remarks: Sequence[Remark]) -> None: ...

    def count(
        self, num: int, *, accepted: int, unchanged: int, refused: int, warnings: int, finished: bool
    ) -> None: ...

    def recent(self, limit: int) -> list[ImportRecord]: ...

    def find(self, import_id: str) -> ImportRecord | None: ...

    def versions(self, num: int) -> list[int]: ...

    def licences(self, nums: Many[int]) -> dict[int, str]:
        """The condition under which what these imports brought may be passed on; those without one are not in it."""

    def remarks(self, num: int, limit: int) -> list[Remark]: ...


class PartyRows(HostRows, Protocol):
    """What holdings must know of other nodes: who is admitted, by which key."""

    def admitted(self) -> Mapping[str, Sequence[str]]:
        """The kids under which each admitted party's node is known, the present one first."""

    def list_heard_at(self, membership_id: str) -> Instant | None:
        """When all that the keeper of the membership said was last read here; None where this node keeps it itself."""

    def ceilings(self) -> dict[str, Tlp]:
        """The strictest marking that goes to a party or class, by its id; who has none is in no other way bound."""

    def set_ceiling(self, ref: str, tlp: Tlp | None) -> None:
        """Sets the ceiling of a party or class, or takes it away."""

    def code_of(self, party_ref: str) -> str:
        """The party's code; its id where it is not known."""


class MarkedRows(Protocol):
    """What is cited of markings beyond the fixed ones."""

    def by(self, marking: str, nums: Many[int]) -> frozenset[int]:
        """Of these versions those that cite the marking."""


class Transaction(Protocol):
    """One transaction. Its parts are the tables' ports."""

    @property
    def versions(self) -> VersionRows: ...
    @property
    def marked(self) -> MarkedRows: ...
    @property
    def holds(self) -> HoldRows: ...
    @property
    def grants(self) -> GrantRows: ...
    @property
    def statements(self) -> StatementRows: ...
    @property
    def terms(self) -> TermRows: ...
    @property
    def imports(self) -> ImportRows: ...
    @property
    def proposals(self) -> ProposalRows: ...
    @property
    def alarms(self) -> AlarmRows: ...
    @property
    def parties(self) -> PartyRows: ...
    @property
    def ledger(self) -> LedgerRows: ...


class Store(Protocol):
    """Gives transactions."""

    def reading(self) -> AbstractContextManager[Transaction]: ...
    def writing(self) -> AbstractContextManager[Transaction]: ...


def chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
