"""Ceilings as people set them: how strictly what goes to a party, class or group may be marked; each is recorded."""

from __future__ import annotations

from kenesh.doors.services import Services
from kenesh.federation.audiences import barred_named, group_known, ref_name
from kenesh.ledger.acts import ActKind
from kenesh.parties.constituents import GROUP, SECTOR
from kenesh.stix.marking import Tlp


def ceilings(services: Services) -> dict[str, Tlp]:
    """What is set, by what people call the party, class or group of constituents."""
    with services.store.reading() as tx:
        return {ref_name(tx, ref): tlp for ref, tlp in tx.parties.ceilings().items()}


def set_ceiling(services: Services, name: str, tlp: Tlp | None, who: str) -> None:
    """Sets the ceiling of a party, class or group, or takes it away; it holds from the next question on.

    Raises:
        UsageProblem: it is no party's code, class or group, or is this party itself. UnknownProblem: no constituent was
            ever in the group.
    """
    with services.store.writing() as tx:
        is_group = name.partition(":")[0] in (GROUP, SECTOR)
        ref = group_known(tx, services.own, name).ref if is_group else barred_named(services.own, name)
        tx.parties.set_ceiling(ref, tlp)
        services.record(tx, ActKind.SETTINGS_CHANGED, who, ref, ceiling="" if tlp is None else tlp.label)
    services.wake()
