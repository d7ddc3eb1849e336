"""Which node receives for a state in a body: the state names one of its agencies', and the keeper admits it there.

The state's word goes to the body's keeper alone, and its signature stands in the membership that the keeper states: so
every member checks it, whenever it came. Source: ADR 51.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.basis.problem import UnknownPartyProblem, UsageProblem
from kenesh.federation.authoring import Author
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.agencies import RECEIVER, is_named, naming, one_voice, state_of, state_ref_of
from kenesh.parties.bodies import SPEAKS, Role, Seat
from kenesh.parties.keys import PublicKey
from kenesh.parties.own import Own
from kenesh.parties.party import party_id
from kenesh.stix.register import common_properties

_NAMED_BY: Final = "kenesh member name, at the state's own node"


@dataclass(frozen=True, slots=True)
class Places:
    """By which word an agency sits somewhere, and whose seats end as its begins."""

    naming: str = ""
    taken: tuple[str, ...] = ()


def places(tx: Transaction, own: Own, body: HeldVersion, peer: Peer, role: Role, seated: Collection[str]) -> Places:
    """What the keeper states with a party's admission.

    `seated` are the codes of the others who speak there.

    Raises:
        UsageProblem: an agency is to speak for a state that has not named it or keeps the body; or another one does.
    """
    if role not in SPEAKS:
        return Places()
    state = state_of(peer.code)
    home = state or peer.code
    rival = next((code for code in sorted(seated) if state_of(code) == home), "")
    if rival:
        raise UsageProblem(f"{rival} sits there for {home}.", advice=f"End its term first: kenesh member end {rival}.")
    if not state:
        return Places()
    if state == own.code:
        raise UsageProblem(f"{state} keeps the body, and sits there itself.", advice="Admit its agency as observer.")
    word = _word(tx, body.id, party_id(state))
    known = tx.peers.by_ref(party_id(state))
    keys = keys_of(known) if known is not None else []
    if word is None or not is_named(keys, word["signature"], body.id, peer.party_ref, peer.kid):
        raise UsageProblem(
            f"{state} has not named this node of {peer.code} to receive for it there.",
            advice=f"Its duty officer does: {_NAMED_BY}; or admit it as observer.",
        )
    return Places(word["signature"], tuple(code for code in seated if code == state))


def name_receiver(
    tx: Transaction, own: Own, author: Author, body: HeldVersion, agency: str, now: Instant
) -> tuple[HeldVersion, bool]:
    """States which agency's node receives for this party in a body; and whether that is new.

    Raises:
        UsageProblem: that party is no agency of this one, or this party keeps the body.
        UnknownPartyProblem: its node is not admitted here.
    """
    if state_of(agency) != own.code:
        raise UsageProblem(
            f"{agency} is no agency of {own.code}.", advice=f"An agency's code begins so: {own.code}-NAME."
        )
    if body.writer == own.ref:
        raise UsageProblem(f"{own.code} keeps the body, and sits there itself.")
    peer = tx.peers.by_code(agency)
    if peer is None:
        raise UnknownPartyProblem(
            f"No node of {agency} is admitted here.",
            advice="Admit it first: kenesh peer add AGENCY.card.json --fingerprint F.",
        )
    said = {
        "body_ref": body.id,
        "party_ref": peer.party_ref,
        "party": agency,
        "kid": peer.kid,
        "signature": own.signer.sign(naming(body.id, peer.party_ref, peer.kid)),
    }
    before = _word(tx, body.id, own.ref)
    if before is None:
        stix_id = f"{RECEIVER.name}--{named_uuid('receiver', f'{own.code}/{body.id}')}"
        value: dict[str, Any] = common_properties(RECEIVER.name, stix_id, stix_timestamp(now), own.ref) | said
    elif all(before.get(key) == text for key, text in said.items()):
        return tx.versions.current_of([before["id"]])[before["id"]], False
    else:
        later = max(now, instant_of(before["modified"]) + 1000)
        value = before | said | {"modified": stix_timestamp(later)}
    (held,) = author.state(tx, [value], now)
    return held, True


def agency_told(agency: str, state: str) -> str:
    """What whoever gives something to an agency must know."""
    return f"{agency} is an agency of {state}: what is not for {state} is not for {agency}."


def keys_of(peer: Peer) -> list[PublicKey]:
    """The keys by which what the peer once signed still counts."""
    return [key for kid in peer.kids if (key := peer.key_named(kid)) is not None]


def seats_of(tx: Transaction, own: Own, body_ref: str) -> dict[str, list[Seat]]:
    """Who sits in a body, sat there or will, each as it counts: no state speaks twice, or by whom it has not named."""
    found: dict[str, list[Seat]] = {}
    words: dict[str, set[tuple[str, str]]] = {}
    for stored in tx.terms.of_audiences([body_ref]):
        term = stored.term
        found.setdefault(term.party_ref, []).append(Seat(term.begins, term.ends, term.role))
        words.setdefault(term.party_ref, set()).add((term.membership_id, term.kid))
    states = {party: ref for party in found if (ref := state_ref_of(tx.parties.code_of(party)))}
    named = {party for party in states if _is_named(tx, own, body_ref, party, states[party], words[party])}
    return one_voice(found, states, named) if states else found


def _is_named(
    tx: Transaction, own: Own, body_ref: str, party: str, state_ref: str, words: Iterable[tuple[str, str]]
) -> bool:
    peer = tx.peers.by_ref(state_ref)
    keys = [own.signer.public, *own.former] if state_ref == own.ref else keys_of(peer) if peer is not None else []
    for membership_id, kid in words:
        held = tx.versions.current_of([membership_id]).get(membership_id)
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num]) if held is not None else {}
        if is_named(keys, str(value.get("naming", "")), body_ref, party, kid):
            return True
    return False


def waiting_for(tx: Transaction, own: Own, body: HeldVersion, seated: Collection[str]) -> list[str]:
    """The agencies that their states have named in a body, and that its keeper, this node, has not admitted yet."""
    if body.writer != own.ref:
        return []
    words = [held for held in tx.versions.linked_to(body.id, [RECEIVER.name]) if held.proved]
    named = {msgspec.json.decode(raw)["party"] for raw in tx.versions.raw([held.num for held in words]).values()}
    return sorted(named - set(seated))


def _word(tx: Transaction, body_ref: str, state_ref: str) -> dict[str, Any] | None:
    """What the state last said of who receives for it there."""
    for held in tx.versions.linked_to(body_ref, [RECEIVER.name]):
        if held.writer == state_ref and held.proved:
            value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            return value
    return None
