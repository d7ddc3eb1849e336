"""What the store knows, as frozen values. Those of which an import makes very many are msgspec's, for speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.holdings.pages import Limit
from kenesh.parties.terms import Term
from kenesh.release.audience import Audience
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version
from kenesh.stix.register import Channel

T = TypeVar("T")

#: Stands for "no `modified`" where a key must be there.
UNVERSIONED = ModifiedKey("")

#: Of a marking-definition that says of itself that it is a statement, and names a party as its author: it counts as one
#: when that party's proof is there. 1 counts without proof, 0 is no statement.
ONCE_PROVED = 2


#: Stands for the release behind a grant where there is none: an account posted the version, and reads it back.
GIVEN_BACK = 0


class KnownVersion(msgspec.Struct, frozen=True, gc=False):
    """A version that the store has. A version that is not accepted is a conflict, kept apart with its evidence."""

    num: int
    key: ModifiedKey
    sha256: bytes
    accepted: bool
    proved: bool
    tlp: Tlp = Tlp.CLEAR
    revoked: bool = False


class KnownObject(msgspec.Struct, frozen=True, gc=False):
    """An object that the store has.

    Attributes:
        writer: the party that alone may state it. giver: the party from which it first came.
        proved: the writer's own proof was seen for it.
        tlp: the strictest of its accepted versions' markings and `said_tlp`; of what has no versions, `said_tlp`.
        said_tlp: what its writer said of it apart from its versions.
        current: the newest accepted version with a hold in force.
    """

    num: int
    id: str
    type: str
    writer: str
    giver: str
    proved: bool
    tlp: Tlp
    revoked: bool
    current: int | None
    versions: tuple[KnownVersion, ...] = ()
    said_tlp: Tlp = Tlp.CLEAR


@dataclass(frozen=True, slots=True)
class Source:
    """From whom something came, and how.

    `label` is the label of the release under which it came; None where none was said. `statement` is that release's
    number in the store, `import_num` an import's.
    """

    party_ref: str
    audience_ref: str
    label: Tlp | None = None
    statement: int | None = None
    import_num: int | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One version as it arrives. `proved`: its author's own proof holds. `position`: of its entry in the release."""

    version: Version
    source: Source
    proved: bool
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A version that does not count, and why."""

    object_id: str
    version: int
    source: str
    why: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """A version that was taken in and counts from now on; `is_new`: it was not kept before, as a conflict say."""

    num: int
    object: int
    arrival: Arrival
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch of arrivals."""

    accepted: tuple[Accepted, ...] = ()
    unchanged: tuple[int, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """An accepted version as acts read it, without its bytes."""

    num: int
    object: int
    id: str
    type: str
    key: ModifiedKey
    modified: str | None
    sha256: bytes
    created_by: str | None
    writer: str
    tlp: Tlp  # of this version's own marking
    object_tlp: Tlp  # the strictest of all versions
    whole: bool
    revoked: bool
    proved: bool
    name: str
    added_at: Instant
    given: Tlp = Tlp.RED  # the label under which it was given: the writer's widest, else the strictest of the givers'

    def own_marking(self) -> Tlp:
        """The strictest of the object's own markings over all versions known."""
        return max(self.tlp, self.object_tlp)

    def marking_under(self, label: Tlp | None) -> Tlp:
        """The effective marking: its own, else the label; RED where nothing is said."""
        if self.whole:
            return self.own_marking()
        return Tlp.RED if label is None else max(self.own_marking(), label)


@dataclass(frozen=True, slots=True)
class Hold:
    """How this node came to hold a version."""

    num: int
    version: int
    party_ref: str
    audience_ref: str
    statement: int | None
    position: int | None
    import_num: int | None
    person: str
    label: Tlp | None
    since: Instant
    caveats: Caveats = NO_CAVEATS


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of this node: an audience's content, or its control twin."""

    num: int
    id: str
    audience: Audience
    channel: Channel
    last_stamp: Instant


@dataclass(frozen=True, slots=True)
class Grant:
    """A version in a collection, from its stamp on."""

    collection: int
    tlp: Tlp
    stamp: Instant
    version: int
    object: int
    key: ModifiedKey
    statement: int

    @property
    def is_released(self) -> bool:
        """Whether a release gives it; else it was only given back to the account that posted it."""
        return self.statement != GIVEN_BACK


@dataclass(frozen=True, slots=True)
class PastGrant:
    """A grant that ended."""

    grant: Grant
    ended_at: Instant
    why: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A release or withdrawal that stands in the store, one's own or a peer's."""

    num: int
    id: str
    type: str
    version: int
    party_ref: str
    audience_ref: str
    number: int
    sha256: bytes
    label: Tlp | None
    follow: bool
    objects: int
    reason: str
    at: Instant
    caveats: Caveats = NO_CAVEATS


@dataclass(frozen=True, slots=True)
class Awaited:
    """An entry of a peer's release whose content has not come yet. `proof` is the author's, as the entry writes it."""

    statement: int
    position: int
    object_id: str
    sha256: bytes
    proof: bytes | None
    label: Tlp


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """A term as this node keeps it. `stamp` is the node's own, from when it applied it; None until then."""

    num: int
    term: Term
    stated_at: Instant
    stamp: Instant | None


@dataclass(frozen=True, slots=True)
class View:
    """A collection as one reader sees it.

    Attributes:
        after: the stamp of the reader's term: nothing earlier is visible.
        released_only: without what was given back to accounts that posted it.
        ceiling: the strictest marking that this node gives to the reader.
        limit: what caveats leave out for this reader; None where no release of the audience has any that matter.
    """

    collection: Collection
    after: Instant
    levels: tuple[Tlp, ...]
    released_only: bool = False
    limit: Limit | None = None
    ceiling: Tlp = Tlp.RED


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import and its counts. Of the values that it `proposed` so many are `waiting` to be judged."""

    num: int
    id: str
    at: Instant
    person: str
    source: str
    accepted: int
    unchanged: int
    refused: int
    warnings: int
    finished: bool
    proposed: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """What was refused, or taken with a warning, in an import: where, which object, why."""

    refused: bool
    path: str
    object_id: str
    reason: str
