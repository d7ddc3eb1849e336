"""Zeek's intelligence framework: a row for each value, its columns separated by tabs.

Source: Zeek, Intelligence Framework; the input framework's ASCII reader ignores lines that begin with # and no field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kenesh.edges.formats.out.acting import TYPES, Actionable, actionable, only
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads, heading
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Order
from kenesh.watch.values import Kind

_TYPES: Final[Mapping[Kind, str]] = {
    **dict.fromkeys((Kind.IPV4, Kind.IPV6), "Intel::ADDR"),
    **dict.fromkeys((Kind.IPV4_NET, Kind.IPV6_NET), "Intel::SUBNET"),
    Kind.DOMAIN: "Intel::DOMAIN",
    Kind.URL: "Intel::URL",
    Kind.EMAIL: "Intel::EMAIL",
    **dict.fromkeys((Kind.MD5, Kind.SHA1, Kind.SHA256), "Intel::FILE_HASH"),
}
FIELDS: Final = ("indicator", "indicator_type", "meta.source", "meta.desc")


def plain(text: str) -> str:
    """The text as a cell: a tab would begin another, a comma is Zeek's own separator in sets, and \\x its escape."""
    return "".join(c if c.isascii() and c.isprintable() and c not in "\\," else "_" for c in text) or "-"


def form(guard: Guard) -> Form:
    """An intelligence file, as a guard lets it pass."""

    def write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
        yield THE_FILE, heading(order, "#")
        yield THE_FILE, ("#fields\t" + "\t".join(FIELDS) + "\n").encode()
        for found in actionable(loads, order, guard, only(_TYPES)):
            yield THE_FILE, ("\t".join(_cells(found)) + "\n").encode()

    return Form("zeek", ".intel", write, TYPES, heads=True, acts=True)


def _cells(found: Actionable) -> tuple[str, ...]:
    value = found.atom.value
    if found.atom.kind is Kind.URL:
        # Zeek knows a URL without its scheme; its escape is \x and two digits, and a tab or comma cannot be in it.
        value = value.partition("://")[2].replace("\\", "\\x5c")
    by = found.by
    return (
        value,
        _TYPES[found.atom.kind],
        plain("Kenesh " + " ".join(by.sources)),
        plain(f"{by.tlp.label} {by.held.id}"),
    )
