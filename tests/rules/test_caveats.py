"""Caveats: under which conditions a release is given, besides its marking; they bind who got it.

The objects are marked TLP:GREEN, which goes to any party, so that nothing but the caveats stands in the way.
"""

from __future__ import annotations

from typing import Final

import pytest
from tests.rules import words
from tests.rules.tables import Case, cases

from kenesh.basis.instants import Instant, instant_of
from kenesh.holdings.egress import Given, Terms, may_release
from kenesh.holdings.feed import read_facts
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import class_audience
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.conditions import Fact, facts_asked
from kenesh.release.decision import decide
from kenesh.release.reader import peer_reader
from kenesh.release.rules import STAGE_FACTS, Stage, rules_at
from kenesh.stix.marking import Tlp
from kenesh.stix.pap import Pap

# The author gives it, today, which is 1 December 2026. TR is an organisation of the council.
GIVING = """
| caveats of the release       | its own PAP | to         | decision | rule   |
|------------------------------|-------------|------------|----------|--------|
| none                         | none        | a party    | allowed  | TLP-11 |
| until 1 December             | none        | a party    | allowed  | TLP-11 |
| until 30 November            | none        | a party    | withheld | CAV-01 |
| not for TR                   | none        | a party    | withheld | CAV-02 |
| not for HU                   | none        | a party    | allowed  | TLP-11 |
| not for organisations        | none        | a party    | withheld | CAV-02 |
| not for partners             | none        | a class    | withheld | CAV-02 |
| not for organisations        | none        | a class    | allowed  | TLP-11 |
| not for TR                   | none        | a body     | allowed  | TLP-11 |
| not for TR                   | none        | all peers  | withheld | CAV-03 |
| not for TR                   | none        | the public | withheld | CAV-03 |
| PAP:AMBER                    | PAP:GREEN   | a party    | allowed  | TLP-11 |
| PAP:AMBER                    | PAP:AMBER   | a party    | allowed  | TLP-11 |
| PAP:GREEN                    | PAP:AMBER   | a party    | withheld | CAV-06 |
| PAP:CLEAR                    | PAP:RED     | a body     | withheld | CAV-06 |
| none                         | PAP:RED     | a party    | allowed  | TLP-11 |
| for the summit               | none        | a party    | allowed  | TLP-11 |
| source hidden                | none        | a party    | allowed  | TLP-11 |
"""

# AZ is its author and gave it so; or HU did, and passed it on. This node passes it on under caveats of its own.
PASSING_ON = """
| given by AZ             | given by HU       | caveats of the release     | to      | decision | rule   |
|-------------------------|-------------------|----------------------------|---------|----------|--------|
| none                    | nothing           | none                       | a party | allowed  | TLP-11 |
| not for TR              | nothing           | none                       | a party | withheld | CAV-02 |
| not for TR              | nothing           | not for TR                 | a party | withheld | CAV-02 |
| not for TR              | nothing           | none                       | a body  | withheld | CAV-04 |
| not for TR              | nothing           | not for TR                 | a body  | allowed  | TLP-11 |
| not for TR              | nothing           | not for HU, not for TR     | a body  | allowed  | TLP-11 |
| PAP:AMBER               | nothing           | none                       | a party | withheld | CAV-04 |
| PAP:AMBER               | nothing           | PAP:GREEN                  | a party | withheld | CAV-04 |
| PAP:AMBER               | nothing           | PAP:RED                    | a party | allowed  | TLP-11 |
| for the summit          | nothing           | none                       | a party | withheld | CAV-04 |
| for the summit          | nothing           | for the fair               | a party | withheld | CAV-04 |
| for the summit          | nothing           | for the summit             | a party | allowed  | TLP-11 |
| until 2 December        | nothing           | none                       | a party | withheld | CAV-04 |
| until 2 December        | nothing           | until 3 December           | a party | withheld | CAV-04 |
| until 2 December        | nothing           | until 1 December           | a party | allowed  | TLP-11 |
| until 30 November       | nothing           | until 30 November          | a party | withheld | CAV-01 |
| source hidden           | nothing           | none                       | a party | withheld | CAV-04 |
| source hidden           | nothing           | source hidden              | a party | withheld | CAV-05 |
| none                    | PAP:RED           | none                       | a party | allowed  | TLP-11 |
| PAP:RED / none          | nothing           | none                       | a party | allowed  | TLP-11 |
| not for TR / not for HU | nothing           | not for HU                 | a party | allowed  | TLP-11 |
| nothing                 | not for TR        | none                       | a party | withheld | CAV-02 |
| nothing                 | none / PAP:AMBER  | none                       | a party | withheld | CAV-04 |
| nothing                 | none / PAP:AMBER  | PAP:AMBER                  | a party | allowed  | TLP-11 |
"""

