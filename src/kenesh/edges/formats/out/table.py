"""CSV: a row for each value of each object, and one for an object without any; for people and their spreadsheets.

No cell begins a formula, and none holds a character that is not seen: a spreadsheet runs what begins with =, +, - or @.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads
from kenesh.holdings.leaving import Leaving, Order, statement_of
from kenesh.holdings.words import Words
from kenesh.stix.marking import refs_of
from kenesh.watch.atoms import atoms_in

COLUMNS: Final = (
    *("kind", "value", "tlp", "pap", "id", "type", "name", "description", "pattern", "created", "modified"),
    *("valid_from", "valid_until", "revoked", "source", "conditions"),
)
#: What the object itself says under the column's name.
_SAID: Final = ("name", "description", "pattern", "created", "modified", "valid_from", "valid_until")
#: A spreadsheet takes 32,767 characters in a cell.
_MAX_CELL: Final = 32_000
#: With their wide forms, which some spreadsheets read alike. A tab or an end of line is written out by `visible`.
_FORMULA: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20|%")


def cell(text: str) -> str:
    """The text as a cell that is shown and never run."""
    shown = visible(text, _MAX_CELL)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
    yield THE_FILE, _row(COLUMNS)
    for load in loads:
        markings = {marking.held.id: marking.value() for marking in load.value.markings}
        for item in load.value.items:
            yield from ((THE_FILE, _row(cells)) for cells in _cells(item, markings, load.value.words))
            order.tally.written += 1


def _cells(item: Leaving, markings: Mapping[str, Mapping[str, Any]], words: Words) -> Iterator[list[str]]:
    value = item.value()
    pap = item.pap(value, words)
    said = {name: text for name in _SAID if isinstance(text := value.get(name), str)}
    demanded = [text for ref in refs_of(value) if ref in markings and (text := statement_of(markings[ref]))]
    said |= {
        "tlp": item.tlp.label,
        "pap": pap.label if pap is not None else "",
        "id": item.held.id,
        "type": item.held.type,
        "revoked": "true" if item.held.revoked else "",
        "source": ", ".join(item.sources),
        "conditions": "; ".join((*item.licences, *demanded)),
    }
    for kind, text in [(atom.kind.value, atom.value) for atom in atoms_in(item.held.type, value)] or [("", "")]:
        row = said | {"kind": kind, "value": text}
        yield [cell(row.get(name, "")) for name in COLUMNS]


def _row(cells: list[str] | tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


CSV = Form("csv", ".csv", _write)
