"""Caveats on the wire: who is barred hears nothing, what is over is not read, and who got it is bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import indicator, malware, marking

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import RefusedProblem, UnknownProblem
from kenesh.doors.accounts.keeping import add_account
from kenesh.doors.acts import explain_for
from kenesh.doors.ceilings import set_ceiling
from kenesh.doors.exporting import Selection, Shape, export
from kenesh.holdings.leaving import load_of
from kenesh.ledger.acts import ActKind
from kenesh.parties.roles import AccountRole
from kenesh.release.caveats import Caveats
from kenesh.stix.marking import Tlp
from kenesh.stix.pap import Pap

POISON: Final = malware("poison", Tlp.GREEN, by="KZ")
CONTROL: Final = indicator("c2.example", Tlp.GREEN, by="KZ")


@pytest.fixture
def nodes(tmp_path: Path, database: OpenStore, loop: Loop) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path, database, loop)
    yield nodes
    nodes.close()


@pytest.fixture
def circle(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ keeps a body in which AZ and TR are too."""
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    body = kz.forms("cert")
    for code in ("AZ", "TR"):
        kz.admits(code, body.id)
    nodes.step()
    for node in (az, tr):
        node.syncs()
    nodes.step()
    kz.imports(POISON, CONTROL)
    return kz, az, tr


def rule_against(node: Node, to: str, **wish: object) -> str:
    with pytest.raises(RefusedProblem) as refused:
        node.releases(POISON["id"], to=to, **wish)
    return str(refused.value.params["refused"][0]["rule"])


