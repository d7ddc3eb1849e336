"""init, serve, card, fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kenesh.doors import acts
from kenesh.doors.cli.desk import counter_of
from kenesh.doors.life import Founding, ServeOptions
from kenesh.parties.keys import spoken


def init(
    context: typer.Context,
    party: Annotated[str, typer.Option(help="The party's code from the keeper's list, such as KZ.")],
    name: Annotated[str, typer.Option(help="The node's name, as peers will read it.")],
    database: Annotated[
        str, typer.Option(help="postgresql://user@host/name instead of the embedded store (password: PGPASSWORD).")
    ] = "",
) -> None:
    """Make a node: its keys, its configuration, an empty store. Its recovery key and password are shown once."""
    counter = counter_of(context)
    home = counter.home_path()
    made = counter.house.found(home, party, name, database)
    document = founding_document(made)
    counter.answer(document, (*founded(made, home), "", f"Next: {counter.command('serve --port 8701')}"))


def founding_document(made: Founding) -> dict[str, str]:
    """What is printed of a node that was just made."""
    return {
        "party": made.party,
        "kid": made.kid,
        "fingerprint": spoken(made.kid),
        "recovery_key": made.recovery_seed.hex(),
        "administrator": made.administrator,
        "password": made.password,
    }


def founded(made: Founding, home: Path) -> Sequence[str]:
    """The same in sentences, with what is shown once."""
    recovery = made.recovery_seed.hex()
    return (
        f"The node of {made.party} is made in {home}.",
        "",
        "Its recovery key, shown now and never again. Write it down, and keep it in a safe:",
        f"  {' '.join(recovery[i : i + 8] for i in range(0, 64, 8))}",
        "",
        "Its fingerprint, which peers' duty officers compare with you over the telephone:",
        f"  {spoken(made.kid)}",
        "",
        f"The one account of its desk, with a password that is good once, within three days: {made.administrator}",
        f"  {made.password}",
    )


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)] = 8700,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    url: Annotated[str | None, typer.Option(help="The address on the card, where it is not host and port.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="TLS ends at a proxy in front of this node.")
    ] = False,
    tls_certificate: Annotated[Path | None, typer.Option(help="A PEM file with the certificate chain.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="A PEM file with the certificate's key.")] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Say what happens as JSON lines.")] = False,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="Give Prometheus figures at /metrics, for a token of their own.")
    ] = False,
    while_open: Annotated[
        bool, typer.Option("--while-open", help="Stop when standard input ends, as whoever started it does.")
    ] = False,
) -> None:
    """Serve TAXII 2.1, API and desk on one port; read from peers. It goes on until it is told to stop.

    Whom this node hosts is served too, each by a process and at a port of its own.
    """
    counter = counter_of(context)
    options = ServeOptions(host, port, url, behind_proxy, tls_certificate, tls_key, log_json, metrics, while_open)
    counter.house.serve(counter.home_path(), options)


def card(context: typer.Context) -> None:
    """Print this node's signed card, to be given to peers."""
    counter = counter_of(context)
    with counter.node() as services:
        found = acts.card(services)
    counter.answer(found, (msgspec.json.format(msgspec.json.encode(found), indent=2).decode(),))


def fingerprint(context: typer.Context) -> None:
    """Print the fingerprint that duty officers read out.

    They read it to each other over the telephone; it stands alone on the last line.
    """
    counter = counter_of(context)
    with counter.node() as services:
        own = services.own
    document = {"party": own.code, "kid": own.kid, "fingerprint": spoken(own.kid)}
    counter.answer(
        document,
        (
            f"The fingerprint of {own.code} ({own.name}). Read it aloud, group by group; the other side compares it",
            "with what `kenesh peer add` shows, or types it after --fingerprint.",
            "",
            spoken(own.kid),
        ),
    )
