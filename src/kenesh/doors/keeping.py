"""Keeping the node: its record of acts, and the secrets by which persons and clients come in."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from kenesh.basis.instants import MINUTE
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, SettingsProblem, UsageProblem
from kenesh.doors.accounts.keeping import account_named
from kenesh.doors.accounts.sessions import invite
from kenesh.doors.services import Services
from kenesh.federation.witnessing import MAX_CONTRADICTING
from kenesh.ledger.acts import ActKind
from kenesh.ledger.book import close_until, verify
from kenesh.ledger.witness import Standing
from kenesh.parties.keys import kid_of, verify_octets

#: A signed head of the record for each hour: 360 intervals of ten seconds.
HEAD_EVERY: Final = 360
#: The note that says which settings stand in the record.
_SETTINGS: Final = "settings-sha256"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the record found."""

    acts: int
    size: int
    faults: list[str]


def verify_record(services: Services) -> Checked:
    """Closes what is finished, then checks the whole record against its hashes, its signed heads, and its peers'.

    What a peer holds that this node signed and does not give binds it also where its own store was rewritten.
    """
    close_record(services)
    own = services.own
    with services.store.reading() as tx:
        held = [tx.witnessed.standing(own.ref, kid, Standing.CONTRADICTS, MAX_CONTRADICTING) for kid in own.keys]
        witnessed = [one.head for of_key in held for one in of_key]
        faults = verify(tx.ledger, services.secret, lambda octets, text: _is_signed(services, octets, text), witnessed)
        epochs = tx.ledger.epochs()
        size = tx.ledger.frontier(epochs[-1].number).size if epochs else 0
        return Checked(tx.ledger.count_acts(), size, faults)


def close_record(services: Services) -> None:
    """Turns the finished intervals of the record into leaves; a signed head stands for each hour."""
    while True:
        with services.store.writing() as tx:
            made = close_until(
                tx.ledger, services.clock.now(), services.secret, services.own.signer.sign_octets, head_every=HEAD_EVERY
            )
        if made is None:
            return


def note_settings(services: Services, settings: bytes) -> None:
    """Puts the hash of the settings into the record where they are others than at the last start."""
    digest = sha256(settings).hexdigest()
    with services.store.writing() as tx:
        if tx.notes.get(_SETTINGS) != digest:
            tx.notes.set(_SETTINGS, digest)
            services.record(tx, ActKind.SETTINGS_CHANGED, "console", services.own.ref, sha256=digest)


def _is_signed(services: Services, octets: bytes, signature: str) -> bool:
    try:
        verify_octets(services.own.keys[kid_of(signature)], signature, octets)
    except (Problem, KeyError):
        return False
    return True


def make_login(services: Services, person: str, minutes: int) -> str:
    """An address that logs one person in at the desk, once: for whom there is no password, or no longer one.

    Raises:
        UnknownProblem: there is no account of that name. UsageProblem: it is locked.
        SettingsProblem: no address is known yet.
    """
    if services.own.url is None:
        raise SettingsProblem("This node has no address yet.", advice="Start it once: kenesh serve --port PORT.")
    with services.store.writing() as tx:
        account = account_named(tx, person)
        if not account.is_open:
            raise UsageProblem(f"The account of {visible(person, 60)} is locked.", advice="`kenesh account unlock`.")
        code = invite(services, tx, account, minutes * MINUTE)
        services.record(tx, ActKind.LOGIN_MADE, account.pseudonym, services.own.ref, door="console")
    return f"{services.own.url}/desk/login/{code}"
