"""peer add|list, body add, member admit|end: whom a node admits, and what it refuses to admit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.cli.officer import NOBODY_THERE, Council, Officer

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.problem import Exit
from kenesh.node.clock import SystemClock
from kenesh.node.home import Home
from kenesh.node.settings import read_settings
from kenesh.parties.card import VALIDITY, make_card


@pytest.fixture
def az(council: Council) -> Officer:
    return council.officer("AZ").at(NOBODY_THERE)


def card_file(folder: Path, card: dict[str, Any] | bytes, name: str = "kz.card.json") -> str:
    path = folder / name
    path.write_bytes(card if isinstance(card, bytes) else json.dumps(card).encode())
    return str(path)


def made_card(of: Officer, *, serial: int = 1, at: Instant | None = None, **changes: Any) -> dict[str, Any]:
    """A card that the node could have made: signed by its own key."""
    settings = read_settings(of.home)
    said = {"party": settings.party, "name": settings.name, "url": NOBODY_THERE} | changes
    signer = Home(of.home).signing_key(settings.kid).signer()
    now = at or SystemClock().now()
    return make_card(signer, recovery_kid=settings.recovery_kid, serial=serial, now=now, **said)


def test_a_card_with_the_fingerprint_that_was_read_out_is_admitted(kz: Officer, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, made_card(kz))
    document = az.document("peer", "add", file, "--fingerprint", kz.fingerprint())
    assert set(document) == {"party", "name", "url", "kid", "serial", "depositary"}
    assert (document["party"], document["depositary"]) == ("KZ", False)
    assert [peer["party"] for peer in az.document("peer", "list")] == ["KZ"]


def test_both_sides_admit_and_the_officer_is_told_so(kz: Officer, az: Officer, tmp_path: Path) -> None:
    said = az.says("peer", "add", card_file(tmp_path, made_card(kz)), "--fingerprint", kz.fingerprint())
    assert said.out == f"KZ (KZ-CERT) at {NOBODY_THERE} is admitted. They must admit this node too.\n"


@pytest.mark.parametrize("spelt", [str.upper, lambda f: f.replace("-", " "), lambda f: f.replace("-", "")])
def test_a_fingerprint_may_be_typed_in_other_ways(spelt: Any, kz: Officer, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, made_card(kz))
    assert az.says("peer", "add", file, "--fingerprint", spelt(kz.fingerprint())).code == 0


def test_the_depositary_is_set_by_hand(kz: Officer, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, made_card(kz))
    said = az.says("peer", "add", file, "--fingerprint", kz.fingerprint(), "--depositary")
    assert "(KZ-CERT, the depositary)" in said.out
    assert az.document("status")["peers"][0]["depositary"] is True


def test_without_a_fingerprint_nothing_is_admitted_and_nothing_asked(kz: Officer, az: Officer, tmp_path: Path) -> None:
    said = az.says("peer", "add", card_file(tmp_path, made_card(kz)))
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert said.err == (
        f"The card says KZ, KZ-CERT, {NOBODY_THERE}; fingerprint {kz.fingerprint()}."
        " Call them on a number you know, compare, and repeat with --fingerprint.\n"
    )
    assert az.document("peer", "list") == []


def test_another_fingerprint_is_refused(kz: Officer, az: Officer, tmp_path: Path) -> None:
    said = az.says("peer", "add", card_file(tmp_path, made_card(kz)), "--fingerprint", az.fingerprint(), "--json")
    assert said.code == Exit.REFUSED
    assert said.err == (
        "The card of KZ has another fingerprint than the one you were told."
        " Do not admit it. Call them on a number you know, and compare again.\n"
    )
    assert said.document["code"] == "untrusted"
    assert az.document("peer", "list") == []


def test_what_is_no_fingerprint_is_not_formed_as_it_must_be(kz: Officer, az: Officer, tmp_path: Path) -> None:
    said = az.says("peer", "add", card_file(tmp_path, made_card(kz)), "--fingerprint", "hello")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "'hello' is no fingerprint. It is the last line of `kenesh fingerprint` on the other node.\n",
    )


def test_an_expired_card_is_refused(kz: Officer, az: Officer, tmp_path: Path) -> None:
    long_ago = Instant(SystemClock().now() - VALIDITY - DAY)
    file = card_file(tmp_path, made_card(kz, at=long_ago))
    said = az.says("peer", "add", file, "--fingerprint", kz.fingerprint())
    assert (said.code, said.err) == (Exit.REFUSED, "The card of KZ is expired. Ask for a new one.\n")


@pytest.mark.parametrize("change", [{"name": "KZ-CERB"}, {"url": "http://127.0.0.1:2"}, {"serial": 2}])
def test_a_tampered_card_is_refused(change: dict[str, Any], kz: Officer, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, made_card(kz) | change)
    said = az.says("peer", "add", file, "--fingerprint", kz.fingerprint())
    assert (said.code, said.err) == (
        Exit.REFUSED,
        "The card was changed after it was signed. Ask for the card again, as `kenesh card` prints it.\n",
    )


def test_a_card_older_than_the_one_known_is_refused(kz: Officer, az: Officer, tmp_path: Path) -> None:
    newer, older = (card_file(tmp_path, made_card(kz, serial=n), f"{n}.json") for n in (2, 1))
    fingerprint = kz.fingerprint()
    assert az.says("peer", "add", newer, "--fingerprint", fingerprint).code == 0
    said = az.says("peer", "add", older, "--fingerprint", fingerprint)
    assert (said.code, said.err) == (
        Exit.REFUSED,
        "This card of KZ is number 1; number 2 is known here. Ask for the newest card.\n",
    )


def test_ones_own_card_is_no_peers(az: Officer) -> None:
    card = az.says("card").out.encode()
    said = az.says("peer", "add", "-", "--fingerprint", az.fingerprint(), stdin=card)
    assert (said.code, said.err) == (
        Exit.USAGE,
        "This is the card of this node's own party. Give the card of another party.\n",
    )


GARBAGE = {
    "text": b"hello",
    "nothing": b"",
    "a PDF": b"%PDF-1.7",
    "binary": bytes(range(256)),
    "UTF-16": '{"type":"kenesh-card"}'.encode("utf-16"),
    "half a card": b'{"type":"kenesh-card","id":"kenesh-card--',
    "an indicator": b'{"type":"indicator"}',
}


@pytest.mark.parametrize("octets", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_card_is_damaged_input(octets: bytes, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, octets)
    said = az.says("peer", "add", file, "--fingerprint", az.fingerprint())
    assert said.code == Exit.DAMAGED
    assert said.err.startswith(f"{file} is no card: ")
    assert said.err.endswith(" Ask for it again.\n")


def test_a_card_that_was_piped_in_and_is_none_is_told_so(az: Officer) -> None:
    said = az.says("peer", "add", "-", "--fingerprint", az.fingerprint(), stdin=b"nothing of that kind")
    assert (said.code, said.err.startswith("What was piped in is no card: ")) == (Exit.DAMAGED, True)


def test_a_card_with_a_byte_order_mark_is_a_card(kz: Officer, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, b"\xef\xbb\xbf" + msgspec.json.encode(made_card(kz)) + b"\r\n")
    assert az.says("peer", "add", file, "--fingerprint", kz.fingerprint()).code == 0


@pytest.mark.parametrize(("name", "why"), [("nowhere.json", "No such file or directory"), (".", "Is a directory")])
def test_a_card_file_that_is_not_there_is_told(name: str, why: str, az: Officer, tmp_path: Path) -> None:
    said = az.says("peer", "add", str(tmp_path / name), "--fingerprint", az.fingerprint())
    assert (said.code, said.err) == (
        Exit.USAGE,
        f"{tmp_path / name} cannot be read: {why}. It is what the other node's `kenesh card` printed.\n",
    )


def test_a_peers_name_is_never_printed_raw(kz: Officer, az: Officer, tmp_path: Path) -> None:
    file = card_file(tmp_path, made_card(kz, name="KZ\x1b[31m\u202eCERT"))
    fingerprint = kz.fingerprint()
    shown = [
        az.says("peer", "add", file),
        az.says("peer", "add", file, "--fingerprint", fingerprint),
        az.says("peer", "list"),
        az.says("status"),
        az.says("doctor"),
    ]
    for said in shown:
        assert not {"\x1b", "\u202e"} & set(said.out + said.err), said


def test_a_list_of_no_peers_says_how_to_admit_one(kz: Officer) -> None:
    assert kz.says("peer", "list").out == "No node is admitted here yet: kenesh peer add\n"
    assert kz.document("peer", "list") == []


# Bodies.


def test_a_body_is_formed_and_a_party_admitted(pair: tuple[Officer, Officer]) -> None:
    kz, az = pair
    body = kz.document("body", "add", "circle", "--title", "A circle of trust")
    assert set(body) == {"body", "name", "title"}
    admitted = kz.document("member", "admit", "AZ", "--body", "circle", "--role", "member")
    assert set(admitted) == {"membership", "party", "body", "role"}
    assert kz.document("status")["bodies"] == [
        {"body": body["body"], "name": "circle", "keeper": "KZ", "members": ["AZ", "KZ"]}
    ]
    assert az.document("status")["bodies"] == [], "AZ has not read it yet"


def test_the_keeper_is_a_bodys_first_member(kz: Officer) -> None:
    kz.document("body", "add", "circle", "--title", "A circle")
    assert "body circle (kept by KZ): KZ member\n" in kz.says("status").out


def test_a_second_body_of_one_name_is_refused(kz: Officer) -> None:
    kz.document("body", "add", "circle", "--title", "A circle")
    said = kz.says("body", "add", "circle", "--title", "A circle")
    assert (said.code, said.err) == (Exit.USAGE, "KZ keeps a body 'circle' already. Choose another name.\n")


def test_a_party_whose_node_is_not_admitted_cannot_be_a_member(kz: Officer) -> None:
    kz.document("body", "add", "circle", "--title", "A circle")
    said = kz.says("member", "admit", "UZ", "--body", "circle", "--role", "member", "--json")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "No node of UZ is admitted here, so it cannot be a member."
        " Admit it first: kenesh peer add uz.card.json --fingerprint F.\n",
    )
    assert said.document["code"] == "unknown-party"


def test_only_its_keeper_admits_to_a_body(pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    said = kz.says("member", "admit", "AZ", "--body", "circle")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "KZ keeps no body 'circle'. A body's members are its keeper's to state.\n",
    )


def test_a_term_is_ended(pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    kz.document("body", "add", "circle", "--title", "A circle")
    kz.document("member", "admit", "AZ", "--body", "circle")
    assert set(kz.document("member", "end", "AZ", "--body", "circle")) == {"membership", "party", "body"}
    assert kz.document("status")["bodies"][0]["members"] == ["KZ"]
    assert kz.says("member", "end", "AZ", "--body", "circle").code == Exit.USAGE


def test_an_instant_that_is_none_is_refused(pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    kz.document("body", "add", "circle", "--title", "A circle")
    said = kz.says("member", "admit", "AZ", "--body", "circle", "--from", "tomorrow")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "'tomorrow' is no timestamp. Write it as 2026-01-31T23:59:59.000Z.\n",
    )
