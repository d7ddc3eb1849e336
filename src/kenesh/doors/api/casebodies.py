"""What a program says of a case: the bodies that the API reads, each as strict as the object that comes of it.

A time is RFC 3339 with its zone. How what is stated is marked (`tlp`), and that somebody has looked at what may
identify a person in it (`looked`), is said with each act as at the command line.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kenesh.basis.instants import Instant
from kenesh.doors.casework import By
from kenesh.parties.sectors import SECTORS
from kenesh.response.kinds import RSIT, CaseKind, Outlook, RequestKind, RootCause, Severity, Status
from kenesh.response.statements import Assignment, Evidence, Opening, Reported, Wanted, Word
from kenesh.stix.marking import Tlp

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: No incident is older than these clocks, and a deadline beyond them is a slip of the hand.
_YEARS: Final = range(1970, 3000)

#: The lengths and words of the objects' own properties (`kenesh.response.kinds`).
Title = Annotated[str, Meta(min_length=1, max_length=300)]
WrittenText = Annotated[str, Meta(max_length=20_000)]
_Word = Annotated[str, Meta(max_length=64)]
Ref = Annotated[str, Meta(max_length=300)]
Code = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9-]{1,15}$")]
Moment = Annotated[datetime, Meta(tz=True)]
_Judged = Literal["", "yes", "no", "suspected", "unknown"]
_Sector = Annotated[str, Meta(pattern=f"^({'|'.join(SECTORS)})$")]
_Rsit = Annotated[str, Meta(pattern=f"^({'|'.join(RSIT)})?$")]


class Sent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every act may say besides."""

    tlp: Literal["clear", "green", "amber", "amber+strict", "red"] = "amber"
    looked: bool = False

    def by(self, who: str) -> By:
        return By(who, Tlp.named(self.tlp), self.looked)


class CaseToOpen(Sent, frozen=True, kw_only=True):
    """A case: its short name, who is admitted to its room, and what is known of it. Aware since now, if not said."""

    name: Title
    parties: Annotated[tuple[Code, ...], Meta(max_length=100)] = ()
    kind: CaseKind = CaseKind.CYBER_INCIDENT
    severity: Severity | None = None
    sectors: Annotated[tuple[_Sector, ...], Meta(max_length=20)] = ()
    regimes: Annotated[tuple[_Word, ...], Meta(max_length=10)] = ()
    rsit_class: _Rsit = ""
    cross_border_impact: _Judged = ""
    aware_at: Moment | None = None
    exercise: bool = False
    text: WrittenText = ""

    def __post_init__(self) -> None:
        check_years(aware_at=self.aware_at)

    def opening(self, now: Instant) -> Opening:
        return Opening(
            name=self.name,
            kind=self.kind,
            aware_at=now if self.aware_at is None else instant_said(self.aware_at),
            severity=self.severity or "",
            sectors=self.sectors,
            regimes=self.regimes,
            rsit_class=self.rsit_class,
            cross_border_impact=self.cross_border_impact,
            exercise=self.exercise,
            text=self.text,
        )


class Joining(Sent, frozen=True, kw_only=True):
    """That this party takes part; or that it does not, and why."""

    status: Literal["accepted", "refused"] = "accepted"
    text: WrittenText = ""

    def __post_init__(self) -> None:
        _check_why(self.status == "refused", self.text)
        if self.status == "accepted" and self.text:
            raise ValueError("`text` is why a party takes no part, and is said with `status` refused")


class TaskToSet(Sent, frozen=True, kw_only=True):
    """A task: what is to be done, by which party, until when."""

    title: Title
    to: Code
    due_at: Moment
    text: WrittenText = ""

    def __post_init__(self) -> None:
        check_years(due_at=self.due_at)

    @property
    def assignment(self) -> Assignment:
        return Assignment(self.title, instant_said(self.due_at), self.text)


