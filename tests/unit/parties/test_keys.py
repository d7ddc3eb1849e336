"""Signatures that hold, and the many that do not; fingerprints as they are read over the telephone."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.parties.signers import AZ, KG, header_of, padded, signed_as, unpadded, with_header

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UntrustedProblem, UsageProblem
from kenesh.parties.keys import PublicKey, SigningKey, heard, spoken, verify_octets

VALUE = {"type": "kenesh-note", "text": "Көрүү", "number": 3, "nested": {"b": [1, 2], "a": None}}


def refused(signature: str, value: dict[str, Any] = VALUE, key: PublicKey = AZ.public) -> bool:
    with pytest.raises(UntrustedProblem):
        key.verify(signature, value)
    return True


@pytest.mark.clause("RFC 9864")
def test_a_signature_holds_for_its_value_and_key() -> None:
    signature = AZ.sign(VALUE)
    AZ.public.verify(signature, VALUE)
    assert header_of(signature) == {"alg": "Ed25519", "kid": AZ.kid}
    assert signature.count("..") == 1


@pytest.mark.clause("RFC 8785")
def test_the_order_of_keys_does_not_matter() -> None:
    AZ.public.verify(AZ.sign(VALUE), dict(reversed(VALUE.items())))


def test_a_changed_value_is_refused() -> None:
    signature = AZ.sign(VALUE)
    for changed in (VALUE | {"text": "Korüü"}, VALUE | {"extra": 1}, {"type": "kenesh-note"}, VALUE | {"number": "3"}):
        assert refused(signature, changed)


def test_another_key_is_refused() -> None:
    assert refused(AZ.sign(VALUE), key=KG.public)


def test_the_kid_of_another_key_is_refused() -> None:
    """The signature is AZ's and says that it is KG's."""
    assert refused(signed_as(canonical_bytes(VALUE), {"kid": KG.kid}))
    assert refused(signed_as(canonical_bytes(VALUE), {}))
    assert refused(with_header(AZ.sign(VALUE), {"alg": "Ed25519", "kid": KG.kid}))


def test_a_signature_of_one_kind_is_no_other_kind() -> None:
    """RFC 8725 §3.11: what is signed as a token is no statement, and the other way about."""
    octets = canonical_bytes(VALUE)
    token = AZ.sign_octets(octets, typ="kenesh+jwt")
    verify_octets(AZ.public, token, octets, typ="kenesh+jwt")
    assert refused(token)
    with pytest.raises(UntrustedProblem, match="something else"):
        verify_octets(AZ.public, AZ.sign_octets(octets), octets, typ="kenesh+jwt")


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"alg": "Ed448"},
        {"alg": "ES256"},
        {"alg": "ed25519"},
        {"alg": None},
        {"alg": 1},
        {"alg": []},
        {"alg": {}},
        {},
    ],
)
def test_another_algorithm_in_the_header_is_refused(header: dict[str, Any]) -> None:
    assert refused(with_header(AZ.sign(VALUE), header | {"kid": AZ.kid}))


def test_an_unsigned_value_is_refused() -> None:
    head = unpadded(b'{"alg":"none","kid":"%s"}' % AZ.kid.encode())
    assert refused(f"{head}..")


@pytest.mark.parametrize("algorithm", ["HS256", "EdDSA"])
def test_a_sound_signature_under_another_algorithm_is_refused(algorithm: str) -> None:
    """HS256 keyed with the public key; and EdDSA by the right key, a name that RFC 9864 has retired."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signature = signed_as(canonical_bytes(VALUE), {"kid": AZ.kid}, algorithm=algorithm)
    assert refused(signature)


@pytest.mark.parametrize(
    "header",
    [
        {"b64": False, "crit": ["b64"]},
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": "kid"},
        {"zip": "DEF"},
        {"jku": "https://x.example"},
    ],
)
def test_a_header_that_asks_for_more_is_refused_or_says_nothing(header: dict[str, Any]) -> None:
    assert refused(with_header(AZ.sign(VALUE), {"alg": "Ed25519", "kid": AZ.kid} | header))


def test_a_key_in_the_header_is_not_believed() -> None:
    header = {"kid": AZ.kid, "jwk": KG.public.jwk}
    assert refused(signed_as(canonical_bytes(VALUE), header, seed=b"k" * 32))


@pytest.mark.parametrize(
    "signature",
    ["", ".", "..", "...", "....", "a..b", "a.b..c", "é..é", "..AAAA", "eyJ9..", " ", "\0..\0", "A" * 100, "A.." * 900],
)
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert refused(signature)


def test_every_changed_character_of_a_signature_is_refused() -> None:
    signature = AZ.sign(VALUE)
    for place, character in enumerate(signature):
        changed = signature[:place] + ("A" if character != "A" else "B") + signature[place + 1 :]
        if changed.rpartition(".")[2] == signature.rpartition(".")[2] or padded(changed.rpartition(".")[2]) != padded(
            signature.rpartition(".")[2]
        ):
            assert refused(changed), place


