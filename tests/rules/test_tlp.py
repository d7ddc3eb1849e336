"""The Traffic Light Protocol: what markings amount to, who may give a marked object to whom, and who may see it.

Source: FIRST TLP 2.0; STIX 2.1 §7.2. A marking is known by its identifier, and by nothing else.
"""

from __future__ import annotations

import pytest
from tests.rules import words
from tests.rules.tables import Case, cases

from kenesh.holdings.feed import read_facts
from kenesh.release.decision import decide
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.rules import Stage
from kenesh.stix.marking import PAP_BY_ID, TLP_BY_ID, Tlp
from kenesh.stix.objects import Version, is_statement_marking

# `without a label` is how the object counts when the release says nothing; `under GREEN` when it says TLP:GREEN.
MARKINGS = """
| markings of the object                  | without a label  | under GREEN      |
|-----------------------------------------|------------------|------------------|
| TLP:RED                                 | TLP:RED          | TLP:RED          |
| TLP:AMBER+STRICT                        | TLP:AMBER+STRICT | TLP:AMBER+STRICT |
| TLP:AMBER                               | TLP:AMBER        | TLP:AMBER        |
| TLP:GREEN                               | TLP:GREEN        | TLP:GREEN        |
| TLP:CLEAR                               | TLP:CLEAR        | TLP:CLEAR        |
| TLP 1.0 RED                             | TLP:RED          | TLP:RED          |
| TLP 1.0 AMBER                           | TLP:AMBER        | TLP:AMBER        |
| TLP 1.0 GREEN                           | TLP:GREEN        | TLP:GREEN        |
| TLP 1.0 WHITE                           | TLP:CLEAR        | TLP:CLEAR        |
| OpenCTI's AMBER+STRICT                  | TLP:AMBER+STRICT | TLP:AMBER+STRICT |
| TLP:CLEAR, TLP:AMBER                    | TLP:AMBER        | TLP:AMBER        |
| TLP:RED, TLP 1.0 WHITE                  | TLP:RED          | TLP:RED          |
| TLP 1.0 AMBER, OpenCTI's AMBER+STRICT   | TLP:AMBER+STRICT | TLP:AMBER+STRICT |
| an unknown marking                      | TLP:RED          | TLP:RED          |
| TLP:CLEAR, an unknown marking           | TLP:RED          | TLP:RED          |
| one that is named TLP:CLEAR             | TLP:RED          | TLP:RED          |
| TLP:CLEAR, one that is named TLP:CLEAR  | TLP:RED          | TLP:RED          |
| none                                    | TLP:RED          | TLP:GREEN        |
| a statement                             | TLP:RED          | TLP:GREEN        |
| TLP:CLEAR, a statement                  | TLP:CLEAR        | TLP:CLEAR        |
| PAP:RED                                 | TLP:RED          | TLP:GREEN        |
| PAP:RED, TLP:CLEAR                      | TLP:CLEAR        | TLP:CLEAR        |
| PAP:CLEAR, TLP:AMBER                    | TLP:AMBER        | TLP:AMBER        |
| PAP:AMBER, PAP:GREEN, a statement       | TLP:RED          | TLP:GREEN        |
| TLP:CLEAR on a part                     | TLP:RED          | TLP:GREEN        |
| TLP:AMBER on a part                     | TLP:RED          | TLP:AMBER        |
| TLP:RED on a part                       | TLP:RED          | TLP:RED          |
| TLP:GREEN, TLP:RED on a part            | TLP:RED          | TLP:RED          |
| TLP:GREEN, TLP:AMBER on a part          | TLP:AMBER        | TLP:AMBER        |
| TLP:AMBER, TLP:GREEN on a part          | TLP:AMBER        | TLP:AMBER        |
| TLP:GREEN, an unknown marking on a part | TLP:RED          | TLP:RED          |
| an unknown marking on a part            | TLP:RED          | TLP:RED          |
| a statement on a part                   | TLP:RED          | TLP:GREEN        |
| TLP:CLEAR, PAP:RED on a part            | TLP:CLEAR        | TLP:CLEAR        |
"""

