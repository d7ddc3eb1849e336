"""The register of a page: what is resolved and on what basis, what travels with an excerpt, and what is left out."""

from __future__ import annotations

from datetime import date

import pytest

from kenesh.basis.problem import DamagedProblem, TooLargeProblem
from kenesh.council.agenda.pages import MAX_LINES, MAX_OCTETS
from kenesh.council.agenda.register import Register, Statement, read_page

DAY = date(2026, 6, 10)


def rows(text: str, day: date | None = DAY) -> tuple[Statement, ...]:
    return read_page(text.encode(), "page.txt", day).statements


def one(text: str, day: date | None = DAY) -> Statement:
    (found,) = rows(text, day)
    return found


def test_a_quotation_without_its_opening_mark_belongs_to_who_stands_after_it() -> None:
    found = rows('We must act. The roads are open," said the Minister of Transport.')
    assert [(row.speaker, row.kind, row.line) for row in found] == [
        ("the Minister of Transport", "call", 1),
        ("the Minister of Transport", "view", 1),
    ]


def test_an_office_is_resolved_only_by_the_one_who_is_named_with_it() -> None:
    named = '"We propose a fund," said the President.\n\n"We support it," President Alan Berik said.'
    first, second = rows(named)
    assert (first.resolved, second.resolved) == ("Alan Berik", "Alan Berik")
    assert "line 3" in first.basis
    two = f'{named}\n\n"We support it too," President Maria Lund said.'
    assert rows(two)[0].resolved == "", "two presidents are named: nobody can tell which"


def test_a_guest_is_not_taken_for_the_host() -> None:
    text = '"Welcome," President Alan Berik said.\n\n"Thank you," the President of Lorania said.'
    assert rows(text)[-1].resolved == ""


def test_whoever_tells_what_another_said_is_not_taken_for_him() -> None:
    row = one('Head of State Alan Berik stated that the plan is a unique chance," he posted on his channel.')
    assert row.speaker == "Head of State Alan Berik"
    assert "“he”, whom the page does not name" in row.basis


def test_she_is_who_spoke_before_and_a_surname_is_its_full_name() -> None:
    text = "Minister Olga Sand said that trade is open. She added that Lund was right.\n\nSand called for calm."
    assert [row.resolved for row in rows(text)] == ["Olga Sand"] * 3


def test_what_nobody_is_said_to_say_is_left_out() -> None:
    assert rows("The summit took place in Orhun. It was attended by 14 delegations.") == ()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("We propose to establish a council.", "proposal"),
        ("It would be appropriate to prepare a list.", "proposal"),
        ("Next year, we will propose a programme.", "commitment"),
        ("Aldania will assume the chairmanship.", "commitment"),
        ("This council will serve as a platform.", "view"),
        ("Our ministers will gather in Orhun.", "event"),
        ("Aldania supports the initiative.", "support"),
        ("We must implement the strategy.", "call"),
        ("Effective mechanisms have already been proposed.", "view"),
        ("We welcome their plans to export more.", "view"),
        ("Exports rose by 12 percent.", "figure"),
        ("I thank you for your friendship.", "thanks"),
    ],
)
def test_the_kind_is_told_by_the_earliest_sign(sentence: str, kind: str) -> None:
    assert one(f'"{sentence[:-1]}," said the Minister.').kind == kind


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("this year", "2026"),
        ("by the end of next year", "by 2027-12-31"),
        ("in January last year", "2025-01"),
        ("this September", "2026-09"),
        ("by 1 March 2027", "by 2027-03-01"),
        ("in the second quarter of 2028", "2028-04/2028-06"),
        ("over the next three years", "2026/2029"),
        ("on 3-5 May 2027", "2027-05-03/2027-05-05"),
        ("in November", "2026-11"),
    ],
)
def test_a_time_is_counted_from_the_day_that_is_named(words: str, when: str) -> None:
    row = one(f'"We will meet {words}," said the Minister.')
    assert row.when == when
    assert "when: " in row.basis


