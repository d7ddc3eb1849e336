"""request ask|list|answer|cancel|statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from kenesh.basis.instants import MINUTE, SECOND, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import requesting
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.words import moment_said
from kenesh.doors.requesting import SeenRequests
from kenesh.response.asking import Standing
from kenesh.response.cases import Item
from kenesh.response.kinds import RequestKind, Status
from kenesh.response.requests import Row
from kenesh.response.statements import Wanted, Word
from kenesh.stix.marking import Tlp

request_commands = typer.Typer(help="Requests between two parties, outside any case.", no_args_is_help=True)

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="Its id, or how that begins.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
#: Of a request, what its standing is called. Source: Budapest Convention Art. 35.
_CALLED: Final[Mapping[Standing, str]] = {
    Standing.ASKED: "not acknowledged",
    Standing.ACCEPTED: "acknowledged",
    Standing.REFUSED: "refused",
    Standing.DONE: "answered",
    Standing.CANCELLED: "taken back",
}


@request_commands.command("ask")
def request_ask(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="WHAT", help="What is asked for, in a few words.")],
    to: Annotated[str, typer.Option(help="The party's code.")],
    due: Annotated[str, typer.Option(help="Until when: 6h, 2d, or 2026-12-01T12:00:00Z.")],
    kind: Annotated[RequestKind, typer.Option(help="What sort of request it is.")] = RequestKind.INFORMATION,
    text: Annotated[str, typer.Option(help="What else there is to know.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Ask another party for information, preservation, assistance or a takedown."""
    counter = counter_of(context)
    with counter.node() as services:
        wanted = Wanted(title, kind, moment_said(due, services.clock.now()), text=text)
        made = requesting.ask(services, to, wanted, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, (f"Asked of {to}.", made))


@request_commands.command("list")
def request_list(context: typer.Context) -> None:
    """List what was asked of this party and by it, and how that stands."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = requesting.requests(services, console_reader(services))
    counter.answer([_wire(seen, item) for item in seen.items], _described(seen))


@request_commands.command("answer")
def request_answer(
    context: typer.Context,
    request: Request,
    status: Annotated[Status, typer.Argument(metavar="STATUS", help="accepted, refused, in-progress or done.")],
    text: Annotated[str, typer.Option(help="What there is to say; of a refusal, why.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Acknowledge a request (accepted), answer it (done), or refuse it."""
    counter = counter_of(context)
    if status is Status.REFUSED and not text:
        raise UsageProblem("Whoever asked is told why.", advice="Say --text.")
    with counter.node() as services:
        made = requesting.answer(services, request, Word(status, text), By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Said to who asked, and to nobody else.", made))


@request_commands.command("cancel")
def request_cancel(context: typer.Context, request: Request) -> None:
    """Take back a request of one's own."""
    counter = counter_of(context)
    with counter.node() as services:
        made = requesting.cancel(services, request, By(CONSOLE))
    counter.answer({"id": made}, ("Taken back.", made))


@request_commands.command("statistics")
def request_statistics(context: typer.Context) -> None:
    """Count requests by party and kind, in cases and outside. Both sides count the same."""
    counter = counter_of(context)
    with counter.node() as services:
        rows, codes = requesting.tallied(services, console_reader(services))
    document = [_row_wire(row, codes) for row in rows]
    counter.answer(document, [_row(row, codes) for row in rows] or ["No request was made yet: kenesh request ask"])


def _described(seen: SeenRequests) -> Iterator[str]:
    parts = (
        ("ASKED OF US", [item for item in seen.items if item.asked.to_ref == seen.own_ref]),
        ("ASKED BY US", [item for item in seen.items if item.asked.by_ref == seen.own_ref]),
    )
    if not seen.items:
        yield "No request was made yet: kenesh request ask"
    for title, items in parts:
        if items:
            yield title
            yield from (line for item in items for line in _lines(seen, item))


def _lines(seen: SeenRequests, item: Item) -> Iterator[str]:
    asked, state = item.asked, item.state
    is_ours = asked.to_ref == seen.own_ref
    who = f"{seen.code(asked.by_ref)} asks" if is_ours else seen.code(asked.to_ref)
    standing = _CALLED[state.standing]
    if state.in_time is not None:
        standing += " in time" if state.in_time else " LATE"
    elif state.is_overdue:
        standing += ", LATE"
    if state.unheard_since is not None:
        standing += f", not heard since {short_timestamp(state.unheard_since)}"
    yield f"  {who}: {visible(asked.name, 200)}  [{standing}]  {asked.kind}, due {short_timestamp(state.due_at)}"
    if asked.text and is_ours:
        yield f"    {visible(asked.text, 2_000)}"
    for answer in item.answers[-3:]:
        if answer.text:
            said = f"{seen.code(answer.by_ref)} said at {short_timestamp(answer.stated_at)}"
            yield f"    {said}: {visible(answer.text, 500)}"
    yield f"    {asked.id}"


def _wire(seen: SeenRequests, item: Item) -> dict[str, Any]:
    asked, state = item.asked, item.state
    return {
        "id": asked.id,
        "name": asked.name,
        "kind": asked.kind,
        "by": seen.code(asked.by_ref),
        "to": seen.code(asked.to_ref),
        "state": state.standing.value,
        "asked_at": stix_timestamp(asked.asked_at),
        "due_at": stix_timestamp(state.due_at),
        "in_time": state.in_time,
        "overdue": state.is_overdue,
        "answers": [
            {"at": stix_timestamp(one.stated_at), "status": one.status.value, "text": one.text} for one in item.answers
        ],
    }


def _row(row: Row, codes: Mapping[str, str]) -> str:
    after = "-" if row.after is None else f"{row.after // (60 * MINUTE)} h {row.after // MINUTE % 60:02} min"
    return (
        f"{codes.get(row.by_ref, row.by_ref)} of {codes.get(row.to_ref, row.to_ref)}, {row.kind}: {row.asked} asked,"
        f" {row.acknowledged} acknowledged, {row.answered} answered, {row.refused} refused, {row.cancelled} taken back,"
        f" {row.open} open ({row.overdue} LATE); {row.in_time} in time, {row.late} late; after {after} (median)"
    )


def _row_wire(row: Row, codes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "by": codes.get(row.by_ref, row.by_ref),
        "to": codes.get(row.to_ref, row.to_ref),
        "kind": row.kind,
        **{name: getattr(row, name) for name in row.__slots__ if name not in ("by_ref", "to_ref", "kind", "after")},
        "after_s": None if row.after is None else round(row.after / SECOND, 3),
    }
