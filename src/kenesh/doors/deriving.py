"""Deriving: an object of one's own from what may go of another, with a word of what it was made from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.problem import DamagedProblem, RefusedProblem, UsageProblem
from kenesh.doors.consent import Consent, at_once
from kenesh.doors.services import Services, Transaction
from kenesh.federation.releasing import unknown_object
from kenesh.holdings.holding import newest_seen_by
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.ledger.acts import ActKind
from kenesh.release.caveats import NO_CAVEATS
from kenesh.release.reader import Reader
from kenesh.stix.deriving import Derived, LeftOut, derived, marked_as_a_whole
from kenesh.stix.marking import Tlp

_ASK = "Ask its author: kenesh forward ask OBJECT --to ... --why ..."


@dataclass(frozen=True, slots=True)
class Made:
    """The new object, its marking, and what of the other one did not go along."""

    id: str
    relationship: str
    tlp: Tlp
    left_out: tuple[LeftOut, ...]


def derive(
    services: Services,
    reader: Reader,
    object_id: str,
    up_to: Tlp,
    without: Sequence[str] = (),
    consent: Consent[Made] = at_once,
) -> Made:
    """Makes a new object of this party's of what is marked no more strictly than `up_to`; it is held, not released.

    Raises:
        UnknownProblem: the reader sees no such object. UsageProblem: nothing is to be left out, or too much.
        RefusedProblem: it is another party's, and may not be passed on so.
    """
    now = services.clock.now()
    services.bring_up_to_date()
    with services.store.writing() as tx:
        ways = newest_seen_by(tx, reader, [object_id], now).value
        if not ways:
            raise unknown_object(object_id)
        held = ways[0][0]
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        if held.revoked or held.modified is None:
            raise UsageProblem(
                "Nothing is derived from it: it is revoked, or has no versions.", advice="See `kenesh show`."
            )
        is_own = held.writer == services.own.ref
        cited = tx.versions.cited_markings([held.num])
        statements = tx.versions.statement_markings(cited, [held.writer])
        made = derived(
            value,
            up_to,
            unmarked=up_to if is_own else max(up_to, held.given),
            floor=_floor(tx, held, statements),
            statements=statements,
            without=without,
        )
        if not is_own:
            _check_foreign(made, [hold for _, hold in ways])
        objects = _objects(services, held, value["type"], made, stix_timestamp(now))
        states = _stated(services, tx, objects, reader.name)
        result = Made(objects[0]["id"], objects[1]["id"], made.tlp, made.left_out)
        services.record(tx, ActKind.OBJECT_DERIVED, reader.name, states[0].id, of=object_id, tlp=made.tlp.label)
        consent(tx, result)
    services.wake()
    return result


def _floor(tx: Transaction, held: HeldVersion, statements: Collection[str]) -> Tlp:
    """What its other versions are marked as a whole, and what its author said of it since: the strictest holds."""
    every = [one for one in tx.versions.known({held.id})[held.id].versions if one.accepted]
    said = held.object_tlp if held.object_tlp > max(one.tlp for one in every) else Tlp.CLEAR
    raws = tx.versions.raw([one.num for one in every])
    return max([said, *(marked_as_a_whole(msgspec.json.decode(raw), statements) for raw in raws.values())])


def _check_foreign(made: Derived, holds: Sequence[Hold]) -> None:
    """What is one's own is passed on as one's own: of another's only what any recipient may pass on anyway.

    Source: FIRST TLP 2.0: AMBER goes to one's own organisation and clients, and RED and AMBER+STRICT go nowhere.
    """
    if made.tlp > Tlp.GREEN:
        raise RefusedProblem(f"What would be left is {made.tlp.label} of another party.", advice=_ASK, refused=[])
    if any(hold.caveats != NO_CAVEATS for hold in holds):
        raise RefusedProblem("It was given under caveats, which a new object would not carry.", advice=_ASK, refused=[])


def _objects(services: Services, held: HeldVersion, kind: str, made: Derived, stamp: str) -> list[dict[str, Any]]:
    def of_ours(stix_type: str) -> dict[str, Any]:
        return {
            "type": stix_type,
            "spec_version": "2.1",
            "id": f"{stix_type}--{services.chance.uuid4()}",
            "created_by_ref": services.own.ref,
            "created": stamp,
            "modified": stamp,
            "object_marking_refs": list(made.marking_refs),
        }

    new = of_ours(kind) | dict(made.content)
    link = {"relationship_type": "derived-from", "source_ref": new["id"], "target_ref": held.id}
    return [new, of_ours("relationship") | link]


def _stated(services: Services, tx: Transaction, objects: Sequence[dict[str, Any]], who: str) -> list[HeldVersion]:
    try:
        return services.author.state(tx, objects, services.clock.now(), who)
    except DamagedProblem as problem:
        raise UsageProblem(
            f"What would be left is no whole object: {problem.detail}", advice="Keep that part, or ask its author."
        ) from None
