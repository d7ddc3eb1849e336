"""Conditions over facts: a tiny closed language with two readings, Python and SQL.

A condition is data. `holds` reads it in Python; `as_sql` writes the same as an SQL expression over integer columns that
are never NULL. What cannot be written in both does not exist here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fact(StrEnum):
    """What a rule may ask. Each is a whole number; a yes is 1, a no is 0."""

    MARKING = "marking"  #: the effective marking: own, else the label; RED where neither is there
    OWN_MARKING = "own_marking"  #: the strictest of the object's own, over all versions known
    MARKED = "marked"  #: its own marking covers the whole object
    LABEL = "label"  #: the release's label; NO_LABEL where none was said
    GIVEN = "given"  #: the label under which another gave it to this node; RED where none was said
    FORWARDED = "forwarded"  #: the releaser is not the author
    AUDIENCE = "audience"  #: AudienceKind
    READER = "reader"  #: ReaderKind
    ADDRESSED = "addressed"  #: the reader belongs to the audience now
    SINCE_TERM = "since_term"  #: the grant is later than the reader's term in the audience
    IN_FORCE = "in_force"  #: a grant gives it, and was not ended
    NAMED = "named"  #: a person who is named for it
    CEILING = "ceiling"  #: the strictest marking that this node gives to this reader or audience
    VALID = "valid"  #: the time until which it was given has not passed
    BARRED = "barred"  #: it was given on condition that it is not for this reader or audience
    BARRING = "barring"  #: the release says of somebody that it is not for him
    CARRIED = "carried"  #: the release says every caveat under which another gave it, at least as strictly
    NAMES_HIDDEN = "names_hidden"  #: it names its author, who gave it on condition that he is not named
    PAP = "pap"  #: what the release lets be done with it; NO_LABEL where nothing was said
    EXERCISE = "exercise"  #: it is marked as of an exercise
    PLAYED = "played"  #: the audience is a circle that plays an exercise
    OWN_PAP = "own_pap"  #: what its own markings and labels let be done with it; NO_LABEL where nothing was said


NO_LABEL = -1

Facts = Mapping[Fact, int]


@dataclass(frozen=True, slots=True)
class Is:
    """The fact has one of the values."""

    fact: Fact
    values: tuple[int, ...]

    def holds(self, facts: Facts) -> bool:
        return facts[self.fact] in self.values

    def as_sql(self, columns: Mapping[Fact, str]) -> str:
        return f"{columns[self.fact]} IN ({', '.join(str(int(v)) for v in self.values)})"


@dataclass(frozen=True, slots=True)
class IsNot:
    """The fact has none of the values: a value that nobody thought of is on the side of those that are not named."""

    fact: Fact
    values: tuple[int, ...]

    def holds(self, facts: Facts) -> bool:
        return facts[self.fact] not in self.values

    def as_sql(self, columns: Mapping[Fact, str]) -> str:
        return f"{columns[self.fact]} NOT IN ({', '.join(str(int(v)) for v in self.values)})"


@dataclass(frozen=True, slots=True)
class Below:
    """The first fact is smaller than the second."""

    smaller: Fact
    larger: Fact

    def holds(self, facts: Facts) -> bool:
        return facts[self.smaller] < facts[self.larger]

    def as_sql(self, columns: Mapping[Fact, str]) -> str:
        return f"{columns[self.smaller]} < {columns[self.larger]}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. It has at least one."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        return all(part.holds(facts) for part in self.parts)

    def as_sql(self, columns: Mapping[Fact, str]) -> str:
        return "(" + " AND ".join(part.as_sql(columns) for part in self.parts) + ")"


@dataclass(frozen=True, slots=True)
class Always:
    """Holds whatever the facts."""

    def holds(self, facts: Facts) -> bool:
        return True

    def as_sql(self, columns: Mapping[Fact, str]) -> str:
        return "1 = 1"


Condition = Is | IsNot | Below | All | Always


def is_in(fact: Fact, *values: int) -> Is:
    """The fact has one of the values.

    Raises:
        ValueError: no value was given, which would never hold.
    """
    if not values:
        raise ValueError(f"{fact}: a condition without values never holds")
    return Is(fact, tuple(int(v) for v in values))


def is_not_in(fact: Fact, *values: int) -> IsNot:
    """The fact has none of the values.

    Raises:
        ValueError: no value was given, which would always hold.
    """
    if not values:
        raise ValueError(f"{fact}: a condition without values always holds")
    return IsNot(fact, tuple(int(v) for v in values))


def all_of(*parts: Condition) -> All:
    """Every part holds.

    Raises:
        ValueError: there is no part, which would always hold.
    """
    if not parts:
        raise ValueError("a conjunction without parts always holds")
    return All(parts)


def facts_asked(condition: Condition) -> frozenset[Fact]:
    """Every fact that the condition reads."""
    match condition:
        case Is(fact, _) | IsNot(fact, _):
            return frozenset((fact,))
        case Below(smaller, larger):
            return frozenset((smaller, larger))
        case All(parts):
            return frozenset[Fact]().union(*(facts_asked(part) for part in parts))
        case Always():
            return frozenset()


def settled(condition: Condition, known: Facts) -> Condition | bool:
    """What is left to ask once some facts are known; a bool where nothing is."""
    match condition:
        case Always():
            return True
        case All(parts):
            left = [settled(part, known) for part in parts]
            open_parts = tuple(part for part in left if not isinstance(part, bool))
            if False in left or not open_parts:
                return all(part is not False for part in left)
            return All(open_parts)
        case _:
            return condition.holds(known) if facts_asked(condition) <= known.keys() else condition
