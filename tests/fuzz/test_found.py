"""What damaged input once broke, and how each of them is answered now."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.fuzz.readers import PDF, READER, _Line
from tests.hostile.pdf import pdf
from tests.unit.edges.formats.test_csaf import ADVISORY

from kenesh.basis.problem import DamagedProblem, SettingsProblem, UnreachableProblem
from kenesh.edges.formats.csaf import reading as csaf
from kenesh.edges.formats.text import reading as text
from kenesh.federation.looking import collections_at
from kenesh.federation.ports import Answer
from kenesh.federation.session import Session
from kenesh.node.settings import read_settings
from kenesh.stix.files import Refusal, of_lines


@pytest.mark.parametrize("root", ["http://[", "https://[::1", "//[x]/", "http://\u2100.example/"])
def test_a_discovery_that_names_no_address_is_refused(root: str) -> None:
    line = _Line(msgspec.json.encode({"api_roots": [root]}))
    with pytest.raises(DamagedProblem, match="is no address"):
        collections_at(line, "https://a.example/taxii2/")


@pytest.mark.parametrize(
    "body", [b'{"collections":[{"id":"\xff"}]}', b"[" * 100_000, b'{"collections":[{"id":"\\ud800"}]}']
)
def test_a_peers_list_that_is_no_text_ends_no_reader(body: bytes) -> None:
    with pytest.raises(UnreachableProblem, match="The list of collections cannot be read"):
        Session([]).receive(Answer(200, {}, body))
    with pytest.raises(UnreachableProblem, match="answers with status 500"):
        Session([]).receive(Answer(500, {}, b'{"title":"\xff"}'))


def test_what_a_peer_says_of_itself_hides_nothing() -> None:
    with pytest.raises(UnreachableProblem) as refused:
        Session([]).receive(Answer(500, {}, '{"title":"\u202ex\u001b[2J"}'.encode().replace(b"\x1b", b"\\u001b")))
    assert refused.value.detail.isprintable()


def test_settings_that_are_nested_without_end_are_told(tmp_path: Path) -> None:
    (tmp_path / "kenesh.toml").write_text("party = " + "[" * 5_000)
    with pytest.raises(SettingsProblem, match="is damaged"):
        read_settings(tmp_path)


def test_an_advisory_on_which_a_test_breaks_is_refused_with_its_number() -> None:
    damaged: dict[str, Any] = copy.deepcopy(ADVISORY)
    damaged["vulnerabilities"][0]["product_status"] |= {"x_unknown": None}
    found = list(csaf.pieces(io.BytesIO(json.dumps(damaged).encode())))
    assert [isinstance(one, Refusal) and "breaks on it" in one.reason for one in found] == [True]


@pytest.mark.parametrize("packing", [b"/\xffFlateDecode", b"/Crypt", b"/JBIG2Decode", b"/BrotliDecode", b"/LZWDecode"])
def test_a_pdf_packed_in_a_way_that_is_not_read_is_refused(packing: bytes) -> None:
    damaged = PDF.replace(b"/FlateDecode", packing)
    assert all(isinstance(one, Refusal) for one in text.pdf_pieces(io.BytesIO(damaged), {}))


def test_what_the_reader_of_pdfs_remarks_on_is_not_printed(caplog: pytest.LogCaptureFixture) -> None:
    list(text.pdf_pieces(io.BytesIO(pdf(b"x")[:-40] + b"\x1b[2J"), {}))
    assert caplog.text == ""


def test_of_long_lines_few_are_held_together() -> None:
    held: list[bytes] = []

    def lines() -> Any:
        for number in range(50):
            held.append(b"x")
            yield b'{"type":"x","n":%d,"x":"' % number + b"y" * 2_000_000 + b'"}\n'

    next(iter(of_lines(lines())))
    assert len(held) < 5


def test_the_reader_of_objects_is_the_nodes_own() -> None:
    assert READER.read(
        b'{"type":"ipv4-addr","id":"ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","value":"192.0.2.1"}'
    )
