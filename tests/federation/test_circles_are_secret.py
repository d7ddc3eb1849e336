"""A circle's name, members and existence are its members': nothing of it ever comes to a node that is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator

from kenesh.basis.instants import DAY, Instant
from kenesh.doors import keeping
from kenesh.release.recalls import Ask, Recall
from kenesh.stix.marking import Tlp

NAME, TITLE = "canary-circle", "Canary-Circle"
BODY = f"body:{NAME}"


def _octets_of(node: Node) -> Iterator[tuple[str, bytes]]:
    """All that the node has on its disk, file by file, deleted pages and the log included."""
    yield from ((str(file), file.read_bytes()) for file in node.home.path.rglob("*") if file.is_file())
    store = node.database.engine.url.database
    assert store is not None
    for file in (Path(store), Path(f"{store}-wal")):
        yield str(file), file.read_bytes()


def test_no_octet_of_a_circle_comes_to_a_node_that_is_not_in_it(nodes: Nodes) -> None:
    """KZ and TR are in it, SEC keeps it. AZ gets some of the same objects in every other way that there is."""
    kz, tr, az, sec = nodes.found("KZ", "TR", "AZ", "SEC")
    nodes.introduce(depositary="SEC")
    sec.forms("council", council=True)
    for code in ("KZ", "TR", "AZ"):
        sec.admits(code, "council")
    circle = sec.forms(NAME)
    terms = [sec.admits(code, NAME).id for code in ("KZ", "TR")]
    nodes.settle()
    shared = indicator("shared.example", Tlp.GREEN, by="KZ")
    passed = indicator("passed.example", Tlp.GREEN, by="KZ")
    kz.imports(shared, passed)
    kz.releases(shared["id"], passed["id"], to=BODY, follow=True, reason="")
    kz.releases(shared["id"], to="AZ", follow=True)
    nodes.settle()
    # What came through the circle is passed on to who is not in it, as a GREEN marking allows.
    tr.releases(passed["id"], to="AZ")
    nodes.step()
    kz.imports(indicator("shared.example", Tlp.GREEN, by="KZ", version=1))
    nodes.settle()
    assert az.current(shared["id"])
    assert az.current(passed["id"])
    # Its author takes it back, wherever it went; receipts come from everywhere.
    kz.withdraws(passed["id"], Recall(Ask.DELETE, Instant(nodes.clock.now() + DAY)))
    nodes.settle()
    sec.ends("TR", NAME)
    nodes.settle()
    nodes.step(2 * 3600)
    for node in (kz, tr, az, sec):
        keeping.close_record(node.services)
    nodes.settle()
    assert not az.current(passed["id"])
    with sec.services.store.reading() as tx:
        statements = [s.id for s in tx.statements.recent(1000) if s.audience_ref == circle.id]
        about = [item for s in statements for item in msgspec.json.decode(_raw(sec, s)).get("entries", [])]
    assert len(statements) > 2
    secrets = {circle.id, NAME, TITLE, *terms, *statements}
    # The author's proof goes along with what is passed on: its leaf and path, and nobody else's.
    secrets |= {entry["salt"] for entry in about if entry["id"] != passed["id"]}
    for name, octets in _octets_of(az):
        assert not [secret for secret in secrets if secret.encode() in octets], name
    for name, octets in _octets_of(tr):
        if name.endswith(".db") and circle.id.encode() in octets:
            break
    else:
        raise AssertionError("who was in it has it: else this test looks in the wrong place")


def _raw(node: Node, statement_id: str) -> bytes:
    return msgspec.json.encode(node.statement(statement_id))


def test_a_circle_that_is_there_and_one_that_is_not_look_alike_to_whoever_is_not_in_it(nodes: Nodes) -> None:
    """Also to a party that has left: what it asks for afterwards is not there."""
    kz, az, sec = nodes.found("KZ", "AZ", "SEC")
    nodes.introduce(depositary="SEC")
    circle = sec.forms(NAME, council=True)
    sec.admits("KZ", NAME)
    nodes.settle()
    kz_sees = kz.gets("/taxii2/kenesh/collections/", sec).json()["collections"]
    az_sees = az.gets("/taxii2/kenesh/collections/", sec).json()["collections"]
    assert any(NAME in one["title"].lower() or TITLE in one["title"] for one in kz_sees)
    assert not any(NAME in msgspec.json.encode(one).decode().lower() for one in az_sees)
    sec.ends("KZ", NAME)
    assert [one["id"] for one in kz.gets("/taxii2/kenesh/collections/", sec).json()["collections"]] != []
    hidden = {one["id"] for one in kz_sees} - {one["id"] for one in az_sees}
    for uuid in (*hidden, circle.id.partition("--")[2]):
        answers = [az.gets(f"/taxii2/kenesh/collections/{one}/", sec) for one in (uuid, circle.id[-36:-1] + "0")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
