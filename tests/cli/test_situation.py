"""sitrep send|show|page, connection state|list, alert answer: as people say and read them."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.officer import Council, Officer

_JUDGE = """
import sys
from stix2validator import ValidationOptions, validate_string
results = validate_string(sys.stdin.read(), ValidationOptions(version="2.1"))
sys.exit(0 if results.is_valid else str(results.errors))
"""


@pytest.fixture
def kz(council: Council) -> Officer:
    officer = council.officer("KZ")
    officer.document("body", "add", "cert", "--title", "Cyber")
    return officer


def sends(officer: Officer, *more: str) -> str:
    said = officer.says("sitrep", "send", "--body", "cert", "--outlook", "worsening", *more)
    assert said.code == 0, said.err
    return said.out


def test_a_party_reports_and_answers_what_the_level_asks(kz: Officer) -> None:
    assert "KZ   no report" in kz.says("sitrep", "show").out
    kz.says("alert", "raise", "cert", "alert", "--reason", "a wiper", "--affected")
    shown = kz.says("alert", "show", "cert").out
    assert "  1 Situation report, by " in shown
    assert shown.count("      still open: KZ\n") == 2
    assert "no report from KZ" in kz.says("sitrep", "show", "--body", "cert").out
    out = sends(
        kz,
        *("--sector", "energy=red", "--sector", "health=green", "--cause", "malicious-actions", "--threat", "high"),
        *("--text", "Two ministries, see http://evil.example/x"),
    )
    assert out.startswith("TLP:AMBER+STRICT  cert: SITUATION at ")
    assert "KZ   very large, outlook worsening, said " in out
    assert "malicious actions; threat high; Two ministries, see hxxp://evil[.]example/x" in out
    assert "no report" not in out
    (item,) = [one for one in kz.document("alert", "show", "cert")["levels"][0]["asked"] if one["what"].startswith("S")]
    assert (item["party"], item["standing"], item["unheard"]) == ("KZ", "done", False)
    assert "  2 Open a case room for those who are hit, by " in shown
    answered = kz.says("alert", "answer", "cert", "Open a case room").out
    assert answered.count("      done: KZ\n") == 2
    assert kz.says("alert", "answer", "cert", "2", "refused", "--text", "none is hit").out.count("refused: KZ") == 1
    document = kz.document("sitrep", "show", "--body", "cert")[0]
    assert document["parties"][0]["report"]["impact"] == {"energy": "red", "health": "green"}
    assert (document["level"], document["tlp"], document["gaps"]) == ("alert", "TLP:AMBER+STRICT", [])


def test_when_the_level_ends_the_review_is_asked_for(kz: Officer) -> None:
    kz.says("alert", "raise", "cert", "alert", "--reason", "a wiper", "--affected")
    kz.says("alert", "lower", "cert", "--reason", "contained")
    shown = kz.says("alert", "show", "cert").out
    assert "cert: ROUTINE" in shown and "  ALERT ended at " in shown
    assert "  1 After-action review, by " in shown and "still open: KZ" in shown
    assert "      done: KZ\n" in kz.says("alert", "answer", "cert", "After-action").out


def test_each_end_says_how_a_connection_works(kz: Officer) -> None:
    assert "Nobody has said anything" in kz.says("connection", "list").out
    first = ("connection", "state", "--body", "cert", "Caspian cable")
    said = kz.says(
        *first, "down", "--kind", "cable", "--ends", "AZ,KZ", "--owner", "KT", "--contact", "+7 7172 00 00 00"
    )
    assert "cert: Caspian cable (cable AZ-KZ): down\n  KZ: down since " in said.out
    assert ", of KT, call +7 7172 00 00 00" in said.out
    kz.says(*first, "degraded", "--since", "2026-11-25T08:00:00Z")
    (found,) = kz.document("connection", "list", "--body", "cert")
    (word,) = found["said"]
    assert (found["state"], found["disputed"], word["since"]) == ("degraded", False, "2026-11-25T08:00:00.000Z")
    assert (word["ends"], word["owner"], word["contact"]) == (["AZ", "KZ"], "KT", "+7 7172 00 00 00")
    kz.says(*first, "degraded", "--text", "half of it")
    assert kz.document("connection", "list")[0]["said"][0]["since"] == "2026-11-25T08:00:00.000Z"


def test_what_is_sent_is_valid_stix(kz: Officer) -> None:
    kz.says("alert", "raise", "cert", "alert", "--reason", "a wiper", "--affected")
    sends(kz, "--sector", "energy=red", "--text", "x")
    kz.says("connection", "state", "--body", "cert", "Caspian cable", "down", "--kind", "cable", "--ends", "AZ,KZ")
    kz.says("alert", "answer", "cert", "Open")
    bundle = kz.says("export", "--all").out
    kinds = {each["type"] for each in json.loads(bundle)["objects"]}
    assert {"kenesh-sitrep", "kenesh-connection", "kenesh-update", "kenesh-alert"} <= kinds
    command = [sys.executable, "-W", "ignore", "-c", _JUDGE]
    judged = subprocess.run(command, input=bundle, capture_output=True, text=True, timeout=60, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_page_is_printed_and_written(kz: Officer, tmp_path: Path) -> None:
    sends(kz, "--sector", "energy=red", "--text", "Қазақстан, İşıq, Ғарыш")
    page = ("sitrep", "page", "--body", "cert")
    assert kz.says(*page).out.startswith("TLP:AMBER+STRICT  cert: SITUATION at ")
    assert json.loads(kz.says(*page, "--as", "json").out)["states"][0]["impact"] == "very large"
    assert kz.document(*page)["level"] == "ROUTINE"
    for shape in ("text", "json", "html", "pdf"):
        file = tmp_path / f"page.{shape}"
        said = kz.says(*page, "--as", shape, str(file))
        assert (said.code, said.out) == (0, f"The page is in {file}.\n")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (sheet,) = PdfReader(tmp_path / "page.pdf").pages
    assert "Қазақстан, İşıq, Ғарыш" in sheet.extract_text()
    assert "<svg" in (tmp_path / "page.html").read_text()
    kinds = [act["kind"] for act in kz.document("audit", "list")]
    assert kinds.count("objects-exported") == 7


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sitrep", "send", "--body", "none", "--outlook", "stable"), "in no body 'none'"),
        (("sitrep", "send", "--body", "cert", "--outlook", "stable", "--sector", "magic=red"), "'magic' is no sector."),
        (("sitrep", "send", "--body", "cert", "--outlook", "stable", "--sector", "energy"), "How is energy hit?"),
        (("sitrep", "send", "--body", "cert", "--outlook", "stable", "--text", "x" * 2001), "longer than 2000"),
        (("sitrep", "show", "--body", "none"), "There is no body 'none' here."),
        (("sitrep", "page", "--body", "cert", "--as", "docx"), "'docx' is no form of the page."),
        (("sitrep", "page", "--body", "cert", "--as", "pdf"), "A PDF goes to a file."),
        (("sitrep", "page", "--body", "cert", "--as", "pdf", "/none/x.pdf"), "cannot be written"),
        (("connection", "state", "--body", "cert", "A", "down"), "Nobody has said yet what 'A' is"),
        (("connection", "state", "--body", "cert", " ", "down", "--kind", "cable", "--ends", "KZ"), "has a name"),
        (("connection", "state", "--body", "cert", "A", "down", "--kind", "cable", "--ends", "kz"), "no party code"),
        (("alert", "answer", "cert", "Open"), "not one thing that is asked here"),
    ],
)
def test_what_cannot_be_is_said(kz: Officer, words: tuple[str, ...], says: str) -> None:
    said = kz.says(*words)
    assert said.code != 0
    assert says in said.err


def test_a_report_is_answered_by_reporting(kz: Officer) -> None:
    kz.says("alert", "raise", "cert", "alert", "--reason", "a wiper", "--affected")
    assert "A situation report answers that." in kz.says("alert", "answer", "cert", "1").err
    assert "not one thing" in kz.says("alert", "answer", "cert", "9").err
