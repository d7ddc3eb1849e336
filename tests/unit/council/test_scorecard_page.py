"""A scorecard in words and on paper: every colour with its word and its sentence, in seven languages."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from pypdf import PdfReader
from tests.unit.council.card import CHAPTERS, CODES, NAMES, NOW, card

from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.council.measures import scorecard, words
from kenesh.council.measures.course import courses
from kenesh.council.measures.kinds import Standing
from kenesh.council.measures.page import MOST_ROWS, Page, Place, page
from kenesh.council.measures.values import SENTENCES, Colour, Reason, Scorecard, Why
from kenesh.doors.desk.languages import LANGUAGES, tongue
from kenesh.edges.papers.scorecard import pdf

PLACE = Place("cert", "TLP:AMBER", NAMES)


def page_of(found: Scorecard, language: str = "en", place: Place = PLACE) -> Page:
    return page(found, place, tongue(language).words.gettext, visible)


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_measure_of_forty_has_a_light_a_word_and_its_sentence_and_the_sums_are_theirs() -> None:
    found = page_of(card())
    lines = [line for part in found.parts for line in part.lines]
    assert len(lines) == 40 and len(found.parts) == 4
    assert {line.colour for line in lines} == set(Colour)
    assert all(line.word and line.why and all(line.why) for line in lines)
    assert {"Green", "Amber", "Red", "No data", "Not begun", "Stopped"} == {line.word for line in lines}
    assert {colour for colour, _, _ in found.legend} == set(Colour)
    colours = [
        sum(line.colour is one for line in lines) for one in (Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY)
    ]
    ((_, total),) = found.total.rows
    assert list(total[:5]) == [40, *colours]
    for table in found.sums:
        assert [sum(column) for column in zip(*(counts for _, counts in table.rows), strict=True)] == list(total)
    assert [name for name, _ in found.sums[1].rows] == list(CODES)
    assert [line.number for line in found.parts[0].lines] == [f"1.{number}" for number in range(1, 11)]


def test_what_is_claimed_is_told_apart_from_what_is_verified() -> None:
    by_number = {line.number: line for part in page_of(card()).parts for line in part.lines}
    assert (by_number["1.1"].claimed, by_number["1.1"].verified) == ("5 of 5", "5 of 5")
    assert {word for _, word, _ in by_number["1.6"].marks} == {"disputed"}
    assert (by_number["1.5"].claimed, by_number["1.5"].verified) == ("0 of 1", "0 of 1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_in_every_language_with_its_parameters(language: str) -> None:
    say = tongue(language).words.gettext
    for message in words.MESSAGES:
        assert fields_of(say(message)) == fields_of(message), (language, message)
    for why, text in SENTENCES.items():
        params = tuple((name, "suspended" if name == "standing" else f"<{name}>") for name in sorted(fields_of(text)))
        told = words.sentence(Reason(Colour.RED, why, params), {}, say, str)
        assert all(f"<{name}>" in told for name, value in params if value != "suspended")
    if language != "en":
        assert say(SENTENCES[Why.CLAIMED]) != SENTENCES[Why.CLAIMED]


def test_everything_that_is_said_is_for_the_catalogues() -> None:
    said: set[str] = set()

    def listening(text: str) -> str:
        said.add(text)
        return text

    found = card()
    row = found.rows[0]
    page(replace(found, total=replace(found.total, weight=99)), replace(PLACE, public=True), listening, visible)
    page(replace(found, rows=(row,) * (MOST_ROWS + 1)), PLACE, listening, visible)
    assert len(said) > 20 and said <= set(words.MESSAGES)
    assert {standing for standing in Standing if standing is not Standing.IN_FORCE} == set(words.STANDINGS)


def test_what_others_wrote_has_no_say_in_the_form_of_a_sentence() -> None:
    hostile = Reason(Colour.AMBER, Why.BEHIND, (("green", "90"), ("indicator", "{party} {0.__class__}"),
                     ("percent", "3"), ("target", "1"), ("value", "0")))  # fmt: skip
    assert "{party} {0.__class__}" in words.sentence(hostile, {}, str, str)


def test_what_is_too_much_is_counted() -> None:
    found = card()
    many = replace(found, rows=found.rows[:1] * (MOST_ROWS + 3))
    shown = page_of(many)
    assert sum(len(part.lines) for part in shown.parts) == MOST_ROWS
    assert shown.more == "and 3 more"


@pytest.mark.parametrize("language", ["kk", "tr"])
def test_on_paper_every_light_has_its_word_and_sentence_and_every_page_its_head(language: str) -> None:
    shown = page_of(card(), language)
    octets = pdf(shown)
    texts = [one.extract_text() for one in PdfReader(BytesIO(octets)).pages]
    everything = re.sub(r"\s+", "", "".join(texts))
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert "TLP:AMBER" in text and shown.as_of in text and "cert · Vision 2040" in text
        assert f"{shown.heads['page']} {number} / {len(texts)}" in text
    for part in shown.parts:
        for line in part.lines:
            assert all(re.sub(r"\s+", "", text) in everything for text in (line.name, line.word, *line.why)), line
    assert all(re.sub(r"\s+", "", chapter.name) in everything for chapter in CHAPTERS)
    # Every letter of the states' languages is there; none is written out.
    assert "\\u{" not in everything


def test_a_hostile_name_neither_breaks_the_paper_nor_hides_on_it() -> None:
    found = card()
    measure = replace(found.rows[0].measure, name="\u202eevil {nb} " + "w" * 3000)
    shown = page(replace(found, rows=(replace(found.rows[0], measure=measure),)), PLACE, str, visible)
    long = replace(shown.parts[0].lines[0], why=("x " * 4_000,))
    hostile = replace(shown, parts=(replace(shown.parts[0], lines=(long,)),))
    octets = pdf(hostile)
    assert pdf(hostile) == octets
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(octets)).pages)
    assert "\u202e" not in text and "\\u{202e}" in text


def test_the_public_is_told_that_not_all_is_counted_and_not_why_something_is_ignored() -> None:
    found = card()
    row = replace(found.rows[0], ignored=())
    of_public = page(replace(found, rows=(row,)), replace(PLACE, public=True), str, visible)
    assert words.PUBLIC_NOTE in of_public.said and of_public.ignored == ()


def test_the_course_of_an_indicator_tells_what_was_reported_before_each_day() -> None:
    found = card()
    row = next(row for row in found.rows if row.measure.number == "1.4")
    (course,) = courses(row, NOW, "Europe/Istanbul")
    first, last = course.points
    assert (first.on, first.wanted, first.claimed, first.is_over) == (date(2026, 6, 30), Decimal(40), None, True)
    assert (last.claimed, last.verified, last.is_over) == (Decimal(10), Decimal(10), False)
    unseen = replace(row, verifications=())
    assert [point.verified for point in courses(unseen, NOW, "Europe/Istanbul")[0].points] == [None, None]


def test_as_of_an_earlier_day_the_lights_are_those_of_that_day() -> None:
    early = page_of(card(Instant(NOW - 200 * 86_400 * 1_000_000)))
    assert early.as_of == "As of 2026-05-10 12:00:00Z"
    assert {line.word for part in early.parts for line in part.lines} <= {"No data", "Not begun", "Stopped"}


def test_every_reason_for_ignoring_has_its_message() -> None:
    """Read from the source: a reason that is added there has a message in every language."""
    source = Path(inspect.getsourcefile(scorecard) or "").read_text("utf-8")
    tree = ast.parse(source)
    said = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    said |= {
        call.args[1].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Ignored"
        and isinstance(call.args[1], ast.Constant)
    }
    assert said - {""} == set(words.IGNORED)
