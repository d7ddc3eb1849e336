"""benchmarks.md: what `make bench ARGS="... --keep"` found the last time, beside what was asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

_FOUND: Final = Path(__file__).parents[1] / "bench" / "found.json"

_HEAD: Final = """<!-- Made from bench/found.json by `make docs`. Change docs/benchmarks_page.py. -->

# Benchmarks

What `make bench` found on {machine}:
a virtual machine that was shared with other work. On such a machine the same job takes now one second, now two: what
counts are the shares, each of a floor, a ceiling or a peer that was measured in the same run. Medians of {runs} runs,
of a million objects one run; `synchronous=FULL` on SQLite, PostgreSQL as it is by default. The objects are made up in
the mix of real feeds, some 560 octets each.

- **The floor** is what the database does without us: objects decoded with msgspec and inserted in batches of 1,000 into
  one table with two indices, with no check; on PostgreSQL by COPY.
- **The ceiling** is what web server and store do without us: the same server gives the same client the same pages of
  1,000 objects from a table in which they lie in the order in which they are asked for, put together by SQLite, the
  quickest way that we know. Nobody is asked who he is, nothing is decided, no page names the next.
- **Ready in memory** is the web server alone: the same pages, given as they are.
- **OpenTAXII** is 0.10.0b1 on SQLite behind gunicorn with two workers, asked with a token. It takes the first {posted}
  objects by POST, the rest through its own tables, and gives all of them back. medallion 3.0.0 is left
  out: tried before, it gave no answer at 10,000 objects within 400 seconds.

"""

_TAIL: Final = """
The questions are asked in turns over one connection, a hundred times each, for up to 100 objects.

## What is left

**Imports.** An import is two processes: one reads each object (I-JSON, the schema, its canonical digest, references)
while the other takes in what was read before (ADR 53). Of what the second does, a third is the database's own writing,
of six tables in place of one; the rest is who writes the object, its marking, its atoms, and the rows. On one core both
are one after the other, and an import takes a fifth longer.

Into PostgreSQL rows go by COPY, in binary, where they cannot be there yet, and as arrays where they can. A third of the
time it is waited for.

**Pages.** A page of 1,000 is three short statements: the levels at which anything stands, the octets, put together by
SQLite itself, and whether anything follows. It is not measured first: SQLite gives up where it would be too large, and
only then is it counted how much of it fits. Of what a page takes beyond the ceiling, the larger part is asking who
reads and what he may see, and TAXII's headers and tokens; the smaller is fetching rows by their numbers in place of a
table that lies in the reader's order: there is one such order for each audience, and one copy of each object.

A page that lies ready in memory is given quicker than any that is read: the ceiling itself is about half of that, and a
page of ours a third, of a small store two fifths. Until November 2026 that was called the ceiling here.
A copy of ready pages would be a second place from which things that were withdrawn must be taken out, and is not kept.
Tried, and not kept: reading the next page while the client takes this one, and sending the first part of a page while
the rest is read. On two cores what the server gains the client loses.

**Posts.** An envelope is an import: read, held, granted back to who posted it, written into the record, with a status
that names each object. It is one transaction, and is on the disk before the answer is.

## Run it

```
make bench                                                    # 100,000 objects, medians of three runs
make bench ARGS="--objects 10000 100000 1000000 --large 1000000 --keep"   # this page; an hour or two
```

