"""How versions came to be held; releases and withdrawals in their chains; what they still owe; terms."""

from __future__ import annotations

from typing import Any

from tests.contract.making import AZ, BODY, KZ, NOW, TR, a_hold, an_id, put_version

from kenesh.basis.instants import Instant
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.rows import Awaited, Hold, StoredTerm
from kenesh.parties.bodies import Role
from kenesh.parties.terms import Term
from kenesh.stix.marking import Tlp

TO_KZ = KZ


def test_a_hold_says_from_whom_under_which_label_and_since_when(store: Database) -> None:
    with store.writing() as tx:
        num = put_version(tx, 1, held=False)
        row = {"statement": 3, "position": 0, "label": int(Tlp.AMBER)}
        tx.holds.add([a_hold(num, TR, row) | {"audience_ref": BODY.ref, "person": "gulnara"}])
        tx.holds.add([])
        (hold,) = tx.holds.in_force([num, 99])[num]
    assert hold == Hold(hold.num, num, TR, BODY.ref, 3, 0, None, "gulnara", Tlp.AMBER, NOW)


def test_a_hold_without_a_label_and_of_an_import(store: Database) -> None:
    with store.writing() as tx:
        num = put_version(tx, 1, import_num=4)
        (hold,) = tx.holds.in_force([num])[num]
    assert (hold.label, hold.import_num, hold.statement, hold.position) == (None, 4, None, None)


def test_holds_are_told_of_a_version_of_an_object_and_for_ever(store: Database) -> None:
    with store.writing() as tx:
        one, two, other = put_version(tx, 1, 1), put_version(tx, 1, 2), put_version(tx, 2)
        tx.holds.add([a_hold(one, KZ, {})])
        assert [h.party_ref for h in tx.holds.in_force([one])[one]] == [AZ, KZ]
        assert [h.version for h in tx.holds.of_object(1)] == [one, two, one]
        first, _, last = (h.num for h in tx.holds.of_object(1))
        tx.holds.end([first, last], Instant(NOW + 1))
        tx.holds.end([], NOW)
        assert tx.holds.in_force([one, two, other]).keys() == {two, other}
        assert [h.version for h in tx.holds.of_object(1)] == [two]
        assert [h.party_ref for h in tx.holds.ever(one)] == [AZ, KZ]
        assert tx.holds.ever(99) == []


def test_what_names_an_author_and_is_not_proved_is_found_with_its_place(store: Database) -> None:
    with store.writing() as tx:
        place = {"statement": 7, "position": 5}
        found = put_version(tx, 1, created_by=KZ, proved=0, **place)
        put_version(tx, 2, created_by=KZ, proved=1, **place)
        put_version(tx, 3, created_by=TR, proved=0, **place)
        put_version(tx, 4, created_by=KZ, proved=0)
        put_version(tx, 5, created_by=KZ, proved=0, accepted=0, **place)
        assert tx.holds.unproved_with_position(KZ) == [(found, 7, 5)]


def statement(n: int, party: str = AZ, audience: str = BODY.ref, **said: Any) -> dict[str, Any]:
    """A row of `statements`."""
    return {
        "id": an_id(n, "kenesh-release"), "type": "kenesh-release", "version": n, "party": party,
        "audience_ref": audience, "number": n, "sha256": bytes([n]) * 32, "label": 1, "follow": 1,
        "objects": 2, "reason": "why not", "at": NOW,
    } | said  # fmt: skip


def test_a_statement_is_found_by_its_id_number_and_chain(store: Database) -> None:
    with store.writing() as tx:
        one, two = (tx.statements.add(statement(n)) for n in (1, 2))
        tx.statements.add(statement(3, party=TR))
        tx.statements.add(statement(4, audience=KZ, label=-1, follow=0))
        found = tx.statements.find(an_id(2, "kenesh-release"))
        assert found is not None
        assert (found.num, found.number, found.sha256, found.label, found.follow) == (
            two,
            2,
            b"\2" * 32,
            Tlp.GREEN,
            True,
        )
        assert (found.party_ref, found.audience_ref, found.objects, found.reason) == (AZ, BODY.ref, 2, "why not")
        assert tx.statements.find("kenesh-release--none") is None
        assert tx.statements.last(AZ, BODY.ref) == found
        assert tx.statements.last(KZ, BODY.ref) is None
        assert tx.statements.get([one, two, 99]).keys() == {one, two}
        assert [s.number for s in tx.statements.recent(3)] == [4, 3, 2]
        assert [s.number for s in tx.statements.of_party(AZ, None)] == [4, 1, 2]
        assert [s.number for s in tx.statements.of_party(AZ, BODY.ref)] == [1, 2]
        withdrawal = tx.statements.last(AZ, KZ)
        assert withdrawal is not None
        assert (withdrawal.label, withdrawal.follow) == (None, False)


