"""How a body decides: a text is proposed, parties take positions, and the depositary certifies what was adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import DECISION, POSITION, PROPOSAL, Procedure, Stance
from kenesh.council.procedure import CLOCK_OFF
from kenesh.council.stated import Opening, Text, decision_of
from kenesh.council.values import Outcome, Rules
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.council.seeing import SeenProposal, one_proposal, rules_seen
from kenesh.doors.said import values_said
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_code, party_id
from kenesh.response import statements
from kenesh.response.alerts import PROCEDURE, RULES

_ADVICE: Final = "`kenesh proposal list` tells the ids."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body is asked to adopt: by which procedure, from when (now where none is said), and until when."""

    name: str
    texts: Sequence[Text]
    procedure: Procedure
    deadline: Instant
    opens_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """A position, as a party takes it."""

    stance: Stance
    ground: str = ""
    remedy: str = ""
    amendment: str = ""
    statement: str = ""


def state_rules(services: Services, body: str, rules: Rules, silence: str, source: str, by: By) -> int:
    """States by which procedures the body decides from now on; gives their version. `silence` is written as a span.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: another party keeps it.
    """
    with services.store.writing() as tx:
        ref, now = body_ref_of(tx, services, body), services.clock.now()
        if tx.versions.current_of([ref])[ref].writer != services.own.ref:
            raise UsageProblem("Another party keeps this body, and states its rules.", advice="Ask its keeper.")
        before = rules_seen(tx, services, by.sight(services), ref)
        version = 1 + max((one.version for one in before), default=0)
        said = {
            **({"silence_at_least": silence} if silence else {}),
            **({"vote": rules.vote.value} if rules.vote is not None else {}),
        }
        value = hand(services, by).begins(RULES.name) | {
            "body_ref": ref,
            "kind": PROCEDURE,
            "version": version,
            "in_force_from": stix_timestamp(now),
            "title": "Procedures of decision",
            "source": source,
            "procedure": said,
        }
        _give(services, tx, ref, value, by)
    services.wake()
    return version


def propose(services: Services, body: str, wanted: Wanted, by: By) -> str:
    """Asks a body to adopt a text; gives the proposal's id.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: its rules know no such procedure, or the time is
            shorter than they ask for.
    """
    with services.store.writing() as tx:
        ref, now = body_ref_of(tx, services, body), services.clock.now()
        rules = _rules_in_force(tx, services, by, ref, wanted.procedure)
        opens_at = wanted.opens_at or now
        if wanted.deadline <= opens_at + (rules.silence or 0) and wanted.procedure is Procedure.SILENCE:
            raise UsageProblem(
                "The silence would be shorter than the body's rules ask for, once every party has the text.",
                advice="Say a later --deadline.",
            )
        if wanted.deadline <= opens_at:
            raise UsageProblem("It ends before it begins.", advice="Say a later --deadline.")
        majority = rules.vote if wanted.procedure is Procedure.VOTE else None
        opening = Opening(
            wanted.name, wanted.texts, wanted.procedure, rules.version, opens_at, wanted.deadline, majority
        )
        value = hand(services, by).begins(PROPOSAL.name) | {"body_ref": ref} | opening.wire()
        _give(services, tx, ref, value, by)
    services.wake()
    return str(value["id"])


def extend(services: Services, name: str, deadline: Instant, by: By) -> str:
    """Extends the deadline of an own proposal; gives its id.

    Raises:
        UnknownProblem: this party made no such proposal. UsageProblem: its deadline has passed, or is later.
    """

    def later(seen: SeenProposal, value: Mapping[str, Any]) -> dict[str, Any]:
        if seen.at >= seen.state.deadline or deadline <= seen.state.deadline:
            raise UsageProblem(
                f"Its deadline is {short_timestamp(seen.state.deadline)}.",
                advice="It is extended before that, and never shortened.",
            )
        return {"deadline": stix_timestamp(deadline)}

    return _change(services, name, later, by)


def withdraw(services: Services, name: str, by: By) -> str:
    """Withdraws an own proposal before its deadline; gives its id.

    Raises:
        UnknownProblem: this party made no such proposal. UsageProblem: its deadline has passed.
    """

    def gone(seen: SeenProposal, value: Mapping[str, Any]) -> dict[str, Any]:
        if seen.at >= seen.state.deadline:
            raise UsageProblem("Its deadline has passed.")
        return {"withdrawn_at": stix_timestamp(seen.at)}

    return _change(services, name, gone, by)


