"""The alert level of a body: a pure function of what its members ask for, of its rules, and of now.

Each party asks for a level until an instant, and says it anew to renew or lower it; nobody sets another's. In force is
the highest level of which a need is met by those whose demands stand. So it falls by itself when demands end, and who
carried it can let it fall. The order in which statements came changes nothing. How it was at an earlier instant follows
from what was said, who sat there and which rules held then, and from nothing that came after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kenesh.basis.instants import Instant, span_of
from kenesh.parties.bodies import Role, Seat
from kenesh.response.alerts import LEVELS
from kenesh.response.ladder import Ladder, Need, Rung
from kenesh.stix.marking import Tlp

#: Who decides in a body; the word of others is shown, and counts for nothing.
DECIDES = frozenset((Role.MEMBER, Role.CHAIR))


@dataclass(frozen=True, slots=True)
class Demand:
    """One version of what a party asks for. `at` orders its own; `until` it stands, if nothing is said anew.

    Attributes:
        affected: it is hit itself. political: its political representatives have decided it.
        tlp: as what it counts here.
    """

    id: str
    party_ref: str
    level: str
    reason: str
    at: Instant
    until: Instant
    affected: bool = False
    political: bool = False
    tlp: Tlp = Tlp.AMBER_STRICT

    @property
    def rank(self) -> int:
        return LEVELS.index(self.level)


@dataclass(frozen=True, slots=True)
class Due:
    """What the level asks of everybody, and by when (next).

    Attributes:
        since: from when it is asked. every: again and again after so long; 0 where it is asked once.
        by_sitrep: a situation report answers it. by_contacts: so does looking one's contacts through.
    """

    what: str
    at: Instant
    since: Instant
    every: int = 0
    by_sitrep: bool = False
    by_contacts: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The time in which a level was in force, and is over. `level` is the gravest that was."""

    level: str
    since: Instant
    at: Instant


