"""What an act says, and the hash that holds it in place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from kenesh.basis.instants import instant_of
from kenesh.basis.merkle import leaf_hash
from kenesh.basis.problem import DamagedProblem
from kenesh.ledger.acts import Act, ActKind, RecordedAct, act_bytes, act_digest

SALT = b"s" * 32
ACT = Act(
    ActKind.PEER_ADMITTED,
    instant_of("2026-11-25T01:12:03.5Z"),
    "account--gulnara",
    "identity--6c1b1c9e-7a3d-4f7e-9c58-6b656e657368",
    {"fingerprint": "ab:cd", "attempt": 2},
)


@pytest.mark.parametrize("kind", ActKind)
def test_each_kind_is_a_noun_and_what_was_done_to_it(kind: ActKind) -> None:
    *_, verb = str(kind).split("-")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind)
    assert verb in {"another", "made", "found", "begun", "sent", "kept"} or verb.endswith("ed")
    assert kind.name == kind.replace("-", "_").upper()


def test_the_entry_is_canonical_and_says_everything() -> None:
    """RFC 8785: the keys in order, no space, so that everybody hashes the same octets."""
    entry = act_bytes(ACT, SALT)
    assert entry.startswith(
        b'{"at":1795569123500000,"details":{"attempt":2,"fingerprint":"ab:cd"},"kind":"peer-admitted"'
    )
    assert json.loads(entry) == {
        "at": ACT.at,
        "details": {"attempt": 2, "fingerprint": "ab:cd"},
        "kind": "peer-admitted",
        "salt": SALT.hex(),
        "subject": ACT.subject,
        "who": "account--gulnara",
    }
    assert act_digest(ACT, SALT) == leaf_hash(entry)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ActKind.PEER_ENDED},
        {"at": ACT.at + 1},
        {"who": "account--other"},
        {"subject": "identity--other"},
        {"details": {}},
        {"details": {"fingerprint": "ab:cd", "attempt": "2"}},
    ],
)
def test_another_word_anywhere_gives_another_digest(change: dict[str, Any]) -> None:
    assert act_digest(replace(ACT, **change), SALT) != act_digest(ACT, SALT)


def test_two_acts_that_say_the_same_cannot_be_told_to_by_their_hashes() -> None:
    """The salt keeps a short act from being guessed, and a repeated one from being recognised."""
    assert act_digest(ACT, b"a" * 32) != act_digest(ACT, b"b" * 32)
    with pytest.raises(ValueError, match="at least 16"):
        act_bytes(ACT, b"short")


@pytest.mark.parametrize("details", [{"n": 2**53}, {"n": -(2**60)}, {"text": "\ud800"}])
def test_what_has_no_canonical_form_is_not_recorded(details: dict[str, str | int]) -> None:
    with pytest.raises(DamagedProblem):
        act_bytes(replace(ACT, details=details), SALT)


def test_an_act_without_content_and_salt_is_erased() -> None:
    digest = act_digest(ACT, SALT)
    assert RecordedAct(1, None, None, digest).is_erased
    assert not RecordedAct(1, ACT, SALT, digest).is_erased
    assert not RecordedAct(1, None, SALT, digest).is_erased
