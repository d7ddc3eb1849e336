"""A partner's page follows from what was stated, whatever the order in which that comes, and how often."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.council.partners.made import figure

from kenesh.council.partners.page import MAX_CLAIMS, Line, partner_page
from kenesh.council.partners.rivals import disagree, rivals_among
from kenesh.doors.desk.charting import chart, is_drawn

OLD = figure("240", speaker="a")
STATED = [
    OLD,
    figure("250", at="2026-11-02T00:00:00Z", speaker="a"),
    figure("265", speaker="b"),
    figure("300", "about", as_of="2025-06", speaker="c"),
    figure("1", indicator="rank", unit="rank"),
    figure("9", about="FR"),
    replace(figure("7", speaker="gone", at="2026-11-03T00:00:00Z"), revoked=True),
    figure("7", speaker="gone"),
]
PAGE = partner_page("IT", STATED, [])


@given(st.lists(st.sampled_from(STATED), max_size=12), st.randoms(use_true_random=False))
def test_the_page_does_not_depend_on_order_or_repetition(again: list, chance: object) -> None:  # type: ignore[type-arg]
    every = [*STATED, *again]
    chance.shuffle(every)  # type: ignore[attr-defined]
    assert partner_page("IT", every, []) == PAGE


def test_the_newest_comes_first_the_last_version_counts_and_what_was_taken_back_is_gone() -> None:
    companies, rank = PAGE.lines
    assert [(claim.figure.value, len(claim.rivals)) for claim in companies.claims] == [
        ("300", 0),
        ("250", 1),
        ("265", 1),
    ]
    assert [claim.figure.value for claim in rank.claims] == ["1"]


def test_a_rival_that_is_not_there_leaves_no_trace() -> None:
    """Whoever does not see it gets the page as if it had never been stated."""
    seen = [one for one in STATED if one.speaker != "b"]
    (companies, _) = partner_page("IT", seen, []).lines
    assert [claim.rivals for claim in companies.claims] == [(), ()]
    assert "265" not in repr(companies)


def test_of_a_long_series_what_persons_said_stays() -> None:
    years = [
        figure(f"{n}", begins=f"{1200 + n}", until=f"{1200 + n}", dataflow="F", series_key="S") for n in range(500)
    ]
    said = figure("5", begins="1100", until="1100")
    (line,) = partner_page("IT", [*years, said], []).lines
    assert (len(line.claims), line.more) == (MAX_CLAIMS, 101)
    assert line.claims[-1].figure == said


PERIODS = st.tuples(st.integers(2000, 2006), st.integers(0, 3)).map(lambda said: (f"{said[0]}", f"{sum(said)}"))


@given(st.lists(st.tuples(st.integers(1, 3), PERIODS, st.booleans()), max_size=8))
def test_no_pair_that_disagrees_is_missed(said: list[tuple[int, tuple[str, str], bool]]) -> None:
    every = [
        figure(f"{value}", speaker=f"{at}", **({"as_of": begins} if level else {"begins": begins, "until": until}))
        for at, (value, (begins, until), level) in enumerate(said)
    ]
    found = rivals_among(every)
    for one in every:
        assert found.get(one.id, ()) == tuple(other.id for other in every if disagree(one, other))


def _line(*figures: object) -> Line:
    (line,) = partner_page("IT", figures, []).lines  # type: ignore[arg-type]
    return line


def test_a_claim_that_leaves_room_is_a_band_and_no_point() -> None:
    drawn = chart(_line(figure("7", "up-to", speaker="a"), figure("8", "more-than", speaker="b")), "", "x")
    assert drawn.count("<rect") == 2 and "<circle" not in drawn
    assert drawn.count('class="edge rival"') == 2  # one each: on the other side it goes on
    about = chart(_line(figure("7", "about", speaker="a"), figure("7", speaker="b")), "", "x")
    assert about.count('class="band') == 1 and about.count("<circle") == 1
    assert about.count('class="edge"') == 3  # both ends of what is about it, and the time of the other


def test_a_series_is_joined_and_one_claim_or_a_rank_is_not_drawn() -> None:
    years = [figure(f"{n}", begins=f"{n}", until=f"{n}", dataflow="F", series_key="S") for n in range(2019, 2025)]
    drawn = chart(_line(*years), "", "x")
    assert drawn.count("<circle") == 6 and drawn.count("<polyline") == 1
    assert chart(_line(years[0]), "", "x") == ""
    assert not is_drawn(_line(*(figure("3", unit="rank", speaker=who) for who in "ab")), "rank")


def test_what_stands_in_a_drawing_is_escaped() -> None:
    drawn = chart(_line(*(figure("3", unit="<b>", speaker=who) for who in "ab")), "<b>", '"><script>')
    assert "<b>" not in drawn and "<script" not in drawn


@given(st.lists(st.decimals(-(10**29), 10**29, places=2), min_size=2, max_size=4))
def test_any_numbers_can_be_drawn(numbers: list) -> None:  # type: ignore[type-arg]
    line = _line(*(figure(f"{number:f}", speaker=f"{at}") for at, number in enumerate(numbers)))
    assert chart(line, "", "x").count("<circle") == len(numbers)
