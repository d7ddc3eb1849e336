"""Figures that are made up, as values."""

from __future__ import annotations

from typing import Any

from kenesh.council.partners.figures import Figure, figure_id, figure_of
from kenesh.council.partners.rows import Record, fields_of

OWN = "identity--12b4a4c2-6adc-5c25-a1db-fd0927911537"


def figure(value: str = "250", qualifier: str = "exactly", at: str = "2026-11-01T00:00:00Z", **said: str) -> Figure:
    """A figure of Italy; `said` by the columns' names, with `begins` for `from`; of 2024 where it says no time."""
    cells = {"about": "IT", "counterpart": "KZ", "indicator": "companies", "publisher": "The Paper"}
    if not {"as_of", "begins"} & set(said):
        said |= {"begins": "2024", "until": "2024"}
    named = {"from" if name == "begins" else name: text for name, text in said.items()}
    fields = fields_of(Record("", cells | {"value": value, "qualifier": qualifier} | named), {})
    return figure_of(stated(fields, at))


def stated(fields: dict[str, Any], at: str = "2026-11-01T00:00:00Z") -> dict[str, Any]:
    made = figure_id(OWN, fields)
    return fields | {"id": made, "type": "kenesh-figure", "created": at, "modified": at, "created_by_ref": OWN}
