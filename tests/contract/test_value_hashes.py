"""The hashes of a version's values, as a MISP feed lists them: computed once, and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5
from typing import Any

import pytest
from tests.contract.making import an_id, grant, put_version

from kenesh.doors.misp import hashes
from kenesh.edges.store.database import Database


def test_a_version_is_read_once_while_it_is_remembered_and_so_many_are(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "MAX_REMEMBERED", 2)
    read = []

    def values(stix_type: str, value: Mapping[str, Any]) -> list[str]:
        read.append(value["id"])
        return [value["id"], stix_type]

    known = hashes.ValueHashes(values)
    with store.writing() as tx:
        one, two, three = (grant(tx, put_version(tx, number)) for number in (1, 2, 3))
        wanted = [md5(text.encode()).hexdigest() for text in (an_id(1), "indicator", an_id(2), "indicator")]
        assert known.of(tx, [one, two]) == known.of(tx, [one, two]) == wanted
        assert known.of(tx, [two]) == wanted[2:]
        assert read == [an_id(1), an_id(2)]
        known.of(tx, [three])
        known.of(tx, [two, one])
    assert read == [an_id(1), an_id(2), an_id(3), an_id(1)]
