"""Cases of passing on, of two who state one id, and of pages that come badly (design: cases.md)."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
from tests.federation.cases_of_membership import Pause
from tests.federation.following import Follower
from tests.federation.lines import cut, dropped, on, reordered, repeated, tampered, truncated
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator, malware

from kenesh.doors import acts
from kenesh.federation.session import API_ROOT
from kenesh.release.audience import collection_id, party_audience
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

X = indicator("x.example")["id"]


def _three(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ is the author, AZ passes on, UZ gets it from AZ."""
    kz, az, uz = nodes.found("KZ", "AZ", "UZ")
    nodes.introduce()
    nodes.readings = (("AZ", "KZ"), ("UZ", "AZ"), ("UZ", "KZ"))
    return kz, az, uz


def _x(version: int = 0, by: str | None = "KZ", **more: Any) -> dict[str, Any]:
    return indicator("x.example", Tlp.GREEN, by=by, version=version, **more)


# B releases on an object of A


def passed_on_with_proof(nodes: Nodes, pause: Pause) -> None:
    kz, az, uz = _three(nodes)
    secret = malware("another object of that release", by="KZ")
    kz.imports(_x(), secret)
    (released,) = kz.releases(X, secret["id"], to="AZ", reason="a reason that AZ alone should read").statements
    pause()
    az.syncs("KZ")
    (forwarded,) = az.releases(X, to="UZ").statements
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {"AZ": Tlp.GREEN}
    assert [held.proved for held in uz.versions(X)] == [True], "UZ has KZ's own proof"
    came = _everything(uz, az)
    assert X in came
    for hidden in (released.id, secret["id"], kz.statement(released.id)["reason"], az.ref + "/content"):
        assert hidden not in came, "UZ learns nothing of KZ's audience, nor of what else it released"
    (entry,) = az.statement(forwarded.id)["entries"]
    proof = msgspec.json.encode(entry["proof"]).decode()
    theirs = kz.statement(released.id)
    assert not any(one["salt"] in proof or one["sha256"] in proof for one in theirs["entries"] if one["id"] != X)
    assert az.ref not in proof


def passed_on_without_proof(nodes: Nodes, pause: Pause) -> None:
    """An object that names nobody is shown as given by AZ."""
    kz, az, uz = _three(nodes)
    kz.imports(_x(by=None))
    (released,) = kz.releases(X, to="AZ").statements
    az.syncs("KZ")
    az.releases(X, to="UZ")
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {"AZ": Tlp.GREEN}
    assert [held.proved for held in uz.versions(X)] == [False]
    assert released.id not in _everything(uz, az)


def passed_on_before_the_authors_key_is_known(nodes: Nodes, pause: Pause) -> None:
    """UZ holds what two others give of KZ's, one of them with KZ's proof; then KZ's node is admitted."""
    kz, az = nodes.found("KZ", "AZ")
    nodes.introduce()
    uz, tr = nodes.found("UZ", "TR")
    for node in (az, tr):
        uz.meets(node)
        node.meets(uz)
    lie = _x(version=5, pattern="[domain-name:value = 'good.example']")
    tr.imports(lie)
    tr.releases(X, to="UZ")
    uz.syncs("TR")
    kz.imports(_x())
    kz.releases(X, to="AZ")
    az.syncs("KZ")
    az.releases(X, to="UZ")
    pause()
    uz.syncs("AZ")
    assert set(uz.looks_up("good.example")) == {"TR"}
    assert set(uz.quarantine("AZ")) == {X}, "it waits: KZ's key would say which of the two is KZ's"
    nodes.step()
    uz.meets(kz)
    pause()
    uz.syncs("AZ")
    assert uz.looks_up("good.example") == {}, "what is proved displaces what is not"
    assert uz.looks_up("x.example") == {"AZ": Tlp.GREEN}
    assert [held.proved for held in uz.versions(X)] == [True]
    assert uz.quarantine("AZ") == {}


def proved_when_the_authors_key_comes(nodes: Nodes, pause: Pause) -> None:
    """UZ took it as given by AZ. Once KZ is admitted it is KZ's, and AZ can state nothing more of it."""
    kz, az = nodes.found("KZ", "AZ")
    nodes.introduce()
    (uz,) = nodes.found("UZ")
    uz.meets(az)
    az.meets(uz)
    kz.imports(_x())
    kz.releases(X, to="AZ")
    az.syncs("KZ")
    az.releases(X, to="UZ")
    uz.syncs("AZ")
    assert [held.proved for held in uz.versions(X)] == [False]
    pause()
    nodes.step()
    uz.meets(kz)
    assert [held.proved for held in uz.versions(X)] == [True]
    pause()
    _states_as_its_own(az, _x(version=9, revoked=True), "UZ")
    uz.syncs("AZ")
    assert uz.looks_up("x.example") == {"AZ": Tlp.GREEN}
    assert [party for party, _ in uz.conflicts(X)] == ["AZ"]


