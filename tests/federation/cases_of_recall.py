"""Cases of taking back and marking anew (design: cases.md)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.federation.cases_of_membership import Pause
from tests.federation.following import Follower
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import address, indicator

from kenesh.basis.problem import RefusedProblem
from kenesh.release.audience import body_audience, party_audience
from kenesh.stix.marking import Tlp

X = indicator("x.example")["id"]


def _three(nodes: Nodes) -> tuple[Node, Node, Node]:
    """KZ is the author, AZ passes on, UZ gets it from AZ."""
    kz, az, uz = nodes.found("KZ", "AZ", "UZ")
    nodes.introduce()
    nodes.readings = (("AZ", "KZ"), ("UZ", "AZ"), ("UZ", "KZ"))
    return kz, az, uz


def _x(version: int = 0, tlp: Tlp = Tlp.GREEN, by: str | None = "KZ", **more: Any) -> dict[str, Any]:
    return indicator("x.example", tlp, by=by, version=version, **more)


def _passed_on(nodes: Nodes, tlp: Tlp = Tlp.GREEN, by: str | None = "KZ") -> tuple[Node, Node, Node]:
    kz, az, uz = _three(nodes)
    kz.imports(_x(tlp=tlp, by=by))
    kz.releases(X, to="AZ")
    az.syncs("KZ")
    az.releases(X, to="UZ")
    uz.syncs("AZ")
    return kz, az, uz


def stricter_marking_ends_forwards(nodes: Nodes, pause: Pause, by: str | None = "KZ") -> None:
    """v2 is marked AMBER and given to nobody: v1 is AMBER from now on, and AZ may not have passed it on."""
    kz, az, uz = _passed_on(nodes, by=by)
    pause()
    nodes.step()
    kz.imports(_x(1, Tlp.AMBER, by=by))
    pause()
    az.syncs("KZ")
    assert az.holds(X) == {"KZ": Tlp.AMBER}, "the stricter marking holds for the version that AZ has"
    assert [held.modified for held in az.versions(X)] == [_x()["modified"]]
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {}, "what AZ had passed on ends"
    with pytest.raises(RefusedProblem):
        az.releases(X, to="UZ")


def stricter_marking_of_what_has_no_author(nodes: Nodes, pause: Pause) -> None:
    stricter_marking_ends_forwards(nodes, pause, by=None)


def stricter_marking_comes_with_the_new_version(nodes: Nodes, pause: Pause) -> None:
    """v2 follows to AZ. v1 came to UZ, v2 does not; v1 ends there, and is AMBER wherever somebody knows v2."""
    kz, az, uz = _three(nodes)
    kz.imports(_x())
    kz.releases(X, to="AZ", follow=True)
    az.syncs("KZ")
    az.releases(X, to="UZ")
    pause()
    nodes.step()
    kz.imports(_x(1, Tlp.AMBER))
    pause()
    az.syncs("KZ")
    assert len(az.versions(X)) == 2
    assert {held.own_marking() for held in az.versions(X)} == {Tlp.AMBER}
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {}
    for node in (kz, az):
        with pytest.raises(RefusedProblem):
            node.releases(X, to="public")


def stricter_marking_that_leaves_the_forward_open(nodes: Nodes, pause: Pause) -> None:
    """CLEAR becomes GREEN: UZ keeps what AZ gave it, hears of the marking, and gives it to the public no more."""
    kz, az, uz = _passed_on(nodes, Tlp.CLEAR)
    uz.releases(X, to="public")
    kz.syncs("UZ")
    pause()
    nodes.step()
    kz.imports(_x(1, Tlp.GREEN))
    pause()
    az.syncs("KZ")
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {"AZ": Tlp.GREEN}
    with pytest.raises(RefusedProblem):
        uz.releases(X, to="public")
    assert uz.statement(uz.last_statement())["type"] == "kenesh-withdrawal", "and what it gave to the public ends"


def stricter_marking_ends_one_release_and_leaves_another(nodes: Nodes, pause: Pause) -> None:
    """KZ gave a CLEAR object to the public and to AZ by name; now AMBER: AZ keeps what it got by name."""
    kz, az, uz = _three(nodes)
    kz.imports(_x(tlp=Tlp.CLEAR))
    kz.releases(X, to="AZ,public")
    pause()
    nodes.step()
    kz.imports(_x(1, Tlp.AMBER))
    pause()
    for node in (az, uz):
        node.syncs("KZ")
    assert az.holds(X) == {"KZ": Tlp.AMBER}
    assert uz.holds(X) == {}


def stricter_marking_of_a_version_that_was_not_given(nodes: Nodes, pause: Pause) -> None:
    """v1 is AMBER and given to nobody, v2 is GREEN: who gets v2 alone hears that the object is AMBER."""
    kz, az, _ = _three(nodes)
    kz.imports(_x(tlp=Tlp.AMBER))
    nodes.step()
    kz.imports(_x(1, Tlp.GREEN))
    pause()
    kz.releases(X, to="AZ")
    pause()
    az.syncs("KZ")
    assert az.holds(X) == {"KZ": Tlp.AMBER}
    with pytest.raises(RefusedProblem):
        az.releases(X, to="UZ")


def what_is_passed_on_after_the_stricter_marking(nodes: Nodes, pause: Pause) -> None:
    """CLEAR became GREEN before AZ passes it on: UZ hears of the marking with it, in the author's own words."""
    kz, az, uz = _three(nodes)
    kz.imports(_x(tlp=Tlp.CLEAR))
    kz.releases(X, to="AZ")
    az.syncs("KZ")
    nodes.step()
    kz.imports(_x(1, Tlp.GREEN))
    pause()
    az.syncs("KZ")
    az.releases(X, to="UZ")
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {"AZ": Tlp.GREEN}
    with pytest.raises(RefusedProblem):
        uz.releases(X, to="public")


