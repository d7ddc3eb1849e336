"""The matrix names exactly the tests that there are, each line has one or a reason, and ours fails none."""

from __future__ import annotations

from tests.conformance.lines import LINES
from tests.conformance.matrix import OURS, found, line_tests
from tests.conformance.peers import PEERS

STALE = "run `make conformance-matrix`"


def test_there_are_the_68_lines_of_the_standard() -> None:
    assert [line.id for line in LINES] == [f"T{number:02}" for number in range(1, 69)]


def test_each_line_has_a_test_or_a_reason_why_none_can_be_made() -> None:
    tested = {test.line for test in line_tests()}
    assert {line.id for line in LINES if line.id not in tested} == {line.id for line in LINES if line.untested}


def test_every_server_was_judged_by_the_tests_that_there_are() -> None:
    names = {test.name for test in line_tests()}
    assert list(found()) == [OURS, *(peer.name for peer in PEERS)], STALE
    for server, outcomes in found().items():
        wanted = names if server == OURS else {name for name in names if name.startswith("clauses/")}
        assert set(outcomes) == wanted, STALE


def test_ours_fails_nothing() -> None:
    assert {name: outcome for name, outcome in found()[OURS].items() if outcome == "fail"} == {}
