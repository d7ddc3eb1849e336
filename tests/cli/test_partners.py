"""figure, partner: what is said of a partner is stated, taken in, restated, taken back and written out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.officer import Council, Officer, Said
from tests.cli.served import answering
from tests.unit.edges.formats.test_statistics import FLOW, ML

from kenesh.basis.problem import Exit
from kenesh.council.partners.figures import figure_id
from kenesh.council.partners.rows import Record, fields_of
from kenesh.parties.party import party_id
from kenesh.stix.register import common_properties

CONDITION = "No reproduction without reference to The Paper."
PAPER = ("--about", "IT", "--with", "KZ", "--publisher", "The Paper", "--dated", "2025-09-30", "--condition", CONDITION)
SPEAKER = ("--speaker", "the President")


def states(officer: Officer, indicator: str, value: str, *more: str) -> str:
    made = officer.document("figure", "state", indicator, "--value", value, *more)
    return str(made["id"])


def shown(officer: Officer, about: str = "IT") -> dict[str, list[dict[str, object]]]:
    page = officer.document("partner", "show", about)
    return {line["indicator"]: line["figures"] for line in page["indicators"]}


def test_the_partners_page_has_the_claims_side_by_side(kz: Officer) -> None:
    past = ("--from", "2005-09", "--until", "2025-09", "--period-said", "past 20 years", "--counted-from", "2025-09-29")
    money = ("--currency", "USD")
    up_to = states(kz, "investment", "7.6 billion", *PAPER, *SPEAKER, *money, "--qualifier", "up-to", *past)
    states(kz, "rank among trading partners", "3", *PAPER, *SPEAKER, "--unit", "rank", "--qualifier", "at-most")
    firms = ("--unit", "companies", "--as-of", "2025-09")
    said = states(kz, "companies", "250", *PAPER, *SPEAKER, *firms)
    rival = states(kz, "companies", "265", "--about", "IT", "--with", "KZ", "--publisher", "The Ministry", *firms)
    kz.document("partner", "link", "State visit", *PAPER, "--kind", "visit", "--from", "2024-01")
    kz.document("partner", "link", "Double degree", *PAPER, "--kind", "university", "--institution", "A university")
    figures = shown(kz)
    assert {one["id"]: one["disagrees_with"] for one in figures["companies"]} == {said: [rival], rival: [said]}
    (investment,) = figures["investment"]
    assert (investment["value"], investment["currency"], investment["qualifier"]) == ("7600000000", "USD", "up-to")
    told = kz.says("partner", "show", "IT").out
    assert told.startswith("Italy (IT)\n")
    assert f"  {up_to.split('--')[1][:8]}  up to 7.6 billion USD, over 2005-09 to 2025-09 (past 20 years)\n" in told
    assert "    said by the President; The Paper, 2025-09-30; stated by KZ, TLP:AMBER\n" in told
    assert f"  250 companies, as of 2025-09  DISAGREES with {rival.split('--')[1][:8]}\n" in told
    assert "among the first 3, no time said\n" in told
    assert "visit: State visit, with KZ, 2024-01  [" in told and "  A university\n" in told
    assert told.endswith(f"The Paper: {CONDITION}\n")
    for words in (("figure", "list"), ("figure", "export"), ("show", said), ("export", said, "--as", "csv")):
        assert CONDITION in kz.says(*words).out
    assert kz.says("show", rival).out.startswith("TLP:AMBER  kenesh-figure  companies\n")
    for word in ("companies", "Ministry", "university"):
        assert kz.document("search", word)
    assert kz.document("partner", "list") == [{"about": "IT", "name": "Italy", "figures": 4, "links": 2}]
    # Who corrects what he said restates it; who withdraws it and says it again says another.
    assert states(kz, "companies", "251", *PAPER, *SPEAKER, *firms) == said
    kz.document("figure", "withdraw", said.partition("--")[2][:8])
    assert [one["id"] for one in shown(kz)["companies"]] == [rival]
    assert states(kz, "companies", "250", *PAPER, *SPEAKER, *firms) != said


def takes(officer: Officer, file: Path, octets: bytes, *more: str) -> Said:
    file.write_bytes(octets)
    return officer.says("figure", "import", str(file), "--set", "indicator=trade", *more)


def counts(said: Said) -> tuple[int, int, int]:
    document = json.loads(said.out)
    return document["accepted"], document["unchanged"], document["refused"]


def test_a_statistic_is_taken_in_once_and_a_later_edition_restates_it(kz: Officer, tmp_path: Path) -> None:
    file = tmp_path / "trade.csv"
    rows = b"KZ:TRADE(1.0),A,KZ,IT,2023,16.1,USD,9\nKZ:TRADE(1.0),A,KZ,IT,2024,19.9,USD,9\n"
    bad = b"KZ:TRADE(1.0),A,KZ,IT,2025,,USD,9\n"
    said = takes(kz, file, FLOW + rows + bad)
    assert said.out.startswith("2 objects taken in, 1 refused.\n  refused: line 4: The statistic has no value there.\n")
    assert kz.says("imports", said.out.splitlines()[-1]).out.count("line 4") == 1
    first = {one["from"]: one["id"] for one in shown(kz)["trade"]}
    assert counts(takes(kz, file, FLOW + rows, "--json")) == (0, 2, 0)
    assert counts(takes(kz, file, FLOW + rows.replace(b"19.9", b"20.1"), "--json")) == (1, 1, 0)
    assert {one["from"]: one["value"] for one in shown(kz)["trade"]} == {"2023": "16100000000", "2024": "20100000000"}
    assert {one["from"]: one["id"] for one in shown(kz)["trade"]} == first
    twice = takes(kz, file, FLOW + rows + rows.replace(b"19.9", b"30"))
    assert "refused: line 5: It says of the same thing another value than line 3" in twice.out
    kz.document("figure", "withdraw", str(first["2023"]))
    again = takes(kz, file, FLOW + rows.replace(b"19.9", b"20.1"), "--json")
    assert counts(again) == (1, 0, 1) and "2023" not in {one["from"] for one in shown(kz)["trade"]}
    # The same numbers by SDMX-ML are of another dataflow, and another claim.
    assert counts(takes(kz, tmp_path / "trade.xml", ML, "--json", "--tlp", "green")) == (1, 0, 1)
    table = kz.says("figure", "export", "--about", "IT").out.encode()
    assert b"TLP:GREEN,KZ" in table
    assert counts(takes(kz, tmp_path / "out.csv", table, "--json")) == (0, 2, 0)


def test_what_was_said_again_by_hand_is_restated_by_a_later_edition(kz: Officer, tmp_path: Path) -> None:
    table = b"about,indicator,value,publisher,as_of\nIT,firms,1,P,2025\n"
    file = tmp_path / "firms.csv"
    assert counts(takes(kz, file, table, "--json")) == (1, 0, 0)
    ((first,),) = shown(kz).values()
    kz.document("figure", "withdraw", str(first["id"]))
    assert counts(takes(kz, file, table, "--json")) == (0, 0, 1)
    again = states(kz, "firms", "2", "--about", "IT", "--publisher", "P", "--as-of", "2025")
    assert again != first["id"]
    assert counts(takes(kz, file, table, "--json")) == (1, 0, 0)
    ((now,),) = shown(kz).values()
    assert (now["id"], now["value"]) == (again, "1")


def test_who_takes_the_id_of_a_figure_first_stops_nobody(kz: Officer, tmp_path: Path) -> None:
    """The ids can be computed by everybody."""
    fields = fields_of(Record("", {"about": "IT", "indicator": "firms", "value": "9", "publisher": "P"}), {})
    taken = figure_id(party_id("KZ"), fields)
    at = "2026-01-01T00:00:00.000Z"
    value = common_properties("kenesh-figure", taken, at, party_id("AZ")) | fields
    (tmp_path / "taken.json").write_text(json.dumps(value))
    assert kz.document("import", str(tmp_path / "taken.json"))["accepted"] == 1
    assert counts(takes(kz, tmp_path / "x.csv", b"about,indicator,value,publisher\nIT,firms,1,P\n", "--json")) == (
        1,
        0,
        0,
    )
    ours = {one["stated_by"]: one["value"] for one in shown(kz)["firms"]}
    assert ours == {"AZ": "9", "KZ": "1"}
    assert states(kz, "firms", "2", "--about", "IT", "--publisher", "P") != taken


def test_what_cannot_be_said_is_refused_with_what_to_do(kz: Officer, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    nothing = takes(kz, file, b"about,value\nIT,many\n", "--set", "publisher=P")
    assert nothing.code == Exit.DAMAGED and "'many' is no number" in nothing.out
    for words, told in (
        (("figure", "state", "x", "--about", "IT", "--value", "1,5", "--publisher", "P"), "is no number"),
        (
            ("figure", "state", "x", "--about", "IT", "--value", "1", "--publisher", "P", "--from", "2024"),
            "as_of, or both",
        ),
        (
            ("figure", "state", "x", "--about", "IT", "--value", "1", "--publisher", "P", "--source-ref", "a"),
            "source_ref",
        ),
        (("figure", "import", str(file), "--set", "colour=red"), "names nothing of a figure"),
        (("figure", "import", str(tmp_path / "gone")), "cannot be read"),
        (("figure", "withdraw", "abcdef"), "There is no figure or link"),
        (("figure", "export", "--about", "FR"), "There are no figures"),
        (("partner", "show", "FR"), "Nothing is said here of 'FR'"),
        (("partner", "link", "x", "--about", "IT", "--kind", "visit", "--publisher", "P", "--from", "May"), "no date"),
    ):
        said = kz.says(*words)
        assert said.code in (Exit.USAGE, Exit.DAMAGED, Exit.REFUSED, Exit.FAULT_FOUND) and told in said.err, said
    assert kz.document("figure", "list") == []


@pytest.fixture
def pair(council: Council) -> Iterator[tuple[Officer, Officer]]:
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(kz), answering(az):
        kz.meets(az)
        az.meets(kz)
        kz.document("body", "add", "trade", "--title", "Trade")
        kz.document("member", "admit", "AZ", "--body", "trade")
        az.document("sync", "KZ")
        yield kz, az


def test_figures_of_two_states_stand_side_by_side_and_each_takes_back_its_own(pair: tuple[Officer, Officer]) -> None:
    kz, az = pair
    firms = ("--about", "IT", "--unit", "companies", "--as-of", "2025", "--body", "trade")
    ours = states(kz, "companies", "250", *firms, "--publisher", "The Paper")
    az.document("sync", "KZ")
    theirs = states(az, "companies", "265", *firms, "--publisher", "The Paper")
    kz.document("sync", "AZ")
    for officer in pair:
        assert {one["id"]: one["disagrees_with"] for one in shown(officer)["companies"]} == {
            ours: [theirs],
            theirs: [ours],
        }
    assert "There is no figure or link" in az.says("figure", "withdraw", ours).err
    kz.document("figure", "withdraw", ours)
    az.document("sync", "KZ")
    assert [(one["id"], one["disagrees_with"]) for one in shown(az)["companies"]] == [(theirs, [])]
