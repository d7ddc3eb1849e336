"""Explaining: can that party see this object, by which rule, and which marking stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.federation.audiences import audience_name
from kenesh.federation.offering import Offer
from kenesh.federation.ports import Transaction
from kenesh.holdings.feed import ceiling_of, opening, read_facts, refs_of
from kenesh.holdings.holding import ways_seen_by
from kenesh.holdings.rows import Grant, HeldVersion, Statement
from kenesh.parties.own import Own
from kenesh.parties.party import party_id
from kenesh.release.audience import Audience, party_audience
from kenesh.release.decision import Decision, decide
from kenesh.release.reader import Reader, peer_reader
from kenesh.release.rules import Stage, rules_at


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a party sees an object of this node's, the rule that decided, and why, a sentence each.

    `asked` are the rules that a release to the party alone meets, in order, up to the one that decides.
    """

    allowed: bool
    rule: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...] = ()


def explain(tx: Transaction, own: Own, asker: Reader, object_id: str, code: str, now: Instant) -> Explanation:
    """Tries every grant of the object for the party; where none opens it, says what a release would meet.

    What was released to a circle that the asker does not know is not there for him.

    Raises:
        UnknownProblem: this node holds no such object.
    """
    versions = tx.versions.all_of(object_id)
    if not versions:
        raise UnknownProblem(
            f"This node holds no {object_id[:80]}.", advice="`kenesh lookup` finds objects by a value."
        )
    tried = _tried(tx, asker, versions[-1].object, code, now)
    for decision, reason in tried:
        if decision.allowed:
            return Explanation(True, decision.rule.id, (reason,), _asked(tx, versions[-1], own, code, now))
    would, line = _would_be(tx, versions[-1], own, code, now)
    if not tried:
        none = read_facts(peer_reader(party_id(code)), party_audience(party_id(code)), versions[-1].tlp, in_force=False)
        tried = [(decide(Stage.READ, none), f"No release by {own.code} gives it to {code} (GRT-01).")]
    reasons = (*(reason for _, reason in tried), line)
    rule = tried[0][0].rule.id if would.allowed else would.rule.id
    return Explanation(False, rule, reasons, _asked(tx, versions[-1], own, code, now))


def _tried(tx: Transaction, asker: Reader, obj: int, code: str, now: Instant) -> list[tuple[Decision, str]]:
    collections = {c.num: c.audience for c in tx.grants.collections()}
    granted, ended = tx.grants.of_objects([obj]), tx.grants.past_of_objects([obj])
    known = statements_known(tx, asker, {one.statement for one in (*granted, *(past.grant for past in ended))}, now)
    released = [grant for grant in granted if grant.statement in known]
    found = [_read(tx, grant, collections[grant.collection], code, now) for grant in released]
    for past in ended:
        audience = collections[past.grant.collection]
        if audience.ref == party_id(code) and past.grant.statement in known:
            facts = read_facts(peer_reader(party_id(code)), audience, past.grant.tlp, in_force=False)
            decision = decide(Stage.READ, facts)
            found.append((decision, f"It was released to {code} and that has ended: {past.why} ({decision.rule.id})."))
    return found


def statements_known(tx: Transaction, reader: Reader, nums: Collection[int], now: Instant) -> Mapping[int, Statement]:
    """Of these releases and withdrawals those that the reader sees, by their numbers."""
    found = tx.statements.get(nums)
    versions = tx.versions.held([statement.version for statement in found.values()])
    seen = {held.num for held, _ in ways_seen_by(tx, reader, versions, now).value}
    return {num: statement for num, statement in found.items() if statement.version in seen}


def _read(tx: Transaction, grant: Grant, audience: Audience, code: str, now: Instant) -> tuple[Decision, str]:
    reader = peer_reader(party_id(code))
    after = opening(tx, audience, reader, now)
    caveats = tx.statements.get([grant.statement])[grant.statement].caveats
    refs = refs_of(tx, reader.party_ref, now)
    facts = read_facts(
        reader,
        audience,
        grant.tlp,
        addressed=after is not None,
        since_term=after is not None and grant.stamp > after,
        valid=caveats.hold_at(now),
        ceiling=ceiling_of(tx, refs),
        barred=caveats.bar(refs),
    )
    decision = decide(Stage.READ, facts)
    verdict = "sees it" if decision.allowed else "does not see it"
    name = audience_name(tx, audience)
    return decision, f"Released to {name} as {grant.tlp.label}: {code} {verdict}: {decision.reason}."


def _would_be(tx: Transaction, held: HeldVersion, own: Own, code: str, now: Instant) -> tuple[Decision, str]:
    """What a release to the party would meet, under the object's own marking or the narrowest label."""
    ((_, decision),) = _offer(tx, held, own, code, now).decisions([held])
    marking = held.own_marking().label if held.whole else "no marking of its own"
    if decision.allowed:
        needs = "" if held.whole else ", with a label (--tlp)"
        return decision, f"It carries {marking}; a release to {code} would be allowed{needs} ({decision.rule.id})."
    return decision, f"It carries {marking}, and that stands in the way: {decision.reason}."


def _offer(tx: Transaction, held: HeldVersion, own: Own, code: str, now: Instant) -> Offer:
    narrowest = held.own_marking() if held.writer == own.ref else max(held.own_marking(), held.given)
    return Offer(tx, own, party_audience(party_id(code)), None if held.whole else narrowest, now)


def _asked(tx: Transaction, held: HeldVersion, own: Own, code: str, now: Instant) -> tuple[str, ...]:
    """The rules of a release in their order, up to the one that decides."""
    ((facts, _),) = _offer(tx, held, own, code, now).facts([held])
    told: list[str] = []
    for rule in rules_at(Stage.RELEASE):
        if rule.when.holds(facts):
            return (*told, f"{rule.id} decides: {rule.effect.value}, since {rule.reason} ({rule.source}).")
        told.append(f"{rule.id} does not hold ({rule.source}).")
    raise AssertionError("the table is closed by its last rule")
