"""How a body decides: a text is proposed, parties take positions, and the depositary certifies what was adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import POSITION, PROPOSAL, Authenticity, Procedure, Stance
from kenesh.council.stated import Opening, Text, counting_wire
from kenesh.council.values import Outcome, Rules
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By, hand
from kenesh.doors.council.concluding import certify as certify  # part of what a caller finds here
from kenesh.doors.council.giving import give
from kenesh.doors.council.seeing import SeenProposal, one_proposal, rules_seen
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.parties.bodies import SPEAKS, Role
from kenesh.parties.party import party_code, party_id
from kenesh.response import statements
from kenesh.response.alerts import PROCEDURE, RULES

#: Who proposes in a body, besides its keeper. Others are heard.
PROPOSES: Final = frozenset((*SPEAKS, Role.SECRETARIAT))
_ADVICE: Final = "`kenesh proposal list` tells the ids."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body is asked to adopt: by which procedure, from when (now where none is said), and until when.

    `sitting_ref`: on whose agenda it stands. `succeeds`: the proposal that it takes the place of, by its id or how that
    begins; `takes_up`: the parties whose amendments of that one it takes up, by code.
    """

    name: str
    texts: Sequence[Text]
    procedure: Procedure
    deadline: Instant
    opens_at: Instant | None = None
    sitting_ref: str = ""
    succeeds: str = ""
    takes_up: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Taking:
    """A position, as a party takes it. `amends`: the language of the text that the amendment is of."""

    stance: Stance
    ground: str = ""
    remedy: str = ""
    amendment: str = ""
    statement: str = ""
    amends: str = ""


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
            **({"consensus": True} if rules.consensus else {}),
            **({"vote": rules.vote.value} | counting_wire(rules.counting) if rules.vote is not None else {}),
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
        give(services, tx, ref, value, by)
    services.wake()
    return version


def propose(services: Services, body: str, wanted: Wanted, by: By) -> str:
    """Asks a body to adopt a text; gives the proposal's id.

    Raises:
        UnknownProblem: this party is in no such body, or no such proposal is made here. UsageProblem: its seat there
            proposes nothing, the rules know no such procedure, the time is shorter than they ask for, or there is no
            such amendment.
    """
    lineage = _lineage(services, wanted, by)
    with services.store.writing() as tx:
        ref, now = body_ref_of(tx, services, body), services.clock.now()
        _check_proposes(tx, services, ref, now)
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
        times = opens_at, wanted.deadline
        opening = Opening(wanted.name, wanted.texts, wanted.procedure, rules.version, *times, majority)
        more = {"sitting_ref": wanted.sitting_ref} if wanted.sitting_ref else {}
        value = hand(services, by).begins(PROPOSAL.name) | {"body_ref": ref} | opening.wire() | more | lineage
        give(services, tx, ref, value, by)
    services.wake()
    return str(value["id"])


def _check_proposes(tx: Transaction, services: Services, ref: str, now: Instant) -> None:
    seats = seats_of(tx, services.own, ref).get(services.own.ref, ())
    keeps = tx.versions.current_of([ref])[ref].writer == services.own.ref
    if not keeps and not any(seat.role in PROPOSES and seat.holds(now) for seat in seats):
        raise UsageProblem(
            "This party does not propose in that body.",
            advice="Its members, its chair, its secretariat and its keeper do.",
        )


def _lineage(services: Services, wanted: Wanted, by: By) -> dict[str, Any]:
    """What the proposal comes after, and which of the amendments of that it takes up."""
    if not wanted.succeeds:
        if wanted.takes_up:
            raise UsageProblem("An amendment is of a proposal.", advice="Say which: --succeeds.")
        return {}
    before = one_proposal(services, by.sight(services), wanted.succeeds)
    amendments = {before.code(one.position.by_ref): one.position.id for one in before.amendments}
    strange = [code for code in wanted.takes_up if party_code(code) not in amendments]
    if strange:
        there = ", ".join(sorted(amendments)) or "nobody"
        raise UsageProblem(f"{strange[0][:20]} proposes no amendment of it.", advice=f"{there} does.")
    taken = sorted({amendments[party_code(code)] for code in wanted.takes_up})
    return {"succeeds_ref": before.id} | ({"takes_up_refs": taken} if taken else {})


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
        "amends": _amended(seen, taking),
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
        give(services, tx, seen.body_ref, value, by)
    services.wake()
    return str(value["id"])


def _amended(seen: SeenProposal, taking: Taking) -> str:
    """The language of the text that is amended: the one there is, or the first that is authentic."""
    langs = [text.lang for text in seen.texts]
    if taking.amends and (taking.stance is not Stance.AMEND or taking.amends not in langs):
        raise UsageProblem(f"It has no text in {taking.amends[:20]}.", advice=f"It has {', '.join(langs)}.")
    first = next((text.lang for text in seen.texts if text.authenticity is Authenticity.AUTHENTIC), langs[0])
    return (taking.amends or first) if taking.stance is Stance.AMEND else ""


def _check_taking(seen: SeenProposal, taking: Taking) -> None:
    state = seen.state
    # Lapsed may be what this node has not heard: others may know that everybody has it.
    if seen.at >= state.deadline or state.outcome is Outcome.WITHDRAWN:
        raise UsageProblem(f"It is over: {state.outcome}.", advice="A position is taken before the deadline.")
    if not seen.decides:
        raise UsageProblem(
            "This party does not decide in that body, and its position would count for nothing.",
            advice="Its members and its chair take positions; say it to the body otherwise.",
        )
    if state.finding is not None:
        raise UsageProblem(f"Consensus was found at {short_timestamp(state.since)}.")
    breaks = taking.stance in (Stance.OBJECT, Stance.AMEND)
    if breaks and state.proposal.by_ref == seen.own_ref:
        raise UsageProblem("Who proposed it withdraws it.", advice="kenesh proposal withdraw")
    if breaks and not taking.ground:
        raise UsageProblem("An objection has a ground.", advice="Say it: --ground.")
    if (taking.stance is Stance.AMEND) != bool(taking.amendment):
        raise UsageProblem("An amendment has a text, and nothing else has.", advice="--amendment FILE")


Change = Callable[[SeenProposal, Mapping[str, Any]], dict[str, Any]]


def _change(services: Services, name: str, change: Change, by: By) -> str:
    seen = one_proposal(services, by.sight(services), name)
    if seen.state.proposal.by_ref != services.own.ref:
        raise UsageProblem(f"{seen.code(seen.state.proposal.by_ref)} made it, and that party alone changes it.")
    with services.store.writing() as tx:
        held = tx.versions.current_of([seen.id])[seen.id]
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        again = statements.restated(value, services.clock.now()) | change(seen, value)
        give(services, tx, seen.body_ref, again, by)
    services.wake()
    return seen.id


def _rules_in_force(tx: Transaction, services: Services, by: By, ref: str, procedure: Procedure) -> Rules:
    every = rules_seen(tx, services, by.sight(services), ref)
    found = max(every, key=lambda one: one.version, default=None)
    if found is None or not found.knows(procedure):
        raise UsageProblem(
            f"This body decides nothing by {procedure}: its keeper has stated no such rule.",
            advice="kenesh proposal rules says which there are; its keeper states them.",
        )
    return found
