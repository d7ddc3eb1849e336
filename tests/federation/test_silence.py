"""A proposal goes through silence over five nodes, one of them cut off past the deadline: each outcome by a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import PERSON, Node, Nodes, OpenStore

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.council.kinds import Authenticity, Procedure, Stance
from kenesh.council.stated import Text
from kenesh.council.values import Outcome, Rules
from kenesh.doors.casework import By
from kenesh.doors.council import deciding
from kenesh.doors.council.concluding import find_consensus
from kenesh.doors.council.deciding import Taking, Wanted
from kenesh.doors.council.seeing import SeenProposal, one_proposal, proposals

BY = By(PERSON)
TEXT = Text("en", Authenticity.AUTHENTIC, "The parties use one form for requests.")
CODES = ("AZ", "KG", "KZ", "TR", "UZ")
OBJECTS = Taking(Stance.OBJECT, ground="our law asks for another form")


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, open_in: Callable[[Path], OpenStore], loop: Loop
) -> Iterator[Nodes]:
    """One world for all: five nodes in one body, which AZ keeps; a silence lasts a day at least."""
    folder = tmp_path_factory.mktemp("silence")
    world = Nodes(folder, open_in(folder), loop)
    world.found(*CODES)
    world.introduce()
    world["AZ"].forms("cert")
    for code in CODES[1:]:
        world["AZ"].admits(code, "cert")
    rules = Rules(0, silence=DAY, consensus=True)
    deciding.state_rules(world["AZ"].services, "cert", rules, "24h", "PV/1", BY)
    world.settle()
    yield world
    world.close()


@pytest.fixture
def found(nodes: Nodes) -> dict[str, Node]:
    return {code: nodes[code] for code in CODES}


def proposed(nodes: Nodes, by: Node, hours: int = 48, rounds: int = 2) -> str:
    deadline = Instant(by.clock.now() + hours * HOUR)
    made = deciding.propose(by.services, "cert", Wanted("A form", [TEXT], Procedure.SILENCE, deadline), BY)
    nodes.settle(rounds)
    return made


def seen(node: Node, name: str) -> SeenProposal:
    return one_proposal(node.services, node.services.person(PERSON), name)


def outcomes(nodes: dict[str, Node], name: str) -> dict[str, Outcome]:
    return {code: seen(node, name).state.outcome for code, node in nodes.items()}


def test_a_silence_that_nobody_breaks_is_adopted_and_certified(nodes: Nodes, found: dict[str, Node]) -> None:
    az, tr = found["AZ"], found["TR"]
    with pytest.raises(UsageProblem, match="decides nothing by vote"):
        deciding.propose(tr.services, "cert", Wanted("x", [TEXT], Procedure.VOTE, Instant(az.clock.now() + DAY)), BY)
    with pytest.raises(UsageProblem, match="shorter than the body's rules"):
        proposed(nodes, tr, hours=23)
    made = proposed(nodes, tr)
    assert set(outcomes(found, made).values()) == {Outcome.OPEN}
    deciding.take(found["KG"].services, made, Taking(Stance.RESERVE, statement="as our law stands"), BY)
    with pytest.raises(UsageProblem, match="It is open"):
        deciding.certify(az.services, made, "CC", BY)
    nodes.step(48 * 3600)
    nodes.settle()
    state = seen(az, made).state
    assert (state.outcome, state.since, state.is_provisional) == (Outcome.ADOPTED, state.deadline, True)
    with pytest.raises(UsageProblem, match="AZ is the depositary"):
        deciding.certify(tr.services, made, "CC", BY)
    number = deciding.certify(az.services, made, "CC", BY)
    assert re.fullmatch(r"CC\.DEC/[1-9][0-9]*/[0-9]{2}", number)
    with pytest.raises(UsageProblem, match=f"certified as {re.escape(number)}"):
        deciding.certify(az.services, made, "CC", BY)
    nodes.settle()
    decisions = {code: seen(node, made).state.decision for code, node in found.items()}
    assert len(set(decisions.values())) == 1 and decisions["UZ"] is not None
    # Whoever is late is told so.
    with pytest.raises(UsageProblem, match="It is over"):
        deciding.take(found["KZ"].services, made, OBJECTS, BY)


@dataclass(frozen=True)
class Row:
    """KZ objects. `cut`: from whom it is cut off; `at`: how long before the deadline it speaks; what comes of it."""

    name: str
    cut: tuple[str, ...]
    at: int
    outcome: Outcome
    heard_in_between: bool = True


TABLE = [
    Row("nobody is cut off", (), HOUR, Outcome.BROKEN),
    Row("cut off from the depositary alone: two others have it", ("AZ",), HOUR, Outcome.BROKEN),
    Row("only one other has it", ("AZ", "KG", "UZ"), HOUR, Outcome.ADOPTED),
    Row("cut off from everybody past the deadline", ("AZ", "KG", "TR", "UZ"), HOUR, Outcome.ADOPTED),
    Row("in time, and read too late", (), MINUTE, Outcome.ADOPTED, heard_in_between=False),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_comes_of_an_objection_with_a_node_cut_off(row: Row, nodes: Nodes, found: dict[str, Node]) -> None:
    kz = found["KZ"]
    # After one round KZ does not know yet that everybody has it, and sees it lapse; it may object all the same.
    made = proposed(nodes, found["TR"], 25, rounds=1 if row == TABLE[0] else 2)
    nodes.step((seen(kz, made).state.deadline - kz.clock.now() - row.at) // 10**6)
    for code in row.cut:
        nodes.part("KZ", code)
    deciding.take(kz.services, made, OBJECTS, BY)
    if row.heard_in_between:
        nodes.settle()
    nodes.step(row.at // 10**6 + 1)
    nodes.settle()
    # As it stands while KZ is still away; who cannot know it yet says on whose silence it rests.
    away = outcomes({code: node for code, node in found.items() if code not in ("KZ", *row.cut)}, made)
    assert set(away.values()) <= {row.outcome}, row.name
    depositary = seen(found["AZ"], made)
    witnesses = set(CODES) - {"KZ", *row.cut} if row.cut else set()
    if len(witnesses) > 1:
        # It has not the position itself, and knows from others that there is one: it certifies nothing.
        assert depositary.state.outcome is Outcome.ADOPTED
        assert {depositary.code(ref) for ref in depositary.state.unseen} == witnesses
        with pytest.raises(UsageProblem, match="confirm a position that has not come here"):
            deciding.certify(found["AZ"].services, made, "CC", BY)
    if len(row.cut) == 4:
        assert [depositary.code(ref) for ref in depositary.state.unheard] == ["KZ"]
        assert [one.delivered for one in seen(kz, made).state.taken] == [False]
    for code in row.cut:
        nodes.join("KZ", code)
    nodes.step(60)
    nodes.settle()
    assert set(outcomes(found, made).values()) == {row.outcome}, row.name
    states = [seen(node, made).state for node in found.values()]
    assert all(one.taken == states[0].taken and one.since == states[0].since for one in states)
    # What came too late stands there for everybody to see, and counts for nothing.
    assert [one.in_time for one in states[0].taken] == [row.outcome is Outcome.BROKEN]
    if row.outcome is Outcome.ADOPTED:
        assert "it was not confirmed before the deadline" in {one.why for one in states[0].ignored}
        assert deciding.certify(found["AZ"].services, made, "CC", BY).startswith("CC.DEC/")
        return
    with pytest.raises(UsageProblem, match="It is broken"):
        deciding.certify(found["AZ"].services, made, "CC", BY)


def test_a_member_that_never_reads_has_no_veto(nodes: Nodes, found: dict[str, Node]) -> None:
    for code in ("AZ", "KG", "TR", "UZ"):
        nodes.part("KZ", code)
    made = proposed(nodes, found["TR"])
    state = seen(found["AZ"], made).state
    assert (state.outcome, [seen(found["AZ"], made).code(ref) for ref in state.missing]) == (Outcome.OPENING, ["KZ"])
    with pytest.raises(UsageProblem, match="that party alone changes it"):
        deciding.notify(found["AZ"].services, made, "KZ", "telephone", BY)
    deciding.notify(found["TR"].services, made, "KZ", "telephone", BY)
    nodes.settle()
    assert seen(found["AZ"], made).state.outcome is Outcome.OPEN
    nodes.step(48 * 3600)
    assert seen(found["AZ"], made).state.outcome is Outcome.ADOPTED
    for code in ("AZ", "KG", "TR", "UZ"):
        nodes.join("KZ", code)
    nodes.settle()


def test_confirmations_that_two_date_back_are_in_doubt_and_people_decide(nodes: Nodes, found: dict[str, Node]) -> None:
    made, liars = proposed(nodes, found["TR"], 25), [found[code] for code in ("KZ", "KG", "UZ")]
    nodes.step(25 * 3600 + 600)
    # After the deadline KZ objects, and KG and UZ confirm it, all by clocks that were set back by an hour.
    for node in liars:
        node.clock.wrong_by = -HOUR
    deciding.take(found["KZ"].services, made, OBJECTS, BY)
    for node in liars[1:]:
        node.syncs("KZ")
    for node in liars:
        node.clock.wrong_by = 0
    nodes.settle()
    nodes.step(60)
    for node in found.values():
        state = seen(node, made).state
        (taken,) = state.taken
        assert (state.outcome, taken.in_time, taken.in_doubt) == (Outcome.ADOPTED, False, True)
        assert state.doubts == (taken.position.id,)
    with pytest.raises(UsageProblem, match="No further member knew in time"):
        deciding.certify(found["AZ"].services, made, "CC", BY)
    deciding.certify(found["AZ"].services, made, "CC", BY, despite="the ministers heard nothing of it by then")
    decision = seen(found["AZ"], made).state.decision
    assert decision is not None and decision.despite == "the ministers heard nothing of it by then"


def test_consensus_is_found_by_who_keeps_the_body_when_nobody_objects(nodes: Nodes, found: dict[str, Node]) -> None:
    az, tr, kz = found["AZ"], found["TR"], found["KZ"]
    wanted = Wanted("Terms", [TEXT], Procedure.CONSENSUS, Instant(tr.clock.now() + DAY))
    made = deciding.propose(tr.services, "cert", wanted, BY)
    nodes.settle(2)
    deciding.take(kz.services, made, OBJECTS, BY)
    nodes.settle(1)
    with pytest.raises(UsageProblem, match="An objection stands: KZ"):
        find_consensus(az.services, made, BY)
    deciding.take(kz.services, made, Taking(Stance.RESERVE, statement="as our law stands"), BY)
    nodes.settle(1)
    with pytest.raises(UsageProblem, match="Only who chairs"):
        find_consensus(tr.services, made, BY)
    find_consensus(az.services, made, BY)
    nodes.settle()
    states = [seen(node, made).state for node in found.values()]
    assert {(state.outcome, state.since, state.finding) for state in states} == {
        (Outcome.ADOPTED, states[0].since, states[0].finding)
    }
    with pytest.raises(UsageProblem, match="Consensus was found"):
        deciding.take(kz.services, made, OBJECTS, BY)
    assert deciding.certify(az.services, made, "CC", BY).startswith("CC.DEC/")


def test_who_is_not_in_the_body_learns_nothing_and_a_deadline_is_extended_in_time(
    nodes: Nodes, found: dict[str, Node]
) -> None:
    made = proposed(nodes, found["TR"])
    for node in (found["KZ"],):
        with pytest.raises(UsageProblem, match="that party alone changes it"):
            deciding.extend(node.services, made, Instant(node.clock.now() + 9 * DAY), BY)
    deciding.extend(found["TR"].services, made, Instant(found["TR"].clock.now() + 9 * DAY), BY)
    nodes.settle()
    nodes.step(49 * 3600)
    nodes.settle()
    assert set(outcomes(found, made).values()) == {Outcome.OPEN}
    deciding.take(found["UZ"].services, made, OBJECTS, BY)
    deciding.withdraw(found["TR"].services, made, BY)
    nodes.settle()
    assert set(outcomes(found, made).values()) == {Outcome.WITHDRAWN}
    with pytest.raises(UnknownProblem):
        one_proposal(found["AZ"].services, found["AZ"].services.person(PERSON), "kenesh-proposal--absent")
    (hu,) = nodes.found("HU")
    assert proposals(hu.services, hu.services.person(PERSON)) == []
