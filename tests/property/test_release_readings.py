"""The table of rules has two readings, and they agree on every fact; and no stricter marking reaches further.

`fact_database` is a connection with `execute`, as sqlite3's and psycopg's have it. All numbers are written into the
statements, so that no driver's placeholders matter.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, Final, Protocol

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.postgresql import PostgreSql

from kenesh.release.audience import AudienceKind
from kenesh.release.conditions import (
    NO_LABEL,
    All,
    Always,
    Below,
    Condition,
    Fact,
    Is,
    IsNot,
    facts_asked,
)
from kenesh.release.decision import condition_sql, decide
from kenesh.release.reader import ReaderKind
from kenesh.release.rules import STAGE_FACTS, Stage, rules_at
from kenesh.stix.marking import Marking, Tlp
from kenesh.stix.pap import Pap

STAGES: Final = (Stage.RELEASE, Stage.READ)
Row = tuple[int | None, ...]
#: `make test-all` asks for 100,000 cases where `make test` has 10,000.
EXAMPLES: Final = int(os.environ.get("KENESH_EXAMPLES", "10000"))

#: What each fact can be in a node that works.
ORDINARY: Final[Mapping[Fact, tuple[int, ...]]] = {
    Fact.MARKING: tuple(Tlp),
    Fact.OWN_MARKING: tuple(Tlp),
    Fact.MARKED: (0, 1),
    Fact.LABEL: (NO_LABEL, *Tlp),
    Fact.GIVEN: tuple(Tlp),
    Fact.FORWARDED: (0, 1),
    Fact.AUDIENCE: tuple(AudienceKind),
    Fact.READER: tuple(ReaderKind),
    Fact.ADDRESSED: (0, 1),
    Fact.SINCE_TERM: (0, 1),
    Fact.IN_FORCE: (0, 1),
    Fact.NAMED: (0, 1),
    Fact.CEILING: tuple(Tlp),
    Fact.VALID: (0, 1),
    Fact.BARRED: (0, 1),
    Fact.BARRING: (0, 1),
    Fact.CARRIED: (0, 1),
    Fact.NAMES_HIDDEN: (0, 1),
    Fact.PAP: (NO_LABEL, *Pap),
    Fact.OWN_PAP: (NO_LABEL, *Pap),
    Fact.EXERCISE: (0, 1),
    Fact.PLAYED: (0, 1),
}
#: The facts of caveats, each where it stands in nobody's way.
FREE: Final[Mapping[Fact, int]] = {
    Fact.CEILING: Tlp.RED,
    Fact.VALID: 1,
    Fact.BARRED: 0,
    Fact.BARRING: 0,
    Fact.CARRIED: 1,
    Fact.NAMES_HIDDEN: 0,
    Fact.PAP: NO_LABEL,
    Fact.OWN_PAP: NO_LABEL,
    Fact.EXERCISE: 0,
    Fact.PLAYED: 0,
}
#: What opens nearly everything, so that a caveat alone can stand in the way.
OPEN: Final[Mapping[Fact, int]] = {
    Fact.MARKING: Tlp.CLEAR,
    Fact.OWN_MARKING: Tlp.CLEAR,
    Fact.MARKED: 1,
    Fact.LABEL: NO_LABEL,
    Fact.GIVEN: Tlp.CLEAR,
    Fact.ADDRESSED: 1,
    Fact.SINCE_TERM: 1,
    Fact.IN_FORCE: 1,
    Fact.NAMED: 0,
    Fact.EXERCISE: 0,
    Fact.PLAYED: 0,
}
#: And what nobody expects: beside each range, and far from all.
ODD: Final = (-2, 5, 7, 99, 2**31 - 1)


class Connection(Protocol):
    """What sqlite3.Connection and psycopg.Connection share."""

    def execute(self, statement: str) -> Any: ...


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def fact_database(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A database with nothing in it."""
    if request.param == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        name = server.create()
        with psycopg.connect(server.url(name), autocommit=True) as asked:
            yield asked  # type: ignore[misc]  # it asks for literal statements; these are made
        server.drop(name)
        return
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


def facts_at(stage: Stage) -> tuple[Fact, ...]:
    return tuple(sorted(STAGE_FACTS[stage]))


