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


def test_amendments_stand_beside_the_text_and_consensus_is_found_in_a_sitting(
    talking: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = talking
    text, other = tmp_path / "terms.txt", tmp_path / "ours.txt"
    text.write_text("Article 1\nThe parties use one form.\n\nArticle 2\nThey answer in 24 hours.\n")
    other.write_text(text.read_text().replace("24", "72"))
    kz.document("body", "add", "cert", "--title", "Response teams")
    kz.document("member", "admit", "AZ", "--body", "cert", "--role", "member")
    assert kz.says("proposal", "rules", "cert").out == "Nothing: its keeper has stated no procedure.\n"
    source = ("--source", "PV/1 of 2026")
    for odd in (
        ("--weight", "AZ=2"),
        ("--vote", "simple", "--weight", "AZ=two"),
        ("--vote", "simple", "--weight", "AZ=1", "--weight", "AZ=2"),
        ("--vote", "simple", "--quorum", "3/2"),
        ("--vote", "simple", "--quorum", "0"),
        ("--vote", "simple", "--quorum", "1", "--quorum", "2"),
    ):
        assert kz.says("proposal", "rules", "cert", *odd, *source).code == Exit.USAGE
    votes = ("--vote", "two-thirds", "--weight", "KZ=2", "--quorum", "2", "--quorum", "2/3")
    kz.document("proposal", "rules", "cert", "--consensus", "--silence", "24h", *votes, *source)
    az.document("sync")
    shown = az.says("proposal", "rules", "cert").out
    assert "by vote: two-thirds, of the votes for and against" in shown and "weights: KZ 2; the others 1" in shown
    assert "quorum: 2 parties and 2/3 of all weight" in shown and "by silence, of 1 day at least" in shown
    times = ("--from", "2020-01-01T10:00", "--until", "2099-01-01T10:00")
    sitting = kz.document("sitting", "call", "Autumn sitting", "--body", "cert", *times)["id"]
    words = ("--body", "cert", "--text", f"en {text}", "--procedure", "consensus")
    assert kz.says("proposal", "open", "Terms", *words).code == Exit.USAGE
    made = kz.document("proposal", "open", "Terms", *words, "--sitting", sitting)["id"]
    az.document("sync")
    kz.document("sync")
    assert "Terms  [OPEN]" in az.says("sitting", "show", sitting).out
    assert az.says("proposal", "consensus", made).code == Exit.USAGE
    az.document("position", "take", made, "amend", "--ground", "we are few", "--amendment", str(other))
    kz.document("sync")
    refused = kz.says("proposal", "consensus", made)
    assert (refused.code, "An objection stands: AZ" in refused.err) == (Exit.USAGE, True)
    assert kz.says("proposal", "amendments", made).out.splitlines() == [
        "text en, amended by AZ",
        "  paragraph 4",
        "    stands  They answer in 24 hours.",
        "    AZ      They answer in 72 hours.",
    ]
    again = ("--body", "cert", "--text", f"en {other}", "--procedure", "consensus", "--sitting", sitting)
    assert kz.says("proposal", "open", "Terms, revised", *again, "--takes-up", "AZ").code == Exit.USAGE
    assert kz.says("proposal", "open", "x", *again, "--succeeds", made, "--takes-up", "KZ").code == Exit.USAGE
    revised = kz.document("proposal", "open", "Terms, revised", *again, "--succeeds", made, "--takes-up", "AZ")["id"]
    kz.document("proposal", "withdraw", made)
    az.document("sync")
    kz.document("sync")
    assert f"takes the place of {made}, and takes up 1 amendment" in az.says("proposal", "show", revised).out
    kz.document("proposal", "consensus", revised)
    assert kz.document("proposal", "show", revised)["outcome"] == "open"  # until others have it
    az.document("sync")
    kz.document("sync")
    shown = kz.says("proposal", "show", revised).out
    assert "ADOPTED since" in shown and "KZ states that nobody objected at" in shown
    assert az.says("position", "take", revised, "object", "--ground", "too late").code == Exit.USAGE
    assert kz.document("decision", "certify", revised, "--organ", "CC")["number"].startswith("CC.DEC/1/")
