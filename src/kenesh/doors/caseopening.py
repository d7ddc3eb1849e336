"""Opening a case: its room, who is admitted there, and what a party that comes later is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kenesh.basis.instants import Instant
from kenesh.doors.casework import By, at_case, check_leads, give_room, hand, regime_named
from kenesh.doors.discretion import check_coordinates
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import NamedAudience
from kenesh.federation.releasing import Order
from kenesh.federation.withdrawing import PRESENT
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_code, party_id
from kenesh.release.audience import party_audience
from kenesh.response import statements
from kenesh.response.statements import Opening
from kenesh.stix.marking import Tlp


def open_case(services: Services, opening: Opening, parties: Sequence[str], by: By) -> str:
    """Opens a case with a room of its own, to which the parties are admitted; gives its id.

    Raises:
        UnknownPartyProblem: a party's node is not admitted here. UsageProblem: this party has a room of that name.
        UnknownProblem: a regime is not known here. RefusedProblem: the marking stands against it.
    """
    with services.store.writing() as tx:
        case_id, _ = opened(services, tx, opening, dict.fromkeys(parties, Role.MEMBER), by)
    services.wake()
    return case_id


def opened(
    services: Services, tx: Transaction, opening: Opening, parties: Mapping[str, Role], by: By
) -> tuple[str, str]:
    """Opens the case in a transaction, each party in its role in the room; gives the ids of the case and its room."""
    for name in opening.regimes:
        regime_named(services, name)
    room = services.bodies.form(
        tx, opening.name, opening.name, services.clock.now(), council=False, exercise=opening.exercise
    )
    services.record(tx, ActKind.BODY_FORMED, by.who, room.id, name=opening.name)
    for code, role in {party_code(code): role for code, role in parties.items()}.items():
        if code != services.own.code:
            _admit(services, tx, room.id, code, by, role)
    case = statements.case_object(hand(services, by), opening)
    check_coordinates(opening.kind, case, looked=by.looked)
    incident = statements.incident_object(hand(services, by), opening)
    links = [
        statements.room_link(hand(services, by), case["id"], room.id),
        statements.link_object(hand(services, by), case["id"], incident["id"]),
    ]
    give_room(services, tx, room.id, [case, incident, *links], by)
    services.record(tx, ActKind.CASE_OPENED, by.who, case["id"], name=opening.name)
    return str(case["id"]), room.id


def invite(services: Services, name: str, party: str, by: By) -> None:
    """Admits one more party to the room, and gives it what the lead itself has stated there.

    Raises:
        UsageProblem: another party leads the case.
    """
    code = party_code(party)
    with at_case(services, name, by) as (tx, seen):
        check_leads(seen, "who is in the room")
        _admit(services, tx, seen.room_ref, code, by)
        inbox = NamedAudience(party_audience(party_id(code)), code)
        by_label: dict[Tlp | None, list[HeldVersion]] = defaultdict(list)
        for collection in [c.num for c in tx.grants.collections() if c.audience.ref == seen.room_ref]:
            grants = tx.grants.since(collection, Instant(0), services.own.ref)
            made = tx.statements.get({grant.statement for grant in grants})
            held = {one.num: one for one in tx.versions.held([grant.version for grant in grants])}
            for grant in grants:
                if made[grant.statement].label is not None:
                    by_label[made[grant.statement].label].append(held[grant.version])
        for label, items in by_label.items():
            services.releasing.release(
                tx, items, Order([inbox], label, PRESENT, within=seen.room_ref), services.clock.now()
            )


def _admit(services: Services, tx: Transaction, room: str, code: str, by: By, role: Role = Role.MEMBER) -> None:
    membership = services.bodies.admit(tx, room, code, role, None, services.clock.now())
    services.record(tx, ActKind.MEMBER_ADMITTED, by.who, membership.id, party=code, role=role.value)
