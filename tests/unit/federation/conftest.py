"""A node by itself, new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.unit.federation.alone import Alone


@pytest.fixture
def alone() -> Iterator[Alone]:
    alone = Alone("AZ", "TR")
    yield alone
    alone.database.close()
