"""What programs send to the API: JSON under its own media type, read into one shape and no other."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from kenesh.basis.canonical import decode_ijson
from kenesh.basis.problem import DamagedProblem, UnsupportedMediaProblem
from kenesh.doors.gate import Asked

JSON: Final = "application/json"

Shape = TypeVar("Shape")


def check_json(request: Asked) -> None:
    """That the request says that it brings JSON.

    Raises:
        UnsupportedMediaProblem: it says something else, or nothing.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
        raise UnsupportedMediaProblem(f"{JSON} is read here.", advice="Say so in Content-Type.")


def read_sent(octets: bytes, shape: type[Shape]) -> Shape:
    """What a body says, in that shape: a field that the shape does not have is refused like one that is wrong.

    Raises:
        DamagedProblem: it is no I-JSON, or not of the shape; the sentence names the field.
    """
    try:
        return msgspec.convert(decode_ijson(octets), shape)
    except msgspec.ValidationError as error:
        raise DamagedProblem(
            f"The body cannot be read: {error}.", advice="/api/openapi.json says what each field looks like."
        ) from None
