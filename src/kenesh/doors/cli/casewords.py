"""A case as a tired duty officer reads it: what is asked of us, what is late, near or silent, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kenesh.basis.instants import MINUTE, Instant, short_timestamp
from kenesh.basis.printable import defanged, visible
from kenesh.doors.caseroom import SeenCase
from kenesh.response import clocks
from kenesh.response.asking import Standing
from kenesh.response.cases import Item
from kenesh.response.reporting import Owed
from kenesh.response.timeline import Entry

#: How a case stands, and of a clock what somebody must look at, so that it meets the eye.
_SHOUTED: Final[Mapping[str, str]] = {
    "open": "OPEN",
    "handled": "HANDLED",
    "closed": "CLOSED",
    clocks.Standing.LATE: "LATE",
    clocks.Standing.NEAR: "NEAR",
}
_ENTRIES_SHOWN: Final = 40
_TEXT_SHOWN: Final = 2_000

_WORDS: Final[Mapping[str, str]] = {
    "opened": "opens the case",
    "handled": "says that the incident is handled",
    "closed": "closes the case",
    "left": "leaves the room",
    "asked": "asks:",
    "cancelled": "takes back:",
    "report": "reports",
    "accepted": "accepts:",
    "refused": "refuses:",
    "in-progress": "goes on with:",
    "done": "has done:",
    "case-accepted": "joins",
    "case-refused": "takes no part",
    "case-in-progress": "says:",
    "case-done": "has done its part",
}


def describe_cases(found: Sequence[SeenCase]) -> Iterator[str]:
    """One line for each case."""
    for seen in found:
        case = seen.state.case
        ours, late = len(seen.asked_of_us()), sum(item.state.is_overdue for item in seen.state.open_items())
        asked = f", {ours} asked of us" if ours else ""
        yield (
            f"{visible(case.name, 100):<24} {seen.state.standing:<8} since {short_timestamp(seen.state.since)}  "
            f"led by {seen.code(case.by_ref)}{asked}{f', {late} LATE' if late else ''}"
        )


def describe_case(seen: SeenCase) -> Iterator[str]:
    """A case, a paragraph for each thing that somebody may have to act on."""
    yield from _head(seen)
    own = seen.asked_of_us()
    others = [item for item in seen.state.open_items() if item not in own]
    yield from _part("ASKED OF US", (line for item in own for line in _ours(seen, item)))
    yield from _part("LATE", (_item(seen, item) for item in others if item.state.is_overdue))
    yield from _part("NEAR", (_item(seen, item) for item in others if item.is_near(seen.at)))
    yield from _part("SILENT", _silent(seen))
    yield from _part("REPORTS", (_clock(seen, owed) for owed in seen.state.running()))
    rest = [item for item in seen.state.items if item not in own and not item.state.is_overdue]
    yield from _part("ASKED OF OTHERS", (_item(seen, item) for item in rest if not item.is_near(seen.at)))
    yield from _part("LINKED", (f"{one.type}  {defanged(one.name)}  {one.id}" for one in seen.linked))
    yield from _part("OTHER CASES OF THIS INCIDENT", (f"{visible(one.name, 100)}  {one.id}" for one in seen.others))
    yield from _part("COUNTS FOR NOTHING", (f"{one.id}: {visible(one.why, 200)}" for one in seen.state.ignored[:10]))
    yield from _part("WHAT HAPPENED", _timeline(seen))


def _part(title: str, lines: Iterator[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield ""
        yield title
        yield from (f"  {line}" for line in told)


def _head(seen: SeenCase) -> Iterator[str]:
    state, case = seen.state, seen.state.case
    drill = "EXERCISE  " if case.exercise else ""
    yield f"{drill}{visible(case.name, 100)}  {_SHOUTED[state.standing]} since {short_timestamp(state.since)}"
    words = [case.kind, f"severity {case.severity}" if case.severity else "", ", ".join(sorted(case.sectors))]
    yield "; ".join(word for word in words if word)
    yield case.id
    joined = ", ".join(f"{seen.code(one.party_ref)} {one.joining}" for one in state.parties)
    yield f"led by {seen.code(case.by_ref)}, room body:{visible(seen.room, 100)}: {joined}"
    if state.lead_left_at is not None:
        yield f"THE LEAD LEFT at {short_timestamp(state.lead_left_at)}: nobody can close the case."
    yield f"now {short_timestamp(seen.at)}{_local(seen, seen.at)}"


def _item(seen: SeenCase, item: Item, *, by: bool = False) -> str:
    state, asked = item.state, item.asked
    who = f"{seen.code(asked.by_ref)} asks" if by else f"{seen.code(asked.to_ref)}"
    standing = f"{state.standing}"
    if state.left_at is not None:
        standing = f"{standing}, and its party left at {short_timestamp(state.left_at)}"
    elif state.in_time is not None:
        standing += " in time" if state.in_time else " LATE"
    elif state.standing in (Standing.DONE, Standing.REFUSED):
        standing += ", not confirmed yet by who asked"
    due = f"due {short_timestamp(state.due_at)}{_late_or_left(seen, item)}"
    return f"{who}: {visible(asked.name, 200)}  [{standing}]  {due}  {asked.id}"


def _ours(seen: SeenCase, item: Item) -> Iterator[str]:
    yield _item(seen, item, by=True)
    if item.asked.text:
        yield f"  {visible(item.asked.text, _TEXT_SHOWN)}"


def _late_or_left(seen: SeenCase, item: Item) -> str:
    if not item.is_open:
        return ""
    span = item.state.due_at - seen.at
    return f", LATE by {_span(-span)}" if span < 0 else f", in {_span(span)}"


def _span(microseconds: int) -> str:
    minutes = microseconds // MINUTE
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def _silent(seen: SeenCase) -> Iterator[str]:
    for party, at in sorted(seen.state.silent().items(), key=lambda pair: seen.code(pair[0])):
        yield f"not heard from {seen.code(party)} since {short_timestamp(at)}{_local(seen, at)}"


def _clock(seen: SeenCase, owed: Owed) -> str:
    clock = owed.clock
    due = f", due {short_timestamp(clock.due_at)}" if clock.due_at is not None else ""
    done = f", came {short_timestamp(clock.done_at)}" if clock.done_at is not None else ""
    sent = f", sent {short_timestamp(owed.sent_at)} and not confirmed yet" if owed.sent_at is not None else ""
    standing = _SHOUTED.get(clock.standing, clock.standing)
    ongoing = " if it still runs then" if clock.if_ongoing else ""
    return f"{seen.code(owed.party_ref)} {owed.regime}: {clock.step.title} [{standing}]{due}{ongoing}{done}{sent}"


def _timeline(seen: SeenCase) -> Iterator[str]:
    entries = seen.timeline[-_ENTRIES_SHOWN:]
    if len(seen.timeline) > len(entries):
        yield f"... {len(seen.timeline) - len(entries)} earlier"
    yield from (_entry(seen, entry) for entry in entries)


def _entry(seen: SeenCase, entry: Entry) -> str:
    said = " ".join(visible(part, 300) for part in (entry.name, entry.text) if part)
    words = f"{seen.code(entry.party_ref)} {_WORDS[entry.what]} {said}".rstrip()
    return f"{short_timestamp(entry.at)}{_local(seen, entry.at)}  {words}"


def _local(seen: SeenCase, at: Instant) -> str:
    told = seen.local(at)
    return f" ({told})" if told else ""
