"""Claims between nodes: what is said in a circle is the circle's, and nobody speaks for another."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tests.federation.nodes import Node, Nodes

from kenesh.council.directory.kinds import CLAIM
from kenesh.council.directory.values import InBody
from kenesh.doors.casework import By
from kenesh.doors.council.directory import add_claims, who_is_who
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.reader import Reader
from kenesh.response.statements import Hand
from kenesh.stix.marking import Tlp

SAID = b"""[[claim]]
body = "A body"
party = "HU"
capacity = "observer"
source = "a note that was read out"
as_of = 2020-01-01
"""


def seen(node: Node, reader: Reader | None = None) -> dict[str, list[str]]:
    """By body whom its claims name, without what comes with every node."""
    found = who_is_who(node.services, reader or node.services.person("console"))
    return {
        body.body: [one.party for row in body.parties for one in row.claims if isinstance(one, InBody)]
        for body in found.rosters
        if any(one.stated_by for row in body.parties for one in row.claims)
    }


def test_what_is_claimed_in_a_circle_is_seen_by_who_is_cleared_for_it(nodes: Nodes) -> None:
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce(depositary="KZ")
    kz.forms("council", council=True)
    for code in ("AZ", "TR"):
        kz.admits(code, "council")
    kz.forms("pair")
    kz.admits("AZ", "pair", Role.OBSERVER)
    nodes.settle()
    (made,), _ = add_claims(kz.services, SAID, "note.toml", By("officer", Tlp.AMBER))
    kz.releases(made, to="body:pair")
    nodes.settle()
    assert seen(az)["A body"] == ["HU"]
    assert "A body" not in seen(tr)
    uncleared = replace(az.services.person("guest"), cleared_for=frozenset())
    assert seen(az, uncleared) == {}
    assert len([body for body in seen(az) if body != "A body"]) == 2
    assert len(seen(tr)) == 1


def test_nobody_states_a_claim_for_another(nodes: Nodes) -> None:
    kz, _ = nodes.found("KZ", "AZ")
    nodes.introduce(depositary="KZ")
    hand = Hand(UUID(int=3, version=4), party_id("AZ"), kz.services.clock.now(), Tlp.GREEN)
    said = {
        "says": "claim",
        "body": "A body",
        "party": "HU",
        "capacity": "member",
        "source": "s",
        "as_of": "2020-01-01",
    }
    kz.imports(hand.begins(CLAIM.name) | said)
    assert kz.current(f"{CLAIM.name}--{UUID(int=3, version=4)}")
    assert seen(kz) == {}