def fill(database: Connection, facts: Sequence[Fact], rows: Sequence[Row]) -> None:
    """A table with a column for each fact, and a row for each of the rows."""
    database.execute("DROP TABLE IF EXISTS facts")
    columns = ", ".join(f"f_{fact.value} INTEGER" for fact in facts)
    database.execute(f"CREATE TEMPORARY TABLE facts (n INTEGER PRIMARY KEY, {columns})")
    values = ", ".join(
        f"({n}, {', '.join('NULL' if v is None else str(int(v)) for v in row)})" for n, row in enumerate(rows)
    )
    if rows:
        database.execute(f"INSERT INTO facts VALUES {values}")


def where(database: Connection, condition: str) -> set[int]:
    """The numbers of the rows for which the condition is true."""
    return {row[0] for row in database.execute(f"SELECT n FROM facts WHERE {condition}").fetchall()}


def columns_of(facts: Sequence[Fact]) -> dict[Fact, str]:
    return {fact: f"f_{fact.value}" for fact in facts}


def allowed(stage: Stage, facts: Sequence[Fact], rows: Sequence[Row]) -> set[int]:
    """The numbers of the rows that Python allows."""
    return {n for n, row in enumerate(rows) if decide(stage, dict(zip(facts, row, strict=True))).allowed}  # type: ignore[arg-type]


def row_numbered(facts: Sequence[Fact], number: int) -> Row:
    """One draw makes a row, which is what makes ten thousand of them quick."""
    row = []
    for fact in facts:
        # The ordinary values twice, so that not nearly every row has an oddity.
        values = (*ORDINARY[fact], *ORDINARY[fact], *ODD)
        number, place = divmod(number, len(values))
        row.append(values[place])
    return tuple(row)


def many_rows(facts: Sequence[Fact]) -> st.SearchStrategy[list[Row]]:
    numbers = st.integers(0, 20 ** len(facts))
    return st.lists(numbers.map(lambda number: row_numbered(facts, number)), min_size=50, max_size=300)


def rows_where(stage: Stage, known: Mapping[Fact, int]) -> list[Row]:
    """Every combination of what is ordinary, but for the facts that are known."""
    return list(product(*((known[fact],) if fact in known else ORDINARY[fact] for fact in facts_at(stage))))


def every_row(stage: Stage) -> list[Row]:
    """Every combination of markings and audiences without caveats, and of caveats where nothing else is in the way."""
    return rows_where(stage, FREE) + rows_where(stage, OPEN)


@pytest.mark.parametrize("stage", STAGES)
def test_every_row_is_read_alike(fact_database: Connection, stage: Stage) -> None:
    """Every combination of what is ordinary: 42,000 and 2,800; and of caveats."""
    facts = facts_at(stage)
    rows = every_row(stage)
    fill(fact_database, facts, rows)
    by_sql = where(fact_database, condition_sql(stage, columns_of(facts)))
    assert by_sql == allowed(stage, facts, rows)
    assert 0 < len(by_sql) < len(rows)


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=EXAMPLES // 100, deadline=None)
@given(data=st.data())
def test_rows_out_of_the_ordinary_are_read_alike(fact_database: Connection, stage: Stage, data: st.DataObject) -> None:
    """100 rows in each example: 10,000 of them for each stage and database, and more with `make test-all`."""
    facts = facts_at(stage)
    rows = data.draw(many_rows(facts))
    fill(fact_database, facts, rows)
    assert where(fact_database, condition_sql(stage, columns_of(facts))) == allowed(stage, facts, rows)


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=EXAMPLES // 100, deadline=None)
@given(data=st.data())
def test_what_is_known_beforehand_is_read_alike(fact_database: Connection, stage: Stage, data: st.DataObject) -> None:
    """Some facts are the same in every row: they stand in no column, and the answer is the same."""
    facts = facts_at(stage)
    known = data.draw(st.dictionaries(st.sampled_from(facts), st.integers(-2, 7)))
    rows = [
        tuple(known.get(fact, value) for fact, value in zip(facts, row, strict=True))
        for row in data.draw(many_rows(facts))
    ]
    fill(fact_database, facts, rows)
    asked = {fact: column for fact, column in columns_of(facts).items() if fact not in known}
    assert where(fact_database, condition_sql(stage, asked, known)) == allowed(stage, facts, rows)


