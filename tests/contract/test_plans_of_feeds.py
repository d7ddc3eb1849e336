"""What parties and clients read besides look-ups: what others were given, is over, or ended, costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest
from tests.contract.counting import analysed, give, hold, planned_by, read_by
from tests.contract.making import AZ, BODY, KZ, NOW, TR, an_id, content

from kenesh.basis.instants import Instant
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.feed import opening, page, view_of, views
from kenesh.holdings.given import loads_of, releases_to
from kenesh.holdings.pages import PageQuery
from kenesh.parties.bodies import Role
from kenesh.parties.terms import Term
from kenesh.release.audience import (
    PEERS,
    PUBLIC,
    Audience,
    body_audience,
    class_audience,
    group_audience,
    party_audience,
)
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.reader import NOBODY, Reader, ReaderKind, peer_reader
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

INBOX: Final = party_audience(KZ)
CLIENT: Final = Reader(ReaderKind.ACCOUNT, KZ, "tool")
OVER: Final = Caveats(valid_until=Instant(NOW - 5))
NOT_FOR_HIM: Final = Caveats(not_for=(KZ,))


def release(tx: StoreTransaction, number: int, audience: Audience, caveats: Caveats = NO_CAVEATS) -> int:
    """A release to the audience, by its number in the store."""
    row = {"id": f"kenesh-release--{number}", "type": "kenesh-release", "version": 0, "party": AZ, "label": 1}
    row |= {"audience_ref": audience.ref, "number": number, "sha256": b"", "follow": 0, "objects": 1, "reason": ""}
    return tx.statements.add(row | {"at": NOW}, caveats)


def all_pages(tx: StoreTransaction) -> list[bytes]:
    """What he reads over TAXII."""
    his = [view for view in views(tx, CLIENT, NOW) if view.collection.channel is Channel.CONTENT]
    return [page(tx, CLIENT, view, PageQuery(Instant(0), 1_000)).value.content for view in his]


def all_events(tx: StoreTransaction) -> list[str]:
    """What he reads of the feed of releases."""
    given = releases_to(tx, CLIENT, NOW).value
    return [item.held.id for one in given for load in loads_of(tx, CLIENT, one) for item in load.value.items]


READS: Final[dict[str, Callable[[StoreTransaction], list[Any]]]] = {"pages": all_pages, "events": all_events}


def withhold(tx: StoreTransaction, first: int, each: int) -> None:
    """So many of each sort of what he is not to see.

    Releases under caveats to others, over or not for him; objects of his own releases that others were given, that are
    too strict for him, and that ended.
    """
    for number in range(first, first + each):
        release(tx, 2 * number, BODY, OVER)
        release(tx, 2 * number + 1, party_audience(TR), NOT_FOR_HIM)
    give(tx, party_audience(TR), hold(tx, first, each), Tlp.GREEN)
    give(tx, INBOX, hold(tx, first + each, each), Tlp.RED)
    tx.grants.end(give(tx, INBOX, hold(tx, first + 2 * each, each), Tlp.GREEN), NOW, "withdrawn")


@pytest.mark.parametrize("what", READS)
def test_a_read_passes_over_nothing_that_is_withheld(store: Database, what: str) -> None:
    """Under a caveat of his own, so that caveats are asked after: the same beside 10 of each sort and beside 1,000."""
    with store.writing() as tx:
        assert release(tx, 1, INBOX) == 1
        give(tx, INBOX, hold(tx, 1, 40), Tlp.GREEN)
        give(tx, INBOX, hold(tx, 50, 5), Tlp.GREEN, release(tx, 2, INBOX, OVER))
        # So much that an index is worth its while, which PostgreSQL doubts of a few pages.
        give(tx, BODY, hold(tx, 100_000, 10_000), Tlp.GREEN, release(tx, 3, BODY))
    work, read = [], []
    for first, each in ((1_000, 10), (10_000, 1_000)):
        with store.writing() as tx:
            withhold(tx, first, each)
        analysed(store)
        with store.reading() as tx:
            read.append(READS[what](tx))
            work.append(read_by(tx, lambda: READS[what](tx)))
    assert read[0] == read[1] and read[0]
    assert work[1] <= 1.02 * work[0] + 20


def test_on_sqlite_limits_and_releases_are_ranges_of_the_audiences_own(sqlite_store: Database) -> None:
    with sqlite_store.writing() as tx:
        give(tx, INBOX, hold(tx, 1, 3), Tlp.GREEN, release(tx, 1, INBOX, OVER))
        his = views(tx, CLIENT, NOW)[0]
        assert his.limit is not None
        limits = planned_by(tx, lambda: tx.statements.is_limited(INBOX.ref, his.limit))
        assert [line for line in limits if line.startswith("SEARCH l ")] == [
            "SEARCH l USING PRIMARY KEY (audience_ref=? AND ref=? AND until<?)",
            "SEARCH l USING PRIMARY KEY (audience_ref=? AND ref=?)",
        ]
        (seen,) = planned_by(tx, lambda: tx.grants.seen_of_statement(his, 1))
        assert seen == "SEARCH grants USING INDEX grants_by_statement (statement=? AND collection=? AND tlp=?)"


def test_on_sqlite_what_waits_in_quarantine_is_found_by_its_party(sqlite_store: Database) -> None:
    """However much of others waits."""
    with sqlite_store.writing() as tx:
        (found, order) = planned_by(tx, lambda: tx.quarantine.of_party(TR, 0, 9))
        assert found.startswith("SEARCH quarantine USING INDEX") and "(party=?" in found and "ORDER BY" in order
        (counted,) = planned_by(tx, lambda: tx.quarantine.counts())
        assert counted == "SCAN quarantine USING COVERING INDEX quarantine_by_party"


def circles(tx: StoreTransaction, first: int, count: int) -> list[Audience]:
    """So many circles of others, and as many groups, each circle with two members."""
    made = [body_audience(an_id(number, "kenesh-body")) for number in range(first, first + count)]
    for number, audience in enumerate(made, first):
        content(tx, audience)
        content(tx, group_audience(AZ, f"group {number}"))
        for party in (AZ, TR):
            tx.terms.add(Term(audience.ref, party, "kid", Role.MEMBER, Instant(1), None, f"{number}"), NOW)
    return made


def test_how_many_circles_there_are_costs_who_is_in_none_nothing(store: Database) -> None:
    """And a collection that is not his costs what one costs that is not there."""
    reader, work = peer_reader(KZ), []
    with store.writing() as tx:
        for audience in (INBOX, PUBLIC, PEERS):
            content(tx, audience)
    for first, count in ((1, 10), (100, 1_000)):
        with store.writing() as tx:
            one, *_ = circles(tx, first, count)
            withheld = content(tx, one).id
        analysed(store)
        with store.reading() as tx:
            assert {view.collection.audience for view in views(tx, reader, NOW)} == {INBOX, PUBLIC, PEERS}
            assert view_of(tx, reader, withheld, NOW) is view_of(tx, reader, "x" * len(withheld), NOW) is None
            work.append(
                [
                    read_by(tx, lambda: views(tx, reader, NOW)),
                    read_by(tx, partial(view_of, tx, reader, withheld, NOW)),
                    read_by(tx, partial(view_of, tx, reader, "x" * len(withheld), NOW)),
                ]
            )
    assert all(after <= before + 5 for before, after in zip(*work, strict=True))
    assert work[1][1] == work[1][2]


def test_every_collection_that_is_open_to_a_reader_is_among_his(store: Database) -> None:
    audiences = [
        BODY,
        INBOX,
        party_audience(TR),
        PUBLIC,
        PEERS,
        class_audience(Role.MEMBER),
        group_audience(AZ, "grid"),
    ]
    with store.writing() as tx:
        for audience in audiences:
            content(tx, audience)
        grid = Reader(ReaderKind.CONSTITUENT, AZ, "7", frozenset(), frozenset({audiences[-1].ref}))
        for reader, count in ((grid, 2), (CLIENT, 2), (peer_reader(KZ), 3), (NOBODY, 1)):
            every = [one for one in tx.grants.collections() if opening(tx, one.audience, reader, NOW) is not None]
            assert [view.collection for view in views(tx, reader, NOW)] == every
            assert len(every) == count
            assert [view_of(tx, reader, one.id, NOW) is not None for one in every] == [True] * count