def test_without_a_day_a_relative_time_stays_open_and_says_so() -> None:
    row = one('"We will meet next year," said the Minister.', day=None)
    assert row.when == ""
    assert "no day is known to count it from" in row.basis


def test_the_page_s_own_date_is_the_basis_where_none_is_given() -> None:
    register = read_page(b'Orhun, 3 May 2024\n\n"We will meet next year," said the Minister.', "p", None)
    assert (register.statements[0].when, register.dated) == ("2025", "the page’s date 2024-05-03")


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("up to $7.5 billion", ("up-to", 7.5, "billion USD")),
        ("more than 1,150 companies", ("more-than", 1150, "companies")),
        ("nearly 30 percent", ("about", 30, "per cent")),
        ("€40 million", ("exactly", 40, "million EUR")),
        ("at least 3 million tonnes", ("at-least", 3, "million tonnes")),
    ],
)
def test_a_figure_keeps_its_qualifier_and_its_unit(words: str, figure: tuple[str, float, str]) -> None:
    (found,) = one(f'"It is {words}," said the Minister.').figures
    assert (found.qualifier, found.value, found.unit) == figure


def test_russian_numbers_have_commas_and_spaces() -> None:
    found = one("«Экспорт вырос до 1 234,5 млн долларов, или на 17,5%», – сказал министр.").figures
    assert [(f.value, f.unit) for f in found] == [(1234.5, "million USD"), (17.5, "per cent")]


def test_the_fund_is_the_fund_that_was_named() -> None:
    first, second = rows('"We propose a Lake Fund. We must use the Fund in full," said the Minister.')
    assert (first.mechanisms, second.mechanisms) == (("Lake Fund",), ("Lake Fund",))


def test_the_condition_goes_with_every_excerpt_and_no_excerpt_is_long() -> None:
    said = "We must " + "act and " * 200 + "act"
    text = f'"{said}," said the Minister. "We propose a fund," he said.\n\nReprint only with reference to Lake Herald.'
    register: Register = read_page(text.encode(), "page.txt", DAY)
    assert len(register.statements) == 2
    for row in register.statements:
        wire = row.wire()
        assert len(wire["excerpt"]) <= 200
        assert (wire["condition"], wire["source"]) == ("Reprint only with reference to Lake Herald.", "Lake Herald")


def test_a_page_without_a_condition_says_to_ask() -> None:
    assert "ask its publisher" in one('"We propose a fund," said the Minister.').condition


def test_html_is_read_without_what_is_no_text_and_by_its_own_lines() -> None:
    page = (
        "<html><head><script>x = 'The Minister said that we will pay 5 billion';</script></head>\n<body><!-- \n\n -->\n"
        "<p>&ldquo;We propose a\nfund,&rdquo; said the <b>Minister</b>.</p></body></html>"
    )
    row = one(page)
    assert (row.line, row.excerpt, row.speaker) == (5, "We propose a fund", "the Minister")


def test_a_list_is_said_by_who_opens_it() -> None:
    opening = "Declaration.\n\nWe, the Heads of State, meeting in Orhun,\n\nHave agreed as follows:\n\n"
    row = one(f"{opening}1. Instruct the Secretariat to report;")
    assert (row.speaker, row.kind) == ("the Heads of State", "call")


def test_a_page_is_bounded_and_must_be_a_text() -> None:
    with pytest.raises(TooLargeProblem, match="octets"):
        read_page(b"x" * (MAX_OCTETS + 1), "page.txt")
    with pytest.raises(TooLargeProblem, match="lines"):
        read_page(b"x\n" * (MAX_LINES + 1), "page.txt")
    for octets in (b"", b" \n\n ", b"\xff\xfe\xff", b"PK\0\0\xff\xff", b"\0" * 10):
        with pytest.raises(DamagedProblem):
            read_page(octets, "page.txt")


def test_a_page_in_a_declared_encoding_is_read() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>«Предлагаем фонд», – сказал министр.</p></body>'
    (row,) = read_page(page.encode("windows-1251"), "page.html", DAY).statements
    assert (row.kind, row.speaker) == ("proposal", "министр")
