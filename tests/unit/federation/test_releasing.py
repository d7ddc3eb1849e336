"""The act of releasing: decided whole before anything goes."""

from __future__ import annotations

import pytest
from tests.federation.objects import STATEMENT, indicator, malware, marking, relationship
from tests.unit.federation.alone import Alone

from kenesh.basis.problem import RefusedProblem, UnknownProblem, UsageProblem
from kenesh.federation.releasing import References
from kenesh.stix.marking import Tlp

GREEN, AMBER, RED = indicator("green.example"), indicator("amber.example", Tlp.AMBER), indicator("red.example", Tlp.RED)
BARE = indicator("bare.example", None)
LOADER = malware("loader")
JOINS = relationship(GREEN["id"], LOADER["id"])


@pytest.fixture(autouse=True)
def held(alone: Alone) -> None:
    alone.holds(GREEN, AMBER, RED, BARE, LOADER, JOINS)


def refused(problem: pytest.ExceptionInfo[RefusedProblem]) -> set[tuple[str, str, str]]:
    return {(one["object"], one["party"], one["rule"]) for one in problem.value.params["refused"]}


# What is selected


def test_an_object_goes_to_each_audience_in_a_release_of_its_own(alone: Alone) -> None:
    outcome = alone.releases(GREEN["id"], to="AZ,TR")
    assert len(outcome.statements) == 2
    assert outcome.reaches == {"AZ": ["AZ"], "TR": ["TR"]}
    assert alone.given_to("AZ") == alone.given_to("TR") == [GREEN["id"]]