# Who gives the object: the author, or one who passes on what another wrote. To whom it goes.
GIVING = """
| marking                        | who gives it         | to                         | decision | rule   |
|--------------------------------|----------------------|----------------------------|----------|--------|
| TLP:RED                        | the author           | a named person             | allowed  | TLP-02 |
| TLP:RED                        | the author           | a party                    | withheld | TLP-01 |
| TLP:RED                        | the author           | a body                     | withheld | TLP-01 |
| TLP:RED                        | the author           | a class                    | withheld | TLP-01 |
| TLP:RED                        | the author           | own constituents           | withheld | TLP-01 |
| TLP:RED                        | the author           | all peers                  | withheld | TLP-01 |
| TLP:RED                        | the author           | the public                 | withheld | TLP-01 |
| TLP:RED                        | the author           | a party, naming persons    | withheld | TLP-14 |
| TLP:RED                        | the author           | a body, naming persons     | withheld | TLP-14 |
| TLP:RED                        | the author           | the public, naming persons | withheld | TLP-14 |
| TLP:RED                        | one who passes it on | a named person             | withheld | TLP-13 |
| TLP:RED                        | one who passes it on | a party                    | withheld | TLP-01 |
| TLP:AMBER+STRICT               | the author           | a named person             | allowed  | TLP-09 |
| TLP:AMBER+STRICT               | the author           | a party                    | allowed  | TLP-09 |
| TLP:AMBER+STRICT               | the author           | a body                     | allowed  | TLP-09 |
| TLP:AMBER+STRICT               | the author           | a class                    | allowed  | TLP-09 |
| TLP:AMBER+STRICT               | the author           | own constituents           | withheld | TLP-04 |
| TLP:AMBER+STRICT               | the author           | all peers                  | withheld | TLP-04 |
| TLP:AMBER+STRICT               | the author           | the public                 | withheld | TLP-04 |
| TLP:AMBER+STRICT               | one who passes it on | a named person             | withheld | TLP-03 |
| TLP:AMBER+STRICT               | one who passes it on | a party                    | withheld | TLP-03 |
| TLP:AMBER+STRICT               | one who passes it on | a body                     | withheld | TLP-03 |
| TLP:AMBER+STRICT               | one who passes it on | a class                    | withheld | TLP-03 |
| TLP:AMBER+STRICT               | one who passes it on | own constituents           | withheld | TLP-03 |
| TLP:AMBER+STRICT               | one who passes it on | all peers                  | withheld | TLP-03 |
| TLP:AMBER+STRICT               | one who passes it on | the public                 | withheld | TLP-03 |
| TLP:AMBER                      | the author           | a named person             | allowed  | TLP-10 |
| TLP:AMBER                      | the author           | a party                    | allowed  | TLP-10 |
| TLP:AMBER                      | the author           | a body                     | allowed  | TLP-10 |
| TLP:AMBER                      | the author           | a class                    | allowed  | TLP-10 |
| TLP:AMBER                      | the author           | own constituents           | allowed  | TLP-18 |
| TLP:AMBER                      | the author           | all peers                  | withheld | TLP-06 |
| TLP:AMBER                      | the author           | the public                 | withheld | TLP-06 |
| TLP:AMBER                      | one who passes it on | a named person             | withheld | TLP-05 |
| TLP:AMBER                      | one who passes it on | a party                    | withheld | TLP-05 |
| TLP:AMBER                      | one who passes it on | a body                     | withheld | TLP-05 |
| TLP:AMBER                      | one who passes it on | a class                    | withheld | TLP-05 |
| TLP:AMBER                      | one who passes it on | own constituents           | allowed  | TLP-18 |
| TLP:AMBER                      | one who passes it on | all peers                  | withheld | TLP-06 |
| TLP:AMBER                      | one who passes it on | the public                 | withheld | TLP-06 |
| TLP:GREEN                      | the author           | a party                    | allowed  | TLP-11 |
| TLP:GREEN                      | the author           | a body                     | allowed  | TLP-11 |
| TLP:GREEN                      | the author           | a class                    | allowed  | TLP-11 |
| TLP:GREEN                      | the author           | own constituents           | allowed  | TLP-11 |
| TLP:GREEN                      | the author           | all peers                  | allowed  | TLP-11 |
| TLP:GREEN                      | the author           | the public                 | withheld | TLP-07 |
| TLP:GREEN                      | one who passes it on | a named person             | allowed  | TLP-11 |
| TLP:GREEN                      | one who passes it on | a party                    | allowed  | TLP-11 |
| TLP:GREEN                      | one who passes it on | a body                     | allowed  | TLP-11 |
| TLP:GREEN                      | one who passes it on | a class                    | allowed  | TLP-11 |
| TLP:GREEN                      | one who passes it on | own constituents           | allowed  | TLP-11 |
| TLP:GREEN                      | one who passes it on | all peers                  | allowed  | TLP-11 |
| TLP:GREEN                      | one who passes it on | the public                 | withheld | TLP-07 |
| TLP:CLEAR                      | the author           | a party                    | allowed  | TLP-12 |
| TLP:CLEAR                      | the author           | the public                 | allowed  | TLP-12 |
| TLP:CLEAR                      | one who passes it on | all peers                  | allowed  | TLP-12 |
| TLP:CLEAR                      | one who passes it on | the public                 | allowed  | TLP-12 |
| TLP 1.0 RED                    | the author           | a party                    | withheld | TLP-01 |
| TLP 1.0 AMBER                  | one who passes it on | a party                    | withheld | TLP-05 |
| TLP 1.0 GREEN                  | the author           | the public                 | withheld | TLP-07 |
| TLP 1.0 WHITE                  | one who passes it on | the public                 | allowed  | TLP-12 |
| OpenCTI's AMBER+STRICT         | one who passes it on | a party                    | withheld | TLP-03 |
| TLP:CLEAR, TLP:AMBER           | the author           | the public                 | withheld | TLP-06 |
| an unknown marking             | the author           | a party                    | withheld | TLP-01 |
| one that is named TLP:CLEAR    | the author           | the public                 | withheld | TLP-01 |
| TLP:GREEN, TLP:RED on a part   | the author           | a body                     | withheld | TLP-01 |
| TLP:GREEN, TLP:AMBER on a part | one who passes it on | a body                     | withheld | TLP-05 |
| PAP:RED, TLP:CLEAR             | the author           | the public                 | allowed  | TLP-12 |
| PAP:RED, TLP:GREEN             | one who passes it on | a body                     | allowed  | TLP-11 |
| TLP:CLEAR, a statement         | one who passes it on | the public                 | allowed  | TLP-12 |
"""

