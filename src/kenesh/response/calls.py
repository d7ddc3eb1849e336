"""Calling people: who is told of what waits, in which order, and what quiet hours may hold back.

Pure, of what waits, of who was told, and of now. Nobody is called for what somebody has acknowledged, or what no longer
waits; quiet hours hold back only what can wait until they end, and nothing while a level that wakes people is in force.

Shape of the plan: TOML with a `[[person]]` for each, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Final

import msgspec

from kenesh.basis.instants import Instant, short_timestamp, span_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UsageProblem
from kenesh.basis.written import from_toml
from kenesh.response.zones import minute_of_day, next_at

_MAX_OCTETS: Final = 64 * 1024
_QUIET: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_DAY: Final = 24 * 60
#: So many matters are named in one call; the others are counted.
_MOST_NAMED: Final = 5


class Matter(StrEnum):
    """What may wait for somebody, in words that tell nothing of what it is about."""

    LEVEL = "level"
    REPORT = "report"
    TASK = "task"
    REQUEST = "request"
    ASK = "ask"
    CHECK = "check"
    SITTING = "sitting"
    PROPOSAL = "proposal"
    NOTE = "note"
    RECALL = "recall"
    FORWARD = "forward"
    ALARM = "alarm"


class Stage(StrEnum):
    """How far it has come. Each stage begins anew with calling: who has seen a task has not seen that it is late."""

    NEW = "new"
    NEAR = "near"
    LATE = "late"


_SAID: Final[Mapping[Matter, str]] = {
    Matter.LEVEL: "An alert level has changed",
    Matter.REPORT: "A report of an incident is owed",
    Matter.TASK: "A task waits for an answer",
    Matter.REQUEST: "A request waits for an answer",
    Matter.ASK: "A level asks something of this party",
    Matter.CHECK: "A check asks whether this party answers",
    Matter.SITTING: "A sitting is called, and asks whether this party comes",
    Matter.PROPOSAL: "A proposal waits for the position of this party",
    Matter.NOTE: "A note verbale has come, or waits for an answer",
    Matter.RECALL: "Something is to be erased here",
    Matter.FORWARD: "A party asks whether it may pass something on",
    Matter.ALARM: "The node raised an alarm",
}


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that waits for a person of this party.

    Attributes:
        about: the object, or what else it is known by here; it is never told.
        name: what people of this node call it; it is never told outside.
    """

    matter: Matter
    stage: Stage
    about: str
    name: str
    due_at: Instant | None = None
    exercise: bool = False

    @property
    def number(self) -> str:
        """By which it is acknowledged: eight characters that tell nothing."""
        return sha256(f"{self.matter} {self.stage} {self.about}".encode()).hexdigest()[:8]

    @property
    def sentence(self) -> str:
        """What is told of it, by ways that others may read."""
        return ("EXERCISE: " if self.exercise else "") + _SAID[self.matter] + self.clock

    @property
    def clock(self) -> str:
        """By when it is due, and whether that is soon or over."""
        due = "" if self.due_at is None else f", due {short_timestamp(self.due_at)[:16]} UTC"
        return due + {Stage.NEW: "", Stage.NEAR: ", soon", Stage.LATE: ", LATE"}[self.stage]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is told, and how.

    Attributes:
        by: ways, tried in this order until one takes it: `mail:ADDRESS`, `https://…` for a webhook, an address of
            Apprise's for SMS and push, or `env:NAME` for a variable that holds one of these.
        after: how long nobody must have acknowledged it before this person is told; "" for at once.
        quiet: when only what cannot wait is told, as 22:00-07:00 in `zone`; "" for never.
        on_duty: told only while the duty rota names this person, or names nobody.
        matters: of what this person is told; of everything where none is named.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    by: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=5, max_length=1_000)], ...],
        msgspec.Meta(min_length=1, max_length=5),
    ]
    after: str = ""
    quiet: str = ""
    zone: str = "UTC"
    on_duty: bool = False
    matters: tuple[Matter, ...] = ()

    @property
    def waits(self) -> int:
        """How long it must have waited, in microseconds."""
        return span_of(self.after) if self.after else 0

    def quiet_until(self, now: Instant) -> Instant | None:
        """When the quiet hours end in which this is; None outside them.

        Raises:
            UsageProblem: they are written otherwise, or the zone is none.
        """
        found = _QUIET.fullmatch(self.quiet) if self.quiet else None
        if self.quiet and found is None:
            raise UsageProblem(f"'{visible(self.quiet, 40)}' are no quiet hours.", advice="Write them as 22:00-07:00.")
        minute = minute_of_day(now, self.zone)
        if found is None:
            return None
        begins, ends = (int(found[hour]) * 60 + int(found[hour + 1]) for hour in (1, 3))
        is_quiet = (minute - begins) % _DAY < (ends - begins) % _DAY
        return next_at(ends, self.zone, now) if is_quiet else None


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is told, of whom each is called by another name."""

    person: Annotated[tuple[Person, ...], msgspec.Meta(max_length=50)] = ()


#: The plan of a node that calls nobody.
NOBODY: Final = Plan()


def read_plan(octets: bytes, name: str = "the file") -> Plan:
    """The plan that a file states.

    Raises:
        DamagedProblem: it is too large, no TOML, or says what cannot be; the place is named.
    """
    return from_toml(octets, name, "a plan of calls", "no plan of calls", _MAX_OCTETS, _plan_of)


def _plan_of(value: Mapping[str, Any]) -> Plan:
    try:
        plan = msgspec.convert(value, Plan)
    except msgspec.ValidationError as error:
        raise DamagedProblem(f"{visible(str(error), 300)}.") from None
    for person in plan.person:
        _ = person.waits, person.quiet_until(Instant(0))
    if len({person.name for person in plan.person}) < len(plan.person):
        raise DamagedProblem("Two persons have the same name.")
    return plan


@dataclass(frozen=True, slots=True)
class Called:
    """What is kept of a concern.

    Attributes:
        seen_at: when this node first saw that it waits: from then on it is counted who is told next.
        told: who was, and when. failed: whom none of his ways reached.
        acknowledged_by: "" while nobody has.
    """

    seen_at: Instant
    told: Mapping[str, Instant] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    acknowledged_by: str = ""
    acknowledged_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """How it is now: whom the duty rota names, and whether a level is in force that wakes people."""

    on_duty: frozenset[str]
    wakes: bool
    now: Instant


def calls(
    plan: Plan, concerns: Iterable[Concern], book: Mapping[str, Called], watch: Watch
) -> Iterator[tuple[Person, tuple[Concern, ...]]]:
    """Whom to call now, and of what; a concern that stands in no book has just been seen."""
    waiting = list(concerns)
    for person in plan.person:
        due = tuple(one for one in waiting if _is_due(plan, person, one, book, watch))
        if due:
            yield person, due


def _is_due(plan: Plan, person: Person, concern: Concern, book: Mapping[str, Called], watch: Watch) -> bool:
    called = book.get(concern.number, Called(watch.now))
    if called.acknowledged_by or person.name in called.told or not _may_be_told(person, concern, watch):
        return False
    earlier = [one for one in plan.person if one.waits < person.waits and _may_be_told(one, concern, watch)]
    # Whoever cannot be reached is passed over at once; he is tried again all the same.
    is_passed_on = bool(earlier) and all(one.name in called.failed for one in earlier)
    return is_passed_on or called.seen_at + person.waits <= watch.now


def _may_be_told(person: Person, concern: Concern, watch: Watch) -> bool:
    if person.matters and concern.matter not in person.matters:
        return False
    if person.on_duty and watch.on_duty and person.name not in watch.on_duty:
        return False
    until = person.quiet_until(watch.now)
    return until is None or watch.wakes or (concern.due_at is not None and concern.due_at <= until)


def kind_of(way: str) -> str:
    """What sort of way it is: mail, https, env, or a scheme of Apprise's. The rest of it may be a secret."""
    return way.partition(":")[0][:20]


def words(concerns: Sequence[Concern]) -> str:
    """What a call says: how much waits, the late first, and nothing of what it is about."""
    order = [Stage.LATE, Stage.NEAR, Stage.NEW]
    ordered = sorted(concerns, key=lambda one: (one.exercise, order.index(one.stage), one.due_at or 0))
    named = [f"{one.sentence} ({one.number})." for one in ordered[:_MOST_NAMED]]
    more = len(ordered) - len(named)
    return " ".join([*named, f"And {more} more."] if more else named)