@pytest.mark.parametrize("stage", STAGES)
def test_a_row_with_a_null_is_not_allowed(fact_database: Connection, stage: Stage) -> None:
    """Every row that is allowed, with every one of its facts unknown in turn: SQL says no, and never NULL."""
    facts = facts_at(stage)
    every = every_row(stage)
    rows = [every[n] for n in sorted(allowed(stage, facts, every))]
    holed: list[Row] = [(*row[:i], None, *row[i + 1 :]) for row in rows for i in range(len(facts))]
    fill(fact_database, facts, holed)
    condition = condition_sql(stage, columns_of(facts))
    assert where(fact_database, condition) == set()
    assert where(fact_database, f"({condition}) IS NULL") == set()
    assert where(fact_database, f"NOT ({condition})") == set(range(len(holed)))


@pytest.mark.parametrize("stage", STAGES)
def test_a_condition_is_never_null(fact_database: Connection, stage: Stage) -> None:
    facts = facts_at(stage)
    fill(fact_database, facts, [tuple(None for _ in facts), tuple(0 for _ in facts)])
    assert where(fact_database, f"({condition_sql(stage, columns_of(facts))}) IS NULL") == set()


def a_condition() -> st.SearchStrategy[Condition]:
    """Any condition that the language can say, also such as no rule says."""
    fact, number = st.sampled_from(Fact), st.integers(-2, 7)
    values = st.lists(number, min_size=1, max_size=4).map(tuple)
    simple = st.one_of(
        st.builds(Is, fact, values), st.builds(IsNot, fact, values), st.builds(Below, fact, fact), st.just(Always())
    )
    return st.recursive(
        simple, lambda part: st.builds(All, st.lists(part, min_size=1, max_size=3).map(tuple)), max_leaves=5
    )


@settings(max_examples=60, deadline=None)
@given(
    condition=a_condition(),
    rows=st.lists(st.tuples(*[st.integers(-2, 7) for _ in Fact]), min_size=30, max_size=30),
)
def test_whatever_the_language_can_say_is_read_alike(
    fact_database: Connection, condition: Condition, rows: list[Row]
) -> None:
    facts = tuple(Fact)
    fill(fact_database, facts, rows)
    by_sql = where(fact_database, condition.as_sql(columns_of(facts)))
    assert by_sql == {n for n, row in enumerate(rows) if condition.holds(dict(zip(facts, row, strict=True)))}  # type: ignore[arg-type]


@given(condition=a_condition(), row=st.tuples(*[st.integers(-2, 7) for _ in Fact]))
def test_a_condition_reads_the_facts_that_it_says_and_no_others(condition: Condition, row: tuple[int, ...]) -> None:
    facts = dict(zip(Fact, row, strict=True))
    asked = {fact: facts[fact] for fact in facts_asked(condition)}
    assert condition.holds(asked) == condition.holds(facts)


@pytest.mark.parametrize("stage", STAGES)
@given(data=st.data())
def test_every_row_has_exactly_one_deciding_rule(stage: Stage, data: st.DataObject) -> None:
    """Whatever whole numbers the facts are, there is an answer, and it is the first rule's that holds."""
    facts = {fact: data.draw(st.integers() | st.sampled_from(ORDINARY[fact])) for fact in facts_at(stage)}
    decision = decide(stage, facts)
    assert decision.rule == next(rule for rule in rules_at(stage) if rule.when.holds(facts))
    assert decision == decide(stage, dict(reversed(facts.items())))


def everything_but(stage: Stage, *left_out: Fact) -> Iterator[dict[Fact, int]]:
    """Every row of the other facts, with one oddity for each of them but the caveats."""
    facts = [fact for fact in facts_at(stage) if fact not in left_out]
    for row in product(*((FREE[fact],) if fact in FREE else (*ORDINARY[fact], ODD[-1]) for fact in facts)):
        yield dict(zip(facts, row, strict=True))
    yield from every_caveat(facts)


def every_caveat(facts: Sequence[Fact]) -> Iterator[dict[Fact, int]]:
    """Every row of caveats, where nothing else is in the way."""
    for row in product(*((OPEN[fact],) if fact in OPEN else ORDINARY[fact] for fact in facts)):
        yield dict(zip(facts, row, strict=True))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stricter_marking_never_reaches_more_readers(stage: Stage) -> None:
    """For every other fact as it is: what RED allows AMBER+STRICT allows, and so on up to CLEAR."""
    for facts in everything_but(stage, Fact.MARKING, Fact.OWN_MARKING, Fact.GIVEN):
        facts[Fact.GIVEN] = Tlp.CLEAR
        facts[Fact.OWN_MARKING] = Tlp.CLEAR
        reached = [decide(stage, {**facts, Fact.MARKING: tlp}).allowed for tlp in Tlp]
        assert all(wider or not stricter for wider, stricter in pairwise(reached)), facts


