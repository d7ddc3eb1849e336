"""The atoms of an object: the single values by which a look-up or a hunt finds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kenesh.basis.problem import Problem
from kenesh.stix.objects import Version
from kenesh.stix.patterns import Constant, comparisons
from kenesh.watch.values import Atom, Kind, atom_of, recognise

#: The cyber-observables whose `value` is watched. `ipv4-addr` and `ipv6-addr` hold networks too (STIX 2.1 §6.8, §6.9).
_VALUES: Final[Mapping[str, Kind]] = {
    "ipv4-addr": Kind.IPV4,
    "ipv6-addr": Kind.IPV6,
    "domain-name": Kind.DOMAIN,
    "url": Kind.URL,
    "email-addr": Kind.EMAIL,
}
#: Hash names as they are met: 'SHA-256' is the standard's, sha256 and SHA256 are in the wild.
_HASHES: Final[Mapping[str, Kind]] = {"md5": Kind.MD5, "sha1": Kind.SHA1, "sha256": Kind.SHA256, "sha512": Kind.SHA512}
_OPERATORS: Final = frozenset({"=", "IN", "ISSUBSET"})


def atoms_of(version: Version) -> tuple[Atom, ...]:
    """Every value that an indicator's pattern tests for, or that a cyber-observable is; unique, sorted.

    Of a pattern that asks for several things at once, each is an atom: whoever looks one of them up must find it, and
    judges for himself what the rest of the pattern means.
    """
    atoms = _of_indicator(version.value) if version.type == "indicator" else _of_observable(version)
    return tuple(sorted(set(atoms)))


def _of_observable(version: Version) -> Iterator[Atom]:
    value, hashes = version.value.get("value"), version.value.get("hashes")
    if version.type in _VALUES and isinstance(value, str):
        yield from _stated(_VALUES[version.type], value)
    if isinstance(hashes, Mapping):
        for name, text in hashes.items():
            if (kind := _hash_kind(name)) and isinstance(text, str):
                yield from _stated(kind, text)


def _of_indicator(indicator: Mapping[str, object]) -> Iterator[Atom]:
    # STIX 2.0 has no pattern_type: its patterns are STIX patterns.
    pattern = indicator.get("pattern")
    if indicator.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str):
        return
    try:
        tests = comparisons(pattern)
    except Problem:
        # A pattern that cannot be read is kept, shown and served; there is nothing in it to look up.
        return
    for path, operator, constant in tests:
        if operator in _OPERATORS:
            for text in _texts(constant):
                yield from _compared(path, text)


def _texts(constant: Constant) -> Iterable[str]:
    constants = constant if isinstance(constant, tuple) else (constant,)
    return (text for text in constants if isinstance(text, str))


def _compared(path: str, text: str) -> Iterator[Atom]:
    """The atom of a comparison, by where the object path ends; none where no watched kind of value stands there."""
    object_type, _, inside = path.partition(":")
    last = inside.rpartition(".")[2].strip("'\"")
    if (kind := _hash_kind(last)) is not None or (inside == "value" and (kind := _VALUES.get(object_type))):
        yield from _stated(kind, text)
    elif last == "value" and ("_ref." in inside or "_refs[" in inside) and (atom := recognise(text)) is not None:
        # network-traffic:dst_ref.value, email-message:from_ref.value: what is referred to shows in the value itself.
        yield atom


def _hash_kind(name: str) -> Kind | None:
    return _HASHES.get(name.lower().replace("-", "").replace("_", "")) if name.isascii() else None


def _stated(kind: Kind, text: str) -> Iterator[Atom]:
    """The value as the kind that it is said to be; else, where it was put in the wrong place, as what it looks like."""
    if (atom := atom_of(kind, text) or recognise(text)) is not None:
        yield atom
