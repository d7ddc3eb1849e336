"""What never reaches a tool that acts, whoever says so: what would cut off oneself, or everybody.

One order of questions, the gravest first; the answer is the reason that is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import ip_network
from typing import Any, Final, Protocol

from kenesh.edges.formats.out.ranges import Names, Network, Networks, network_of
from kenesh.edges.formats.warninglists import bundled, warning_lists
from kenesh.watch.forms import ascii_lower
from kenesh.watch.lookup import host_text
from kenesh.watch.values import Atom, Kind

#: Nothing wider is ever blocked.
WIDEST: Final = {4: 16, 6: 32}
_PROTECTED: Final = "it is protected: one's own or a constituent's, or a node that this one talks to"


class Lists(Protocol):
    """Lists of values that are known to be harmless."""

    def listed(self, atom: Atom) -> str | None: ...


@dataclass(frozen=True)
class Guard:
    """The guard of one node: `names` and `networks` are those of its settings, `lists` the warning lists."""

    names: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    lists: Lists = field(default_factory=warning_lists)

    def why_never(self, atom: Atom, hosts: Iterable[str] = ()) -> str:
        """Why the value must not reach a tool that acts; "" where nothing stands against it.

        `hosts` are those of nodes that this one talks to.
        """
        network, name = _network(atom), _name(atom)
        if network is not None and network.prefixlen < WIDEST[network.version]:
            return f"a network wider than /{WIDEST[network.version]}"
        if self._is_protected(network, name, hosts):
            return _PROTECTED
        if network is not None and _is_special(network):
            return "it is no public address: private, local, multicast or reserved"
        if name is not None and self._suffixes.publicsuffix(name) == name:
            return "a public suffix, under which many have their names"
        listed = self.lists.listed(atom)
        return f"on a warning list: {listed}" if listed else ""

    def protects_text(self, text: str, hosts: Iterable[str] = ()) -> bool:
        """Whether a protected name or network is written in a text that is passed through unread."""
        lowered = ascii_lower(text)
        return any(word in lowered for word in (*self.names, *self.networks, *hosts))

    def _is_protected(self, network: Network | None, name: str | None, hosts: Iterable[str]) -> bool:
        names, networks = _nodes(tuple(hosts))
        if network is not None:
            return any(known.touching(network) is not None for known in (self._networks, networks))
        return name is not None and any(known.above(name) or known.below(name) for known in (self._names, names))

    @cached_property
    def _names(self) -> Names:
        return Names((name, name) for name in self.names)

    @cached_property
    def _networks(self) -> Networks:
        return Networks((ip_network(text, strict=False), text) for text in self.networks)

    @cached_property
    def _suffixes(self) -> Any:
        return bundled("publicsuffixlist").PublicSuffixList()


@lru_cache(maxsize=8)
def _nodes(hosts: tuple[str, ...]) -> tuple[Names, Networks]:
    """The hosts of nodes, by name and by address."""
    networks = ((net, host) for host in hosts if (net := network_of(host)) is not None)
    return Names((host, host) for host in hosts), Networks(networks)


def _host(atom: Atom) -> str:
    match atom.kind:
        case Kind.URL:
            return host_text(atom).strip("[]")
        case Kind.EMAIL:
            return atom.value.rpartition("@")[2]
        case Kind.MD5 | Kind.SHA1 | Kind.SHA256 | Kind.SHA512:
            return ""
    return atom.value


def _network(atom: Atom) -> Network | None:
    return network_of(_host(atom)) if _host(atom) else None


def _name(atom: Atom) -> str | None:
    host = _host(atom)
    return host if host and network_of(host) is None else None


#: RFC 5737, RFC 3849: written in examples, and harmless to block; the warning lists hold them.
_DOCUMENTATION: Final = tuple(
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def _is_special(network: Network) -> bool:
    return network.is_multicast or not (network.is_global or _is_documentation(network))


def _is_documentation(network: Network) -> bool:
    return any(network.network_address in net for net in _DOCUMENTATION)
