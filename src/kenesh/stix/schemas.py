"""The compiled checks: one validator for each type, from the schemas that stix2-validator's package ships.

The package is found and not imported (its import takes a second, and only its data is wanted). A validator is compiled
when the first object of its type is read. The council's own types are checked by their own definitions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from kenesh.basis.printable import visible
from kenesh.basis.problem import FaultProblem
from kenesh.stix.register import TypeDefinition

#: Up to this size everything that is wrong in an object is named.
WHOLE_OCTETS: Final = 65_536
_SAMPLE_PARTS: Final = 5_000


class Kind(Enum):
    """What a type is to a reader of versions."""

    DOMAIN = "an SDO, SRO, language-content or extension-definition: always has `modified`"
    OBSERVABLE = "an SCO: needs neither `modified` nor `spec_version`"
    MARKING = "a marking-definition: needs no `modified`"
    OWN = "a type of the council's own"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a schema finds wrong.

    Attributes:
        keyword: the JSON Schema keyword that does not hold.
        place: where, as a path: `.granular_markings[0].selectors`; `.name` for a property that is missing.
        value: what stands there; None where it is missing.
    """

    keyword: str
    place: str
    value: object


@dataclass(frozen=True, slots=True)
class Check:
    """What an object of one type is checked against. A type that nobody announced has no new-... extension."""

    kind: Kind
    validator: jsonschema_rs.Validator
    is_announced: bool = True

    def faults(self, value: Mapping[str, Any], octets: int) -> Iterator[Fault]:
        """What the schema finds wrong in an object of so many octets: all of it in one of usual size, else a sample.

        Every fault costs some 0.1 ms to name, and a hostile object has one for every few octets.
        """
        shown = value if octets <= WHOLE_OCTETS else _sample(value)
        errors = self.validator.iter_errors(shown)
        first = next(errors, None)
        if first is None:
            yield Fault("tail", ".… (beyond what is looked at in a large object)", None)
            return
        for error in chain([first], errors):
            yield from _faults_of(error, shown)


class Schemas:
    """The checks of every type: STIX's, the council's own, and what all others have in common."""

    def __init__(self, types: Sequence[TypeDefinition] = ()) -> None:
        self._own: Mapping[str, TypeDefinition] = {definition.name: definition for definition in types}
        self._compiled: dict[str, Check] = {}

    def check_for(self, value: Mapping[str, Any]) -> Check:
        """The check for an object with a `type`, compiled at need."""
        name = value["type"]
        check = self._compiled.get(name)
        if check is not None:
            return check
        if name in self._own:
            check = Check(Kind.OWN, _compile(self._own[name].schema()))
        elif name in _standard():
            kind, schema = _standard()[name]
            check = Check(kind, _compile(schema))
        else:
            # Others' types are many, and a hostile file has one for each object: they are not remembered.
            return self._common(*_announced_as(value))
        return self._compiled.setdefault(name, check)

    def _common(self, kind: Kind, is_announced: bool) -> Check:
        validator = _compile_common("core" if kind is Kind.DOMAIN else "cyber-observable-core")
        return Check(kind, validator, is_announced)


def json_path(steps: Sequence[str | int]) -> str:
    """The steps as a path from the object: `.granular_markings[0].selectors`; '' for the object itself."""
    shown = (f"[{step}]" if isinstance(step, int) else f".{visible(step, 80)}" for step in steps[:20])
    return "".join(shown) + ("…" if len(steps) > 20 else "")


def _faults_of(error: jsonschema_rs.ValidationError, value: Mapping[str, Any]) -> Iterator[Fault]:
    """The fault that an error tells; for properties that must not be there, one for each."""
    path, kinds = list(error.instance_path), jsonschema_rs.ValidationErrorKind
    if isinstance(error.kind, kinds.Required):
        yield Fault("required", json_path([*path, error.kind.property]), None)
    elif isinstance(error.kind, kinds.AdditionalProperties):
        for name in error.kind.unexpected:
            yield Fault("additionalProperties", json_path([*path, name]), None)
    else:
        yield Fault(error.kind.name, json_path(path), _at(value, path))


