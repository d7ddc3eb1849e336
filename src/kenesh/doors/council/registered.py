"""The register as a person of this node sees it: pages with their rows, statements, and what became of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownProblem
from kenesh.council.kinds import DECISION
from kenesh.council.register.keeping import Page, Row, Standing
from kenesh.council.register.kinds import STATEMENT
from kenesh.council.register.standing import Shown, evidence_among, standing
from kenesh.council.register.standing import Standing as StatementStanding
from kenesh.council.register.stated import Link, Statement, link_of, statement_of
from kenesh.doors.council.judging import rows_seen
from kenesh.doors.council.pagekeeping import page_named
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import Way, newest_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.stix.marking import Tlp

_RELATIONSHIP: Final = "relationship"
#: So many statements are told at once.
MOST: Final = 200
_ADVICE: Final = "`kenesh agenda statements` tells the ids."
Seen = tuple[HeldVersion, dict[str, Any], Tlp]


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as this node keeps it. `succeeded_by`: the source that corrects it; '' for none."""

    page: Page
    counts: Mapping[Standing, int]
    succeeded_by: str
    rows: tuple[Row, ...]

    @property
    def waiting(self) -> tuple[Row, ...]:
        """Its rows that nobody confirmed or dropped yet."""
        return tuple(row for row in self.rows if row.is_open)

    def row(self, number: int) -> Row:
        """The row of that number.

        Raises:
            UnknownProblem: there is none, or it became a statement that is withheld: the two look alike.
        """
        for row in self.rows:
            if row.number == number:
                return row
        raise UnknownProblem(f"The page has no row {number}.", advice="`kenesh agenda show` lists the rows.")


@dataclass(frozen=True, slots=True)
class SeenStatement:
    """A statement as one reader sees it; parties by what people call them."""

    statement: Statement
    standing: StatementStanding
    tlp: Tlp
    codes: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.statement.id

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)


@dataclass(frozen=True, slots=True)
class SeenRegister:
    """Statements as one reader sees them; `more`: how many he sees beside."""

    statements: tuple[SeenStatement, ...]
    more: int


def pages(services: Services, reader: Reader) -> Released[tuple[SeenPage, ...]]:
    """The pages that are kept here, the last one first; of what became a statement, what the reader sees counts."""
    with services.store.reading() as tx:
        found = tx.register.pages()
        return _pages(tx, services, reader, found, found)


def one_page(services: Services, reader: Reader, name: str) -> Released[SeenPage]:
    """One of them with its rows, by its id or how that begins.

    Raises:
        UnknownProblem: there is none. UsageProblem: there are several.
    """
    with services.store.reading() as tx:
        every = tx.register.pages()
        return _pages(tx, services, reader, [page_named(every, name)], every).map(lambda found: found[0])


def _pages(
    tx: Transaction, services: Services, reader: Reader, found: Sequence[Page], every: Iterable[Page]
) -> Released[tuple[SeenPage, ...]]:
    after = _successors(every)
    rows = rows_seen(tx, reader, [one.num for one in found], services.clock.now())
    return rows.map(lambda seen: tuple(_page(one, seen, after) for one in found))


def _page(page: Page, seen: Iterable[Row], after: Mapping[str, str]) -> SeenPage:
    rows = tuple(row for row in seen if row.page == page.num)
    return SeenPage(page, Counter(row.standing for row in rows), after.get(page.source.id, ""), rows)


def _successors(found: Iterable[Page]) -> dict[str, str]:
    return {one.source.succeeds_ref: one.source.id for one in reversed(list(found)) if one.source.succeeds_ref}


def statements(services: Services, reader: Reader, kind: str = "", most: int = MOST) -> Released[SeenRegister]:
    """The statements that the reader sees, of one kind where one is said; the page that was last looked after first."""
    services.bring_up_to_date()
    with services.reading() as tx:
        return _statements(tx, services, reader).map(
            lambda found: _register(tx, services, reader, [p for p in found if kind in ("", p[0].columns.kind)], most)
        )


def _register(
    tx: Transaction, services: Services, reader: Reader, found: Sequence[tuple[Statement, Tlp]], most: int
) -> SeenRegister:
    last: dict[str, Instant] = defaultdict(lambda: Instant(0))
    for one, _ in found:
        last[one.source_ref] = max(last[one.source_ref], one.modified_at)

    def place(pair: tuple[Statement, Tlp]) -> tuple[int, str, int, str]:
        one = pair[0]
        return -last[one.source_ref], one.source_ref, one.columns.line, one.id

    shown = sorted(found, key=place)[:most]
    return SeenRegister(tuple(_with_standing(tx, services, reader, *pair) for pair in shown), len(found) - len(shown))


