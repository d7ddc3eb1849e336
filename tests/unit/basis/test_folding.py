"""Search keys: spellings that are one, those that are not, and that a key of a key is the key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.folding import finds, folding, search_keys


@pytest.mark.parametrize(
    "spellings",
    [
        ("Қазақстан", "Qazaqstan", "Kazakhstan", "KAZAKİSTAN", "Казахстан", "Qazaxıstan", "Qozog’iston"),
        ("Iğdır", "IĞDIR", "ığdır", "igdir", "Igdir", "Iğdir"),
        ("ISPARTA", "Isparta", "ısparta", "isparta", "İSPARTA"),
        ("Şəki", "ŞƏKİ", "Sheki", "Шәки", "Şeki", "Шеки", "S\u0327eki"),
        ("Oʻzbekiston", "O‘zbekiston", "O'zbekiston", "Ўзбекистон", "Uzbekistan", "Özbekistan", "Узбекистан"),
        ("Türkiye", "TÜRKİYE", "Turkey", "Türkiyə", "Түркия", "Турция", "Turkiya"),
        ("Кыргызстан", "Kırgızistan", "Kyrgyzstan", "Қырғызстан"),
        ("Əzərbaycan", "Azərbaycan", "Әзербайжан", "Azerbaijan", "Азербайджан"),
        ("Naxçıvan", "Nakhchivan", "Нахчыван", "NAXÇIVAN"),
        ("Қызылорда", "Qyzylorda", "Kyzylorda", "Кызылорда"),
        ("Әсел", "Asel", "Assel"),
        ("Әсел", "Esel"),
        ("Шымкент", "Shymkent", "Şımkent", "Şimkent"),
        ("Gəncə", "Gence", "GENCE"),
        ("Ашхабад", "Ashkhabad", "Aşxabad"),
        ("Győr", "Gyor", "GYŐR"),
        ("Astana", "\U0001d400stana", "ＡＳＴＡＮＡ", "Ⓐstana"),
    ],
)
def test_these_spellings_are_one(spellings: tuple[str, ...]) -> None:
    for one in spellings:
        for other in spellings:
            assert finds(one, f"the city of {other}, 2026"), f"{one} does not find {other}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kazan", "Kazakhstan"),
        ("Baku", "Batumi"),
        ("Almaty", "Astana"),
        ("Turkistan", "Türkmenistan"),
        ("", "anything"),
        ("...", "anything"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert not finds(one, other)


def test_every_word_is_wanted_and_a_beginning_is_enough() -> None:
    text = "Түркі инвестициялық қоры: жобалар тізімі"
    assert finds("Turki investits", text)
    assert finds("ТҮРКІ қоры", text)
    assert not finds("türki fond", text)
    assert not finds("nvestits", text), "a word is found from its beginning on"


def test_the_table_says_where_it_is_from() -> None:
    assert folding().version >= 1
    assert folding().source


@given(st.text(max_size=60))
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    for key in search_keys(text):
        assert key in search_keys(key)
        assert key == " ".join(key.split())


@given(st.text(st.sampled_from("aıiİIəäәşшkқq"), min_size=1, max_size=8))
def test_no_letter_s_case_decides(text: str) -> None:
    assert set(search_keys(text)) & set(search_keys(text.replace("i", "İ").replace("ı", "I")))
