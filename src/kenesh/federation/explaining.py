"""Explaining: can that party see this object, by which rule, and which marking stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.federation.audiences import audience_name, group_known, role_named
from kenesh.federation.hosts import host_of, hosting_told
from kenesh.federation.naming import agency_told
from kenesh.federation.offering import Offer
from kenesh.federation.ports import Transaction
from kenesh.holdings.egress import refs_of_audience
from kenesh.holdings.feed import ceiling_of, opening, read_facts
from kenesh.holdings.holding import newest_seen_by, ways_seen_by
from kenesh.holdings.rows import Grant, HeldVersion, Statement
from kenesh.parties.agencies import state_of
from kenesh.parties.constituents import GROUP, SECTOR
from kenesh.parties.own import Own
from kenesh.parties.party import party_id
from kenesh.release.audience import PUBLIC, Audience, AudienceKind, class_audience, party_audience
from kenesh.release.changes import changes_needed
from kenesh.release.decision import Decision, decide
from kenesh.release.reader import NOBODY, Reader, ReaderKind, peer_reader
from kenesh.release.rules import Stage, rules_at


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a party sees an object of this node's, the rule that decided, and why, a sentence each.

    `asked` are the rules that a release to it alone meets, in order, up to the one that decides; `changes` the smallest
    sets of changes after any of which it would see it; `terms` by which memberships, and until when.
    """

    allowed: bool
    rule: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...] = ()
    changes: tuple[tuple[str, ...], ...] = ()
    terms: tuple[str, ...] = ()


