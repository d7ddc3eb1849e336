"""Constituents, their tokens and counts, on both databases."""

from __future__ import annotations

from hashlib import sha256

from tests.contract.making import KZ

from kenesh.basis.instants import DAY, Instant
from kenesh.edges.store.database import Database
from kenesh.parties.accounts import ApiToken
from kenesh.parties.metering import Metered

NOW = Instant(20_000 * DAY)


def _token(constituent: int | None) -> ApiToken:
    return ApiToken(0, "client", KZ, ("taxii:read",), NOW, Instant(NOW + DAY), constituent=constituent)


def test_a_constituent_is_found_changed_and_erased_by_its_number(store: Database) -> None:
    with store.writing() as tx:
        grid = tx.constituents.add("Grid", frozenset({"group:grid", "sector:energy"}), "a@b.example", NOW)
        bank = tx.constituents.add("Bank", frozenset(), "", NOW)
    with store.writing() as tx:
        assert tx.constituents.all() == [grid, bank]
        assert tx.constituents.find("Grid") == tx.constituents.by_num(grid.num) == grid
        tx.constituents.change(grid.num, groups=frozenset({"group:other"}), told_upto=Instant(7), told_on=NOW)
        changed = tx.constituents.find("Grid")
        assert changed is not None
        assert (changed.groups, changed.told_upto, changed.told_on) == ({"group:other"}, 7, NOW)
        tx.constituents.remove(changed)
    with store.writing() as tx:
        assert tx.constituents.all() == [bank]
        assert tx.constituents.find("Grid") is None
        left = tx.constituents.by_num(grid.num)
        assert left is not None
        assert (left.name, left.mail, left.groups) == (None, "", frozenset())
        # The name may be given again, and the number never is.
        assert tx.constituents.add("Grid", frozenset(), "", NOW).num > bank.num


def test_a_group_is_known_once_and_for_all(store: Database) -> None:
    with store.writing() as tx:
        for at in (NOW, Instant(NOW + 1)):
            tx.constituents.add_group("audience--1", "group:grid", at)
            tx.constituents.add_group("audience--2", "sector:energy", at)
        assert tx.constituents.groups() == {"audience--1": "group:grid", "audience--2": "sector:energy"}


def test_a_token_says_for_which_constituent_it_speaks(store: Database) -> None:
    with store.writing() as tx:
        for number, constituent in enumerate((None, 1, 1, 2)):
            tx.tokens.add(sha256(bytes([number])).digest(), _token(constituent))
    with store.writing() as tx:
        assert [one.constituent for one in tx.tokens.all()] == [None, 1, 1, 2]
        found = tx.tokens.find(sha256(b"\1").digest(), NOW)
        assert found is not None
        assert found.constituent == 1
        assert tx.tokens.revoke_of(1) == 2
        assert tx.tokens.revoke_of(1) == 0
        assert tx.tokens.find(sha256(b"\1").digest(), NOW) is None
        assert [one.constituent for one in tx.tokens.all()] == [None, 2]


def test_values_are_counted_by_who_asks_and_by_day(store: Database) -> None:
    with store.writing() as tx:
        assert tx.meter.on("constituent:1", NOW) == Metered(NOW, 0, refused=False)
        tx.meter.add("constituent:1", NOW, 3)
        tx.meter.add("constituent:1", NOW, 4)
        tx.meter.add("constituent:2", NOW, 1)
        tx.meter.add("constituent:1", NOW, 0, refused=True)
        tx.meter.add("constituent:1", NOW, 1)
        assert tx.meter.on("constituent:1", NOW) == Metered(NOW, 8, refused=True)
        tomorrow = Instant(NOW + DAY)
        tx.meter.add("constituent:1", tomorrow, 2)
        assert [one.values for one in tx.meter.since("constituent:1", NOW)] == [2, 8]
        assert [one.values for one in tx.meter.since("constituent:1", tomorrow)] == [2]
        tx.meter.add("constituent:1", Instant(NOW + 100 * DAY), 1)
        assert [one.values for one in tx.meter.since("constituent:1", NOW)] == [1]
        assert tx.meter.on("constituent:2", NOW).values == 0
