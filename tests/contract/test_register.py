"""Pages and their rows on both databases: kept once, replaced, judged, and a person's name taken out of them."""

from __future__ import annotations

from dataclasses import replace

from tests.contract.making import NOW

from kenesh.council.register.columns import Amount, Columns, Correction
from kenesh.council.register.keeping import Page, Row, Standing
from kenesh.council.register.stated import Source
from kenesh.edges.store.database import Database

SOURCE = Source("kenesh-source--1", "", "a.txt", "Herald", "Name it.", "0" * 64, "2026-05-03", "https://a.example/", "")
READ = Columns(3, "the Minister", "view", "It is well", mechanisms=("Fund",), figures=(Amount("about", 7.6, "USD"),))
PAGE = Page(0, SOURCE, NOW, "gülnara")


def test_a_page_is_kept_with_its_rows_and_each_is_judged_apart(store: Database) -> None:
    with store.writing() as tx:
        kept = tx.register.keep(PAGE, [READ] * 40)
        other = tx.register.keep(replace(PAGE, source=replace(SOURCE, id="kenesh-source--2", sha256="1" * 64)), [])
        assert tx.register.pages() == [other, kept] and tx.register.page_of("0" * 64) == kept
        assert tx.register.page_of("2" * 64) is None
        assert tx.register.rows(kept.num) == [Row(kept.num, number, READ) for number in range(1, 41)]
        assert tx.register.rows(other.num) == []
        said = Correction(kind="event", figures=(), when="2027", when_basis="its title")
        judged = Row(kept.num, 2, READ, said, Standing.CONFIRMED, "gülnara", NOW, "kenesh-statement--1")
        dropped = Row(kept.num, 3, READ, standing=Standing.DROPPED, person="gülnara", at=NOW)
        tx.register.settle([judged, dropped])
        tx.register.settle([])
        tx.register.mark_stated(kept.num)
        assert tx.register.rows(kept.num)[1:3] == [judged, dropped]
        assert tx.register.page_of("0" * 64) == replace(kept, stated=True)


def test_what_is_read_anew_takes_the_place_of_what_was_read(store: Database) -> None:
    with store.writing() as tx:
        kept = tx.register.keep(PAGE, [READ, READ])
        anew = replace(kept, source=replace(SOURCE, publisher="The Lake"))
        tx.register.replace(anew, [READ])
        assert (tx.register.pages(), tx.register.rows(kept.num)) == ([anew], [Row(kept.num, 1, READ)])
        tx.register.forget(kept.num)
        assert (tx.register.pages(), tx.register.rows(kept.num)) == ([], [])


def test_whose_account_is_removed_is_named_by_no_row(store: Database) -> None:
    with store.writing() as tx:
        account = tx.accounts.add("gülnara", frozenset(), "", None, NOW)
        kept = tx.register.keep(PAGE, [READ])
        tx.register.settle([replace(tx.register.rows(kept.num)[0], person="gülnara", at=NOW)])
        tx.accounts.erase(account)
        named = {tx.register.pages()[0].person, tx.register.rows(kept.num)[0].person}
        assert named == {account.pseudonym}
