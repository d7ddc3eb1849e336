"""case: what a duty officer opens, is asked, answers and reads at three in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.officer import Council, Officer, Said
from tests.cli.served import answering

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import Exit
from kenesh.node.clock import SystemClock

Pair = tuple[Officer, Officer]
AWARE = "2026-11-25T08:00:00Z"


@pytest.fixture(scope="module")
def pair(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """KZ leads the case `wiper`, with AZ in the room; both answer."""
    council = Council(templates, tmp_path_factory.mktemp("case"))
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(kz), answering(az):
        kz.meets(az)
        az.meets(kz)
        kz.document("case", "open", "wiper", "--with", "AZ", "--sector", "energy", "--regime", "nis2", "--aware", AWARE,
                    "--severity", "red")  # fmt: skip
        read(kz, az)
        az.document("case", "join", "wiper")
        read(kz, az)
        yield kz, az


def read(kz: Officer, az: Officer) -> None:
    az.document("sync", "KZ")
    kz.document("sync", "AZ")
    az.document("sync", "KZ")


def refused(officer: Officer, *words: str, code: int = Exit.USAGE) -> Said:
    said = officer.says("case", *words)
    assert said.code == code, said
    return said


def test_what_is_asked_of_us_stands_first_with_the_clock_and_the_time_in_each_capital(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kz, az = pair
    made = kz.document("case", "task", "wiper", "image of the pump controller", "--to", "AZ", "--due", "2h")["id"]
    read(kz, az)
    first = az.says("case", "show", "wiper").out
    assert first.splitlines()[0].startswith("wiper  OPEN since ")
    assert "KZ joined, AZ joined" in first or "AZ joined, KZ joined" in first
    own = first.partition("ASKED OF US\n")[2].splitlines()[0]
    assert own.startswith("  KZ asks: image of the pump controller  [asked]  due ") and ", in 1 h 59 min" in own
    assert "NEAR\n  AZ: image" in kz.says("case", "show", "wiper").out
    assert "(AZ " in first and "KZ " in first.partition("now ")[2].splitlines()[0]

    later = SystemClock().now() + 5 * HOUR
    monkeypatch.setattr(SystemClock, "now", lambda self: Instant(later))
    late = kz.says("case", "show", "wiper").out
    assert "LATE\n  AZ: image of the pump controller  [asked]  due " in late
    assert "LATE by 3 h" in late and "SILENT\n  not heard from AZ since " in late
    assert "1 LATE" in kz.says("case", "list").out
    monkeypatch.undo()

    disk = tmp_path / "disk.img"
    disk.write_bytes(b"octets that stay at home")
    said = az.document("case", "update", made.partition("--")[2][:8], "done", "--evidence", str(disk))["id"]
    read(kz, az)
    evidence = kz.document("show", said)["content"]["evidence"]
    assert evidence == [{"name": "disk.img", "sha256": sha256(disk.read_bytes()).hexdigest(), "octets": 24}]
    (asked,) = [one for one in kz.document("case", "show", "wiper")["asked"] if one["id"] == made]
    assert (asked["state"], asked["in_time"], asked["to"]) == ("done", True, "AZ")
    assert "[done in time]" in az.says("case", "show", "wiper").out
    assert "AZ has done: image of the pump controller" in az.says("case", "show", "wiper").out


def test_a_report_meets_its_clock_when_the_lead_has_it(pair: Pair) -> None:
    kz, az = pair
    az.document("case", "report", "wiper", "nis2", "early-warning", "--aware", "2026-11-25T08:00:00Z",
                "--malicious", "suspected", "--outlook", "worsening")  # fmt: skip
    assert "and not confirmed yet" in az.says("case", "show", "wiper").out
    read(kz, az)
    found = [one for one in az.document("case", "show", "wiper")["clocks"] if one["party"] == "AZ"]
    assert {one["step"]: one["state"] for one in found}["early-warning"] in ("met", "met-late")
    assert "AZ reports nis2 early-warning" in kz.says("case", "show", "wiper").out


def test_a_shift_is_handed_over_and_a_request_answered(pair: Pair) -> None:
    kz, az = pair
    kz.document("case", "handover", "wiper", "--to", "the night shift", "--text", "AZ is imaging")
    made = az.document(
        "case", "request", "wiper", "keep the logs", "--to", "KZ", "--due", "1d", "--kind", "preservation"
    )
    read(kz, az)
    assert "KZ says: Handed over to the night shift. AZ is imaging" in az.says("case", "show", "wiper").out
    kz.document("case", "update", made["id"], "refused", "--text", "they are gone")
    read(kz, az)
    assert "KZ refuses: keep the logs they are gone" in az.says("case", "show", "wiper").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nothing"), "There is no case 'nothing' here."),
        (("task", "wiper", "x", "--to", "TR", "--due", "1h"), "TR is not in the room of this case. In it are"),
        (("task", "wiper", "x", "--to", "AZ", "--due", "soon"), "'soon' is no span of time."),
        (("update", "kenesh-task--0", "done"), "Nothing is asked here under"),
        (("update", "kenesh-task--0", "refused"), "Whoever asked is told why. Say --text."),
        (("open", "other", "--regime", "nis9"), "This node knows no regime 'nis9'. It knows council,"),
        (("open", "other", "--sector", "moon"), "'moon' is no sector. It is one of energy,"),
        (("open", "other", "--with", "UZ"), "No node of UZ is admitted here"),
        (("open", "wiper"), "KZ keeps a body 'wiper' already."),
        (("report", "wiper", "nis2", "after-party", "--aware", AWARE), "nis2 has no step 'after-party'."),
        (
            ("request", "wiper", "x", "--to", "AZ", "--due", "1h", "--stage", "final"),
            "A report is asked for by its regime",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(pair: Pair, words: tuple[str, ...], told: str) -> None:
    assert told in refused(pair[0], *words).err


def test_a_marking_that_stands_against_it_opens_nothing(pair: Pair) -> None:
    kz, _ = pair
    assert "TLP:RED" in refused(kz, "open", "red", "--with", "AZ", "--tlp", "red", code=Exit.REFUSED).err
    assert [one["name"] for one in kz.document("case", "list")] == ["wiper"]


def test_a_case_is_closed_by_its_lead_and_by_nobody_else(pair: Pair) -> None:
    kz, az = pair
    assert "KZ leads this case" in refused(az, "close", "wiper").err
    assert kz.document("case", "close", "wiper", "--handled")["state"] == "handled"
    assert kz.document("case", "close", "wiper")["state"] == "closed"
    read(kz, az)
    assert az.document("case", "show", "wiper")["state"] == "closed"
    assert kz.document("case", "close", "wiper", "--reopen")["state"] == "open"


def test_the_days_on_which_nobody_works_stand_in_the_settings(council: Council) -> None:
    kz = council.officer("KZ")
    settings = kz.home / "kenesh.toml"
    text = settings.read_text()
    settings.write_text(text + '\n[calendar]\nzone = "Asia/Almaty"\nholidays = [2026-12-16]\nworked = [2026-12-12]\n')
    assert kz.says("case", "list").code == 0
    kz.at("http://127.0.0.1:1")
    assert 'calendar.holidays = ["2026-12-16"]' in settings.read_text()
    assert kz.says("case", "list").code == 0
    settings.write_text(text + '\n[calendar]\nzone = "Asia/Nowhere"\n')
    said = kz.says("case", "list")
    assert said.code == Exit.USAGE
    assert "'Asia/Nowhere' is no time zone." in said.err and "Mend [calendar] in it." in said.err


def test_a_request_outside_a_case_and_the_statistics_of_both_sides(pair: Pair) -> None:
    kz, az = pair
    made = kz.document("request", "ask", "keep the logs", "--to", "AZ", "--due", "6h", "--kind", "preservation",
                       "--text", "of the mail gateway")["id"]  # fmt: skip
    read(kz, az)
    told = az.says("request", "list").out.splitlines()
    assert told[0] == "ASKED OF US"
    assert told[1].startswith("  KZ asks: keep the logs  [not acknowledged]  preservation, due ")
    assert told[2:4] == ["    of the mail gateway", f"    {made}"]
    short = made.partition("--")[2][:8]
    assert az.says("request", "answer", short, "refused").code == Exit.USAGE
    az.document("request", "answer", short, "accepted", "--text", "at once")
    az.document("request", "answer", short, "done", "--text", "kept until March")
    read(kz, az)
    read(kz, az)
    listed = kz.says("request", "list").out
    assert "ASKED BY US\n  AZ: keep the logs  [answered in time]" in listed
    assert ": kept until March" in listed
    both = [officer.document("request", "statistics") for officer in (kz, az)]
    assert both[0] == both[1]
    (row,) = [one for one in both[0] if (one["by"], one["kind"]) == ("KZ", "preservation")]
    assert (row["to"], row["asked"], row["in_time"]) == ("AZ", 1, 1)
    assert "KZ of AZ, preservation: 1 asked, 1 acknowledged, 1 answered" in az.says("request", "statistics").out
    (unanswered,) = [kz.document("request", "ask", "names", "--to", "AZ", "--due", "1h")["id"]]
    assert kz.document("request", "cancel", unanswered) == {"id": unanswered}


def test_a_report_is_printed_as_the_form_of_its_step(pair: Pair, tmp_path: Path) -> None:
    kz, az = pair
    made = az.document("case", "report", "wiper", "nis2", "early-warning", "--aware", AWARE, "--malicious", "yes",
                       "--text", "Two stations.\nNo power.")["id"]  # fmt: skip
    read(kz, az)
    told = kz.says("case", "form", "wiper", made.partition("--")[2][:8]).out.splitlines()
    assert told[0] == "TLP:AMBER  NIS2: reports of a significant incident: Early warning"
    assert told[1] == "Directive (EU) 2022/2555, Article 23, Art. 23(4)(a)"
    rows = dict(line.split("  ", 1) for line in told[2:])
    said = {label: text.strip() for label, text in rows.items()}
    assert said["Reported by"] == "AZ"
    assert said["Aware since"].startswith("2026-11-25 08:00:00Z (AZ 12:00")
    assert (said["Suspected to be malicious"], said["Root cause"]) == ("yes", "not said")
    assert said["In time"] == "no"
    form = kz.document("case", "form", "wiper", made)
    assert [one["text"] for one in form["rows"] if one["label"] == "What happened"] == ["Two stations.\nNo power."]
    paper = tmp_path / "report.pdf"
    kz.document("case", "form", "wiper", made, "--as", "pdf", "--out", str(paper))
    text = "".join(page.extract_text() for page in PdfReader(paper).pages)
    assert "Early warning" in text and "TLP:AMBER" in text and "No power." in text
    first = paper.read_bytes()
    kz.document("case", "form", "wiper", made, "--as", "pdf", "--out", str(paper))
    assert paper.read_bytes() == first
    refused(kz, "form", "wiper", "ffff0000")
    refused(kz, "form", "wiper", made, "--as", "docx")
    refused(kz, "form", "wiper", made, "--as", "pdf")
