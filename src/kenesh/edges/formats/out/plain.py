"""A plain list: the values of one kind, one a line, under a heading of comments.

A list has no column for PAP and no place for doubt, and is fed to whatever reads lists: it holds what stands for itself
alone and may be acted on, of what counts now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kenesh.edges.formats.out.form import THE_FILE, Form, Loads, heading
from kenesh.holdings.leaving import Leaving, Order
from kenesh.holdings.words import Words
from kenesh.watch.atoms import atoms_in, sole_atom
from kenesh.watch.validity import why_not_in_force
from kenesh.watch.values import Atom, Kind

_TYPES: Final = frozenset(
    {"indicator", "ipv4-addr", "ipv6-addr", "domain-name", "url", "email-addr", "file", "artifact", "x509-certificate"}
)


def _write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
    yield THE_FILE, heading(order, "#")
    written: set[str] = set()
    for load in loads:
        words = load.value.words
        for item in load.value.items:
            for text in _values(item, words, order):
                if text not in written:
                    written.add(text)
                    order.tally.written += 1
                    yield THE_FILE, f"{text}\n".encode()


def _values(item: Leaving, words: Words, order: Order) -> Iterator[str]:
    value = item.value()
    pap = item.pap(value, words)
    if pap is not None and not pap.may_act:
        order.tally.leave_out(item.held.id, f"{pap.label}: a list cannot say so; --as csv does")
        return
    if reason := why_not_in_force(item, value, order.now):
        order.tally.leave_out(item.held.id, reason)
        return
    atoms = _atoms(item.held.type, value)
    if not atoms:
        order.tally.leave_out(item.held.id, "it does not stand for one value alone")
    yield from (atom.value for atom in atoms if atom.kind == order.kind and atom.value.isprintable())


def _atoms(object_type: str, value: Mapping[str, Any]) -> tuple[Atom, ...]:
    if object_type == "indicator":
        atom = sole_atom(value)
        return () if atom is None else (atom,)
    return atoms_in(object_type, value)


LIST = Form("list", ".txt", _write, _TYPES, heads=True, kinds=tuple(Kind))
