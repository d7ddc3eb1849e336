"""The statistics of requests follow from what both sides have, in any order."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, SECOND, Instant
from kenesh.response import asking
from kenesh.response.asking import Answer, Asked
from kenesh.response.cases import Item
from kenesh.response.kinds import RequestKind, Status
from kenesh.response.requests import statistics

T = Instant(1_795_593_600 * SECOND)
NOW = Instant(T + 100 * HOUR)
PARTIES = st.sampled_from(["KZ", "AZ", "TR"])
WORDS = st.lists(st.tuples(st.sampled_from(Status), st.integers(0, 90), st.integers(0, 9)), max_size=4)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """A request with some answers, each with when it had come to who asked."""
    by, to = draw(PARTIES), draw(PARTIES)
    name = f"kenesh-request--{draw(st.integers(0, 10**6))}"
    due = Instant(T + draw(st.integers(1, 80)) * HOUR)
    asked = Asked(name, T, by, to, T, due, kind=draw(st.sampled_from(RequestKind)).value)
    answers = tuple(
        Answer(f"{name}-{n}", Instant(T + at * HOUR), to, name, status, Instant(T + at * HOUR),
               Instant(T + (at + lag) * HOUR))
        for n, (status, at, lag) in enumerate(draw(WORDS))
    )  # fmt: skip
    state = asking.state([asked], answers, heard={to: NOW}, left={}, now=NOW)
    return Item(asked, state, answers)


@given(found=st.lists(items(), max_size=12, unique_by=lambda item: item.asked.id), seed=st.integers())
def test_order_and_repetition_change_nothing(found: list[Item], seed: int) -> None:
    again = [*found, *found[::2]]
    Random(seed).shuffle(again)
    assert statistics(again) == statistics(found)


@given(found=st.lists(items(), max_size=12, unique_by=lambda item: item.asked.id))
def test_everything_that_was_asked_is_somewhere(found: list[Item]) -> None:
    rows = statistics(found)
    assert sum(row.asked for row in rows) == len(found)
    for row in rows:
        assert row.asked == row.answered + row.refused + row.cancelled + row.open
        assert row.in_time + row.late + row.unconfirmed == row.answered + row.refused
        assert row.overdue <= row.open <= row.asked
        assert row.answered + row.refused <= row.acknowledged <= row.asked
        assert (row.after is None) <= (row.in_time + row.late == 0)


def test_tasks_are_no_requests() -> None:
    task = Asked("kenesh-task--1", T, "KZ", "AZ", T, NOW)
    assert statistics([Item(task, asking.state([task], [], heard={}, left={}, now=NOW))]) == ()
