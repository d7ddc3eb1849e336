"""The SQL of a page: one range of the primary key for each level that the reader may see; its octets come later.

What is withheld - other collections, stricter levels, what ended - lies outside these ranges and is not visited.

Neither database is left to guess. SQLite is told the index. PostgreSQL takes any comparison of an expression for rare
and would sort whole ranges; of a CASE without comparison it expects every other row, and walks the index to the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kenesh.holdings.rows import GIVEN_BACK, PageQuery, View

#: Asked for more types than these, a page reads one range for each level, and passes over the other types.
_MAX_TYPES: Final = 12

_FOUND: Final = "g.stamp AS stamp, g.tlp AS tlp, g.version AS version, g.octets AS octets"


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a page: a range, what of it is asked for, and the index that it is read by; '' is the primary key."""

    index: str
    range: str
    kept: str

    def rows(self, columns: str, *, kept: bool, is_sqlite: bool) -> str:
        """Its statement over some columns: of what is asked for, or of all that stands in the range."""
        by = f" INDEXED BY {self.index}" if self.index and is_sqlite else ""
        more = f" AND {self.kept}" if kept else ""
        return f"SELECT {columns} FROM grants g{by} WHERE {self.range}{more}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it is asked for: its parts, and the parameters of their statements."""

    members: tuple[Member, ...]
    params: dict[str, Any]
    is_sqlite: bool

    def with_rows(self) -> str:
        """Gives the numbers of the parts in which anything stands, so that a page merges no others."""
        found = [member.rows("1", kept=False, is_sqlite=self.is_sqlite) for member in self.members]
        return " UNION ALL ".join(f"SELECT {number} WHERE EXISTS ({one})" for number, one in enumerate(found))

    def page(self, numbers: Sequence[int]) -> str:
        """The page of these parts; there is one at least."""
        found = [self.members[number].rows(_FOUND, kept=True, is_sqlite=self.is_sqlite) for number in numbers]
        if not self.is_sqlite:
            found = [_sorted_range(number, one) for number, one in enumerate(found)]
        return f"{' UNION ALL '.join(found)} ORDER BY stamp LIMIT :n"


def asked(view: View, condition: str, query: PageQuery, objects: Sequence[int], *, is_sqlite: bool) -> Asked:
    """What a page asks for; `objects` are those that `query.ids` name."""
    params: dict[str, Any] = {
        "c": view.collection.num,
        "after": max(query.after, view.after),
        "n": query.limit + 1,
    }
    return Asked(tuple(_members(view, query, objects, params, _likely(condition))), params, is_sqlite)


def _members(
    view: View, query: PageQuery, objects: Sequence[int], params: dict[str, Any], allowed: str
) -> list[Member]:
    if query.ids:
        return [Member("grants_by_object", *_of_objects(view, query, objects, params, allowed))]
    if _is_last_alone(view, query):
        ceiling = int(max(view.levels))
        # The range says what the indices leave out: what is the last for nobody, and for whom each page must look.
        plain = f"{allowed} AND g.sup > {ceiling}"
        late = f"{plain} AND {_is_last(view)}"
        return [
            Member(index, f"{place} AND g.sup > g.tlp AND g.late = {number}", kept)
            for number, (index, kept) in enumerate((("grants_last", plain), ("grants_last_late", late)))
            for place in _places(view)
        ]
    kept = allowed + _of_versions(view, query, params)
    if 0 < len(query.types) <= _MAX_TYPES:
        kinds = [f"g.type = :{name}" for name in _named("type", query.types, params)]
        return [Member("grants_by_type", f"{place} AND {kind}", kept) for place in _places(view) for kind in kinds]
    kind = f" AND g.type IN ({_listed('type', query.types, params)})" if query.types else ""
    return [Member("", place, kept + kind) for place in _places(view)]


def _places(view: View) -> list[str]:
    return [
        f"g.collection = :c AND g.tlp = {int(level)} AND g.stamp > :after{_given('g', view)}" for level in view.levels
    ]


def _given(row: str, view: View) -> str:
    return f" AND {row}.statement <> {GIVEN_BACK}" if view.released_only else ""


def _is_last_alone(view: View, query: PageQuery) -> bool:
    """Whether only the newest versions, of every type, are asked for by one who may see every level up to a ceiling."""
    others = query.every_version or query.first or query.keys or query.types
    return _has_ceiling(view) and query.last and not others


def _has_ceiling(view: View) -> bool:
    """Whether the flags speak for this reader: he sees every level up to a ceiling, and every grant at them."""
    return view.levels == tuple(range(len(view.levels))) and not view.released_only


def _sorted_range(number: int, found: str) -> str:
    """PostgreSQL walks a range along its index only where that range has a limit of its own; SQLite merges them so."""
    return f"SELECT * FROM ({found} ORDER BY g.stamp LIMIT :n) AS range_{number}"


def _of_objects(
    view: View, query: PageQuery, objects: Sequence[int], params: dict[str, Any], allowed: str
) -> tuple[str, str]:
    kind = f" AND g.type IN ({_listed('type', query.types, params)})" if query.types else ""
    return (
        f"g.object IN ({_listed('object', objects, params)}) AND g.collection = :c"
        f" AND g.tlp IN ({_levels(view)}) AND g.stamp > :after{_given('g', view)}",
        f"{allowed}{kind}{_of_versions(view, query, params)}",
    )


def _of_versions(view: View, query: PageQuery, params: dict[str, Any]) -> str:
    """`match[version]` (TAXII 2.1 §3.4): the newest or first that this reader may see, or exact versions."""
    if query.every_version:
        return ""
    wanted = []
    if query.last:
        wanted.append(_last(view))
    if query.first:
        wanted.append(_likely(f"NOT {_other(view, '(n.modified_key, n.stamp) < (g.modified_key, g.stamp)')}"))
    if query.keys:
        listed = _listed("key", query.keys, params)
        created = f"EXISTS (SELECT 1 FROM versions w WHERE w.num = g.version AND w.created_key IN ({listed}))"
        wanted.append(_likely(f"g.modified_key IN ({listed}) OR (g.modified_key = '' AND {created})"))
    # Asked for no version at all, a page is empty: another specification version was wanted than is held.
    return f" AND ({' OR '.join(wanted)})" if wanted else " AND 1 = 0"


def _last(view: View) -> str:
    """No newer version is visible to this reader. The flags answer that, but for what was granted out of order."""
    if _has_ceiling(view):
        return f"(g.sup > {int(max(view.levels))} AND (g.late = 0 OR {_is_last(view)}))"
    return _is_last(view)


def _is_last(view: View) -> str:
    return _likely(f"NOT {_other(view, '(n.modified_key, n.stamp) > (g.modified_key, g.stamp)')}")


def _likely(condition: str) -> str:
    return f"CASE WHEN {condition} THEN TRUE ELSE FALSE END"


def _other(view: View, order: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM grants n WHERE n.object = g.object AND n.collection = g.collection"
        f" AND n.tlp IN ({_levels(view)}) AND n.stamp > {int(view.after)}{_given('n', view)} AND {order})"
    )


def _levels(view: View) -> str:
    return ", ".join(str(int(level)) for level in view.levels)


def _named(prefix: str, values: Sequence[Any], params: dict[str, Any]) -> list[str]:
    names = [f"{prefix}{i}" for i in range(len(values))]
    params |= dict(zip(names, values, strict=True))
    return names


def _listed(prefix: str, values: Sequence[Any], params: dict[str, Any]) -> str:
    return ", ".join(f":{name}" for name in _named(prefix, values, params))
