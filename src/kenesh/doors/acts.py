"""What people do here: each act in one transaction, recorded, and the running node woken. The doors call these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownPartyProblem, UsageProblem
from kenesh.doors.consent import Consent, at_once
from kenesh.doors.services import Services, Transaction
from kenesh.federation.admission import admit_peer
from kenesh.federation.answering import new_sightings
from kenesh.federation.audiences import NamedAudience, audiences_named, not_for_named
from kenesh.federation.cards import own_card
from kenesh.federation.explaining import Explanation, explain, question
from kenesh.federation.peer import Peer
from kenesh.federation.releasing import Order, Outcome, References, select
from kenesh.federation.remarking import remark
from kenesh.federation.standing import lasting
from kenesh.federation.sync import Report
from kenesh.federation.withdrawing import Withdrawal
from kenesh.holdings.importing import ImportOutcome
from kenesh.holdings.proposing import Found
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import party_audience
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.reader import Reader
from kenesh.release.recalls import Recall
from kenesh.stix.exercise import as_exercise
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.marking import Tlp
from kenesh.watch.statements import indicator_object
from kenesh.watch.watching import recognised


def card(services: Services) -> dict[str, Any]:
    """This node's card."""
    with services.store.writing() as tx:
        found = own_card(tx, services.own, services.author, services.issuer, services.clock.now())
    services.wake()
    return found


def add_peer(
    services: Services,
    value: Mapping[str, Any],
    fingerprint: str,
    who: str,
    *,
    depositary: bool,
    consent: Consent[Peer] = at_once,
) -> Peer:
    """Admits another party's node."""
    now = services.clock.now()
    with services.store.writing() as tx:
        peer = admit_peer(tx, services.own, services.terms, value, fingerprint, now, depositary=depositary)
        services.record(
            tx, ActKind.PEER_ADMITTED, who, peer.party_ref, kid=peer.kid, depositary=int(peer.is_depositary)
        )
        consent(tx, peer)
    services.wake()
    return peer


def form_body(
    services: Services, name: str, title: str, who: str, *, council: bool | None = None, exercise: bool = False
) -> HeldVersion:
    """Forms a body that this party keeps."""
    with services.store.writing() as tx:
        body = services.bodies.form(tx, name, title, services.clock.now(), council=council, exercise=exercise)
        services.record(tx, ActKind.BODY_FORMED, who, body.id, name=name)
    services.wake()
    return body


def admit_member(
    services: Services, body: str, party: str, role: Role, begins: Instant | None, who: str, *, basis: str = ""
) -> HeldVersion:
    """Admits a party to a body that this party keeps; `basis` is the act on which that rests."""
    with services.store.writing() as tx:
        membership = services.bodies.admit(tx, body, party, role, begins, services.clock.now(), basis=basis)
        services.record(tx, ActKind.MEMBER_ADMITTED, who, membership.id, party=party, role=role.value)
    services.wake()
    return membership


def name_receiver(services: Services, body: str, agency: str, who: str) -> tuple[HeldVersion, bool]:
    """Names the agency whose node receives for this party in a body, to the body's keeper; and whether that is new."""
    with services.store.writing() as tx:
        named, is_new = services.bodies.name_receiver(tx, body, agency, services.clock.now())
        if is_new:
            services.record(tx, ActKind.OBJECT_STATED, who, named.id, party=agency)
    services.wake()
    return named, is_new


def end_member(services: Services, body: str, party: str, until: Instant | None, who: str) -> HeldVersion:
    """Ends a party's term in a body that this party keeps."""
    now = services.clock.now()
    with services.store.writing() as tx:
        membership = services.bodies.end(tx, body, party, until or now, now)
        services.record(tx, ActKind.MEMBER_ENDED, who, membership.id, party=party)
    services.wake()
    return membership


def import_files(
    services: Services,
    files: Sequence[tuple[str, Iterator[Piece | Refusal | Found]]],
    who: str,
    progress: Callable[[int], None],
) -> ImportOutcome:
    """Imports files."""
    outcome = services.importing.run(files, who, progress)
    with services.store.writing() as tx:
        counts = {"accepted": outcome.accepted, "unchanged": outcome.unchanged, "refused": outcome.refused}
        services.record(tx, ActKind.OBJECTS_IMPORTED, who, outcome.id, **counts)
    services.wake()
    return outcome


