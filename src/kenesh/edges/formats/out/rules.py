"""Sigma and YARA rules, passed through as they were written: a file for each, so that none reaches into another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from kenesh.edges.formats.out.acting import TYPES, permitted
from kenesh.edges.formats.out.form import Form, Loads, heading
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Order

#: The one rule of an indicator is no longer.
_MAX_RULE: Final = 1_000_000
_COMMENTS: Final = {"sigma": ("#", ".yml"), "yara": ("//", ".yar")}
_LINE_PARTS: Final = frozenset("\n\r\t")


def forms(guard: Guard) -> tuple[Form, ...]:
    """A format for each language of rules."""
    return tuple(_form(name, guard) for name in _COMMENTS)


def _form(name: str, guard: Guard) -> Form:
    comment, suffix = _COMMENTS[name]

    def write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
        for item, value in permitted(loads, order):
            pattern = value.get("pattern")
            if value.get("pattern_type") != name or not isinstance(pattern, str):
                order.tally.leave_out(item.held.id, f"it is no {name} rule")
            elif reason := _why_not(pattern, order, guard):
                order.tally.leave_out(item.held.id, reason)
            else:
                order.tally.written += 1
                file = f"{item.held.id}{suffix}"
                yield file, heading(order, comment)
                yield file, pattern.rstrip().encode() + b"\n"

    return Form(name, suffix, write, TYPES, heads=True, acts=True, in_folder=True)


def _why_not(pattern: str, order: Order, guard: Guard) -> str:
    if len(pattern) > _MAX_RULE:
        return f"a rule of more than {_MAX_RULE:,} characters"
    if any(c not in _LINE_PARTS and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in pattern):
        return "a character in its rule is not seen, or turns the direction of reading"
    if guard.protects_text(pattern, order.hosts):
        return "a protected name or network stands in its rule"
    return ""
