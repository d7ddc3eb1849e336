"""constituent: organisations inside this state, their groups and sectors, their tokens, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kenesh.basis.instants import Instant, short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, UsageProblem
from kenesh.doors import constituents, digesting
from kenesh.doors.accounts.tokens import MAX_DAYS
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.doors.constituents import Shown
from kenesh.doors.services import Services
from kenesh.parties.constituents import GROUP, SECTOR, Constituent

constituent_commands = typer.Typer(help="Organisations of this state that read here", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The organisation, as `kenesh constituent list` names it.")]
_Groups = Annotated[
    list[str] | None, typer.Option("--group", help="A group that it is in; may be said again.", show_default=False)
]
_Sectors = Annotated[
    list[str] | None,
    typer.Option("--sector", help="A sector that it is in, by NIS 2's word; may be said again.", show_default=False),
]


@constituent_commands.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the organisation is called.")],
    sector: _Sectors = None,
    group: _Groups = None,
    mail: Annotated[str, typer.Option(help="Where the digest goes; nowhere unless said.")] = "",
) -> None:
    """Take in a constituent: it reads what is released to its groups and sectors."""
    counter = counter_of(context)
    with counter.node() as services:
        made = constituents.add_constituent(services, name, group or (), sector or (), mail, CONSOLE)
    token = counter.command(f"constituent token {_quoted(made)}")
    counter.answer(_document(made), (_line(made), f"It has no token yet: {token}"))


@constituent_commands.command("change")
def change(
    context: typer.Context,
    name: _Name,
    sector: _Sectors = None,
    group: _Groups = None,
    no_sector: Annotated[bool, typer.Option("--no-sector", help="It is in no sector any more.")] = False,
    no_group: Annotated[bool, typer.Option("--no-group", help="It is in no group any more.")] = False,
    mail: Annotated[str | None, typer.Option(help="Where the digest goes; '' for nowhere.", show_default=False)] = None,
) -> None:
    """Put a constituent into other groups or sectors in the place of those before."""
    counter = counter_of(context)
    if (sector and no_sector) or (group and no_group):
        raise UsageProblem(
            "Both some and none were said.", advice="Say --group or --no-group, --sector or --no-sector."
        )
    with counter.node() as services:
        changed = constituents.change_constituent(
            services,
            name,
            CONSOLE,
            groups=[] if no_group else group,
            sectors=[] if no_sector else sector,
            mail=mail,
        )
    counter.answer(_document(changed), (_line(changed),))


@constituent_commands.command("list")
def list_(context: typer.Context) -> None:
    """List the constituents with their groups and sectors."""
    counter = counter_of(context)
    with counter.node() as services, services.store.reading() as tx:
        found = tx.constituents.all()
    lines = [_line(one) for one in found] or ["There is no constituent."]
    counter.answer({"constituents": [_document(one) for one in found]}, lines)


@constituent_commands.command("show")
def show(context: typer.Context, name: _Name) -> None:
    """Show a constituent: its groups, tokens, and how much it looked up."""
    counter = counter_of(context)
    with counter.node() as services:
        shown = constituents.show_constituent(services, name)
        lines = list(_shown(services, shown))
    tokens = [
        {"number": one.num, "expires_at": taxii_timestamp(one.expires_at), "used_on": _day(one.used_on)}
        for one in shown.tokens
    ]
    looked_up = [{"day": _day(one.day), "values": one.values, "refused": one.refused} for one in shown.looked_up]
    counter.answer(_document(shown.constituent) | {"tokens": tokens, "looked_up": looked_up}, lines)


@constituent_commands.command("token")
def token(
    context: typer.Context,
    name: _Name,
    days: Annotated[int, typer.Option(help="How long it is good for.", min=1, max=MAX_DAYS)] = 90,
) -> None:
    """Make a token for a constituent: TAXII, MISP feed and look-ups; it is shown once."""
    counter = counter_of(context)
    with counter.node() as services:
        made = constituents.make_constituent_token(services, name, days, CONSOLE)
        with services.store.reading() as tx:
            user = constituents.user_name(constituents.constituent_named(tx, name))
    document = {"name": name, "user": user, "token": made, "days": days, "scopes": list(constituents.SCOPES)}
    counter.answer(document, (f"User name {user}, password (shown now and never again):", "", made))


@constituent_commands.command("remove")
def remove(context: typer.Context, name: _Name) -> None:
    """Remove a constituent: its tokens end, and its name and address are erased."""
    counter = counter_of(context)
    with counter.node() as services:
        removed = constituents.remove_constituent(services, name, CONSOLE)
    line = f"{visible(name, 60)} reads nothing any more; the record goes on calling it {removed.pseudonym}."
    counter.answer({"removed": removed.pseudonym}, (line,))


@constituent_commands.command("digest")
def digest(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One constituent alone.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be sent, and send nothing.")] = False,
) -> None:
    """Mail constituents what is new for them: counts and addresses, no content.

    A node that is served does so once a day.
    """
    counter = counter_of(context)
    with counter.node() as services:
        found = digesting.digests(services, name)
        if dry_run:
            texts = [(one, *digesting.text_of(services, one)) for one in found if one.parts]
            documents = [{"to": one.constituent.mail, "subject": subject, "text": text} for one, subject, text in texts]
            lines = [line for one, subject, text in texts for line in (f"{one.constituent.mail}: {subject}", "", text)]
            counter.answer({"digests": documents}, lines or ["Nothing is new for anybody."])
            return
        outcome = digesting.send_digests(services, found, CONSOLE)
    document = {
        "sent": [one.constituent.name for one in outcome.sent],
        "nothing_new": [one.name for one in outcome.empty],
        "failed": [one.name for one, _ in outcome.failed],
    }
    counter.answer(document, _digested(outcome))
    if outcome.failed:
        raise typer.Exit(Exit.UNREACHABLE)


def _digested(outcome: digesting.Outcome) -> Iterator[str]:
    for sent in outcome.sent:
        told = ", ".join(f"{part.name}: {part.counted}" for part in sent.parts)
        yield f"{visible(sent.constituent.name or '', 100)}: mailed. {told}"
    for one in outcome.empty:
        yield f"{visible(one.name or '', 100)}: nothing is new."
    for one, problem in outcome.failed:
        yield f"{visible(one.name or '', 100)}: NOT mailed. {problem.sentence()}"
    if not (outcome.sent or outcome.empty or outcome.failed):
        yield "No constituent has a mail address."


def _quoted(one: Constituent) -> str:
    name = one.name or ""
    return name if name.isalnum() else f"'{visible(name, 100)}'"


def _document(one: Constituent) -> dict[str, Any]:
    return {
        "name": one.name,
        "record": one.pseudonym,
        "groups": one.of_kind(GROUP),
        "sectors": one.of_kind(SECTOR),
        "mail": one.mail,
        "made_at": taxii_timestamp(one.made_at),
        "told_on": _day(one.told_on),
    }


def _line(one: Constituent) -> str:
    groups = " ".join(sorted(one.groups)) or "in no group and no sector"
    mail = f"  digest to {visible(one.mail, 100)}" if one.mail else ""
    return f"{one.pseudonym}  {visible(one.name or '', 100)}  {groups}{mail}"


def _shown(services: Services, shown: Shown) -> Iterator[str]:
    yield _line(shown.constituent)
    for one in shown.tokens:
        until = "ended" if one.expires_at <= services.clock.now() else "until"
        used = "never used" if one.used_on is None else f"used {_day(one.used_on)}"
        yield f"  token {one.num}  {until} {short_timestamp(one.expires_at)}  {used}"
    if not shown.tokens:
        yield "  It has no token."
    for day in shown.looked_up:
        refused = ", and was refused more" if day.refused else ""
        yield f"  {_day(day.day)}  looked up {counted(day.values, 'value')}{refused}"


def _day(at: Instant | None) -> str | None:
    return None if at is None else taxii_timestamp(at)[:10]
