"""Nonces of node tokens, in a file of their own.

They need to outlive a restart and not a power cut, so that they are kept apart from the store and cost no sync to disk.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Final

from kenesh.basis.instants import MINUTE, Instant

_SWEEP: Final = MINUTE


class NonceFile:
    """Takes each nonce once (`kenesh.doors.services.NonceBook`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._swept_at = 0

    def take(self, kid: str, nonce: str, expires_at: Instant, now: Instant) -> bool:
        """Whether it was not seen before; it is seen from now on."""
        with self._lock:
            connection = self._open()
            if now - self._swept_at > _SWEEP:
                connection.execute("DELETE FROM nonces WHERE expires_at < ?", (now,))
                self._swept_at = now
            taken = connection.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (kid, nonce, expires_at))
            return taken.rowcount == 1

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS nonces"
                " (kid TEXT, nonce TEXT, expires_at INTEGER, PRIMARY KEY (kid, nonce)) WITHOUT ROWID"
            )
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
