"""A token is good for one request to one node, for one minute and the clocks' five; nothing else is a token."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.parties.signers import AZ, KG, TR, padded, signed_as, unpadded

from kenesh.basis.instants import MINUTE, SECOND, Instant, instant_of
from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.keys import PublicKey, Signer
from kenesh.parties.party import party_id
from kenesh.parties.tokens import LIFETIME, NONCE_KEPT, SKEW, check_token, make_token, parse_token

NOW = instant_of("2026-11-25T08:00:00Z")
PATH = "/kenesh/collections/0/objects/?limit=10"
NONCE = "0123456789abcdef0123456789abcdef"


def token(signer: Signer = AZ, **changes: Any) -> str:
    """A token of AZ's node to KG's."""
    said: dict[str, Any] = {
        "iss": party_id("AZ"),
        "aud": KG.kid,
        "method": "GET",
        "path": PATH,
        "nonce": NONCE,
        "now": NOW,
    }
    return make_token(signer, **(said | changes))


def claims(**changes: Any) -> dict[str, Any]:
    issued = NOW // SECOND
    said = {"iss": party_id("AZ"), "aud": KG.kid, "method": "GET", "path": PATH, "nonce": NONCE}
    return said | {"iat": issued, "exp": issued + 60} | changes


def token_of(payload: bytes | dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """A token that AZ's own key signed, whatever it says."""
    octets = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    head, _, tail = signed_as(octets, header or {"kid": AZ.kid, "typ": "kenesh+jwt"}).split(".")
    return f"{head}.{unpadded(octets)}.{tail}"


def check(text: str, now: Instant = NOW, key: PublicKey = AZ.public, **changes: str) -> None:
    expected = {"aud": KG.kid, "method": "GET", "path": PATH} | changes
    check_token(
        parse_token(text), key, aud={expected["aud"]}, method=expected["method"], path=expected["path"], now=now
    )


def refusal(text: str, now: Instant = NOW, key: PublicKey = AZ.public, **changes: str) -> UntrustedProblem:
    with pytest.raises(UntrustedProblem) as problem:
        check(text, now, key, **changes)
    return problem.value


def test_a_token_says_who_asks_whom_for_what_and_until_when() -> None:
    check(token())
    said = parse_token(token()).claims
    assert msgspec.structs.asdict(said) == claims()
    check(token_of(claims()))


def test_a_token_for_another_node_is_refused() -> None:
    assert "another node" in refusal(token(), aud=TR.kid).detail
    assert "another node" in refusal(token(aud=TR.kid)).detail


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "/kenesh/collections/1/objects/?limit=10"},
        {"path": PATH + "&limit=11"},
        {"path": PATH.partition("?")[0]},
        {"path": PATH.upper()},
        {"path": PATH + "/"},
        {"path": ""},
        {"method": "POST"},
        {"method": "get"},
        {"method": "DELETE"},
    ],
)
def test_a_token_for_another_request_is_refused(changes: dict[str, str]) -> None:
    assert "another request" in refusal(token(), **changes).detail
    assert "another request" in refusal(token(**changes)).detail


def test_a_token_of_another_key_is_refused() -> None:
    assert refusal(token(TR))
    assert refusal(token(), key=TR.public)


def test_the_issuer_is_what_the_signer_says() -> None:
    """Who holds the key of `iss` is for the caller to look up, before the signature is checked with that key."""
    check(token(iss=party_id("TR")))
    assert parse_token(token(iss=party_id("TR"))).claims.iss == party_id("TR")


@pytest.mark.parametrize("late", [0, 1, LIFETIME, LIFETIME + SKEW])
def test_a_token_holds_until_five_minutes_after_its_end(late: int) -> None:
    check(token(), Instant(NOW + late))


@pytest.mark.parametrize("early", [0, 1, SECOND, SKEW])
def test_a_token_holds_from_five_minutes_before_its_beginning(early: int) -> None:
    check(token(), Instant(NOW - early))


