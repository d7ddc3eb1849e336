from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kenesh.edges.logs.batches import Batch, ZeekLayout, batches
from kenesh.edges.logs.files import Line
from kenesh.watch.plan import FIRST_ZEEK_LAYOUT, JSON_LAYOUT, TEXT_LAYOUT
from kenesh.watch.ports import LogFormat


@dataclass(frozen=True)
class Written:
    """A log file of these lines."""

    log_format: LogFormat
    pieces: tuple[Line, ...]

    def lines(self) -> Iterator[Line]:
        yield from self.pieces


def read(log_format: LogFormat, *lines: bytes | Line) -> Batch:
    pieces = tuple(line if isinstance(line, Line) else Line(line, True, True) for line in lines)
    (batch,) = batches([Written(log_format, pieces)])
    return batch


def test_a_line_is_a_row_and_a_comment_or_a_blank_line_is_none() -> None:
    batch = read(LogFormat.TEXT, b"one\r", b"", b"  ", b"# two", b"three")

    assert (batch.texts, batch.numbers, batch.lines, batch.malformed) == (["one", "three"], [1, 2], 2, 0)


def test_the_pieces_of_a_long_line_are_one_malformed_line() -> None:
    batch = read(LogFormat.JSONL, b"{}", Line(b"a", True, False), Line(b"b", False, False), b"{}")

    assert batch.numbers == [1, 2, 2, 3]
    assert batch.layouts == [JSON_LAYOUT, TEXT_LAYOUT, TEXT_LAYOUT, JSON_LAYOUT]
    assert (batch.lines, batch.malformed) == (3, 1)


def test_the_pieces_of_a_long_comment_are_no_line() -> None:
    assert read(LogFormat.TEXT, Line(b"#a", True, False), Line(b"b", False, False), b"c").texts == ["c"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r'{"a": "b"}', None),
        (r'{"a": "http:\/\/b"}', '{"a": "http://b"}'),
        (r'{"a": "\u0130\u006eb"}', '{"a": "\u0130nb"}'),
        (r'{"a": "\ud83d\ude00"}', '{"a": "\U0001f600"}'),
        (r'{"a": "\ud83d"}', '{"a": "\ufffd"}'),
        (r'{"a": "C:\\new\nb\"c"}', '{"a": "C:\\new b"c"}'),
        (r'{"a": "\u12"}', '{"a": "u12"}'),
        ('{"a": "\\', None),
    ],
)
def test_json_is_searched_with_its_escapes_undone(text: str, plain: str | None) -> None:
    batch = read(LogFormat.JSONL, text.encode())

    assert batch.texts == [text]
    assert batch.plain == [plain if plain is not None or "\\" not in text else text]


def test_a_row_of_zeek_s_is_read_by_the_header_above_it() -> None:
    batch = read(LogFormat.ZEEK, b"#separator \\x7c", b"#fields|ts|uri|host", b"1|/a|b", b"1|/a", b"#fields|x", b"c")

    assert batch.texts == ["1\t/a\tb", "1|/a", "c"]
    assert batch.layouts == [FIRST_ZEEK_LAYOUT, TEXT_LAYOUT, FIRST_ZEEK_LAYOUT + 1]
    assert batch.zeek == [ZeekLayout("|", 3, 1, 3, 2, None), ZeekLayout("|", 1, None, None, None, None)]
    assert batch.malformed == 1


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (rb"a\xc3\xb6b", "a\u00f6b"),
        (rb"a\x09b", "a b"),
        (rb"a,b\x2cc", "a b,c"),
        (rb"a\\x41", r"a\\x41"),
        (rb"a\xff", "a\ufffd"),
    ],
)
def test_what_zeek_escapes_is_undone_and_makes_no_column(row: bytes, text: str) -> None:
    assert read(LogFormat.ZEEK, b"#fields\ta\tb", row + b"\td").texts == [text + "\td"]


def test_octets_that_are_no_utf_8_are_unknown_letters_of_a_malformed_line() -> None:
    batch = read(LogFormat.TEXT, b"\xfdevil")

    assert (batch.texts, batch.malformed) == (["\ufffdevil"], 1)


def test_a_batch_is_bounded_and_ends_where_a_line_begins() -> None:
    long = (Line(b"x" * 12, True, False), Line(b"y" * 4, False, False))
    endless = (Line(b"z" * 12, True, False), *(Line(b"z" * 12, False, False) for _ in range(4)))

    file = Written(LogFormat.TEXT, (*long, *endless, Line(b"last", True, True)))

    found = list(batches([file], max_characters=10))

    assert [batch.lines for batch in found] == [1, 1, 0, 0, 1]
    assert [len(batch.texts) for batch in found] == [2, 2, 2, 1, 1]