# Another version of the same object that this node knows is marked more strictly: that holds for this version too.
OTHER_VERSIONS = """
| marking   | another version  | who gives it         | to         | decision | rule   |
|-----------|------------------|----------------------|------------|----------|--------|
| TLP:CLEAR | TLP:AMBER        | the author           | the public | withheld | TLP-06 |
| TLP:GREEN | TLP:RED          | the author           | a party    | withheld | TLP-01 |
| TLP:GREEN | TLP:AMBER+STRICT | one who passes it on | a party    | withheld | TLP-03 |
| TLP:RED   | TLP:CLEAR        | the author           | a party    | withheld | TLP-01 |
| TLP:AMBER | TLP:GREEN        | one who passes it on | a body     | withheld | TLP-05 |
| TLP:GREEN | TLP:CLEAR        | one who passes it on | a body     | allowed  | TLP-11 |
"""

# Everybody here belongs to the audience, and a release in force gives it to him: what stands against it is the marking.
SEEING = """
| marking          | given to         | who asks                | decision | rule   |
|------------------|------------------|-------------------------|----------|--------|
| TLP:RED          | a named person   | the person named        | allowed  | TLP-02 |
| TLP:RED          | a named person   | another person          | withheld | TLP-01 |
| TLP:RED          | a party          | the person named        | allowed  | TLP-02 |
| TLP:RED          | a party          | another person          | withheld | TLP-01 |
| TLP:RED          | a party          | a peer's node           | withheld | TLP-01 |
| TLP:RED          | a party          | a client account        | withheld | TLP-01 |
| TLP:RED          | a body           | a constituent           | withheld | TLP-01 |
| TLP:RED          | the public       | nobody                  | withheld | TLP-01 |
| TLP:RED          | a party          | a peer's node, named    | withheld | TLP-15 |
| TLP:RED          | a party          | a client account, named | withheld | TLP-15 |
| TLP:RED          | own constituents | a constituent, named    | withheld | TLP-15 |
| TLP:RED          | the public       | nobody, named           | withheld | TLP-15 |
| TLP:RED          | own constituents | the person named        | withheld | TLP-16 |
| TLP:RED          | all peers        | the person named        | withheld | TLP-16 |
| TLP:RED          | the public       | the person named        | withheld | TLP-16 |
| TLP:AMBER+STRICT | a party          | a peer's node           | allowed  | TLP-09 |
| TLP:AMBER+STRICT | a body           | a peer's node           | allowed  | TLP-09 |
| TLP:AMBER+STRICT | a party          | a client account        | allowed  | TLP-09 |
| TLP:AMBER+STRICT | a body           | another person          | allowed  | TLP-09 |
| TLP:AMBER+STRICT | a party          | a constituent           | withheld | TLP-17 |
| TLP:AMBER+STRICT | own constituents | a constituent           | withheld | TLP-04 |
| TLP:AMBER+STRICT | all peers        | a peer's node           | withheld | TLP-04 |
| TLP:AMBER+STRICT | a party          | nobody                  | withheld | TLP-08 |
| TLP:AMBER+STRICT | the public       | nobody                  | withheld | TLP-04 |
| TLP:AMBER        | a party          | a peer's node           | allowed  | TLP-10 |
| TLP:AMBER        | a class          | a peer's node           | allowed  | TLP-10 |
| TLP:AMBER        | own constituents | a constituent           | allowed  | TLP-18 |
| TLP:AMBER        | all peers        | a peer's node           | withheld | TLP-06 |
| TLP:AMBER        | the public       | a client account        | withheld | TLP-06 |
| TLP:AMBER        | a party          | nobody                  | withheld | TLP-08 |
| TLP:GREEN        | a body           | a peer's node           | allowed  | TLP-11 |
| TLP:GREEN        | all peers        | a peer's node           | allowed  | TLP-11 |
| TLP:GREEN        | own constituents | a constituent           | allowed  | TLP-11 |
| TLP:GREEN        | the public       | a peer's node           | withheld | TLP-07 |
| TLP:GREEN        | the public       | nobody                  | withheld | TLP-07 |
| TLP:GREEN        | all peers        | nobody                  | withheld | TLP-08 |
| TLP:CLEAR        | the public       | nobody                  | allowed  | TLP-12 |
| TLP:CLEAR        | the public       | a client account        | allowed  | TLP-12 |
| TLP:CLEAR        | a party          | a peer's node           | allowed  | TLP-12 |
| an unknown level | a party          | a peer's node           | withheld | DEF-01 |
| an unknown level | the public       | nobody                  | withheld | DEF-01 |
"""

