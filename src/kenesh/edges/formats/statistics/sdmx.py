"""SDMX-ML and SDMX-JSON by the library `sdmx1`, which is an extra: whoever takes in no statistics needs none of it.

Its parser of XML is lxml's, which expands entities; so a file with a document type is refused before it comes there,
by expat, which is also what counts how deep and long it is. Its parser of JSON makes floats; so numbers are handed to
it as the texts that stood in the file. It prints what it could not read, and that is caught. It asks no network for a
file that lies here: structures that a file only names are not fetched.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from importlib.util import find_spec
from typing import Any, Final
from xml.parsers import expat

from kenesh.basis.printable import visible
from kenesh.council.partners.rows import Observation
from kenesh.edges.formats.damage import BY_DAMAGE
from kenesh.stix.files import Refusal

MAX_DEPTH: Final = 40
MAX_ELEMENTS: Final = 1_000_000
#: Its values are lists of lists, which take some sixty times the room of their text.
MAX_JSON: Final = 8 * 1024 * 1024
_MISSING: Final = "It is SDMX, and what reads it is not installed: pip install 'kenesh[sdmx]'."


class _Unsafe(Exception):
    """The file is not handed on, and why."""


def of_ml(octets: bytes, columns: Mapping[str, str]) -> Iterator[Observation | Refusal]:
    """The observations of an SDMX-ML message, generic or structure-specific, 2.1 or 3.0."""
    try:
        check_xml(octets)
    except _Unsafe as fault:
        yield Refusal("file", str(fault))
        return
    yield from _observations(octets)


def of_json(octets: bytes, columns: Mapping[str, str]) -> Iterator[Observation | Refusal]:
    """The observations of an SDMX-JSON message."""
    if len(octets) > MAX_JSON:
        yield Refusal("file", f"It has more than {MAX_JSON} octets, and nothing of it was read. Split it.")
        return
    try:
        # A number stays what was written; the indices of values are whole numbers.
        document = json.loads(octets, parse_float=str)
        if not isinstance(document, dict):
            raise ValueError("it is no object")
        exact = json.dumps(_as_written(document)).encode()
    except (ValueError, RecursionError) as error:
        yield Refusal("file", f"It is no JSON: {visible(str(error), 200)}.")
        return
    yield from _observations(exact)


def _as_written(document: dict[str, Any]) -> dict[str, Any]:
    """The message as 1.0 has it, where 2.0 puts data sets and structures into `data`."""
    data = document.get("data")
    if isinstance(data, dict) and "dataSets" in data and "dataSets" not in document:
        structures = data.get("structures")
        first = structures[0] if isinstance(structures, list) and structures else data.get("structure")
        return {**document, "header": document.get("meta", {}), "structure": first, "dataSets": data["dataSets"]}
    return document


def check_xml(octets: bytes) -> None:
    """That the XML is whole, of UTF-8, neither deep nor long, and has no document type.

    Raises:
        _Unsafe: it is not.
    """
    parser = expat.ParserCreate()
    depth = count = 0

    def begins(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise _Unsafe(f"It is deeper than {MAX_DEPTH} elements, or has more than {MAX_ELEMENTS}.")

    def ends(name: str) -> None:
        nonlocal depth
        depth -= 1

    def declares(*said: Any) -> None:
        raise _Unsafe("It has a document type, in which entities may be declared. No statistic needs one: remove it.")

    def is_written(version: str, encoding: str | None, standalone: int) -> None:
        # A charset is named in ASCII letters, and their case says nothing.
        if encoding is not None and encoding not in ("UTF-8", "utf-8", "utf8", "UTF8"):
            raise _Unsafe(f"It is written in {visible(encoding, 40)}. Save it in UTF-8.")

    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = declares, declares
    parser.XmlDeclHandler = is_written
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _Unsafe("It is written in UTF-16. Save it in UTF-8.")
    try:
        parser.Parse(octets, True)
    except expat.ExpatError as error:
        raise _Unsafe(f"It is no XML: {error}.") from None


def _observations(octets: bytes) -> Iterator[Observation | Refusal]:
    if find_spec("sdmx") is None:
        yield Refusal("file", _MISSING)
        return
    import sdmx
    from sdmx.exceptions import XMLParseError

    logging.getLogger("sdmx").setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()):
            message = sdmx.read_sdmx(io.BytesIO(octets))
            sets = list(getattr(message, "data", ()))
    except (*BY_DAMAGE, XMLParseError, NotImplementedError) as error:
        cause = error.__cause__ or error
        yield Refusal("file", f"It cannot be read as SDMX: {type(cause).__name__} {visible(str(cause), 160)}.")
        return
    if not sets:
        yield Refusal("file", "There is no data set in it.")
    for number, found in enumerate(sets, 1):
        yield from _of_set(message, found, f"data set {number}" if len(sets) > 1 else "")


def _of_set(message: Any, found: Any, where: str) -> Iterator[Observation | Refusal]:
    flow = getattr(found, "described_by", None) or message.dataflow
    structure = getattr(found, "structured_by", None) or getattr(flow, "structure", None)
    named = next((one.id for one in (flow, structure) if one is not None and one.id), "")
    header = message.header
    prepared = getattr(header, "prepared", None)
    sender = str(getattr(getattr(header, "sender", None), "id", None) or "")
    order = [one.id for one in getattr(getattr(structure, "dimensions", None), "components", ())]
    for number, one in enumerate(found.obs, 1):
        place = ": ".join(part for part in (where, f"observation {number}") if part)
        try:
            yield Observation(
                place,
                _in_order({name: str(part.value) for name, part in one.key.values.items()}, order),
                {name: _code(part.value) for name, part in one.attrib.items()},
                "" if one.value is None else str(one.value),
                named or "statistic",
                publisher=sender,
                dataset=str(getattr(header, "id", "") or ""),
                prepared=prepared.date().isoformat() if prepared is not None else "",
            )
        except BY_DAMAGE as error:
            yield Refusal(place, f"It cannot be read: {type(error).__name__}.")


def _in_order(key: Mapping[str, str], order: list[str]) -> tuple[tuple[str, str], ...]:
    """The dimensions in the structure's order, so that a series has one key in every file of it."""
    return tuple(sorted(key.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)))


def _code(value: Any) -> str:
    """A code's id, or the text itself."""
    return str(getattr(value, "id", None) or value)
