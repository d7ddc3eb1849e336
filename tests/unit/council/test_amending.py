"""Amendments beside the frozen text and beside each other: nothing lost, nothing made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.council.amending import MAX_COMPARED, Place, paragraphs, side_by_side

TEXT = "Article 1\nOne form.\n\nArticle 2\nIn 24 hours.\n\nArticle 3\nIn force at once."


@pytest.mark.parametrize(
    ("amendments", "places"),
    [
        ({}, ()),
        ({"KZ": TEXT + "\n\n"}, ()),
        (
            {"KZ": TEXT.replace("24", "72")},
            (Place(4, 4, ("In 24 hours.",), (("KZ", ("In 72 hours.",)),)),),
        ),
        (
            {"TR": TEXT.replace("24", "48"), "KZ": TEXT.replace("24", "72")},
            (Place(4, 4, ("In 24 hours.",), (("KZ", ("In 72 hours.",)), ("TR", ("In 48 hours.",)))),),
        ),
        (
            {"KZ": TEXT.replace("Article 2\nIn 24 hours.\n\n", "")},
            (Place(3, 4, ("Article 2", "In 24 hours."), (("KZ", ()),)),),
        ),
        (
            {"KZ": TEXT + "\nArticle 4\nIt ends."},
            (Place(7, 6, (), (("KZ", ("Article 4", "It ends.")),)),),
        ),
        (
            {"KZ": TEXT.replace("One form.", "Two forms."), "UZ": TEXT.replace("at once", "in May")},
            (
                Place(2, 2, ("One form.",), (("KZ", ("Two forms.",)),)),
                Place(6, 6, ("In force at once.",), (("UZ", ("In force in May.",)),)),
            ),
        ),
        (
            # One strikes two paragraphs, the other changes one of them: one place.
            {"KZ": TEXT.replace("Article 2\nIn 24 hours.\n\n", ""), "TR": TEXT.replace("24", "48")},
            (Place(3, 4, ("Article 2", "In 24 hours."), (("KZ", ()), ("TR", ("Article 2", "In 48 hours.")))),),
        ),
    ],
)
def test_what_each_would_say_stands_beside_the_text(amendments: dict[str, str], places: tuple[Place, ...]) -> None:
    assert side_by_side(TEXT, amendments) == places


_TEXT = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=12).map("\n".join)


@given(_TEXT, st.dictionaries(st.sampled_from(["KZ", "TR", "UZ"]), _TEXT))
def test_the_places_put_into_the_text_give_each_amendment_back(frozen: str, amendments: dict[str, str]) -> None:
    places = side_by_side(frozen, amendments)
    for party, amended in amendments.items():
        said: list[str] = []
        at = 0
        for place in places:
            said += [*paragraphs(frozen)[at : place.first - 1], *dict(place.rivals).get(party, place.text)]
            at = place.last
        assert (*said, *paragraphs(frozen)[at:]) == paragraphs(amended)
    assert all(place.rivals for place in places)


def test_what_would_take_long_is_shown_whole() -> None:
    many = "\n".join(f"{n % 7}" for n in range(60_000))
    (place,) = side_by_side(f"first\n{many}\nlast", {"KZ": f"first\n{many[2:]}\n9\nlast"})
    assert (place.first, place.last) == (2, 60_001) and len(place.text) > MAX_COMPARED
