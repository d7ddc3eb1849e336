"""Who hosts whom, and how that is told: whoever runs a party's node can read what that party can. Source: ADR 39."""

from __future__ import annotations

from kenesh.federation.ports import Transaction
from kenesh.parties.own import Own
from kenesh.release.audience import Audience, AudienceKind


def hosts_known(tx: Transaction, own: Own) -> dict[str, str]:
    """The code of each party that is hosted, this node's own too, and its host's."""
    found = {tx.parties.code_of(ref): tx.parties.code_of(host) for ref, host in tx.parties.hosts().items()}
    return found | ({own.code: own.hosted_by} if own.hosted_by else {})


def host_of(tx: Transaction, audience: Audience) -> str:
    """The code of who hosts the party that is the audience; '' where it is no party, or is hosted by nobody."""
    ref = tx.parties.hosts().get(audience.ref) if audience.kind is AudienceKind.PARTY else None
    return tx.parties.code_of(ref) if ref else ""


def hosting_told(party: str, host: str) -> str:
    """What whoever gives something to a party that is hosted must know."""
    can = f"whoever runs {host}'s node can read what {party} can, and what is not for {host} is not for {party}"
    return f"{party} is hosted by {host}: {can}."
