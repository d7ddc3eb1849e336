"""note send|reply|extend|receive|list|show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from kenesh.basis.instants import DAY, Instant, instant_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.notes import MAX_ATTACHMENTS, MAX_NOTE, Standing
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.evidence import evidence_of
from kenesh.doors.cli.given import text_of
from kenesh.doors.cli.notewords import describe_note, describe_notes, note_wire
from kenesh.doors.cli.words import moment_said
from kenesh.doors.council import noting
from kenesh.doors.council.noting import Letter, Paper
from kenesh.stix.marking import Tlp

note_commands = typer.Typer(help="Notes verbale: numbered, to one party, with their replies.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="NOTE", help="Its number, its id, or how that begins.")]
Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help="What it is about, in a few words.")]
TextFile = Annotated[Path | None, typer.Option("--text", help="The file with its text, in UTF-8.")]
Lang = Annotated[str, typer.Option(help="In which language it is: en, kk, tr.")]
Attached = Annotated[
    list[Path] | None, typer.Option("--attach", help="A file that goes with it, by its hash. May be said again.")
]
Due = Annotated[str, typer.Option(help="Until when an answer is asked for: 30d, or 2026-12-01T12:00:00Z.")]
OnPaper = Annotated[bool, typer.Option("--on-paper", help="It goes another way: it is numbered and kept here alone.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
_MAX_OCTETS: Final = 4 * MAX_NOTE


@note_commands.command("send")
def note_send(
    context: typer.Context,
    subject: Subject,
    to: Annotated[str, typer.Option(help="The party's code.")],
    text: TextFile = None,
    lang: Lang = "",
    due: Due = "",
    attached: Attached = None,
    on_paper: OnPaper = False,
    tlp: Marking = "amber",
) -> None:
    """Send a note verbale to one party, under the next number of this year."""
    counter = counter_of(context)
    with counter.node() as services:
        due_at = moment_said(due, services.clock.now()) if due else None
        letter = _letter(subject, text, lang, attached, due_at=due_at)
        made, number = noting.send(services, to, letter, By(CONSOLE, Tlp.named(tlp)), on_paper=on_paper)
    said = f"Note {number}, {'kept here' if on_paper else 'sent'} for {visible(to)} and nobody else."
    counter.answer({"id": made, "number": number}, (said, made))


@note_commands.command("reply")
def note_reply(
    context: typer.Context,
    name: Named,
    subject: Annotated[str, typer.Option(help="What it is about; without it, as the note.")] = "",
    text: TextFile = None,
    lang: Lang = "",
    due: Due = "",
    asks_until: Annotated[str, typer.Option(help="Ask for time until then; it is no answer yet: 10d.")] = "",
    attached: Attached = None,
    on_paper: OnPaper = False,
    tlp: Marking = "amber",
) -> None:
    """Reply to a note of another party's, or ask for more time to."""
    counter = counter_of(context)
    with counter.node() as services:
        reader, now = console_reader(services), services.clock.now()
        about = subject or noting.one_note(services, reader, name)[1].note.name
        due_at = moment_said(due, now) if due else None
        wants = moment_said(asks_until, now) if asks_until else None
        letter = _letter(about, text, lang, attached, due_at=due_at, asks_until=wants)
        made, number = noting.reply(services, name, letter, By(CONSOLE, Tlp.named(tlp)), on_paper=on_paper)
    said = f"Note {number}, {'which asks for time' if asks_until else 'in reply'}."
    counter.answer({"id": made, "number": number}, (said, made))


@note_commands.command("extend")
def note_extend(
    context: typer.Context,
    name: Named,
    until: Annotated[str, typer.Option(help="Until when: 10d, or 2026-12-20T12:00:00Z.")],
    tlp: Marking = "amber",
) -> None:
    """Extend the time for an answer to a note of this party's."""
    counter = counter_of(context)
    with counter.node() as services:
        at = moment_said(until, services.clock.now())
        made = noting.extend(services, name, at, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Extended, and said to the addressee.",))


@note_commands.command("receive")
def note_receive(
    context: typer.Context,
    subject: Subject,
    sender: Annotated[str, typer.Option("--from", help="The code of the party whose note it is.")],
    number: Annotated[str, typer.Option(help="Its number, as it stands on it.")],
    dated: Annotated[str, typer.Option(help="Of what day it is: 2026-11-20.")],
    received: Annotated[str, typer.Option(help="On what day it came: 2026-11-24; without it, today.")] = "",
    text: TextFile = None,
    lang: Lang = "",
    due: Due = "",
    attached: Attached = None,
    reply_to: Annotated[str, typer.Option(help="The note of this party's that it replies to.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Record a note that came on paper, for this party alone."""
    counter = counter_of(context)
    with counter.node() as services:
        now = services.clock.now()
        due_at = moment_said(due, now) if due else None
        came_at = _day(received) if received else Instant(now - now % DAY)
        paper = Paper(sender, number, _day(dated), came_at)
        letter = _letter(subject, text, lang, attached, due_at=due_at)
        made = noting.receive(services, paper, letter, By(CONSOLE, Tlp.named(tlp)), reply_to=reply_to)
    counter.answer({"id": made}, ("Recorded, for this party alone.", made))


@note_commands.command("list")
def note_list(
    context: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help="Only what waits for an answer.")] = False,
) -> None:
    """List the notes to this party and from it, and which of them wait for an answer."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = noting.notes(services, console_reader(services))
    waits = (Standing.WAITS, Standing.OVERDUE)
    states = [one for one in seen.states if not only_open or one.standing in waits]
    document = [note_wire(seen, one) for one in states]
    nothing = "No note waits for an answer." if only_open else "There is no note: kenesh note send"
    counter.answer(document, list(describe_notes(seen, states)) or [nothing])


@note_commands.command("show")
def note_show(context: typer.Context, name: Named) -> None:
    """Show a note: its text, when it came, until when an answer is due, and the replies."""
    counter = counter_of(context)
    with counter.node() as services:
        seen, state = noting.one_note(services, console_reader(services), name)
    counter.answer(note_wire(seen, state), list(describe_note(seen, state)))


def _letter(
    subject: str,
    file: Path | None,
    lang: str,
    attached: list[Path] | None,
    *,
    due_at: Instant | None = None,
    asks_until: Instant | None = None,
) -> Letter:
    if len(attached or ()) > MAX_ATTACHMENTS:
        raise UsageProblem(f"More than {MAX_ATTACHMENTS} files go with it.", advice="Put them into one archive.")
    files = [evidence_of(path) for path in attached or ()]
    return Letter(subject, "" if file is None else text_of(file, MAX_NOTE), lang, due_at, asks_until, files)


def _day(text: str) -> Instant:
    return instant_of(text if "T" in text else f"{text}T00:00:00Z")
