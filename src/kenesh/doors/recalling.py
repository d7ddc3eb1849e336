"""Recalls as people see and decide them: how one's own stand, and what others ask that waits for a person here."""

from __future__ import annotations

from dataclasses import dataclass

from kenesh.doors.consent import Consent, at_once
from kenesh.doors.services import Services
from kenesh.federation.recalling import Standing
from kenesh.ledger.acts import ActKind
from kenesh.release.recalls import Receipt


@dataclass(frozen=True, slots=True)
class Recalls:
    """How one's own recalls stand, and which of others wait for a person here."""

    standings: list[Standing]
    waiting: list[str]


def recalls(services: Services, name: str) -> Recalls:
    """One's own recalls, by a withdrawal or an object, or all of them.

    Raises:
        UnknownProblem: there is none of that name.
    """
    with services.reading() as tx:
        waiting = [] if name else services.recalling.waiting(tx)
        return Recalls(services.recalling.standings(tx, name, services.clock.now()), waiting)


def decide_recall(
    services: Services, name: str, who: str, *, refusal: str = "", consent: Consent[Receipt] = at_once
) -> Receipt:
    """Applies a recall that waits, or refuses it with a reason; whoever asked gets the receipt.

    Raises:
        UnknownProblem: no such recall waits here.
    """
    with services.store.writing() as tx:
        receipt = services.recalling.decide(tx, name, services.clock.now(), refusal=refusal)
        services.record(tx, ActKind.RECEIPT_MADE, who, name, outcome=receipt.outcome.value)
        consent(tx, receipt)
    services.wake()
    return receipt
