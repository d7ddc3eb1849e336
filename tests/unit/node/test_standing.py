"""What is done again and again outlives what goes wrong once."""

from __future__ import annotations

import pytest

from kenesh.basis.problem import UnreachableProblem
from kenesh.doors.journal import Journal
from kenesh.node.clock import SystemClock
from kenesh.node.standing import going_on

JOURNAL = Journal(SystemClock())


def test_what_goes_well_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with going_on("Feeds", JOURNAL) as trial:
        pass
    assert not trial.failed
    assert capsys.readouterr().err == ""


def test_what_is_foreseen_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with going_on("Feeds", JOURNAL) as trial:
        raise UnreachableProblem("misp does not answer.")
    assert trial.failed
    assert capsys.readouterr().err == "Feeds: misp does not answer.\n"


def test_what_nobody_foresaw_is_said_with_its_place_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with going_on("Feeds", JOURNAL) as trial:
        raise KeyError("x")
    assert trial.failed
    said = capsys.readouterr().err
    assert said.startswith("Feeds: something went wrong that nobody foresaw. It is tried again.")
    assert "KeyError" in said


def test_being_told_to_stop_is_no_failure_of_it() -> None:
    with pytest.raises(KeyboardInterrupt), going_on("Feeds", JOURNAL):
        raise KeyboardInterrupt
