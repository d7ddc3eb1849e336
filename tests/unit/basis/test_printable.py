"""Text from others cannot move the cursor, turn the line round, or make a link."""

from __future__ import annotations

import pytest

from kenesh.basis.printable import defanged, visible


def test_plain_text_of_any_script_is_left_as_it_is() -> None:
    for text in ("", "indicator", "çğışöü", "Қазақстан", "مرحبا", "火 🔥"):
        assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("a\nb\r\tc\x00", "a\\u{a}b\\u{d}\\u{9}c\\u{0}"),
        ("user\u202egnp.exe", "user\\u{202e}gnp.exe"),
        ("\u2066a\u2069", "\\u{2066}a\\u{2069}"),
        ("zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"),
        ("\ud800", "\\u{d800}"),
        ("a\u2028b", "a\\u{2028}b"),
        ("\U000e0041", "\\u{e0041}"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    """Terminal escapes, bidirectional overrides (CVE-2021-42574), zero widths, lone surrogates, tags."""
    assert visible(text) == shown


def test_whatever_comes_can_be_encoded_afterwards() -> None:
    every_kind = "".join(chr(code) for code in range(0, 0x11000, 7))
    assert visible(every_kind, len(every_kind)).encode()


def test_long_text_is_cut_and_shows_that_it_was() -> None:
    assert visible("a" * 10, 10) == "a" * 10
    assert visible("a" * 11, 10) == "a" * 10 + "…"
    assert len(visible("\x00" * 1000, 10)) == 11


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://evil.example/a.b", "hxxp://evil[.]example/a[.]b"),
        ("HTTPS://evil.example", "HxxPS://evil[.]example"),
        ("198.51.100.3", "198[.]51[.]100[.]3"),
        ("a@evil.example", "a[@]evil[.]example"),
        ("plain", "plain"),
        ("\u202ehttp", "\\u{202e}http"),
    ],
)
def test_a_value_makes_no_link(value: str, shown: str) -> None:
    assert defanged(value).lower() == shown.lower()
