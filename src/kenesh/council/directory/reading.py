"""Claims as people write them down: TOML, bounded, refused with the line of the claim that cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.basis.written import from_toml
from kenesh.council.directory.values import SORTS, AnyClaim, claim_of

SHIPPED: Final = files("kenesh.council.directory").joinpath("organisation.toml")
MAX_OCTETS: Final = 256 * 1024
MAX_CLAIMS: Final = 500


def read_claims(octets: bytes, name: str = "the file") -> tuple[AnyClaim, ...]:
    """The claims that a file holds, in its order.

    Raises:
        DamagedProblem: it is too large, no TOML, or one of its claims is none; its line is named.
    """
    return from_toml(
        octets,
        visible(name, 200),
        "a file of claims",
        "no claims that can be read",
        MAX_OCTETS,
        lambda value: _claims(value, octets.decode()),
    )


@cache
def shipped() -> tuple[AnyClaim, ...]:
    """The claims about the organisation that come with the node."""
    return read_claims(SHIPPED.read_bytes(), "organisation.toml")


def _claims(value: Mapping[str, Any], text: str) -> tuple[AnyClaim, ...]:
    unknown = [name for name in value if name not in SORTS]
    if unknown:
        raise UsageProblem(f"'{visible(unknown[0], 40)}' is no sort of claim.", advice=f"There are {', '.join(SORTS)}.")
    tables = [(sort, number, table) for sort, each in value.items() for number, table in _numbered(sort, each)]
    if not 0 < len(tables) <= MAX_CLAIMS:
        raise UsageProblem(f"It holds {len(tables)} claims; a file holds 1 to {MAX_CLAIMS}.")
    return tuple(_claim(sort, number, table, text) for sort, number, table in tables)


def _numbered(sort: str, each: Any) -> list[tuple[int, Any]]:
    if not isinstance(each, list):
        raise UsageProblem(f"'{sort}' is no list of tables.", advice=f"Begin each claim with [[{sort}]].")
    return list(enumerate(each))


def _claim(sort: str, number: int, table: Any, text: str) -> AnyClaim:
    try:
        if not isinstance(table, dict):
            raise UsageProblem("It is no table.", advice=f"Begin each claim with [[{sort}]].")
        return claim_of(sort, {key: _plain(said) for key, said in table.items()})
    except Problem as problem:
        where = f"[[{sort}]] {number + 1}{_line_of(sort, number, text)}"
        raise UsageProblem(f"{where}: {problem.detail}", advice=problem.advice) from None


def _plain(said: Any) -> Any:
    """A day as TOML knows it is the same as one in quotes."""
    return said.isoformat() if isinstance(said, date) and not isinstance(said, datetime) else said


def _line_of(sort: str, number: int, text: str) -> str:
    heads = [m.start() for m in re.finditer(rf"^[ \t]*\[\[[ \t]*{sort}[ \t]*\]\]", text, re.MULTILINE)]
    return f", line {text.count(chr(10), 0, heads[number]) + 1}" if number < len(heads) else ""
