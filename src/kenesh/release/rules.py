"""The table of rules: who may get what. Read from the top; the first rule whose condition holds decides.

Two stages ask it. RELEASE: may this version go to this audience under this label? READ: may this reader see this
version through this grant? A rule with stage BOTH stands in both. What no rule allows is withheld.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, Flag
from typing import Final

from kenesh.release.audience import AudienceKind as Aud
from kenesh.release.conditions import (
    NO_LABEL,
    Always,
    Below,
    Condition,
    Fact,
    all_of,
    facts_asked,
    is_in,
    is_not_in,
)
from kenesh.release.reader import ReaderKind as Rdr
from kenesh.stix.marking import Tlp


class Stage(Flag):
    """When a rule is asked."""

    RELEASE = 1
    READ = 2
    BOTH = 3


class Effect(Enum):
    """What a rule does where its condition holds."""

    ALLOW = "allow"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `source` is the clause it comes from; `reason` completes the sentence "{party} ...: "."""

    id: str
    source: str
    stage: Stage
    when: Condition
    effect: Effect
    reason: str


YES, NO = 1, 0

#: What each stage knows. A rule may ask nothing else.
STAGE_FACTS: Final = {
    Stage.RELEASE: frozenset(
        (
            Fact.MARKING,
            Fact.OWN_MARKING,
            Fact.MARKED,
            Fact.LABEL,
            Fact.GIVEN,
            Fact.FORWARDED,
            Fact.AUDIENCE,
            Fact.NAMED,
            Fact.CEILING,
            Fact.VALID,
            Fact.BARRED,
            Fact.BARRING,
            Fact.CARRIED,
            Fact.NAMES_HIDDEN,
            Fact.PAP,
            Fact.OWN_PAP,
            Fact.EXERCISE,
            Fact.PLAYED,
        )
    ),
    Stage.READ: frozenset(
        (
            Fact.MARKING,
            Fact.AUDIENCE,
            Fact.READER,
            Fact.ADDRESSED,
            Fact.SINCE_TERM,
            Fact.IN_FORCE,
            Fact.NAMED,
            Fact.CEILING,
            Fact.VALID,
            Fact.BARRED,
        )
    ),
}

_WITHHOLD, _ALLOW = Effect.WITHHOLD, Effect.ALLOW

#: How far each level reaches. A rule withholds from whatever is not named here, also from what is yet to be invented.
_DIRECT: Final = (Aud.PERSON, Aud.PARTY, Aud.BODY, Aud.CLASS)
_WITH_CLIENTS: Final = (*_DIRECT, Aud.GROUP)
_COMMUNITY: Final = (*_WITH_CLIENTS, Aud.PEERS)
_KNOWN_READERS: Final = (Rdr.PERSON, Rdr.CONSTITUENT, Rdr.ACCOUNT, Rdr.PEER)

