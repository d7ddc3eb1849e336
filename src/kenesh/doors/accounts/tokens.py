"""API tokens of clients: made with scopes and an end, listed, revoked; the day of its last use is noted."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Final

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.services import Services
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import ApiToken
from kenesh.parties.party import party_id
from kenesh.parties.roles import OWN_SCOPES, SCOPES
from kenesh.release.audience import party_audience
from kenesh.release.manifest import text_of
from kenesh.stix.register import Channel

#: What a client of a party may do where nothing else is said: what a TAXII client or a MISP does.
CLIENT: Final = ("misp:read", "taxii:read", "taxii:write")
FIGURES: Final = ("figures:read",)
MAX_DAYS: Final = 730


def make_token(
    services: Services, name: str, party: str, days: int, scopes: Collection[str] = CLIENT, who: str = "console"
) -> str:
    """A token of 256 random bits for a client of a party; the store keeps its SHA-256 alone.

    Raises:
        UsageProblem: the name or a scope is none, or the scope is for clients of this node's own party alone.
    """
    if ":" in name or not name.isprintable():
        raise UsageProblem("A client's name has no colon in it.", advice="Choose a plain word.")
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown or not scopes:
        raise UsageProblem(
            f"'{visible(''.join(unknown[:1]), 60)}' is no scope of a token.", advice=f"Scopes are {', '.join(SCOPES)}."
        )
    if party != services.own.code and (own := sorted(OWN_SCOPES.intersection(scopes))):
        raise UsageProblem(
            f"Whoever has {own[0]} acts as {services.own.code}, and the token would be {visible(party, 20)}'s.",
            advice=f"Say --party {services.own.code}.",
        )
    text, now = text_of(services.chance.octets(32)), services.clock.now()
    token = ApiToken(0, name, party_id(party), tuple(sorted(scopes)), now, Instant(now + days * DAY))
    with services.store.writing() as tx:
        # Its inbox is there from now on, also that of a party without a node.
        services.grants.collection(tx, party_audience(token.party_ref), Channel.CONTENT)
        tx.tokens.add(sha256(text.encode()).digest(), token)
        services.record(tx, ActKind.TOKEN_MADE, who, token.party_ref, client=name, scopes=" ".join(token.scopes))
    return text


def revoke_token(services: Services, num: int, who: str = "console") -> ApiToken:
    """It opens nothing any more.

    Raises:
        UnknownProblem: there is no such token.
    """
    with services.store.writing() as tx:
        token = next((one for one in tx.tokens.all() if one.num == num), None)
        if token is None:
            raise UnknownProblem(f"There is no token {num}.", advice="`kenesh token list` lists them.")
        tx.tokens.revoke(num)
        services.record(tx, ActKind.TOKEN_REVOKED, who, token.party_ref, client=token.name)
    return token


def note_use(services: Services, token: ApiToken) -> None:
    """Notes the day, once a day."""
    now = services.clock.now()
    today = Instant(now - now % DAY)
    if token.used_on != today:
        with services.store.writing() as tx:
            tx.tokens.use(token.num, today)
