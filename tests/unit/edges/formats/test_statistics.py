"""Files of statistics and of figures: what is read of them, what is refused, and what a hostile one cannot do."""

from __future__ import annotations

import json
import socket
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.council.partners.rows import BESIDES, COLUMNS, Record
from kenesh.edges.formats.statistics import reading, sdmx
from kenesh.edges.formats.statistics.reading import format_of, read_figures
from kenesh.edges.formats.statistics.table import written
from kenesh.stix.files import Refusal

_SPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
ML = f"""<?xml version="1.0" encoding="UTF-8"?>
<m:GenericData xmlns:m="{_SPACE}/message" xmlns:g="{_SPACE}/data/generic" xmlns:c="{_SPACE}/common">
<m:Header><m:ID>T1</m:ID><m:Test>false</m:Test><m:Prepared>2026-05-01T00:00:00</m:Prepared><m:Sender id="STAT"/>
<m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><c:Structure>
<Ref agencyID="KZ" id="TRADE" version="1.0" class="DataStructure"/></c:Structure></m:Structure></m:Header>
<m:DataSet structureRef="S" action="Replace"><g:Series>
<g:SeriesKey><g:Value id="FREQ" value="A"/><g:Value id="REF_AREA" value="KZ"/><g:Value id="COUNTERPART_AREA" value="IT"/></g:SeriesKey>
<g:Attributes><g:Value id="UNIT_MEASURE" value="USD"/></g:Attributes>
<g:Obs><g:ObsDimension value="2024"/><g:ObsValue value="19900000000.10"/></g:Obs>
<g:Obs><g:ObsDimension value="2023"/><g:ObsValue value="NaN"/></g:Obs>
</g:Series></m:DataSet></m:GenericData>""".encode()  # noqa: E501
SPECIFIC = f"""<?xml version="1.0"?>
<m:StructureSpecificData xmlns:m="{_SPACE}/message" xmlns:s="{_SPACE}/data/structurespecific" xmlns:c="{_SPACE}/common"
 xmlns:x="http://www.w3.org/2001/XMLSchema-instance" xmlns:ns1="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=KZ:TRADE(1.0):ObsLevelDim:TIME_PERIOD">
<m:Header><m:ID>T1</m:ID><m:Test>false</m:Test><m:Prepared>2026-05-01T00:00:00</m:Prepared><m:Sender id="STAT"/>
<m:Structure structureID="S" namespace="urn:x" dimensionAtObservation="TIME_PERIOD"><c:Structure>
<Ref agencyID="KZ" id="TRADE" version="1.0"/></c:Structure></m:Structure></m:Header>
<m:DataSet s:structureRef="S" x:type="ns1:DataSetType" s:dataScope="DataStructure" action="Replace">
<Series FREQ="A" REF_AREA="KZ" COUNTERPART_AREA="IT"><Obs TIME_PERIOD="2024" OBS_VALUE="19.9"/></Series>
</m:DataSet></m:StructureSpecificData>""".encode()  # noqa: E501


def _dimension(name: str, place: int, *values: str) -> dict[str, Any]:
    return {"id": name, "name": name, "keyPosition": place, "values": [{"id": one, "name": one} for one in values]}


JSON = json.dumps(
    {
        "header": {"id": "T1", "test": False, "prepared": "2026-05-01T00:00:00", "sender": {"id": "STAT"}},
        "structure": {
            "dimensions": {
                "dataset": [],
                "series": [_dimension("REF_AREA", 0, "KZ"), _dimension("COUNTERPART_AREA", 1, "IT")],
                "observation": [_dimension("TIME_PERIOD", 2, "2023", "2024")],
            },
            "attributes": {"dataSet": [], "series": [], "observation": [_dimension("OBS_STATUS", 0, "E")]},
        },
        "dataSets": [{"action": "Replace", "series": {"0:0": {"observations": {"0": [1.5, 0], "1": [19.25]}}}}],
    }
).encode()
FLOW = b"DATAFLOW,FREQ,REF_AREA,COUNTERPART_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT\n"
CSV_1 = FLOW + b"KZ:TRADE(1.0),A,KZ,IT,2024,19.9,USD,9\nKZ:TRADE(1.0),A,KZ,IT,2023,,USD,9\n"
CSV_2 = (
    b"STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Frequency,REF_AREA: Area,TIME_PERIOD: Time,OBS_VALUE\n"
    b"dataflow,KZ:TRADE(1.0),I,A: Annual,IT: Italy,2024,5\ndataflow,KZ:TRADE(1.0),D,A: Annual,IT: Italy,2023,5\n"
)
PLAIN = b"\xef\xbb\xbfabout;indicator;value;publisher\nIT;companies;250;P\n\nIT;companies\nFR;firms;1;Q\n"