READERS = {
    "the person named": ReaderKind.PERSON,
    "another person": ReaderKind.PERSON,
    "a peer's node": ReaderKind.PEER,
    "a client account": ReaderKind.ACCOUNT,
    "a constituent": ReaderKind.CONSTITUENT,
    "nobody": ReaderKind.NOBODY,
}


@pytest.mark.clause("STIX 2.1 §7.2.1.4")
@pytest.mark.parametrize("case", cases(MARKINGS))
def test_what_the_markings_of_an_object_amount_to(case: Case) -> None:
    marking = words.marking(case["markings of the object"])
    assert (marking.under(None).label, marking.under(Tlp.GREEN).label) == (case["without a label"], case["under GREEN"])
    held = words.held(marking)
    assert (held.marking_under(None), held.marking_under(Tlp.GREEN)) == (marking.under(None), marking.under(Tlp.GREEN))


@pytest.mark.clause("FIRST TLP 2.0")
@pytest.mark.parametrize("case", cases(GIVING))
def test_who_may_give_it_to_whom(case: Case) -> None:
    facts = words.facts_of_release(case["marking"], "none", case["who gives it"], case["to"])
    assert words.outcome(decide(Stage.RELEASE, facts)) == (case["decision"], case["rule"])


@pytest.mark.parametrize("case", cases(OTHER_VERSIONS))
def test_the_strictest_marking_of_all_versions_holds(case: Case) -> None:
    facts = words.facts_of_release(
        case["marking"], "none", case["who gives it"], case["to"], strictest=case["another version"]
    )
    assert words.outcome(decide(Stage.RELEASE, facts)) == (case["decision"], case["rule"])


@pytest.mark.clause("FIRST TLP 2.0")
@pytest.mark.parametrize("case", cases(SEEING))
def test_who_may_see_it(case: Case) -> None:
    who = case["who asks"]
    level = 9 if case["marking"] == "an unknown level" else Tlp.named(case["marking"])
    facts = read_facts(
        Reader(READERS[who.removesuffix(", named")]),
        words.AUDIENCES[case["given to"]],
        level,  # type: ignore[arg-type]  # a level that a later edition may bring
        named=who.endswith("named"),
    )
    assert words.outcome(decide(Stage.READ, facts)) == (case["decision"], case["rule"])


@pytest.mark.parametrize("name", ["TLP:CLEAR", "TLP:WHITE", "TLP:RED"])
def test_a_marking_definition_is_not_what_it_is_called(name: str) -> None:
    """Its name and its extension say TLP; its id is another, so that it is unknown and not even a statement."""
    extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
    value = {
        "type": "marking-definition",
        "id": words.FALSE_CLEAR,
        "name": name,
        "extensions": {extension: {"extension_type": "property-extension", "tlp_2_0": "clear"}},
    }
    assert words.FALSE_CLEAR not in TLP_BY_ID
    assert not is_statement_marking(
        Version(words.FALSE_CLEAR, "marking-definition", None, None, False, b"", b"", value)
    )


def test_every_marking_of_the_fixed_tables_stands_in_a_row() -> None:
    written = {ref for word, ref in words.MARKINGS.items() if f"| {word} " in MARKINGS or f"{word}, " in MARKINGS}
    assert set(TLP_BY_ID) | set(PAP_BY_ID) <= written
