"""A card shows one key, and every change to it after it was signed is seen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.unit.parties.signers import AZ, KG

from kenesh.basis.instants import DAY, Instant, instant_of, modified_key
from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.card import CARD, VALIDITY, make_card, read_card
from kenesh.parties.keys import Signer
from kenesh.parties.party import party_id
from kenesh.stix.reading import ObjectReader

NOW = instant_of("2026-11-25T08:00:00Z")


def card(signer: Signer = AZ, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "party": "AZ",
        "name": "CERT of Azerbaijan",
        "url": "https://az.example:8443",
        "recovery_kid": KG.kid,
        "serial": 3,
        "now": NOW,
    }
    return make_card(signer, **(said | changes))


def signed_anew(value: dict[str, Any], signer: Signer = AZ) -> dict[str, Any]:
    unsigned = {name: item for name, item in value.items() if name != "signatures"}
    return unsigned | {"signatures": [signer.sign(unsigned)]}


def refusal(value: dict[str, Any], now: Instant = NOW) -> str:
    with pytest.raises(UntrustedProblem) as problem:
        read_card(value, now)
    return problem.value.sentence()


def test_a_card_is_read_as_it_was_made() -> None:
    read = read_card(card(), NOW)
    assert (read.party, read.name, read.url, read.serial) == ("AZ", "CERT of Azerbaijan", "https://az.example:8443", 3)
    assert read.key == AZ.public
    assert read.party_ref == party_id("AZ")
    assert read.valid_until == NOW + VALIDITY


def test_a_card_passes_its_own_schema() -> None:
    version = ObjectReader([CARD]).read(msgspec.json.encode(card()))
    assert read_card(version.value, NOW) == read_card(card(), NOW)


def test_a_party_has_one_card_and_a_later_serial_is_a_later_version() -> None:
    older, newer = card(), card(serial=4, now=Instant(NOW + DAY))
    assert older["id"] == newer["id"] != card(party="TR")["id"]
    assert modified_key(older["modified"]) < modified_key(newer["modified"])
    assert read_card(older, NOW).serial < read_card(newer, NOW).serial


def test_a_card_names_who_hosts_its_node_and_that_is_signed_too() -> None:
    hosted = card(hosted_by_ref=party_id("KZ"))
    assert read_card(ObjectReader([CARD]).read(msgspec.json.encode(hosted)).value, NOW).hosted_by_ref == party_id("KZ")
    assert read_card(card(), NOW).hosted_by_ref == ""
    assert "hosted_by_ref" not in card()
    without = {name: item for name, item in hosted.items() if name != "hosted_by_ref"}
    assert "changed after it was signed" in refusal(without)
    assert "changed after it was signed" in refusal(hosted | {"hosted_by_ref": party_id("TR")})


@pytest.mark.parametrize("ref", ["", "KZ", "identity--", party_id("AZ"), f"{party_id('KZ')} ", f"x{party_id('KZ')}"])
def test_a_host_is_another_party(ref: str) -> None:
    assert "names no other party" in refusal(signed_anew(card() | {"hosted_by_ref": ref}))


def test_an_expired_card_is_refused_and_not_a_moment_before() -> None:
    assert read_card(card(), Instant(NOW + VALIDITY - 1))
    assert "expired" in refusal(card(), Instant(NOW + VALIDITY))


def test_an_older_card_is_known_by_its_serial_though_it_is_sound() -> None:
    """A card does not know what came after it: whoever keeps cards compares their serials."""
    older, newer = read_card(card(serial=1), NOW), read_card(card(serial=2, url="https://new.example"), NOW)
    assert older.key == newer.key and older.serial < newer.serial and older.url != newer.url


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "CERT of Azerbaijan "},
        {"url": "https://evil.example"},
        {"serial": 4},
        {"valid_until": "2099-01-01T00:00:00.000Z"},
        {"recovery_kid": AZ.kid},
        {"modified": "2026-11-26T08:00:00.000Z"},
        {"created": "2026-11-24T08:00:00.000Z"},
        {"id": "kenesh-card--00000000-0000-4000-8000-000000000000"},
        {"jwk": KG.public.jwk},
        {"jwk": AZ.public.jwk | {"use": "sig"}},
        {"revoked": True},
        {"object_marking_refs": ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]},
        {"extra": None},
        {"signatures": [KG.sign({"party": "AZ"})]},
    ],
)
def test_a_card_that_was_changed_is_refused(changes: dict[str, Any]) -> None:
    assert "changed after it was signed" in refusal(card() | changes)


def test_a_card_that_lost_something_is_refused() -> None:
    for name in set(card()) - {"signatures", "type", "party", "created_by_ref", "jwk"}:
        assert refusal({key: item for key, item in card().items() if key != name})


def test_a_card_of_another_party_is_refused() -> None:
    """Its key may be sound: it may not speak for a party whose id is another's."""
    assert "no card of the party" in refusal(signed_anew(card() | {"party": "TR"}))
    assert "no card of the party" in refusal(signed_anew(card() | {"created_by_ref": party_id("TR")}))
    assert "no card of the party" in refusal(signed_anew(card() | {"type": "kenesh-body"}))


def test_a_card_that_another_key_signed_is_refused() -> None:
    assert refusal(signed_anew(card(), KG))


def test_a_key_that_was_swapped_with_its_signature_is_another_card() -> None:
    """Anybody can make a sound card for a party: that is why its fingerprint is read out over the telephone."""
    forged = read_card(signed_anew(card() | {"jwk": KG.public.jwk}, KG), NOW)
    assert forged.party == "AZ" and forged.key.kid != AZ.kid


@pytest.mark.parametrize("jwk", [{"kty": "OKP"}, {"kty": "OKP", "crv": "Ed25519", "x": "A" * 42 + "B"}])
def test_a_card_without_a_key_is_refused(jwk: dict[str, Any]) -> None:
    assert refusal(signed_anew(card() | {"jwk": jwk}))


@pytest.mark.parametrize(
    "url",
    [
        "https://az.example/path",
        "https://az.example?query",
        "https://az.example#part",
        "ftp://az.example",
        "https://",
        "https://az example",
        "https://az.example\n",
        "javascript:alert(1)",
        "//az.example",
        "",
    ],
)
def test_an_address_is_scheme_host_and_port_alone(url: str) -> None:
    assert "no address of a server" in refusal(signed_anew(card() | {"url": url}))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8701", "https://az.example/", "https://[2001:db8::1]:8443"])
def test_an_address_may_be_a_number_and_end_with_a_slash(url: str) -> None:
    assert read_card(card(url=url), NOW).url == url.rstrip("/")
