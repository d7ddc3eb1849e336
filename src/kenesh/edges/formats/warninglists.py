"""MISP's warning lists: values that are known to be harmless or shared by many; from a package that bundles them.

What concerns a kind of value is read when the first such value comes. Source: MISP warninglists, README: `string` is
equal, `hostname` is the name or a parent of it, `cidr` contains the address, `substring` stands in the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec

from kenesh.basis.problem import SettingsProblem
from kenesh.edges.formats.known import KnownTexts
from kenesh.edges.formats.out.ranges import Networks, network_of
from kenesh.watch.lookup import host_text
from kenesh.watch.values import Atom, Kind

_EXTRA: Final = "pip install 'kenesh[block]'"
_ADDRESSES: Final = frozenset({Kind.IPV4, Kind.IPV6, Kind.IPV4_NET, Kind.IPV6_NET})
_HASHES: Final = frozenset({Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.SHA512})
_NAME_WORDS: Final = frozenset({"domain", "hostname", "url", "uri", "domain|ip"})
_ADDRESS_WORDS: Final = frozenset({"ip-src", "ip-dst", "domain|ip"})
_HASH_WORDS: Final = frozenset({"md5", "sha1", "sha256", "sha512"})
_EMAIL_WORDS: Final = frozenset({"email", "email-src", "email-dst"})
#: A list has up to a million entries; so many octets of it are entries at once.
_STRETCH: Final = 1024 * 1024


class _List(msgspec.Struct, frozen=True):
    """One list, as its file says it; its entries are still JSON."""

    name: str
    type: str
    entries: msgspec.Raw = msgspec.field(name="list")
    matching_attributes: list[str] = []


class _Head(msgspec.Struct, frozen=True):
    """A list without its entries, and its file."""

    name: str
    type: str
    words: frozenset[str]
    path: Path


_list: Final = msgspec.json.Decoder(_List)


def bundled(package: str) -> Any:
    """A package of the extra `block`, which carries its lists within it; nothing is ever fetched.

    Raises:
        SettingsProblem: the extra is not installed.
    """
    try:
        return import_module(package)
    except ImportError:
        raise SettingsProblem(
            f"{package} is not here, and without it nothing is written for a tool that acts.", advice=_EXTRA
        ) from None


class WarningLists:
    """The lists that the package bundles."""

    def listed(self, atom: Atom) -> str | None:
        """The name of a list in which the value is; None where it is in none."""
        if atom.kind in _ADDRESSES:
            return self._address(atom.value)
        if atom.kind in _HASHES:
            return self._hashes.get(atom.value)
        if atom.kind is Kind.EMAIL:
            return self._email(atom.value)
        if atom.kind is Kind.URL:
            host = host_text(atom)
            return self._address(host.strip("[]")) or self._above(host)
        return self._exact_names.get(atom.value) or self._name(atom.value)

    def entries_of(self, name: str) -> Iterator[str]:
        """The entries of the list of that name."""
        for head in self._heads:
            if head.name == name:
                yield from chain.from_iterable(_entries(head))

    def _address(self, text: str) -> str | None:
        network = network_of(text)
        return None if network is None else self._networks.touching(network)

    def _name(self, name: str) -> str | None:
        return self._above(name) or next((why for part, why in self._name_parts if part in name), None)

    def _email(self, address: str) -> str | None:
        host = address.rpartition("@")[2]
        return next((why for part, why in self._email_parts if part in address), None) or self._above(host)

    def _above(self, name: str) -> str | None:
        """The list in which the name is, or one that it lies under."""
        while name:
            if why := self._names.get(name):
                return why
            name = name.partition(".")[2]
        return None

    @cached_property
    def _heads(self) -> list[_Head]:
        root = Path(bundled("pymispwarninglists").__file__).parent / "data" / "misp-warninglists" / "lists"
        paths = sorted(root.glob("*/list.json"))
        if not paths:
            raise SettingsProblem("The package of the warning lists holds none.", advice=f"Install it anew: {_EXTRA}")
        found = ((path, _list.decode(path.read_bytes())) for path in paths)
        return [_Head(one.name, one.type, frozenset(one.matching_attributes), path) for path, one in found]

    def _of_type(self, list_type: str, words: frozenset[str]) -> Iterator[tuple[list[str], str]]:
        """(entries, list's name) of every list of that type that concerns one of these attributes."""
        for head in self._heads:
            if head.type == list_type and (not head.words or words & head.words):
                yield from ((entries, head.name) for entries in _entries(head))

    def _one_by_one(self, list_type: str, words: frozenset[str]) -> Iterator[tuple[str, str]]:
        return ((entry, name) for entries, name in self._of_type(list_type, words) for entry in entries)

    @cached_property
    def _networks(self) -> Networks:
        entries = chain(self._one_by_one("cidr", _ADDRESS_WORDS), self._one_by_one("string", _ADDRESS_WORDS))
        return Networks((net, why) for text, why in entries if (net := network_of(text)) is not None)

    @cached_property
    def _names(self) -> KnownTexts:
        return _names(self._of_type("hostname", _NAME_WORDS))

    @cached_property
    def _exact_names(self) -> KnownTexts:
        return _names(self._of_type("string", _NAME_WORDS))

    @cached_property
    def _hashes(self) -> KnownTexts:
        return KnownTexts(self._of_type("string", _HASH_WORDS))

    @cached_property
    def _name_parts(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._one_by_one("substring", _NAME_WORDS - {"domain|ip"}))

    @cached_property
    def _email_parts(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._one_by_one("substring", _EMAIL_WORDS))


@cache
def warning_lists() -> WarningLists:
    """The lists, read once in a process."""
    return WarningLists()


def _names(lists: Iterator[tuple[list[str], str]]) -> KnownTexts:
    """Names of hosts, some of which are written with a dot before or after them."""
    return KnownTexts(([text.strip(".") for text in texts], why) for texts, why in lists)


def _entries(head: _Head) -> Iterator[list[str]]:
    """The entries of a list, a stretch at a time: as texts they would take three times their file's room."""
    octets = bytes(_list.decode(head.path.read_bytes()).entries)
    start = octets.index(b"[") + 1
    while len(octets) - start > _STRETCH:
        stop = octets.rfind(b'",', start, start + _STRETCH)
        if stop < 0 or octets[stop - 1 : stop] == b"\\":
            break
        yield msgspec.json.decode(b"[" + octets[start : stop + 1] + b"]", type=list[str])
        start = stop + 2
    yield [str(entry) for entry in msgspec.json.decode(b"[" + octets[start:], type=list[Any])]
