"""sitting call|list|show|move|agenda|answer|outcome|cancel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import sitting
from kenesh.doors.casework import By
from kenesh.doors.cli.councilwords import describe_brief
from kenesh.doors.cli.desk import CONSOLE, Counter, console_reader, counter_of
from kenesh.doors.cli.evidence import evidence_of
from kenesh.doors.cli.whowords import claim_told, rule_told
from kenesh.doors.council.agenda import on_agenda_of
from kenesh.doors.sitting import Plan, SeenSittings
from kenesh.response.sittings import Coming, Point, SittingState, Standing
from kenesh.response.zones import capital_times, wall_time
from kenesh.stix.marking import Tlp

sitting_commands = typer.Typer(help="Sittings of a body: called, moved, answered, reported.", no_args_is_help=True)

Body = Annotated[str, typer.Option("--body", help="The body's short name or id.")]
Named = Annotated[str, typer.Argument(metavar="SITTING", help="Its id, or how that begins.")]
Begins = Annotated[str, typer.Option("--from", help="When it begins, as 2026-12-01T10:00 on the clock of --zone.")]
Ends = Annotated[str, typer.Option("--until", help="When it ends, likewise.")]
Zone = Annotated[str, typer.Option(help="The time zone of these times: Asia/Baku.")]
Points = Annotated[
    list[str] | None,
    typer.Option("--point", help="A point of the agenda; 'WHAT :: FILE' names a document. May be said again."),
]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
Looked = Annotated[bool, typer.Option("--looked", help="What seems to identify a person in it is harmless.")]
_SAID: Final = {Coming.COMES: "comes", Coming.STAYS_AWAY: "does not come", Coming.SILENT: "has not said"}
_STANDS: Final = {
    Standing.PLANNED: "planned",
    Standing.SITS: "SITS NOW",
    Standing.OVER: "over",
    Standing.CANCELLED: "CANCELLED",
}


@sitting_commands.command("call")
def sitting_call(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the sitting is called.")],
    body: Body,
    begins: Begins,
    ends: Ends,
    zone: Zone = "UTC",
    place: Annotated[str, typer.Option(help="Where: a room, a city, a link.")] = "",
    host: Annotated[str, typer.Option(help="The code of the party in whose country it is held.")] = "",
    points: Points = None,
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Call a sitting of a body; every party of it is asked whether it comes."""
    counter = counter_of(context)
    agenda = [_point(text) for text in points or ()]
    plan = Plan(name, wall_time(begins, zone), wall_time(ends, zone), place, agenda, host)
    with counter.node() as services:
        made = sitting.call(services, body, plan, By(CONSOLE, Tlp.named(tlp), looked))
    counter.answer({"id": made}, (f"Called, to the whole of {visible(body)}.", made))


@sitting_commands.command("list")
def sitting_list(context: typer.Context, body: Body = "") -> None:
    """List the sittings of the bodies that this party is in, by when they begin."""
    counter = counter_of(context)
    with counter.node() as services:
        found = sitting.all_sittings(services, console_reader(services), body, named=counter.as_json)
    document = [_wire(seen, one) for seen in found for one in seen.sittings]
    lines = [line for seen in found for one in seen.sittings for line in _brief(seen, one)]
    counter.answer(document, lines or ["No sitting is called here: kenesh sitting call"])


@sitting_commands.command("show")
def sitting_show(context: typer.Context, name: Named) -> None:
    """Show a sitting: its agenda, who comes, and what came of it."""
    counter = counter_of(context)
    with counter.node() as services:
        reader = console_reader(services)
        seen, found = sitting.one_sitting(services, reader, name)
        proposed = on_agenda_of(services, reader, found.sitting.id, seen.body_ref)
    document = _wire(seen, found) | {"proposals": [one.id for one in proposed]}
    lines = [line for one in proposed for line in describe_brief(one)]
    counter.answer(document, [*_lines(seen, found), *(["On its agenda:"] if lines else []), *lines])


@sitting_commands.command("move")
def sitting_move(
    context: typer.Context,
    name: Named,
    begins: Begins,
    ends: Ends,
    zone: Zone = "UTC",
    tlp: Marking = "amber",
) -> None:
    """Move a sitting of this party's; everybody is asked anew whether it comes."""
    times = {"begins_at": wall_time(begins, zone), "ends_at": wall_time(ends, zone)}
    _change(counter_of(context), name, {key: stix_timestamp(at) for key, at in times.items()}, tlp)


@sitting_commands.command("agenda")
def sitting_agenda(
    context: typer.Context, name: Named, points: Points = None, tlp: Marking = "amber", looked: Looked = False
) -> None:
    """State the agenda of a sitting of this party's anew."""
    if not points:
        raise UsageProblem("An agenda has points.", advice="Say --point, once for each.")
    agenda = Plan("", Instant(0), Instant(1), agenda=[_point(text) for text in points]).wire()["agenda"]
    _change(counter_of(context), name, {"agenda": agenda}, tlp, looked=looked)


