"""agenda read: a page becomes rows for people to judge; no node is needed, and nothing is entered."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.officer import say

from kenesh.basis.problem import Exit

KEYS = [
    *("line", "speaker", "speaker_resolved", "kind", "excerpt", "mechanism", "when", "basis", "figures", "source"),
    "condition",
]
PAGE = (
    "Orhun, 3 May 2026. Reprint only with reference to Lake Herald.\n\n"
    '"We will pay up to $5 million into the Lake Fund next year," said Minister Olga Sand.\n'
)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KENESH_HOME", raising=False)
    path = tmp_path / "page.txt"
    path.write_text(PAGE, "utf-8")
    return path


def test_a_page_is_read_as_a_document(page: Path) -> None:
    said = say("agenda", "read", str(page), "--json")
    (row,) = said.document
    assert (said.code, said.err, list(row)) == (0, "", KEYS)
    assert row["figures"] == [{"qualifier": "up-to", "value": 5.0, "unit": "million USD", "period": None}]
    assert {name: row[name] for name in KEYS if name not in ("figures", "excerpt", "basis")} == {
        "line": 3,
        "speaker": "Minister Olga Sand",
        "speaker_resolved": "Olga Sand",
        "kind": "commitment",
        "mechanism": "Lake Fund",
        "when": "2027",
        "source": "Lake Herald",
        "condition": "Reprint only with reference to Lake Herald.",
    }


def test_the_day_and_the_source_that_are_given_count_first(page: Path) -> None:
    (row,) = say("agenda", "read", str(page), "--date", "2029-01-01", "--source", "The Herald", "--json").document
    assert (row["when"], row["source"]) == ("2030", "The Herald")
    assert "the date 2029-01-01 that was given" in row["basis"]


def test_people_read_it_with_its_condition(page: Path) -> None:
    said = say("agenda", "read", str(page))
    assert said.out.startswith("Lake Herald; 1 statement to confirm or correct\nReproduction: Reprint only")
    assert "    3  commitment  Minister Olga Sand = Olga Sand\n" in said.out


def test_a_pipe_is_read_and_without_a_day_a_remark_says_so(page: Path) -> None:
    said = say("agenda", "read", "-", stdin=b'"We will meet next year," said the Minister.')
    assert (said.code, said.err) == (
        0,
        "No date stands on the page: relative times are not resolved. Say --date.\n",
    )


def test_hidden_characters_of_a_page_are_shown(page: Path) -> None:
    page.write_text('"We propose\u202e a fund\x1b[2J," said the Minister.', "utf-8")
    assert "\u202e" not in say("agenda", "read", str(page), "--date", "2026-05-03").out
    assert "\\u{202e}" in say("agenda", "read", str(page), "--date", "2026-05-03").out


def test_what_cannot_be_read_is_told_in_a_sentence(page: Path, tmp_path: Path) -> None:
    missing = say("agenda", "read", str(tmp_path / "none.txt"))
    assert (missing.code, missing.err.startswith(f"{tmp_path / 'none.txt'} cannot be read: No such file")) == (2, True)
    assert say("agenda", "read", str(tmp_path)).code == Exit.USAGE
    day = say("agenda", "read", str(page), "--date", "yesterday")
    assert (day.code, day.err) == (Exit.USAGE, "--date yesterday is no day. Say --date 2026-12-01.\n")
    page.write_bytes(b"\x89PNG\0\0")
    assert say("agenda", "read", str(page)).code == Exit.DAMAGED
    page.write_bytes(b"a" * (2 * 1024 * 1024 + 1))
    assert say("agenda", "read", str(page)).code == Exit.DAMAGED
