"""forward ask|list|grant|refuse, as people say and read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Council, Officer
from tests.cli.served import answering

AMBER = files.malware(1, "amber")


@pytest.fixture
def pair(council: Council, tmp_path: Path) -> tuple[Officer, Officer]:
    """KZ wrote it; AZ has it, and may not give it to TR."""
    kz, az, _ = council.met("KZ", "AZ", "TR")
    kz.document("import", files.written(tmp_path, AMBER))
    return kz, az


def test_a_request_goes_to_the_author_and_comes_back_answered(pair: tuple[Officer, Officer]) -> None:
    kz, az = pair
    assert "Nothing was asked" in kz.says("forward", "list").out
    with answering(kz), answering(az):
        az.meets(kz)
        kz.meets(az)
        kz.document("release", AMBER["id"], "--to", "AZ")
        az.document("sync", "KZ")
        refused = az.says("release", AMBER["id"], "--to", "TR")
        assert "kenesh forward ask" in refused.err
        asked = az.says("forward", "ask", AMBER["id"], "--to", "TR", "--why", "TR is hit too")
        assert asked.out.startswith("KZ is asked, and nobody else hears of it")
        kz.document("sync", "AZ")
        listed = kz.says("forward", "list").out
        assert f"AZ asks KZ to give {AMBER['id']} to TR: asked  WAITS FOR A PERSON HERE" in listed
        (request,) = kz.document("forward", "list")["requests"]
        assert (request["why"], request["waits_here"]) == ("TR is hit too", True)
        granted = kz.says("forward", "grant", request["request"])
        assert granted.out == "1 object released; it reaches TR.\n"
        az.document("sync", "KZ")
        assert az.document("forward", "list")["requests"][0]["standing"] == "granted"
        assert "No request" in kz.says("forward", "refuse", request["request"], "--why", "no").err