# TR's node reads what was released to a circle in which it is.
SEEING = """
| caveats of the release | read on    | decision | rule   |
|------------------------|------------|----------|--------|
| none                   | 1 December | allowed  | TLP-11 |
| until 1 December       | 1 December | allowed  | TLP-11 |
| until 1 December       | 2 December | withheld | CAV-01 |
| not for TR             | 1 December | withheld | CAV-02 |
| not for organisations  | 1 December | withheld | CAV-02 |
| not for partners       | 1 December | allowed  | TLP-11 |
| not for HU             | 1 December | allowed  | TLP-11 |
| PAP:RED                | 1 December | allowed  | TLP-11 |
"""

TR: Final = party_id("TR")
TR_REFS: Final = (TR, class_audience(Role.ORGANISATION).ref)
BARRED: Final = {
    "TR": TR,
    "HU": party_id("HU"),
    "organisations": class_audience(Role.ORGANISATION).ref,
    "partners": class_audience(Role.PARTNER).ref,
}


def day(words: str) -> Instant:
    """Noon of a day: `1 December`."""
    number, month = words.split()
    return instant_of(f"2026-{11 if month == 'November' else 12}-{int(number):02}T12:00:00Z")


def caveats(text: str) -> Caveats:
    found: dict[str, object] = {}
    barred: set[str] = set()
    for word in text.split(", "):
        if word.startswith("not for "):
            barred.add(BARRED[word.removeprefix("not for ")])
        elif word.startswith("until "):
            found["valid_until"] = day(word.removeprefix("until "))
        elif word.startswith("PAP:"):
            found["pap"] = Pap.named(word)
        elif word.startswith("for "):
            found["purpose"] = word
        elif word == "source hidden":
            found["source_hidden"] = True
        else:
            assert word == "none", word
    return Caveats(not_for=tuple(sorted(barred)), **found)  # type: ignore[arg-type]


def all_given(text: str) -> tuple[Caveats, ...]:
    return () if text == "nothing" else tuple(map(caveats, text.split(" / ")))


def refs(to: str) -> tuple[str, ...]:
    return {"a party": TR_REFS, "a class": (class_audience(Role.PARTNER).ref,)}.get(to, ())


@pytest.mark.parametrize("case", cases(GIVING))
def test_what_a_caveat_does_to_a_release(case: Case) -> None:
    own = None if case["its own PAP"] == "none" else Pap.named(case["its own PAP"])
    terms = Terms(day("1 December"), caveats(case["caveats of the release"]), Given(), refs(case["to"]), own)
    held = words.held(words.marking("TLP:GREEN"))
    decision = may_release(held, words.AUDIENCES[case["to"]], None, words.OWN, terms)
    assert words.outcome(decision) == (case["decision"], case["rule"])


