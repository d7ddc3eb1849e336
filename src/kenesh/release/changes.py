"""What would have to change for a refused release to be allowed: found by asking the one decision again.

Nothing is judged here. A change is the facts as they would be after it; whether it helps, `decide` says, so that a
change which is named does turn the outcome. Source: Kenesh, idea 3: `explain` says what stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from kenesh.release.audience import AudienceKind
from kenesh.release.conditions import Fact, Facts
from kenesh.release.decision import decide
from kenesh.release.rules import NO, YES, Stage
from kenesh.stix.marking import Tlp

#: More at once than these nobody would bring about.
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that somebody could do.

    Attributes:
        what: it in words, as the second half of "it would go if ...".
        of: of the changes that are of one kind, one alone can be made.
        facts: those that would be other than now.
    """

    what: str
    of: str
    facts: Mapping[Fact, int]


def after(facts: Facts, changes: tuple[Change, ...]) -> Facts:
    """The facts as they would be after the changes, made in their order."""
    changed = dict(facts)
    for change in changes:
        changed |= change.facts
    return changed


def changes_needed(facts: Facts) -> tuple[tuple[Change, ...], ...]:
    """The smallest sets of changes after which the release would be allowed; () where it is, or where none would do.

    Of markings and labels that would do, the strictest is named.
    """
    if decide(Stage.RELEASE, facts).allowed:
        return ()
    possible = tuple(_possible(facts))
    for size in range(1, _MOST + 1):
        found: dict[tuple[str, ...], tuple[Change, ...]] = {}
        for chosen in combinations(possible, size):
            kinds = tuple(change.of for change in chosen)
            is_new = len(set(kinds)) == size and kinds not in found
            if is_new and decide(Stage.RELEASE, after(facts, chosen)).allowed:
                found[kinds] = chosen
        if found:
            return tuple(found.values())
    return ()


def _possible(facts: Facts) -> Iterator[Change]:
    """What could be done about each fact that is not as it might be; the strictest level first."""
    if facts[Fact.FORWARDED] != NO:
        own = {Fact.FORWARDED: NO, Fact.CARRIED: YES, Fact.NAMES_HIDDEN: NO}
        yield Change("its author releases it to them himself", "author", own)
    levels = sorted(Tlp, reverse=True)
    for level in levels:
        if level != facts[Fact.LABEL]:
            # A label is the marking of what has none of its own; its author's word, which comes after, goes first.
            means = {} if facts[Fact.MARKED] == YES else {Fact.MARKING: max(int(level), facts[Fact.OWN_MARKING])}
            said = {Fact.LABEL: int(level), **means}
            yield Change(f"it is released with the label {level.label}", "label", said)
    for level in levels:
        if level < facts[Fact.MARKING] or facts[Fact.MARKED] != YES:
            marked = {Fact.MARKING: int(level), Fact.OWN_MARKING: int(level), Fact.MARKED: YES}
            yield Change(f"its author marks it {level.label}", "marking", marked)
    if facts[Fact.AUDIENCE] != AudienceKind.PERSON:
        named = {Fact.AUDIENCE: int(AudienceKind.PERSON), Fact.NAMED: YES}
        yield Change("it is released to persons by name", "audience", named)
    if facts[Fact.CEILING] < Tlp.RED:
        yield Change("the ceiling for them is raised", "ceiling", {Fact.CEILING: int(Tlp.RED)})
    if facts[Fact.VALID] != YES:
        yield Change("it is given for longer", "valid", {Fact.VALID: YES})
    if facts[Fact.BARRED] != NO:
        yield Change("who gave it says that it is for them too", "barred", {Fact.BARRED: NO})
    if facts[Fact.BARRING] != NO:
        yield Change("the release names nobody for whom it is not", "barring", {Fact.BARRING: NO})
    if facts[Fact.CARRIED] != YES:
        yield Change("the release says the caveats under which it was given", "carried", {Fact.CARRIED: YES})
    if facts[Fact.EXERCISE] != facts[Fact.PLAYED]:
        circle = "plays the exercise" if facts[Fact.EXERCISE] == YES else "plays no exercise"
        yield Change(f"it is released to a circle that {circle}", "circle", {Fact.PLAYED: facts[Fact.EXERCISE]})
    if facts[Fact.PAP] < facts[Fact.OWN_PAP]:
        strict = {Fact.PAP: facts[Fact.OWN_PAP]}
        yield Change("the release's PAP is as strict as the object's own", "pap", strict)