#: What helps where nothing but a release is wanting.
RELEASE_IT: Final = "it is released to them"


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, a party, a class, a group or everybody, and of when."""

    named: str
    audience: Audience
    reader: Reader
    at: Instant

    def after(self, tx: Transaction, audience: Audience) -> Instant | None:
        """From which stamp on that audience is open to whoever is asked about; None where it is not."""
        if self.audience.kind is AudienceKind.CLASS and audience == self.audience:
            return Instant(0)
        return opening(tx, audience, self.reader, self.at)


def question(tx: Transaction, own: Own, named: str, at: Instant) -> Question:
    """Of a class or group it is asked what its newest member would see, who belongs to nothing else.

    Raises:
        UsageProblem: it is neither a party's code, nor class:NAME, group:NAME or sector:NAME, nor public.
        UnknownProblem: no constituent was ever in the group.
    """
    kind, _, rest = named.partition(":")
    if named == "public":
        return Question(named, PUBLIC, NOBODY, at)
    if kind == "class":
        return Question(named, class_audience(role_named(rest)), Reader(ReaderKind.PEER), at)
    if kind in (GROUP, SECTOR):
        group = group_known(tx, own, named)
        reader = Reader(ReaderKind.CONSTITUENT, own.ref, groups=frozenset((group.ref,)))
        return Question(named, group, reader, at)
    ref = party_id(named)
    return Question(named, party_audience(ref), peer_reader(ref), at)


def explain(
    tx: Transaction, own: Own, asker: Reader, object_id: str, named: str, now: Instant, at: Instant | None = None
) -> Explanation:
    """Tries every grant of the object for the party; where none opens it, says what a release would meet.

    It is asked of a party, admitted here or not, of a class, of a group of constituents, or of the public; as it is
    now, or was or will be `at` another time by what is known now. What was released to a circle that the asker does not
    know, and a version that came through one, are not there for him.

    Raises:
        UnknownProblem: this node holds no such object that he sees. UsageProblem: nobody is called that.
    """
    asked = question(tx, own, named, now if at is None else at)
    found = _explanation(tx, own, asker, object_id, asked, now)
    host, state = host_of(tx, asked.audience), state_of(named)
    told = [*([hosting_told(named, host)] if host else []), *([agency_told(named, state)] if state else [])]
    return replace(found, reasons=(*found.reasons, *told))


def _explanation(
    tx: Transaction, own: Own, asker: Reader, object_id: str, asked: Question, now: Instant
) -> Explanation:
    ways = newest_seen_by(tx, asker, [object_id], now).value
    if not ways:
        raise UnknownProblem(
            f"This node holds no {object_id[:80]}.", advice="`kenesh lookup` finds objects by a value."
        )
    held = ways[0][0]
    tried = _tried(tx, asker, held.object, asked, now)
    for decision, reason in tried:
        if decision.allowed:
            return Explanation(True, decision.rule.id, (reason,), _asked(tx, held, own, asked))
    would, line = _would_be(tx, held, own, asked)
    if not tried:
        none = read_facts(asked.reader, asked.audience, held.tlp, in_force=False)
        tried = [(decide(Stage.READ, none), f"No release by {own.code} gives it to {asked.named} (GRT-01).")]
    reasons = (*(reason for _, reason in tried), line)
    rule = tried[0][0].rule.id if would.allowed else would.rule.id
    return Explanation(False, rule, reasons, _asked(tx, held, own, asked), _changes(tx, held, own, asked))


def _changes(tx: Transaction, held: HeldVersion, own: Own, asked: Question) -> tuple[tuple[str, ...], ...]:
    ((facts, _),) = _offer(tx, held, own, asked).facts([held])
    if decide(Stage.RELEASE, facts).allowed:
        return ((RELEASE_IT,),)
    return tuple(tuple(change.what for change in chosen) for chosen in changes_needed(facts))


def _tried(tx: Transaction, asker: Reader, obj: int, asked: Question, now: Instant) -> list[tuple[Decision, str]]:
    collections = {c.num: c.audience for c in tx.grants.collections()}
    there = grants_known(tx, asker, obj, asked, now)
    found = [_read(tx, grant, collections[grant.collection], asked) for grant in there]
    ended = [past for past in tx.grants.past_of_objects([obj]) if past.ended_at <= asked.at]
    known = statements_known(tx, asker, {past.grant.statement for past in ended}, now)
    for past in ended:
        audience = collections[past.grant.collection]
        if audience.ref == asked.audience.ref and past.grant.statement in known:
            facts = read_facts(asked.reader, audience, past.grant.tlp, in_force=False)
            decision = decide(Stage.READ, facts)
            why = f"It was released to {asked.named} and that has ended: {past.why} ({decision.rule.id})."
            found.append((decision, why))
    return found


def grants_known(tx: Transaction, asker: Reader, obj: int, asked: Question, now: Instant) -> list[Grant]:
    """The grants of an object that stood at the time asked about, of those whose release the asker sees."""
    granted = tx.grants.of_objects([obj])
    granted += [past.grant for past in tx.grants.past_of_objects([obj]) if past.ended_at > asked.at]
    known = statements_known(tx, asker, {one.statement for one in granted}, now)
    # What was granted this moment may have a stamp a little ahead of the clock.
    return [one for one in granted if one.statement in known and (asked.at >= now or one.stamp <= asked.at)]


def statements_known(tx: Transaction, reader: Reader, nums: Collection[int], now: Instant) -> Mapping[int, Statement]:
    """Of these releases and withdrawals those that the reader sees, by their numbers."""
    found = tx.statements.get(nums)
    versions = tx.versions.held([statement.version for statement in found.values()])
    seen = {held.num for held, _ in ways_seen_by(tx, reader, versions, now).value}
    return {num: statement for num, statement in found.items() if statement.version in seen}


def _read(tx: Transaction, grant: Grant, audience: Audience, asked: Question) -> tuple[Decision, str]:
    after = asked.after(tx, audience)
    caveats = tx.statements.get([grant.statement])[grant.statement].caveats
    refs = refs_of_audience(tx, asked.audience, asked.at)
    facts = read_facts(
        asked.reader,
        audience,
        grant.tlp,
        addressed=after is not None,
        since_term=after is not None and grant.stamp > after,
        valid=caveats.hold_at(asked.at),
        ceiling=ceiling_of(tx, refs),
        barred=caveats.bar(refs),
    )
    decision = decide(Stage.READ, facts)
    verdict = "sees it" if decision.allowed else "does not see it"
    name = audience_name(tx, audience)
    return decision, f"Released to {name} as {grant.tlp.label}: {asked.named} {verdict}: {decision.reason}."


def _would_be(tx: Transaction, held: HeldVersion, own: Own, asked: Question) -> tuple[Decision, str]:
    """What a release to it would meet, under the object's own marking or the narrowest label."""
    ((_, decision),) = _offer(tx, held, own, asked).decisions([held])
    marking = held.own_marking().label if held.whole else "no marking of its own"
    if decision.allowed:
        needs = "" if held.whole else ", with a label (--tlp)"
        would = f"a release to {asked.named} would be allowed{needs}"
        return decision, f"It carries {marking}; {would} ({decision.rule.id})."
    return decision, f"It carries {marking}, and that stands in the way: {decision.reason}."


def _offer(tx: Transaction, held: HeldVersion, own: Own, asked: Question) -> Offer:
    narrowest = held.own_marking() if held.writer == own.ref else max(held.own_marking(), held.given)
    return Offer(tx, own, asked.audience, None if held.whole else narrowest, asked.at)


def _asked(tx: Transaction, held: HeldVersion, own: Own, asked: Question) -> tuple[str, ...]:
    """The rules of a release in their order, up to the one that decides."""
    ((facts, _),) = _offer(tx, held, own, asked).facts([held])
    told: list[str] = []
    for rule in rules_at(Stage.RELEASE):
        if rule.when.holds(facts):
            return (*told, f"{rule.id} decides: {rule.effect.value}, since {rule.reason} ({rule.source}).")
        told.append(f"{rule.id} does not hold ({rule.source}).")
    raise AssertionError("the table is closed by its last rule")
