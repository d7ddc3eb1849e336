"""What a format on the way out is, and the heading that says under which conditions its content stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.printable import printable
from kenesh.holdings.leaving import Load, Order
from kenesh.release.decision import Released

#: Pieces of one file bear this name; a format of many files names each.
THE_FILE: Final = ""
Loads = Iterable[Released[Load]]
#: So many texts of a sort stand in a heading; more are counted.
_TEXTS_SHOWN: Final = 20
_MAX_TEXT: Final = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """One format in which objects leave.

    Attributes:
        types: the types that it can say anything of; None for all. What is of no such type is not even read.
        write: (file name, octets) piece by piece; `order.tally` is filled on the way.
        says_markings: each object in it carries its markings, whatever they are.
        heads: it begins with a heading, for which `order.conditions` must be known.
        kinds: the kinds of value of which one must be named; empty where none is.
        in_folder: it writes a file for each object, into a folder.
        asks_url: what it writes holds the address at which it will stand.
        acts: its readers are tools that act on what they read.
        values: of one object (its type, and itself) the values by which a reader may look it up.
    """

    name: str
    suffix: str
    write: Callable[[Loads, Order], Iterator[tuple[str, bytes]]]
    types: frozenset[str] | None = None
    says_markings: bool = False
    heads: bool = False
    kinds: tuple[str, ...] = ()
    in_folder: bool = False
    asks_url: bool = False
    acts: bool = False
    values: Callable[[str, Mapping[str, Any]], Sequence[str]] = lambda stix_type, value: ()


def heading(order: Order, comment: str) -> bytes:
    """Comment lines: the strictest label, from whom the content is, and every condition of passing it on.

    Every character that could end a line or turn its direction is written out, so no text leaves its comment.
    """
    conditions = order.conditions
    lines = [
        f"Exported by {order.party} at {stix_timestamp(order.now)}.",
        f"{conditions.tlp.label} - the strictest marking of what is in it.",
        *_texts("From", conditions.sources),
        *_texts("Licence:", conditions.licences),
        *_texts("Marked:", conditions.statements),
    ]
    return "".join(f"{comment} {printable(line, _MAX_TEXT)}\n" for line in lines).encode()


def _texts(word: str, texts: set[str]) -> Iterator[str]:
    listed = sorted(texts)
    yield from (f"{word} {text}" for text in listed[:_TEXTS_SHOWN])
    if len(listed) > _TEXTS_SHOWN:
        yield f"{word} and {len(listed) - _TEXTS_SHOWN} more"
