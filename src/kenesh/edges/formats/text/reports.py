"""Reports in prose, Markdown or AsciiDoc: each value with the sentence that it stood in.

Where a report makes its values harmless (hxxp, [.]), what it leaves plain is likely a reference, and that is said. A
condition under which a text may be reproduced goes with every sentence that is taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kenesh.edges.formats.text.doubts import doubt_of, may_be_name
from kenesh.edges.formats.text.finding import values_in
from kenesh.holdings.proposing import MAX_SENTENCE, Found
from kenesh.watch.values import Atom, Kind

_CONDITION: Final = re.compile(
    r"may not be reproduced|must not be reproduced|all rights reserved|copyright|\u00a9", re.IGNORECASE
)
_MAX_CONDITION: Final = 200
#: A sentence ends where a blank and something new follow its full stop.
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z\u00c0-\u024f\u0400-\u04ff\"'(\u00ab\u201c])")


def of_report(lines: Sequence[str], place: str = "line") -> Iterator[Found]:
    """The values of a report, in its order; the same value in several sentences is found once for each."""
    condition = next((line.strip()[:_MAX_CONDITION] for line in lines if _CONDITION.search(line)), "")
    suffix = f" [{condition}]" if condition else ""
    found = [one for number, line in enumerate(lines, 1) for one in _of_line(number, line, condition)]
    some_harmless = any(harmless for *_, harmless in found)
    for number, sentence, atom, harmless in found:
        doubt = doubt_of(atom)
        is_plain = some_harmless and not harmless and not _stands_out(atom, sentence)
        if not doubt and is_plain and atom.kind in (Kind.URL, Kind.DOMAIN, Kind.EMAIL):
            doubt = "it is left plain where others are made harmless: it may be a reference"
        room = MAX_SENTENCE - len(suffix)
        yield Found(f"{place} {number}", atom.kind.value, atom.value, sentence[:room] + suffix, doubt)


def _stands_out(atom: Atom, sentence: str) -> bool:
    """Whether a value has a line of its own, or is set in the letters of a machine: so no reference is written."""
    return sentence.strip("-* |") == atom.value or f"`{atom.value}`" in sentence


def _of_line(number: int, line: str, condition: str) -> Iterator[tuple[int, str, Atom, bool]]:
    if not line.strip() or (condition and line.strip().startswith(condition)):
        return
    sentences = _SENTENCE.split(line) if len(line) > MAX_SENTENCE // 2 else [line]
    for sentence in sentences:
        for atom, harmless in values_in(sentence):
            if harmless or atom.kind is not Kind.DOMAIN or may_be_name(atom.value):
                yield number, sentence.strip(), atom, harmless
