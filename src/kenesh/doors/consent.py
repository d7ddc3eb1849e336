"""Consent: an act asks once more, when it knows what it came to and before anything of it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kenesh.doors.services import Transaction

T = TypeVar("T")
#: Asked within the transaction of an act, with what the act came to. Where it raises, nothing was done.
Consent = Callable[[Transaction, T], None]


def at_once(_tx: Transaction, _outcome: object) -> None:
    """Nobody is asked again: who gave the command meant it."""
