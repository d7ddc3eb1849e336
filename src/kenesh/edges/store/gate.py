"""The gate before SQLite's write lock: who waits goes before who has just written, whatever process each is of.

SQLite itself lets those who wait sleep and look again, and a writer that begins anew at once, as an import does with
every batch, would overtake them for minutes. PostgreSQL's advisory lock has a queue of its own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Passed by one at a time, for as long as he waits for the write lock; who dies lets go of it."""

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Waits until nobody else is at the gate."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            # Where no file can be made, none can be written either: SQLite says so in its own words.
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)