def who_left_hears_of_the_stricter_marking(nodes: Nodes, pause: Pause) -> None:
    kz, az, uz = _three(nodes)
    kz.forms("circle")
    for code in ("AZ", "UZ"):
        kz.admits(code, "circle")
    kz.imports(_x())
    kz.releases(X, to="body:circle")
    for node in (az, uz):
        node.syncs("KZ")
    nodes.step()
    kz.ends("UZ", "circle")
    pause()
    kz.imports(_x(1, Tlp.AMBER))
    pause()
    for node in (az, uz):
        node.syncs("KZ")
    assert az.holds(X) == {"KZ": Tlp.AMBER}
    assert uz.holds(X) == {"KZ": Tlp.AMBER}, "UZ left the circle, has the object, and must know"


def wider_marking_goes_nowhere(nodes: Nodes, pause: Pause) -> None:
    kz, az, _ = _three(nodes)
    kz.imports(_x(tlp=Tlp.AMBER))
    kz.releases(X, to="AZ")
    pause()
    nodes.step()
    kz.imports(_x(1, Tlp.GREEN, description="A new paragraph."))
    pause()
    az.syncs("KZ")
    assert [held.modified for held in az.versions(X)] == [_x()["modified"]], "v2 goes nowhere by itself"
    assert az.holds(X) == {"KZ": Tlp.AMBER}
    with pytest.raises(RefusedProblem):
        kz.releases(X, to="public")
    kz.releases(X, to="AZ")
    pause()
    az.syncs("KZ")
    assert len(az.versions(X)) == 2, "a person gave it"
    assert az.holds(X) == {"KZ": Tlp.AMBER}, "the strictest marking among its versions holds"


def follow_takes_the_new_version_along(nodes: Nodes, pause: Pause) -> None:
    """Only where the release says follow, only the author's own, and not what a marking forbids."""
    kz, az, uz = _three(nodes)
    kz.imports(_x())
    kz.releases(X, to="AZ", follow=True)
    kz.releases(X, to="UZ")
    pause()
    nodes.step()
    kz.imports(_x(1))
    pause()
    for node in (az, uz):
        node.syncs("KZ")
    assert len(az.versions(X)) == 2
    assert len(uz.versions(X)) == 1
    nodes.step()
    kz.imports(_x(2, Tlp.RED))
    pause()
    az.syncs("KZ")
    assert len(az.versions(X)) <= 2
    assert az.holds(X) == {}, "RED is for persons by name"
    assert "not-followed" in {code for code, _ in kz.alarms()}


def revocation_follows_what_was_passed_on(nodes: Nodes, pause: Pause) -> None:
    kz, az, uz = _passed_on(nodes)
    pause()
    nodes.step()
    kz.imports(_x(1, revoked=True))
    pause()
    az.syncs("KZ")
    pause()
    uz.syncs("AZ")
    for node in (az, uz):
        assert node.looks_up("x.example") == {}


