"""What a served node does again and again must outlive what goes wrong once, foreseen or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kenesh.basis.problem import Problem
from kenesh.doors.journal import Journal


@dataclass(slots=True)
class Trial:
    """One time that it was done."""

    failed: bool = False


@contextmanager
def going_on(what: str, journal: Journal) -> Iterator[Trial]:
    """Says in the journal what went wrong, and goes on; where in the code, if nobody foresaw it."""
    trial = Trial()
    try:
        yield trial
    except Problem as problem:
        trial.failed = True
        journal.tell("failed", f"{what}: {problem.sentence()}")
    except Exception as error:  # noqa: BLE001  # a thread that ends here ends what the node is for
        trial.failed = True
        journal.unforeseen(f"{what}: something went wrong that nobody foresaw. It is tried again.", error)
