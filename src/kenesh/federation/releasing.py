"""The act of releasing: what is selected, to whom, under which label; decided whole before anything goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import RefusedProblem, UnknownProblem, UsageProblem
from kenesh.federation.audiences import NamedAudience, reached_by
from kenesh.federation.hosts import host_of
from kenesh.federation.issuing import Issuer
from kenesh.federation.offering import Offer
from kenesh.federation.ports import Transaction
from kenesh.holdings.granting import Grants
from kenesh.holdings.holding import newest_among, newest_seen_by
from kenesh.holdings.rows import HeldVersion, Statement
from kenesh.parties.agencies import state_of
from kenesh.parties.constituents import GROUP, SECTOR
from kenesh.parties.own import Own
from kenesh.parties.party import LISTED_IDS
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.decision import only_released
from kenesh.release.reader import Reader
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp


class References(StrEnum):
    """What happens to referenced objects that the audience lacks."""

    BARE = "bare"
    ADD = "add"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks to be released; `within` as `Offer` has it."""

    audiences: Sequence[NamedAudience]
    label: Tlp | None = None
    reason: str = ""
    references: References = References.BARE
    skip_refused: bool = False
    follow: bool = False
    caveats: Caveats = NO_CAVEATS
    within: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One object that one audience may not get."""

    object_id: str
    rule: str
    party: str
    reason: str

    def wire(self) -> dict[str, str]:
        return {"object": self.object_id, "rule": self.rule, "party": self.party, "reason": self.reason}


@dataclass(slots=True)
class Outcome:
    """What became of an order. `missing` are ids that the audience cannot resolve."""

    statements: list[Statement] = field(default_factory=list)
    objects: set[str] = field(default_factory=set)
    already: set[str] = field(default_factory=set)
    refused: list[Refusal] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    reaches: dict[str, list[str]] = field(default_factory=dict)

    def parties(self) -> list[str]:
        """The codes of the parties that it reaches; a group's constituents are none."""
        named = (reached for name, reached in self.reaches.items() if not name.startswith((f"{GROUP}:", f"{SECTOR}:")))
        return sorted({code for reached in named for code in reached})


class Releasing:
    """Releases what this node holds."""

    def __init__(self, own: Own, issuer: Issuer, grants: Grants) -> None:
        self._own = own
        self._issuer = issuer
        self._grants = grants

    def release(self, tx: Transaction, selected: Sequence[HeldVersion], order: Order, now: Instant) -> Outcome:
        """Releases the selection to every audience, or to none.

        Raises:
            RefusedProblem: a rule stands against an object for an audience, and --skip-refused was not said; or
                --references stop, and the audience lacks referenced objects.
        """
        outcome = Outcome()
        plans = [(named, self._plan(tx, selected, named, order, outcome, now)) for named in order.audiences]
        if outcome.refused and not order.skip_refused:
            raise _refused(outcome.refused)
        self._judge_references(tx, plans, order, outcome)
        for named, plan in plans:
            self._issue(tx, plan, named, order, outcome, now)
        return outcome

    def _plan(
        self,
        tx: Transaction,
        selected: Sequence[HeldVersion],
        named: NamedAudience,
        order: Order,
        outcome: Outcome,
        now: Instant,
    ) -> list[HeldVersion]:
        """The selection, with --references add what it refers to, and the marking-definitions that it cites.

        What is refused takes nothing along: what it refers to and cites would tell of it.
        """
        offer = Offer(tx, self._own, named.audience, order.label, now, order.caveats, within=order.within)
        allowed = _Allowed(tx, offer, named, outcome)
        plan = allowed(selected)
        if order.references is References.ADD:
            targets = tx.versions.current_of(self._lacking(tx, list(plan.values()), named, order))
            plan |= allowed(list(targets.values()))
        cited = tx.versions.current_of(tx.versions.cited_markings(list(plan)))
        plan |= allowed([held for held in cited.values() if held.num not in plan])
        return list(plan.values())

    def _lacking(self, tx: Transaction, plan: Sequence[HeldVersion], named: NamedAudience, order: Order) -> list[str]:
        """The ids that the plan refers to and the audience has not and does not get."""
        references = tx.versions.references([held.num for held in plan])
        ids = {target for targets in references.values() for target in targets}
        ids |= {held.created_by for held in plan if held.created_by} - set(LISTED_IDS) - {self._own.ref}
        ids -= {held.id for held in plan} | set(tx.parties.admitted())
        known = tx.versions.current_of(ids)
        objects = {held.object for held in known.values()}
        visible = self._grants.visible_versions(tx, named.audience, objects, order.caveats)
        has = {held.id for held in known.values() if held.num in visible}
        return sorted(ids - has)

    def _judge_references(
        self, tx: Transaction, plans: list[tuple[NamedAudience, list[HeldVersion]]], order: Order, outcome: Outcome
    ) -> None:
        for named, plan in plans:
            lacking = self._lacking(tx, plan, named, order)
            if lacking:
                outcome.missing[named.name] = lacking
        if outcome.missing and order.references is References.STOP:
            refused = [
                Refusal(target, "REF-01", name, "it is referred to and the audience has it not")
                for name, targets in outcome.missing.items()
                for target in targets
            ]
            raise _refused(refused)

    def _issue(
        self,
        tx: Transaction,
        plan: list[HeldVersion],
        named: NamedAudience,
        order: Order,
        outcome: Outcome,
        now: Instant,
    ) -> None:
        visible = self._grants.visible_versions(tx, named.audience, {held.object for held in plan}, order.caveats)
        fresh = [held for held in plan if held.num not in visible]
        outcome.already |= {held.id for held in plan if held.num in visible}
        reached = reached_by(tx, self._own, named.audience, now, not_for=order.caveats.not_for)
        outcome.reaches[named.name] = reached
        offer = Offer(tx, self._own, named.audience, order.label, now, order.caveats, within=order.within)
        released = only_released(Stage.RELEASE, offer.facts(fresh))
        if released.value:
            label = order.label if order.label is not None else max(held.own_marking() for held in released.value)
            outcome.statements += self._issuer.release(
                tx,
                named.audience,
                released,
                label,
                now,
                follow=order.follow,
                reason=order.reason,
                caveats=order.caveats,
            )
            outcome.objects |= {held.id for held in released.value}


