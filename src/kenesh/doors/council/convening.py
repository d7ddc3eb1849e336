"""What a page of sittings shows: what is still to come first, and what this party may do with each."""

from __future__ import annotations

from dataclasses import dataclass

from kenesh.doors.alerting import bodies_seen
from kenesh.doors.said import one_named
from kenesh.doors.services import Services
from kenesh.doors.sitting import SeenSittings, all_sittings
from kenesh.holdings.holding import Way
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response.sittings import Attendance, Coming, SittingState, Standing


@dataclass(frozen=True, slots=True)
class ShownSitting:
    """A sitting of a body, and what of it is this party's to do."""

    seen: SeenSittings
    state: SittingState

    @property
    def id(self) -> str:
        return self.state.sitting.id

    @property
    def is_to_come(self) -> bool:
        """Whether it is planned, or sits now."""
        return self.state.standing in (Standing.PLANNED, Standing.SITS)

    @property
    def is_own(self) -> bool:
        """Whether this party called it."""
        return self.state.sitting.by_ref == self.seen.own_ref

    @property
    def ours(self) -> Attendance | None:
        """What this party says of it; None where it is not asked."""
        return next((one for one in self.state.parties if one.party_ref == self.seen.own_ref), None)

    @property
    def may_answer(self) -> bool:
        return self.is_to_come and self.ours is not None

    @property
    def waits(self) -> bool:
        """Whether this party is asked, and has not said whether it comes."""
        asked = self.ours is not None and self.ours.coming is Coming.SILENT
        return asked and self.state.standing is Standing.PLANNED

    def count(self, coming: str) -> int:
        """How many parties say so."""
        return sum(one.coming == coming for one in self.state.parties)


def sittings_shown(services: Services, reader: Reader) -> Released[tuple[ShownSitting, ...]]:
    """Every sitting that the reader sees: the next first, and after what is still to come the latest."""
    found = all_sittings(services, reader, named=True)
    with services.reading() as tx:
        ways = bodies_seen(tx, services, reader)

    def shaped(ways: tuple[Way, ...]) -> tuple[ShownSitting, ...]:
        refs = {held.id for held, _ in ways}
        every = (ShownSitting(seen, one) for seen in found if seen.body_ref in refs for one in seen.sittings)
        return tuple(sorted(every, key=_order))

    return ways.map(shaped)


def sitting_shown(services: Services, reader: Reader, name: str) -> Released[ShownSitting]:
    """One of them, by its id or how that begins.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """

    def named(found: tuple[ShownSitting, ...]) -> ShownSitting:
        return one_named(found, name, lambda one: one.id, "sitting", "`kenesh sitting list` tells the ids.")

    return sittings_shown(services, reader).map(named)


def _order(shown: ShownSitting) -> tuple[int, int, str]:
    begins_at = shown.state.sitting.begins_at
    return (0, begins_at, shown.id) if shown.is_to_come else (1, -begins_at, shown.id)
