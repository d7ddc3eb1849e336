"""Two nftables sets, of IPv4 and IPv6, filled anew by one `nft -f`: the sets are there at every moment, old or new.

They stand in a table of their own that blocks nothing by itself: the firewall's own rules say what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kenesh.edges.formats.out.acting import TYPES, actionable, only
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads, heading
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Order
from kenesh.watch.values import Kind

_SETS: Final = {Kind.IPV4: "blocked4", Kind.IPV4_NET: "blocked4", Kind.IPV6: "blocked6", Kind.IPV6_NET: "blocked6"}
_HEAD: Final = """\
add table inet kenesh
add set inet kenesh blocked4 { type ipv4_addr; flags interval; auto-merge; }
add set inet kenesh blocked6 { type ipv6_addr; flags interval; auto-merge; }
flush set inet kenesh blocked4
flush set inet kenesh blocked6
"""


def form(guard: Guard) -> Form:
    """The sets, as a guard lets them pass."""

    def write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
        yield THE_FILE, heading(order, "#")
        yield THE_FILE, _HEAD.encode()
        for found in actionable(loads, order, guard, only(_SETS)):
            line = f"add element inet kenesh {_SETS[found.atom.kind]} {{ {found.atom.value} }}\n"
            yield THE_FILE, line.encode()

    return Form("nftables", ".nft", write, TYPES, heads=True, acts=True)
