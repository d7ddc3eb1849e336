"""Pages and their rows (`kenesh.council.register.keeping.RegisterRows`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.council.register.columns import Columns, Correction
from kenesh.council.register.keeping import Page, Row, Standing
from kenesh.council.register.stated import Source
from kenesh.edges.store import schema as s
from kenesh.edges.store.erasing import ERASED
from kenesh.edges.store.inserting import insert

_p, _r = s.kept_pages.c, s.kept_rows.c
_encode: Final = msgspec.json.Encoder().encode


def _page(row: Any) -> Page:
    source = Source(
        row.ref, "", row.name, row.publisher, row.condition, row.sha256, row.dated_on, row.url, row.succeeds
    )
    return Page(row.num, source, Instant(row.kept_at), row.person, bool(row.stated))


def _row(row: Any) -> Row:
    return Row(
        page=row.page,
        number=row.number,
        read=msgspec.json.decode(row.read, type=Columns),
        said=msgspec.json.decode(row.said, type=Correction),
        standing=Standing(row.standing),
        person=row.person,
        at=None if row.at is None else Instant(row.at),
        ref=row.ref,
    )


def _described(page: Page) -> dict[str, Any]:
    source = page.source
    return {
        "ref": source.id,
        "sha256": source.sha256,
        "name": source.name,
        "publisher": source.publisher,
        "condition": source.condition,
        "dated_on": source.dated_on,
        "url": source.url,
        "succeeds": source.succeeds_ref,
        "kept_at": page.kept_at,
        "person": page.person,
        "stated": int(page.stated),
    }


class Register:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, page: Page, rows: Sequence[Columns]) -> Page:
        made = s.kept_pages.insert().values(_described(page)).returning(_p.num)
        kept = replace(page, num=self._connection.execute(made).scalar_one())
        self._propose(kept.num, rows)
        return kept

    def replace(self, page: Page, rows: Sequence[Columns]) -> None:
        self._connection.execute(update(s.kept_pages).where(_p.num == page.num).values(_described(page)))
        self._connection.execute(delete(s.kept_rows).where(_r.page == page.num))
        self._propose(page.num, rows)

    def _propose(self, page: int, rows: Sequence[Columns]) -> None:
        empty = _encode({}).decode()
        proposed = [
            {
                "page": page,
                "number": number,
                "read": _encode(one).decode(),
                "said": empty,
                "standing": int(Standing.OPEN),
                "person": "",
                "at": None,
                "ref": "",
            }
            for number, one in enumerate(rows, 1)
        ]
        insert(self._connection, s.kept_rows, proposed)

    def pages(self) -> list[Page]:
        return [_page(row) for row in self._connection.execute(select(s.kept_pages).order_by(_p.num.desc()))]

    def page_of(self, sha256: str) -> Page | None:
        row = self._connection.execute(select(s.kept_pages).where(_p.sha256 == sha256)).first()
        return None if row is None else _page(row)

    def rows(self, page: int) -> list[Row]:
        found = select(s.kept_rows).where(_r.page == page).order_by(_r.number)
        return [_row(row) for row in self._connection.execute(found)]

    def settle(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        statement = update(s.kept_rows).where(_r.page == bindparam("_page"), _r.number == bindparam("_number"))
        changed = [
            {
                "_page": row.page,
                "_number": row.number,
                "said": _encode(row.said.said()).decode(),
                "standing": int(row.standing),
                "person": row.person,
                "at": row.at,
                "ref": row.ref,
            }
            for row in rows
        ]
        self._connection.execute(statement, changed)

    def mark_stated(self, page: int) -> None:
        self._connection.execute(update(s.kept_pages).where(_p.num == page).values(stated=1))

    def forget(self, page: int) -> None:
        self._connection.execute(delete(s.kept_rows).where(_r.page == page))
        self._connection.execute(delete(s.kept_pages).where(_p.num == page))
        self._connection.info[ERASED] = True
