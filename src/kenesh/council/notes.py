"""Notes verbale: a pure function of what the two parties stated, of the receipts, and of now.

A note is numbered by its sender, year by year, and goes to one party. What came on paper its addressee records, for
himself alone. Its time is the sender's to extend, before it is over, or later where the addressee asked for it; whether
it is overdue follows from that, and nobody sets it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kenesh.basis.instants import Instant, instant_of
from kenesh.council.values import Ignored, Receipt
from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import PARTY, TIMESTAMP, ref_to, text

MAX_NOTE: Final = 100_000
MAX_ATTACHMENTS: Final = 50


NOTE_VERBALE = TypeDefinition(
    name="kenesh-note-verbale",
    description="A note verbale: from one party to another, under its sender's number; or one that came on paper, as"
    " its addressee records it.",
    channel=Channel.CONTENT,
    properties={
        "number": text(60),
        "from_ref": PARTY,
        "to_ref": PARTY,
        "name": text(300),
        "text": text(MAX_NOTE),
        #: Sent or received outside the nodes; the object stays with who states it.
        "on_paper": {"type": "boolean"},
        "dated_at": TIMESTAMP,
        "received_at": TIMESTAMP,
        "due_at": TIMESTAMP,
        "extended_to": TIMESTAMP,
        "reply_to_ref": ref_to("kenesh-note-verbale"),
        #: What it replies to, as it is numbered there: who has that note on paper alone knows it by this.
        "reply_to_number": text(60),
        #: It asks for more time, and is no answer yet.
        "asks_until": TIMESTAMP,
        "attachments": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_ATTACHMENTS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "sha256"],
                "properties": {
                    "name": text(300),
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "octets": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
                },
            },
        },
    },
    required=("number", "from_ref", "to_ref", "name", "dated_at"),
)


class Standing(StrEnum):
    """How a note stands."""

    SENT = "sent"  # no answer is asked for by any time
    WAITS = "waits"
    OVERDUE = "overdue"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Note:
    """One version of a note. `by_ref`: who states it; the sender, or the addressee where it came on paper.

    `attachments`: by name and SHA-256.
    """

    id: str
    modified_at: Instant
    by_ref: str
    number: str
    from_ref: str
    to_ref: str
    name: str
    dated_at: Instant
    text: str = ""
    lang: str = ""
    on_paper: bool = False
    received_at: Instant | None = None
    due_at: Instant | None = None
    extended_to: Instant | None = None
    reply_to_ref: str = ""
    reply_to_number: str = ""
    asks_until: Instant | None = None
    attachments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoteState:
    """How a note stands.

    Attributes:
        due_at: as it was extended, by what counts. asked_until: until when the addressee asks for, where that is later.
        received_at: when the addressee had it, as far as that is known.
        replies: by their ids, in order; what only asks for time is none. in_time: None while that is not known.
        is_number_twice: its sender used the number before.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    note: Note
    standing: Standing
    due_at: Instant | None
    asked_until: Instant | None
    received_at: Instant | None
    replies: tuple[str, ...]
    in_time: bool | None
    is_number_twice: bool
    holds_until: Instant | None


def note_states(
    versions: Iterable[Note], receipts: Iterable[Receipt], own_ref: str, now: Instant
) -> tuple[tuple[NoteState, ...], tuple[Ignored, ...]]:
    """Every note between this party and another, by when it was dated; and what counts for nothing, and why."""
    ignored: set[Ignored] = set()
    by_id: dict[str, list[Note]] = {}
    for one in sorted({one for one in versions if one.modified_at <= now}, key=lambda v: (v.modified_at, repr(v))):
        why = _why_not(one, own_ref)
        if why:
            ignored.add(Ignored(one.id, why))
        else:
            by_id.setdefault(one.id, []).append(one)
    firsts = {stated[0].id: stated[0] for stated in by_id.values()}
    had: dict[tuple[str, str], Instant] = {}
    for receipt in receipts:
        if receipt.at <= now:
            key = receipt.of_ref, receipt.by_ref
            had[key] = min(receipt.at, had.get(key, receipt.at))
    used = Counter((one.by_ref, one.number) for one in firsts.values() if one.by_ref == one.from_ref)
    book = _Book(firsts, had, used, now)
    found = tuple(book.state(stated, ignored) for stated in by_id.values())
    ordered = sorted(found, key=lambda one: (one.note.dated_at, one.note.id))
    return tuple(ordered), tuple(sorted(ignored, key=lambda one: (one.id, one.why)))


