"""Look-ups of constituents and client accounts: counted by the day, bounded, and each in the record before its answer.

The record says who asked, how many values, and how many were known; never which. What an organisation asks after is
what it has seen in its own network: its trouble, and not its state's to keep for ever. A hash would say it all the same
to whoever tries the few values that it could be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kenesh.basis.instants import DAY, SECOND, Instant
from kenesh.basis.problem import TooManyProblem
from kenesh.doors.services import Services
from kenesh.ledger.acts import ActKind
from kenesh.parties.metering import day_of
from kenesh.release.decision import Released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.watch.answering import Found, look_up_given

_ACCOUNTS: Final = (ReaderKind.CONSTITUENT, ReaderKind.ACCOUNT)


def metered_look_up(services: Services, reader: Reader, values: Sequence[str]) -> Released[tuple[Found, ...]]:
    """What the reader was given of these values; they count, known or not.

    Raises:
        TooManyProblem: with these it would be more than one may look up in a day.
    """
    assert reader.kind in _ACCOUNTS
    now = services.clock.now()
    with services.reading() as tx:
        is_over = _is_over(services, tx.meter.on(metered_as(reader), day_of(now)).values, values)
        found = None if is_over else look_up_given(tx, services.own, reader, values, now)
    with services.store.writing() as tx:
        # Others may have asked in his name meanwhile.
        before = tx.meter.on(metered_as(reader), day_of(now))
        if found is not None and not _is_over(services, before.values, values):
            tx.meter.add(metered_as(reader), day_of(now), len(values))
            known = sum(bool(one.hits) for one in found.value)
            subject = reader.party_ref or ""
            services.record(tx, ActKind.VALUES_QUERIED, reader.who, subject, values=len(values), known=known)
            return found
        if not before.refused:
            # Once a day: whoever goes on asking must not fill the record.
            tx.meter.add(metered_as(reader), day_of(now), 0, refused=True)
            limit = services.lookups_per_day
            services.record(tx, ActKind.READING_REFUSED, reader.who, reader.party_ref or "", limit=limit)
    raise TooManyProblem(
        f"{services.lookups_per_day} values may be looked up in a day (UTC), and with these it would be more.",
        advice="Read the collections, and look values up at home.",
        retry_after_s=_seconds_left(now),
    )


def metered_as(reader: Reader) -> str:
    """Whose count it is: a constituent's, whichever token it shows, or an account's of one party."""
    if reader.kind is ReaderKind.CONSTITUENT:
        return reader.who
    return f"{reader.who} {reader.party_ref}"


def _is_over(services: Services, before: int, values: Sequence[str]) -> bool:
    return before + len(values) > services.lookups_per_day


def _seconds_left(now: Instant) -> int:
    """Until the day is over."""
    return -(-(DAY - now % DAY) // SECOND)
