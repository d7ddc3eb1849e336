"""From what was released to the values of which a tool that acts may hear; the rest is counted with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.edges.formats.out.form import Loads
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Leaving, Order
from kenesh.holdings.words import Words
from kenesh.stix.exercise import MADE_UP, is_exercise
from kenesh.stix.marking import refs_of
from kenesh.watch.atoms import sole_atom
from kenesh.watch.validity import why_not_in_force
from kenesh.watch.values import Atom, Kind, on_the_wire

TYPES: Final = frozenset({"indicator"})
#: No tool takes more in one list, and what was written already is remembered to be written once.
MAX_VALUES: Final = 900_000
_UNSAYABLE: Final = "cannot be said in this format"


@dataclass(frozen=True, slots=True)
class Actionable:
    """A value on which a tool may act, and the indicator by which."""

    atom: Atom
    by: Leaving


#: Why a format cannot say a value; "" where it can.
CannotSay = Callable[[Atom], str]


def only(kinds: Iterable[Kind]) -> CannotSay:
    """A format says every value of these kinds, and no other."""
    known = frozenset(kinds)
    return lambda atom: "" if atom.kind in known else f"a value of the kind {atom.kind.value} {_UNSAYABLE}"


def actionable(loads: Loads, order: Order, guard: Guard, cannot_say: CannotSay) -> Iterator[Actionable]:
    """Each value once, as far as the format can say it."""
    seen: set[Atom] = set()
    for item, value in permitted(loads, order):
        sole = sole_atom(value)
        atom = on_the_wire(sole) if sole is not None else None
        if reason := _why_not(atom, order, guard, cannot_say, full=len(seen) >= MAX_VALUES):
            order.tally.leave_out(item.held.id, reason)
        elif atom is not None and atom not in seen:
            seen.add(atom)
            order.tally.written += 1
            yield Actionable(atom, item)


def permitted(loads: Loads, order: Order) -> Iterator[tuple[Leaving, dict[str, Any]]]:
    """The indicators in force on which PAP lets one act (`kenesh.stix.pap`)."""
    for load in loads:
        words = load.value.words
        for item in load.value.items:
            value = item.value()
            if reason := _why_not_permitted(item, value, words, order):
                order.tally.leave_out(item.held.id, reason)
            else:
                yield item, value


def _why_not_permitted(item: Leaving, value: Mapping[str, Any], words: Words, order: Order) -> str:
    if is_exercise(refs_of(value)):
        return MADE_UP
    pap = item.pap(value, words)
    if pap is not None and not pap.may_act:
        return f"{pap.label}: it must not reach a tool that acts"
    return why_not_in_force(item, value, order.now)


def _why_not(atom: Atom | None, order: Order, guard: Guard, cannot_say: CannotSay, *, full: bool) -> str:
    if atom is None:
        return f"its pattern asks for more than one plain value, and {_UNSAYABLE}"
    if not (atom.value.isascii() and atom.value.isprintable()):
        return f"a value with a character beyond printable ASCII {_UNSAYABLE}"
    if reason := cannot_say(atom) or guard.why_never(atom, order.hosts):
        return reason
    return f"more than the {MAX_VALUES:,} values that one list takes" if full else ""
