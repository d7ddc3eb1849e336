"""What a proposal, a position and a receipt say, and how a proposal stands, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.council.kinds import Base, Majority, Procedure, Stance
from kenesh.parties.bodies import Seat

#: So many others than the depositary confirm that something came in time; all, where there are fewer.
WITNESSES: Final = 2
_EVER: Final = Instant(0)


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
class Counting:
    """How votes are counted.

    Attributes:
        base: of what the majority is. None: a simple one of the votes cast, the others of all who decide.
        weights: what each party's vote weighs, in whole numbers; who is not named has 1.
        quorum: so many parties have to take part. quorum_share: and so much of all weight, as (2, 3).
    """

    base: Base | None = None
    weights: tuple[tuple[str, int], ...] = ()
    quorum: int = 0
    quorum_share: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the body's rules say of procedures. `silence`: how long one lasts at least; None: there is none.

    `vote`: which majority adopts, as `counting` counts; None: nothing is voted on. `consensus`: whether there is any.
    """

    version: int
    silence: int | None = None
    vote: Majority | None = None
    consensus: bool = False
    counting: Counting = Counting()
    in_force_from: Instant = _EVER

    def knows(self, procedure: Procedure) -> bool:
        """Whether anything is decided by it."""
        known = {Procedure.SILENCE: self.silence, Procedure.VOTE: self.vote, Procedure.CONSENSUS: self.consensus}
        return known[procedure] not in (None, False)


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
    sitting_ref: str = ""
    succeeds_ref: str = ""
    takes_up_refs: tuple[str, ...] = ()


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
    amends: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That party's node had that version then, as it says itself to the whole body.

    `of_ref` may be another's receipt: then it is a further member's word that this receipt was there.
    """

    of_ref: str
    of_modified_at: Instant
    by_ref: str
    at: Instant
    id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """That consensus was found at an instant, as who chairs the body states. `modified_at`: when it was stated."""

    id: str
    modified_at: Instant
    by_ref: str
    text_sha256: str
    found_at: Instant
    sitting_ref: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """That the depositary certifies it. `despite`: why, where something was in doubt."""

    id: str
    by_ref: str
    stated_at: Instant
    number: str
    text_sha256: str
    adopted_at: Instant
    despite: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A statement that counts for nothing, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A party's position as it counts.

    Attributes:
        in_time: whether it was confirmed before the deadline, as a further member knows. in_doubt: that hangs on a
            clock, or no further member knew of the confirmation.
        delivered: whether anybody has confirmed it, or there was no time yet.
        witnessed: it was not confirmed, or a further member knew of it in time.
    """

    position: Position
    in_time: bool
    in_doubt: bool
    delivered: bool
    witnessed: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """What a vote comes to, by weight; `parties` took part, `total` is the weight of all who decide."""

    support: int
    against: int
    abstained: int
    total: int
    parties: int
    is_quorate: bool
    is_adopted: bool


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
        had: who decides, and since when he has it. missing: who decides, and has not confirmed that the proposal came.
        unseen: parties that confirm a position which has not come here.
        unheard: whose silence counts, and who was not heard here since the deadline: the outcome rests on that.
        finding: by which consensus was found. awaited: one that not enough others have yet.
        tally: of a vote, what was said in time.
        doubts: what was confirmed in time and no further member can say so: it may change the outcome.
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
    finding: Finding | None = None
    tally: Tally | None = None
    doubts: tuple[str, ...] = ()
    awaited: Finding | None = None
    had: tuple[tuple[str, Instant], ...] = ()

    @property
    def may_be_certified(self) -> bool:
        """Whether nothing that is not known here can have broken it; what is in doubt is for people.

        What a party said in time was confirmed by the depositary or two others, to everybody. So whoever is not heard
        cannot have been in time, unless two more are not heard either, or others confirm what has not come here.
        """
        return self.is_provisional and self.certifies and not self.unseen and len(self.unheard) <= WITNESSES
