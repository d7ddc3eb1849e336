"""Collections and grants (`GrantRows`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, literal, select, update

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.edges.store import schema as s
from kenesh.edges.store.among import Among
from kenesh.edges.store.by_index import ByIndex, ByObject
from kenesh.edges.store.driver import rows
from kenesh.edges.store.flags import flags_of, newest_keys, redo_flags, supersede
from kenesh.edges.store.given_atoms import forget_given, note_given
from kenesh.edges.store.inserting import insert
from kenesh.edges.store.reading import PageReading
from kenesh.holdings.pages import PageQuery
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import GIVEN_BACK, Collection, Grant, PastGrant, View
from kenesh.release.audience import Audience, AudienceKind
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

# Asked with every request.
_EVERY = "SELECT num, audience_ref, kind, channel, id, last_stamp FROM collections"
_COLLECTIONS = f"{_EVERY} ORDER BY num"
_OF_AUDIENCES = f"{_EVERY} WHERE audience_ref IN"
_g, _p, _c = s.grants.c, s.past_grants.c, s.collections.c
_IN: Final = 500
#: Every level, so that the primary key is used where the level of a grant is not known, or has changed.
_LEVELS: Final = tuple(int(tlp) for tlp in Tlp)

# Asked with every page that comes or goes: put together once.
_COLLECTION = select(s.collections).where(_c.audience_ref == bindparam("audience"), _c.channel == bindparam("channel"))
_OF_OBJECTS = Among(select(s.grants).order_by(_g.stamp), _g.object)
_IN_COLLECTION = ByObject("*")
_SEEN_OF_STATEMENT = ByIndex(
    "*",
    "grants_by_statement",
    "statement = :statement AND collection = :collection AND tlp IN :levels",
    ["levels"],
)
_KINDS = (
    select(s.versions.c.num, s.objects.c.type, func.length(s.versions.c.raw))
    .join_from(s.versions, s.objects, s.objects.c.num == s.versions.c.object)
    .where(s.versions.c.num.in_(bindparam("nums", expanding=True)))
)
_LAST_STAMP = "SELECT value FROM meta WHERE name = 'last_stamp'"
_SET_LAST_STAMP = update(s.meta).where(s.meta.c.name == "last_stamp").values(value=bindparam("stamp"))
_SET_LAST_OF = update(s.collections).where(_c.num == bindparam("_collection")).values(last_stamp=bindparam("_stamp"))
_LAST_END = "SELECT max(ended_at) FROM past_grants WHERE statement = :statement AND collection = :collection"
_READS = "SELECT party, stamp, at FROM reads WHERE collection = :collection ORDER BY stamp"


def _collection(row: Sequence[Any]) -> Collection:
    """The collection of a row, its columns in the table's order."""
    num, audience_ref, kind, channel, uuid, last_stamp = row
    return Collection(num, uuid, Audience(AudienceKind(kind), audience_ref), Channel(channel), Instant(last_stamp))


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
        asked = {"audience": audience.ref, "channel": channel.value}
        row = self._connection.execute(_COLLECTION, asked).first()
        if row is None:
            values = {"audience_ref": audience.ref, "kind": int(audience.kind), "channel": channel.value, "id": new_id}
            self._connection.execute(s.collections.insert().values(**values, last_stamp=0))
            row = self._connection.execute(_COLLECTION, asked).one()
        return _collection(row)

    def collections(self) -> list[Collection]:
        return [_collection(row) for row in rows(self._connection, _COLLECTIONS, {})]

    def collections_of(self, refs: Many[str]) -> list[Collection]:
        found = []
        for part in chunks(sorted(refs), _IN):
            # Asked with every request: by the driver itself.
            named = {f"r{number}": ref for number, ref in enumerate(part)}
            places = ", ".join(f":{name}" for name in named)
            found += [_collection(row) for row in rows(self._connection, f"{_OF_AUDIENCES} ({places})", named)]
        return sorted(found, key=lambda one: one.num)

    def stamps(self, now: Instant, gaps: Sequence[int]) -> list[Instant]:
        if not gaps:
            return []
        # A statement of its own, after the append lock was taken: two writers never see the same last stamp.
        found = rows(self._connection, _LAST_STAMP, {})
        stamp = max(int(found[0][0]) if found else 0, now)
        stamps = []
        for gap in gaps:
            stamp += gap
            stamps.append(Instant(stamp))
        if found:
            self._connection.execute(_SET_LAST_STAMP, {"stamp": str(stamp)})
        else:
            self._connection.execute(s.meta.insert().values(name="last_stamp", value=str(stamp)))
        return stamps

    def in_collection(self, collection: int, objects: Many[int]) -> list[Grant]:
        return [_grant(row) for row in _IN_COLLECTION.rows(self._connection, collection, objects)]

    def of_objects(self, objects: Many[int]) -> list[Grant]:
        return [_grant(row) for row in _OF_OBJECTS.rows(self._connection, objects)]

    def past_of_objects(self, objects: Many[int]) -> list[PastGrant]:
        found = []
        for part in chunks(sorted(objects), _IN):
            rows = self._connection.execute(select(s.past_grants).where(_p.object.in_(part)).order_by(_p.stamp))
            found += [PastGrant(_grant(row), Instant(row.ended_at), row.why) for row in rows]
        return found

    def of_statement(self, statement: int, types: frozenset[str] = frozenset()) -> list[Grant]:
        wanted = select(s.grants).where(_g.statement == statement)
        wanted = wanted.where(_g.type.in_(sorted(types))) if types else wanted
        return [_grant(r) for r in self._connection.execute(wanted)]

    def seen_of_statement(self, view: View, statement: int, types: frozenset[str] = frozenset()) -> list[Grant]:
        asked = {"statement": statement, "collection": view.collection.num, "levels": _levels(view)}
        found = _SEEN_OF_STATEMENT.rows(self._connection, asked)
        return [_grant(row) for row in found if not types or row.type in types]

    def by_statement(self, view: View) -> list[tuple[int, Tlp, Instant]]:
        statement = select(_g.statement, _g.tlp, func.max(_g.stamp))
        statement = statement.where(_g.collection == view.collection.num, _g.tlp.in_(_levels(view)))
        statement = statement.where(_g.stamp > view.after, _g.statement != GIVEN_BACK)
        found = self._connection.execute(statement.group_by(_g.statement, _g.tlp))
        return [(num, Tlp(tlp), Instant(stamp)) for num, tlp, stamp in found]

    def last_ends(self, collection: int, statements: Many[int]) -> dict[int, Instant]:
        # One entry of the index for each: what ended before is not passed over.
        asked = {num: {"collection": collection, "statement": num} for num in sorted(statements)}
        ends = {num: rows(self._connection, _LAST_END, of)[0][0] for num, of in asked.items()}
        return {num: Instant(at) for num, at in ends.items() if at is not None}

    def since(self, collection: int, stamp: Instant, statement_party: str) -> list[Grant]:
        st = s.statements.c
        statement = select(s.grants).join(s.statements, st.num == _g.statement)
        statement = statement.where(_g.collection == collection, _g.tlp.in_(_LEVELS), _g.stamp >= stamp)
        statement = statement.where(st.party == statement_party).order_by(_g.stamp)
        return [_grant(row) for row in self._connection.execute(statement)]

    def append(self, grants: Sequence[Grant]) -> None:
        if not grants:
            return
        (collection,) = {grant.collection for grant in grants}
        by_object: dict[int, list[Grant]] = defaultdict(list)
        for grant in sorted(grants, key=lambda g: g.stamp):
            by_object[grant.object].append(grant)
        kinds, newest = self._kinds(grants), newest_keys(self._connection, collection, by_object)
        supersede(self._connection, collection, (g for obj in newest for g in by_object[obj]))
        rows = [
            _row(grant) | kinds[grant.version] | {"sup": sup, "late": late}
            for obj, listed in by_object.items()
            for grant, (sup, late) in zip(
                listed, flags_of([(g.key, int(g.tlp)) for g in listed], newest.get(obj, "")), strict=True
            )
        ]
        rows.sort(key=lambda row: row["stamp"])
        insert(self._connection, s.grants, rows)
        note_given(self._connection, collection, [row["stamp"] for row in rows])
        self._connection.execute(_SET_LAST_OF, {"_collection": collection, "_stamp": rows[-1]["stamp"]})

    def _kinds(self, grants: Sequence[Grant]) -> dict[int, dict[str, Any]]:
        """For each version its type and how many octets it has."""
        found: dict[int, dict[str, Any]] = {}
        for part in chunks(sorted({grant.version for grant in grants}), _IN):
            rows = self._connection.execute(_KINDS, {"nums": part})
            found.update({num: {"type": kind, "octets": octets} for num, kind, octets in rows})
        return found

    def end(self, grants: Sequence[Grant], at: Instant, why: str) -> None:
        for collection in sorted({grant.collection for grant in grants}):
            here = [grant for grant in grants if grant.collection == collection]
            forget_given(self._connection, collection, [grant.stamp for grant in here])
            for where in _there(collection, [grant.stamp for grant in here]):
                columns = [_g[column.name] for column in _p if column.name in _g]
                past = select(*columns, literal(at), literal(why)).where(*where)
                names = [*(column.name for column in columns), "ended_at", "why"]
                self._connection.execute(s.past_grants.insert().from_select(names, past))
                self._connection.execute(delete(s.grants).where(*where))
            redo_flags(self._connection, collection, {grant.object for grant in here})

    def remark(self, grant: Grant, tlp: Tlp) -> None:
        forget_given(self._connection, grant.collection, [grant.stamp])
        for where in _there(grant.collection, [grant.stamp]):
            self._connection.execute(update(s.grants).where(*where).values(tlp=int(tlp)))
        note_given(self._connection, grant.collection, [grant.stamp])
        redo_flags(self._connection, grant.collection, {grant.object})

    def restamp(self, grant: Grant, stamp: Instant) -> None:
        forget_given(self._connection, grant.collection, [grant.stamp])
        for where in _there(grant.collection, [grant.stamp]):
            self._connection.execute(update(s.grants).where(*where).values(stamp=stamp))
        note_given(self._connection, grant.collection, [stamp])
        redo_flags(self._connection, grant.collection, {grant.object})
        self._connection.execute(update(s.collections).where(_c.num == grant.collection).values(last_stamp=stamp))

    def page(self, view: View, conditions: Mapping[Tlp, str], query: PageQuery) -> PageReading:
        return PageReading(self._connection, view, conditions, query, self._named(query.ids))

    def _named(self, ids: Sequence[str]) -> list[int]:
        o = s.objects.c
        parts = chunks(sorted(set(ids)), _IN)
        return [
            num for part in parts for num in self._connection.execute(select(o.num).where(o.id.in_(part))).scalars()
        ]

    def record_read(self, collection: int, party: str, stamp: Instant, at: Instant) -> None:
        r = s.reads.c
        there = select(func.max(r.stamp)).where(r.collection == collection, r.party == party)
        if (self._connection.execute(there).scalar() or 0) < stamp:
            values = {"collection": collection, "party": party, "stamp": stamp, "at": at}
            self._connection.execute(s.reads.insert().values(values))

    def reads(self, collection: int) -> list[tuple[str, Instant, Instant]]:
        found = rows(self._connection, _READS, {"collection": collection})
        return [(party, Instant(stamp), Instant(at)) for party, stamp, at in found]


def _levels(view: View) -> list[int]:
    return [int(level) for level in view.levels]


def _there(collection: int, stamps: Sequence[Instant]) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Conditions that find the grants of these stamps, whatever their level is by now."""
    for part in chunks(sorted(stamps), _IN):
        yield (_g.collection == collection, _g.tlp.in_(_LEVELS), _g.stamp.in_(part))
