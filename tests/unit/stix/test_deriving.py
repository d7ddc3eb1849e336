"""What is left of an object without its stricter parts, and that its marking is never wider than theirs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.problem import UsageProblem
from kenesh.stix.deriving import derived, marked_as_a_whole
from kenesh.stix.marking import PAP_BY_ID, Tlp

STATEMENT = "marking-definition--00000000-0000-4000-8000-000000000001"
UNKNOWN = "marking-definition--00000000-0000-4000-8000-000000000002"
PAP = next(iter(PAP_BY_ID))


def an_object(*granular: tuple[Tlp | str, str], marked: Tlp | None = Tlp.GREEN) -> dict[str, Any]:
    value: dict[str, Any] = {
        "type": "indicator", "spec_version": "2.1", "id": "indicator--x", "created": "then", "modified": "then",
        "name": "a name", "description": "how we know it", "labels": ["one", "two", "three"],
        "external_references": [{"source_name": "s", "url": "https://a.example"}], "pattern": "p",
    }  # fmt: skip
    if marked is not None:
        value["object_marking_refs"] = [marked.marking_ref]
    if granular:
        value["granular_markings"] = [
            {"marking_ref": ref.marking_ref if isinstance(ref, Tlp) else ref, "selectors": [selector]}
            for ref, selector in granular
        ]
    return value


def test_a_part_that_is_marked_more_strictly_stays_behind() -> None:
    left = derived(an_object((Tlp.RED, "description")), Tlp.GREEN, unmarked=Tlp.GREEN)
    assert "description" not in left.content
    assert left.content["name"] == "a name"
    assert "granular_markings" not in left.content
    assert (left.tlp, left.marking_refs) == (Tlp.GREEN, (Tlp.GREEN.marking_ref,))
    assert [(one.selector, one.why) for one in left.left_out] == [("description", "TLP:RED")]


def test_items_of_a_list_stay_behind_and_what_becomes_empty_goes() -> None:
    value = an_object((Tlp.RED, "labels.[0]"), (Tlp.RED, "labels.[2]"), (Tlp.RED, "external_references.[0].url"))
    left = derived(value, Tlp.GREEN, unmarked=Tlp.GREEN, without=["external_references.[0].source_name"])
    assert left.content["labels"] == ["two"]
    assert "external_references" not in left.content
    assert value["labels"] == ["one", "two", "three"]


def test_what_is_kept_keeps_its_strictest_marking_and_what_else_it_says() -> None:
    value = an_object((Tlp.RED, "description"), (Tlp.AMBER, "name"), (PAP, "pattern"), (STATEMENT, "labels"))
    left = derived(value, Tlp.AMBER, unmarked=Tlp.GREEN, statements=[STATEMENT])
    assert left.tlp is Tlp.AMBER
    assert left.marking_refs == (Tlp.AMBER.marking_ref, PAP, STATEMENT)


def test_a_marking_that_nobody_knows_counts_as_red() -> None:
    left = derived(an_object((UNKNOWN, "description")), Tlp.AMBER_STRICT, unmarked=Tlp.GREEN)
    assert [one.why for one in left.left_out] == ["TLP:RED"]


@pytest.mark.parametrize(
    ("value", "up_to", "without", "says"),
    [
        (an_object((Tlp.RED, "description"), marked=Tlp.AMBER), Tlp.GREEN, [], "As a whole it is TLP:AMBER"),
        (an_object((Tlp.RED, "description"), marked=None), Tlp.GREEN, [], "As a whole it is TLP:AMBER"),
        (an_object(), Tlp.GREEN, [], "nothing would be left out"),
        (an_object((Tlp.GREEN, "description")), Tlp.GREEN, [], "nothing would be left out"),
        (an_object((Tlp.RED, "id")), Tlp.GREEN, [], "'id' selects nothing"),
        (an_object(), Tlp.GREEN, ["nothing"], "'nothing' selects nothing"),
        (an_object(), Tlp.GREEN, ["labels.[3]"], r"'labels.\[3\]' selects nothing"),
        (an_object(), Tlp.GREEN, ["object_marking_refs"], "selects nothing"),
        (an_object(), Tlp.GREEN, [".".join("x" * 30)], "selects nothing"),
        (an_object(), Tlp.GREEN, [""], "selects nothing"),
    ],
)
def test_what_cannot_be_left_out_is_refused(value: dict[str, Any], up_to: Tlp, without: list[str], says: str) -> None:
    with pytest.raises(UsageProblem, match=says):
        derived(value, up_to, unmarked=Tlp.AMBER, without=without)


def test_no_version_is_derived_below_what_another_is_marked() -> None:
    with pytest.raises(UsageProblem, match="As a whole"):
        derived(an_object((Tlp.RED, "description")), Tlp.GREEN, unmarked=Tlp.GREEN, floor=Tlp.AMBER)


PARTS = ("name", "description", "labels", "labels.[1]", "external_references.[0].url", "pattern")


@given(
    granular=st.lists(st.tuples(st.sampled_from(Tlp), st.sampled_from(PARTS)), max_size=6),
    marked=st.none() | st.sampled_from(Tlp),
    up_to=st.sampled_from(Tlp),
    unmarked=st.sampled_from(Tlp),
    floor=st.sampled_from(Tlp),
)
def test_what_is_derived_is_never_marked_wider_than_any_part_that_is_kept(
    granular: list[tuple[Tlp, str]], marked: Tlp | None, up_to: Tlp, unmarked: Tlp, floor: Tlp
) -> None:
    value = an_object(*granular, marked=marked)
    try:
        left = derived(value, up_to, unmarked=unmarked, floor=floor)
    except UsageProblem:
        return
    assert max(marked_as_a_whole(value), floor, unmarked if marked is None else Tlp.CLEAR) <= left.tlp <= up_to
    dropped = {one.selector for one in left.left_out}
    for level, part in granular:
        if part in dropped:
            assert part not in left.content
        else:
            assert level <= left.tlp