def test_the_end_of_a_chain_is_its_highest_number_and_numbers_may_be_huge(store: Database) -> None:
    """A peer may number as it likes, up to what I-JSON can say: nothing of it blocks the sync."""
    with store.writing() as tx:
        tx.statements.add(statement(1, number=2**53 - 1))
        tx.statements.add(statement(2, number=7))
        last = tx.statements.last(AZ, BODY.ref)
    assert last is not None
    assert last.number == 2**53 - 1


def await_two(tx: StoreTransaction, of: int) -> None:
    """The statement's entries 0 and 1, for the first two objects."""
    tx.statements.await_content(
        [
            {"statement": of, "position": n, "object_id": an_id(n), "sha256": bytes([n]) * 32, "proof": proof}
            for n, proof in ((0, b'{"kid":"x"}'), (1, None))
        ]
    )


def test_what_a_release_still_owes_is_found_until_it_arrives(store: Database) -> None:
    with store.writing() as tx:
        ours, theirs = tx.statements.add(statement(1, party=TR, label=2)), tx.statements.add(statement(2, party=KZ))
        elsewhere = tx.statements.add(statement(3, party=TR, audience=AZ))
        for num in (ours, theirs, elsewhere):
            await_two(tx, num)
        tx.statements.await_content([])
        ids = [an_id(n) for n in range(4)]
        assert sorted(tx.statements.awaited(TR, BODY.ref, ids), key=lambda a: a.position) == [
            Awaited(ours, 0, an_id(0), b"\0" * 32, b'{"kid":"x"}', Tlp.AMBER),
            Awaited(ours, 1, an_id(1), b"\1" * 32, None, Tlp.AMBER),
        ]
        assert tx.statements.awaited(TR, BODY.ref, []) == tx.statements.awaited(TR, BODY.ref, [an_id(7)]) == []
        tx.statements.arrived([(ours, 0), (elsewhere, 1)])
        tx.statements.arrived([])
        assert [a.position for a in tx.statements.awaited(TR, BODY.ref, ids)] == [1]
        assert [a.position for a in tx.statements.awaited(TR, AZ, ids)] == [0]
        tx.statements.cancel_awaited([ours, theirs], an_id(1))
        assert tx.statements.awaited(TR, BODY.ref, ids) == []
        assert [a.position for a in tx.statements.awaited(KZ, BODY.ref, ids)] == [0]


def term(party: str = TR, begins: int = NOW, ends: int | None = None, **said: Any) -> Term:
    """A term in the body."""
    values: dict[str, Any] = {"audience_ref": BODY.ref, "party_ref": party, "kid": "k" * 43, "role": Role.MEMBER}
    values |= {"begins": Instant(begins), "ends": ends, "membership_id": f"kenesh-membership--{party}"}
    return Term(**values | said)


def test_a_term_is_kept_and_applied_once_its_time_has_come(store: Database) -> None:
    with store.writing() as tx:
        later, now, over = term(KZ, NOW + 10), term(TR, NOW - 5), term(AZ, NOW - 9, NOW - 1)
        nums = [tx.terms.add(t, NOW) for t in (later, now, over)]
        assert tx.terms.of_audiences([BODY.ref, "another"]) == [
            StoredTerm(num, t, NOW, None) for num, t in zip(nums, (later, now, over), strict=True)
        ]
        assert tx.terms.of_audiences([]) == []
        assert tx.terms.of_party(TR) == [StoredTerm(nums[1], now, NOW, None)]
        assert [s.term for s in tx.terms.unapplied(NOW)] == [now]
        assert [s.term for s in tx.terms.unapplied(Instant(NOW + 10))] == [now, later]
        tx.terms.apply(nums[1], Instant(NOW + 3))
        assert [s.term for s in tx.terms.unapplied(Instant(NOW + 10))] == [later]
        assert tx.terms.of_party(TR)[0].stamp == NOW + 3


def test_a_term_is_restated_and_removed(store: Database) -> None:
    with store.writing() as tx:
        one, two = tx.terms.add(term(), NOW), tx.terms.add(term(KZ), NOW)
        changed = term(ends=Instant(NOW + 1), kid="l" * 43, role=Role.CHAIR)
        tx.terms.restate(one, changed)
        assert tx.terms.of_party(TR)[0].term == changed
        assert [s.term.ends for s in tx.terms.of_audiences([BODY.ref])] == [NOW + 1, None]
        assert tx.terms.unapplied(Instant(NOW + 1)) == tx.terms.of_party(KZ)
        tx.terms.restate(one, term())
        assert tx.terms.of_party(TR)[0].term == term()
        tx.terms.remove(two)
        assert tx.terms.of_party(KZ) == []
