"""The label of a release: what it says of objects that carry no marking, and what it may not say of those that do.

Objects are never touched. A label is at least as strict as each object's own marking; it is the marking of what has
none; and a release goes no further than its label lets it.
"""

from __future__ import annotations

import pytest
from tests.rules import words
from tests.rules.tables import Case, cases

from kenesh.basis.problem import UsageProblem
from kenesh.release.conditions import Fact
from kenesh.release.decision import decide
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp

# The author gives it. `counts as` is the marking under which the audience gets it.
LABELS = """
| the object's marking | label            | to               | counts as        | decision | rule   |
|----------------------|------------------|------------------|------------------|----------|--------|
| none                 | none             | a party          | TLP:RED          | withheld | LBL-01 |
| none                 | none             | the public       | TLP:RED          | withheld | LBL-01 |
| none                 | none             | a named person   | TLP:RED          | withheld | LBL-01 |
| a statement          | none             | a party          | TLP:RED          | withheld | LBL-01 |
| PAP:CLEAR            | none             | a party          | TLP:RED          | withheld | LBL-01 |
| TLP:CLEAR on a part  | none             | a party          | TLP:RED          | withheld | LBL-01 |
| none                 | TLP:CLEAR        | the public       | TLP:CLEAR        | allowed  | TLP-12 |
| none                 | TLP:GREEN        | the public       | TLP:GREEN        | withheld | TLP-07 |
| none                 | TLP:GREEN        | all peers        | TLP:GREEN        | allowed  | TLP-11 |
| none                 | TLP:AMBER        | own constituents | TLP:AMBER        | allowed  | TLP-18 |
| none                 | TLP:AMBER        | all peers        | TLP:AMBER        | withheld | TLP-06 |
| none                 | TLP:AMBER+STRICT | a body           | TLP:AMBER+STRICT | allowed  | TLP-09 |
| none                 | TLP:AMBER+STRICT | own constituents | TLP:AMBER+STRICT | withheld | TLP-04 |
| none                 | TLP:RED          | a party          | TLP:RED          | withheld | TLP-01 |
| none                 | TLP:RED          | a named person   | TLP:RED          | allowed  | TLP-02 |
| a statement          | TLP:GREEN        | a body           | TLP:GREEN        | allowed  | TLP-11 |
| PAP:RED              | TLP:CLEAR        | the public       | TLP:CLEAR        | allowed  | TLP-12 |
| TLP:AMBER on a part  | TLP:GREEN        | a body           | TLP:AMBER        | withheld | LBL-02 |
| TLP:AMBER on a part  | TLP:AMBER        | a body           | TLP:AMBER        | allowed  | TLP-10 |
| TLP:CLEAR on a part  | TLP:GREEN        | a body           | TLP:GREEN        | allowed  | TLP-11 |
| TLP:AMBER            | TLP:GREEN        | a party          | TLP:AMBER        | withheld | LBL-02 |
| TLP:AMBER            | TLP:CLEAR        | the public       | TLP:AMBER        | withheld | LBL-02 |
| TLP:RED              | TLP:AMBER+STRICT | a named person   | TLP:RED          | withheld | LBL-02 |
| TLP:AMBER+STRICT     | TLP:AMBER        | a body           | TLP:AMBER+STRICT | withheld | LBL-02 |
| an unknown marking   | TLP:AMBER+STRICT | a body           | TLP:RED          | withheld | LBL-02 |
| TLP:AMBER            | TLP:AMBER        | a party          | TLP:AMBER        | allowed  | TLP-10 |
| TLP:GREEN            | TLP:AMBER        | a party          | TLP:GREEN        | allowed  | TLP-11 |
| TLP:GREEN            | TLP:AMBER        | all peers        | TLP:GREEN        | withheld | LBL-06 |
| TLP:GREEN            | TLP:AMBER+STRICT | own constituents | TLP:GREEN        | withheld | LBL-05 |
| TLP:GREEN            | TLP:RED          | a body           | TLP:GREEN        | withheld | LBL-04 |
| TLP:CLEAR            | TLP:GREEN        | the public       | TLP:CLEAR        | withheld | LBL-07 |
| TLP:CLEAR            | TLP:AMBER        | the public       | TLP:CLEAR        | withheld | LBL-06 |
| TLP:CLEAR            | TLP:AMBER+STRICT | the public       | TLP:CLEAR        | withheld | LBL-05 |
| TLP:CLEAR            | TLP:RED          | the public       | TLP:CLEAR        | withheld | LBL-04 |
| TLP:CLEAR            | TLP:RED          | a named person   | TLP:CLEAR        | allowed  | TLP-12 |
| TLP:CLEAR            | TLP:GREEN        | all peers        | TLP:CLEAR        | allowed  | TLP-12 |
"""

