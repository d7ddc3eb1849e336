"""sitting: as a secretary types it, and as a delegate reads it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.officer import Officer

from kenesh.basis.problem import Exit


def test_a_sitting_is_called_and_read(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    annex = tmp_path / "annex.txt"
    annex.write_text("an annex that stays at home")
    kz.document("body", "add", "cert", "--title", "Response teams")
    kz.document("member", "admit", "AZ", "--body", "cert", "--role", "member")
    az.document("sync")
    assert az.says("sitting", "list").out == "No sitting is called here: kenesh sitting call\n"
    times = ("--from", "2030-12-01T10:00", "--until", "2030-12-01T12:00", "--zone", "Asia/Baku")
    points = ("--point", f"Contacts by night :: {annex}", "--point", "Statistics")
    made = kz.document("sitting", "call", "Autumn sitting", "--body", "cert", "--place", "Baku", *times, *points)["id"]
    az.document("sync")
    shown = az.says("sitting", "show", made).out
    assert "from 2030-12-01 06:00:00Z until 2030-12-01 08:00:00Z, called by KZ" in shown
    assert "it begins at AZ 10:00, KZ 11:00" in shown
    assert "1. Contacts by night\n       annex.txt  sha256 " in shown and "an annex that stays" not in shown
    assert "AZ has not said" in shown
    az.document("sitting", "answer", made[16:24], "--no", "--text", "no visa")
    kz.document("sync")
    assert "AZ does not come: no visa" in kz.says("sitting", "show", made).out
    assert "0 of 1 come" in kz.says("sitting", "list").out
    kz.document("sitting", "move", made, *times[:2], "--until", "2030-12-01T13:00", "--zone", "Asia/Baku")
    kz.document("sitting", "agenda", made, "--point", "Contacts alone")
    assert "MOVED to this time" in kz.says("sitting", "show", made).out
    kz.document("sitting", "outcome", made, "A common form.")
    kz.document("sitting", "cancel", made)
    az.document("sync")
    document = az.document("sitting", "show", made)
    assert (document["standing"], document["outcome"]) == ("cancelled", "A common form.")
    assert [point["name"] for point in document["agenda"]] == ["Contacts alone"]
    assert az.says("sitting", "answer", made).code == Exit.USAGE
    for words in (("--point", " :: x"), ("--point", "x :: "), ()):
        assert kz.says("sitting", "agenda", made, *words).code == Exit.USAGE
