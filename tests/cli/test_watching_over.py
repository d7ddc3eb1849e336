"""Whoever watches over a node is told that it lives and works, and nothing of what it holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from tests.cli import files
from tests.cli.officer import Officer
from tests.cli.served import serving

from kenesh.basis.chance import Clock
from kenesh.basis.instants import MINUTE, Instant
from kenesh.doors.api.health import missing
from kenesh.doors.journal import Journal
from kenesh.doors.keeping import close_record
from kenesh.node.clock import SystemClock
from kenesh.node.wiring import open_node


class Later:
    """A clock that stands still, some minutes ahead."""

    def __init__(self, minutes: int = 0) -> None:
        self._since = SystemClock().now()
        self.minutes = minutes

    def now(self) -> Instant:
        return Instant(self._since + self.minutes * MINUTE)


def test_a_node_whose_record_is_not_closed_is_not_ready(kz: Officer) -> None:
    clock = Later()
    node = open_node(kz.home, clock)
    try:
        close_record(node.services)
        assert missing(node.services) == ""
        clock.minutes = 5
        assert missing(node.services) == "record"
        close_record(node.services)
        assert missing(node.services) == ""
        node.database.close()
        for beside in ("-wal", "-shm"):
            (kz.home / f"store.db{beside}").unlink(missing_ok=True)
        (kz.home / "store.db").write_bytes(b"no store at all")
        assert missing(node.services) == "store"
    finally:
        node.close()


def test_served_it_says_that_it_lives_is_ready_and_how_it_does(kz: Officer, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.indicator(1)))
    token = kz.document("token", "watcher", "--metrics")["token"]
    with serving(kz, "--metrics", "--log-json") as served:
        assert httpx2.get(f"{served.url}/healthz").text == "ok\n"
        assert httpx2.get(f"{served.url}/readyz").text in ("ok\n", "not ready: record\n")
        httpx2.get(f"{served.url}/taxii2/nothing/here")
        assert httpx2.get(f"{served.url}/metrics").status_code == 401
        taken = httpx2.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {token}"})
        assert taken.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert 'kenesh_requests_total{door="taxii2",status="4xx"} 1.0' in taken.text
        assert "kenesh_peers 0.0" in taken.text and "kenesh_backup_age_seconds -1.0" in taken.text
        # It opens the figures, and no other door.
        assert httpx2.get(f"{served.url}/taxii2/kenesh/", auth=("watcher", token)).status_code == 401
        served.stop()
        lines = [json.loads(line) for line in served.told().splitlines()]
    assert [line["event"] for line in lines] == ["serving", "stopped"]
    assert set(lines[0]) == {"at", "event", "text"}
    for canary in (files.stix_id("indicator", 1), "evil.example", token, '="KZ', '="AZ'):
        assert canary not in taken.text + served.told()


def test_a_client_token_does_not_open_the_figures(kz: Officer) -> None:
    token = kz.document("token", "reader", "--party", "KZ")["token"]
    assert kz.says("token", "both", "--party", "KZ", "--metrics").code == 2
    assert kz.says("token", "neither").code == 2
    with serving(kz, "--metrics") as served:
        asked = httpx2.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {token}"})
        assert asked.status_code == 401


@pytest.mark.parametrize("as_json", [True, False])
def test_a_fault_says_where_it_was_and_not_what_was_worked_on(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    clock: Clock = SystemClock()
    try:
        raise KeyError("evil.example")
    except KeyError as error:
        Journal(clock, as_json).fault("0000", "GET /desk", error)
    told = capsys.readouterr().err
    assert "fault 0000 at GET /desk" in told and "KeyError" in told and "test_watching_over.py" in told
    assert "evil.example" not in told


def test_the_figures_are_an_extra_and_a_node_is_served_without_it() -> None:
    code = (
        "import sys; sys.modules['prometheus_client'] = None; from kenesh.doors.api.metrics import Measures; Measures()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "SettingsProblem: The extra `metrics` is not installed." in done.stderr
