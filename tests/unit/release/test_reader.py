"""Readers: only a person is cleared for bodies."""

from __future__ import annotations

import pytest

from kenesh.release.reader import NOBODY, Reader, ReaderKind, peer_reader

BODY, OTHER = "kenesh-body--1", "kenesh-body--2"


def test_a_person_is_cleared_for_what_he_is_told_he_is() -> None:
    assert Reader(ReaderKind.PERSON, "identity--kg", "Aida").is_cleared_for(BODY)
    assert Reader(ReaderKind.PERSON, "identity--kg", "Aida", frozenset([BODY])).is_cleared_for(BODY)
    assert not Reader(ReaderKind.PERSON, "identity--kg", "Aida", frozenset([BODY])).is_cleared_for(OTHER)
    assert not Reader(ReaderKind.PERSON, "identity--kg", "Aida", frozenset()).is_cleared_for(BODY)


@pytest.mark.parametrize(
    "kind", [kind for kind in ReaderKind if kind is not ReaderKind.PERSON], ids=lambda kind: kind.name
)
def test_nobody_else_is_cleared_for_anything(kind: ReaderKind) -> None:
    assert not Reader(kind, "identity--kg").is_cleared_for(BODY)
    assert not Reader(kind, "identity--kg", cleared_for=frozenset([BODY])).is_cleared_for(BODY)


def test_nobody_has_no_party_and_a_peer_has_one() -> None:
    assert (NOBODY.kind, NOBODY.party_ref) == (ReaderKind.NOBODY, None)
    assert peer_reader("identity--az") == Reader(ReaderKind.PEER, "identity--az")


def test_the_numbers_that_stand_in_the_store_never_change() -> None:
    assert [kind.name for kind in ReaderKind] == ["NOBODY", "PERSON", "CONSTITUENT", "ACCOUNT", "PEER"]
    assert list(ReaderKind) == list(range(5))