def test_a_stricter_marking_of_its_own_never_lets_an_object_go_further() -> None:
    for facts in everything_but(Stage.RELEASE, Fact.OWN_MARKING):
        reached = [decide(Stage.RELEASE, {**facts, Fact.OWN_MARKING: tlp}).allowed for tlp in Tlp]
        assert all(wider or not stricter for wider, stricter in pairwise(reached)), facts


def test_a_stricter_label_never_reaches_more_readers() -> None:
    """Among labels that are fit for the object. A label that is too wide is refused, whoever is to get it."""
    for facts in everything_but(Stage.RELEASE, Fact.LABEL):
        own = facts[Fact.OWN_MARKING]
        if facts[Fact.FORWARDED] != 0 and facts[Fact.MARKED] != 1:
            # What another gave without a marking is bound by the label under which he gave it.
            own = max(own, facts[Fact.GIVEN])
        reached = [decide(Stage.RELEASE, {**facts, Fact.LABEL: tlp}).allowed for tlp in Tlp]
        assert not any(reached[:own])
        assert all(wider or not stricter for wider, stricter in pairwise(reached[own:])), facts


@pytest.mark.parametrize(
    ("stage", "fact"),
    [
        (stage, fact)
        for stage in STAGES
        for fact in (Fact.FORWARDED, Fact.AUDIENCE, Fact.READER, Fact.MARKING)
        if fact in STAGE_FACTS[stage]
    ],
)
def test_a_value_that_nobody_thought_of_opens_nothing_but_clear(stage: Stage, fact: Fact) -> None:
    """A new sort of audience or reader gets nothing of the four upper levels before a rule says so."""
    for facts in everything_but(stage, fact):
        if fact is Fact.FORWARDED and decide(stage, {**facts, fact: 1}).allowed:
            # Who may not be sure that it is its own passes on what anybody may.
            continue
        for odd in ODD:
            decision = decide(stage, {**facts, fact: odd})
            opens = fact is not Fact.FORWARDED and {**facts, fact: odd}[Fact.MARKING] == Tlp.CLEAR
            assert not decision.allowed or opens, facts


@pytest.mark.parametrize(
    ("exercise", "played"), [pair for pair in product((0, 1, *ODD), repeat=2) if pair not in ((0, 0), (1, 1))]
)
def test_what_is_made_up_and_what_is_real_never_meet(exercise: int, played: int) -> None:
    """Whatever the marking, the label and the audience: only a plain yes to both, or a plain no, opens anything."""
    apart = {Fact.EXERCISE: exercise, Fact.PLAYED: played}
    for marking, audience in product(Tlp, AudienceKind):
        facts = dict.fromkeys(facts_at(Stage.RELEASE), 0) | OPEN | FREE
        facts |= {Fact.MARKING: int(marking), Fact.AUDIENCE: int(audience), Fact.NAMED: 1} | apart
        assert not decide(Stage.RELEASE, facts).allowed


@pytest.mark.parametrize("fact", [Fact.ADDRESSED, Fact.SINCE_TERM, Fact.IN_FORCE, Fact.VALID])
def test_only_a_plain_yes_opens_a_way(fact: Fact) -> None:
    for facts in everything_but(Stage.READ, fact):
        assert not any(decide(Stage.READ, {**facts, fact: value}).allowed for value in (0, *ODD))


@pytest.mark.parametrize("stage", STAGES)
def test_only_a_plain_yes_names_a_person(stage: Stage) -> None:
    for facts in everything_but(stage, Fact.NAMED):
        unnamed = decide(stage, {**facts, Fact.NAMED: 0}).allowed
        assert all(decide(stage, {**facts, Fact.NAMED: odd}).allowed == unnamed for odd in ODD)


