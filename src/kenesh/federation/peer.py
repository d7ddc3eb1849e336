"""A peer: another party's node, and by which of its keys what it signed is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.key_line import FormerKey
from kenesh.parties.keys import PublicKey, kid_of


@dataclass(frozen=True, slots=True)
class Peer:
    """Another party's node, admitted here by its fingerprint.

    Attributes:
        key: its present one, whose fingerprint is `kid`. former: those before it.
        provisional_until: up to when its recovery key is waited for, which may undo the succession; None: settled.
        skew: its clock less ours, in microseconds.
        hosted_by_ref: the party that runs the node, and can read what it can; '' where that is its own.
    """

    party_ref: str
    code: str
    name: str
    url: str
    key: PublicKey
    kid: str
    serial: int
    valid_until: Instant
    is_depositary: bool
    admitted_at: Instant
    last_sync_at: Instant | None
    last_error: str
    skew: int
    former: tuple[FormerKey, ...] = ()
    provisional_until: Instant | None = None
    hosted_by_ref: str = ""

    def key_of(self, signature: str, now: Instant) -> PublicKey:
        """The key by which a statement that comes now is to be signed: what came late may bear the one before.

        Raises:
            UntrustedProblem: it names a key that is not believed any more.
        """
        kid = kid_of(signature)
        for former in self.former:
            if former.kid == kid and former.revoked_since is not None:
                raise UntrustedProblem(f"It is signed by a key of {self.code} that was revoked.")
            if former.kid == kid and now > former.until:
                raise UntrustedProblem(f"It is signed by a key of {self.code} that was succeeded long ago.")
            if former.kid == kid:
                return former.key
        return self.key

    def key_named(self, kid: str) -> PublicKey | None:
        """The key of that fingerprint, where what it once signed still counts."""
        if kid == self.kid:
            return self.key
        return next((f.key for f in self.former if f.kid == kid and f.revoked_since is None), None)

    def as_of(self, now: Instant) -> Peer:
        """The same, without the wait that is over."""
        is_over = self.provisional_until is not None and self.provisional_until <= now
        return replace(self, provisional_until=None) if is_over else self

    @property
    def kids(self) -> tuple[str, ...]:
        """The fingerprints under which this node was ever known here, the present one first."""
        return (self.kid, *(f.kid for f in reversed(self.former)))
