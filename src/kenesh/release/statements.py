"""Releases and withdrawals on the wire: made, signed, and read with every check.

A release carries two signatures: the releaser's over the whole object, and the root's over {root, count} alone.
Releases and withdrawals to one audience are numbered on in one chain, so that members can compare one hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, modified_key, stix_timestamp
from kenesh.basis.problem import DamagedProblem, UntrustedProblem, UsageProblem
from kenesh.parties.keys import PublicKey, Signer
from kenesh.release.caveats import CAVEATS, NO_CAVEATS, NOT_FOR, Caveats, chain_of, not_for_wire
from kenesh.release.manifest import ENTRY_SCHEMA, MAX_ENTRIES, Entry, check_root, octets_of, sign_root, text_of, tree_of
from kenesh.release.recalls import ASKING, Recall
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel, TypeDefinition, common_properties

_SIGNATURE: Final = {"type": "string", "maxLength": 2000}
_CHAIN: Final[dict[str, Any]] = {
    "audience_ref": {"type": "string", "maxLength": 80},
    "number": {"type": "integer", "minimum": 1},
    "previous": {"type": "string", "minLength": 43, "maxLength": 43},
    "reason": {"type": "string", "maxLength": 2000},
    "signatures": {"type": "array", "minItems": 1, "maxItems": 4, "items": _SIGNATURE},
}

RELEASE = TypeDefinition(
    name="kenesh-release",
    description="What a party gives to exactly one audience: a label, and a manifest under a signed root.",
    channel=Channel.CONTROL,
    properties={
        **_CHAIN,
        **CAVEATS,
        "label": {"type": "string", "enum": [tlp.label for tlp in Tlp]},
        "follow": {"type": "boolean"},
        "entries": {"type": "array", "minItems": 1, "maxItems": MAX_ENTRIES, "items": ENTRY_SCHEMA},
        "count": {"type": "integer", "minimum": 1, "maximum": MAX_ENTRIES},
        "root": {"type": "string", "minLength": 43, "maxLength": 43},
        "root_signature": _SIGNATURE,
    },
    required=("audience_ref", "number", "label", "follow", "entries", "count", "root", "root_signature", "signatures"),
)

WITHDRAWAL = TypeDefinition(
    name="kenesh-withdrawal",
    description="What a party takes back from an audience, or marks more strictly, up to which version.",
    channel=Channel.CONTROL,
    properties={
        **_CHAIN,
        **NOT_FOR,
        **ASKING,
        "withdraws": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_ENTRIES,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "maxLength": 300},
                    "up_to": {"type": "string", "maxLength": 60},
                    "release_ref": {"type": "string", "pattern": "^kenesh-release--[0-9a-f-]{36}$"},
                    "label": {"type": "string", "enum": [tlp.label for tlp in Tlp]},
                    "author_signature": _SIGNATURE,
                },
                "required": ["id"],
                "additionalProperties": False,
            },
        },
    },
    required=("audience_ref", "number", "withdraws", "signatures"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A statement's place in the chain of one releaser to one audience, or to those of it for whom it is not barred."""

    audience_ref: str
    number: int
    previous: bytes | None
    not_for: tuple[str, ...] = ()

    @property
    def chain(self) -> str:
        """Which chain to that audience (`chain_of`)."""
        return chain_of(self.not_for)


@dataclass(frozen=True, slots=True)
class ReleaseStatement:
    """A release whose signatures, root and form hold."""

    id: str
    party_ref: str
    place: Place
    label: Tlp
    follow: bool
    reason: str
    entries: tuple[Entry, ...]
    root_signature: str
    kid: str
    caveats: Caveats = NO_CAVEATS


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """One object taken back: up to and with a version (None: all), from one release (None: every one).

    `label` makes it a stricter marking, not an end. `author_signature` is the author's word and names no audience.
    """

    id: str
    up_to: str | None = None
    release_ref: str | None = None
    label: Tlp | None = None
    author_signature: str | None = None

    def author_statement(self) -> dict[str, Any]:
        """What the author signs, so that others can pass his word on.

        Taking back one release is no word on the others: without `release_ref` the signature would end them all.
        """
        label = self.label.label if self.label is not None else None
        pairs = (("up_to", self.up_to), ("release_ref", self.release_ref), ("label", label))
        return {"withdraws": self.id} | {name: item for name, item in pairs if item is not None}

    def wire(self) -> dict[str, Any]:
        label = self.label.label if self.label is not None else None
        pairs = (("id", self.id), ("up_to", self.up_to), ("release_ref", self.release_ref), ("label", label))
        return {k: v for k, v in (*pairs, ("author_signature", self.author_signature)) if v is not None}

    @classmethod
    def read(cls, wire: Mapping[str, Any]) -> Withdrawn:
        """The entry that a checked withdrawal carries.

        Raises:
            UsageProblem: its `up_to` is no timestamp.
        """
        label = wire.get("label")
        if "up_to" in wire:
            modified_key(wire["up_to"])
        return cls(
            id=wire["id"],
            up_to=wire.get("up_to"),
            release_ref=wire.get("release_ref"),
            label=Tlp.named(label) if label else None,
            author_signature=wire.get("author_signature"),
        )