@sitting_commands.command("answer")
def sitting_answer(
    context: typer.Context,
    name: Named,
    no: Annotated[bool, typer.Option("--no", help="This party does not come.")] = False,
    text: Annotated[str, typer.Option(help="Who comes, or why not.")] = "",
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Say that this party comes to a sitting, or that it does not."""
    counter = counter_of(context)
    with counter.node() as services:
        made = sitting.answer(services, name, text, By(CONSOLE, Tlp.named(tlp), looked), comes=not no)
    counter.answer({"id": made}, ("Answered, to the whole body.", made))


@sitting_commands.command("outcome")
def sitting_outcome(
    context: typer.Context,
    name: Named,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What came of it.")],
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Say what came of a sitting of this party's."""
    _change(counter_of(context), name, {"outcome": text}, tlp, looked=looked)


@sitting_commands.command("cancel")
def sitting_cancel(context: typer.Context, name: Named, tlp: Marking = "amber") -> None:
    """Call a sitting of this party's off."""
    counter = counter_of(context)
    with counter.node() as services:
        changes = {"cancelled_at": stix_timestamp(services.clock.now())}
        made = sitting.change(services, name, changes, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Cancelled, to the whole body.", made))


def _change(counter: Counter, name: str, changes: dict[str, Any], tlp: str, *, looked: bool = False) -> None:
    with counter.node() as services:
        made = sitting.change(services, name, changes, By(CONSOLE, Tlp.named(tlp), looked))
    counter.answer({"id": made}, ("Said, to the whole body.", made))


def _point(text: str) -> Point:
    """`WHAT`, or `WHAT :: FILE`: the document is named by what it is known by, and stays where it is."""
    name, mark, file = text.partition(" :: ")
    if not name.strip() or (mark and not file.strip()):
        raise UsageProblem(f"'{visible(text, 120)}' is no point.", advice="Write it as 'WHAT' or 'WHAT :: FILE'.")
    document = evidence_of(Path(file.strip())) if mark else None
    return Point(name.strip(), () if document is None else ((document.name, document.sha256),))


def _wire(seen: SeenSittings, state: SittingState) -> dict[str, Any]:
    one = state.sitting
    return {
        "id": one.id,
        "body": seen.body,
        "name": one.name,
        "called_by": seen.code(one.by_ref),
        "standing": state.standing.value,
        "begins_at": stix_timestamp(one.begins_at),
        "ends_at": stix_timestamp(one.ends_at),
        "moved_at": None if state.moved_at is None else stix_timestamp(state.moved_at),
        "place": one.place,
        "host": one.host,
        "agenda": [
            {"name": point.name, "documents": [{"name": name, "sha256": digest} for name, digest in point.documents]}
            for point in one.agenda
        ],
        "parties": [
            {
                "party": seen.code(each.party_ref),
                "labels": [claim_told(label) for label in seen.labels(one, each.party_ref)],
                "participation": [claim_told(rule) for rule in seen.rules(one, each.party_ref)],
                "answer": each.coming.value,
                "text": each.text,
            }
            for each in state.parties
        ],
        "outcome": one.outcome,
    }


def _brief(seen: SeenSittings, state: SittingState) -> Iterator[str]:
    one = state.sitting
    comes = sum(each.coming is Coming.COMES for each in state.parties)
    silent = sum(each.coming is Coming.SILENT for each in state.parties)
    yield (
        f"{short_timestamp(one.begins_at)}  {visible(seen.body, 80)}  {visible(one.name, 200)}"
        f"  [{_STANDS[state.standing]}]  {comes} of {len(state.parties)} come"
        + (f", {silent} have not said" if silent else "")
    )
    yield f"    {one.id}"


def _lines(seen: SeenSittings, state: SittingState) -> Iterator[str]:
    one = state.sitting
    codes = [seen.code(one.by_ref), *(seen.code(each.party_ref) for each in state.parties)]
    yield f"{visible(seen.body, 80)}: {visible(one.name, 200)}  [{_STANDS[state.standing]}]"
    times = f"from {short_timestamp(one.begins_at)} until {short_timestamp(one.ends_at)}"
    yield f"  {times}, called by {seen.code(one.by_ref)}"
    if local := capital_times(codes, one.begins_at):
        yield f"  it begins at {local}"
    if state.moved_at is not None:
        yield f"  MOVED to this time at {short_timestamp(state.moved_at)}: everybody is asked anew"
    if one.place:
        yield f"  in {visible(one.place, 500)}"
    if one.host:
        yield f"  {one.host} hosts it: parties are called as there"
    for number, point in enumerate(one.agenda, 1):
        yield f"  {number:>3}. {visible(point.name, 500)}"
        yield from (f"       {visible(name, 300)}  sha256 {digest}" for name, digest in point.documents)
    for each in state.parties:
        said = f": {visible(each.text, 500)}" if each.text else ""
        labels = seen.labels(one, each.party_ref)
        name = " / ".join(visible(name, 200) for name in seen.names(one, each.party_ref))
        yield f"  {seen.code(each.party_ref)}{f' ({name})' if name else ''} {_SAID[each.coming]}{said}"
        yield from (f"      {visible(label.disclaimer, 1000)}" for label in labels if label.disclaimer)
        yield from (f"      {rule_told(rule)}" for rule in seen.rules(one, each.party_ref))
    if one.outcome:
        yield f"  OUTCOME {visible(one.outcome, 4000)}"
    yield f"  {one.id}"
