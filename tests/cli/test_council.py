"""proposal, position, decision: as a secretary and a delegate type them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.officer import Officer

from kenesh.basis.problem import Exit


def test_a_text_is_proposed_answered_and_shown(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    text = tmp_path / "form.txt"
    text.write_text("The parties use one form.")
    kz.document("body", "add", "cert", "--title", "Response teams")
    kz.document("member", "admit", "AZ", "--body", "cert", "--role", "member")
    az.document("sync")
    words = ("proposal", "open", "One form", "--body", "cert", "--text", f"en {text}", "--deadline", "72h")
    refused = kz.says(*words)
    assert (refused.code, "decides nothing by silence" in refused.err) == (Exit.USAGE, True)
    assert kz.says("proposal", "rules", "cert", "--silence", "24h").code == Exit.USAGE
    kz.document("proposal", "rules", "cert", "--silence", "24h", "--vote", "all", "--source", "PV/1 of 2026")
    made = kz.document(*words, "--text", f"kk {text} official")["id"]
    shown = kz.says("proposal", "show", made).out
    assert "NOT OPEN YET" in shown and "NOT CONFIRMED BY AZ" in shown
    az.document("sync")
    (waits,) = az.document("call", "list")
    assert (waits["matter"], waits["name"]) == ("proposal", "cert: One form")
    kz.document("sync")
    shown = kz.says("proposal", "show", made[17:25]).out
    assert "OPEN since" in shown and "text kk, official: 25 characters" in shown
    assert az.says("position", "take", made, "object").code == Exit.USAGE
    az.document("position", "take", made, "object", "--ground", "another form is law here")
    assert az.document("call", "list") == []
    kz.document("sync")
    assert "AZ: object: another form is law here" in kz.says("proposal", "show", made).out
    assert "BROKEN since" in kz.says("proposal", "show", made).out
    az.document("position", "take", made, "reserve", "--statement", "as our law stands")
    kz.document("sync")
    document = kz.document("proposal", "show", made)
    assert (document["outcome"], document["positions"][0]["stance"]) == ("open", "reserve")
    assert document["positions"][0]["in_time"] is True
    assert kz.says("decision", "certify", made, "--organ", "CC").code == Exit.USAGE
    assert kz.says("decision", "list").out == "Nothing is certified yet.\n"
    assert "[OPEN]" in az.says("proposal", "list").out
    for odd in (
        ("--text", "en"),
        ("--text", f"en {tmp_path / 'none'}"),
        ("--text", f"en {text}", "--text", f"en {text}"),
    ):
        assert kz.says("proposal", "open", "x", "--body", "cert", "--deadline", "72h", *odd).code == Exit.USAGE
    kz.document("proposal", "extend", made, "--deadline", "6d")
    kz.document("proposal", "withdraw", made)
    az.document("sync")
    assert az.document("proposal", "list")[0]["outcome"] == "withdrawn"
