"""The home folder: keys, locks between processes, and the sign by which commands wake a running node."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from kenesh.basis.problem import Problem, SettingsProblem, StoreProblem
from kenesh.parties.keys import SigningKey

KEY: Final = "node.key"
#: The key that takes the present one's place, from before it counts until then; and those that did count.
NEXT_KEY: Final = "node.key.next"
FORMER_KEYS: Final = "former-keys"
LOG_SECRET: Final = "ledger.secret"
#: The note in the store that says whose it is.
STORE_OF: Final = "party"
_WAKE: Final = "wake"
_LOCKS: Final = "locks"
CREDENTIALS: Final = "credentials"
_LOOK_S: Final = 0.02


class Home:
    """One node's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """The folder and its locks, for its owner alone."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.path / _LOCKS).mkdir(exist_ok=True, mode=0o700)

    def write_secret(self, name: str, octets: bytes) -> None:
        """A file that only its owner reads; never over one that is there."""
        descriptor = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(octets)
            stream.flush()
            os.fsync(stream.fileno())

    def read_secret(self, name: str) -> bytes:
        """Raises SettingsProblem where it is missing, of the wrong length, or open to others."""
        path = self.path / name
        try:
            octets = path.read_bytes()
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise SettingsProblem(f"{path} is missing.", advice="Restore it from a backup of the home.") from None
        except PermissionError:
            raise SettingsProblem(
                f"{path} may not be read.", advice="Run kenesh as the user who owns the home."
            ) from None
        if mode & 0o077:
            raise SettingsProblem(f"{path} is open to others.", advice=f"Close it: chmod 600 {path}.")
        if len(octets) != 32:
            raise SettingsProblem(f"{path} is damaged.", advice="Restore it from a backup of the home.")
        return octets

    def keep_credential(self, name: str, text: str) -> None:
        """Keeps what this node shows to another server, in a file that only its owner reads."""
        (self.path / CREDENTIALS).mkdir(exist_ok=True, mode=0o700)
        self.forget_credential(name)
        self.write_secret(f"{CREDENTIALS}/{name}", text.encode())

    def credential(self, name: str) -> str:
        """Raises SettingsProblem where none is kept."""
        try:
            return (self.path / CREDENTIALS / name).read_text()
        except OSError:
            raise SettingsProblem(
                f"The password or token of {name} is missing.", advice="Remove the feed and add it anew."
            ) from None

    def forget_credential(self, name: str) -> None:
        """Nothing of it is left."""
        (self.path / CREDENTIALS / name).unlink(missing_ok=True)

    def signing_key(self, kid: str) -> SigningKey:
        """The node's private key, if it is the one with that fingerprint.

        Raises:
            SettingsProblem: it is missing, open to others, or another's.
        """
        key = SigningKey(self.read_secret(KEY))
        if key.public.kid != kid and (self.path / NEXT_KEY).exists():
            # Somebody pulled the plug between the settings and the file.
            key = SigningKey(self.read_secret(NEXT_KEY))
        if key.public.kid != kid:
            raise SettingsProblem(
                f"{self.path / KEY} is not the key that kenesh.toml names.",
                advice="Restore both from one backup; peers know this node by that key.",
            )
        return key

    @contextmanager
    def turn(self, name: str, wait_s: float = 0) -> Iterator[bool]:
        """Whether this process got the turn of that name, now or within a while; who dies lets go of it."""
        lock = self.path / _LOCKS / f"{name}.lock"
        try:
            lock.parent.mkdir(exist_ok=True, mode=0o700)
            stream = lock.open("w")
        except OSError as error:
            raise unwritable(lock, error) from None
        with stream:
            if not _locked(stream, wait_s):
                yield False
                return
            try:
                yield True
            finally:
                fcntl.flock(stream, fcntl.LOCK_UN)

    def wake(self) -> None:
        """Tells a running `serve` that something was written."""
        # What was done is done: on a full disk only its news waits, for the next sign or the next round of reading.
        with suppress(OSError):
            (self.path / _WAKE).touch()

    def woken(self) -> int:
        """Changes whenever somebody wakes the node."""
        try:
            return (self.path / _WAKE).stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def unwritable(path: Path, error: OSError) -> Problem:
    """Why the home, or a file of it, cannot be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreProblem(f"The disk is full: {path} cannot be written.", advice="Make room on it, then repeat.")
    if isinstance(error, FileExistsError | NotADirectoryError):
        return SettingsProblem(f"{path} is no folder.", advice="Say another --home.")
    return SettingsProblem(
        f"{path} cannot be written: {error.strerror}.", advice="Look at the folder's owner and permissions."
    )


def _locked(stream: IO[str], wait_s: float) -> bool:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_S)
        else:
            return True
