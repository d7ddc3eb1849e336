"""An exercise and what is real, on the same nodes: neither reaches the other, by whatever way out is tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.federation.nodes import PERSON, Node, Nodes
from tests.federation.objects import indicator

from kenesh.basis.problem import RefusedProblem
from kenesh.doors import acts, caseopening, caseroom, exporting
from kenesh.doors.casework import By
from kenesh.doors.exporting import Selection, Shape
from kenesh.doors.hunting import run_hunt
from kenesh.response.kinds import CaseKind
from kenesh.response.statements import Opening
from kenesh.stix.exercise import EXERCISE
from kenesh.stix.marking import Tlp
from kenesh.watch.ports import LogFormat
from kenesh.watch.watching import look_up

CANARY = "wiper-canary.example"
REAL = "real.example"
BY = By(PERSON, Tlp.GREEN)


def states(node: Node, value: str, *, exercise: bool = True) -> str:
    (held,) = acts.state_values(node.services, [value], Tlp.CLEAR, "", PERSON, exercise=exercise)
    return held.id


def exported(node: Node, form: str, *words: str) -> str:
    """What leaves in a format: what is named, or everything."""
    pieces: list[bytes] = []
    kind = "domain" if node.services.forms[form].kinds else ""
    exporting.export(
        node.services,
        node.services.person(PERSON),
        Selection(words=words, everything=not words),
        Shape(form, kind, "https://node.example/" if node.services.forms[form].asks_url else ""),
        lambda name, octets: pieces.append(octets),
    )
    return b"".join(pieces).decode()


def test_what_is_made_up_reaches_those_who_play_and_nobody_else_in_no_way(nodes: Nodes, tmp_path: Path) -> None:
    az, kz, tr = nodes.found("AZ", "KZ", "TR")
    nodes.introduce()
    az.forms("council", council=True)
    az.forms("drill", exercise=True)
    for code in ("KZ", "TR"):
        az.admits(code, "council")
    az.admits("KZ", "drill")
    nodes.settle()
    made_up = states(az, CANARY)
    real = states(az, REAL, exercise=False)
    for to in ("KZ", "body:council", "class:member", "public"):
        with pytest.raises(RefusedProblem) as refused:
            az.releases(made_up, to=to)
        assert refused.value.params["refused"][0]["rule"] == "EXE-01"
    with pytest.raises(RefusedProblem) as refused:
        az.releases(real, to="body:drill")
    assert refused.value.params["refused"][0]["rule"] == "EXE-02"
    az.releases(made_up, to="body:drill")
    az.releases(real, to="public")
    nodes.settle()
    assert (kz.looks_up(CANARY), tr.looks_up(CANARY)) == ({"AZ": Tlp.CLEAR}, {})
    # Who plays passes it on to nobody either.
    for to in ("TR", "body:council", "public"):
        with pytest.raises(RefusedProblem):
            kz.releases(made_up, to=to)
    for node in (az, kz):
        with node.services.store.reading() as tx:
            (found,) = look_up(tx, node.services.person(PERSON), [CANARY], node.clock.now())
        assert [known.wire().get("exercise") for known in found.known.value] == [True]
        for name, form in node.services.forms.items():
            assert CANARY not in exported(node, name), name
            named = exported(node, name, made_up) if form.says_markings or not form.in_folder else ""
            assert (CANARY in named) is form.says_markings, name
    assert REAL in exported(kz, "list")
    log = tmp_path / "resolver.log"
    log.write_text(f"query {CANARY} A\nquery {REAL} A\n")
    person = kz.services.person(PERSON)
    assert kz.hunts(log) == [REAL]
    played = run_hunt(kz.services, person, [log], LogFormat.AUTO, save=True, exercise=True)
    assert [hit.atom.value for hit in played.findings.hits] == [CANARY]
    # What was seen in an exercise is of it, and answers nobody outside.
    with pytest.raises(RefusedProblem):
        kz.releases(*played.sightings, to="AZ")
    kz.releases(*played.sightings, to="body:drill")


def test_who_comes_later_to_an_exercise_gets_what_was_said_there(nodes: Nodes) -> None:
    az, kz, tr = nodes.found("AZ", "KZ", "TR")
    nodes.introduce()
    opening = Opening("wiper", CaseKind.CYBER_INCIDENT, az.clock.now(), exercise=True)
    caseopening.open_case(az.services, opening, ["KZ"], BY)
    nodes.settle()
    nodes.step(60)
    caseopening.invite(az.services, "wiper", "TR", BY)
    nodes.settle()
    seen = [caseroom.one_case(node.services, node.services.person(PERSON), "wiper").value for node in (az, kz, tr)]
    assert all(one.state.case == seen[0].state.case and one.state.case.exercise for one in seen)
    assert all({party.party_ref for party in one.state.parties} == {az.ref, kz.ref, tr.ref} for one in seen)
    (held,) = tr.current(seen[0].state.case.id)
    with tr.services.store.reading() as tx:
        assert tx.marked.by(EXERCISE, [held.num]) == {held.num}


def test_what_calls_itself_an_exercise_in_a_real_circle_arms_no_tool(nodes: Nodes) -> None:
    """A peer that lets it through: its node alone judged the release."""
    (az,) = nodes.found("AZ")
    value = indicator(CANARY, object_marking_refs=[Tlp.GREEN.marking_ref, EXERCISE])
    az.imports(value)
    with pytest.raises(RefusedProblem):
        az.releases(value["id"], to="public")
    assert CANARY not in exported(az, "rpz")
    assert az.looks_up(CANARY) == {"AZ": Tlp.GREEN}
