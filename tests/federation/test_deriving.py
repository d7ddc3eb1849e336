"""Derived objects: what of an object may go goes as an object of one's own, and nothing of another's that may not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.federation.nodes import PERSON, Node, Nodes
from tests.federation.objects import indicator

from kenesh.basis.problem import RefusedProblem, UnknownProblem, UsageProblem
from kenesh.doors.deriving import Made, derive
from kenesh.doors.views import show
from kenesh.release.caveats import Caveats
from kenesh.stix.marking import Tlp

SECRET = "a source at the bank"


def with_secret(value: str, tlp: Tlp = Tlp.GREEN, version: int = 0) -> dict[str, object]:
    part = {"marking_ref": Tlp.RED.marking_ref, "selectors": ["description"]}
    return indicator(value, tlp, by="KZ", version=version, description=SECRET, granular_markings=[part])


def derived(node: Node, stix_id: str, up_to: Tlp = Tlp.GREEN, without: Sequence[str] = ()) -> Made:
    return derive(node.services, node.services.person(PERSON), stix_id, up_to, without)


def test_what_may_go_of_one_s_own_is_given_without_the_rest(nodes: Nodes) -> None:
    kz, az = nodes.found("KZ", "AZ")
    nodes.introduce()
    x = with_secret("canary.example")
    kz.imports(x)
    with pytest.raises(RefusedProblem):
        kz.releases(x["id"], to="AZ")
    made = derived(kz, str(x["id"]))
    assert [(one.selector, one.why) for one in made.left_out] == [("description", "TLP:RED")]
    with pytest.raises(UnknownProblem):
        derived(az, str(x["id"]))
    kz.releases(made.id, made.relationship, to="AZ")
    nodes.settle()
    shown = show(az.services, az.services.person(PERSON), made.id).value
    assert (shown.tlp, "description" in shown.content) == ("TLP:GREEN", False)
    assert shown.content["pattern"] == x["pattern"]
    assert az.looks_up("canary.example") == {"KZ": Tlp.GREEN}
    stores = b"".join(path.read_bytes() for path in nodes.folder.glob("az.db*"))
    assert b"canary.example" in stores
    assert SECRET.encode() not in stores


def test_of_another_s_only_what_anybody_may_pass_on(nodes: Nodes) -> None:
    kz, az = nodes.found("KZ", "AZ")
    nodes.introduce()
    green, amber = indicator("green.example", by="KZ"), indicator("amber.example", Tlp.AMBER, by="KZ")
    bound = indicator("bound.example", by="KZ")
    kz.imports(green, amber, bound)
    kz.releases(green["id"], amber["id"], to="AZ")
    kz.releases(bound["id"], to="AZ", caveats=Caveats(purpose="for the inquiry"))
    nodes.settle()
    assert derived(az, green["id"], without=["indicator_types"]).tlp is Tlp.GREEN
    for stix_id, up_to in ((amber["id"], Tlp.AMBER), (bound["id"], Tlp.GREEN)):
        with pytest.raises(RefusedProblem) as refused:
            derived(az, stix_id, up_to, ["indicator_types"])
        assert "kenesh forward ask" in refused.value.advice
    with pytest.raises(UsageProblem, match="As a whole it is TLP:AMBER"):
        derived(az, amber["id"], Tlp.GREEN, ["indicator_types"])


def test_what_was_ever_marked_more_strictly_as_a_whole_stays_so(nodes: Nodes) -> None:
    (kz,) = nodes.found("KZ")
    first = indicator("x.example", Tlp.AMBER, by="KZ")
    kz.imports(first)
    kz.imports(with_secret("x.example", version=1))
    with pytest.raises(UsageProblem, match="As a whole it is TLP:AMBER"):
        derived(kz, first["id"])


def test_what_must_stay_is_said(nodes: Nodes) -> None:
    (kz,) = nodes.found("KZ")
    x = indicator("y.example", by="KZ")
    kz.imports(x)
    with pytest.raises(UsageProblem, match="no whole object"):
        derived(kz, x["id"], without=["pattern"])
    with pytest.raises(UsageProblem, match="nothing would be left out"):
        derived(kz, x["id"])
