"""What was stated about measures, and how they stand, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.council.measures.kinds import Direction, Must, Standing, Verdict


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a programme."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Period:
    """A span of a strategy, both days within it."""

    id: str
    name: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Lights:
    """When a light turns: per cent of the way that should be behind; days for which a report is merely late."""

    green: int = 90
    amber: int = 70
    late_days: int = 30


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of a programme. `reports_due`: month and day, each year."""

    id: str
    modified_at: Instant
    by_ref: str
    name: str
    source: str
    chapters: tuple[Chapter, ...]
    periods: tuple[Period, ...]
    lights: Lights = Lights()
    reports_due: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted. `targets`: what should be reached by the end of days before the measure is due."""

    id: str
    name: str
    unit: str
    direction: Direction
    baseline: Decimal
    target: Decimal
    targets: tuple[tuple[date, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that is done on the way, until the end of a day."""

    id: str
    name: str
    due: date


@dataclass(frozen=True, slots=True)
class Measure:
    """One version of a measure. `begins`: from which day on the way is counted, with the baseline."""

    id: str
    modified_at: Instant
    by_ref: str
    programme_ref: str
    number: str
    name: str
    chapter: str
    period: str
    mandate: str
    accountable: str
    supporting: tuple[str, ...]
    must: Must
    begins: date
    due: date
    indicators: tuple[Indicator, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    weight: int = 1
    standing: Standing = Standing.IN_FORCE
    decision_ref: str = ""

    @property
    def owners(self) -> tuple[str, ...]:
        """Who must have done it before it counts as done."""
        others = self.supporting if self.must is Must.ALL else ()
        return (self.accountable, *(one for one in others if one != self.accountable))

    @property
    def reporters(self) -> frozenset[str]:
        """Whose reports count."""
        return frozenset((self.accountable, *self.supporting))


@dataclass(frozen=True, slots=True)
class Report:
    """One version of a party's report. `figures`: of each indicator what was reached; `milestones`: which are done."""

    id: str
    modified_at: Instant
    by_ref: str
    measure_ref: str
    done: bool
    text: str = ""
    figures: tuple[tuple[str, Decimal], ...] = ()
    milestones: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What one party says of one version of another's report."""

    id: str
    modified_at: Instant
    by_ref: str
    report_ref: str
    report_modified_at: Instant
    verdict: Verdict
    ground: str = ""


class Colour(StrEnum):
    """The light of a measure, from the best to the worst; grey says that nothing is known."""

    GREY = "grey"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Why(StrEnum):
    """Why a light is as it is. The parameters of each stand in its sentence."""

    STANDING = "standing"
    NO_REPORT = "no-report"
    NOT_BEGUN = "not-begun"
    DONE = "done"
    ON_WAY = "on-way"
    REPORTED = "reported"
    BEHIND = "behind"
    FAR_BEHIND = "far-behind"
    CLAIMED = "claimed"
    DONE_CLAIMED = "done-claimed"
    DISPUTED = "disputed"
    REPORT_LATE = "report-late"
    REPORT_MISSING = "report-missing"
    MILESTONE_OVER = "milestone-over"
    OVER = "over"
    OVER_UNSEEN = "over-unseen"


#: The sentence of each reason, in English; {x} are its parameters.
SENTENCES: Final[Mapping[Why, str]] = {
    Why.STANDING: "It is {standing}, by decision.",
    Why.NO_REPORT: "Nobody has reported on it; it is due at the end of {due} in {zone}.",
    Why.NOT_BEGUN: "It begins on {begins}.",
    Why.DONE: "{parties} did it, and {verifiers} verified that.",
    Why.ON_WAY: "{percent} per cent of the way that should be behind by now is verified"
    " ({indicator}: {value} of {target}).",
    Why.REPORTED: "What was due so far is reported and verified.",
    Why.BEHIND: "{percent} per cent of the way that should be behind by now is verified"
    " ({indicator}: {value} of {target}); {green} are asked.",
    Why.FAR_BEHIND: "Of what was to be reached by {on}, {percent} per cent of the way is verified"
    " ({indicator}: {value} of {target}); {amber} are the least.",
    Why.CLAIMED: "{party} reports progress that no other party has verified.",
    Why.DONE_CLAIMED: "{parties} report it done; no other party has verified that.",
    Why.DISPUTED: "{verifier} disputes what {party} reports.",
    Why.REPORT_LATE: "The report of {party} was due on {on} and is {days} days late.",
    Why.REPORT_MISSING: "The report of {party} was due on {on} and is missing for {days} days.",
    Why.MILESTONE_OVER: "The milestone “{milestone}” was due at the end of {on} in {zone} and is not reported done.",
    Why.OVER: "It was due at the end of {due} in {zone}; {parties} have not reported it done.",
    Why.OVER_UNSEEN: "It was due at the end of {due} in {zone}, and nobody has reported on it.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a colour: which, and the parameters of its sentence; parties stand in them by their ids."""

    colour: Colour
    why: Why
    params: tuple[tuple[str, str], ...] = ()
    #: Which parameters are parties' ids, separated by a space where there are several.
    PARTIES = ("party", "parties", "verifier", "verifiers")

    def said(self, codes: Mapping[str, str]) -> dict[str, str]:
        """The parameters, with parties by what people call them."""
        return {
            name: ", ".join(codes.get(ref, ref) for ref in value.split()) if name in self.PARTIES else value
            for name, value in self.params
        }

    def sentence(self, codes: Mapping[str, str]) -> str:
        """The reason as an English sentence."""
        return SENTENCES[self.why].format(**self.said(codes))


@dataclass(frozen=True, slots=True)
class Done:
    """How one party that must have done a measure stands: what it claims, and whether another party verified it."""

    party: str
    claimed: bool
    verified: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """What was reached of an indicator: as claimed and as verified, each with its instant; None where nothing was."""

    indicator: Indicator
    claimed: Decimal | None
    verified: Decimal | None
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Ignored:
    """A statement that counts for nothing, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One measure at an instant.

    Attributes:
        reasons: why it has its colour, the gravest first; there is always one.
        claimed, verified: whether every party that must has done it, as they say, and as others verified.
    """

    measure: Measure
    colour: Colour
    reasons: tuple[Reason, ...]
    done: tuple[Done, ...]
    reached: tuple[Reached, ...]
    reports: tuple[Report, ...]
    verifications: tuple[Verification, ...]
    claimed: bool
    verified: bool
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """How many measures have which light, and how many are done: as claimed, and as verified; `weight` is of all."""

    measures: int = 0
    grey: int = 0
    green: int = 0
    amber: int = 0
    red: int = 0
    claimed: int = 0
    verified: int = 0
    weight: int = 0
    weight_verified: int = 0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All measures of a programme at an instant; sums by chapter, by accountable party and by period (their ids)."""

    programme: Programme
    at: Instant
    rows: tuple[Row, ...]
    total: Sums
    by_chapter: Mapping[str, Sums] = field(default_factory=dict)
    by_party: Mapping[str, Sums] = field(default_factory=dict)
    by_period: Mapping[str, Sums] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()