def _states_as_its_own(node: Node, value: dict[str, Any], to: str) -> None:
    """Releases content that this node's own checks would keep apart: what a liar's software would do."""
    from tests.federation.dishonest import release_unchecked

    release_unchecked(node, value, to)


def _everything(reader: Node, there: Node) -> str:
    """All that a peer gets to read at a node, as it goes over the wire."""
    found = ""
    for channel in Channel:
        collection = collection_id(there.ref, reader.ref, channel)
        for path in ("objects/?match[version]=all", "manifest/?match[version]=all", ""):
            answer = reader.gets(f"{API_ROOT}collections/{collection}/{path}", there)
            found += answer.text + str(answer.headers)
    return found


# Two who state one id


def second_content_under_one_version(nodes: Nodes, pause: Pause, first: str = "AZ") -> None:
    """AZ has another content under KZ's id and modified: UZ keeps KZ's, whichever comes first."""
    kz, az, uz = _three(nodes)
    az.imports(_x(pattern="[domain-name:value = 'good.example']"))
    az.releases(X, to="UZ")
    kz.imports(_x())
    kz.releases(X, to="UZ")
    for code in (first, *({"AZ", "KZ"} - {first})):
        uz.syncs(code)
        pause()
    uz.syncs()
    assert uz.looks_up("x.example") == {"KZ": Tlp.GREEN}
    assert uz.looks_up("good.example") == {}
    assert [party for party, _ in uz.conflicts(X)] == ["AZ"], "with its evidence"
    assert [held.proved for held in uz.versions(X)] == [True]


def second_content_after_the_authors(nodes: Nodes, pause: Pause) -> None:
    second_content_under_one_version(nodes, pause, first="KZ")


def what_was_passed_on_before_the_author_spoke(nodes: Nodes, pause: Pause) -> None:
    """AZ passed on what TR gave as KZ's. KZ's own takes its place at AZ, and UZ hears that the other is taken back."""
    kz, az, uz = _three(nodes)
    (tr,) = nodes.found("TR")
    tr.meets(az)
    az.meets(tr)
    tr.imports(_x(pattern="[domain-name:value = 'good.example']"))
    tr.releases(X, to="AZ")
    az.syncs("TR")
    az.releases(X, to="UZ")
    pause()
    nodes.step()
    kz.imports(_x())
    kz.releases(X, to="AZ")
    pause()
    az.syncs("KZ")
    assert az.looks_up("good.example") == {}
    pause()
    uz.syncs("AZ")
    assert uz.looks_up("good.example") == {}
    assert uz.holds(X) == {}


def newer_version_by_another(nodes: Nodes, pause: Pause, **lie: Any) -> None:
    kz, az, uz = _three(nodes)
    kz.imports(_x())
    kz.releases(X, to="UZ")
    uz.syncs("KZ")
    pause()
    az.imports(_x(9, **lie))
    az.releases(X, to="UZ")
    pause()
    uz.syncs()
    assert uz.looks_up("x.example") == {"KZ": Tlp.GREEN}
    assert [held.modified for held in uz.current(X)] == [_x()["modified"]]
    assert [party for party, _ in uz.conflicts(X)] == ["AZ"]
    assert ("conflict", X) in uz.alarms()
    with uz.services.store.reading() as tx:
        assert {atom.value for _, atom in tx.atoms.all_watched()} == {"x.example"}


def revocation_by_another(nodes: Nodes, pause: Pause) -> None:
    newer_version_by_another(nodes, pause, revoked=True)


# Pages that come badly

OBJECTS = "/objects/?"


def _reads_badly(nodes: Nodes, pause: Pause, *faults: Any, then: bool = True) -> None:
    """KZ releases twice, one page is spoiled; in the end AZ has everything, and nothing waits."""
    kz, az, _ = _three(nodes)
    values = [indicator(f"{name}.example", by="KZ") for name in ("a", "b", "c")]
    kz.imports(*values)
    kz.releases(values[0]["id"], values[1]["id"], to="AZ")
    pause()
    az.lines.spoil("KZ", *faults)
    nodes.step()
    kz.releases(values[2]["id"], to="AZ")
    for _ in range(3):
        az.syncs("KZ")
        nodes.step()
    az.lines.mend("KZ")
    pause()
    az.syncs("KZ")
    for name in ("a", "b", "c"):
        assert az.looks_up(f"{name}.example") == {"KZ": Tlp.GREEN}, name
    assert az.quarantine("KZ") == {}
    assert az.conflicts(X) == []
    assert [code for code, _ in az.alarms()] == []


def page_breaks_off(nodes: Nodes, pause: Pause) -> None:
    _reads_badly(nodes, pause, on(OBJECTS, truncated))


