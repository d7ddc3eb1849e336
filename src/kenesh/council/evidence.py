"""What was there when: by the receipts of those who had it, and by who knew of these receipts.

A statement was there when the depositary, or two others who decide, confirm it. That a confirmation was not made up
afterwards is known where a further member confirms in turn that the confirmation had come to it: within a minute, which
is how long a node may take to read another. So nobody moves an instant alone, the depositary included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from kenesh.basis.instants import MINUTE, Instant
from kenesh.council.values import WITNESSES, Finding, Position, Proposal, Receipt

#: So long after an instant a further member may have got the receipt of what came before it.
KNOWN_WITHIN: Final = MINUTE
Statement = Proposal | Position | Finding


@dataclass(frozen=True, slots=True)
class _Word:
    """That a party had it, and who else knew of that confirmation, and from when."""

    at: Instant
    known: tuple[tuple[str, Instant], ...]


@dataclass(frozen=True, slots=True)
class _Had:
    """Every time that a party said so; it may say so again, and nobody can tell by what it says which came first."""

    words: tuple[_Word, ...]

    @property
    def at(self) -> Instant:
        return min(word.at for word in self.words)

    def before(self, instant: Instant) -> tuple[_Word, ...]:
        return tuple(word for word in self.words if word.at < instant)


class Evidence:
    """Of what the receipts that one node has are evidence. `deciding`: the parties whose word counts."""

    def __init__(self, receipts: Iterable[Receipt], depositary: str, deciding: Iterable[str]) -> None:
        self._depositary = depositary
        self._deciding = frozenset(deciding)
        self._of: dict[tuple[str, Instant], list[Receipt]] = {}
        for receipt in receipts:
            self._of.setdefault((receipt.of_ref, receipt.of_modified_at), []).append(receipt)

    def was_told(self, one: Statement) -> bool:
        """Whether anybody but its author confirms it, of those whose word counts."""
        had = {receipt.by_ref for receipt in self._of.get((one.id, one.modified_at), ())}
        return bool(had & (self._deciding | {self._depositary}) - {one.by_ref})

    def there_since(self, one: Statement) -> Instant | None:
        """From when on it counts as there: when the depositary, or enough of the others, had it; None: it does not."""
        had = self._had(one)
        others = sorted(had[party].at for party in had if party in self._deciding)
        needed = self._needed(one)
        found = [had[self._depositary].at] if self._depositary in had else []
        found += [others[needed - 1]] if len(others) >= needed else []
        return Instant(max(one.modified_at, min(found))) if found else None

    def was_before(self, one: Statement, instant: Instant) -> bool:
        """Whether it was there before; equality is too late."""
        since = self.there_since(one)
        return since is not None and since < instant

    def is_known_before(self, one: Statement, instant: Instant) -> bool:
        """Whether a further member knows that it was there before: in time, nobody can have made it up later."""
        if not self.was_before(one, instant):
            return False
        had = {party: known for party, said in self._had(one).items() if (known := said.before(instant))}
        if self._is_known(had.get(self._depositary), {one.by_ref, self._depositary}, instant):
            return True
        others = [party for party in sorted(had) if party in self._deciding]
        return any(
            all(self._is_known(had[party], {one.by_ref, *few}, instant) for party in few)
            for few in combinations(others, self._needed(one))
        )

    def _needed(self, one: Statement) -> int:
        return min(WITNESSES, max(1, len(self._deciding - {one.by_ref})))

    def _had(self, one: Statement) -> dict[str, _Had]:
        """What each other party that had it says of that."""
        found: dict[str, list[_Word]] = {}
        for receipt in self._of.get((one.id, one.modified_at), ()):
            if receipt.by_ref != one.by_ref:
                # Without an id, a receipt is one that nobody can refer to.
                known = self._of.get((receipt.id, receipt.at), ()) if receipt.id else ()
                word = _Word(receipt.at, tuple((r.by_ref, r.at) for r in known))
                found.setdefault(receipt.by_ref, []).append(word)
        return {party: _Had(tuple(words)) for party, words in found.items()}

    def _is_known(self, known: Sequence[_Word] | None, involved: set[str], instant: Instant) -> bool:
        """Whether somebody not involved knew of one of them; where there is nobody else, nobody is asked for."""
        if not known:
            return False
        further = (self._deciding | {self._depositary}) - involved
        until = instant + KNOWN_WITHIN
        return not further or any(by in further and at < until for word in known for by, at in word.known)
