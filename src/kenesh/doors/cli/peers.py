"""peer add|list, body add, member admit|end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.instants import Instant, instant_of, short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UsageProblem
from kenesh.doors import acts, overview
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import provisional
from kenesh.federation.hosts import hosting_told, hosts_known
from kenesh.parties.bodies import Role
from kenesh.parties.card import read_card
from kenesh.parties.keys import spoken

peer_commands = typer.Typer(help="Other parties' nodes.", no_args_is_help=True)
body_commands = typer.Typer(help="Circles that this party keeps.", no_args_is_help=True)
member_commands = typer.Typer(help="Who belongs to a body that this party keeps.", no_args_is_help=True)

_MAX_CARD = 100_000


@peer_commands.command("add")
def peer_add(
    context: typer.Context,
    card: Annotated[
        Path, typer.Argument(metavar="CARD", help="The other node's card, as its `kenesh card` printed it; - reads it.")
    ],
    fingerprint: Annotated[str | None, typer.Option(help="What its duty officer read out over the telephone.")] = None,
    depositary: Annotated[bool, typer.Option("--depositary", help="This party is the depositary.")] = False,
) -> None:
    """Admit another party's node. Its card is held against the fingerprint that you were told."""
    counter = counter_of(context)
    octets = sys.stdin.buffer.read(_MAX_CARD) if str(card) == "-" else _read(card)
    named = "What was piped in" if str(card) == "-" else visible(str(card), 200)
    with counter.node() as services:
        try:
            value = services.reader.read(octets.removeprefix(b"\xef\xbb\xbf").strip()).value
        except DamagedProblem as problem:
            raise DamagedProblem(f"{named} is no card: {problem.detail}", advice="Ask for it again.") from None
        if fingerprint is None:
            shown = read_card(value, services.clock.now())
            with services.store.reading() as tx:
                host = tx.parties.code_of(shown.hosted_by_ref) if shown.hosted_by_ref else ""
            hosted = f" {hosting_told(shown.party, host)}" if host else ""
            raise UsageProblem(
                f"The card says {shown.party}, {shown.name}, {shown.url}; fingerprint {spoken(shown.key.kid)}.{hosted}",
                advice="Call them on a number you know, compare, and repeat with --fingerprint.",
            )
        peer = acts.add_peer(services, value, fingerprint, CONSOLE, depositary=depositary)
        with services.store.reading() as tx:
            host = hosts_known(tx, services.own).get(peer.code, "")
    document = {"party": peer.code, "name": peer.name, "url": peer.url, "kid": peer.kid, "serial": peer.serial}
    role = ", the depositary" if peer.is_depositary else ""
    counter.answer(
        document | {"depositary": peer.is_depositary} | ({"hosted_by": host} if host else {}),
        (
            f"{peer.code} ({visible(peer.name)}{role}) at {peer.url} is admitted. They must admit this node too.",
            *([hosting_told(peer.code, host)] if host else []),
        ),
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_CARD)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read: {error.strerror}.", advice="It is what the other node's `kenesh card` printed."
        ) from None


@peer_commands.command("list")
def peer_list(context: typer.Context) -> None:
    """List the nodes that are admitted here."""
    counter = counter_of(context)
    with counter.node() as services:
        found = overview.status(services)
    peers, hosts = found.peers, found.hosts
    document = [
        {"party": p.code, "name": p.name, "url": p.url, "kid": p.kid, "depositary": p.is_depositary}
        | ({"provisional_until": taxii_timestamp(p.provisional_until)} if p.provisional_until else {})
        | ({"hosted_by": hosts[p.code]} if p.code in hosts else {})
        for p in peers
    ]
    lines = [
        f"{p.code:<6} {visible(p.name)}  {p.url}\n       {spoken(p.kid)}"
        + (f"\n       {provisional(p.provisional_until)}" if p.provisional_until else "")
        + (f"\n       {hosting_told(p.code, hosts[p.code])}" if p.code in hosts else "")
        for p in peers
    ]
    counter.answer(document, lines or ["No node is admitted here yet: kenesh peer add"])


@body_commands.command("add")
def body_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its short name: small letters, digits, hyphens.")],
    title: Annotated[str, typer.Option(help="Its title in full.")],
    council: Annotated[
        bool | None,
        typer.Option("--council/--no-council", help="Whether roles in it are classes; the first body is the council."),
    ] = None,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="It plays a drill: nothing real goes in, and nothing of it out.")
    ] = False,
) -> None:
    """Form a body; this party is its keeper and first member."""
    counter = counter_of(context)
    with counter.node() as services:
        body = acts.form_body(services, name, title, CONSOLE, council=council, exercise=exercise)
        code = services.own.code
    counter.answer(
        {"body": body.id, "name": name, "title": title}, (f"{title} ({name}) is formed. {code} keeps it.", body.id)
    )


@member_commands.command("admit")
def member_admit(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The party's code.")],
    body: Annotated[str, typer.Option(help="The body's short name.")],
    role: Annotated[Role, typer.Option(help="Its role.")] = Role.MEMBER,
    begins: Annotated[str | None, typer.Option("--from", help="From when on (2026-12-01T00:00:00Z); now.")] = None,
    basis: Annotated[str, typer.Option(help="The act on which that rests: a treaty, a decision, a law.")] = "",
) -> None:
    """Admit a party to a body, or give it another role."""
    counter = counter_of(context)
    with counter.node() as services:
        membership = acts.admit_member(services, body, party, role, _instant(begins), CONSOLE, basis=basis)
        now = services.clock.now()
        with services.store.reading() as tx:
            host = hosts_known(tx, services.own).get(party, "")
    start = _instant(begins) or now
    lines = (f"{party} belongs to {body} as {role.value} from {short_timestamp(start)} on.", membership.id)
    counter.answer(
        {"membership": membership.id, "party": party, "body": body, "role": role.value},
        (*lines, hosting_told(party, host)) if host else lines,
    )


@member_commands.command("name")
def member_name(
    context: typer.Context,
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help="The code of this party's agency: KZ-MVD.")],
    body: Annotated[str, typer.Option(help="The body's short name.")],
) -> None:
    """Name the agency whose node receives for this party in a body.

    The body's keeper admits it, and this party's own seat ends there: what comes after that this node does not get.
    """
    counter = counter_of(context)
    with counter.node() as services:
        word, is_new = acts.name_receiver(services, body, agency, CONSOLE)
        own = services.own.code
    told = f"{agency} is named to receive for {own} in {body}" + ("." if is_new else ", as before.")
    counter.answer(
        {"receiver": word.id, "party": agency, "body": body},
        (told, f"The body's keeper admits it there; then {own}'s own seat ends.", word.id),
    )


@member_commands.command("end")
def member_end(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The party's code.")],
    body: Annotated[str, typer.Option(help="The body's short name.")],
    until: Annotated[str | None, typer.Option(help="Until when (2026-12-01T00:00:00Z); now.")] = None,
) -> None:
    """End a party's term in a body."""
    counter = counter_of(context)
    with counter.node() as services:
        membership = acts.end_member(services, body, party, _instant(until), CONSOLE)
    counter.answer(
        {"membership": membership.id, "party": party, "body": body},
        (f"The term of {party} in {body} ends. What it had not fetched stays closed.", membership.id),
    )


def _instant(text: str | None) -> Instant | None:
    return None if text is None else instant_of(text)
