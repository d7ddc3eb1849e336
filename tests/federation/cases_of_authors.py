"""Cases of passing on, and of two who state one id (design: cases.md)."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.federation.cases_of_membership import Pause
from tests.federation.dishonest import release_unchecked
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator, malware

from kenesh.federation.session import API_ROOT
from kenesh.release.audience import collection_id
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

X = indicator("x.example")["id"]


def three(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ is the author, AZ passes on, UZ gets it from AZ."""
    kz, az, uz = nodes.found("KZ", "AZ", "UZ")
    nodes.introduce()
    nodes.readings = (("AZ", "KZ"), ("UZ", "AZ"), ("UZ", "KZ"))
    return kz, az, uz


def x_of_kz(version: int = 0, by: str | None = "KZ", **more: Any) -> dict[str, Any]:
    return indicator("x.example", Tlp.GREEN, by=by, version=version, **more)


# B releases on an object of A


def passed_on_with_proof(nodes: Nodes, pause: Pause) -> None:
    kz, az, uz = three(nodes)
    secret = malware("another object of that release", by="KZ")
    kz.imports(x_of_kz(), secret)
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
    kz, az, uz = three(nodes)
    kz.imports(x_of_kz(by=None))
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
    lie = x_of_kz(version=5, pattern="[domain-name:value = 'good.example']")
    tr.imports(lie)
    tr.releases(X, to="UZ")
    uz.syncs("TR")
    kz.imports(x_of_kz())
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
    kz.imports(x_of_kz())
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
    release_unchecked(az, x_of_kz(version=9, revoked=True), "UZ")
    uz.syncs("AZ")
    assert uz.looks_up("x.example") == {"AZ": Tlp.GREEN}
    assert [party for party, _ in uz.conflicts(X)] == ["AZ"]


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
    kz, az, uz = three(nodes)
    az.imports(x_of_kz(pattern="[domain-name:value = 'good.example']"))
    az.releases(X, to="UZ")
    kz.imports(x_of_kz())
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
    kz, az, uz = three(nodes)
    (tr,) = nodes.found("TR")
    tr.meets(az)
    az.meets(tr)
    tr.imports(x_of_kz(pattern="[domain-name:value = 'good.example']"))
    tr.releases(X, to="AZ")
    az.syncs("TR")
    az.releases(X, to="UZ")
    pause()
    nodes.step()
    kz.imports(x_of_kz())
    kz.releases(X, to="AZ")
    pause()
    az.syncs("KZ")
    assert az.looks_up("good.example") == {}
    pause()
    uz.syncs("AZ")
    assert uz.looks_up("good.example") == {}
    assert uz.holds(X) == {}


def newer_version_by_another(nodes: Nodes, pause: Pause, **lie: Any) -> None:
    kz, az, uz = three(nodes)
    kz.imports(x_of_kz())
    kz.releases(X, to="UZ")
    uz.syncs("KZ")
    pause()
    az.imports(x_of_kz(9, **lie))
    az.releases(X, to="UZ")
    pause()
    uz.syncs()
    assert uz.looks_up("x.example") == {"KZ": Tlp.GREEN}
    assert [held.modified for held in uz.current(X)] == [x_of_kz()["modified"]]
    assert [party for party, _ in uz.conflicts(X)] == ["AZ"]
    assert ("conflict", X) in uz.alarms()
    with uz.services.store.reading() as tx:
        assert {atom.value for _, atom in tx.atoms.all_watched()} == {"x.example"}


def revocation_by_another(nodes: Nodes, pause: Pause) -> None:
    newer_version_by_another(nodes, pause, revoked=True)
