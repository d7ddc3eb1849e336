"""state, show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.printable import defanged, visible
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors import acts, views
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.words import describe_object
from kenesh.stix.marking import Tlp


def state(
    context: typer.Context,
    values: Annotated[
        list[str], typer.Argument(metavar="VALUE...", help="Addresses, domains, URLs, hashes or e-mail addresses.")
    ],
    tlp: Annotated[str, typer.Option(help="Its marking: clear, green, amber, amber+strict, red.")],
    note: Annotated[str, typer.Option(help="What was said, by whom, when.")] = "",
    exercise: Annotated[bool, typer.Option("--exercise", help="It is made up for a drill.")] = False,
) -> None:
    """State an indicator from what was said on the telephone."""
    counter = counter_of(context)
    label = Tlp.named(tlp)
    with counter.node() as services:
        held = acts.state_values(services, values, label, note, CONSOLE, exercise=exercise)
    document = [{"id": h.id, "value": h.name, "tlp": label.label} for h in held]
    counter.answer(document, [f"{label.label}  {defanged(h.name)}\n{h.id}" for h in held])


def show(
    context: typer.Context,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's id.")],
    original: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write what it was translated from, as it came, to a new file."),
    ] = None,
) -> None:
    """Show an object and who has it. Told are versions, marking, releases, and the sightings that came back."""
    counter = counter_of(context)
    with counter.node() as services:
        services.bring_up_to_date()
        if original is not None:
            _write_new(original, views.original(services, console_reader(services), object_id).value)
        shown = views.show(services, console_reader(services), object_id)
    counter.answer(shown.value.wire(), describe_object(shown.value, services.own.code))


def _write_new(path: Path, octets: bytes | None) -> None:
    if octets is None:
        raise UnknownProblem("It was not translated: it came as it stands.", advice="Leave --original away.")
    try:
        with path.open("xb") as file:
            file.write(octets)
    except OSError as error:
        raise UsageProblem(
            f"{visible(str(path), 200)} cannot be written: {error.strerror}.", advice="Name a file that is not there."
        ) from None
