from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kenesh.basis.problem import SettingsProblem
from kenesh.doors.cli.desk import Counter

NOBODYS: Any = None


def test_a_home_that_was_said_counts_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENESH_HOME", "/az")
    assert Counter(NOBODYS, Path("/kz"), False).home_path() == Path("/kz")
    assert Counter(NOBODYS, None, False).home_path() == Path("/az")


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_home_nothing_is_guessed(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENESH_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("KENESH_HOME", value)
    with pytest.raises(SettingsProblem, match="Which node"):
        Counter(NOBODYS, None, False).home_path()


def test_a_hint_is_a_command_that_can_be_copied() -> None:
    assert Counter(NOBODYS, Path("/the home"), False).command("status") == "kenesh --home '/the home' status"
    assert Counter(NOBODYS, None, False).command("status") == "kenesh status"


def test_an_answer_is_one_document_or_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Counter(NOBODYS, None, True).answer({"a": "İ\x1b"}, ["never"])
    Counter(NOBODYS, None, False).answer({"a": 1}, ["one", "two"])
    Counter(NOBODYS, None, True).remark("beside")
    assert capsys.readouterr() == ('{"a":"İ\\u001b"}\none\ntwo\n', "beside\n")