# It is another's, who gave it under a label, and this node passes it on under a label of its own.
PASSED_ON = """
| the object's marking | given under      | label            | to               | decision | rule   |
|----------------------|------------------|------------------|------------------|----------|--------|
| none                 | TLP:GREEN        | none             | a party          | withheld | LBL-01 |
| none                 | TLP:GREEN        | TLP:GREEN        | a party          | allowed  | TLP-11 |
| none                 | TLP:GREEN        | TLP:CLEAR        | the public       | withheld | LBL-08 |
| none                 | TLP:CLEAR        | TLP:CLEAR        | the public       | allowed  | TLP-12 |
| none                 | TLP:AMBER        | TLP:GREEN        | a party          | withheld | LBL-08 |
| none                 | TLP:AMBER        | TLP:AMBER        | a body           | withheld | TLP-05 |
| none                 | TLP:AMBER        | TLP:AMBER        | own constituents | allowed  | TLP-18 |
| none                 | TLP:AMBER+STRICT | TLP:AMBER        | own constituents | withheld | LBL-08 |
| none                 | TLP:AMBER+STRICT | TLP:AMBER+STRICT | a party          | withheld | TLP-03 |
| none                 | TLP:AMBER+STRICT | TLP:CLEAR        | the public       | withheld | LBL-08 |
| none                 | no label         | TLP:AMBER+STRICT | a party          | withheld | LBL-08 |
| none                 | TLP:RED          | TLP:RED          | a named person   | withheld | TLP-13 |
| TLP:CLEAR on a part  | TLP:GREEN        | TLP:CLEAR        | the public       | withheld | LBL-08 |
| TLP:GREEN            | TLP:AMBER        | none             | a party          | allowed  | TLP-11 |
| TLP:GREEN            | TLP:GREEN        | TLP:AMBER+STRICT | a party          | allowed  | TLP-11 |
| TLP:GREEN            | TLP:GREEN        | TLP:CLEAR        | a party          | withheld | LBL-02 |
| TLP:GREEN            | TLP:GREEN        | TLP:GREEN        | a body           | allowed  | TLP-11 |
| TLP:AMBER            | TLP:AMBER        | TLP:AMBER        | a body           | withheld | TLP-05 |
"""

NO_LABEL_OF_TLP = """
| the object's marking | label            | to         | decision | rule   |
|----------------------|------------------|------------|----------|--------|
| TLP:CLEAR            | an unknown level | the public | withheld | LBL-03 |
| none                 | an unknown level | a party    | withheld | LBL-03 |
"""


@pytest.mark.parametrize("case", cases(LABELS))
def test_what_a_label_does(case: Case) -> None:
    facts = words.facts_of_release(case["the object's marking"], case["label"], "the author", case["to"])
    assert Tlp(facts[Fact.MARKING]).label == case["counts as"]
    assert words.outcome(decide(Stage.RELEASE, facts)) == (case["decision"], case["rule"])


@pytest.mark.parametrize("case", cases(PASSED_ON))
def test_a_label_gives_no_leave_to_pass_on(case: Case) -> None:
    facts = words.facts_of_release(
        case["the object's marking"], case["label"], "one who passes it on", case["to"], given=case["given under"]
    )
    assert words.outcome(decide(Stage.RELEASE, facts)) == (case["decision"], case["rule"])


@pytest.mark.parametrize("case", cases(NO_LABEL_OF_TLP))
def test_a_label_that_tlp_does_not_know_is_refused(case: Case) -> None:
    facts = words.facts_of_release(case["the object's marking"], "TLP:CLEAR", "the author", case["to"])
    assert words.outcome(decide(Stage.RELEASE, {**facts, Fact.LABEL: 9})) == (case["decision"], case["rule"])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("clear", Tlp.CLEAR),
        ("white", Tlp.CLEAR),
        ("TLP:WHITE", Tlp.CLEAR),
        ("tlp:green", Tlp.GREEN),
        ("Amber", Tlp.AMBER),
        ("amber+strict", Tlp.AMBER_STRICT),
        ("amber-strict", Tlp.AMBER_STRICT),
        ("AMBER_STRICT", Tlp.AMBER_STRICT),
        ("strict", Tlp.AMBER_STRICT),
        ("TLP:RED", Tlp.RED),
    ],
)
def test_a_label_may_be_said_as_people_say_it(said: str, meant: Tlp) -> None:
    assert Tlp.named(said) is meant
    assert Tlp.named(meant.label) is meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "TLP:",
        "yellow",
        "TLP: RED",
        " red",
        "red ",
        "TLP:TLP:RED",
        "tlp-red",
        "amber+",
        "4",
        "wh\u0131te",
        "\u017ftrict",
    ],
)
def test_nothing_else_is_a_label(said: str) -> None:
    with pytest.raises(UsageProblem):
        Tlp.named(said)


def test_each_label_has_the_marking_of_tlp_2_0() -> None:
    assert {tlp.label: tlp.marking_ref for tlp in Tlp} == {
        word: ref for word, ref in words.MARKINGS.items() if word.startswith("TLP:")
    }
