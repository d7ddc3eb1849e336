"""The page for ministers as a PDF: one page, in all letters of the parties, the same octets for the same page."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from tests.unit.response.test_brief import CODES, HOSTILE, made

from kenesh.basis.problem import UnknownProblem
from kenesh.edges.papers import letters
from kenesh.edges.papers.sheet import pdf
from kenesh.response.brief import Brief

LETTERS = (
    "Şəbəkə işləyir, İğdır, ÇÖÜ çöü; Türkiye ığşIİ; Қазақстан ғқңөұүһі ӘҒҚҢӨҰҮҺІ; Кыргызстан ңөү; "
    "Magyarország őűŐŰ; Türkmenistan ňýž; Oʻzbekiston gʻ ʼ"
)


def words_of(octets: bytes) -> str:
    (one,) = PdfReader(io.BytesIO(octets)).pages
    return " ".join(one.extract_text().split())


def test_it_is_one_page_with_its_marking_above_and_below() -> None:
    found = words_of(pdf(made(words="a wiper")))
    assert found.count("TLP:RED") == 2
    for words in (
        "a wiper: situation",
        "ALERT",
        "KZ asks for alert, hit",
        "no report",
        "CONTRADICTION",
        "was worsening",
    ):
        assert words in found, words
    assert "not heard from TR since 2026-11-25 11:00 UTC" in found


def test_the_same_page_is_the_same_octets() -> None:
    assert pdf(made()) == pdf(made())
    assert pdf(made()) != pdf(replace(made(), level="WATCH"))


def test_the_letters_of_every_party_are_printed_and_others_written_out() -> None:
    found = words_of(pdf(replace(made(), by=(LETTERS, "\u6d88 \u0639 \U0001f600"))))
    for word in LETTERS.split():
        assert word in found, word
    assert "\\u{6d88} \\u{639} \\u{1f600}" in found


def full() -> Brief:
    """As much as the page can have, and each text as long as it may be."""
    page = made([*CODES, *(f"PARTY-NUMBER-{n}" for n in range(40))], HOSTILE * 20)
    return replace(
        page,
        by=("W" * 150,) * 4,
        states=tuple(replace(page.states[0], text="W " * 75, said="W" * 40) for _ in range(21)),
        sectors=(("W" * 30, "yellow", "W " * 300),) * 8,
        connections=(("W" * 60, "CONTRADICTION", "W " * 210),) * 8,
        gaps=("W" * 60,) * 14,
        due=(("W" * 80, "2026-11-25 11:00 UTC", "W " * 300),) * 6,
    )


def test_however_much_is_said_it_is_one_page_and_what_is_left_out_is_counted() -> None:
    found = words_of(pdf(full()))
    assert "Left out: " in found
    assert " more states" in found and found.count("TLP:RED") == 2


def test_where_nothing_was_said_it_is_a_page_too() -> None:
    page = made()
    empty = replace(page, by=(), states=(), sectors=(), connections=(), gaps=(), due=(), tiles=(), spans=(), more=())
    assert "ALERT" in words_of(pdf(empty))


def test_without_what_prints_it_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_NEEDED", ("no_such_package_here",))
    with pytest.raises(UnknownProblem, match="not installed"):
        pdf(made())
