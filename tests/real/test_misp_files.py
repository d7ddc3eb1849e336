"""Every real file of MISP's is taken in, or refused with a reason. The table says what became of each."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kenesh.basis.problem import Problem
from kenesh.edges.formats.recognising import pieces
from kenesh.holdings.proposing import Found
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.patterns import check_pattern
from kenesh.stix.reading import ObjectReader

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data") / "misp"
READER = ObjectReader()

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared data is not at {DATA} (set KENESH_SHARED_DATA)")

#: Files in which something is refused, and the reason's words. All others are taken in whole.
REFUSED = {
    "describeTypes.json": "no STIX",
    "misp-core-schema.json": "no identifier",
    "pymisp-tests/galaxy.json": "",
    "pymisp-tests/proposals.json": "no time",
    "pymisp-tests/search_index_result.json": "",
    "pymisp-tests/sharing_groups.json": "a sharing group",
    "pymisp-tests/sighting.json": "",
    "pymisp-tests/stix1.xml-utf8": "XML",
}


def files() -> list[str]:
    return sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file())


def test_every_file_is_taken_in_or_refused_with_a_reason() -> None:
    seen = 0
    for name in files():
        taken, refused = 0, []
        for part in pieces(io.BytesIO((DATA / name).read_bytes())):
            if isinstance(part, Refusal):
                refused.append(part.reason)
                continue
            if isinstance(part, Found):
                # A table of hashes beside the events: its values are proposed.
                taken += 1
                continue
            assert isinstance(part, Piece)
            if part.ends:
                assert READER.read(part.octets).revoked
                continue
            try:
                version = READER.read(part.octets)
            except Problem as problem:
                refused.append(problem.detail)
                continue
            taken += 1
            if version.type == "indicator" and version.value["pattern_type"] == "stix":
                check_pattern(version.value["pattern"])
        seen += taken
        assert bool(refused) == (name in REFUSED), (name, refused)
        assert (taken == 0) == (name in REFUSED), name
        assert all(reason and REFUSED[name] in reason for reason in refused)
    assert seen > 5_000
