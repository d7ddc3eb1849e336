"""search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.doors import searching
from kenesh.doors.cli.desk import console_reader, counter_of
from kenesh.doors.searching import MOST, SHOWN, Hit


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="In any script: Қазақстан, Qazaqstan, Şəki.")],
    type_: Annotated[list[str] | None, typer.Option("--type", help="Of this type alone; may be said again.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="So many at the most.")] = SHOWN,
) -> None:
    """Search the texts of what is held here, in any script."""
    counter = counter_of(context)
    with counter.node() as services:
        hits = searching.search(services, console_reader(services), " ".join(words), type_ or (), limit).value
    lines = [line for hit in hits.found for line in _lines(hit)]
    more = ["", f"More than {limit} hold these words: say more of them, or --limit."] if hits.more else []
    document = {"found": [hit.wire() for hit in hits.found], "more": hits.more}
    counter.answer(document, [*lines, *more] or ["Nothing that is held here holds these words."])


def _lines(hit: Hit) -> Iterator[str]:
    yield f"{hit.tlp.label}  {hit.type}  {visible(hit.name, 200)}".rstrip()
    if hit.text:
        yield f"    {visible(hit.text, 400)}"
    if hit.condition:
        yield f"    {visible(hit.condition, 400)}"
    yield f"    {hit.id}"
