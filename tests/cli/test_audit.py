"""audit: list, prove, check, compare. Two officers, and a third party that has a file and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.cli.officer import Council, Officer, say
from tests.federation.rewriting import remove_an_act

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import Exit
from kenesh.doors.keeping import close_record, note_settings
from kenesh.node.clock import SystemClock
from kenesh.node.wiring import open_node


class LaterClock:
    """The system's, some hours ahead."""

    def __init__(self, hours: int) -> None:
        self._ahead = hours * HOUR

    def now(self) -> Instant:
        return Instant(SystemClock().now() + self._ahead)


def hours_pass(officer: Officer, hours: int) -> None:
    """The record is closed as it will be then, and heads are signed."""
    node = open_node(officer.home, LaterClock(hours))
    try:
        close_record(node.services)
    finally:
        node.close()


@pytest.fixture
def proof(kz: Officer) -> dict[str, Any]:
    """The proof of KZ's first act."""
    hours_pass(kz, 2)
    found: dict[str, Any] = kz.document("audit", "prove", "1")
    return found


def checked(document: Any, *words: str) -> Any:
    """What a third party says of it, without a node."""
    return say("audit", "check", "-", *words, "--json", stdin=msgspec.json.encode(document))


def test_the_latest_entries_are_listed_with_their_numbers(kz: Officer) -> None:
    kz.document("body", "add", "circle", "--title", "A circle")
    listed = kz.document("audit", "list")
    assert [(one["number"], one["kind"]) for one in listed] == [
        (1, "node-initialised"),
        (2, "account-made"),
        (3, "body-formed"),
    ]
    assert set(listed[2]) == {"number", "at", "kind", "who", "subject", "details"}
    assert [one["number"] for one in kz.document("audit", "list", "--last", "1")] == [3]
    assert "body-formed  by console  kenesh-body--" in kz.says("audit", "list").out


def test_a_proof_is_checked_by_whoever_has_the_file_and_nothing_else(kz: Officer, proof: dict[str, Any]) -> None:
    said = checked(proof, "--fingerprint", kz.fingerprint())
    assert (said.code, said.document["holds"], said.document["fingerprint_checked"]) == (0, True, True)
    assert (said.document["party"], said.document["entry"]["kind"]) == ("KZ", "node-initialised")
    told = say("audit", "check", "-", stdin=msgspec.json.encode(proof))
    assert told.out.endswith(f"Compare the fingerprint with theirs: {kz.fingerprint()}\n")


def test_what_was_proved_is_under_a_head_that_peers_can_hold(kz: Officer, proof: dict[str, Any]) -> None:
    node = open_node(kz.home)
    with node.services.store.reading() as tx:
        signed = tx.ledger.heads(1, 0, None)
    node.close()
    assert proof["head"]["signature"] in {one.signature for one in signed}


def test_an_entry_of_this_hour_is_proved_under_a_head_of_now(kz: Officer) -> None:
    node = open_node(kz.home)
    with node.services.store.reading() as tx:
        assert list(tx.ledger.heads(1, 0, None)) == []
    node.close()
    said = kz.says("audit", "prove", "1")
    if said.code == Exit.USAGE:
        assert said.err == "Entry 1 stands in no leaf yet. Ask again in ten seconds.\n"
    else:
        assert say("audit", "check", "-", stdin=said.out.encode()).code == 0


def _entry(proof: dict[str, Any], **change: Any) -> dict[str, Any]:
    return proof | {"entry": proof["entry"] | change}


def _head(proof: dict[str, Any], **change: Any) -> dict[str, Any]:
    return proof | {"head": proof["head"] | change}


LIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "who": lambda p: _entry(p, who="nobody"),
    "kind": lambda p: _entry(p, kind="release-made"),
    "salt": lambda p: _entry(p, salt="00" * 16),
    "detail": lambda p: _entry(p, details={}),
    "interval": lambda p: p | {"interval": p["interval"] + 1},
    "path": lambda p: p | {"log_path": p["log_path"][::-1]},
    "no path": lambda p: p | {"log_path": []},
    "root": lambda p: _head(p, root="00" * 32),
    "size": lambda p: _head(p, size=p["head"]["size"] + 1),
    "party": lambda p: p | {"party": "AZ"},
    "key": lambda p: p | {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_proof_that_was_changed_does_not_hold(lie: str, proof: dict[str, Any]) -> None:
    said = checked(LIES[lie](proof))
    assert said.code == Exit.REFUSED, said
    assert said.document["code"] == "untrusted"


def test_a_proof_by_another_key_than_was_told_is_not_believed(council: Council, proof: dict[str, Any]) -> None:
    said = checked(proof, "--fingerprint", council.officer("AZ").fingerprint())
    assert said.code == Exit.REFUSED
    assert said.err.startswith("Another key signed it than the one of KZ that you were told.")


@pytest.mark.parametrize("octets", [b"", b"{}", b"hello", b'{"type":"kenesh-record-proof"}', b"[" * 5000])
def test_what_is_no_proof_is_damaged_input(octets: bytes) -> None:
    said = say("audit", "check", "-", stdin=octets)
    assert (said.code, "holds no proof of an entry" in said.err) == (Exit.DAMAGED, True)


def test_an_entry_that_is_not_there_is_told(kz: Officer, tmp_path: Path) -> None:
    said = kz.says("audit", "prove", "77")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "The record has no entry 77. `kenesh audit list` shows the latest.\n",
    )
    assert say("audit", "check", str(tmp_path / "nothing.json")).code == Exit.USAGE


def test_a_peer_is_compared_and_found_out_when_it_rewrote_its_record(talking: tuple[Officer, Officer]) -> None:
    kz, az = talking
    kz.document("body", "add", "circle", "--title", "A circle")
    assert az.says("audit", "compare", "KZ").out == "KZ shows no head yet; a node signs one each hour.\n"
    hours_pass(kz, 2)
    assert az.says("audit", "compare", "KZ").out.startswith("KZ has a record of ")
    hours_pass(kz, 4)
    document = az.document("audit", "compare", "KZ")
    assert (document["holds"], document["kept"], document["faults"]) == (True, 2, [])
    node = open_node(kz.home)
    remove_an_act(node.services, 2)
    node.close()
    said = az.says("audit", "compare", "KZ", "--json")
    assert (said.code, said.document["holds"]) == (Exit.FAULT_FOUND, False)
    (fault,) = said.document["faults"]
    assert (fault["code"], fault["party"], fault["from_leaf"]) == ("record-rewritten", "KZ", 0)
    told = az.says("audit", "compare", "KZ")
    assert (told.code, told.out.startswith("KZ rewrote its record: from its first leaf on it is another")) == (1, True)
    assert "LOOK AT THIS" in az.says("status").out
    assert kz.says("audit", "verify").code == 0, "alone, its own store tells nothing"
    kz.says("sync", "AZ")
    said = kz.says("audit", "verify")
    assert (said.code, "does not hold" in said.out) == (Exit.FAULT_FOUND, True)


def test_who_is_no_peer_or_does_not_answer_is_not_compared(pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    assert kz.says("audit", "compare", "UZ").code == Exit.USAGE
    assert kz.says("audit", "compare", "AZ").code == Exit.UNREACHABLE


def test_other_settings_stand_in_the_record_once(kz: Officer) -> None:
    node = open_node(kz.home)
    for settings in (b"one", b"one", b"another", b"another"):
        note_settings(node.services, settings)
    node.close()
    changed = [one for one in kz.document("audit", "list") if one["kind"] == "settings-changed"]
    assert [one["details"]["sha256"] for one in changed] == [sha256(b"one").hexdigest(), sha256(b"another").hexdigest()]