def notify(services: Services, name: str, party: str, channel: str, by: By) -> str:
    """Says that a party whose node has not confirmed an own proposal was told of it by another channel.

    Raises:
        UnknownProblem: this party made no such proposal. UsageProblem: that party has it.
    """
    ref = party_id(party_code(party))

    def told(seen: SeenProposal, value: Mapping[str, Any]) -> dict[str, Any]:
        if ref not in seen.state.missing:
            raise UsageProblem(f"{party} has confirmed that it came, or does not decide here.")
        notice = {"party_ref": ref, "channel": channel, "at": stix_timestamp(seen.at)}
        return {"notices": [*value.get("notices", ()), notice]}

    return _change(services, name, told, by)


def take(services: Services, name: str, taking: Taking, by: By) -> str:
    """Takes a position on a proposal, or another than before; gives its id.

    Raises:
        UnknownProblem: no such proposal is made here. UsageProblem: its deadline has passed, this party does not decide
            there, it is its own, or an amendment has no text.
    """
    seen = one_proposal(services, by.sight(services), name)
    _check_taking(seen, taking)
    said = {
        "stance": taking.stance.value,
        "ground": taking.ground,
        "remedy": taking.remedy,
        "amendment": taking.amendment,
        "statement": taking.statement,
    }
    kept = {key: text for key, text in said.items() if text}
    with services.store.writing() as tx:
        value: dict[str, Any]
        held = [one for one in tx.versions.linked_to(seen.id, [POSITION.name]) if one.writer == services.own.ref]
        if held:
            before = msgspec.json.decode(tx.versions.raw([held[-1].num])[held[-1].num])
            value = statements.restated(before, services.clock.now(), without=list(said)) | kept
        else:
            about = {"proposal_ref": seen.id, "text_sha256": seen.state.proposal.text_sha256}
            value = hand(services, by).begins(POSITION.name) | about | kept
        _give(services, tx, seen.body_ref, value, by)
    services.wake()
    return str(value["id"])


def _check_taking(seen: SeenProposal, taking: Taking) -> None:
    state = seen.state
    if seen.at >= state.deadline or state.outcome in (Outcome.WITHDRAWN, Outcome.LAPSED):
        raise UsageProblem(f"It is over: {state.outcome}.", advice="A position is taken before the deadline.")
    breaks = taking.stance in (Stance.OBJECT, Stance.AMEND)
    if breaks and state.proposal.by_ref == seen.own_ref:
        raise UsageProblem("Who proposed it withdraws it.", advice="kenesh proposal withdraw")
    if breaks and not taking.ground:
        raise UsageProblem("An objection has a ground.", advice="Say it: --ground.")
    if (taking.stance is Stance.AMEND) != bool(taking.amendment):
        raise UsageProblem("An amendment has a text, and nothing else has.", advice="--amendment FILE")


def certify(services: Services, name: str, organ: str, by: By) -> str:
    """Certifies that a proposal was adopted, and gives the decision's number: ORGAN.DEC/1/26.

    Raises:
        UnknownProblem: no such proposal is made here. UsageProblem: another party is the depositary, it was not
            adopted or is certified, this node's clock is off, or too many were not heard since the deadline.
    """
    seen = one_proposal(services, by.sight(services), name)
    state = seen.state
    _check_certified(seen)
    year = short_timestamp(state.deadline)[2:4]
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
            "adopted_at": stix_timestamp(state.deadline),
            **({"position_refs": counted} if counted else {}),
        }
        _give(services, tx, seen.body_ref, value, by)
    services.wake()
    return number


def _check_certified(seen: SeenProposal) -> None:
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


Change = Callable[[SeenProposal, Mapping[str, Any]], dict[str, Any]]


def _change(services: Services, name: str, change: Change, by: By) -> str:
    seen = one_proposal(services, by.sight(services), name)
    if seen.state.proposal.by_ref != services.own.ref:
        raise UsageProblem(f"{seen.code(seen.state.proposal.by_ref)} made it, and that party alone changes it.")
    with services.store.writing() as tx:
        held = tx.versions.current_of([seen.id])[seen.id]
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        again = statements.restated(value, services.clock.now()) | change(seen, value)
        _give(services, tx, seen.body_ref, again, by)
    services.wake()
    return seen.id


def _give(services: Services, tx: Transaction, ref: str, value: Mapping[str, Any], by: By) -> None:
    give_room(services, tx, ref, [value], by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)


def _rules_in_force(tx: Transaction, services: Services, by: By, ref: str, procedure: Procedure) -> Rules:
    every = rules_seen(tx, services, by.sight(services), ref)
    found = max(every, key=lambda one: one.version, default=None)
    if found is None or (found.silence if procedure is Procedure.SILENCE else found.vote) is None:
        raise UsageProblem(
            f"This body decides nothing by {procedure}: its keeper has stated no such rule.",
            advice="kenesh proposal rules says which there are; its keeper states them.",
        )
    return found
