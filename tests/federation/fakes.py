"""Time that is stepped, and chance that is seeded."""

from __future__ import annotations

from random import Random
from uuid import UUID

from kenesh.basis.instants import Instant, instant_of

MORNING = instant_of("2026-11-25T08:00:00Z")


class FakeClock:
    """Stands still until it is stepped. A node's own may be set wrong."""

    def __init__(self, now: Instant = MORNING) -> None:
        self._now = now
        self.wrong_by = 0

    def now(self) -> Instant:
        return Instant(self._now + self.wrong_by)

    def step(self, microseconds: int) -> None:
        self._now = Instant(self._now + microseconds)


class FakeChance:
    """What it gives depends on the seed, on the time, and on how often it was asked at that time.

    So two nodes of one seed that do the same at the same times draw the same, whatever one of them does besides at
    other times.
    """

    def __init__(self, clock: FakeClock, seed: str) -> None:
        self._clock = clock
        self._seed = seed
        self._asked = (Instant(0), 0)

    def _random(self) -> Random:
        now = self._clock.now()
        self._asked = (now, self._asked[1] + 1 if self._asked[0] == now else 0)
        return Random(f"{self._seed}/{now}/{self._asked[1]}")

    def uuid4(self) -> UUID:
        return UUID(int=self._random().getrandbits(128), version=4)

    def octets(self, count: int) -> bytes:
        return self._random().randbytes(count)

    def below(self, bound: int) -> int:
        return self._random().randrange(bound)


class OwnClock(FakeClock):
    """A node's clock: the common time, and how wrong it is."""

    def __init__(self, common: FakeClock) -> None:
        super().__init__()
        self._common = common

    def now(self) -> Instant:
        return Instant(self._common.now() + self.wrong_by)
