"""What is read in a process beside is what is read here, whatever becomes of that process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from kenesh.basis.problem import Problem
from kenesh.node.beside import COMMAND, Outcomes, ReadingBeside
from kenesh.node.types import TYPES
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader

READER: Final = ObjectReader(TYPES)
#: It answers one question, and is gone.
ONE_ANSWER: Final = (
    *COMMAND[:-2],
    "-c",
    "from kenesh.node import beside as b; import sys;"
    " b._write(sys.stdout.buffer, b.answer(b.ObjectReader(b.TYPES), b._frame(sys.stdin.buffer)))",
)
#: It tells half of an answer.
HALF_AN_ANSWER: Final = (sys.executable, "-c", "import sys; sys.stdout.buffer.write((99).to_bytes(8) + b'half')")
NO_COMMAND: Final = ("/there/is/no/such/program",)


def indicator(number: int, **more: Any) -> bytes:
    said = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{UUID(int=number, version=4)}",
        "created": "2026-11-01T08:00:00.000Z",
        "modified": "2026-11-01T08:00:00.000Z",
        "pattern": f"[domain-name:value = 'h{number}.example']",
        "pattern_type": "stix",
        "valid_from": "2026-11-01T08:00:00Z",
    }
    return json.dumps(said | more).encode()


OLD = {key: value for key, value in json.loads(indicator(7)).items() if key not in ("spec_version", "pattern_type")}
BATCHES: Final[tuple[tuple[bytes, ...], ...]] = (
    (indicator(1), b"[]", indicator(2, x_share=[1.0, -0.0, 1e300, 2**53 - 1, True, None, {"ç": "ğ\U0001f600"}])),
    (),
    (json.dumps(OLD | {"labels": ["malicious-activity"]}).encode(), b"\xff", indicator(3, name="\ud800")),
    (indicator(4, pattern="[broken"), indicator(5, created="yesterday"), json.dumps(OLD).encode()),
    tuple(indicator(number) for number in range(100, 3_000)),
)


def told(outcomes: Outcomes) -> list[Any]:
    """As it can be compared: a number is not another that is equal."""
    return [
        (one, repr(one.value)) if isinstance(one, Version) else (one.detail, one.params["object"]) for one in outcomes
    ]


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kenesh.node.beside._cores", lambda: 2)


@pytest.mark.parametrize(
    "command", [COMMAND, ONE_ANSWER, HALF_AN_ANSWER, ("false",), NO_COMMAND], ids=["whole", "one", "half", "no", "none"]
)
@pytest.mark.parametrize("read_here", [0, 1])
def test_the_same_is_told_in_the_same_order(command: Sequence[str], read_here: int) -> None:
    here = [told(READER.outcomes(batch)) for batch in BATCHES]
    assert any(isinstance(one, Problem) for batch in BATCHES for one in READER.outcomes(batch))
    assert [told(one) for one in ReadingBeside(READER, read_here, command)(BATCHES)] == here


def test_a_file_of_few_batches_begins_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("kenesh.node.beside.subprocess.Popen")
    reading = ReadingBeside(READER, len(BATCHES))
    assert [len(one) for one in reading(BATCHES)] == [len(batch) for batch in BATCHES]


def test_on_one_core_nothing_is_read_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kenesh.node.beside._cores", lambda: 1)
    monkeypatch.delattr("kenesh.node.beside.subprocess.Popen")
    assert len(list(ReadingBeside(READER, 0)(BATCHES))) == len(BATCHES)


def test_the_next_batch_is_read_while_who_asked_is_busy() -> None:
    asked = []

    def batches() -> Iterator[tuple[bytes, ...]]:
        for batch in BATCHES:
            asked.append(batch)
            yield batch

    outcomes = ReadingBeside(READER, 0)(batches())
    next(outcomes)
    assert len(asked) == 2
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator


#: Begins to read beside, tells the process's number, and does nothing more.
HANGING: Final = """
import subprocess, time
from kenesh.node import beside
beside._cores = lambda: 2
outcomes = beside.ReadingBeside(beside.ObjectReader(), 0)([[b"{}"], [b"{}"] * 5_000])
next(outcomes)
print(outcomes.gi_frame.f_locals["beside"]._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_one_that_began_it_and_says_nothing(sign: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as hanging:
        assert hanging.stdout is not None and hanging.stderr is not None
        pid = int(hanging.stdout.readline())
        assert _is_there(pid)
        os.kill(hanging.pid, sign)
        # Both write to it: it ends when they have.
        assert hanging.stderr.read() == b""
    deadline = time.monotonic() + 20
    while _is_there(pid):
        assert time.monotonic() < deadline, "it reads on for nobody"
        time.sleep(0.02)


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
