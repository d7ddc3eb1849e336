"""Objects, their versions, and what they point to."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.contract.making import AZ, NOW, TR, a_hold, a_key, an_id, grant, put_version

from kenesh.basis.instants import ModifiedKey, modified_key
from kenesh.basis.problem import DamagedProblem
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.rows import Conflict, HeldVersion
from kenesh.stix.columns import MAX_TIMESTAMP, columns_of
from kenesh.stix.marking import Tlp

MARKING = an_id(90, "marking-definition")
OTHER_MARKING = an_id(91, "marking-definition")
NAMING_ITS_PARTY = an_id(92, "marking-definition")
PROVED = an_id(93, "marking-definition")


def ids_of(found: list[HeldVersion]) -> list[str]:
    return [held.id for held in found]


def test_what_is_known_of_an_id_is_told_with_every_version(store: Database) -> None:
    with store.writing() as tx:
        assert tx.versions.known([]) == tx.versions.known([an_id(1)]) == {}
        first = put_version(tx, 1, 1, tlp=2, raw=b"one")
        second = put_version(tx, 1, 2, accepted=0, proved=0, revoked=1, why="no right", source=TR, raw=b"two")
        put_version(tx, 2, writer=TR, giver=TR)
        known = tx.versions.known([an_id(1), an_id(2), an_id(3)])
    assert set(known) == {an_id(1), an_id(2)}
    obj = known[an_id(1)]
    assert (obj.num, obj.writer, obj.giver, obj.tlp, obj.said_tlp) == (1, AZ, AZ, Tlp.AMBER, Tlp.CLEAR)
    assert (obj.proved, obj.revoked, obj.current) == (True, False, first)
    assert [(v.num, v.key, v.accepted, v.proved, v.revoked, v.tlp) for v in obj.versions] == [
        (first, a_key(1), True, True, False, Tlp.AMBER),
        (second, a_key(2), False, False, True, Tlp.CLEAR),
    ]
    assert known[an_id(2)].writer == TR


def test_numbers_go_on_where_they_ended(store: Database) -> None:
    with store.writing() as tx:
        assert tx.versions.next_nums() == (1, 1)
        put_version(tx, 1, 1)
        put_version(tx, 1, 2)
        put_version(tx, 2, 1)
        assert tx.versions.next_nums() == (3, 4)


def test_thousands_of_ids_are_asked_for_at_once(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 2500)
        nums = range(1, 3000)
        ids = [an_id(number) for number in range(3000)]
        assert set(tx.versions.known(ids)) == set(tx.versions.current_of(ids)) == {an_id(2500)}
        assert ids_of(tx.versions.held(nums)) == [an_id(2500)]
        assert tx.versions.raw(nums).keys() == {1} == tx.versions.objects_of(nums)
        assert tx.versions.references(nums) == {} and tx.versions.cited_markings(nums) == frozenset()
        assert tx.holds.in_force(nums).keys() == {1}
        assert tx.grants.of_objects(nums) == tx.grants.in_collection(1, nums) == []
        assert tx.grants.past_of_objects(nums) == []
        tx.versions.recompute_current(nums)
        tx.versions.set_accepted(range(1, 40_000), accepted=False, proved=False, why="it was tried")
        tx.holds.end(nums, NOW)
        assert tx.versions.statement_markings(ids * 3, [AZ]) == frozenset()
        assert tx.statements.get(nums) == {} and tx.statements.awaited(AZ, AZ, ids) == []
        tx.statements.cancel_awaited(nums, an_id(1))
        tx.statements.arrived([(n, n % 7) for n in range(2000)])


def test_the_newest_is_by_code_point_of_the_modified_key(store: Database) -> None:
    """A fraction is later than its whole second, and a digit later than its prefix, whatever a locale says."""
    stamps = ["2020-01-01T00:00:58Z", "2020-01-01T00:00:58.5Z", "2020-01-01T00:00:58.45Z", "2020-01-01T00:00:59Z"]
    keys = [modified_key(stamp) for stamp in stamps]
    with store.writing() as tx:
        for key in keys:
            put_version(tx, 1, key)
        listed = [held.key for held in tx.versions.all_of(an_id(1))]
        assert listed == sorted(keys) == [keys[0], keys[2], keys[1], keys[3]]
        assert tx.versions.current_of([an_id(1)])[an_id(1)].key == keys[3]
        tx.versions.set_accepted([4], accepted=False, proved=True, why="it was tried")
        tx.versions.recompute_current([1])
        assert tx.versions.current_of([an_id(1)])[an_id(1)].key == ModifiedKey("2020-01-01T00:00:58.5")


def test_the_longest_timestamp_that_is_read_is_taken_and_a_longer_one_is_refused(store: Database) -> None:
    """A peer that writes thousands of digits must not stop the sync on one database and not on the other."""
    digits = "".join(str(number * 7919 % 9 + 1) for number in range(MAX_TIMESTAMP))
    longest = f"2026-01-01T00:00:00.{digits}"[: MAX_TIMESTAMP - 1]
    with store.writing() as tx:
        grant(tx, put_version(tx, 1, longest, type="x-" + "y" * 240))
        put_version(tx, 1, longest[:-1], type="x-" + "y" * 240)
        (held,) = tx.versions.of_type("x-" + "y" * 240)
    assert held.key == longest
    value = {"type": "malware", "id": an_id(1, "malware"), "spec_version": "2.1", "created": f"{longest}1Z"}
    with pytest.raises(DamagedProblem, match="more than 200"):
        columns_of(value)


def test_a_version_is_accepted_or_set_apart_with_its_reason(store: Database) -> None:
    with store.writing() as tx:
        num = put_version(tx, 1, giver=TR, proved=0)
        tx.versions.set_accepted([num], accepted=False, proved=False, why="the author's own took its place")
        tx.versions.recompute_current([1])
        assert tx.versions.held([num]) == tx.versions.all_of(an_id(1)) == []
        assert tx.versions.current_of([an_id(1)]) == {} == tx.versions.count()
        # It came, like everything unproved that ever counted, from the giver.
        (conflict,) = tx.versions.conflicts(None, 9)
        assert conflict == Conflict(an_id(1), num, TR, "the author's own took its place", conflict.sha256)
        tx.versions.set_accepted([num], accepted=True, proved=True, why=None)
        tx.versions.recompute_current([1])
        (held,) = tx.versions.held([num])
        assert held.proved
        assert held.sha256 == conflict.sha256
        assert tx.versions.conflicts(None, 9) == []
        tx.versions.set_accepted([], accepted=False, proved=False, why="nothing")


def test_conflicts_are_shown_newest_first_of_one_object_or_of_all(store: Database) -> None:
    with store.writing() as tx:
        apart = {"accepted": 0, "why": "no right", "source": TR}
        one, two, three = (put_version(tx, n, key, **apart) for n, key in ((1, 1), (2, 1), (1, 2)))
        assert [c.version for c in tx.versions.conflicts(None, 2)] == [three, two]
        assert [c.version for c in tx.versions.conflicts(an_id(1), 9)] == [three, one]
        assert tx.versions.conflicts(an_id(1), 1)[0].source == TR
        assert tx.versions.conflicts(an_id(9), 9) == []


def test_current_is_the_newest_accepted_version_that_is_held(store: Database) -> None:
    with store.writing() as tx:
        first, second, third = (put_version(tx, 1, key) for key in (1, 2, 3))
        assert tx.versions.current_of([an_id(1)])[an_id(1)].num == third
        tx.holds.end([h.num for h in tx.holds.in_force([third])[third]], NOW)
        tx.versions.recompute_current([1])
        assert tx.versions.current_of([an_id(1)])[an_id(1)].num == second
        tx.versions.set_accepted([second], accepted=False, proved=True, why="it was tried")
        tx.versions.recompute_current([1])
        assert tx.versions.current_of([an_id(1)])[an_id(1)].num == first
        tx.holds.end([h.num for h in tx.holds.of_object(1)], NOW)
        tx.versions.recompute_current([1])
        assert tx.versions.current_of([an_id(1)]) == {}


def test_all_that_counts_is_gone_through_in_order_page_by_page(store: Database) -> None:
    with store.writing() as tx:
        old, new = put_version(tx, 1, 1), put_version(tx, 1, 2)
        others = [put_version(tx, 2), put_version(tx, 3), put_version(tx, 4, accepted=0, why="no right", source=TR)]
        tx.holds.add([a_hold(num, AZ, {}) for num in (old, new, *others)])
        objects = tx.versions.objects_of([old, new, *others])
        tx.versions.recompute_current(objects)
        assert tx.versions.accepted_after(0, 10) == [old, new, others[0], others[1]]
        assert tx.versions.accepted_after(0, 2) == [old, new]
        assert tx.versions.accepted_after(others[0], 2) == [others[1]]
        assert tx.versions.accepted_after(others[1], 2) == []


def test_objects_are_changed_as_they_are_told(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 1)
        put_version(tx, 2)
        tx.versions.update_objects([{"num": 1, "proved": 0, "tlp": 3, "revoked": 1, "current": None}])
        tx.versions.update_objects([])
        one, two = tx.versions.known([an_id(1), an_id(2)]).values()
    changed = replace(one, proved=False, tlp=Tlp.AMBER_STRICT, revoked=True, current=None)
    assert one == changed
    assert (two.proved, two.tlp, two.revoked, two.current) == (True, Tlp.CLEAR, False, 2)


def test_the_octets_are_kept_as_they_came(store: Database) -> None:
    octets = '{"name" :\t"Ünsal Şırnak 🐺 İğdır","x":1.0}\r\n'.encode()
    with store.writing() as tx:
        num = put_version(tx, 1, raw=octets, name="Ünsal Şırnak 🐺 İğdır", modified=None)
    with store.reading() as tx:
        assert tx.versions.raw([num]) == {num: octets}
        (held,) = tx.versions.held([num])
        assert (held.name, held.modified, held.created_by) == ("Ünsal Şırnak 🐺 İğdır", None, AZ)
        assert tx.versions.content_num(an_id(1), held.sha256) == num
        assert tx.versions.content_num(an_id(1), b"0" * 32) is None
        assert tx.versions.content_num(an_id(2), held.sha256) is None


def test_the_number_of_a_content_is_told_of_what_does_not_count_too(store: Database) -> None:
    with store.writing() as tx:
        num = put_version(tx, 1, accepted=0, why="no right", raw=b"one")
        (version,) = tx.versions.known([an_id(1)])[an_id(1)].versions
        assert tx.versions.content_num(an_id(1), version.sha256) == num


def test_references_and_what_refers_are_found(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 1)
        old = put_version(tx, 2, 1, type="sighting", refs=[an_id(1), an_id(9)])
        new = put_version(tx, 2, 2, type="sighting", refs=[an_id(1)])
        put_version(tx, 3, type="relationship", refs=[an_id(1)])
        put_version(tx, 4, type="sighting", refs=[an_id(1)], held=False, current=None)
        assert tx.versions.references([old, new]) == {old: [an_id(1), an_id(9)], new: [an_id(1)]}
        assert [h.num for h in tx.versions.linked_to(an_id(1), ["sighting"])][:1] == [new]
        assert tx.versions.linked_to(an_id(9), ["sighting"]) == []
        assert ids_of(tx.versions.linked_to(an_id(1), ["relationship", "note"])) == [an_id(3, "relationship")]


def test_objects_are_counted_and_listed_by_type(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 1, 1)
        put_version(tx, 1, 2)
        put_version(tx, 2, type="malware")
        put_version(tx, 3, accepted=0)
        assert tx.versions.count() == {"indicator": 1, "malware": 1}
        assert ids_of(tx.versions.of_type("indicator")) == [an_id(1)]
        assert tx.versions.of_type("note") == []
        assert tx.versions.objects_of([1, 2, 3, 99]) == {1, 2}


def named(tx: StoreTransaction, text: str) -> list[str]:
    """What a search finds, by name."""
    return [held.name for held in tx.versions.search(text, limit=10)]


def test_a_search_takes_every_character_for_itself(store: Database) -> None:
    with store.writing() as tx:
        for number, name in enumerate(("100% sure", "100 percent", "a_b", "axb", "back\\slash", "'; DROP TABLE --")):
            put_version(tx, number, name=name)
        assert named(tx, "100%") == ["100% sure"]
        assert named(tx, "a_b") == ["a_b"]
        assert named(tx, "\\") == ["back\\slash"]
        assert named(tx, "%") == ["100% sure"]
        assert named(tx, "_") == ["a_b"]
        assert named(tx, "'; DROP") == ["'; DROP TABLE --"]
        assert len(named(tx, "")) == 6


def test_a_search_folds_a_to_z_alone_on_either_database(store: Database) -> None:
    """Whatever the locale: under a Turkish one `i` would not find `I`."""
    with store.writing() as tx:
        for number, name in enumerate(("Izmir", "İzmir", "ızmir", "izmir")):
            put_version(tx, number, name=name)
        assert named(tx, "IZMIR") == named(tx, "izmir") == ["izmir", "Izmir"]
        assert named(tx, "İ") == ["İzmir"]
        assert named(tx, "ı") == ["ızmir"]


def test_a_search_finds_ids_too_and_every_accepted_version_the_newest_first(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 1, 1, name="old name")
        put_version(tx, 1, 2, name="new name")
        put_version(tx, 2, name="new friend")
        put_version(tx, 3, name="new conflict", accepted=0, why="no right", source=TR)
        assert named(tx, "new") == ["new friend", "new name"]
        assert named(tx, an_id(1)[:-1].upper()) == ["new friend", "new name", "old name"]
        assert named(tx, an_id(1)) == ["new name", "old name"]
        assert len(tx.versions.search("new", limit=1)) == 1


def test_a_marking_is_a_statement_by_the_word_of_who_gave_it(store: Database) -> None:
    marking = {"type": "marking-definition", "giver": AZ, "proved": 0}
    with store.writing() as tx:
        put_version(tx, 90, "", is_statement=1, raw=b"a statement", **marking)
        put_version(tx, 90, "", is_statement=0, raw=b"something else", party=TR, **marking)
        put_version(tx, 91, "", is_statement=1, accepted=0, **marking)
        put_version(tx, 92, "", is_statement=2, **marking)
        put_version(tx, 93, "", is_statement=2, **marking | {"proved": 1})
        asked = [MARKING, OTHER_MARKING, an_id(99), NAMING_ITS_PARTY, PROVED]
        # What its own party proves counts for everybody's.
        assert tx.versions.statement_markings(asked, [AZ]) == {MARKING, PROVED}
        assert tx.versions.statement_markings(asked, [TR]) == {PROVED}
        assert tx.versions.statement_markings(asked, [AZ, TR]) == {PROVED}
        tx.holds.end([h.num for h in tx.holds.of_object(1)], NOW)
        assert tx.versions.statement_markings(asked, [AZ]) == {PROVED}


def test_what_cites_a_marking_is_found_with_all_that_it_cites(store: Database) -> None:
    with store.writing() as tx:
        one = put_version(tx, 1, cited=[(MARKING, 0), (OTHER_MARKING, 1)])
        two = put_version(tx, 2, cited=[(OTHER_MARKING, 0)], giver=TR)
        put_version(tx, 3)
        assert tx.versions.citing([MARKING]) == [(one, AZ, [MARKING], [OTHER_MARKING])]
        assert tx.versions.citing([OTHER_MARKING]) == [
            (one, AZ, [MARKING], [OTHER_MARKING]),
            (two, TR, [OTHER_MARKING], []),
        ]
        assert tx.versions.citing([]) == tx.versions.citing([an_id(99)]) == []
        assert tx.versions.cited_markings([one, two]) == {MARKING, OTHER_MARKING}


def marking_of(tx: StoreTransaction, number: int) -> tuple[Tlp, Tlp]:
    """How strictly an object is marked, and its newest version."""
    held = tx.versions.all_of(an_id(number))[-1]
    return held.object_tlp, held.tlp


def test_marked_anew_an_object_is_as_strict_as_its_strictest_version(store: Database) -> None:
    with store.writing() as tx:
        first, second = put_version(tx, 1, 1, tlp=4), put_version(tx, 1, 2, tlp=4)
        other = put_version(tx, 2, 1, tlp=4)
        assert tx.versions.remark([first, other], Tlp.GREEN, whole=False) == {
            1: (Tlp.RED, Tlp.RED), 2: (Tlp.RED, Tlp.GREEN),
        }  # fmt: skip
        assert (marking_of(tx, 1), marking_of(tx, 2)) == ((Tlp.RED, Tlp.RED), (Tlp.GREEN, Tlp.GREEN))
        assert tx.versions.remark([second], Tlp.AMBER, whole=True) == {1: (Tlp.RED, Tlp.AMBER)}
        assert [(h.tlp, h.whole) for h in tx.versions.all_of(an_id(1))] == [(Tlp.GREEN, False), (Tlp.AMBER, True)]


def test_what_the_author_said_beside_its_versions_outlasts_them(store: Database) -> None:
    """A withdrawal's label is no version: marked anew, the object does not fall below it."""
    with store.writing() as tx:
        num = put_version(tx, 1, tlp=1)
        assert tx.versions.tighten(1, Tlp.AMBER)
        assert not tx.versions.tighten(1, Tlp.AMBER)
        assert not tx.versions.tighten(1, Tlp.GREEN)
        assert marking_of(tx, 1) == (Tlp.AMBER, Tlp.GREEN)
        assert tx.versions.remark([num], Tlp.RED, whole=True) == {1: (Tlp.AMBER, Tlp.RED)}
        # Not stricter than it is by now, but it holds when the version is marked anew.
        assert not tx.versions.tighten(1, Tlp.AMBER_STRICT)
        assert tx.versions.remark([num], Tlp.CLEAR, whole=True) == {1: (Tlp.RED, Tlp.AMBER_STRICT)}
        assert tx.versions.known([an_id(1)])[an_id(1)].said_tlp == Tlp.AMBER_STRICT


