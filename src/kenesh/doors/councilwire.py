"""Proposals and sittings as documents: what `--json` prints of them, and what the API answers.

Parties are said by what people call them, times as STIX writes them. A field that is null says that there is no such
thing, or not yet.
"""

from __future__ import annotations

import msgspec

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.council.values import Taken, Tally
from kenesh.doors.casewire import IgnoredDocument
from kenesh.doors.council.seeing import SeenProposal
from kenesh.doors.sitting import SeenSittings
from kenesh.response.sittings import Attendance, Sitting, SittingState


class TextDocument(msgspec.Struct, frozen=True):
    """The text in one language, and what it is worth."""

    lang: str
    authenticity: str
    text: str


class PositionDocument(msgspec.Struct, frozen=True):
    """A party's position as it counts."""

    party: str
    stance: str
    ground: str
    remedy: str
    amendment: str
    statement: str
    in_time: bool
    in_doubt: bool
    delivered: bool
    witnessed: bool
    amends: str | None


class TallyDocument(msgspec.Struct, frozen=True):
    """What a vote comes to, by weight; `of` is the weight of all who decide."""

    support: int
    against: int
    abstained: int
    of: int
    parties: int
    quorate: bool


class ProposalDocument(msgspec.Struct, frozen=True):
    """A proposal, and how it stands. `number`: of the decision, where it is certified.

    `had`: since when each party that decides has it. `doubts`: what is in doubt, for people; `despite`: why it was
    certified all the same. `found_at`: when consensus was found.
    """

    id: str
    body: str
    name: str
    by: str
    procedure: str
    text_sha256: str
    texts: list[TextDocument]
    outcome: str
    since: str
    opened_at: str | None
    deadline: str
    positions: list[PositionDocument]
    missing: list[str]
    unseen: list[str]
    unheard: list[str]
    provisional: bool
    number: str | None
    ignored: list[IgnoredDocument]
    holds_until: str | None
    had: dict[str, str]
    doubts: list[str]
    despite: str | None
    tally: TallyDocument | None
    found_at: str | None
    sitting_ref: str | None
    succeeds_ref: str | None
    takes_up_refs: list[str]


class NamedFile(msgspec.Struct, frozen=True):
    """A file that stays where it is."""

    name: str
    sha256: str


class PointDocument(msgspec.Struct, frozen=True):
    """A point of an agenda."""

    name: str
    documents: list[NamedFile]


class AttendanceDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a party says of a sitting; what it is called where that is held, and the host's rule, where there is one."""

    party: str
    answer: str
    text: str
    names: list[str] = []
    disclaimers: list[str] = []
    participation: list[str] = []


class SittingDocument(msgspec.Struct, frozen=True):
    """A sitting of a body, and who comes."""

    id: str
    body: str
    name: str
    called_by: str
    standing: str
    begins_at: str
    ends_at: str
    moved_at: str | None
    place: str
    agenda: list[PointDocument]
    parties: list[AttendanceDocument]
    outcome: str
    host: str = ""


def proposal_document(seen: SeenProposal) -> ProposalDocument:
    """The document of a proposal."""
    state, code = seen.state, seen.code
    return ProposalDocument(
        id=seen.id,
        body=seen.body,
        name=state.proposal.name,
        by=code(state.proposal.by_ref),
        procedure=state.proposal.procedure.value,
        text_sha256=state.proposal.text_sha256,
        texts=[TextDocument(text.lang, text.authenticity.value, text.text) for text in seen.texts],
        outcome=state.outcome.value,
        since=stix_timestamp(state.since),
        opened_at=_at(state.opened_at),
        deadline=stix_timestamp(state.deadline),
        positions=[_position(seen, one) for one in state.taken],
        missing=list(map(code, state.missing)),
        unseen=list(map(code, state.unseen)),
        unheard=list(map(code, state.unheard)),
        provisional=state.is_provisional,
        number=None if state.decision is None else state.decision.number,
        ignored=[IgnoredDocument(one.id, one.why) for one in state.ignored],
        holds_until=_at(state.holds_until),
        had={code(ref): stix_timestamp(at) for ref, at in state.had},
        doubts=list(state.doubts),
        despite=None if state.decision is None else state.decision.despite or None,
        tally=None if state.tally is None else _tally(state.tally),
        found_at=None if state.finding is None else stix_timestamp(state.finding.found_at),
        sitting_ref=state.proposal.sitting_ref or None,
        succeeds_ref=state.proposal.succeeds_ref or None,
        takes_up_refs=list(state.proposal.takes_up_refs),
    )


def _tally(one: Tally) -> TallyDocument:
    return TallyDocument(one.support, one.against, one.abstained, one.total, one.parties, one.is_quorate)


def _position(seen: SeenProposal, one: Taken) -> PositionDocument:
    position = one.position
    return PositionDocument(
        party=seen.code(position.by_ref),
        stance=position.stance.value,
        ground=position.ground,
        remedy=position.remedy,
        amendment=position.amendment,
        statement=position.statement,
        in_time=one.in_time,
        in_doubt=one.in_doubt,
        delivered=one.delivered,
        witnessed=one.witnessed,
        amends=position.amends or None,
    )


def sitting_document(seen: SeenSittings, state: SittingState) -> SittingDocument:
    """The document of a sitting."""
    one = state.sitting
    return SittingDocument(
        id=one.id,
        body=seen.body,
        name=one.name,
        called_by=seen.code(one.by_ref),
        standing=state.standing.value,
        begins_at=stix_timestamp(one.begins_at),
        ends_at=stix_timestamp(one.ends_at),
        moved_at=_at(state.moved_at),
        place=one.place,
        agenda=[PointDocument(point.name, [NamedFile(*file) for file in point.documents]) for point in one.agenda],
        host=one.host,
        parties=[_attendance(seen, one, p) for p in state.parties],
        outcome=one.outcome,
    )


def _attendance(seen: SeenSittings, sitting: Sitting, one: Attendance) -> AttendanceDocument:
    ref = one.party_ref
    return AttendanceDocument(
        seen.code(ref),
        one.coming.value,
        one.text,
        list(seen.names(sitting, ref)),
        [label.disclaimer for label in seen.labels(sitting, ref) if label.disclaimer],
        [f"{rule.host}: {rule.text} ({rule.source}, as of {rule.as_of})" for rule in seen.rules(sitting, ref)],
    )


def _at(at: Instant | None) -> str | None:
    return None if at is None else stix_timestamp(at)
