"""A state names the node of its agency that receives for it in a body; it sits there in the state's place, once."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes
from tests.federation.objects import malware

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.problem import RefusedProblem, UnknownProblem, UsageProblem
from kenesh.council.kinds import Authenticity, Majority, Procedure, Stance
from kenesh.council.stated import Text
from kenesh.council.values import Outcome, Rules
from kenesh.doors import acts
from kenesh.doors.casework import By
from kenesh.doors.ceilings import set_ceiling
from kenesh.doors.council import deciding
from kenesh.doors.council.deciding import Taking, Wanted
from kenesh.doors.council.seeing import one_proposal
from kenesh.doors.overview import status
from kenesh.parties.bodies import Role
from kenesh.stix.marking import Tlp

BEFORE = malware("before", Tlp.GREEN, by="AZ")
AFTER = malware("after", Tlp.GREEN, by="AZ")
CODES = ("AZ", "KZ", "KZ-MVD", "TR")


@pytest.fixture
def council(nodes: Nodes) -> dict[str, Node]:
    """AZ keeps a body in which KZ and TR are; KZ's ministry has a node of its own."""
    found = dict(zip(CODES, nodes.found(*CODES), strict=True))
    nodes.introduce()
    found["AZ"].forms("crime")
    for code in ("KZ", "TR"):
        found["AZ"].admits(code, "crime")
    nodes.settle()
    found["AZ"].imports(BEFORE, AFTER)
    return found


def takes_over(nodes: Nodes, found: dict[str, Node]) -> None:
    acts.name_receiver(found["KZ"].services, "crime", "KZ-MVD", PERSON)
    nodes.settle()
    found["AZ"].admits("KZ-MVD", "crime")
    nodes.settle()
    nodes.settle()


def test_the_agency_receives_in_the_state_s_place_from_then_on(nodes: Nodes, council: dict[str, Node]) -> None:
    az, kz, mvd, tr = council.values()
    az.releases(BEFORE["id"], to="body:crime")
    nodes.settle()
    takes_over(nodes, council)
    az.releases(AFTER["id"], to="body:crime")
    nodes.settle()
    assert (bool(kz.current(BEFORE["id"])), bool(mvd.current(BEFORE["id"]))) == (True, False)
    assert (bool(kz.current(AFTER["id"])), bool(mvd.current(AFTER["id"]))) == (False, True)
    assert tr.current(AFTER["id"])
    kz.imports(malware("own", Tlp.GREEN, by="KZ"))
    with pytest.raises(UnknownProblem, match="KZ is in no body"):
        kz.releases("own", to="body:crime")
    assert not any(node.alarms() for node in council.values())


def test_it_votes_for_the_state_and_the_state_not_beside_it(nodes: Nodes, council: dict[str, Node]) -> None:
    az, kz, mvd, tr = council.values()
    takes_over(nodes, council)
    deciding.state_rules(az.services, "crime", Rules(0, vote=Majority.ALL), "", "PV/1", By(PERSON))
    nodes.settle()
    text = Text("en", Authenticity.AUTHENTIC, "One list of contacts.")
    wanted = Wanted("A list", [text], Procedure.VOTE, Instant(az.clock.now() + 2 * DAY))
    made = deciding.propose(tr.services, "crime", wanted, By(PERSON))
    nodes.settle()
    with pytest.raises(UnknownProblem):
        deciding.take(kz.services, made, Taking(Stance.OBJECT, ground="no"), By(PERSON))
    for node in (az, mvd, tr):
        deciding.take(node.services, made, Taking(Stance.SUPPORT), By(PERSON))
    nodes.settle()
    nodes.step(3 * 86_400)
    nodes.settle()
    for node in (az, mvd, tr):
        assert one_proposal(node.services, node.services.person(PERSON), made).state.outcome is Outcome.ADOPTED


