"""Hosts: parties on whose machines others' nodes run, and whose people can read what those can. Source: ADR 39."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class HostRows(Protocol):
    """Who hosts whom, as the cards of the admitted nodes say."""

    def hosts(self) -> Mapping[str, str]:
        """The id of the host of each admitted party that is hosted by another, by the party's id."""


def with_hosts(party_ref: str, hosts: Mapping[str, str]) -> tuple[str, ...]:
    """The party, who runs its node, who runs that one's, and so on; each once, whatever their cards say."""
    found = [party_ref]
    while (host := hosts.get(found[-1])) is not None and host not in found:
        found.append(host)
    return tuple(found)
