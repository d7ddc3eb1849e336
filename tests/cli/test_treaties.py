"""treaty: stated by the body's keeper, each step by whom it is, and shown alike to both."""

from __future__ import annotations

from pathlib import Path

from tests.cli.officer import Officer

from kenesh.basis.problem import Exit

TREATY = """
kind = "protocol"
authentic_languages = ["en", "kk"]
depositary = "AZ"
[[names]]
lang = "en"
text = "Protocol on one form"
[rule]
count = 2
of = "any"
counts = "receipt"
accession = false
zone = "Asia/Baku"
source = "Article 9"
first = {after = "30d", begins = "day"}
later = {after = "30d", begins = "day"}
"""


def test_a_treaty_is_followed_from_its_signature_to_its_force(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    file = tmp_path / "treaty.toml"
    file.write_text(TREATY)
    kz.document("body", "add", "ots", "--title", "The council")
    kz.document("member", "admit", "AZ", "--body", "ots", "--role", "member")
    az.document("sync")
    assert az.says("treaty", "state", str(file), "--body", "ots").code == Exit.USAGE
    made = kz.document("treaty", "state", str(file), "--body", "ots")["id"]
    assert kz.document("treaty", "state", str(file), "--body", "ots")["id"] == made
    az.document("sync")
    assert "knows no accession" in kz.says("treaty", "step", made, "notification", "--on", "2026-02-01").err
    for officer in (kz, az):
        officer.document("treaty", "step", made, "signature", "--on", "2026-01-10")
    az.document("treaty", "step", made, "notification", "--on", "2026-02-01")
    kz.document("treaty", "step", made, "approval", "--on", "2026-02-02", "--reference", "Law 1")
    kz.document("treaty", "step", made, "declaration", "--on", "2026-02-02", "--text", "as to Article 10")
    kz.document("treaty", "step", made, "notification", "--on", "2026-03-01")
    assert kz.says("treaty", "step", made, "receipt", "--of", "KZ", "--on", "2026-03-01").code == Exit.USAGE
    assert kz.says("treaty", "step", made, "approval", "--of", "AZ", "--on", "2026-03-01").code == Exit.USAGE
    kz.document("treaty", "step", made, "approval", "--of", "AZ", "--on", "2026-01-20", "--source", "a gazette")
    az.document("sync")
    kz.document("sync")
    shown = az.says("treaty", "show", made).out
    assert "NOT IN FORCE; 1 consent more" in shown
    assert "KZ: notified; waits for receipt" in shown
    assert "declaration: as to Article 10" in shown
    assert "approval REPORTED, counts for nothing: a gazette" in shown
    az.document("treaty", "step", made, "receipt", "--of", "KZ", "--on", "2026-03-04")
    kz.document("sync")
    document = kz.document("treaty", "show", made)
    assert (document["in_force"], document["enters_on"]) == (True, "2026-04-03")
    assert document == az.document("treaty", "show", made)
    assert "IN FORCE since 2026-04-03" in kz.says("treaty", "list").out
    assert kz.says("treaty", "show", made, "--at", "2026-01-01").code == Exit.USAGE
    assert kz.says("treaty", "state", str(tmp_path / "none"), "--body", "ots").code == Exit.USAGE
