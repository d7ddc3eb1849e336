"""The register: a row within its bounds, what a person corrects in it, and what became of a statement by evidence."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.instants import Instant
from kenesh.basis.problem import DamagedProblem, TooLargeProblem, UsageProblem
from kenesh.council.agenda.register import MAX_EXCERPT, Register, read_page
from kenesh.council.register import keeping
from kenesh.council.register.columns import Amount, Columns, Correction, corrected, merged, parse_figure
from kenesh.council.register.keeping import MAX_ROWS, Row, rows_of
from kenesh.council.register.kinds import KINDS_OF_REGISTER, SHOWS, STATEMENT, Effect
from kenesh.council.register.standing import MAX_EVIDENCE, Evidence, Shown, evidence_among, last_day, may_show, standing
from kenesh.council.register.stated import Link, Source, Statement, link_of, link_wire, statement_of, statement_wire
from kenesh.node.types import TYPES
from kenesh.parties.party import party_id
from kenesh.response.statements import Hand
from kenesh.stix.marking import Tlp
from kenesh.stix.quoting import CONDITION, QUOTING
from kenesh.stix.reading import ObjectReader

READER = ObjectReader(TYPES)
KZ, AZ = party_id("KZ"), party_id("AZ")
SOURCE = Source(f"kenesh-source--{UUID(int=1, version=4)}", KZ, "page", "Lake Herald", "Name the Herald.", "0" * 64)
READ = Columns(3, "the Minister", "commitment", "We will pay", "Olga Sand", "named in line 3", ("Lake Fund",), "2027")
PROMISE = replace(READ, kind="event", when="2025")
STATEMENT_ID = f"kenesh-statement--{UUID(int=2, version=4)}"


def stated(columns: Columns = PROMISE) -> Statement:
    return Statement(STATEMENT_ID, KZ, Instant(0), SOURCE.id, SOURCE.publisher, SOURCE.condition, columns)


def made(columns: Columns, said: tuple[str, ...] = ()) -> dict[str, Any]:
    hand = Hand(UUID(int=7, version=4), KZ, Instant(0), Tlp.CLEAR)
    return hand.begins(STATEMENT.name) | statement_wire(SOURCE, columns, said)


def evidence(effect: Effect, on: str = "", by: str = KZ, number: int = 0, kind: str = "kenesh-decision") -> Evidence:
    link = Link(f"relationship--{effect}{on}{by}{number}", by, f"{kind}--{number}", STATEMENT_ID, effect, day(on))
    return Evidence(link, Shown(link.evidence_ref, kind, "what shows it"))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# Objects


def test_what_quotes_others_requires_its_condition_and_nothing_else_does() -> None:
    assert {kind.name for kind in TYPES if CONDITION in kind.properties} == QUOTING
    assert {kind.name for kind in TYPES if CONDITION in kind.required} == {k.name for k in KINDS_OF_REGISTER}


def test_a_statement_says_again_what_its_row_said() -> None:
    columns = replace(READ, figures=(Amount("up-to", 5.0, "million USD", "2027"),), said_on="2026-05-02")
    value = made(columns, ("when", "kind"))
    found = statement_of(READER.read(msgspec.json.encode(value)).value)
    assert (found.columns, found.corrected, found.condition) == (columns, ("kind", "when"), "Name the Herald.")


@pytest.mark.parametrize(
    "wrong",
    [
        {CONDITION: ""},
        {CONDITION: None},
        {"excerpt": "x" * (MAX_EXCERPT + 1)},
        {"excerpt": ""},
        {"kind": "promise"},
        {"when": "soon"},
        {"figures": [{"qualifier": "roughly", "value": 1, "unit": "USD"}]},
        {"mechanisms": ["x"] * 21},
        {"speaker": "x" * 301},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_not_of_the_form_is_no_statement(wrong: dict[str, Any]) -> None:
    value = {name: said for name, said in (made(READ) | wrong).items() if said is not None}
    with pytest.raises(DamagedProblem):
        READER.read(msgspec.json.encode(value))


PAGES = st.lists(
    st.sampled_from(
        [
            '"We will pay up to $999999999999999999999 billion into the Lake Fund next year," said Minister Sand.',
            "«Мы предлагаем создать Совет в 2027 году», — сказал министр Иван Петров.",
            f'"We propose {"very " * 200}much by 31 May 2027, in 2028 and since 2001," said President {"A" * 400}.',
            '"We thank them," she said.',
            "The Ministers:\n- decided to hold a summit on 3 May 2027;\n- welcomed 250 companies;",
            "Minister Olga Sand said that between 5 and 6 million people came last year.",
        ]
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=25)
@given(PAGES)
def test_whatever_is_read_is_within_the_bounds_of_the_object(lines: list[str]) -> None:
    for columns in rows_of(read_page("\n\n".join(lines).encode(), "page", date(2026, 5, 3))):
        READER.read(msgspec.json.encode(made(columns)))


def test_a_page_of_too_many_rows_is_refused() -> None:
    (row,) = read_page(b'"We will pay," said Minister Olga Sand.', "page").statements
    with pytest.raises(TooLargeProblem, match=f"{MAX_ROWS + 1} statements"):
        rows_of(Register((row,) * (MAX_ROWS + 1), "page", "none", ""))


# What a person says


def test_what_is_corrected_is_kept_apart_from_what_was_read() -> None:
    row = Row(1, 1, READ, merged(Correction(kind="proposal"), Correction(when="by 2027-12-31", when_basis="its title")))
    assert (row.read.kind, row.columns.kind, row.columns.when) == ("commitment", "proposal", "by 2027-12-31")
    assert row.corrections == ("kind", "when", "when_basis")
    assert Row(1, 1, READ, Correction(kind="commitment")).corrections == ()


def test_what_is_taken_out_takes_its_basis_with_it() -> None:
    found = corrected(READ, Correction(speaker_resolved="", when=""))
    assert (found.speaker_resolved, found.speaker_basis, found.when, found.when_basis) == ("", "", "", "")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (Correction(kind="promise"), "proposal, commitment"),
        (Correction(when="2027-12-31"), "--basis"),
        (Correction(speaker_resolved="Olga Sand"), "--basis"),
        (Correction(when="2027-02-30", when_basis="x"), "2027-03"),
        (Correction(when="2027-13", when_basis="x"), "2027-03"),
        (Correction(when="next year", when_basis="x"), "2027-03"),
        (Correction(said_on="2026"), "2026-12-01"),
        (Correction(speaker=" "), "--speaker"),
        (Correction(speaker="x" * 301), "shorter"),
        (Correction(mechanisms=("",)), "shorter"),
        (Correction(mechanisms=("a\0b",)), "anew"),
        (Correction(mechanisms=("x",) * 21), "most important"),
        (Correction(when="2027", when_basis="x" * 601), "shorter"),
    ],
)
def test_what_is_not_of_the_form_is_not_taken(said: Correction, advice: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        corrected(READ, said)
    assert advice in refused.value.advice


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("up-to 7.6 billion USD (2005/2025)", Amount("up-to", 7.6, "billion USD", "2005/2025")),
        ("250 companies", Amount("exactly", 250.0, "companies")),
        ("12345678.25 tonnes", Amount("exactly", 12345678.25, "tonnes")),
        ("-3 per cent", Amount("exactly", -3.0, "per cent")),
    ],
)
def test_a_figure_is_written_as_it_is_shown(text: str, amount: Amount) -> None:
    assert (parse_figure(text), str(parse_figure(text))) == (amount, text)


@pytest.mark.parametrize("text", ["", "many", "1", "roughly 3 USD", "1e9 USD", "3 USD (a) (b)", f"{'9' * 21} USD"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        parse_figure(text)


# What became of it


@pytest.mark.parametrize(
    ("when", "last"),
    [
        ("2025", "2025-12-31"),
        ("2024-02", "2024-02-29"),
        ("by 2025-12-31", "2025-12-31"),
        ("2005/2025", "2025-12-31"),
        ("2005/", ""),
        ("2025; 2026", ""),
        ("2025-13", ""),
        ("", ""),
    ],
)
def test_the_last_day_of_a_promise(when: str, last: str) -> None:
    assert last_day(when) == day(last)


D, H, DONE, NOT = Effect.DECIDED, Effect.HELD, Effect.DONE, Effect.NOT_DONE


@pytest.mark.parametrize(
    ("shown", "effect", "on", "clashes"),
    [
        ([], None, "", 0),
        ([(D, "2025-10-07")], D, "2025-10-07", 0),
        # What was decided is held later; that it was not by the end of the year is no contradiction.
        ([(NOT, "2025-12-31"), (H, "2026-02-20")], H, "2026-02-20", 0),
        ([(D, "2025-10-07"), (NOT, "2025-12-31")], NOT, "2025-12-31", 0),
        ([(D, "2026-03-01"), (H, "2026-02-20")], H, "2026-02-20", 0),
        ([(H, ""), (D, "2025-10-07")], H, "", 0),
        ([(H, ""), (H, "2026-02-20")], H, "2026-02-20", 0),
        # It was held, and was not: both are shown, and neither counts.
        ([(H, "2026-02-20"), (NOT, "2026-03-01")], None, "", 1),
        ([(H, "2026-02-20"), (NOT, "2026-02-20")], None, "", 1),
        ([(H, ""), (NOT, "2025-12-31")], None, "", 1),
        ([(H, "2026-02-20"), (H, "2026-02-21")], None, "", 1),
        ([(NOT, "2025-11-01"), (NOT, "2025-12-31")], NOT, "2025-12-31", 0),
    ],
)
def test_a_statement_stands_by_its_evidence(
    shown: list[tuple[Effect, str]], effect: Effect | None, on: str, clashes: int
) -> None:
    found = standing(stated(), [evidence(e, d, number=n) for n, (e, d) in enumerate(shown)])
    assert (found.effect, found.on, len(found.clashes)) == (effect, day(on), clashes)
    assert len(found.evidence) == len(shown)


@pytest.mark.parametrize("kind", ["support", "commitment", "proposal", "view", "thanks", "figure", "call", "event"])
def test_no_tone_decides_anything(kind: str) -> None:
    loud = replace(PROMISE, kind=kind, excerpt="It is decided, adopted, held and done.")
    assert standing(stated(loud), []).effect is None


def test_the_day_promised_and_the_day_that_came_true_are_two() -> None:
    found = standing(stated(), [evidence(H, "2026-02-20")])
    assert (found.promised_by, found.on, found.days_late) == (day("2025-12-31"), day("2026-02-20"), 51)
    assert standing(stated(), [evidence(H, "2025-06-01")]).days_late == 0
    assert standing(stated(), [evidence(D, "2026-06-01")]).days_late is None


def test_no_party_hides_by_its_number_what_another_says() -> None:
    flood = [evidence(D, "2020-01-01", by=AZ, number=n) for n in range(5 * MAX_EVIDENCE)]
    found = standing(stated(), [*flood, evidence(H, "2026-02-20")])
    assert (found.effect, len(found.evidence)) == (H, MAX_EVIDENCE + 1)


@pytest.mark.parametrize(
    ("shown", "counts"),
    [
        (Shown("kenesh-decision--1", "kenesh-decision", "x"), True),
        (Shown("kenesh-decision--1", "kenesh-decision", "x", usurped=True), False),
        (Shown("kenesh-source--1", "kenesh-source", "x"), True),
        (Shown("kenesh-statement--1", "kenesh-statement", "x", kind="event"), True),
        (Shown("kenesh-statement--1", "kenesh-statement", "x", kind="support"), False),
        (Shown("kenesh-statement--1", "kenesh-statement", "x", kind="commitment"), False),
        (Shown("kenesh-proposal--1", "kenesh-proposal", "x"), False),
        (Shown("opinion--1", "opinion", "x"), False),
    ],
)
def test_what_may_be_evidence(shown: Shown, counts: bool) -> None:
    assert may_show(shown) is counts


def test_a_page_is_no_evidence_of_what_it_says_nor_a_statement_of_itself() -> None:
    for ref in (SOURCE.id, STATEMENT_ID):
        link = Link("relationship--1", KZ, ref, STATEMENT_ID, D, None)
        assert evidence_among(stated(), [link], {ref: Shown(ref, ref.partition("--")[0], "x", kind="event")}) == []


LINKS = st.lists(
    st.builds(
        lambda number, effect, on, by: Link(
            f"relationship--{number}{effect}{on}{by}", by, f"kenesh-decision--{number}", STATEMENT_ID, effect, on
        ),
        st.integers(0, 4),
        st.sampled_from(list(Effect)),
        st.none() | st.dates(date(2025, 12, 29), date(2026, 1, 3)),
        st.sampled_from([KZ, AZ]),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(LINKS, st.sets(st.integers(0, 4)), st.randoms(use_true_random=False))
def test_what_is_withheld_is_as_if_absent_and_order_and_repetition_change_nothing(
    links: list[Link], seen: set[int], chance: random.Random
) -> None:
    every = {f"kenesh-decision--{n}": Shown(f"kenesh-decision--{n}", "kenesh-decision", "x") for n in range(5)}
    shown = {ref: one for n, (ref, one) in enumerate(every.items()) if n in seen}
    # Who does not see the evidence, though he has every link to it; and where neither was ever there.
    withheld = standing(stated(), evidence_among(stated(), links, shown))
    without = [one for one in links if one.evidence_ref in shown]
    again = [*without, *without]
    chance.shuffle(again)
    assert withheld == standing(stated(), evidence_among(stated(), again, every))


@pytest.mark.parametrize("on", ["", "2026-02-20"])
@pytest.mark.parametrize("effect", list(Effect))
def test_a_relationship_says_again_what_was_shown(effect: Effect, on: str) -> None:
    value = {"id": "relationship--1", "created_by_ref": KZ} | link_wire(
        "kenesh-decision--1", STATEMENT_ID, effect, day(on)
    )
    assert link_of(value) == Link("relationship--1", KZ, "kenesh-decision--1", STATEMENT_ID, effect, day(on))
    assert value["relationship_type"] in SHOWS


def test_another_relationship_and_one_of_nobody_show_nothing() -> None:
    value = link_wire("kenesh-decision--1", STATEMENT_ID, D, None)
    assert link_of({"id": "relationship--1", **value}) is None
    assert link_of({"id": "relationship--1", "created_by_ref": KZ, **value, "relationship_type": "related-to"}) is None


@pytest.mark.parametrize(
    "wrong", [{"relationship_type": ["shows-done"]}, {"source_ref": 1}, {"target_ref": None}, {"created_by_ref": {}}]
)
def test_what_is_forgiven_in_a_relationship_shows_nothing(wrong: dict[str, Any]) -> None:
    value = {"id": "relationship--1", "created_by_ref": KZ} | link_wire("kenesh-decision--1", STATEMENT_ID, D, None)
    assert link_of(value | wrong) is None


@pytest.mark.parametrize("start", [5, "2026-02-30T00:00:00Z", "soon", ["2026-02-20T00:00:00Z"]])
def test_a_day_that_does_not_exist_is_a_problem_and_no_fault(start: object) -> None:
    value = {"id": "relationship--1", "created_by_ref": KZ} | link_wire("kenesh-decision--1", STATEMENT_ID, D, None)
    with pytest.raises(UsageProblem):
        link_of(value | {"start_time": start})


def test_a_row_that_nobody_judged_is_open() -> None:
    assert (Row(1, 1, READ).standing, Row(1, 1, READ).is_judged) == (keeping.Standing.OPEN, False)
