"""A file that holds one advisory: checked by the mandatory tests of CSAF 2.0, and translated only where all hold.

The tests are those of the package `csaf`, which is an extra: whoever takes in no advisory needs none of it. What is in
force by the schema alone, or by a test, is refused with its number, so that the publisher can look it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, BinaryIO, Final

from kenesh.basis.canonical import decode_ijson
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem
from kenesh.edges.formats.csaf.advisories import translated
from kenesh.edges.formats.damage import BY_DAMAGE
from kenesh.stix.files import Piece, Refusal

#: The largest public advisories have some 10 MB.
MAX_OCTETS: Final = 16 * 1024 * 1024
#: So many failing places are told.
MAX_FAULTS: Final = 50

_BEGINS: Final = re.compile(rb"\s*\{")
_KEY: Final = re.compile(rb'"csaf_version"\s*:')


def claims(begin: bytes) -> bool:
    """Whether a file that begins so is an advisory."""
    return _BEGINS.match(begin.removeprefix(b"\xef\xbb\xbf")) is not None and _KEY.search(begin) is not None


def pieces(source: BinaryIO) -> Iterator[Piece | Refusal]:
    """The objects of an advisory, or a refusal for each test that it fails.

    Source: CSAF 2.0 §6.1.
    """
    octets = source.read(MAX_OCTETS + 1).removeprefix(b"\xef\xbb\xbf")
    if len(octets) > MAX_OCTETS:
        yield Refusal("file", f"It has more than {MAX_OCTETS} octets: more than an advisory is read of.")
        return
    try:
        document = decode_ijson(octets)
    except Problem as problem:
        yield Refusal("file", problem.detail)
        return
    head = document.get("document") if isinstance(document, dict) else None
    edition = head.get("csaf_version") if isinstance(head, dict) else None
    if not isinstance(document, dict) or edition != "2.0":
        yield Refusal("document.csaf_version", f"It says {visible(str(edition), 20)}; CSAF 2.0 is read.")
        return
    found = list(faults(document))
    if found:
        yield from found[:MAX_FAULTS]
        if len(found) > MAX_FAULTS:
            yield Refusal("file", f"And {len(found) - MAX_FAULTS} more.")
        return
    yield from translated(document, octets)


def faults(document: dict[str, Any]) -> Iterator[Refusal]:
    """A refusal for each place at which a mandatory test fails, with the test's number."""
    if find_spec("csaf") is None:
        yield Refusal(
            "file", "It is an advisory, and what would check it is not installed: pip install 'kenesh[csaf]'."
        )
        return
    from csaf.csaf.v20._validator import validate

    results: list[Any] = []
    begun = ["of the schema"]
    try:
        validate(
            document,
            preset="mandatory",
            result_sink=results.append,
            rule_start_sink=lambda number, title: begun.append(f"{number}, '{title}',"),
        )
    except BY_DAMAGE:
        # The schema lets some values pass that a test does not look at before it counts on them.
        yield Refusal("file", f"The mandatory test {begun[-1]} breaks on it: a value is none. Tell its publisher.")
        return
    for result in results:
        if result.passed or result.skipped:
            continue
        for error in result.errors:
            path, said = visible(error.instance_path, 200) or "file", visible(error.message, 300)
            test = f"the mandatory test {result.id}, '{result.title}'"
            if result.id == "schema":
                # What the schema finds in a score is what test 6.1.8 asks for.
                test = (
                    "the mandatory test 6.1.8, 'Invalid CVSS'" if "/cvss_v" in path else "the JSON schema of CSAF 2.0"
                )
            yield Refusal(path, f"It fails {test}: {said}. Tell its publisher.")
