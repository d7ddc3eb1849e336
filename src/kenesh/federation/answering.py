"""Answering with sightings: which of this party's own were never released, and to whom each is an answer."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from kenesh.federation.ports import Transaction
from kenesh.holdings.exercising import of_exercise
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.own import Own


def new_sightings(tx: Transaction, own: Own) -> dict[str, list[HeldVersion]]:
    """By the code of the party from whom the indicator came: the sightings that no release has carried yet.

    Without those of an exercise, which go to the circle that plays it.
    """
    mine = [held for held in tx.versions.of_type("sighting") if held.writer == own.ref]
    made_up = of_exercise(tx, [held.num for held in mine])
    mine = [held for held in mine if held.num not in made_up]
    objects = {held.object for held in mine}
    given = {grant.object for grant in tx.grants.of_objects(objects) if grant.is_released}
    given |= {past.grant.object for past in tx.grants.past_of_objects(objects) if past.grant.is_released}
    found: dict[str, list[HeldVersion]] = defaultdict(list)
    for held in mine:
        if held.object not in given:
            code = _asker(tx, own, held)
            if code is not None:
                found[code].append(held)
    return dict(found)


def _asker(tx: Transaction, own: Own, sighting: HeldVersion) -> str | None:
    """The party from whom the indicator came first; None where it is this party's own."""
    value = msgspec.json.decode(tx.versions.raw([sighting.num])[sighting.num])
    indicator = tx.versions.current_of([value["sighting_of_ref"]]).get(value["sighting_of_ref"])
    if indicator is None:
        return None
    theirs = [hold for hold in tx.holds.of_object(indicator.object) if hold.party_ref != own.ref]
    return tx.parties.code_of(theirs[0].party_ref) if theirs else None
