"""forward ask|list|grant|refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.printable import visible
from kenesh.doors import forwarding
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.doors.services import Services
from kenesh.federation.forwarding import Told
from kenesh.release.forwarding import Standing
from kenesh.stix.marking import Tlp

forward_commands = typer.Typer(help="Ask an author to pass an object on, and answer who asks.", no_args_is_help=True)

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="The request, as `forward list` names it.")]
Why = Annotated[str, typer.Option("--why", help="Why; whoever is told reads it.")]


@forward_commands.command("ask")
def forward_ask(
    context: typer.Context,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's id.")],
    to: Annotated[str, typer.Option(help="Whom it should reach: AZ,TR; body:NAME, class:NAME or public.")],
    why: Why,
) -> None:
    """Ask the author of an object to give it to others too."""
    counter = counter_of(context)
    with counter.node() as services:
        asked = forwarding.ask(services, services.person(CONSOLE), object_id, to, why)
        code = _code(services, asked[0].author_ref)
    lines = [f"{code} is asked, and nobody else hears of it; `kenesh forward list` says how it stands."]
    counter.answer({"asked": code, "requests": [one.id for one in asked]}, (*lines, *(f"  {one.id}" for one in asked)))


@forward_commands.command("list")
def forward_list(context: typer.Context) -> None:
    """List what was asked by this party and of it, and how it stands."""
    counter = counter_of(context)
    with counter.node() as services:
        found = [_wire(services, told) for told in forwarding.requests(services, services.person(CONSOLE))]
    told = [line for one in found for line in _lines(one)] or ["Nothing was asked, by this party or of it."]
    counter.answer({"requests": found}, told)


@forward_commands.command("grant")
def forward_grant(
    context: typer.Context,
    request: Request,
    tlp: Annotated[str, typer.Option(help="The label, as of a release.")] = "",
) -> None:
    """Release the object to those whom the request names."""
    counter = counter_of(context)
    with counter.node() as services:
        label = Tlp.named(tlp) if tlp else None
        outcome = forwarding.grant(services, services.person(CONSOLE), request, label)
    reached = sorted({code for codes in outcome.reaches.values() for code in codes})
    document = {"releases": [one.id for one in outcome.statements], "reaches": reached}
    counter.answer(
        document, (f"{counted(len(outcome.objects), 'object')} released; it reaches {', '.join(reached) or 'nobody'}.",)
    )


@forward_commands.command("refuse")
def forward_refuse(context: typer.Context, request: Request, why: Why) -> None:
    """Refuse a request, and say why to whoever asked."""
    counter = counter_of(context)
    with counter.node() as services:
        forwarding.refuse(services, services.person(CONSOLE), request, why)
    counter.answer({"request": request, "standing": "refused"}, (f"{request}: refused. Who asked is told why.",))


def _code(services: Services, ref: str) -> str:
    with services.store.reading() as tx:
        return tx.parties.code_of(ref)


def _wire(services: Services, told: Told) -> dict[str, Any]:
    asked = told.request
    with services.store.reading() as tx:
        by, author = (tx.parties.code_of(ref) for ref in (asked.by_ref, asked.author_ref))
        to = forwarding.audience_text(tx, asked.audience_ref)
    return {
        "request": asked.id,
        "by": by,
        "author": author,
        "object": asked.object_ref,
        "to": to,
        "why": asked.reason,
        "at": stix_timestamp(asked.asked_at),
        "standing": told.standing.value,
        "waits_here": told.standing is Standing.ASKED and asked.author_ref == services.own.ref,
        **({"reason": told.reason} if told.reason else {}),
    }


def _lines(one: dict[str, Any]) -> Iterator[str]:
    waits = "  WAITS FOR A PERSON HERE (kenesh forward grant, or refuse)" if one["waits_here"] else ""
    why = f": {visible(one['reason'], 500)}" if one.get("reason") else ""
    yield f"{one['by']} asks {one['author']} to give {one['object']} to {one['to']}: {one['standing']}{why}{waits}"
    yield f"  {one['request']}  {visible(one['why'], 500)}"
