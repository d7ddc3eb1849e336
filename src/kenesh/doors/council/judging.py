"""Rows of a page are judged: a person confirms, corrects or drops each; only what is confirmed is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.council.register.columns import Correction, corrected, merged
from kenesh.council.register.keeping import Page, Row, Standing
from kenesh.council.register.kinds import CORRECTED, SOURCE, STATEMENT
from kenesh.council.register.stated import statement_wire
from kenesh.doors.casework import By, hand
from kenesh.doors.consent import Consent, at_once
from kenesh.doors.council.pagekeeping import page_named
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import newest_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response import statements

_OTHER: Final = "`kenesh agenda show` lists the rows."


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows of a page a person means: these, or all that are open."""

    page: str
    numbers: Sequence[int] = ()
    every: bool = False


def confirm(
    services: Services, chosen: Chosen, by: By, consent: Consent[Sequence[HeldVersion]] = at_once
) -> list[HeldVersion]:
    """States what rows say, as the person corrected them; with the first of a page also its source.

    Raises:
        UnknownProblem: the page or a row is not there, or none is open. UsageProblem: a row was confirmed before.
    """
    with services.store.writing() as tx:
        page, rows = _chosen(services, tx, chosen, by)
        stated = [] if page.stated else [source_object(services, page, by)]
        settled = []
        for row in rows:
            value = hand(services, by).begins(STATEMENT.name) | statement_wire(
                page.source, row.columns, row.corrections
            )
            stated.append(value)
            settled.append(_judged(services, row, Standing.CONFIRMED, by, ref=value["id"]))
        held = services.author.state(tx, stated, services.clock.now(), by.who)
        tx.register.settle(settled)
        tx.register.mark_stated(page.num)
        for made in stated:
            services.record(tx, ActKind.OBJECT_STATED, by.who, made["id"], tlp=by.tlp.label)
        consent(tx, held)
    services.wake()
    return [one for one in held if one.type == STATEMENT.name]


def state_source(services: Services, tx: Transaction, page: Page, by: By) -> str:
    """States the source of a page as an object, where that is not done yet; gives its id."""
    if not page.stated:
        services.author.state(tx, [source_object(services, page, by)], services.clock.now(), by.who)
        tx.register.mark_stated(page.num)
        services.record(tx, ActKind.OBJECT_STATED, by.who, page.source.id, tlp=by.tlp.label)
    return page.source.id


def source_object(services: Services, page: Page, by: By) -> dict[str, Any]:
    """The source of a page, as an object."""
    value = hand(services, by).begins(SOURCE.name) | page.source.wire()
    return value | {"id": page.source.id}


def correct(services: Services, page: str, number: int, correction: Correction, by: By) -> Row:
    """Says columns of a row otherwise than they were read. Of a confirmed row a new version is stated.

    Raises:
        UnknownProblem: there is no such page or row. UsageProblem: nothing is said, a column is not of its form or
            rests on nothing, or the statement was revoked.
    """
    if not correction.said():
        raise UsageProblem("Nothing is corrected.", advice="Say a column: --kind, --speaker, --when, --mechanism.")
    with services.store.writing() as tx:
        kept, rows = _rows_named(services, tx, page, [number], by)
        said = merged(rows[0].said, correction)
        corrected(rows[0].read, said)
        row = _judged(services, replace(rows[0], said=said), rows[0].standing, by, ref=rows[0].ref)
        tx.register.settle([row])
        if row.ref:
            _restate(services, tx, kept, row, by)
        services.record(tx, ActKind.ROWS_JUDGED, by.who, kept.source.id, corrected=number)
    services.wake()
    return row


def _restate(services: Services, tx: Transaction, page: Page, row: Row, by: By) -> None:
    held = tx.versions.current_of([row.ref]).get(row.ref)
    if held is None or held.revoked:
        raise UsageProblem("Its statement was taken back.", advice=_OTHER)
    before = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
    value = statements.restated(before, services.clock.now(), without=[*CORRECTED, "corrected"])
    value |= statement_wire(page.source, row.columns, row.corrections)
    services.author.state(tx, [value], services.clock.now(), by.who)
    services.record(tx, ActKind.OBJECT_STATED, by.who, row.ref)


def drop(services: Services, chosen: Chosen, by: By) -> list[Row]:
    """Puts rows aside: what was read is no statement, or none that is worth keeping.

    Raises:
        UnknownProblem: the page or a row is not there, or none is open. UsageProblem: a row was confirmed before.
    """
    with services.store.writing() as tx:
        page, rows = _chosen(services, tx, chosen, by)
        dropped = [_judged(services, row, Standing.DROPPED, by) for row in rows]
        tx.register.settle(dropped)
        services.record(tx, ActKind.ROWS_JUDGED, by.who, page.source.id, dropped=len(dropped))
    services.wake()
    return dropped


def _judged(services: Services, row: Row, standing: Standing, by: By, ref: str = "") -> Row:
    return replace(row, standing=standing, person=by.who, at=services.clock.now(), ref=ref)


def rows_seen(tx: Transaction, reader: Reader, pages: Iterable[int], now: Instant) -> Released[tuple[Row, ...]]:
    """The rows of these pages; what became a statement is seen by who sees the statement."""
    rows = [row for page in pages for row in tx.register.rows(page)]
    return newest_seen_by(tx, reader, {row.ref for row in rows if row.ref}, now).map(
        lambda ways: tuple(_open_or_in(rows, {held.id for held, _ in ways}))
    )


def _open_or_in(rows: Iterable[Row], seen: Set[str]) -> Iterator[Row]:
    return (row for row in rows if not row.ref or row.ref in seen)


def _rows_named(
    services: Services, tx: Transaction, name: str, numbers: Sequence[int], by: By
) -> tuple[Page, list[Row]]:
    page = page_named(tx.register.pages(), name)
    rows = rows_seen(tx, by.sight(services), [page.num], services.clock.now())
    known: Mapping[int, Row] = {row.number: row for row in rows.value}
    missing = [number for number in numbers if number not in known]
    if missing:
        raise UnknownProblem(f"The page has no row {missing[0]}.", advice=_OTHER)
    return page, [known[number] for number in dict.fromkeys(numbers)]


def _chosen(services: Services, tx: Transaction, chosen: Chosen, by: By) -> tuple[Page, list[Row]]:
    if bool(chosen.numbers) == chosen.every:
        raise UsageProblem("Nothing is named, or too much.", advice="Name rows by their numbers, or say --all.")
    page, rows = _rows_named(services, tx, chosen.page, chosen.numbers, by)
    if chosen.every:
        rows = [row for row in tx.register.rows(page.num) if row.standing is Standing.OPEN]
        if not rows:
            raise UnknownProblem("No row of it is open.", advice=_OTHER)
    done = [row for row in rows if row.standing is Standing.CONFIRMED]
    if done:
        raise UsageProblem(
            f"Row {done[0].number} was confirmed already.", advice="`kenesh agenda correct` puts it right."
        )
    return page, rows
