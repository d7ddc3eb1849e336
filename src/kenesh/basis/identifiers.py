"""Identifiers: STIX's own, and the name-based ones that everybody can compute."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID, uuid5

#: The one namespace from which party ids, audience ids and collection ids are computed.
KENESH_NAMESPACE: Final = UUID("5b1c1f0e-7a3d-5f7e-9c58-6b656e657368")

#: The one extension definition under which the council's own types stand (STIX 2.1 §7.3).
KENESH_EXTENSION: Final = f"extension-definition--{uuid5(KENESH_NAMESPACE, 'extension-definition')}"

_STIX_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


def is_stix_id(text: str) -> bool:
    """Whether it has the form type--UUID (STIX 2.1 §2.9)."""
    return len(text) <= 288 and _STIX_ID.fullmatch(text) is not None


def type_of(stix_id: str) -> str:
    """The type that stands before the two hyphens."""
    return stix_id.partition("--")[0]


def named_uuid(*parts: str) -> UUID:
    """The UUIDv5 of the parts, joined by '/', in Kenesh's namespace."""
    return uuid5(KENESH_NAMESPACE, "/".join(parts))
