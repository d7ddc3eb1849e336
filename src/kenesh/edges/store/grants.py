"""Collections and grants (`GrantRows`). The page is one range for each level, joined with the octets last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, text, update

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.edges.store import schema as s
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Collection, Grant, PageQuery, PageRow, PastGrant, View
from kenesh.release.audience import Audience, AudienceKind
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

_g, _p, _c = s.grants.c, s.past_grants.c, s.collections.c
NOT_SUPERSEDED = 9


def _collection(row: Any) -> Collection:
    audience = Audience(AudienceKind(row.kind), row.audience_ref)
    return Collection(row.num, row.id, audience, Channel(row.channel), Instant(row.last_stamp))


def _grant(row: Any) -> Grant:
    return Grant(
        collection=row.collection,
        tlp=Tlp(row.tlp),
        stamp=Instant(row.stamp),
        version=row.version,
        object=row.object,
        key=ModifiedKey(row.modified_key),
        statement=row.statement,
    )


def _row(grant: Grant) -> dict[str, Any]:
    return {
        "collection": grant.collection,
        "tlp": int(grant.tlp),
        "stamp": grant.stamp,
        "version": grant.version,
        "object": grant.object,
        "modified_key": grant.key,
        "statement": grant.statement,
    }


class Grants:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def collection(self, audience: Audience, channel: Channel, new_id: str) -> Collection:
        statement = select(s.collections).where(_c.audience_ref == audience.ref, _c.channel == channel.value)
        row = self._connection.execute(statement).first()
        if row is None:
            values = {"audience_ref": audience.ref, "kind": int(audience.kind), "channel": channel.value, "id": new_id}
            self._connection.execute(s.collections.insert().values(**values, last_stamp=0))
            row = self._connection.execute(statement).one()
        return _collection(row)

    def collections(self) -> list[Collection]:
        return [_collection(row) for row in self._connection.execute(select(s.collections).order_by(_c.num))]

    def stamps(self, now: Instant, gaps: Sequence[int]) -> list[Instant]:
        if not gaps:
            return []
        # A statement of its own, after the append lock was taken: two writers never see the same last stamp.
        found = self._connection.execute(select(s.meta.c.value).where(s.meta.c.name == "last_stamp")).scalar()
        stamp = max(int(found or 0), now)
        stamps = []
        for gap in gaps:
            stamp += gap
            stamps.append(Instant(stamp))
        if found is None:
            self._connection.execute(s.meta.insert().values(name="last_stamp", value=str(stamp)))
        else:
            self._connection.execute(update(s.meta).where(s.meta.c.name == "last_stamp").values(value=str(stamp)))
        return stamps

    def in_collection(self, collection: int, objects: Many[int]) -> list[Grant]:
        found = []
        for part in chunks(sorted(objects), 500):
            statement = select(s.grants).where(_g.object.in_(part), _g.collection == collection)
            found += [_grant(row) for row in self._connection.execute(statement)]
        return found

    def of_objects(self, objects: Many[int]) -> list[Grant]:
        found = []
        for part in chunks(sorted(objects), 500):
            statement = select(s.grants).where(_g.object.in_(part)).order_by(_g.stamp)
            found += [_grant(row) for row in self._connection.execute(statement)]
        return found

    def past_of_objects(self, objects: Many[int]) -> list[PastGrant]:
        found = []
        for part in chunks(sorted(objects), 500):
            rows = self._connection.execute(select(s.past_grants).where(_p.object.in_(part)).order_by(_p.stamp))
            found += [PastGrant(_grant(row), Instant(row.ended_at), row.why) for row in rows]
        return found

    def of_statement(self, statement: int) -> list[Grant]:
        return [_grant(r) for r in self._connection.execute(select(s.grants).where(_g.statement == statement))]

    def since(self, collection: int, stamp: Instant, statement_party: str) -> list[Grant]:
        st = s.statements.c
        statement = select(s.grants).join(s.statements, st.num == _g.statement)
        statement = statement.where(_g.collection == collection, _g.stamp >= stamp, st.party == statement_party)
        return [_grant(row) for row in self._connection.execute(statement.order_by(_g.stamp))]

    def append(self, grants: Sequence[Grant]) -> None:
        if not grants:
            return
        (collection,) = {grant.collection for grant in grants}
        there = self.in_collection(collection, {grant.object for grant in grants})
        rows = self._with_flags(grants, there)
        self._connection.execute(s.grants.insert(), rows)
        last = max(grant.stamp for grant in grants)
        self._connection.execute(update(s.collections).where(_c.num == collection).values(last_stamp=last))

    def _with_flags(self, grants: Sequence[Grant], there: Sequence[Grant]) -> list[dict[str, Any]]:
        """The rows with `sup`; what they supersede has its own `sup` brought down."""
        by_object: dict[int, list[Grant]] = defaultdict(list)
        for grant in (*there, *grants):
            by_object[grant.object].append(grant)
        rows = []
        for grant in grants:
            newer = [g.tlp for g in by_object[grant.object] if (g.key, g.stamp) > (grant.key, grant.stamp)]
            rows.append(_row(grant) | {"sup": int(min(newer)) if newer else NOT_SUPERSEDED})
        lowered = []
        for old in there:
            newer = [g.tlp for g in by_object[old.object] if (g.key, g.stamp) > (old.key, old.stamp)]
            if newer:
                lowered.append({"_c": old.collection, "_t": int(old.tlp), "_s": old.stamp, "_sup": int(min(newer))})
        if lowered:
            statement = update(s.grants).where(
                _g.collection == bindparam("_c"), _g.tlp == bindparam("_t"), _g.stamp == bindparam("_s")
            )
            self._connection.execute(statement.values(sup=bindparam("_sup")), lowered)
        return rows

    def end(self, grants: Sequence[Grant], at: Instant, why: str) -> None:
        past = [_row(grant) | {"ended_at": at, "why": why} for grant in grants]
        self._connection.execute(s.past_grants.insert(), past)
        for grant in grants:
            self._delete(grant)
        for collection in {grant.collection for grant in grants}:
            self._redo_flags(collection, {g.object for g in grants if g.collection == collection})

    def _redo_flags(self, collection: int, objects: Many[int]) -> None:
        """What an ended grant had superseded is the newest again."""
        left = self.in_collection(collection, objects)
        for grant in left:
            newer = [g.tlp for g in left if g.object == grant.object and (g.key, g.stamp) > (grant.key, grant.stamp)]
            sup = int(min(newer)) if newer else NOT_SUPERSEDED
            where = (_g.collection == collection, _g.tlp == int(grant.tlp), _g.stamp == grant.stamp)
            self._connection.execute(update(s.grants).where(*where).values(sup=sup))

    def _delete(self, grant: Grant) -> None:
        where = (_g.collection == grant.collection, _g.tlp == int(grant.tlp), _g.stamp == grant.stamp)
        self._connection.execute(delete(s.grants).where(*where))

    def remark(self, grant: Grant, tlp: Tlp) -> None:
        self._delete(grant)
        self._connection.execute(s.grants.insert().values(_row(grant) | {"tlp": int(tlp), "sup": NOT_SUPERSEDED}))
        self._redo_flags(grant.collection, {grant.object})

    def page(self, view: View, condition: str, query: PageQuery) -> list[PageRow]:
        if not view.levels:
            return []
        extra, params = _narrowed(view, query)
        branches = " UNION ALL ".join(
            "SELECT * FROM (SELECT g.stamp AS stamp, g.tlp AS tlp, g.version AS version FROM grants g"
            f" WHERE g.collection = :c AND g.tlp = {int(level)} AND g.stamp > :after AND {condition}{extra}"
            f" ORDER BY g.stamp LIMIT :n) AS level_{int(level)}"
            for level in view.levels
        )
        statement = (
            "SELECT page.stamp, page.tlp, o.id, v.modified, v.raw"
            f" FROM (SELECT * FROM ({branches}) AS merged ORDER BY stamp LIMIT :n) AS page"
            " JOIN versions v ON v.num = page.version JOIN objects o ON o.num = v.object ORDER BY page.stamp"
        )
        params |= {"c": view.collection.num, "after": max(query.after, view.after), "n": query.limit + 1}
        return [
            PageRow(Instant(r[0]), Tlp(r[1]), r[2], r[3], r[4])
            for r in self._connection.execute(text(statement), params)
        ]

    def versions_of(self, view: View, condition: str, stix_id: str) -> list[PageRow]:
        statement = (
            "SELECT g.stamp, g.tlp, o.id, v.modified FROM grants g"
            " JOIN versions v ON v.num = g.version JOIN objects o ON o.num = g.object"
            f" WHERE o.id = :id AND g.collection = :c AND {condition} ORDER BY g.stamp"
        )
        rows = self._connection.execute(text(statement), {"id": stix_id, "c": view.collection.num})
        return [PageRow(Instant(r[0]), Tlp(r[1]), r[2], r[3], b"") for r in rows]

    def record_read(self, collection: int, party: str, stamp: Instant, at: Instant) -> None:
        r = s.reads.c
        there = select(func.max(r.stamp)).where(r.collection == collection, r.party == party)
        if (self._connection.execute(there).scalar() or 0) < stamp:
            values = {"collection": collection, "party": party, "stamp": stamp, "at": at}
            self._connection.execute(s.reads.insert().values(values))

    def reads(self, collection: int) -> list[tuple[str, Instant, Instant]]:
        r = s.reads.c
        statement = select(r.party, r.stamp, r.at).where(r.collection == collection).order_by(r.stamp)
        return [(row.party, Instant(row.stamp), Instant(row.at)) for row in self._connection.execute(statement)]


def _narrowed(view: View, query: PageQuery) -> tuple[str, dict[str, Any]]:
    """The filters of TAXII 2.1 §3.4 as SQL over the grant, and their values."""
    extra = ""
    params: dict[str, Any] = {}
    if query.ids:
        names = [f"id{i}" for i in range(len(query.ids))]
        params |= dict(zip(names, query.ids, strict=True))
        extra += f" AND g.object IN (SELECT num FROM objects WHERE id IN ({', '.join(':' + n for n in names)}))"
    if query.types:
        names = [f"type{i}" for i in range(len(query.types))]
        params |= dict(zip(names, query.types, strict=True))
        listed = ", ".join(":" + n for n in names)
        extra += f" AND EXISTS (SELECT 1 FROM objects t WHERE t.num = g.object AND t.type IN ({listed}))"
    if not query.every_version:
        extra += _of_versions(view, query, params)
    return extra, params


def _of_versions(view: View, query: PageQuery, params: dict[str, Any]) -> str:
    """`match[version]`: the newest or first that this reader may see, or exact versions."""
    wanted = []
    if query.last:
        ceiling = int(max(view.levels))
        newer = _other(view, "(n.modified_key, n.stamp) > (g.modified_key, g.stamp)")
        wanted.append(f"(g.sup > {ceiling} OR NOT {newer})")
    if query.first:
        older = _other(view, "(n.modified_key, n.stamp) < (g.modified_key, g.stamp)")
        wanted.append(f"NOT {older}")
    for i, key in enumerate(query.keys):
        params[f"key{i}"] = key
        wanted.append(f"g.modified_key = :key{i}")
    return f" AND ({' OR '.join(wanted)})" if wanted else ""


def _other(view: View, order: str) -> str:
    levels = ", ".join(str(int(level)) for level in view.levels)
    return (
        "EXISTS (SELECT 1 FROM grants n WHERE n.object = g.object AND n.collection = g.collection"
        f" AND n.tlp IN ({levels}) AND n.stamp > {int(view.after)} AND {order})"
    )
