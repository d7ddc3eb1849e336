"""Saying what became of a statement: which object shows it, what it shows, and on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.council.register.kinds import EVIDENCE, SOURCE, Effect
from kenesh.council.register.standing import evidence_among
from kenesh.council.register.stated import Link, link_of, link_wire
from kenesh.doors.casework import By, hand
from kenesh.doors.council.judging import state_source
from kenesh.doors.council.pagekeeping import page_named
from kenesh.doors.council.registered import shown_to, statement_named
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.response import statements

_RELATIONSHIP: Final = "relationship"


@dataclass(frozen=True, slots=True)
class Showing:
    """That an object, or a page that is kept here, shows something of a statement. `on`: the day, where it is known."""

    statement: str
    by: str
    effect: Effect
    on: date | None = None


def show_evidence(services: Services, showing: Showing, by: By) -> str:
    """States, or states anew, what an object shows; gives the id of the relationship that says so.

    Raises:
        UnknownProblem: the statement or the object is absent, or withheld from who acts: the two look alike.
        UsageProblem: it can be no evidence of that.
    """
    with services.store.writing() as tx:
        statement = statement_named(tx, services, by.sight(services), showing.statement)
        evidence = _evidence_named(tx, services, showing.by, by)
        link = Link("", services.own.ref, evidence, statement.id, showing.effect, showing.on)
        shown = shown_to(tx, services, by.sight(services), [evidence])
        if not shown:
            raise UnknownProblem(f"This node holds no {evidence[:80]}.", advice="`kenesh show` finds an object.")
        if not evidence_among(statement, [link], shown):
            raise UsageProblem(
                "That shows nothing of it: a page is no evidence of what it says itself, and what somebody supports, "
                "promises or hopes is none.",
                advice=f"Name one of {', '.join(sorted(EVIDENCE))}; of statements an event.",
            )
        value = _said(services, tx, link, by)
        services.author.state(tx, [value], services.clock.now(), by.who)
        services.record(tx, ActKind.OBJECT_STATED, by.who, value["id"], tlp=by.tlp.label)
    services.wake()
    return str(value["id"])


def take_back(services: Services, showing: Showing, by: By) -> str:
    """Revokes what this party said that an object shows; gives the relationship's id.

    Raises:
        UnknownProblem: this party said no such thing.
    """
    with services.store.writing() as tx:
        statement = statement_named(tx, services, by.sight(services), showing.statement)
        link = Link("", services.own.ref, _named(tx, showing.by), statement.id, showing.effect, showing.on)
        before = _before(services, tx, link)
        if before is None:
            raise UnknownProblem(
                "This party said no such thing.", advice="`kenesh agenda statements ID` tells what is."
            )
        value = statements.restated(before, services.clock.now()) | {"revoked": True}
        services.author.state(tx, [value], services.clock.now(), by.who)
        services.record(tx, ActKind.OBJECT_STATED, by.who, value["id"], revoked=1)
    services.wake()
    return str(value["id"])


def _named(tx: Transaction, name: str) -> str:
    """The id: a page that is kept here may be named by how its id begins."""
    begins = name.removeprefix(f"{SOURCE.name}--")
    pages = [one for one in tx.register.pages() if one.source.id.partition("--")[2].startswith(begins)]
    return page_named(pages, name).source.id if pages and len(begins) >= 4 else name


def _evidence_named(tx: Transaction, services: Services, name: str, by: By) -> str:
    ref = _named(tx, name)
    page = next((one for one in tx.register.pages() if one.source.id == ref), None)
    return state_source(services, tx, page, by) if page is not None else ref


def _before(services: Services, tx: Transaction, link: Link) -> dict[str, Any] | None:
    """What this party said before of the same object, statement and effect, and did not take back."""
    for held in tx.versions.linked_to(link.statement_ref, [_RELATIONSHIP]):
        if held.writer == services.own.ref and not held.revoked:
            value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            said = link_of(value)
            if said and (said.evidence_ref, said.effect) == (link.evidence_ref, link.effect):
                return value
    return None


def _said(services: Services, tx: Transaction, link: Link, by: By) -> dict[str, Any]:
    wire = link_wire(link.evidence_ref, link.statement_ref, link.effect, link.on)
    before = _before(services, tx, link)
    if before is not None:
        return statements.restated(before, services.clock.now(), without=["start_time"]) | wire
    value = hand(services, by).begins(_RELATIONSHIP) | wire
    # It is a type of STIX's own.
    del value["extensions"]
    return value
