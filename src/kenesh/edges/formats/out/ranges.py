"""Sets of names and of networks, each entry with a word on why it is there; asked whether something touches one."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


class Names:
    """Domain names; a name touches one that it equals or lies under."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._why = dict(entries)

    def above(self, name: str) -> str | None:
        """Why the name, or one that it lies under, is there."""
        while name:
            if name in self._why:
                return self._why[name]
            name = name.partition(".")[2]
        return None

    def below(self, name: str) -> str | None:
        """Why one that lies under the name is there; it goes through all, for sets that people wrote by hand."""
        return next((why for entry, why in self._why.items() if entry.endswith(f".{name}")), None)


class Networks:
    """Networks of both families; a network touches one that it lies in or that lies in it."""

    def __init__(self, entries: Iterable[tuple[Network, str]]) -> None:
        self._why: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
        starts: dict[int, dict[int, str]] = {4: {}, 6: {}}
        for network, why in entries:
            start = int(network.network_address)
            self._why[network.version, network.prefixlen].setdefault(start, why)
            starts[network.version].setdefault(start, why)
        self._starts = {version: sorted(found.items()) for version, found in starts.items()}

    def touching(self, network: Network) -> str | None:
        """Why a network that has an address in common with this one is there."""
        start, bits = int(network.network_address), network.max_prefixlen
        for (version, length), entries in self._why.items():
            if version == network.version and length <= network.prefixlen:
                why = entries.get(start >> (bits - length) << (bits - length))
                if why is not None:
                    return why
        listed = self._starts[network.version]
        place = bisect_left(listed, (start,))
        if place < len(listed) and listed[place][0] <= int(network.broadcast_address):
            return listed[place][1]
        return None


def network_of(text: str) -> Network | None:
    """The network of an address or network as text; None where it is neither. A mapped address is an IPv4 one."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return ip_network((int(mapped), network.prefixlen - 96))
    return network