def one_statement(services: Services, reader: Reader, name: str) -> Released[SeenStatement]:
    """One of them, by its id or how that begins.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        return _statements(tx, services, reader).map(
            lambda found: _with_standing(tx, services, reader, *_named(found, name))
        )


def statement_named(tx: Transaction, services: Services, reader: Reader, name: str) -> Statement:
    """The statement within a transaction; raises what `one_statement` does."""
    return _named(_statements(tx, services, reader).value, name)[0]


def _named(found: Iterable[tuple[Statement, Tlp]], name: str) -> tuple[Statement, Tlp]:
    return one_named(found, name, lambda pair: pair[0].id, "statement", _ADVICE)


def _statements(tx: Transaction, services: Services, reader: Reader) -> Released[tuple[tuple[Statement, Tlp], ...]]:
    ids = {held.id for held in tx.versions.of_type(STATEMENT.name)}
    return seen_now(tx, services, reader, ids).map(lambda seen: tuple(_read(seen)))


def _read(seen: Iterable[Seen]) -> Iterator[tuple[Statement, Tlp]]:
    for held, value, tlp in seen:
        try:
            statement = statement_of(value)
        except Problem:
            continue
        if not held.revoked and held.writer == statement.by_ref:
            yield statement, tlp


def _with_standing(
    tx: Transaction, services: Services, reader: Reader, statement: Statement, tlp: Tlp
) -> SeenStatement:
    links = list(_links(tx, services, reader, statement.id))
    shown = shown_to(tx, services, reader, {one.evidence_ref for one in links})
    found = standing(statement, evidence_among(statement, links, shown))
    parties = {statement.by_ref, *(one.link.by_ref for one in found.evidence)}
    return SeenStatement(statement, found, tlp, {ref: tx.parties.code_of(ref) for ref in parties})


def _links(tx: Transaction, services: Services, reader: Reader, statement: str) -> Iterator[Link]:
    ids = {held.id for held in tx.versions.linked_to(statement, [_RELATIONSHIP])}
    for held, value, _ in seen_now(tx, services, reader, ids).value:
        try:
            link = link_of(value)
        except Problem:
            continue
        if link is not None and not held.revoked and held.writer == link.by_ref:
            yield link


def shown_to(tx: Transaction, services: Services, reader: Reader, ids: Collection[str]) -> dict[str, Shown]:
    """Of these objects those that the reader sees, as evidence may be."""
    found = seen_now(tx, services, reader, ids).value
    bodies = {str(value["body_ref"]) for held, value, _ in found if held.type == DECISION.name}
    keepers = {body.id: body.writer for body, _, _ in seen_now(tx, services, reader, bodies).value}
    return {held.id: _shown(held, value, keepers) for held, value, _ in found}


def _shown(held: HeldVersion, value: Mapping[str, Any], keepers: Mapping[str, str]) -> Shown:
    """A decision is its depositary's to state; of a body that the reader does not see nobody can say who that is."""
    is_decision = held.type == DECISION.name
    usurped = is_decision and keepers.get(str(value["body_ref"]), held.writer) != held.writer
    return Shown(held.id, held.type, held.name, held.revoked, str(value.get("kind", "")), usurped)


def seen_now(tx: Transaction, services: Services, reader: Reader, ids: Collection[str]) -> Released[tuple[Seen, ...]]:
    """The newest versions of these objects that the reader sees, each with the widest marking under which it came."""
    return newest_seen_by(tx, reader, ids, services.clock.now()).map(lambda ways: tuple(_decoded(tx, ways)))


def _decoded(tx: Transaction, ways: Iterable[Way]) -> Iterator[Seen]:
    found: dict[int, tuple[HeldVersion, Tlp]] = {}
    for held, hold in ways:
        tlp = held.marking_under(hold.label)
        if held.num not in found or tlp < found[held.num][1]:
            found[held.num] = held, tlp
    raws = tx.versions.raw(found)
    for num, (held, tlp) in found.items():
        yield held, msgspec.json.decode(raws[num]), tlp