def read(octets: bytes, kind: str = "", **columns: str) -> tuple[list[Record], list[Refusal]]:
    parts = list(read_figures(BytesIO(octets), kind, columns))
    return [one for one in parts if isinstance(one, Record)], [one for one in parts if isinstance(one, Refusal)]


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (ML, "sdmx-ml"),
        (SPECIFIC, "sdmx-ml"),
        (JSON, "sdmx-json"),
        (CSV_1, "sdmx-csv"),
        (CSV_2, "sdmx-csv"),
        (PLAIN, "csv"),
    ],
)
def test_a_format_is_found_by_content(octets: bytes, kind: str) -> None:
    assert format_of(octets) == kind
    assert read(octets) == read(octets, kind)


def test_sdmx_ml_is_read_to_the_last_digit() -> None:
    ((row,), (refused,)) = read(ML)
    assert row.cells == {
        **{"about": "IT", "counterpart": "KZ", "value": "19900000000.1", "currency": "USD", "qualifier": "exactly"},
        **{"from": "2024", "until": "2024", "source_date": "2026-05-01", "dataflow": "TRADE", "dataset": "T1"},
        "series_key": "A.KZ.IT",
    }
    assert (refused.path, refused.reason) == ("observation 2", "The statistic has no value there.")
    ((specific,), ()) = read(SPECIFIC)
    assert (specific.cells["value"], specific.cells["series_key"]) == ("19.9", "A.KZ.IT")


@pytest.mark.parametrize("number", ["12345678901234567.123456789", "0.10", "7300000000", "-5"])
def test_sdmx_json_is_no_float(number: str) -> None:
    rows, refused = read(JSON.replace(b"19.25", number.encode()))
    assert not refused and [row.cells["qualifier"] for row in rows] == ["about", "exactly"]
    assert rows[1].cells["value"] == {"0.10": "0.1"}.get(number, number)


def test_sdmx_json_2_is_read_as_well() -> None:
    old = json.loads(JSON)
    new = {"meta": old["header"], "data": {"structures": [old["structure"]], "dataSets": old["dataSets"]}}
    assert read(json.dumps(new).encode()) == read(JSON)


def test_sdmx_csv_of_both_editions_is_read_and_a_deletion_is_not_done() -> None:
    ((row,), (refused,)) = read(CSV_1)
    assert (row.cells["value"], row.cells["series_key"]) == ("19900000000", "A.KZ.IT")
    assert refused.path == "line 3"
    ((labelled,), (deleted,)) = read(CSV_2)
    assert (labelled.cells["about"], labelled.cells["series_key"]) == ("IT", "A.IT")
    assert "deleted" in deleted.reason


