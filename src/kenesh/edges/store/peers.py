"""Peers, cursors and secrets (the ports of `kenesh.federation.ports`, and `PartyRows`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.driver import rows
from kenesh.edges.store.inserting import insert
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Secret
from kenesh.parties.key_line import FormerKey
from kenesh.parties.keys import PublicKey
from kenesh.parties.party import LISTED_IDS
from kenesh.stix.marking import Tlp

_p, _k, _s = s.peers.c, s.cursors.c, s.secrets.c

# Asked with every request: put together once.
_ADMITTED = select(_p.party, _p.kid, _p.former)
_BY_REF = select(s.peers).where(_p.party == bindparam("party"))
_CEILINGS = "SELECT ref, tlp FROM ceilings ORDER BY ref"
_CODE_OF = "SELECT code FROM peers WHERE party = :party"
_OWN_CODE = "SELECT value FROM meta WHERE name = :name"
# Who hosts whom stands among the notes, under the hosted party's id: of most parties there is nothing to say.
_HOST: Final = "host:"
_HOSTS = "SELECT name, value FROM meta WHERE name >= 'host:' AND name < 'host;'"
_FORGET_HOST = delete(s.meta).where(s.meta.c.name == bindparam("note"))
_CURSOR = "SELECT added_after FROM cursors WHERE party = :party AND collection_id = :collection"
_FORGET_CURSOR = delete(s.cursors).where(_k.party == bindparam("party"), _k.collection_id == bindparam("collection"))
_ALL = select(s.peers).order_by(_p.code)
_NONE: Final = "[]"
_NEVER: Final = Instant(0)
# Asked for each audience that a reader's term opens.
_KEEPER = (
    select(s.objects.c.writer, _p.admitted_at, _p.last_sync_at)
    .select_from(s.objects.outerjoin(s.peers, _p.party == s.objects.c.writer))
    .where(s.objects.c.id == bindparam("membership"))
)
# Asked with every request.
_SECRET = (
    "SELECT sha256, kind, name, party, made_at, expires_at FROM secrets"
    " WHERE sha256 = :sha256 AND kind = :kind AND expires_at > :now"
)


def _peer(row: Any, hosts: Mapping[str, str]) -> Peer:
    return Peer(
        party_ref=row.party,
        code=row.code,
        name=row.name,
        url=row.url,
        key=PublicKey(row.x),
        kid=row.kid,
        serial=row.serial,
        valid_until=Instant(row.valid_until),
        is_depositary=bool(row.depositary),
        admitted_at=Instant(row.admitted_at),
        last_sync_at=None if row.last_sync_at is None else Instant(row.last_sync_at),
        last_error=row.last_error,
        skew=row.skew,
        former=_former(row.former),
        provisional_until=None if row.provisional_until is None else Instant(row.provisional_until),
        hosted_by_ref=hosts.get(row.party, ""),
    )


def _former(text: str) -> tuple[FormerKey, ...]:
    if text == _NONE:
        return ()
    return tuple(
        FormerKey(PublicKey(x), Instant(until), None if since is None else Instant(since))
        for x, until, since in msgspec.json.decode(text)
    )


class Peers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def admitted(self) -> dict[str, tuple[str, ...]]:
        return {
            row.party: (row.kid, *(f.kid for f in reversed(_former(row.former))))
            for row in self._connection.execute(_ADMITTED)
        }

    def list_heard_at(self, membership_id: str) -> Instant | None:
        row = self._connection.execute(_KEEPER, {"membership": membership_id}).first()
        if row is None:
            return None
        if row.admitted_at is None:
            # Its own node, or one that was admitted and is no more.
            was_admitted = select(s.key_statements.c.num).where(s.key_statements.c.party == row.writer).limit(1)
            return None if self._connection.execute(was_admitted).first() is None else _NEVER
        return Instant(max(row.admitted_at, row.last_sync_at or 0))

    def ceilings(self) -> dict[str, Tlp]:
        return {ref: Tlp(tlp) for ref, tlp in rows(self._connection, _CEILINGS, {})}

    def set_ceiling(self, ref: str, tlp: Tlp | None) -> None:
        self._connection.execute(delete(s.ceilings).where(s.ceilings.c.ref == ref))
        if tlp is not None:
            self._connection.execute(s.ceilings.insert().values(ref=ref, tlp=int(tlp)))

    def hosts(self) -> dict[str, str]:
        return {name.removeprefix(_HOST): value for name, value in rows(self._connection, _HOSTS, {})}

    def code_of(self, party_ref: str) -> str:
        found = rows(self._connection, _CODE_OF, {"party": party_ref})
        found = found or rows(self._connection, _OWN_CODE, {"name": f"code:{party_ref}"})
        return str(found[0][0]) if found else LISTED_IDS.get(party_ref, party_ref)

    def all(self) -> list[Peer]:
        hosts = self.hosts()
        return [_peer(row, hosts) for row in self._connection.execute(_ALL)]

    def by_ref(self, party_ref: str) -> Peer | None:
        row = self._connection.execute(_BY_REF, {"party": party_ref}).first()
        return None if row is None else _peer(row, self.hosts())

    def by_code(self, code: str) -> Peer | None:
        row = self._connection.execute(select(s.peers).where(_p.code == code)).first()
        return None if row is None else _peer(row, self.hosts())

    def put(self, peer: Peer, card: bytes) -> None:
        self.remove(peer.party_ref)
        self._connection.execute(
            s.peers.insert().values(
                party=peer.party_ref,
                code=peer.code,
                name=peer.name,
                url=peer.url,
                x=peer.key.x,
                kid=peer.kid,
                serial=peer.serial,
                valid_until=peer.valid_until,
                card=card,
                depositary=int(peer.is_depositary),
                admitted_at=peer.admitted_at,
                last_sync_at=peer.last_sync_at,
                last_error=peer.last_error,
                skew=peer.skew,
                former=msgspec.json.encode([(f.key.x, f.until, f.revoked_since) for f in peer.former]).decode(),
                provisional_until=peer.provisional_until,
            )
        )
        if peer.hosted_by_ref:
            note = {"name": f"{_HOST}{peer.party_ref}", "value": peer.hosted_by_ref}
            insert(self._connection, s.meta, [note])

    def remove(self, party_ref: str) -> None:
        self._connection.execute(delete(s.peers).where(_p.party == party_ref))
        self._connection.execute(_FORGET_HOST, {"note": f"{_HOST}{party_ref}"})

    def set_depositary(self, party_ref: str) -> None:
        self._connection.execute(update(s.peers).values(depositary=0))
        self._connection.execute(update(s.peers).where(_p.party == party_ref).values(depositary=1))

    def note_sync(self, party_ref: str, *, at: Instant | None, error: str, skew: int) -> None:
        values: dict[str, Any] = {"last_error": error, "skew": skew}
        if at is not None:
            values["last_sync_at"] = at
        self._connection.execute(update(s.peers).where(_p.party == party_ref).values(**values))


class Cursors:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, party_ref: str, collection_id: str) -> str | None:
        for (added_after,) in rows(self._connection, _CURSOR, {"party": party_ref, "collection": collection_id}):
            return str(added_after)
        return None

    def set(self, party_ref: str, collection_id: str, added_after: str, at: Instant) -> None:
        self._connection.execute(_FORGET_CURSOR, {"party": party_ref, "collection": collection_id})
        row = {"party": party_ref, "collection_id": collection_id, "added_after": added_after, "at": at}
        insert(self._connection, s.cursors, [row])


class Secrets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, secret: Secret) -> None:
        self._connection.execute(
            s.secrets.insert().values(
                sha256=secret.sha256,
                kind=secret.kind,
                name=secret.name,
                party=secret.party_ref,
                made_at=secret.made_at,
                expires_at=secret.expires_at,
            )
        )

    def find(self, kind: str, sha256: bytes, now: Instant) -> Secret | None:
        for found, of, name, party, made_at, expires_at in rows(
            self._connection, _SECRET, {"sha256": sha256, "kind": kind, "now": now}
        ):
            return Secret(bytes(found), of, name, party, Instant(made_at), Instant(expires_at))
        return None

    def forget(self, sha256: bytes) -> None:
        self._connection.execute(delete(s.secrets).where(_s.sha256 == sha256))

    def of_kind(self, kind: str) -> list[Secret]:
        found = self._connection.execute(select(s.secrets).where(_s.kind == kind).order_by(_s.made_at))
        return [
            Secret(bytes(r.sha256), r.kind, r.name, r.party, Instant(r.made_at), Instant(r.expires_at)) for r in found
        ]
