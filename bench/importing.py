"""Imports: their rate, whether it keeps up as the store grows, what they hold, and how they let others in between."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from demo.nodes import KENESH, Council
from tests.contract.postgresql import PostgreSql, program_folders, running

from bench.data import write_bundle
from bench.limits import floor_postgresql
from kenesh.doors import acts
from kenesh.node.wiring import Node, open_node
from kenesh.stix.marking import Tlp
from kenesh.watch.watching import look_up

STEP = 100_000

#: The import as the command does it, in a process of its own that says when each step was reached, and its peak.
_IMPORT = """
import gc, json, os, sys, time
from pathlib import Path
from kenesh.doors import acts
from kenesh.node.wiring import open_node
gc.freeze()
gc.set_threshold(50_000, 20, 50)
node = open_node(Path(sys.argv[1]), bulk=True)
began, seen, marks, beside = time.perf_counter(), 0, [], 0
# Not ru_maxrss: a process inherits that of the one which started it.
def peak_of(pid):
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM")), 0)
def tell(count):
    global seen, beside
    seen += count
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    beside = max([beside, sum(map(peak_of, children))])
    if seen // int(sys.argv[3]) > len(marks):
        marks.append(time.perf_counter() - began)
with open(sys.argv[2], "rb") as stream:
    outcome = acts.import_files(node.services, [("bench", node.services.formats(stream))], "bench", tell)
print(json.dumps({"accepted": outcome.accepted, "seconds": time.perf_counter() - began, "marks": marks,
                  "peak_mb": peak_of("self") + beside}))
"""


def measure_import(home: Path, file: Path, count: int) -> dict[str, Any]:
    """Every object of the file taken in by a node that had none."""
    command = [sys.executable, "-c", _IMPORT, home, file, str(STEP)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert found["accepted"] == count, found
    steps = [later - earlier for earlier, later in zip([0.0, *found["marks"]], found["marks"], strict=False)]
    pace = round(steps[0] / steps[-1], 2) if len(steps) > 1 else None
    return {"per_s": count / found["seconds"], "peak_mb": found["peak_mb"], "last_100k_to_first": pace}


def measure_postgresql(folder: Path, file: Path, count: int) -> dict[str, float] | None:
    """The same into a PostgreSQL that keeps what it says it wrote, and its own floor; None where there is none."""
    with _durable() as server:
        if server is None:
            return None
        low = floor_postgresql(server.url(server.create()), file, count)
        home = folder / "postgresql"
        words = ("init", "--party", "KZ", "--name", "KZ-CERT", "--database", server.url(server.create()))
        subprocess.run([*KENESH, "--home", home, *words], check=True, capture_output=True)
        return {"floor_per_s": low, "per_s": measure_import(home, file, count)["per_s"]}


@contextmanager
def _durable() -> Iterator[PostgreSql | None]:
    for programs in program_folders():
        with running(programs, settings=()) as server:
            if server is not None:
                yield server
                return
    yield None


def measure_others_meanwhile(council: Council, folder: Path, count: int) -> dict[str, float]:
    """While a file is imported into a node that is served: what a writer waits, and an act until a peer sees it."""
    file = folder / "meanwhile.json"
    write_bundle(file, count, seed=2)
    kz, az = open_node(council.home("KZ")), open_node(council.home("AZ"))
    waits: list[float] = []
    acted: list[float] = []
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.05):
            began = time.perf_counter()
            with kz.services.store.writing():
                waits.append(time.perf_counter() - began)

    with subprocess.Popen(
        [*KENESH, "--home", council.home("KZ"), "import", file], stdout=subprocess.DEVNULL
    ) as importing:
        writer = threading.Thread(target=write)
        writer.start()
        while importing.poll() is None:
            acted.append(release_until_known(kz, az, f"meanwhile{len(acted)}.example"))
            time.sleep(0.2)
        over.set()
        writer.join()
    assert importing.returncode == 0
    kz.close()
    az.close()
    return {
        "lock_wait_s_worst": round(max(waits), 3),
        "release_to_lookup_s_median": round(statistics.median(acted), 3),
        "release_to_lookup_s_worst": round(max(acted), 3),
        "acts": len(acted),
    }


def release_until_known(kz: Node, az: Node, value: str) -> float:
    """Seconds from `release` at KZ until `lookup` at AZ knows the value; both are served."""
    person = az.services.person("console")
    (held,) = acts.state_values(kz.services, [value], Tlp.AMBER, "", "console")
    began = time.perf_counter()
    acts.release(kz.services, acts.Wish(words=[held.id], to="AZ"), "console")
    while True:
        with az.services.store.reading() as tx:
            if look_up(tx, person, [value], az.services.clock.now())[0].known.value:
                return time.perf_counter() - began
        assert time.perf_counter() - began < 60
        time.sleep(0.005)


def measure_interrupted(count: int) -> dict[str, Any]:
    """A file of a gigabyte for each million: the import is killed on its way, and begun again."""
    with tempfile.TemporaryDirectory(prefix="kenesh-bench-") as name:
        folder = Path(name)
        file, home = folder / "large.json", folder / "kz"
        write_bundle(file, count, filling="f" * 480)
        words = ("init", "--party", "KZ", "--name", "KZ-CERT")
        subprocess.run([*KENESH, "--home", home, *words], check=True, capture_output=True)
        began = time.perf_counter()
        first = _import_until(home, file, count * 2 // 5)
        second = _import_until(home, file, None)
        elapsed = time.perf_counter() - began
        node = open_node(home)
        with node.services.store.reading() as tx:
            held = sum(tx.versions.count().values())
        node.close()
        assert held == count, f"{held} objects are held, not {count}"
        return {
            "objects": count,
            "file_mb": file.stat().st_size // 2**20,
            "seconds_in_all": round(elapsed, 1),
            "peak_mb": max(first, second),
        }


def _import_until(home: Path, file: Path, enough: int | None) -> int:
    """Imports, and kills that once so many objects are held; gives its peak in megabytes, with that beside it."""
    node, peak = open_node(home), 0
    with subprocess.Popen([*KENESH, "--home", home, "import", file], stdout=subprocess.DEVNULL) as importing:
        while importing.poll() is None:
            peak = max(peak, _held_mb(importing.pid))
            if enough is not None:
                with node.services.store.reading() as tx:
                    if sum(tx.versions.count().values()) >= enough:
                        importing.kill()
                        importing.wait(60)
            time.sleep(0.3)
    node.close()
    assert (importing.returncode == 0) is (enough is None), importing.returncode
    return peak


def _held_mb(pid: int) -> int:
    """What a process and those that it began held at most; nothing where they have ended."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        own = int(next(line for line in status if line.startswith("VmHWM")).split()[1]) // 1024
        return own + sum(map(_held_mb, map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())))
    return 0
