"""What does not hold of a party's record, each in a sentence that stays the same for as long as it is so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kenesh.basis.instants import short_timestamp
from kenesh.ledger.log import LogHead

#: The first leaf of two histories, where nothing tells which it is.
UNTOLD = -1


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold of a party's record.

    Attributes:
        code: of the alarm.
        from_leaf: the first leaf that may stand in two histories; `UNTOLD` where nothing tells.
    """

    code: str
    party: str
    text: str
    from_leaf: int = UNTOLD

    def wire(self) -> dict[str, Any]:
        found: dict[str, Any] = {"code": self.code, "party": self.party, "text": self.text}
        return found | ({"from_leaf": self.from_leaf} if self.from_leaf != UNTOLD else {})


def rewritten(code: str, good: LogHead | None, bad: LogHead) -> Fault:
    """It shows a head to which nothing leads from one that it signed."""
    text = f"{code} rewrote its record: {_from(good)} it is another than the one of {_named(bad)}, which it signed."
    return Fault("record-rewritten", code, text, _leaf(good))


def rewritten_here(own: str, teller: str, good: LogHead | None, bad: LogHead) -> Fault:
    """Another holds a head that this node signed, and that its store does not give."""
    text = (
        f"The record of this node was rewritten: {_from(good)} it is another than the one of {_named(bad)}, "
        f"which this node signed and {teller} keeps."
    )
    return Fault("record-rewritten", own, text, _leaf(good))


def two_histories(code: str, teller: str, good: LogHead | None, bad: LogHead) -> Fault:
    """Two nodes hold heads of one size with two roots, both signed."""
    text = (
        f"{code} shows two histories: {_from(good)} {teller} was shown another than this node. "
        f"It signed two heads of {bad.size} leaves."
    )
    return Fault("record-two-histories", code, text, _leaf(good))


def not_of_this_history(code: str, heard: LogHead) -> Fault:
    """Another was shown a head that does not belong to the history shown here."""
    text = (
        f"{code} shows two histories: {_named(heard)}, which another was shown, does not belong to the one shown here."
    )
    return Fault("record-two-histories", code, text)


def shortened(code: str, last: LogHead, head: LogHead) -> Fault:
    """It shows fewer leaves than it signed."""
    text = f"{code} took away from its record: it shows less than {_named(last)}, which it signed."
    return Fault("record-shortened", code, text, head.size if head.epoch == last.epoch else UNTOLD)


def silent(code: str, last: LogHead) -> Fault:
    """It shows no head any more."""
    return Fault("record-shortened", code, f"{code} shows no head of its record, and had signed {_named(last)}.")


def restarted(code: str, last: LogHead, head: LogHead) -> Fault:
    """It began another epoch, as a node does that was restored."""
    text = (
        f"{code} began epoch {head.epoch} of its record after {_named(last)}: "
        "its node was restored from a backup. Ask them whether and when."
    )
    return Fault("record-restarted", code, text)


def unsigned(code: str, head: LogHead) -> Fault:
    """It shows a head that its key did not sign."""
    return Fault("record-unsigned", code, f"{code} shows a head of epoch {head.epoch} that its key did not sign.")


def _named(head: LogHead) -> str:
    return f"the head of {head.size} leaves in epoch {head.epoch} of {short_timestamp(head.at)}"


def _from(good: LogHead | None) -> str:
    return "from its first leaf on" if good is None else f"from leaf {good.size} on, of {short_timestamp(good.at)},"


def _leaf(good: LogHead | None) -> int:
    return 0 if good is None else good.size
