"""What was there when: by the receipts of those who had it, and by who knew of these receipts.

A statement was there when the depositary, or two others who decide, confirm it. That a confirmation was not made up
afterwards is known where a further member confirms in turn that the confirmation had come to it: within a minute, which
is how long a node may take to read another. So nobody moves an instant alone, the depositary included.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Final

from kenesh.basis.instants import MINUTE, Instant
from kenesh.council.values import WITNESSES, Finding, Position, Proposal, Receipt

#: So long after an instant a further member may have got the receipt of what came before it.
KNOWN_WITHIN: Final = MINUTE
Statement = Proposal | Position | Finding


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
        had: dict[str, Instant] = {}
        for receipt in self._others(one):
            had[receipt.by_ref] = min(receipt.at, had.get(receipt.by_ref, receipt.at))
        others = sorted(had[party] for party in had if party in self._deciding)
        needed = self._needed(one)
        found = [had[self._depositary]] if self._depositary in had else []
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
        known = self._known_before(one, instant)
        everybody = self._deciding | {self._depositary}

        def is_known(party: str, involved: set[str]) -> bool:
            """Whether somebody not involved knew of its word; where there is nobody else, nobody is asked for."""
            further = everybody - involved
            return not further or bool(known[party] & further)

        if self._depositary in known and is_known(self._depositary, {one.by_ref, self._depositary}):
            return True
        others = sorted(set(known) & self._deciding)
        return any(
            all(is_known(party, {one.by_ref, *few}) for party in few) for few in combinations(others, self._needed(one))
        )

    def _needed(self, one: Statement) -> int:
        return min(WITNESSES, max(1, len(self._deciding - {one.by_ref})))

    def _others(self, one: Statement) -> list[Receipt]:
        return [had for had in self._of.get((one.id, one.modified_at), ()) if had.by_ref != one.by_ref]

    def _known_before(self, one: Statement, instant: Instant) -> dict[str, set[str]]:
        """Who had it before, by his own word, and who knew of one of these words within the minute.

        A party may say so again: nobody can tell by what it says which came first.
        """
        found: dict[str, set[str]] = {}
        for receipt in self._others(one):
            if receipt.at < instant:
                # Without an id, a receipt is one that nobody can refer to.
                further = self._of.get((receipt.id, receipt.at), ()) if receipt.id else ()
                knew = {other.by_ref for other in further if other.at < instant + KNOWN_WITHIN}
                found.setdefault(receipt.by_ref, set()).update(knew)
        return found
