"""export: what leaves in which format, what never leaves, and what is told of it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Officer

from kenesh.basis.problem import Exit

_JUDGE = """
import sys
from stix2validator import ValidationOptions, validate_string
results = validate_string(sys.stdin.read(), ValidationOptions(version="2.1"))
sys.exit(0 if results.is_valid else str(results.errors))
"""
AMBER, GREEN = (files.stix_id("indicator", n) for n in (1, 2))
NOWHERE = files.stix_id("indicator", 99)


@pytest.fixture
def holding(kz: Officer, tmp_path: Path) -> Officer:
    """KZ's officer, who imported a small campaign."""
    campaign = files.written(
        tmp_path,
        files.indicator(1, "evil.example", "amber"),
        files.indicator(2, "bad.example", "green"),
        files.malware(4),
        files.relationship(5, GREEN, files.stix_id("malware", 4)),
    )
    kz.document("import", campaign)
    return kz


def test_a_bundle_leaves_as_it_came_and_is_valid_stix(holding: Officer) -> None:
    said = holding.says("export", "--all")
    assert said.code == 0
    found = json.loads(said.out)
    assert {each["id"] for each in found["objects"]} >= {AMBER, GREEN}
    assert len(found["objects"]) == 4, "cards and releases are no content"
    assert json.dumps(files.indicator(1, "evil.example", "amber")) in said.out
    # In a process of its own: another test holds that the node itself never loads this slow package.
    command = [sys.executable, "-W", "ignore", "-c", _JUDGE]
    judged = subprocess.run(command, input=said.out, capture_output=True, text=True, timeout=60, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_a_selection_is_named_as_for_a_release(holding: Officer) -> None:
    (record,) = holding.document("imports")
    assert len(json.loads(holding.says("export", record["import"]).out)["objects"]) == 4
    assert [o["id"] for o in json.loads(holding.says("export", AMBER).out)["objects"]] == [AMBER]
    assert [o["id"] for o in json.loads(holding.says("export", "--query", "bad").out)["objects"]] == [GREEN]


@pytest.mark.parametrize(
    "words",
    [
        ("--as", "excel", "--all"),
        ("--as", "list", "--all"),
        ("--as", "list", "--all", "--kind", "colour"),
        ("--as", "csv", "--all", "--kind", "domain"),
        ("--all", AMBER),
        ("--all", "--json"),
        (),
        (NOWHERE,),
        ("import--0b9d5a6e-6b0c-4d6e-9a53-000000000001",),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(holding: Officer, words: tuple[str, ...]) -> None:
    said = holding.says("export", *words)
    assert said.code == Exit.USAGE and said.err.strip()
    assert "evil" not in said.out


def test_red_of_another_person_looks_as_if_it_were_absent(kz: Officer, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.indicator(3, "ministry.example", "red")))
    red = files.stix_id("indicator", 3)
    assert "ministry" in kz.says("export", red).out, "who brought it in himself is named for it"
    with closing(sqlite3.connect(kz.home / "store.db")) as store, store:
        store.execute("UPDATE holds SET person = 'somebody else'")
    said, absent = kz.says("export", red), kz.says("export", NOWHERE)
    assert (said.code, said.out, said.err) == (absent.code, absent.out, absent.err.replace(NOWHERE, red))
    assert "ministry" not in kz.says("export", "--all").out
    assert "ministry" not in kz.says("export", "--all", "--as", "csv").out


def test_a_list_goes_to_a_file_of_ones_own(holding: Officer, tmp_path: Path) -> None:
    out = tmp_path / "domains.txt"
    document = holding.document("export", "--all", "--as", "list", "--kind", "domain", "--out", str(out))
    assert (document["written"], document["files"], document["left_out"]) == (2, [str(out)], [])
    text = out.read_text()
    assert "# TLP:AMBER - " in text and "# From KZ" in text
    assert text.splitlines()[-2:] == ["evil.example", "bad.example"]
    assert out.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["campaign.json", "domains.txt", "kz"]


def test_a_folder_that_is_there_gets_a_file(holding: Officer, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    said = holding.says("export", "--all", "--as", "csv", "--out", str(folder))
    assert said.out == f"4 objects written to {folder}/kenesh.csv.\n"


def test_a_file_that_cannot_be_written_says_so(holding: Officer, tmp_path: Path) -> None:
    said = holding.says("export", "--all", "--out", str(tmp_path / "nowhere" / "x.json"))
    assert said.code == Exit.USAGE and "cannot be written" in said.err


def test_an_export_stands_in_the_record(holding: Officer) -> None:
    before = holding.document("audit", "verify")["acts"]
    holding.says("export", "--all")
    holding.says("export", NOWHERE)
    assert holding.document("audit", "verify")["acts"] == before + 1


def test_a_tool_gets_what_counts_and_is_not_protected_and_the_rest_is_told(holding: Officer, tmp_path: Path) -> None:
    """With the real suffixes and warning lists; a partner's node is never cut off."""
    settings = holding.home / "kenesh.toml"
    settings.write_text(settings.read_text() + '\n[protected]\nnames = ["Bad.example"]\n')
    out = tmp_path / "hosts"
    document = holding.document("export", "--all", "--as", "hosts", "--out", str(out))
    assert out.read_text().splitlines()[-1] == "0.0.0.0 evil.example"
    (told,) = document["left_out"]
    assert told["reason"].startswith("it is protected") and told["first"] == [GREEN]
    said = holding.says("export", GREEN, "--as", "hosts")
    assert "left out: 1 object: it is protected" in said.err and "0.0.0.0" not in said.out


def test_rules_go_to_a_folder_and_to_no_other_place(holding: Officer, tmp_path: Path) -> None:
    rule = files.indicator(8, "x", "green", pattern="title: a rule", pattern_type="sigma")
    holding.document("import", files.written(tmp_path, rule, name="rule.json"))
    folder = tmp_path / "rules"
    assert holding.says("export", "--all", "--as", "sigma", "--out", str(folder)).code == Exit.USAGE
    folder.mkdir()
    document = holding.document("export", "--all", "--as", "sigma", "--out", str(folder))
    assert document["files"] == [str(folder / f"{rule['id']}.yml")]
    assert (folder / f"{rule['id']}.yml").read_text().endswith("\ntitle: a rule\n")
