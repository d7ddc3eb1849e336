"""Who rewrites its own record, with its own key, is found out by its peers, and they say from which leaf on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, update
from tests.federation.lines import Fault, answered, on, remade
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import indicator
from tests.federation.rewriting import change_an_act, make_anew, remove_an_act, slip_in_an_act

from kenesh.basis.instants import HOUR, Instant
from kenesh.doors.keeping import close_record, verify_record
from kenesh.edges.store import schema as s
from kenesh.edges.store.database import Database, open_engine
from kenesh.federation.record_faults import UNTOLD
from kenesh.federation.record_line import CONSISTENCY_PATH, HEADS_PATH
from kenesh.ledger.acts import ActKind
from kenesh.ledger.book import begin_epoch
from kenesh.ledger.log import INTERVAL
from kenesh.parties.bodies import Role
from kenesh.stix.marking import Tlp

AN_HOUR = HOUR // INTERVAL


@pytest.fixture
def three(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ, AZ and TR; KZ does something in each of three hours, and the others read it after each."""
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    for name in ("first", "second", "third"):
        nodes.step(60)
        kz.forms(f"the-{name}")
        nodes.step(3600)
        close_record(kz.services)
        for reader in (az, tr):
            reader.syncs("KZ")
    return kz, az, tr


def an_hour_passes(nodes: Nodes, *all_nodes: Node) -> None:
    nodes.step(3600)
    for node in all_nodes:
        close_record(node.services)
    for node in all_nodes:
        node.syncs()


def number_of(node: Node, kind: ActKind, which: int) -> int:
    """The number of an act of that kind in the record."""
    with node.services.store.reading() as tx:
        acts = [one for one in tx.ledger.acts(-1, 1000) if one.act is not None and one.act.kind == kind]
    return acts[which].number


def leaf_of(node: Node, number: int) -> int:
    """In which interval an act stands."""
    with node.services.store.reading() as tx:
        placed = tx.ledger.placed(1, 0, None)
    (found,) = [interval for interval, acts in placed.items() if number in acts]
    return found


def record_alarms(node: Node) -> list[tuple[str, str]]:
    return [(code, about) for code, about in node.alarms() if code.startswith("record-")]


def contradicted(node: Node) -> list[tuple[str, str | int]]:
    """What the node's own record says of others': whose, and from which leaf on."""
    with node.services.store.reading() as tx:
        acts = [one.act for one in tx.ledger.acts(-1, 1000) if one.act is not None]
    return [(a.subject, a.details["from_leaf"]) for a in acts if a.kind == ActKind.PEER_HEAD_CONTRADICTED]