def test_a_version_is_given_under_the_widest_label_of_its_writer_else_the_strictest_of_others(store: Database) -> None:
    with store.writing() as tx:
        num = put_version(tx, 1, held=False)
        assert tx.versions.held([num])[0].given is Tlp.RED
        expected = [
            (TR, 1, Tlp.GREEN),
            (TR, 2, Tlp.AMBER),
            (AZ, 3, Tlp.AMBER_STRICT),
            (AZ, 0, Tlp.CLEAR),
            (TR, -1, Tlp.CLEAR),
        ]
        for party, label, given in expected:
            tx.holds.add([a_hold(num, party, {"label": label})])
            assert tx.versions.held([num])[0].given is given
        tx.holds.end([h.num for h in tx.holds.of_object(1) if h.party_ref == AZ], NOW)
        assert tx.versions.held([num])[0].given is Tlp.RED, "TR gave it without a label too"


def test_statements_of_an_observable_do_not_mark_one_another(store: Database) -> None:
    with store.writing() as tx:
        nums = [put_version(tx, 1, "", type="ipv4-addr", raw=raw, tlp=0) for raw in (b"one", b"two")]
        assert tx.versions.remark([nums[1]], Tlp.RED, whole=True) == {1: (Tlp.CLEAR, Tlp.CLEAR)}
        assert [h.own_marking() for h in tx.versions.held(nums)] == [Tlp.CLEAR, Tlp.RED]


def test_a_version_that_does_not_count_marks_nothing(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 1, 1, tlp=1)
        apart = put_version(tx, 1, 2, tlp=0, accepted=0, why="no right")
        assert tx.versions.remark([apart], Tlp.RED, whole=True) == {1: (Tlp.GREEN, Tlp.GREEN)}


def test_the_octets_from_which_a_version_was_translated_are_kept(store: Database) -> None:
    with store.writing() as tx:
        nums = [put_version(tx, number) for number in range(1, 31)]
        tx.versions.keep_originals([{"version": num, "raw": b"came as %d" % num} for num in nums[1:]])
        tx.versions.keep_originals([])
        assert tx.versions.original(nums[0]) is None
        assert tx.versions.original(nums[29]) == b"came as %d" % nums[29]
