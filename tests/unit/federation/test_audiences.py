"""Naming audiences, and who belongs to them."""

from __future__ import annotations

import pytest
from tests.unit.federation.alone import Alone

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.doors import acts
from kenesh.federation.audiences import NamedAudience, audience_name, audiences_named, parties_of
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import PEERS, PUBLIC, Audience, AudienceKind, body_audience, class_audience, party_audience


def named(alone: Alone, text: str) -> list[NamedAudience]:
    with alone.database.reading() as tx:
        return audiences_named(tx, alone.own, text, alone.clock.now())


def reached(alone: Alone, audience: Audience) -> list[str]:
    with alone.database.reading() as tx:
        return parties_of(tx, alone.own, audience, alone.clock.now())


def forms(alone: Alone, name: str, *, council: bool = False) -> str:
    return acts.form_body(alone.services, name, name, "officer", council=council).id


def test_parties_are_named_by_their_codes_each_once() -> None:
    alone = Alone("AZ", "TR")
    assert named(alone, "AZ, TR,AZ,") == [
        NamedAudience(party_audience(party_id("AZ")), "AZ"),
        NamedAudience(party_audience(party_id("TR")), "TR"),
    ]
    alone.database.close()


@pytest.mark.parametrize("text", ["", " , ", "az", "AZ!", "body", "class:", "class:king", "nobody:AZ"])
def test_what_names_no_audience_is_refused(alone: Alone, text: str) -> None:
    with pytest.raises(UsageProblem):
        named(alone, text)


def test_a_party_whose_node_is_not_admitted_is_no_audience(alone: Alone) -> None:
    with pytest.raises(UnknownPartyProblem, match="No node of UZ"):
        named(alone, "AZ,UZ")


def test_a_release_to_oneself_is_refused(alone: Alone) -> None:
    with pytest.raises(UsageProblem, match="oneself"):
        named(alone, "KZ")


def test_a_body_is_named_by_name_or_id(alone: Alone) -> None:
    body = forms(alone, "circle")
    for text in ("body:circle", f"body:{body}"):
        (found,) = named(alone, text)
        assert found.audience == body_audience(body)


def test_a_body_that_this_party_is_not_in_looks_like_none(alone: Alone) -> None:
    with pytest.raises(UnknownProblem, match="in no body 'circle'"):
        named(alone, "body:circle")


def test_a_body_whose_term_has_ended_is_no_audience(alone: Alone) -> None:
    forms(alone, "circle")
    acts.end_member(alone.services, "circle", "KZ", Instant(alone.clock.now() + HOUR), "officer")
    assert named(alone, "body:circle")
    alone.clock.step(HOUR)
    with pytest.raises(UnknownProblem):
        named(alone, "body:circle")


def test_classes_need_a_council(alone: Alone) -> None:
    forms(alone, "circle", council=False)
    with pytest.raises(UnknownProblem, match="no council"):
        named(alone, "class:member")
    forms(alone, "council", council=True)
    (found,) = named(alone, "class:member")
    assert found.audience == class_audience(Role.MEMBER)


def test_the_public_is_named(alone: Alone) -> None:
    assert named(alone, "public") == [NamedAudience(PUBLIC, "public")]


def test_a_body_reaches_the_parties_with_a_term_in_force(alone: Alone) -> None:
    body = body_audience(forms(alone, "circle"))
    acts.admit_member(alone.services, "circle", "AZ", Role.MEMBER, None, "officer")
    later = Instant(alone.clock.now() + HOUR)
    acts.admit_member(alone.services, "circle", "TR", Role.MEMBER, later, "officer")
    assert reached(alone, body) == ["AZ"]
    alone.clock.step(HOUR)
    assert reached(alone, body) == ["AZ", "TR"]


def test_a_class_reaches_those_of_that_role(alone: Alone) -> None:
    forms(alone, "council", council=True)
    acts.admit_member(alone.services, "council", "AZ", Role.MEMBER, None, "officer")
    acts.admit_member(alone.services, "council", "TR", Role.OBSERVER, None, "officer")
    assert reached(alone, class_audience(Role.MEMBER)) == ["AZ"]
    assert reached(alone, class_audience(Role.OBSERVER)) == ["TR"]
    assert reached(alone, class_audience(Role.CHAIR)) == []


def test_the_public_and_the_peers_are_everybody_who_is_admitted(alone: Alone) -> None:
    assert reached(alone, PUBLIC) == reached(alone, PEERS) == ["AZ", "TR"]
    assert reached(alone, party_audience(party_id("AZ"))) == ["AZ"]
    assert reached(alone, Audience(AudienceKind.GROUP, "audience--x")) == []


def test_audiences_are_called_what_people_call_them(alone: Alone) -> None:
    body = forms(alone, "circle")
    with alone.database.reading() as tx:
        names = [
            audience_name(tx, audience)
            for audience in (
                PUBLIC,
                PEERS,
                party_audience(party_id("AZ")),
                body_audience(body),
                body_audience("kenesh-body--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00"),
                class_audience(Role.OBSERVER),
            )
        ]
    assert names == [
        "public",
        "peers",
        "AZ",
        "body:circle",
        "body:kenesh-body--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00",
        "class:observer",
    ]
