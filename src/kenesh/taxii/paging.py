"""Pages of a collection: how much one holds, where the next begins, and the headers that say what it spans.

A collection is ordered by its stamps, unique and strictly growing (TAXII's date added); a page continues after one.
The `next` token says which. It is a convenience, not a right: it is opened only for the reader, the collection and the
question that it was made for, and what lies behind it is decided anew with each page.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.instants import Instant, taxii_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.taxii.filters import Filters

#: A page holds at most so many objects, and (its first object apart) at most so many octets of them.
MAX_PAGE: Final = 1_000
MAX_PAGE_OCTETS: Final = 8 * 1024 * 1024

#: The token: eight octets of stamp, sixteen of HMAC-SHA256; 24 octets are 32 characters, without padding.
_STAMP_OCTETS: Final = 8
_MAC_OCTETS: Final = 16
_PURPOSE: Final = "kenesh taxii next 1"


@dataclass(frozen=True, slots=True)
class Walk:
    """One reader's way through one collection under one set of filters."""

    collection_id: str
    reader: str
    filters: Filters


def _mac(walk: Walk, stamp: bytes, key: bytes) -> bytes:
    asked = walk.filters.fingerprint().decode()
    bound = canonical_bytes([_PURPOSE, walk.collection_id, walk.reader, asked])
    return hmac.digest(key, bound + stamp, "sha256")[:_MAC_OCTETS]


def next_token(walk: Walk, stamp: Instant, key: bytes) -> str:
    """The token that continues this walk after the stamp, good for this walk alone.

    It tells the reader no more than the stamp of the last object it was given, which `headers` says anyway.

    Source: TAXII 2.1 §3.5, `next`; Appendix B.
    """
    octets = stamp.to_bytes(_STAMP_OCTETS, "big", signed=True)
    return urlsafe_b64encode(octets + _mac(walk, octets, key)).decode()


def stamp_in(token: str, walk: Walk, key: bytes) -> Instant:
    """The stamp to continue after.

    Source: TAXII 2.1 §3.5; Appendix B: a token is not trusted.

    Raises:
        UsageProblem: the token was not made by this node for this collection, reader and question. Nothing else is
            said: a stranger's token looks like an invented one.
    """
    refusal = UsageProblem(
        "The value of next was not given for this request.",
        advice="Repeat the filters, or begin again without it.",
    )
    try:
        stamp = Instant(int.from_bytes(urlsafe_b64decode(token[:12])[:_STAMP_OCTETS], "big", signed=True))
    except ValueError:
        raise refusal from None
    # The token is made anew and compared as a whole: there is no second spelling of it.
    if not hmac.compare_digest(next_token(walk, stamp, key).encode(), token.encode("utf-8", "replace")):
        raise refusal
    return stamp


def start_of(walk: Walk, key: bytes) -> Instant | None:
    """The stamp after which the page begins: the later of `added_after` and the one in `next`; None for the beginning.

    Clients in the field send both (OpenCTI #5681).

    Source: TAXII 2.1 §3.4, `added_after`: strictly later than; §3.5, `next`.

    Raises:
        UsageProblem: the token was not made for this walk.
    """
    asked = walk.filters
    if asked.next is None:
        return asked.added_after
    stamp = stamp_in(asked.next, walk, key)
    return stamp if asked.added_after is None else max(stamp, asked.added_after)


def page_limit(limit: int | None) -> int:
    """How many objects the page may hold: what was asked for, at most `MAX_PAGE`.

    Source: TAXII 2.1 §3.5, `limit`: a server may give fewer.
    """
    return MAX_PAGE if limit is None else min(limit, MAX_PAGE)


def fitting(sizes: Iterable[int], limit: int | None = None) -> int:
    """How many of the leading objects, by their octets, make one page: never more than the limits, never none of some.

    One object beyond `MAX_PAGE_OCTETS` makes a page of its own: a reader that cannot get past it would stand still.
    """
    count = octets = 0
    for size in islice(sizes, page_limit(limit)):
        octets += size + 1  # the comma
        if count and octets > MAX_PAGE_OCTETS:
            break
        count += 1
    return count


def headers(first: Instant | None, last: Instant | None) -> dict[str, str]:
    """X-TAXII-Date-Added-First and -Last of the objects on this page; none of both on an empty page.

    The standard asks for them on every page and defines no value for an empty one; a value that is no timestamp broke
    clients (OpenCTI #6973), so that they are left out there.

    Source: TAXII 2.1 §3.2.
    """
    if first is None or last is None:
        return {}
    return {
        "X-TAXII-Date-Added-First": taxii_timestamp(first),
        "X-TAXII-Date-Added-Last": taxii_timestamp(last),
    }
