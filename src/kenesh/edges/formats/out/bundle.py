"""A STIX 2.1 bundle: the octets of each object as they are held, to the last of them (STIX 2.1 §8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kenesh.edges.formats.out.form import THE_FILE, Form, Loads
from kenesh.holdings.leaving import Leaving, Order


def _write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
    yield THE_FILE, f'{{"type":"bundle","id":"bundle--{order.uuid}"'.encode()
    opening = b',"objects":[\n'
    for item in _once(loads):
        yield THE_FILE, opening + item.octets
        opening = b",\n"
        order.tally.written += 1
        if not item.held.whole:
            order.tally.remark(item.held.id, f"it came under {item.tlp.label}, and has no marking of its own to say so")
    # An empty list is no list (STIX 2.1 §2.9): a bundle of nothing has no objects at all.
    yield THE_FILE, b"}\n" if opening.startswith(b',"') else b"\n]}\n"


def _once(loads: Loads) -> Iterator[Leaving]:
    """Each object; the marking-definitions that it cites stand before it, each once."""
    written: set[int] = set()
    for load in loads:
        for marking in load.value.markings:
            if marking.held.num not in written:
                written.add(marking.held.num)
                yield marking
        yield from _others(load.value.items, written)


def _others(items: Iterable[Leaving], markings: set[int]) -> Iterator[Leaving]:
    for item in items:
        if item.held.type != "marking-definition":
            yield item
        elif item.held.num not in markings:
            markings.add(item.held.num)
            yield item


STIX = Form("stix", ".json", _write, says_markings=True)
