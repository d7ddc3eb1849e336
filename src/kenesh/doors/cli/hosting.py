"""host add, host list: parties without a node of their own, hosted on this one's machine."""

from __future__ import annotations

from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.nodes import founded, founding_document
from kenesh.ledger.acts import ActKind
from kenesh.parties.keys import spoken
from kenesh.parties.party import party_id

host_commands = typer.Typer(help="Parties without a node of their own, hosted here.", no_args_is_help=True)


@host_commands.command("add")
def host_add(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The party's code, such as TM.")],
    name: Annotated[str, typer.Option(help="Its node's name, as peers will read it.")],
    database: Annotated[
        str, typer.Option(help="postgresql://user@host/name, one of its own, instead of the embedded store.")
    ] = "",
    url: Annotated[str, typer.Option(help="Its address, where that is not this node's name and another port.")] = "",
) -> None:
    """Host a party: a node with keys and a store of its own, served with this one. Its card names this party.

    Whoever runs this node can read what that party can; its peers are told so before they admit it.
    """
    counter = counter_of(context)
    with counter.node() as services:
        host = services.own.code
        home, made = counter.house.host(counter.home_path(), party, name, database, url)
        with services.store.writing() as tx:
            services.record(tx, ActKind.PARTY_HOSTED, CONSOLE, party_id(party), party=party, kid=made.kid)
        services.wake()
    lines = (
        *founded(made, home),
        "",
        f"Give the recovery key and the password to {party}, and keep neither. `kenesh serve` of {host} serves it too.",
        f"What is done there: kenesh --home {home} COMMAND",
    )
    counter.answer(founding_document(made) | {"hosted_by": host, "home": str(home)}, lines)


@host_commands.command("list")
def host_list(context: typer.Context) -> None:
    """List the parties that are hosted here."""
    counter = counter_of(context)
    found = counter.house.hosted(counter.home_path())
    document = [
        {"party": one.party, "name": one.name, "url": one.url, "kid": one.kid, "home": str(one.home)} for one in found
    ]
    lines = [
        f"{one.party:<6} {visible(one.name)}  {one.url or '(not served yet)'}"
        f"\n       {spoken(one.kid)}\n       {one.home}"
        for one in found
    ]
    counter.answer(document, lines or ["Nobody is hosted here: kenesh host add"])
