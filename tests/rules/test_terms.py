"""Terms: a membership opens a circle from when this node applied it, for as long as it runs, and never backwards.

Source: Kenesh, idea 5. What a term brings besides is given anew to the party's own inbox.
"""

from __future__ import annotations

import pytest
from tests.rules import words
from tests.rules.council import Council, hour, kid_of, membership
from tests.rules.tables import Case, cases

from kenesh.holdings.feed import read_facts
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import body_audience, class_audience
from kenesh.release.decision import decide
from kenesh.release.reader import peer_reader
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp

# AZ's terms in the circle, each `from-until`. `applied`: when this node heard of them. An object marked TLP:GREEN.
TERMS = """
| AZ's terms           | applied | released | read  | decision | rule   | because                                 |
|----------------------|---------|----------|-------|----------|--------|-----------------------------------------|
| 09:00-               | 09:00   | 10:00    | 11:00 | allowed  | TLP-11 | released while it belongs               |
| 09:00-               | 09:00   | 08:00    | 11:00 | withheld | TRM-01 | released before it joined               |
| 09:00-               | 09:00   | 09:00    | 11:00 | withheld | TRM-01 | at the very instant is not later        |
| 09:00-               | 10:00   | 09:30    | 11:00 | withheld | TRM-01 | a term is never dated back              |
| 09:00-               | 10:00   | 10:30    | 11:00 | allowed  | TLP-11 | released after this node applied it     |
| 12:00-               | 09:00   | 08:00    | 11:00 | withheld | AUD-01 | its term begins in the future           |
| 12:00-               | 09:00   | 11:00    | 11:30 | withheld | AUD-01 | not before it begins                    |
| 12:00-               | 09:00   | 11:00    | 12:30 | withheld | TRM-01 | an old release does not turn visible    |
| 12:00-               | 09:00   | 12:10    | 12:30 | allowed  | TLP-11 | its term has begun                      |
| 09:00-12:00          | 09:00   | 10:00    | 11:59 | allowed  | TLP-11 | the last minute of its term             |
| 09:00-12:00          | 09:00   | 10:00    | 12:00 | withheld | AUD-01 | its term is over                        |
| 09:00-12:00          | 09:00   | 12:30    | 13:00 | withheld | AUD-01 | released after it left                  |
| 09:00-12:00, 14:00-  | 09:00   | 10:00    | 13:00 | withheld | AUD-01 | between two terms                       |
| 09:00-12:00, 14:00-  | 09:00   | 10:00    | 15:00 | withheld | TRM-01 | the second term opens nothing of before |
| 09:00-12:00, 14:00-  | 09:00   | 13:00    | 15:00 | withheld | TRM-01 | released while it was out               |
| 09:00-12:00, 14:00-  | 09:00   | 14:30    | 15:00 | allowed  | TLP-11 | released in its second term             |
| none                 | 09:00   | 10:00    | 11:00 | withheld | AUD-01 | it was never a member                   |
| 09:00-, another node | 09:00   | 10:00    | 11:00 | withheld | AUD-01 | the membership names another node       |
| 09:00-, not admitted | 09:00   | 10:00    | 11:00 | withheld | AUD-01 | this node has not admitted its node     |
"""

# AZ is a member of the council until 12:00 and a partner from then on: its class changes, its seat does not.
CLASSES = """
| released to       | released | read  | decision | rule   | because                                   |
|-------------------|----------|-------|----------|--------|-------------------------------------------|
| the class member  | 10:00    | 11:00 | allowed  | TLP-11 | it is a member                            |
| the class partner | 10:00    | 11:00 | withheld | AUD-01 | it is no partner yet                      |
| the class member  | 10:00    | 13:00 | withheld | AUD-01 | it is a member no longer                  |
| the class partner | 10:00    | 13:00 | withheld | TRM-01 | released before it was a partner          |
| the class partner | 12:30    | 13:00 | allowed  | TLP-11 | it is a partner                           |
| the circle        | 10:00    | 13:00 | allowed  | TLP-11 | its seat in the council runs through both |
"""

AUDIENCES = {
    "the class member": class_audience(Role.MEMBER),
    "the class partner": class_audience(Role.PARTNER),
    "the circle": body_audience(words.CIRCLE),
}


def outcome(council: Council, to: str, released: str, read: str) -> tuple[str, str]:
    audience, reader = AUDIENCES[to], peer_reader(party_id("AZ"))
    after = council.opens(audience, reader, hour(read))
    facts = read_facts(
        reader,
        audience,
        Tlp.GREEN,
        addressed=after is not None,
        since_term=after is not None and hour(released) > after,
    )
    return words.outcome(decide(Stage.READ, facts))


@pytest.mark.parametrize("case", cases(TERMS))
def test_what_a_term_opens(case: Case) -> None:
    terms = case["AZ's terms"].removesuffix(", another node").removesuffix(", not admitted")
    spans = [] if terms == "none" else [span.split("-") for span in terms.split(", ")]
    kid = kid_of("another") if case["AZ's terms"].endswith("another node") else ""
    council = Council([] if case["AZ's terms"].endswith("not admitted") else ["AZ"])
    memberships = [membership("AZ", begins, ends, kid=kid, seat=seat) for seat, (begins, ends) in enumerate(spans)]
    council.apply(memberships, case["applied"])
    assert outcome(council, "the circle", case["released"], case["read"]) == (case["decision"], case["rule"])


@pytest.mark.parametrize("case", cases(CLASSES))
def test_what_a_change_of_class_opens(case: Case) -> None:
    council = Council(["AZ"])
    versions = [
        membership("AZ", "08:00", stated="08:00"),
        membership("AZ", "12:00", stated="09:00", role=Role.PARTNER),
    ]
    council.apply(versions, "08:00")
    assert outcome(council, case["released to"], case["released"], case["read"]) == (case["decision"], case["rule"])
