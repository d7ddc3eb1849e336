from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kenesh.basis.instants import instant_of
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version
from kenesh.stix.patterns import check_pattern
from kenesh.watch.atoms import atoms_of
from kenesh.watch.statements import indicator_object, pattern_of
from kenesh.watch.values import Atom, Kind, atom_of

PARTY = "identity--11111111-1111-4111-8111-111111111111"
UUID_4 = UUID("33333333-3333-4333-8333-333333333333")
NOON = instant_of("2026-01-31T12:00:00Z")
ATOMS = [
    Atom(Kind.IPV4, "192.0.2.1"),
    Atom(Kind.IPV6, "2001:db8::1"),
    Atom(Kind.IPV4_NET, "198.51.100.0/24"),
    Atom(Kind.IPV6_NET, "2001:db8::/32"),
    Atom(Kind.DOMAIN, "evil.example"),
    Atom(Kind.URL, "http://evil.example/it's?a=b'] OR [url:value = 'x"),
    Atom(Kind.URL, "http://evil.example/a?b=\\'"),
    Atom(Kind.EMAIL, "o'hara@evil.example"),
    Atom(Kind.MD5, "0" * 32),
    Atom(Kind.SHA1, "0" * 40),
    Atom(Kind.SHA256, "0" * 64),
    Atom(Kind.SHA512, "0" * 128),
]


def said_of(atom: Atom, note: str) -> dict[str, Any]:
    return indicator_object(atom, tlp=Tlp.GREEN, note=note, created_by_ref=PARTY, now=NOON, uuid=UUID_4)


@pytest.mark.clause("STIX 2.1 §4.7")
def test_what_was_said_becomes_an_indicator() -> None:
    said = indicator_object(
        Atom(Kind.DOMAIN, "evil.example"),
        tlp=Tlp.GREEN,
        note=" by telephone ",
        created_by_ref=PARTY,
        now=NOON,
        uuid=UUID_4,
    )

    assert said == {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{UUID_4}",
        "created_by_ref": PARTY,
        "created": "2026-01-31T12:00:00.000Z",
        "modified": "2026-01-31T12:00:00.000Z",
        "name": "evil.example",
        "description": "by telephone",
        "indicator_types": ["malicious-activity"],
        "pattern": "[domain-name:value = 'evil.example']",
        "pattern_type": "stix",
        "valid_from": "2026-01-31T12:00:00.000Z",
        "object_marking_refs": [Tlp.GREEN.marking_ref],
    }


def test_an_empty_note_is_no_description() -> None:
    assert "description" not in said_of(ATOMS[0], "  ")


@pytest.mark.parametrize("atom", ATOMS)
def test_stix2_validator_finds_nothing_wrong(atom: Atom) -> None:
    stix2validator = pytest.importorskip("stix2validator")

    result = stix2validator.validate_instance(
        said_of(atom, "by telephone"), stix2validator.ValidationOptions(version="2.1")
    )

    assert (result.is_valid, result.errors) == (True, [])


@pytest.mark.clause("STIX 2.1 §9.6")
@pytest.mark.parametrize("atom", ATOMS)
def test_a_pattern_is_grammatical_and_tests_for_that_value_alone(atom: Atom) -> None:
    pattern = pattern_of(atom)
    indicator = {"pattern": pattern, "pattern_type": "stix"}

    check_pattern(pattern)
    version = Version("indicator--x", "indicator", None, None, False, b"", b"", indicator)
    assert atoms_of(version) == ((atom_of(atom.kind, atom.value),) if " " not in atom.value else ())
