"""Under which atoms a value could be known: what a look-up has to ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from kenesh.watch.values import Atom, Kind, canonical

#: The lengths of the networks that are looked up and hunted for, the narrowest first. What is wider says nothing about
#: an address, and a slip or a prank (0.0.0.0/0) would hit everything.
IPV4_LENGTHS: Final = range(31, 7, -1)
IPV6_LENGTHS: Final = range(127, 15, -1)


def probes(atom: Atom) -> tuple[Atom, ...]:
    """The atoms under which the value could be known, itself first, then from the nearest to the widest.

    A domain also by its parents down to two labels; a URL also by its host; an e-mail address also by its domain; an
    address or network also by the networks that contain it.
    """
    return (atom, *_wider(atom))


def _wider(atom: Atom) -> Iterator[Atom]:
    match atom.kind:
        case Kind.DOMAIN:
            return parents(atom)
        case Kind.URL:
            return (probe for host in host_of(atom) for probe in probes(host))
        case Kind.EMAIL:
            return iter(probes(Atom(Kind.DOMAIN, atom.value.rpartition("@")[2])))
        case Kind.IPV4 | Kind.IPV4_NET:
            return networks(atom, IPV4_LENGTHS)
        case Kind.IPV6 | Kind.IPV6_NET:
            return networks(atom, IPV6_LENGTHS)
    return iter(())


def parents(domain: Atom) -> Iterator[Atom]:
    """The domains above it that have two labels or more, the nearest first."""
    name = domain.value
    while name.count(".") > 1:
        name = name.partition(".")[2]
        yield Atom(Kind.DOMAIN, name)


def host_of(url: Atom) -> Iterator[Atom]:
    """The URL's host; nothing for a name of one label, which means something in one network only."""
    host = host_text(url).strip("[]")
    for kind in (Kind.IPV4, Kind.IPV6, Kind.DOMAIN):
        if canonical(kind, host) == host:
            yield Atom(kind, host)


def host_text(url: Atom) -> str:
    """The host as it stands in the canonical URL: a name, an IPv4 address, or an IPv6 address in brackets."""
    authority = url.value.partition("://")[2].partition("/")[0].rpartition("@")[2]
    return authority.partition("]")[0] + "]" if authority.startswith("[") else authority.partition(":")[0]


def networks(atom: Atom, lengths: Iterable[int]) -> Iterator[Atom]:
    """The networks of those lengths that contain the address or network."""
    text, _, length = atom.value.partition("/")
    address = IPv4Address(text) if atom.kind in (Kind.IPV4, Kind.IPV4_NET) else IPv6Address(text)
    kind = Kind.IPV4_NET if address.version == 4 else Kind.IPV6_NET
    number, bits = int(address), address.max_prefixlen
    for wider in lengths:
        if wider < int(length or bits):
            host_bits = bits - wider
            yield Atom(kind, f"{type(address)(number >> host_bits << host_bits)}/{wider}")
