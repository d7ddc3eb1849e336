"""One leaf every ten seconds, and nothing to be read from them but the time."""

from __future__ import annotations

import hmac
from dataclasses import replace

import pytest

from kenesh.basis.instants import MINUTE, SECOND, Instant, instant_of
from kenesh.basis.merkle import EMPTY_ROOT, Frontier, Tree, leaf_hash, root_of
from kenesh.ledger.acts import Act, ActKind, act_bytes, act_digest
from kenesh.ledger.log import (
    INTERVAL,
    Epoch,
    LogHead,
    are_two_pasts,
    head_bytes,
    interval_leaf,
    interval_of,
    interval_salt,
    is_beginning_of,
    leaves,
)
from kenesh.ledger.proofs import prove_act

START = instant_of("2026-11-25T01:00:00Z")
SECRET = b"k" * 32
SALT = b"s" * 32


def digest(n: int) -> bytes:
    return leaf_hash(bytes([n]))


@pytest.mark.parametrize(
    ("after", "interval"),
    [(0, 0), (1, 0), (INTERVAL - 1, 0), (INTERVAL, 1), (MINUTE, 6), (-1, -1), (-INTERVAL, -1), (-INTERVAL - 1, -2)],
)
def test_an_interval_is_ten_seconds_from_its_first_microsecond(after: int, interval: int) -> None:
    assert interval_of(Instant(START + after), START) == interval


def test_the_start_of_an_interval_lies_in_it() -> None:
    for interval in (0, 1, 8640):
        assert interval_of(Epoch(1, START).starts(interval), START) == interval


def test_the_salt_of_an_interval_comes_from_the_secret_the_epoch_and_the_number() -> None:
    purpose = b"kenesh ledger interval 1" + (1).to_bytes(8, "big") + (7).to_bytes(8, "big")
    assert interval_salt(SECRET, 1, 7) == hmac.digest(SECRET, purpose, "sha256")
    salts = {interval_salt(secret, epoch, n) for secret in (SECRET, b"x" * 32) for epoch in (1, 2) for n in (0, 1)}
    assert len(salts) == 8


def test_a_silent_interval_has_a_leaf_like_any_other() -> None:
    made = leaves(SECRET, 1, 5, 8, {6: [digest(1), digest(2)]})
    salts = [interval_salt(SECRET, 1, n) for n in (5, 6, 7)]
    assert made == [
        leaf_hash(salts[0] + EMPTY_ROOT),
        leaf_hash(salts[1] + root_of([digest(1), digest(2)])),
        leaf_hash(salts[2] + EMPTY_ROOT),
    ]


def test_a_stranger_cannot_tell_silence_from_acts() -> None:
    """Without the secret no two silent leaves are alike, and none is that of an empty interval without a salt."""
    silent = leaves(SECRET, 1, 0, 1000, {})
    assert len(set(silent)) == 1000
    assert interval_leaf(b"") not in silent
    assert interval_leaf(bytes(32)) not in silent


def test_the_size_of_the_log_is_the_same_whatever_happened() -> None:
    busy = {n: [digest(k) for k in range(5)] for n in range(100)}
    assert len(leaves(SECRET, 1, 0, 100, busy)) == len(leaves(SECRET, 1, 0, 100, {}))


def test_what_is_signed_names_its_purpose_and_all_of_the_head() -> None:
    head = LogHead(1, 6, b"\x01" * 32, START)
    assert head_bytes(head) == (
        b'{"at":1795568400000000,"epoch":1,"purpose":"kenesh ledger head 1","root":"' + b"01" * 32 + b'","size":6}'
    )
    others = [
        replace(head, epoch=2),
        replace(head, size=7),
        replace(head, root=b"\x02" * 32),
        replace(head, at=Instant(START + 1)),
    ]
    assert all(head_bytes(other) != head_bytes(head) for other in others)


@pytest.mark.clause("RFC 9162 §2.1.4")
def test_a_peer_that_kept_a_head_is_shown_that_nothing_before_it_changed() -> None:
    first, rest = leaves(SECRET, 1, 0, 100, {3: [digest(1)]}), leaves(SECRET, 1, 100, 360, {200: [digest(2)]})
    old = Frontier().extended(first)
    new = old.extended(rest)
    kept, shown = LogHead(1, 100, old.root, START), LogHead(1, 360, new.root, START)
    path = old.consistency_path(rest)
    assert is_beginning_of(kept, shown, path)
    assert not is_beginning_of(replace(kept, root=digest(1)), shown, path)
    assert not is_beginning_of(replace(kept, epoch=2), shown, path)
    assert not is_beginning_of(shown, kept, path)


def test_two_heads_of_one_size_with_two_roots_are_two_pasts() -> None:
    head = LogHead(1, 6, b"\x01" * 32, START)
    assert are_two_pasts(head, replace(head, root=b"\x02" * 32))
    assert not are_two_pasts(head, replace(head, at=Instant(START + SECOND)))
    assert not are_two_pasts(head, replace(head, root=b"\x02" * 32, size=7))
    assert not are_two_pasts(head, replace(head, root=b"\x02" * 32, epoch=2))


@pytest.mark.clause("RFC 9162 §2.1.3")
def test_one_act_is_proved_to_a_stranger_who_has_only_a_head() -> None:
    act = Act(ActKind.RELEASE_MADE, Instant(START + 25 * SECOND), "account--a", "x-kenesh-release--1")
    digests = [digest(1), act_digest(act, SALT), digest(2)]
    made = leaves(SECRET, 1, 0, 9, {2: digests})
    head = LogHead(1, 9, root_of(made), START)
    proof = prove_act(act_bytes(act, SALT), digests, interval_salt(SECRET, 1, 2), 2, Tree(made))
    assert proof.holds_under(head)
    other = act_bytes(replace(act, subject="x-kenesh-release--2"), SALT)
    assert not replace(proof, entry=other).holds_under(head)
    assert not replace(proof, interval=3).holds_under(head)
    assert not replace(proof, salt=proof.salt[:-1]).holds_under(head)
    assert not replace(proof, acts_root=digest(9)).holds_under(head)
    assert not proof.holds_under(replace(head, root=digest(9)))


def test_an_act_of_another_interval_has_no_proof_there() -> None:
    act = Act(ActKind.SERVED, START, "peer", "collection")
    with pytest.raises(ValueError):
        prove_act(act_bytes(act, SALT), [digest(1)], SALT, 0, Tree([digest(1)]))


def test_a_month_of_silence_is_caught_up_in_one_go() -> None:
    month = 260_000
    made = leaves(SECRET, 1, 37, 37 + month, {})
    frontier = Frontier().extended(leaves(SECRET, 1, 0, 37, {})).extended(made)
    assert frontier.size == month + 37
    assert len(frontier.peaks) == (month + 37).bit_count()
