"""Restoring a node from a backup, into a home that is new: all of it, or nothing.

What was restored is quiet: it opens only for `kenesh resume` (`kenesh.node.resuming`), since its peers may have seen
what it no longer knows of itself.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import DamagedProblem, Problem, SettingsProblem, StoreProblem, UsageProblem
from kenesh.doors.life import RESTORED, Restored
from kenesh.edges.store.copying import fill, go_on_counting
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import bring_to, check_empty, revisions
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.ledger.book import verify
from kenesh.node.archive import End, Head, Kept, Part, Reading
from kenesh.node.backup import TYPE, key_of
from kenesh.node.home import CREDENTIALS, KEY, LOG_SECRET, STORE_OF, Home, unwritable
from kenesh.node.settings import FILE, STORE, Settings, database_url, write_settings
from kenesh.node.ways import FILE as CALLS
from kenesh.parties.keys import SigningKey, verify_octets
from kenesh.parties.sealing import unseal_stream

_NAMES: Final = re.compile(
    rf"{re.escape(FILE)}|{re.escape(CALLS)}|{KEY}|{re.escape(LOG_SECRET)}|{CREDENTIALS}/[A-Za-z0-9_-][\w.-]{{0,99}}"
)
_MAX_FILES: Final = 10_000
_MAX_FILE_OCTETS: Final = 2**20


def restore(path: Path, file: Path, key_file: Path, database: str) -> Restored:
    """Makes the node of a backup anew in a home that is not there yet.

    Raises:
        SettingsProblem: something is there. UntrustedProblem: it is sealed for another key, or its signature does not
            hold. DamagedProblem: it was changed, or its end is missing. StoreProblem: the database is not empty.
    """
    if path.exists():
        raise SettingsProblem(f"{path} is there already.", advice="Say a --home that is not there; this one is kept.")
    identity = _read(key_file).decode("utf-8", "replace")
    making = path.with_name(f".{path.name}.restoring")
    try:
        shutil.rmtree(making, ignore_errors=True)
        Home(making).make()
        restored = _Restoring(making, database).run(file, identity)
        making.replace(path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return restored


def _read(key_file: Path) -> bytes:
    try:
        return key_file.read_bytes()[:_MAX_FILE_OCTETS]
    except OSError as error:
        raise UsageProblem(f"{key_file} cannot be read: {error.strerror}.", advice="Look at its name.") from None


class _Restoring:
    """One restoring: takes the records as they are opened, in one transaction of an empty store."""

    def __init__(self, home: Path, database: str) -> None:
        self._home = home
        self._database = database
        self._files: dict[str, bytes] = {}
        self._tx: StoreTransaction | None = None

    def run(self, file: Path, identity: str) -> Restored:
        unsettled = Settings(party="", name="", kid="", recovery_kid="", database=self._database)
        database = Database(open_engine(database_url(self._home, unsettled), bulk=True))
        try:
            check_empty(database.engine)
            with database.writing() as tx:
                self._tx = tx
                head, end = self._opened(file, identity)
                key = key_of(self._files, head.kid)
                verify_octets(key.public, end.signature, end.sha256, typ=TYPE)
                faults = self._finish(tx, head, key)
        finally:
            database.close()
        if (store := self._home / STORE).exists():
            store.chmod(0o600)
        return Restored(head.party, head.name, head.kid, Instant(head.made_at), sum(end.rows.values()), faults)

    def _opened(self, file: Path, identity: str) -> tuple[Head, End]:
        reading = Reading(self._take)
        try:
            sealed = file.open("rb")
        except OSError as error:
            raise UsageProblem(f"{file} cannot be read: {error.strerror}.", advice="Look at its name.") from None
        with sealed:
            unseal_stream(sealed, reading, identity)
        return reading.finish()

    def _take(self, record: Head | Kept | Part) -> None:
        assert self._tx is not None
        match record:
            case Head(revision=revision, release=release):
                if revision not in revisions():
                    raise StoreProblem(
                        f"The backup was made by release {release[:40]}, which is newer than this one.",
                        advice="Restore it with that release or a later one.",
                    )
                bring_to(self._tx.connection, revision)
            case Kept(name=name, octets=octets):
                if _NAMES.fullmatch(name) is None or len(octets) > _MAX_FILE_OCTETS or len(self._files) >= _MAX_FILES:
                    raise DamagedProblem("The backup holds a file that no home has.")
                self._files[name] = octets
            case Part(table=table, columns=columns, rows=rows):
                fill(self._tx.connection, table, columns, rows)

    def _finish(self, tx: StoreTransaction, head: Head, key: SigningKey) -> tuple[str, ...]:
        """What no row says: numbering, the files, the note that it was restored. Gives the faults of the record."""
        go_on_counting(tx.connection)
        bring_to(tx.connection, revisions()[-1])
        settings = msgspec.structs.replace(_settings(self._files), database=self._database)
        if {head.party, settings.party, tx.notes.get(STORE_OF)} != {head.party} or settings.kid != head.kid:
            raise DamagedProblem("The backup's settings, keys and store are not of one node.")
        tx.notes.set(RESTORED, str(head.made_at))
        home = Home(self._home)
        for name, octets in self._files.items():
            if name.startswith(f"{CREDENTIALS}/"):
                home.keep_credential(name.partition("/")[2], octets.decode("utf-8", "replace"))
            elif name != FILE:
                home.write_secret(name, octets)
        write_settings(self._home, settings)
        return tuple(verify(tx.ledger, home.read_secret(LOG_SECRET), lambda said, text: _holds(key, said, text)))


def _holds(key: SigningKey, said: bytes, signature: str) -> bool:
    try:
        verify_octets(key.public, signature, said)
    except Problem:
        return False
    return True


def _settings(files: dict[str, bytes]) -> Settings:
    try:
        return msgspec.convert(tomllib.loads(files[FILE].decode()), Settings)
    except (KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError):
        raise DamagedProblem(f"The backup's {FILE} cannot be read.") from None
