"""Which values stand in a text, whole, as they were written or after what made them harmless is undone.

Every expression is bounded and linear: a text is hostile. What a token means is decided in `kenesh.watch`, as for logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kenesh.watch.tokens import Sort, atoms_in
from kenesh.watch.values import Atom, Kind, recognise, undefanged

#: In this order: what was found is blotted out, so that a URL's host is not found once more.
_CUTS: Final = (
    (Sort.URL, re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}://[^\s\"<>\[\]{}|]{1,8192}")),
    (Sort.EMAIL, re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~\-]{1,64}@[^\s\"<>()\[\],;:\\@]{3,253}")),
    (
        Sort.HASH,
        re.compile(
            r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{128}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Za-z])"
        ),
    ),
    (Sort.IPV6, re.compile(r"(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{2,45}(?![0-9A-Za-z:])")),
    (Sort.DOTTED, re.compile(r"[^\s\"'`<>()\[\]{}|,;:/\\=@#*$%&!?\u00ab\u00bb\u2018-\u201f]{2,253}")),
)
_NETWORK: Final = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}(?![0-9/.])")
#: A line longer than this is looked at in parts; a value that a cut goes through is lost.
MAX_LINE: Final = 100_000


def values_in(line: str) -> Iterator[tuple[Atom, bool]]:
    """Each value of a line once, and whether it was written harmless (hxxp, [.], [at]); in order of kinds."""
    seen: set[Atom] = set()
    for start in range(0, len(line), MAX_LINE):
        part = line[start : start + MAX_LINE]
        plain = undefanged(part)
        for atom in _found(plain):
            if atom not in seen:
                seen.add(atom)
                yield atom, plain != part and _bare(atom) not in part


def _bare(atom: Atom) -> str:
    """What of a value would stand in the text as it is, had nobody made it harmless."""
    return atom.value.removesuffix("/") if atom.kind is Kind.URL else atom.value


def _found(text: str) -> Iterator[Atom]:
    for match in _NETWORK.finditer(text):
        if (atom := recognise(match[0])) is not None:
            yield atom
    rest = _NETWORK.sub(" ", text)
    for sort, cut in _CUTS:
        taken: list[tuple[int, int]] = []
        for match in cut.finditer(rest):
            if sort is Sort.DOTTED and "." not in match[0]:
                continue
            atoms = list(atoms_in(sort, match[0].strip(".-")))
            if sort in (Sort.URL, Sort.EMAIL) and atoms:
                # The places where it may end: in a text, that without the sentence's punctuation.
                atoms = [min(atoms, key=lambda atom: len(atom.value))]
            yield from atoms
            if atoms and sort is not Sort.DOTTED:
                taken.append(match.span())
        rest = _blotted(rest, taken)


def _blotted(text: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, stop in spans:
        parts += [text[at:start], " "]
        at = stop
    return "".join([*parts, text[at:]])
