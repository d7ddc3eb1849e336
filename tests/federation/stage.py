"""The stage of the attacks: KZ is the author, AZ believes nothing that is not proved, TR lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.federation.fakes import MORNING
from tests.federation.liars import Liar, Object
from tests.federation.nodes import Node

from kenesh.basis.instants import Instant
from kenesh.parties.bodies import Role, membership_object
from kenesh.stix.register import Channel

#: How something of the liar's comes to a node.
Way = Callable[[Liar, Node, "list[Object]", "list[Object]"], None]
EVIL, GOOD = "evil.example", "good.example"
BODY_UUID = UUID("0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00")
NOW = MORNING


def read(liar: Liar, node: Node, statements: list[Object], content: list[Object]) -> None:
    """The node reads it from the liar's collections."""
    liar.lays(node.ref, *statements, channel=Channel.CONTROL)
    liar.lays(node.ref, *content)
    node.syncs(liar.code)


def posted(liar: Liar, node: Node, statements: list[Object], content: list[Object]) -> None:
    """The liar posts it to its inbox at the node."""
    answer = liar.posts(node, *statements, *content)
    assert answer.status_code == 202, answer.text


WAYS: dict[str, Way] = {"read": read, "posted": posted}


def kz_gives(kz: Node, az: Node, *values: Object, **wish: Any) -> Object:
    """KZ releases the objects to AZ, which reads them; gives the release as it went over the wire."""
    kz.imports(*values)
    outcome = kz.releases(*(value["id"] for value in values), to="AZ", **wish)
    az.syncs("KZ")
    return kz.statement(outcome.statements[0].id)


def membership_stated(body: str, party: Liar | Node, by: Liar | Node, number: int = 0) -> Object:
    """A membership of a party in a body, as somebody states it."""
    return membership_object(
        UUID(int=BODY_UUID.int + 1 + number),
        body_ref=body,
        party=party.code,
        party_ref=party.ref,
        kid=party.own.kid,
        role=Role.MEMBER,
        keeper_ref=by.ref,
        begins=Instant(0),
        now=NOW,
    )
