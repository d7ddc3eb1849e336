"""Which values stand in a token: a stretch of a log line that an engine has cut out.

An engine cuts generously and by plain rules, the same in every dialect of SQL; what a token is, is decided here alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final

from kenesh.watch.values import HASH_DIGITS, MAX_VALUE, Atom, Kind, atom_of, canonical


class Sort(StrEnum):
    """How a token was cut: `dotted` is a whole word with a dot in it, a domain or an IPv4 address."""

    DOTTED = "dotted"
    IPV6 = "ipv6"
    HASH = "hash"
    EMAIL = "email"
    URL = "url"


_KIND_OF_LENGTH: Final = {digits: kind for kind, digits in HASH_DIGITS.items()}


def atoms_in(sort: Sort, token: str, top_labels: Container[str] | None = None) -> Iterator[Atom]:
    """The values that the token may be. A value that is part of a longer word is none of them.

    Where `top_labels` are given, a domain under another one is left out: most words with a dot in a text that is not
    English are no names, and to bring each into A-labels takes its time.
    """
    match sort:
        case Sort.DOTTED:
            return _dotted(token, top_labels)
        case Sort.IPV6:
            return (atom for text in _addresses(token) if (atom := atom_of(Kind.IPV6, text)) is not None)
        case Sort.HASH:
            kind = _KIND_OF_LENGTH.get(len(token))
            return _of_kind(kind, (token,)) if kind else iter(())
        case Sort.EMAIL:
            return _of_kind(Kind.EMAIL, _mailboxes(token))
        case Sort.URL:
            return _of_kind(Kind.URL, _urls(token))


def _of_kind(kind: Kind, texts: Iterator[str] | tuple[str, ...]) -> Iterator[Atom]:
    return (Atom(kind, value) for text in texts if (value := canonical(kind, text)) is not None)


def _dotted(token: str, top_labels: Container[str] | None) -> Iterator[Atom]:
    for word in (token,) if token.isascii() else _words(token):
        if (address := canonical(Kind.IPV4, word)) is not None:
            yield Atom(Kind.IPV4, address)
        elif top_labels is not None and _top_label(_LAST_LABEL.sub("", word)) not in top_labels:
            continue
        elif (name := _name(word)) is not None:
            yield Atom(Kind.DOMAIN, name)


#: The full stops of UTS 46.
_DOTS: Final = ".\u3002\uff0e\uff61"
_LAST_LABEL = re.compile(f".*[{_DOTS}]", re.DOTALL)


@lru_cache(4096)
def _top_label(label: str) -> str | None:
    """The label in ASCII; what a domain may end in is few, so each is brought into its A-label once."""
    name = canonical(Kind.DOMAIN, f"a.{label}")
    return None if name is None else name[2:]


def _name(word: str) -> str | None:
    """The domain, or what of it remains from the right when labels that no name can have are taken off on the left.

    On the wire a label may be anything; whatever is asked for under evil.example is asked of evil.example.
    """
    rest = word
    while (name := canonical(Kind.DOMAIN, rest)) is None:
        cut = min((at for dot in _DOTS if (at := rest.find(dot)) >= 0), default=-1)
        if cut < 0:
            return None
        rest = rest[cut + 1 :]
    return name


def _words(token: str) -> Iterator[str]:
    """The token parted at what is no letter, digit or mark: typographic quotes, arrows, blanks beyond ASCII.

    What is invisible stays: a resolver drops it (UTS 46). So does U+FFFD: an octet that was no UTF-8 is an unknown
    letter, and an unknown letter makes a word another word.
    """
    parted = "".join(char if _is_of_a_word(char) else " " for char in token)
    return (word.strip(f"-{_DOTS}\u00ad\u200b\u200c\u200d\u2060\ufeff") for word in parted.split())


def _is_of_a_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LMN" or category == "Cf" or char in f"-_\ufffd{_DOTS}"


# What stands before an address in key:value logs and in SMTP's [IPv6:2001:db8::1].
_LABEL_BEFORE = re.compile(r"(?:[0-9A-Za-z_.-]*[G-Zg-z_-][0-9A-Za-z_.-]*:)+")


def _addresses(token: str) -> Iterator[str]:
    label = _LABEL_BEFORE.match(token)
    text = (token[label.end() :] if label else token).rstrip(".")
    yield text
    if text.endswith(":") and not text.endswith("::"):
        yield text[:-1]


def _mailboxes(token: str) -> Iterator[str]:
    """The address as it stands, and without what stands before it in key=value logs, paths and quotes."""
    local, _, domain = token.rpartition("@")
    domain = domain.strip("-.")
    for candidate in {local, local.lstrip("'`|*{~"), local.rpartition("=")[2].lstrip("'`"), local.rpartition("/")[2]}:
        yield f"{candidate}@{domain}"


# Bounded, or a megabyte of letters would be read a megabyte of times.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")
_IN_QUERY = re.compile(r"[?&;][^?&;=\s]*=\Z")
#: What a URL was opened with closes it. Elsewhere these characters are part of the URL.
_CLOSERS: Final = {"(": ")", "[": "]", "{": "}", "'": "'", "`": "`", "|": "|", ",": ",", ";": ";"}
_NEXT_IN_LIST = re.compile(r"[,;|](?=[A-Za-z][A-Za-z0-9+.-]{0,30}://)")
_NEXT_KEY = re.compile(r"[,;](?=[A-Za-z_][A-Za-z0-9_.-]{0,64}=)")
_TYPOGRAPHIC = re.compile("[\u00bb\u2019\u201d\u203a\u3002\uff0c]")
_PUNCTUATION: Final = ".,;:!?'`)]}|*\\"
_MAX_URLS: Final = 1000
_MAX_PUNCTUATION: Final = 6


def _urls(token: str) -> Iterator[str]:
    """The URLs that begin in the token, each with the places where it may end."""
    for count, start in enumerate(_SCHEME.finditer(token)):
        if count == _MAX_URLS:
            return
        before = token[max(0, start.start() - 80) : start.start()]
        run = token[start.start() : start.start() + MAX_VALUE]
        for end in _ends(before, run):
            yield from _without_punctuation(run[:end])


def _ends(before: str, run: str) -> set[int]:
    ends = {len(run)}
    if (closer := _CLOSERS.get(before[-1:])) is not None:
        ends.add(run.find(closer))
    if _IN_QUERY.search(before):
        ends.add(run.find("&"))
    for separator in (_NEXT_IN_LIST, _NEXT_KEY, _TYPOGRAPHIC):
        if (match := separator.search(run)) is not None:
            ends.add(match.start())
    return ends - {-1}


def _without_punctuation(text: str) -> Iterator[str]:
    yield text
    for _ in range(_MAX_PUNCTUATION):
        if text[-1:] not in _PUNCTUATION or not text:
            return
        text = text[:-1]
        yield text
