"""Founding a node: its keys, its settings, an empty store, and its first acts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.problem import SettingsProblem, UsageProblem
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import create_store
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import begin_epoch, record
from kenesh.node.home import KEY, LOG_SECRET, Home
from kenesh.node.settings import FILE, Settings, database_url, write_settings
from kenesh.parties.keys import SigningKey
from kenesh.parties.party import party_code, party_id


@dataclass(frozen=True, slots=True)
class Founded:
    """A node that was just made. `recovery_seed` is shown once and kept nowhere here."""

    settings: Settings
    recovery_seed: bytes


def found(path: Path, *, party: str, name: str, database: str, clock: Clock, chance: Chance) -> Founded:
    """Makes a node in the folder.

    Raises:
        SettingsProblem: there is a node in it already, or it cannot be written.
    """
    if not name.strip() or len(name) > 200:
        raise UsageProblem("A node's name has 1 to 200 characters.")
    party_code(party)
    if (path / FILE).exists() or (path / KEY).exists():
        raise SettingsProblem(f"There is a node in {path} already.", advice="Say another --home; this one is kept.")
    home = Home(path)
    seed, recovery = chance.octets(32), chance.octets(32)
    settings = Settings(
        party=party,
        name=name,
        kid=SigningKey(seed).public.kid,
        recovery_kid=SigningKey(recovery).public.kid,
        database=database,
    )
    try:
        home.make()
        database_ = Database(open_engine(database_url(path, settings)))
        create_store(database_.engine)
        home.write_secret(KEY, seed)
        home.write_secret(LOG_SECRET, chance.octets(32))
        _first_acts(database_, party, clock, chance)
        database_.close()
        write_settings(path, settings)
    except OSError as error:
        raise SettingsProblem(f"{path} cannot be written: {error.strerror}.") from error
    return Founded(settings, recovery)


def _first_acts(database: Database, party: str, clock: Clock, chance: Chance) -> None:
    now = clock.now()
    with database.writing() as tx:
        tx.notes.set(f"code:{party_id(party)}", party)
        begin_epoch(tx.ledger, now)
        act = Act(ActKind.NODE_INITIALISED, now, "console", party_id(party), {"party": party})
        record(tx.ledger, act, chance.octets(16))
