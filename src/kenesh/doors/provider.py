"""Another server that is trusted to say who logs in at the desk, and how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class ProviderLine(Protocol):
    """Asks an OpenID provider. It follows no redirect."""

    def get(self, url: str) -> bytes:
        """Raises UnreachableProblem where nobody answers, UntrustedProblem where it is refused."""

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        """Raises UnreachableProblem where nobody answers, UntrustedProblem where it is refused."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider that is trusted to say who logs in. `name` stands on the page."""

    name: str
    issuer: str
    client_id: str
    line: ProviderLine
    secret: str = field(default="", repr=False)
