"""Proposed values: what a text was found to hold, until a person says that it is an indicator, or is none."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, Protocol

#: So much of the sentence around a value is kept.
MAX_SENTENCE: Final = 600


class Standing(IntEnum):
    """What became of a proposal."""

    OPEN = 0
    CONFIRMED = 1
    REJECTED = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A value that stands in a text: where, of which kind, in which sentence, and what speaks against it.

    `kind` and `value` are those of a watched value, in its canonical form.
    """

    path: str
    kind: str
    value: str
    sentence: str
    doubt: str = ""

    @property
    def key(self) -> bytes:
        """The same value in the same sentence is proposed once, however often the text is read."""
        return sha256("\0".join((self.kind, self.value, self.sentence)).encode("utf-8", "replace")).digest()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value as it was proposed; `object_id` is the indicator that it became."""

    num: int
    import_id: str
    source: str
    found: Found
    standing: Standing = Standing.OPEN
    object_id: str = ""


class ProposalRows(Protocol):
    """What was found and is still to be judged."""

    def propose(self, import_num: int, found: Sequence[Found]) -> int:
        """Keeps what was not proposed before; gives how many that were."""

    def open(self, import_id: str | None, limit: int) -> list[Proposal]:
        """What waits, of one import or of all, in the order in which it came."""

    def get(self, nums: Many[int]) -> dict[int, Proposal]: ...

    def settle(self, standings: Sequence[tuple[int, Standing, str]]) -> None:
        """(num, standing, object_id) of proposals that were judged."""