@pytest.mark.parametrize(
    ("role", "word"),
    [(Role.MEMBER, "has not named"), (Role.CHAIR, "has not named")],
)
def test_a_keeper_lets_nobody_speak_for_a_state_that_has_not_named_it(
    nodes: Nodes, council: dict[str, Node], role: Role, word: str
) -> None:
    with pytest.raises(UsageProblem, match=word):
        council["AZ"].admits("KZ-MVD", "crime", role)
    council["AZ"].admits("KZ-MVD", "crime", Role.OBSERVER)
    nodes.settle()
    with pytest.raises(UsageProblem, match="is no agency of TR"):
        acts.name_receiver(council["TR"].services, "crime", "KZ-MVD", PERSON)
    with pytest.raises(UsageProblem, match="keeps the body"):
        acts.name_receiver(council["AZ"].services, "crime", "AZ-MVD", PERSON)


def test_whoever_only_listens_neither_proposes_nor_takes_a_position(nodes: Nodes, council: dict[str, Node]) -> None:
    az, _, mvd, tr = council.values()
    az.admits("KZ-MVD", "crime", Role.OBSERVER)
    deciding.state_rules(az.services, "crime", Rules(0, vote=Majority.ALL), "", "PV/1", By(PERSON))
    nodes.settle()
    text = Text("en", Authenticity.AUTHENTIC, "One list of contacts.")
    wanted = Wanted("A list", [text], Procedure.VOTE, Instant(az.clock.now() + 2 * DAY))
    with pytest.raises(UsageProblem, match="does not propose"):
        deciding.propose(mvd.services, "crime", wanted, By(PERSON))
    made = deciding.propose(tr.services, "crime", wanted, By(PERSON))
    nodes.settle()
    with pytest.raises(UsageProblem, match="does not decide"):
        deciding.take(mvd.services, made, Taking(Stance.SUPPORT), By(PERSON))


def test_a_state_and_its_agency_do_not_both_sit(nodes: Nodes, council: dict[str, Node]) -> None:
    takes_over(nodes, council)
    with pytest.raises(UsageProblem, match="KZ-MVD sits there for KZ"):
        council["AZ"].admits("KZ", "crime")
    council["AZ"].ends("KZ-MVD", "crime")
    council["AZ"].admits("KZ", "crime")
    nodes.settle()
    council["AZ"].releases(AFTER["id"], to="body:crime")
    nodes.settle()
    assert council["KZ"].current(AFTER["id"])
    assert not council["KZ-MVD"].current(AFTER["id"])


def test_what_is_not_for_the_state_is_not_for_its_agency(nodes: Nodes, council: dict[str, Node]) -> None:
    az, _, mvd, tr = council.values()
    takes_over(nodes, council)
    assert az.releases(AFTER["id"], to="body:crime", not_for="KZ").reaches == {"body:crime": ["TR"]}
    az.releases(BEFORE["id"], to="body:crime")
    set_ceiling(az.services, "KZ", Tlp.CLEAR, PERSON)
    nodes.settle()
    assert tr.current(AFTER["id"]) and tr.current(BEFORE["id"])
    assert not mvd.current(AFTER["id"]), "a caveat that means the state means it"
    assert not mvd.current(BEFORE["id"]), "and so does a ceiling"
    with pytest.raises(RefusedProblem):
        az.releases(AFTER["id"], to="KZ-MVD", not_for="KZ")


def test_the_keeper_is_told_whom_to_admit_and_nobody_else(nodes: Nodes, council: dict[str, Node]) -> None:
    acts.name_receiver(council["KZ"].services, "crime", "KZ-MVD", PERSON)
    nodes.settle()
    waiting = {code: [body.named for body in status(node.services).bodies] for code, node in council.items()}
    assert waiting == {"AZ": [("KZ-MVD",)], "KZ": [()], "KZ-MVD": [], "TR": [()]}
    council["AZ"].admits("KZ-MVD", "crime")
    nodes.settle()
    assert [body.named for body in status(council["AZ"].services).bodies] == [()]
