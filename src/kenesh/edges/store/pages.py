"""The SQL of a page: one range of the primary key for each level that the reader may see.

What is withheld - other collections, stricter levels, what ended - lies outside these ranges and is not visited.

Neither database is left to guess. SQLite is told the index. PostgreSQL takes any comparison of an expression for rare
and would sort whole ranges; a NULL it takes for rarer still, so that it expects nearly every row, and walks the index
to the limit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kenesh.holdings.pages import PageQuery
from kenesh.holdings.rows import GIVEN_BACK, View
from kenesh.stix.marking import Tlp

#: Asked for more types than these, a page reads one range for each level, and passes over the other types.
_MAX_TYPES: Final = 12

_FOUND: Final = "g.stamp AS stamp, g.version AS version, g.octets AS octets"


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a page: a range of one level, the index that it is read by, and what of it is asked for.

    `index` is '' for the primary key.
    """

    level: Tlp
    index: str
    range: str
    kept: str

    def first(self, *, is_sqlite: bool) -> str:
        """Gives the first stamp in the range; NULL where nothing stands there."""
        return f"SELECT min(g.stamp) {self._there(is_sqlite)}"

    def rows(self, *, is_sqlite: bool) -> str:
        """Gives what is asked for."""
        return f"SELECT {_FOUND} {self._there(is_sqlite)}{self.kept}"

    def _there(self, is_sqlite: bool) -> str:
        by = f" INDEXED BY {self.index}" if self.index and is_sqlite else ""
        return f"FROM grants g{by} WHERE {self.range}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it is asked for: its parts, and the parameters of their statements."""

    members: tuple[Member, ...]
    params: dict[str, Any]
    is_sqlite: bool

    def firsts(self) -> str:
        """Gives the number of each part, and the first stamp in it."""
        found = [member.first(is_sqlite=self.is_sqlite) for member in self.members]
        return " UNION ALL ".join(f"SELECT {number}, ({first})" for number, first in enumerate(found))

    def page(self, numbers: Collection[int]) -> str:
        """Gives stamp, version and octets of the page's first `:n` rows: of these parts, one at least."""
        found = [self.members[number].rows(is_sqlite=self.is_sqlite) for number in numbers]
        if not self.is_sqlite:
            found = [_sorted_range(number, one) for number, one in enumerate(found)]
        return f"{' UNION ALL '.join(found)} ORDER BY stamp LIMIT :n"


def asked(
    view: View, conditions: Mapping[Tlp, str], query: PageQuery, objects: Sequence[int], *, is_sqlite: bool
) -> Asked:
    """What a page asks for; `objects` are those that `query.ids` name."""
    params: dict[str, Any] = {"c": view.collection.num, "after": max(query.after, view.after)}
    limits = _limits(view, params)
    if query.ids and not objects:
        return Asked((), params, is_sqlite)
    decided = {
        row: {level: conditions[level].format(**_of_row(limits, row)) for level in view.levels} for row in ("g", "n")
    }
    members = [
        Member(level, index, f"{_place(view, level)}{within}", f" AND {_likely(decided['g'][level])}{kept}")
        for index, within, kept in _by_index(view, query, objects, params, decided["n"])
        for level in view.levels
    ]
    return Asked(tuple(members), params, is_sqlite)


def _place(view: View, level: Tlp) -> str:
    return f"g.collection = :c AND g.tlp = {int(level)} AND g.stamp > :after{_given('g', view)}"


def _limits(view: View, params: dict[str, Any]) -> dict[str, str]:
    """What the caveats of a grant's release say, over `{row}`. A statement itself is never over: no chain has gaps."""
    if view.limit is None:
        return {}
    params["now"] = view.limit.now
    refs = _listed("ref", view.limit.refs, params) or "''"
    # Asked of the one statement: what others were given under caveats is not passed over.
    over = (
        "SELECT 1 FROM caveats x JOIN statements y ON y.num = x.statement"
        " WHERE x.statement = {row}.statement AND x.valid_until < :now AND y.version <> {row}.version"
    )
    # Two comparisons for one equality: of that PostgreSQL would read beforehand all that is not for the reader.
    here = "x.statement >= {row}.statement AND x.statement <= {row}.statement"
    barred = f"SELECT 1 FROM not_for x WHERE {here} AND x.ref IN ({refs})"
    return {
        "valid": f"CASE WHEN EXISTS ({over}) THEN 0 ELSE 1 END",
        "barred": f"CASE WHEN EXISTS ({barred}) THEN 1 ELSE 0 END",
    }


def _of_row(limits: Mapping[str, str], row: str) -> dict[str, str]:
    return {name: text.format(row=row) for name, text in limits.items()}


