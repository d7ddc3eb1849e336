"""The canonical form of each kind of value: a text in, the one form in which it compares out, or None.

Only ASCII A-Z are ever lowered: a locale or Unicode's own case folding would make the Turkic letters I with and without
a dot (U+0130, U+0131) equal to 'i', and so one state's name equal to another's.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Network, IPv6Address, IPv6Network
from typing import Final

import idna

MAX_DOMAIN: Final = 253
_DEFAULT_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_QUAD = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
# RFC 3986 appendix B, with what can stand in no URL (blanks, controls, quotes, <>) left out.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^\s/?#\\\"<>]+)([/?][^\s#\"<>\x00-\x1f\x7f]*)?(?:#[^\s\"<>]*)?")
_AUTHORITY = re.compile(r"((?:[^@]*@)?)(\[[^\]@]*\]|[^\[\]@:]*)(?::([0-9]{0,5}))?", re.ASCII)
_LOCAL_PART = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]{1,64}")


def ascii_lower(text: str) -> str:
    """The text with A-Z lowered and nothing else touched."""
    return text.translate(_ASCII_LOWER)


def ipv4(text: str) -> str | None:
    """A dotted quad without leading zeros; a mapped IPv6 address becomes the IPv4 one."""
    if _QUAD.fullmatch(text):
        return text if all(int(part) < 256 for part in text.split(".")) else None
    # RFC 4291 §2.5.5.2: ::ffff:a.b.c.d is an IPv4 address written long.
    address = _ipv6_address(text)
    return None if address is None or address.ipv4_mapped is None else str(address.ipv4_mapped)


def ipv6(text: str) -> str | None:
    """Compressed (RFC 5952); None for a mapped address, which is an IPv4 one."""
    address = _ipv6_address(text)
    return None if address is None or address.ipv4_mapped is not None else str(address)


def _ipv6_address(text: str) -> IPv6Address | None:
    try:
        # A zone (%eth0) means something on one host only.
        return IPv6Address(text) if ":" in text and "%" not in text else None
    except AddressValueError:
        return None


def ipv4_net(text: str) -> str | None:
    """address/length with the host bits cleared."""
    address, slash, length = text.partition("/")
    if not slash or ipv4(address) != address or not re.fullmatch(r"[0-9]|[12][0-9]|3[0-2]", length, re.ASCII):
        return None
    return str(IPv4Network(text, strict=False))


def ipv6_net(text: str) -> str | None:
    """Compressed address/length with the host bits cleared."""
    address, slash, length = text.partition("/")
    if not slash or ipv6(address) is None or not re.fullmatch(r"[0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]", length, re.ASCII):
        return None
    return str(IPv6Network(text, strict=False))


def _a_labels(text: str) -> list[str] | None:
    """The labels of a name in ASCII, lowered; None where the name has no ASCII form.

    Source: RFC 5891 by way of UTS 46, non-transitional. A label that is ASCII already is taken as it is on the wire:
    what `idna` would say of it (underscores, emoji) is no reason not to find it there.
    """
    if len(text) > 2 * MAX_DOMAIN:
        return None
    if text.isascii():
        return text.lower().split(".")
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
        labels = mapped.split(".")
        if any(len(label) > 63 for label in labels):
            return None
        return [ascii_lower(label) if label.isascii() else idna.alabel(label).decode() for label in labels]
    except (idna.IDNAError, UnicodeError):
        return None


def _host_name(text: str, *, min_labels: int) -> str | None:
    labels = _a_labels(text)
    if labels is None:
        return None
    if labels[-1] == "" and len(labels) > 1:
        labels.pop()
    name = ".".join(labels)
    if len(labels) < min_labels or len(name) > MAX_DOMAIN or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    # A last label of digits alone is the end of an address, well formed or not (WHATWG URL, "ends in a number").
    return None if labels[-1].isdigit() else name


def domain(text: str) -> str | None:
    """Two labels or more, in A-labels, without the root dot."""
    return _host_name(text, min_labels=2)


def _host(text: str) -> str | None:
    if text.startswith("["):
        return f"[{address}]" if (address := ipv6(text[1:-1])) else ipv4(text[1:-1])
    return ipv4(text) if _QUAD.fullmatch(text) else _host_name(text, min_labels=1)


def url(text: str) -> str | None:
    """Scheme and host in their canonical forms, no default port, no fragment; path and query to the octet."""
    match = _URL.fullmatch(text)
    if match is None or (parts := _AUTHORITY.fullmatch(match[2])) is None:
        return None
    scheme, host, port = match[1].lower(), _host(parts[2]), int(parts[3] or _DEFAULT_PORTS.get(match[1].lower(), 1))
    if host is None or not 0 < port < 65536:
        return None
    shown_port = f":{port}" if parts[3] and port != _DEFAULT_PORTS.get(scheme) else ""
    # The fragment is dropped: it never leaves the browser, so no log on the wire could ever show it. Path and query
    # are kept to the octet: %2F and '/', '/A' and '/a' are different resources to the server that is asked.
    rest = match[3] or "/"
    return f"{scheme}://{parts[1]}{host}{shown_port}{rest if rest[0] == '/' else '/' + rest}"


def email(text: str) -> str | None:
    """The local part to the octet, the domain in its canonical form."""
    local, at, name = text.rpartition("@")
    host = domain(name) if at and _LOCAL_PART.fullmatch(local) else None
    # RFC 5321 §2.4: what stands before the @ belongs to the receiving host alone, its case included.
    return None if host is None else f"{local}@{host}"


def hexadecimal(text: str, digits: int) -> str | None:
    """So many hexadecimal digits, lowered."""
    return ascii_lower(text) if len(text) == digits and _HEX.fullmatch(text) else None
