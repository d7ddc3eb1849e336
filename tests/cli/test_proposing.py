"""proposals, confirm, reject: nothing that a text holds is stated before a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.officer import Officer

from kenesh.basis.problem import Exit

REPORT = """# A case
The loader asked hxxp://evil[.]example/a at night.
Then 203.0.113.7 answered.
The gateway was 192.168.1.1 all along.
"""


@pytest.fixture
def imported(kz: Officer, tmp_path: Path) -> str:
    (tmp_path / "report.md").write_text(REPORT)
    document = kz.document("import", str(tmp_path / "report.md"))
    assert (document["proposed"], document["accepted"], document["refused"]) == (3, 0, 0)
    import_id: str = document["import"]
    return import_id


def test_a_report_is_proposed_and_nothing_of_it_is_known_before_it_is_confirmed(kz: Officer, imported: str) -> None:
    assert kz.document("lookup", "http://evil.example/a")[0]["hits"] == []
    waiting = kz.document("proposals", imported)
    assert [one["value"] for one in waiting] == ["http://evil.example/a", "203.0.113.7", "192.168.1.1"]
    assert waiting[0]["sentence"] == "The loader asked hxxp://evil[.]example/a at night."
    assert waiting[2]["doubt"] == "it is private or reserved"


def test_a_confirmed_value_is_an_indicator_with_the_sentence_that_it_stood_in(kz: Officer, imported: str) -> None:
    number = str(kz.document("proposals")[0]["proposal"])
    (made,) = kz.document("confirm", number, "--tlp", "green", "--note", "seen twice")
    content = kz.document("show", made["id"])["content"]
    assert content["pattern"] == "[url:value = 'http://evil.example/a']"
    assert content["description"].splitlines()[:2] == [
        "seen twice",
        "The loader asked hxxp://evil[.]example/a at night.",
    ]
    assert kz.document("lookup", "http://evil.example/a")[0]["hits"]
    assert kz.says("confirm", number, "--tlp", "green").code == Exit.USAGE


def test_all_of_an_import_leaves_what_is_doubtful_for_a_person_to_name(kz: Officer, imported: str) -> None:
    made = kz.document("confirm", "--all-of", imported, "--tlp", "amber")
    assert [one["value"] for one in made] == ["http://evil.example/a"]
    *_, left = kz.document("proposals")
    assert left["value"] == "192.168.1.1"
    assert kz.says("confirm", "--all-of", imported, "--tlp", "amber").code == Exit.USAGE
    (named,) = kz.document("confirm", str(left["proposal"]), "--tlp", "amber")
    assert named["value"] == "192.168.1.1"


def test_what_was_rejected_is_not_proposed_again(kz: Officer, imported: str, tmp_path: Path) -> None:
    assert len(kz.document("reject", "--all-of", imported)) == 3
    assert kz.says("proposals").out == "Nothing waits to be judged.\n"
    said = kz.says("import", str(tmp_path / "report.md"))
    assert (said.code, said.out.splitlines()[0]) == (0, "0 objects taken in, 3 known already.")


def test_an_import_says_what_to_do_next(kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("evil.example\n203.0.113.9\n")
    first, second, *_ = kz.says("import", str(tmp_path / "list.txt")).out.splitlines()
    assert first == "2 values proposed; none is stated before it is confirmed."
    assert "proposals import--" in second


def test_the_list_of_imports_counts_what_was_proposed_and_what_still_waits(kz: Officer, imported: str) -> None:
    (listed,) = kz.document("imports")
    assert (listed["accepted"], listed["proposed"], listed["waiting"]) == (0, 3, 3)
    kz.document("reject", str(kz.document("proposals")[0]["proposal"]))
    first, *rest = kz.says("imports", imported).out.splitlines()
    assert f"  {imported}  3 proposed (2 to be judged)  " in first
    assert rest == [f"What waits to be judged: kenesh --home {kz.home} proposals {imported}"]
    kz.document("reject", "--all-of", imported)
    assert kz.document("imports", imported)["waiting"] == 0
    assert "What waits" not in kz.says("imports", imported).out


def test_a_column_is_said_where_the_guess_is_wrong(kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("host,gateway\na.example,203.0.113.1\nb.example,203.0.113.1\n")
    kz.document("import", str(tmp_path / "t.csv"), "--column", "value=host")
    assert [one["value"] for one in kz.document("proposals")] == ["a.example", "b.example"]
    assert kz.says("import", str(tmp_path / "t.csv"), "--column", "worth=1").code == Exit.USAGE


@pytest.mark.parametrize("words", [(), ("1", "--all-of", "import--1"), ("77",), ("--all-of", "import--none")])
def test_what_is_not_there_cannot_be_judged(kz: Officer, words: tuple[str, ...]) -> None:
    assert kz.says("reject", *words).code == Exit.USAGE
    assert kz.says("confirm", *words, "--tlp", "green").code == Exit.USAGE
