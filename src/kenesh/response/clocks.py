"""Clocks: what a regime asks of whom, by when, as it follows from what happened. No job has to run for it to be late.

A pure function of events, in any order, and of now. What is dated later than now has not happened yet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kenesh.basis.instants import Instant
from kenesh.response.regimes import ASKED, AWARE, HANDLED, Regime, Step, submission
from kenesh.response.spans import Calendar, Span, end_of, span


class Happened(StrEnum):
    """What moves clocks."""

    AWARE = AWARE
    HANDLED = HANDLED
    ASKED = ASKED
    SUBMITTED = "submitted"
    PAUSED = "paused"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `name`: the step asked for or submitted, or why it was paused; `until`: as was asked."""

    at: Instant
    what: Happened
    name: str = ""
    until: Instant | None = None


class Standing(StrEnum):
    """Where a clock stands."""

    WAITING = "waiting"  # what it begins with has not happened
    RUNNING = "running"
    NEAR = "near"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met-late"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Clock:
    """One report that is owed.

    Attributes:
        number: which of several, where it was asked for more than once.
        due_at: until when it is in time, that instant included; None while its clock has not begun, or stands still.
        left: microseconds that are left, where it stands still.
        if_ongoing: it will be owed only where the incident is still running then.
    """

    step: Step
    number: int
    standing: Standing
    began_at: Instant | None = None
    due_at: Instant | None = None
    done_at: Instant | None = None
    left: int | None = None
    if_ongoing: bool = False


@dataclass(frozen=True, slots=True)
class Clocks:
    """Every clock of a case; and until when this holds if nothing happens, None for ever."""

    clocks: tuple[Clock, ...]
    holds_until: Instant | None


def clocks(
    regime: Regime, events: Iterable[Event], *, sectors: frozenset[str], calendar: Calendar, now: Instant
) -> Clocks:
    """Where every clock of a regime stands.

    Source: the steps of the regime; for NIS2, Art. 23(4) and (5).

    Raises:
        UsageProblem: a span ends in no year that can be written.
    """
    known = sorted(set(events), key=lambda event: (event.at, event.what, event.name, event.until or 0))
    past = _Past(tuple(event for event in known if event.at <= now), sectors, calendar, now)
    found = tuple(clock for step in regime.steps for clock in past.of(step))
    changes = [event.at for event in known if event.at > now]
    changes += [at for clock in found for at in _changes(clock) if at > now]
    return Clocks(found, min(changes, default=None))


def _changes(clock: Clock) -> Iterator[Instant]:
    """When a clock stands otherwise, if nothing happens."""
    if clock.due_at is not None and clock.standing in (Standing.RUNNING, Standing.NEAR):
        yield _near_at(clock.step, clock.due_at)
        yield Instant(clock.due_at + 1)


def _near_at(step: Step, due_at: Instant) -> Instant:
    """From when on it is near. What is near is said in hours."""
    return Instant(2 * due_at - end_of(span(step.near), due_at, Calendar("UTC")))


