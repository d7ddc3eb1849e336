"""MISP's warning lists: values that are known to be harmless or shared by many; from a package that bundles them.

What concerns a kind of value is read when the first such value comes. Source: MISP warninglists, README: `string` is
equal, `hostname` is the name or a parent of it, `cidr` contains the address, `substring` stands in the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import msgspec

from kenesh.basis.problem import SettingsProblem
from kenesh.edges.formats.out.ranges import Names, Networks, network_of
from kenesh.watch.forms import ascii_lower
from kenesh.watch.lookup import host_text
from kenesh.watch.values import Atom, Kind

_EXTRA: Final = "pip install 'kenesh[block]'"
_ADDRESSES: Final = frozenset({Kind.IPV4, Kind.IPV6, Kind.IPV4_NET, Kind.IPV6_NET})
_HASHES: Final = frozenset({Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.SHA512})
_NAME_WORDS: Final = frozenset({"domain", "hostname", "url", "uri", "domain|ip"})
_ADDRESS_WORDS: Final = frozenset({"ip-src", "ip-dst", "domain|ip"})
_HASH_WORDS: Final = frozenset({"md5", "sha1", "sha256", "sha512"})
_EMAIL_WORDS: Final = frozenset({"email", "email-src", "email-dst"})


class _List(msgspec.Struct, frozen=True):
    """One list, as its file says it."""

    name: str
    type: str
    entries: list[Any] = msgspec.field(name="list")
    matching_attributes: list[str] = []


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
            return self._address(host.strip("[]")) or self._names.above(host)
        return self._exact_names.get(atom.value) or self._name(atom.value)

    def _address(self, text: str) -> str | None:
        network = network_of(text)
        return None if network is None else self._networks.touching(network)

    def _name(self, name: str) -> str | None:
        return self._names.above(name) or next((why for part, why in self._name_parts if part in name), None)

    def _email(self, address: str) -> str | None:
        host = address.rpartition("@")[2]
        return next((why for part, why in self._email_parts if part in address), None) or self._names.above(host)

    @cached_property
    def _lists(self) -> list[Path]:
        root = Path(bundled("pymispwarninglists").__file__).parent / "data" / "misp-warninglists" / "lists"
        found = sorted(root.glob("*/list.json"))
        if not found:
            raise SettingsProblem("The package of the warning lists holds none.", advice=f"Install it anew: {_EXTRA}")
        return found

    def _entries(self, list_type: str, words: frozenset[str]) -> Iterator[tuple[str, str]]:
        """(entry, list's name) of every list of that type that concerns one of these attributes."""
        decoder = msgspec.json.Decoder(_List)
        for path in self._lists:
            found = decoder.decode(path.read_bytes())
            if found.type == list_type and (not found.matching_attributes or words & set(found.matching_attributes)):
                yield from ((str(entry), found.name) for entry in found.entries)

    @cached_property
    def _networks(self) -> Networks:
        entries = (*self._entries("cidr", _ADDRESS_WORDS), *self._entries("string", _ADDRESS_WORDS))
        return Networks((net, why) for text, why in entries if (net := network_of(text)) is not None)

    @cached_property
    def _names(self) -> Names:
        entries = self._entries("hostname", _NAME_WORDS)
        return Names((_lowered(text).strip("."), why) for text, why in entries)

    @cached_property
    def _exact_names(self) -> dict[str, str]:
        return {_lowered(text).strip("."): why for text, why in self._entries("string", _NAME_WORDS)}

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {_lowered(text): why for text, why in self._entries("string", _HASH_WORDS)}

    @cached_property
    def _name_parts(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._entries("substring", _NAME_WORDS - {"domain|ip"}))

    @cached_property
    def _email_parts(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._entries("substring", _EMAIL_WORDS))


def _lowered(text: str) -> str:
    # There are millions of them, and nearly all are lowered already.
    return text if text.islower() else ascii_lower(text)
