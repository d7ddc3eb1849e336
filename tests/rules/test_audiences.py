"""Exactly one audience: who belongs to it sees what is released to it, and nobody else does.

A party belongs to its inbox, a member to its circle, a party with that role in the council to its class. Persons of the
node see what their party holds, through the bodies that they are cleared for.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.rules import words
from tests.rules.council import Council, hour, membership
from tests.rules.tables import Case, cases

from kenesh.basis.instants import Instant
from kenesh.holdings.feed import read_facts
from kenesh.holdings.holding import holds_seen_by
from kenesh.holdings.rows import Hold
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import (
    AudienceKind,
    audience_named,
    body_audience,
    class_audience,
    collection_id,
    party_audience,
    person_audience,
)
from kenesh.release.decision import decide
from kenesh.release.reader import NOBODY, Reader, ReaderKind, peer_reader
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

# AZ is a member of the circle, and HU an observer; so in the council. TR is admitted and in neither.
FEED = """
| released to        | release   | marking          | who asks            | decision | rule   |
|--------------------|-----------|------------------|---------------------|----------|--------|
| AZ                 | in force  | TLP:AMBER+STRICT | AZ's node           | allowed  | TLP-09 |
| AZ                 | in force  | TLP:AMBER+STRICT | AZ's client account | allowed  | TLP-09 |
| AZ                 | in force  | TLP:GREEN        | TR's node           | withheld | AUD-01 |
| AZ                 | in force  | TLP:CLEAR        | TR's node           | withheld | AUD-01 |
| AZ                 | in force  | TLP:CLEAR        | TR's client account | withheld | AUD-01 |
| AZ                 | in force  | TLP:CLEAR        | nobody              | withheld | AUD-01 |
| AZ                 | in force  | TLP:GREEN        | a constituent of KG | withheld | AUD-01 |
| AZ                 | withdrawn | TLP:CLEAR        | AZ's node           | withheld | GRT-01 |
| the circle         | in force  | TLP:AMBER        | AZ's node           | allowed  | TLP-10 |
| the circle         | in force  | TLP:AMBER        | HU's node           | allowed  | TLP-10 |
| the circle         | in force  | TLP:RED          | AZ's node           | withheld | TLP-01 |
| the circle         | in force  | TLP:CLEAR        | TR's node           | withheld | AUD-01 |
| the circle         | in force  | TLP:CLEAR        | AZ's client account | withheld | AUD-01 |
| the circle         | in force  | TLP:CLEAR        | a constituent of KG | withheld | AUD-01 |
| the circle         | in force  | TLP:CLEAR        | nobody              | withheld | AUD-01 |
| the circle         | withdrawn | TLP:GREEN        | AZ's node           | withheld | GRT-01 |
| the class member   | in force  | TLP:AMBER        | AZ's node           | allowed  | TLP-10 |
| the class member   | in force  | TLP:GREEN        | HU's node           | withheld | AUD-01 |
| the class observer | in force  | TLP:GREEN        | HU's node           | allowed  | TLP-11 |
| the class observer | in force  | TLP:GREEN        | AZ's node           | withheld | AUD-01 |
| the class partner  | in force  | TLP:CLEAR        | AZ's node           | withheld | AUD-01 |
| the class member   | in force  | TLP:CLEAR        | AZ's client account | withheld | AUD-01 |
| all peers          | in force  | TLP:GREEN        | TR's node           | allowed  | TLP-11 |
| all peers          | in force  | TLP:AMBER        | TR's node           | withheld | TLP-06 |
| all peers          | in force  | TLP:CLEAR        | nobody              | withheld | AUD-01 |
| all peers          | in force  | TLP:CLEAR        | TR's client account | withheld | AUD-01 |
| the public         | in force  | TLP:CLEAR        | nobody              | allowed  | TLP-12 |
| the public         | in force  | TLP:CLEAR        | TR's node           | allowed  | TLP-12 |
| the public         | in force  | TLP:CLEAR        | a constituent of KG | allowed  | TLP-12 |
| the public         | in force  | TLP:GREEN        | AZ's node           | withheld | TLP-07 |
| the public         | in force  | TLP:GREEN        | nobody              | withheld | TLP-07 |
| the public         | withdrawn | TLP:CLEAR        | nobody              | withheld | GRT-01 |
| KG's constituents  | in force  | TLP:CLEAR        | the bank, in it     | allowed  | TLP-12 |
| KG's constituents  | in force  | TLP:GREEN        | the bank, in it     | allowed  | TLP-11 |
| KG's constituents  | in force  | TLP:AMBER        | the bank, in it     | allowed  | TLP-18 |
| KG's constituents  | in force  | TLP:AMBER+STRICT | the bank, in it     | withheld | TLP-04 |
| KG's constituents  | in force  | TLP:RED          | the bank, in it     | withheld | TLP-01 |
| KG's constituents  | withdrawn | TLP:CLEAR        | the bank, in it     | withheld | GRT-01 |
| KG's constituents  | in force  | TLP:CLEAR        | a constituent of KG | withheld | AUD-01 |
| KG's constituents  | in force  | TLP:CLEAR        | KG's client account | withheld | AUD-01 |
| KG                 | in force  | TLP:CLEAR        | the bank, in it     | withheld | AUD-01 |
| all peers          | in force  | TLP:CLEAR        | the bank, in it     | withheld | AUD-01 |
| the class member   | in force  | TLP:CLEAR        | the bank, in it     | withheld | AUD-01 |
| the public         | in force  | TLP:CLEAR        | the bank, in it     | allowed  | TLP-12 |
| the public         | in force  | TLP:GREEN        | the bank, in it     | withheld | TLP-07 |
| KG's constituents  | in force  | TLP:GREEN        | TR's node           | withheld | AUD-01 |
| KG's constituents  | in force  | TLP:CLEAR        | nobody              | withheld | AUD-01 |
"""

# Persons of KG's node. `came` says through which release it came to KG, or that a person brought it in himself.
PERSONS = """
| came                     | marking          | label            | who asks                   | decision | rule   |
|--------------------------|------------------|------------------|----------------------------|----------|--------|
| to KG                    | TLP:AMBER+STRICT | TLP:AMBER+STRICT | Aida, cleared for nothing  | allowed  | TLP-09 |
| to KG                    | none             | TLP:AMBER        | Aida, cleared for nothing  | allowed  | TLP-10 |
| to KG                    | TLP:RED          | TLP:RED          | Aida, cleared for all      | withheld | TLP-01 |
| to the circle            | TLP:AMBER        | TLP:AMBER        | Aida, cleared for it       | allowed  | TLP-10 |
| to the circle            | TLP:AMBER        | TLP:AMBER        | Aida, cleared for all      | allowed  | TLP-10 |
| to the circle            | TLP:CLEAR        | TLP:CLEAR        | Aida, cleared for nothing  | withheld | AUD-01 |
| to the circle            | TLP:RED          | TLP:RED          | Aida, cleared for it       | withheld | TLP-01 |
| to the circle            | none             | none             | Aida, cleared for it       | withheld | TLP-01 |
| to the public            | TLP:CLEAR        | TLP:CLEAR        | Aida, cleared for nothing  | allowed  | TLP-12 |
| to the public            | TLP:CLEAR        | TLP:CLEAR        | nobody                     | withheld | AUD-01 |
| to KG                    | TLP:GREEN        | TLP:GREEN        | AZ's node                  | withheld | AUD-01 |
| in a file that Aida took | TLP:RED          | TLP:AMBER+STRICT | Aida, cleared for nothing  | allowed  | TLP-02 |
| in a file that Aida took | TLP:RED          | TLP:AMBER+STRICT | Bolot, cleared for all     | withheld | TLP-01 |
| in a file that Aida took | none             | TLP:AMBER+STRICT | Bolot, cleared for nothing | allowed  | TLP-09 |
| in a file that Aida took | none             | none             | Bolot, cleared for all     | withheld | TLP-01 |
"""

AUDIENCES = {
    "AZ": party_audience(party_id("AZ")),
    "KG": party_audience(words.OWN),
    "the circle": body_audience(words.CIRCLE),
    "the class member": class_audience(Role.MEMBER),
    "the class observer": class_audience(Role.OBSERVER),
    "the class partner": class_audience(Role.PARTNER),
    "all peers": words.AUDIENCES["all peers"],
    "the public": words.AUDIENCES["the public"],
    "KG's constituents": words.CONSTITUENTS,
}
READERS = {
    "AZ's node": peer_reader(party_id("AZ")),
    "HU's node": peer_reader(party_id("HU")),
    "TR's node": peer_reader(party_id("TR")),
    "AZ's client account": Reader(ReaderKind.ACCOUNT, party_id("AZ"), "console"),
    "TR's client account": Reader(ReaderKind.ACCOUNT, party_id("TR"), "console"),
    "a constituent of KG": Reader(ReaderKind.CONSTITUENT, party_id("KG"), "2"),
    "the bank, in it": Reader(ReaderKind.CONSTITUENT, party_id("KG"), "1", groups=frozenset([words.CONSTITUENTS.ref])),
    "KG's client account": Reader(ReaderKind.ACCOUNT, party_id("KG"), "console"),
    "nobody": NOBODY,
    "Aida, cleared for all": Reader(ReaderKind.PERSON, words.OWN, "Aida"),
    "Aida, cleared for it": Reader(ReaderKind.PERSON, words.OWN, "Aida", frozenset([words.CIRCLE])),
    "Aida, cleared for nothing": Reader(ReaderKind.PERSON, words.OWN, "Aida", frozenset()),
    "Bolot, cleared for all": Reader(ReaderKind.PERSON, words.OWN, "Bolot"),
    "Bolot, cleared for nothing": Reader(ReaderKind.PERSON, words.OWN, "Bolot", frozenset()),
}
HOLD = Hold(
    num=1,
    version=1,
    party_ref=party_id("AZ"),
    audience_ref=words.OWN,
    statement=7,
    position=0,
    import_num=None,
    person="",
    label=None,
    since=Instant(0),
)
HOLDS = {
    "to KG": HOLD,
    "to the circle": replace(HOLD, audience_ref=words.CIRCLE),
    "to the public": replace(HOLD, audience_ref=words.AUDIENCES["the public"].ref),
    "in a file that Aida took": replace(HOLD, party_ref=words.OWN, statement=None, position=None, person="Aida"),
}


def council() -> Council:
    found = Council(["AZ", "HU", "TR"])
    found.apply([membership("AZ", "08:00"), membership("HU", "08:00", role=Role.OBSERVER)], "08:00")
    return found


@pytest.mark.parametrize("case", cases(FEED))
def test_who_sees_what_is_released_to_an_audience(case: Case) -> None:
    audience, reader = AUDIENCES[case["released to"]], READERS[case["who asks"]]
    after = council().opens(audience, reader, hour("12:00"))
    facts = read_facts(
        reader,
        audience,
        Tlp.named(case["marking"]),
        addressed=after is not None,
        since_term=after is not None and hour("10:00") > after,
        in_force={"in force": True, "withdrawn": False}[case["release"]],
    )
    assert words.outcome(decide(Stage.READ, facts)) == (case["decision"], case["rule"])


@pytest.mark.parametrize("case", cases(PERSONS))
def test_what_a_person_of_the_node_sees_of_what_it_holds(case: Case) -> None:
    hold = replace(HOLDS[case["came"]], label=words.label(case["label"]))
    held = words.held(words.marking(case["marking"]), passed_on=True)
    ((facts, _),) = holds_seen_by(READERS[case["who asks"]], held, [hold], Instant(0))
    assert words.outcome(decide(Stage.READ, facts)) == (case["decision"], case["rule"])


def test_what_is_given_to_one_person_by_name_is_not_shown_to_his_colleagues() -> None:
    hold = replace(HOLD, audience_ref=person_audience(words.OWN, "Aida").ref, label=Tlp.AMBER)
    held = words.held(words.marking("TLP:AMBER"), passed_on=True)
    ((facts, _),) = holds_seen_by(READERS["Bolot, cleared for all"], held, [hold], Instant(0))
    assert not decide(Stage.READ, facts).allowed


def test_an_audience_has_one_reference_and_a_reference_one_audience() -> None:
    everyone = [*AUDIENCES.values(), *map(class_audience, Role), *words.AUDIENCES.values()]
    assert len({audience.ref for audience in everyone}) == len(set(everyone))
    for audience in everyone:
        if audience.kind not in (AudienceKind.PERSON, AudienceKind.GROUP):
            assert audience_named(audience.ref) == audience
    assert audience_named("audience--00000000-0000-5000-8000-000000000000") is None
    assert audience_named("") is None


def test_no_two_audiences_and_no_two_parties_share_a_collection() -> None:
    everyone = {*AUDIENCES.values(), *map(class_audience, Role), *words.AUDIENCES.values()}
    parties = [party_id("KG"), party_id("AZ")]
    ids = [
        collection_id(party, audience.ref, channel) for party in parties for audience in everyone for channel in Channel
    ]
    assert len(set(ids)) == len(ids)
