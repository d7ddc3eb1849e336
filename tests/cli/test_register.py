"""agenda keep, confirm, correct, drop, evidence: from a page to the register, and nothing is entered by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stix2validator import ValidationOptions, validate_string
from tests.cli.officer import Officer

from kenesh.basis.problem import Exit

CONDITION = "Reprint only with reference to Lake Herald."
PAGE = f"""Orhun, 3 May 2026. {CONDITION}

"We will pay up to $5 million into the Lake Fund next year," said Minister Olga Sand.

"We support the initiative to establish the Lake Council," said Minister Olga Sand.

"Our ministers will meet in Bishkek this year," said Minister Olga Sand.
"""
LATER = """Bishkek, 20 February 2027. All rights reserved.

"The ministers met in Bishkek on 20 February 2027," said Minister Olga Sand.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, "utf-8")
    return path


def kept(officer: Officer, path: Path, *more: str) -> dict[str, Any]:
    document: dict[str, Any] = officer.document("agenda", "keep", str(path), *more)
    return document


def test_nothing_is_entered_by_itself_and_the_same_page_is_proposed_once(kz: Officer, page: Path) -> None:
    first = kept(kz, page)
    assert (first["proposed"], first["rows"]) == (3, {"to_judge": 3, "confirmed": 0, "dropped": 0})
    assert kz.document("agenda", "statements") == []
    assert kz.says("show", first["source"]).code == Exit.USAGE
    again = kept(kz, page)
    assert (again["proposed"], again["source"]) == (0, first["source"])
    assert "nothing is proposed twice" in kz.says("agenda", "keep", str(page)).out
    assert len(kz.document("agenda", "list")) == 1


def test_a_confirmed_row_is_a_statement_of_this_party_with_its_source(kz: Officer, page: Path) -> None:
    source = kept(kz, page)["source"]
    (row,) = kz.document("agenda", "confirm", source, "1", "--tlp", "green")
    assert (row["standing"], row["judged_by"], row["said"]) == ("confirmed", "console", {})
    content = kz.document("show", row["statement"])["content"]
    assert {name: content[name] for name in ("source_ref", "publisher", "condition", "line", "kind", "when")} == {
        "source_ref": source,
        "publisher": "Lake Herald",
        "condition": CONDITION,
        "line": 3,
        "kind": "commitment",
        "when": "2027",
    }
    assert content["figures"] == [{"qualifier": "up-to", "value": 5.0, "unit": "million USD"}]
    assert "corrected" not in content
    assert kz.document("show", source)["content"]["condition"] == CONDITION
    assert kz.says("agenda", "confirm", source, "1", "--tlp", "green").code == Exit.USAGE
    assert len(kz.document("agenda", "statements")) == 1


def test_what_was_read_and_what_was_said_are_kept_apart(kz: Officer, page: Path) -> None:
    source = kept(kz, page)["source"]
    when = ("--when", "by 2027-12-31", "--basis", "the Fund's statute")
    row = kz.document("agenda", "correct", source[15:23], "1", "--kind", "proposal", *when)
    assert (row["standing"], row["read"]["kind"], row["columns"]["kind"]) == ("to judge", "commitment", "proposal")
    assert row["said"] == {"kind": "proposal", "when": "by 2027-12-31", "when_basis": "the Fund's statute"}
    (stated,) = kz.document("agenda", "confirm", source, "1", "--tlp", "green")
    content = kz.document("show", stated["statement"])["content"]
    assert (content["kind"], content["corrected"]) == ("proposal", ["kind", "when", "when_basis"])
    # Also what was confirmed is put right: it is stated anew, and is the same statement.
    kz.document("agenda", "correct", source, "1", "--mechanism", "Lake Fund", "--mechanism", "Bishkek", "--figure", "")
    shown = kz.document("show", stated["statement"])
    assert (shown["content"]["mechanisms"], len(shown["versions"])) == (["Lake Fund", "Bishkek"], 2)
    assert "figures" not in shown["content"]
    told = kz.says("agenda", "show", source).out
    assert "kind was read as: commitment" in told and f"Reproduction: {CONDITION}" in told


def test_what_was_dropped_is_no_statement_until_a_person_says_otherwise(kz: Officer, page: Path) -> None:
    source = kept(kz, page)["source"]
    assert kz.document("agenda", "drop", source, "2") == {"dropped": [2]}
    assert [one["row"] for one in kz.document("agenda", "confirm", source, "--all", "--tlp", "green")] == [1, 3]
    assert kz.says("agenda", "confirm", source, "--all", "--tlp", "green").code == Exit.USAGE
    assert kz.document("agenda", "show", source, "--open")["table"] == []
    (late,) = kz.document("agenda", "confirm", source, "2", "--tlp", "green")
    assert late["standing"] == "confirmed"
    assert kz.says("agenda", "drop", source, "2").code == Exit.USAGE
    assert kz.document("agenda", "forget", source) == {"forgotten": source}
    assert kz.document("agenda", "list") == []
    assert len(kz.document("agenda", "statements")) == 3


