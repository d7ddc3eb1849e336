"""Texts and PDFs: what of a text is a list, a table or a report is told by its first lines."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import BinaryIO, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.edges.formats.damage import BY_DAMAGE
from kenesh.edges.formats.text.reports import of_report
from kenesh.edges.formats.text.tables import of_table, shape_of
from kenesh.holdings.proposing import Found
from kenesh.stix.files import Refusal

MAX_OCTETS: Final = 64 * 1024 * 1024
MAX_VALUES: Final = 100_000
MAX_PAGES: Final = 2_000
#: A page of no size may hold a program without end: after so long, the pages that are left are not read.
MAX_PDF_S: Final = 120
_MAX_PAGE: Final = 200_000

_JSON: Final = re.compile(rb'\s*(?:\{|\[\s*(?:[\[{"\]0-9-]|$))')
#: Source: Zeek's ASCII log writer: its first line says what parts the columns.
_ZEEK_LOG: Final = b"#separator "
_NO_TEXT: Final = (b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff", b"<")


def is_pdf(begin: bytes) -> bool:
    return begin.startswith(b"%PDF-")


def is_text(begin: bytes) -> bool:
    """Whether it is UTF-8 text, and none of JSON, XML or an archive."""
    begin = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begin or begin.startswith(_NO_TEXT) or _JSON.match(begin) or b"\0" in begin:
        return False
    try:
        # What is looked at may end within a letter.
        begin[: -4 if len(begin) > 60_000 else None].decode()
    except UnicodeDecodeError as error:
        return error.start > len(begin) - 8 and len(begin) > 60_000
    return True


def pieces(source: BinaryIO, columns: Mapping[str, str]) -> Iterator[Found | Refusal]:
    """The values of a text, each once for each place, and a refusal where there is none."""
    octets = source.read(MAX_OCTETS + 1)
    if len(octets) > MAX_OCTETS:
        yield Refusal("file", f"It has more than {MAX_OCTETS} octets of text: cut it in parts.")
        return
    if octets.startswith(_ZEEK_LOG):
        yield Refusal(
            "file", "It is a log of Zeek's: what was seen, and not what to look for. Search it: `kenesh hunt FILE`."
        )
        return
    lines = _lines(octets.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    try:
        shape = shape_of(lines, columns)
    except UsageProblem as problem:
        yield Refusal("file", f"{problem.detail} {problem.advice or ''}".strip())
        return
    yield from _bounded(of_table(lines, shape) if shape is not None else of_report(lines))


def pdf_pieces(source: BinaryIO, columns: Mapping[str, str]) -> Iterator[Found | Refusal]:
    """The values of a PDF's text, page by page."""
    octets = source.read(MAX_OCTETS + 1)
    if find_spec("pypdf") is None:
        yield Refusal("file", "It is a PDF, and what reads it is not installed: pip install 'kenesh[pdf]'.")
    elif len(octets) > MAX_OCTETS:
        yield Refusal("file", f"It has more than {MAX_OCTETS} octets: more than a PDF is read of.")
    else:
        yield from _bounded(_of_pages(octets))


def _of_pages(octets: bytes) -> Iterator[Found | Refusal]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    failings = (DependencyError, PyPdfError, *BY_DAMAGE)
    # What it remarks on holds octets of the file, and nobody asked for it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = PdfReader(io.BytesIO(octets)).pages
        count = len(pages)
    except failings as error:
        yield Refusal("file", f"The PDF cannot be read: {visible(str(error) or type(error).__name__, 200)}.")
        return
    if count > MAX_PAGES:
        yield Refusal("file", f"It has {count} pages; the first {MAX_PAGES} are read.")
    until = time.monotonic() + MAX_PDF_S
    for number in range(min(count, MAX_PAGES)):
        if time.monotonic() > until:
            yield Refusal(f"page {number + 1}", f"Reading took more than {MAX_PDF_S} s; from here on nothing was read.")
            return
        try:
            text = pages[number].extract_text()[:_MAX_PAGE]
        except failings as error:
            yield Refusal(
                f"page {number + 1}", f"It cannot be read: {visible(str(error) or type(error).__name__, 200)}."
            )
            continue
        yield from of_report(_lines(text), f"page {number + 1}, line")


def _lines(text: str) -> list[str]:
    """The lines, of characters that every store keeps: no NUL, and no half of a pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode().splitlines()


def _bounded(found: Iterator[Found | Refusal]) -> Iterator[Found | Refusal]:
    count = 0
    for one in found:
        count += 1
        if count > MAX_VALUES:
            yield Refusal("file", f"There are more than {MAX_VALUES} values in it: cut it in parts.")
            return
        yield one
    if not count:
        yield Refusal("file", "There is no address, domain, URL, hash or e-mail address in it.")
