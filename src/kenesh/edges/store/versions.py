"""Objects and versions (`VersionRows`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, select, update

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.edges.store import schema as s
from kenesh.edges.store.among import Among
from kenesh.edges.store.driver import rows
from kenesh.edges.store.erasing import erase
from kenesh.edges.store.inserting import insert
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import ONCE_PROVED, Conflict, HeldVersion, KnownObject, KnownVersion
from kenesh.stix.marking import Tlp

_IN = 500  # ids in one statement: far below what either database takes
_v, _o = s.versions.c, s.objects.c

_h = s.holds.c
_SAID = case((_h.label < 0, int(Tlp.RED)), else_=_h.label)
_IN_FORCE = (_h.version == _v.num, _h.ended_at.is_(None))
#: The label under which it was given. What its writer said himself is his leave; of others' words the strictest holds.
_GIVEN = func.coalesce(
    select(func.min(_SAID)).where(*_IN_FORCE, _h.party == _o.writer).scalar_subquery(),
    select(func.max(_SAID)).where(*_IN_FORCE).scalar_subquery(),
    int(Tlp.RED),
)

_HELD = select(
    _v.num, _v.object, _o.id, _o.type, _v.modified_key, _v.modified, _v.sha256, _v.created_by, _o.writer, _v.tlp,
    _o.tlp.label("object_tlp"), _v.whole, _o.revoked, _v.proved, _v.name, _v.added_at,
    _GIVEN.label("given"),
).join_from(s.versions, s.objects, _v.object == _o.num)  # fmt: skip
_CURRENT = _HELD.where(_o.current == _v.num)

# Asked with every page that comes or goes: put together once.
_HELD_BY_NUM = _HELD.where(_v.num.in_(bindparam("nums", expanding=True)), _v.accepted == 1).order_by(_v.num)
_CURRENT_BY_ID = _CURRENT.where(_o.id.in_(bindparam("ids", expanding=True)))
_CURRENT_BY_TYPE = _CURRENT.where(_o.type == bindparam("type")).order_by(_v.num)
_VERSIONS_BY_ID = _HELD.where(_o.id == bindparam("id"), _v.accepted == 1).order_by(_v.modified_key, _v.num)
_LAST_NUMS = "SELECT (SELECT max(num) FROM objects), (SELECT max(num) FROM versions)"
_RAW = select(_v.num, _v.raw).where(_v.num.in_(bindparam("nums", expanding=True)))

_KNOWN_OBJECTS = Among(select(s.objects), _o.id)
_KNOWN_VERSIONS = Among(
    select(_v.object, _v.num, _v.modified_key, _v.sha256, _v.accepted, _v.proved, _v.tlp, _v.revoked).order_by(_v.num),
    _v.object,
)


#: An object's marking as it follows from its versions; each statement of what has no versions stands for itself.
_OF_VERSIONS = func.coalesce(
    select(func.max(_v.tlp)).where(_v.object == _o.num, _v.accepted == 1, _v.modified_key != "").scalar_subquery(), 0
)
_STRICTEST = case((_o.said_tlp > _OF_VERSIONS, _o.said_tlp), else_=_OF_VERSIONS)


def _held(row: Any) -> HeldVersion:
    return HeldVersion(
        num=row.num,
        object=row.object,
        id=row.id,
        type=row.type,
        key=ModifiedKey(row.modified_key),
        modified=row.modified,
        sha256=bytes(row.sha256),
        created_by=row.created_by,
        writer=row.writer,
        tlp=Tlp(row.tlp),
        object_tlp=Tlp(row.object_tlp),
        whole=bool(row.whole),
        revoked=bool(row.revoked),
        proved=bool(row.proved),
        name=row.name,
        added_at=Instant(row.added_at),
        given=Tlp(row.given),
    )


class Versions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, ids: Many[str]) -> dict[str, KnownObject]:
        found = list(_KNOWN_OBJECTS.rows(self._connection, ids))
        versions: dict[int, list[KnownVersion]] = defaultdict(list)
        for v in _KNOWN_VERSIONS.rows(self._connection, [row.num for row in found]):
            versions[v.object].append(_known_version(v))
        return {row.id: _known(row, versions[row.num]) for row in found}

    def next_nums(self) -> tuple[int, int]:
        ((last_object, last_version),) = rows(self._connection, _LAST_NUMS, {})
        return (last_object or 0) + 1, (last_version or 0) + 1

    def add(
        self,
        objects: Sequence[Mapping[str, Any]],
        versions: Sequence[Mapping[str, Any]],
        links: Sequence[Mapping[str, Any]],
        cited: Sequence[Mapping[str, Any]],
    ) -> None:
        # Rows in the order of the index that is scattered: that keeps the rate as the store grows.
        insert(self._connection, s.objects, sorted(objects, key=itemgetter("id")))
        insert(self._connection, s.versions, versions)
        insert(self._connection, s.links, sorted(links, key=itemgetter("target")))
        insert(self._connection, s.cited_markings, sorted(cited, key=itemgetter("marking")))

    def keep_originals(self, rows: Sequence[Mapping[str, Any]]) -> None:
        insert(self._connection, s.originals, rows)

    def original(self, num: int) -> bytes | None:
        c = s.originals.c
        found = self._connection.execute(select(c.raw).where(c.version == num)).scalar()
        return None if found is None else bytes(found)

    def update_objects(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            names = ("proved", "tlp", "revoked", "current")
            statement = update(s.objects).where(_o.num == bindparam("_num"))
            statement = statement.values({name: bindparam(f"_{name}") for name in names})
            self._connection.execute(statement, [{f"_{k}": v for k, v in row.items()} for row in rows])

    def set_accepted(self, nums: Many[int], *, accepted: bool, proved: bool, why: str | None) -> None:
        for part in chunks(sorted(nums), _IN):
            statement = update(s.versions).where(_v.num.in_(part))
            self._connection.execute(statement.values(accepted=int(accepted), proved=int(proved), why=why))

    def statement_markings(self, ids: Many[str], givers: Many[str]) -> frozenset[str]:
        h = s.holds.c
        statement = (
            select(_o.id)
            .join_from(s.objects, s.versions, _v.object == _o.num)
            .join(s.holds, h.version == _v.num)
            .where(_v.accepted == 1, h.ended_at.is_(None), (_v.proved == 1) | h.party.in_(list(givers)))
            .group_by(_o.id)
            .having(func.min(case((_v.is_statement == ONCE_PROVED, _v.proved), else_=_v.is_statement)) == 1)
        )
        found: set[str] = set()
        for part in chunks(sorted(ids), _IN):
            found.update(self._connection.execute(statement.where(_o.id.in_(part))).scalars())
        return frozenset(found)

    def citing(self, marking_ids: Many[str]) -> list[tuple[int, str, list[str], list[str]]]:
        c = s.cited_markings.c
        wanted = select(c.version).where(c.marking.in_(list(marking_ids)))
        statement = (
            select(c.version, c.marking, c.granular, _o.giver)
            .join_from(s.cited_markings, s.versions, _v.num == c.version)
            .join(s.objects, _o.num == _v.object)
            .where(c.version.in_(wanted))
            .order_by(c.version, c.marking)
        )
        refs: dict[tuple[int, str], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for row in self._connection.execute(statement):
            refs[row.version, row.giver][row.granular].append(row.marking)
        return [(version, giver, whole, granular) for (version, giver), (whole, granular) in refs.items()]

    def remark(self, versions: Many[int], tlp: Tlp, *, whole: bool) -> dict[int, tuple[Tlp, Tlp]]:
        moved: dict[int, tuple[Tlp, Tlp]] = {}
        for part in chunks(sorted(versions), _IN):
            objects = select(_v.object).where(_v.num.in_(part))
            marked = select(_o.num, _o.tlp).where(_o.num.in_(objects))
            before = {row.num: Tlp(row.tlp) for row in self._connection.execute(marked)}
            changed = update(s.versions).where(_v.num.in_(part))
            self._connection.execute(changed.values(tlp=int(tlp), whole=int(whole)))
            self._connection.execute(update(s.objects).where(_o.num.in_(objects)).values(tlp=_STRICTEST))
            for row in self._connection.execute(marked):
                moved[row.num] = (moved.get(row.num, (before[row.num],))[0], Tlp(row.tlp))
        return moved

    def tighten(self, obj: int, tlp: Tlp) -> bool:
        said = update(s.objects).where(_o.num == obj, _o.said_tlp < int(tlp)).values(said_tlp=int(tlp))
        self._connection.execute(said)
        statement = update(s.objects).where(_o.num == obj, _o.tlp < int(tlp)).values(tlp=int(tlp))
        return self._connection.execute(statement).rowcount == 1

    def held(self, nums: Many[int]) -> list[HeldVersion]:
        return [one for part in chunks(sorted(nums), _IN) for one in self._select(_HELD_BY_NUM, nums=part)]

    def current_of(self, ids: Many[str]) -> dict[str, HeldVersion]:
        parts = chunks(sorted(ids), _IN)
        return {held.id: held for part in parts for held in self._select(_CURRENT_BY_ID, ids=part)}

    def all_of(self, stix_id: str) -> list[HeldVersion]:
        return self._select(_VERSIONS_BY_ID, id=stix_id)

    def raw(self, nums: Many[int]) -> dict[int, bytes]:
        found = {}
        for part in chunks(sorted(nums), _IN):
            found.update({row.num: bytes(row.raw) for row in self._connection.execute(_RAW, {"nums": part})})
        return found

    def erase(self, nums: Many[int]) -> tuple[str, ...]:
        return erase(self._connection, nums)

    def linked_to(self, target: str, types: Many[str]) -> list[HeldVersion]:
        statement = _CURRENT.join(s.links, s.links.c.version == _v.num)
        return self._select(statement.where(s.links.c.target == target, _o.type.in_(list(types))).order_by(_v.num))

    def objects_of(self, versions: Many[int]) -> frozenset[int]:
        found: set[int] = set()
        for part in chunks(sorted(versions), _IN):
            found.update(self._connection.execute(select(_v.object).where(_v.num.in_(part))).scalars())
        return frozenset(found)

    def references(self, nums: Many[int]) -> dict[int, list[str]]:
        c, found = s.links.c, defaultdict(list)
        for part in chunks(sorted(nums), _IN):
            for row in self._connection.execute(select(s.links).where(c.version.in_(part)).order_by(c.target)):
                found[row.version].append(row.target)
        return dict(found)

    def cited_markings(self, nums: Many[int]) -> frozenset[str]:
        c = s.cited_markings.c
        found: set[str] = set()
        for part in chunks(sorted(nums), _IN):
            found.update(self._connection.execute(select(c.marking).where(c.version.in_(part))).scalars())
        return frozenset(found)

    def of_type(self, stix_type: str) -> list[HeldVersion]:
        return self._select(_CURRENT_BY_TYPE, type=stix_type)

    def accepted_after(self, num: int, limit: int) -> list[int]:
        statement = select(_v.num).where(_v.num > num, _v.accepted == 1).order_by(_v.num).limit(limit)
        return list(self._connection.execute(statement).scalars())

    def search(self, text: str, limit: int) -> list[HeldVersion]:
        # The columns compare by code point, so that both databases fold A-Z alone, whatever their locale.
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = _HELD.where(_v.name.ilike(pattern, escape="\\") | _o.id.ilike(pattern, escape="\\"))
        return self._select(statement.where(_v.accepted == 1).order_by(_v.num.desc()).limit(limit))

    def conflicts(self, stix_id: str | None, limit: int) -> list[Conflict]:
        # What gave way came, like everything unproved that ever counted, from the object's giver.
        source = func.coalesce(_v.source, _o.giver).label("source")
        columns = (_o.id, _v.num, source, _v.why, _v.sha256)
        statement = select(*columns).join_from(s.versions, s.objects, _v.object == _o.num).where(_v.accepted == 0)
        statement = statement.order_by(_v.num.desc()).limit(limit)
        if stix_id is not None:
            statement = statement.where(_o.id == stix_id)
        return [Conflict(r.id, r.num, r.source, r.why or "", r.sha256) for r in self._connection.execute(statement)]

    def content_num(self, stix_id: str, sha256: bytes) -> int | None:
        statement = select(_v.num).join_from(s.versions, s.objects, _v.object == _o.num)
        return self._connection.execute(statement.where(_o.id == stix_id, _v.sha256 == sha256)).scalar()

    def recompute_current(self, objects: Many[int]) -> None:
        held = select(1).where(s.holds.c.version == _v.num, s.holds.c.ended_at.is_(None)).exists()
        newest = (
            select(_v.num)
            .where(_v.object == _o.num, _v.accepted == 1, held)
            .order_by(_v.modified_key.desc(), _v.num.desc())
            .limit(1)
            .scalar_subquery()
        )
        for part in chunks(sorted(objects), _IN):
            self._connection.execute(update(s.objects).where(_o.num.in_(part)).values(current=newest))

    def count(self) -> dict[str, int]:
        statement = select(_o.type, func.count()).where(_o.current.is_not(None)).group_by(_o.type)
        return {row[0]: row[1] for row in self._connection.execute(statement)}

    def _select(self, statement: Select[Any], **params: Any) -> list[HeldVersion]:
        return [_held(row) for row in self._connection.execute(statement, params)]


def _known_version(row: Any) -> KnownVersion:
    return KnownVersion(
        num=row.num,
        key=ModifiedKey(row.modified_key),
        sha256=bytes(row.sha256),
        accepted=bool(row.accepted),
        proved=bool(row.proved),
        tlp=Tlp(row.tlp),
        revoked=bool(row.revoked),
    )


def _known(row: Any, versions: list[KnownVersion]) -> KnownObject:
    return KnownObject(
        num=row.num,
        id=row.id,
        type=row.type,
        writer=row.writer,
        giver=row.giver,
        proved=bool(row.proved),
        tlp=Tlp(row.tlp),
        revoked=bool(row.revoked),
        current=row.current,
        versions=tuple(versions),
        said_tlp=Tlp(row.said_tlp),
    )
