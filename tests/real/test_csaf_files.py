"""Every real advisory, valid or made invalid on purpose, is taken in whole or refused with the test that it fails."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kenesh.edges.formats.recognising import pieces
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.reading import ObjectReader

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data") / "csaf"
READER = ObjectReader()

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared data is not at {DATA} (set KENESH_SHARED_DATA)")

#: OASIS numbers its test documents: from -11 on they are valid.
_INVALID = re.compile(r"mandatory__.*-6-1-(\d\d)(?:-\d\d)?-0\d\.json")


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.json")) if DATA.is_dir() else [])
def test_an_advisory_is_taken_in_whole_or_refused_with_a_number(name: str) -> None:
    with (DATA / name).open("rb") as file:
        parts = list(pieces(file))
    refused = [part.reason for part in parts if isinstance(part, Refusal)]
    if match := _INVALID.fullmatch(name):
        # OASIS wrote some of them for another test than the one that they fail first.
        assert refused
        assert any(f"the mandatory test 6.1.{int(match[1])}," in reason for reason in refused), refused
        assert len(refused) == len(parts)
        return
    assert refused == []
    types = [READER.read(part.octets).type for part in parts if isinstance(part, Piece)]
    assert types.count("report") == 1
