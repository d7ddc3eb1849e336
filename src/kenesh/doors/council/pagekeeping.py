"""A page is read, and its rows wait in this node until a person judges them; it can be forgotten again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from kenesh.basis.problem import UsageProblem
from kenesh.council.agenda.register import read_page
from kenesh.council.register.keeping import Page, Row, rows_of
from kenesh.council.register.kinds import MAX_CONDITION, MAX_NAME, MAX_URL, SOURCE
from kenesh.council.register.stated import Source
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind

ADVICE: Final = "`kenesh agenda list` tells the ids."


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a page beside its text; what is not said is read from it, as far as it stands there.

    Attributes:
        condition: under which it may be reproduced. succeeds: the source that it corrects, as its id begins.
    """

    name: str
    day: date | None = None
    publisher: str = ""
    condition: str = ""
    url: str = ""
    succeeds: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it is kept. `is_new`: rows of it were proposed now; `alike`: pages of its publisher that it shares."""

    page: Page
    rows: tuple[Row, ...]
    is_new: bool
    alike: tuple[tuple[Page, int], ...] = ()


def keep(services: Services, octets: bytes, about: About, who: str) -> Kept:
    """Reads a page and proposes its rows. The same octets are proposed once.

    As long as nobody judged a row of it, the page is read anew where another date, publisher or address is said.

    Raises:
        TooLargeProblem, DamagedProblem: it cannot be read, or has too many rows. UnknownProblem: what it succeeds is
            not kept here. UsageProblem: rows were judged, and something else is said of the page now.
    """
    bounds = {"name": MAX_NAME, "publisher": MAX_NAME, "condition": MAX_CONDITION, "url": MAX_URL}
    for name, longest in bounds.items():
        if len(getattr(about, name)) > longest:
            raise UsageProblem(f"The {name} has {longest} characters at the most.", advice="Say it shorter.")
    register = read_page(octets, about.name, about.day, about.publisher)
    rows = rows_of(register)
    with services.store.writing() as tx:
        digest = sha256(octets).hexdigest()
        before = tx.register.page_of(digest)
        pages = [one for one in tx.register.pages() if before is None or one.num != before.num]
        source = Source(
            id=before.source.id if before else f"{SOURCE.name}--{services.chance.uuid4()}",
            by_ref=services.own.ref,
            name=about.name,
            publisher=register.source[:MAX_NAME],
            condition=about.condition.strip() or register.condition[:MAX_CONDITION],
            sha256=digest,
            dated_on=register.day.isoformat() if register.day else "",
            url=about.url,
            succeeds_ref=_succeeded(pages, about),
        )
        page = Page(before.num if before else 0, source, services.clock.now(), who)
        if before is None:
            page = tx.register.keep(page, rows)
        elif not _read_anew(tx, before, source, about):
            return Kept(before, tuple(tx.register.rows(before.num)), is_new=False)
        else:
            tx.register.replace(page, rows)
        services.record(tx, ActKind.PAGE_KEPT, who, source.id, rows=len(rows), sha256=digest)
        kept = tuple(tx.register.rows(page.num))
        return Kept(page, kept, is_new=True, alike=() if source.succeeds_ref else _alike(tx, page, pages, kept))


def _succeeded(pages: Sequence[Page], about: About) -> str:
    """The source that it succeeds: the one that is named, else the last one at its address."""
    if about.succeeds:
        return page_named(pages, about.succeeds).source.id
    return next((one.source.id for one in pages if about.url and one.source.url == about.url), "")


def _read_anew(tx: Transaction, before: Page, source: Source, about: About) -> bool:
    """Whether something else is said of a page that is kept, and nobody judged a row of it yet."""
    said = {
        "dated_on": about.day is not None,
        "publisher": bool(about.publisher),
        "condition": bool(about.condition),
        "url": bool(about.url),
        "succeeds_ref": bool(about.succeeds),
    }
    other = [
        name for name, is_said in said.items() if is_said and getattr(source, name) != getattr(before.source, name)
    ]
    if not other:
        return False
    if before.stated or any(row.is_judged for row in tx.register.rows(before.num)):
        raise UsageProblem(
            "Rows of this page were judged already, and what is said of the page is other than it was.",
            advice=f"Correct the rows: kenesh agenda correct {before.source.id} ROW",
        )
    return True


def _alike(tx: Transaction, page: Page, pages: Sequence[Page], rows: Sequence[Row]) -> tuple[tuple[Page, int], ...]:
    """Pages of the same publisher with which it shares most of its excerpts: it may be one of them, corrected."""
    excerpts = {row.read.excerpt for row in rows}
    found = []
    for other in [one for one in pages if one.source.publisher == page.source.publisher][:20]:
        shared = len(excerpts & {row.read.excerpt for row in tx.register.rows(other.num)})
        if shared * 2 > len(excerpts):
            found.append((other, shared))
    return tuple(found)


def forget(services: Services, name: str, who: str) -> Page:
    """Takes a page and its rows out of the node. What was confirmed stays: it is an object.

    Raises:
        UnknownProblem: there is no such page.
    """
    with services.store.writing() as tx:
        page = page_named(tx.register.pages(), name)
        tx.register.forget(page.num)
        services.record(tx, ActKind.ROWS_JUDGED, who, page.source.id, forgotten=1)
    return page


def page_named(pages: Iterable[Page], name: str) -> Page:
    """The page of this id, or whose id begins so.

    Raises:
        UnknownProblem: there is none. UsageProblem: there are several.
    """
    return one_named(pages, name, lambda one: one.source.id, "source", ADVICE)
