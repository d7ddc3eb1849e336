"""Statistics of requests: a pure function of how they stand, the same for who asked and for who was asked.

A request counts once, for the two parties that it is between. Acknowledged, answered and refused follow from what the
asked party says; in time or late from when that had come to who asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from kenesh.response.asking import Standing
from kenesh.response.cases import Item


@dataclass(frozen=True, slots=True)
class Row:
    """What one party asked of another, of one kind.

    Attributes:
        open: neither answered nor refused nor taken back. overdue: of these, those whose time is over.
        unconfirmed: answered or refused, and it is not known yet whether in time.
        after: the median time until the answer or refusal had come to who asked, in microseconds; None where none did.
    """

    by_ref: str
    to_ref: str
    kind: str
    asked: int
    acknowledged: int
    answered: int
    refused: int
    cancelled: int
    open: int
    overdue: int
    in_time: int
    late: int
    unconfirmed: int
    after: int | None


def statistics(items: Iterable[Item]) -> tuple[Row, ...]:
    """One row for each pair of parties and kind, in order. An item that comes twice counts once."""
    rows: dict[tuple[str, str, str], dict[str, Item]] = defaultdict(dict)
    for item in items:
        if item.asked.kind:
            rows[item.asked.by_ref, item.asked.to_ref, item.asked.kind][item.asked.id] = item
    return tuple(_row(*rows[key].values(), key=key) for key in sorted(rows))


def _row(*items: Item, key: tuple[str, str, str]) -> Row:
    standings = [item.state.standing for item in items]
    answers = [item for item in items if item.state.standing in (Standing.DONE, Standing.REFUSED)]
    spans = [span for item in answers if (span := _took(item)) is not None]
    return Row(
        *key,
        asked=len(items),
        acknowledged=sum(_was_acknowledged(item) for item in items),
        answered=standings.count(Standing.DONE),
        refused=standings.count(Standing.REFUSED),
        cancelled=standings.count(Standing.CANCELLED),
        open=sum(item.is_open for item in items),
        overdue=sum(item.state.is_overdue for item in items),
        in_time=sum(item.state.in_time is True for item in answers),
        late=sum(item.state.in_time is False for item in answers),
        unconfirmed=sum(item.state.in_time is None for item in answers),
        after=int(median(spans)) if spans else None,
    )


def _was_acknowledged(item: Item) -> bool:
    """Whatever the asked party says first acknowledges that it has the request."""
    return any(answer.by_ref == item.asked.to_ref for answer in item.answers)


def _took(item: Item) -> int | None:
    status = item.state.standing.value
    times = [
        answer.received_at
        for answer in item.answers
        if answer.by_ref == item.asked.to_ref and answer.status.value == status and answer.received_at is not None
    ]
    return min(times) - item.asked.asked_at if times else None
