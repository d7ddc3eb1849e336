"""Look-up, hunt and what a person states: the acts of the watch, over what this node holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.holdings.exercising import of_exercise
from kenesh.holdings.holding import Way, holds_seen_by, newest_among, newest_seen_by
from kenesh.holdings.ports import Transaction as HoldingsTransaction
from kenesh.holdings.rows import Accepted, HeldVersion, Hold
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import Reader
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp
from kenesh.watch.atoms import atoms_of
from kenesh.watch.lookup import probes
from kenesh.watch.ports import AtomRows, Findings, LogFormat, LogSearch
from kenesh.watch.values import Atom, recognise

#: So many are decided about at once, where it is asked whether there is any.
_AT_ONCE: Final = 1000


class Transaction(HoldingsTransaction, Protocol):
    """A transaction with the atoms of what is held."""

    @property
    def atoms(self) -> AtomRows: ...


class Store(Protocol):
    """Gives transactions."""

    def reading(self) -> AbstractContextManager[Transaction]: ...

    def writing(self) -> AbstractContextManager[Transaction]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """An object that a value is known by. `matched` is the value that it states; `tlp` its effective marking.

    `exercise`: it was made up for a drill.
    """

    held: HeldVersion
    matched: Atom
    released_by: str
    party_ref: str
    tlp: Tlp
    exercise: bool = False

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.held.id,
            "released_by": self.released_by,
            "tlp": self.tlp.label,
            "name": self.held.name,
            "type": self.held.type,
            "matched": self.matched.value,
            **({"exercise": True} if self.exercise else {}),
        }


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is known of one value; `atom` is None where it is of no kind that is looked up."""

    value: str
    atom: Atom | None
    known: Released[tuple[Known, ...]]


def index_atoms(tx: Transaction, accepted: Sequence[Accepted]) -> None:
    """The atoms of new versions, in the transaction that takes them in."""
    for is_new in (True, False):
        listed = [item for item in accepted if item.is_new is is_new]
        tx.atoms.add([(one.num, atom) for one in listed for atom in atoms_of(one.arrival.version)], are_new=is_new)


def recognised(text: str) -> Atom:
    """The atom that a person typed.

    Raises:
        UsageProblem: it is no address, domain, URL, hash or e-mail address.
    """
    atom = recognise(text)
    if atom is None:
        raise UsageProblem(
            f"'{text[:80]}' is no address, domain, URL, hash or e-mail address.", advice="Write it in full."
        )
    return atom


def look_up(tx: Transaction, reader: Reader, values: Iterable[str], now: Instant) -> list[Lookup]:
    """For each value what the reader may see of it now: the value itself, a parent domain, a network it lies in."""
    asked = [(value, recognise(value)) for value in values]
    probed = {atom: probes(atom) for _, atom in asked if atom is not None}
    versions: dict[Atom, list[int]] = defaultdict(list)
    for matched, num in tx.atoms.find({probe for listed in probed.values() for probe in listed}):
        versions[matched].append(num)
    holds = tx.holds.in_force({num for nums in versions.values() for num in nums})
    counting = _counting(tx, reader, list(holds), now)
    made_up = of_exercise(tx, counting)
    found = []
    for value, atom in asked:
        matches = [(matched, num) for matched in probed.get(atom, ()) for num in versions[matched]] if atom else []
        candidates = [
            (facts, _known(tx, counting[num], hold, matched, exercise=num in made_up))
            for matched, num in matches
            if num in counting
            for facts, hold in holds_seen_by(reader, counting[num], holds[num], now)
        ]
        found.append(Lookup(value, atom, only_released(Stage.READ, candidates).map(_once)))
    return found


def _counting(tx: Transaction, reader: Reader, nums: Sequence[int], now: Instant) -> dict[int, HeldVersion]:
    """Of these versions those that count for him: not revoked, and of what he sees the newest.

    A cyber-observable's statements all do.
    """
    held = {h.num: h for h in tx.versions.held(nums) if not h.revoked}
    newest = {one.num for one, _ in newest_seen_by(tx, reader, {h.id for h in held.values()}, now).value}
    return {num: h for num, h in held.items() if not h.key or num in newest}


def _known(tx: Transaction, held: HeldVersion, hold: Hold, matched: Atom, *, exercise: bool) -> Known:
    code = tx.parties.code_of(hold.party_ref)
    return Known(held, matched, code, hold.party_ref, held.marking_under(hold.label), exercise)


def _once(items: Iterable[Known]) -> tuple[Known, ...]:
    """One row for each object and party; where it came twice, the first way counts."""
    seen: dict[tuple[str, str], Known] = {}
    for item in items:
        seen.setdefault((item.held.id, item.party_ref), item)
    return tuple(seen.values())


def hunt(
    tx: Transaction,
    reader: Reader,
    search: LogSearch,
    paths: Sequence[Path],
    log_format: LogFormat,
    now: Instant,
    *,
    exercise: bool = False,
) -> tuple[Findings, Released[tuple[Way, ...]]]:
    """What stands in the logs of the indicators that the reader sees now, the newest of each, and how he sees them.

    Every version is searched for, and what was found is decided: to decide about a million first would cost more than
    the search, and what is withheld is told to nobody. What was made up for an exercise is met in one alone.
    """
    findings = search.search(paths, log_format, tx.atoms.all_watched())
    found = {hit.version for hit in findings.hits}
    made_up = of_exercise(tx, found)
    ways = newest_among(tx, reader, tx.versions.held(found & made_up if exercise else found - made_up), now)
    seen = {held.num for held, _ in ways.value}
    return replace(findings, hits=tuple(hit for hit in findings.hits if hit.version in seen)), ways


def has_watched(tx: Transaction, reader: Reader, now: Instant, *, exercise: bool = False) -> bool:
    """Whether the reader sees any indicator that a hunt searches for: of an exercise, or of none.

    Most often the first thousand answer that; where there is none for him, all are gone through.
    """
    nums = (num for num, _ in tx.atoms.all_watched())
    while batch := frozenset(islice(nums, _AT_ONCE)):
        made_up = of_exercise(tx, batch)
        if newest_among(tx, reader, tx.versions.held(batch & made_up if exercise else batch - made_up), now).value:
            return True
    return False


def origin_of(holds: Sequence[Hold], own_ref: str) -> Hold | None:
    """The way in which an indicator came first: from the party to whom a sighting is answered."""
    theirs = [hold for hold in holds if hold.party_ref != own_ref]
    return theirs[0] if theirs else (holds[0] if holds else None)
