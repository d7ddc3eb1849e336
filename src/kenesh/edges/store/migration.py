"""The store's version: made whole, checked at each opening, and brought on by alembic's migrations.

A new revision goes beside the others under `migrations/versions`, and `HEAD` names the newest.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from kenesh.basis.problem import StoreProblem
from kenesh.edges.store.database import Database
from kenesh.edges.store.problems import as_problems

if TYPE_CHECKING:
    from alembic.config import Config

#: The revision that this release reads and writes.
HEAD: Final = "0009"
_SCRIPTS: Final = "kenesh.edges.store:migrations"


def create_store(engine: Engine) -> None:
    """An empty store of this release's revision.

    Raises:
        StoreProblem: something stands in that database already. UnreachableProblem: it does not answer.
    """
    check_empty(engine)
    migrate(engine)


def check_empty(engine: Engine) -> None:
    """Passes only where nothing stands in the database.

    Raises:
        StoreProblem: something does. UnreachableProblem: it does not answer.
    """
    with as_problems(engine.dialect.name == "sqlite"):
        if inspect(engine).get_table_names():
            raise StoreProblem("There is something in that database already.", advice="Give the node an empty one.")


def migrate(engine: Engine) -> None:
    """Runs the migrations that the store lacks, all of them or none.

    Raises:
        StoreProblem, UnreachableProblem: they could not be run; nothing was changed.
    """
    with Database(engine).writing() as transaction:
        bring_to(transaction.connection, HEAD)


def bring_to(connection: Connection, revision: str) -> None:
    """Runs the migrations up to a revision, in the transaction at hand."""
    # Alembic takes a while to import, and is needed once in a store's life.
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> tuple[str, ...]:
    """Every revision that this release knows, the oldest first."""
    from alembic.script import ScriptDirectory

    walked = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in walked]))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    return config


def check_store(engine: Engine) -> None:
    """Passes only where the store is of this release's revision.

    Raises:
        StoreProblem: it is older or newer, or no store. UnreachableProblem: the database does not answer.
    """
    revision = check_there(engine)
    if revision != HEAD:
        raise StoreProblem(
            f"The store has revision {revision}; this release works with {HEAD}.",
            advice="An older one is moved on by `kenesh upgrade`; for a newer one install the release that wrote it.",
        )


def check_there(engine: Engine) -> str:
    """The revision of the store, whichever it is.

    Raises:
        StoreProblem: there is no store. UnreachableProblem: the database does not answer.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    # SQLite would make an empty file of that name.
    if is_sqlite and engine.url.database and not Path(engine.url.database.removeprefix("file:")).exists():
        raise StoreProblem(f"There is no store at {engine.url.database}.", advice="Restore it from a backup.")
    with as_problems(is_sqlite), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise StoreProblem("The database holds no store of Kenesh.", advice="Is `database` in kenesh.toml right?")
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
