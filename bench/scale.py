"""A large import against the floor: its share, whether it keeps its pace as the store grows, and what it holds.

.venv/bin/python -m bench.scale --objects 1000000
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from bench.data import objects
from bench.limits import floor

_STEP = 100_000
_HEAD = b'{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":['

#: The import as the command does it, in a process of its own that says when each step was reached, and its peak.
_IMPORT = """
import gc, json, sys, time
from pathlib import Path
from kenesh.doors import acts
from kenesh.node.wiring import open_node
gc.freeze()
gc.set_threshold(50_000, 20, 50)
node = open_node(Path(sys.argv[1]), bulk=True)
began, seen, marks = time.perf_counter(), 0, []
def tell(count):
    global seen
    seen += count
    if seen // int(sys.argv[3]) > len(marks):
        marks.append(time.perf_counter() - began)
with open(sys.argv[2], "rb") as stream:
    outcome = acts.import_files(node.services, [("bench", node.services.formats(stream))], "bench", tell)
# Not ru_maxrss: a process inherits that of the one which started it.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"accepted": outcome.accepted, "seconds": time.perf_counter() - began, "marks": marks,
                  "peak_mb": int(peak.split()[1]) // 1024}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--objects", type=int, default=1_000_000)
    print(json.dumps(measure(parser.parse_args().objects), indent=2))
    return 0


def measure(count: int) -> dict[str, Any]:
    """One import of so many objects, from a file that is as large as they are."""
    with tempfile.TemporaryDirectory(prefix="kenesh-bench-") as name:
        folder = Path(name)
        file = folder / "bundle.json"
        with file.open("wb") as stream:
            stream.write(_HEAD)
            for number, value in enumerate(objects(count)):
                stream.write(b"," * bool(number) + msgspec.json.encode(value))
            stream.write(b"]}")
        low = floor(folder, file.read_bytes())
        home = folder / "kz"
        kenesh = Path(sys.executable).parent / "kenesh"
        subprocess.run(
            [kenesh, "--home", home, "init", "--party", "KZ", "--name", "KZ-CERT"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        command = [sys.executable, "-c", _IMPORT, home, file, str(_STEP)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        assert found["accepted"] == count, found
        rate = count / found["seconds"]
        steps = [later - earlier for earlier, later in zip([0.0, *found["marks"]], found["marks"], strict=False)]
        return {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "objects": count,
            "file_mb": file.stat().st_size // 2**20,
            "floor_per_s": round(low),
            "import_per_s": round(rate),
            "import_share_of_floor": round(rate / low, 3),
            "last_100k_to_first": round(steps[0] / steps[-1], 2) if len(steps) > 1 else None,
            "import_peak_mb": found["peak_mb"],
        }


if __name__ == "__main__":
    sys.exit(main())
