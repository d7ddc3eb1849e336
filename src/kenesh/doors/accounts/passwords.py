"""Passwords: which are taken, how they are kept, and at which cost they are checked.

Source: NIST SP 800-63B-4 §3.1.1.2: length and no composition; what is among the commonest is refused; compared whole.
"""

from __future__ import annotations

import threading
from base64 import b32encode
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar
from unicodedata import normalize

from kenesh.basis.chance import Chance
from kenesh.basis.problem import TooManyProblem

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

MIN_CHARACTERS: Final = 12
MAX_CHARACTERS: Final = 200
#: So many are checked at once: each takes 19 MiB and a core. Others wait, and are turned away after a while.
AT_ONCE: Final = 2
WAIT_S: Final = 10.0
_SALT_OCTETS: Final = 16
#: What a guesser tries first, and a rule of twelve characters alone would take.
_STEMS: Final = ("password", "passwort", "qwerty", "qwertyuiop", "letmein", "welcome", "admin", "administrator")
_STEMS_TOO: Final = ("kenesh", "iloveyou", "changeme", "secret", "parol", "abc", "asdfghjkl", "zxcvbnm", "master")
_ABOUT: Final = "0123456789!?.,-_*#@$ "
_ROWS: Final = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


def normalised(password: str) -> str:
    """One form for what keyboards write in several (NIST SP 800-63B-4 §3.1.1.2: NFKC before hashing)."""
    return normalize("NFKC", password)


def fault_of(password: str, *names: str) -> str:
    """Why a password may not be chosen: `length`, or `common` for what is guessed first; '' where it may.

    `names` are what everybody knows of the person and the node.
    """
    text = normalised(password)
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS:
        return "length"
    return "common" if _is_common(text.casefold(), {normalised(name).casefold() for name in names}) else ""


def _is_common(text: str, names: set[str]) -> bool:
    """A short piece again and again, a row of the keyboard, or a common word or name with some digits about it."""
    if any(text in row * 2 for row in _ROWS) or any(_repeats(text, length) for length in range(1, 5)):
        return True
    core = text.strip(_ABOUT)
    known = {*_STEMS, *_STEMS_TOO, *(name.strip(_ABOUT) for name in names), ""}
    return core in known or any(_repeats(core, len(word)) for word in known if word and core.startswith(word))


def _repeats(text: str, length: int) -> bool:
    return text == (text[:length] * (len(text) // max(length, 1) + 1))[: len(text)]


def one_time_password(chance: Chance) -> str:
    """125 random bits that can be read aloud: five groups of five letters and digits."""
    text = b32encode(chance.octets(16)).decode().lower()[:25]
    return "-".join(text[i : i + 5] for i in range(0, 25, 5))


@cache
def _argon2() -> PasswordHasher:
    """Argon2id as OWASP sets it for 19 MiB (RFC 9106). Loaded with the first password."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str, chance: Chance) -> str:
    """The Argon2id hash of a password, with its parameters and a salt of its own."""
    return _argon2().hash(normalised(password), salt=chance.octets(_SALT_OCTETS))


class PasswordChecks:
    """Checks passwords, two at once at most, and at the same cost whether there is an account or not."""

    def __init__(self, chance: Chance, wait_s: float = WAIT_S) -> None:
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._chance = chance
        self._wait_s = wait_s
        self._nobodys = ""

    def holds(self, known: str, password: str) -> bool:
        """Whether the hash is the password's; where there is none, as much is done for nothing.

        Raises:
            TooManyProblem: others are being checked for too long.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        def check() -> bool:
            if not self._nobodys:
                self._nobodys = hashed(one_time_password(self._chance), self._chance)
            try:
                return _argon2().verify(known or self._nobodys, normalised(password)) and bool(known)
            except (VerificationError, InvalidHashError):
                return False

        return self._in_turn(check)

    def hashed(self, password: str) -> str:
        """The hash of a password that was chosen.

        Raises:
            TooManyProblem: others are being checked for too long.
        """
        return self._in_turn(lambda: hashed(password, self._chance))

    def _in_turn(self, work: Callable[[], T]) -> T:
        if not self._turns.acquire(timeout=self._wait_s):
            raise TooManyProblem("Too many people are logging in at once.", advice="Try again in a minute.")
        try:
            return work()
        finally:
            self._turns.release()
