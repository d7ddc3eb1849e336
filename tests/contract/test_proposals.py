"""Proposed values on both databases: kept once, judged once."""

from __future__ import annotations

from tests.contract.making import NOW

from kenesh.edges.store.database import Database
from kenesh.holdings.proposing import Found, Standing


def found(number: int, doubt: str = "") -> Found:
    return Found(f"line {number}", "domain", f"h{number}.example", f"It asked h{number}[.]example.", doubt)


def test_the_same_value_in_the_same_sentence_is_proposed_once_whatever_became_of_it(store: Database) -> None:
    with store.writing() as tx:
        first = tx.imports.begin("import--1", NOW, "console", "a.txt", "")
        assert tx.proposals.propose(first, [found(1), found(2, "private"), found(1)]) == 2
        second = tx.imports.begin("import--2", NOW, "console", "b.txt", "")
        assert tx.proposals.propose(second, [found(2), found(3)]) == 1
        assert tx.proposals.propose(second, []) == 0
        waiting = tx.proposals.open(None, 10)
        assert [one.found for one in waiting] == [found(1), found(2, "private"), found(3)]
        assert [one.import_id for one in tx.proposals.open("import--2", 10)] == ["import--2"]
        assert len(tx.proposals.open(None, 2)) == 2
        one, two, _ = (each.num for each in waiting)
        tx.proposals.settle([(one, Standing.CONFIRMED, "indicator--1"), (two, Standing.REJECTED, "")])
        assert [each.found for each in tx.proposals.open(None, 10)] == [found(3)]
        assert tx.proposals.propose(second, [found(1), found(2)]) == 0
        judged = tx.proposals.get([one, two, 999])
        assert {num: (p.standing, p.object_id, p.source) for num, p in judged.items()} == {
            one: (Standing.CONFIRMED, "indicator--1", "a.txt"),
            two: (Standing.REJECTED, "", "a.txt"),
        }


def test_thousands_are_judged_at_once(store: Database) -> None:
    with store.writing() as tx:
        num = tx.imports.begin("import--1", NOW, "console", "a.txt", "")
        assert tx.proposals.propose(num, [found(number) for number in range(1500)]) == 1500
        nums = [one.num for one in tx.proposals.open(None, 2000)]
        assert set(tx.proposals.get(nums)) == set(nums)
        tx.proposals.settle([(one, Standing.REJECTED, "") for one in nums])
        tx.proposals.settle([])
        assert tx.proposals.open(None, 10) == []