def _sample(value: Mapping[str, Any]) -> dict[str, Any]:
    """The object with the same properties, each cut to its share of `_SAMPLE_PARTS`; nothing becomes empty."""
    share = max(20, _SAMPLE_PARTS // len(value))
    return {name: _cut(item, [share]) for name, item in value.items()}


def _cut(value: Any, left: list[int]) -> Any:
    left[0] -= 1
    if isinstance(value, dict):
        return {name: _cut(value[name], left) for name in _first(value, left)}
    if isinstance(value, list):
        return [_cut(item, left) for item in _first(value, left)]
    return value


def _first(parts: Iterable[Any], left: list[int]) -> Iterator[Any]:
    for index, part in enumerate(parts):
        if index and left[0] <= 0:
            return
        yield part


def _at(value: Any, steps: Sequence[str | int]) -> object:
    for step in steps:
        # The validator says a key of digits alone as a number.
        value = value[str(step) if isinstance(value, dict) else step]
    return value


def _announced_as(value: Mapping[str, Any]) -> tuple[Kind, bool]:
    """What others' type is, and whether an extension says so (STIX 2.1 §7.3)."""
    extensions = value.get("extensions")
    entries = extensions.values() if isinstance(extensions, dict) else ()
    said = {str(entry.get("extension_type")) for entry in entries if isinstance(entry, dict)}
    if "new-sco" in said:
        return Kind.OBSERVABLE, True
    if said & {"new-sdo", "new-sro"}:
        return Kind.DOMAIN, True
    return (Kind.DOMAIN if "created" in value or "modified" in value else Kind.OBSERVABLE), False


_FOLDERS: Final = {"sdos": Kind.DOMAIN, "sros": Kind.DOMAIN, "observables": Kind.OBSERVABLE}
_COMMON_TYPES: Final = {
    "extension-definition": Kind.DOMAIN,
    "language-content": Kind.DOMAIN,
    "marking-definition": Kind.MARKING,
}


@cache
def _folder() -> Path:
    package = find_spec("stix2validator")
    if package is None or not package.submodule_search_locations:
        raise FaultProblem("The package stix2-validator, which carries the STIX 2.1 schemas, is not installed.")
    return Path(package.submodule_search_locations[0]) / "schemas-2.1" / "schemas"


@cache
def _documents() -> Mapping[Path, dict[str, Any]]:
    return {path: _corrected(json.loads(path.read_bytes())) for path in sorted(_folder().rglob("*.json"))}


def _corrected(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as the standard has it: where OASIS' file asks for more than the text does, the text holds."""
    if schema.get("title") == "granular-marking":
        # §7.2.3.1: exactly one of marking_ref and lang. The file demands marking_ref.
        schema["required"] = ["selectors"]
    if schema.get("title") == "identifier":
        # §2.9 asks for any UUID. The file knows versions 1 to 5; `reading` warns of the others.
        schema["pattern"] = r"^[a-z][a-z0-9-]+[a-z0-9]--[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
    return schema


@cache
def _standard() -> Mapping[str, tuple[Kind, dict[str, Any]]]:
    """STIX's own types, by name."""
    kinds = {path: _FOLDERS.get(path.parent.name) or _COMMON_TYPES.get(path.stem) for path in _documents()}
    return {path.stem: (kind, _documents()[path]) for path, kind in kinds.items() if kind is not None}


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in _documents().values()])


@cache
def _compile_common(name: str) -> jsonschema_rs.Validator:
    return _compile(_documents()[_folder() / "common" / f"{name}.json"])


def _compile(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator that asks no network, and whose regular expressions take linear time: objects are hostile."""
    return jsonschema_rs.validator_for(
        schema,
        registry=_registry(),
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        mask="…",
        offline=True,
    )
