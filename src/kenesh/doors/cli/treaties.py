"""treaty state|list|show|step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.basis.written import from_toml
from kenesh.council.treaties.kinds import Step
from kenesh.council.treaties.stated import rule_wire
from kenesh.council.treaties.values import Basis, PartyState, Taken
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.given import octets_of
from kenesh.doors.council import treaties
from kenesh.doors.council.moments import asked
from kenesh.doors.council.treaties import Saying, SeenTreaty
from kenesh.parties.party import party_code, party_id
from kenesh.stix.marking import Tlp

treaty_commands = typer.Typer(help="Treaties: who has taken which step, and in force since when.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="TREATY", help="Its id, or how that begins.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
At = Annotated[str, typer.Option("--at", help="As it stood then: 2026-12-31 or 2026-12-31T12:00:00Z.")]
_MAX: Final = 256 * 1024
_BASIS: Final = {Basis.OWN: "", Basis.DEPOSITARY: " (the depositary)", Basis.REPORTED: " REPORTED, counts for nothing"}


@treaty_commands.command("state")
def treaty_state(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML: names, kind, languages, depositary, rule.")],
    body: Annotated[str, typer.Option("--body", help="The body's short name or id.")],
    tlp: Marking = "amber",
) -> None:
    """State a treaty to follow, with the rule of its entry into force."""
    counter = counter_of(context)
    said = from_toml(octets_of(file, _MAX), visible(file.name, 200), "a treaty", "no treaty", _MAX, _treaty)
    with counter.node() as services:
        made = treaties.state_treaty(services, body, said, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, (f"It is followed in {visible(body)} from now on.", made))


@treaty_commands.command("list")
def treaty_list(
    context: typer.Context,
    body: Annotated[str, typer.Option("--body", help="The body's short name or id.")] = "",
    at: At = "",
) -> None:
    """List the treaties that are followed, with how many steps are missing."""
    counter = counter_of(context)
    with counter.node() as services:
        found = treaties.treaties(services, console_reader(services), body, asked(at, services.clock.now()))
    lines = [line for seen in found for line in _brief(seen)]
    counter.answer([treaty_wire(seen) for seen in found], lines or ["No treaty is followed here: kenesh treaty state"])


@treaty_commands.command("show")
def treaty_show(context: typer.Context, name: Named, at: At = "") -> None:
    """Show a treaty: each party's steps, what is missing, in force for whom."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = treaties.one_treaty(services, console_reader(services), name, asked(at, services.clock.now()))
    counter.answer(treaty_wire(seen), list(_whole(seen)))


