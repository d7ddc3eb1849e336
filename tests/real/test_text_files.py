"""Every real list, table and report is read: so many values are proposed, and nothing is stated."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kenesh.edges.formats.recognising import pieces
from kenesh.holdings.proposing import Found
from kenesh.stix.files import Refusal

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared data is not at {DATA} (set KENESH_SHARED_DATA)")

#: How many values of each file are proposed.
PROPOSED = {
    "ioc-lists/amnesty/2018-08-01_nso__indicators.csv": 1208,
    "ioc-lists/amnesty/2020-03-12_uzbekistan__domains.txt": 71,
    "ioc-lists/amnesty/2020-03-12_uzbekistan__ips.txt": 22,
    "ioc-lists/amnesty/2021-02-24_vietnam__README.md": 57,
    "ioc-lists/amnesty/2021-07-18_nso__domains.txt": 1438,
    "ioc-lists/amnesty/2021-07-18_nso__emails.txt": 29,
    "ioc-lists/amnesty/2021-10-07_donot__sha256.txt": 228,
    "ioc-lists/eset/grandoreiro__samples.sha1": 12,
    "ioc-lists/eset/industroyer__README.adoc": 16,
    "ioc-lists/eset/mispadu__README.adoc": 22,
    "ioc-lists/eset/sednit__part1.adoc": 102,
    "ioc-lists/eset/sednit__part2.adoc": 84,
    "ioc-lists/eset/sednit__samples.sha1": 133,
    "ioc-lists/eset/turla__samples.sha256": 130,
    "ioc-lists/eset/windigo__README.adoc": 331,
    "ioc-lists/eset/winnti_group__samples.sha1": 119,
    "press/kazakhstan-today-2025-10-09.txt": 0,
}


def test_the_table_speaks_of_every_file() -> None:
    paths = [path for folder in ("ioc-lists", "press") for path in (DATA / folder).rglob("*") if path.is_file()]
    assert sorted(path.relative_to(DATA).as_posix() for path in paths) == sorted(PROPOSED)


@pytest.mark.parametrize("name", PROPOSED)
def test_a_file_is_proposed_or_refused_with_a_reason(name: str) -> None:
    with (DATA / name).open("rb") as file:
        parts = list(pieces(file))
    found = [part for part in parts if isinstance(part, Found)]
    assert len(found) == PROPOSED[name]
    assert all(part.sentence for part in found)
    refused = [part.reason for part in parts if isinstance(part, Refusal)]
    assert bool(refused) == (not found)
