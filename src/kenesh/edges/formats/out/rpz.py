"""A DNS response policy zone: each name and what lies under it, and each address that an answer would lead to.

Names are written relative to the zone, whatever it is called. Source: draft-vixie-dnsop-dns-rpz; BIND 9 reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from kenesh.basis.instants import SECOND
from kenesh.edges.formats.out.acting import TYPES, Actionable, actionable, only
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads, heading
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Order
from kenesh.watch.values import Atom, Kind

_OF_KIND: Final = only({Kind.IPV4, Kind.IPV6, Kind.IPV4_NET, Kind.IPV6_NET, Kind.DOMAIN})
#: A name has 255 octets at the most on the wire, and the zone's own name and "*." need some of them.
_MAX_NAME: Final = 190


_HEAD: Final = """\
$TTL 300
@ SOA localhost. root.localhost. {serial} 3600 600 604800 300
@ NS localhost.
"""


def trigger(network: str) -> str:
    """The owner name of an address or network: the length, and the parts from the last to the first."""
    net = ip_network(network)
    if net.version == 4:
        return f"{net.prefixlen}.{'.'.join(reversed(str(net.network_address).split('.')))}.rpz-ip"
    # zz stands for the longest run of zeros, as :: does.
    words = [word or "zz" for word in str(net.network_address).split(":")]
    words = [word for place, word in enumerate(words) if place == 0 or (word, words[place - 1]) != ("zz", "zz")]
    return f"{net.prefixlen}.{'.'.join(reversed(words))}.rpz-ip"


def form(guard: Guard) -> Form:
    """A response policy zone, as a guard lets it pass."""

    def write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
        serial = order.now // SECOND % 2**32
        yield THE_FILE, heading(order, ";")
        yield (
            THE_FILE,
            f"$TTL 300\n@ SOA localhost. root.localhost. {serial} 3600 600 604800 300\n@ NS localhost.\n".encode(),
        )
        for found in actionable(loads, order, guard, _cannot_say):
            for owner in _owners(found):
                yield THE_FILE, f"{owner} CNAME .\n".encode()

    return Form("rpz", ".zone", write, TYPES, heads=True, acts=True)


def _cannot_say(atom: Atom) -> str:
    if atom.kind is Kind.DOMAIN and len(atom.value) > _MAX_NAME:
        return f"a name longer than the {_MAX_NAME} octets for which a zone has room"
    return _OF_KIND(atom)


def _owners(found: Actionable) -> Iterator[str]:
    value = found.atom.value
    yield from (value, f"*.{value}") if found.atom.kind is Kind.DOMAIN else (trigger(value),)
