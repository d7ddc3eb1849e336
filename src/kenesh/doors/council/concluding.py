"""How a proposal ends: who chairs finds consensus on it, and the depositary certifies what was adopted."""

from __future__ import annotations

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.finding import finds
from kenesh.council.kinds import DECISION, FINDING, Procedure
from kenesh.council.procedure import CLOCK_OFF
from kenesh.council.stated import decision_of
from kenesh.council.values import Outcome
from kenesh.doors.casework import By, hand
from kenesh.doors.council.giving import give
from kenesh.doors.council.seeing import SeenProposal, one_proposal
from kenesh.doors.said import values_said
from kenesh.doors.services import Services
from kenesh.federation.naming import seats_of


def find_consensus(services: Services, name: str, by: By, *, at: Instant | None = None) -> str:
    """States that nobody objected at an instant, now where none is said; gives the finding's id.

    Raises:
        UnknownProblem: no such proposal is made here. UsageProblem: this party neither chairs nor keeps the body, it is
            not decided by consensus, not open, over, or somebody objects.
    """
    seen = one_proposal(services, by.sight(services), name)
    found_at = seen.at if at is None else at
    _check_found(seen, found_at)
    with services.store.writing() as tx:
        seats = seats_of(tx, services.own, seen.body_ref).get(services.own.ref, ())
        if seen.depositary != seen.own_ref and not finds(seats, found_at):
            raise UsageProblem("Only who chairs the body, or keeps it, finds consensus.")
        value = hand(services, by).begins(FINDING.name) | {
            "body_ref": seen.body_ref,
            "proposal_ref": seen.id,
            "text_sha256": seen.state.proposal.text_sha256,
            "found_at": stix_timestamp(found_at),
        }
        if seen.state.proposal.sitting_ref:
            value["sitting_ref"] = seen.state.proposal.sitting_ref
        give(services, tx, seen.body_ref, value, by)
    services.wake()
    return str(value["id"])


def _check_found(seen: SeenProposal, found_at: Instant) -> None:
    state = seen.state
    if state.proposal.procedure is not Procedure.CONSENSUS:
        raise UsageProblem(f"It is decided by {state.proposal.procedure}.")
    if state.outcome is Outcome.BROKEN:
        against = ", ".join(seen.code(one.position.by_ref) for one in seen.against)
        raise UsageProblem(f"An objection stands: {against}.", advice="Consensus is found when nobody objects.")
    if state.outcome is not Outcome.OPEN:
        raise UsageProblem(f"It is {state.outcome}.", advice="`kenesh proposal show` says why.")
    if state.opened_at is None or not state.opened_at <= found_at <= seen.at:
        raise UsageProblem(
            "Consensus is found at a time that has come, after everybody had the text.",
            advice=f"That was at {short_timestamp(state.opened_at or seen.at)}.",
        )


def certify(services: Services, name: str, organ: str, by: By, *, despite: str = "") -> str:
    """Certifies that a proposal was adopted, and gives the decision's number: ORGAN.DEC/1/26.

    `despite`: why, where something said against it is in doubt. That is for people, and stands in the decision.

    Raises:
        UnknownProblem: no such proposal is made here. UsageProblem: another party is the depositary, it was not
            adopted or is certified, this node's clock is off, too many were not heard since the deadline, or something
            is in doubt and nobody says why it is certified.
    """
    seen = one_proposal(services, by.sight(services), name)
    state = seen.state
    _check_certified(seen, despite)
    year = short_timestamp(state.since)[2:4]
    with services.store.writing() as tx:
        reader = by.sight(services)
        numbers = [
            one.number
            for one in values_said(tx, services, reader, seen.body_ref, DECISION.name, decision_of, body=seen.body_ref)
        ]
        beside = [text.split("/") for text in numbers if text.startswith(f"{organ}.DEC/") and text.endswith(f"/{year}")]
        number = f"{organ}.DEC/{1 + max((int(parts[1]) for parts in beside), default=0)}/{year}"
        counted = sorted({one.position.id for one in state.taken if one.in_time})
        value = hand(services, by).begins(DECISION.name) | {
            "body_ref": seen.body_ref,
            "proposal_ref": seen.id,
            "name": state.proposal.name,
            "number": number,
            "text_sha256": state.proposal.text_sha256,
            "adopted_at": stix_timestamp(state.since),
            **({"position_refs": counted} if counted else {}),
            **({"despite": despite} if state.doubts else {}),
        }
        give(services, tx, seen.body_ref, value, by)
    services.wake()
    return number


def _check_certified(seen: SeenProposal, despite: str) -> None:
    state = seen.state
    if seen.depositary != seen.own_ref:
        raise UsageProblem(f"{seen.code(seen.depositary)} is the depositary, and certifies it.")
    if not state.is_provisional:
        raise UsageProblem(
            f"It is {state.outcome}." if state.decision is None else f"It is certified as {state.decision.number}."
        )
    if not state.certifies:
        raise UsageProblem(
            f"This node's clock is more than {CLOCK_OFF // 10**6} s off the median of its peers'.",
            advice="Set it by NTP, and read them again.",
        )
    if state.unseen:
        raise UsageProblem(
            f"{', '.join(seen.code(ref) for ref in state.unseen)} confirm a position that has not come here.",
            advice="Read every party first: kenesh sync.",
        )
    if not state.may_be_certified:
        unheard = ", ".join(seen.code(ref) for ref in state.unheard)
        raise UsageProblem(
            f"{unheard} were not heard since the deadline: they may have confirmed an objection to each other.",
            advice="Read them first: kenesh sync.",
        )
    if state.doubts and not despite.strip():
        raise UsageProblem(
            f"In doubt: {', '.join(state.doubts)}. No further member knew in time that it was confirmed.",
            advice="Wait a minute, and read every party. If it stays so, people decide, and say why: --despite.",
        )
