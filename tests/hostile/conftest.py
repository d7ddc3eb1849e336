"""A node that is served in earnest, with little patience, so that its ends can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import msgspec
import pytest
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council
from tests.cli.served import Serving, serving
from tests.hostile.wire import Door, basic

from kenesh.node.settings import read_settings, write_settings

MOST = 350


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """KZ's node; an account of AZ's may post to it, and the public may read a page of some megabytes."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "templates").mkdir()
    council = Council(folder / "templates", folder)
    kz = council.officer("KZ")
    az, tr = (council.officer(party).at(NOBODY_THERE) for party in ("AZ", "TR"))
    hasty = msgspec.structs.replace(read_settings(kz.home), request_head_s=2, request_body_s=3, max_connections=MOST)
    write_settings(kz.home, hasty)
    large = [files.malware(n, "clear") | {"description": "x" * 100_000} for n in range(70)]
    with serving(kz) as served:
        kz.meets(az)
        import_id = kz.document("import", files.written(folder, *large))["import"]
        kz.document("release", import_id, "--to", "public")
        kz.meets(tr)
        shown = basic("cli", kz.document("token", "cli", "--party", "AZ")["token"])
        theirs = basic("other", kz.document("token", "other", "--party", "TR")["token"])
        yield Door(served, kz, shown, _inbox(served, shown), _inbox(served, theirs))
    assert "Traceback" not in served.told(), served.told()
    assert "fault" not in served.told()


def _inbox(served: Serving, shown: str) -> str:
    listed = httpx2.get(f"{served.url}/taxii2/kenesh/collections/", headers={"Authorization": shown}).json()
    (found,) = [one["id"] for one in listed["collections"] if one["can_write"]]
    return f"/taxii2/kenesh/collections/{found}/"
