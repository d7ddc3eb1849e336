"""The acts of a node: what happened here, told in the past tense, from a closed list.

An act is said once and never changed. What it says may later be erased, and then its salt goes with it: what is left,
a hash that nobody can guess back from, still holds its place in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kenesh.basis.canonical import MAX_INTEGER, canonical_bytes
from kenesh.basis.instants import Instant
from kenesh.basis.merkle import leaf_hash
from kenesh.basis.problem import DamagedProblem

MIN_SALT_OCTETS: Final = 16


class ActKind(StrEnum):
    """Everything that the record of a node can say. Add a kind here before it is recorded anywhere."""

    # The node itself
    NODE_INITIALISED = "node-initialised"
    EPOCH_BEGUN = "epoch-begun"
    SETTINGS_CHANGED = "settings-changed"
    KEY_CHANGED = "key-changed"
    STORE_MIGRATED = "store-migrated"
    BACKUP_MADE = "backup-made"
    NODE_RESTORED = "node-restored"
    RECORD_VERIFIED = "record-verified"
    CONTENT_ERASED = "content-erased"
    # Who is who
    PEER_ADMITTED = "peer-admitted"
    PARTY_HOSTED = "party-hosted"
    PEER_ENDED = "peer-ended"
    PEER_HEAD_CONTRADICTED = "peer-head-contradicted"
    BODY_FORMED = "body-formed"
    BODY_CHANGED = "body-changed"
    MEMBER_ADMITTED = "member-admitted"
    MEMBER_CHANGED = "member-changed"
    MEMBER_ENDED = "member-ended"
    # People and clients of this node
    ACCOUNT_MADE = "account-made"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_CLOSED = "account-closed"
    LOGIN_MADE = "login-made"
    LOGIN_REFUSED = "login-refused"
    LOGIN_ENDED = "login-ended"
    TOKEN_MADE = "token-made"
    TOKEN_REVOKED = "token-revoked"
    CONSTITUENT_ADDED = "constituent-added"
    CONSTITUENT_CHANGED = "constituent-changed"
    CONSTITUENT_REMOVED = "constituent-removed"
    # What it holds
    OBJECTS_IMPORTED = "objects-imported"
    OBJECTS_EXPORTED = "objects-exported"
    OBJECT_STATED = "object-stated"
    VALUE_STATED = "value-stated"
    VALUES_REJECTED = "values-rejected"
    PAGE_KEPT = "page-kept"
    ROWS_JUDGED = "rows-judged"
    OBJECT_DELETED = "object-deleted"  # from a collection alone, by who posted it
    OBJECT_DERIVED = "object-derived"
    OBJECT_QUARANTINED = "object-quarantined"
    OBJECT_READMITTED = "object-readmitted"
    ALARM_ACKNOWLEDGED = "alarm-acknowledged"
    CALL_ACKNOWLEDGED = "call-acknowledged"
    CONFLICT_FOUND = "conflict-found"
    CONFLICT_SETTLED = "conflict-settled"
    # What it gave and got
    RELEASE_MADE = "release-made"
    RELEASE_REFUSED = "release-refused"
    RELEASE_RECEIVED = "release-received"
    FORWARD_ASKED = "forward-asked"
    FORWARD_ANSWERED = "forward-answered"
    WITHDRAWAL_MADE = "withdrawal-made"
    WITHDRAWAL_APPLIED = "withdrawal-applied"
    RECEIPT_MADE = "receipt-made"
    RECEIPT_RECEIVED = "receipt-received"
    SERVED = "served"
    VALUES_QUERIED = "values-queried"
    READING_REFUSED = "reading-refused"
    EXPLAINED_FOR_ANOTHER = "explained-for-another"
    PACK_MADE = "pack-made"
    PACK_OPENED = "pack-opened"
    NOTICE_SENT = "notice-sent"
    # Servers that are no nodes
    FEED_ADDED = "feed-added"
    FEED_REMOVED = "feed-removed"
    FEED_DRAINED = "feed-drained"
    FEED_FILLED = "feed-filled"
    # What it did with it
    HUNT_MADE = "hunt-made"
    SIGHTING_MADE = "sighting-made"
    CASE_OPENED = "case-opened"
    CASE_CLOSED = "case-closed"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened.

    Attributes:
        at: when, by the clock of the node.
        who: the account, peer or part of the node that did it.
        subject: what it was done to; a STIX identifier wherever there is one.
        details: what else is worth keeping, named; integers within ±(2^53-1).
    """

    kind: ActKind
    at: Instant
    who: str
    subject: str
    details: Mapping[str, str | int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act as it stands in the store.

    Attributes:
        number: its place in the order of recording; grows, gaps are no fault.
        act: None once erased, and None where what is stored cannot be read as an act.
        salt: None once erased.
        digest: `act_digest` as it was when the act was recorded. It outlives the content.
    """

    number: int
    act: Act | None
    salt: bytes | None
    digest: bytes

    @property
    def is_erased(self) -> bool:
        """Whether its content and its salt are both gone."""
        return self.act is None and self.salt is None


def act_bytes(act: Act, salt: bytes) -> bytes:
    """The act and its salt in RFC 8785's form: the entry that is hashed.

    Raises:
        DamagedProblem: it has no canonical form.
        ValueError: the salt is shorter than `MIN_SALT_OCTETS`, so that a short act could be guessed from its hash.
    """
    if len(salt) < MIN_SALT_OCTETS:
        raise ValueError(f"a salt has at least {MIN_SALT_OCTETS} octets, this one has {len(salt)}")
    for name, value in act.details.items():
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise DamagedProblem(f"The detail {name} of the act is beyond 2^53-1.")
    return canonical_bytes(
        {
            "at": int(act.at),
            "details": dict(act.details),
            "kind": str(act.kind),
            "salt": salt.hex(),
            "subject": act.subject,
            "who": act.who,
        }
    )


def act_digest(act: Act, salt: bytes) -> bytes:
    """The leaf hash of the act in its interval (RFC 9162 §2.1.1)."""
    return leaf_hash(act_bytes(act, salt))