def test_who_is_barred_gets_nothing_of_what_a_circle_gets(circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    outcome = kz.releases(POISON["id"], to="body:cert", not_for="TR")
    assert outcome.reaches == {"body:cert": ["AZ"]}
    kz.releases(CONTROL["id"], to="body:cert")
    for node in (az, tr):
        node.syncs()
    assert az.current(POISON["id"]) and az.current(CONTROL["id"]) and tr.current(CONTROL["id"])
    # Neither the object nor the release, nor a gap in the numbers where it should be.
    assert not tr.current(POISON["id"])
    assert not tr.current(outcome.statements[0].id)
    assert tr.alarms() == az.alarms() == []


def test_what_was_barred_is_withdrawn_without_a_word_to_who_was_barred(circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    kz.releases(POISON["id"], to="body:cert", not_for="TR")
    az.syncs()
    withdrawal = kz.withdraws(POISON["id"])
    assert withdrawal.recipients == ("AZ",)
    for node in (az, tr):
        node.syncs()
    assert not az.current(POISON["id"])
    assert not tr.current(withdrawal.statements[0].id)
    assert tr.alarms() == az.alarms() == []


def test_who_got_it_cannot_pass_it_on_to_who_is_barred(circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    kz.releases(POISON["id"], to="AZ", not_for="TR")
    az.syncs()
    assert rule_against(az, "TR") == "CAV-02"
    assert rule_against(az, "body:cert") == "CAV-04"
    az.releases(POISON["id"], to="body:cert", not_for="TR")
    tr.syncs()
    assert not tr.current(POISON["id"])


def test_a_release_without_the_bar_reaches_who_was_barred(circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    kz.releases(POISON["id"], to="body:cert", not_for="TR")
    kz.releases(POISON["id"], to="body:cert")
    for node in (az, tr):
        node.syncs()
        assert node.current(POISON["id"])
    assert kz.releases(POISON["id"], to="body:cert", not_for="AZ").statements == []


def test_what_is_over_is_read_by_nobody_any_more(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    until = Instant(kz.clock.now() + HOUR)
    kz.releases(POISON["id"], to="body:cert", caveats=Caveats(valid_until=until))
    az.syncs()
    assert az.person_sees(POISON["id"])
    nodes.step(2 * 3600)
    assert not az.person_sees(POISON["id"])
    tr.syncs()
    assert not tr.current(POISON["id"])
    assert tr.alarms() == []
    with pytest.raises(UnknownProblem):
        az.releases(POISON["id"], to="TR", caveats=Caveats(valid_until=until))
    # The releaser can still take it back, with proof.
    assert kz.withdraws(POISON["id"]).recipients == ("AZ", "TR")


def test_what_is_over_is_looked_up_hunted_and_exported_by_nobody_any_more(
    nodes: Nodes, circle: tuple[Node, Node, Node], tmp_path: Path
) -> None:
    kz, az, _ = circle
    log = tmp_path / "queries.log"
    log.write_text("2026-01-31T12:00:00Z c2.example\n")
    kz.releases(CONTROL["id"], to="AZ", caveats=Caveats(valid_until=Instant(kz.clock.now() + HOUR)))
    az.syncs()
    assert az.hunts(log) == ["c2.example"]
    assert az.looks_up("c2.example") == {"KZ": Tlp.GREEN}
    assert _blocked(az) == ["c2.example"]
    nodes.step(2 * 3600)
    assert az.hunts(log) == []
    assert az.looks_up("c2.example") == {}
    assert _blocked(az) == []
    # Its author looks for it on.
    assert kz.hunts(log) == ["c2.example"]


def _blocked(node: Node) -> list[str]:
    """The names that this node tells a tool."""
    written: list[bytes] = []
    export(
        node.services,
        node.services.person("duty officer"),
        Selection(everything=True),
        Shape("list", kind="domain"),
        lambda file, octets: written.append(octets),
    )
    return [line for line in b"".join(written).decode().splitlines() if line and not line.startswith("#")]


def test_a_newer_version_through_a_circle_hides_no_hit_from_who_is_not_cleared(
    nodes: Nodes, circle: tuple[Node, Node, Node], tmp_path: Path
) -> None:
    kz, az, _ = circle
    log = tmp_path / "queries.log"
    log.write_text("2026-01-31T12:00:00Z c2.example\n2026-01-31T12:00:00Z moved.example\n")
    kz.releases(CONTROL["id"], to="AZ")
    kz.imports(CONTROL | {"modified": later(), "pattern": "[domain-name:value = 'moved.example']"})
    kz.releases(CONTROL["id"], to="body:cert")
    az.syncs()
    account, _ = add_account(az.services, "who is cleared for none", (AccountRole.DUTY_OFFICER,), "console")
    assert az.hunts(log) == ["moved.example"]
    assert az.hunts(log, az.services.holder(account)) == ["c2.example"]


def test_a_release_s_pap_and_purpose_bind_what_leaves_the_recipient(circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    kz.releases(CONTROL["id"], to="AZ", caveats=Caveats(pap=Pap.AMBER, purpose="the summit"))
    az.syncs()
    with az.services.store.reading() as tx:
        numbers = [held.num for held in tx.versions.current_of([CONTROL["id"]]).values()]
        (item,) = load_of(tx, az.services.person("duty officer"), numbers, az.clock.now()).value.items
    assert item.pap(item.value(), {}) is Pap.AMBER
    assert item.licences == ("Given for this purpose alone: the summit", "Given under PAP:AMBER.")
    assert item.sources == ("KZ",)


def test_a_hidden_source_is_named_by_no_export_and_its_object_is_not_passed_on(
    circle: tuple[Node, Node, Node],
) -> None:
    kz, az, _ = circle
    hidden = Caveats(source_hidden=True)
    kz.releases(POISON["id"], to="AZ", caveats=hidden)
    az.syncs()
    with az.services.store.reading() as tx:
        numbers = [held.num for held in tx.versions.current_of([POISON["id"]]).values()]
        (item,) = load_of(tx, az.services.person("duty officer"), numbers, az.clock.now()).value.items
    assert item.sources == ()
    assert rule_against(az, "TR", caveats=hidden) == "CAV-05"


def test_an_object_s_own_pap_is_not_made_wider(circle: tuple[Node, Node, Node]) -> None:
    kz, _, _ = circle
    kz.imports(malware("kept", Tlp.GREEN, by="KZ", labels=["pap:red"]) | {"id": POISON["id"], "modified": later()})
    assert rule_against(kz, "AZ", caveats=Caveats(pap=Pap.GREEN)) == "CAV-06"
    kz.releases(POISON["id"], to="AZ", caveats=Caveats(pap=Pap.RED))


def later() -> str:
    return "2026-12-31T00:00:00.000Z"


def test_a_new_version_follows_under_the_caveats_of_the_release(circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    kz.releases(POISON["id"], to="body:cert", follow=True, not_for="TR")
    newer = POISON | {"modified": later(), "description": "more is known"}
    kz.imports(newer)
    for node in (az, tr):
        node.syncs()
    assert [held.modified for held in az.current(POISON["id"])] == [later()]
    assert not tr.current(POISON["id"])
    (hold,) = [h for held in az.current(POISON["id"]) for h in _holds(az, held.num)]
    assert replace(hold, caveats=Caveats()) != hold


def _holds(node: Node, num: int) -> list[object]:
    with node.services.store.reading() as tx:
        return list(tx.holds.in_force([num])[num])


def test_a_ceiling_changes_the_answer_at_once_and_is_in_the_record(circle: tuple[Node, Node, Node]) -> None:
    kz, az, tr = circle
    amber = malware("kept close", Tlp.AMBER, by="KZ")
    kz.imports(amber)
    kz.releases(amber["id"], POISON["id"], to="body:cert")
    set_ceiling(kz.services, "TR", Tlp.GREEN, "console")
    for node in (az, tr):
        node.syncs()
    assert az.current(amber["id"]) and az.current(POISON["id"]) and tr.current(POISON["id"])
    assert not tr.current(amber["id"])
    with pytest.raises(RefusedProblem) as refused:
        kz.releases(amber["id"], to="TR")
    assert refused.value.params["refused"][0]["rule"] == "CEI-01"
    assert explain_for(kz.services, kz.services.person("console"), amber["id"], "TR").rule == "CEI-01"
    set_ceiling(kz.services, "TR", None, "console")
    kz.releases(amber["id"], to="TR")
    tr.syncs()
    assert tr.current(amber["id"])
    with kz.services.store.reading() as tx:
        kinds = [recorded.act.kind for recorded in tx.ledger.acts(0, 1000)]
    assert kinds.count(ActKind.SETTINGS_CHANGED) == 2


def test_a_looser_word_of_another_under_the_same_marking_widens_nothing(circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    strict = marking("ours", {"definition_type": "statement", "definition": {"statement": "PAP:RED"}})
    loose = strict | {"definition": {"statement": "PAP:GREEN"}}
    marked = malware("bound", by="KZ") | {"id": POISON["id"], "modified": later()}
    marked["object_marking_refs"] = [Tlp.GREEN.marking_ref, strict["id"]]
    kz.imports(strict, marked)
    az.imports(loose)
    az.releases(loose["id"], to="KZ", label=Tlp.GREEN)
    kz.syncs()
    assert rule_against(kz, "AZ", caveats=Caveats(pap=Pap.GREEN)) == "CAV-06"
    with kz.services.store.reading() as tx:
        numbers = [held.num for held in tx.versions.current_of([POISON["id"]]).values()]
        load = load_of(tx, kz.services.person("duty officer"), numbers, kz.clock.now()).value
    (item,) = load.items
    assert item.pap(item.value(), load.words) is Pap.RED
