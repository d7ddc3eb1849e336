"""What speaks against a value: it is private, wide, well known, or looks like a file's name. Said, never decided here.

The warning lists come with the extra `block`; without it nothing is known to be well known.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from typing import Final

from kenesh.edges.formats.warninglists import WarningLists, warning_lists
from kenesh.watch.values import Atom, Kind, canonical

#: Top-level domains under which names are also file names.
_FILE_ENDINGS: Final = frozenset(
    (
        *(
            "app",
            "asp",
            "aspx",
            "bat",
            "bin",
            "cab",
            "cc",
            "cfg",
            "cmd",
            "com",
            "conf",
            "cpp",
            "cs",
            "csv",
            "dat",
            "dll",
        ),
        *(
            "doc",
            "docx",
            "exe",
            "gif",
            "gz",
            "hta",
            "html",
            "img",
            "ini",
            "iso",
            "jar",
            "jpg",
            "js",
            "json",
            "jsp",
            "lnk",
        ),
        *(
            "log",
            "md",
            "mov",
            "msi",
            "pdf",
            "php",
            "pl",
            "png",
            "ps",
            "ps1",
            "py",
            "rar",
            "rs",
            "sh",
            "so",
            "sys",
            "tmp",
        ),
        *("txt", "vbs", "xls", "xlsx", "xml", "yaml", "yar", "yml", "zip"),
    )
)
#: Some of them are names' endings far more often.
_NAMES_FIRST: Final = frozenset(("com", "app", "cc", "js"))
_WIDEST: Final = {Kind.IPV4_NET: 16, Kind.IPV6_NET: 32}


def doubt_of(atom: Atom) -> str:
    """Why the value may be none to act on; '' where nothing speaks against it."""
    return _of_address(atom) or _of_name(atom) or _of_lists(atom)


def _of_address(atom: Atom) -> str:
    if atom.kind in (Kind.IPV4, Kind.IPV6) and not ip_address(atom.value).is_global:
        return "it is private or reserved"
    if atom.kind in _WIDEST:
        network = ip_network(atom.value)
        if not network.is_global:
            return "it is private or reserved"
        if network.prefixlen < _WIDEST[atom.kind]:
            return "it is a very wide network"
    return ""


def _of_name(atom: Atom) -> str:
    if atom.kind is not Kind.DOMAIN:
        return ""
    ending = atom.value.rpartition(".")[2]
    return "it may be the name of a file" if ending in _FILE_ENDINGS - _NAMES_FIRST else ""


def _of_lists(atom: Atom) -> str:
    lists = _lists()
    # An address at a provider whom everybody uses is nobody's but its owner's.
    found = lists.listed(atom) if lists is not None and atom.kind is not Kind.EMAIL else None
    return f"it stands on a warning list: {found}" if found else ""


@cache
def _lists() -> WarningLists | None:
    return warning_lists() if find_spec("pymispwarninglists") is not None else None


@cache
def _top_labels() -> frozenset[str]:
    """Every top-level domain in A-labels; empty where the lists are not installed."""
    lists = _lists()
    named = lists.entries_of("TLDs as known by IANA") if lists is not None else ()
    labels = (canonical(Kind.DOMAIN, f"a.{label}") for label in named)
    return frozenset(label[2:] for label in labels if label is not None)


def may_be_name(domain: str) -> bool:
    """Whether a word with a dot in it may be a domain: it ends in a top-level one, or in what is no file's ending."""
    ending = domain.rpartition(".")[2]
    return ending in _top_labels() if _top_labels() else len(ending) > 1 and ending not in _FILE_ENDINGS - _NAMES_FIRST