@treaty_commands.command("step")
def treaty_step(
    context: typer.Context,
    name: Named,
    step: Annotated[Step, typer.Argument(metavar="STEP", help="signature, approval, notification, receipt, ...")],
    on: Annotated[str, typer.Option("--on", help="On which day: 2026-05-23.")],
    of: Annotated[
        str, typer.Option("--of", help="Of which party: for the depositary, and what a source reports.")
    ] = "",
    text: Annotated[str, typer.Option(help="The text of a declaration or reservation.")] = "",
    reference: Annotated[str, typer.Option(help="The law, decree or note by its number.")] = "",
    source: Annotated[str, typer.Option(help="Who reports it; then it is shown, and counts for nothing.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="When that source said so: 2026-06-01.")] = "",
    tlp: Marking = "amber",
) -> None:
    """State a step of this party, what the depositary received, or a report."""
    counter = counter_of(context)
    saying = Saying(step, on, of, text, reference, source, as_of)
    with counter.node() as services:
        made = treaties.say(services, name, saying, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Stated to the whole body.", made))


def treaty_wire(seen: SeenTreaty) -> dict[str, Any]:
    """A treaty and how it stands, as a document."""
    state = seen.state
    return {
        "id": seen.id,
        "body": seen.body,
        "names": [{"lang": lang, "text": text} for lang, text in state.treaty.names],
        "kind": state.treaty.kind,
        "authentic_languages": list(state.treaty.authentic_languages),
        "depositary": seen.code(state.treaty.depositary_ref),
        "open_until": _day(state.treaty.open_until),
        "rule": rule_wire(state.treaty.rule),
        "on": state.on.isoformat(),
        "in_force": state.in_force,
        "enters_on": _day(state.enters_on),
        "consents": state.consents,
        "missing": state.missing,
        "earliest": _day(state.earliest),
        "said_otherwise": [_step_wire(seen, one) for one in state.said_otherwise],
        "parties": [_party_wire(seen, one) for one in state.parties],
        "ignored": [{"id": one.id, "why": one.why} for one in state.ignored],
    }


def _party_wire(seen: SeenTreaty, party: PartyState) -> dict[str, Any]:
    return {
        "party": seen.code(party.party_ref),
        "standing": party.standing.value,
        "since": _day(party.since),
        "until": _day(party.until),
        "waits_for": [step.value for step in party.waits_for],
        "disputed": [step.value for step in party.disputed],
        "steps": [_step_wire(seen, one) for one in party.steps],
    }


def _step_wire(seen: SeenTreaty, one: Taken) -> dict[str, Any]:
    said = one.said
    return {
        "id": said.id,
        "step": said.step.value,
        "on": said.on.isoformat(),
        "by": seen.code(said.by_ref),
        "basis": one.basis.value,
        "stated_at": stix_timestamp(said.modified_at),
        **{
            name: text
            for name, text in (
                *(("text", said.text), ("reference", said.reference)),
                *(("source", said.source), ("as_of", _day(said.as_of))),
            )
            if text
        },
    }


def _brief(seen: SeenTreaty) -> Iterator[str]:
    state = seen.state
    yield f"{visible(state.treaty.name, 300)} ({visible(seen.body, 80)})  [{_standing(seen)}]"
    yield f"    {seen.id}"


def _standing(seen: SeenTreaty) -> str:
    state = seen.state
    if state.enters_on is None:
        noun = "consent" if state.missing == 1 else "consents"
        return f"NOT IN FORCE; {state.missing} {noun} more, then not before {state.earliest}"
    return f"IN FORCE since {state.enters_on}" if state.in_force else f"enters into force on {state.enters_on}"


def _whole(seen: SeenTreaty) -> Iterator[str]:
    state, rule = seen.state, seen.state.treaty.rule
    yield from _brief(seen)
    languages = ", ".join(state.treaty.authentic_languages)
    yield f"{state.treaty.kind}; authentic in {languages}; depositary {seen.code(state.treaty.depositary_ref)}"
    whose = "of those who signed" if rule.of.value == "signatories" else "of anybody"
    yield f"in force {rule.first.told()} the consent {rule.count} {whose} ({visible(rule.source, 300)})"
    if state.too_many:
        yield f"MORE HAVE SIGNED than the {rule.count} that the rule counts."
    for party in state.parties:
        yield from _party(seen, party)
    for one in state.said_otherwise:
        yield f"{seen.code(one.said.by_ref)} says that it entered into force on {one.said.on}: the rule says otherwise"
    yield from (f"IGNORED {one.id}: {one.why}" for one in state.ignored)


def _party(seen: SeenTreaty, party: PartyState) -> Iterator[str]:
    since = f" since {party.since}" if party.since is not None else ""
    until = f" until {party.until}" if party.until is not None else ""
    waits = f"; waits for {', '.join(party.waits_for)}" if party.waits_for else ""
    yield f"  {seen.code(party.party_ref)}: {party.standing.value}{since}{until}{waits}"
    for one in party.steps:
        more = "; ".join(visible(part, 600) for part in (one.said.reference, one.said.text, one.said.source) if part)
        disputed = "  DISPUTED" if one.said.step in party.disputed else ""
        yield f"    {one.said.on}  {one.said.step.value}{_BASIS[one.basis]}{disputed}" + (f": {more}" if more else "")


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def _treaty(value: Any) -> dict[str, Any]:
    """What a treaty's file says, as properties; the checks of the type come when it is stated."""
    known = {"names", "kind", "authentic_languages", "depositary", "open_until", "rule"}
    unknown = sorted(set(value) - known)
    if unknown:
        told = f"It has '{visible(unknown[0], 60)}', of which nothing is known."
        raise UsageProblem(told, advice=f"Known are {', '.join(sorted(known))}.")
    if missing := sorted(known - {"open_until"} - set(value)):
        raise UsageProblem(f"It has no {missing[0]}.", advice=f"It needs {', '.join(sorted(known - {'open_until'}))}.")
    said = {name: text for name, text in value.items() if name != "depositary"}
    if "open_until" in said:
        said["open_until"] = str(said["open_until"])
    return said | {"depositary_ref": party_id(party_code(str(value["depositary"])))}