def test_the_good_rows_of_a_table_are_kept_and_the_bad_ones_named() -> None:
    rows, (refused,) = read(PLAIN)
    assert [(row.place, row.cells["about"]) for row in rows] == [("line 2", "IT"), ("line 5", "FR")]
    assert (refused.path, refused.reason) == ("line 4", "It has 2 cells, and the head 4.")
    rows, refused_too = read(b"Land,value,odd\nIT,1,2\n", about="Land")
    assert rows[0].cells == {"about": "IT", "value": "1"}
    assert refused_too[0].path == "line 1" and "odd" in refused_too[0].reason


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;&b;">]>' + ML.partition(b"?>")[2]
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">' + ML.partition(b"?>")[2]


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (ML.replace(b'"UTF-8"', b'"UTF-16"'), "UTF-16"),
        (ML.decode().replace('encoding="UTF-8"', "").encode("utf-16"), "no UTF-8"),
        (ML.replace(b'"UTF-8"', b'"cp1251"'), "cp1251"),
        (ML[:-30], "no XML"),
        (b"<a>" * 50 + b"</a>" * 50, "deeper than 40"),
        (ML.replace(b"m:Header>", b"m:Other>"), "cannot be read as SDMX"),
        (ML.replace(b"g:ObsValue", b"g:Obsvalue"), "cannot be read as SDMX"),
        (b"<a/>", "cannot be read as SDMX"),
        (b"{", "no JSON"),
        (b'{"header": {}}', "cannot be read as SDMX"),
        (b'{"a":' * 100_000, "no JSON"),
        (JSON.replace(b'"0:0"', b'"0:9"'), "cannot be read as SDMX"),
        (b"about\nx\n", "no row of different column names"),
        (b"about,about\nx,y\n", "no row of different column names"),
        (b"about,value\nIT,\xff\n", "no UTF-8"),
        (b'about,value\nIT,"' + b"x" * 200_000, "breaks"),
        (b"about,value\nIT," + b"x" * 5_000 + b"\n", "more than 4000"),
        (b"DATAFLOW,FREQ\nX,A\n", "no OBS_VALUE"),
        (b"", "no row of different column names"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused(octets: bytes, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows, refused = read(octets)
    assert rows == []
    assert reason in refused[0].reason
    assert capsys.readouterr().out == ""


def test_xml_of_another_encoding_that_is_called_sdmx_is_not_handed_on() -> None:
    octets = ML.decode().replace('encoding="UTF-8"', "").encode("utf-16")
    assert "UTF-16" in read(octets, "sdmx-ml")[1][0].reason


def test_nothing_of_a_file_that_is_too_large_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_OCTETS", len(CSV_1) - 1)
    assert [(one.path, "more than" in one.reason) for one in read(CSV_1)[1]] == [("file", True)]
    monkeypatch.setattr(reading, "MAX_OCTETS", len(CSV_1))
    monkeypatch.setattr(reading, "MAX_ROWS", 1)
    rows, (refused,) = read(CSV_1)
    assert len(rows) == 1 and refused.path == "line 3"
    monkeypatch.setattr(reading, "MAX_OCTETS", len(ML))
    monkeypatch.setattr(sdmx, "MAX_ELEMENTS", 5)
    assert "more than 5" in read(ML)[1][0].reason
    monkeypatch.setattr(sdmx, "MAX_JSON", 9)
    assert "more than 9" in read(JSON)[1][0].reason


def test_no_file_makes_the_library_ask_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*said: object, **more: object) -> None:
        raise AssertionError(f"it opens a connection: {said}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    there = ML.replace(b"<m:GenericData ", b'<m:GenericData xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
                       b'i:schemaLocation="http://127.0.0.1:9/a http://127.0.0.1:9/a.xsd" ')  # fmt: skip
    assert len(read(there)[0]) == 1
    for octets in (ML, SPECIFIC, JSON):
        assert read(octets)[0]


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdmx, "find_spec", lambda name: None)
    assert "kenesh[sdmx]" in read(ML)[1][0].reason
    assert len(read(CSV_1)[0]) == 1


#: A cell begins and ends with what is seen; within it there may be ends of lines, quotation marks, and formulas.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=20)
ROWS = st.lists(st.dictionaries(st.sampled_from([*COLUMNS, *BESIDES]), CELLS), min_size=1, max_size=5)


@given(ROWS)
def test_a_table_that_goes_out_comes_in_as_it_was(rows: list[dict[str, str]]) -> None:
    rows = [{**row, "about": row.get("about", "IT"), "value": "-5"} for row in rows]
    octets = b"".join(written(rows))
    found, refused = read(octets, "csv")
    assert not refused
    assert [{name: text for name, text in row.cells.items() if text} for row in found] == rows


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\uff1d1", "'=1"])
def test_no_cell_of_it_begins_a_formula(text: str) -> None:
    _, line = written([{"publisher": text}])
    assert f",'{text}," in line.decode()
