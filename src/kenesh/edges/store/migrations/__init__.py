"""Alembic's environment of the store. `kenesh.edges.store.migration` runs it."""
