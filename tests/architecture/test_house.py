"""The house: who may import whom, how long a module may be, and where an unknown exception may be caught."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from tests.architecture.sources import ROOT, Function, Module, dotted, enclosing, functions, modules

MAX_LINES: Final = 400
#: Modules of more than 300 lines: each with the lines it may have, and why it is not two.
LONG_MODULES: Final[dict[str, tuple[int, str]]] = {}
MAX_FUNCTION: Final = 50
#: Functions of more than 50 lines, and why each is one.
LONG_FUNCTIONS: Final = {
    ("node/wiring.py", "wire"): "one place wires, in one sentence",
}
#: What was written for a store that exists is not changed any more.
FROZEN: Final = "edges/store/migrations/versions/"

#: Where an unknown exception may be caught: the two doors, the runner of jobs, and the command line. At most four.
CATCHERS: Final = ("doors/", "node/")
MAX_CATCHERS: Final = 4
#: `except BaseException` that raises it again hides nothing.
PASSED_ON: Final = {("edges/store/database.py", "Database._transaction"): "rolls back, and raises it again"}

BANNED: Final = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "time.time",
    "uuid.uuid4",
    "random",
    "secrets",
}
#: The same by the names under which modules use them, and their like.
BANNED_NAMES: Final = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.gmtime"),
    *("uuid.uuid1", "uuid.uuid4", "uuid4", "uuid1", "os.urandom", "os.getrandom", "random.random", "urandom"),
}
BANNED_IMPORTS: Final = {"random", "secrets"}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_import_contract_holds() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    if not command.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_the_contract_names_every_floor_of_the_house() -> None:
    """A package that stands in no layer would be held by no contract."""
    (contract,) = pyproject()["tool"]["importlinter"]["contracts"]
    assert contract["exhaustive"] is True
    named = {part.strip() for layer in contract["layers"] for part in layer.split("|")}
    there = {module.package for module in modules() if "/" in module.name}
    assert there == named


def test_no_module_is_long_without_a_reason() -> None:
    lengths = {m.name: m.text.count("\n") for m in modules() if not m.name.startswith(FROZEN)}
    long = {name: lines for name, lines in lengths.items() if lines > 300}
    assert set(long) <= set(LONG_MODULES)
    assert {name: lines for name, lines in long.items() if lines > LONG_MODULES[name][0]} == {}
    assert {name for name, lines in long.items() if lines > MAX_LINES} == set()


def own_lines(function: Function) -> int:
    """Its lines, without those of functions that are defined in it: each is measured by itself."""
    inner = [each for each in ast.walk(function) if isinstance(each, Function) and each is not function]
    lines = {line for each in (function, *inner) for line in range(each.lineno, (each.end_lineno or 0) + 1)}
    return len(lines - {line for each in inner for line in range(each.lineno, (each.end_lineno or 0) + 1)})


def test_no_function_is_longer_than_a_page() -> None:
    long = {
        (module.name, name)
        for module in modules()
        if not module.name.startswith(FROZEN)
        for name, function in functions(module.tree)
        if own_lines(function) > MAX_FUNCTION
    }
    assert long <= set(LONG_FUNCTIONS)


def caught(module: Module) -> list[tuple[str, str]]:
    """(where, what) for each place that catches whatever may come."""
    found = []
    for node in ast.walk(module.tree):
        names: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                found.append((enclosing(module.tree, node), "everything"))
            elif isinstance(node.type, ast.Tuple):
                names = list(node.type.elts)
            else:
                names = [node.type]
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("suppress"):
            names = list(node.args)
        found += [
            (enclosing(module.tree, node), dotted(n)) for n in names if dotted(n) in ("Exception", "BaseException")
        ]
    return found


def test_an_unknown_exception_is_caught_in_four_files_at_most() -> None:
    found = {(m.name, where) for m in modules() for where, _ in caught(m)} - set(PASSED_ON)
    assert all(name.startswith(CATCHERS) for name, _ in found), found
    assert len({name for name, _ in found}) <= MAX_CATCHERS, found


def test_what_is_caught_to_be_passed_on_is_raised_again() -> None:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and (module.name, enclosing(module.tree, node)) in PASSED_ON:
                assert any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))


def test_ruff_bans_the_clock_and_chance_below_the_node() -> None:
    ruff = pyproject()["tool"]["ruff"]["lint"]
    assert {"TID", "BLE"} <= set(ruff["select"])
    assert not set(ruff["ignore"]) & {"TID251", "BLE001", "TID", "BLE"}
    assert set(ruff["flake8-tidy-imports"]["banned-api"]) >= BANNED
    excused = {pattern for pattern, codes in ruff["per-file-ignores"].items() if "TID251" in codes}
    assert {pattern for pattern in excused if pattern.startswith("src")} == {"src/kenesh/node/*"}


def test_time_and_chance_come_from_the_caller() -> None:
    """As ruff says, and for the siblings of what it bans too."""
    found = []
    for module in modules():
        if module.package == "node":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and dotted(node) in BANNED_NAMES:
                found.append((module.name, dotted(node)))
            elif isinstance(node, ast.Import):
                found += [(module.name, a.name) for a in node.names if a.name.partition(".")[0] in BANNED_IMPORTS]
            elif isinstance(node, ast.ImportFrom):
                wholly = [node.module] if node.module in BANNED_IMPORTS else []
                found += [(module.name, name) for name in wholly]
                found += [(module.name, a.name) for a in node.names if f"{node.module}.{a.name}" in BANNED_NAMES]
    assert found == []


def test_ruff_is_silenced_for_one_reason_at_a_time() -> None:
    """A `noqa` without a code silences everything; a `type: ignore` without one too."""
    bare = [
        (module.name, number)
        for module in modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if line.rstrip().endswith(("# noqa", "# type: ignore")) or "# ruff: noqa" in line or "mypy: ignore" in line
    ]
    assert bare == []


def test_who_decodes_with_msgspec_is_ready_for_all_that_it_raises() -> None:
    """A text that is no UTF-8, and what is too deep, are no `MsgspecError`: `UNREADABLE` has all of them."""
    # The record's own rows are not from outside.
    own = {"edges/store/ledger.py"}
    caught = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        if any(isinstance(part, ast.Attribute) and part.attr == "MsgspecError" for part in ast.walk(node.type))
    }
    assert caught == own
