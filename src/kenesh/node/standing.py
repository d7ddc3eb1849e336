"""What a served node does again and again must outlive what goes wrong once, foreseen or not."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kenesh.basis.problem import Problem


@dataclass(slots=True)
class Trial:
    """One time that it was done."""

    failed: bool = False


@contextmanager
def going_on(what: str) -> Iterator[Trial]:
    """Says on standard error what went wrong, and goes on; where in the code, if nobody foresaw it."""
    trial = Trial()
    try:
        yield trial
    except Problem as problem:
        trial.failed = True
        print(f"{what}: {problem.sentence()}", file=sys.stderr, flush=True)
    except Exception as error:  # noqa: BLE001  # a thread that ends here ends what the node is for
        trial.failed = True
        print(f"{what}: something went wrong that nobody foresaw. It is tried again.", file=sys.stderr, flush=True)
        traceback.print_exception(error, limit=-8, file=sys.stderr)
