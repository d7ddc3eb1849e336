"""Accounts of persons, their sessions and passkeys, and the tokens of clients; and what is asked of a store for them.

An account is named by people and known to the record by its number alone: when the name is erased, what the record says
of the person stays, and names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Protocol

from kenesh.basis.instants import Instant
from kenesh.parties.roles import AccountRole, Permission, permissions_in, permissions_of

_PSEUDONYM: Final = "person:"


@dataclass(frozen=True, slots=True)
class Account:
    """A person of this node.

    Attributes:
        name: None once erased.
        cleared: the bodies that the person is cleared for; None means every body of the party.
        password: its Argon2id hash; '' where there is none.
        password_until: set where the password is good once, to choose another, and until then.
        totp: the sealed secret of an authenticator; None where there is none. totp_step: the last step that was used.
        issuer, subject: whom another provider knows this person as; '' where no provider is trusted with it.
        locked_at: since when nobody gets in; None where one does.
    """

    num: int
    name: str | None
    roles: frozenset[AccountRole]
    language: str
    cleared: frozenset[str] | None
    made_at: Instant
    password: str = field(default="", repr=False)
    password_until: Instant | None = None
    totp: bytes | None = field(default=None, repr=False)
    totp_step: int = 0
    issuer: str = ""
    subject: str = ""
    locked_at: Instant | None = None

    @property
    def pseudonym(self) -> str:
        """How the record names the person, for ever."""
        return f"{_PSEUDONYM}{self.num}"

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    @property
    def is_open(self) -> bool:
        """Whether the person may get in."""
        return self.name is not None and self.locked_at is None


def is_pseudonym(text: str) -> bool:
    """Whether it is formed as the record's names of persons are."""
    return text.startswith(_PSEUDONYM)


class Stage(IntEnum):
    """How far somebody has come in; the numbers stand in the store. Only who is IN is at the desk."""

    CODE_DUE = 0  # the password held; a code of the authenticator is missing
    PASSWORD_DUE = 1  # the one-time password held; another must be chosen
    IN = 2


@dataclass(frozen=True, slots=True)
class Session:
    """A person's session. `how`: address, password, passkey or provider."""

    num: int
    account: int
    stage: Stage
    how: str
    begun_at: Instant
    seen_at: Instant
    ends_at: Instant


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A client's token. `used_on` is the beginning of the last day on which it was shown.

    `constituent` is the number of the constituent that it speaks for; None where it speaks for the party.
    """

    num: int
    name: str
    party_ref: str
    scopes: tuple[str, ...]
    made_at: Instant
    expires_at: Instant
    used_on: Instant | None = None
    constituent: int | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_in(self.scopes)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key that a person's device keeps the other half of (Web Authentication §4)."""

    credential: bytes
    account: int
    key: bytes
    sign_count: int
    name: str
    made_at: Instant
    used_at: Instant | None = None


class AccountRows(Protocol):
    """Accounts, by name or number."""

    def add(
        self, name: str, roles: frozenset[AccountRole], language: str, cleared: frozenset[str] | None, at: Instant
    ) -> Account: ...

    def all(self) -> list[Account]: ...

    def find(self, name: str) -> Account | None: ...

    def by_num(self, num: int) -> Account | None: ...

    def by_subject(self, issuer: str, subject: str) -> Account | None: ...

    def change(self, num: int, **values: Any) -> None:
        """Sets attributes of an account by their names."""

    def take_step(self, num: int, step: int) -> bool:
        """Whether this step of the authenticator is later than every one used before; it is used from now on."""

    def erase(self, account: Account) -> None:
        """Takes away all that says who the person is, here and where objects say who brought them in."""


class SessionRows(Protocol):
    """Sessions, by the SHA-256 of their secret."""

    def add(self, sha256: bytes, account: int, stage: Stage, how: str, at: Instant, ends_at: Instant) -> None: ...

    def find(self, sha256: bytes) -> Session | None: ...

    def of_account(self, account: int) -> list[Session]: ...

    def see(self, num: int, at: Instant) -> None: ...

    def end(self, num: int) -> None: ...

    def end_of(self, account: int) -> int:
        """Ends every session of an account; how many there were."""

    def forget(self, ended_before: Instant, seen_before: Instant) -> None: ...


class TokenRows(Protocol):
    """API tokens, by the SHA-256 of what is shown."""

    def add(self, sha256: bytes, token: ApiToken) -> None:
        """`num` is given by the store."""

    def find(self, sha256: bytes, now: Instant) -> ApiToken | None: ...

    def all(self) -> list[ApiToken]: ...

    def use(self, num: int, day: Instant) -> None: ...

    def revoke(self, num: int) -> None: ...

    def revoke_of(self, constituent: int) -> int:
        """Ends every token of a constituent; how many there were."""


class PasskeyRows(Protocol):
    """Passkeys, and the codes that stand in for what was lost."""

    def add(self, passkey: Passkey) -> None: ...

    def find(self, credential: bytes) -> Passkey | None: ...

    def of_account(self, account: int) -> list[Passkey]: ...

    def use(self, credential: bytes, sign_count: int, at: Instant) -> None: ...

    def remove(self, account: int, credential: bytes) -> None: ...

    def set_codes(self, account: int, digests: list[bytes]) -> None:
        """These recovery codes, and no others."""

    def take_code(self, account: int, digest: bytes) -> bool:
        """Whether it is one of the account's; it is none any more."""

    def count_codes(self, account: int) -> int: ...

    def forget(self, account: int) -> None:
        """Every passkey and code of an account."""
