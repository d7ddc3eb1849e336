"""Keys, as people handle them: this node's own, and what is known of the peers'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownPartyProblem, UntrustedProblem, UsageProblem
from kenesh.doors.services import Services
from kenesh.federation.key_lines import KEY_TYPES, admit_key, known_of_keys, note_key_statement
from kenesh.federation.peer import Peer
from kenesh.federation.rekeying import tell_keys, told_of_keys
from kenesh.federation.suspects import Suspect
from kenesh.federation.suspects import suspects as find_suspects
from kenesh.ledger.acts import ActKind
from kenesh.parties.key_line import KeyLine
from kenesh.parties.keys import Signer, SigningKey, heard
from kenesh.parties.party import party_code


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What became of this node's key: the present one, and which peers took the news at once."""

    kid: str
    told: tuple[str, ...]
    not_told: tuple[str, ...]


def rotate(services: Services, who: str) -> Rekeyed:
    """A new key takes the place of this node's present one."""
    successor = _fresh(services)
    with services.store.writing() as tx:
        services.rekeying.succeed(tx, successor, services.clock.now())
        services.record(tx, ActKind.KEY_CHANGED, who, services.own.ref, kid=successor.kid, former=services.own.kid)
    services.own_keys.take(successor.kid)
    services.wake()
    return _tell(services, successor.kid)


def revoke(services: Services, seed: bytes, key: str, since: Instant, who: str, *, is_replaced: bool = True) -> Rekeyed:
    """The recovery key revokes this node's key, which a new one replaces; or another key, and this node's counts again.

    Raises:
        UntrustedProblem: it is not this node's recovery key. UsageProblem: the instant is to come.
    """
    now, own = services.clock.now(), services.own
    if since > now:
        raise UsageProblem("The instant of compromise is not yet.", advice="Say when the key was lost.")
    kid = heard(key) if key else own.kid
    successor = _fresh(services) if kid == own.kid and is_replaced else None
    with services.store.writing() as tx:
        services.rekeying.revoke(tx, SigningKey(seed).signer(), kid, since, successor, now)
        details: dict[str, str | int] = {"revoked": kid, "since": int(since), "kid": successor.kid if successor else ""}
        services.record(tx, ActKind.KEY_CHANGED, who, own.ref, **details)
    if successor is not None:
        services.own_keys.take(successor.kid)
    services.wake()
    return _tell(services, successor.kid if successor else own.kid)


def _fresh(services: Services) -> Signer:
    seed = services.chance.octets(32)
    services.own_keys.lay_ready(seed)
    return SigningKey(seed).signer()


def _tell(services: Services, kid: str) -> Rekeyed:
    """Who is not reached now reads it later, or is told when it refuses this node."""
    with services.store.reading() as tx:
        peers, told = tx.peers.all(), told_of_keys(tx, services.own)
    taken: list[str] = []
    missed: list[str] = []
    for peer in peers:
        try:
            with services.lines.open(peer) as line:
                (taken if tell_keys(line, told) else missed).append(peer.code)
        except Problem:
            missed.append(peer.code)
    return Rekeyed(kid, tuple(taken), tuple(missed))


def told(services: Services) -> tuple[bytes, ...]:
    """This node's cards and revocations, to be carried to a peer by hand."""
    with services.store.reading() as tx:
        return told_of_keys(tx, services.own).value


def take_statements(services: Services, objects: Sequence[bytes]) -> int:
    """Takes in cards and revocations of admitted nodes' keys that prove themselves; how many were new."""
    now, values = services.clock.now(), []
    for octets in objects:
        try:
            version = services.reader.read(octets)
        except Problem:
            continue
        if version.type in KEY_TYPES:
            values.append(version.value)
    if not values:
        return 0
    with services.store.writing() as tx:
        count = sum(note_key_statement(tx, services.terms, value, now) for value in values)
    if count:
        services.wake()
    return count


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of a party's keys; `peer` is None where its node is not admitted any more."""

    party: str
    line: KeyLine
    peer: Peer | None


def known_keys(services: Services, code: str = "") -> list[Keys]:
    """What is known of every party's keys, or of one's.

    Raises:
        UnknownPartyProblem: no node of that party was ever admitted here.
    """
    now, found = services.clock.now(), []
    with services.store.reading() as tx:
        for party_ref in tx.keys.parties():
            said = known_of_keys(tx, party_ref)
            name = tx.parties.code_of(party_ref)
            if said is not None and code in ("", name):
                found.append(Keys(name, said.line(now), tx.peers.by_ref(party_ref)))
    if code and not found:
        raise UnknownPartyProblem(f"No node of {party_code(code)} was ever admitted here.")
    return found


def confirm(services: Services, code: str, fingerprint: str, who: str) -> Peer:
    """A peer's new key is settled: its fingerprint was compared over the telephone.

    Raises:
        UntrustedProblem: the key that is followed here has another one.
    """
    now = services.clock.now()
    with services.store.writing() as tx:
        peer = tx.peers.by_code(party_code(code))
        if peer is None:
            raise UnknownPartyProblem(f"No node of {code} is admitted here.")
        if heard(fingerprint) != peer.kid:
            raise UntrustedProblem(
                f"The key of {code} that is followed here has another fingerprint than the one you were told.",
                advice="Somebody else may have their key: tell them. Their recovery key undoes it.",
            )
        said = known_of_keys(tx, peer.party_ref)
        assert said is not None
        value = next(one.value for one in (*said.cards, said.anchor) if one.card.key == peer.key)
        admit_key(tx, services.terms, value, now)
        services.record(tx, ActKind.PEER_ADMITTED, who, peer.party_ref, kid=peer.kid)
    services.wake()
    return peer


def suspects(services: Services, code: str = "") -> list[Suspect]:
    """What revoked keys signed, and nothing here shows to be older than their compromise; of one party, or of all.

    Raises:
        UnknownPartyProblem: no node of that party was ever admitted here.
    """
    with services.store.reading() as tx:
        parties = {tx.parties.code_of(ref): ref for ref in tx.keys.parties()}
        if code and code not in parties:
            raise UnknownPartyProblem(f"No node of {party_code(code)} was ever admitted here.")
        asked = [parties[code]] if code else list(parties.values())
        return [one for ref in asked for one in find_suspects(tx, ref)]
