from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.doors.desk.printing import MAX_LINES, counted, is_moment, lines, said, spelled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The server was cleaned. KZ called.", "The server was cleaned. KZ called."),
        ("http://evil.example/a.b", "hxxp://evil[.]example/a[.]b"),
        ("HTTPS://Evil.Example", "HxxPS://Evil[.]Example"),
        ("see ftp://files.bad.example", "see ftp[://]files[.]bad[.]example"),
        ("203.0.113.7, 198.51.100.0/24", "203[.]0[.]113[.]7, 198[.]51[.]100[.]0/24"),
        ("[ipv4-addr:value = '203.0.113.7']", "[ipv4-addr:value = '203[.]0[.]113[.]7']"),
        ("bob@bad.example", "bob[@]bad[.]example"),
        ("bob@203.0.113.7", "bob[@]203[.]0[.]113[.]7"),
        ("пример.испытание", "пример[.]испытание"),
        ("例え。テスト", "例え[.]テスト"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd[.]xn--p1ai"),
        ("version 2.1, 99.5 %", "version 2.1, 99.5 %"),
        ("a\nb\u202ec\x00\ue000", "a\\u{a}b\\u{202e}c\\u{0}\\u{e000}"),
        ("evil[.]example", "evil[.]example"),
        ("<b>&\"'", "<b>&\"'"),
    ],
)
def test_a_text_is_shown_so_that_nothing_in_it_works(text: str, shown: str) -> None:
    assert said(text) == shown


@given(st.text(max_size=200))
def test_no_text_keeps_a_hidden_character_or_an_address(text: str) -> None:
    shown = said(text, 500)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in shown)
    assert not re.search(
        r"(?i:https?)://|[a-z0-9]\.[a-z]|\w@\w|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", shown, re.ASCII
    )


def test_a_long_text_is_cut() -> None:
    assert said("a" * 500, 10) == "a" * 10 + "…"
    assert lines("a" * 5000)[0][-2:] == "a…"


def test_the_lines_of_a_text_stay_lines_and_are_bounded() -> None:
    assert lines("one\r\ntwo\nthree\rfour\u2028five") == ["one", "two", "three\\u{d}four\\u{2028}five"]
    assert len(lines("x\n" * 1000)) == MAX_LINES + 1


def test_moments_and_counts_are_read_alike_in_every_language() -> None:
    assert spelled("2026-01-31T23:59:59.123456Z") == "2026-01-31 23:59:59.123456Z"
    assert is_moment("2026-01-31T23:59:59Z")
    assert not is_moment("2026-01-31T23:59:59")
    assert counted(1234567) == "1\u00a0234\u00a0567"
