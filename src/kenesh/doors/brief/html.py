"""The page for ministers as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from kenesh.doors.brief.drawing import drawing
from kenesh.response.brief import INK, Brief, State

_STYLE: Final = """
@page{size:A4;margin:12mm}
body{font:10pt/1.35 sans-serif;color:#1b1b1b;background:#fff;max-width:186mm;margin:0 auto;padding:4mm}
header,footer{display:flex;justify-content:space-between;align-items:baseline;gap:1em}
h1{font-size:15pt;margin:0}h2{font-size:11pt;margin:3mm 0 1mm;border-bottom:.5pt solid #999}
.tlp{background:#000;font-weight:bold;padding:0 .5em;white-space:nowrap}
.level{font-size:14pt;font-weight:bold;margin:2mm 0 0}
p,ul{margin:1mm 0}ul{padding-left:5mm}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.5mm 2mm .5mm 0;border-bottom:.25pt solid #ddd}
.map{width:100%;max-height:55mm;margin:2mm 0}.late{font-weight:bold}.faint{color:#555}
"""


def html(page: Brief) -> str:
    """The whole file."""
    return "".join(_parts(page))


def _parts(page: Brief) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f"<title>{escape(page.body)}: situation at {page.at}</title><style>{_STYLE}</style></head><body>"
    yield f"<header><h1>{escape(page.body)}: situation</h1>{_tlp(page)}</header>"
    yield f'<p>{page.at} <span class="faint">{escape(page.local)}</span></p>'
    yield f'<p class="level">{escape(page.level)}</p><p>{escape(page.since)}</p>'
    yield from _list(page.by)
    if page.note:
        yield f'<p class="faint">{escape(page.note)}</p>'
    yield drawing(page)
    yield from _headed("States", ("", "Impact", "Outlook", "Said", ""), [_state(one) for one in page.states])
    yield from _headed("Sectors", ("Sector", "Severity", "By"), page.sectors)
    yield from _headed("Connections across borders", ("Connection", "State", "By"), page.connections)
    if page.gaps:
        yield "<h2>Not known</h2>"
        yield from _list(page.gaps)
    yield from _headed("Asked", ("What", "By when", "How it stands"), page.due)
    if page.more:
        yield f'<p class="faint">Left out: {escape("; ".join(page.more))}.</p>'
    yield f"<footer><span></span>{_tlp(page)}</footer></body></html>\n"


def _tlp(page: Brief) -> str:
    return f'<span class="tlp" style="color:{INK[page.tlp]}">{page.tlp}</span>'


def _state(one: State) -> tuple[str, ...]:
    late = " REPORT OVERDUE" if one.is_overdue else ""
    return f"{one.code} {one.name}", one.impact, one.outlook, f"{one.said}{late}".strip(), one.text


def _list(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield "<ul>" + "".join(f"<li>{escape(row)}</li>" for row in rows) + "</ul>"


def _headed(head: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield f"<h2>{head}</h2><table><tr>" + "".join(f"<th>{escape(one)}</th>" for one in columns) + "</tr>"
        for row in rows:
            yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        yield "</table>"
