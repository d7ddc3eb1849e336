"""drill scenarios|start|list|show|inject|end|report|run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from kenesh.basis.instants import taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, UnknownProblem, UnreachableProblem, UsageProblem
from kenesh.doors import drilling
from kenesh.doors.casework import By
from kenesh.doors.cli import drillcheck
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.drillwords import (
    compared_wire,
    describe_drill,
    describe_drills,
    describe_review,
    review_wire,
)
from kenesh.doors.drilling import Cast
from kenesh.response.scenarios import Scenario, read_scenario, shipped
from kenesh.stix.marking import Tlp

drill_commands = typer.Typer(help="Drills: a scenario played over several nodes.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="SCENARIO", help="A name of `kenesh drill scenarios`, or a TOML file.")]
Name = Annotated[str, typer.Argument(metavar="DRILL", help="The drill's name or id.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
_DAY: Final = 10


@drill_commands.command("scenarios")
def drill_scenarios(context: typer.Context) -> None:
    """List the scenarios that come with the node."""
    found = shipped()
    document = [
        {"name": one.name, "version": one.version, "title": one.title, "roles": [role.id for role in one.role],
         "events": len(one.inject)}
        for one in found.values()
    ]  # fmt: skip
    lines = [line for one in found.values() for line in _told(one)]
    counter_of(context).answer(document, lines)


def _told(scenario: Scenario) -> Sequence[str]:
    last = scenario.inject[-1].at
    return (
        f"{scenario.name} {scenario.version}  {scenario.title}",
        f"  {len(scenario.inject)} events, the last after {last}",
        *(f"  {role.id}: {role.title}" for role in scenario.role),
    )


@drill_commands.command("start")
def drill_start(
    context: typer.Context,
    which: Which,
    role: Annotated[list[str], typer.Option(help="Who plays what: first-hit=KZ; for every role, and again.")],
    observer: Annotated[list[str] | None, typer.Option(help="Who looks on; may be said again.")] = None,
    name: Annotated[str, typer.Option(help="Its short name; else the scenario's, with the day.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Begin a drill. While this node is served, it tells each event at its time."""
    counter = counter_of(context)
    scenario, cast = _scenario(which), Cast(_roles(role), tuple(observer or ()))
    with counter.node() as services:
        called = name or f"{scenario.name}-{taxii_timestamp(services.clock.now())[:_DAY]}"
        by = By(CONSOLE, Tlp.named(tlp))
        made = drilling.start(services, scenario, cast, called, by)
        drilling.inject(services, made, CONSOLE)
        drill = drilling.drill_named(services, console_reader(services), made).value
    counter.answer(review_wire(drill, drill.review), describe_drill(drill))


@drill_commands.command("list")
def drill_list(context: typer.Context) -> None:
    """List the drills that this party runs or is in, the newest first."""
    counter = counter_of(context)
    with counter.node() as services:
        found = drilling.drills_seen(services, console_reader(services)).value
    document = [review_wire(drill, drill.review) for drill in found]
    counter.answer(document, list(describe_drills(found)) or ["No drill was ever run here: kenesh drill scenarios"])


@drill_commands.command("show")
def drill_show(context: typer.Context, name: Name) -> None:
    """Show how a drill stands, and to who runs it what is still to come."""
    counter = counter_of(context)
    with counter.node() as services:
        drill = drilling.drill_named(services, console_reader(services), name).value
    counter.answer(review_wire(drill, drill.review), describe_drill(drill))


@drill_commands.command("inject")
def drill_inject(
    context: typer.Context,
    name: Name,
    event: Annotated[
        str, typer.Argument(metavar="[EVENT]", help="One whose time has not come; else all that are due.")
    ] = "",
) -> None:
    """Tell an event now, whatever its time, or those whose time has come."""
    counter = counter_of(context)
    with counter.node() as services:
        told = drilling.inject(services, name, CONSOLE, event)
    counter.answer({"events": told}, [f"Told: {one}" for one in told] or ["No event is due yet."])


@drill_commands.command("end")
def drill_end(context: typer.Context, name: Name) -> None:
    """End a drill: those who played get its scenario, and everybody the same report."""
    counter = counter_of(context)
    with counter.node() as services:
        drill = drilling.end(services, name, CONSOLE)
    counter.answer(review_wire(drill, drill.review), describe_review(drill))


@drill_commands.command("report")
def drill_report(context: typer.Context, name: Name) -> None:
    """Report on a drill: who answered what and how soon, the levels, and the drill before."""
    counter = counter_of(context)
    with counter.node() as services:
        drill = drilling.drill_named(services, console_reader(services), name).value
    document = review_wire(drill, drill.review)
    if drill.before is not None:
        document["before"] = {"drill": drill.before.case_ref, "parties": compared_wire(drill)}
    counter.answer(document, describe_review(drill))


@drill_commands.command("run")
def drill_run(
    context: typer.Context,
    which: Which,
    check: Annotated[
        bool,
        typer.Option("--check", help="Play it to its end on nodes of its own here; exit 1 where it does not hold."),
    ] = False,
    keep: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Keep the nodes' homes in a new folder.")] = None,
) -> None:
    """Try a scenario out on this machine. Nodes are started for it, and stopped."""
    counter = counter_of(context)
    scenario = _scenario(which)
    if not check:
        raise UsageProblem(
            "On the parties' own nodes a drill is begun with `kenesh drill start`.",
            advice="Say --check to try the scenario out on nodes of its own.",
        )
    outcome = drillcheck.play(counter.house, scenario, keep, counter.remark)
    counter.answer(outcome.document, outcome.lines)
    if outcome.failed:
        raise typer.Exit(Exit.FAULT_FOUND)


def _scenario(which: str) -> Scenario:
    known = shipped()
    if which in known:
        return known[which]
    path = Path(which)
    if path.suffix != ".toml":
        raise UnknownProblem(
            f"There is no scenario '{visible(which, 80)}'.",
            advice=f"There are {', '.join(known)}; or name a TOML file.",
        )
    try:
        return read_scenario(path.read_bytes(), visible(str(path), 200))
    except OSError as error:
        raise UnreachableProblem(f"{visible(which, 200)} cannot be read: {error.strerror}.") from None


def _roles(words: Sequence[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        role, sign, code = word.partition("=")
        if not (role and sign and code):
            raise UsageProblem(f"'{visible(word, 80)}' says not who plays what.", advice="Say --role first-hit=KZ.")
        found[role] += [one.strip() for one in code.split(",") if one.strip()]
    return found
