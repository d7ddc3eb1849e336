"""Recall with proof: what is asked back is erased, everyone who had it says so, and who is away says so later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import indicator

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import ForbiddenProblem, UnknownProblem, UsageProblem
from kenesh.doors import acts, recalling, searching
from kenesh.release.audience import party_audience
from kenesh.release.recalls import Ask, Outcome, Recall
from kenesh.release.statements import Withdrawn
from kenesh.stix.marking import Tlp

VALUE = "canary-9d41e7.example"
LONG = "http://" + "canary-b2c6f0" * 60 + ".example/"
X = indicator(VALUE, Tlp.GREEN, by="KZ", description="canary-55aa1c in words")
Y = indicator("long.example", Tlp.GREEN, by="KZ", pattern=f"[url:value = '{LONG}']")
CANARIES = (b"canary-9d41e7", b"canary-b2c6f0", b"canary-55aa1c")


@pytest.fixture
def anywhere(tmp_path: Path, database: OpenStore, loop: Loop) -> Iterator[Nodes]:
    """Nodes on each database."""
    nodes = Nodes(tmp_path, database, loop)
    yield nodes
    nodes.close()


def a_recall(node: Node, ask: Ask = Ask.DELETE) -> Recall:
    return Recall(ask, Instant(node.services.clock.now() + 24 * HOUR))


def passed_on(nodes: Nodes) -> tuple[Node, Node, Node, Node]:
    """KZ gives to AZ and TR; AZ passes on to UZ, and nobody else reads from it."""
    kz, az, tr, uz = nodes.found("KZ", "AZ", "TR", "UZ")
    nodes.introduce()
    nodes.readings = (("AZ", "KZ"), ("TR", "KZ"), ("UZ", "AZ"), ("AZ", "UZ"), ("KZ", "AZ"), ("KZ", "TR"))
    kz.imports(X, Y)
    kz.releases(X["id"], Y["id"], to="AZ,TR")
    nodes.settle()
    az.releases(X["id"], Y["id"], to="UZ")
    nodes.settle()
    assert all(node.looks_up(VALUE) for node in (az, tr, uz))
    return kz, az, tr, uz


def octets_of(nodes: Nodes, code: str) -> bytes:
    """Every octet that the node has on its disk: the store, its log, and what lies in its home."""
    stores = nodes.folder.glob(f"{code.lower()}.db*")
    homes = (path for path in (nodes.folder / code.lower()).rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in (*stores, *homes))


def test_a_recall_over_four_nodes_with_one_of_them_down(anywhere: Nodes) -> None:
    nodes = anywhere
    kz, az, tr, uz = passed_on(nodes)
    nodes.part("TR", "KZ")
    kz.withdraws(X["id"], a_recall(kz))
    assert kz.recalled(X["id"]) == {"AZ": None, "TR": None}
    nodes.settle()
    answers = kz.recalled(X["id"])
    assert answers["TR"] is None
    assert answers["AZ"] is not None
    assert (answers["AZ"].outcome, answers["AZ"].objects, answers["AZ"].forwarded_to) == (Outcome.APPLIED, 1, 1)
    assert "backups" in " ".join(answers["AZ"].not_covered)
    assert not az.looks_up(VALUE)
    assert not uz.looks_up(VALUE)
    assert tr.looks_up(VALUE), "it has not heard of it"
    (of_uz,) = az.recalled(X["id"]).values()
    assert of_uz is not None
    assert (of_uz.outcome, of_uz.objects, of_uz.forwarded_to) == (Outcome.APPLIED, 1, 0)
    nodes.join("TR", "KZ")
    nodes.settle()
    answer = kz.recalled(X["id"])["TR"]
    assert answer is not None
    assert answer.outcome is Outcome.APPLIED
    assert not tr.looks_up(VALUE)


def test_of_what_was_erased_no_octet_is_left(nodes: Nodes) -> None:
    kz, _, _, _ = passed_on(nodes)
    for code in ("AZ", "TR", "UZ"):
        # Its words are searched there too, and their keys go with them.
        searching.bring_up(nodes[code].services)
        assert all(canary in octets_of(nodes, code) for canary in CANARIES), "else this test shows nothing"
    kz.withdraws(X["id"], a_recall(kz))
    kz.withdraws(Y["id"], a_recall(kz))
    nodes.settle()
    for code in ("AZ", "TR", "UZ"):
        left = octets_of(nodes, code)
        assert [canary for canary in CANARIES if canary in left] == []
    assert kz.looks_up(VALUE), "its author keeps it"


def test_who_never_fetched_it_says_that_none_was_there(nodes: Nodes) -> None:
    kz, _ = nodes.found("KZ", "AZ")
    nodes.introduce()
    kz.imports(X)
    kz.releases(X["id"], to="AZ")
    kz.withdraws(X["id"], a_recall(kz))
    nodes.settle()
    answer = kz.recalled(X["id"])["AZ"]
    assert answer is not None
    assert (answer.outcome, answer.objects) == (Outcome.APPLIED, 0)
    assert b"canary-9d41e7" not in octets_of(nodes, "AZ")


def test_what_is_held_from_elsewhere_too_is_kept_and_the_receipt_says_so(nodes: Nodes) -> None:
    kz, az, _, _ = passed_on(nodes)
    az.imports(X)
    kz.withdraws(X["id"], a_recall(kz))
    nodes.settle()
    answer = kz.recalled(X["id"])["AZ"]
    assert answer is not None
    assert (answer.outcome, answer.objects, answer.kept) == (Outcome.APPLIED, 1, 1)
    assert az.looks_up(VALUE)


def test_what_is_asked_to_be_marked_is_not_erased(nodes: Nodes) -> None:
    kz, az, _, _ = passed_on(nodes)
    kz.withdraws(X["id"], a_recall(kz, Ask.MARK))
    nodes.settle()
    answer = kz.recalled(X["id"])["AZ"]
    assert answer is not None
    assert answer.outcome is Outcome.APPLIED
    assert az.versions(X["id"]), "it is held as withdrawn"
    assert not az.looks_up(VALUE)


@pytest.mark.parametrize("yes", [True, False])
def test_where_a_person_decides_the_recall_waits_and_then_is_applied_or_refused(nodes: Nodes, yes: bool) -> None:
    nodes.by_hand = frozenset({"AZ"})
    kz, az, _, _ = passed_on(nodes)
    made = kz.withdraws(X["id"], a_recall(kz))
    nodes.settle()
    answer = kz.recalled(X["id"])["AZ"]
    assert answer is not None
    assert answer.outcome is Outcome.RECEIVED
    assert not az.looks_up(VALUE), "withdrawn it is at once"
    (name,) = recalling.recalls(az.services, "").waiting
    assert name in {statement.id for statement in made.statements}
    assert b"canary-9d41e7" in octets_of(nodes, "AZ")
    recalling.decide_recall(az.services, name, "duty officer", refusal="" if yes else "evidence in a case")
    nodes.settle()
    answer = kz.recalled(X["id"])["AZ"]
    assert answer is not None
    assert (answer.outcome, answer.reason) == (
        (Outcome.APPLIED, "") if yes else (Outcome.REFUSED, "evidence in a case")
    )
    assert (b"canary-9d41e7" in octets_of(nodes, "AZ")) is not yes
    assert recalling.recalls(az.services, "").waiting == []
    with pytest.raises(UnknownProblem):
        recalling.decide_recall(az.services, name, "duty officer")


def test_released_anew_it_is_taken_in_anew(anywhere: Nodes) -> None:
    nodes = anywhere
    kz, az, _, _ = passed_on(nodes)
    kz.withdraws(X["id"], a_recall(kz))
    nodes.settle()
    kz.releases(X["id"], to="AZ")
    nodes.settle()
    assert set(az.looks_up(VALUE)) == {"KZ"}


@pytest.fixture
def circle(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ keeps a circle, and gives it X; AZ and TR are in it, and have fetched that."""
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    kz.forms("energy")
    kz.admits("AZ", "energy")
    kz.admits("TR", "energy")
    nodes.settle()
    kz.imports(X)
    kz.releases(X["id"], to="body:energy")
    nodes.settle()
    assert [bool(node.looks_up(VALUE)) for node in (az, tr)] == [True, True]
    return kz, az, tr


