"""The small tables: imports, alarms, peers, cursors, secrets, statuses, quarantine, notes, atoms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.contract.making import AZ, BODY, KZ, NOW, TR, put_version

from kenesh.basis.instants import Instant
from kenesh.basis.problem import StoreProblem
from kenesh.edges.store.database import Database
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Feed, Scheme, Secret
from kenesh.holdings.proposing import Found, Standing
from kenesh.holdings.rows import ImportRecord, Remark
from kenesh.parties.keys import PublicKey
from kenesh.parties.party import LISTED_IDS, party_id
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.watch.values import Atom, Kind


def test_an_import_is_counted_and_found(store: Database) -> None:
    with store.writing() as tx:
        num = tx.imports.begin("import--1", NOW, "gulnara", "misp.json", "")
        other = tx.imports.begin("import--2", Instant(NOW + 1), "aziz", "b.json", "")
        begun = ImportRecord(num, "import--1", NOW, "gulnara", "misp.json", 0, 0, 0, 0, False)
        assert tx.imports.find("import--1") == begun
        tx.imports.count(num, accepted=5, unchanged=4, refused=3, warnings=2, finished=True)
        done = replace(begun, accepted=5, unchanged=4, refused=3, warnings=2, finished=True)
        assert tx.imports.find("import--1") == done
        assert tx.imports.find("import--3") is None
        tx.proposals.propose(num, [Found("line 1", "domain", f"h{n}.example", "said") for n in range(3)])
        tx.proposals.settle([(tx.proposals.open(None, 1)[0].num, Standing.REJECTED, "")])
        assert tx.imports.find("import--1") == replace(done, proposed=3, waiting=2)
        assert [(r.proposed, r.waiting) for r in tx.imports.recent(5)] == [(0, 0), (3, 2)]
        assert [r.num for r in tx.imports.recent(5)] == [other, num]
        assert [r.num for r in tx.imports.recent(1)] == [other]


def test_an_import_s_versions_stand_in_it_once(store: Database) -> None:
    with store.writing() as tx:
        num, other = (tx.imports.begin(f"import--{n}", NOW, "aziz", "", "") for n in (1, 2))
        under = tx.imports.begin("import--3", NOW, "aziz", "", "CC-BY-4.0")
        assert tx.imports.licences([num, other, under]) == {under: "CC-BY-4.0"}
        assert tx.imports.licences([]) == {}
        tx.imports.add_versions(num, [3, 1, 3])
        tx.imports.add_versions(num, [2, 1])
        tx.imports.add_versions(other, [1])
        tx.imports.add_versions(other, [])
        assert tx.imports.versions(num) == [1, 2, 3]
        assert tx.imports.versions(other) == [1]


def test_an_import_s_remarks_are_kept_in_their_order(store: Database) -> None:
    remarks = [Remark(n % 2 == 0, f"objects[{n}]", f"object {n}", "is wrong: ığüşöç") for n in range(5)]
    with store.writing() as tx:
        num = tx.imports.begin("import--1", NOW, "aziz", "", "")
        tx.imports.add_remarks(num, remarks[:3])
        tx.imports.add_remarks(num, [])
        tx.imports.add_remarks(num, remarks[3:])
        assert tx.imports.remarks(num, 4) == remarks[:4]
        assert tx.imports.remarks(num + 1, 4) == []


def test_an_alarm_is_raised_once_for_the_same_words(store: Database) -> None:
    with store.writing() as tx:
        for at, about in ((0, "one"), (1, "two"), (2, "one")):
            tx.alarms.raise_alarm("conflict", about, "It does not count.", Instant(NOW + at))
        assert [(a.at, a.code, a.about, a.text) for a in tx.alarms.recent(9)] == [
            (NOW + 1, "conflict", "two", "It does not count."), (NOW, "conflict", "one", "It does not count."),
        ]  # fmt: skip
        assert len(tx.alarms.recent(1)) == 1


def test_an_acknowledged_alarm_stays_and_is_not_raised_again(store: Database) -> None:
    with store.writing() as tx:
        for about in ("one", "two"):
            tx.alarms.raise_alarm("conflict", about, "It does not count.", NOW)
        two, one = tx.alarms.recent(9)
        tx.alarms.acknowledge(one.num, "officer", "asked them", Instant(NOW + 1))
        assert not tx.alarms.raise_alarm("conflict", "one", "It does not count.", Instant(NOW + 2))
        assert tx.alarms.unseen(9) == [two]
        seen = tx.alarms.find(one.num)
        assert seen is not None
        assert (seen.seen_at, seen.seen_by, seen.seen_why) == (NOW + 1, "officer", "asked them")
        assert tx.alarms.find(99) is None


def test_a_very_long_alarm_is_cut_and_blocks_nothing(store: Database) -> None:
    with store.writing() as tx:
        for _ in range(2):
            tx.alarms.raise_alarm("conflict", "it", "ş\U0001f43a" * 5000, NOW)
        (alarm,) = tx.alarms.recent(9)
    assert alarm.text == "ş\U0001f43a" * 300


def peer_of(party: str, code: str, **said: Any) -> Peer:
    url, key = f"https://{code.lower()}.example", PublicKey("x" * 43)
    peer = Peer(party, code, f"CERT {code}", url, key, f"kid of {code}", 1, NOW, False, NOW, None, "", 0)
    return replace(peer, **said)


def test_peers_are_kept_found_and_replaced(store: Database) -> None:
    with store.writing() as tx:
        tx.peers.put(peer_of(TR, "TR"), b"{}")
        tx.peers.put(peer_of(AZ, "AZ"), b"{}")
        expected = Peer(
            TR, "TR", "CERT TR", "https://tr.example", PublicKey("x" * 43), "kid of TR", 1, NOW, False, NOW, None, "", 0
        )
        assert tx.peers.by_ref(TR) == tx.peers.by_code("TR") == expected
        assert tx.peers.by_ref(KZ) is tx.peers.by_code("KZ") is None
        assert [p.code for p in tx.peers.all()] == ["AZ", "TR"]
        assert tx.parties.admitted() == {TR: ("kid of TR",), AZ: ("kid of AZ",)}
        tx.peers.put(peer_of(TR, "TR", kid="another kid", serial=2**53 - 1), b"{}")
        assert tx.peers.by_ref(TR) == replace(expected, kid="another kid", serial=2**53 - 1)


def test_who_hosts_whom_is_kept_with_the_peer_and_goes_with_it(store: Database) -> None:
    with store.writing() as tx:
        tx.notes.set("hostess", "another note")
        tx.peers.put(peer_of(TR, "TR"), b"{}")
        tx.peers.put(peer_of(AZ, "AZ", hosted_by_ref=KZ), b"{}")
        assert tx.parties.hosts() == {AZ: KZ}
        assert [p.hosted_by_ref for p in tx.peers.all()] == [KZ, ""]
        found = tx.peers.by_ref(AZ)
        assert found is not None
        assert found == tx.peers.by_code("AZ") == peer_of(AZ, "AZ", hosted_by_ref=KZ)
        tx.peers.put(replace(found, hosted_by_ref=TR), b"{}")
        assert tx.parties.hosts() == {AZ: TR}
        tx.peers.remove(AZ)
        assert tx.parties.hosts() == {}
        assert tx.notes.get("hostess") == "another note"


def test_one_key_belongs_to_one_party(store: Database) -> None:
    with store.writing() as tx:
        tx.peers.put(peer_of(TR, "TR"), b"{}")
    with pytest.raises(StoreProblem), store.writing() as tx:
        tx.peers.put(peer_of(AZ, "AZ", kid="kid of TR"), b"{}")


def test_the_depositary_is_one_and_syncs_are_noted(store: Database) -> None:
    with store.writing() as tx:
        for ref, code in ((TR, "TR"), (AZ, "AZ")):
            tx.peers.put(peer_of(ref, code), b"{}")
            tx.peers.set_depositary(ref)
        assert [(p.code, p.is_depositary) for p in tx.peers.all()] == [("AZ", True), ("TR", False)]
        tx.peers.note_sync(TR, at=Instant(NOW + 1), error="", skew=-5)
        tx.peers.note_sync(TR, at=None, error="It does not answer.", skew=7)
        noted = tx.peers.by_ref(TR)
        assert noted is not None
        assert (noted.last_sync_at, noted.last_error, noted.skew) == (NOW + 1, "It does not answer.", 7)


def test_a_party_has_a_code_admitted_own_or_listed(store: Database) -> None:
    with store.writing() as tx:
        tx.peers.put(peer_of(TR, "TR-2"), b"{}")
        tx.notes.set(f"code:{AZ}", "AZ-OWN")
        assert [tx.parties.code_of(ref) for ref in (TR, AZ, KZ)] == ["TR-2", "AZ-OWN", KZ]
        assert tx.parties.code_of(party_id("UZ")) == LISTED_IDS[party_id("UZ")] == "UZ"


def test_cursors_are_kept_for_each_collection_of_each_peer(store: Database) -> None:
    with store.writing() as tx:
        assert tx.cursors.get(TR, "one") is None
        tx.cursors.set(TR, "one", "2026-01-01T00:00:00.000001Z", NOW)
        tx.cursors.set(TR, "one", "2026-01-01T00:00:00.000002Z", NOW)
        tx.cursors.set(AZ, "one", "2026-01-01T00:00:00.000003Z", NOW)
        assert [tx.cursors.get(TR, "one"), tx.cursors.get(TR, "two")] == ["2026-01-01T00:00:00.000002Z", None]


def test_a_secret_is_found_by_its_hash_kind_and_time(store: Database) -> None:
    secret = Secret(b"h" * 32, "session", "gulnara", AZ, NOW, Instant(NOW + 10))
    with store.writing() as tx:
        tx.secrets.add(secret)
        tx.secrets.add(replace(secret, sha256=b"i" * 32, kind="token", made_at=Instant(NOW - 1)))
        assert tx.secrets.find("session", b"h" * 32, Instant(NOW + 9)) == secret
        assert tx.secrets.find("session", b"h" * 32, Instant(NOW + 10)) is None
        assert tx.secrets.find("token", b"h" * 32, NOW) is tx.secrets.find("session", b"i" * 32, NOW) is None
        assert [s.sha256 for s in tx.secrets.of_kind("token")] == [b"i" * 32]
        tx.secrets.forget(b"h" * 32)
        assert tx.secrets.of_kind("session") == []


def test_a_status_is_its_owner_s_until_it_is_forgotten(store: Database) -> None:
    with store.writing() as tx:
        tx.statuses.add("one", TR, b'{"status":"pending"}', NOW)
        tx.statuses.add("two", TR, b"{}", Instant(NOW + 1))
        assert tx.statuses.find("one", TR) == b'{"status":"pending"}'
        assert tx.statuses.find("one", AZ) is tx.statuses.find("three", TR) is None
        tx.statuses.forget(Instant(NOW + 1))
        assert tx.statuses.find("one", TR) is None
        assert tx.statuses.find("two", TR) == b"{}"


def test_what_is_in_quarantine_is_there_once_with_its_octets_and_the_newest_reason(store: Database) -> None:
    octets = '{"name":"ğ"'.encode()
    with store.writing() as tx:
        put = tx.quarantine.put
        assert put(TR, BODY.ref, Channel.CONTENT, "x--1", octets, "is no JSON", NOW)
        assert not put(TR, BODY.ref, Channel.CONTENT, "x--1", octets, "is not listed", Instant(NOW + 1))
        assert put(TR, BODY.ref, Channel.CONTROL, "x--1", octets, "is no JSON", NOW)
        assert put(AZ, BODY.ref, Channel.CONTENT, "x--2", b"", "is no JSON", NOW)
        first, second = tx.quarantine.of_party(TR, 0, 9)
        assert (first.raw, first.reason, first.channel, first.at) == (octets, "is not listed", Channel.CONTENT, NOW)
        assert (first.party_ref, first.audience_ref, first.object_id) == (TR, BODY.ref, "x--1")
        assert tx.quarantine.of_party(TR, first.num, 9) == [second]
        assert tx.quarantine.of_party(TR, 0, 1) == [first]
        assert tx.quarantine.counts() == {TR: (2, 24), AZ: (1, 0)}
        tx.quarantine.remove(first.num)
        assert tx.quarantine.of_party(TR, 0, 9) == [second]


def test_a_note_is_kept_by_its_name(store: Database) -> None:
    with store.writing() as tx:
        assert tx.notes.get("epoch") is None
        tx.notes.set("epoch", "1")
        tx.notes.set("epoch", "2")
        assert tx.notes.get("epoch") == "2"


LONG = Atom(Kind.URL, "https://example.org/" + "ğ" * 3500)
LONGER = Atom(Kind.URL, LONG.value + "x")
DOMAIN = Atom(Kind.DOMAIN, "xn--rnek-5qa.example")
ADDRESS = Atom(Kind.IPV4, "192.0.2.1")


def test_versions_are_found_by_the_values_that_they_have(store: Database) -> None:
    with store.writing() as tx:
        tx.atoms.add([(1, DOMAIN), (2, DOMAIN), (1, ADDRESS), (1, DOMAIN)])
        tx.atoms.add([(1, DOMAIN), (3, Atom(Kind.EMAIL, "ğ@örnek.example"))])
        tx.atoms.add([])
        assert sorted(tx.atoms.find([DOMAIN, ADDRESS])) == [(DOMAIN, 1), (DOMAIN, 2), (ADDRESS, 1)]
        assert tx.atoms.find([Atom(Kind.EMAIL, "ğ@örnek.example")]) == [(Atom(Kind.EMAIL, "ğ@örnek.example"), 3)]
        assert tx.atoms.find([Atom(Kind.URL, DOMAIN.value)]) == tx.atoms.find([]) == []


def test_an_address_longer_than_an_index_takes_is_found_whole(store: Database) -> None:
    with store.writing() as tx:
        tx.atoms.add([(1, LONG), (2, LONGER), (3, LONG)])
        tx.atoms.add([(1, LONG)])
        assert sorted(tx.atoms.find([LONG, LONGER]), key=lambda pair: pair[1]) == [(LONG, 1), (LONGER, 2), (LONG, 3)]


def test_thousands_of_values_are_asked_for_at_once(store: Database) -> None:
    many = [Atom(Kind.IPV4, f"10.{n // 256 % 256}.{n % 256}.1") for n in range(5000)]
    with store.writing() as tx:
        tx.atoms.add([(n, atom) for n, atom in enumerate(many)])
        assert sorted(tx.atoms.find(many)) == sorted((atom, n) for n, atom in enumerate(many))


def test_values_of_new_versions_and_of_known_ones_are_each_kept_once(store: Database) -> None:
    many = [(n, Atom(Kind.DOMAIN, f"h{n}.\u00e7\t\\.example")) for n in range(1, 101)]
    with store.writing() as tx:
        tx.atoms.add(many[:60], are_new=True)
        tx.atoms.add([*many[40:], *many, *many[:30]])
        assert sorted(tx.atoms.find([atom for _, atom in many])) == sorted((atom, n) for n, atom in many)


def test_an_import_lists_thousands_of_versions_each_once(store: Database) -> None:
    with store.writing() as tx:
        num = tx.imports.begin("import--1", NOW, "aigul", "file", "")
        tx.imports.add_versions(num, range(1, 101))
        tx.imports.add_versions(num, [*range(51, 151), *range(60, 160)])
        assert tx.imports.versions(num) == list(range(1, 160))


def test_every_version_of_indicators_in_force_is_watched_with_every_value(store: Database) -> None:
    with store.writing() as tx:
        old, new = put_version(tx, 1, 1), put_version(tx, 1, 2)
        revoked = put_version(tx, 2, revoked=1)
        observable = put_version(tx, 3, "", type="url")
        apart = put_version(tx, 4, accepted=0)
        withdrawn = put_version(tx, 5)
        tx.holds.end([h.num for h in tx.holds.in_force([withdrawn])[withdrawn]], NOW)
        tx.versions.recompute_current(tx.versions.objects_of([withdrawn]))
        for num in (old, new, revoked, observable, apart, withdrawn):
            tx.atoms.add([(num, DOMAIN), (num, LONG)])
        assert sorted(tx.atoms.all_watched()) == sorted((num, atom) for num in (old, new) for atom in (DOMAIN, LONG))


def test_what_is_watched_is_told_in_portions(store: Database) -> None:
    with store.writing() as tx:
        num = put_version(tx, 1)
        tx.atoms.add([(num, Atom(Kind.DOMAIN, f"{n}.example")) for n in range(12_000)])
    with store.reading() as tx:
        assert sum(1 for _ in tx.atoms.all_watched()) == 12_000


def test_a_feed_is_found_as_it_was_added_and_moves_on_by_itself(store: Database) -> None:
    feed = Feed(
        "vendor", "https://taxii.example/collections/1/", Scheme.BASIC, "kz", label=Tlp.GREEN, licence="CC BY 4.0"
    )
    with store.writing() as tx:
        tx.feeds.add(feed)
        tx.feeds.add(Feed("another", "https://taxii.example/collections/2/"))
    with store.writing() as tx:
        assert tx.feeds.find("vendor") == feed
        tx.feeds.advance("vendor", "2026-11-20T00:00:00.000001Z")
        tx.feeds.advance_push("vendor", NOW)
        tx.feeds.note("vendor", NOW, "It answers with 503.")
    moved = replace(
        feed, added_after="2026-11-20T00:00:00.000001Z", pushed=NOW, asked_at=NOW, said="It answers with 503."
    )
    with store.writing() as tx:
        assert [one.name for one in tx.feeds.all()] == ["another", "vendor"]
        assert tx.feeds.find("vendor") == moved
        tx.feeds.remove("vendor")
        assert tx.feeds.find("vendor") is None
