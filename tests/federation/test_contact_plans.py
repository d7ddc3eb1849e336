"""Planned checks over nodes whose clock is stepped: made when due, once each, known to nobody ahead."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import DAY, HOUR, Instant
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors import contacting, planning
from kenesh.doors.casework import By
from kenesh.response.checks import CheckChannel, Checked
from kenesh.response.contacts import ContactKind
from kenesh.response.plans import Plan

BY = By(PERSON)
MAIL, NODE = CheckChannel.MAIL, CheckChannel.NODE


def body(nodes: Nodes) -> tuple[Node, Node]:
    az, kz = nodes.found("AZ", "KZ")
    nodes.introduce()
    az.forms("cert")
    az.admits("KZ", "cert")
    nodes.settle()
    return az, kz


def plan(node: Node, *channels: CheckChannel, unannounced: bool = False) -> str:
    now = node.clock.now()
    made = Plan("", "", "monthly ping", ContactKind.DUTY, channels, 30 * DAY, 2 * HOUR, now, unannounced)
    return planning.add_plan(node.services, "cert", made, BY)


def looks(node: Node) -> list[str]:
    came = planning.ask_due(node.services, "node")
    assert came.failed == ()
    return list(came.made)


def checks(node: Node) -> list[Checked]:
    (found,) = contacting.contacts(node.services, node.services.person(PERSON), "cert")
    return sorted(found.checks, key=lambda one: (one.check.opens_at, one.check.channel))


def test_scheduled_checks_are_told_a_day_ahead_and_made_once_each(nodes: Nodes) -> None:
    az, kz = body(nodes)
    begins = az.clock.now()
    plan(az, MAIL, NODE)
    assert looks(az) == ["monthly ping"]
    assert looks(az) == []
    nodes.settle()
    found = [one.check for one in checks(kz)]
    assert [(one.channel, one.announced, one.opens_at) for one in found] == [
        (MAIL, True, begins + DAY),
        (NODE, True, begins + DAY),
    ]
    assert {one.due_at for one in found} == {begins + DAY + 2 * HOUR}
    # It is known ahead, and nobody answers ahead.
    with pytest.raises(UsageProblem, match="begins at"):
        contacting.answer(kz.services, found[0].id, "here", BY)
    nodes.step(24 * 3600)
    contacting.answer(kz.services, found[0].id, "here", BY)
    nodes.step(29 * 24 * 3600)
    assert looks(az) == ["monthly ping"]
    # Away for half a year: one late one of each channel, and the next with the next period.
    nodes.step(185 * 24 * 3600)
    assert (looks(az), looks(az)) == (["monthly ping"], [])
    assert len(checks(az)) == 6
    (seen,) = planning.plans(az.services, "cert")
    assert (seen.period_from, seen.last) == (begins + 240 * DAY, az.clock.now())


def test_an_unannounced_check_comes_at_a_moment_that_no_page_tells(nodes: Nodes) -> None:
    az, kz = body(nodes)
    begins = az.clock.now()
    plan(az, NODE, unannounced=True)
    moments = []
    for hour in range(90 * 24):
        if looks(az):
            moments.append((hour // 24 // 30, hour % (30 * 24)))
        nodes.step(3600)
    assert [period for period, _ in moments] == [0, 1, 2]
    assert len({after for _, after in moments}) == 3
    nodes.settle()
    found = [one.check for one in checks(kz)]
    assert [one.announced for one in found] == [False] * 3
    assert [one.opens_at - begins for one in found] == [(p * 30 * 24 + after) * HOUR for p, after in moments]
    assert planning.plans(kz.services) == []


def test_a_moment_that_was_drawn_outlives_the_process_and_is_shown_nowhere(nodes: Nodes) -> None:
    (az, _) = body(nodes)
    plan(az, NODE, unannounced=True)
    looks(az)
    with az.services.store.reading() as tx:
        before = tx.notes.get("contact-plans")
    assert before is not None and '"drawn":' in before
    looks(az)
    with az.services.store.reading() as tx:
        assert tx.notes.get("contact-plans") == before
    (seen,) = planning.plans(az.services)
    assert (seen.period_from, seen.period_until) == (seen.plan.begins, Instant(seen.plan.begins + 30 * DAY))


def test_a_plan_that_cannot_be_carried_out_holds_up_no_other_and_is_said(nodes: Nodes) -> None:
    az, kz = body(nodes)
    plan(az, NODE)
    with az.services.store.reading() as tx:
        not_ours = tx.notes.get("contact-plans")
    kz.forms("cert-2")
    made = Plan("", "", "own ping", ContactKind.DUTY, (NODE,), 30 * DAY, 2 * HOUR, kz.clock.now())
    planning.add_plan(kz.services, "cert-2", made, BY)
    with kz.services.store.writing() as tx:
        ours = tx.notes.get("contact-plans")
        assert ours is not None and not_ours is not None
        tx.notes.set("contact-plans", f"{not_ours[:-1]},{ours[1:]}")
    came = planning.ask_due(kz.services, "node")
    assert came.made == ("own ping",)
    assert [type(problem) for _, problem in came.failed] == [UsageProblem]
    assert checks(kz) == []


def test_the_keeper_alone_plans_and_takes_away(nodes: Nodes) -> None:
    az, kz = body(nodes)
    with pytest.raises(UsageProblem, match="Another party keeps"):
        plan(kz, NODE)
    with pytest.raises(UnknownProblem):
        planning.plans(az.services, "none")
    made = plan(az, NODE)
    with pytest.raises(UnknownProblem):
        planning.take_plan_away(az.services, "abcd", PERSON)
    assert planning.take_plan_away(az.services, made[:8], PERSON) == "monthly ping"
    assert (looks(az), planning.plans(az.services)) == ([], [])