def ways(marking: Marking, label: Tlp | None) -> set[tuple[int, ...]]:
    """Every way from an author or forwarder through an audience to a reader that the rules leave open."""
    level = marking.under(label)
    found = set()
    for forwarded, audience, named in product((0, 1), AudienceKind, (0, 1)):
        release = {
            Fact.MARKING: int(level),
            Fact.OWN_MARKING: int(marking.tlp),
            Fact.MARKED: int(marking.whole),
            Fact.LABEL: NO_LABEL if label is None else int(label),
            Fact.GIVEN: int(Tlp.CLEAR),
            Fact.FORWARDED: forwarded,
            Fact.AUDIENCE: int(audience),
            Fact.NAMED: named,
            **FREE,
        }
        if not decide(Stage.RELEASE, release).allowed:
            continue
        for reader in ReaderKind:
            read = {Fact.MARKING: int(level), Fact.AUDIENCE: int(audience), Fact.READER: int(reader)}
            read |= {Fact.ADDRESSED: 1, Fact.SINCE_TERM: 1, Fact.IN_FORCE: 1, Fact.NAMED: named, **FREE}
            if decide(Stage.READ, read).allowed:
                found.add((forwarded, int(audience), named, int(reader)))
    return found


@pytest.mark.parametrize("whole", [True, False])
def test_a_stricter_marking_leaves_fewer_ways_from_author_to_reader(whole: bool) -> None:
    for label in (None, *Tlp):
        # A wide label on a strict marking goes nowhere at all, and that is no fewer than any.
        reached = [ways(Marking(tlp, whole=whole), label) for tlp in Tlp]
        assert all(stricter <= wider for wider, stricter in pairwise(reached)), label


@pytest.mark.parametrize("whole", [True, False])
def test_a_stricter_label_leaves_fewer_ways_from_author_to_reader(whole: bool) -> None:
    for own in Tlp:
        marking = Marking(own, whole=whole)
        fit = [ways(marking, label) for label in Tlp if label >= own]
        assert all(stricter <= wider for wider, stricter in pairwise(fit)), own
        assert all(reached <= ways(Marking(own, whole=True), None) for reached in fit)
        assert not any(ways(marking, label) for label in Tlp if label < own)


#: Of each caveat the values, from the widest to the strictest.
_STRICTER: Final[Mapping[Fact, tuple[int, ...]]] = {
    Fact.CEILING: tuple(reversed(Tlp)),
    Fact.VALID: (1, 0),
    Fact.BARRED: (0, 1),
    Fact.BARRING: (0, 1),
    Fact.CARRIED: (1, 0),
    Fact.NAMES_HIDDEN: (0, 1),
    Fact.OWN_PAP: (NO_LABEL, *Pap),
}


@pytest.mark.parametrize(("stage", "fact"), [(s, f) for s in STAGES for f in _STRICTER if f in STAGE_FACTS[s]])
def test_a_stricter_caveat_never_reaches_more_readers(stage: Stage, fact: Fact) -> None:
    for facts in every_caveat([other for other in facts_at(stage) if other is not fact]):
        reached = [decide(stage, {**facts, fact: value}).allowed for value in _STRICTER[fact]]
        assert all(wider or not stricter for wider, stricter in pairwise(reached)), facts


#: And every marking and caveat.
_LADDERS: Final = {**_STRICTER, Fact.MARKING: tuple(Tlp), Fact.OWN_MARKING: tuple(Tlp)}


def steps_from(stage: Stage, number: int) -> tuple[dict[Fact, int], dict[Fact, int]]:
    """Facts, and the same with every marking and caveat as it was or stricter: all of one number."""
    facts, stricter = {}, {}
    for fact in facts_at(stage):
        values = _LADDERS.get(fact, ORDINARY[fact])
        number, place = divmod(number, len(values))
        facts[fact] = stricter[fact] = values[place]
        if fact in _LADDERS:
            number, place = divmod(number, len(values))
            stricter[fact] = values[max(place, values.index(facts[fact]))]
    if facts.get(Fact.LABEL, NO_LABEL) != NO_LABEL:
        # A label that is too wide for what it labels is refused, whoever is to get it.
        facts[Fact.LABEL] = stricter[Fact.LABEL] = Tlp.RED
    return facts, stricter


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=EXAMPLES // 100, deadline=None)
@given(numbers=st.lists(st.integers(0, 10**18), min_size=100, max_size=100))
def test_whatever_becomes_stricter_never_reaches_more_readers(stage: Stage, numbers: list[int]) -> None:
    """100 cases in each example."""
    for number in numbers:
        facts, stricter = steps_from(stage, number)
        assert decide(stage, facts).allowed or not decide(stage, stricter).allowed, (facts, stricter)
