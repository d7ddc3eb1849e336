"""case open|list|show|join|task|request|update|cancel|report|link|invite|handover|close."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import caseopening, caseroom, casework
from kenesh.doors.casewire import case_wire
from kenesh.doors.casework import By
from kenesh.doors.cli.casewords import describe_case, describe_cases
from kenesh.doors.cli.desk import CONSOLE, Counter, console_reader, counter_of
from kenesh.doors.cli.evidence import evidence_of
from kenesh.doors.cli.words import moment_said
from kenesh.doors.services import Services
from kenesh.parties.sectors import SECTORS
from kenesh.response.kinds import JUDGED, RSIT, CaseKind, Outlook, RequestKind, RootCause, Severity, Status
from kenesh.response.statements import Assignment, Opening, Reported, Wanted, Word
from kenesh.stix.marking import Tlp

case_commands = typer.Typer(help="Cases: what several parties deal with together.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="CASE", help="The case's name or id.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
Looked = Annotated[bool, typer.Option("--looked", help="What seems to identify a person in it is harmless.")]
Due = Annotated[str, typer.Option(help="Until when: 6h, 2d, or 2026-12-01T12:00:00Z.")]
To = Annotated[str, typer.Option(help="The party's code.")]


@case_commands.command("open")
def case_open(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its short name: small letters, digits, hyphens.")],
    parties: Annotated[str, typer.Option("--with", help="Who is admitted to its room: AZ,TR.")] = "",
    kind: Annotated[CaseKind, typer.Option(help="What it is of.")] = CaseKind.CYBER_INCIDENT,
    severity: Annotated[Severity | None, typer.Option(help="National severity.")] = None,
    sector: Annotated[list[str] | None, typer.Option(help="A sector of NIS2; may be said again.")] = None,
    rsit: Annotated[str, typer.Option(help="Its class in the incident taxonomy (RSIT).")] = "",
    aware: Annotated[str, typer.Option(help="Since when this party knows: 2026-11-25T08:00:00Z; now.")] = "",
    regime: Annotated[list[str] | None, typer.Option(help="Under which law it is reported; may be said again.")] = None,
    impact: Annotated[str, typer.Option(help="Across borders: yes, no, suspected, unknown.")] = "",
    text: Annotated[str, typer.Option(help="What happened.")] = "",
    exercise: Annotated[bool, typer.Option("--exercise", help="It is a drill.")] = False,
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Open a case, with a room for the parties that deal with it. This party leads it."""
    counter = counter_of(context)
    _check(sector or (), SECTORS, "sector")
    _check((rsit,), RSIT, "class")
    _check((impact,), JUDGED, "answer")
    with counter.node() as services:
        opening = Opening(
            name=name,
            kind=kind,
            aware_at=moment_said(aware, services.clock.now()) if aware else services.clock.now(),
            severity=severity or "",
            sectors=sector or (),
            regimes=regime or (),
            rsit_class=rsit,
            cross_border_impact=impact,
            exercise=exercise,
            text=text,
        )
        parts = [code.strip() for code in parties.split(",") if code.strip()]
        made = caseopening.open_case(services, opening, parts, By(CONSOLE, Tlp.named(tlp), looked))
        _shown(counter, services, made)


@case_commands.command("list")
def case_list(context: typer.Context) -> None:
    """List the cases that this party is in, the newest first."""
    counter = counter_of(context)
    with counter.node() as services:
        found = caseroom.all_cases(services, console_reader(services)).value
    document = [case_wire(seen) for seen in found]
    counter.answer(document, list(describe_cases(found)) or ["No case is open here: kenesh case open"])


@case_commands.command("show")
def case_show(context: typer.Context, name: Name) -> None:
    """Show a case: what is asked of this party, what is late or near, who is silent, and what happened."""
    counter = counter_of(context)
    with counter.node() as services:
        _shown(counter, services, name)


