"""Unreleased data cannot be serialised, by type: only the decision makes a `Released`, and nobody gets round it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

import pytest
from tests.architecture.sources import dotted, enclosing, modules

MAKER: Final = "release/decision.py"
#: What makes an object without its maker, changes one that is made, or copies one; none of it is needed here.
FORBIDDEN_MODULES: Final = {"copy", "copyreg", "pickle", "marshal", "shelve", "ctypes", "gc", "inspect"}
FORBIDDEN_CALLS: Final = {"setattr", "delattr", "eval", "exec", "compile", "globals", "__import__"}
FORBIDDEN_NAMES: Final = {"__new__", "__setattr__", "__reduce__", "__reduce_ex__", "__setstate__", "__class__"}
#: Who needs one of these for something else.
EXCUSED: Final = {
    ("basis/problem.py", "calls globals"): "the closed list of problems is all that the module defines",
    ("node/garbage.py", "imports gc"): "sets when garbage is collected, and looks at none of it",
    ("watch/lookup.py", "calls the type of something"): "an address of either version, made wider",
}


def forgeries(tree: ast.Module) -> Iterator[str]:
    """Whatever in a module could make, change or pass off a `Released`."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module, names=names):
                yield from _imports(module or "", names)
            case ast.Import(names=names):
                yield from (f"imports {a.name}" for a in names if a.name.partition(".")[0] in FORBIDDEN_MODULES)
            case ast.Call(func=function, args=arguments):
                yield from _calls(function, arguments)
            case ast.ClassDef(bases=bases):
                yield from ("derives from Released" for base in bases if _names_released(base))
            case ast.Attribute(attr="_MAKER") | ast.Name(id="_MAKER") | ast.Constant(value="_MAKER"):
                yield "names the maker's secret"
            case ast.Attribute(attr=attribute) if attribute in FORBIDDEN_NAMES:
                yield f"uses {attribute}"
            case ast.Assign(targets=targets):
                yield from ("gives Released another name" for _ in targets if _is_released(node.value))


def _imports(module: str, names: list[ast.alias]) -> Iterator[str]:
    if module.partition(".")[0] in FORBIDDEN_MODULES:
        yield f"imports {module}"
    for alias in names:
        if alias.name == "_MAKER":
            yield "imports the maker's secret"
        if alias.name == "Released" and alias.asname:
            yield "gives Released another name"


def _calls(function: ast.expr, arguments: list[ast.expr]) -> Iterator[str]:
    if _names_released(function):
        yield "makes a Released"
    if isinstance(function, ast.Call) and dotted(function.func) == "type":
        yield "calls the type of something"
    name = dotted(function)
    if name in FORBIDDEN_CALLS:
        yield f"calls {name}"
    if name in ("cast", "typing.cast") and arguments and "Released" in ast.unparse(arguments[0]):
        yield "calls something a Released that is none"
    if name == "type" and len(arguments) > 1:
        yield "makes a class by a call"


def _names_released(node: ast.expr) -> bool:
    """Released, Released[T], decision.Released."""
    return _is_released(node.value if isinstance(node, ast.Subscript) else node)


def _is_released(node: ast.expr) -> bool:
    return dotted(node).rpartition(".")[2] == "Released"


def test_only_the_decision_makes_a_released() -> None:
    found = {(module.name, what) for module in modules() if module.name != MAKER for what in forgeries(module.tree)}
    assert found == set(EXCUSED)


def test_the_decision_makes_one_in_two_places_and_its_secret_leaves_it_nowhere() -> None:
    """`only_released` from what was decided, and `map` from what is one already."""
    (decision,) = [module for module in modules() if module.name == MAKER]
    calls = [node for node in ast.walk(decision.tree) if isinstance(node, ast.Call) and _names_released(node.func)]
    assert len(calls) == 2
    secret = [node for node in ast.walk(decision.tree) if isinstance(node, ast.Name) and node.id == "_MAKER"]
    assert len(secret) == 4, "its definition, the check, and the two makers"


FORGED = """
Released(rows, None)
Released[int](rows, None)
decision.Released(rows, None)
from kenesh.release.decision import _MAKER
from kenesh.release.decision import Released as Shown
decision._MAKER
getattr(decision, "_MAKER")
object.__new__(Released)
Released.__new__(Released)
released.__class__(rows, None)
object.__setattr__(released, "value", rows)
setattr(released, "value", rows)
copy.copy(released)
import copy
import copy as c
from copy import deepcopy
import pickle
from ctypes import pythonapi
class Mine(Released): ...
class Mine(Released[int]): ...
class Mine(decision.Released): ...
Shown = Released
Shown = decision.Released
cast(Released, rows)
cast("Released[int]", rows)
typing.cast(Released[int], rows)
type("Mine", (Released,), {})
type(released)(rows, None)
eval("Rel" + "eased")
globals()["Released"]
""".strip().splitlines()


@pytest.mark.parametrize("line", FORGED)
def test_each_way_round_the_decision_is_seen(line: str) -> None:
    """The test of the test: what it would say of a module that tries it."""
    seen = list(forgeries(ast.parse(line)))
    # Two of these take nothing from the outside by themselves: the import that they need is what is seen.
    if line.startswith("copy."):
        seen += list(forgeries(ast.parse("import copy")))
    assert seen


HONEST = """
from kenesh.release.decision import Released, only_released
only_released(Stage.READ, candidates)
def page(items: Released[Page]) -> Released[bytes]: ...
released.map(lambda items: Page(items))
type(value) is str
isinstance(value, Released)
replace(held, tlp=tlp)
""".strip().splitlines()


@pytest.mark.parametrize("line", HONEST)
def test_what_is_honest_is_not_called_a_forgery(line: str) -> None:
    assert list(forgeries(ast.parse(line))) == []


def careless_shapes(tree: ast.Module) -> Iterator[ast.Lambda]:
    """`released.map(lambda _: something else)`: what comes out has nothing of what was decided."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "map":
            for shape in node.args:
                if isinstance(shape, ast.Lambda):
                    given = {argument.arg for argument in shape.args.args}
                    used = {name.id for name in ast.walk(shape.body) if isinstance(name, ast.Name)}
                    if not given & used:
                        yield shape


def test_a_released_is_reshaped_from_what_is_in_it() -> None:
    assert {(m.name, enclosing(m.tree, shape)) for m in modules() for shape in careless_shapes(m.tree)} == set()


def test_a_careless_shape_is_seen() -> None:
    assert list(careless_shapes(ast.parse("seen.map(lambda _: _shown(tx, current))")))
    assert not list(careless_shapes(ast.parse("seen.map(lambda items: _shown(tx, items))")))
    assert not list(careless_shapes(ast.parse("pool.map(work, items)")))
