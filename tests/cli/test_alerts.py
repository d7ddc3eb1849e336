"""alert raise|lower|show|rules, as people say and read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.officer import Council, Officer

from kenesh.response.ladder import SHIPPED


@pytest.fixture
def kz(council: Council) -> Officer:
    officer = council.officer("KZ")
    officer.document("body", "add", "cert", "--title", "Cyber")
    return officer


def test_a_level_is_asked_for_shown_and_let_fall(kz: Officer) -> None:
    assert "cert: ROUTINE" in kz.says("alert", "show").out
    raised = kz.says("alert", "raise", "cert", "alert", "--reason", "a wiper", "--affected").out
    assert raised.startswith("cert: ALERT since ")
    assert "KZ asks for alert until " in raised
    assert ", hit: a wiper" in raised
    assert "Situation report, by " in raised
    assert "By the rules that came with the node" in raised
    document = kz.document("alert", "show", "cert")["levels"][0]
    assert (document["level"], document["rules"], document["demands"][0]["affected"]) == ("alert", None, True)
    asked = kz.says("alert", "raise", "cert", "joint-response", "--reason", "it spreads").out
    assert "NOT IN FORCE: joint-response, for which KZ asks; it needs 1 that is hit and the chair" in asked
    assert "cert: ROUTINE" in kz.says("alert", "lower", "cert", "--reason", "it is over").out


def test_the_keeper_states_the_levels_from_a_file(kz: Officer, tmp_path: Path) -> None:
    file = tmp_path / "levels.toml"
    file.write_bytes(SHIPPED.read_bytes())
    assert kz.says("alert", "rules", "cert", str(file)).out == "Version 1 of the levels of cert holds from now on.\n"
    assert kz.document("alert", "show", "cert")["levels"][0]["rules"] == 1
    file.write_text("title = 1")
    assert "levels.toml holds no alert levels" in kz.says("alert", "rules", "cert", str(file)).err
    assert "cannot be read" in kz.says("alert", "rules", "cert", str(tmp_path / "none")).err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("raise", "cert", "panic", "--reason", "x"), "'panic' is no level of cert."),
        (("raise", "cert", "watch", "--reason", " "), "with a reason"),
        (("raise", "cert", "watch", "--reason", "x", "--for", "long"), "no span of time"),
        (("raise", "none", "watch", "--reason", "x"), "in no body 'none'"),
        (("show", "none"), "There is no body 'none' here."),
    ],
)
def test_what_cannot_be_is_said(kz: Officer, words: tuple[str, ...], says: str) -> None:
    said = kz.says("alert", *words)
    assert said.code != 0
    assert says in said.err