def page_is_lost(nodes: Nodes, pause: Pause) -> None:
    _reads_badly(nodes, pause, on(OBJECTS, dropped))


def line_is_cut(nodes: Nodes, pause: Pause) -> None:
    _reads_badly(nodes, pause, cut)


def objects_stand_twice(nodes: Nodes, pause: Pause) -> None:
    _reads_badly(nodes, pause, on(OBJECTS, repeated))


def objects_come_the_other_way_round(nodes: Nodes, pause: Pause) -> None:
    _reads_badly(nodes, pause, on(OBJECTS, reordered))


def page_is_tampered_with(nodes: Nodes, pause: Pause) -> None:
    """Somebody on the way writes another domain: it waits as it came, and the true one is not lost for it."""
    kz, az, _ = _three(nodes)
    kz.imports(_x(), indicator("y.example", by="KZ"))
    kz.releases(X, to="AZ")
    pause()
    nodes.step()
    kz.releases(indicator("y.example")["id"], to="AZ")
    az.lines.spoil("KZ", on(OBJECTS, tampered(b"y.example", b"z.example")))
    az.syncs("KZ")
    assert az.looks_up("z.example") == {}
    assert list(az.quarantine("KZ").values()) == ["no release to this audience lists it"]
    az.lines.mend("KZ")
    pause()
    az.syncs("KZ")
    assert az.looks_up("x.example") == {"KZ": Tlp.GREEN}


def key_is_not_yet_known(nodes: Nodes, pause: Pause) -> None:
    """KZ has a new key. What it says waits at AZ with its octets, until its new card is admitted there."""
    kz, az, uz = _three(nodes)
    (new,) = nodes.found("KZ", key="2")
    new.meets(az)
    acts.card(new.services)
    new.imports(_x())
    new.releases(X, to="AZ")
    uz.imports(indicator("u.example", by="UZ"))
    uz.releases(indicator("u.example")["id"], to="AZ")
    az.lines._ends[str(kz.own.url)] = _as_the_old_one(new, az)
    pause()
    az.syncs()
    assert az.looks_up("x.example") == {}
    assert X in az.quarantine("KZ")
    assert az.looks_up("u.example") == {"UZ": Tlp.GREEN}, "nobody else is held up"
    nodes.step()
    az.meets(new)
    pause()
    az.syncs("KZ")
    assert az.looks_up("x.example") == {"KZ": Tlp.GREEN}
    assert az.quarantine("KZ") == {}


def node_is_founded_anew(nodes: Nodes, pause: Pause) -> None:
    """KZ's new node numbers its statements from 1: what the old one withdrew it can give, and what it gave withdraw."""
    kz, az, _ = _three(nodes)
    taken_back, kept = _x(), indicator("y.example", by="KZ")
    kz.imports(taken_back, kept)
    kz.releases(X, to="AZ")
    for value in (indicator("a.example", by="KZ"), kept):
        kz.imports(value)
        kz.releases(value["id"], to="AZ")
    kz.withdraws(X)
    pause()
    az.syncs("KZ")
    (new,) = nodes.found("KZ", key="2")
    nodes.step()
    new.meets(az)
    az.meets(new)
    new.imports(taken_back, kept)
    new.releases(X, to="AZ")
    az.syncs("KZ")
    assert az.looks_up("x.example") == {"KZ": Tlp.GREEN}
    nodes.step()
    new.releases(kept["id"], to="AZ")
    nodes.step()
    new.withdraws(kept["id"])
    pause()
    az.syncs("KZ")
    assert az.looks_up("y.example") == {}
    assert az.looks_up("x.example") == {"KZ": Tlp.GREEN}


def _as_the_old_one(new: Node, reader: Node) -> Any:
    """The new node answers at the old address, and overlooks that the tokens name the old key."""
    from tests.federation.dishonest import answer_whatever_the_token

    return answer_whatever_the_token(new, reader)


# Many writers, one reader


def many_writers_one_reader(nodes: Nodes, pause: Pause) -> None:
    kz, az, _ = _three(nodes)
    # A second opening of the same store stands for another process: it shares no lock with the first.
    (again,) = nodes.found_again("KZ")
    made: list[str] = []

    def write(node: Node, writer: int) -> None:
        for n in range(6):
            value = indicator(f"w{writer}n{n}.example", by="KZ")
            node.imports(value)
            node.releases(value["id"], to="AZ")
            made.append(value["id"])

    writers = [
        threading.Thread(target=write, args=(node, number)) for number, node in enumerate((kz, again, kz, again))
    ]
    inbox, seen = Follower(az, kz, party_audience(az.ref)), []
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen += inbox.reads()
    seen += inbox.reads()
    for writer in writers:
        writer.join()
    assert sorted(seen) == sorted(made), "no row is missed, none comes twice"
    pause()
    az.syncs("KZ")
    assert all(az.holds(stix_id) for stix_id in made)
    assert az.alarms() == []
