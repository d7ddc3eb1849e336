"""Suricata rules: one or two for each value, each with a sid of its own in the range that is left to local rules.

A value is written as octets in hexadecimal wherever it is more than letters, digits, dots and hyphens, so that no
character of it can end a string, an option or a rule. Source: Suricata user guide, "Rules format", "Payload keywords".
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from kenesh.edges.formats.out.acting import TYPES, Actionable, actionable, only
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads, heading
from kenesh.edges.formats.out.guard import Guard
from kenesh.holdings.leaving import Order
from kenesh.watch.lookup import host_text
from kenesh.watch.values import Atom, Kind

#: The sids that are left to local rules: 1,000,000 to 1,999,999.
FIRST_SID: Final = 1_000_000
SIDS: Final = 1_000_000
_OF_KIND: Final = only({Kind.IPV4, Kind.IPV6, Kind.IPV4_NET, Kind.IPV6_NET, Kind.DOMAIN, Kind.URL})
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/")


class Sids:
    """Sids that follow from what is detected: the same value has the same sid, unless two fall on one.

    Then the later takes the next that is free, so it follows from the selection too. An octet for each is remembered.
    """

    def __init__(self, count: int = SIDS) -> None:
        self._taken = bytearray(count)

    def take(self, text: str) -> int | None:
        """The sid of a text; None where all are taken."""
        count = len(self._taken)
        place = start = int.from_bytes(sha256(text.encode()).digest()[:8], "big") % count
        while self._taken[place]:
            place = (place + 1) % count
            if place == start:
                return None
        self._taken[place] = 1
        return FIRST_SID + place


def content(text: str) -> str:
    """The value of a content keyword, in which no character means anything."""
    return "".join(c if c in _PLAIN else "".join(f"|{octet:02X}|" for octet in c.encode()) for c in text)


def form(guard: Guard) -> Form:
    """Suricata rules, as a guard lets them pass."""

    def write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
        yield THE_FILE, heading(order, "#")
        sids = Sids()
        for found in actionable(loads, order, guard, _cannot_say):
            for head, match in _matches(found):
                if (sid := sids.take(f"{found.atom.kind.value} {match or head} {found.atom.value}")) is None:
                    order.tally.leave_out(found.by.held.id, "all sids for local rules are taken")
                else:
                    yield THE_FILE, _rule(found, head, match, sid).encode()

    return Form("suricata", ".rules", write, TYPES, heads=True, acts=True)


def _rule(found: Actionable, head: str, match: str, sid: int) -> str:
    by = found.by
    # A STIX id and a label hold nothing that ends an option.
    message = f"Kenesh {by.tlp.label.replace(':', ' ')} {found.atom.kind.value} {by.held.id}"
    return f'alert {head} (msg:"{message}"; {match}sid:{sid}; rev:1;)\n'


def _matches(found: Actionable) -> Iterator[tuple[str, str]]:
    """What stands before a rule's options, and the options that match."""
    value = found.atom.value
    match found.atom.kind:
        case Kind.DOMAIN:
            # dotprefix sets a dot before the name that was asked for: the domain itself and what lies under it.
            name = f'dotprefix; content:".{content(value)}"; nocase; endswith; '
            yield "dns any any -> any any", f"dns.query; {name}"
            yield "tls any any -> any any", f"tls.sni; {name}"
        case Kind.URL:
            yield from _of_url(found.atom)
        case _:
            yield f"ip any any <> [{value}] any", ""


def _of_url(url: Atom) -> Iterator[tuple[str, str]]:
    """What an HTTP request shows of a URL; of https only where something decrypts it before it is looked at."""
    host = host_text(url)
    # A canonical URL has a path, if only "/", and no fragment; a server reads the rest as it stands.
    path = "/" + url.value.partition("://")[2].partition("/")[2]
    yield (
        "http any any -> any any",
        f'http.host; content:"{content(host)}"; bsize:{len(host)}; '
        f'http.uri.raw; content:"{content(path)}"; bsize:{len(path)}; ',
    )


def _cannot_say(atom: Atom) -> str:
    if atom.kind is Kind.URL and (not atom.value.startswith(("http://", "https://")) or host_text(atom)[0] == "["):
        return "a URL that is not of HTTP, or whose host is an IPv6 address, cannot be said in this format"
    return _OF_KIND(atom)
