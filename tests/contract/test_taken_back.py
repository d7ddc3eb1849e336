"""What was pushed to a feed and withdrawn, on both databases."""

from __future__ import annotations

from tests.contract.making import BODY, NOW, an_id, content, grant, put_version

from kenesh.basis.instants import Instant
from kenesh.edges.store.database import Database
from kenesh.federation.leftovers import Withdrawn
from kenesh.federation.ports import Feed

LATE = Instant(NOW + 10**9)


def test_what_was_pushed_and_ended_waits_until_it_is_noted(store: Database) -> None:
    with store.writing() as tx:
        tx.feeds.add(Feed("misp", "https://misp.example/collections/1/", carries=BODY.ref))
        tx.feeds.add(Feed("other", "https://misp.example/collections/2/", carries=BODY.ref))
        first, second = (grant(tx, put_version(tx, 1, key)) for key in (1, 2))
        third = grant(tx, put_version(tx, 2))
        collection = content(tx).num
        assert tx.taken_back.waiting("misp", collection, LATE, 9) == []
        tx.grants.end([first, third], NOW, "wrong")

        part = Withdrawn(first.stamp, an_id(1), "2026-01-01T00:00:01Z", is_whole=False)
        whole = Withdrawn(third.stamp, an_id(2), "2026-01-01T00:00:01Z", is_whole=True)
        assert tx.taken_back.waiting("misp", collection, LATE, 9) == [part, whole]
        assert tx.taken_back.waiting("misp", collection, LATE, 1) == [part]
        assert tx.taken_back.waiting("misp", collection, first.stamp, 9) == [part], "what was never pushed is not there"
        assert tx.taken_back.waiting("misp", collection + 1, LATE, 9) == []

        tx.taken_back.note("misp", [(first.stamp, 0), (third.stamp, 403)], NOW)
        tx.taken_back.note("misp", [(third.stamp, 0)], NOW)
        tx.taken_back.note("nobody", [(third.stamp, 0)], NOW)
        assert tx.taken_back.waiting("misp", collection, LATE, 9) == []
        assert len(tx.taken_back.waiting("other", collection, LATE, 9)) == 2
        (left,) = tx.taken_back.left("misp", 9)
        assert (left.object_id, left.answer) == (an_id(2), 403)

        again = grant(tx, third.version)
        assert tx.taken_back.left("misp", 9) == [], "it was given anew, so it may be there"
        tx.grants.end([again], NOW, "wrong")
        waiting = tx.taken_back.waiting("misp", collection, LATE, 9)
        assert [(one.stamp, one.object_id) for one in waiting] == [(again.stamp, an_id(2))]
        tx.grants.end([second], NOW, "wrong")
        assert [one.is_whole for one in tx.taken_back.waiting("misp", collection, LATE, 9)] == [True, True]

        tx.feeds.remove("misp")
        assert tx.taken_back.left("misp", 9) == tx.taken_back.waiting("misp", collection, LATE, 9) == []


def test_what_was_erased_meanwhile_is_still_asked_back(store: Database) -> None:
    with store.writing() as tx:
        tx.feeds.add(Feed("misp", "https://misp.example/collections/1/", carries=BODY.ref))
        dated, undated = grant(tx, put_version(tx, 1)), grant(tx, put_version(tx, 2, "", type="ipv4-addr"))
        tx.grants.end([dated, undated], NOW, "withdrawn by its author")
        before = tx.taken_back.waiting("misp", content(tx).num, LATE, 9)
        tx.versions.erase([dated.version, undated.version])
        assert tx.versions.held([dated.version, undated.version]) == []
        assert tx.taken_back.waiting("misp", content(tx).num, LATE, 9) == before
