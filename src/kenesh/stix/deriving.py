"""A new object from those parts of another that are marked no more strictly than a level: what is stricter is left out.

Granular markings count for the whole object; so an object of which one part is TLP:RED goes nowhere. Derived from it
can go what is left without that part, under a marking that is never wider than any that stood on what is left.
Source: STIX 2.1 §7.2.3 (granular markings, selectors), §4.16 and §3.6 (derived-from).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.stix.marking import PAP_BY_ID, TLP_BY_ID, Tlp

#: What a new object has of its own, or what says how it is to be read: no selector takes it away.
_STAYS: Final = frozenset(
    {"type", "spec_version", "id", "created", "modified", "created_by_ref", "object_marking_refs", "granular_markings"}
)
_STEP: Final = re.compile(r"\[(\d{1,6})\]", re.ASCII)
_MAX_STEPS: Final = 20

Step = str | int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that does not go along, and why: its marking, or that a person said so."""

    selector: str
    why: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What is left: the content without what every object has of its own, its marking, and what was left out."""

    content: Mapping[str, Any]
    tlp: Tlp
    marking_refs: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def derived(
    value: Mapping[str, Any],
    up_to: Tlp,
    *,
    unmarked: Tlp,
    floor: Tlp = Tlp.CLEAR,
    statements: Collection[str] = (),
    without: Iterable[str] = (),
) -> Derived:
    """What is left of an object that passed its schema.

    `unmarked` is the marking of what has none, and nothing is marked more widely than `floor`; `statements` are the ids
    of markings that are known to be statements, which withhold nothing; `without`, selectors that a person leaves out.

    Raises:
        UsageProblem: what would be left is marked more strictly as a whole; a selector selects nothing, or what must
            stay; or nothing would be left out.
    """
    own = list(value.get("object_marking_refs", ()))
    whole = max(marked_as_a_whole(value, statements), floor)
    base = whole if any(ref in TLP_BY_ID for ref in own) else max(whole, unmarked)
    if base > up_to:
        raise UsageProblem(
            f"As a whole it is {base.label}, more strictly marked than {up_to.label}.",
            advice="Name a stricter label; or ask its author.",
        )
    left_out, kept, others = [], [base], [ref for ref in own if ref not in TLP_BY_ID]
    for marking in value.get("granular_markings", ()):
        if (ref := marking.get("marking_ref")) is None:
            continue
        level = _level(ref, statements)
        if level > up_to:
            left_out += [LeftOut(one, level.label) for one in marking["selectors"] if _is_there(value, _path(one))]
        else:
            kept.append(level)
            others += [ref] if ref not in TLP_BY_ID else []
    for selector in without:
        if not _is_there(value, _path(selector)):
            raise _unfit(selector)
        left_out.append(LeftOut(selector, "left out by hand"))
    if not left_out:
        raise UsageProblem("Nothing of it is marked more strictly, so nothing would be left out.", advice="Release it.")
    content = _without(value, [one.selector for one in left_out])
    tlp = max(kept)
    return Derived(content, tlp, (tlp.marking_ref, *dict.fromkeys(others)), tuple(dict.fromkeys(left_out)))


def marked_as_a_whole(value: Mapping[str, Any], statements: Collection[str] = ()) -> Tlp:
    """The strictest of the markings that are not of parts."""
    return max((_level(ref, statements) for ref in value.get("object_marking_refs", ())), default=Tlp.CLEAR)


def _level(ref: str, statements: Collection[str]) -> Tlp:
    """A marking that is not known counts as TLP:RED; what says nothing of who may see it, as CLEAR."""
    if ref in PAP_BY_ID or ref in statements:
        return Tlp.CLEAR
    return TLP_BY_ID.get(ref, Tlp.RED)


def _without(value: Mapping[str, Any], selectors: Collection[str]) -> dict[str, Any]:
    # A copy, from which may be taken.
    left = {name: _pruned(part) for name, part in value.items() if name not in _STAYS}
    # From the end of a list to its beginning, so that no place moves before its turn.
    for path in sorted(map(_path, selectors), key=_order, reverse=True):
        _remove(left, path)
    return {name: part for name, part in ((n, _pruned(p)) for n, p in left.items()) if part is not None}


def _order(path: tuple[Step, ...]) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


def _path(selector: str) -> tuple[Step, ...]:
    path = tuple(_steps(selector))
    if path[0] in _STAYS:
        raise _unfit(selector)
    return path


def _unfit(selector: str) -> UsageProblem:
    return UsageProblem(
        f"'{visible(selector, 80)}' selects nothing that could be left out.",
        advice="A selector is a property, or a path such as external_references.[0].url.",
    )


def _steps(selector: str) -> Iterator[Step]:
    for count, step in enumerate(selector.split(".")):
        if count >= _MAX_STEPS:
            raise _unfit(selector)
        place = _STEP.fullmatch(step)
        yield int(place[1]) if place else step


def _is_there(value: Any, path: tuple[Step, ...]) -> bool:
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return False
        elif not isinstance(value, Mapping) or step not in value:
            return False
        value = value[step]
    return True


def _remove(value: Any, path: tuple[Step, ...]) -> None:
    if _is_there(value, path):
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]


def _pruned(value: Any) -> Any:
    """Without what became empty: STIX knows no empty list or object (§2.9, §2.3)."""
    if isinstance(value, list):
        parts = [part for part in map(_pruned, value) if part is not None]
        return parts or None
    if isinstance(value, dict):
        named = {name: part for name, part in ((n, _pruned(p)) for n, p in value.items()) if part is not None}
        return named or None
    return value
