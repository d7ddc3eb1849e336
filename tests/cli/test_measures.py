"""measure: a programme as its keeper states it, a report as its state makes it, and the scorecard as both read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.officer import Officer

from kenesh.basis.problem import Exit

PROGRAMME = """
name = "Vision"
source = "decision 1"
[[chapters]]
id = "transport"
name = "Transport"
[[periods]]
id = "p1"
name = "2020-2040"
from = 2020-01-01
until = 2040-12-31
"""
TABLE = """number;name;chapter;period;mandate;accountable;begins;due;kind;id;what;direction;baseline;target
1;One form;transport;p1;para 1;AZ;2026-01-01;2039-12-31;indicator;forms;Forms;yes-no;0;1
2;Shorter waits;transport;p1;para 2;KZ;2026-01-01;2039-12-31;indicator;hours;Hours;descending;12,5;4
3;No such party;transport;p1;para 2;KZ?;2026-01-01;2039-12-31;indicator;hours;Hours;descending;12,5;4
"""


def test_measures_are_stated_reported_and_verified(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    programme, table = tmp_path / "vision.toml", tmp_path / "measures.csv"
    programme.write_text(PROGRAMME)
    table.write_text(TABLE)
    kz.document("body", "add", "ots", "--title", "The council")
    kz.document("member", "admit", "AZ", "--body", "ots", "--role", "member")
    az.document("sync")
    refused = az.says("measure", "programme", str(programme), "--body", "ots")
    assert (refused.code, "Another party keeps" in refused.err) == (Exit.USAGE, True)
    made = kz.document("measure", "programme", str(programme), "--body", "ots")["id"]
    assert kz.document("measure", "programme", str(programme), "--body", "ots")["id"] == made, (
        "said anew, it is the same"
    )
    taken = kz.says("measure", "import", str(table))
    assert taken.code == Exit.REFUSED
    assert taken.out.splitlines() == [
        "2 measures stated, 0 changed, 0 as before.",
        "REFUSED line 4, accountable: 'KZ?' is no party code.",
    ]
    az.document("sync")
    assert "grey  1        One form  AZ, due 2039-12-31" in az.says("measure", "scorecard").out
    for words in (("2", "--text", "x"), ("1", "--reached", "none=1"), ("1",), ("1", "--reached", "forms=many")):
        assert az.says("measure", "report", *words).code == Exit.USAGE
    az.document("measure", "report", "1", "--reached", "forms=1", "--done", "--text", "In force since May.")
    assert az.says("measure", "verify", "1", "--of", "AZ").code == Exit.USAGE
    kz.document("sync")
    assert kz.says("measure", "verify", "1", "--of", "AZ", "--disputed").code == Exit.USAGE
    assert "Reported done by AZ; no other party has verified that." in kz.says("measure", "show", "1").out
    kz.document("measure", "verify", "1", "--of", "AZ", "--ground", "seen in the gazette")
    az.document("sync")
    shown = az.document("measure", "scorecard")
    assert shown == kz.document("measure", "scorecard") | {"at": shown["at"]}
    assert [(one["number"], one["light"], one["verified"]) for one in shown["measures"]] == [
        ("1", "green", True),
        ("2", "grey", False),
    ]
    assert shown["measures"][0]["why"] == ["Done by AZ, as verified by KZ."]
    assert all(one["why"] for one in shown["measures"])
    before = kz.says("measure", "scorecard", "--at", "2026-01-01")
    assert (before.code, "at that time" in before.err) == (Exit.USAGE, True)

    paper = tmp_path / "scorecard.pdf"
    assert kz.document("measure", "scorecard", "--pdf", str(paper))["octets"] == len(paper.read_bytes())
    assert "One form" in PdfReader(paper).pages[0].extract_text()
    assert kz.says("measure", "scorecard", "--pdf", str(tmp_path / "no" / "scorecard.pdf")).code != 0

    kz.document("measure", "export", "--to", str(table))
    assert kz.document("measure", "import", str(table))["unchanged"] == 2
    table.write_text(table.read_text().replace("2039-12-31", "2029-12-31"))
    changed = kz.says("measure", "import", str(table))
    assert "by a decision alone" in changed.err
    assert kz.says("measure", "import", str(tmp_path / "none")).code == Exit.USAGE
    decided = "kenesh-decision--00000000-0000-4000-8000-00000000000"
    for number, due, code in ((1, "2029", 0), (2, "2028", 0), (1, "2027", Exit.USAGE), (1, "2028", 0)):
        lines = table.read_text().splitlines()
        cells = lines[1].split(",")
        cells[9], cells[12] = f"{due}-12-31", f"{decided}{number}"
        table.write_text("\n".join([lines[0], ",".join(cells)]) + "\n")
        assert kz.says("measure", "import", str(table)).code == code, "one decision changes it once"


@pytest.mark.parametrize(
    "odd",
    [
        PROGRAMME.replace('name = "Vision"', ""),
        PROGRAMME.replace("2020-01-01", "2041-01-01"),
        PROGRAMME.replace('source = "decision 1"', 'source = "decision 1"\nreports_due = ["--02-31"]'),
        PROGRAMME.replace('source = "decision 1"', 'source = "decision 1"\nlights = {green = 50, amber = 80}'),
        PROGRAMME.replace('source = "decision 1"', 'source = "decision 1"\nlights = 5'),
        PROGRAMME.replace('source = "decision 1"', 'source = "decision 1"\ncolours = 5'),
        'name = "x"\nsource = "y"\nperiods = 5\nchapters = ["a"]',
        'name = "x"\nsource = "y"',
        "name = ",
    ],
)
def test_a_programme_that_cannot_be_is_refused(talking: tuple[Officer, Officer], tmp_path: Path, odd: str) -> None:
    kz, _ = talking
    file = tmp_path / "vision.toml"
    file.write_text(odd)
    kz.document("body", "add", "ots", "--title", "The council")
    said = kz.says("measure", "programme", str(file), "--body", "ots")
    assert said.code in (Exit.USAGE, Exit.DAMAGED), said
    assert "nobody foresaw" not in said.err
    assert kz.says("measure", "scorecard").code == Exit.USAGE, "nothing was kept of it"
