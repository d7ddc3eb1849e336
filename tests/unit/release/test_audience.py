"""Audiences have references that everybody computes alike: a change here would send releases elsewhere."""

from __future__ import annotations

from uuid import UUID

import pytest

from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import (
    CLASSES,
    PEERS,
    PUBLIC,
    Audience,
    AudienceKind,
    audience_named,
    body_audience,
    class_audience,
    collection_id,
    party_audience,
    person_audience,
)
from kenesh.stix.register import Channel

BODY = "kenesh-body--3a1b0f2c-5d4e-4f60-8a7b-9c0d1e2f3a4b"
KG = party_id("KG")


def test_the_references_of_the_fixed_audiences_never_change() -> None:
    assert PUBLIC.ref == "audience--fd540063-552c-5c27-a9f3-5f3df9deee53"
    assert PEERS.ref == "audience--7c256046-8b3b-52e7-8d65-cc9cabfe3447"
    assert collection_id(KG, PUBLIC.ref, Channel.CONTENT) == UUID("088a723a-366f-57e6-a754-d5cf3ec25472")


def test_the_numbers_that_stand_in_the_store_never_change() -> None:
    names = ["PERSON", "PARTY", "BODY", "CLASS", "GROUP", "PUBLIC", "PEERS"]
    assert [kind.name for kind in AudienceKind] == names
    assert list(AudienceKind) == list(range(7))


@pytest.mark.parametrize(
    "audience",
    [PUBLIC, PEERS, party_audience(KG), body_audience(BODY), *map(class_audience, Role)],
    ids=lambda audience: audience.ref,
)
def test_an_audience_is_known_by_its_reference(audience: Audience) -> None:
    assert audience_named(audience.ref) == audience


def test_an_audience_of_persons_is_not_told_from_its_reference() -> None:
    assert audience_named(person_audience(KG, "Aida").ref) is None


@pytest.mark.parametrize("ref", ["", "audience--", "AUDIENCE--x", f" {PUBLIC.ref}", PUBLIC.ref.upper(), "public"])
def test_what_is_no_reference_names_no_audience(ref: str) -> None:
    assert audience_named(ref) is None


def test_each_class_and_each_person_is_an_audience_of_its_own() -> None:
    assert len(set(CLASSES.values())) == len(Role)
    persons = {person_audience(party, name).ref for party in (KG, party_id("AZ")) for name in ("Aida", "Bolot", "aida")}
    assert len(persons) == 6


def test_content_and_its_control_twin_are_two_collections_of_one_node() -> None:
    ids = {collection_id(party, BODY, channel) for party in (KG, party_id("AZ")) for channel in Channel}
    assert len(ids) == 4
    assert {uuid.version for uuid in ids} == {5}
