"""Times that follow from the source alone, so that a file read twice, or on two nodes, gives the same versions."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import msgspec

from kenesh.basis.instants import SECOND, stix_timestamp, taxii_timestamp

_ORIGIN: Final = stix_timestamp(0)
_MAX_VERSION: Final = 10_000_000


def dated(said: dict[str, Any], version: int = 0) -> dict[str, Any]:
    """The object of something well known, which many files state in passing: dated 1970.

    It is later by a second for each version and by microseconds of its content: two texts are two versions and never a
    conflict, and what its own author states is newer than either.
    """
    digest = sha256(msgspec.json.encode(said)).digest()
    instant = min(version, _MAX_VERSION) * SECOND + int.from_bytes(digest[:8], "big") % SECOND
    return said | {"created": _ORIGIN, "modified": taxii_timestamp(instant)}


@lru_cache(65_536)
def utc(text: str | None) -> str | None:
    """A time with any offset as a STIX timestamp; None where it is none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
