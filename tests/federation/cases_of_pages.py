"""Cases of pages that come badly, keys that are not known yet, and many who write (design: cases.md)."""

from __future__ import annotations

import threading
from typing import Any

from tests.federation.cases_of_authors import X, three, x_of_kz
from tests.federation.cases_of_membership import Pause
from tests.federation.dishonest import answer_whatever_the_token
from tests.federation.following import Follower
from tests.federation.lines import cut, dropped, on, reordered, repeated, tampered, truncated
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator

from kenesh.doors import acts
from kenesh.release.audience import party_audience
from kenesh.stix.marking import Tlp

OBJECTS = "/objects/?"


def _reads_badly(nodes: Nodes, pause: Pause, *faults: Any, then: bool = True) -> None:
    """KZ releases twice, one page is spoiled; in the end AZ has everything, and nothing waits."""
    kz, az, _ = three(nodes)
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
    kz, az, _ = three(nodes)
    kz.imports(x_of_kz(), indicator("y.example", by="KZ"))
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
    kz, az, uz = three(nodes)
    (new,) = nodes.found("KZ", key="2")
    new.meets(az)
    acts.card(new.services)
    new.imports(x_of_kz())
    new.releases(X, to="AZ")
    uz.imports(indicator("u.example", by="UZ"))
    uz.releases(indicator("u.example")["id"], to="AZ")
    az.lines._ends[str(kz.own.url)] = answer_whatever_the_token(new, az)
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
    kz, az, _ = three(nodes)
    taken_back, kept = x_of_kz(), indicator("y.example", by="KZ")
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


def many_writers_one_reader(nodes: Nodes, pause: Pause) -> None:
    kz, az, _ = three(nodes)
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