@dataclass(frozen=True, slots=True)
class _Past:
    events: Sequence[Event]
    sectors: frozenset[str]
    calendar: Calendar
    now: Instant

    def of(self, step: Step) -> Iterator[Clock]:
        read = step.span(self.sectors)
        if step.after == ASKED:
            yield from self._asked(step, read)
        else:
            assert read is not None, step.id  # the reader of regimes has seen to it
            yield self._owed(step, read, self._anchor(step.after))

    def _owed(self, step: Step, read: Span, began: Instant | None) -> Clock:
        done = self._first(Happened.SUBMITTED, step.id)
        if began is None:
            return Clock(step, 1, Standing.WAITING if done is None else Standing.MET, done_at=done)
        due = end_of(read, began, self.calendar)
        is_ongoing = self._is_ongoing(due)
        if step.only_if_ongoing and not is_ongoing:
            return Clock(step, 1, Standing.NOT_ASKED, began)
        if step.if_ongoing_after and is_ongoing and self.now > due and (done is None or done > due):
            again = self._anchor(step.if_ongoing_after)
            if again is None:
                return Clock(step, 1, Standing.WAITING, done_at=done)
            began, due = again, end_of(read, again, self.calendar)
        return self._clock(step, 1, began, due, done, if_ongoing=step.only_if_ongoing and self.now <= due)

    def _asked(self, step: Step, read: Span | None) -> Iterator[Clock]:
        """A clock for each time that it was asked for; what is submitted answers the oldest that is open."""
        done = deque(event.at for event in self.events if _is(event, Happened.SUBMITTED, step.id))
        for number, asked in enumerate((e for e in self.events if _is(e, Happened.ASKED, step.id)), start=1):
            # Both are in order: what came before this was asked answers nothing that is asked later either.
            while done and done[0] < asked.at:
                done.popleft()
            answer = done.popleft() if done else None
            due = asked.until if read is None else end_of(read, asked.at, self.calendar)
            if due is None:
                # Nobody said until when: it is owed, and cannot be late.
                yield Clock(step, number, Standing.RUNNING if answer is None else Standing.MET, asked.at, None, answer)
            else:
                yield self._clock(step, number, asked.at, due, answer)

    def _clock(
        self, step: Step, number: int, began: Instant, due: Instant, done: Instant | None, *, if_ongoing: bool = False
    ) -> Clock:
        due, stands_since = self._paused(step, began, due)
        if done is not None and (stands_since is None or done < stands_since):
            standing = Standing.MET if done <= due else Standing.MET_LATE
            return Clock(step, number, standing, began, due, done)
        if done is not None:
            return Clock(step, number, Standing.MET, began, None, done)
        if stands_since is not None:
            left = due - stands_since
            return Clock(step, number, Standing.PAUSED, began, left=left, if_ongoing=if_ongoing)
        standing = Standing.LATE if self.now > due else Standing.RUNNING
        if standing is Standing.RUNNING and self.now >= _near_at(step, due):
            standing = Standing.NEAR
        return Clock(step, number, standing, began, due, if_ongoing=if_ongoing)

    def _paused(self, step: Step, began: Instant, due: Instant) -> tuple[Instant, Instant | None]:
        """When it is due with every pause added, and since when it stands still, if it does."""
        for start, end in self._pauses(step):
            # A pause that begins when all time is over takes nothing back.
            if start > due:
                break
            start = max(start, began)
            if end is None:
                return due, start
            due = Instant(due + max(0, end - start))
        return due, None

    def _pauses(self, step: Step) -> Iterator[tuple[Instant, Instant | None]]:
        """The times in which one reason at least holds, in order; the last may not be over."""
        holding: set[str] = set()
        start = Instant(0)
        for event in self.events:
            if event.name not in step.pauses:
                continue
            if event.what is Happened.PAUSED:
                start = start if holding else event.at
                holding.add(event.name)
            elif event.what is Happened.RESUMED and event.name in holding:
                holding.remove(event.name)
                if not holding:
                    yield start, event.at
        if holding:
            yield start, None

    def _anchor(self, after: str) -> Instant | None:
        if step := submission(after):
            return self._first(Happened.SUBMITTED, step)
        if after == HANDLED:
            # An incident that broke out again is handled when it is handled for good.
            return max((event.at for event in self.events if event.what is Happened.HANDLED), default=None)
        return self._first(Happened.AWARE)

    def _is_ongoing(self, at: Instant) -> bool:
        return all(event.at > at for event in self.events if event.what is Happened.HANDLED)

    def _first(self, what: Happened, name: str = "") -> Instant | None:
        return next((event.at for event in self.events if _is(event, what, name)), None)


def _is(event: Event, what: Happened, name: str) -> bool:
    return event.what is what and event.name == name
