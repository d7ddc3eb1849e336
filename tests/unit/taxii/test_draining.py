"""However a server pages, draining ends, and the cursor never passes what was not read."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from kenesh.basis.problem import UnreachableProblem
from kenesh.taxii.draining import LAST, Drain
from kenesh.taxii.envelope import Envelope

FIRST, SECOND = "2026-11-20T00:00:00.000001Z", "2026-11-20T00:00:00.000002Z"


def asked(drain: Drain) -> dict[str, list[str]]:
    return parse_qs(drain.query(100))


def test_a_first_drain_asks_for_everything() -> None:
    assert asked(Drain.begun(None)) == {"limit": ["100"]}


def test_next_is_repeated_with_the_same_question() -> None:
    drain = Drain.begun(FIRST).after(Envelope((b"{}",), True, "token"), {LAST: SECOND})
    assert asked(drain) == {"added_after": [FIRST], "limit": ["100"], "next": ["token"]}
    assert (drain.cursor, drain.done) == (SECOND, False)


def test_without_next_the_date_leads_on() -> None:
    drain = Drain.begun(None).after(Envelope((b"{}",), True), {LAST: FIRST})
    assert asked(drain) == {"added_after": [FIRST], "limit": ["100"]}


def test_it_ends_where_there_is_no_more_and_keeps_the_last_date() -> None:
    drain = Drain.begun(FIRST).after(Envelope((b"{}",)), {LAST: SECOND})
    assert (drain.done, drain.cursor) == (True, SECOND)


def test_an_empty_page_with_more_behind_it_is_passed() -> None:
    drain = Drain.begun(FIRST).after(Envelope((), True, "token"), {})
    assert (drain.done, drain.cursor, drain.next) == (False, FIRST, "token")


@pytest.mark.parametrize("date", ["undefined", "", "2026-11-19T00:00:00Z", "yesterday", "9" * 5_000])
def test_a_date_that_is_none_or_goes_back_moves_nothing(date: str) -> None:
    assert Drain.begun(FIRST).after(Envelope((b"{}",)), {LAST: date}).cursor == FIRST


def test_the_same_next_again_ends_with_a_reason() -> None:
    drain = Drain.begun(None).after(Envelope((b"{}",), True, "token"), {})
    with pytest.raises(UnreachableProblem, match="again and again"):
        drain.after(Envelope((b"{}",), True, "token"), {})


def test_more_without_a_way_ends_with_a_reason() -> None:
    with pytest.raises(UnreachableProblem, match="neither"):
        Drain.begun(FIRST).after(Envelope((b"{}",), True), {LAST: FIRST})
