"""Founding a node: its keys, its settings, an empty store, and its first acts."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import Instant
from kenesh.basis.problem import SettingsProblem, UsageProblem
from kenesh.doors.accounts.keeping import ADMINISTRATOR, ONE_TIME
from kenesh.doors.accounts.passwords import hashed, one_time_password
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import create_store
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import begin_epoch, record
from kenesh.node.home import KEY, LOG_SECRET, STORE_OF, Home, unwritable
from kenesh.node.settings import FILE, STORE, Settings, database_url, write_settings
from kenesh.parties.keys import SigningKey
from kenesh.parties.party import party_code, party_id
from kenesh.parties.roles import AccountRole


@dataclass(frozen=True, slots=True)
class Founded:
    """A node that was just made. `recovery_seed` and `password` are shown once and kept nowhere here."""

    settings: Settings
    recovery_seed: bytes = field(repr=False)
    password: str = field(repr=False)


def found(
    path: Path, *, party: str, name: str, database: str, clock: Clock, chance: Chance, host: Settings | None = None
) -> Founded:
    """Makes a node in the folder; `host` are the settings of the one on whose machine it runs, where that is another's.

    Raises:
        SettingsProblem: there is a node in it already, or it cannot be written.
    """
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise UsageProblem("A node's name has 1 to 200 characters that can be printed.", advice="Say another --name.")
    party_code(party)
    seed, recovery, password = chance.octets(32), chance.octets(32), one_time_password(chance)
    settings = Settings(
        party=party,
        name=name,
        kid=SigningKey(seed).public.kid,
        recovery_kid=SigningKey(recovery).public.kid,
        database=database,
        hosted_by=host.party if host else "",
        # It goes through the same network to the same peers.
        ca_file=host.ca_file if host else "",
    )
    engine = open_engine(database_url(path, settings))
    try:
        _check_free(path)
        _make(path, settings, Database(engine), seed, password, clock, chance)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        engine.dispose()
    return Founded(settings, recovery, password)


def _check_free(path: Path) -> None:
    for name in (FILE, KEY, LOG_SECRET, STORE):
        if (path / name).exists():
            raise SettingsProblem(
                f"There is a node in {path} already, or what is left of one ({name}).",
                advice="Say another --home; this one is kept.",
            )


def _make(
    path: Path, settings: Settings, database: Database, seed: bytes, password: str, clock: Clock, chance: Chance
) -> None:
    """Makes all of it, or leaves nothing behind, so that it can be tried again."""
    home = Home(path)
    home.make()
    with ExitStack() as unless_made:
        for name in (FILE, KEY, LOG_SECRET, STORE, *(f"{STORE}-{part}" for part in ("wal", "shm", "gate"))):
            unless_made.callback((path / name).unlink, missing_ok=True)
        home.write_secret(KEY, seed)
        home.write_secret(LOG_SECRET, chance.octets(32))
        create_store(database.engine)
        if (path / STORE).exists():
            (path / STORE).chmod(0o600)
        _first_acts(database, settings.party, password, clock, chance)
        write_settings(path, settings)
        unless_made.pop_all()


def _first_acts(database: Database, party: str, password: str, clock: Clock, chance: Chance) -> None:
    now = clock.now()
    with database.writing() as tx:
        tx.notes.set(f"code:{party_id(party)}", party)
        tx.notes.set(STORE_OF, party)
        begin_epoch(tx.ledger, now)
        act = Act(ActKind.NODE_INITIALISED, now, "console", party_id(party), {"party": party})
        record(tx.ledger, act, chance.octets(16))
        first = tx.accounts.add(ADMINISTRATOR, frozenset({AccountRole.ADMINISTRATOR}), "", frozenset(), now)
        tx.accounts.change(first.num, password=hashed(password, chance), password_until=Instant(now + ONE_TIME))
        said = {"roles": str(AccountRole.ADMINISTRATOR), "cleared": "none"}
        act = Act(ActKind.ACCOUNT_MADE, now, "console", first.pseudonym, said)
        record(tx.ledger, act, chance.octets(16))
