"""Runs the revisions on the connection, and in the transaction, that `kenesh.edges.store.migration` opened."""

from __future__ import annotations

from alembic import context

from kenesh.edges.store.schema import metadata

# `metadata` is what `alembic revision --autogenerate` compares with; no revision reads it.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
