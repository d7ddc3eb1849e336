"""What the words in the tables stand for. Everything between a word and the decision is Kenesh's own code."""

from __future__ import annotations

from typing import Final

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.holdings.egress import release_facts
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.release.audience import (
    PEERS,
    PUBLIC,
    Audience,
    AudienceKind,
    body_audience,
    class_audience,
    party_audience,
    person_audience,
)
from kenesh.release.conditions import Fact, Facts
from kenesh.release.decision import Decision
from kenesh.release.rules import YES
from kenesh.stix.columns import columns_of
from kenesh.stix.marking import Marking, Tlp, marking_of

#: The node on which the tables are read is Kyrgyzstan's; Azerbaijan is the author of what is passed on.
OWN: Final = party_id("KG")
AUTHOR: Final = party_id("AZ")
CIRCLE: Final = "kenesh-body--3a1b0f2c-5d4e-4f60-8a7b-9c0d1e2f3a4b"
CONSTITUENTS: Final = Audience(AudienceKind.GROUP, "audience--11111111-2222-5333-8444-555555555555")


def _marking(uuid: str) -> str:
    return f"marking-definition--{uuid}"


#: A marking-definition of type `statement`, such as a copyright notice, that this node knows.
STATEMENT: Final = _marking("d81f86b9-975b-4c0b-875e-810c5ad45a4f")
#: One that nobody has ever shown this node.
UNKNOWN: Final = _marking("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
#: One that calls itself TLP:CLEAR, carries the extension of TLP 2.0, and has another id than TLP:CLEAR's.
FALSE_CLEAR: Final = _marking("cccccccc-dddd-4eee-8fff-000000000000")

MARKINGS: Final = {
    "TLP:RED": _marking("e828b379-4e03-4974-9ac4-e53a884c97c1"),
    "TLP:AMBER+STRICT": _marking("939a9414-2ddd-4d32-a0cd-375ea402b003"),
    "TLP:AMBER": _marking("55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
    "TLP:GREEN": _marking("bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
    "TLP:CLEAR": _marking("94868c89-83c2-464b-929b-a1a8aa3c8487"),
    "TLP 1.0 RED": _marking("5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
    "TLP 1.0 AMBER": _marking("f88d31f6-486f-44da-b317-01333bde0b82"),
    "TLP 1.0 GREEN": _marking("34098fce-860f-48ae-8e50-ebd3cc5e41da"),
    "TLP 1.0 WHITE": _marking("613f2e26-407d-48c7-9eca-b8e91df99dc9"),
    "OpenCTI's AMBER+STRICT": _marking("826578e1-40ad-459f-bc73-ede076f81f37"),
    "PAP:RED": _marking("740d36e5-7714-4c30-961a-3ae632ceee0e"),
    "PAP:AMBER": _marking("60f8932b-e51e-4458-b265-a2e8be9a80ab"),
    "PAP:GREEN": _marking("c43594d1-4b11-4c59-93ab-1c9b14d53ce9"),
    "PAP:CLEAR": _marking("a3bea94c-b469-41dc-9cfe-d6e7daba7730"),
    "a statement": STATEMENT,
    "an unknown marking": UNKNOWN,
    "one that is named TLP:CLEAR": FALSE_CLEAR,
}

AUDIENCES: Final = {
    "a named person": person_audience(party_id("TR"), "Defne"),
    "a party": party_audience(party_id("TR")),
    "a body": body_audience(CIRCLE),
    "a class": class_audience(Role.PARTNER),
    "own constituents": CONSTITUENTS,
    "all peers": PEERS,
    "the public": PUBLIC,
}


def marking(words: str) -> Marking:
    """`TLP:GREEN, PAP:RED` are an object's markings; `TLP:AMBER on a part` is a granular one; `none` is none."""
    value: dict[str, object] = {"type": "malware", "id": "malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}
    named = [word.strip() for word in words.split(",") if word.strip() != "none"]
    whole = [MARKINGS[word] for word in named if not word.endswith(" on a part")]
    parts = [MARKINGS[word.removesuffix(" on a part")] for word in named if word.endswith(" on a part")]
    if whole:
        value["object_marking_refs"] = whole
    if parts:
        value["granular_markings"] = [{"marking_ref": ref, "selectors": ["description"]} for ref in parts]
    columns = columns_of(value)
    return marking_of(columns.marking_refs, columns.granular_refs, {STATEMENT})


def label(words: str) -> Tlp | None:
    """A release's label; `none` is none."""
    return None if words == "none" else Tlp.named(words)


def held(
    own: Marking,
    *,
    passed_on: bool = False,
    strictest: Tlp = Tlp.CLEAR,
    given: Tlp = Tlp.CLEAR,
    created_by: str | None = None,
) -> HeldVersion:
    """A version that this node holds; `strictest` is what another version of it is marked with."""
    return HeldVersion(
        num=1,
        object=1,
        id="malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        type="malware",
        key=ModifiedKey("2026-11-25T08:00:00"),
        modified="2026-11-25T08:00:00.000Z",
        sha256=bytes(32),
        created_by=created_by,
        writer=AUTHOR if passed_on else OWN,
        tlp=own.tlp,
        object_tlp=max(own.tlp, strictest),
        whole=own.whole,
        revoked=False,
        proved=True,
        name="",
        added_at=Instant(0),
        given=given,
    )


def facts_of_release(
    case_marking: str, case_label: str, who: str, to: str, *, strictest: str = "none", given: str = "none"
) -> Facts:
    """The facts that Kenesh finds for a release. This release of Kenesh names nobody: the table's words do."""
    others = label(strictest)
    version = held(
        marking(case_marking),
        passed_on={"the author": False, "one who passes it on": True}[who],
        strictest=Tlp.CLEAR if others is None else others,
        given=Tlp.RED if given == "no label" else Tlp.named(given) if given != "none" else Tlp.CLEAR,
    )
    facts = release_facts(version, AUDIENCES[to.removesuffix(", naming persons")], label(case_label), OWN)
    return {**facts, Fact.NAMED: YES} if to == "a named person" or to.endswith(", naming persons") else facts


def outcome(decision: Decision) -> tuple[str, str]:
    """The decision in the tables' words."""
    return ("allowed" if decision.allowed else "withheld", decision.rule.id)
