"""An object's content as something to read: a small tree of properties, bounded in breadth, depth and length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.printable import visible
from kenesh.doors.desk.printing import is_moment
from kenesh.stix.marking import PAP_BY_ID, TLP_BY_ID

MAX_ITEMS: Final = 100
MAX_DEPTH: Final = 6
MAX_TEXT: Final = 4_000

#: What every object has: it stands below what this object says.
COMMON: Final = (
    "type",
    "spec_version",
    "id",
    "created_by_ref",
    "created",
    "modified",
    "revoked",
    "confidence",
    "lang",
    "labels",
    "object_marking_refs",
    "granular_markings",
    "external_references",
    "extensions",
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value. `kind`: text, code, moment, ref, tlp, marking, word, list, table, or more (so many are left out)."""

    kind: str
    text: str = ""
    items: tuple[Node, ...] = ()
    rows: tuple[tuple[str, Node], ...] = ()
    count: int = 0


#: Texts that are written for a machine; everything else is a sentence or a name.
_CODE: Final = frozenset({"pattern", "value", "payload_bin", "url", "command_line", "key", "sha256", "path"})


def node_of(value: Any, key: str = "", depth: int = 0) -> Node:
    """The value as a node; what is deeper, broader or longer than a person reads is cut, and said to be."""
    if isinstance(value, str):
        return _text(value, key)
    if isinstance(value, bool) or value is None or isinstance(value, int | float):
        return Node("word", "null" if value is None else str(value).lower())
    if depth >= MAX_DEPTH:
        return Node("more", count=len(value))
    if isinstance(value, Mapping):
        return Node("table", rows=rows_of(value, depth + 1))
    if isinstance(value, Sequence):
        kept = [node_of(item, key, depth + 1) for item in value[:MAX_ITEMS]]
        rest = [Node("more", count=len(value) - MAX_ITEMS)] if len(value) > MAX_ITEMS else []
        return Node("list", items=(*kept, *rest))
    return Node("text", visible(str(value), MAX_TEXT))


def _text(value: str, key: str) -> Node:
    if value in TLP_BY_ID:
        return Node("tlp", TLP_BY_ID[value].label)
    if value in PAP_BY_ID:
        return Node("marking", PAP_BY_ID[value])
    if is_stix_id(value):
        return Node("ref", value)
    if is_moment(value):
        return Node("moment", value)
    is_code = key in _CODE or (key.isupper() and " " not in value) or (len(value) >= 32 and " " not in value)
    return Node("code" if is_code else "text", value[: MAX_TEXT + 1])


def rows_of(value: Mapping[str, Any], depth: int = 0) -> tuple[tuple[str, Node], ...]:
    """The properties, each with its value, in the order in which they were written."""
    names = list(value)
    rows = [(visible(name, 100), node_of(value[name], name, depth)) for name in names[:MAX_ITEMS]]
    if len(names) > MAX_ITEMS:
        rows.append(("…", Node("more", count=len(names) - MAX_ITEMS)))
    return tuple(rows)


def own_rows(content: Mapping[str, Any]) -> tuple[tuple[str, Node], ...]:
    """What this object says that others do not."""
    return rows_of({name: value for name, value in content.items() if name not in COMMON})


def common_rows(content: Mapping[str, Any]) -> tuple[tuple[str, Node], ...]:
    """The properties that every object has, in the order of the standard."""
    return rows_of({name: content[name] for name in COMMON if name in content})


def references(rows: Sequence[tuple[str, Node]]) -> Iterator[str]:
    """Every id that stands in the rows."""
    for _, node in rows:
        yield from _refs(node)


def _refs(node: Node) -> Iterator[str]:
    if node.kind == "ref":
        yield node.text
    for item in node.items:
        yield from _refs(item)
    yield from references(node.rows)