@dataclass(frozen=True, slots=True)
class WithdrawalStatement:
    """A withdrawal whose signature and form hold. Without `recall` nobody is asked to confirm it."""

    id: str
    party_ref: str
    place: Place
    reason: str
    withdraws: tuple[Withdrawn, ...]
    recall: Recall | None = None


def _chained(value: dict[str, Any], place: Place, reason: str) -> dict[str, Any]:
    value |= {"audience_ref": place.audience_ref, "number": place.number} | not_for_wire(place.not_for)
    if place.previous is not None:
        value["previous"] = text_of(place.previous)
    if reason:
        value["reason"] = reason
    return value


def _signed(signer: Signer, value: dict[str, Any]) -> dict[str, Any]:
    return value | {"signatures": [signer.sign(value)]}


def make_release(
    signer: Signer,
    uuid: UUID,
    *,
    party_ref: str,
    place: Place,
    label: Tlp,
    entries: Sequence[Entry],
    follow: bool,
    reason: str,
    now: Instant,
    caveats: Caveats = NO_CAVEATS,
) -> dict[str, Any]:
    """The signed release of the entries, in their order. For whom it is not, its place says too."""
    tree = tree_of(entries)
    value = common_properties(RELEASE.name, f"{RELEASE.name}--{uuid}", stix_timestamp(now), party_ref)
    value = _chained(value, place, reason) | caveats.wire()
    value |= {
        "label": label.label,
        "follow": follow,
        "entries": [entry.wire() for entry in entries],
        "count": tree.size,
        "root": text_of(tree.root),
        "root_signature": sign_root(signer, tree),
    }
    return _signed(signer, value)


def make_withdrawal(
    signer: Signer,
    uuid: UUID,
    *,
    party_ref: str,
    place: Place,
    withdraws: Sequence[Withdrawn],
    reason: str,
    now: Instant,
    recall: Recall | None = None,
) -> dict[str, Any]:
    """The signed withdrawal."""
    value = common_properties(WITHDRAWAL.name, f"{WITHDRAWAL.name}--{uuid}", stix_timestamp(now), party_ref)
    value = _chained(value, place, reason) | {"withdraws": [item.wire() for item in withdraws]}
    if recall is not None:
        value |= recall.wire()
    return _signed(signer, value)


@contextmanager
def _signed_nonsense() -> Iterator[None]:
    """What a party signed and cannot be read is refused as what does not hold: it blocks nothing else."""
    try:
        yield
    except (DamagedProblem, UsageProblem) as problem:
        raise UntrustedProblem(problem.detail) from None


def _place(value: Mapping[str, Any], party_ref: str, audience_ref: str, key: PublicKey) -> Place:
    """Checks what releases and withdrawals share: who signed, for whom, and the number."""
    if value["created_by_ref"] != party_ref:
        raise UntrustedProblem("It is stated by another party than the one it came from.")
    if value["audience_ref"] != audience_ref:
        raise UntrustedProblem("It is addressed to another audience than the one it was read in.")
    unsigned = {name: item for name, item in value.items() if name != "signatures"}
    key.verify(value["signatures"][0], unsigned)
    previous = value.get("previous")
    if (value["number"] == 1) != (previous is None):
        raise UntrustedProblem("The first statement to an audience follows none, and every other follows one.")
    not_for = tuple(sorted(value.get("not_for_refs", ())))
    return Place(audience_ref, value["number"], None if previous is None else octets_of(previous), not_for)


def read_release(value: Mapping[str, Any], *, party_ref: str, audience_ref: str, key: PublicKey) -> ReleaseStatement:
    """The release, if it is that party's, to that audience, and its root is the root of its entries.

    `value` has passed the type's schema.

    Raises:
        UntrustedProblem: a signature, the root, the party or the audience does not hold, or a hash is none.
    """
    with _signed_nonsense():
        place = _place(value, party_ref, audience_ref, key)
        entries = tuple(Entry.read(wire) for wire in value["entries"])
        caveats = Caveats.read(value)
    tree = tree_of(entries)
    if tree.size != value["count"] or text_of(tree.root) != value["root"]:
        raise UntrustedProblem("The root is not the root of the entries.")
    check_root(key, tree.root, tree.size, value["root_signature"])
    return ReleaseStatement(
        id=value["id"],
        party_ref=party_ref,
        place=place,
        label=Tlp.named(value["label"]),
        follow=value["follow"],
        reason=value.get("reason", ""),
        entries=entries,
        root_signature=value["root_signature"],
        kid=key.kid,
        caveats=caveats,
    )


def read_withdrawal(
    value: Mapping[str, Any], *, party_ref: str, audience_ref: str, key: PublicKey
) -> WithdrawalStatement:
    """The withdrawal, if it is that party's and to that audience. `value` has passed the type's schema.

    Raises:
        UntrustedProblem: a signature, the party or the audience does not hold, or an `up_to` is no timestamp.
    """
    with _signed_nonsense():
        place = _place(value, party_ref, audience_ref, key)
        withdraws = tuple(Withdrawn.read(wire) for wire in value["withdraws"])
        recall = Recall.read(value)
    return WithdrawalStatement(value["id"], party_ref, place, value.get("reason", ""), withdraws, recall)
