"""Two presses: the first shows what an act would do, the second does exactly that, or shows what it would do now.

Both times the act itself is carried out, by the function that the commands call. What it came to is put before the
person out of the act's own transaction. Unless the person has agreed to just that, the transaction is rolled back, and
nothing was done: what is shown and what is done cannot differ, and nothing can come between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Generic, TypeVar

import msgspec

from kenesh.doors.consent import Consent
from kenesh.doors.services import Transaction
from kenesh.release.decision import Released

T = TypeVar("T")
#: The field in which the second press says to what the person agrees.
AGREED: Final = "agreed"


@dataclass(frozen=True, slots=True)
class Would(Generic[T]):
    """What an act would do. `seal` stands for it; `has_changed`: the person agreed to something else before."""

    does: T
    seal: str
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What of an outcome is shown, and the facts in it to which a person agrees: JSON, without ids made by chance."""

    shown: Released[Any]
    facts: object


class _NotAgreedError(Exception):
    """The act is not done."""

    def __init__(self, would: Released[Any]) -> None:
        super().__init__()
        self.would = would


def agreeing(
    agreed: str, tell: Callable[[Transaction, T], Told], act: Callable[[Consent[T]], T]
) -> T | Released[Would[Any]]:
    """What the act came to, if the person had agreed to it; else what it would do, and it is not done."""

    def consent(tx: Transaction, outcome: T) -> None:
        told = tell(tx, outcome)
        seal = sha256(msgspec.json.encode(told.facts)).hexdigest()
        if agreed != seal:
            raise _NotAgreedError(told.shown.map(lambda does: Would(does, seal, bool(agreed))))

    try:
        return act(consent)
    except _NotAgreedError as not_agreed:
        return not_agreed.would
