"""The page for ministers: everything on it is said, what does not fit is counted, and nothing on it works as markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from kenesh.basis.instants import HOUR, SECOND, Instant
from kenesh.doors.brief.drawing import drawing
from kenesh.doors.brief.html import html
from kenesh.doors.brief.text import text
from kenesh.doors.desk.printing import said
from kenesh.parties.bodies import Role, Seat
from kenesh.response.brief import MOST, Brief, Place, age, brief, shorter
from kenesh.response.ladder import shipped
from kenesh.response.levels import Demand, level_state
from kenesh.response.picture import Said, picture
from kenesh.response.sitreps import Sitrep, Word
from kenesh.stix.marking import Tlp

T = Instant(1_795_593_600 * SECOND)
HOSTILE = "<script>alert(1)</script>\u202e http://evil.example/x"
CODES = ["AZ", "KZ", "TR", "HU", "ORG-1"]


def made(codes: list[str] = CODES, words: str = HOSTILE) -> Brief:
    """The page of a body whose first two reported, at the fourteenth hour of an alert."""
    members = {code: [Seat(Instant(0), None, Role.MEMBER)] for code in codes}
    now = Instant(T + 14 * HOUR)
    demand = Demand("kenesh-alert--1", codes[1], "alert", words, T, Instant(T + 40 * HOUR), affected=True)
    at = [Instant(T + n * HOUR) for n in (13, 3)]
    sitreps = [
        Sitrep("a", at[0], codes[0], at[0], "stable", impact=(("energy", "green"),), text=words),
        Sitrep("b", at[1], codes[1], at[1], "worsening", "system-failures", "high", (("energy", "red"),), words),
    ]
    ends = tuple(sorted(codes[:2]))
    states = list(zip(codes[:2], ("working", "down"), strict=True))
    connections = [
        Word(f"c{n}{c}", at[1], c, f"{words}{n}", "cable", ends, s, T, contact=words)
        for n in range(2)
        for c, s in states
    ]
    level = level_state([demand], [(Instant(0), shipped())], members, now)
    found = picture(Said(sitreps, connections), level, members, dict.fromkeys(codes[2:], at[1]), now)
    return brief(Place(words, Tlp.RED, now, provisional=True), found, {code: code for code in codes}, said)


def test_it_says_the_level_each_state_the_gaps_and_what_is_due() -> None:
    page = "\n".join(text(made(words="a wiper")))
    for words in (
        "TLP:RED  a wiper: SITUATION at 2026-11-25 22:00 UTC",
        "HU 23:00, TR 01:00 +1 day, AZ 02:00 +1 day, KZ 03:00 +1 day",
        "ALERT since 2026-11-25 08:00 UTC (14 h ago); changes at 2026-11-27 00:00 UTC if nobody says anything",
        "KZ asks for alert, hit: a wiper",
        "AZ   minor, outlook stable, said 2026-11-25 21:00 UTC (1 h ago)",
        "KZ   very large, outlook was worsening, said 2026-11-25 11:00 UTC (11 h ago)",
        "system failures; threat high; a wiper",
        "energy                       very large  AZ minor, KZ very large",
        "HU   no report  REPORT OVERDUE",
        "CONTRADICTION. cable AZ-KZ: AZ: working since 2026-11-25 08:00 UTC; KZ: down since 2026-11-25",
        "no report from TR",
        "not heard from TR since 2026-11-25 11:00 UTC",
        "Situation report, by 2026-11-25 20:00 UTC. done: AZ, KZ; due, but not heard: HU, ORG-1, TR",
        "The levels are a proposal that came with the node",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 min ago"),
        (3599 * SECOND, "59 min ago"),
        (47 * HOUR, "47 h ago"),
        (49 * HOUR, "2 days ago"),
        (-1, "0 min ago"),
    ],
)
def test_how_long_ago(span: int, words: str) -> None:
    assert age(T, Instant(T + span)) == words


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action")]


def test_nothing_that_a_party_wrote_is_markup_or_a_link() -> None:
    page = html(made())
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.names and tags.links == []
    assert "http://evil" not in page and "\u202e" not in page and "&lt;script&gt;" in page
    assert "hxxp://evil[.]example" in page


def test_the_map_says_in_words_what_its_colours_say() -> None:
    tree = ElementTree.fromstring(drawing(made()))
    said_on_it = [node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert said_on_it[:6] == ["AZ", "minor", "stable", "HU", "no report", "KZ"]
    assert said_on_it[6:8] == ["very large", "was worsening"]
    assert "ORG-1" in said_on_it
    tiles = {(tile.column, tile.row) for tile in made().tiles}
    assert len(tiles) == len(CODES), "no two stand on one another"
    assert len(list(tree.iter("{http://www.w3.org/2000/svg}line"))) == 2
    assert drawing(replace(made(), tiles=())) == ""


def test_what_does_not_fit_is_counted() -> None:
    many = [*CODES, *(f"P{n}" for n in range(40))]
    page = made(many)
    assert len(page.states) == MOST["states"]
    assert f"{len(many) - MOST['states']} more states" in page.more
    assert f"LEFT OUT\n  {page.more[0]}" in "\n".join(text(page))
    cut = shorter(page)
    assert len(cut.states) == MOST["states"] - 1
    assert f"{len(many) - MOST['states'] + 1} more states" in cut.more
    while (again := shorter(cut)) != cut:
        cut = again
    assert [len(rows) for rows in (cut.states, cut.sectors, cut.connections, cut.gaps, cut.due)] == [1] * 5


def test_every_text_has_a_bound() -> None:
    page = made(words="x" * 100_000)
    assert max(len(line) for line in text(page)) < 600
