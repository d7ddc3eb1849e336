"""sitrep send|show|page, connection state|list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from kenesh.basis.instants import Instant, instant_of, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import reporting, situation
from kenesh.doors.brief.html import html
from kenesh.doors.brief.text import text as text_of
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, Counter, console_reader, counter_of
from kenesh.doors.cli.exporting import write_whole
from kenesh.doors.desk.printing import said
from kenesh.doors.reporting import Saying
from kenesh.doors.services import Services
from kenesh.doors.situation import SeenSituation
from kenesh.parties.party import party_code, party_id
from kenesh.parties.sectors import SECTORS
from kenesh.response.brief import Brief
from kenesh.response.effects import Item
from kenesh.response.kinds import Outlook, RootCause, Severity
from kenesh.response.picture import Line
from kenesh.response.sitreps import ConnectionKind, Situation, Threat, Word, Works
from kenesh.stix.marking import Tlp

sitrep_commands = typer.Typer(help="Situation reports: how each party stands.", no_args_is_help=True)
connection_commands = typer.Typer(help="Services that cross a border: how each end finds them.", no_args_is_help=True)

Body = Annotated[str, typer.Option("--body", metavar="NAME", help="The body's short name or id.")]
Marking = Annotated[str, typer.Option("--tlp", help="How the statement is marked.")]
_SHAPES: Final = ("text", "json", "html", "pdf")


@sitrep_commands.command("send")
def sitrep_send(
    context: typer.Context,
    body: Body,
    outlook: Annotated[Outlook, typer.Option(help="How it will be in six hours.")],
    sector: Annotated[
        list[str] | None, typer.Option(help="A sector that is hit, and how: energy=red; may be said again.")
    ] = None,
    cause: Annotated[RootCause | None, typer.Option(help="Why it happens, as far as it is known.")] = None,
    threat: Annotated[Threat | None, typer.Option(help="How grave the threat is.")] = None,
    text: Annotated[str, typer.Option(help="In a few words; the first line is what ministers read.")] = "",
    tlp: Marking = "amber+strict",
) -> None:
    """Report to the whole body how this party stands, and its outlook."""
    counter = counter_of(context)
    situated = Situation(outlook, dict(map(_sector, sector or ())), cause or "", threat or "", text)
    with counter.node() as services:
        seen = reporting.report(services, body, situated, By(CONSOLE, Tlp.named(tlp)))
        _shown(counter, [seen])


@sitrep_commands.command("show")
def sitrep_show(context: typer.Context, body: Body = "") -> None:
    """Show how the parties of a body stand. Of all bodies where none is named."""
    counter = counter_of(context)
    with counter.node() as services:
        found = situation.situations(services, console_reader(services), body).value
        _shown(counter, found)


@sitrep_commands.command("page")
def sitrep_page(
    context: typer.Context,
    body: Body,
    shape: Annotated[str, typer.Option("--as", help="text, json, html or pdf.")] = "text",
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to write it; else it is printed.")] = None,
) -> None:
    """Write the page for ministers: all of a body's situation on one page."""
    counter = counter_of(context)
    if shape not in _SHAPES or (shape == "pdf" and file is None):
        raise UsageProblem(
            f"'{shape[:20]}' is no form of the page." if shape not in _SHAPES else "A PDF goes to a file.",
            advice=f"Say --as {' or '.join(_SHAPES)}, and for a PDF a file: page --body NAME --as pdf FILE",
        )
    with counter.node() as services:
        page = situation.page_of(services, console_reader(services), body)
        octets = _printed(services, page, shape)
    if file is None:
        document = msgspec.to_builtins(page) if shape == "json" or counter.as_json else None
        counter.answer(document, octets.decode().splitlines())
        return
    write_whole(file, octets)
    counter.answer({"file": str(file), "octets": len(octets)}, (f"The page is in {visible(str(file), 300)}.",))


@connection_commands.command("state")
def connection_state(
    context: typer.Context,
    body: Body,
    name: Annotated[str, typer.Argument(metavar="CONNECTION", help="Its name; those of one name are one.")],
    state: Annotated[Works, typer.Argument(metavar="STATE", help="working, degraded, down or unknown.")],
    kind: Annotated[ConnectionKind | None, typer.Option(help="What it is; once it was said, it stands.")] = None,
    ends: Annotated[str, typer.Option(help="Which parties it joins: AZ,KZ.")] = "",
    since: Annotated[str, typer.Option(help="Since when: 2026-11-25T08:00:00Z; now.")] = "",
    owner: Annotated[str, typer.Option(help="Whose it is.")] = "",
    contact: Annotated[str, typer.Option(help="Whom to call.")] = "",
    text: Annotated[str, typer.Option(help="What else there is to know.")] = "",
    tlp: Marking = "amber+strict",
) -> None:
    """Say to the body how a connection works, as this party finds it."""
    counter = counter_of(context)
    saying = Saying(
        name=name,
        state=state,
        kind=kind,
        end_refs=[party_id(party_code(code.strip())) for code in ends.split(",") if code.strip()],
        since=instant_of(since) if since else None,
        owner=owner,
        contact=contact,
        text=text,
    )
    with counter.node() as services:
        seen = reporting.say_connection(services, body, saying, By(CONSOLE, Tlp.named(tlp)))
    counter.answer(_connections(seen), _connection_lines([seen]))


