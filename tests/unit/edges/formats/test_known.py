"""Known texts answer as a dictionary would, and take little room."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from kenesh.edges.formats.known import KnownTexts

_TEXTS = st.lists(st.text(alphabet="ab.\u0131\u00e9\t", min_size=1, max_size=4), max_size=8)


@given(st.lists(st.tuples(_TEXTS, st.sampled_from("xyz")), max_size=5), _TEXTS)
def test_a_text_has_the_first_name_under_which_it_was_given_and_no_other_has_one(
    named: list[tuple[list[str], str]], asked: list[str]
) -> None:
    wanted: dict[str, str] = {}
    for texts, name in named:
        for text in texts:
            wanted.setdefault(text.replace("\t", " "), name)
    known = KnownTexts(named)
    for text in [*wanted, *asked]:
        assert known.get(text) == wanted.get(text.replace("\t", " "))


def test_ascii_letters_have_no_case_and_no_other_letter_is_folded() -> None:
    known = KnownTexts([(["EVIL.example", "\u0130.example"], "a")])
    assert known.get("evil.EXAMPLE") == known.get("\u0130.example") == "a"
    assert (
        known.get("i.example") is known.get("i\u0307.example") is known.get("") is known.get("evil.example\n") is None
    )


def test_a_hundred_thousand_names_take_less_room_than_a_dictionary_of_them() -> None:
    texts = [f"host-{number}.example" for number in range(100_000)]
    known = KnownTexts([(texts, "a list")])
    assert known.get("host-99999.example") == "a list"
    assert sum(map(sys.getsizeof, known._parts)) < 6_000_000 < sum(map(sys.getsizeof, texts))