def test_a_text_selects_by_name(alone: Alone) -> None:
    assert alone.releases(to="AZ", query="green.example").objects == {GREEN["id"]}


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), UsageProblem),
        (("green",), UsageProblem),
        ((malware("nothing")["id"],), UnknownProblem),
        (("import--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00",), UnknownProblem),
    ],
)
def test_what_stands_for_nothing_is_refused(alone: Alone, words: tuple[str, ...], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        alone.releases(*words, to="AZ")


def test_a_text_that_nothing_has_is_refused(alone: Alone) -> None:
    with pytest.raises(UnknownProblem):
        alone.releases(to="AZ", query="nothing has this")


# Labels


def test_without_a_label_the_objects_own_marking_is_it(alone: Alone) -> None:
    (statement,) = alone.releases(GREEN["id"], AMBER["id"], to="AZ").statements
    assert statement.label is Tlp.AMBER, "the strictest of what goes"


def test_what_has_no_marking_needs_a_label(alone: Alone) -> None:
    with pytest.raises(RefusedProblem) as problem:
        alone.releases(BARE["id"], to="AZ")
    assert refused(problem) == {(BARE["id"], "AZ", "LBL-01")}
    (statement,) = alone.releases(BARE["id"], to="AZ", label=Tlp.AMBER_STRICT).statements
    assert statement.label is Tlp.AMBER_STRICT


def test_a_label_is_never_wider_than_the_marking(alone: Alone) -> None:
    with pytest.raises(RefusedProblem) as problem:
        alone.releases(AMBER["id"], to="AZ", label=Tlp.GREEN)
    assert refused(problem) == {(AMBER["id"], "AZ", "LBL-02")}


# Nothing goes unless everything may


def test_nothing_goes_to_anybody_unless_everything_may_go_to_everybody(alone: Alone) -> None:
    with pytest.raises(RefusedProblem) as problem:
        alone.releases(GREEN["id"], AMBER["id"], to="AZ,public")
    assert {(stix_id, party) for stix_id, party, _ in refused(problem)} == {
        (GREEN["id"], "public"),
        (AMBER["id"], "public"),
    }
    assert alone.given_to("AZ") == []


def test_the_rest_goes_where_that_is_said(alone: Alone) -> None:
    outcome = alone.releases(GREEN["id"], RED["id"], to="AZ", skip_refused=True)
    assert outcome.objects == {GREEN["id"]}
    assert [(one.object_id, one.party) for one in outcome.refused] == [(RED["id"], "AZ")]
    assert alone.given_to("AZ") == [GREEN["id"]]


def test_nothing_is_stated_where_all_is_refused_and_the_rest_was_asked_for(alone: Alone) -> None:
    outcome = alone.releases(RED["id"], to="AZ", skip_refused=True)
    assert outcome.statements == []


def test_what_only_a_refused_object_cites_stays_with_it(alone: Alone) -> None:
    """Its marking would tell AZ that there is such an object, and from whom."""
    source = marking("a friendly service", STATEMENT)
    secret = indicator("secret.example", Tlp.RED)
    secret["object_marking_refs"].append(source["id"])
    alone.holds(source, secret)
    outcome = alone.releases(GREEN["id"], secret["id"], to="AZ", skip_refused=True)
    assert outcome.objects == {GREEN["id"]}
    assert alone.given_to("AZ") == [GREEN["id"]]


def test_what_only_a_refused_object_refers_to_stays_with_it(alone: Alone) -> None:
    secret = relationship(GREEN["id"], malware("its loader")["id"], Tlp.RED)
    alone.holds(malware("its loader"), secret)
    outcome = alone.releases(GREEN["id"], secret["id"], to="AZ", skip_refused=True, references=References.ADD)
    assert outcome.objects == {GREEN["id"]}
    assert outcome.missing == {}


# What goes along


def test_cited_marking_definitions_go_along(alone: Alone) -> None:
    statement = marking("copyright", STATEMENT)
    cites = indicator("cites.example")
    cites["object_marking_refs"].append(statement["id"])
    alone.holds(statement, cites)
    outcome = alone.releases(cites["id"], to="AZ")
    assert outcome.objects == {cites["id"], statement["id"]}


def test_references_are_left_bare_and_named(alone: Alone) -> None:
    outcome = alone.releases(JOINS["id"], to="AZ")
    assert outcome.missing == {"AZ": sorted([GREEN["id"], LOADER["id"]])}
    assert outcome.objects == {JOINS["id"]}


def test_references_are_added(alone: Alone) -> None:
    outcome = alone.releases(JOINS["id"], to="AZ", references=References.ADD)
    assert outcome.objects == {JOINS["id"], GREEN["id"], LOADER["id"]}
    assert outcome.missing == {}


def test_references_that_may_not_go_are_refused_with_the_rest(alone: Alone) -> None:
    secret = malware("secret loader", Tlp.RED)
    joins = relationship(AMBER["id"], secret["id"])
    alone.holds(secret, joins)
    with pytest.raises(RefusedProblem) as problem:
        alone.releases(joins["id"], to="AZ", references=References.ADD)
    assert {stix_id for stix_id, _, _ in refused(problem)} == {secret["id"]}


def test_missing_references_stop_it(alone: Alone) -> None:
    with pytest.raises(RefusedProblem) as problem:
        alone.releases(JOINS["id"], to="AZ", references=References.STOP)
    assert refused(problem) == {(stix_id, "AZ", "REF-01") for stix_id in (GREEN["id"], LOADER["id"])}
    assert alone.given_to("AZ") == []


def test_references_that_the_audience_has_stop_nothing(alone: Alone) -> None:
    alone.releases(GREEN["id"], LOADER["id"], to="AZ")
    outcome = alone.releases(JOINS["id"], to="AZ", references=References.STOP)
    assert outcome.objects == {JOINS["id"]}


def test_a_reference_to_a_party_is_no_missing_one(alone: Alone) -> None:
    mine = indicator("mine.example", by="KZ")
    alone.holds(mine)
    assert alone.releases(mine["id"], to="AZ", references=References.STOP).objects == {mine["id"]}


# What is there already


def test_what_is_there_already_is_not_given_twice(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="AZ")
    outcome = alone.releases(GREEN["id"], AMBER["id"], to="AZ")
    assert (outcome.already, outcome.objects) == ({GREEN["id"]}, {AMBER["id"]})
    assert alone.given_to("AZ") == [GREEN["id"], AMBER["id"]]


def test_nothing_is_stated_where_all_is_there(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="AZ")
    outcome = alone.releases(GREEN["id"], to="AZ")
    assert (outcome.statements, outcome.already) == ([], {GREEN["id"]})


def test_statements_to_one_audience_are_numbered_on(alone: Alone) -> None:
    numbers = [
        statement.number
        for value in (GREEN, AMBER, LOADER)
        for statement in alone.releases(value["id"], to="AZ").statements
    ]
    assert numbers == [1, 2, 3]


def test_anothers_amber_goes_no_further(alone: Alone) -> None:
    theirs = indicator("theirs.example", Tlp.AMBER, by="AZ")
    alone.holds(theirs, giver="AZ")
    with pytest.raises(RefusedProblem) as problem:
        alone.releases(theirs["id"], to="TR")
    assert refused(problem) == {(theirs["id"], "TR", "TLP-05")}
