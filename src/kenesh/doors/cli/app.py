"""The command line's table of contents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kenesh import __version__
from kenesh.doors.cli import (
    accounts,
    alerts,
    auditing,
    backups,
    calls,
    caseforms,
    cases,
    ceilings,
    checks,
    constituents,
    contactplans,
    contacts,
    content,
    council,
    councilrules,
    deriving,
    drills,
    exporting,
    feeds,
    figures,
    forwarding,
    hosting,
    importing,
    keys,
    looking_after,
    measures,
    nodes,
    notes,
    packs,
    partners,
    peers,
    proposing,
    recalls,
    register,
    requests,
    searching,
    sharing,
    sittings,
    situation,
    tokens,
    treaties,
    watching,
    who,
)

app = typer.Typer(
    name="kenesh",
    help="Kenesh: share a threat with other states, hunt it at home, answer it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kenesh {__version__}")
        raise typer.Exit


@app.callback()
def kenesh(
    home: Annotated[
        Path | None, typer.Option("--home", help="The node's folder; also KENESH_HOME.", show_default=False)
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output; also after the command.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Say which release this is.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Kenesh: share a threat with other states, hunt it at home, answer it."""


for command, name in (
    (nodes.init, "init"),
    (nodes.serve, "serve"),
    (nodes.card, "card"),
    (nodes.fingerprint, "fingerprint"),
    (importing.import_, "import"),
    (importing.imports, "imports"),
    (proposing.proposals, "proposals"),
    (proposing.confirm, "confirm"),
    (proposing.reject, "reject"),
    (content.state, "state"),
    (deriving.derive, "derive"),
    (sharing.release, "release"),
    (sharing.withdraw, "withdraw"),
    (sharing.explain, "explain"),
    (ceilings.ceiling, "ceiling"),
    (sharing.sync, "sync"),
    (packs.pack, "pack"),
    (packs.unpack, "unpack"),
    (exporting.export, "export"),
    (watching.lookup, "lookup"),
    (searching.search, "search"),
    (watching.hunt, "hunt"),
    (content.show, "show"),
    (checks.status, "status"),
    (checks.doctor, "doctor"),
    (looking_after.alarms, "alarms"),
    (backups.backup, "backup"),
    (backups.backup_key, "backup-key"),
    (backups.restore, "restore"),
    (backups.resume, "resume"),
    (backups.upgrade, "upgrade"),
    (accounts.login, "login"),
    (tokens.token, "token"),
    (tokens.tokens, "tokens"),
):
    app.command(name)(command)
app.add_typer(accounts.account_commands, name="account")
app.add_typer(constituents.constituent_commands, name="constituent")
app.add_typer(peers.peer_commands, name="peer")
app.add_typer(hosting.host_commands, name="host")
app.add_typer(looking_after.quarantine_commands, name="quarantine")
app.add_typer(keys.key_commands, name="keys")
app.add_typer(peers.body_commands, name="body")
app.add_typer(peers.member_commands, name="member")
cases.case_commands.command("form")(caseforms.case_form)
app.add_typer(cases.case_commands, name="case")
app.add_typer(calls.call_commands, name="call")
app.add_typer(alerts.alert_commands, name="alert")
contacts.contact_commands.command("plan")(contactplans.contact_plan)
contacts.contact_commands.command("plans")(contactplans.contact_plans)
contacts.contact_commands.command("unplan")(contactplans.contact_unplan)
app.add_typer(contacts.contact_commands, name="contact")
app.add_typer(drills.drill_commands, name="drill")
app.add_typer(requests.request_commands, name="request")
app.add_typer(sittings.sitting_commands, name="sitting")
councilrules.add_to(council.proposal_commands)
app.add_typer(council.proposal_commands, name="proposal")
app.add_typer(notes.note_commands, name="note")
app.add_typer(council.position_commands, name="position")
app.add_typer(council.decision_commands, name="decision")
app.add_typer(measures.measure_commands, name="measure")
app.add_typer(treaties.treaty_commands, name="treaty")
app.add_typer(figures.figure_commands, name="figure")
app.add_typer(partners.partner_commands, name="partner")
app.add_typer(situation.sitrep_commands, name="sitrep")
app.add_typer(situation.connection_commands, name="connection")
app.add_typer(register.agenda_commands, name="agenda")
app.add_typer(who.who_commands, name="who")
app.add_typer(recalls.recall_commands, name="recall")
app.add_typer(forwarding.forward_commands, name="forward")
app.add_typer(feeds.feed_commands, name="feed")
app.add_typer(auditing.audit_commands, name="audit")
