"""What has no place in what parties say to each other: evidence in a circle that coordinates, and persons by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kenesh.basis.problem import UsageProblem
from kenesh.response.circles import coordinates, identifiers

#: What people write down in their own words.
_WRITTEN: Final = ("name", "description", "mitigation", "place", "outcome")


def check_coordinates(kind: str, value: Mapping[str, Any], *, looked: bool) -> None:
    """That nothing is stated in a circle that only coordinates which has no place there.

    Raises:
        UsageProblem: it is evidence; or it looks as if it identified a person, and nobody has looked at it.
    """
    if not coordinates(kind):
        return
    if value.get("evidence"):
        raise UsageProblem(
            f"A case of {kind} is coordinated here; its files stay with the authorities that have them.",
            advice="Leave the evidence out, and say whom to ask.",
        )
    check_persons(value, looked=looked)


def check_persons(value: Mapping[str, Any], *, looked: bool) -> None:
    """That what people write down identifies nobody, where it has no place.

    Raises:
        UsageProblem: it looks as if it identified a person, and nobody has looked at it.
    """
    told = identifiers(" ".join(_texts(value)))
    if told and not looked:
        raise UsageProblem(
            f"This looks as if it identified a person: {', '.join(told)}. None of that has a place here.",
            advice="Leave it out; where it is harmless, say --looked (over the API: looked).",
        )


def _texts(value: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(value[name]) for name in _WRITTEN if name in value)
    yield from (str(point["name"]) for point in value.get("agenda", ()))
