"""Ceilings as people set them: how strictly a thing may be marked to go to a party or a class; each is recorded."""

from __future__ import annotations

from kenesh.doors.services import Services
from kenesh.federation.audiences import barred_named, ref_name
from kenesh.ledger.acts import ActKind
from kenesh.stix.marking import Tlp


def ceilings(services: Services) -> dict[str, Tlp]:
    """What is set, by what people call the party or class."""
    with services.store.reading() as tx:
        return {ref_name(tx, ref): tlp for ref, tlp in tx.parties.ceilings().items()}


def set_ceiling(services: Services, name: str, tlp: Tlp | None, who: str) -> None:
    """Sets the ceiling of a party or class, or takes it away; it holds from the next question on.

    Raises:
        UsageProblem: it is neither a party's code nor a class, or is this party itself.
    """
    with services.store.writing() as tx:
        ref = barred_named(services.own, name)
        tx.parties.set_ceiling(ref, tlp)
        services.record(tx, ActKind.SETTINGS_CHANGED, who, ref, ceiling="" if tlp is None else tlp.label)
    services.wake()
