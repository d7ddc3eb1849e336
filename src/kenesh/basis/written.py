"""Rules and scenarios as people write them down: TOML of a bounded size, refused with the name of the file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, Problem

Value = TypeVar("Value")


def from_toml(
    octets: bytes, name: str, one: str, none: str, most: int, as_value: Callable[[Mapping[str, Any]], Value]
) -> Value:
    """What a file holds; `one` is what it should hold and `none` what is said where it does not, in words.

    `most` is how many octets it may have.

    Raises:
        DamagedProblem: it is too large, no TOML, or says what cannot be; the place is named.
    """
    if len(octets) > most:
        raise DamagedProblem(f"{name} is larger than {one} may be: {most} octets.")
    try:
        return as_value(tomllib.loads(octets.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedProblem(f"{name} holds {none}: {visible(str(error), 300)}.") from None
    except Problem as problem:
        raise DamagedProblem(f"{name} holds {none}: {problem.detail}", advice=problem.advice) from None
