"""What is asked, and how it stands: a pure function of what the two parties stated, in any order, and of now.

The one who asks sets and cancels; the one who was asked accepts, refuses and does; nobody does either for another. What
jumps a state, or comes from somebody else, is ignored, and shown. An answer counts against the deadline when the asking
party has it, as its receipt says: nobody's own clock decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from kenesh.basis.instants import Instant
from kenesh.response.kinds import Status


@dataclass(frozen=True, slots=True)
class Asked:
    """One version of a task or request. `modified_at` orders what its party says of it.

    Attributes:
        case_ref: the case that it belongs to; "" for none. kind: of a request what is asked; "" of a task.
        regime, stage: the report that a request asks for; "" for none.
        inject: the event of a drill that it is; "" for none.
    """

    id: str
    modified_at: Instant
    by_ref: str
    to_ref: str
    asked_at: Instant
    due_at: Instant
    cancelled_at: Instant | None = None
    name: str = ""
    case_ref: str = ""
    kind: str = ""
    regime: str = ""
    stage: str = ""
    text: str = ""
    inject: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One version of an update. `received_at`: when the asking party's receipt says it came; None without one.

    `files`: so many are named as evidence.
    """

    id: str
    modified_at: Instant
    by_ref: str
    target_ref: str
    status: Status
    stated_at: Instant
    received_at: Instant | None = None
    text: str = ""
    files: int = 0


def as_received(answers: Sequence[Answer], came_at: Callable[[Answer], Instant | None]) -> Iterator[Answer]:
    """The answers, each with when it had come to who asked: what is put in better words later is not sent late."""
    first: dict[tuple[str, Status], Instant] = {}
    for answer in answers:
        at, key = came_at(answer), (answer.id, answer.status)
        if at is not None:
            first[key] = min(at, first.get(key, at))
    for answer in answers:
        yield replace(answer, received_at=first.get((answer.id, answer.status)))


class Standing(StrEnum):
    """How what was asked stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DONE = "done"
    CANCELLED = "cancelled"


#: From which standings a status leads on; all else jumps. What is done is done, and who refused may think again.
_LEADS: Final[Mapping[Status, frozenset[Standing]]] = {
    Status.ACCEPTED: frozenset((Standing.ASKED, Standing.REFUSED)),
    Status.REFUSED: frozenset((Standing.ASKED, Standing.ACCEPTED)),
    Status.IN_PROGRESS: frozenset((Standing.ACCEPTED,)),
    Status.DONE: frozenset((Standing.ASKED, Standing.ACCEPTED)),
}
_MEANS: Final = {
    Status.ACCEPTED: Standing.ACCEPTED,
    Status.REFUSED: Standing.REFUSED,
    Status.IN_PROGRESS: Standing.ACCEPTED,
    Status.DONE: Standing.DONE,
}
_OPEN: Final = frozenset((Standing.ASKED, Standing.ACCEPTED))


def follows(status: Status, standing: Standing) -> bool:
    """Whether that may be said of what stands so."""
    return standing in _LEADS[status]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A statement that counts for nothing, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class State:
    """How it stands.

    Attributes:
        since: when that was stated.
        in_time: whether the answer reached the asking party by the deadline; None while nobody can say.
        is_overdue: it is open, and its time is over.
        unheard_since: the asked party was last heard then, before the deadline: its silence says nothing yet.
        left_at: the asked party left the case then, with this open.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    standing: Standing
    since: Instant
    due_at: Instant
    in_time: bool | None
    is_overdue: bool
    unheard_since: Instant | None
    left_at: Instant | None
    ignored: tuple[Ignored, ...]
    holds_until: Instant | None


def state(
    asked: Iterable[Asked],
    answers: Iterable[Answer],
    *,
    heard: Mapping[str, Instant],
    left: Mapping[str, Instant],
    now: Instant,
) -> State:
    """How one task or request stands.

    Args:
        asked: its versions, one at least, all of one id and party.
        answers: updates of any target and party, each perhaps in several versions.
        heard: up to which instant each party was heard here.
        left: when parties left the case. What is dated later than now has not happened yet.
    """
    versions = sorted(set(asked), key=_order)
    request = newest(versions, now)
    stated = sorted({answer for answer in answers if answer.target_ref == request.id}, key=_order)
    standing, since, answer, ignored = _walk(request, _last_versions(stated, now), now)
    gone = left.get(request.to_ref)
    left_at = gone if gone is not None and gone <= now and standing in _OPEN else None
    is_open = standing in _OPEN and left_at is None
    unheard = heard.get(request.to_ref, request.asked_at)
    return State(
        standing=standing,
        since=since,
        due_at=request.due_at,
        in_time=_in_time(answer, request, now),
        is_overdue=is_open and now > request.due_at,
        unheard_since=unheard if is_open and now > request.due_at >= unheard else None,
        left_at=left_at,
        ignored=ignored,
        holds_until=min(_changes(versions, stated, request, gone, now, is_open=is_open), default=None),
    )


def _order(one: Asked | Answer) -> tuple[Any, ...]:
    """One order of all versions, whatever is missing in them; of two that say the same, who has more comes later."""
    values = [getattr(one, name) for name in one.__slots__]
    return one.id, one.modified_at, *((value is not None, value) for value in values)


def newest(versions: Sequence[Asked], now: Instant) -> Asked:
    """The version that counts now: of those that are stated already the last, else the first."""
    ordered = sorted(versions, key=_order)
    return next((one for one in reversed(ordered) if one.modified_at <= now), ordered[0])


def _last_versions(stated: Sequence[Answer], now: Instant) -> list[Answer]:
    """Of each update the version that counts now, in the order in which its party stated them."""
    last = {answer.id: answer for answer in stated if answer.modified_at <= now}
    return sorted(last.values(), key=lambda answer: (answer.stated_at, answer.id))


def _walk(
    request: Asked, answers: Sequence[Answer], now: Instant
) -> tuple[Standing, Instant, Answer | None, tuple[Ignored, ...]]:
    standing, since, counted = Standing.ASKED, request.asked_at, None
    ignored: list[Ignored] = []
    for answer in answers:
        if answer.by_ref != request.to_ref:
            ignored.append(Ignored(answer.id, "it was not asked of who states it"))
        elif not follows(answer.status, standing):
            ignored.append(Ignored(answer.id, f"{answer.status} does not follow {standing}"))
        else:
            standing, since, counted = _MEANS[answer.status], answer.stated_at, answer
    cancelled = request.cancelled_at
    if cancelled is not None and cancelled <= now and standing in _OPEN:
        return Standing.CANCELLED, cancelled, None, tuple(ignored)
    return standing, since, counted, tuple(ignored)


def _in_time(answer: Answer | None, request: Asked, now: Instant) -> bool | None:
    """A refusal is an answer too. Without a receipt nobody can say, but where the deadline is still to come."""
    if answer is None or _MEANS[answer.status] in _OPEN:
        return None
    if answer.received_at is None or answer.received_at > now:
        return None
    return answer.received_at <= request.due_at


def _changes(
    versions: Sequence[Asked],
    stated: Sequence[Answer],
    request: Asked,
    gone: Instant | None,
    now: Instant,
    *,
    is_open: bool,
) -> Iterator[Instant]:
    """When it stands otherwise, if nothing arrives."""
    moments = [one.modified_at for one in versions]
    moments += [answer.modified_at for answer in stated]
    moments += [answer.received_at for answer in stated if answer.received_at is not None]
    moments += [moment for moment in (gone, request.cancelled_at) if moment is not None]
    if is_open:
        moments.append(Instant(request.due_at + 1))
    yield from (moment for moment in moments if moment > now)
