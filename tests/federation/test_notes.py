"""Notes verbale between three nodes: who is not addressed learns nothing, and nobody speaks for another."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import DAY, Instant, stix_timestamp
from kenesh.basis.problem import RefusedProblem, UnknownProblem
from kenesh.council.notes import NOTE_VERBALE, Standing
from kenesh.doors.casework import By, hand
from kenesh.doors.council import noting
from kenesh.doors.council.noting import Letter, SeenNotes
from kenesh.doors.waiting import waiting
from kenesh.response.calls import Matter, Stage
from kenesh.stix.marking import Tlp

BY = By(PERSON)


def seen(node: Node) -> SeenNotes:
    return noting.notes(node.services, node.services.person(PERSON))


def waits(node: Node) -> list[Stage]:
    found = waiting(node.services, node.services.person(PERSON)).value.concerns
    return [one.stage for one in found if one.matter is Matter.NOTE]


def test_a_note_reaches_its_addressee_alone_and_its_number_is_not_used_twice(nodes: Nodes) -> None:
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    due_at = Instant(kz.clock.now() + 5 * DAY)
    sent, number = noting.send(kz.services, "AZ", Letter("Points of contact", "…", due_at=due_at), BY)
    with pytest.raises(RefusedProblem):
        # Marked RED it goes to nobody: the number stays free.
        noting.send(kz.services, "TR", Letter("x"), By(PERSON, Tlp.RED))
    assert noting.send(kz.services, "AZ", Letter("The next one"), BY)[1] == number.replace("1/", "2/")
    for node in (az, tr):
        node.syncs()
    assert seen(tr).states == () and waits(tr) == []
    with pytest.raises(UnknownProblem):
        noting.one_note(tr.services, tr.services.person(PERSON), sent)
    assert waits(az) == [Stage.NEW, Stage.NEW] and waits(kz) == []
    kz.syncs("AZ")
    state = seen(kz).states[0]
    assert (state.note.id, state.received_at is not None, state.standing) == (sent, True, Standing.WAITS)
    nodes.step(6 * 86_400)
    # Overdue by itself, on both nodes; what asks for no answer is no news any more.
    assert [seen(node).states[0].standing for node in (kz, az)] == [Standing.OVERDUE] * 2
    assert waits(az) == [Stage.LATE]
    noting.reply(az.services, number, Letter("Points of contact"), BY)
    kz.syncs("AZ")
    az.syncs("KZ")
    assert [seen(node).states[0].in_time for node in (kz, az)] == [False, False]
    assert waits(az) == [] and waits(kz) == [Stage.NEW]


def test_nobody_sends_a_note_in_the_name_of_another(nodes: Nodes) -> None:
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    now = stix_timestamp(kz.clock.now())
    said = {"number": "1/2026", "name": "x", "dated_at": now, "to_ref": az.ref}
    for more in ({"from_ref": tr.ref}, {"from_ref": tr.ref, "on_paper": True}, {"from_ref": kz.ref, "to_ref": tr.ref}):
        value = hand(kz.services, BY).begins(NOTE_VERBALE.name) | said | more
        with kz.database.writing() as tx:
            kz.services.author.state(tx, [value], kz.clock.now(), PERSON)
        kz.releases(value["id"], to="AZ")
    az.syncs("KZ")
    assert seen(az).states == () and waits(az) == []
    assert sorted(one.why for one in seen(az).ignored) == [
        "it is not between this party and another",
        "its sender did not state it",
        "its sender did not state it",
    ]
