"""pack, unpack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.problem import Problem
from kenesh.doors import carrying
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.federation.packing import Unpacked


def pack(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written; nothing is written over.")],
    party: Annotated[str, typer.Option("--for", help="The party whose node alone can open it.")],
    everything: Annotated[bool, typer.Option("--everything", help="From the beginning, where one got lost.")] = False,
) -> None:
    """Pack for a party what is new to it, sealed to its node alone. For where no line leads."""
    counter = counter_of(context)
    with counter.node() as services:
        written = carrying.pack(services, party, file, CONSOLE, everything=everything)
    document = {"packs": [{"file": str(w.path), "number": w.number, "objects": w.objects} for w in written]}
    lines = [f"{w.path}: pack {w.number}, {counted(w.objects, 'object')}, for {party} alone" for w in written]
    counter.answer(document, lines or [f"Nothing new is there for {party}; no file was written."])


def unpack(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What another node's `kenesh pack` wrote.")],
) -> None:
    """Take in what another node packed for this one. The checks are those of a line."""
    counter = counter_of(context)
    with counter.node(bulk=True) as services:
        found = carrying.unpack(services, file, CONSOLE)
    document = {
        "party": found.party,
        "number": found.number,
        "received": found.received,
        "quarantined": found.quarantined,
        "known": found.known,
        "missing": found.missing,
        "waiting": found.waiting,
    }
    counter.answer(document, _told(found))
    if found.waiting:
        raise Problem("Part of it waits for an earlier pack.", told=True)


def _told(found: Unpacked) -> Iterator[str]:
    if found.known:
        yield f"Pack {found.number} of {found.party} was unpacked before; nothing changed."
        return
    quarantined = f", {found.quarantined} in quarantine" if found.quarantined else ""
    yield f"Pack {found.number} of {found.party}: {counted(found.received, 'object')} taken in{quarantined}."
    if found.waiting:
        yield "Part of it is for circles that this node does not know it is in: unpack the earlier packs, then it."
    if found.missing:
        named = ", ".join(map(str, found.missing))
        yield f"Never came: {named}. They can pack it all anew: kenesh pack --everything --for PARTY FILE"
