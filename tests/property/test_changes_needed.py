"""What explain says would have to change does turn the outcome, and nothing less does."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_release_readings import FREE, ORDINARY

from kenesh.release.audience import AudienceKind
from kenesh.release.changes import after, changes_needed
from kenesh.release.conditions import NO_LABEL, Fact, Facts
from kenesh.release.decision import decide
from kenesh.release.rules import STAGE_FACTS, Stage
from kenesh.stix.marking import Tlp

ANY = st.fixed_dictionaries({fact: st.sampled_from(ORDINARY[fact]) for fact in sorted(STAGE_FACTS[Stage.RELEASE])})


@settings(max_examples=1_000)
@given(facts=ANY)
def test_each_set_of_changes_turns_the_outcome_and_no_part_of_it_does(facts: Facts) -> None:
    for chosen in changes_needed(facts):
        assert decide(Stage.RELEASE, after(facts, chosen)).allowed
        for size in range(len(chosen)):
            for part in combinations(chosen, size):
                assert not decide(Stage.RELEASE, after(facts, part)).allowed


@settings(max_examples=1_000)
@given(facts=ANY.map(lambda facts: facts | {fact: FREE[fact] for fact in FREE if fact in facts}))
def test_what_is_allowed_needs_no_change_and_what_its_marking_alone_forbids_has_one(facts: Facts) -> None:
    assert bool(changes_needed(facts)) is not decide(Stage.RELEASE, facts).allowed


def test_amber_of_another_needs_its_author_or_another_marking() -> None:
    facts = dict.fromkeys(STAGE_FACTS[Stage.RELEASE], 0) | {
        Fact.MARKING: int(Tlp.AMBER), Fact.OWN_MARKING: int(Tlp.AMBER), Fact.MARKED: 1, Fact.LABEL: NO_LABEL,
        Fact.GIVEN: int(Tlp.AMBER), Fact.FORWARDED: 1, Fact.AUDIENCE: int(AudienceKind.PARTY),
        Fact.CEILING: int(Tlp.RED), Fact.VALID: 1, Fact.CARRIED: 1, Fact.PAP: NO_LABEL, Fact.OWN_PAP: NO_LABEL,
    }  # fmt: skip
    said = [[change.what for change in chosen] for chosen in changes_needed(facts)]
    assert said == [["its author releases it to them himself"], ["its author marks it TLP:GREEN"]]
