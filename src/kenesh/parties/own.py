"""What a node is, to the acts it performs: its party, its key, and what its card says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kenesh.basis.problem import SettingsProblem
from kenesh.parties.keys import PublicKey, Signer
from kenesh.parties.party import party_id


@dataclass(frozen=True, slots=True)
class Own:
    """This node. `url` is None before an address is known; `former` are the keys that its present one came after.

    `hosted_by` is the code of the party on whose machine it runs; '' where that is its own.
    """

    code: str
    name: str
    signer: Signer
    recovery_kid: str
    url: str | None
    former: tuple[PublicKey, ...] = ()
    hosted_by: str = ""

    @property
    def ref(self) -> str:
        return party_id(self.code)

    @property
    def hosted_by_ref(self) -> str:
        """The id of its host; '' where it has none."""
        return party_id(self.hosted_by) if self.hosted_by else ""

    @property
    def address(self) -> str:
        """Raises SettingsProblem where none is known yet."""
        if self.url is None:
            raise SettingsProblem(
                "This node has no address yet, so it has no card.", advice="Start it once: kenesh serve --port PORT."
            )
        return self.url

    @property
    def kid(self) -> str:
        return self.signer.kid

    @property
    def keys(self) -> Mapping[str, PublicKey]:
        """Every key with which this node ever signed, by its kid."""
        return {key.kid: key for key in (self.signer.public, *self.former)}
