"""Moving a node's store on to this release: looked over first, then revision by revision, each whole or not at all.

Cut off between two revisions, it is said again and goes on where it was.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import DAY
from kenesh.basis.problem import SettingsProblem, StoreProblem
from kenesh.doors.life import BACKED_UP_AT, Upgraded
from kenesh.edges.store.copying import revision_of
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import bring_to, check_there, revisions
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import record
from kenesh.node.home import Home
from kenesh.node.settings import STORE, Settings, database_url, read_settings
from kenesh.parties.party import party_id

#: So old may the newest backup be.
_BACKUP_AGE: Final = DAY
#: A migration may write every page of the file anew, into its log and then into the file.
_TIMES: Final = 2


def upgrade(path: Path, clock: Clock, chance: Chance, *, without_backup: bool) -> Upgraded:
    """Runs the migrations that the store lacks; none where it is of this release already.

    Raises:
        SettingsProblem: the node is being served. StoreProblem: there is no fresh backup, too little room, a newer
            store than this release's, or a migration fails: what was done before it stands.
    """
    settings = read_settings(path)
    with Home(path).turn("serve") as mine:
        if not mine:
            raise SettingsProblem("The node is being served.", advice="Stop it, then repeat.")
        database = Database(open_engine(database_url(path, settings), bulk=True))
        try:
            check_there(database.engine)
            return _run(path, settings, database, clock, chance, without_backup=without_backup)
        finally:
            database.close()


def _run(
    path: Path, settings: Settings, database: Database, clock: Clock, chance: Chance, *, without_backup: bool
) -> Upgraded:
    known = revisions()
    with database.reading() as tx:
        before, backed_up_at = revision_of(tx.connection), int(tx.notes.get(BACKED_UP_AT) or 0)
    if before not in known:
        raise StoreProblem(
            f"The store has revision {before}, which is newer than this release.", advice="Install the newer release."
        )
    lacking = known[known.index(before) + 1 :]
    if not lacking:
        return Upgraded(before, before, 0)
    if not without_backup and backed_up_at < clock.now() - _BACKUP_AGE:
        raise StoreProblem(
            "There is no backup of the last day.",
            advice="`kenesh backup FILE --to ...` first, or say --without-backup.",
        )
    _check_room(path / STORE)
    for revision in lacking:
        with database.writing() as tx:
            bring_to(tx.connection, revision)
            if revision == lacking[-1]:
                details = {"from": before, "to": revision}
                act = Act(ActKind.STORE_MIGRATED, clock.now(), "console", party_id(settings.party), details)
                record(tx.ledger, act, chance.octets(16))
    return Upgraded(before, lacking[-1], len(lacking))


def _check_room(store: Path) -> None:
    if not store.exists():
        return
    needed, free = _TIMES * store.stat().st_size, shutil.disk_usage(store.parent).free
    if free < needed:
        raise StoreProblem(
            f"{free // 2**20} MiB are free on the disk of the store, and {needed // 2**20} may be needed.",
            advice="Make room, then repeat.",
        )
