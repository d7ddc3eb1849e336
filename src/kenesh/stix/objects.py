"""One version of one STIX object, as everything above reads it.

The bytes are kept as they came. Whatever a rule or a query needs is taken from them once, here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NewType

from msgspec import Struct

from kenesh.basis.instants import ModifiedKey

Lenience = NewType("Lenience", str)

MARKING_DEFINITION: Final = "marking-definition"


class Version(Struct, frozen=True):
    """A version is (id, modified); where an object has no `modified`, a statement is (id, sha256).

    Attributes:
        modified: orders as the instant does; None for a cyber-observable or a marking-definition.
        sha256: of the RFC 8785 form. Two versions are the same content when these agree.
        raw: the octets as they came; of what was translated, those of the translation.
        value: the decoded object; read at ingest, not kept.
        original: the octets as they came of what was translated; empty where `raw` came so.
        marking_refs: `object_marking_refs`. granular_refs: the `marking_ref`s of `granular_markings`.
        references: every id that another `_ref` or `_refs` property names, `created_by_ref` and markings apart.
        leniences: what is wrong by the standard and was taken all the same, a sentence each.
    """

    id: str
    type: str
    modified: ModifiedKey | None
    created_by_ref: str | None
    revoked: bool
    sha256: bytes
    raw: bytes
    value: Mapping[str, Any]
    marking_refs: tuple[str, ...] = ()
    granular_refs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    leniences: tuple[Lenience, ...] = ()
    original: bytes = b""

    @property
    def name(self) -> str:
        """What people call it: `name`, else what a figure counts, the pattern or the value, else the id."""
        for key in ("name", "indicator", "pattern", "value"):
            if isinstance(text := self.value.get(key), str) and text:
                return text
        return self.id


def is_statement_marking(version: Version) -> bool:
    """Whether it is a marking-definition of type `statement`: printed, and it withholds nothing."""
    return version.type == MARKING_DEFINITION and version.value.get("definition_type") == "statement"
