"""account: who may log in at the desk, as what, cleared for which bodies. login: an address for one person, once.

No password is ever an argument, and none is asked for: a command makes one that is good once, and shows it once.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kenesh.basis.instants import taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import keeping
from kenesh.doors.accounts import keeping as accounts
from kenesh.doors.cli.desk import CONSOLE, Counter, counter_of
from kenesh.doors.services import Transaction
from kenesh.parties.accounts import Account
from kenesh.parties.roles import AccountRole

account_commands = typer.Typer(help="Who may log in at the desk", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The person, as `kenesh account list` names them.")]


def login(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Whose account it is.")] = accounts.ADMINISTRATOR,
    minutes: Annotated[int, typer.Option(help="How long the address is good for.", min=1, max=1440)] = 15,
) -> None:
    """Print an address that logs one person in at the desk, once."""
    counter = counter_of(context)
    with counter.node() as services:
        url = keeping.make_login(services, person, minutes)
    document = {"person": person, "url": url, "minutes": minutes}
    counter.answer(document, (f"For {visible(person, 60)}, once, within {minutes} minutes:", "", url))


@account_commands.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name, as it stands on pages.")],
    role: Annotated[list[AccountRole], typer.Option(help="What the person is here to do; may be said again.")],
    language: Annotated[
        str, typer.Option(help="The language of the desk, by its code; the browser's unless said.")
    ] = "",
    body: Annotated[
        list[str] | None,
        typer.Option(help="A body that the person is cleared for; may be said again.", show_default=False),
    ] = None,
    every_body: Annotated[bool, typer.Option("--every-body", help="Cleared for every body of the party.")] = False,
) -> None:
    """Make an account. Its password is good once, within three days, and is shown once."""
    counter = counter_of(context)
    if language:
        _check_language(language)
    cleared = _cleared(body, every_body=every_body, none=not (body or every_body))
    with counter.node() as services:
        made = accounts.add_account(services, name, role, CONSOLE, language=language, cleared=cleared)
    _show_once(counter, *made)


@account_commands.command("list")
def list_(context: typer.Context) -> None:
    """List the accounts: roles, bodies, second factors, and whether they are locked."""
    counter = counter_of(context)
    with counter.node() as services, services.store.reading() as tx:
        documents = [_document(tx, account) for account in tx.accounts.all()]
    counter.answer({"accounts": documents}, map(_line, documents))


@account_commands.command("show")
def show(context: typer.Context, name: Name) -> None:
    """Show one account, and the name by which the record knows the person."""
    counter = counter_of(context)
    with counter.node() as services, services.store.reading() as tx:
        document = _document(tx, accounts.account_named(tx, name))
    counter.answer(document, (f"{key.replace('_', ' ')}: {_said(value)}" for key, value in document.items()))


@account_commands.command("role")
def role(
    context: typer.Context,
    name: Name,
    roles: Annotated[list[AccountRole], typer.Argument(metavar="ROLE", help="Every role that the person has now.")],
) -> None:
    """Give a person these roles and no others. Whoever is logged in logs in anew."""
    counter = counter_of(context)
    with counter.node() as services:
        account = accounts.set_roles(services, name, roles, CONSOLE)
    _answer(counter, account, f"{visible(name, 60)} is {', '.join(sorted(account.roles))}.")


@account_commands.command("clear")
def clear(
    context: typer.Context,
    name: Name,
    bodies: Annotated[list[str] | None, typer.Argument(metavar="BODY", help="Every body, by name or id.")] = None,
    every_body: Annotated[bool, typer.Option("--every-body", help="Every body of the party.")] = False,
    none: Annotated[bool, typer.Option("--none", help="No body.")] = False,
) -> None:
    """Clear a person for these bodies and no others: what came through another is not there for that person."""
    counter = counter_of(context)
    with counter.node() as services:
        account = accounts.clear_for(services, name, _cleared(bodies, every_body=every_body, none=none), CONSOLE)
    count = "every body" if account.cleared is None else f"bodies: {len(account.cleared)}"
    _answer(counter, account, f"{visible(name, 60)} is cleared for {count}.")


@account_commands.command("lock")
def lock(context: typer.Context, name: Name) -> None:
    """Let nobody in by this account; whoever is in is out."""
    counter = counter_of(context)
    with counter.node() as services:
        account = accounts.lock(services, name, CONSOLE, locked=True)
    _answer(counter, account, f"The account of {visible(name, 60)} is locked.")


@account_commands.command("unlock")
def unlock(context: typer.Context, name: Name) -> None:
    """Let the person in again."""
    counter = counter_of(context)
    with counter.node() as services:
        account = accounts.lock(services, name, CONSOLE, locked=False)
    _answer(counter, account, f"The account of {visible(name, 60)} is open.")


@account_commands.command("reset")
def reset(
    context: typer.Context,
    name: Name,
    second_factors: Annotated[
        bool, typer.Option("--second-factors", help="Also forget the authenticator, passkeys and recovery codes.")
    ] = False,
) -> None:
    """Give a person another password, which is good once and shown once; every session ends."""
    counter = counter_of(context)
    with counter.node() as services:
        made = accounts.reset_account(services, name, CONSOLE, second_factors=second_factors)
    _show_once(counter, *made)


@account_commands.command("sessions")
def sessions(
    context: typer.Context,
    name: Name,
    end: Annotated[bool, typer.Option("--end", help="End all of them.")] = False,
) -> None:
    """List a person's sessions at the desk, or end them."""
    counter = counter_of(context)
    with counter.node() as services:
        if end:
            ended = accounts.end_sessions(services, name, CONSOLE)
            counter.answer({"ended": ended}, (f"Sessions ended: {ended}.",))
            return
        with services.store.reading() as tx:
            found = tx.sessions.of_account(accounts.account_named(tx, name).num)
    documents = [
        {"number": one.num, "how": one.how, "begun_at": taxii_timestamp(one.begun_at)}
        | {"seen_at": taxii_timestamp(one.seen_at), "ends_at": taxii_timestamp(one.ends_at)}
        for one in found
    ]
    lines = (
        f"{one['number']:>4}  by {one['how']}  since {one['begun_at']}  seen {one['seen_at']}" for one in documents
    )
    counter.answer({"sessions": documents}, lines)


