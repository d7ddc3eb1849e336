"""Accounts and what opens them (the ports of `kenesh.parties.accounts`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.erasing import ERASED
from kenesh.parties.accounts import Account, Passkey, Session, Stage
from kenesh.parties.roles import AccountRole

_a, _s, _p, _c = s.accounts.c, s.sessions.c, s.passkeys.c, s.recovery_codes.c
# Asked with every request at the desk.
_SESSION = select(s.sessions).where(_s.sha256 == bindparam("sha256"))
_BY_NUM = select(s.accounts).where(_a.num == bindparam("num"))


def _words(words: Iterable[str] | None) -> str | None:
    return None if words is None else " ".join(sorted(words))


def _instant(value: int | None) -> Instant | None:
    return None if value is None else Instant(value)


def _account(row: Any) -> Account:
    return Account(
        num=row.num,
        name=row.name,
        roles=frozenset(AccountRole(word) for word in row.roles.split()),
        language=row.language,
        cleared=None if row.cleared is None else frozenset(row.cleared.split()),
        made_at=Instant(row.made_at),
        password=row.password,
        password_until=_instant(row.password_until),
        totp=None if row.totp is None else bytes(row.totp),
        totp_step=row.totp_step,
        issuer=row.issuer or "",
        subject=row.subject or "",
        locked_at=_instant(row.locked_at),
    )


class Accounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, name: str, roles: frozenset[AccountRole], language: str, cleared: frozenset[str] | None, at: Instant
    ) -> Account:
        said = {"name": name, "roles": _words(roles), "language": language, "cleared": _words(cleared)}
        made = s.accounts.insert().values(said | {"password": "", "totp_step": 0, "made_at": at}).returning(_a.num)
        num: int = self._connection.execute(made).scalar_one()
        return Account(num, name, roles, language, cleared, at)

    def all(self) -> list[Account]:
        return [_account(row) for row in self._connection.execute(select(s.accounts).order_by(_a.num))]

    def find(self, name: str) -> Account | None:
        row = self._connection.execute(select(s.accounts).where(_a.name == name)).first()
        return None if row is None else _account(row)

    def by_num(self, num: int) -> Account | None:
        row = self._connection.execute(_BY_NUM, {"num": num}).first()
        return None if row is None else _account(row)

    def by_subject(self, issuer: str, subject: str) -> Account | None:
        row = self._connection.execute(select(s.accounts).where(_a.issuer == issuer, _a.subject == subject)).first()
        return None if row is None else _account(row)

    def change(self, num: int, **values: Any) -> None:
        for name in {"roles", "cleared"} & values.keys():
            values[name] = _words(values[name])
        self._connection.execute(update(s.accounts).where(_a.num == num).values(values))

    def take_step(self, num: int, step: int) -> bool:
        taken = update(s.accounts).where(_a.num == num, _a.totp_step < step).values(totp_step=step)
        return self._connection.execute(taken).rowcount == 1

    def erase(self, account: Account) -> None:
        said: dict[str, Any] = {"name": None, "password": "", "password_until": None, "totp": None, "language": ""}
        self.change(account.num, **said, issuer=None, subject=None, roles=(), cleared=())
        for table in (s.holds, s.imports, s.kept_pages, s.kept_rows):
            stated = update(table).where(table.c.person == account.name).values(person=account.pseudonym)
            self._connection.execute(stated)
        # No octet of the name stays in SQLite's write-ahead log either.
        self._connection.info[ERASED] = True


def _session(row: Any) -> Session:
    return Session(
        row.num,
        row.account,
        Stage(row.stage),
        row.how,
        Instant(row.begun_at),
        Instant(row.seen_at),
        Instant(row.ends_at),
    )


class Sessions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sha256: bytes, account: int, stage: Stage, how: str, at: Instant, ends_at: Instant) -> None:
        said = {"sha256": sha256, "account": account, "stage": int(stage), "how": how}
        times = {"begun_at": at, "seen_at": at, "ends_at": ends_at}
        self._connection.execute(s.sessions.insert().values(said | times))

    def find(self, sha256: bytes) -> Session | None:
        row = self._connection.execute(_SESSION, {"sha256": sha256}).first()
        return None if row is None else _session(row)

    def of_account(self, account: int) -> list[Session]:
        found = select(s.sessions).where(_s.account == account).order_by(_s.num)
        return [_session(row) for row in self._connection.execute(found)]

    def see(self, num: int, at: Instant) -> None:
        self._connection.execute(update(s.sessions).where(_s.num == num).values(seen_at=at))

    def end(self, num: int) -> None:
        self._connection.execute(delete(s.sessions).where(_s.num == num))

    def end_of(self, account: int) -> int:
        return self._connection.execute(delete(s.sessions).where(_s.account == account)).rowcount

    def forget(self, ended_before: Instant, seen_before: Instant) -> None:
        self._connection.execute(delete(s.sessions).where(or_(_s.ends_at <= ended_before, _s.seen_at <= seen_before)))


def _passkey(row: Any) -> Passkey:
    return Passkey(
        bytes(row.credential),
        row.account,
        bytes(row.key),
        row.sign_count,
        row.name,
        Instant(row.made_at),
        _instant(row.used_at),
    )


class Passkeys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> None:
        names = ("credential", "account", "key", "sign_count", "name", "made_at", "used_at")
        self._connection.execute(s.passkeys.insert().values({name: getattr(passkey, name) for name in names}))

    def find(self, credential: bytes) -> Passkey | None:
        row = self._connection.execute(select(s.passkeys).where(_p.credential == credential)).first()
        return None if row is None else _passkey(row)

    def of_account(self, account: int) -> list[Passkey]:
        found = select(s.passkeys).where(_p.account == account).order_by(_p.made_at, _p.credential)
        return [_passkey(row) for row in self._connection.execute(found)]

    def use(self, credential: bytes, sign_count: int, at: Instant) -> None:
        used = update(s.passkeys).where(_p.credential == credential).values(sign_count=sign_count, used_at=at)
        self._connection.execute(used)

    def remove(self, account: int, credential: bytes) -> None:
        self._connection.execute(delete(s.passkeys).where(_p.account == account, _p.credential == credential))

    def set_codes(self, account: int, digests: list[bytes]) -> None:
        self._connection.execute(delete(s.recovery_codes).where(_c.account == account))
        if digests:
            values = [{"account": account, "sha256": digest} for digest in digests]
            self._connection.execute(s.recovery_codes.insert(), values)

    def take_code(self, account: int, digest: bytes) -> bool:
        taken = delete(s.recovery_codes).where(_c.account == account, _c.sha256 == digest)
        return self._connection.execute(taken).rowcount == 1

    def count_codes(self, account: int) -> int:
        found = select(func.count()).select_from(s.recovery_codes).where(_c.account == account)
        return int(self._connection.execute(found).scalar_one())

    def forget(self, account: int) -> None:
        self._connection.execute(delete(s.passkeys).where(_p.account == account))
        self.set_codes(account, [])