def withdrawing_the_newest_version(nodes: Nodes, pause: Pause) -> None:
    """The release of v2 is withdrawn: v1 does not silently become the last behind all cursors."""
    kz, az, _ = _three(nodes)
    inbox = Follower(az, kz, party_audience(az.ref))
    kz.imports(_x())
    kz.releases(X, to="AZ")
    pause()
    inbox.reads()
    nodes.step()
    kz.imports(_x(1))
    (second,) = kz.releases(X, to="AZ").statements
    pause()
    inbox.reads()
    nodes.step()
    kz.withdraws(second.id)
    pause()
    az.syncs("KZ")
    assert az.holds(X) == {}, "a withdrawal of v2 covers v1"
    assert inbox.reads(anew=True) == inbox.reads() == []


def withdrawing_an_older_release(nodes: Nodes, pause: Pause) -> None:
    """The release of v1 is withdrawn: v2 stays."""
    kz, az, _ = _three(nodes)
    kz.imports(_x())
    (first,) = kz.releases(X, to="AZ").statements
    pause()
    nodes.step()
    kz.imports(_x(1))
    kz.releases(X, to="AZ")
    pause()
    nodes.step()
    kz.withdraws(first.id)
    pause()
    az.syncs("KZ")
    assert [held.modified for held in az.current(X)] == [_x(1)["modified"]]


def withdrawing_releases_of_many(nodes: Nodes, pause: Pause) -> None:
    """What is said of each object is said of that object, in whatever order the store gives them."""
    kz, az, _ = _three(nodes)
    values = [indicator(f"{name}.example", by="KZ", version=n) for n, name in enumerate(("c", "a", "b"))]
    kz.imports(*values)
    (to_az,) = kz.releases(*(v["id"] for v in reversed(values)), to="AZ").statements
    pause()
    nodes.step()
    kz.withdraws(to_az.id)
    (withdrawal,) = [kz.statement(kz.last_statement())]
    assert {(w["id"], w["up_to"]) for w in withdrawal["withdraws"]} == {(v["id"], v["modified"]) for v in values}
    pause()
    az.syncs("KZ")
    assert all(az.holds(v["id"]) == {} for v in values)


def withdrawn_and_released_again(nodes: Nodes, pause: Pause) -> None:
    """To two audiences: however the pages come, what was said last holds."""
    kz, az, _ = _three(nodes)
    body = kz.forms("circle").id
    kz.admits("AZ", "circle")
    az.syncs("KZ")
    inbox, circle = Follower(az, kz, party_audience(az.ref)), Follower(az, kz, body_audience(body))
    kz.imports(_x())
    kz.releases(X, to="AZ,body:circle")
    pause()
    inbox.reads()
    circle.reads()
    nodes.step()
    kz.withdraws(X)
    pause()
    nodes.step()
    assert kz.imports(_x()).unchanged == 1
    kz.releases(X, to="AZ")
    pause()
    az.syncs("KZ")
    assert az.holds(X) == {"KZ": Tlp.GREEN}
    assert az.quarantine("KZ") == {}
    assert inbox.reads() == [X], "a new grant with a new stamp"
    assert circle.reads() == circle.reads(anew=True) == []


def withdrawal_reaches_what_was_imported_too(nodes: Nodes, pause: Pause) -> None:
    """AZ has the object from a file as well: it may keep that, and goes on passing it on to nobody."""
    kz, az, uz = _passed_on(nodes)
    az.imports(_x())
    pause()
    nodes.step()
    kz.withdraws(X)
    pause()
    az.syncs("KZ")
    assert set(az.holds(X)) == {"AZ"}
    pause()
    uz.syncs("AZ")
    assert uz.holds(X) == {}


def two_statements_of_one_observable(nodes: Nodes, pause: Pause) -> None:
    kz, az, uz = _three(nodes)
    nodes.readings = (("AZ", "KZ"), ("AZ", "UZ"))
    strict, wide = address("198.51.100.23", Tlp.AMBER), address("198.51.100.23", Tlp.GREEN, resolves_to_refs=[])
    del wide["resolves_to_refs"]
    wide["x_note"] = "one property more"
    for node, value in ((kz, strict), (uz, wide)):
        node.imports(value)
        node.releases(value["id"], to="AZ")
        pause()
    az.syncs()
    assert az.looks_up("198.51.100.23") == {"KZ": Tlp.AMBER, "UZ": Tlp.GREEN}
    assert az.conflicts(strict["id"]) == []
    assert az.alarms() == []
    nodes.step()
    uz.withdraws(wide["id"])
    pause()
    az.syncs()
    assert az.looks_up("198.51.100.23") == {"KZ": Tlp.AMBER}
    nodes.step()
    kz.withdraws(strict["id"])
    pause()
    az.syncs()
    assert az.looks_up("198.51.100.23") == {}
