"""The types by which a body decides: a proposal, each party's position, the chair's finding, and the decision.

One writer for each: whoever proposes states the proposal, each party its position, who chairs that consensus was found,
the depositary the decision. How a proposal stands is no field of any of them: it follows from all of them, and from the
time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import TIMESTAMP, closed, one_of, ref_to, text


class Stance(StrEnum):
    """What a party's position is. An objection and an amendment break a silence."""

    SUPPORT = "support"
    ABSTAIN = "abstain"
    OBJECT = "object"
    RESERVE = "reserve"
    AMEND = "amend"


class Procedure(StrEnum):
    """By which procedure it is decided."""

    SILENCE = "silence"
    VOTE = "vote"
    CONSENSUS = "consensus"


class Majority(StrEnum):
    """How many of those who decide must support what is voted on."""

    SIMPLE = "simple"
    TWO_THIRDS = "two-thirds"
    ALL = "all"


class Base(StrEnum):
    """Of what a majority is: of the votes for and against, of all who took part, or of all who decide."""

    CAST = "cast"
    PRESENT = "present"
    ALL = "all"


class Authenticity(StrEnum):
    """What a text version is worth."""

    AUTHENTIC = "authentic"
    OFFICIAL = "official"
    UNOFFICIAL = "unofficial"
    MACHINE = "machine"


MAX_TEXT: Final = 200_000
_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_BODY_REF: Final = ref_to("kenesh-body")
_LANG: Final = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}
SITTING_REF: Final = ref_to("kenesh-sitting")
_POSITION_REF: Final = ref_to("kenesh-position")
PROPOSAL_REF: Final = ref_to("kenesh-proposal")


PROPOSAL = TypeDefinition(
    name="kenesh-proposal",
    description="A text that a body is asked to adopt, frozen by its hash: by which procedure, and until when.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "name": text(300),
        "texts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 12,
            "items": closed(
                ("lang", "authenticity", "text"),
                lang=_LANG,
                authenticity=one_of(Authenticity),
                text=text(MAX_TEXT),
            ),
        },
        "text_sha256": _SHA256,
        "procedure": one_of(Procedure),
        "rules_version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "majority": one_of(Majority),
        #: The sitting on whose agenda it stands.
        "sitting_ref": SITTING_REF,
        #: Of a text put anew: what it comes after, and the amendments that it takes up.
        "succeeds_ref": PROPOSAL_REF,
        "takes_up_refs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "uniqueItems": True,
            "items": _POSITION_REF,
        },
        "opens_at": TIMESTAMP,
        "deadline": TIMESTAMP,
        #: Where a member's node did not confirm that the proposal came: by which channel it was told, and when.
        "notices": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": closed(
                ("party_ref", "channel", "at"), party_ref={"$ref": "#/$defs/party"}, channel=text(60), at=TIMESTAMP
            ),
        },
        "withdrawn_at": TIMESTAMP,
    },
    required=("body_ref", "name", "texts", "text_sha256", "procedure", "rules_version", "opens_at", "deadline"),
)

POSITION = TypeDefinition(
    name="kenesh-position",
    description="What one party's position is on a proposal, of which text, and why.",
    channel=Channel.CONTENT,
    properties={
        "proposal_ref": PROPOSAL_REF,
        "text_sha256": _SHA256,
        "stance": one_of(Stance),
        "ground": text(5_000),
        "remedy": text(5_000),
        "amendment": text(MAX_TEXT),
        #: In which language the text is that the amendment is of.
        "amends": _LANG,
        "statement": text(20_000),
    },
    required=("proposal_ref", "text_sha256", "stance"),
)

FINDING = TypeDefinition(
    name="kenesh-finding",
    description="That consensus was found on a text: at that instant nobody objected, as who chairs the body states.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "proposal_ref": PROPOSAL_REF,
        "text_sha256": _SHA256,
        "found_at": TIMESTAMP,
        "sitting_ref": SITTING_REF,
    },
    required=("body_ref", "proposal_ref", "text_sha256", "found_at"),
)

DECISION = TypeDefinition(
    name="kenesh-decision",
    description="That a body has adopted a text, under which number, as its depositary certifies.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "proposal_ref": PROPOSAL_REF,
        "name": text(300),
        "number": {"type": "string", "pattern": "^[A-Z][A-Z0-9]{0,11}[.][A-Z]{1,8}/[1-9][0-9]{0,4}/[0-9]{2}$"},
        "text_sha256": _SHA256,
        "adopted_at": TIMESTAMP,
        "position_refs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 200,
            "uniqueItems": True,
            "items": _POSITION_REF,
        },
        #: Why it was certified, where what was said against it, and is not proved to have come in time, is in doubt.
        "despite": text(2_000),
    },
    required=("body_ref", "proposal_ref", "name", "number", "text_sha256", "adopted_at"),
)
KINDS: Final = (PROPOSAL, POSITION, FINDING, DECISION)
#: Each node that gets one of these through a body confirms it to the whole body: these receipts say what was in time.
CONFIRMED: Final = frozenset((PROPOSAL.name, POSITION.name, FINDING.name))
