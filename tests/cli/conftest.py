"""Fixtures of the command line's tests: officers at homes of their own, and files that are made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.officer import Council, Officer
from tests.cli.served import answering


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Homes that were founded once."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture
def council(templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Council:
    monkeypatch.delenv("KENESH_HOME", raising=False)
    return Council(templates, tmp_path)


@pytest.fixture
def kz(council: Council) -> Officer:
    """KZ's officer; nobody was met yet, and the node has no address."""
    return council.officer("KZ")


@pytest.fixture
def pair(council: Council) -> tuple[Officer, Officer]:
    """KZ's and AZ's officers, whose nodes have admitted each other and are not served."""
    kz, az = council.met("KZ", "AZ")
    return kz, az


@pytest.fixture
def talking(council: Council) -> Iterator[tuple[Officer, Officer]]:
    """The same, and both nodes answer."""
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(kz), answering(az):
        kz.meets(az)
        az.meets(kz)
        yield kz, az
