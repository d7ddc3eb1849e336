"""alert raise|lower|show|answer|rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kenesh.basis.instants import HOUR, Instant, short_timestamp, span_of, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnreachableProblem, UsageProblem
from kenesh.doors import alerting, reporting
from kenesh.doors.alerting import Asking, SeenLevel
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.situation import asked_wire
from kenesh.response.alerts import LEVELS
from kenesh.response.brief import LEVEL, standings
from kenesh.response.kinds import Status
from kenesh.response.ladder import Need, read_ladder
from kenesh.stix.marking import Tlp

alert_commands = typer.Typer(help="The alert level of a body: ask for one, see it.", no_args_is_help=True)

Body = Annotated[str, typer.Argument(metavar="BODY", help="The body's short name or id.")]
Reason = Annotated[str, typer.Option(help="Why; every member reads it.")]
Marking = Annotated[str, typer.Option(help="How the statement is marked.")]
#: So long a party that was not heard counts as silent on the screen; the level does not ask.
_SILENT: Final = HOUR


@alert_commands.command("raise")
def alert_raise(
    context: typer.Context,
    body: Body,
    level: Annotated[str, typer.Argument(metavar="LEVEL", help=", ".join(LEVELS[1:]) + ".")],
    reason: Reason,
    lasts: Annotated[str, typer.Option("--for", help="Until when this party asks for it: 24h, 3d.")] = "24h",
    affected: Annotated[bool, typer.Option("--affected", help="This party is hit itself.")] = False,
    political: Annotated[
        bool, typer.Option("--political", help="This party's political representatives have decided it.")
    ] = False,
    tlp: Marking = "amber+strict",
) -> None:
    """Ask the body for a level, or ask for it anew."""
    _ask(context, body, Asking(level, reason, span_of(lasts), affected, political), tlp)


@alert_commands.command("lower")
def alert_lower(
    context: typer.Context,
    body: Body,
    reason: Reason,
    level: Annotated[str, typer.Option("--to", help="The level that is still asked for.")] = LEVELS[0],
    lasts: Annotated[str, typer.Option("--for", help="Until when it is asked for.")] = "24h",
    tlp: Marking = "amber+strict",
) -> None:
    """Ask for a lower level from now on, or for none."""
    _ask(context, body, Asking(level, reason, span_of(lasts)), tlp)


@alert_commands.command("show")
def alert_show(
    context: typer.Context, body: Annotated[str, typer.Argument(metavar="[BODY]", help="One of them; all.")] = ""
) -> None:
    """Show the level in force, and what it asks. Also by whom, until when, and who was not heard."""
    counter = counter_of(context)
    with counter.node() as services:
        found = alerting.levels(services, services.person(CONSOLE), body)
    told = [line for seen in found for line in _lines(seen)] or ["This node is in no body: kenesh body add"]
    counter.answer({"levels": [_wire(seen) for seen in found]}, told)


@alert_commands.command("answer")
def alert_answer(
    context: typer.Context,
    body: Body,
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="Its number among what is asked of us, or how it begins.")
    ],
    status: Annotated[
        Status, typer.Argument(metavar="[STATUS]", help="done, refused, accepted or in-progress.")
    ] = Status.DONE,
    text: Annotated[str, typer.Option(help="What there is to say; of a refusal, why.")] = "",
    tlp: Marking = "amber+strict",
) -> None:
    """Say that this party has done what the level asks, or refuses to."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = reporting.answer(services, body, what, status, text, By(CONSOLE, Tlp.named(tlp))).level
    counter.answer(_wire(seen), _lines(seen))


@alert_commands.command("rules")
def alert_rules(
    context: typer.Context,
    body: Body,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The levels, as TOML.")],
    tlp: Marking = "amber+strict",
) -> None:
    """State what each level of a body needs, as its keeper."""
    counter = counter_of(context)
    try:
        octets = file.read_bytes()
    except OSError as error:
        raise UnreachableProblem(f"{file} cannot be read: {error.strerror}.", advice="Name a file.") from None
    with counter.node() as services:
        version = alerting.state_rules(services, body, read_ladder(octets, file.name), By(CONSOLE, Tlp.named(tlp)))
    counter.answer(
        {"version": version}, (f"Version {version} of the levels of {visible(body, 80)} holds from now on.",)
    )


