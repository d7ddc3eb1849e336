from __future__ import annotations

from pathlib import Path

import pytest

from kenesh.basis.problem import Problem, SettingsProblem
from kenesh.node import founding
from kenesh.node.clock import SystemChance, SystemClock
from kenesh.node.founding import Founded, found
from kenesh.node.home import KEY, Home
from kenesh.node.settings import read_settings
from kenesh.node.wiring import open_node
from kenesh.parties.keys import SigningKey


def founded(path: Path) -> Founded:
    return found(path, party="KZ", name="KZ-CERT", database="", clock=SystemClock(), chance=SystemChance())


def test_what_is_founded_can_be_opened(tmp_path: Path) -> None:
    made = founded(tmp_path / "kz")
    assert read_settings(tmp_path / "kz") == made.settings
    assert Home(tmp_path / "kz").signing_key(made.settings.kid)
    assert SigningKey(made.recovery_seed).public.kid == made.settings.recovery_kid
    node = open_node(tmp_path / "kz")
    assert (node.services.own.code, node.services.own.url) == ("KZ", None)
    node.close()


def test_nodes_are_founded_with_keys_of_their_own(tmp_path: Path) -> None:
    one, other = founded(tmp_path / "1"), founded(tmp_path / "2")
    assert one.settings.kid != other.settings.kid
    assert one.recovery_seed != other.recovery_seed


@pytest.mark.parametrize("step", ["create_store", "_first_acts", "write_settings"])
def test_what_fails_half_way_leaves_nothing_behind(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(founding, step, fails)
    with pytest.raises(Problem, match="The disk is full"):
        founded(tmp_path / "kz")
    assert [path for path in (tmp_path / "kz").rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    founded(tmp_path / "kz")


def test_a_node_that_is_there_keeps_its_key(tmp_path: Path) -> None:
    founded(tmp_path / "kz")
    key = (tmp_path / "kz" / KEY).read_bytes()
    with pytest.raises(SettingsProblem, match="There is a node in"):
        founded(tmp_path / "kz")
    assert (tmp_path / "kz" / KEY).read_bytes() == key


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    founded(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
