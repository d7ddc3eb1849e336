"""Agencies: further nodes of a state, each a party of its own, of which one may sit in a body in the state's place.

An agency's code begins with its state's: KZ-MVD is an agency of KZ. It reads what is given to it and nothing that is
given to its state, and what is not for the state is not for it. It speaks for the state in a body only where the state
has named it there. Source: ADR 51.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.bodies import Role, Seat
from kenesh.parties.keys import PublicKey
from kenesh.parties.party import party_id
from kenesh.stix.register import Channel, TypeDefinition

_AGENCY: Final = re.compile(r"([A-Z][A-Z0-9]+)-[A-Z0-9-]+", re.ASCII)
_LONGEST: Final = 16

RECEIVER: Final = TypeDefinition(
    name="kenesh-receiver",
    description="A party's word on which agency's node receives for it in a body, and sits there in its place.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"},
        "party_ref": {"$ref": "#/$defs/party"},
        "party": {"type": "string", "pattern": f"^{_AGENCY.pattern}$", "maxLength": _LONGEST},
        "kid": {"type": "string", "minLength": 43, "maxLength": 43},
        "signature": {"type": "string", "maxLength": 2000},
    },
    required=("body_ref", "party_ref", "party", "kid", "signature"),
)


def state_of(code: str) -> str:
    """The code of the party of which that one is an agency; '' where it is none's, or no code at all."""
    found = _AGENCY.fullmatch(code)
    return found[1] if found is not None and len(code) <= _LONGEST else ""


def state_ref_of(code: str) -> str:
    """The id of the party of which that one is an agency; '' where it is none's."""
    state = state_of(code)
    return party_id(state) if state else ""


def naming(body_ref: str, agency_ref: str, kid: str) -> dict[str, str]:
    """What a state signs when it names the node of an agency; that stands in the agency's membership, too."""
    return {"type": RECEIVER.name, "body_ref": body_ref, "party_ref": agency_ref, "kid": kid}


def is_named(keys: Collection[PublicKey], signature: str, body_ref: str, agency_ref: str, kid: str) -> bool:
    """Whether one of the state's keys signed that this node sits there in its place."""
    for key in keys:
        try:
            key.verify(signature, naming(body_ref, agency_ref, kid))
        except UntrustedProblem:
            continue
        return True
    return False


def one_voice(
    seats: Mapping[str, Sequence[Seat]], states: Mapping[str, str], named: Collection[str]
) -> dict[str, list[Seat]]:
    """The seats as they count: no state speaks twice, and none by whom it has not named.

    `states` says of which party each agency is one; `named` are the agencies that their states named in the body. What
    does not count is the seat of an observer, who is heard and decides nothing.
    """
    found: dict[str, list[Seat]] = {}
    for party in sorted(seats):
        is_named = party not in states or party in named
        before = [seat for other in seats if _is_before(other, party, states, named) for seat in seats[other]]
        found[party] = [seat if is_named and not _meets(seat, before) else _heard(seat) for seat in seats[party]]
    return found


def _is_before(other: str, party: str, states: Mapping[str, str], named: Collection[str]) -> bool:
    """Whether the other one speaks for the same state, and comes first: the state, then its agencies by their ids."""
    if party not in states:
        return False
    return other == states[party] or (other in named and states.get(other) == states[party] and other < party)


def _meets(seat: Seat, others: Sequence[Seat]) -> bool:
    """Whether one of the others speaks there at the same time."""
    return any(
        other.role is not Role.OBSERVER
        and (other.ends is None or seat.begins < other.ends)
        and (seat.ends is None or other.begins < seat.ends)
        for other in others
    )


def _heard(seat: Seat) -> Seat:
    return replace(seat, role=Role.OBSERVER)
