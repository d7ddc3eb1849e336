"""Backing a node up while it is served: everything that makes it, of one instant, sealed to a key that is elsewhere.

No octet of it lies open on a disk: rows go from the store's one consistent state through zlib into the seal. What was
written is opened again before it counts, with a second key that is made for this and forgotten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

from kenesh import __version__
from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import Instant
from kenesh.basis.problem import DamagedProblem, FaultProblem, UsageProblem
from kenesh.doors.life import BACKED_UP_AT, BackedUp
from kenesh.edges.store.copying import revision_of, rows_of, tables
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import record
from kenesh.node.archive import FORMAT, Head, Kept, Part, Pipe, Reading, written
from kenesh.node.home import CREDENTIALS, KEY, LOG_SECRET, Home, unwritable
from kenesh.node.settings import FILE, Settings, database_url, read_settings
from kenesh.node.ways import FILE as CALLS
from kenesh.parties.keys import Signer, SigningKey, verify_octets
from kenesh.parties.party import party_id
from kenesh.parties.sealing import new_identity, seal_stream, unseal_stream

#: What a signature under the end of an archive is for.
TYPE: Final = "kenesh-backup"


def back_up(path: Path, target: Path, recipients: Sequence[str], clock: Clock, chance: Chance) -> BackedUp:
    """Writes a backup of the node in a home, and reads it back; also of a store that waits for `kenesh upgrade`.

    Raises:
        UsageProblem: there is such a file, or a recipient is none. SettingsProblem, StoreProblem: it cannot be written.
    """
    if target.exists():
        raise UsageProblem(f"{target} is there already.", advice="Name another file; this one is kept.")
    settings = read_settings(path)
    signer = Home(path).signing_key(settings.kid).signer()
    database = Database(open_engine(database_url(path, settings)))
    part = target.with_name(f".{target.name}.part")
    try:
        check, sealed_for_check = new_identity()
        with database.reading() as tx:
            head = _head(settings, tx, clock.now())
            _write(part, _records(path, head, tx), signer, [*recipients, sealed_for_check])
        rows = _read_back(part, check, signer)
        octets = part.stat().st_size
        part.replace(target)
        _remember(database, settings, Instant(head.made_at), octets, chance)
    except OSError as error:
        raise unwritable(target, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        database.close()
    return BackedUp(settings.party, Instant(head.made_at), rows, octets)


def _head(settings: Settings, tx: StoreTransaction, now: Instant) -> Head:
    revision, engine = revision_of(tx.connection), tx.connection.dialect.name
    return Head(FORMAT, settings.party, settings.name, settings.kid, now, __version__, revision, engine)


def _records(path: Path, head: Head, tx: StoreTransaction) -> Iterator[Head | Kept | Part]:
    yield head
    for name in (FILE, KEY, LOG_SECRET):
        yield Kept(name, (path / name).read_bytes())
    if (path / CALLS).exists():
        yield Kept(CALLS, (path / CALLS).read_bytes())
    for file in sorted((path / CREDENTIALS).glob("*")):
        yield Kept(f"{CREDENTIALS}/{file.name}", file.read_bytes())
    for table, columns in tables(tx.connection).items():
        for rows in rows_of(tx.connection, table, columns):
            yield Part(table, columns, rows)


def _write(part: Path, records: Iterator[Head | Kept | Part], signer: Signer, recipients: Sequence[str]) -> None:
    pipe = Pipe(written(records, lambda octets: signer.sign_octets(octets, typ=TYPE)))
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as sealed:
        try:
            seal_stream(cast(BinaryIO, pipe), sealed, recipients)
        except FaultProblem as problem:
            # The seal tells that what it reads failed, and not why.
            raise pipe.failed or problem from None
        sealed.flush()
        os.fsync(sealed.fileno())


def _read_back(part: Path, identity: str, signer: Signer) -> int:
    """How many rows stand in the file, once all of it was opened and its signature held."""
    reading = Reading(lambda record: None)
    with part.open("rb") as sealed:
        unseal_stream(sealed, reading, identity)
    _, end = reading.finish()
    verify_octets(signer.public, end.signature, end.sha256, typ=TYPE)
    return sum(end.rows.values())


def _remember(database: Database, settings: Settings, at: Instant, octets: int, chance: Chance) -> None:
    with database.writing() as tx:
        tx.notes.set(BACKED_UP_AT, str(at))
        act = Act(ActKind.BACKUP_MADE, at, "console", party_id(settings.party), {"octets": octets})
        record(tx.ledger, act, chance.octets(16))


def key_of(files: dict[str, bytes], kid: str) -> SigningKey:
    """The node's key among the files of a backup.

    Raises:
        DamagedProblem: it is missing, or another's.
    """
    octets = files.get(KEY, b"")
    if len(octets) != 32 or (key := SigningKey(octets)).public.kid != kid:
        raise DamagedProblem("The backup does not hold the key of the node that it names.")
    return key