@pytest.mark.parametrize("change", ["{}=", "{}\n", " {}", "{}.", ".{}", "{}A", "{}..", "{}é"])
def test_nothing_may_stand_around_a_signature(change: str) -> None:
    assert refused(change.format(AZ.sign(VALUE)))


def test_an_attached_payload_is_refused() -> None:
    head, _, tail = AZ.sign(VALUE).split(".")
    assert refused(f"{head}.{unpadded(canonical_bytes(VALUE))}.{tail}")


def test_a_very_long_signature_is_refused_before_it_is_read() -> None:
    assert refused("A" * 1_000_000 + ".." + "A" * 1_000_000)


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_for_a_signature_is_refused(head: str, tail: str) -> None:
    assert refused(f"{head}..{tail}")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda v: st.lists(v) | st.dictionaries(st.text(max_size=5), v),
        max_leaves=8,
    )
)
def test_whatever_stands_for_a_header_is_refused(header: object) -> None:
    assert refused(with_header(AZ.sign(VALUE), header))


def test_what_has_no_canonical_form_is_not_signed() -> None:
    with pytest.raises(DamagedProblem):
        AZ.sign({"text": "\ud800"})
    with pytest.raises(DamagedProblem):
        AZ.sign({"number": float("nan")})


@pytest.mark.clause("RFC 7638")
def test_the_kid_is_the_thumbprint_of_the_key() -> None:
    """The key and thumbprint of RFC 8037, Appendix A.3."""
    key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert key.jwk == {"kty": "OKP", "crv": "Ed25519", "x": key.x}


@pytest.mark.clause("RFC 8037")
def test_the_public_key_is_computed_from_the_private_one() -> None:
    seed = padded("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    assert SigningKey(seed).public.x == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "OKP", "crv": "X25519", "x": AZ.public.x},
        {"kty": "EC", "crv": "Ed25519", "x": AZ.public.x},
        {"kty": "OKP", "crv": "Ed25519", "x": AZ.public.x + "A"},
        {"kty": "OKP", "crv": "Ed25519", "x": AZ.public.x[:-1]},
        {"kty": "OKP", "crv": "Ed25519", "x": "!" * 43},
        {"kty": "OKP", "crv": "Ed25519", "x": "é" * 43},
        {"kty": "OKP", "crv": "Ed25519", "x": "A" * 42 + "B"},
        {"kty": "OKP", "crv": "Ed25519", "x": 43},
        {"kty": "OKP", "crv": "Ed25519", "x": None},
    ],
)
def test_what_is_no_ed25519_key_is_refused(jwk: dict[str, Any]) -> None:
    with pytest.raises(UntrustedProblem):
        PublicKey.from_jwk(jwk)


def test_one_key_has_one_spelling() -> None:
    """The last character of 43 has two bits to spare: three other spellings would have fingerprints of their own."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = [AZ.public.x[:-1] + c for c in alphabet if padded(AZ.public.x[:-1] + c) == padded(AZ.public.x)]
    assert len(same) == 4
    for spelling in set(same) - {AZ.public.x}:
        with pytest.raises(UntrustedProblem):
            PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": spelling})


def test_a_private_key_does_not_show_itself() -> None:
    key = SigningKey(b"secret-of-thirty-two-octets-long")
    assert "secret" not in repr(key) and "secret" not in str(key)
    assert "d" not in key.public.jwk


@given(st.binary(min_size=32, max_size=32))
def test_a_fingerprint_is_heard_as_it_is_spoken(octets: bytes) -> None:
    kid = unpadded(octets)
    said = spoken(kid)
    assert heard(said) == kid
    assert heard(said.upper()) == kid
    assert heard(said.replace("-", " ")) == kid
    assert heard(said.replace("-", ":")) == kid
    assert heard(f"  {said}\n") == kid
    assert heard(kid) == kid
    assert heard(f" {kid} ") == kid


def test_a_fingerprint_is_spoken_in_sixteen_groups_of_four() -> None:
    assert spoken(unpadded(bytes(range(32)))).split("-")[:3] == ["0001", "0203", "0405"]
    assert [len(group) for group in spoken(AZ.kid).split("-")] == [4] * 16


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "0001",
        spoken(AZ.kid)[:-1],
        spoken(AZ.kid) + "0",
        spoken(AZ.kid).replace("-", "_"),
        spoken(AZ.kid).replace("-", "–"),
        "g" * 64,
        "٠" * 64,
        "A" * 42,
        "A" * 44,
        "A" * 42 + "B",
        "A" * 42 + "é",
        "\0" * 64,
        "0" * 100_000,
    ],
)
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        heard(text)
    assert problem.value.detail == visible(problem.value.detail, 1000)
    assert len(problem.value.detail) < 800


@given(st.text(max_size=100))
def test_whatever_is_heard_is_a_kid_or_a_problem(text: str) -> None:
    try:
        kid = heard(text)
    except UsageProblem as problem:
        assert problem.detail == visible(problem.detail, 1000)
    else:
        assert heard(spoken(kid)) == kid
