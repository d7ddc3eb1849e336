"""Throttling: so many failed tries of one key within a while, in memory that is bounded, by the caller's clock."""

from __future__ import annotations

import threading
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from kenesh.basis.instants import MINUTE, Instant

WINDOW: Final = 15 * MINUTE
MOST_KEYS: Final = 10_000


class Throttle:
    """Counts the tries of each key. Where more keys come than are kept, the one tried longest ago is forgotten."""

    def __init__(self, tries: int, window: int = WINDOW, most_keys: int = MOST_KEYS) -> None:
        self._tries, self._window, self._most_keys = tries, window, most_keys
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[int, Instant]] = OrderedDict()

    def take(self, key: str, now: Instant) -> bool:
        """Whether one more try is allowed now; it counts from now on, before it is known how it ends."""
        with self._lock:
            count, since = self._known.pop(key, (0, now))
            if not 0 <= now - since < self._window:
                count, since = 0, now
            self._known[key] = (min(count + 1, self._tries + 1), since)
            while len(self._known) > self._most_keys:
                self._known.popitem(last=False)
            return count < self._tries

    def forgive(self, key: str) -> None:
        """The tries of the key were its owner's."""
        with self._lock:
            self._known.pop(key, None)


def network_of(address: str) -> str:
    """The address, or of IPv6 the /64, which is one subscriber's."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)
