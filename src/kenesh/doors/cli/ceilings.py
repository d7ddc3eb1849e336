"""ceiling: how strictly a thing may be marked to go to a party, a class or a group."""

from __future__ import annotations

from typing import Annotated

import typer

from kenesh.basis.problem import UsageProblem
from kenesh.doors.ceilings import ceilings, set_ceiling
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.stix.marking import Tlp

_NONE = "none"


def ceiling(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="[AZ|class:ROLE|group:NAME]", help="A party, a class, or a group.")
    ] = "",
    tlp: Annotated[str, typer.Argument(metavar="[TLP|none]", help="The strictest marking that goes there.")] = "",
) -> None:
    """Bound how strictly what goes to a party may be marked.

    Alone, it shows what is set.
    """
    if name and not tlp:
        raise UsageProblem("No ceiling was said.", advice="Say clear, green, amber, amber+strict, or none.")
    counter = counter_of(context)
    with counter.node() as services:
        if name:
            set_ceiling(services, name, None if tlp == _NONE else Tlp.named(tlp), CONSOLE)
        found = ceilings(services)
    told = [f"{name}: nothing stricter than {tlp.label}" for name, tlp in found.items()]
    counter.answer({name: tlp.label for name, tlp in found.items()}, told or ["No ceiling is set."])