@account_commands.command("link")
def link(
    context: typer.Context,
    name: Name,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="As whom the provider knows the person.")] = "",
    none: Annotated[bool, typer.Option("--none", help="Trust no provider with this account any more.")] = False,
) -> None:
    """Link an account to the OpenID provider that kenesh.toml names: whom it calls SUBJECT logs in as this person."""
    counter = counter_of(context)
    if bool(subject) is none:
        raise UsageProblem("Linked to whom?", advice="Say the provider's subject, or --none.")
    with counter.node() as services:
        if services.provider is None and not none:
            raise UsageProblem("No provider is set.", advice="Write provider_issuer into kenesh.toml.")
        issuer = services.provider.issuer if services.provider and subject else ""
        account = accounts.link(services, name, issuer, subject, CONSOLE)
    line = f"{visible(name, 60)} logs in by {issuer}." if issuer else f"{visible(name, 60)} logs in by no provider."
    _answer(counter, account, line)


@account_commands.command("remove")
def remove(context: typer.Context, name: Name) -> None:
    """Close an account and erase who it was. The record keeps a number that names nobody, and stays verifiable."""
    counter = counter_of(context)
    with counter.node() as services:
        account = accounts.erase(services, name, CONSOLE)
    said = f"Nothing here says any more who {account.pseudonym} was."
    counter.answer({"removed": account.pseudonym}, (said,))


def _cleared(bodies: list[str] | None, *, every_body: bool, none: bool) -> list[str] | None:
    """Raises UsageProblem unless exactly one of the three was said."""
    if [bool(bodies), every_body, none].count(True) != 1:
        raise UsageProblem("Cleared for which bodies?", advice="Name them, or say --every-body or --none.")
    return None if every_body else list(bodies or ())


def _check_language(code: str) -> None:
    # The desk brings the web server with it, which no command loads without need.
    from kenesh.doors.desk.languages import LANGUAGES

    if code not in LANGUAGES:
        raise UsageProblem("The desk does not speak that language.", advice=f"One of {', '.join(LANGUAGES)}.")


def _show_once(counter: Counter, account: Account, password: str) -> None:
    name = visible(account.name or "", 100)
    document = {"name": account.name, "pseudonym": account.pseudonym, "password": password}
    counter.answer(
        document,
        (f"For {name}, to log in once within three days and choose another (shown now and never again):", "", password),
    )


def _answer(counter: Counter, account: Account, line: str) -> None:
    document = {"name": account.name, "pseudonym": account.pseudonym, "roles": sorted(account.roles)}
    counter.answer(document | {"locked": account.locked_at is not None}, (line,))


def _document(tx: Transaction, account: Account) -> dict[str, Any]:
    names = {body.id: body.name for body in tx.versions.of_type("kenesh-body")}
    return {
        "name": account.name,
        "pseudonym": account.pseudonym,
        "roles": sorted(account.roles),
        "language": account.language,
        "cleared": None if account.cleared is None else sorted(names.get(ref, ref) for ref in account.cleared),
        "password": "one-time" if account.password_until else "set" if account.password else "none",
        "authenticator": account.totp is not None,
        "passkeys": len(tx.passkeys.of_account(account.num)),
        "recovery_codes": tx.passkeys.count_codes(account.num),
        "provider": account.issuer,
        "made_at": taxii_timestamp(account.made_at),
        "locked": account.locked_at is not None,
    }


def _line(document: dict[str, Any]) -> str:
    cleared = "every body" if document["cleared"] is None else ", ".join(document["cleared"]) or "no body"
    name = document["name"] or "(erased)"
    state = "locked" if document["locked"] else f"password {document['password']}"
    return (
        f"{document['pseudonym']}  {visible(name, 60)}  {' '.join(document['roles'])}  {visible(cleared, 200)}  {state}"
    )


def _said(value: Any) -> str:
    if isinstance(value, list):
        return visible(", ".join(value), 1000) or "none"
    return "every body" if value is None else visible(str(value), 1000)