@connection_commands.command("list")
def connection_list(context: typer.Context, body: Body = "") -> None:
    """List connections across borders, the gravest first, with the word of each end."""
    counter = counter_of(context)
    with counter.node() as services:
        found = situation.situations(services, console_reader(services), body).value
    lines = list(_connection_lines(found)) or ["Nobody has said anything of a connection: kenesh connection state"]
    counter.answer([one for seen in found for one in _connections(seen)], lines)


def _sector(words: str) -> tuple[str, str]:
    name, _, severity = words.partition("=")
    if name not in SECTORS:
        raise UsageProblem(f"'{visible(name, 40)}' is no sector.", advice=f"Say one of {', '.join(SECTORS)}.")
    if severity not in list(Severity):
        raise UsageProblem(
            f"How is {name} hit? '{visible(severity, 40)}' does not say.", advice="Say energy=red, yellow or green."
        )
    return name, severity


def _printed(services: Services, page: Brief, shape: str) -> bytes:
    match shape:
        case "text":
            return "".join(f"{line}\n" for line in text_of(page)).encode()
        case "json":
            return msgspec.json.format(msgspec.json.encode(page), indent=2) + b"\n"
        case "html":
            return html(page).encode()
        case _:
            return services.papers[shape](page)


def _shown(counter: Counter, found: Sequence[SeenSituation]) -> None:
    pages = [list(text_of(seen.brief())) for seen in found]
    lines = [line for number, page in enumerate(pages) for line in ([""] * bool(number) + page)]
    counter.answer([_wire(seen) for seen in found], lines or ["This node is in no body: kenesh body add"])


def _wire(seen: SeenSituation) -> dict[str, Any]:
    found = seen.picture
    return {
        "body": seen.body,
        "at": stix_timestamp(seen.at),
        "tlp": seen.tlp.label,
        "level": found.level.level,
        "holds_until": _time(found.holds_until),
        "parties": [_line(seen, line) for line in found.lines],
        "sectors": [
            {"sector": one.name, "severity": one.severity, "by": {seen.code(ref): how for ref, how in one.by}}
            for one in found.sectors
        ],
        "connections": _connections(seen),
        "asked": [asked_wire(item, seen.codes) for item in found.asked],
        "gaps": [{"party": seen.code(one.party_ref), "what": one.what, "since": _time(one.at)} for one in found.gaps],
    }


def _line(seen: SeenSituation, line: Line) -> dict[str, Any]:
    sitrep = line.sitrep
    document: dict[str, Any] = {"party": seen.code(line.party_ref), "overdue": line.is_overdue, "report": None}
    if sitrep is not None:
        document["report"] = {
            "id": sitrep.id,
            "at": stix_timestamp(sitrep.stated_at),
            "outlook": sitrep.outlook,
            "outlook_speaks": line.speaks,
            "severity": sitrep.severity,
            "root_cause": sitrep.root_cause or None,
            "threat_severity": sitrep.threat or None,
            "impact": dict(sitrep.impact),
            "text": sitrep.text,
            "tlp": sitrep.tlp.label,
        }
    return document


def _connections(seen: SeenSituation) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "state": one.state,
            "disputed": one.is_disputed,
            "silent": [seen.code(ref) for ref in one.silent],
            "said": [_word(seen, word) for word in one.words],
        }
        for one in seen.picture.connections
    ]


def _word(seen: SeenSituation, word: Word) -> dict[str, Any]:
    return {
        "party": seen.code(word.by_ref),
        "state": word.state,
        "since": stix_timestamp(word.since),
        "kind": word.kind,
        "ends": sorted(seen.code(ref) for ref in word.end_refs),
        "owner": word.owner or None,
        "contact": word.contact or None,
        "text": word.text,
    }


def _connection_lines(found: Sequence[SeenSituation]) -> Iterator[str]:
    for seen in found:
        for one in seen.picture.connections:
            ends = sorted({seen.code(ref) for word in one.words for ref in word.end_refs})
            how = "CONTRADICTION" if one.is_disputed else one.state
            yield f"{visible(seen.body, 40)}: {visible(one.name, 120)} ({one.words[0].kind} {'-'.join(ends)}): {how}"
            for word in one.words:
                more = "".join(
                    f", {name} {said(text, 300)}" for name, text in (("of", word.owner), ("call", word.contact)) if text
                )
                told = f": {said(word.text, 300)}" if word.text else ""
                yield f"  {seen.code(word.by_ref)}: {word.state} since {short_timestamp(word.since)}{more}{told}"
            yield from (f"  no word from {seen.code(ref)}" for ref in one.silent)


def _time(at: Instant | None) -> str | None:
    return None if at is None else stix_timestamp(at)


def asked_wire(item: Item, codes: Mapping[str, str]) -> dict[str, Any]:
    """What is asked of one party, as JSON."""
    return {
        "what": item.what,
        "party": codes.get(item.party_ref, item.party_ref),
        "standing": item.standing.value,
        "due": stix_timestamp(item.due_at),
        "said": _time(item.said_at),
        "unheard": item.is_unheard,
    }
