"""The kinds of value that are watched, and what a person typed made one of them.

Two values are the same when their canonical forms (`kenesh.watch.forms`) are equal octet for octet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final
from urllib.parse import quote

from kenesh.watch import forms


class Kind(StrEnum):
    """What a watched value is."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    IPV4_NET = "ipv4-net"
    IPV6_NET = "ipv6-net"
    DOMAIN = "domain"
    URL = "url"
    EMAIL = "email"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """One value in its canonical form, with its kind."""

    kind: Kind
    value: str


#: Longer texts are no value: a URL beyond this is cut by the proxies that would log it.
MAX_VALUE: Final = 8192
#: Hexadecimal digits of each hash.
HASH_DIGITS: Final[Mapping[Kind, int]] = {Kind.MD5: 32, Kind.SHA1: 40, Kind.SHA256: 64, Kind.SHA512: 128}

_CANONICAL: Final[Mapping[Kind, Callable[[str], str | None]]] = {
    Kind.IPV4: forms.ipv4,
    Kind.IPV6: forms.ipv6,
    Kind.IPV4_NET: forms.ipv4_net,
    Kind.IPV6_NET: forms.ipv6_net,
    **{kind: partial(forms.hexadecimal, digits=digits) for kind, digits in HASH_DIGITS.items()},
    Kind.URL: forms.url,
    Kind.EMAIL: forms.email,
    Kind.DOMAIN: forms.domain,
}
_ADDRESSES: Final = (Kind.IPV4, Kind.IPV6, Kind.IPV4_NET, Kind.IPV6_NET)
_ONE_ADDRESS: Final = ((Kind.IPV4_NET, Kind.IPV4, "/32"), (Kind.IPV6_NET, Kind.IPV6, "/128"))


def canonical(kind: Kind, text: str) -> str | None:
    """The one form in which values of that kind compare; None where the text is none of that kind.

    A mapped address (::ffff:192.0.2.1) is an IPv4 address and no IPv6 one.
    """
    return _CANONICAL[kind](text) if 0 < len(text) <= MAX_VALUE else None


def atom_of(kind: Kind, text: str) -> Atom | None:
    """The atom of a text that is stated to be of that kind; None where it is none.

    What is stated to be an address may be a network (STIX writes both in one property) or a mapped address, and a
    network of one address is that address.
    """
    for likely in _ADDRESSES if kind in _ADDRESSES else (kind,):
        if (value := canonical(likely, text)) is not None:
            return _narrowed(Atom(likely, value))
    return None


def _narrowed(atom: Atom) -> Atom:
    for net, address, length in _ONE_ADDRESS:
        if atom.kind is net and atom.value.endswith(length):
            return Atom(address, atom.value.removesuffix(length))
    return atom


#: Every printable character of ASCII; RFC 3986 §2.5 writes the others as octets of UTF-8.
_AS_IT_IS: Final = "".join(map(chr, range(0x21, 0x7F)))


def on_the_wire(atom: Atom) -> Atom:
    """The value in printable ASCII alone, as it goes over a wire; only a URL can hold anything else."""
    return Atom(atom.kind, quote(atom.value, safe=_AS_IT_IS)) if atom.kind is Kind.URL else atom


# Blanks of no width and marks of direction: invisible, and pasted along from mail and web pages.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# A joiner between two letters of a script that joins is part of a name (RFC 5892 appendix A); beside ASCII it is none.
_STRAY_JOINER = re.compile("(?<![^\\x00-\\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\x00-\\x7f])")
_DEFANGED_SCHEME = re.compile(r"h(?:xx|tt|\*\*)p(s?)\s?(?:\[://\]|\[?:\]?//)", re.ASCII | re.IGNORECASE)
_DEFANGED_DOT = re.compile(r"\s{0,3}(?:\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\})\s{0,3}", re.ASCII | re.IGNORECASE)
_DEFANGED_AT = re.compile(r"\s{0,3}(?:\[(?:@|at)\]|\((?:@|at)\))\s{0,3}", re.ASCII | re.IGNORECASE)
_DEFANGED_MARK = re.compile(r"\[([:/])\]")
_WRAPPING: Final = " \t\r\n\v\f\u00a0\"'`<>,;!\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a\u3001\u3002"
_PAIRS: Final = (("(", ")"), ("[", "]"), ("{", "}"))
_MAX_WRAPPERS: Final = 8
_HOST_WITH_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@\[\]]+))(?::[0-9]{1,5})?", re.ASCII)


def refanged(text: str) -> str:
    """The value that the text stands for: hxxp, [.], (.), [:], [@] undone, wrapping and invisible characters gone."""
    shown = undefanged(text)
    for _ in range(_MAX_WRAPPERS):
        if (unwrapped := _unwrapped(shown)) == shown:
            break
        shown = unwrapped
    return shown


def undefanged(text: str) -> str:
    """The text with hxxp, [.], (dot), [:], [at] undone wherever they stand in it, and without what is invisible."""
    shown = _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))
    shown = _DEFANGED_AT.sub("@", _DEFANGED_DOT.sub(".", shown))
    return _DEFANGED_MARK.sub(r"\1", _DEFANGED_SCHEME.sub(r"http\1://", shown))


def _unwrapped(text: str) -> str:
    """The text without one layer of quotes, brackets or the punctuation of the sentence that it stood in."""
    shown = text.strip(_WRAPPING).removeprefix("mailto:").lstrip("*.").rstrip(".")
    if shown.endswith(":") and not shown.endswith("::"):
        return shown[:-1]
    # In a URL '?' begins the query, be it empty.
    if shown.endswith("?") and "://" not in shown:
        return shown[:-1]
    for opening, closing in _PAIRS:
        surplus = shown.count(opening) - shown.count(closing)
        if shown.startswith(opening) and (surplus > 0 or (surplus == 0 and shown.endswith(closing))):
            return shown[1:].removesuffix(closing if surplus == 0 else "\n")
        if shown.endswith(closing) and surplus < 0:
            return shown[:-1]
    return shown


def recognise(text: str) -> Atom | None:
    """The value that a person typed or pasted, its kind guessed; None where it is like none of them.

    A port behind a host is left away. A host with a path but no scheme is no value: whether http or https was meant
    is not for the node to guess.
    """
    shown = refanged(text)
    if (atom := _guessed(shown, tuple(_CANONICAL))) is not None:
        return atom
    host = _HOST_WITH_PORT.fullmatch(shown)
    return _guessed(host[1] or host[2], (*_ADDRESSES[:2], Kind.DOMAIN)) if host else None


def _guessed(text: str, kinds: tuple[Kind, ...]) -> Atom | None:
    for kind in kinds:
        if (value := canonical(kind, text)) is not None:
            return _narrowed(Atom(kind, value))
    return None
