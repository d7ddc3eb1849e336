"""An answer is confirmed by who asked, at once and by itself, to all who got the answer; and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import moment

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.doors import recalling
from kenesh.holdings.rows import HeldVersion
from kenesh.release.recalls import RECEIPT, Outcome, Receipt
from kenesh.response.kinds import CASE, REPORT, TASK, UPDATE
from kenesh.stix.marking import Tlp
from kenesh.stix.register import common_properties

CASE_REF = f"{CASE.name}--{named_uuid('test', 'case')}"
TASK_REF = f"{TASK.name}--{named_uuid('test', 'task')}"
ROOM = "body:wiper"


def stated(node: Node, of_type: str, seed: str, **more: Any) -> dict[str, Any]:
    """An object of this party's, as its person writes it."""
    value = common_properties(of_type, f"{of_type}--{named_uuid('test', seed)}", moment(0), node.ref)
    return value | {"object_marking_refs": [Tlp.AMBER.marking_ref]} | more


def update(node: Node, name: str = "update", version: int = 0, **more: Any) -> dict[str, Any]:
    value = {"target_ref": TASK_REF, "case_ref": CASE_REF, "status": "accepted", "modified": moment(version)}
    return stated(node, UPDATE.name, name, **(value | more))


def gives(node: Node, value: dict[str, Any], to: str) -> None:
    node.imports(value)
    node.releases(value["id"], to=to)


def receipts(node: Node, of_ref: str) -> list[tuple[str, str, Instant]]:
    """Of whom this node has receipts of an answer: for which version, and when it had come."""
    with node.services.store.reading() as tx:
        held = tx.versions.linked_to(of_ref, [RECEIPT.name])
        raws = tx.versions.raw([one.num for one in held])
        values = {one.num: msgspec.json.decode(raws[one.num]) for one in held}
        return [(tx.parties.code_of(one.writer), *_read(values[one.num])) for one in sorted(held, key=_id)]


def _id(held: HeldVersion) -> str:
    return held.id


def _read(value: dict[str, Any]) -> tuple[str, Instant]:
    assert value["outcome"] == Outcome.RECEIVED.value
    return value["of_modified"], instant_of(value["created"])


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, open_in: Callable[[Path], OpenStore], loop: Loop
) -> Iterator[Nodes]:
    """KZ leads a case, and has set TR a task in it; AZ is in the room too."""
    folder = tmp_path_factory.mktemp("acknowledged")
    nodes = Nodes(folder, open_in(folder), loop)
    kz, _, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    kz.forms("wiper")
    for code in ("AZ", "TR"):
        kz.admits(code, "wiper")
    case = {"name": "wiper", "kind": "cyber-incident", "exercise": False, "aware_at": moment(0)}
    gives(kz, stated(kz, CASE.name, "case", **case), ROOM)
    asked = {"name": "image", "case_ref": CASE_REF, "to_ref": tr.ref, "due_at": moment(3600)}
    gives(kz, stated(kz, TASK.name, "task", **asked), ROOM)
    nodes.settle()
    yield nodes
    nodes.close()


@pytest.fixture
def room(nodes: Nodes) -> tuple[Node, Node, Node]:
    return nodes["KZ"], nodes["AZ"], nodes["TR"]


def test_all_in_the_room_know_when_the_answer_had_come(nodes: Nodes, room: tuple[Node, Node, Node]) -> None:
    kz, az, tr = room
    said = update(tr)
    gives(tr, said, ROOM)
    nodes.step(60)
    now = nodes.clock.now()
    kz.syncs("TR")
    expected = [("KZ", said["modified"], instant_of(stix_timestamp(now)))]
    assert receipts(kz, said["id"]) == expected
    nodes.settle()
    assert receipts(az, said["id"]) == receipts(tr, said["id"]) == expected


def test_each_version_has_its_own_and_the_same_again_has_none(nodes: Nodes, room: tuple[Node, Node, Node]) -> None:
    kz, _, tr = room
    first, second = update(tr, "revised"), update(tr, "revised", 60, status="done")
    gives(tr, first, ROOM)
    nodes.settle()
    gives(tr, second, ROOM)
    nodes.settle()
    found = receipts(kz, first["id"])
    assert sorted(modified for _, modified, _ in found) == [first["modified"], second["modified"]]
    assert sorted(receipts(tr, first["id"])) == sorted(found)


def test_what_is_answered_in_private_is_confirmed_in_private(nodes: Nodes, room: tuple[Node, Node, Node]) -> None:
    _, az, tr = room
    said = update(tr, "private")
    gives(tr, said, "KZ")
    nodes.settle()
    assert len(receipts(tr, said["id"])) == 1
    assert receipts(az, said["id"]) == []


def test_nobody_confirms_what_was_not_asked_by_him(nodes: Nodes, room: tuple[Node, Node, Node]) -> None:
    kz, az, tr = room
    elsewhere = update(tr, "elsewhere", target_ref=f"{TASK.name}--{named_uuid('test', 'no such task')}")
    gives(tr, elsewhere, ROOM)
    nodes.settle()
    assert receipts(kz, elsewhere["id"]) == receipts(az, elsewhere["id"]) == []


def test_a_report_is_confirmed_by_the_lead_and_its_answer_by_the_reporter(
    nodes: Nodes, room: tuple[Node, Node, Node]
) -> None:
    kz, az, tr = room
    step = {"case_ref": CASE_REF, "regime": "nis2", "aware_at": moment(0)}
    warning = stated(tr, REPORT.name, "warning", **step, stage="early-warning")
    answer = stated(az, REPORT.name, "answer", **step, stage="answer", answers_ref=warning["id"])
    gives(tr, warning, ROOM)
    nodes.settle()
    gives(az, answer, ROOM)
    nodes.settle()
    assert [who for who, _, _ in receipts(az, warning["id"])] == ["KZ"]
    assert [who for who, _, _ in receipts(kz, answer["id"])] == ["TR"]


def test_a_receipt_of_an_answer_is_no_recall_that_waits_for_a_person(
    nodes: Nodes, room: tuple[Node, Node, Node]
) -> None:
    kz, _, tr = room
    gives(tr, update(tr, "one more"), ROOM)
    kz.syncs("TR")
    assert receipts(kz, update(tr, "one more")["id"])
    assert recalling.recalls(kz.services, "").waiting == []


def test_a_receipt_of_a_recall_reads_as_it_always_did() -> None:
    value = {"of_ref": "kenesh-withdrawal--1", "outcome": "applied", "objects": 2, "kept": 1, "forwarded_to": 3}
    assert Receipt.read(value) == Receipt("kenesh-withdrawal--1", Outcome.APPLIED, 2, 1, 3)
    assert Receipt.read(value).wire() == value
