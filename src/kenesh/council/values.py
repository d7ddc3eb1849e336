"""What a proposal, a position and a receipt say, and how a proposal stands, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.council.kinds import Majority, Procedure, Stance
from kenesh.parties.bodies import Seat

#: So many others than the depositary confirm that something came in time; all, where there are fewer.
WITNESSES: Final = 2


class Outcome(StrEnum):
    """How a proposal stands."""

    OPENING = "opening"  # not every party that decides has it yet
    OPEN = "open"
    BROKEN = "broken"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not-adopted"
    LAPSED = "lapsed"  # it never opened, or too late for its period
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the body's rules say of procedures. `silence`: how long one lasts at least; None: there is none.

    `vote`: which majority adopts; None: nothing is voted on.
    """

    version: int
    silence: int | None = None
    vote: Majority | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One version of a proposal. `notices`: whom its proposer told by another channel, and when."""

    id: str
    modified_at: Instant
    by_ref: str
    name: str
    text_sha256: str
    procedure: Procedure
    rules_version: int
    opens_at: Instant
    deadline: Instant
    majority: Majority = Majority.SIMPLE
    notices: tuple[tuple[str, Instant], ...] = ()
    withdrawn_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """One version of a party's position."""

    id: str
    modified_at: Instant
    by_ref: str
    text_sha256: str
    stance: Stance
    ground: str = ""
    statement: str = ""
    remedy: str = ""
    amendment: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That party's node had that version then, as it says itself to the whole body."""

    of_ref: str
    of_modified_at: Instant
    by_ref: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Decision:
    """That the depositary certifies it."""

    id: str
    by_ref: str
    stated_at: Instant
    number: str
    text_sha256: str
    adopted_at: Instant


@dataclass(frozen=True, slots=True)
class Ignored:
    """A statement that counts for nothing, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A party's position as it counts.

    Attributes:
        in_time: whether it was confirmed before the deadline. in_doubt: that hangs on a clock.
        delivered: whether anybody has confirmed it, or there was no time yet.
    """

    position: Position
    in_time: bool
    in_doubt: bool
    delivered: bool


@dataclass(frozen=True, slots=True)
class Room:
    """Who is there, and what this node knows of time.

    Attributes:
        depositary: who keeps the body. heard: up to when each party was heard here.
        off: how far this node's clock is off the median of its peers', in microseconds.
    """

    members: Mapping[str, Sequence[Seat]]
    depositary: str
    rules: Sequence[Rules]
    heard: Mapping[str, Instant]
    off: int
    now: Instant


@dataclass(frozen=True, slots=True)
class ProposalState:
    """How a proposal stands.

    Attributes:
        since: from when. deadline: as it was extended in time.
        taken: the newest position of each party that decides, in time or not; by party.
        missing: who decides, and has not confirmed that the proposal came.
        unseen: parties that confirm a position which has not come here.
        unheard: whose silence counts, and who was not heard here since the deadline: the outcome rests on that.
        is_provisional: the depositary has not certified it. certifies: whether this node's clock is good enough to.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    proposal: Proposal
    outcome: Outcome
    since: Instant
    opened_at: Instant | None
    deadline: Instant
    taken: tuple[Taken, ...]
    missing: tuple[str, ...]
    unseen: tuple[str, ...]
    unheard: tuple[str, ...]
    decision: Decision | None
    is_provisional: bool
    certifies: bool
    ignored: tuple[Ignored, ...]
    holds_until: Instant | None

    @property
    def may_be_certified(self) -> bool:
        """Whether nothing that is not known here can have broken it.

        What a party said in time was confirmed by the depositary or two others, to everybody. So whoever is not heard
        cannot have been in time, unless two more are not heard either, or others confirm what has not come here.
        """
        return self.is_provisional and self.certifies and not self.unseen and len(self.unheard) <= WITNESSES
