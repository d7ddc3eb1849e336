"""A hosts file: each name leads to nowhere (0.0.0.0). It knows no names under a name, and no addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kenesh.edges.formats.out.acting import TYPES, actionable, only
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads, heading
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Order
from kenesh.watch.values import Kind

_CANNOT_SAY: Final = only({Kind.DOMAIN})


def form(guard: Guard) -> Form:
    """A hosts file, as a guard lets it pass."""

    def write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
        yield THE_FILE, heading(order, "#")
        for found in actionable(loads, order, guard, _CANNOT_SAY):
            yield THE_FILE, f"0.0.0.0 {found.atom.value}\n".encode()

    return Form("hosts", ".hosts", write, TYPES, heads=True, acts=True)