def _by_index(
    view: View, query: PageQuery, objects: Sequence[int], params: dict[str, Any], others: Mapping[Tlp, str]
) -> list[tuple[str, str, str]]:
    """The indices that a page is read by; for each what else bounds the range, and what else is asked of a row."""
    if _is_last_alone(view, query):
        # The range says what the indices leave out: what is the last for nobody, and for whom each page must look.
        plain = f" AND g.sup > {int(max(view.levels))}"
        return [
            ("grants_last", " AND g.sup > g.tlp AND g.late = 0", plain),
            ("grants_last_late", " AND g.sup > g.tlp AND g.late = 1", f"{plain} AND {_is_last(view, others)}"),
        ]
    kept = _of_versions(view, query, params, others)
    if 0 < len(query.types) <= _MAX_TYPES and not query.ids:
        return [("grants_by_type", f" AND g.type = :{name}", kept) for name in _named("type", query.types, params)]
    if query.types:
        kept = f" AND g.type IN ({_listed('type', query.types, params)}){kept}"
    if query.ids:
        return [("grants_by_object", f" AND g.object IN ({_listed('object', objects, params)})", kept)]
    return [("", "", kept)]


def _given(row: str, view: View) -> str:
    return f" AND {row}.statement <> {GIVEN_BACK}" if view.released_only else ""


def _is_last_alone(view: View, query: PageQuery) -> bool:
    """Whether only the newest versions, of every type, are asked for by one who may see every level up to a ceiling."""
    others = query.every_version or query.first or query.keys or query.types or query.ids
    return _has_ceiling(view) and query.last and not others


def _has_ceiling(view: View) -> bool:
    """Whether the flags speak for this reader: he sees every level up to a ceiling, and every grant at them."""
    return (
        bool(view.levels) and view.levels == tuple(range(len(view.levels))) and not (view.released_only or view.limit)
    )


def _sorted_range(number: int, found: str) -> str:
    """PostgreSQL walks a range along its index only where that range has a limit of its own; SQLite merges them so."""
    return f"SELECT * FROM ({found} ORDER BY g.stamp LIMIT :n) AS range_{number}"


def _of_versions(view: View, query: PageQuery, params: dict[str, Any], others: Mapping[Tlp, str]) -> str:
    """`match[version]` (TAXII 2.1 §3.4): the newest or first that this reader may see, or exact versions."""
    if query.every_version:
        return ""
    wanted = []
    if query.last:
        wanted.append(_last(view, others))
    if query.first:
        wanted.append(_likely(f"NOT {_other(view, others, '(n.modified_key, n.stamp) < (g.modified_key, g.stamp)')}"))
    if query.keys:
        listed = _listed("key", query.keys, params)
        created = f"EXISTS (SELECT 1 FROM versions w WHERE w.num = g.version AND w.created_key IN ({listed}))"
        wanted.append(_likely(f"g.modified_key IN ({listed}) OR (g.modified_key = '' AND {created})"))
    # Asked for no version at all, a page is empty: another specification version was wanted than is held.
    return f" AND ({' OR '.join(wanted)})" if wanted else " AND 1 = 0"


def _last(view: View, others: Mapping[Tlp, str]) -> str:
    """No newer version is visible to this reader. The flags answer that, but for what was granted out of order."""
    if _has_ceiling(view):
        return f"(g.sup > {int(max(view.levels))} AND (g.late = 0 OR {_is_last(view, others)}))"
    return _is_last(view, others)


def _is_last(view: View, others: Mapping[Tlp, str]) -> str:
    return _likely(f"NOT {_other(view, others, '(n.modified_key, n.stamp) > (g.modified_key, g.stamp)')}")


def _likely(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 END IS NOT NULL"


def _other(view: View, others: Mapping[Tlp, str], order: str) -> str:
    """Another version that this reader may see, in that order to this one; `others` is the decision on its row."""
    levels = ", ".join(str(int(level)) for level in view.levels)
    seen = " OR ".join(f"(n.tlp = {int(level)} AND {others[level]})" for level in view.levels)
    limited = f" AND ({seen})" if view.limit else ""
    return (
        "EXISTS (SELECT 1 FROM grants n WHERE n.object = g.object AND n.collection = g.collection"
        f" AND n.tlp IN ({levels}) AND n.stamp > {int(view.after)}{_given('n', view)}{limited} AND {order})"
    )


def _named(prefix: str, values: Sequence[Any], params: dict[str, Any]) -> list[str]:
    names = [f"{prefix}{i}" for i in range(len(values))]
    params |= dict(zip(names, values, strict=True))
    return names


def _listed(prefix: str, values: Sequence[Any], params: dict[str, Any]) -> str:
    return ", ".join(f":{name}" for name in _named(prefix, values, params))
