"""Notes verbale: a table of what becomes of one, who may say what; the same in any order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import DAY, HOUR, Instant, instant_of
from kenesh.council.notes import Note, NoteState, Standing, next_number, note_states
from kenesh.council.values import Receipt

SENT = instant_of("2026-11-20T12:00:00Z")
AZ, KZ, TR = (f"identity--{code}" for code in ("az", "kz", "tr"))
DUE = 30 * DAY


def at(offset: int) -> Instant:
    return Instant(SENT + offset)


def note(name: str = "1", by: str = KZ, to: str = AZ, when: int = 0, **more: object) -> Note:
    first = Note(f"kenesh-note-verbale--{name}", at(when), by, f"{name}/2026", by, to, "Points of contact", at(when))
    return replace(first, **more)  # type: ignore[arg-type]


ASKS = note(due_at=at(DUE))


def extended(when: int, to: int) -> Note:
    return replace(ASKS, modified_at=at(when), extended_to=at(to))


def answer(when: int, name: str = "9", **more: object) -> Note:
    return note(name, AZ, KZ, when, reply_to_ref=ASKS.id, **more)


def had(one: Note, by: str, when: int) -> Receipt:
    return Receipt(one.id, one.modified_at, by, at(when))


def states(
    *notes: Note, now: int, own: str = KZ, receipts: tuple[Receipt, ...] = ()
) -> tuple[dict[str, NoteState], list[str]]:
    found, ignored = note_states(notes, receipts, own, at(now))
    return {one.note.id: one for one in found}, [one.why for one in ignored]


@dataclass(frozen=True)
class Row:
    """What is stated besides a note of KZ that is due in 30 days, and what comes of that note by `now`."""

    name: str
    others: tuple[Note, ...]
    now: int
    standing: Standing
    due: int = DUE
    why: str = ""


TABLE = [
    Row("nothing", (), DUE, Standing.WAITS),
    Row("a microsecond later", (), DUE + 1, Standing.OVERDUE),
    Row("answered", (answer(HOUR),), DUE + 1, Standing.ANSWERED),
    Row("answered late", (answer(DUE + DAY),), DUE + 2 * DAY, Standing.ANSWERED),
    Row("another answers", (note("9", TR, KZ, HOUR, reply_to_ref=ASKS.id),), DUE + 1, Standing.OVERDUE),
    Row("extended in time", (extended(DUE - 1, 40 * DAY),), DUE + 1, Standing.WAITS, 40 * DAY),
    Row("extended twice", (extended(HOUR, 40 * DAY), extended(DUE + 1, 50 * DAY)), DUE + 2, Standing.WAITS, 50 * DAY),
    Row("extended at the instant", (extended(DUE, 40 * DAY),), DUE + 1, Standing.OVERDUE, why="it was over"),
    Row("shortened", (extended(HOUR, DAY),), 2 * DAY, Standing.WAITS, why="never shortened"),
    Row("asked for time is no answer", (answer(HOUR, asks_until=at(40 * DAY)),), DUE + 1, Standing.OVERDUE),
    Row("asked, and agreed late", (answer(HOUR, asks_until=at(40 * DAY)), extended(DUE + DAY, 40 * DAY)), DUE + 2 * DAY,
        Standing.WAITS, 40 * DAY),
    Row("agreed to more than was asked", (answer(HOUR, asks_until=at(40 * DAY)), extended(DUE + DAY, 41 * DAY)),
        DUE + 2 * DAY, Standing.OVERDUE, why="it was over"),
    Row("another text", (replace(ASKS, modified_at=at(HOUR), text="x"),), HOUR, Standing.WAITS, why="another note"),
    Row("restated as it is", (replace(ASKS, modified_at=at(HOUR)),), HOUR, Standing.WAITS),
    Row("to nobody here", (note("9", TR, AZ, HOUR),), HOUR, Standing.WAITS, why="not between this party"),
    Row("said for another", (replace(note("9", TR, KZ, HOUR), by_ref=AZ),), HOUR, Standing.WAITS, why="did not state"),
    Row("his record of ours", (replace(note("9", KZ, AZ, HOUR), by_ref=AZ, on_paper=True),), HOUR, Standing.WAITS,
        why="did not state"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_becomes_of_a_note(row: Row) -> None:
    found, ignored = states(ASKS, *row.others, now=row.now)
    assert (found[ASKS.id].standing, found[ASKS.id].due_at) == (row.standing, at(row.due))
    assert [why for why in ignored if row.why in why] if row.why else ignored == []


def test_whether_in_time_says_who_asked() -> None:
    late = answer(HOUR)
    for receipts, in_time in (
        ((), None),
        ((had(late, KZ, DUE),), True),
        ((had(late, KZ, DUE + 1),), False),
        ((had(late, TR, HOUR),), None),
    ):
        found, _ = states(ASKS, late, now=DUE + DAY, receipts=receipts)
        assert (found[ASKS.id].in_time, found[ASKS.id].replies) == (in_time, (late.id,))
    paper = answer(HOUR, by_ref=KZ, on_paper=True, received_at=at(DUE))
    assert states(ASKS, paper, now=DUE)[0][ASKS.id].in_time is True
    assert states(ASKS, now=DAY, receipts=(had(ASKS, AZ, HOUR),))[0][ASKS.id].received_at == at(HOUR)


def test_a_number_that_is_used_twice_is_shown_and_what_came_on_paper_has_no_series() -> None:
    again = replace(note("2"), number="1/2026")
    found, _ = states(ASKS, again, replace(note("3", AZ, KZ), number="1/2026"), now=HOUR)
    twice = {name: one.is_number_twice for name, one in found.items()}
    assert twice == {ASKS.id: True, again.id: True, "kenesh-note-verbale--3": False}
    paper = [replace(note(name, AZ, KZ), by_ref=KZ, on_paper=True, number="7") for name in ("5", "6")]
    assert not any(one.is_number_twice for one in states(*paper, now=HOUR)[0].values())


@given(st.lists(st.tuples(st.integers(2025, 2027), st.booleans()), max_size=20))
def test_numbers_are_unique_and_without_a_gap(given_in: list[tuple[int, bool]]) -> None:
    numbers: list[str] = ["03-12/441", "x/2026"]
    for year, _ in given_in:
        numbers.append(next_number(numbers, year))
    for year in (2025, 2026, 2027):
        series = [int(one.partition("/")[0]) for one in numbers[2:] if one.endswith(f"/{year}")]
        assert series == list(range(1, len(series) + 1))


_AT = st.sampled_from([0, HOUR, DUE - 1, DUE, DUE + 1, 40 * DAY])
_SAID = st.one_of(
    st.builds(extended, st.sampled_from([HOUR, DUE - 1, DUE, DUE + 1]), _AT),
    st.builds(answer, _AT),
    st.builds(lambda when, until: answer(when, "8", asks_until=at(until)), _AT, _AT),
    st.builds(lambda by, when: note("7", by, KZ, when, reply_to_ref=ASKS.id), st.sampled_from([AZ, TR]), _AT),
)


@given(st.lists(_SAID, max_size=6), _AT, st.integers(0, 99))
def test_order_and_repetition_change_nothing_and_it_holds_as_long_as_it_says(
    said: list[Note], now: int, seed: int
) -> None:
    every = [ASKS, *said]
    found = note_states(every, (), KZ, at(now))
    assert note_states(Random(seed).sample(every * 2, 2 * len(every)), (), KZ, at(now)) == found
    state = next(one for one in found[0] if one.note == ASKS)
    assert state.due_at is not None and state.due_at >= ASKS.due_at
    if state.holds_until is not None:
        there = [one for one in every if one.modified_at <= at(now)]
        before, _ = note_states(there, (), KZ, Instant(state.holds_until - 1))
        after, _ = note_states(there, (), KZ, state.holds_until)
        pick = {True: Standing.WAITS, False: Standing.OVERDUE}
        assert next(one for one in before if one.note == ASKS).standing is pick[True]
        assert next(one for one in after if one.note == ASKS).standing is pick[False]