@dataclass(frozen=True, slots=True)
class Wanting:
    """A higher level that is asked for, by whom, and what it needs besides: any of these is enough."""

    level: str
    by: tuple[str, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class LevelState:
    """How a body stands.

    Attributes:
        since: from when it, or a graver one, has been in force without a gap; None at routine.
        until: when the level changes if nobody says anything; None where it never does.
        ended: at routine, the last time in which it was not; what its gravest level asks afterwards is due.
        demands: those that stand, by party, each until it ends by the rules. ignored: the newest words of those who do
            not decide here.
        holds_until: until when all of this holds if nothing arrives, what is due included; None for ever.
    """

    level: str
    since: Instant | None
    until: Instant | None
    demands: tuple[Demand, ...]
    wanting: tuple[Wanting, ...]
    due: tuple[Due, ...]
    ignored: tuple[Demand, ...]
    holds_until: Instant | None
    ended: Ended | None = None


def level_state(
    demands: Iterable[Demand],
    ladders: Sequence[tuple[Instant, Ladder]],
    members: Mapping[str, Sequence[Seat]],
    now: Instant,
) -> LevelState:
    """The level in force now, what is asked for besides, and what it asks of everybody.

    `ladders` are the body's rules, each with the instant from which it holds; one at least holds from the beginning. A
    demand stands no longer than its level lasts at most, whatever it says; one of the future does not count yet.
    """
    council = _Council(_in_order(demands), sorted(ladders, key=lambda one: one[0]), members)
    ladder, standing = council.ladder(now), council.standing(now)
    level = council.rung(now)
    since = None if level is None else council.since(level.rank, now)
    over = council.last_over(now) if level is None else None
    ended = None if over is None else over[0]
    due = () if level is None or since is None else tuple(_due(level, since, now))
    if over is not None:
        due = tuple(_due_afterwards(over[1], over[0].at))
    changes = council.moments() if level is None else {*council.moments(), *_moves(due)}
    newest = ((party, council.newest(party, now)) for party in sorted(council.said))
    return LevelState(
        level=LEVELS[0] if level is None else level.id,
        since=since,
        until=next(
            (at for at in sorted(council.moments()) if at > now and council.rank(at) != council.rank(now)), None
        ),
        demands=tuple(standing[party] for party in sorted(standing)),
        wanting=tuple(_wanting(ladder, standing, 0 if level is None else level.rank)),
        due=due,
        ignored=tuple(one for party, one in newest if one is not None and council.role(party, now) not in DECIDES),
        holds_until=min((at for at in changes if at > now), default=None),
        ended=ended,
    )


def reached(
    demands: Iterable[Demand],
    ladders: Sequence[tuple[Instant, Ladder]],
    members: Mapping[str, Sequence[Seat]],
    level: str,
    after: Instant,
    now: Instant,
) -> Instant | None:
    """When the body first was at that level, or above, from an instant on; None where it was not up to now."""
    council = _Council(_in_order(demands), sorted(ladders, key=lambda one: one[0]), members)
    wanted = LEVELS.index(level)
    moments = sorted({after, *(at for at in council.moments() if after < at <= now)})
    return next((at for at in moments if at <= now and council.rank(at) >= wanted), None)


def _in_order(demands: Iterable[Demand]) -> dict[str, list[Demand]]:
    """What each party said, in the order of its own times; one order, whatever came first."""
    by_party: dict[str, list[Demand]] = defaultdict(list)
    for demand in sorted(set(demands), key=lambda one: (one.at, one.id, one.rank, one.until, one.reason, *_marks(one))):
        by_party[demand.party_ref].append(demand)
    return by_party


def _marks(demand: Demand) -> tuple[bool, bool, int]:
    return demand.affected, demand.political, demand.tlp


@dataclass(frozen=True, slots=True)
class _Council:
    """Everything that was said, by whom, under which rules: how it stood at any instant."""

    said: Mapping[str, Sequence[Demand]]
    ladders: Sequence[tuple[Instant, Ladder]]
    members: Mapping[str, Sequence[Seat]]

    def ladder(self, at: Instant) -> Ladder:
        return [ladder for begins, ladder in self.ladders if begins <= at][-1]

    def role(self, party: str, at: Instant) -> Role | None:
        """As what it decides there then; who sits there twice decides, and chairs, where one of the seats does."""
        roles = {seat.role for seat in self.members.get(party, ()) if seat.holds(at)}
        return next((role for role in (Role.CHAIR, Role.MEMBER) if role in roles), next(iter(sorted(roles)), None))

    def newest(self, party: str, at: Instant) -> Demand | None:
        listed = self.said[party]
        place = bisect_right(listed, at, key=lambda one: one.at)
        return listed[place - 1] if place else None

    def standing(self, at: Instant) -> dict[str, Demand]:
        """The demands of those who decide then that have not ended."""
        ladder = self.ladder(at)
        newest = {party: one for party in self.said if (one := self.newest(party, at)) is not None}
        ended = {party: replace(one, until=_ends(one, ladder)) for party, one in newest.items()}
        return {party: one for party, one in ended.items() if self.role(party, at) in DECIDES and one.until > at}

    def rung(self, at: Instant) -> Rung | None:
        """The level in force then; None at routine."""
        standing = self.standing(at)
        return next((rung for rung in reversed(self.ladder(at).level) if self.meets(rung, standing, at)), None)

    def rank(self, at: Instant) -> int:
        rung = self.rung(at)
        return 0 if rung is None else rung.rank

    def meets(self, rung: Rung, standing: Mapping[str, Demand], at: Instant) -> bool:
        """Whether one of its needs is met by those who ask for it, or for more."""
        asking = [one for one in standing.values() if one.rank >= rung.rank]
        chairs = any(self.role(one.party_ref, at) is Role.CHAIR for one in asking)
        return any(_meets(need, asking, chairs) for need in rung.needs)

    def moments(self) -> set[Instant]:
        """Every instant at which the level can change."""
        found = {begins for begins, _ in self.ladders}
        for listed in self.said.values():
            for one in listed:
                found |= {one.at, one.until, *(_ends(one, ladder) for _, ladder in self.ladders)}
        for seats in self.members.values():
            found |= {at for seat in seats for at in (seat.begins, seat.ends) if at is not None}
        return found

    def since(self, rank: int, now: Instant) -> Instant:
        """The beginning of the time without a gap, up to now, in which a level of that rank or above was in force."""
        began = now
        for at in sorted((at for at in self.moments() if at <= now), reverse=True):
            if self.rank(at) < rank:
                break
            began = at
        return began

    def last_over(self, now: Instant) -> tuple[Ended, Rung] | None:
        """At routine: the last time in which it was not, and the gravest level in it; None where there was none."""
        over, gravest, began = now, None, now
        for at in sorted((at for at in self.moments() if at <= now), reverse=True):
            rung = self.rung(at)
            if rung is None and gravest is not None:
                break
            if rung is None:
                over = at
            elif gravest is None or rung.rank > gravest.rank:
                gravest = rung
            began = at
        return None if gravest is None else (Ended(gravest.id, began, over), gravest)


def _ends(demand: Demand, ladder: Ladder) -> Instant:
    rung = ladder.rung(demand.rank)
    return demand.until if rung is None else min(demand.until, Instant(demand.at + rung.lasts))


def _meets(need: Need, asking: Sequence[Demand], chairs: bool) -> bool:
    return (
        len(asking) >= need.states
        and sum(one.affected for one in asking) >= need.affected
        and sum(one.political for one in asking) >= need.political
        and (chairs or not need.chair)
    )


def _wanting(ladder: Ladder, standing: Mapping[str, Demand], rank: int) -> Iterable[Wanting]:
    for rung in ladder.level:
        by = tuple(sorted(party for party, one in standing.items() if one.rank >= rung.rank))
        if rung.rank > rank and by:
            yield Wanting(rung.id, by, rung.needs)


def _due(rung: Rung, since: Instant, now: Instant) -> Iterable[Due]:
    for ask in rung.asks:
        if not ask.after:
            span = span_of(ask.within or ask.every)
            times = max(1, -(-(now - since) // span)) if ask.every else 1
            every = span if ask.every else 0
            yield Due(ask.what, Instant(since + times * span), since, every, ask.by_sitrep, ask.by_contacts)


def _due_afterwards(rung: Rung, ended: Instant) -> Iterable[Due]:
    for ask in rung.asks:
        if ask.after:
            at = Instant(ended + span_of(ask.after))
            yield Due(ask.what, at, ended, by_contacts=ask.by_contacts)


def _moves(due: Sequence[Due]) -> Iterable[Instant]:
    """When that which is asked again and again is due the next time: just after it was."""
    return (Instant(one.at + 1) for one in due if one.every)