def _why_not(one: Note, own_ref: str) -> str:
    if own_ref not in (one.from_ref, one.to_ref) or one.from_ref == one.to_ref:
        return "it is not between this party and another"
    if one.by_ref == one.from_ref:
        return ""
    # What another says that somebody wrote to him is his own record.
    return "" if one.by_ref == own_ref and one.on_paper else "its sender did not state it"


@dataclass(frozen=True, slots=True)
class _Book:
    firsts: Mapping[str, Note]
    had: Mapping[tuple[str, str], Instant]
    used: Mapping[tuple[str, str], int]
    now: Instant

    def state(self, stated: Sequence[Note], ignored: set[Ignored]) -> NoteState:
        note = stated[0]
        answering = [
            one
            for one in self.firsts.values()
            if one.reply_to_ref == note.id and (one.from_ref, one.to_ref) == (note.to_ref, note.from_ref)
        ]
        asking = [one for one in answering if one.asks_until is not None]
        due_at = self._due(stated, asking, ignored)
        answers = sorted((one for one in answering if one.asks_until is None), key=lambda one: (one.dated_at, one.id))
        wanted = [one.asks_until for one in asking if one.asks_until is not None and one.asks_until > (due_at or 0)]
        return NoteState(
            note=note,
            standing=self._standing(due_at, answered=bool(answers)),
            due_at=due_at,
            asked_until=max(wanted, default=None),
            received_at=self._received(note),
            replies=tuple(one.id for one in answers),
            in_time=self._in_time(answers, due_at),
            is_number_twice=self.used[note.by_ref, note.number] > 1,
            holds_until=None if answers or due_at is None or due_at < self.now else Instant(due_at + 1),
        )

    def _due(self, stated: Sequence[Note], asking: Sequence[Note], ignored: set[Ignored]) -> Instant | None:
        note = stated[0]
        due_at = note.due_at
        for version in stated[1:]:
            if _frozen(version) != _frozen(note):
                ignored.add(Ignored(version.id, "a note that was sent stands: another note corrects it"))
            elif version.extended_to in (None, due_at):
                continue
            elif version.extended_to is None or due_at is None or version.extended_to <= due_at:
                ignored.add(Ignored(version.id, "its time is extended, and never shortened"))
            elif version.modified_at < due_at or _was_asked(version, asking):
                due_at = version.extended_to
            else:
                ignored.add(Ignored(version.id, "it was over, and the addressee had not asked for so long"))
        return due_at

    def _standing(self, due_at: Instant | None, *, answered: bool) -> Standing:
        if answered:
            return Standing.ANSWERED
        if due_at is None:
            return Standing.SENT
        return Standing.WAITS if self.now <= due_at else Standing.OVERDUE

    def _received(self, note: Note) -> Instant | None:
        return note.received_at if note.on_paper else self.had.get((note.id, note.to_ref))

    def _in_time(self, answers: Sequence[Note], due_at: Instant | None) -> bool | None:
        """Whether one of the answers had come in time, by who asked."""
        if due_at is None or not answers:
            return None
        came = [at for one in answers if (at := self._received(one)) is not None]
        return min(came) <= due_at if came else None


def _was_asked(version: Note, asking: Sequence[Note]) -> bool:
    wanted = version.extended_to or 0
    return any(one.modified_at <= version.modified_at and (one.asks_until or 0) >= wanted for one in asking)


def _frozen(version: Note) -> tuple[object, ...]:
    """What no later version changes."""
    sent = version.number, version.from_ref, version.to_ref, version.name, version.text, version.lang, version.dated_at
    about = version.due_at, version.reply_to_ref, version.reply_to_number, version.asks_until, version.attachments
    return *sent, *about, version.on_paper, version.received_at


def next_number(own: Iterable[str], year: int) -> str:
    """The number after all of that year that this party gave: 17/2026. What has another form is not of the series."""
    given = [before for before, slash, of in (number.partition("/") for number in own) if slash and of == str(year)]
    return f"{1 + max((int(one) for one in given if one.isascii() and one.isdigit()), default=0)}/{year}"


def note_of(value: Mapping[str, Any]) -> Note:
    """The note that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    names = ("received_at", "due_at", "extended_to", "asks_until")
    times = {name: instant_of(value[name]) if name in value else None for name in names}
    return Note(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        number=value["number"],
        from_ref=value["from_ref"],
        to_ref=value["to_ref"],
        name=value["name"],
        dated_at=instant_of(value["dated_at"]),
        text=value.get("text", ""),
        lang=value.get("lang", ""),
        on_paper=value.get("on_paper", False),
        reply_to_ref=value.get("reply_to_ref", ""),
        reply_to_number=value.get("reply_to_number", ""),
        attachments=tuple((one["name"], one["sha256"]) for one in value.get("attachments", ())),
        **times,
    )
