"""Figures and links as frozen values, read from checked objects; and what makes two statements the same claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import UsageProblem
from kenesh.council.partners.days import Days, days_between, days_of
from kenesh.council.partners.kinds import FIGURE, LINK, LinkKind, Qualifier
from kenesh.parties.party import party_id
from kenesh.stix.quoting import CONDITION

#: Its columns in a table are these properties, in this order; what stands in `source` and `statistic` has a name of
#: its own there.
PLAIN: Final = (
    *("about", "counterpart", "indicator", "value", "currency", "unit", "qualifier", "as_of", "from", "until"),
    *("period_said", "resolved_on", "speaker", CONDITION, "source_ref", "statement_ref"),
)
SOURCE: Final = {
    "publisher": "publisher",
    "title": "title",
    "source_date": "date",
    "url": "url",
}
STATISTIC: Final = ("dataflow", "dataset", "series_key", "status")


@dataclass(frozen=True, slots=True)
class Source:
    """Where it stands. `condition`: under which it may be reproduced."""

    publisher: str
    title: str = ""
    date: str = ""
    url: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Statistic:
    """From which series of which statistic it is."""

    dataflow: str
    series_key: str
    dataset: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was stated.

    Attributes:
        days: of which days it speaks. is_level: it held then; else it is a total over all of them.
        said: its properties by their names, as they are written in a table.
    """

    id: str
    modified_at: Instant
    by_ref: str
    about: str
    counterpart: str
    indicator: str
    value: str
    unit: str
    qualifier: Qualifier
    days: Days | None
    is_level: bool
    speaker: str
    source: Source
    statistic: Statistic | None
    said: tuple[tuple[str, str], ...]
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An agreement, a visit or another link, as it was stated. Dates as they are written; "" where none is."""

    id: str
    modified_at: Instant
    by_ref: str
    about: str
    counterpart: str
    kind: LinkKind
    name: str
    institutions: tuple[str, ...]
    foreseen: str
    begins: str
    ends: str
    source: Source
    revoked: bool = False


def figure_of(value: Mapping[str, Any]) -> Figure:
    """The figure that a checked object states.

    Raises:
        UsageProblem: a date does not exist, it has both a unit and a currency, or it names another party than it says.
    """
    _check_who(value)
    if "unit" in value and "currency" in value:
        raise UsageProblem("A figure has a unit or a currency, and not both.")
    days, is_level = period_of(value)
    statistic = value.get("statistic")
    return Figure(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        about=value["about"],
        counterpart=value.get("counterpart", ""),
        indicator=value["indicator"],
        value=value["value"],
        unit=value.get("currency", value.get("unit", "")),
        qualifier=Qualifier(value["qualifier"]),
        days=days,
        is_level=is_level,
        speaker=value.get("speaker", ""),
        source=_source(value),
        statistic=Statistic(**statistic) if statistic else None,
        said=tuple(cells_of(value).items()),
        revoked=value.get("revoked", False),
    )


def link_of(value: Mapping[str, Any]) -> Link:
    """The link that a checked object states.

    Raises:
        UsageProblem: a date does not exist, or it names another party than it says.
    """
    _check_who(value)
    for name in ("foreseen", "from", "until"):
        if name in value:
            days_of(value[name])
    return Link(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        about=value["about"],
        counterpart=value.get("counterpart", ""),
        kind=LinkKind(value["kind"]),
        name=value["name"],
        institutions=tuple(value.get("institutions", ())),
        foreseen=value.get("foreseen", ""),
        begins=value.get("from", ""),
        ends=value.get("until", ""),
        source=_source(value),
        revoked=value.get("revoked", False),
    )


def _source(value: Mapping[str, Any]) -> Source:
    return Source(**value["source"], condition=value.get(CONDITION, ""))


def period_of(value: Mapping[str, Any]) -> tuple[Days | None, bool]:
    """Of which days it speaks, None where it does not say; and whether it is a level that held then.

    Raises:
        UsageProblem: a date does not exist, or it says both a day and a period, or half a period.
    """
    dates = [name for name in ("as_of", "from", "until") if name in value]
    for name in ("source_date", "resolved_on"):
        if name in value:
            days_of(value[name])
    if "date" in value.get("source", {}):
        days_of(value["source"]["date"])
    if not dates:
        return None, False
    if dates == ["as_of"]:
        return days_of(value["as_of"]), True
    if dates == ["from", "until"]:
        return days_between(value["from"], value["until"]), False
    raise UsageProblem("A figure is as of a date, or from one until another.", advice="as_of, or both from and until.")


def _check_who(value: Mapping[str, Any]) -> None:
    for name in ("about", "counterpart"):
        if value.get(f"{name}_ref") != ref_of(value.get(name, "")):
            raise UsageProblem(f"`{name}_ref` is not the id of the party that `{name}` names by its code.")


def ref_of(name: str) -> str | None:
    """The party's id, where it is called by a code; None for a free label."""
    try:
        return party_id(name)
    except UsageProblem:
        return None


def refs_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The ids of the parties that are named by their codes."""
    named = {f"{name}_ref": ref_of(fields[name]) for name in ("about", "counterpart") if name in fields}
    return {name: ref for name, ref in named.items() if ref is not None}


def cells_of(value: Mapping[str, Any]) -> dict[str, str]:
    """What it says, flat, by the names of a table's columns; what it does not say is left out."""
    flat = {name: value[name] for name in PLAIN if name in value}
    source, statistic = value.get("source", {}), value.get("statistic", {})
    flat |= {column: source[name] for column, name in SOURCE.items() if name in source}
    return flat | {name: statistic[name] for name in STATISTIC if name in statistic}


def figure_id(own_ref: str, fields: Mapping[str, Any], number: int = 1) -> str:
    """The id of this party's statement of that claim: who states it anew with another value makes a later version.

    What a statistic says is told by its series and period, what a person says by who said it where of what. `number`:
    the same claim made again after it was withdrawn is another statement.
    """
    cells = cells_of(fields)
    key = ["about", "counterpart", "indicator", "currency", "unit", "as_of", "from", "until"]
    key += ["dataflow", "series_key"] if "series_key" in cells else ["speaker", "publisher", "title"]
    return _made(FIGURE.name, own_ref, [cells.get(name, "") for name in key], number)


def link_id(own_ref: str, fields: Mapping[str, Any], number: int = 1) -> str:
    """The id of this party's statement of that link, likewise: by its kind, its name and whom it ties."""
    key = [fields.get(name, "") for name in ("about", "counterpart", "kind", "name")]
    return _made(LINK.name, own_ref, key, number)


def _made(kind: str, own_ref: str, key: list[str], number: int) -> str:
    return f"{kind}--{named_uuid(kind, own_ref, str(number), canonical_bytes(key).decode())}"
