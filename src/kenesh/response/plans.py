"""Checks of contacts by the calendar: when the next one falls due, purely by the plan, the last one, and now.

Time is cut into periods from when the plan begins. A scheduled check is made when a period begins, and opens later, so
that everybody knows of it; an unannounced one is made, and opens, at a moment of the period that was drawn. Each period
has one check at most: what was missed while nobody looked is made once, and is that of the period in which it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import DAY, HOUR, Instant
from kenesh.basis.problem import UsageProblem
from kenesh.response.checks import CheckChannel
from kenesh.response.contacts import ContactKind

SHORTEST: Final = HOUR
#: So long before it opens a scheduled check is stated; of a short period, half of it.
NOTICE: Final = DAY
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What a body's keeper has planned. Spans are in microseconds.

    Attributes:
        every: how long a period is. answer_in: until when an answer is due, from the opening.
        channels: for each of them a check is made.
        unannounced: it comes at a moment that nobody knows ahead.
    """

    id: str
    body_ref: str
    name: str
    kind: ContactKind
    channels: tuple[CheckChannel, ...]
    every: int
    answer_in: int
    begins: Instant
    unannounced: bool = False

    @property
    def notice(self) -> int:
        """How long before it opens a check is stated."""
        return 0 if self.unannounced else min(NOTICE, self.every // 2)


def checked_plan(plan: Plan) -> Plan:
    """The plan itself.

    Raises:
        UsageProblem: it has no name of a fit length, its periods are too short, or an answer may take longer than one.
    """
    if not 0 < len(plan.name.strip()) <= len(plan.name) <= _LONGEST_NAME:
        raise UsageProblem(f"A check has a name, of {_LONGEST_NAME} characters at most.", advice="Say another --name.")
    if plan.every < SHORTEST:
        raise UsageProblem("A check more often than every hour tells nothing new.", advice="Say a longer --every.")
    if not 0 < plan.answer_in <= plan.every:
        raise UsageProblem("An answer may not take longer than a period.", advice="Say a shorter --answer-in.")
    return plan


def waiting_since(plan: Plan, last: Instant | None) -> Instant:
    """When the period begins whose check is to be made next. `last`: when one was made the last time."""
    period = 0 if last is None else max(0, (last - plan.begins) // plan.every + 1)
    return Instant(plan.begins + period * plan.every)


def is_to_be_drawn(plan: Plan, last: Instant | None, now: Instant) -> bool:
    """Whether a moment is to be drawn now: not before its period has begun, so that none is known ahead of it."""
    return plan.unannounced and waiting_since(plan, last) <= now


def due(plan: Plan, last: Instant | None, now: Instant, drawn: int | None) -> Instant | None:
    """When the check fell due that is to be made now; None while none is.

    `drawn`: how long after the beginning of its period an unannounced one comes; None where that was not drawn yet.
    """
    after = drawn if plan.unannounced else 0
    if after is None:
        return None
    at = Instant(waiting_since(plan, last) + after)
    return at if at <= now else None
