"""The register as a person of this node sees it: pages with their rows, statements, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.problem import Problem
from kenesh.council.register.keeping import Page, Row, Standing
from kenesh.council.register.kinds import STATEMENT
from kenesh.council.register.standing import Shown, evidence_among, standing
from kenesh.council.register.standing import Standing as StatementStanding
from kenesh.council.register.stated import Link, Statement, link_of, statement_of
from kenesh.doors.council.registering import page_named
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import newest_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.release.reader import Reader
from kenesh.stix.marking import Tlp

_RELATIONSHIP: Final = "relationship"
_ADVICE: Final = "`kenesh agenda statements` tells the ids."
Seen = tuple[HeldVersion, dict[str, Any], Tlp]


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as this node keeps it. `succeeded_by`: the source that corrects it; '' for none."""

    page: Page
    counts: Mapping[Standing, int]
    succeeded_by: str
    rows: tuple[Row, ...] = ()


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


def pages(services: Services) -> list[SeenPage]:
    """The pages that are kept here, the last one first."""
    with services.store.reading() as tx:
        found = tx.register.pages()
        counts = tx.register.counts([one.num for one in found])
    after = _successors(found)
    return [SeenPage(one, counts.get(one.num, {}), after.get(one.source.id, "")) for one in found]


def one_page(services: Services, name: str) -> SeenPage:
    """One of them with its rows, by its id or how that begins.

    Raises:
        UnknownProblem: there is none. UsageProblem: there are several.
    """
    with services.store.reading() as tx:
        every = tx.register.pages()
        page = page_named(every, name)
        counts = tx.register.counts([page.num]).get(page.num, {})
        return SeenPage(page, counts, _successors(every).get(page.source.id, ""), tuple(tx.register.rows(page.num)))


def _successors(found: Iterable[Page]) -> dict[str, str]:
    return {one.source.succeeds_ref: one.source.id for one in reversed(list(found)) if one.source.succeeds_ref}


def statements(services: Services, reader: Reader, kind: str = "") -> list[SeenStatement]:
    """The statements that the reader sees, of one kind where one is said; by their source and their line."""
    services.bring_up_to_date()
    with services.reading() as tx:
        found = list(_statements(tx, services, reader))
        wanted = [pair for pair in found if kind in ("", pair[0].columns.kind)]
        seen = [_with_standing(tx, services, reader, statement, tlp) for statement, tlp in wanted]
    return sorted(seen, key=lambda one: (one.statement.source_ref, one.statement.columns.line, one.id))


def one_statement(services: Services, reader: Reader, name: str) -> SeenStatement:
    """One of them, by its id or how that begins.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        statement, tlp = statement_named(tx, services, reader, name)
        return _with_standing(tx, services, reader, statement, tlp)


def statement_named(tx: Transaction, services: Services, reader: Reader, name: str) -> tuple[Statement, Tlp]:
    """The statement within a transaction; raises what `one_statement` does."""
    found = _statements(tx, services, reader)
    return one_named(found, name, lambda pair: pair[0].id, "statement", _ADVICE)


def _statements(tx: Transaction, services: Services, reader: Reader) -> Iterator[tuple[Statement, Tlp]]:
    ids = {held.id for held in tx.versions.of_type(STATEMENT.name)}
    for held, value, tlp in seen_now(tx, services, reader, ids):
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
    for held, value, _ in seen_now(tx, services, reader, ids):
        try:
            link = link_of(value)
        except Problem:
            continue
        if link is not None and not held.revoked and held.writer == link.by_ref:
            yield link


def shown_to(tx: Transaction, services: Services, reader: Reader, ids: Collection[str]) -> dict[str, Shown]:
    """Of these objects those that the reader sees, as evidence may be."""
    return {
        held.id: Shown(held.id, held.type, held.name, held.revoked, str(value.get("kind", "")))
        for held, value, _ in seen_now(tx, services, reader, ids)
    }


def seen_now(tx: Transaction, services: Services, reader: Reader, ids: Collection[str]) -> Iterator[Seen]:
    """The newest versions of these objects that the reader sees, each with the widest marking under which it came."""
    found: dict[int, tuple[HeldVersion, Tlp]] = {}
    for held, hold in newest_seen_by(tx, reader, ids, services.clock.now()).value:
        tlp = held.marking_under(hold.label)
        if held.num not in found or tlp < found[held.num][1]:
            found[held.num] = held, tlp
    raws = tx.versions.raw(found)
    for num, (held, tlp) in found.items():
        yield held, msgspec.json.decode(raws[num]), tlp
