"""The page of the conformance matrix: each line of TAXII 2.1, its tests, and what each server did in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tests.conformance.lines import LINES, Line
from tests.conformance.matrix import LineTest, found, line_tests

_TEXT: Final = """\
# TAXII 2.1, line by line

*Made from `tests/conformance` by `make conformance-matrix`; do not edit.*

What TAXII 2.1 asks of a server, in our words, and which server does it. The tests know a server by its address alone:
they find an API root and a collection by discovery, write objects of their own there, and read them back. `make
conformance URL=https://host/taxii2/ USER=... PASSWORD=...` judges any server so.

**✓** passes, **✗** fails, **-** was skipped: the reasons stand below the table. A test whose name is in *italics* needs
a node of ours. Ours was judged over HTTPS, the peers as they start by themselves, over HTTP.

Known departures: our collections have a UUID of version 5 where the standard wants version 4
([ADR 3](../adr/0003-collection-ids.md)). Where the standard is open, [ADR 11](../adr/0011-where-taxii-is-open.md)
decides.
"""
_MARKS: Final = {"pass": "✓", "fail": "✗"}


def taxii_page() -> str:
    return "\n".join(_page())


def _page() -> Iterator[str]:
    results = found()
    known = line_tests()
    yield _TEXT
    yield from _row("line", "clause", "what it says", "test", *results)
    yield from _row(*["---"] * (4 + len(results)))
    for line in LINES:
        of_line = [test for test in known if test.line == line.id]
        for first, test in enumerate(of_line):
            yield from _row(*_said(line, first == 0), _named(test), *(_mark(results[name], test) for name in results))
        if not of_line:
            yield from _row(*_said(line, True), f"none: {line.untested}", *[""] * len(results))
    yield ""
    yield from _counts(results, known)
    yield from _reasons(results)


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _said(line: Line, first: bool) -> tuple[str, str, str]:
    return (line.id, line.clause, line.says) if first else ("", "", "")


def _named(test: LineTest) -> str:
    words = test.name.rpartition("::test_")[2].replace("_", " ")
    return f"*{words}*" if test.of_ours_alone else words


def _mark(results: Mapping[str, str], test: LineTest) -> str:
    outcome = results.get(test.name)
    if outcome is None:
        return "" if test.of_ours_alone else "not run"
    return _MARKS.get(outcome, "-")


def _counts(results: Mapping[str, Mapping[str, str]], known: list[LineTest]) -> Iterator[str]:
    names = {test.name for test in known}
    yield "| server | ✓ | ✗ | - |"
    yield "| --- | --- | --- | --- |"
    for server, outcomes in results.items():
        of_it = [outcome for name, outcome in outcomes.items() if name in names]
        passed, failed = of_it.count("pass"), of_it.count("fail")
        yield f"| {server} | {passed} | {failed} | {len(of_it) - passed - failed} |"
    yield ""


def _reasons(results: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "## What was skipped, and why\n"
    for server, outcomes in results.items():
        why: dict[str, int] = {}
        for outcome in outcomes.values():
            if outcome.startswith("skip: "):
                reason = outcome.removeprefix("skip: ")
                why[reason] = why.get(reason, 0) + 1
        for reason, count in sorted(why.items(), key=lambda item: (-item[1], item[0])):
            yield f"- **{server}**: {reason} ({count})."
    yield ""
