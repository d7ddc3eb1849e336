"""What a page of proposals shows: what waits for this party first, and what this party may do with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.problem import UnknownProblem
from kenesh.council.kinds import Procedure, Stance
from kenesh.council.values import Outcome, Rules, Taken
from kenesh.doors.alerting import bodies_seen
from kenesh.doors.council.seeing import SeenProposal, one_proposal, proposals, rules_seen
from kenesh.doors.services import Services
from kenesh.holdings.holding import Way
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

#: While it stands so, and its deadline has not passed, a position may change what comes of it.
RUNNING: Final = (Outcome.OPENING, Outcome.OPEN, Outcome.BROKEN)


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """A proposal, and what of it is this party's to do."""

    seen: SeenProposal

    @property
    def is_running(self) -> bool:
        """Whether a position on it may still be taken."""
        return self.seen.state.outcome in RUNNING and self.seen.at < self.seen.state.deadline

    @property
    def is_own(self) -> bool:
        """Whether this party made it."""
        return self.seen.state.proposal.by_ref == self.seen.own_ref

    @property
    def waits(self) -> bool:
        """Whether this party decides on it and has said nothing: its silence counts."""
        return self.is_running and self.seen.decides and self.seen.own is None and not self.is_own

    @property
    def may_take(self) -> bool:
        """Whether this party may take a position on it now, or another than before."""
        return self.is_running and self.seen.decides

    @property
    def may_change(self) -> bool:
        """Whether this party may extend or withdraw it."""
        return self.is_own and self.is_running

    @property
    def may_notify(self) -> bool:
        """Whether there is somebody whom this party, who made it, may tell otherwise."""
        return self.may_change and bool(self.seen.state.missing)

    @property
    def may_certify(self) -> bool:
        """Whether it is adopted, and this party's to certify."""
        return self.seen.state.is_provisional and self.seen.depositary == self.seen.own_ref

    @property
    def stances(self) -> tuple[Stance, ...]:
        """What this party may say of it: whoever proposed a text withdraws it, and does not object."""
        breaks = (Stance.OBJECT, Stance.AMEND)
        return tuple(one for one in Stance if not (self.is_own and one in breaks))

    @property
    def against(self) -> tuple[Taken, ...]:
        """The objections and amendments that count, as far as is known."""
        found = (one for one in self.seen.state.taken if one.position.stance in (Stance.OBJECT, Stance.AMEND))
        return tuple(one for one in found if one.in_time or (self.is_running and one.delivered))

    def support(self) -> int:
        """How many support it, in time."""
        return sum(one.in_time and one.position.stance is Stance.SUPPORT for one in self.seen.state.taken)


@dataclass(frozen=True, slots=True)
class DecidingBody:
    """A body that the reader sees; `rules`: the newest by which it decides, None where its keeper has stated none."""

    ref: str
    name: str
    rules: Rules | None

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """By which it decides."""
        return tuple(one for one in Procedure if self.rules is not None and self.rules.knows(one))


def proposals_shown(services: Services, reader: Reader) -> Released[tuple[ShownProposal, ...]]:
    """Every proposal that the reader sees: what waits for a position, then what runs by its deadline, then the rest."""
    found = proposals(services, reader)
    return _of_bodies(services, reader, found).map(lambda seen: tuple(sorted(seen, key=_order)))


def proposal_shown(services: Services, reader: Reader, name: str) -> Released[ShownProposal]:
    """One of them.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    shown = _of_bodies(services, reader, [one_proposal(services, reader, name)])
    if not shown.value:
        raise UnknownProblem(f"There is no proposal '{name[:80]}' here.")
    return shown.map(lambda seen: seen[0])


def bodies_deciding(services: Services, reader: Reader) -> Released[tuple[DecidingBody, ...]]:
    """The bodies that the reader sees, by name, each with the rules in force."""

    def shaped(ways: tuple[Way, ...]) -> tuple[DecidingBody, ...]:
        named = {held.id: held.name or held.id for held, _ in ways}
        every = (DecidingBody(ref, name, _newest(rules_seen(tx, services, reader, ref))) for ref, name in named.items())
        return tuple(sorted(every, key=lambda one: (one.name, one.ref)))

    services.bring_up_to_date()
    with services.reading() as tx:
        return bodies_seen(tx, services, reader).map(shaped)


def _newest(rules: Sequence[Rules]) -> Rules | None:
    return max(rules, key=lambda one: one.version, default=None)


def _of_bodies(
    services: Services, reader: Reader, found: Sequence[SeenProposal]
) -> Released[tuple[ShownProposal, ...]]:
    """Those of a body that the reader still sees."""
    with services.reading() as tx:
        ways = bodies_seen(tx, services, reader)

    def shaped(ways: tuple[Way, ...]) -> tuple[ShownProposal, ...]:
        refs = {held.id for held, _ in ways}
        return tuple(ShownProposal(seen) for seen in found if seen.body_ref in refs)

    return ways.map(shaped)


def _order(shown: ShownProposal) -> tuple[int, int, str]:
    deadline = shown.seen.state.deadline
    if shown.waits or shown.may_certify:
        return 0, deadline, shown.seen.id
    return (1, deadline, shown.seen.id) if shown.is_running else (2, -deadline, shown.seen.id)
