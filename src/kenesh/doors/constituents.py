"""Keeping constituents: taken in, put into groups, given tokens, removed. Each act stands in the record."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from unicodedata import normalize

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import ApiToken
from kenesh.parties.constituents import (
    GROUP,
    MAX_CONSTITUENTS,
    MAX_GROUPS,
    MAX_MEMBERSHIPS,
    NEVER,
    SECTOR,
    Constituent,
    group_named,
)
from kenesh.parties.metering import KEPT, Metered, day_of
from kenesh.release.audience import group_audience
from kenesh.release.manifest import text_of
from kenesh.stix.register import Channel

#: What the token of a constituent opens. It writes nothing.
SCOPES: Final = ("lookup:read", "misp:read", "taxii:read")
_MAX_NAME: Final = 100
#: An address as `kenesh.toml` writes them, and nothing that could begin another header of a mail.
_ADDRESS: Final = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,255}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A constituent, its tokens and what it has looked up day by day."""

    constituent: Constituent
    tokens: tuple[ApiToken, ...]
    looked_up: tuple[Metered, ...]


def groups_of(groups: Collection[str], sectors: Collection[str]) -> frozenset[str]:
    """The groups that these names stand for, as people call them.

    Raises:
        UsageProblem: one of them is no name, or they are too many.
    """
    found = frozenset(group_named(f"{kind}:{name}") for kind, names in ((GROUP, groups), (SECTOR, sectors))
                      for name in names)  # fmt: skip
    if len(found) > MAX_MEMBERSHIPS:
        raise UsageProblem(f"A constituent is in at most {MAX_MEMBERSHIPS} groups and sectors.")
    return found


def add_constituent(
    services: Services, name: str, groups: Collection[str], sectors: Collection[str], mail: str, who: str
) -> Constituent:
    """A new constituent in its groups, each of which has its collection from now on.

    Raises:
        UsageProblem: the name is none or is taken, a group or sector is none, or the address is none.
    """
    name, memberships = _name(name), groups_of(groups, sectors)
    _check_mail(mail)
    with services.store.writing() as tx:
        if tx.constituents.find(name) is not None:
            raise UsageProblem(f"There is a constituent {visible(name, 60)} already.", advice="Choose another name.")
        if len(tx.constituents.all()) >= MAX_CONSTITUENTS:
            raise UsageProblem(f"A node has at most {MAX_CONSTITUENTS} constituents.")
        made = tx.constituents.add(name, memberships, mail, services.clock.now())
        _know(services, tx, memberships)
        services.record(tx, ActKind.CONSTITUENT_ADDED, who, made.pseudonym, groups=_listed(memberships))
    services.wake()
    return made


def change_constituent(
    services: Services,
    name: str,
    who: str,
    *,
    groups: Collection[str] | None = None,
    sectors: Collection[str] | None = None,
    mail: str | None = None,
) -> Constituent:
    """Other groups or sectors in the place of those before, another address; what is None stays.

    Raises:
        UnknownProblem: there is no such constituent. UsageProblem: a group, sector or address is none.
    """
    _check_mail(mail or "")
    with services.store.writing() as tx:
        known = constituent_named(tx, name)
        memberships = groups_of(
            known.of_kind(GROUP) if groups is None else groups, known.of_kind(SECTOR) if sectors is None else sectors
        )
        said: dict[str, Any] = {"groups": memberships, "mail": known.mail if mail is None else mail}
        if memberships - known.groups:
            # What stands in a group that it was not in is new to it, however long it has stood there.
            said["told_upto"] = NEVER
        tx.constituents.change(known.num, **said)
        _know(services, tx, memberships)
        services.record(tx, ActKind.CONSTITUENT_CHANGED, who, known.pseudonym, groups=_listed(memberships))
        changed = constituent_named(tx, name)
    services.wake()
    return changed


def remove_constituent(services: Services, name: str, who: str) -> Constituent:
    """It reads nothing any more, and its name and address are erased; the record goes on saying its number.

    Raises:
        UnknownProblem: there is no such constituent.
    """
    with services.store.writing() as tx:
        known = constituent_named(tx, name)
        ended = tx.tokens.revoke_of(known.num)
        tx.constituents.remove(known)
        services.record(tx, ActKind.CONSTITUENT_REMOVED, who, known.pseudonym, tokens=ended)
    services.wake()
    return known


def make_constituent_token(services: Services, name: str, days: int, who: str) -> str:
    """A token of 256 random bits for a constituent; the store keeps its SHA-256 alone.

    Raises:
        UnknownProblem: there is no such constituent.
    """
    text, now = text_of(services.chance.octets(32)), services.clock.now()
    with services.store.writing() as tx:
        known = constituent_named(tx, name)
        token = ApiToken(
            0,
            user_name(known),
            services.own.ref,
            SCOPES,
            now,
            Instant(now + days * DAY),
            constituent=known.num,
        )
        tx.tokens.add(sha256(text.encode()).digest(), token)
        services.record(tx, ActKind.TOKEN_MADE, who, known.pseudonym, scopes=" ".join(SCOPES))
    return text


def user_name(constituent: Constituent) -> str:
    """The user name of its clients, without a colon (RFC 7617); its own name stays out of lists and records."""
    return constituent.pseudonym.replace(":", "-")


def show_constituent(services: Services, name: str) -> Shown:
    """What is known of a constituent.

    Raises:
        UnknownProblem: there is none of that name.
    """
    now = services.clock.now()
    with services.store.reading() as tx:
        known = constituent_named(tx, name)
        tokens = tuple(one for one in tx.tokens.all() if one.constituent == known.num)
        return Shown(known, tokens, tuple(tx.meter.since(known.pseudonym, Instant(day_of(now) - KEPT))))


def constituent_named(tx: Transaction, name: str) -> Constituent:
    """Raises UnknownProblem where there is none."""
    known = tx.constituents.find(normalize("NFC", name).strip())
    if known is None:
        raise UnknownProblem(
            f"There is no constituent {visible(name, 60)}.", advice="`kenesh constituent list` lists them."
        )
    return known


def _name(text: str) -> str:
    name = normalize("NFC", text).strip()
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise UsageProblem(
            f"'{visible(text, 60)}' is no name of a constituent.", advice=f"It has 1 to {_MAX_NAME} characters."
        )
    return name


def _check_mail(mail: str) -> None:
    if mail and (_ADDRESS.fullmatch(mail) is None or not (mail.isascii() and mail.isprintable())):
        raise UsageProblem(f"'{visible(mail, 60)}' is no mail address.", advice="Write it as name@host.")


def _know(services: Services, tx: Transaction, memberships: Collection[str]) -> None:
    """The groups are known by their names, and their collections are there, from now on."""
    now = services.clock.now()
    for name in sorted(memberships):
        audience = group_audience(services.own.ref, name)
        tx.constituents.add_group(audience.ref, name, now)
        for channel in Channel:
            services.grants.collection(tx, audience, channel)
    if len(tx.constituents.groups()) > MAX_GROUPS:
        raise UsageProblem(f"A node has at most {MAX_GROUPS} groups of constituents.")


def _listed(memberships: Collection[str]) -> str:
    return " ".join(sorted(memberships))
