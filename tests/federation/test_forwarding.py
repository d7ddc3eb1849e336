"""Asking the author: what a recipient may not pass on, its author may give; who asks for whom, nobody else learns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.federation.nodes import PERSON, Node, Nodes
from tests.federation.objects import indicator

from kenesh.basis.instants import Instant
from kenesh.basis.problem import RefusedProblem, UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.doors import forwarding
from kenesh.doors.accounts.keeping import add_account
from kenesh.parties.roles import AccountRole
from kenesh.release.forwarding import ForwardRequest, Said, Standing
from kenesh.release.recalls import Outcome
from kenesh.stix.marking import Tlp

X = indicator("amber.example", Tlp.AMBER, by="KZ")
RED = indicator("red.example", Tlp.RED, by="KZ")
ME, AUTHOR, OTHER = "identity--a", "identity--b", "identity--c"
REQUEST = ForwardRequest("kenesh-forward-request--1", ME, AUTHOR, X["id"], OTHER, "they are hit too", Instant(1))


@pytest.fixture
def three(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ wrote it and gave it to AZ; UZ has nothing of it."""
    kz, az, uz = nodes.found("KZ", "AZ", "UZ")
    nodes.introduce()
    kz.imports(X)
    kz.releases(X["id"], to="AZ")
    nodes.settle()
    return kz, az, uz


def ask(node: Node, to: str = "UZ", why: str = "UZ is hit too") -> str:
    return forwarding.ask(node.services, node.services.person(PERSON), X["id"], to, why)[0].id


def told(node: Node) -> list[tuple[str, str]]:
    found = forwarding.requests(node.services, node.services.person(PERSON))
    return [(one.standing.value, one.reason) for one in found]


def waits(node: Node) -> int:
    with node.services.store.reading() as tx:
        return len(node.services.forwarding.waiting(tx, node.services.person(PERSON), node.clock.now()))


def test_what_may_not_be_passed_on_its_author_gives_when_he_is_asked(
    nodes: Nodes, three: tuple[Node, Node, Node]
) -> None:
    kz, az, uz = three
    with pytest.raises(RefusedProblem) as refused:
        az.releases(X["id"], to="UZ")
    assert "kenesh forward ask" in refused.value.advice
    request = ask(az)
    nodes.settle()
    assert (told(az), told(kz), told(uz)) == ([("asked", "")], [("asked", "")], [])
    assert (waits(az), waits(kz)) == (0, 1)
    outcome = forwarding.grant(kz.services, kz.services.person(PERSON), request, None)
    assert outcome.objects == {X["id"]}
    nodes.settle()
    assert (told(az), told(kz), told(uz)) == ([("granted", "")], [("granted", "")], [])
    assert waits(kz) == 0
    assert uz.looks_up("amber.example") == {"KZ": Tlp.AMBER}
    with pytest.raises(UnknownProblem):
        forwarding.refuse(kz.services, kz.services.person(PERSON), request, "too late")


def test_a_refusal_says_why_and_may_be_thought_over(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, uz = three
    request = ask(az)
    nodes.settle()
    with pytest.raises(UsageProblem, match="says why"):
        forwarding.refuse(kz.services, kz.services.person(PERSON), request, " ")
    forwarding.refuse(kz.services, kz.services.person(PERSON), request, "an inquiry is going on")
    nodes.settle()
    assert told(az) == [("refused", "an inquiry is going on")]
    assert uz.looks_up("amber.example") == {}
    assert ask(az) != request
    forwarding.grant(kz.services, kz.services.person(PERSON), request, None)
    nodes.settle()
    assert sorted(told(az)) == [("asked", ""), ("granted", "")]


def test_what_the_rules_forbid_no_request_opens(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, _ = three
    request = ask(az, "public")
    nodes.settle()
    with pytest.raises(RefusedProblem):
        forwarding.grant(kz.services, kz.services.person(PERSON), request, None)
    assert told(kz) == [("asked", "")]


def test_a_circle_is_not_told_to_an_author_who_is_not_in_it(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, uz = three
    az.forms("circle")
    az.admits("UZ", "circle")
    nodes.settle()
    with pytest.raises(UsageProblem, match="would learn of it"):
        ask(az, "body:circle")
    az.admits("KZ", "circle")
    nodes.settle()
    request = ask(az, "body:circle")
    nodes.settle()
    officer, _ = add_account(kz.services, "an officer", (AccountRole.DUTY_OFFICER,), "console")
    assert forwarding.requests(kz.services, kz.services.holder(officer)) == []
    with pytest.raises(UnknownProblem):
        forwarding.grant(kz.services, kz.services.holder(officer), request, None)
    forwarding.grant(kz.services, kz.services.person(PERSON), request, None)
    nodes.settle()
    assert uz.looks_up("amber.example") == {"KZ": Tlp.AMBER}


def test_a_request_tells_nobody_of_an_object_that_he_does_not_see(nodes: Nodes) -> None:
    kz, az, _ = nodes.found("KZ", "AZ", "UZ")
    nodes.introduce()
    kz.forms("circle")
    kz.admits("AZ", "circle")
    nodes.settle()
    kz.imports(X)
    kz.releases(X["id"], to="body:circle")
    nodes.settle()
    ask(az)
    officer, _ = add_account(az.services, "an officer", (AccountRole.DUTY_OFFICER,), "console")
    assert forwarding.requests(az.services, az.services.holder(officer)) == []
    assert told(az) == [("asked", "")]


def test_what_nobody_can_be_asked_for_is_said(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    kz, az, uz = three
    ask(az)
    with pytest.raises(UsageProblem, match="asked already"):
        ask(az)
    for node, to, why, problem in (
        (kz, "UZ", "why", UsageProblem),
        (az, "KZ", "why", UsageProblem),
        (az, "UZ", " ", UsageProblem),
        (uz, "AZ", "why", UnknownProblem),
        (az, "HU", "why", UnknownPartyProblem),
    ):
        with pytest.raises(problem):
            ask(node, to, why)


def test_only_the_author_may_answer(nodes: Nodes, three: tuple[Node, Node, Node]) -> None:
    _, az, uz = three
    request = ask(az)
    nodes.settle()
    for node in (az, uz):
        with pytest.raises(UnknownProblem):
            forwarding.grant(node.services, node.services.person(PERSON), request, None)


ANY_SAID: Callable[[], st.SearchStrategy[list[Said]]] = lambda: st.lists(  # noqa: E731
    st.builds(
        Said,
        st.sampled_from([ME, AUTHOR, OTHER]),
        st.integers(1, 9).map(Instant),
        st.sampled_from(Outcome),
        st.sampled_from(["", "no", "not yet"]),
    ),
    max_size=8,
)


@given(said=ANY_SAID(), shuffled=st.randoms(use_true_random=False))
def test_how_it_stands_follows_from_what_was_said_in_any_order(said: list[Said], shuffled: st.DataObject) -> None:
    again = [*said, *said]
    shuffled.shuffle(again)  # type: ignore[attr-defined]
    assert REQUEST.standing(again) == REQUEST.standing(said)
    standing, reason = REQUEST.standing(said)
    words = [one for one in said if one.by_ref == AUTHOR]
    if not any(one.outcome in (Outcome.APPLIED, Outcome.REFUSED) for one in words):
        assert (standing, reason) == (Standing.ASKED, "")
    if any(one.outcome is Outcome.APPLIED for one in words):
        assert standing is Standing.GRANTED