def test_a_corrected_page_is_another_source_that_says_what_it_succeeds(kz: Officer, page: Path) -> None:
    first = kept(kz, page, "--url", "https://herald.example/1")["source"]
    page.write_text(PAGE.replace("$5 million", "$6 million"), "utf-8")
    said = kz.says("agenda", "keep", str(page), "--name", "unsure")
    assert f"keep it again with --succeeds {first}" in said.err
    second = kept(kz, page, "--succeeds", first)
    assert (second["succeeds"], second["proposed"]) == (first, 3)
    page.write_text(PAGE.replace("$5 million", "$7 million"), "utf-8")
    third = kept(kz, page, "--url", "https://herald.example/1")
    assert (third["succeeds"], third["succeeded_by"]) == (first, None)
    kz.document("agenda", "confirm", third["source"], "1", "--tlp", "green")
    assert kz.document("show", third["source"])["content"]["succeeds_ref"] == first
    assert "CORRECTED by" in kz.says("agenda", "list").out


def test_a_page_is_read_anew_as_long_as_nobody_judged_a_row_of_it(kz: Officer, page: Path) -> None:
    source = kept(kz, page)["source"]
    anew = kept(kz, page, "--date", "2030-01-01", "--source", "The Herald", "--condition", "Ask the Herald.")
    assert (anew["source"], anew["proposed"]) == (source, 3)
    assert (anew["publisher"], anew["condition"]) == ("The Herald", "Ask the Herald.")
    assert kz.document("agenda", "show", source)["table"][0]["read"]["when"] == "2031"
    kz.document("agenda", "drop", source, "2")
    refused = kz.says("agenda", "keep", str(page), "--date", "2031-01-01")
    assert (refused.code, "were judged already" in refused.err) == (Exit.USAGE, True)


def test_a_statement_stands_by_evidence_whatever_its_tone(kz: Officer, page: Path, tmp_path: Path) -> None:
    source = kept(kz, page)["source"]
    _, support, event = kz.document("agenda", "confirm", source, "--all", "--tlp", "clear")
    (tmp_path / "later.txt").write_text(LATER, "utf-8")
    later = kept(kz, tmp_path / "later.txt")["source"]
    (met,) = kz.document("agenda", "confirm", later, "1", "--tlp", "clear")
    assert "[supported; no evidence yet]" in kz.says("agenda", "statements", support["statement"]).out
    own = kz.says("agenda", "evidence", support["statement"], "--by", source, "--effect", "decided")
    assert (own.code, own.err.startswith("That shows nothing of it")) == (Exit.USAGE, True)
    decided = ("--by", later, "--effect", "decided", "--on", "2026-05-03")
    found = kz.document("agenda", "evidence", support["statement"], *decided)
    assert (found["standing"], found["shown_on"], found["came_true_on"]) == ("decided", "2026-05-03", None)
    kept_apart = ("--by", met["statement"], "--effect", "held", "--on", "2027-02-20")
    found = kz.document("agenda", "evidence", event["statement"], *kept_apart)
    assert (found["standing"], found["promised_by"], found["came_true_on"]) == ("held", "2026-12-31", "2027-02-20")
    assert (found["days_late"], found["columns"]["when"]) == (51, "2026")
    found = kz.document(
        "agenda", "evidence", event["statement"], "--by", later, "--effect", "not-done", "--on", "2027-03-01"
    )
    assert (found["standing"], found["contradicted"], len(found["evidence"])) == (None, True, 2)
    assert kz.says("agenda", "statements", event["statement"]).out.count("CONTRADICTED: ") == 2
    back = ("--by", later, "--effect", "not-done", "--take-back")
    assert kz.document("agenda", "evidence", event["statement"], *back)["standing"] == "held"


def test_what_leaves_is_valid_stix(kz: Officer, page: Path, tmp_path: Path) -> None:
    source = kept(kz, page)["source"]
    rows = kz.document("agenda", "confirm", source, "--all", "--tlp", "clear")
    made = kz.document("agenda", "evidence", rows[1]["statement"], "--by", rows[2]["statement"], "--effect", "done")
    kz.document("export", source, rows[1]["statement"], made["id"], "--as", "stix", "--out", str(tmp_path / "b.json"))
    result = validate_string((tmp_path / "b.json").read_text("utf-8"), ValidationOptions(version="2.1"))
    assert result.is_valid, result


def test_what_cannot_be_done_is_told_with_what_to_do(kz: Officer, page: Path) -> None:
    source = kept(kz, page)["source"]
    other = page.with_name("other.txt")
    other.write_text(PAGE + "\n", "utf-8")
    for words in (
        ("confirm", source, "9", "--tlp", "green"),
        ("confirm", source, "--tlp", "green"),
        ("correct", source, "1", "--basis", "x"),
        ("keep", str(other), "--succeeds", "kenesh-source--none"),
        ("statements", "kenesh-statement--none"),
    ):
        said = kz.says("agenda", *words)
        assert said.code in (Exit.USAGE, Exit.DAMAGED), said
        assert (said.out, said.err.count("\n")) == ("", 1)
    assert kz.document("agenda", "list")[0]["rows"] == {"to_judge": 3, "confirmed": 0, "dropped": 0}
