"""Requests between two parties, outside a case: who is asked answers, both count the same, and nobody else hears."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import RefusedProblem, UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.doors import requesting
from kenesh.doors.casework import By
from kenesh.response.asking import Standing
from kenesh.response.cases import Item
from kenesh.response.kinds import RequestKind, Status
from kenesh.response.requests import Row
from kenesh.response.statements import Wanted, Word
from kenesh.stix.marking import Tlp

BY = By(PERSON)


@pytest.fixture
def three(nodes: Nodes) -> tuple[Node, Node, Node]:
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    nodes.settle()
    return kz, az, tr


def asks(node: Node, to: str, hours: int = 6, kind: RequestKind = RequestKind.PRESERVATION, by: By = BY) -> str:
    due_at = Instant(node.clock.now() + hours * HOUR)
    return requesting.ask(node.services, to, Wanted("keep the logs of 2026-11-25", kind, due_at, text="a week"), by)


def says(node: Node, request: str, status: Status) -> None:
    requesting.answer(node.services, request, Word(status, "so it is"), BY)


def item(node: Node, request: str) -> Item:
    seen = requesting.requests(node.services, node.services.person(PERSON))
    (found,) = [one for one in seen.items if one.asked.id == request]
    return found


def counted(node: Node) -> tuple[Row, ...]:
    return requesting.tallied(node.services, node.services.person(PERSON))[0]


def test_a_request_is_acknowledged_answered_and_counted_alike_on_both_sides(
    nodes: Nodes, three: tuple[Node, Node, Node]
) -> None:
    kz, az, tr = three
    first, second = asks(kz, "AZ"), asks(kz, "AZ", hours=1)
    third = asks(az, "KZ", kind=RequestKind.TAKEDOWN)
    nodes.settle()
    assert item(az, first).asked.text == "a week"
    says(az, first, Status.ACCEPTED)
    nodes.settle()
    assert item(kz, first).state.standing is Standing.ACCEPTED
    says(az, first, Status.DONE)
    says(kz, third, Status.REFUSED)
    nodes.step(2 * 3600)
    # It had come to who asked two hours later: one is in time, the other is not even answered.
    nodes.settle()
    says(az, second, Status.DONE)
    nodes.settle()
    assert [item(node, first).state.in_time for node in (kz, az)] == [True, True]
    assert [item(node, second).state.in_time for node in (kz, az)] == [False, False]
    assert counted(kz) == counted(az) != ()
    (takedown,) = [row for row in counted(kz) if row.kind == "takedown"]
    assert (takedown.by_ref, takedown.acknowledged, takedown.refused, takedown.open) == (az.ref, 1, 1, 0)
    (kept,) = [row for row in counted(kz) if row.kind == "preservation"]
    assert (kept.asked, kept.answered, kept.in_time, kept.late, kept.unconfirmed) == (2, 2, 1, 1, 0)
    assert kept.after is not None and kept.after >= 2 * HOUR
    # A third party hears nothing of it.
    assert counted(tr) == ()
    assert requesting.requests(tr.services, tr.services.person(PERSON)).items == ()
    assert tr.current(first) == []


def test_who_was_not_asked_answers_nothing_and_who_did_not_ask_takes_nothing_back(
    nodes: Nodes, three: tuple[Node, Node, Node]
) -> None:
    kz, az, tr = three
    request = asks(kz, "AZ")
    nodes.settle()
    with pytest.raises(UsageProblem, match="asked of AZ"):
        says(kz, request, Status.DONE)
    with pytest.raises(UsageProblem, match="KZ asked it"):
        requesting.cancel(az.services, request, BY)
    with pytest.raises(UsageProblem, match="in-progress does not follow"):
        says(az, request, Status.IN_PROGRESS)
    with pytest.raises(UnknownProblem):
        says(tr, request, Status.DONE)
    requesting.cancel(kz.services, request, BY)
    nodes.settle()
    assert [item(node, request).state.standing for node in (kz, az)] == [Standing.CANCELLED] * 2


def test_what_cannot_be_asked_is_said_and_nothing_is_kept(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, _, _ = three
    for to, problem in (
        ("KZ", UsageProblem),
        ("AZ,TR", UsageProblem),
        ("public", UsageProblem),
        ("HU", UnknownPartyProblem),
    ):
        with pytest.raises(problem):
            asks(kz, to)
    with pytest.raises(RefusedProblem):
        asks(kz, "AZ", by=By(PERSON, Tlp.RED))
    assert requesting.requests(kz.services, kz.services.person(PERSON)).items == ()


def test_a_silent_party_is_said_to_be_silent(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, _, _ = three
    nodes.settle()
    nodes.part("KZ", "AZ")
    request = asks(kz, "AZ", hours=1)
    nodes.step(2 * 3600)
    nodes.settle()
    state = item(kz, request).state
    assert state.is_overdue
    assert state.unheard_since is not None and state.unheard_since < state.due_at
    (row,) = counted(kz)
    assert (row.acknowledged, row.open, row.overdue) == (0, 1, 1)
