"""The conformance matrix: `python -m tests.conformance.matrix` judges ours and the peers, and writes what it found.

What was found stands in one small file; the page is made of it, of the lines and of the tests, by `make docs`.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.conformance.lines import BY_ID, LINES

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
FOUND: Final = HERE / "found.json"
OURS: Final = "Kenesh"


@dataclass(frozen=True, slots=True)
class LineTest:
    """A test of a line. `name` is FOLDER/FILE::FUNCTION; those in `kenesh` need a node of ours."""

    name: str
    line: str

    @property
    def of_ours_alone(self) -> bool:
        return self.name.startswith("kenesh/")


def line_tests() -> list[LineTest]:
    """Every test that names a line, in the order of the lines.

    Raises:
        ValueError: a test names a line that there is not; a line has neither a test nor a reason.
    """
    found = [
        test for folder in ("clauses", "kenesh") for file in (HERE / folder).glob("test_*.py") for test in _in(file)
    ]
    unknown = {test.line for test in found} - BY_ID.keys()
    bare = {line.id for line in LINES if not line.untested} - {test.line for test in found}
    if unknown or bare:
        raise ValueError(f"lines that there are not: {sorted(unknown)}; lines without a test: {sorted(bare)}")
    return sorted(found, key=lambda test: (test.line, test.name))


def _in(file: Path) -> Iterator[LineTest]:
    for part in ast.parse(file.read_text("utf-8")).body:
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_"):
            for line in _lines_of(part):
                yield LineTest(f"{file.parent.name}/{file.stem}::{part.name}", line)


def _lines_of(function: ast.FunctionDef) -> Iterator[str]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.clause":
            said = [arg.value for arg in mark.args if isinstance(arg, ast.Constant)]
            yield from (text for text in said if len(text) == 3 and text[0] == "T" and text[1:].isdigit())


def found() -> Mapping[str, Mapping[str, str]]:
    """What each server did in each test: pass, fail, or skip and why; by the server's name, ours first."""
    kept: dict[str, dict[str, str]] = json.loads(FOUND.read_text("utf-8"))
    return kept


def _judged(place: Path, folders: str, environment: Mapping[str, str]) -> dict[str, Any]:
    results = place / "results.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", folders]
    command += ["--basetemp", str(place / "tests")]
    env = dict(os.environ) | environment | {"CONFORMANCE_RESULTS": str(results)}
    subprocess.run(command, cwd=ROOT, env=env, check=False)
    outcomes: dict[str, Any] = json.loads(results.read_text())
    return dict(sorted(outcomes.items()))


def main() -> int:
    """Judges all of them; the exit code is 1 where ours fails a test."""
    from docs import generate
    from tests.conformance.peers import PEERS, serving

    told: dict[str, dict[str, str]] = {}
    with TemporaryDirectory() as folder:
        told[OURS] = _judged(Path(folder), "tests/conformance", {})
    for peer in PEERS:
        with TemporaryDirectory() as folder, serving(peer, Path(folder)) as environment:
            told[peer.name] = _judged(Path(folder), "tests/conformance/clauses", environment)
    FOUND.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    generate.write()
    return int("fail" in told[OURS].values())


if __name__ == "__main__":
    sys.exit(main())
