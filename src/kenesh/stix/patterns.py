"""STIX patterns: the one equality test that nearly every real pattern is, quickly; the whole grammar for the rest.

Source: STIX 2.1 §9. Of 15,030 real indicators 98.8 % are `[type:path = 'v']`. The tail goes through stix2-patterns,
which is loaded when the first such pattern comes.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, TooLargeProblem

#: In characters. The longest of the real patterns has 452; the grammar takes about 10 µs for each.
MAX_PATTERN: Final = 65_536


class PatternTimestamp(str):
    """The text of a constant t'...', to be compared as an instant."""

    __slots__ = ()


Constant = str | int | float | bool | bytes | PatternTimestamp | tuple["Constant", ...] | None


class Comparison(NamedTuple):
    """One test of a pattern.

    Attributes:
        path: type and path, a step quoted only where it must be: `file:hashes.'SHA-256'`.
        operator: = != > < >= <= IN LIKE MATCHES ISSUBSET ISSUPERSET EXISTS, with 'NOT ' before it where it is negated.
        constant: unescaped; a tuple for IN, None for EXISTS.
    """

    path: str
    operator: str
    constant: Constant


_KEYWORDS: Final = (
    "AND|OR|NOT|FOLLOWEDBY|LIKE|MATCHES|ISSUPERSET|ISSUBSET|EXISTS|LAST|IN|START|STOP|SECONDS|true|false"
    "|WITHIN|REPEATS|TIMES"
)
_NAME: Final = rf"(?!(?:{_KEYWORDS})(?![A-Za-z0-9_-]))[A-Za-z_][A-Za-z0-9_]*"
_TEXT: Final = r"'(?:[^'\\]|\\['\\])*'"
_EQUALITY: Final = re.compile(
    rf"\[[ \t\r\n]*(({_NAME}[A-Za-z0-9_-]*):(?:{_NAME}|{_TEXT})(?:\.(?:{_NAME}|{_TEXT})|\[(?:0|[1-9][0-9]*|\*)\])*)"
    rf"[ \t\r\n]*=[ \t\r\n]*({_TEXT})[ \t\r\n]*\]"
)
_PATH: Final = rf"(?:{_NAME}[A-Za-z0-9_-]*):(?:{_NAME}|{_TEXT})(?:\.(?:{_NAME}|{_TEXT})|\[(?:0|[1-9][0-9]*|\*)\])*"
_EQUAL: Final = rf"{_PATH}[ \t\r\n]*=[ \t\r\n]*(?:{_TEXT}|0|[1-9][0-9]*)"
_JOINT: Final = re.compile(rf"\[[ \t\r\n]*{_EQUAL}(?:[ \t\r\n]+AND[ \t\r\n]+{_EQUAL})*[ \t\r\n]*\]")
#: Each test of what is joint: its path, the object's type, and its constant.
_JOINED: Final = re.compile(
    rf"(?<=[\[ \t\r\n])((?=([A-Za-z0-9_-]+):){_PATH})[ \t\r\n]*=[ \t\r\n]*({_TEXT}|0|[1-9][0-9]*)"
)
_SUBSET: Final = re.compile(rf"\[[ \t\r\n]*(ipv[46]-addr:value)[ \t\r\n]+ISSUBSET[ \t\r\n]*({_TEXT})[ \t\r\n]*\]")
_QUOTED_STEP: Final = re.compile(_TEXT)
_PLAIN_STEP: Final = re.compile(rf"'({_NAME})'")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def equality_test(pattern: str) -> tuple[str, str] | None:
    """The path and the value, unescaped, where the pattern is one equality test with a text; else None."""
    match = _EQUALITY.fullmatch(pattern) if len(pattern) <= MAX_PATTERN else None
    if match is None:
        return None
    return _plain_path(match[1]), _unescaped(match[3])


def sole_test(pattern: str) -> tuple[str, str] | None:
    """The path and the value where equalling it, or lying in it, is all that the pattern asks; else None."""
    if test := equality_test(pattern):
        return test
    match = _SUBSET.fullmatch(pattern) if len(pattern) <= MAX_PATTERN else None
    return (match[1], _unescaped(match[2])) if match else None


def joint_tests(pattern: str) -> list[tuple[str, str]]:
    """The paths and values where equalling all of them, of one object, is all that is asked; else nothing.

    Numbers are given as their digits. What stands in brackets or is asked otherwise is not looked into.
    """
    if len(pattern) > MAX_PATTERN or _JOINT.fullmatch(pattern) is None:
        return []
    found = list(_JOINED.finditer(pattern))
    if len({match[2] for match in found}) != 1:
        return []
    return [(_plain_path(match[1]), _unescaped(match[3]) if match[3][0] == "'" else match[3]) for match in found]


def check_pattern(pattern: str) -> None:
    """Refuses what is not grammatical.

    Raises:
        DamagedProblem: it is no STIX pattern; the detail says where.
        TooLargeProblem: it is longer than `MAX_PATTERN`.
    """
    if equality_test(pattern) is None:
        _parse(pattern)


def comparisons(pattern: str) -> list[Comparison]:
    """Every test of the pattern, in its order; what joins them is not told.

    Raises:
        DamagedProblem: it is no STIX pattern, or a constant in it stands for nothing.
        TooLargeProblem: it is longer than `MAX_PATTERN`.
    """
    if test := equality_test(pattern):
        return [Comparison(test[0], "=", test[1])]
    try:
        return [_comparison(node) for node in _tests(_parse(pattern))]
    except ValueError as error:
        raise DamagedProblem(f"A constant of the pattern stands for nothing: {visible(str(error), 120)}.") from None


def _unescaped(text: str) -> str:
    body = text[1:-1]
    return _ESCAPE.sub(r"\1", body) if "\\" in body else body


def _plain_path(path: str) -> str:
    return _QUOTED_STEP.sub(_plain_step, path) if "'" in path else path


def _plain_step(match: re.Match[str]) -> str:
    plain = _PLAIN_STEP.fullmatch(match[0])
    return plain[1] if plain else match[0]


@cache
def _grammar() -> tuple[Callable[[str], Any], type[Exception]]:
    """The tree of a pattern, and the error of the grammar; loaded late, because antlr takes 0.1 s to load."""
    pattern = import_module("stix2patterns.v21.pattern").Pattern
    visitor = import_module("stix2patterns.v21.grammars.STIXPatternVisitor").STIXPatternVisitor

    class Root(visitor):  # type: ignore[misc, valid-type]  # antlr's classes are untyped
        def visit(self, tree: Any) -> Any:
            return tree

    return (lambda text: pattern(text).visit(Root())), import_module("stix2patterns.exceptions").ParseException


def _parse(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN:
        raise TooLargeProblem(f"The pattern has {len(pattern)} characters; {MAX_PATTERN} are read.")
    tree_of, parse_error = _grammar()
    try:
        return tree_of(pattern)
    except parse_error as error:
        raise DamagedProblem(f"It is no STIX pattern: {visible(str(error), 160)}.") from None
    except RecursionError:
        raise DamagedProblem("The pattern is nested deeper than is read.") from None


_TESTS: Final = frozenset(
    f"PropTest{kind}Context" for kind in ("Equal", "Order", "Set", "Like", "Regex", "IsSubset", "IsSuperset", "Exists")
)


def _tests(tree: Any) -> Iterator[Any]:
    """The nodes of the comparisons, from left to right; without recursion, because the tree is the sender's."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if type(node).__name__ in _TESTS:
            yield node
        else:
            waiting.extend(reversed(getattr(node, "children", None) or ()))


def _comparison(node: Any) -> Comparison:
    parts = list(node.getChildren())
    words = [part.getText() for part in parts]
    if "EXISTS" in words[:2]:
        return Comparison(_plain_path(words[-1]), " ".join(words[:-1]), None)
    operator = " ".join(words[1:-1]).replace("==", "=").replace("<>", "!=")
    return Comparison(_plain_path(words[0]), operator, _constant(parts[-1]))


def _constant(node: Any) -> Constant:
    if type(node).__name__ == "SetLiteralContext":
        return tuple(_constant(part) for part in node.getChildren() if part.getText() not in "(,)")
    text: str = node.getText()
    match text[0]:
        case "'":
            return _unescaped(text)
        case "t" if text[1] == "'":
            return PatternTimestamp(text[2:-1])
        case "h":
            return bytes.fromhex(text[2:-1])
        case "b":
            return _binary(text[2:-1])
        case "t" | "f":
            return text == "true"
    return float(text) if "." in text else int(text)


def _binary(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except NoBase64 as error:
        raise ValueError(str(error)) from None
