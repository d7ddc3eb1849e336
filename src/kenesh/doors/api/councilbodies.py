"""What a program says in a body: the shapes that the API reads, each as strict as the object that comes of it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.council.kinds import MAX_TEXT, Authenticity, Procedure, Stance
from kenesh.council.stated import Text
from kenesh.doors.api.casebodies import Code, Moment, Ref, Sent, Title, check_years, instant_said
from kenesh.doors.council.deciding import Taking, Wanted
from kenesh.doors.sitting import Plan
from kenesh.response.sittings import MAX_POINTS, Point

#: The lengths of the objects' own properties (`kenesh.council.kinds`, `kenesh.response.sittings`).
_Whole = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
_Ground = Annotated[str, Meta(max_length=5_000)]
_Statement = Annotated[str, Meta(max_length=20_000)]
_Lang = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
_Organ = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9]{0,11}$")]
_Line = Annotated[str, Meta(min_length=1, max_length=500)]
_Short = Annotated[str, Meta(min_length=1, max_length=200)]
_Channel = Annotated[str, Meta(min_length=1, max_length=60)]


class TextToPropose(Struct, frozen=True, forbid_unknown_fields=True):
    """The text in one language."""

    lang: _Lang
    text: _Whole
    authenticity: Authenticity = Authenticity.AUTHENTIC


class ProposalToMake(Sent, frozen=True, kw_only=True):
    """A text that a body is asked to adopt: in which languages, by which procedure, and until when."""

    body: Ref
    name: Title
    texts: Annotated[tuple[TextToPropose, ...], Meta(min_length=1, max_length=12)]
    deadline: Moment
    procedure: Procedure = Procedure.SILENCE

    def __post_init__(self) -> None:
        check_years(deadline=self.deadline)
        if len({one.lang for one in self.texts}) < len(self.texts):
            raise ValueError("one language is there twice in `texts`")

    @property
    def wanted(self) -> Wanted:
        texts = [Text(one.lang, one.authenticity, one.text) for one in self.texts]
        return Wanted(self.name, texts, self.procedure, instant_said(self.deadline))


class PositionToTake(Sent, frozen=True, kw_only=True):
    """The position of this party; an objection has a ground, an amendment its text."""

    stance: Stance
    ground: _Ground = ""
    remedy: _Ground = ""
    amendment: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    statement: _Statement = ""

    @property
    def taking(self) -> Taking:
        return Taking(self.stance, self.ground, self.remedy, self.amendment, self.statement)


class Extension(Sent, frozen=True, kw_only=True):
    """Until when, from now on."""

    deadline: Moment

    def __post_init__(self) -> None:
        check_years(deadline=self.deadline)

    @property
    def until(self) -> Instant:
        return instant_said(self.deadline)


class TakingBack(Sent, frozen=True, kw_only=True):
    """That this party's own proposal is withdrawn."""


class Notification(Sent, frozen=True, kw_only=True):
    """Which party was told of an own proposal, and by which channel."""

    party: Code
    channel: _Channel


class Certification(Sent, frozen=True, kw_only=True):
    """What stands before the number: CC gives CC.DEC/1/26."""

    organ: _Organ


class FileNamed(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that stays where it is."""

    name: Annotated[str, Meta(min_length=1, max_length=300)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class PointToCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A point of the agenda."""

    name: _Line
    documents: Annotated[tuple[FileNamed, ...], Meta(max_length=20)] = ()


class SittingToCall(Sent, frozen=True, kw_only=True):
    """A sitting of a body: when, where, and about what."""

    body: Ref
    name: _Short
    begins_at: Moment
    ends_at: Moment
    place: Annotated[str, Meta(max_length=500)] = ""
    host: Annotated[str, Meta(max_length=16)] = ""
    agenda: Annotated[tuple[PointToCall, ...], Meta(max_length=MAX_POINTS)] = ()

    def __post_init__(self) -> None:
        check_years(begins_at=self.begins_at, ends_at=self.ends_at)

    @property
    def plan(self) -> Plan:
        points = [Point(one.name, tuple((file.name, file.sha256) for file in one.documents)) for one in self.agenda]
        return Plan(self.name, instant_said(self.begins_at), instant_said(self.ends_at), self.place, points, self.host)


class Coming(Sent, frozen=True, kw_only=True):
    """Whether this party comes; who, or why not."""

    comes: bool
    text: Annotated[str, Meta(max_length=2_000)] = ""


class OutcomeToState(Sent, frozen=True, kw_only=True):
    """What came of a sitting of this party's."""

    outcome: Annotated[str, Meta(min_length=1, max_length=20_000)]


class SittingToMove(Sent, frozen=True, kw_only=True):
    """When a sitting of this party's is from now on; everybody is asked anew."""

    begins_at: Moment
    ends_at: Moment

    def __post_init__(self) -> None:
        check_years(begins_at=self.begins_at, ends_at=self.ends_at)

    @property
    def times(self) -> dict[str, str]:
        said = {"begins_at": self.begins_at, "ends_at": self.ends_at}
        return {name: stix_timestamp(instant_said(at)) for name, at in said.items()}


class SittingToCancel(Sent, frozen=True, kw_only=True):
    """That a sitting of this party's is called off."""
