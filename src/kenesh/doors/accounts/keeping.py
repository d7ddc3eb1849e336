"""Keeping accounts: made, cleared, locked, reset and erased by whoever runs the node. Each act stands in the record."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from unicodedata import normalize

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.accounts.passwords import hashed, one_time_password
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import Account, is_pseudonym
from kenesh.parties.constituents import is_constituent
from kenesh.parties.roles import AccountRole
from kenesh.release.reader import is_account

#: The one account of a new node. There is no default password: each node's is made by chance.
ADMINISTRATOR: Final = "administrator"
#: Whom the record names so is no person.
_SPOKEN_FOR: Final = ("nobody",)
_MAX_NAME: Final = 100
#: So long a one-time password is good for choosing another.
ONE_TIME: Final = 3 * DAY


def account_name(text: str) -> str:
    """The name as it is stored and compared: code point by code point, composed.

    Raises:
        UsageProblem: it is empty, too long, cannot be printed, or is formed as what names no person.
    """
    name = normalize("NFC", text).strip()
    taken = name in _SPOKEN_FOR or is_account(name) or is_pseudonym(name) or is_constituent(name)
    if not name or len(name) > _MAX_NAME or not name.isprintable() or taken:
        raise UsageProblem(
            f"'{visible(text, 60)}' names nobody.",
            advice=f"A person's name has 1 to {_MAX_NAME} characters, and does not begin with account:, constituent: "
            "or person:.",
        )
    return name


def account_named(tx: Transaction, name: str) -> Account:
    """Raises UnknownProblem where there is none."""
    account = tx.accounts.find(account_name(name))
    if account is None:
        raise UnknownProblem(
            f"There is no account of {visible(name, 60)}.",
            advice="`kenesh account list` lists them; `kenesh account add` makes one.",
        )
    return account


def add_account(
    services: Services,
    name: str,
    roles: Collection[AccountRole],
    who: str,
    *,
    language: str = "",
    cleared: Collection[str] | None = (),
) -> tuple[Account, str]:
    """A new account, and the one-time password with which the person logs in and chooses another.

    Raises:
        UsageProblem: the name is none or is taken, or no role was said. UnknownProblem: a body is not known here.
    """
    name = account_name(name)
    if not roles:
        raise UsageProblem("An account has a role.", advice=f"One of {', '.join(AccountRole)}.")
    password = one_time_password(services.chance)
    with services.store.writing() as tx:
        if tx.accounts.find(name) is not None:
            raise UsageProblem(f"There is an account of {visible(name, 60)} already.", advice="Choose another name.")
        now, bodies = services.clock.now(), _bodies(tx, cleared)
        account = tx.accounts.add(name, frozenset(roles), language, bodies, now)
        _set_one_time(services, tx, account, password)
        said = {"roles": _listed(roles), "cleared": _listed(bodies)}
        services.record(tx, ActKind.ACCOUNT_MADE, who, account.pseudonym, **said)
    return account, password


def reset_account(services: Services, name: str, who: str, *, second_factors: bool) -> tuple[Account, str]:
    """Another one-time password, and the end of every session; also of second factors, where they are lost."""
    password = one_time_password(services.chance)
    with services.store.writing() as tx:
        account = account_named(tx, name)
        _set_one_time(services, tx, account, password)
        if second_factors:
            tx.accounts.change(account.num, totp=None)
            tx.passkeys.forget(account.num)
        _changed(services, tx, account, who, reset="password and second factors" if second_factors else "password")
    return account, password


def set_roles(services: Services, name: str, roles: Collection[AccountRole], who: str) -> Account:
    """Other roles in the place of those before; whoever is logged in logs in anew."""
    if not roles:
        raise UsageProblem("An account has a role.", advice=f"One of {', '.join(AccountRole)}.")
    with services.store.writing() as tx:
        account = account_named(tx, name)
        tx.accounts.change(account.num, roles=frozenset(roles))
        _changed(services, tx, account, who, roles=_listed(roles))
        return account_named(tx, name)


def clear_for(services: Services, name: str, bodies: Collection[str] | None, who: str) -> Account:
    """Clears a person for these bodies and no others; None clears for every body of the party."""
    with services.store.writing() as tx:
        account = account_named(tx, name)
        cleared = _bodies(tx, bodies)
        tx.accounts.change(account.num, cleared=cleared)
        _changed(services, tx, account, who, cleared=_listed(cleared))
        return account_named(tx, name)


def lock(services: Services, name: str, who: str, *, locked: bool) -> Account:
    """Nobody gets in by this account any more, or again; who is in is out."""
    with services.store.writing() as tx:
        account = account_named(tx, name)
        tx.accounts.change(account.num, locked_at=services.clock.now() if locked else None)
        _changed(services, tx, account, who, locked=int(locked))
        return account_named(tx, name)


def link(services: Services, name: str, issuer: str, subject: str, who: str) -> Account:
    """Trusts a provider to say that somebody is this person; '' as the issuer ends that."""
    with services.store.writing() as tx:
        account = account_named(tx, name)
        other = tx.accounts.by_subject(issuer, subject) if issuer else None
        if other is not None and other.num != account.num:
            raise UsageProblem("That subject is linked to another account.", advice="`kenesh account list` says whose.")
        tx.accounts.change(account.num, issuer=issuer or None, subject=subject or None)
        _changed(services, tx, account, who, provider=issuer or "none")
        return account_named(tx, name)


def end_sessions(services: Services, name: str, who: str) -> int:
    """Ends every session of a person; how many there were."""
    with services.store.writing() as tx:
        account = account_named(tx, name)
        ended = tx.sessions.end_of(account.num)
        if ended:
            services.record(tx, ActKind.LOGIN_ENDED, who, account.pseudonym, door="desk", count=ended)
    return ended


def erase(services: Services, name: str, who: str) -> Account:
    """Takes away all that says who the person is. The record goes on naming a number, and stays as it was."""
    with services.store.writing() as tx:
        account = account_named(tx, name)
        tx.accounts.change(account.num, locked_at=services.clock.now())
        tx.accounts.erase(account)
        tx.passkeys.forget(account.num)
        tx.sessions.end_of(account.num)
        services.record(tx, ActKind.ACCOUNT_CLOSED, who, account.pseudonym)
    return account


def _set_one_time(services: Services, tx: Transaction, account: Account, password: str) -> None:
    until = Instant(services.clock.now() + ONE_TIME)
    tx.accounts.change(account.num, password=hashed(password, services.chance), password_until=until)


def _changed(services: Services, tx: Transaction, account: Account, who: str, **said: str | int) -> None:
    """Whatever changes what somebody may do ends what he is doing."""
    tx.sessions.end_of(account.num)
    services.record(tx, ActKind.ACCOUNT_CHANGED, who, account.pseudonym, **said)


def _bodies(tx: Transaction, named: Collection[str] | None) -> frozenset[str] | None:
    """The ids of bodies that are named, as people call them or by id."""
    if named is None:
        return None
    known = {name: body.id for body in tx.versions.of_type("kenesh-body") for name in (body.name, body.id)}
    unknown = sorted(set(named) - known.keys())
    if unknown:
        raise UnknownProblem(
            f"No body {visible(unknown[0], 60)} is known here.", advice="`kenesh status` lists the bodies."
        )
    return frozenset(known[name] for name in named)


def _listed(words: Collection[str] | None) -> str:
    return "all" if words is None else " ".join(sorted(words)) or "none"
