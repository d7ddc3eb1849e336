"""Releases as AZ makes them, for the tests of manifests and statements."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from tests.unit.parties.signers import AZ

from kenesh.basis.instants import Instant, instant_of
from kenesh.parties.keys import Signer
from kenesh.parties.party import party_id
from kenesh.release.manifest import Entry
from kenesh.release.statements import Place, Withdrawn, make_release, make_withdrawal
from kenesh.stix.marking import Tlp

AUTHOR: Final = party_id("AZ")
CIRCLE: Final = "kenesh-body--3a1b0f2c-5d4e-4f60-8a7b-9c0d1e2f3a4b"
NOW: Final = instant_of("2026-11-25T08:00:00Z")
UUID_1: Final = UUID("8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")
BEFORE: Final = sha256(b"the release before").digest()


def entry(number: int, *, modified: str | None = "2026-11-25T07:00:00.000Z") -> Entry:
    """An entry of its own; number 2 is of an observable, which has no `modified`."""
    digest = sha256(str(number).encode()).digest()
    stix_id = f"{'ipv4-addr' if number == 2 else 'indicator'}--00000000-0000-4000-8000-{number:012}"
    return Entry(stix_id, None if number == 2 else modified, digest, digest[:16])


ENTRIES: Final = tuple(entry(number) for number in range(5))


def release(signer: Signer = AZ, **changes: Any) -> dict[str, Any]:
    """AZ's second release to the circle."""
    said: dict[str, Any] = {
        "party_ref": AUTHOR,
        "place": Place(CIRCLE, 2, BEFORE),
        "label": Tlp.AMBER,
        "entries": ENTRIES,
        "follow": False,
        "reason": "for your defence",
        "now": Instant(NOW),
    }
    return make_release(signer, UUID_1, **(said | changes))


def withdrawal(signer: Signer = AZ, **changes: Any) -> dict[str, Any]:
    """What AZ takes back from the circle."""
    said: dict[str, Any] = {
        "party_ref": AUTHOR,
        "place": Place(CIRCLE, 3, BEFORE),
        "withdraws": [Withdrawn(ENTRIES[0].id, ENTRIES[0].modified)],
        "reason": "it was wrong",
        "now": Instant(NOW),
    }
    return make_withdrawal(signer, UUID_1, **(said | changes))