def test_a_record_that_only_grew_raises_no_alarm(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, tr = three
    for _ in range(2):
        an_hour_passes(nodes, *three)
    assert [record_alarms(node) for node in three] == [[], [], []]
    assert [size // AN_HOUR for size in heads_kept(az, kz)] == [1, 2, 3, 4, 5]
    # TR was read later: its first head stands for all the hours before.
    assert [size // AN_HOUR for size in heads_kept(az, tr)] == [4, 5]


Rewriting = Callable[[Node], None]
REWRITINGS: dict[str, tuple[Rewriting, int]] = {
    "an entry of the second hour is changed": (
        lambda kz: change_an_act(kz.services, number_of(kz, ActKind.BODY_FORMED, 1), "nobody"),
        1,
    ),
    "an entry of the third hour is taken out": (
        lambda kz: remove_an_act(kz.services, number_of(kz, ActKind.BODY_FORMED, 2)),
        2,
    ),
    "an entry is added in the first hour": (
        lambda kz: slip_in_an_act(kz.services, Instant(kz.clock.now() - 3 * HOUR)),
        0,
    ),
}


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_a_record_rewritten_with_its_own_key_is_found_out_by_every_peer_and_from_which_leaf_on(
    nodes: Nodes, three: tuple[Node, Node, Node], rewriting: str
) -> None:
    kz, az, tr = three
    rewrite, hours = REWRITINGS[rewriting]
    rewrite(kz)
    assert verify_record(kz.services).faults == [], "alone, nobody can tell"
    for node in (az, tr):
        (report,) = node.syncs("KZ")
        (fault,) = report.record
        kept = heads_kept(node, kz)
        assert (fault.code, fault.party) == ("record-rewritten", "KZ")
        assert fault.from_leaf == (kept[hours - 1] if hours else 0)
        assert record_alarms(node) == [("record-rewritten", "KZ")]
        assert contradicted(node) == [("KZ", fault.from_leaf)]


def heads_kept(node: Node, other: Node) -> list[int]:
    with node.services.store.reading() as tx:
        return [one.head.size for one in tx.witnessed.of_epoch(other.ref, other.own.kid, 1, -1, 100)]


def test_the_alarm_is_raised_once_and_blocks_nothing(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, _ = three
    change_an_act(kz.services, number_of(kz, ActKind.BODY_FORMED, 1), "nobody")
    az.syncs("KZ")
    for _ in range(3):
        an_hour_passes(nodes, kz, az)
    assert record_alarms(az) == [("record-rewritten", "KZ")]
    value = indicator("evil.example", by="KZ")
    kz.imports(value)
    kz.releases(value["id"], to="AZ")
    (report,) = az.syncs("KZ")
    assert report.problem == ""
    assert az.holds(value["id"]) == {"KZ": Tlp.GREEN}


def test_the_node_itself_hears_of_it_from_its_peers(three: tuple[Node, Node, Node]) -> None:
    """An auditor of the node finds what its administrator did, with the head that a peer kept."""
    kz, _, _ = three
    kept = heads_kept(three[1], kz)
    remove_an_act(kz.services, number_of(kz, ActKind.BODY_FORMED, 1))
    (report,) = kz.syncs("AZ")
    assert [(one.code, one.party, one.from_leaf) for one in report.record] == [("record-rewritten", "KZ", kept[0])]
    (fault,) = verify_record(kz.services).faults
    assert "does not hold" in fault
    assert str(kept[-1]) in fault


def copied(nodes: Nodes, node: Node, folder: Path) -> Node:
    """A second copy of the node with its key, over a copy of its store."""
    with node.services.store.reading():
        shutil.copy(str(node.database.engine.url.database), folder / "copy.db")
    (folder / "copy.db-wal").write_bytes(Path(f"{node.database.engine.url.database}-wal").read_bytes())
    return nodes._wired(node.code, "", Database(open_engine(f"sqlite:///{folder}/copy.db")), "again")


def leads_to(other: Node) -> Fault:
    """The line ends at another node than it seems to."""
    return lambda request, answering: other.answering(request)


def test_who_shows_two_histories_to_two_peers_is_found_out_when_one_tells_the_other(
    nodes: Nodes, three: tuple[Node, Node, Node], tmp_path: Path
) -> None:
    kz, az, tr = three
    other = copied(nodes, kz, tmp_path)
    tr.lines.spoil("KZ", leads_to(other))
    nodes.step(60)
    kz.forms("only-az-is-to-know")
    both = heads_kept(az, kz)[-1]
    nodes.step(3600)
    for node in (kz, other):
        close_record(node.services)
    az.syncs("KZ")
    tr.syncs("KZ")
    assert record_alarms(az) == record_alarms(tr) == [], "each sees a record that only grew"
    (report,) = az.syncs("TR")
    (fault,) = report.record
    assert (fault.code, fault.party, fault.from_leaf) == ("record-two-histories", "KZ", both)
    tr.syncs("AZ")
    assert record_alarms(tr) == [("record-two-histories", "KZ")]


def test_two_copies_of_one_node_with_one_key_are_an_alarm_on_every_peer(
    nodes: Nodes, three: tuple[Node, Node, Node], tmp_path: Path
) -> None:
    """A copy that was started by mistake answers in turn with the node itself."""
    kz, az, tr = three
    other = copied(nodes, kz, tmp_path)
    for node, name in ((kz, "here"), (other, "there")):
        node.forms(name)
    nodes.step(3600)
    for node in (kz, other):
        close_record(node.services)
    for peer in (az, tr):
        peer.syncs("KZ")
        peer.lines.spoil("KZ", leads_to(other))
        peer.syncs("KZ")
        assert record_alarms(peer) == [("record-rewritten", "KZ")]


def test_a_head_that_only_another_was_shown_is_asked_about(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    """AZ slept for an hour; what TR was shown meanwhile binds KZ before AZ too."""
    kz, az, tr = three
    nodes.step(3600)
    close_record(kz.services)
    tr.syncs("KZ")
    az.syncs("TR")
    change_an_act(kz.services, number_of(kz, ActKind.BODY_FORMED, 2), "nobody")
    (report,) = az.syncs("KZ")
    assert {one.code for one in report.record} == {"record-rewritten", "record-two-histories"}
    assert {one.from_leaf for one in report.record} == {heads_kept(az, kz)[1], UNTOLD}


def test_a_head_that_another_was_shown_and_that_holds_is_kept(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, tr = three
    before = heads_kept(az, kz)
    nodes.step(3600)
    close_record(kz.services)
    tr.syncs("KZ")
    az.syncs("TR")
    assert heads_kept(az, kz) == before, "it is only heard yet"
    az.syncs("KZ")
    assert len(heads_kept(az, kz)) == len(before) + 1
    assert record_alarms(az) == []


def test_leaves_that_were_taken_away_are_missed(three: tuple[Node, Node, Node]) -> None:
    kz, az, _ = three
    with kz.database.writing() as tx:
        size = heads_kept(az, kz)[1]
        tx.connection.execute(delete(s.ledger_heads).where(s.ledger_heads.c.size > size))
        tx.connection.execute(delete(s.ledger_acts).where(s.ledger_acts.c.interval >= size))
        tx.connection.execute(update(s.ledger_epochs).values(size=size))
        make_anew(kz.services, tx)
    (report,) = az.syncs("KZ")
    assert [(one.code, one.from_leaf) for one in report.record] == [("record-shortened", size)]


def test_a_node_that_shows_no_head_any_more_is_asked_why(three: tuple[Node, Node, Node]) -> None:
    _, az, _ = three
    az.lines.spoil("KZ", on(HEADS_PATH, answered(404)))
    (report,) = az.syncs("KZ")
    assert [one.code for one in report.record] == ["record-shortened"]


def test_a_node_that_began_a_new_epoch_is_asked_about_its_backup(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, tr = three
    with kz.database.writing() as tx:
        begin_epoch(tx.ledger, kz.clock.now())
    an_hour_passes(nodes, kz, az, tr)
    an_hour_passes(nodes, kz, az, tr)
    assert record_alarms(az) == record_alarms(tr) == [("record-restarted", "KZ")]


@pytest.mark.parametrize("what", [answered(404), lambda request, answering: remade(answering(request), b'{"path":[]}')])
def test_a_head_without_a_proof_is_not_believed(nodes: Nodes, three: tuple[Node, Node, Node], what: Fault) -> None:
    kz, az, _ = three
    az.lines.spoil("KZ", on(CONSISTENCY_PATH, what))
    an_hour_passes(nodes, kz, az)
    assert record_alarms(az) == [("record-rewritten", "KZ")]


@pytest.mark.parametrize("status", [500, 503, 401])
def test_a_peer_that_cannot_answer_now_is_asked_again(
    nodes: Nodes, three: tuple[Node, Node, Node], status: int
) -> None:
    kz, az, _ = three
    before = heads_kept(az, kz)
    az.lines.spoil("KZ", on(CONSISTENCY_PATH, answered(status), times=1))
    an_hour_passes(nodes, kz, az)
    assert (record_alarms(az), heads_kept(az, kz)) == ([], before)
    az.syncs("KZ")
    assert (record_alarms(az), len(heads_kept(az, kz))) == ([], len(before) + 1)


@pytest.mark.parametrize("lie", [{"root": "00" * 32}, {"size": 10**6}, {"epoch": 9}, {"signature": "e30..e30"}])
def test_nobody_is_accused_by_what_he_did_not_sign(
    nodes: Nodes, three: tuple[Node, Node, Node], lie: dict[str, object]
) -> None:
    """TR passes on a head of KZ's that it made up."""
    kz, az, tr = three

    def lying(request: object, answering: Callable[[object], object]) -> object:
        answer = answering(request)
        document = msgspec.json.decode(answer.content)  # type: ignore[attr-defined]  # an answer of httpx
        heads = [one | lie if one["party"] == kz.ref else one for one in document["heads"]]
        return remade(answer, msgspec.json.encode({"heads": heads}))  # type: ignore[arg-type]  # the same

    az.lines.spoil("TR", on(HEADS_PATH, lying))  # type: ignore[arg-type]  # the same
    an_hour_passes(nodes, kz, az, tr)
    assert record_alarms(az) == []


def test_heads_are_for_admitted_nodes_alone(three: tuple[Node, Node, Node]) -> None:
    kz, az, _ = three
    path = f"{CONSISTENCY_PATH}?epoch=1&old=1&new=2"
    assert az.gets(path, kz).status_code == 200
    assert az.gets(path, kz, Authorization="").status_code == 401
    assert az.gets(f"{CONSISTENCY_PATH}?epoch=1&old=2&new=10000000", kz).status_code == 404
    assert az.gets(f"{CONSISTENCY_PATH}?epoch=7&old=0&new=0", kz).status_code == 404
    assert az.gets(f"{CONSISTENCY_PATH}?epoch=x&old=0&new=0", kz).status_code == 400


@pytest.mark.parametrize("role", [Role.MEMBER])
def test_heads_are_exchanged_on_both_databases(tmp_path: Path, database: OpenStore, loop: object, role: Role) -> None:
    nodes = Nodes(tmp_path, database, loop)  # type: ignore[arg-type]  # the fixture of the lines
    kz, az = nodes.found("KZ", "AZ")
    nodes.introduce()
    kz.forms("circle")
    kz.admits("AZ", "circle", role)
    for _ in range(2):
        an_hour_passes(nodes, kz, az)
    remove_an_act(kz.services, number_of(kz, ActKind.BODY_FORMED, 0))
    (report,) = az.syncs("KZ")
    assert [(one.code, one.from_leaf) for one in report.record] == [("record-rewritten", 0)]
    nodes.close()