class RequestToMake(Sent, frozen=True, kw_only=True):
    """A request: what is asked for, of which party, until when; with regime and stage, for that report."""

    title: Title
    to: Code
    due_at: Moment
    kind: RequestKind = RequestKind.INFORMATION
    regime: _Word = ""
    stage: _Word = ""
    text: WrittenText = ""

    def __post_init__(self) -> None:
        check_years(due_at=self.due_at)
        if bool(self.regime) != bool(self.stage):
            raise ValueError("a report is asked for by `regime` and `stage`: say both, or neither")

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.title, self.kind, instant_said(self.due_at), self.regime, self.stage, self.text)


class EvidenceKept(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that stays where it is: its name, and what it is known by."""

    name: Title
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    octets: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class UpdateToState(Sent, frozen=True, kw_only=True):
    """What becomes of what this party was asked; of a refusal, why."""

    #: Literal: TAXII has a resource of the enumeration's name.
    status: Literal["accepted", "refused", "in-progress", "done"]
    text: WrittenText = ""
    evidence: Annotated[tuple[EvidenceKept, ...], Meta(max_length=100)] = ()

    def __post_init__(self) -> None:
        _check_why(self.status == "refused", self.text)

    @property
    def word(self) -> Word:
        files = tuple(Evidence(one.name, one.sha256, one.octets) for one in self.evidence)
        return Word(Status(self.status), self.text, files)


class Cancelling(Sent, frozen=True, kw_only=True):
    """That a task or request of this party's own is taken back."""


class ReportToMake(Sent, frozen=True, kw_only=True):
    """A report at a step of a law. `answers_ref`: the report of another party that this one answers."""

    regime: _Word
    stage: _Word
    aware_at: Moment
    handled_at: Moment | None = None
    answers_ref: Ref = ""
    suspected_malicious: _Judged = ""
    cross_border_impact: _Judged = ""
    severity: Severity | None = None
    outlook: Outlook | None = None
    root_cause: RootCause | None = None
    mitigation: WrittenText = ""
    text: WrittenText = ""

    def __post_init__(self) -> None:
        check_years(aware_at=self.aware_at, handled_at=self.handled_at)

    @property
    def reported(self) -> Reported:
        form: dict[str, str] = {
            "suspected_malicious": self.suspected_malicious,
            "cross_border_impact": self.cross_border_impact,
            "severity": self.severity or "",
            "outlook": self.outlook or "",
            "root_cause": self.root_cause or "",
            "mitigation": self.mitigation,
            "description": self.text,
        }
        handled = None if self.handled_at is None else instant_said(self.handled_at)
        return Reported(self.regime, self.stage, instant_said(self.aware_at), handled, self.answers_ref, form)


class LinkToMake(Sent, frozen=True, kw_only=True):
    """What the case is tied to, by its id."""

    target_ref: Ref


class Invitation(Sent, frozen=True, kw_only=True):
    """Which party is admitted to the room besides."""

    party: Code


class Handover(Sent, frozen=True, kw_only=True):
    """Who of this party goes on, and what he must know."""

    to: Title
    text: Annotated[str, Meta(max_length=19_000)] = ""


class Closing(Sent, frozen=True, kw_only=True):
    """How the case stands from now on: closed, handled and not closed yet, or open again."""

    state: Literal["closed", "handled", "open"] = "closed"


class Stated(Struct, frozen=True):
    """The id of what was stated, and released to the room; of what was taken back, its own."""

    id: str


def _check_why(is_refusal: bool, text: str) -> None:
    if is_refusal and not text:
        raise ValueError("whoever asked is told why, in `text`")


def check_years(**moments: datetime | None) -> None:
    for name, moment in moments.items():
        if moment is not None and moment.year not in _YEARS:
            raise ValueError(f"`{name}` is of no year from {_YEARS[0]} to {_YEARS[-1]}")


def instant_said(moment: datetime) -> Instant:
    return Instant((moment - _EPOCH) // timedelta(microseconds=1))
