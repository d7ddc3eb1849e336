"""When a proposal opens: when everybody who decides has it, under the rules that were in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import DAY, Instant
from kenesh.council.values import Proposal, Receipt, Rules

#: So long after new rules a party may not have had them, and proposes under those before.
RULES_KNOWN_WITHIN: Final = DAY


@dataclass(frozen=True, slots=True)
class Opening:
    """Who has it since when, by party; who has not; and when the last of them had it, None while one has not."""

    had: tuple[tuple[str, Instant], ...]
    missing: tuple[str, ...]
    opened_at: Instant | None
    #: Since when another party confirms that there is such a proposal; whoever makes it cannot date it back past that.
    known_at: Instant


def opening_of(
    first: Proposal, newest: Proposal, receipts: Iterable[Receipt], deciding: Sequence[str], now: Instant
) -> Opening:
    """Who decides and has it, by his node's word, or by the proposer's that he was told by another channel."""
    had: dict[str, Instant] = {first.by_ref: first.modified_at}
    for receipt in receipts:
        if receipt.of_ref == first.id:
            had[receipt.by_ref] = min(receipt.at, had.get(receipt.by_ref, receipt.at))
    others = [at for party, at in had.items() if party != first.by_ref]
    for party, at in newest.notices:
        if at <= now:
            had[party] = min(at, had.get(party, at))
    missing = tuple(party for party in deciding if party not in had)
    opened_at = None if missing else Instant(max([first.opens_at, *(had[party] for party in deciding)]))
    return Opening(
        had=tuple(sorted((party, at) for party, at in had.items() if party in deciding)),
        missing=missing,
        opened_at=opened_at if opened_at is not None and opened_at <= now else None,
        known_at=min(others, default=first.modified_at),
    )


def rules_under(first: Proposal, rules: Iterable[Rules], opening: Opening) -> Rules | None:
    """The rules that it names, unless later ones had been in force for long; None where there are none."""
    named = None
    for one in rules:
        if one.version == first.rules_version:
            named = one
        elif one.version > first.rules_version and one.in_force_from + RULES_KNOWN_WITHIN < opening.known_at:
            return None
    return named
