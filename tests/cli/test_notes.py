"""note: as a registry types it, between two nodes that answer, and on paper."""

from __future__ import annotations

from pathlib import Path

from tests.cli.officer import Officer

from kenesh.basis.problem import Exit


def test_a_note_is_sent_had_extended_and_answered(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    text = tmp_path / "note.txt"
    text.write_text("The Ministry presents its compliments\nand asks for a point of contact.\n")
    assert kz.says("note", "list").out == "There is no note: kenesh note send\n"
    for odd in (("--to", "KZ"), ("--to", "TR"), ("--to", "AZ", "--due", "2020-01-01T00:00:00Z"), ("--to", "x")):
        assert kz.says("note", "send", "x", *odd).code != Exit.DONE
    sent = kz.document(
        "note", "send", "Points of contact", "--to", "AZ", "--text", str(text), "--lang", "en", "--due", "30d",
        "--attach", str(text),
    )  # fmt: skip
    # What was refused has used no number.
    assert sent["number"].startswith("1/")
    assert kz.document("note", "send", "The next one", "--to", "AZ")["number"].startswith("2/")
    assert "not delivered yet" in kz.says("note", "show", sent["number"]).out
    az.document("sync")
    waits = {one["name"] for one in az.document("call", "list")}
    assert f"note {sent['number']} of KZ: Points of contact" in waits
    shown = az.says("note", "show", sent["number"]).out
    assert "    and asks for a point of contact." in shown and "with note.txt  sha256 " in shown
    kz.document("sync")
    assert "AZ had it on" in kz.says("note", "show", sent["id"]).out
    assert az.says("note", "extend", sent["number"], "--until", "60d").code == Exit.USAGE
    assert az.says("note", "reply", sent["number"], "--asks-until", "1d").code == Exit.USAGE
    az.document("note", "reply", sent["number"], "--asks-until", "40d")
    kz.document("sync")
    assert "AZ asks for time until" in kz.says("note", "show", sent["id"]).out
    assert kz.document("note", "show", sent["id"])["standing"] == "waits"
    assert kz.says("note", "extend", sent["id"], "--until", "1d").code == Exit.USAGE
    kz.document("note", "extend", sent["id"], "--until", "40d")
    az.document("sync")
    assert az.document("note", "show", sent["id"])["extended_to"] is not None
    assert kz.says("note", "reply", sent["id"]).code == Exit.USAGE
    answer = az.document("note", "reply", sent["id"], "--text", str(text))
    kz.document("sync")
    az.document("sync")
    for officer in (kz, az):
        found = officer.document("note", "show", sent["id"])
        assert (found["standing"], found["replies"], found["in_time"]) == ("answered", [answer["id"]], True)
    assert f"in reply to note {sent['number']}" in kz.says("note", "show", answer["id"]).out
    assert not any("Points of contact" in one["name"] for one in az.document("call", "list"))
    assert kz.says("note", "extend", sent["id"], "--until", "90d").code == Exit.USAGE
    assert kz.document("note", "list", "--open") == []


def test_a_note_that_came_on_paper_is_recorded_and_answered_on_paper(pair: tuple[Officer, Officer]) -> None:
    kz, az = pair
    words = ("note", "receive", "Visas", "--from", "AZ", "--number", "03-12/441", "--dated", "2020-01-10")
    assert kz.says(*words, "--received", "2020-01-09").code == Exit.USAGE
    assert kz.says("note", "receive", "x", "--from", "KZ", "--number", "1", "--dated", "2020-01-10").code == Exit.USAGE
    made = kz.document(*words, "--received", "2020-01-10", "--due", "10d")["id"]
    assert kz.says(*words).code == Exit.USAGE
    assert any(one["name"] == "note 03-12/441 of AZ: Visas" for one in kz.document("call", "list"))
    answer = kz.document("note", "reply", "03-12/441", "--on-paper")
    assert kz.document("note", "show", made)["standing"] == "answered"
    assert "on paper; sent another way" in kz.says("note", "show", answer["id"]).out
    # And what we sent on paper may be answered on paper.
    sent = kz.document("note", "send", "Roads", "--to", "AZ", "--due", "5d", "--on-paper")
    today = kz.document("note", "show", sent["id"])["dated_at"][:10]
    replied = ("note", "receive", "Roads", "--from", "AZ", "--number", "9", "--dated", today)
    assert kz.says(*replied, "--reply-to", made).code == Exit.USAGE
    early = ("note", "receive", "Roads", "--from", "AZ", "--number", "9", "--dated", "2020-01-10")
    assert kz.says(*early, "--reply-to", sent["id"]).code == Exit.USAGE
    kz.document(*replied, "--reply-to", sent["id"])
    assert kz.document("note", "show", sent["id"])["in_time"] is True
    lines = kz.says("note", "list").out.splitlines()
    assert lines[:2] == ["TO US", "  2020-01-10  03-12/441 of AZ  Visas  [answered]"]
    assert "FROM US" in lines and any("[in reply to 03-12/441]" in line for line in lines)
    assert kz.says("note", "show", "1/1999").code == Exit.USAGE
    assert az.document("note", "list") == []
