"""A ladder: what each alert level of a body needs, how long it lasts at most, and what it asks of everybody.

Shape: TOML with `title`, `source`, and a `[[level]]` for each, in their order; a `kenesh-rules` object has it likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any, Final

import msgspec

from kenesh.basis.instants import span_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem
from kenesh.basis.written import from_toml
from kenesh.response.alerts import LEVELS

#: The ladder of a body that has stated none.
SHIPPED: Final = files("kenesh.response").joinpath("ladders", "council.toml")
_MAX_OCTETS: Final = 64 * 1024

_Count = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who must ask for it, all of them: so many states; so many that are hit; the chair; so many at political level."""

    states: _Count = 0
    affected: _Count = 0
    political: _Count = 0
    chair: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Need()


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the level asks of every party: once within a span, again and again, or once after it has ended.

    Attributes:
        by_sitrep: each party answers it by its situation report; else by saying that it is done.
        by_contacts: looking its contacts through answers it too.
    """

    what: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    within: str = ""
    every: str = ""
    after: str = ""
    by_sitrep: bool = False
    by_contacts: bool = False


class Rung(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One level. Any of its `needs` is enough. `wakes`: while it is in force, no quiet hours hold back a call."""

    id: str
    needs: Annotated[tuple[Need, ...], msgspec.Meta(min_length=1, max_length=10)]
    lasts_at_most: str
    asks: Annotated[tuple[Ask, ...], msgspec.Meta(max_length=20)] = ()
    wakes: bool = False

    @property
    def rank(self) -> int:
        return LEVELS.index(self.id)

    @property
    def lasts(self) -> int:
        """The longest that a demand for it stands, in microseconds."""
        return span_of(self.lasts_at_most)


class Ladder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The levels above routine, the lowest first."""

    title: _Text
    source: _Text
    level: Annotated[tuple[Rung, ...], msgspec.Meta(min_length=1, max_length=4)]

    def rung(self, rank: int) -> Rung | None:
        """The level of that rank, where the body has it."""
        return next((rung for rung in self.level if rung.rank == rank), None)

    def wire(self) -> dict[str, Any]:
        """What a `kenesh-rules` object says of it."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


def read_ladder(octets: bytes, name: str = "the file") -> Ladder:
    """The ladder that a file states.

    Raises:
        DamagedProblem: it is too large, no TOML, or says what cannot be; the place is named.
    """
    return from_toml(octets, name, "rules", "no alert levels", _MAX_OCTETS, ladder_of)


def ladder_of(value: Mapping[str, Any]) -> Ladder:
    """The ladder in what a file or a `kenesh-rules` object says.

    Raises:
        DamagedProblem: it says what cannot be.
    """
    try:
        found = msgspec.convert({name: value[name] for name in ("title", "source", "level") if name in value}, Ladder)
        _check(found)
    except msgspec.ValidationError as error:
        raise DamagedProblem(f"{visible(str(error), 300)}.") from None
    return found


def shipped() -> Ladder:
    """The ladder that comes with the node."""
    return read_ladder(SHIPPED.read_bytes(), "council.toml")


def _check(ladder: Ladder) -> None:
    for rung in ladder.level:
        if rung.id not in LEVELS[1:]:
            raise DamagedProblem(f"'{visible(rung.id, 40)}' is no level above routine.", advice=", ".join(LEVELS[1:]))
        span_of(rung.lasts_at_most)
        if any(need.is_empty for need in rung.needs):
            raise DamagedProblem(f"{rung.id} needs nobody, so that it would always be in force.")
        for ask in rung.asks:
            if sum(map(bool, (ask.within, ask.every, ask.after))) != 1:
                raise DamagedProblem(
                    f"{rung.id} asks for '{visible(ask.what, 60)}': say either within or every, or after."
                )
            if ask.by_sitrep and ask.by_contacts:
                raise DamagedProblem(
                    f"{rung.id} asks for '{visible(ask.what, 60)}': say either by_sitrep or by_contacts."
                )
            span_of(ask.within or ask.every or ask.after)
        if len({ask.what for ask in rung.asks}) < len(rung.asks):
            raise DamagedProblem(f"{rung.id} asks for the same twice.")
    ranks = [rung.rank for rung in ladder.level]
    if ranks != sorted(set(ranks)):
        raise DamagedProblem("The levels stand once each, the lowest first.")
