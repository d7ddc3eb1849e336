"""Rows for the tests of the store: as few words as a test needs, the rest as it usually is."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.pages import Named, PageQuery
from kenesh.holdings.rows import Collection, Grant, View
from kenesh.release.audience import Audience, body_audience
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

NOW = Instant(1_795_000_000_000_000)
AZ = "identity--11111111-1111-5111-8111-111111111111"
TR = "identity--22222222-2222-5222-8222-222222222222"
KZ = "identity--33333333-3333-5333-8333-333333333333"
BODY = body_audience("kenesh-body--44444444-4444-4444-8444-444444444444")
#: A decision that lets everything through, for tests of what the store itself leaves out.
OPEN = "g.tlp <= 4"
ALL_LEVELS = tuple(Tlp)


def an_id(number: int, stix_type: str = "indicator") -> str:
    """The id of a number."""
    return f"{stix_type}--{UUID(int=number + (4 << 76) + (8 << 60))}"


def a_key(number: int) -> ModifiedKey:
    """The number-th `modified`."""
    return ModifiedKey(f"2026-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}")


def put_version(tx: StoreTransaction, number: int, key: int | str = 1, **said: Any) -> int:
    """A version, of the object with that number, and its object where it is not there; held unless said otherwise.

    What is said goes into the columns of `versions`, `objects` (writer, giver, current) and `holds` (party, label).
    """
    stix_type = said.pop("type", "indicator")
    stix_id = an_id(number, stix_type)
    modified = key if isinstance(key, str) else a_key(key)
    objects = tx.versions.known([stix_id])
    next_object, num = tx.versions.next_nums()
    giver = said.pop("giver", AZ)
    names = ("writer", "current", "party", "held", "refs", "cited", "statement", "position", "label", "import_num")
    other = {name: said.pop(name) for name in names if name in said}
    raw = said.pop("raw", f'{{"id":"{stix_id}","modified":"{modified}"}}'.encode())
    version = {
        "num": num,
        "object": objects[stix_id].num if objects else next_object,
        "modified_key": modified,
        "modified": f"{modified}Z" if modified else None,
        "created": None,
        "created_key": None,
        "sha256": sha256(raw).digest(),
        "created_by": AZ,
        "tlp": 0,
        "whole": 1,
        "revoked": 0,
        "accepted": 1,
        "proved": 1,
        "added_at": NOW,
        "is_statement": 0,
        "name": f"object {number}",
        "why": None,
        "source": None,
        "raw": raw,
    } | said
    new = {
        "num": next_object,
        "id": stix_id,
        "type": stix_type,
        "writer": other.get("writer", AZ),
        "giver": giver,
        "proved": 1,
        "tlp": version["tlp"],
        "said_tlp": 0,
        "revoked": version["revoked"],
        "current": num if version["accepted"] else None,
    }
    links = [{"target": ref, "version": num} for ref in other.get("refs", ())]
    cited = [{"marking": ref, "version": num, "granular": granular} for ref, granular in other.get("cited", ())]
    tx.versions.add([] if objects else [new], [version], links, cited)
    if version["accepted"] and other.get("held", True):
        tx.holds.add([a_hold(num, other.get("party", giver), other)])
    if objects and version["accepted"]:
        tx.versions.recompute_current([version["object"]])
    return num


def a_hold(version: int, party: str, other: dict[str, Any]) -> dict[str, Any]:
    """A row of `holds`."""
    return {
        "version": version,
        "party": party,
        "audience_ref": party,
        "statement": other.get("statement"),
        "position": other.get("position"),
        "import": other.get("import_num"),
        "person": "",
        "label": other.get("label", -1),
        "since": NOW,
        "ended_at": None,
    }


def content(tx: StoreTransaction, audience: Audience = BODY) -> Collection:
    """The collection of an audience's content."""
    return tx.grants.collection(audience, Channel.CONTENT, f"collection of {audience.ref}")


def grant(
    tx: StoreTransaction,
    version: int,
    tlp: Tlp = Tlp.GREEN,
    *,
    at: Instant = NOW,
    statement: int = 1,
    audience: Audience = BODY,
) -> Grant:
    """Grants a version to an audience."""
    (held,) = tx.versions.held([version])
    (stamp,) = tx.grants.stamps(at, [1])
    made = Grant(content(tx, audience).num, tlp, stamp, version, held.object, held.key, statement)
    tx.grants.append([made])
    return made


def a_view(tx: StoreTransaction, levels: tuple[Tlp, ...] = ALL_LEVELS, after: int = 0) -> View:
    """The body's collection as a reader sees it."""
    return View(content(tx), Instant(after), levels)


def a_query(**asked: Any) -> PageQuery:
    """A query without bounds."""
    return PageQuery(**{"after": Instant(0), "limit": 1000} | asked)


def names_on(tx: StoreTransaction, view: View, query: PageQuery, condition: str = OPEN) -> tuple[Named, ...]:
    """What stands on a page, and the one after it that says whether there is more."""
    asked = tx.grants.page(view, dict.fromkeys(ALL_LEVELS, condition), query)
    levels = [level for level, _ in asked.levels()]
    found = asked.names(levels, asked.extent(levels)[0]).content
    assert len(found) == len(asked.sizes(levels))
    return found
