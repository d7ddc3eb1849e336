"""Lists, tables and reports: which values are found, in which sentence, and what is said to be doubtful."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kenesh.edges.formats.recognising import pieces
from kenesh.edges.formats.text import reading
from kenesh.holdings.proposing import Found
from kenesh.stix.files import Refusal

SHA256 = "ab" * 32


def split(text: str | bytes, **columns: str) -> tuple[list[Found], list[Refusal]]:
    octets = text if isinstance(text, bytes) else text.encode()
    parts = list(pieces(io.BytesIO(octets), columns))
    return [p for p in parts if isinstance(p, Found)], [p for p in parts if isinstance(p, Refusal)]


def found(text: str | bytes, **columns: str) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in split(text, **columns)[0]]


def test_a_list_has_a_value_a_line_and_tells_which_line_has_none() -> None:
    taken, refused = split(f"# ours\n203.0.113.7\nevil.example\nnothing\n\nhxxp://a[.]example/x\n{SHA256}\n")
    assert [one.value for one in taken] == ["203.0.113.7", "evil.example", "http://a.example/x", SHA256]
    assert [(one.path, "nothing" in one.reason) for one in refused] == [("line 4", True)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_columns_of_values_are_guessed_and_the_row_is_the_sentence(delimiter: str) -> None:
    rows = [["name", "host", "address"], ["first", "a.example", "203.0.113.7"], ["second", "b.example", "203.0.113.8"]]
    taken, refused = split("\n".join(delimiter.join(row) for row in rows))
    assert refused == []
    assert [(one.path, one.value) for one in taken] == [
        ("line 2, column 2", "a.example"),
        ("line 2, column 3", "203.0.113.7"),
        ("line 3, column 2", "b.example"),
        ("line 3, column 3", "203.0.113.8"),
    ]
    assert taken[0].sentence == "name: first; host: a.example; address: 203.0.113.7"


@pytest.mark.parametrize("said", ["host", "2"])
def test_a_person_says_which_column_it_is(said: str) -> None:
    table = "when,host,gateway\n1,a.example,203.0.113.1\n2,b.example,203.0.113.1\n"
    assert found(table, value=said) == [("domain", "a.example"), ("domain", "b.example")]


def test_a_cell_in_quotation_marks_goes_on_in_the_next_line() -> None:
    text = 'note,host\n"first\n# no remark\n\nsays ""so"", twice",a.example\n5" disk,b.example\n"x",c.example\n'
    taken, refused = split(text)
    assert refused == []
    assert [(one.path, one.value) for one in taken] == [
        ("line 2", "a.example"),
        ("line 6", "b.example"),
        ("line 7", "c.example"),
    ]
    assert taken[0].sentence == 'note: first # no remark  says "so", twice; host: a.example'


@pytest.mark.parametrize(
    "cell", ['"never closed', '"closed too late\nx,x.example\ny" z', '"' + "far, away\n" * 20_000 + '"'], ids=[*"abc"]
)
def test_a_quotation_mark_that_is_not_closed_swallows_no_row(cell: str) -> None:
    text = f"host,note\na.example,b\nb.example,{cell}\nc.example,d\nd.example,e\n"
    hosts = [value for _, value in found(text, value="host")]
    assert (hosts[:2], hosts[-2:]) == (["a.example", "b.example"], ["c.example", "d.example"])


def test_a_log_of_zeeks_is_told_to_be_hunted_in() -> None:
    taken, (refusal,) = split("#separator \\x09\n#fields\tts\tid.orig_h\n1.0\t203.0.113.7\n")
    assert (taken, "kenesh hunt" in refusal.reason) == ([], True)


@pytest.mark.parametrize("said", ["4", "0", "hosts"])
def test_a_column_that_is_not_there_is_told_with_those_that_are(said: str) -> None:
    taken, (refusal,) = split("when,host\n1,a.example\n2,b.example\n", value=said)
    assert taken == []
    assert "when, host" in refusal.reason


def test_a_column_of_what_is_no_table_is_refused() -> None:
    assert "no table" in split("Nothing but words here.\n", value="1")[1][0].reason
    assert "no table" in split('{"type": "bundle", "objects": []}', value="1")[1][0].reason


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("It called hxxp://evil[.]example/a?b=1, then slept.", ("url", "http://evil.example/a?b=1")),
        ("It called hxxps[://]evil(.)example/a.", ("url", "https://evil.example/a")),
        ("Mail came from bad[at]evil[dot]example today.", ("email", "bad@evil.example")),
        ("The server (203[.]0[.]113[.]7) answered.", ("ipv4", "203.0.113.7")),
        ("It asked evil(dot)example.", ("domain", "evil.example")),
        ("All of 203.0.113.0/24 was seen.", ("ipv4-net", "203.0.113.0/24")),
        (f"The file has SHA-256 {SHA256}.", ("sha256", SHA256)),
        ("| `ABABABABABABABABABABABABABABABAB` | loader |", ("md5", "ab" * 16)),
        ("It uses 2001:db8::7 too.", ("ipv6", "2001:db8::7")),
    ],
)
def test_a_value_in_a_sentence_is_found_whole_with_the_sentence(written: str, meant: tuple[str, str]) -> None:
    taken, refused = split(f"A report of last night.\n\n{written}\n")
    assert refused == []
    assert [(one.kind, one.value) for one in taken] == [meant]
    assert (taken[0].path, taken[0].sentence) == ("line 3", written)


def test_a_long_line_gives_the_sentence_and_not_the_page() -> None:
    line = "It began at night. " * 30 + "Then evil[.]example was asked. " + "It ended. " * 30
    (one,) = split(line)[0]
    assert one.sentence == "Then evil[.]example was asked."


def test_no_letter_is_folded_by_a_locale() -> None:
    assert found("Sent by İIıi@evil.example and by ii@evil.example\n")[-1] == ("email", "ii@evil.example")
    values = [value for _, value in found("http://A.example/İI\nhttp://a.example/ıi\n")]
    assert values == ["http://a.example/İI", "http://a.example/ıi"]


@pytest.mark.parametrize("name", ["loader.exe", "report.pdf", "a.dll", "e.g.", "1.2.3", "Mr.Smith's"])
def test_what_is_no_name_is_not_proposed(name: str) -> None:
    assert found(f"The case of {name} is closed. See 203.0.113.7 also.\n") == [("ipv4", "203.0.113.7")]


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("192.168.1.1", "private"),
        ("10.0.0.0/8", "private"),
        ("2000::/3", "wide"),
        ("d41d8cd98f00b204e9800998ecf8427e", "warning list"),
        ("setup.zip", "file"),
        ("evil.example", ""),
    ],
)
def test_what_speaks_against_a_value_is_told(value: str, doubt: str) -> None:
    ((one, *_), _) = split(f"{value}\n{value}\n")
    assert doubt in one.doubt
    assert bool(one.doubt) == bool(doubt)


def test_what_a_report_leaves_plain_where_it_disarms_others_may_be_a_reference() -> None:
    text = "See https://press.example/story for more.\nIt asked hxxp://evil[.]example/ often.\n`c2.example.com` too.\n"
    doubts = {one.value: "reference" in one.doubt for one in split(text)[0]}
    assert doubts == {"https://press.example/story": True, "http://evil.example/": False, "c2.example.com": False}


def test_a_condition_of_reproduction_goes_with_every_sentence() -> None:
    condition = "This may not be reproduced without reference to the Daily Example."
    (one,) = split(f"{condition}\nThey asked evil[.]example at night.\n")[0]
    assert one.sentence == f"They asked evil[.]example at night. [{condition}]"


@pytest.mark.parametrize("text", ["Nothing here.\n", "# only\n# remarks\n", "just,words\nand,more\n"])
def test_a_text_without_a_value_is_refused(text: str) -> None:
    taken, (refusal,) = split(text)
    assert taken == []
    assert refusal.reason.startswith("There is no address")


def test_more_values_than_a_person_can_judge_are_cut_off_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_VALUES", 5)
    taken, (refusal,) = split("".join(f"h{number}.example\n" for number in range(9)))
    assert (len(taken), "more than 5 values" in refusal.reason) == (5, True)


def pdf(text: str) -> bytes:
    """A PDF of one page with one line, written by hand."""
    stream = b"BT /F1 12 Tf 72 720 Td (" + text.encode() + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 612 792]"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)


def test_the_text_of_a_pdf_is_read_page_by_page() -> None:
    (one,) = split(pdf("It asked evil[.]example at night."))[0]
    assert (one.path, one.value, one.sentence) == (
        "page 1, line 1",
        "evil.example",
        "It asked evil[.]example at night.",
    )


@pytest.mark.parametrize("octets", [b"%PDF-1.4", b"%PDF-1.7\n%%EOF", pdf("x")[:200], b"%PDF-1.4\n" + b"<<" * 5000])
def test_a_broken_pdf_is_refused(octets: bytes) -> None:
    taken, refused = split(octets)
    assert (taken, len(refused)) == ([], 1)


def test_without_what_reads_a_pdf_it_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "find_spec", lambda name: None)
    assert "kenesh[pdf]" in split(pdf("x"))[1][0].reason


@pytest.mark.parametrize(
    "begin", [b"{", b'["a"]', b"[\n {", b"<html>", b"PK\x03\x04", b"\xff\xfea", b"\0a", b"\x80abc", b""]
)
def test_what_is_of_another_format_is_no_text(begin: bytes) -> None:
    assert not reading.is_text(begin)


@pytest.mark.parametrize("begin", [b"[NOTE]\n====", b"= Title", b"\xef\xbb\xbfa", "İstanbul".encode(), b"[options]"])
def test_words_are_a_text(begin: bytes) -> None:
    assert reading.is_text(begin)


def test_the_same_text_gives_the_same_keys(tmp_path: Path) -> None:
    first, second = (split("It asked evil[.]example.\n")[0][0] for _ in range(2))
    assert first.key == second.key
    assert first.key != split("It asked evil[.]example again.\n")[0][0].key


def test_no_character_comes_in_that_a_store_cannot_keep() -> None:
    (one,) = split("a" * 70_000 + "\nIt\0 asked evil[.]example at night.\n")[0]
    assert one.sentence == "It\ufffd asked evil[.]example at night."


def test_a_sentence_is_kept_in_part_and_a_value_whole() -> None:
    value = "http://a.example/" + "x" * 2_000
    ((one, _), _) = split(f"{value}\n{value}y\n")
    assert (one.value, len(one.sentence)) == (value, 600)
