"""Rows of tables and observations of statistics, as figures: which column is what, and what may stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from unicodedata import normalize

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.partners.amounts import CURRENCIES, read_amount
from kenesh.council.partners.days import reported
from kenesh.council.partners.figures import PLAIN, SOURCE, STATISTIC, period_of, refs_of
from kenesh.council.partners.kinds import Qualifier

#: The columns of a table of figures, in and out.
COLUMNS: Final = (*PLAIN, *SOURCE, *STATISTIC)
#: What stands in a table that goes out besides: how a figure is marked, and who stated it. `tlp` is read again.
BESIDES: Final = ("tlp", "stated_by")
MAX_CELL: Final = 4_000
#: The concepts of SDMX's cross-domain list by which a column is found where nobody says which it is.
CONCEPTS: Final[Mapping[str, tuple[str, ...]]] = {
    "about": ("COUNTERPART_AREA", "COUNT_AREA", "PARTNER", "REF_AREA", "GEO", "geo"),
    "counterpart": ("REF_AREA", "REPORTING_AREA", "REPORTER", "GEO", "geo"),
    "time": ("TIME_PERIOD", "TIME"),
    "unit": ("UNIT_MEASURE", "UNIT", "unit", "CURRENCY"),
    "power": ("UNIT_MULT",),
    "status": ("OBS_STATUS", "OBS_FLAG"),
}
#: Eurostat's code list UNIT says thousands and millions in front of the currency.
_SCALED: Final = {"THS": 3, "MIO": 6, "BIO": 9}
#: Source: SDMX code list CL_OBS_STATUS 2.2: the value is missing, in one sense or another.
_MISSING: Final = frozenset({"M", "L", "O", "H", "Q"})
_ESTIMATED: Final = "E"
_NOT_OF_WHAT: Final = frozenset({"FREQ", "freq"})


@dataclass(frozen=True, slots=True)
class Record:
    """What one row says, by our columns' names, and where it stands in its file.

    `otherwise`: what it says only where nobody says it better, such as what a statistic's code calls itself.
    """

    place: str
    cells: Mapping[str, str]
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation of a statistic: its dimensions in their order, its attributes, its value as it is written."""

    place: str
    dimensions: tuple[tuple[str, str], ...]
    attributes: Mapping[str, str]
    value: str
    dataflow: str
    publisher: str = ""
    dataset: str = ""
    prepared: str = ""

    def at(self, *concepts: str) -> tuple[str, str]:
        """The first of these concepts that is there, and what it is; two empty texts where none is."""
        said = {**self.attributes, **dict(self.dimensions)}
        return next(((name, said[name]) for name in concepts if said.get(name)), ("", ""))


def record_of(seen: Observation, columns: Mapping[str, str], *, levels: bool = False) -> Record:
    """An observation as a row. `columns` say which concept is what; `levels`: it held at the period's end.

    Raises:
        UsageProblem: it has no value, or no period that is read.
    """
    found = {what: seen.at(columns.get(what, ""), *names) for what, names in CONCEPTS.items()}
    if found["about"][0] == found["counterpart"][0]:
        found["counterpart"] = ("", "")
    unit, power = _unit(found["unit"][1], found["power"][1])
    status = found["status"][1]
    if status in _MISSING or seen.value in ("", "NaN"):
        raise UsageProblem("The statistic has no value there.", advice="Nothing is to be done.")
    begins, ends = reported(found["time"][1])
    rest = _rest(seen, {name for name, _ in found.values()})
    otherwise = {"indicator": rest or seen.dataflow, "publisher": seen.publisher, "title": seen.dataflow}
    cells = {
        "about": found["about"][1],
        "counterpart": found["counterpart"][1],
        "indicator": seen.at(columns.get("indicator", ""))[1],
        "value": read_amount(seen.value, power),
        "currency" if unit in CURRENCIES else "unit": unit,
        "qualifier": (Qualifier.ABOUT if status == _ESTIMATED else Qualifier.EXACTLY).value,
        "source_date": seen.prepared,
        "dataflow": seen.dataflow,
        "dataset": seen.dataset,
        "series_key": ".".join(value for name, value in seen.dimensions if name != found["time"][0]),
        "status": status,
        **({"as_of": ends} if levels else {"from": begins, "until": ends}),
    }
    return Record(seen.place, _full(cells), _full(otherwise))


def _full(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in cells.items() if text}


def _rest(seen: Observation, taken: set[str]) -> str:
    """Of what it is: every dimension that says neither where, when nor in which unit."""
    return ".".join(value for name, value in seen.dimensions if name not in taken | _NOT_OF_WHAT)


def _unit(said: str, power: str) -> tuple[str, int]:
    """The unit, and by which power of ten the value counts in it.

    Raises:
        UsageProblem: the power is no number.
    """
    scale, _, of = said.partition("_")
    unit, times = (of, _SCALED[scale]) if scale in _SCALED and of else (said, 0)
    if not power:
        return unit, times
    try:
        return unit, times + int(power)
    except ValueError:
        raise UsageProblem(f"UNIT_MULT is '{visible(power, 20)}', and no power of ten.") from None


def fields_of(row: Record, defaults: Mapping[str, str]) -> dict[str, Any]:
    """What a row says, as the properties of a `kenesh-figure`. `defaults`: what every row says that does not itself.

    Raises:
        UsageProblem: something that a figure must say is missing, or what stands in a cell cannot be.
    """
    said = {name: _tidy(name, text) for name, text in {**row.otherwise, **defaults, **_said(row.cells)}.items() if text}
    _check(said)
    said["value"] = read_amount(said["value"])
    fields: dict[str, Any] = {name: said[name] for name in PLAIN if name in said}
    fields["source"] = {name: said[column] for column, name in SOURCE.items() if column in said}
    if "series_key" in said:
        fields["statistic"] = {name: said[name] for name in STATISTIC if name in said}
    period_of(fields)
    return fields | refs_of(fields)


def _said(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells in which something stands."""
    return {name: text for name, text in cells.items() if name in COLUMNS and text.strip()}


def _tidy(name: str, text: str) -> str:
    """One way to write the same thing, so that it is the same: composed letters, single spaces."""
    if len(text) > MAX_CELL:
        raise UsageProblem(f"`{name}` has more than {MAX_CELL} characters.")
    return " ".join(normalize("NFC", text).split())


def _check(said: dict[str, str]) -> None:
    for name, what in (
        ("about", "of whom it is"),
        ("indicator", "of what it is"),
        ("value", "the value"),
        ("publisher", "who published it"),
    ):
        if name not in said:
            raise UsageProblem(f"It does not say {what}: `{name}` is empty.", advice=f"--set {name}=...")
    kinds = [kind.value for kind in Qualifier]
    said.setdefault("qualifier", Qualifier.EXACTLY.value)
    if said["qualifier"] not in kinds:
        raise UsageProblem(
            f"'{visible(said['qualifier'], 40)}' is no qualifier.", advice=f"It is one of {', '.join(kinds)}."
        )
    if "currency" in said and said["currency"] not in CURRENCIES:
        raise UsageProblem(
            f"'{visible(said['currency'], 20)}' is no currency of ISO 4217.", advice="Write USD, EUR, KZT."
        )
    if "currency" in said and "unit" in said:
        raise UsageProblem("It has a unit and a currency.", advice="Leave one of them empty.")
    if ("series_key" in said) != ("dataflow" in said):
        raise UsageProblem("A series has a dataflow, and a dataflow a series.", advice="Fill both, or neither.")
