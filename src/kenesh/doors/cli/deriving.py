"""derive."""

from __future__ import annotations

from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.doors import deriving
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.stix.marking import Tlp


def derive(
    context: typer.Context,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object of which parts may not go.")],
    up_to: Annotated[str, typer.Option(help="The strictest label of what goes along, such as green.")],
    without: Annotated[
        list[str] | None, typer.Option(help="A part to leave out besides: description, labels.[0]; may be said again.")
    ] = None,
) -> None:
    """Make a new object without the parts that may not go.

    It is this party's own, says that it is derived from the other, and is held: releasing it is an act of its own.
    """
    counter = counter_of(context)
    with counter.node() as services:
        made = deriving.derive(services, services.person(CONSOLE), object_id, Tlp.named(up_to), without or ())
    document = {
        "object": made.id,
        "relationship": made.relationship,
        "tlp": made.tlp.label,
        "left_out": [{"selector": one.selector, "why": one.why} for one in made.left_out],
    }
    lines = [f"{made.id}, {made.tlp.label}: held, and released to nobody.", f"  {made.relationship} says derived-from"]
    counter.answer(
        document, (*lines, *(f"  without {visible(one.selector, 200)} ({one.why})" for one in made.left_out))
    )