@pytest.mark.parametrize("case", cases(PASSING_ON))
def test_caveats_bind_who_got_it(case: Case) -> None:
    his, others = all_given(case["given by AZ"]), all_given(case["given by HU"])
    given = Given(his, () if his else others)
    terms = Terms(day("1 December"), caveats(case["caveats of the release"]), given, refs(case["to"]))
    held = words.held(words.marking("TLP:GREEN"), passed_on=True, created_by=words.AUTHOR)
    decision = may_release(held, words.AUDIENCES[case["to"]], None, words.OWN, terms)
    assert words.outcome(decision) == (case["decision"], case["rule"])


def test_who_is_not_named_may_be_passed_on_without_a_name() -> None:
    given = Given((Caveats(source_hidden=True),))
    terms = Terms(day("1 December"), Caveats(source_hidden=True), given, TR_REFS)
    held = words.held(words.marking("TLP:GREEN"), passed_on=True)
    assert may_release(held, words.AUDIENCES["a party"], None, words.OWN, terms).allowed


@pytest.mark.parametrize("case", cases(SEEING))
def test_what_a_caveat_does_to_a_reader(case: Case) -> None:
    said = caveats(case["caveats of the release"])
    valid, barred = said.hold_at(day(case["read on"])), said.bar(TR_REFS)
    facts = read_facts(peer_reader(TR), words.AUDIENCES["a body"], Tlp.GREEN, valid=valid, barred=barred)
    assert words.outcome(decide(Stage.READ, facts)) == (case["decision"], case["rule"])


@pytest.mark.parametrize(
    "text", ["none", "PAP:RED, for the summit, not for TR, not for HU, source hidden, until 1 December"]
)
def test_caveats_are_read_as_they_were_written(text: str) -> None:
    said = caveats(text)
    assert Caveats.read(said.wire()) == said
    assert (said.wire() == {}) == (said == NO_CAVEATS)


# What a node gives to the class of partners, or to all who are there: nothing that is marked more strictly.
CEILINGS = """
| ceiling   | marking          | label            | to               | decision | rule   |
|-----------|------------------|------------------|------------------|----------|--------|
| none      | TLP:AMBER        | none             | a class          | allowed  | TLP-10 |
| TLP:GREEN | TLP:AMBER        | none             | a class          | withheld | CEI-01 |
| TLP:GREEN | TLP:GREEN        | none             | a class          | allowed  | TLP-11 |
| TLP:GREEN | TLP:CLEAR        | none             | a class          | allowed  | TLP-12 |
| TLP:CLEAR | TLP:GREEN        | none             | a class          | withheld | CEI-01 |
| TLP:GREEN | none             | TLP:AMBER        | a class          | withheld | CEI-01 |
| TLP:AMBER | TLP:AMBER+STRICT | none             | a party          | withheld | CEI-01 |
"""


@pytest.mark.parametrize("case", cases(CEILINGS))
def test_nothing_goes_above_a_ceiling_and_nothing_is_read_above_it(case: Case) -> None:
    ceiling = Tlp.RED if case["ceiling"] == "none" else Tlp.named(case["ceiling"])
    held, label = words.held(words.marking(case["marking"])), words.label(case["label"])
    terms = Terms(day("1 December"), ceiling=ceiling)
    decision = may_release(held, words.AUDIENCES[case["to"]], label, words.OWN, terms)
    assert words.outcome(decision) == (case["decision"], case["rule"])
    facts = read_facts(peer_reader(TR), words.AUDIENCES[case["to"]], held.marking_under(label), ceiling=ceiling)
    assert words.outcome(decide(Stage.READ, facts)) == (case["decision"], case["rule"])


def test_no_read_asks_what_an_object_says_of_pap() -> None:
    """That stands in its octets, and is read at the act of releasing alone."""
    asked = frozenset[Fact]().union(*(facts_asked(rule.when) for rule in rules_at(Stage.READ)))
    assert not asked & {Fact.PAP, Fact.OWN_PAP}
    assert {Fact.PAP, Fact.OWN_PAP} <= STAGE_FACTS[Stage.RELEASE] - STAGE_FACTS[Stage.READ]