TABLE: Final[tuple[Rule, ...]] = (
    # Is there a way at all?
    Rule("GRT-01", "Kenesh, idea 5: a grant makes it visible", Stage.READ, is_not_in(Fact.IN_FORCE, YES), _WITHHOLD,
         "no release in force gives it to them"),
    Rule("AUD-01", "Kenesh, idea 3: exactly one audience", Stage.READ, is_not_in(Fact.ADDRESSED, YES), _WITHHOLD,
         "they do not belong to the audience of the release"),
    Rule("TRM-01", "Kenesh, idea 5: terms", Stage.READ, is_not_in(Fact.SINCE_TERM, YES), _WITHHOLD,
         "it was released before their term began"),
    # What was made up for a drill, and what is real, are kept apart.
    Rule("EXE-01", "Kenesh, drills: an exercise stays in its circle", Stage.RELEASE,
         all_of(is_not_in(Fact.EXERCISE, NO), is_not_in(Fact.PLAYED, YES)), _WITHHOLD,
         "it is of an exercise, and stays in the circle that plays it"),
    Rule("EXE-02", "Kenesh, drills: nothing real goes into an exercise", Stage.RELEASE,
         all_of(is_not_in(Fact.PLAYED, NO), is_not_in(Fact.EXERCISE, YES)), _WITHHOLD,
         "the circle plays an exercise, and it is real"),
    # What this node gives to them at all.
    Rule("CEI-01", "Kenesh, idea 3: ceilings of parties and classes", Stage.BOTH,
         all_of(is_in(Fact.MARKING, *Tlp), Below(Fact.CEILING, Fact.MARKING)), _WITHHOLD,
         "it is marked more strictly than anything that this node gives to them"),
    # What was given under conditions is read under them, and passed on under them.
    Rule("CAV-01", "Kenesh, idea 3: caveats, valid until", Stage.BOTH, is_not_in(Fact.VALID, YES), _WITHHOLD,
         "the time until which it was given is over"),
    Rule("CAV-02", "Kenesh, idea 3: caveats, not for a third party", Stage.BOTH, is_not_in(Fact.BARRED, NO), _WITHHOLD,
         "it was given on condition that it is not for them"),
    Rule("CAV-03", "Kenesh, idea 3: caveats, not for a third party", Stage.RELEASE,
         all_of(is_not_in(Fact.BARRING, NO), is_not_in(Fact.AUDIENCE, *_DIRECT, Aud.GROUP)), _WITHHOLD,
         "what is not for somebody goes to no circle in which nobody can tell who reads"),
    Rule("CAV-04", "Kenesh, idea 3: caveats bind who got it", Stage.RELEASE,
         all_of(is_not_in(Fact.FORWARDED, NO), is_not_in(Fact.CARRIED, YES)), _WITHHOLD,
         "another gave it under caveats that this release does not say"),
    Rule("CAV-05", "Kenesh, idea 3: caveats, the Chatham House Rule", Stage.RELEASE,
         all_of(is_not_in(Fact.FORWARDED, NO), is_not_in(Fact.NAMES_HIDDEN, NO)), _WITHHOLD,
         "it names its author, who gave it on condition that he is not named"),
    Rule("CAV-06", "Kenesh, idea 3: a PAP is at least as strict as the object's own", Stage.RELEASE,
         all_of(is_not_in(Fact.PAP, NO_LABEL), Below(Fact.PAP, Fact.OWN_PAP)), _WITHHOLD,
         "the release's PAP is wider than the object's own"),
    # Is the label fit for the object?
    Rule("LBL-01", "Kenesh, idea 3: unmarked counts as RED", Stage.RELEASE,
         all_of(is_not_in(Fact.MARKED, YES), is_in(Fact.LABEL, NO_LABEL)), _WITHHOLD,
         "it carries no marking and the release has no label, so it counts as TLP:RED; say --tlp"),
    Rule("LBL-02", "Kenesh, idea 3: a label is at least as strict as the marking", Stage.RELEASE,
         all_of(is_not_in(Fact.LABEL, NO_LABEL), Below(Fact.LABEL, Fact.OWN_MARKING)), _WITHHOLD,
         "the release's label is wider than the object's own marking"),
    Rule("LBL-03", "FIRST TLP 2.0: there are five labels", Stage.RELEASE,
         is_not_in(Fact.LABEL, NO_LABEL, *Tlp), _WITHHOLD,
         "the release's label is none of TLP 2.0"),
    Rule("LBL-08", "Kenesh, idea 3: a label is the marking of what has none", Stage.RELEASE,
         all_of(is_not_in(Fact.FORWARDED, NO), is_not_in(Fact.MARKED, YES), Below(Fact.LABEL, Fact.GIVEN)), _WITHHOLD,
         "another gave it without a marking of its own, under a stricter label than this"),
    # Traffic Light Protocol, the strictest first.
    Rule("TLP-01", "FIRST TLP 2.0, RED: named recipients only", Stage.BOTH,
         all_of(is_in(Fact.MARKING, Tlp.RED), is_not_in(Fact.NAMED, YES)), _WITHHOLD,
         "TLP:RED is for named persons only"),
    Rule("TLP-13", "FIRST TLP 2.0, RED: no further disclosure", Stage.RELEASE,
         all_of(is_in(Fact.MARKING, Tlp.RED), is_not_in(Fact.FORWARDED, NO)), _WITHHOLD,
         "TLP:RED of another is passed on to nobody"),
    Rule("TLP-14", "FIRST TLP 2.0, RED: individual recipients only", Stage.RELEASE,
         all_of(is_in(Fact.MARKING, Tlp.RED), is_not_in(Fact.AUDIENCE, Aud.PERSON)), _WITHHOLD,
         "TLP:RED is given to persons by name, not to a party or a circle"),
    Rule("TLP-15", "FIRST TLP 2.0, RED: for the eyes of individual recipients only", Stage.READ,
         all_of(is_in(Fact.MARKING, Tlp.RED), is_not_in(Fact.READER, Rdr.PERSON)), _WITHHOLD,
         "TLP:RED is shown to the named person, not to a node, an account or a constituent"),
    Rule("TLP-16", "FIRST TLP 2.0, RED: individual recipients only", Stage.READ,
         all_of(is_in(Fact.MARKING, Tlp.RED), is_not_in(Fact.AUDIENCE, *_DIRECT)), _WITHHOLD,
         "TLP:RED is not shown out of a circle that is wider than its direct recipients"),
    Rule("TLP-02", "FIRST TLP 2.0, RED: named recipients only", Stage.BOTH,
         is_in(Fact.MARKING, Tlp.RED), _ALLOW, "TLP:RED, and they are named"),
    Rule("TLP-03", "FIRST TLP 2.0, AMBER+STRICT: the recipient's organisation only", Stage.RELEASE,
         all_of(is_in(Fact.MARKING, Tlp.AMBER_STRICT), is_not_in(Fact.FORWARDED, NO)), _WITHHOLD,
         "TLP:AMBER+STRICT of another is not passed on"),
    Rule("TLP-04", "FIRST TLP 2.0, AMBER+STRICT: no clients, no community", Stage.BOTH,
         all_of(is_in(Fact.MARKING, Tlp.AMBER_STRICT), is_not_in(Fact.AUDIENCE, *_DIRECT)), _WITHHOLD,
         "TLP:AMBER+STRICT goes to the recipients' organisations alone"),
    Rule("TLP-17", "FIRST TLP 2.0, AMBER+STRICT: no clients", Stage.READ,
         all_of(is_in(Fact.MARKING, Tlp.AMBER_STRICT), is_in(Fact.READER, Rdr.CONSTITUENT)), _WITHHOLD,
         "TLP:AMBER+STRICT is not shown to the constituents of a recipient"),
    Rule("TLP-05", "FIRST TLP 2.0, AMBER: the recipient's organisation and its clients", Stage.RELEASE,
         all_of(is_in(Fact.MARKING, Tlp.AMBER), is_not_in(Fact.FORWARDED, NO), is_in(Fact.AUDIENCE, *_DIRECT)),
         _WITHHOLD, "TLP:AMBER of another is passed on to one's own constituents only; ask the author"),
    Rule("TLP-06", "FIRST TLP 2.0, AMBER: need to know", Stage.BOTH,
         all_of(is_in(Fact.MARKING, Tlp.AMBER), is_not_in(Fact.AUDIENCE, *_WITH_CLIENTS)), _WITHHOLD,
         "TLP:AMBER is not for everybody"),
    Rule("TLP-07", "FIRST TLP 2.0, GREEN: the community, never public channels", Stage.BOTH,
         all_of(is_in(Fact.MARKING, Tlp.GREEN), is_not_in(Fact.AUDIENCE, *_COMMUNITY)), _WITHHOLD,
         "TLP:GREEN stays within the community"),
    Rule("TLP-08", "FIRST TLP 2.0: only CLEAR may be read by anybody", Stage.READ,
         all_of(is_not_in(Fact.READER, *_KNOWN_READERS), is_in(Fact.MARKING, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)),
         _WITHHOLD, "who does not say who it is sees TLP:CLEAR alone"),
    # The label that the releaser gives restricts the release, also where the objects' own markings are wider.
    Rule("LBL-04", "FIRST TLP 2.0: the source may add restrictions", Stage.RELEASE,
         all_of(is_in(Fact.LABEL, Tlp.RED), is_not_in(Fact.AUDIENCE, Aud.PERSON)), _WITHHOLD,
         "a release labelled TLP:RED goes to persons by name"),
    Rule("LBL-05", "FIRST TLP 2.0: the source may add restrictions", Stage.RELEASE,
         all_of(is_in(Fact.LABEL, Tlp.AMBER_STRICT), is_not_in(Fact.AUDIENCE, *_DIRECT)), _WITHHOLD,
         "a release labelled TLP:AMBER+STRICT goes to the recipients' organisations alone"),
    Rule("LBL-06", "FIRST TLP 2.0: the source may add restrictions", Stage.RELEASE,
         all_of(is_in(Fact.LABEL, Tlp.AMBER), is_not_in(Fact.AUDIENCE, *_WITH_CLIENTS)), _WITHHOLD,
         "a release labelled TLP:AMBER is not for everybody"),
    Rule("LBL-07", "FIRST TLP 2.0: the source may add restrictions", Stage.RELEASE,
         all_of(is_in(Fact.LABEL, Tlp.GREEN), is_not_in(Fact.AUDIENCE, *_COMMUNITY)), _WITHHOLD,
         "a release labelled TLP:GREEN stays within the community"),
    # Nothing stands against it.
    Rule("TLP-09", "FIRST TLP 2.0, AMBER+STRICT", Stage.BOTH, is_in(Fact.MARKING, Tlp.AMBER_STRICT), _ALLOW,
         "TLP:AMBER+STRICT, and they are a direct recipient"),
    Rule("TLP-18", "FIRST TLP 2.0, AMBER: the recipient's organisation and its clients", Stage.BOTH,
         all_of(is_in(Fact.MARKING, Tlp.AMBER), is_in(Fact.AUDIENCE, Aud.GROUP)), _ALLOW,
         "TLP:AMBER, and they are this party's own constituents"),
    Rule("TLP-10", "FIRST TLP 2.0, AMBER", Stage.BOTH, is_in(Fact.MARKING, Tlp.AMBER), _ALLOW,
         "TLP:AMBER, and they are a recipient"),
    Rule("TLP-11", "FIRST TLP 2.0, GREEN", Stage.BOTH, is_in(Fact.MARKING, Tlp.GREEN), _ALLOW,
         "TLP:GREEN, and they are of the community"),
    Rule("TLP-12", "FIRST TLP 2.0, CLEAR", Stage.BOTH, is_in(Fact.MARKING, Tlp.CLEAR), _ALLOW,
         "TLP:CLEAR may go to anybody"),
    Rule("DEF-01", "Kenesh: what no rule allows is withheld", Stage.BOTH, Always(), _WITHHOLD,
         "no rule allows it"),
)  # fmt: skip


