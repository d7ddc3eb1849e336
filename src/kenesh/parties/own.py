"""What a node is, to the acts it performs: its party, its key, and what its card says."""

from __future__ import annotations

from dataclasses import dataclass

from kenesh.parties.keys import Signer
from kenesh.parties.party import party_id


@dataclass(frozen=True, slots=True)
class Own:
    """This node. `url` is None before an address is known."""

    code: str
    name: str
    signer: Signer
    recovery_kid: str
    url: str | None

    @property
    def ref(self) -> str:
        return party_id(self.code)

    @property
    def kid(self) -> str:
        return self.signer.kid
