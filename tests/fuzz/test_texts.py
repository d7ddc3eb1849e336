"""Whatever a text or a PDF holds, reading it ends, and what is found is a value of its kind."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.edges.formats.text.reading import is_text, pdf_pieces, pieces
from kenesh.holdings.proposing import Found
from kenesh.watch.values import Kind, canonical

words = st.sampled_from(
    [
        "hxxp://a[.]b",
        "203.0.113.7",
        "[.]",
        "(dot)",
        "@",
        "[at]",
        "a.example",
        ",",
        ";",
        "\t",
        "\n",
        "\n\n",
        '"',
        " ",
        "://",
        "::1",
    ]
)
texts = st.lists(st.one_of(words, st.text(max_size=8)), max_size=40).map("".join)


@settings(max_examples=120, deadline=None)
@given(texts, st.dictionaries(st.just("value"), st.sampled_from(["1", "2", "a"]), max_size=1))
def test_whatever_stands_in_a_text_what_is_found_is_a_value(text: str, columns: dict[str, str]) -> None:
    is_text(text.encode("utf-8", "replace"))
    for one in pieces(io.BytesIO(text.encode("utf-8", "replace")), columns):
        if isinstance(one, Found):
            assert canonical(Kind(one.kind), one.value) == one.value
            assert one.sentence
            assert len(one.key) == 32


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_octets_break_a_text_or_a_pdf(octets: bytes) -> None:
    is_text(octets)
    list(pieces(io.BytesIO(octets), {}))
    list(pdf_pieces(io.BytesIO(b"%PDF-1.4\n" + octets), {}))


def test_a_megabyte_of_one_letter_or_mark_takes_no_time() -> None:
    for mark in ("a", ".", ":", "/", "a.", "@", "h", "0", "[", "://", "1.1.1.1/", "a@", " ", "-a"):
        assert list(pieces(io.BytesIO((mark * 60_000).encode()), {}))
