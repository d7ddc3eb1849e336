"""The source of Kenesh as syntax trees, for tests that read it and run none of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One module: where it is, what it says, and its tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """As it is written in messages and lists: release/decision.py."""
        return self.path.relative_to(SOURCE / "kenesh").as_posix()

    @property
    def package(self) -> str:
        """The floor of the house it stands on."""
        return self.name.partition("/")[0]


@cache
def modules() -> tuple[Module, ...]:
    """Every module of Kenesh."""
    found = []
    for path in sorted((SOURCE / "kenesh").rglob("*.py")):
        text = path.read_text("utf-8")
        found.append(Module(path, text, ast.parse(text, str(path))))
    return tuple(found)


def functions(tree: ast.AST) -> Iterator[tuple[str, Function]]:
    """Every function with its name in full: Issuer._release."""
    yield from _functions(tree, "")


def _functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield prefix + node.name, node
            yield from _functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")
        else:
            yield from _functions(node, prefix)


def enclosing(tree: ast.Module, wanted: ast.AST) -> str:
    """The function or class in which the node stands; "" at the top of the module."""
    innermost = ""
    line = getattr(wanted, "lineno", 0)
    for name, function in functions(tree):
        if function.lineno <= line <= (function.end_lineno or 0):
            innermost = name
    if not innermost:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0):
                innermost = node.name
    return innermost


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text; the last part alone where it hangs on a call or a subscript."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else node.attr
    return ""
