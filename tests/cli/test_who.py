"""who: as a delegate asks, and as a secretary adds what a page says."""

from __future__ import annotations

from pathlib import Path

from tests.cli.officer import Council, Officer

from kenesh.basis.problem import Exit
from kenesh.doors.council.convening import sitting_shown
from kenesh.doors.councilwire import sitting_document
from kenesh.node.main import Here

CLAIM = """[[claim]]
body = "OTS+"
party = "IT"
capacity = "partner"
format = "OTS+"
areas = ["trade"]
invited_on = 2026-02-01
source = "The Herald"
as_of = 2026-02-02
"""


def test_who_is_who_is_told_with_sources_and_contradictions(kz: Officer) -> None:
    shown = kz.says("who", "--body", "Turkic Investment Fund", "--at", "2025-12-31").out
    assert "Turkic Investment Fund  [SOURCES DIFFER on 3]" in shown
    assert "  HU Hungary  [SOURCES DIFFER]\n      member  (qazinform, as of 2025-11-18)\n" in shown
    assert all("as of 20" in line for line in shown.splitlines() if "member" in line or "observer" in line)
    assert "of its composition no source here says anything" in kz.says("who", "--body", "Cybersecurity").out
    hungary = kz.document("who", "--party", "HU", "--at", "2025-12-31")
    assert [body["conflict"] for body in hungary["bodies"]] == [False, False, True]
    early = kz.says("who", "--at", "2009-10-03").out
    assert "KZ Kazakhstan: member since 2009-10-03; Nakhchivan Agreement" in early and "Cybersecurity" not in early
    assert "3 more hold only from a later day on" in kz.says("who", "--body", "Cyber", "--at", "2009-10-03").out
    assert "RULE OF KZ: " in kz.says("who", "--party", "NCY").out
    assert "[SOURCES DIFFER]" not in kz.says("who", "--body", "Turkic Inv", "--at", "2025-12-01").out.split("HU")[1]
    for odd in (("--body", "Nobody"), ("--at", "yesterday"), ("--party", "kz"), ("--host", "k z")):
        assert kz.says("who", *odd).code == Exit.USAGE


def test_a_partys_own_claims_stand_beside_and_go_where_they_are_released(
    talking: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = talking
    file = tmp_path / "claims.toml"
    file.write_text(CLAIM.replace("2026-02-02", "2999-01-01"))
    assert kz.says("who", "add", str(file)).code == Exit.USAGE
    file.write_text(CLAIM.replace('party = "IT"', 'party = "it"'))
    refused = kz.says("who", "add", str(file))
    assert refused.code == Exit.DAMAGED and "[[claim]] 1, line 1" in refused.err
    assert kz.says("who", "add", str(tmp_path / "none")).code == Exit.USAGE
    file.write_text(CLAIM)
    (made,) = kz.document("who", "add", str(file), "--tlp", "green")["stated"]
    assert kz.document("who", "add", str(file)) == {"stated": [], "known": 1}
    kz.document("ceiling", "class:partner", "green")
    told = "partner, invited, in OTS+, for trade, no vote, nothing stricter than TLP:GREEN goes to partners"
    assert told in kz.says("who", "--body", "OTS+", "--at", "2026-03-01").out
    az.document("sync")
    assert "IT" not in az.says("who", "--body", "OTS+").out
    kz.document("release", made, "--to", "AZ")
    az.document("sync")
    assert "(The Herald, as of 2026-02-02; stated by KZ in " + made[14:22] in az.says("who", "--body", "OTS+").out
    assert az.says("who", "drop", made).code == Exit.USAGE
    assert kz.document("who", "drop", made[14:22]) == {"id": made}
    az.document("sync")
    assert all("IT" not in each.says("who", "--body", "OTS+").out for each in (kz, az))


def test_a_sitting_names_its_parties_as_its_host_does_and_says_its_rule(council: Council) -> None:
    kz, _ = council.met("KZ", "NCY")
    # The first body is the council: in it, the role of partner is a class.
    kz.document("body", "add", "cert", "--title", "Response teams")
    basis = ("--basis", "decision 1 of 2026")
    kz.document("member", "admit", "NCY", "--body", "cert", "--role", "observer", *basis)
    shown = kz.says("who", "--body", "Response teams").out
    assert "NCY Turkish Republic of Northern Cyprus: observer, does not decide" in shown
    assert "decision 1 of 2026  (its keeper KZ, as of" in shown
    times = ("--from", "2030-12-01T10:00", "--until", "2030-12-01T12:00")
    at_home = kz.document("sitting", "call", "A", "--body", "cert", "--host", "KZ", *times)["id"]
    elsewhere = kz.document("sitting", "call", "B", "--body", "cert", "--host", "AZ", *times)["id"]
    nowhere = kz.document("sitting", "call", "C", "--body", "cert", *times)["id"]
    here, there = kz.says("sitting", "show", at_home).out, kz.says("sitting", "show", elsewhere).out
    assert "KZ hosts it" in here and "NCY (an entity specified in Art. 10" in here
    assert "RULE OF KZ: " in here and "no recognition by Kazakhstan" in here
    for other in (there, kz.says("sitting", "show", nowhere).out):
        assert "NCY (Turkish Republic of Northern Cyprus) has not said" in other and "RULE OF" not in other
    with Here().open(kz.home) as services:
        shown_there = sitting_shown(services, services.person("console"), at_home).value
    (party,) = sitting_document(shown_there.seen, shown_there.state).parties
    assert (party.names[0][:9], len(party.disclaimers), party.participation[0][:3]) == ("an entity", 1, "KZ:")
    assert kz.says("sitting", "call", "D", "--body", "cert", "--host", "k z", *times).code == Exit.USAGE
    kz.document("member", "admit", "NCY", "--body", "cert", "--role", "partner")
    kz.document("ceiling", "class:partner", "green")
    told = kz.says("who", "--body", "Response teams").out
    assert "partner, does not decide, nothing stricter than TLP:GREEN goes to partners" in told
    assert "decision 1 of 2026" not in told
    (amber, green) = (kz.document("state", f"{tlp}.example", "--tlp", tlp)[0]["id"] for tlp in ("amber", "green"))
    for to in ("class:partner", "NCY"):
        refused = kz.says("release", amber, "--to", to)
        assert (refused.code, "CEI-01" in refused.err) == (Exit.REFUSED, True)
        kz.document("release", green, "--to", to)