class _Allowed:
    """Of versions that are offered those that may go; of the others the outcome says why not."""

    def __init__(self, tx: Transaction, offer: Offer, named: NamedAudience, outcome: Outcome) -> None:
        self._offer = offer
        self._name = named.name
        self._outcome = outcome
        host, state = host_of(tx, named.audience), state_of(named.name)
        self._meant = f"; {named.name} is hosted by {host}" if host else ""
        self._meant += f"; {named.name} is an agency of {state}" if state else ""

    def __call__(self, items: Sequence[HeldVersion]) -> dict[int, HeldVersion]:
        allowed = {}
        for held, decision in self._offer.decisions(items):
            rule = decision.rule.id
            if decision.allowed:
                allowed[held.num] = held
            else:
                why = decision.reason + (self._meant if rule in _OF_OTHERS else "")
                self._outcome.refused.append(Refusal(held.id, rule, self._name, why))
        return allowed


#: Rules by which what is said of a party's host, or of its state, counts for the party.
_OF_OTHERS: Final = frozenset(("CAV-02", "CEI-01"))


#: What helps where another label would; elsewhere the audience is what stands against it.
_REMEDIES: Final = {
    "LBL-01": "Leave it out, say under which --tlp it goes",
    "LBL-02": "Leave it out, say a stricter --tlp",
    "LBL-08": "Leave it out, say a stricter --tlp",
    "TLP-03": "Ask its author to give it to them (kenesh forward ask), leave it out",
    "TLP-05": "Ask its author to give it to them (kenesh forward ask), leave it out",
    "CAV-01": "Leave it out, name a later --until",
    "CAV-04": "Leave it out, say the caveats that `kenesh export` writes (--pap, --purpose, --not-for, --until)",
    "EXE-01": "Release it to the circle that plays the exercise, leave it out",
    "EXE-02": "State it within the exercise (kenesh state --exercise), leave it out",
    "CAV-06": "Leave it out, say a stricter --pap",
}


def _refused(refused: list[Refusal]) -> RefusedProblem:
    first = refused[0]
    others = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
    return RefusedProblem(
        f"Nothing was released: {first.object_id} may not go to {first.party}: {first.reason}{others}.",
        advice=f"{_REMEDIES.get(first.rule, 'Leave it out, name a narrower audience')}, or say --skip-refused to "
        f"release the rest.",
        refused=[refusal.wire() for refusal in refused],
    )


def select(tx: Transaction, reader: Reader, words: Sequence[str], query: str | None, now: Instant) -> list[HeldVersion]:
    """The versions that a selection names, in the order in which it names them.

    Raises:
        UnknownProblem: a name stands for nothing that is held. UsageProblem: nothing is named.
    """
    numbers = selected(tx, reader, words, query, now)
    held = {held.num: held for held in tx.versions.held(numbers)}
    return [held[num] for num in numbers if num in held]


def selected(tx: Transaction, reader: Reader, words: Sequence[str], query: str | None, now: Instant) -> list[int]:
    """The numbers of the versions that a selection names: object ids, an import's id, or a text that is searched for.

    Of an object that is named or found it is the newest version that the reader sees.

    Raises:
        UnknownProblem: a name stands for nothing that is held. UsageProblem: nothing is named.
    """
    found: dict[int, None] = {}
    for word in words:
        found |= dict.fromkeys(_named(tx, reader, word, now))
    if query is not None:
        ways = newest_among(tx, reader, tx.versions.search(query, limit=10_000), now).value
        found |= dict.fromkeys(held.num for held, _ in ways)
    if not words and query is None:
        raise UsageProblem("Nothing is selected.", advice="Name object ids or an import's id, or say --query TEXT.")
    if not found:
        raise nothing_selected(query)
    return list(found)


def nothing_selected(query: str | None) -> UnknownProblem:
    """What is said of a selection of which nothing is held, and of one of which everything is withheld."""
    what = "The selection is empty." if query is None else f"No name, pattern or id here holds '{visible(query, 80)}'."
    return UnknownProblem(what, advice="`kenesh imports` lists what was imported; its id selects all of it.")


def _named(tx: Transaction, reader: Reader, word: str, now: Instant) -> list[int]:
    if word.startswith("import--"):
        record = tx.imports.find(word)
        if record is None:
            raise UnknownProblem(f"There is no import {word[:80]}.", advice="`kenesh imports` lists them.")
        return tx.imports.versions(record.num)
    if not is_stix_id(word):
        raise UsageProblem(
            f"'{word[:80]}' is neither an object's id nor an import's.", advice="Say --query to search by a text."
        )
    ways = newest_seen_by(tx, reader, [word], now).value
    if not ways:
        raise unknown_object(word)
    return list(dict.fromkeys(held.num for held, _ in ways))


def unknown_object(object_id: str) -> UnknownProblem:
    """What is said of an object that is absent, and of one that is withheld: the two look alike."""
    return UnknownProblem(f"This node holds no {object_id[:80]}.", advice="`kenesh lookup` finds objects by a value.")
