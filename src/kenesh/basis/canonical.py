"""I-JSON in, RFC 8785 out, and the SHA-256 by which sameness is judged.

What is not I-JSON (RFC 7493) is refused at the door: a duplicate key, a lone surrogate, an integer beyond 2^53-1, a
number that is none, a text that is not UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from math import isinf
from typing import Any, Final

import msgspec
import rfc8785

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem

MAX_INTEGER: Final = 2**53 - 1
MAX_DEPTH: Final = 64

#: All that msgspec raises for octets that come from outside: a text that is no UTF-8, or what is too deep, is no
#: `MsgspecError`.
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_sorted_encoder = msgspec.json.Encoder(order="sorted")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None
        raise DamagedProblem(f"The key '{visible(twice, 60)}' stands twice in one object.")
    return value


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise DamagedProblem(f"The integer {text[:20]} is beyond 2^53-1.")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    # RFC 8785 writes whole numbers below 1e21 as integers: 9007199254740993.0 would pass for its neighbour.
    if MAX_INTEGER < abs(value) < 1e21 or isinf(value):
        raise DamagedProblem(f"The number {text[:20]} is beyond 2^53-1.")
    return value


def _constant(text: str) -> float:
    raise DamagedProblem(f"{text} is no number in JSON.")


def _refuse_deep(value: object, depth: int = 0) -> None:
    if isinstance(value, (dict, list)):
        if depth >= MAX_DEPTH:
            raise DamagedProblem(f"It is nested deeper than {MAX_DEPTH} levels.")
        for item in value.values() if isinstance(value, dict) else value:
            _refuse_deep(item, depth + 1)


def _refuse_surrogates(value: object) -> None:
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise DamagedProblem("It holds half of a surrogate pair, which is no character.") from None


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_constant)


def decode_ijson(octets: bytes) -> Any:
    """The value, or a refusal that says what is wrong.

    Source: RFC 7493 §2; the depth is bounded by `MAX_DEPTH`.

    Raises:
        DamagedProblem: it is no I-JSON, or nested deeper than is taken.
    """
    try:
        value = _decoder.decode(octets.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DamagedProblem(f"It is not UTF-8 (octet {error.start}).") from None
    except json.JSONDecodeError as error:
        raise DamagedProblem(
            f"It is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise DamagedProblem(f"It is nested deeper than {MAX_DEPTH} levels.") from None
    # What has few brackets cannot be deep: nearly every object is spared the walk.
    if octets.count(b"{") + octets.count(b"[") > MAX_DEPTH:
        _refuse_deep(value)
    if b"\\ud" in octets or b"\\uD" in octets:
        _refuse_surrogates(value)
    return value


#: What the quick encoder writes as RFC 8785 does, whatever its value.
_ATOMS: Final = frozenset((str, bool, int, type(None)))


def _is_plain(value: object, depth: int = 0) -> bool:
    """Whether the quick encoder gives the same bytes as RFC 8785: no float, no key outside ASCII, bounded depth."""
    if type(value) in _ATOMS:
        return True
    if depth >= MAX_DEPTH:
        raise DamagedProblem(f"It is nested deeper than {MAX_DEPTH} levels.")
    items: Iterable[object]
    if type(value) is dict:
        if not "".join(value).isascii():
            return False
        items = value.values()
    elif type(value) is list:
        items = value
    else:
        return False
    # A loop, and atoms told apart before the call: each object passes here twice on its way.
    for item in items:  # noqa: SIM110
        if type(item) not in _ATOMS and not _is_plain(item, depth + 1):
            return False
    return True


def canonical_bytes(value: Any) -> bytes:
    """The RFC 8785 form.

    Raises:
        DamagedProblem: it holds a lone surrogate or a number that RFC 8785 cannot write.
    """
    try:
        plain = _is_plain(value)
        octets = _sorted_encoder.encode(value) if plain else rfc8785.dumps(value)
    except (UnicodeEncodeError, ValueError, OverflowError, RecursionError) as error:
        raise DamagedProblem(f"It has no canonical form: {error}.") from None
    return octets


def content_hash(value: Any) -> bytes:
    """SHA-256 of the RFC 8785 form: two objects are the same content when these agree."""
    return sha256(canonical_bytes(value)).digest()