Each size may be measured by itself: `--keep` puts it beside the others. Here the million objects and the large file
were measured half an hour after the other two sizes; each share is of one run.
"""


def benchmarks_page() -> str:
    """The page; the figures are those of the last run that was kept."""
    found = json.loads(_FOUND.read_text("utf-8"))
    sizes = found["sizes"]
    head = _HEAD.format(
        machine=found["machine"],
        runs=max(size["runs"] for size in sizes),
        posted=f"{sizes[0]['opentaxii']['posted']:,}",
    )
    columns = ["", *(f"{size['objects']:,} objects" for size in sizes), "asked"]
    table = [_row(*columns), _row(*["---"] * len(columns))]
    table += [_row(name, *(shown(size) for size in sizes), asked) for name, shown, asked in _ROWS]
    return head + "\n".join(table) + "\n" + "".join(_once(found)) + _TAIL


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


_Shown = Callable[[Mapping[str, Any]], str]


def _rate(name: str) -> _Shown:
    return lambda size: f"{size[name]:,}/s" if name in size else "not measured"


def _share(rate: str, share: str) -> _Shown:
    return lambda size: f"{size[rate]:,}/s: {size[share]:.1%}" if rate in size else "not measured"


def _p95(question: str) -> _Shown:
    return lambda size: f"{size['questions_p95_ms'][question]:.1f} ms"


def _pace(size: Mapping[str, Any]) -> str:
    pace = size["last_100k_to_first"]
    return "-" if pace is None else f"{pace:.2f}"


_QUESTIONS: Final = (
    ("first page", "8 ms at 1 M"),
    ("added_after in the middle", "8 ms at 1 M"),
    ("match[type]", "8 ms at 1 M"),
    ("match[id]", "8 ms at 1 M"),
    ("manifest", "8 ms at 1 M"),
    ("object by id", "8 ms at 1 M"),
    ("empty poll", "2 ms at 1 M"),
)

_ROWS: Final[tuple[tuple[str, _Shown, str], ...]] = (
    ("floor, SQLite", _rate("floor_per_s"), ""),
    ("import", _share("import_per_s", "import_share"), "25 % of the floor at 1 M"),
    ("the last 100,000's rate to the first's", _pace, "0.5 at 1 M"),
    ("import: peak of memory", lambda size: f"{size['import_peak_mb']} MB", "512 MB"),
    ("POST of 1,000-object envelopes", _share("post_per_s", "post_share"), "10 % at 100 k, 6 % at 1 M"),
    ("floor, PostgreSQL by COPY", _rate("postgresql_floor_per_s"), ""),
    ("import into PostgreSQL", _share("postgresql_import_per_s", "postgresql_share"), "25 % at 1 M"),
    ("sync from node to node, every check", _share("sync_per_s", "sync_share"), "8 % at 100 k"),
    ("pages: ceiling", _rate("ceiling_per_s"), ""),
    ("pages of 1,000", _share("pages_per_s", "pages_share"), "50 % of the ceiling"),
    ("pages ready in memory", _rate("memory_per_s"), ""),
    ("pages of these", lambda size: f"{size['pages_of_memory']:.1%}" if "memory_per_s" in size else "not measured", ""),
    ("OpenTAXII: pages of 1,000", lambda size: f"{size['opentaxii']['pages_per_s']:,}/s", ""),
    ("pages: times OpenTAXII", lambda size: f"{size['pages_times_opentaxii']:.1f}", "6"),
    ("OpenTAXII: POST of 1,000", lambda size: f"{size['opentaxii']['post_per_s']:,}/s", ""),
    *((f"{name}, 95th of 100", _p95(name), asked) for name, asked in _QUESTIONS),
    ("50 clients reading pages at once", lambda size: f"{size['crowd']['per_s']:,}/s in all", ""),
    ("... `serve` with them: peak of memory", lambda size: f"{size['crowd']['serve_peak_mb']} MB", "500 MB at 1 M"),
    ("`serve`: start", lambda size: f"{size['serve']['start_s']:.2f} s, {size['serve']['rss_mb']} MB", ""),
    ("during an import: a writer waits", lambda size: f"{size['meanwhile']['lock_wait_s_worst']:.2f} s", "1 s"),
    (
        "during an import: release to a peer's look-up, worst",
        lambda size: f"{size['meanwhile']['release_to_lookup_s_worst']:.2f} s of {size['meanwhile']['acts']} acts",
        "2 s",
    ),
    (
        "release to a peer's look-up, median",
        lambda size: f"{size['reactions']['release_to_lookup_s']['median']:.2f} s",
        "",
    ),
    (
        "the same as two people type it",
        lambda size: f"{size['reactions']['typed_release_to_typed_lookup_s']['median']:.2f} s",
        "",
    ),
)


def _once(found: Mapping[str, Any]) -> list[str]:
    misp, large = found["misp"], found.get("interrupted")
    told = [
        f"\n**MISP.** An event of {misp['misp_attributes']:,} attributes is translated at {misp['misp_per_s']:,}/s,"
        f" {misp['misp_times_misp_stix']:.0f} times as quick as misp-stix does one of {misp['misp_stix_attributes']:,}"
        " (20 times were asked).\n"
    ]
    if large:
        told.append(
            f"\n**A large file.** {large['file_mb']:,} MB with {large['objects']:,} objects, killed at two fifths"
            f" and begun again: every object held after {large['seconds_in_all']:,.0f} s in all, with a peak of"
            f" {large['peak_mb']} MB (512 MB were asked).\n"
        )
    return told
