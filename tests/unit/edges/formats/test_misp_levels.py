"""How far what came from MISP may go: decision tables, and what is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from tests.unit.edges.formats.misp_events import EVENT, attribute, event, refusals, remarks, tags, uuid, versions

from kenesh.stix.marking import PAP_BY_ID, TLP_BY_ID, Tlp

GROUP = {"name": "Two banks", "uuid": uuid(77), "SharingGroupOrg": [{"Organisation": {"name": "Bank A"}}]}
INDICATOR = f"indicator--{uuid(1)}"


def label(version: Any) -> str:
    return " ".join(TLP_BY_ID[ref].label for ref in version.marking_refs if ref in TLP_BY_ID) or "unmarked"


@pytest.mark.parametrize(
    ("distribution", "said", "marked"),
    [
        ("0", [], "TLP:AMBER+STRICT"),
        ("1", [], "TLP:AMBER"),
        ("2", [], "TLP:GREEN"),
        ("3", [], "TLP:GREEN"),
        (3, ["tlp:clear"], "TLP:CLEAR"),
        ("3", ["tlp:white"], "TLP:CLEAR"),
        ("3", ["tlp:red"], "TLP:RED"),
        ("1", ["tlp:clear"], "TLP:AMBER"),
        ("0", ["tlp:green"], "TLP:AMBER+STRICT"),
        ("2", ["tlp:amber+strict"], "TLP:AMBER+STRICT"),
        ("3", ["TLP:Amber"], "TLP:AMBER"),
        (None, ["tlp:green"], "TLP:GREEN"),
        (None, [], "unmarked"),
        ("3", ["tlp:amber", "tlp:green"], "TLP:AMBER"),
        ("3", ["tlp:unclear"], "TLP:RED"),
        ("3", ["tlp:whıte"], "TLP:GREEN"),
    ],
)
def test_the_strictest_of_tag_and_distribution_marks_everything(
    distribution: Any, said: list[str], marked: str
) -> None:
    made = versions(event(attribute(1), distribution=distribution, Tag=tags(*said)))
    assert {label(made[INDICATOR]), label(made[f"report--{EVENT}"])} == {marked}


def test_two_colours_are_the_stricter_one_and_a_newer_version() -> None:
    """MISP adds tags and takes none away (MISP/MISP#2223): an event may have two colours, and gets a third later."""
    green = versions(event(attribute(1), Tag=tags("tlp:green")))[INDICATOR]
    amber = versions(event(attribute(1), Tag=tags("tlp:green", "tlp:amber")))[INDICATOR]
    assert label(amber) == "TLP:AMBER"
    assert green.modified is not None
    assert amber.modified is not None
    assert green.modified < amber.modified


def test_a_stricter_marking_is_always_a_newer_version() -> None:
    found = []
    for tlp, pap in product(Tlp, ("clear", "green", "amber", "red")):
        made = versions(event(attribute(1), Tag=tags(tlp.label.lower(), f"pap:{pap}")))[INDICATOR]
        found.append((made.modified, tlp, pap))
    moments = [moment for moment, _, _ in found]
    assert len(set(moments)) == len(moments)
    for pap in ("clear", "green", "amber", "red"):
        assert [tlp for _, tlp, own in sorted(found) if own == pap] == list(Tlp)


@pytest.mark.parametrize("of_attribute", [["tlp:clear"], ["tlp:green"], []])
def test_an_attribute_never_goes_further_than_its_event(of_attribute: list[str]) -> None:
    made = versions(event(attribute(1, Tag=tags(*of_attribute)), Tag=tags("tlp:amber")))
    assert label(made[INDICATOR]) == "TLP:AMBER"


def test_what_is_stricter_than_the_event_is_not_named_in_its_report() -> None:
    whole = event(attribute(1), attribute(2, value="other.example", distribution="0"))
    made = versions(whole)
    assert label(made[f"indicator--{uuid(2)}"]) == "TLP:AMBER+STRICT"
    assert made[f"report--{EVENT}"].references == (INDICATOR,)
    assert remarks(whole) == ["What is marked more strictly than the event is not named in its report."]


def test_a_sharing_group_becomes_red_and_its_names_are_told_to_the_importer_alone() -> None:
    whole = event(attribute(1), distribution="4", SharingGroup=GROUP)
    made = versions(whole)
    assert {label(made[INDICATOR]), label(made[f"report--{EVENT}"])} == {"TLP:RED"}
    assert all(b"Bank A" not in version.raw and b"Two banks" not in version.raw for version in made.values())
    assert remarks(whole) == ["It is for the sharing group 'Two banks' (Bank A) alone: marked TLP:RED."]


@pytest.mark.parametrize(
    "said",
    [
        {"distribution": "4"},
        {"distribution": "4", "SharingGroup": {"name": "Nobody", "SharingGroupOrg": []}},
        {"distribution": "4", "sharing_group_id": "7"},
        {"distribution": "5"},
        {"distribution": "6"},
        {"distribution": "-1"},
    ],
)
def test_a_level_that_cannot_be_honoured_is_refused_and_never_widened(said: dict[str, Any]) -> None:
    """An empty sharing group reached all peers in MISP/MISP#4200."""
    (refusal,) = refusals(event(attribute(1), Tag=tags("tlp:clear"), **said))
    assert refusal.path == "Event"
    assert refusal.reason.startswith("The event is refused.")


def test_an_attribute_whose_level_cannot_be_honoured_is_refused_alone() -> None:
    (refusal,) = refusals(event(attribute(1), attribute(2, distribution="4")))
    assert (refusal.path, "sharing group" in refusal.reason) == ("Event.Attribute[1]", True)


def test_pap_is_a_marking_and_no_label() -> None:
    made = versions(event(attribute(1), Tag=tags("PAP:AMBER", "pap:white", "other")))[INDICATOR]
    assert [PAP_BY_ID[ref] for ref in made.marking_refs if ref in PAP_BY_ID] == ["PAP:AMBER"]


def test_the_chatham_house_rule_names_no_source() -> None:
    made = versions(event(attribute(1), Tag=tags("tlp:green", "tlp:ex:chr")))
    assert all(b"CERT X" not in version.raw and uuid(0xC000).encode() not in version.raw for version in made.values())
