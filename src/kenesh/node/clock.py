"""The real clock and real chance: the only place where they are asked."""

from __future__ import annotations

import secrets
import time
from uuid import UUID, uuid4

from kenesh.basis.instants import Instant


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1000)


class SystemChance:
    """The operating system's source of randomness."""

    def uuid4(self) -> UUID:
        return uuid4()

    def octets(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def below(self, bound: int) -> int:
        return secrets.randbelow(bound)
