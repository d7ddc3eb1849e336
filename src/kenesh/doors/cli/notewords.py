"""Notes verbale, as a registry reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kenesh.basis.instants import DAY, Instant, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.council.notes import NoteState, Standing
from kenesh.doors.council.noting import SeenNotes

#: So many statements that count for nothing are named.
_MOST_IGNORED: Final = 20
_STANDS: Final[Mapping[Standing, str]] = {
    Standing.SENT: "no answer asked for",
    Standing.WAITS: "waits",
    Standing.OVERDUE: "OVERDUE",
    Standing.ANSWERED: "answered",
}


def note_wire(seen: SeenNotes, state: NoteState) -> dict[str, Any]:
    """Everything of it that is told."""
    note = state.note
    times = {"received_at": state.received_at, "due_at": note.due_at, "asked_until": state.asked_until}
    extended = state.due_at if state.due_at != note.due_at else None
    return {
        "id": note.id,
        "number": note.number,
        "from": seen.code(note.from_ref),
        "to": seen.code(note.to_ref),
        "name": note.name,
        "lang": note.lang or None,
        "text": note.text,
        "dated_at": stix_timestamp(note.dated_at),
        **{name: None if at is None else stix_timestamp(at) for name, at in times.items()},
        "extended_to": None if extended is None else stix_timestamp(extended),
        "standing": state.standing.value,
        "in_time": state.in_time,
        "replies": list(state.replies),
        "reply_to_ref": note.reply_to_ref or None,
        "reply_to_number": note.reply_to_number or None,
        "on_paper": note.on_paper,
        "attachments": [{"name": name, "sha256": digest} for name, digest in note.attachments],
        "number_twice": state.is_number_twice,
    }


def describe_notes(seen: SeenNotes, states: Sequence[NoteState]) -> Iterator[str]:
    """Two lines each: those to this party first."""
    for title, own in (("TO US", False), ("FROM US", True)):
        found = [one for one in states if (one.note.from_ref == seen.own_ref) is own]
        if found:
            yield title
        for state in found:
            note = state.note
            other = f"to {seen.code(note.to_ref)}" if own else f"of {seen.code(note.from_ref)}"
            name = f"{visible(note.number, 60)} {other}  {visible(note.name, 200)}"
            yield f"  {_day(note.dated_at)}  {name}{_mark(state)}"
            yield f"      {note.id}"
    yield from (f"ignored: {one.id}: {one.why}" for one in seen.ignored[:_MOST_IGNORED])
    if len(seen.ignored) > _MOST_IGNORED:
        yield f"ignored: {len(seen.ignored) - _MOST_IGNORED} more"


def describe_note(seen: SeenNotes, state: NoteState) -> Iterator[str]:
    """All of it."""
    note = state.note
    yield f"Note {visible(note.number, 60)} of {seen.code(note.from_ref)} to {seen.code(note.to_ref)}{_mark(state)}"
    yield f"  {visible(note.name, 300)}"
    lang = f", in {visible(note.lang, 20)}" if note.lang else ""
    yield f"  of {_day(note.dated_at)}{lang}{', on paper' if note.on_paper else ''}; {_received(seen, state)}"
    if state.is_number_twice:
        yield "  ITS NUMBER WAS USED BEFORE by the same party"
    if note.reply_to_number:
        yield f"  in reply to note {visible(note.reply_to_number, 60)}"
    if note.asks_until is not None:
        yield f"  it asks for time until {short_timestamp(note.asks_until)}, and is no answer yet"
    if state.due_at is not None and note.due_at is not None:
        moved = f", extended from {short_timestamp(note.due_at)}" if state.due_at != note.due_at else ""
        yield f"  an answer is due at {short_timestamp(state.due_at)}{moved}"
    if state.asked_until is not None:
        yield f"  {seen.code(note.to_ref)} asks for time until {short_timestamp(state.asked_until)}"
    yield from (f"  answered by {visible(_number_of(seen, ref), 80)}" for ref in state.replies)
    yield from (f"  with {visible(name, 300)}  sha256 {digest}" for name, digest in note.attachments)
    yield from (f"    {visible(line, 2000)}" for line in note.text.splitlines())
    yield from (f"  ignored: {one.why}" for one in seen.ignored if one.id == note.id)
    yield f"  {note.id}"


def _mark(state: NoteState) -> str:
    note = state.note
    if note.asks_until is not None:
        return f"  [asks for time for {visible(note.reply_to_number, 60)}]"
    if note.reply_to_number and state.standing is Standing.SENT:
        return f"  [in reply to {visible(note.reply_to_number, 60)}]"
    late = {True: " in time", False: " LATE", None: ""}[state.in_time]
    due = f" until {short_timestamp(state.due_at)}" if state.due_at and state.standing is Standing.WAITS else ""
    return f"  [{_STANDS[state.standing]}{due}{late}]"


def _received(seen: SeenNotes, state: NoteState) -> str:
    if state.received_at is None:
        way = "sent another way" if state.note.on_paper else "not delivered yet"
        return f"{way}, as far as is known here"
    return f"{seen.code(state.note.to_ref)} had it on {short_timestamp(state.received_at)}"


def _number_of(seen: SeenNotes, ref: str) -> str:
    found = next((one.note for one in seen.states if one.note.id == ref), None)
    return ref if found is None else f"note {found.number} of {_day(found.dated_at)}, {found.id}"


def _day(at: Instant) -> str:
    return short_timestamp(at)[:10] if at % DAY == 0 else short_timestamp(at)
