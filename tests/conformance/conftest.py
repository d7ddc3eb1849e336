"""The server that the conformance tests judge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conformance.server import Server, kenesh_node


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A node of our own, by its address alone."""
    with kenesh_node(tmp_path_factory.mktemp("conformance")) as served:
        yield served
