"""What a person wrote on a form of the desk: bounded, and from a page of the desk alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from litestar.datastructures import UploadFile

from kenesh.basis.problem import UsageProblem
from kenesh.doors.gate import Asked

MAX_OCTETS: Final = 65_536
_MAX_FIELDS: Final = 500
_MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name, each with every value that was written under it."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """The last value of that name, without blanks around it."""
        return self.fields[name][-1].strip() if self.fields.get(name) else default

    def short(self, name: str, limit: int) -> str:
        """The same, where it is no longer than that.

        Raises:
            UsageProblem: it is longer.
        """
        text = self.text(name)
        if len(text) > limit:
            raise UsageProblem(f"A text has {len(text)} characters.", advice=f"At most {limit} are taken there.")
        return text

    def every(self, name: str, limit: int = _MAX_FIELDS) -> list[str]:
        """Each value of that name once, in its order.

        Raises:
            UsageProblem: there are more than the limit.
        """
        values = list(dict.fromkeys(value.strip() for value in self.fields.get(name, ()) if value.strip()))
        if len(values) > limit:
            raise UsageProblem(f"{len(values)} at once are too many.", advice=f"At most {limit} are taken at once.")
        return values

    def says(self, name: str, value: str) -> bool:
        """Whether that value is among those of the name."""
        return value in self.fields.get(name, ())


def asked_form(request: Asked) -> Form:
    """A form that is filled by an address alone: what stands after its question mark."""
    return Form(_fields(request.scope["query_string"]))


def with_text(form: Form, **texts: str) -> Form:
    """The form with other values in these fields."""
    return Form({**form.fields, **{name: (text,) for name, text in texts.items()}})


async def sent_form(request: Asked) -> Form:
    """The form that was sent. How many octets it has, the route bounds.

    Raises:
        UsageProblem: it has too many fields.
    """
    if not request.headers.get("content-type", "").startswith(_MULTIPART):
        return Form(_fields(await request.body()))
    fields: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        text = (await value.read()).decode("utf-8-sig", "replace") if isinstance(value, UploadFile) else str(value)
        fields.setdefault(name, []).append(text)
    return Form(fields)


def _fields(octets: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(octets.decode("utf-8", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UsageProblem("This form has too many fields.", advice="Do it in several parts.") from None
