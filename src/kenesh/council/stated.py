"""What parties stated about proposals, read from checked objects; and what they state, as objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.instants import Instant, instant_of, span_of, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import Authenticity, Majority, Procedure, Stance
from kenesh.council.values import Decision, Position, Proposal, Receipt, Rules


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
    )


def rules_of(value: Mapping[str, Any]) -> Rules:
    """The procedures that a checked `kenesh-rules` object of the kind `procedure` allows.

    Raises:
        UsageProblem: its span is none.
    """
    said = value.get("procedure", {})
    silence = span_of(said["silence_at_least"]) if "silence_at_least" in said else None
    return Rules(int(value["version"]), silence, Majority(said["vote"]) if "vote" in said else None)


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
