"""Look-ups by those who were given something: what is withheld costs nothing, so nobody can time it."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import pytest
from sqlalchemy import text
from tests.contract.counting import ATOM, VALUE, analysed, give, hold, planned_by, read_by
from tests.contract.making import AZ, BODY, KZ, NOW, TR, content
from tests.unit.parties.signers import AZ as SIGNER

from kenesh.basis.instants import Instant
from kenesh.edges.store.database import Database
from kenesh.edges.store.given_atoms import LOOKED_UP
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.feed import opening
from kenesh.holdings.rows import View
from kenesh.parties.own import Own
from kenesh.release.audience import PUBLIC, Audience, AudienceKind, group_audience, party_audience
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.marking import Tlp
from kenesh.watch.answering import look_up_given
from kenesh.watch.values import Atom, Kind

GRID, BANKS = (group_audience(AZ, name) for name in ("grid", "banks"))
OWN: Final = Own("AZ", "Azerbaijan", SIGNER, "", None)
#: Each with the audience by which something reaches it.
READERS: Final = {
    "a constituent": (Reader(ReaderKind.CONSTITUENT, AZ, "7", frozenset(), frozenset({GRID.ref})), GRID),
    "a client": (Reader(ReaderKind.ACCOUNT, KZ, "tool"), party_audience(KZ)),
}
#: Those who look values up elsewhere than at the desk, and such as may come to do it.
_ASKING: Final = (ReaderKind.CONSTITUENT, ReaderKind.ACCOUNT, ReaderKind.NOBODY)


def withhold(tx: StoreTransaction, audience: Audience, first: int, each: int) -> None:
    """So many of each sort of what a member of the audience is not to see, all of them known by the value.

    Given to nobody, to a circle, to another party and another group; in its own collection too strict, marked more
    strictly since, and ended.
    """
    parts = [hold(tx, first + each * place, each) for place in range(7)]
    for other, nums in zip((BODY, party_audience(TR), BANKS), parts[1:4], strict=True):
        give(tx, other, nums, Tlp.GREEN)
    give(tx, audience, parts[4], Tlp.RED)
    for given in give(tx, audience, parts[5], Tlp.GREEN):
        tx.grants.remark(given, Tlp.RED)
    tx.grants.end(give(tx, audience, parts[6], Tlp.GREEN), NOW, "withdrawn")


@pytest.mark.parametrize("who", READERS)
def test_a_look_up_passes_over_nothing_that_is_withheld(store: Database, who: str) -> None:
    """The same work, and the same answer, beside 70 indicators of the value that are withheld and beside 7,000."""
    reader, audience = READERS[who]
    with store.writing() as tx:
        for first, given_to in enumerate((PUBLIC, audience)):
            give(tx, given_to, hold(tx, 1 + 10 * first, 10), Tlp.CLEAR)
        # So much that an index is worth its while, which PostgreSQL doubts of a few pages.
        give(tx, audience, hold(tx, 100_000, 10_000, "x{}.example"), Tlp.GREEN)
    work, known = [], []
    for first, each in ((1_000, 10), (10_000, 990)):
        with store.writing() as tx:
            withhold(tx, audience, first, each)
        analysed(store)
        with store.reading() as tx:
            work.append(read_by(tx, lambda: look_up_given(tx, OWN, reader, [VALUE], NOW)))
            known.append([hit.held.id for hit in look_up_given(tx, OWN, reader, [VALUE], NOW).value[0].hits])
    assert known[0] == known[1] and len(known[0]) == 20
    assert work[1] == pytest.approx(work[0], rel=0.02, abs=20)


def noted(tx: StoreTransaction) -> tuple[list[Any], list[Any]]:
    """The atoms of what is given as they are kept, and as they follow from the grants."""
    kinds = ", ".join(str(int(kind)) for kind in LOOKED_UP)
    follow = (
        "SELECT g.collection, a.kind, a.value, g.tlp, g.stamp, g.version FROM grants g JOIN atoms a"
        " ON a.version = g.version JOIN collections c ON c.num = g.collection"
        f" WHERE c.channel = 'content' AND c.kind IN ({kinds})"
    )
    kept = "SELECT collection, kind, value, tlp, stamp, version FROM given_atoms"
    one, other = (sorted(map(tuple, tx.connection.execute(text(asked)))) for asked in (kept, follow))
    return one, other


def test_the_atoms_of_what_is_given_follow_every_grant(store: Database) -> None:
    """When it is made, marked more strictly, stamped anew, and ends; a circle has none, since nobody asks there."""
    with store.writing() as tx:
        nums = hold(tx, 1, 6)
        tx.atoms.add([(1, Atom(Kind.URL, f"https://{'x' * 700}.example/"))])
        given = [give(tx, audience, nums, Tlp.GREEN) for audience in (PUBLIC, party_audience(TR), GRID, BODY)]
        kept, follow = noted(tx)
        assert kept == follow and len(kept) == 3 * 7
        for at_one_place in given:
            tx.grants.remark(at_one_place[0], Tlp.AMBER)
            tx.grants.restamp(at_one_place[1], tx.grants.stamps(NOW, [1])[0])
            tx.grants.end(at_one_place[2:4], NOW, "withdrawn")
        kept, follow = noted(tx)
        assert kept == follow and len(kept) == 3 * 5
        assert {row[3] for row in kept} == {Tlp.GREEN, Tlp.AMBER}


def test_a_long_value_is_found_where_it_was_given_and_nowhere_else(store: Database) -> None:
    """By its own value and no other, at the levels of the view, and after its beginning."""
    long = Atom(Kind.URL, f"https://evil.example/{'x' * 700}")
    with store.writing() as tx:
        (num, other) = hold(tx, 1, 2)
        tx.atoms.add([(num, long)])
        (given, _) = give(tx, GRID, [num, other], Tlp.AMBER)
        asked = [long, ATOM, Atom(Kind.URL, ATOM.value)]
        for audience, levels, after, found in (
            (GRID, (Tlp.GREEN, Tlp.AMBER), 0, [(ATOM, num), (ATOM, other), (long, num)]),
            (GRID, (Tlp.AMBER,), given.stamp, [(ATOM, other)]),
            (GRID, (Tlp.GREEN,), 0, []),
            (BANKS, (Tlp.GREEN, Tlp.AMBER), 0, []),
        ):
            view = View(content(tx, audience), Instant(after), levels)
            assert sorted(tx.atoms.find_given(view, asked)) == found


def test_where_no_atoms_are_kept_nobody_looks_values_up(store: Database) -> None:
    """What opens another sort of audience to a constituent or a client has to keep its atoms too."""
    with store.reading() as tx:
        for kind, asking in product(set(AudienceKind) - LOOKED_UP, _ASKING):
            for ref in (AZ, KZ, GRID.ref):
                reader = Reader(asking, AZ, "7", frozenset({ref}), frozenset({ref}))
                assert opening(tx, Audience(kind, ref), reader, NOW) is None


def test_on_sqlite_a_value_is_one_range_at_each_level(sqlite_store: Database) -> None:
    """Without statistics, and however many values and objects are asked for."""
    with sqlite_store.writing() as tx:
        nums = hold(tx, 1, 40)
        view = View(content(tx, GRID), Instant(0), (Tlp.CLEAR, Tlp.GREEN))
        plans = planned_by(tx, lambda: tx.atoms.find_given(view, [Atom(Kind.DOMAIN, f"x{n}.example") for n in nums]))
        assert plans == [
            "SEARCH given_atoms USING PRIMARY KEY (collection=? AND kind=? AND value=? AND tlp=? AND stamp>?)"
        ]
        plans = planned_by(tx, lambda: tx.grants.in_collection(view.collection.num, nums))
        assert plans == ["SEARCH grants USING INDEX grants_by_object (object=? AND collection=?)"]