def outcomes(node: Node) -> dict[str, Outcome]:
    """Who has answered the recall of X, and how."""
    return {party: answer.outcome for party, answer in node.recalled(X["id"]).items() if answer is not None}


def test_a_recall_in_a_body_is_answered_by_each_member(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, _, _ = circle
    kz.withdraws(X["id"], a_recall(kz))
    nodes.settle()
    assert outcomes(kz) == {"AZ": Outcome.APPLIED, "TR": Outcome.APPLIED}


def test_who_left_the_circle_yesterday_is_asked_too(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, _, tr = circle
    kz.ends("TR", "energy")
    nodes.settle()
    nodes.step(24 * 3600)
    assert tr.looks_up(VALUE), "what it got it keeps, until it is asked back"
    kz.withdraws(X["id"], a_recall(kz))
    nodes.settle()
    assert outcomes(kz) == {"AZ": Outcome.APPLIED, "TR": Outcome.APPLIED}
    assert not tr.looks_up(VALUE)


@pytest.mark.parametrize("by_hand", [False, True])
def test_nobody_has_erased_what_he_never_gave(nodes: Nodes, by_hand: bool) -> None:
    nodes.by_hand = frozenset({"AZ"} if by_hand else ())
    kz, az, tr, _ = passed_on(nodes)
    nodes.readings = (*nodes.readings, ("AZ", "TR"), ("TR", "AZ"))
    kz.withdraws(X["id"])
    nodes.settle()
    assert az.versions(X["id"]), "withdrawn, and held as that"
    with tr.services.store.writing() as tx:
        asked = [Withdrawn(X["id"]), Withdrawn(Y["id"])]
        now = tr.services.clock.now()
        (made,) = tr.services.issuer.withdraw(tx, party_audience(az.ref), asked, "a lie", now, a_recall(tr))
    nodes.settle()
    assert az.holds(Y["id"]) == {"KZ": Tlp.GREEN}
    assert az.versions(X["id"])
    answer = tr.recalled(made.id)["AZ"]
    assert answer is not None
    assert (answer.outcome, answer.objects) == (Outcome.APPLIED, 0)
    assert recalling.recalls(az.services, "").waiting == []


def test_one_recall_is_asked_for_by_its_name(nodes: Nodes) -> None:
    kz, *_ = passed_on(nodes)
    made = kz.withdraws(X["id"], a_recall(kz))
    kz.withdraws(Y["id"])
    assert set(kz.recalled(made.statements[0].id)) <= {"AZ", "TR"}
    with pytest.raises(UnknownProblem):
        kz.recalled(Y["id"])


def test_a_stricter_marking_is_asked_for_and_confirmed_and_what_it_forbids_ends(anywhere: Nodes) -> None:
    kz, az, tr, uz = passed_on(anywhere)
    made = acts.withdraw(kz.services, X["id"], "it is hot", "console", a_recall(kz, Ask.REMARK), Tlp.AMBER)
    assert made.recipients == ("AZ", "TR")
    anywhere.settle()
    assert az.looks_up(VALUE) == tr.looks_up(VALUE) == {"KZ": Tlp.AMBER}
    # Of another's AMBER nothing is passed on: what AZ had given to UZ has ended.
    assert not uz.looks_up(VALUE)
    answers = kz.recalled(made.statements[0].id)
    (azs,) = [answer for answer in answers.values() if answer is not None]
    assert (azs.outcome, azs.objects, azs.kept, azs.forwarded_to) == (Outcome.APPLIED, 1, 0, 1)
    assert kz.recalled(made.statements[1].id)["TR"] is not None


@pytest.mark.parametrize("label", [Tlp.CLEAR, Tlp.GREEN])
def test_no_wider_marking_and_no_marking_of_another_s_object_is_asked_for(anywhere: Nodes, label: Tlp) -> None:
    kz, az, _, _ = passed_on(anywhere)
    with pytest.raises(UsageProblem):
        acts.withdraw(kz.services, X["id"], "a mistake", "console", a_recall(kz, Ask.REMARK), label)
    with pytest.raises(ForbiddenProblem):
        acts.withdraw(az.services, X["id"], "a mistake", "console", a_recall(az, Ask.REMARK), Tlp.RED)
