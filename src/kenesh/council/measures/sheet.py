"""Measures written as a table that `table` reads back the same, and that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kenesh.council.measures.kinds import NUMBER
from kenesh.council.measures.table import COLUMNS, FORMULA, OF_MEASURE

_OF_INDICATOR: Final = ("id", "unit", "direction", "baseline", "target")


def write_table(measures: Iterable[Mapping[str, Any]], codes: Mapping[str, str]) -> str:
    """The measures as a CSV file that `read_table` reads back the same; `codes` are the parties' by their ids."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n", restval="")
    writer.writeheader()
    for one in measures:
        for row in _written(one, codes):
            writer.writerow({column: guarded(cell) for column, cell in row.items()})
    return "\ufeff" + out.getvalue()


def _written(one: Mapping[str, Any], codes: Mapping[str, str]) -> Iterable[dict[str, str]]:
    head = {column: str(one[column]) for column in OF_MEASURE if column in one} | {
        "accountable": codes.get(one["accountable_ref"], one["accountable_ref"]),
        "supporting": " ".join(codes.get(ref, ref) for ref in one.get("supporting_refs", ())),
        "decision": one.get("decision_ref", ""),
    }
    items: list[dict[str, str]] = []
    for indicator in one.get("indicators", ()):
        said = {
            name: text for name, text in indicator.items() if name in ("id", "unit", "direction", "baseline", "target")
        }
        items.append({"kind": "indicator", "what": indicator["name"], **said})
        for target in indicator.get("targets", ()):
            items.append({"kind": "target", "id": indicator["id"], "day": target["on"], "target": target["value"]})
    for milestone in one.get("milestones", ()):
        items.append({"kind": "milestone", "id": milestone["id"], "what": milestone["name"], "day": milestone["due"]})
    for place, item in enumerate(items):
        yield (head if place == 0 else {"number": one["number"]}) | item


def guarded(cell: str) -> str:
    """The cell, so that no spreadsheet runs it; a number stays one. What looks marked already is marked once more."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) and re.fullmatch(NUMBER, cell) is None else cell
