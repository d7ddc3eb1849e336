"""proposals, confirm, reject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kenesh.basis.printable import defanged, visible
from kenesh.doors import proposing
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.doors.proposing import Chosen
from kenesh.holdings.proposing import Proposal
from kenesh.stix.marking import Tlp

_SHOWN = 100

Numbers = Annotated[list[int] | None, typer.Argument(metavar="[PROPOSAL]...", help="Their numbers.")]


def proposals(
    context: typer.Context,
    import_id: Annotated[
        str | None, typer.Argument(metavar="[IMPORT]", help="An import's id: then what was found in it.")
    ] = None,
    most: Annotated[int, typer.Option(help="How many at the most.", min=1)] = _SHOWN,
) -> None:
    """List values found in texts that wait to be judged. Each has the sentence it stood in, and what is doubtful."""
    counter = counter_of(context)
    with counter.node() as services, services.store.reading() as tx:
        found = tx.proposals.open(import_id, most + 1)
    shown = found[:most]
    lines = [line for one in shown for line in _lines(one)] or ["Nothing waits to be judged."]
    counter.answer([_document(one) for one in shown], lines)
    if len(found) > most:
        counter.remark(f"These are the first {most}; --most shows more.")


def confirm(
    context: typer.Context,
    tlp: Annotated[str, typer.Option(help="Their marking: clear, green, amber, amber+strict, red.")],
    numbers: Numbers = None,
    all_of: Annotated[
        str | None, typer.Option(metavar="IMPORT", help="All that were found in it and are not doubtful.")
    ] = None,
    note: Annotated[str, typer.Option(help="What to say of them besides the sentence.")] = "",
) -> None:
    """Confirm proposed values. Each becomes an indicator of this party's own."""
    counter = counter_of(context)
    label = Tlp.named(tlp)
    with counter.node() as services:
        held = proposing.confirm(services, Chosen(numbers or (), all_of), label, note, CONSOLE)
    document = [{"id": one.id, "value": one.name, "tlp": label.label} for one in held]
    counter.answer(document, [f"{label.label}  {defanged(one.name)}\n{one.id}" for one in held])


def reject(
    context: typer.Context,
    numbers: Numbers = None,
    all_of: Annotated[str | None, typer.Option(metavar="IMPORT", help="All that were found in it.")] = None,
) -> None:
    """Reject proposed values. The same value in the same sentence is not proposed again."""
    counter = counter_of(context)
    with counter.node() as services:
        put_aside = proposing.reject(services, Chosen(numbers or (), all_of), CONSOLE)
    counter.answer([_document(one) for one in put_aside], [f"{counted(len(put_aside), 'proposal')} put aside."])


def _document(proposal: Proposal) -> dict[str, Any]:
    found = proposal.found
    return {
        "proposal": proposal.num,
        "import": proposal.import_id,
        "source": proposal.source,
        "path": found.path,
        "kind": found.kind,
        "value": found.value,
        "sentence": found.sentence,
        "doubt": found.doubt or None,
    }


def _lines(proposal: Proposal) -> Iterator[str]:
    found = proposal.found
    doubt = f"  DOUBTFUL: {visible(found.doubt, 200)}" if found.doubt else ""
    yield f"{proposal.num:>6}  {found.kind:<8} {defanged(found.value)}{doubt}"
    yield f"        {visible(found.path, 100)}: {defanged(visible(found.sentence, 300))}"
