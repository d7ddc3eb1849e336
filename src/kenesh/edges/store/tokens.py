"""API tokens (`kenesh.parties.accounts.TokenRows`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.driver import rows
from kenesh.parties.accounts import ApiToken

_t = s.tokens.c
_o = s.constituent_tokens.c
_TOKENS = (
    "SELECT t.num, t.name, t.party, t.scopes, t.made_at, t.expires_at, t.used_on, o.constituent"
    " FROM tokens t LEFT JOIN constituent_tokens o ON o.token = t.num"
)
# Asked with every request.
_FIND = f"{_TOKENS} WHERE t.sha256 = :sha256 AND t.expires_at > :now"


def _token(row: tuple[Any, ...]) -> ApiToken:
    num, name, party, scopes, made_at, expires_at, used_on, constituent = row
    used = None if used_on is None else Instant(used_on)
    return ApiToken(num, name, party, tuple(scopes.split()), Instant(made_at), Instant(expires_at), used, constituent)


class Tokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sha256: bytes, token: ApiToken) -> None:
        said = {"sha256": sha256, "name": token.name, "party": token.party_ref, "scopes": " ".join(token.scopes)}
        times = {"made_at": token.made_at, "expires_at": token.expires_at}
        num = self._connection.execute(s.tokens.insert().values(said | times).returning(_t.num)).scalar_one()
        if token.constituent is not None:
            whose = {"token": num, "constituent": token.constituent}
            self._connection.execute(s.constituent_tokens.insert().values(whose))

    def find(self, sha256: bytes, now: Instant) -> ApiToken | None:
        for row in rows(self._connection, _FIND, {"sha256": sha256, "now": now}):
            return _token(row)
        return None

    def all(self) -> list[ApiToken]:
        return [_token(row) for row in rows(self._connection, f"{_TOKENS} ORDER BY t.num", {})]

    def use(self, num: int, day: Instant) -> None:
        self._connection.execute(update(s.tokens).where(_t.num == num).values(used_on=day))

    def revoke(self, num: int) -> None:
        self._connection.execute(delete(s.tokens).where(_t.num == num))
        self._connection.execute(delete(s.constituent_tokens).where(_o.token == num))

    def revoke_of(self, constituent: int) -> int:
        found = self._connection.execute(select(_o.token).where(_o.constituent == constituent)).scalars().all()
        for num in found:
            self.revoke(num)
        return len(found)