@pytest.mark.parametrize(
    ("at", "skew_s"),
    [
        (NOW + LIFETIME + SKEW + 1, -360),
        (NOW + LIFETIME + SKEW + SECOND, -361),
        (NOW + 86_400 * SECOND, -86_400),
        (NOW - SKEW - 1, 301),
        (NOW - SKEW - SECOND, 301),
        (0, NOW // SECOND),
    ],
)
def test_a_token_out_of_its_time_is_refused_and_says_by_how_much(at: int, skew_s: int) -> None:
    problem = refusal(token(), Instant(at))
    assert problem.params["skew_s"] == skew_s
    assert "NTP" in problem.sentence()


def test_a_token_is_good_for_no_longer_than_its_nonce_is_kept() -> None:
    """Else it could be used again at the very end, by whoever overheard it at the very beginning."""
    first, last = Instant(NOW - SKEW), Instant(NOW + LIFETIME + SKEW)
    check(token(), first)
    check(token(), last)
    assert last - first <= NONCE_KEPT == 11 * MINUTE
    for moment in (first - 1, last + 1, last + SECOND - 1):
        assert refusal(token(), Instant(moment))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW // SECOND + 61},
        {"exp": NOW // SECOND + 3600},
        {"exp": NOW // SECOND - 1},
        {"exp": 2**62},
        {"iat": -(2**62)},
        {"nonce": ""},
        {"nonce": "0123456789abcde"},
        {"nonce": "0" * 65},
    ],
)
def test_a_token_that_lives_too_long_or_has_no_proper_nonce_is_refused(changes: dict[str, Any]) -> None:
    assert "formed" in refusal(token_of(claims(**changes))).detail


def test_a_token_may_live_shorter() -> None:
    check(token_of(claims(exp=NOW // SECOND)))


@pytest.mark.parametrize("name", ["iss", "aud", "method", "path", "nonce", "iat", "exp"])
def test_a_token_says_all_that_it_must(name: str) -> None:
    short = {key: value for key, value in claims().items() if key != name}
    for payload in (short, claims(**{name: None}), claims(**{name: []}), claims(**{name: {}})):
        assert "formed" in refusal(token_of(payload)).detail


def test_a_changed_payload_is_refused() -> None:
    head, _, tail = token().split(".")
    for changes in ({"path": "/x"}, {"aud": TR.kid}, {"nonce": "f" * 32}, {"exp": NOW // SECOND + 61}):
        octets = msgspec.json.encode(claims(**changes))
        changed = f"{head}.{unpadded(octets)}.{tail}"
        assert refusal(changed, aud=str(claims(**changes)["aud"]), path=str(claims(**changes)["path"]))


def test_the_same_claims_in_other_bytes_are_refused() -> None:
    """The signature is over the bytes that came, not over what they mean."""
    head, payload, tail = token().split(".")
    assert refusal(f"{head}.{unpadded(padded(payload) + b' ')}.{tail}")


@pytest.mark.parametrize(
    "header",
    [
        {"kid": AZ.kid},
        {"kid": AZ.kid, "typ": "JWT"},
        {"kid": AZ.kid, "typ": "kenesh+jwt ", "cty": "x"},
        {"kid": TR.kid, "typ": "kenesh+jwt"},
        {"typ": "kenesh+jwt"},
    ],
)
def test_what_is_signed_for_something_else_is_no_token(header: dict[str, Any]) -> None:
    assert refusal(token_of(claims(), header))


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA"}, {"alg": "Ed25519", "b64": False}]
)
def test_a_token_under_another_algorithm_is_refused(header: dict[str, Any]) -> None:
    _, payload, tail = token().split(".")
    head = unpadded(msgspec.json.encode(header | {"kid": AZ.kid, "typ": "kenesh+jwt"}))
    assert refusal(f"{head}.{payload}.{tail}")
    assert refusal(f"{head}.{payload}.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "a.!!!.c",
        "a.é.c",
        "é.é.é",
        "a.AAAAA.c",
        f"a.{unpadded(b'[]')}.c",
        f"a.{unpadded(b'null')}.c",
        f"a.{unpadded(b'{}')}.c",
        f"a.{unpadded(bytes([255, 254]))}.c",
        f"a.{unpadded(b'[' * 3000)}.c",
        "\0.\0.\0",
        "Bearer a.b.c",
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(UntrustedProblem, match="formed"):
        parse_token(text)


def test_a_huge_token_is_refused() -> None:
    for text in ("A" * 6_001, f"a.{'A' * 10_000_000}.c", "." * 10_000_000, token(path="/" + "x" * 6_000)):
        with pytest.raises(UntrustedProblem, match="formed"):
            parse_token(text)


def test_a_long_path_is_carried() -> None:
    path = "/kenesh/collections/0/objects/?match[id]=" + "x" * 3_000
    check(token(path=path), path=path)


@given(st.text(max_size=60), st.binary(max_size=60), st.text(max_size=60))
def test_whatever_stands_for_a_token_is_refused(head: str, payload: bytes, tail: str) -> None:
    with pytest.raises(UntrustedProblem):
        check(f"{head}.{unpadded(payload)}.{tail}")
