"""Identifiers: the form that STIX gives them, and the ones that everybody can compute."""

from __future__ import annotations

from uuid import UUID

import pytest

from kenesh.basis.identifiers import KENESH_EXTENSION, KENESH_NAMESPACE, is_stix_id, named_uuid, type_of

SOME_UUID = "6c1b1c9e-7a3d-4f7e-9c58-6b656e657368"


@pytest.mark.clause("STIX 2.1 §2.9")
@pytest.mark.parametrize(
    "text",
    [
        f"indicator--{SOME_UUID}",
        f"x-misp-attribute--{SOME_UUID}",
        f"ipv4-addr--{SOME_UUID.upper()}",
        "indicator--6c1b1c9e-7a3d-1f7e-9c58-6b656e657368",
        f"{'a' * 250}--{SOME_UUID}",
    ],
)
def test_a_type_and_a_uuid_of_any_version_make_an_identifier(text: str) -> None:
    assert is_stix_id(text)


@pytest.mark.clause("STIX 2.1 §2.9")
@pytest.mark.parametrize(
    "text",
    [
        "",
        SOME_UUID,
        f"--{SOME_UUID}",
        f"indicator-{SOME_UUID}",
        f"Indicator--{SOME_UUID}",
        f"indicator--{SOME_UUID} ",
        f"indicator--{SOME_UUID}\n",
        f"indicator--{{{SOME_UUID}}}",
        "indicator--6c1b1c9e7a3d4f7e9c586b656e657368",
        f"ındicator--{SOME_UUID}",
        f"{'a' * 251}--{SOME_UUID}",
        f"../etc--{SOME_UUID}",
    ],
)
def test_anything_else_is_no_identifier(text: str) -> None:
    assert not is_stix_id(text)


def test_the_type_stands_before_the_two_hyphens() -> None:
    assert type_of(f"x-misp-attribute--{SOME_UUID}") == "x-misp-attribute"


def test_the_type_that_a_rule_reads_is_the_type_that_the_form_allowed() -> None:
    """An object of type `identity--x` would pass for an identity wherever a rule asks `type_of` its id."""
    text = f"identity--x--{SOME_UUID}"
    assert not is_stix_id(text) or type_of(text) == "identity--x"


def test_everybody_computes_the_same_identifier_from_the_same_name() -> None:
    assert named_uuid("party", "AZ") == named_uuid("party", "AZ")
    assert named_uuid("party", "AZ") != named_uuid("party", "TR")
    assert named_uuid("party", "AZ").version == 5


def test_the_namespace_never_changes() -> None:
    """Every party's, audience's and collection's id hangs on it."""
    assert UUID("5b1c1f0e-7a3d-5f7e-9c58-6b656e657368") == KENESH_NAMESPACE
    assert is_stix_id(KENESH_EXTENSION)
    assert type_of(KENESH_EXTENSION) == "extension-definition"
