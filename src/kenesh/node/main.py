"""The entry point: the command line over this node's house."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from kenesh.doors.cli.run import run
from kenesh.doors.life import BackedUp, Finding, Founding, Hosted, Restored, ServeOptions, Upgraded
from kenesh.doors.services import Services
from kenesh.node.clock import SystemChance, SystemClock
from kenesh.node.garbage import collect_seldom


class Here:
    """The house on this machine (`kenesh.doors.services.House`). Each room is opened when it is needed."""

    def found(self, home: Path, party: str, name: str, database: str) -> Founding:
        from kenesh.doors.accounts.keeping import ADMINISTRATOR
        from kenesh.node.founding import found

        made = found(home, party=party, name=name, database=database, clock=SystemClock(), chance=SystemChance())
        return Founding(made.settings.party, made.settings.kid, made.recovery_seed, ADMINISTRATOR, made.password)

    def host(self, home: Path, party: str, name: str, database: str, url: str) -> tuple[Path, Founding]:
        from kenesh.doors.accounts.keeping import ADMINISTRATOR
        from kenesh.node.hosting import host

        clock, chance = SystemClock(), SystemChance()
        where, made = host(home, party=party, name=name, database=database, url=url, clock=clock, chance=chance)
        founding = Founding(party, made.settings.kid, made.recovery_seed, ADMINISTRATOR, made.password)
        return where, founding

    def hosted(self, home: Path) -> list[Hosted]:
        from kenesh.node.hosting import hosted_homes
        from kenesh.node.settings import read_settings

        there = [(path, read_settings(path)) for path in hosted_homes(home)]
        return [Hosted(one.party, one.name, one.kid, one.url, path) for path, one in there]

    @contextmanager
    def open(self, home: Path, *, bulk: bool = False, resuming: bool = False) -> Iterator[Services]:
        from kenesh.node.wiring import open_node

        node = open_node(home, bulk=bulk, resuming=resuming)
        try:
            yield node.services
        finally:
            node.close()

    def serve(self, home: Path, options: ServeOptions) -> None:
        from kenesh.node.serving import serve

        serve(home, options)

    def check(self, home: Path) -> list[Finding]:
        from kenesh.node.doctor import examine

        return examine(home)

    def back_up(self, home: Path, file: Path, recipients: Sequence[str]) -> BackedUp:
        from kenesh.node.backup import back_up

        return back_up(home, file, recipients, SystemClock(), SystemChance())

    def restore(self, home: Path, file: Path, key: Path, database: str) -> Restored:
        from kenesh.node.restoring import restore

        return restore(home, file, key, database)

    def upgrade(self, home: Path, *, without_backup: bool) -> Upgraded:
        from kenesh.node.upgrading import upgrade

        return upgrade(home, SystemClock(), SystemChance(), without_backup=without_backup)


def main() -> None:
    """Runs the command that was typed. Whatever file it makes is for its owner alone."""
    os.umask(0o077)
    collect_seldom()
    sys.exit(run(Here(), sys.argv[1:], uuid4()))


if __name__ == "__main__":
    main()