def load(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules, if each can be read in Python and in SQL at each of its stages, and the last one closes the table.

    Raises:
        ValueError: a rule asks a fact that a stage of its does not know, or is asked at no stage; an id stands twice;
            or the table is open.
    """
    for rule in rules:
        _check_reading(rule)
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError("a rule's id stands twice")
    closing = [rule for rule in rules if isinstance(rule.when, Always)]
    if not closing or closing != [rules[-1]]:
        raise ValueError("the last rule, and no other, must hold whatever the facts")
    if rules[-1].effect is not Effect.WITHHOLD or rules[-1].stage is not Stage.BOTH:
        raise ValueError("the last rule must withhold whatever is left")
    return tuple(rules)


def _check_reading(rule: Rule) -> None:
    stages = [stage for stage in STAGE_FACTS if stage in rule.stage]
    if not stages:
        raise ValueError(f"{rule.id} is asked at no stage")
    for stage in stages:
        known = STAGE_FACTS[stage]
        if missing := facts_asked(rule.when) - known:
            raise ValueError(f"{rule.id} asks {sorted(missing)}, which is not known at {stage}")
        rule.when.as_sql(dict.fromkeys(known, "x"))
        rule.when.holds(dict.fromkeys(known, 0))


RULES: Final = load(TABLE)


def rules_at(stage: Stage) -> tuple[Rule, ...]:
    """The rules that are asked at that stage, in order."""
    return tuple(rule for rule in RULES if stage in rule.stage)
