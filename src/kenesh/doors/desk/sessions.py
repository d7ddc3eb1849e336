"""Who is at the desk: a one-time code becomes a session, once; the store keeps the SHA-256 of either."""

from __future__ import annotations

import threading
from hashlib import sha256
from typing import Final

from kenesh.basis.instants import HOUR, MINUTE, SECOND, Instant
from kenesh.basis.problem import UnauthorisedProblem
from kenesh.doors.services import Services, Transaction
from kenesh.federation.ports import Secret
from kenesh.ledger.acts import ActKind
from kenesh.release.manifest import text_of
from kenesh.release.reader import Reader

LOGIN: Final = "login"
SESSION: Final = "session"
LIFETIME: Final = 12 * HOUR
LIFETIME_S: Final = LIFETIME // SECOND
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


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()


def _find(tx: Transaction, services: Services, kind: str, text: str) -> Secret | None:
    known = tx.secrets.find(kind, _digest(text), services.clock.now())
    return known if known is not None and known.party_ref == services.own.ref else None


def invited(services: Services, code: str) -> str | None:
    """Whom the code would log in; None where it is wrong, used or expired. It is not used up by asking."""
    with services.store.reading() as tx:
        known = _find(tx, services, LOGIN, code)
    return None if known is None else known.name


def begin(services: Services, code: str) -> str | None:
    """The secret of a new session; None where the code is wrong, used or expired. The code is used up."""
    if invited(services, code) is None:
        return None  # Whoever guesses does not get as far as the lock of the writers.
    now = services.clock.now()
    with services.store.writing() as tx:
        known = _find(tx, services, LOGIN, code)
        if known is None:
            return None
        tx.secrets.forget(known.sha256)
        _forget_expired(tx, now)
        token = text_of(services.chance.octets(32))
        tx.secrets.add(Secret(_digest(token), SESSION, known.name, known.party_ref, now, Instant(now + LIFETIME)))
        services.record(tx, ActKind.LOGIN_MADE, known.name, known.party_ref, door="desk")
    return token


def _forget_expired(tx: Transaction, now: Instant) -> None:
    for kind in (LOGIN, SESSION):
        for secret in tx.secrets.of_kind(kind):
            if secret.expires_at <= now:
                tx.secrets.forget(secret.sha256)


def at_desk(services: Services, token: str | None) -> Reader | None:
    """The person whose session it is; None where there is no such session, or it is over."""
    if not token:
        return None
    with services.store.reading() as tx:
        known = _find(tx, services, SESSION, token)
    return None if known is None else services.person(known.name)


def reader_at_desk(services: Services, token: str | None) -> Reader:
    """The person whose session it is.

    Raises:
        UnauthorisedProblem: there is no such session, or it is over.
    """
    reader = at_desk(services, token)
    if reader is None:
        raise UnauthorisedProblem("Nobody is logged in.", advice="Ask for an address: kenesh login --person NAME.")
    return reader


def end(services: Services, token: str | None) -> None:
    """The session is over, for whoever has its secret.

    Raises:
        UnauthorisedProblem: there is no such session.
    """
    person = reader_at_desk(services, token).name
    with services.store.writing() as tx:
        tx.secrets.forget(_digest(token or ""))
        services.record(tx, ActKind.LOGIN_ENDED, person, services.own.ref, door="desk")
