"""Numbers that a node gives once: of its statements to an audience, its packs, its cards.

A node that was restored may have given numbers that it no longer knows of. It goes on far above them, at the
millisecond of its resuming: peers find a gap, and never two things under one number.
"""

from __future__ import annotations

from typing import Final

from kenesh.basis.instants import Instant
from kenesh.federation.ports import Transaction

_BEGIN: Final = "numbers-begin-at"
_MILLISECOND: Final = 1000
#: What a statement names that follows one which this node no longer knows.
UNKNOWN_PREVIOUS: Final = bytes(32)


def next_number(tx: Transaction, last: int) -> int:
    """The number after the last one that this node knows of (0: none)."""
    return max(last + 1, first_number(tx))


def first_number(tx: Transaction) -> int:
    """The lowest number that this node gives since it was resumed; 1 for one that was never restored."""
    return int(tx.notes.get(_BEGIN) or 1)


def begin_anew(tx: Transaction, now: Instant) -> int:
    """From now on every number is higher than any that was given before."""
    number = max(now // _MILLISECOND, first_number(tx) + 1)
    tx.notes.set(_BEGIN, str(number))
    return number