@case_commands.command("join")
def case_join(
    context: typer.Context,
    name: Name,
    decline: Annotated[str, typer.Option(help="Why this party takes no part in it.")] = "",
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Take part in a case, or say why not."""
    counter = counter_of(context)
    with counter.node() as services:
        casework.join(services, name, By(CONSOLE, Tlp.named(tlp), looked), refusal=decline)
        _shown(counter, services, name)


@case_commands.command("task")
def case_task(
    context: typer.Context,
    name: Name,
    title: Annotated[str, typer.Argument(metavar="WHAT", help="What is to be done, in a few words.")],
    to: To,
    due: Due,
    text: Annotated[str, typer.Option(help="What else there is to know.")] = "",
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Set a party a task. The lead does."""
    counter = counter_of(context)
    with counter.node() as services:
        task = Assignment(title, moment_said(due, services.clock.now()), text)
        _stated(counter, casework.set_task(services, name, to, task, By(CONSOLE, Tlp.named(tlp), looked)), "task")


@case_commands.command("request")
def case_request(
    context: typer.Context,
    name: Name,
    title: Annotated[str, typer.Argument(metavar="WHAT", help="What is asked for, in a few words.")],
    to: To,
    due: Due,
    kind: Annotated[RequestKind, typer.Option(help="What sort of request it is.")] = RequestKind.INFORMATION,
    regime: Annotated[str, typer.Option(help="With --stage: the law of the report that is asked for.")] = "",
    stage: Annotated[str, typer.Option(help="With --regime: the report that is asked for.")] = "",
    text: Annotated[str, typer.Option(help="What else there is to know.")] = "",
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Ask a party of the case for something."""
    counter = counter_of(context)
    if bool(regime) != bool(stage):
        raise UsageProblem("A report is asked for by its regime and its stage.", advice="Say both, or neither.")
    with counter.node() as services:
        wanted = Wanted(title, kind, moment_said(due, services.clock.now()), regime, stage, text)
        _stated(
            counter, casework.make_request(services, name, to, wanted, By(CONSOLE, Tlp.named(tlp), looked)), "request"
        )


@case_commands.command("update")
def case_update(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TASK", help="The task or request: its id, or how that begins.")],
    status: Annotated[Status, typer.Argument(metavar="STATUS", help="accepted, refused, in-progress or done.")],
    text: Annotated[str, typer.Option(help="What there is to say; of a refusal, why.")] = "",
    evidence: Annotated[
        list[Path] | None, typer.Option(help="A file: its name, size and SHA-256 are told, and it stays here.")
    ] = None,
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Say what becomes of what this party was asked."""
    counter = counter_of(context)
    if status is Status.REFUSED and not text:
        raise UsageProblem("Whoever asked is told why.", advice="Say --text.")
    word = Word(status, text, tuple(evidence_of(path) for path in evidence or ()))
    with counter.node() as services:
        _stated(counter, casework.update(services, target, word, By(CONSOLE, Tlp.named(tlp), looked)), "update")


@case_commands.command("cancel")
def case_cancel(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TASK", help="The task or request: its id, or how that begins.")],
) -> None:
    """Take back a task or request of one's own."""
    counter = counter_of(context)
    with counter.node() as services:
        _stated(counter, casework.cancel(services, target, By(CONSOLE)), "task")


@case_commands.command("report")
def case_report(
    context: typer.Context,
    name: Name,
    regime: Annotated[str, typer.Argument(metavar="REGIME", help="Under which law: nis2.")],
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="Which of its steps: early-warning.")],
    aware: Annotated[str, typer.Option(help="Since when this party knows: 2026-11-25T08:00:00Z.")],
    handled: Annotated[str, typer.Option(help="Since when it is handled here.")] = "",
    answers: Annotated[str, typer.Option(help="The report of another party that this one answers.")] = "",
    malicious: Annotated[str, typer.Option(help="Suspected malicious: yes, no, suspected, unknown.")] = "",
    impact: Annotated[str, typer.Option(help="Across borders: yes, no, suspected, unknown.")] = "",
    severity: Annotated[Severity | None, typer.Option(help="National severity.")] = None,
    outlook: Annotated[Outlook | None, typer.Option(help="How it will be in six hours.")] = None,
    cause: Annotated[RootCause | None, typer.Option(help="Why it happened.")] = None,
    mitigation: Annotated[str, typer.Option(help="What was done against it.")] = "",
    text: Annotated[str, typer.Option(help="What happened.")] = "",
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Report at a step of a law."""
    counter = counter_of(context)
    _check((malicious, impact), JUDGED, "answer")
    form: dict[str, str] = {
        "suspected_malicious": malicious,
        "cross_border_impact": impact,
        "severity": severity or "",
        "outlook": outlook or "",
        "root_cause": cause or "",
        "mitigation": mitigation,
        "description": text,
    }
    with counter.node() as services:
        reported = Reported(
            regime,
            stage,
            moment_said(aware, services.clock.now()),
            moment_said(handled, services.clock.now()) if handled else None,
            answers,
            form,
        )
        _stated(counter, casework.report(services, name, reported, By(CONSOLE, Tlp.named(tlp), looked)), "report")


@case_commands.command("link")
def case_link(
    context: typer.Context,
    name: Name,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's id.")],
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Tie an object to a case. The object itself is released on its own."""
    counter = counter_of(context)
    with counter.node() as services:
        _stated(counter, casework.link(services, name, object_id, By(CONSOLE, Tlp.named(tlp), looked)), "link")


@case_commands.command("invite")
def case_invite(
    context: typer.Context, name: Name, party: Annotated[str, typer.Argument(metavar="PARTY", help="Its code.")]
) -> None:
    """Admit one more party to the room, with what this party has stated in it. The lead does."""
    counter = counter_of(context)
    with counter.node() as services:
        caseopening.invite(services, name, party, By(CONSOLE))
        _shown(counter, services, name)


@case_commands.command("handover")
def case_handover(
    context: typer.Context,
    name: Name,
    to: Annotated[str, typer.Option(help="Who of this party goes on.")],
    text: Annotated[str, typer.Option(help="What he must know.")] = "",
    tlp: Marking = "amber",
    looked: Looked = False,
) -> None:
    """Say who of this party goes on from here."""
    counter = counter_of(context)
    with counter.node() as services:
        casework.hand_over(services, name, to, text, By(CONSOLE, Tlp.named(tlp), looked))
        _shown(counter, services, name)


@case_commands.command("close")
def case_close(
    context: typer.Context,
    name: Name,
    handled: Annotated[bool, typer.Option("--handled", help="The incident is handled; the case goes on.")] = False,
    again: Annotated[bool, typer.Option("--reopen", help="It is open again.")] = False,
) -> None:
    """Close a case. The lead does; what is asked in it stays as whoever was asked says."""
    counter = counter_of(context)
    with counter.node() as services:
        casework.close(services, name, By(CONSOLE), handled_only=handled, again=again)
        _shown(counter, services, name)


def _shown(counter: Counter, services: Services, name: str) -> None:
    seen = caseroom.one_case(services, console_reader(services), name).value
    counter.answer(case_wire(seen), describe_case(seen))


def _stated(counter: Counter, made: str, noun: str) -> None:
    counter.answer({"id": made}, (f"Stated, and released to the room: {noun}", made))


def _check(said: tuple[str, ...] | list[str], known: tuple[str, ...], what: str) -> None:
    for word in said:
        if word and word not in known:
            raise UsageProblem(f"'{visible(word, 60)}' is no {what}.", advice=f"It is one of {', '.join(known)}.")
