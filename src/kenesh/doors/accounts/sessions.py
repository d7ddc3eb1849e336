"""Who is at the desk: sessions, each known by the SHA-256 of a secret that its browser alone has.

A session ends when it was not used for an hour, and twelve hours after it began; at each step of coming in it gets
another secret. Source: OWASP ASVS 5.0 §7.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from kenesh.basis.instants import HOUR, MINUTE, SECOND, Instant
from kenesh.doors.services import Services, Transaction
from kenesh.federation.ports import Secret
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import Account, Session, Stage, is_pseudonym
from kenesh.release.manifest import text_of

#: The kind of secret that a one-time address carries.
LOGIN: Final = "login"
LIFETIME: Final = 12 * HOUR
LIFETIME_S: Final = LIFETIME // SECOND
IDLE: Final = HOUR
#: So long somebody may take from the password to the code.
COMING_IN: Final = 10 * MINUTE
#: So often at most it is noted that a session is used: reading a page writes nothing otherwise.
_SEEN_EVERY: Final = 5 * MINUTE
#: So often at most a refused log-in stands in the record: whoever guesses does not fill it.
REFUSED_EVERY: Final = MINUTE


class Refusals:
    """Counts refused log-ins, and puts one entry a minute at most into the record, with how many there were."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._count = 0
        self._told_at: Instant | None = None

    def refused(self) -> None:
        """One more."""
        with self._lock:
            self._count += 1
            now = self._services.clock.now()
            if self._told_at is not None and 0 <= now - self._told_at < REFUSED_EVERY:
                return
            count, self._count, self._told_at = self._count, 0, now
        with self._services.store.writing() as tx:
            own = self._services.own.ref
            self._services.record(tx, ActKind.LOGIN_REFUSED, "nobody", own, door="desk", count=count)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody with a session that holds."""

    account: Account
    session: Session

    @property
    def is_in(self) -> bool:
        """Whether nothing is missing any more."""
        return self.session.stage is Stage.IN


def digest(text: str) -> bytes:
    """What the store keeps of a secret."""
    return sha256(text.encode("utf-8", "replace")).digest()


def invited(services: Services, code: str) -> Account | None:
    """Whom the code would log in; None where it is wrong, used or expired. It is not used up by asking."""
    with services.store.reading() as tx:
        return _invited(tx, services, code)


def _invited(tx: Transaction, services: Services, code: str) -> Account | None:
    known = tx.secrets.find(LOGIN, digest(code), services.clock.now())
    if known is None or known.party_ref != services.own.ref or not is_pseudonym(known.name):
        return None
    account = next((one for one in tx.accounts.all() if one.pseudonym == known.name), None)
    return account if account is not None and account.is_open else None


def invite(services: Services, tx: Transaction, account: Account, lifetime: int) -> str:
    """A code that logs one person in, once."""
    code, now = text_of(services.chance.octets(32)), services.clock.now()
    tx.secrets.add(Secret(digest(code), LOGIN, account.pseudonym, services.own.ref, now, Instant(now + lifetime)))
    return code


def begin_by_code(services: Services, code: str) -> str | None:
    """The secret of a new session; None where the code is wrong, used or expired. The code is used up."""
    if invited(services, code) is None:
        return None  # Whoever guesses does not get as far as the lock of the writers.
    with services.store.writing() as tx:
        account = _invited(tx, services, code)
        if account is None:
            return None
        tx.secrets.forget(digest(code))
        return begin(services, tx, account, "address")


def begin(services: Services, tx: Transaction, account: Account, how: str, stage: Stage = Stage.IN) -> str:
    """The secret of a new session. The record says so once somebody is in."""
    now = services.clock.now()
    _forget_expired(tx, now)
    text = text_of(services.chance.octets(32))
    ends_at = Instant(now + (LIFETIME if stage is Stage.IN else COMING_IN))
    tx.sessions.add(digest(text), account.num, stage, how, now, ends_at)
    if stage is Stage.IN:
        services.record(tx, ActKind.LOGIN_MADE, account.pseudonym, services.own.ref, door="desk", how=how)
    return text


def go_on(services: Services, tx: Transaction, present: Present, stage: Stage) -> str:
    """The next step of coming in: another session with another secret in the place of this one."""
    tx.sessions.end(present.session.num)
    return begin(services, tx, present.account, present.session.how, stage)


def _forget_expired(tx: Transaction, now: Instant) -> None:
    tx.sessions.forget(now, Instant(now - IDLE))
    for secret in tx.secrets.of_kind(LOGIN):
        if secret.expires_at <= now:
            tx.secrets.forget(secret.sha256)


def present(services: Services, text: str | None) -> Present | None:
    """Who has that session, at whatever stage; None where there is none, it is over, or the account is closed."""
    if not text:
        return None
    now = services.clock.now()
    with services.store.reading() as tx:
        session = tx.sessions.find(digest(text))
        account = tx.accounts.by_num(session.account) if session else None
    if session is None or account is None or not account.is_open:
        return None
    if now >= session.ends_at or now - session.seen_at >= IDLE:
        return None
    if now - session.seen_at >= _SEEN_EVERY:
        with services.store.writing() as tx:
            tx.sessions.see(session.num, now)
    return Present(account, session)


def at_desk(services: Services, text: str | None) -> Present | None:
    """Who is in by that session; None where nobody is."""
    found = present(services, text)
    return found if found is not None and found.is_in else None


def end(services: Services, present: Present, num: int | None = None) -> None:
    """Ends this session, or another of the same person's; one of somebody else's is left alone."""
    with services.store.writing() as tx:
        mine = {session.num for session in tx.sessions.of_account(present.account.num)}
        ended = present.session.num if num is None else num
        if ended in mine:
            tx.sessions.end(ended)
            who = present.account.pseudonym
            services.record(tx, ActKind.LOGIN_ENDED, who, services.own.ref, door="desk")
