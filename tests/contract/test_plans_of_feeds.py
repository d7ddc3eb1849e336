"""What parties and clients read besides look-ups: what others were given, is over, or ended, costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from tests.contract.counting import analysed, give, hold, planned_by, read_by
from tests.contract.making import AZ, BODY, KZ, NOW, TR

from kenesh.basis.instants import Instant
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.feed import page, views
from kenesh.holdings.given import loads_of, releases_to
from kenesh.holdings.pages import PageQuery
from kenesh.release.audience import Audience, party_audience
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.reader import Reader, ReaderKind
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
        assert [line for line in limits if "limits" in line] == [
            "SEARCH limits USING PRIMARY KEY (audience_ref=? AND ref=? AND until<?)",
            "SEARCH limits USING PRIMARY KEY (audience_ref=? AND ref=?)",
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
