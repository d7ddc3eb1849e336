"""The atoms of an object: the single values by which a look-up or a hunt finds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kenesh.basis.problem import Problem
from kenesh.stix.objects import Version
from kenesh.stix.patterns import Constant, comparisons, sole_test
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
    return atoms_in(version.type, version.value)


def atoms_in(object_type: str, value: Mapping[str, object]) -> tuple[Atom, ...]:
    """The same of an object that is decoded and no more."""
    atoms = _of_indicator(value) if object_type == "indicator" else _of_observable(object_type, value)
    return tuple(sorted(set(atoms)))


def sole_atom(indicator: Mapping[str, object]) -> Atom | None:
    """The one value for which an indicator stands, where its pattern asks for nothing else.

    None for a pattern that asks for more, for another kind of value, or for one that does not parse as its kind: a tool
    that acts must not be told what a guess made of it.
    """
    pattern = indicator.get("pattern")
    if indicator.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str):
        return None
    test = sole_test(pattern)
    if test is None:
        return None
    object_type, _, inside = test[0].partition(":")
    if inside == "value" and object_type in _VALUES:
        return atom_of(_VALUES[object_type], test[1])
    steps = inside.split(".")
    if object_type != "file" or len(steps) != 2 or steps[0] != "hashes":
        return None
    kind = _hash_kind(steps[1].strip("'"))
    return atom_of(kind, test[1]) if kind else None


def _of_observable(object_type: str, observable: Mapping[str, object]) -> Iterator[Atom]:
    value, hashes = observable.get("value"), observable.get("hashes")
    if object_type in _VALUES and isinstance(value, str):
        yield from _stated(_VALUES[object_type], value)
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
