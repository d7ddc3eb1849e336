"""The SQL of a page: one range of the primary key for each level that the reader may see; its octets come later.

What is withheld - other collections, stricter levels, what ended - lies outside these ranges and is not visited.

Neither database is left to guess. SQLite is told the index. PostgreSQL takes any comparison of an expression for rare
and would sort whole ranges; of a CASE without comparison it expects every other row, and walks the index to the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kenesh.holdings.rows import PageQuery, View

#: Asked for more types than these, a page reads one range for each level, and passes over the other types.
_MAX_TYPES: Final = 12

_PAGE: Final = "{found} ORDER BY stamp LIMIT :n"
_FOUND: Final = "SELECT g.stamp AS stamp, g.tlp AS tlp, g.version AS version, g.octets AS octets FROM grants g"


def page_sql(
    view: View, condition: str, query: PageQuery, objects: Sequence[int], *, is_sqlite: bool
) -> tuple[str, dict[str, Any]]:
    """The page's statement and its parameters; `objects` are those that `query.ids` name."""
    params: dict[str, Any] = {
        "c": view.collection.num,
        "after": max(query.after, view.after),
        "n": query.limit + 1,
    }
    kept = _likely(condition) + _of_versions(view, query, params)
    if query.ids:
        found = _of_objects(view, query, objects, params, kept)
    else:
        ranges = _ranges(view, query, params, kept)
        found = " UNION ALL ".join(ranges if is_sqlite else map(_sorted_range, range(len(ranges)), ranges))
    index = _index(view, query)
    return _PAGE.format(found=found.replace("{by}", f" INDEXED BY {index}" if is_sqlite and index else "")), params


def _index(view: View, query: PageQuery) -> str:
    """The index that a page is read by; "" is the primary key."""
    if query.ids:
        return "grants_by_object"
    if query.types:
        return "grants_by_type" if _has_ranges_by_type(query) else ""
    return "grants_not_superseded" if _is_last_alone(view, query) else ""


def _has_ranges_by_type(query: PageQuery) -> bool:
    return 0 < len(query.types) <= _MAX_TYPES


def _is_last_alone(view: View, query: PageQuery) -> bool:
    """Whether only the newest versions are asked for, by a reader who may see every level up to a ceiling."""
    return _has_ceiling(view) and query.last and not (query.every_version or query.first or query.keys)


def _has_ceiling(view: View) -> bool:
    return view.levels == tuple(range(len(view.levels)))


def _ranges(view: View, query: PageQuery, params: dict[str, Any], kept: str) -> list[str]:
    kinds = [""]
    if _has_ranges_by_type(query):
        kinds = [f" AND g.type = :{name}" for name in _named("type", query.types, params)]
    elif query.types:
        kinds = [f" AND g.type IN ({_listed('type', query.types, params)})"]
    return [
        f"{_FOUND}{{by}} WHERE g.collection = :c AND g.tlp = {int(level)}{kind} AND g.stamp > :after AND {kept}"
        for level in view.levels
        for kind in kinds
    ]


def _sorted_range(number: int, found: str) -> str:
    """PostgreSQL walks a range along its index only where that range has a limit of its own; SQLite merges them so."""
    return f"SELECT * FROM ({found} ORDER BY g.stamp LIMIT :n) AS range_{number}"


def _of_objects(view: View, query: PageQuery, objects: Sequence[int], params: dict[str, Any], kept: str) -> str:
    kind = f" AND g.type IN ({_listed('type', query.types, params)})" if query.types else ""
    return (
        f"{_FOUND}{{by}} WHERE g.object IN ({_listed('object', objects, params)}) AND g.collection = :c"
        f" AND g.tlp IN ({_levels(view)}) AND g.stamp > :after{kind} AND {kept}"
    )


def _of_versions(view: View, query: PageQuery, params: dict[str, Any]) -> str:
    """`match[version]` (TAXII 2.1 §3.4): the newest or first that this reader may see, or exact versions."""
    if query.every_version:
        return ""
    wanted = []
    if query.last:
        wanted.append(_last(view, alone=_is_last_alone(view, query)))
    if query.first:
        wanted.append(_likely(f"NOT {_other(view, '(n.modified_key, n.stamp) < (g.modified_key, g.stamp)')}"))
    if query.keys:
        listed = _listed("key", query.keys, params)
        created = f"EXISTS (SELECT 1 FROM versions w WHERE w.num = g.version AND w.created_key IN ({listed}))"
        wanted.append(_likely(f"g.modified_key IN ({listed}) OR (g.modified_key = '' AND {created})"))
    # Asked for no version at all, a page is empty: another specification version was wanted than is held.
    return f" AND ({' OR '.join(wanted)})" if wanted else " AND 1 = 0"


def _last(view: View, *, alone: bool) -> str:
    """No newer version is visible to this reader. The flags answer that, but for what was granted out of order."""
    is_last = _likely(f"NOT {_other(view, '(n.modified_key, n.stamp) > (g.modified_key, g.stamp)')}")
    if _has_ceiling(view):
        is_last = f"(g.sup > {int(max(view.levels))} AND (g.late = 0 OR {is_last}))"
    # The first term says nothing more, in the words of the index that leaves out what is the last for nobody.
    return f"g.sup > g.tlp AND {is_last}" if alone else is_last


def _likely(condition: str) -> str:
    return f"CASE WHEN {condition} THEN TRUE ELSE FALSE END"


def _other(view: View, order: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM grants n WHERE n.object = g.object AND n.collection = g.collection"
        f" AND n.tlp IN ({_levels(view)}) AND n.stamp > {int(view.after)} AND {order})"
    )


def _levels(view: View) -> str:
    return ", ".join(str(int(level)) for level in view.levels)


def _named(prefix: str, values: Sequence[Any], params: dict[str, Any]) -> list[str]:
    names = [f"{prefix}{i}" for i in range(len(values))]
    params |= dict(zip(names, values, strict=True))
    return names


def _listed(prefix: str, values: Sequence[Any], params: dict[str, Any]) -> str:
    return ", ".join(f":{name}" for name in _named(prefix, values, params))
