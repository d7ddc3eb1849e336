"""Hosts: parties on whose machines others' nodes run, and whose people can read what those can. Source: ADR 39.

And by which ids a caveat or a ceiling means a party: its host's too, and its state's, where it is an agency (ADR 51).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kenesh.parties.agencies import state_ref_of
from kenesh.parties.party import LISTED_IDS


class HostRows(Protocol):
    """Who hosts whom, as the cards of the admitted nodes say."""

    def code_of(self, party_ref: str) -> str:
        """The code of a party; its id where none is known."""

    def hosts(self) -> Mapping[str, str]:
        """The id of the host of each admitted party that is hosted by another, by the party's id."""


def with_hosts(party_ref: str, hosts: Mapping[str, str]) -> tuple[str, ...]:
    """The party, who runs its node, who runs that one's, and so on; each once, whatever their cards say."""
    found = [party_ref]
    while (host := hosts.get(found[-1])) is not None and host not in found:
        found.append(host)
    return tuple(found)


def meant_with(parties: HostRows, party_ref: str) -> tuple[str, ...]:
    """Whoever is meant where the party is: itself, who runs its node, and the states of which these are agencies."""
    readers = with_hosts(party_ref, parties.hosts())
    # An id is of one code: of the listed parties, which are no agencies, nothing is asked with every page that is read.
    states = (state_ref_of(parties.code_of(one)) for one in readers if one not in LISTED_IDS)
    return tuple(dict.fromkeys((*readers, *(state for state in states if state))))
