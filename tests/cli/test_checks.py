"""status, doctor, audit verify: what a node says of its own state, and when somebody must act."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer
from tests.cli.served import answering

from kenesh.basis.problem import Exit


def findings(officer: Officer) -> dict[str, tuple[bool, str]]:
    document = officer.says("doctor", "--json").document
    assert set(document) == {"healthy", "findings"}
    assert [set(f) for f in document["findings"]] == [{"check", "fault", "text"}] * len(document["findings"])
    return {f["check"]: (f["fault"], f["text"]) for f in document["findings"]}


def test_the_status_of_a_new_node(kz: Officer) -> None:
    assert kz.says("status").out == (
        "KZ  KZ-CERT  (no address yet)\nholds 0 objects\n\nno peers: admit one with `kenesh peer add`\n"
    )


def test_the_document_of_the_status(pair: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, _ = pair
    kz.document("import", files.written(tmp_path, files.malware(1), files.indicator(2), files.indicator(3)))
    document = kz.document("status")
    assert set(document) == {"party", "objects", "peers", "bodies", "quarantine", "conflicts", "alarms"}
    assert (document["objects"]["indicator"], document["objects"]["malware"]) == (2, 1)
    assert document["peers"] == [
        {"party": "AZ", "url": NOBODY_THERE, "depositary": False, "last_sync_at": None, "problem": ""}
    ]


def test_the_status_counts_types_without_wrong_plurals(kz: Officer, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.malware(1), files.indicator(2), files.indicator(3)))
    assert "\nholds 3 objects: indicator 2, malware 1\n" in kz.says("status").out


def test_the_status_tells_what_went_lately(pair: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, _ = pair
    kz.document("import", files.written(tmp_path, files.indicator(2)))
    kz.document("release", files.stix_id("indicator", 2), "--to", "AZ")
    assert "release by KZ to AZ, 1 object\n" in kz.says("status").out


def test_times_in_documents_are_timestamps(council: Council, tmp_path: Path) -> None:
    kz, az = council.met("KZ", "AZ")
    with answering(az):
        kz.says("peer", "add", "-", "--fingerprint", az.fingerprint(), stdin=az.says("card").out.encode())
        assert kz.says("sync").code == 0
    at = kz.document("status")["peers"][0]["last_sync_at"]
    assert at.endswith("Z")
    assert at[10] == "T"


def test_a_peer_that_does_not_answer_stands_in_status_and_doctor(pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    kz.says("sync")
    assert "AZ     AZ-CERT  not read yet  PROBLEM: AZ at http://127.0.0.1:1 does not answer.\n" in kz.says("status").out
    assert findings(kz)["peer AZ"] == (
        True,
        "AZ at http://127.0.0.1:1 does not answer. (never read; `kenesh sync AZ` tries again)",
    )


def test_the_doctor_of_a_new_node_wants_an_address(kz: Officer) -> None:
    said = kz.says("doctor")
    assert said.code == Exit.FAULT_FOUND
    assert "FAULT  address: no address is known yet: start the node once with `kenesh serve`\n" in said.out
    assert said.out.endswith("\n\n1 fault found.\n")


def test_a_node_that_is_well_is_told_so(kz: Officer) -> None:
    said = kz.at(NOBODY_THERE).says("doctor")
    assert (said.code, said.out.splitlines()[-1]) == (0, "All is well.")
    assert "FAULT" not in said.out
    assert findings(kz)["record"] == (False, "2 acts, every hash and signature holds")


def test_the_doctor_finds_a_home_that_others_can_read(kz: Officer) -> None:
    kz.at(NOBODY_THERE).home.chmod(0o755)
    (kz.home / "store.db").chmod(0o644)
    fault, text = findings(kz)["home"]
    assert fault
    assert text.startswith("others may read store.db")
    assert text.endswith(f" in it: chmod 700 {kz.home}")
    kz.home.chmod(0o700)
    assert findings(kz)["home"][0] is False


def test_the_doctor_finds_a_disk_that_is_nearly_full(kz: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 3 * 2**20

    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage)
    assert findings(kz)["disk"] == (True, "3 MiB free on the disk of the home: less than 500, make room")


def test_the_doctor_finds_settings_that_cannot_be_used(kz: Officer) -> None:
    with (kz.home / "kenesh.toml").open("a") as stream:
        stream.write("colour = 'blue'\n")
    assert list(findings(kz)) == ["opening"]
    assert "unknown field `colour`" in findings(kz)["opening"][1]


def test_the_doctor_at_no_home_finds_none(tmp_path: Path) -> None:
    said = Officer("KZ", tmp_path / "nowhere").says("doctor")
    assert (said.code, said.out) == (
        Exit.FAULT_FOUND,
        f"FAULT  opening: There is no node in {tmp_path / 'nowhere'}."
        " Say --home (or KENESH_HOME), or make one: kenesh init.\n\n1 fault found.\n",
    )


def test_the_doctor_finds_an_import_that_was_cut_off(kz: Officer, tmp_path: Path) -> None:
    import_id = kz.document("import", files.written(tmp_path, files.malware(1)))["import"]
    _execute(kz, "UPDATE imports SET finished = 0")
    fault, text = findings(kz)["import"]
    assert (fault, text.startswith(f"{import_id} of ")) == (True, True)
    assert "CUT OFF: import it again" in kz.says("imports").out


def test_the_record_of_acts_is_verified(kz: Officer, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.malware(1)))
    document = kz.document("audit", "verify")
    assert set(document) == {"holds", "acts", "leaves", "faults"}
    assert (document["holds"], document["acts"], document["faults"]) == (True, 3, [])
    assert kz.says("audit", "verify").out.startswith("3 acts in ")


def test_a_record_that_was_changed_is_found_out(kz: Officer, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.malware(1)))
    _execute(kz, "UPDATE ledger_acts SET who = 'nobody'")
    said = kz.says("audit", "verify", "--json")
    assert (said.code, said.document["holds"]) == (Exit.FAULT_FOUND, False)
    assert said.document["faults"]
    assert findings(kz)["record"][0] is True


def _execute(officer: Officer, statement: str) -> None:
    with sqlite3.connect(officer.home / "store.db") as connection:
        connection.execute(statement)
    connection.close()