def _ask(context: typer.Context, body: str, asking: Asking, tlp: str) -> None:
    counter = counter_of(context)
    if asking.lasts <= 0:
        raise UsageProblem("A level is asked for until some time.", advice="Say --for 24h.")
    with counter.node() as services:
        seen = alerting.ask_level(services, body, asking, By(CONSOLE, Tlp.named(tlp)))
    counter.answer(_wire(seen), _lines(seen))


def _wire(seen: SeenLevel) -> dict[str, Any]:
    state = seen.state
    return {
        "body": seen.body,
        "level": state.level,
        "since": None if state.since is None else stix_timestamp(state.since),
        "until": None if state.until is None else stix_timestamp(state.until),
        "holds_until": None if state.holds_until is None else stix_timestamp(state.holds_until),
        "rules": seen.version,
        "demands": [
            {
                "party": seen.codes[one.party_ref],
                "level": one.level,
                "reason": one.reason,
                "until": stix_timestamp(one.until),
                "affected": one.affected,
                "political": one.political,
            }
            for one in state.demands
        ],
        "wanting": [{"level": one.level, "by": [seen.codes[ref] for ref in one.by]} for one in state.wanting],
        "due": [{"what": one.what, "at": stix_timestamp(one.at)} for one in state.due],
        "asked": [asked_wire(item, seen.codes) for item in seen.asked],
        "ended": None if state.ended is None else {"level": state.ended.level, "at": stix_timestamp(state.ended.at)},
        "ignored": [seen.codes[one.party_ref] for one in state.ignored],
        "silent": {code: None if at is None else stix_timestamp(at) for code, at in _silent(seen)},
    }


def _lines(seen: SeenLevel) -> Iterator[str]:
    state = seen.state
    since = "" if state.since is None else f" since {short_timestamp(state.since)}"
    yield f"{visible(seen.body, 80)}: {LEVEL.get(state.level, state.level)}{since}"
    for one in state.demands:
        marks = "".join(f", {word}" for word, is_so in (("hit", one.affected), ("political", one.political)) if is_so)
        until = short_timestamp(one.until)
        yield f"  {seen.codes[one.party_ref]} asks for {one.level} until {until}{marks}: {visible(one.reason, 300)}"
    for wanting in state.wanting:
        by = ", ".join(seen.codes[ref] for ref in wanting.by)
        yield f"  NOT IN FORCE: {wanting.level}, for which {by} asks; it needs {' or '.join(map(_need, wanting.needs))}"
    if state.ended is not None:
        yield f"  {LEVEL.get(state.ended.level, state.ended.level)} ended at {short_timestamp(state.ended.at)}"
    for number, due in enumerate(state.due, 1):
        yield f"  {number} {visible(due.what, 200)}, by {short_timestamp(due.at)}"
        yield from (f"      {told}" for told in standings([i for i in seen.asked if i.what == due.what], seen.codes))
    for one in state.ignored:
        yield f"  {seen.codes[one.party_ref]} asks for {one.level}, and does not decide here"
    for code, at in _silent(seen):
        yield f"  not heard from {code}" + (" at all" if at is None else f" since {short_timestamp(at)}")
    if state.until is not None:
        yield f"  If nobody says anything, the level changes at {short_timestamp(state.until)}."
    if seen.version is None:
        yield "  By the rules that came with the node: the body has stated none."


def _silent(seen: SeenLevel) -> list[tuple[str, Instant | None]]:
    late = [(seen.codes[ref], at) for ref, at in seen.heard.items() if at is None or at < seen.at - _SILENT]
    return sorted(late, key=lambda one: one[0])


def _need(need: Need) -> str:
    words = [
        f"{need.states} that ask" if need.states else "",
        f"{need.affected} that {'is' if need.affected == 1 else 'are'} hit" if need.affected else "",
        f"{need.political} at political level" if need.political else "",
        "the chair" if need.chair else "",
    ]
    return " and ".join(word for word in words if word)
