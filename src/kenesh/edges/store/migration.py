"""The store's version: made whole, checked at each opening, and brought on by alembic's migrations."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine, inspect, text

from kenesh.basis.problem import StoreProblem
from kenesh.edges.store.database import as_problems
from kenesh.edges.store.schema import metadata

#: The revision that this release reads and writes.
HEAD: Final = "0001"


def create_store(engine: Engine) -> None:
    """An empty store of this release's revision.

    Raises:
        StoreProblem: something stands in that database already.
    """
    with as_problems(engine.dialect.name == "sqlite"):
        if inspect(engine).get_table_names():
            raise StoreProblem("There is something in that database already.", advice="Give the node an empty one.")
        migrate(engine)


def migrate(engine: Engine) -> None:
    """Runs the migrations that the store lacks."""
    # Alembic takes a while to import, and is needed once in a store's life.
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        metadata.create_all(connection)
        MigrationContext.configure(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def check_store(engine: Engine) -> None:
    """Passes only where the store is of this release's revision.

    Raises:
        StoreProblem: it is older or newer, or no store. UnreachableProblem: the database does not answer.
    """
    with as_problems(engine.dialect.name == "sqlite"), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise StoreProblem("The database holds no store of Kenesh.", advice="Is `database` in kenesh.toml right?")
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision != HEAD:
        raise StoreProblem(
            f"The store has revision {revision}; this release works with {HEAD}.",
            advice="Use the release that wrote it, or move it on by that release's notes.",
        )
