"""The alert level of a body: a pure function of what its members ask for, of its rules, and of now.

Each party asks for a level until an instant, and says it anew to renew or lower it; nobody sets another's. In force is
the highest level of which a need is met by those whose demands stand. So it falls by itself when demands end, and who
carried it can let it fall. The order in which statements came changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant, span_of
from kenesh.parties.bodies import Role
from kenesh.response.alerts import LEVELS
from kenesh.response.ladder import Ladder, Need, Rung

#: Who decides in a body; the word of others is shown, and counts for nothing.
DECIDES = frozenset((Role.MEMBER, Role.CHAIR))


@dataclass(frozen=True, slots=True)
class Demand:
    """One version of what a party asks for. `at` orders its own; `until` it stands, if nothing is said anew.

    Attributes:
        affected: it is hit itself. political: its political representatives have decided it.
    """

    id: str
    party_ref: str
    level: str
    reason: str
    at: Instant
    until: Instant
    affected: bool = False
    political: bool = False

    @property
    def rank(self) -> int:
        return LEVELS.index(self.level)


@dataclass(frozen=True, slots=True)
class Due:
    """What the level asks of everybody, and by when (next)."""

    what: str
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
        since: from when its need has been met without a gap; None at routine.
        demands: those that stand, by party. ignored: the newest words of those who do not decide here.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    level: str
    since: Instant | None
    demands: tuple[Demand, ...]
    wanting: tuple[Wanting, ...]
    due: tuple[Due, ...]
    ignored: tuple[Demand, ...]
    holds_until: Instant | None


def level_state(demands: Iterable[Demand], ladder: Ladder, members: Mapping[str, Role], now: Instant) -> LevelState:
    """The level in force now, what is asked for besides, and what it asks of everybody.

    A demand stands no longer than its level lasts at most, whatever it says; one of the future does not count yet.
    """
    by_party: dict[str, list[Demand]] = defaultdict(list)
    for demand in sorted(set(demands), key=lambda one: (one.at, one.id, one.rank, one.until, one.reason)):
        by_party[demand.party_ref].append(demand)
    said = {party: [one for one in listed if one.at <= now] for party, listed in by_party.items()}
    newest = {party: listed[-1] for party, listed in said.items() if listed}
    standing = {
        party: one for party, one in newest.items() if members.get(party) in DECIDES and _ends(one, ladder) > now
    }
    level = max((r for r in ladder.level if _is_met(r, standing, members)), key=lambda r: r.rank, default=None)
    since = None if level is None else _since(level, ladder, said, standing, members)
    changes = [_ends(one, ladder) for one in standing.values()]
    changes += [one.at for listed in by_party.values() for one in listed if one.at > now]
    return LevelState(
        level=LEVELS[0] if level is None else level.id,
        since=since,
        demands=tuple(standing[party] for party in sorted(standing)),
        wanting=tuple(_wanting(ladder, standing, 0 if level is None else level.rank)),
        due=() if level is None or since is None else tuple(_due(level, since, now)),
        ignored=tuple(one for party, one in sorted(newest.items()) if members.get(party) not in DECIDES),
        holds_until=min(changes, default=None),
    )


def _ends(demand: Demand, ladder: Ladder) -> Instant:
    rung = ladder.rung(demand.rank)
    return demand.until if rung is None else min(demand.until, Instant(demand.at + rung.lasts))


def _is_met(rung: Rung, standing: Mapping[str, Demand], members: Mapping[str, Role]) -> bool:
    asking = [one for one in standing.values() if one.rank >= rung.rank]
    return any(_meets(need, asking, members) for need in rung.needs)


def _meets(need: Need, asking: Sequence[Demand], members: Mapping[str, Role]) -> bool:
    return (
        len(asking) >= need.states
        and sum(one.affected for one in asking) >= need.affected
        and sum(one.political for one in asking) >= need.political
        and (not need.chair or any(members[one.party_ref] is Role.CHAIR for one in asking))
    )


def _since(
    rung: Rung,
    ladder: Ladder,
    said: Mapping[str, Sequence[Demand]],
    standing: Mapping[str, Demand],
    members: Mapping[str, Role],
) -> Instant:
    """The first instant from which those who ask now were enough, each having asked ever since."""
    began = {p: _began(said[p], rung, ladder) for p, one in standing.items() if one.rank >= rung.rank}
    moments = sorted(began.values())
    for moment in moments:
        there = {party: standing[party] for party, at in began.items() if at <= moment}
        if _is_met(rung, there, members):
            return moment
    return moments[-1]


def _began(said: Sequence[Demand], rung: Rung, ladder: Ladder) -> Instant:
    """Since when a party has asked for that level or more without a gap."""
    began = said[-1].at
    for later, earlier in zip(reversed(said), reversed(said[:-1]), strict=False):
        if earlier.rank < rung.rank or _ends(earlier, ladder) < later.at:
            break
        began = earlier.at
    return began


def _wanting(ladder: Ladder, standing: Mapping[str, Demand], rank: int) -> Iterable[Wanting]:
    for rung in ladder.level:
        by = tuple(sorted(party for party, one in standing.items() if one.rank >= rung.rank))
        if rung.rank > rank and by:
            yield Wanting(rung.id, by, rung.needs)


def _due(rung: Rung, since: Instant, now: Instant) -> Iterable[Due]:
    for ask in rung.asks:
        span = span_of(ask.within or ask.every)
        times = max(1, -(-(now - since) // span)) if ask.every else 1
        yield Due(ask.what, Instant(since + times * span))
