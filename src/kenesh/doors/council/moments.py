"""The instant at which somebody asks how something stood: never one that is to come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from kenesh.basis.instants import Instant, instant_of, short_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(text: str, now: Instant) -> Instant:
    """An instant as people ask for one: a day, which is its end in UTC or now, or a timestamp.

    Raises:
        UsageProblem: it is neither, or still to come.
    """
    try:
        if len(text) > 10:
            at = instant_of(text)
        else:
            ended = datetime.combine(date.fromisoformat(text) + timedelta(days=1), datetime.min.time(), UTC)
            began = ended - timedelta(days=1)
            at = Instant((ended - _EPOCH) // timedelta(microseconds=1) - 1)
            at = now if Instant((began - _EPOCH) // timedelta(microseconds=1)) <= now < at else at
    except (ValueError, OverflowError):
        raise UsageProblem(
            f"'{visible(text, 40)}' is no day.", advice="Write it as 2026-06-30, or as 2026-06-30T12:00:00Z."
        ) from None
    if at > now:
        raise UsageProblem(
            f"{visible(text, 40)} is still to come: nobody knows what will have been stated by then.",
            advice=f"It is {short_timestamp(now)}.",
        )
    return at


def asked(text: str, now: Instant) -> Instant | None:
    """The same; None, which is now, where nothing is said."""
    return moment_of(text, now) if text else None
