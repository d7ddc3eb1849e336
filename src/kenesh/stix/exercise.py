"""The marking of an exercise: what carries it was made up for a drill, and is kept apart from all that is real.

It says nothing of who may see it: TLP does. The release rules EXE-01 and EXE-02 keep it in the circles that play one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid

#: The one marking-definition that says so; it is known by its id, whatever an object of that id says.
EXERCISE: Final = f"marking-definition--{named_uuid('marking-definition', 'exercise')}"

#: As it is given to tools that do not know the id. A statement marking (STIX 2.1 §7.2.1.3).
EXERCISE_DEFINITION: Final[Mapping[str, Any]] = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": EXERCISE,
    "created": "2026-11-26T00:00:00.000Z",
    "definition_type": "statement",
    "definition": {"statement": "EXERCISE EXERCISE EXERCISE. This was made up for a drill. Do not act on it."},
}

#: Why it is left out of what a tool reads.
MADE_UP: Final = "it is of an exercise: it must not reach a tool that acts"

#: With which a line about it begins, wherever it is shown.
BANNER: Final = "EXERCISE"


def is_exercise(refs: Iterable[str]) -> bool:
    """Whether the markings that an object cites say that it is of an exercise."""
    return EXERCISE in refs


def as_exercise(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same object, marked as of an exercise."""
    refs = [ref for ref in value.get("object_marking_refs", ()) if ref != EXERCISE]
    return {**value, "object_marking_refs": [*refs, EXERCISE]}
