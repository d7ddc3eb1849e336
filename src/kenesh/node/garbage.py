"""When garbage is collected: seldom, in a process that does one thing and ends."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """What was imported stays for good, and a batch of objects is no garbage before it is stored.

    The collector, left as it is, takes a sixth of an import.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
