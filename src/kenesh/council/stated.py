"""What parties stated about proposals, read from checked objects; and what they state, as objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.instants import Instant, instant_of, span_of, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import Authenticity, Base, Majority, Procedure, Stance
from kenesh.council.values import Counting, Decision, Finding, Position, Proposal, Receipt, Rules

#: So many digits has a number of a share.
MAX_SHARE: Final = 4


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a text, in one language."""

    lang: str
    authenticity: Authenticity
    text: str

    def wire(self) -> dict[str, str]:
        return {"lang": self.lang, "authenticity": self.authenticity.value, "text": self.text}


def hash_of(texts: Sequence[Mapping[str, Any]]) -> str:
    """By which a text is frozen: SHA-256 over the RFC 8785 form of all its language versions."""
    return sha256(canonical_bytes(list(texts))).hexdigest()


def proposal_of(value: Mapping[str, Any]) -> Proposal:
    """The proposal that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist, or its hash is of another text.
    """
    if value["text_sha256"] != hash_of(value["texts"]):
        raise UsageProblem("The hash of a proposal is of another text.")
    withdrawn = value.get("withdrawn_at")
    return Proposal(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        name=value["name"],
        text_sha256=value["text_sha256"],
        procedure=Procedure(value["procedure"]),
        rules_version=value["rules_version"],
        opens_at=instant_of(value["opens_at"]),
        deadline=instant_of(value["deadline"]),
        majority=Majority(value.get("majority", Majority.SIMPLE)),
        notices=tuple((one["party_ref"], instant_of(one["at"])) for one in value.get("notices", ())),
        withdrawn_at=None if withdrawn is None else instant_of(withdrawn),
        sitting_ref=value.get("sitting_ref", ""),
        succeeds_ref=value.get("succeeds_ref", ""),
        takes_up_refs=tuple(value.get("takes_up_refs", ())),
    )


def position_of(value: Mapping[str, Any]) -> Position:
    """The position that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Position(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        text_sha256=value["text_sha256"],
        stance=Stance(value["stance"]),
        ground=value.get("ground", ""),
        statement=value.get("statement", ""),
        remedy=value.get("remedy", ""),
        amendment=value.get("amendment", ""),
        amends=value.get("amends", ""),
    )


def finding_of(value: Mapping[str, Any]) -> Finding:
    """The finding of consensus that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Finding(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        text_sha256=value["text_sha256"],
        found_at=instant_of(value["found_at"]),
        sitting_ref=value.get("sitting_ref", ""),
    )


def decision_of(value: Mapping[str, Any]) -> Decision:
    """The decision that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Decision(
        id=value["id"],
        by_ref=value["created_by_ref"],
        stated_at=instant_of(value["created"]),
        number=value["number"],
        text_sha256=value["text_sha256"],
        adopted_at=instant_of(value["adopted_at"]),
        despite=value.get("despite", ""),
    )


def receipt_of(value: Mapping[str, Any]) -> Receipt | None:
    """The receipt of an arrival in a checked `kenesh-receipt`; None where it confirms something else.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    if "of_modified" not in value:
        return None
    return Receipt(
        of_ref=value["of_ref"],
        of_modified_at=instant_of(value["of_modified"]),
        by_ref=value["created_by_ref"],
        at=instant_of(value["created"]),
        id=value["id"],
    )


def rules_of(value: Mapping[str, Any]) -> Rules:
    """The procedures that a checked `kenesh-rules` object of the kind `procedure` allows.

    Raises:
        UsageProblem: its span is none.
    """
    said = value.get("procedure", {})
    silence = span_of(said["silence_at_least"]) if "silence_at_least" in said else None
    vote = Majority(said["vote"]) if "vote" in said else None
    consensus, since = said.get("consensus", False), instant_of(value["in_force_from"])
    return Rules(int(value["version"]), silence, vote, consensus, _counting_of(said), since)


def _counting_of(said: Mapping[str, Any]) -> Counting:
    weights = tuple((one["party_ref"], int(one["weight"])) for one in said.get("weights", ()))
    if len(dict(weights)) < len(weights):
        raise UsageProblem("One party has two weights.")
    quorum = said.get("quorum", {})
    share = share_of(quorum["share"]) if "share" in quorum else (0, 1)
    return Counting(Base(said["base"]) if "base" in said else None, weights, int(quorum.get("parties", 0)), share)


def counting_wire(counting: Counting) -> dict[str, Any]:
    """What rules say of how votes are counted."""
    above, below = counting.quorum_share
    quorum = {"parties": counting.quorum} if counting.quorum else {}
    quorum_said = quorum | ({"share": f"{above}/{below}"} if above else {})
    return {
        **({"base": counting.base.value} if counting.base is not None else {}),
        **({"quorum": quorum_said} if quorum_said else {}),
        **({"weights": [{"party_ref": ref, "weight": n} for ref, n in counting.weights]} if counting.weights else {}),
    }


def share_of(written: str) -> tuple[int, int]:
    """A share, as 2/3.

    Raises:
        UsageProblem: it is none, or more than the whole.
    """
    above, slash, below = written.partition("/")
    digits = all(part.isascii() and part.isdigit() and len(part) <= MAX_SHARE for part in (above, below))
    if not slash or not digits or not 0 < int(above) <= int(below):
        raise UsageProblem(f"'{written[:20]}' is no share of the whole.", advice="Write it as 2/3.")
    return int(above), int(below)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a body is asked to adopt."""

    name: str
    texts: Sequence[Text]
    procedure: Procedure
    rules_version: int
    opens_at: Instant
    deadline: Instant
    majority: Majority | None = None

    def wire(self) -> dict[str, Any]:
        texts = [text.wire() for text in self.texts]
        more = {"majority": self.majority.value} if self.majority is not None else {}
        return {
            "name": self.name,
            "texts": texts,
            "text_sha256": hash_of(texts),
            "procedure": self.procedure.value,
            "rules_version": self.rules_version,
            "opens_at": stix_timestamp(self.opens_at),
            "deadline": stix_timestamp(self.deadline),
            **more,
        }
