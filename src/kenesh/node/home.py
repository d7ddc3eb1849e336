"""The home folder: keys, locks between processes, and the sign by which commands wake a running node."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from kenesh.basis.problem import SettingsProblem
from kenesh.parties.keys import SigningKey

KEY: Final = "node.key"
LOG_SECRET: Final = "ledger.secret"
_WAKE: Final = "wake"
_LOCKS: Final = "locks"
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

    def signing_key(self) -> SigningKey:
        """The node's private key."""
        return SigningKey(self.read_secret(KEY))

    @contextmanager
    def turn(self, name: str, wait_s: float = 0) -> Iterator[bool]:
        """Whether this process got the turn of that name, now or within a while; who dies lets go of it."""
        with (self.path / _LOCKS / f"{name}.lock").open("w") as stream:
            if not _locked(stream, wait_s):
                yield False
                return
            try:
                yield True
            finally:
                fcntl.flock(stream, fcntl.LOCK_UN)

    def wake(self) -> None:
        """Tells a running `serve` that something was written."""
        (self.path / _WAKE).touch()

    def woken(self) -> int:
        """Changes whenever somebody wakes the node."""
        try:
            return (self.path / _WAKE).stat().st_mtime_ns
        except FileNotFoundError:
            return 0


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
