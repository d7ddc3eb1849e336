"""Coming in: name and password, then a code, then, after a one-time password, one of one's own choosing.

Whoever guesses learns nothing of who has an account: an unknown name costs the same work and gets the same answer.
Tries are counted for each name and each network before their outcome is known; a name that is tried too often still
gets in by an address, a passkey or a provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.basis.problem import TooManyProblem, UsageProblem
from kenesh.doors.accounts import sessions
from kenesh.doors.accounts.codes import take_code
from kenesh.doors.accounts.keeping import account_name
from kenesh.doors.accounts.passwords import MAX_CHARACTERS, PasswordChecks, fault_of
from kenesh.doors.accounts.sessions import Present, Refusals
from kenesh.doors.accounts.throttle import Throttle, network_of
from kenesh.doors.services import Services
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import Account, Stage

TRIES_OF_A_NAME: Final = 10
TRIES_OF_A_NETWORK: Final = 50


@dataclass(frozen=True, slots=True)
class Entering:
    """The ways in of one served node, and what it counts of failed ones."""

    services: Services
    checks: PasswordChecks
    refusals: Refusals
    names: Throttle
    networks: Throttle

    @classmethod
    def of(cls, services: Services) -> Entering:
        names, networks = Throttle(TRIES_OF_A_NAME), Throttle(TRIES_OF_A_NETWORK)
        return cls(services, PasswordChecks(services.chance), Refusals(services), names, networks)

    def by_password(self, name: str, password: str, address: str) -> str | None:
        """The secret of a session at its first stage; None where they let nobody in.

        Raises:
            TooManyProblem: the name or the network was tried too often.
        """
        self._count(f"name {name[:200]}", address)
        account = self._account(name)
        known = account.password if account is not None and self._may_come(account) else ""
        if not self.checks.holds(known, password[: MAX_CHARACTERS + 1]) or account is None:
            self.refusals.refused()
            return None
        self._forgive(f"name {name[:200]}", address)
        with self.services.store.writing() as tx:
            stage = Stage.CODE_DUE if account.totp else _after_code(account)
            return sessions.begin(self.services, tx, account, "password", stage)

    def by_code(self, present: Present, code: str, address: str) -> str | None:
        """The secret of the session at its next stage; None where the code does not hold.

        Raises:
            TooManyProblem: it was tried too often.
        """
        key = f"code {present.account.num}"
        self._count(key, address)
        with self.services.store.writing() as tx:
            if take_code(self.services, tx, present.account, code[:100]):
                self._forgive(key, address)
                return sessions.go_on(self.services, tx, present, _after_code(present.account))
        self.refusals.refused()
        return None

    def choose(self, present: Present, password: str) -> tuple[str, str]:
        """(the secret of a session that is in, '') with the new password; or ('', why it is not taken).

        Every other session of the account ends.
        """
        account = present.account
        if fault := fault_of(password, account.name or "", self.services.own.name, self.services.own.code):
            return "", fault
        known = self.checks.hashed(password)
        with self.services.store.writing() as tx:
            tx.accounts.change(account.num, password=known, password_until=None)
            who = account.pseudonym
            self.services.record(tx, ActKind.ACCOUNT_CHANGED, who, who, password="chosen")
            tx.sessions.end_of(account.num)
            return sessions.begin(self.services, tx, account, present.session.how), ""

    def is_confirmed(self, present: Present, password: str) -> bool:
        """Whether the person at the desk is still the one who came in: by the password, where there is one.

        Raises:
            TooManyProblem: it was tried too often.
        """
        account = present.account
        if present.session.how == "address" or not account.password:
            return True
        key = f"name {account.name}"
        self._count(key, "")
        if not self.checks.holds(account.password, password[: MAX_CHARACTERS + 1]):
            return False
        self._forgive(key, "")
        return True

    def _account(self, name: str) -> Account | None:
        with self.services.store.reading() as tx:
            try:
                return tx.accounts.find(account_name(name))
            except UsageProblem:
                # What can be nobody's name is looked for all the same, so that it takes as long.
                return tx.accounts.find("")

    def _may_come(self, account: Account) -> bool:
        until: Instant | None = account.password_until
        return account.is_open and (until is None or self.services.clock.now() < until)

    def _count(self, key: str, address: str) -> None:
        now = self.services.clock.now()
        # Both count, also where the first is exhausted.
        allowed = [self.names.take(key, now), not address or self.networks.take(network_of(address), now)]
        if not all(allowed):
            self.refusals.refused()
            raise TooManyProblem("Too many tries.", advice="Wait a quarter of an hour, then try again.")

    def _forgive(self, key: str, address: str) -> None:
        self.names.forgive(key)
        self.networks.forgive(network_of(address))


def _after_code(account: Account) -> Stage:
    return Stage.PASSWORD_DUE if account.password_until is not None else Stage.IN
