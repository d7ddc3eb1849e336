"""The one decision, and the only maker of `Released`.

Pure, total and closed: every combination of facts has exactly one deciding rule; where nothing allows, it withholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from kenesh.release.conditions import Fact, Facts, settled
from kenesh.release.rules import STAGE_FACTS, Effect, Rule, Stage, rules_at

T = TypeVar("T")
U = TypeVar("U")
_MAKER: Final = object()
_NOTHING: Final[Facts] = MappingProxyType({})
_AT: Final = {stage: rules_at(stage) for stage in (Stage.RELEASE, Stage.READ)}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and by which rule."""

    allowed: bool
    rule: Rule

    @property
    def reason(self) -> str:
        return f"{self.rule.reason} ({self.rule.id}: {self.rule.source})"


class Released(Generic[T]):
    """A value that a reader may see. Doors and serialisers take nothing else; only this module makes one.

    It never changes, and nothing is derived from it: what is in it was decided.
    """

    __slots__ = ("value",)
    value: T

    def __init__(self, value: T, maker: object) -> None:
        if maker is not _MAKER:
            raise TypeError("only kenesh.release.decision makes a Released")
        object.__setattr__(self, "value", value)

    def __init_subclass__(cls) -> None:
        raise TypeError("nothing else is a Released")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Released never changes")

    def map(self, shape: Callable[[T], U]) -> Released[U]:
        """The same content in another shape."""
        return Released(shape(self.value), _MAKER)


def decide(stage: Stage, facts: Facts) -> Decision:
    """The first rule whose condition holds, and what it does.

    Source: `kenesh.release.rules.TABLE`.
    """
    for rule in _AT[stage]:
        if rule.when.holds(facts):
            return Decision(rule.effect is Effect.ALLOW, rule)
    raise AssertionError("the table is closed by its last rule")


def only_released(stage: Stage, candidates: Iterable[tuple[Facts, T]]) -> Released[tuple[T, ...]]:
    """Of the candidates those that are allowed at that stage, in their order. One `Facts` object is decided once."""
    decided: dict[int, tuple[Facts, bool]] = {}
    allowed = []
    for facts, item in candidates:
        known = decided.get(id(facts))
        if known is None:
            # The facts are kept beside the answer, so that their id stays theirs.
            known = decided[id(facts)] = (facts, decide(stage, facts).allowed)
        if known[1]:
            allowed.append(item)
    return Released(tuple(allowed), _MAKER)


def condition_sql(stage: Stage, columns: Mapping[Fact, str], known: Facts = _NOTHING) -> str:
    """The same decision as one SQL expression over integer columns. A NULL, which should never be, withholds.

    Every rule becomes a branch of one CASE, in the table's order, so that the first whose condition holds decides. The
    branch before them all asks for NULL: a comparison with it is neither true nor false, and would pass a rule over.
    What is `known` beforehand is the same for every row, and has no column: the rules that it settles are not asked.
    """
    unknown = " OR ".join(f"{columns[fact]} IS NULL" for fact in sorted(STAGE_FACTS[stage] - known.keys()))
    branches = [f"WHEN {unknown} THEN 0"] if unknown else []
    written = {**columns, **{fact: str(int(value)) for fact, value in known.items()}}
    last = 0
    for rule in _AT[stage]:
        when = settled(rule.when, known)
        if when is True:
            last = int(rule.effect is Effect.ALLOW)
            break
        if when is not False:
            branches.append(f"WHEN {when.as_sql(written)} THEN {int(rule.effect is Effect.ALLOW)}")
    return f"CASE {' '.join(branches)} ELSE {last} END = 1" if branches else f"1 = {last}"
