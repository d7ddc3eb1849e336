"""The page for ministers as plain text: for a terminal, a mail, a telephone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kenesh.response.brief import Brief


def text(page: Brief) -> Iterator[str]:
    """Its lines."""
    yield f"{page.tlp}  {page.body}: SITUATION at {page.at}"
    if page.local:
        yield page.local
    yield ""
    yield f"{page.level} {page.since}".rstrip()
    yield from (f"  {one}" for one in page.by)
    yield from (f"  {page.note}",) if page.note else ()
    yield from _headed("STATES", list(_states(page)))
    yield from _headed("SECTORS", [f"{name:<28} {severity:<11} {by}" for name, severity, by in page.sectors])
    yield from _headed("CONNECTIONS", [f"{name}: {how}. {words}" for name, how, words in page.connections])
    yield from _headed("NOT KNOWN", page.gaps)
    yield from _headed("ASKED", [f"{what}, by {at}. {who}" for what, at, who in page.due])
    yield from _headed("LEFT OUT", page.more)
    yield ""
    yield page.tlp


def _states(page: Brief) -> Iterator[str]:
    for one in page.states:
        late = "  REPORT OVERDUE" if one.is_overdue else ""
        outlook = f", outlook {one.outlook}" if one.outlook else ""
        said = f", said {one.said}" if one.said else ""
        yield f"{one.code:<4} {one.impact}{outlook}{said}{late}"
        if one.text:
            yield f"       {one.text}"


def _headed(head: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield head
        yield from (f"  {row}" for row in rows)