def state_values(
    services: Services,
    values: Sequence[str],
    tlp: Tlp,
    note: str,
    who: str,
    consent: Consent[Sequence[HeldVersion]] = at_once,
    *,
    exercise: bool = False,
) -> list[HeldVersion]:
    """States an indicator for each value that was said on the telephone, or made up for an exercise."""
    now = services.clock.now()
    objects = [
        indicator_object(
            recognised(value),
            tlp=tlp,
            note=note,
            created_by_ref=services.own.ref,
            now=now,
            uuid=services.chance.uuid4(),
        )
        for value in values
    ]
    said = [as_exercise(value) for value in objects] if exercise else objects
    with services.store.writing() as tx:
        held = services.author.state(tx, said, now, who)
        for item in held:
            services.record(tx, ActKind.VALUE_STATED, who, item.id, tlp=tlp.label)
        consent(tx, held)
    services.wake()
    return held


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wrote on the release command; `not_for` by codes and classes, which go into the caveats."""

    words: Sequence[str] = ()
    query: str | None = None
    to: str = ""
    label: Tlp | None = None
    reason: str = ""
    references: References = References.BARE
    skip_refused: bool = False
    follow: bool = False
    caveats: Caveats = NO_CAVEATS
    not_for: str = ""


def release(
    services: Services, wish: Wish, who: str, consent: Consent[Outcome] = at_once, reader: Reader | None = None
) -> Outcome:
    """Releases what is selected to every audience, or to none.

    It is the newest version that the person sees: `reader`, or at the console who is cleared for every body.
    """
    now = services.clock.now()
    reader = reader or services.person(who)
    services.bring_up_to_date()
    with services.store.writing() as tx:
        audiences = audiences_named(tx, services.own, wish.to, now)
        selected = select(tx, reader, wish.words, wish.query, now)
        outcome = carry_out(services, tx, selected, audiences, wish, who, now)
        consent(tx, outcome)
    services.wake()
    return outcome


def release_new_sightings(services: Services, wish: Wish, who: str) -> Outcome:
    """Releases this party's new sightings, each only to the party from whom its indicator came."""
    now = services.clock.now()
    total = Outcome()
    with services.store.writing() as tx:
        by_party = new_sightings(tx, services.own)
        asked = [a.name for a in audiences_named(tx, services.own, wish.to, now)] if wish.to else sorted(by_party)
        for code in asked:
            if code in by_party and tx.peers.by_code(code) is not None:
                audience = NamedAudience(party_audience(party_id(code)), code)
                outcome = carry_out(services, tx, by_party[code], [audience], wish, who, now)
                total.statements += outcome.statements
                total.objects |= outcome.objects
                total.reaches |= outcome.reaches
                total.refused += outcome.refused
    services.wake()
    return total


def carry_out(
    services: Services,
    tx: Transaction,
    selected: Sequence[HeldVersion],
    audiences: Sequence[NamedAudience],
    wish: Wish,
    who: str,
    now: Instant,
) -> Outcome:
    """Releases the selection as the wish says, and records each release."""
    barred = not_for_named(services.own, wish.not_for)
    caveats = replace(wish.caveats, not_for=barred)
    order = Order(audiences, wish.label, wish.reason, wish.references, wish.skip_refused, wish.follow, caveats)
    outcome = services.releasing.release(tx, selected, order, now)
    for statement in outcome.statements:
        services.record(
            tx, ActKind.RELEASE_MADE, who, statement.id, audience=statement.audience_ref, objects=statement.objects
        )
    return outcome


def withdraw(
    services: Services,
    name: str,
    reason: str,
    who: str,
    recall: Recall | None = None,
    label: Tlp | None = None,
    consent: Consent[Withdrawal] = at_once,
) -> Withdrawal:
    """Withdraws a release, or an object from everybody; with a recall, who has it is asked to confirm.

    With a recall and a label nothing is withdrawn: the object is marked so, and who has it confirms that.
    """
    now = services.clock.now()
    with services.store.writing() as tx:
        if recall is not None and label is not None:
            withdrawal = remark(tx, services.withdrawing, name, label, reason, now, recall)
        else:
            withdrawal = services.withdrawing.withdraw(tx, name, reason, now, recall)
        for statement in withdrawal.statements:
            services.record(tx, ActKind.WITHDRAWAL_MADE, who, statement.id, of=name, objects=statement.objects)
        consent(tx, withdrawal)
    services.wake()
    return withdrawal


def explain_for(
    services: Services, asker: Reader, object_id: str, party: str, at: Instant | None = None
) -> Explanation:
    """Says whether a party, a class or the public sees an object, and why, as far as the asker knows; it is recorded.

    Raises:
        UsageProblem: it is this node's own party.
    """
    if party == services.own.code:
        raise UsageProblem(f"{party} is this node's own party.", advice="`kenesh show` says what it has of the object.")
    services.bring_up_to_date()
    with services.store.writing() as tx:
        now = services.clock.now()
        found = explain(tx, services.own, asker, object_id, party, now, at)
        terms = lasting(tx, asker, object_id, question(tx, services.own, party, now if at is None else at), now)
        found = replace(found, terms=terms)
        if party != "public" and ":" not in party and tx.peers.by_code(party) is None:
            found = replace(found, reasons=(*found.reasons, f"No node of {party} is admitted here: it reads nothing."))
        services.record(tx, ActKind.EXPLAINED_FOR_ANOTHER, asker.name, object_id, party=party, rule=found.rule)
    return found


def sync(services: Services, parties: Sequence[str], *, push: bool = False) -> list[Report]:
    """Reads everything new of the named peers, or of all; with `push` it also posts what is released to them.

    Raises:
        UnknownPartyProblem: one of them is not admitted here.
    """
    with services.store.reading() as tx:
        peers = tx.peers.all()
    unknown = set(parties) - {peer.code for peer in peers}
    if unknown:
        raise UnknownPartyProblem(
            f"No node of {', '.join(sorted(unknown))[:200]} is admitted here.", advice="`kenesh peer list` lists them."
        )
    reports = [services.syncing.sync(peer, push=push) for peer in peers if not parties or peer.code in parties]
    services.wake()
    return reports
