"""token, tokens: what clients show."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kenesh.basis.instants import short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors.accounts.tokens import CLIENT, FIGURES, MAX_DAYS, make_token, revoke_token
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.services import Services
from kenesh.parties.accounts import ApiToken


def token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the token is for, such as a client's name.")],
    party: Annotated[str, typer.Option(help="The party for which the client reads, by its code.")] = "",
    days: Annotated[int, typer.Option(help="How long it is good for.", min=1, max=MAX_DAYS)] = 90,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="taxii:read, taxii:write, misp:read (these three unless said), lookup:read, cases:read,"
            " cases:write, council:read, council:write; may be said again.",
            show_default=False,
        ),
    ] = None,
    metrics: Annotated[bool, typer.Option("--metrics", help="For /metrics alone, and for no party.")] = False,
) -> None:
    """Make an API token for a client of a party. It opens what its scopes say (HTTP Basic, token as password)."""
    counter = counter_of(context)
    if bool(party) is metrics or (metrics and scope):
        raise UsageProblem("A token is for a party, or for --metrics.", advice="Say --party CODE, or --metrics.")
    scopes = FIGURES if metrics else tuple(scope or CLIENT)
    with counter.node() as services:
        made = make_token(services, name, party or services.own.code, days, scopes, CONSOLE)
    document = {"name": name, "party": party, "token": made, "days": days, "scopes": sorted(scopes)}
    line = f"User name {name}, password (shown now and never again):"
    if metrics:
        line = f"For {name}: Authorization: Bearer, and (shown now and never again):"
    counter.answer(document, (line, "", made))


def tokens(
    context: typer.Context,
    revoke: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="End the token of that number.", show_default=False)
    ] = None,
) -> None:
    """List the API tokens, or revoke one.

    Whose each is, for what, until when, and the day on which it was last used.
    """
    counter = counter_of(context)
    with counter.node() as services:
        if revoke is not None:
            ended = revoke_token(services, revoke, CONSOLE)
            counter.answer({"revoked": ended.num}, (f"The token of {visible(ended.name, 60)} opens nothing any more.",))
            return
        with services.store.reading() as tx:
            found = tx.tokens.all()
            parties = {one.party_ref: tx.parties.code_of(one.party_ref) for one in found}
        documents = [_document(one, parties[one.party_ref]) for one in found]
        counter.answer({"tokens": documents}, [_line(services, one, parties[one.party_ref]) for one in found])


def _document(token: ApiToken, party: str) -> dict[str, Any]:
    used = None if token.used_on is None else taxii_timestamp(token.used_on)[:10]
    times = {"made_at": taxii_timestamp(token.made_at), "expires_at": taxii_timestamp(token.expires_at)}
    return {
        "number": token.num,
        "name": token.name,
        "party": party,
        "scopes": list(token.scopes),
        "used_on": used,
    } | times


def _line(services: Services, token: ApiToken, party: str) -> str:
    is_over = token.expires_at <= services.clock.now()
    until = f"{'ended' if is_over else 'until'} {short_timestamp(token.expires_at)}"
    used = "never used" if token.used_on is None else f"used {taxii_timestamp(token.used_on)[:10]}"
    return f"{token.num:>4}  {visible(token.name, 60)}  {party}  {' '.join(token.scopes)}  {until}  {used}"
