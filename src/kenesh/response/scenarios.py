"""A scenario: the master list of a drill's events, each with its time, the roles it is for, and what a good answer has.

Shape: TOML with `name`, `version`, `title`, `summary`, `source`, a `[[role]]` for each part that somebody plays, and an
`[[inject]]` for each event, in the order of their times. `at` counts from the drill's beginning, `within` from the
event.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any, Final

import msgspec

from kenesh.basis.instants import span_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UnknownProblem
from kenesh.basis.written import from_toml
from kenesh.response.alerts import LEVELS
from kenesh.stix.register import Channel, TypeDefinition

#: Those that come with the node.
SCENARIOS: Final = files("kenesh.response").joinpath("scenarios")
_MAX_OCTETS: Final = 256 * 1024
_WORD: Final = "^[a-z0-9][a-z0-9-]{0,63}$"
_NOW: Final = "0m"

_Word = Annotated[str, msgspec.Meta(pattern=_WORD)]
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part that a party plays. `stand_in` plays it where the drill is only tried out."""

    id: _Word
    title: _Line
    stand_in: Annotated[str, msgspec.Meta(pattern="^([A-Z][A-Z0-9-]{1,15})?$")] = ""


class Inject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One event.

    Attributes:
        values: addresses, names and hashes that come with it; each is stated as an indicator of the exercise.
        expects: what a good answer has; it is shown when the drill is over.
        level: the alert level that the circle is expected to reach by it; '' for none.
    """

    id: _Word
    at: str
    to: Annotated[tuple[_Word, ...], msgspec.Meta(min_length=1, max_length=50)]
    title: _Line
    text: _Text
    within: str
    expects: _Text
    values: Annotated[tuple[_Line, ...], msgspec.Meta(max_length=100)] = ()
    level: str = ""

    @property
    def after(self) -> int:
        """So long after the beginning, in microseconds."""
        return 0 if self.at == _NOW else span_of(self.at)

    @property
    def allowed(self) -> int:
        """So long an answer may take, in microseconds."""
        return span_of(self.within)


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drill as it is written down."""

    name: _Word
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    title: _Line
    summary: _Text
    source: _Line
    role: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1, max_length=50)]
    inject: Annotated[tuple[Inject, ...], msgspec.Meta(min_length=1, max_length=500)]

    def wire(self) -> dict[str, Any]:
        """What a `kenesh-scenario` object says of it."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    def injected(self, name: str) -> Inject:
        """The event of that id.

        Raises:
            UnknownProblem: there is none.
        """
        for inject in self.inject:
            if inject.id == name:
                return inject
        raise UnknownProblem(
            f"{self.name} has no event '{visible(name, 80)}'.",
            advice=f"It has {', '.join(inject.id for inject in self.inject)}.",
        )


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


_SPAN: Final = {"type": "string", "pattern": "^[0-9]{1,4}[mhd]$"}
_NAME: Final = {"type": "string", "pattern": _WORD}

SCENARIO = TypeDefinition(
    name="kenesh-scenario",
    description="The master list of a drill's events, as whoever runs it states it when it is over.",
    channel=Channel.CONTENT,
    properties={
        "case_ref": {"type": "string", "pattern": "^kenesh-case--[0-9a-f-]{36}$"},
        "name": _NAME,
        "version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "title": _text(300),
        "summary": _text(20_000),
        "source": _text(300),
        "role": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": _object(("id", "title"), id=_NAME, title=_text(300), stand_in={"type": "string", "maxLength": 16}),
        },
        "inject": {
            "type": "array",
            "minItems": 1,
            "maxItems": 500,
            "items": _object(
                ("id", "at", "to", "title", "text", "within", "expects"),
                id=_NAME,
                at=_SPAN,
                to={"type": "array", "minItems": 1, "maxItems": 50, "items": _NAME},
                title=_text(300),
                text=_text(20_000),
                within=_SPAN,
                expects=_text(20_000),
                values={"type": "array", "maxItems": 100, "items": _text(300)},
                level={"type": "string", "enum": list(LEVELS[1:])},
            ),
        },
    },
    required=("case_ref", "name", "version", "title", "summary", "source", "role", "inject"),
)


def read_scenario(octets: bytes, name: str = "the file") -> Scenario:
    """The scenario that a file holds.

    Raises:
        DamagedProblem: it is too large, no TOML, or says what cannot be; the place is named.
    """
    return from_toml(octets, name, "a scenario", "no scenario", _MAX_OCTETS, scenario_of)


def scenario_of(value: Mapping[str, Any]) -> Scenario:
    """The scenario in what a file or a `kenesh-scenario` object says.

    Raises:
        DamagedProblem: it says what cannot be.
    """
    names = Scenario.__struct_fields__ if "type" in value else value
    try:
        found = msgspec.convert({name: value[name] for name in names if name in value}, Scenario)
        _check(found)
    except msgspec.ValidationError as error:
        raise DamagedProblem(f"{visible(str(error), 300)}.") from None
    return found


def _check(scenario: Scenario) -> None:
    roles = [role.id for role in scenario.role]
    for kind, ids in (("role", roles), ("event", [inject.id for inject in scenario.inject])):
        if len(set(ids)) != len(ids):
            raise DamagedProblem(f"Two of its {kind}s have the same id.")
    for inject in scenario.inject:
        for role in inject.to:
            if role not in roles:
                raise DamagedProblem(f"{inject.id} is for '{visible(role, 40)}', which is none of its roles.")
        if len(set(inject.to)) != len(inject.to):
            raise DamagedProblem(f"{inject.id} is for one role twice.")
        if inject.level and inject.level not in LEVELS[1:]:
            raise DamagedProblem(
                f"{inject.id}: '{visible(inject.level, 40)}' is no level.", advice=", ".join(LEVELS[1:])
            )
        if inject.allowed <= 0 or inject.after < 0:
            raise DamagedProblem(f"{inject.id} has no time.")
    times = [inject.after for inject in scenario.inject]
    if times != sorted(times):
        raise DamagedProblem("Its events stand in the order of their times.")


def shipped() -> dict[str, Scenario]:
    """The scenarios that come with the node, by name."""
    texts = sorted((file for file in SCENARIOS.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    found = [read_scenario(file.read_bytes(), file.name) for file in texts]
    return {scenario.name: scenario for scenario in found}
