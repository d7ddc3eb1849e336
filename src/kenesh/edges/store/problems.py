"""What a database says when it cannot, as a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from kenesh.basis.problem import Problem, StoreProblem, UnreachableProblem

BUSY_TIMEOUT_S: Final = 30

#: By what stands in the words of SQLite or PostgreSQL: the sentence, and the next step. The first that fits counts.
_SENTENCES: Final = (
    (("disk is full", "No space left"),
     "The disk is full; nothing was changed.", "Make room on the disk that holds the store, then repeat."),
    (("disk I/O error", "Input/output error"),
     "The disk that holds the store fails; nothing was changed.", "Look at the disk, then repeat."),
    (("is locked", "lock timeout"),
     f"Another process has held the store for more than {BUSY_TIMEOUT_S} s.", "Wait for it, then repeat."),
    (("readonly", "read-only"),
     "The store can be read and not written.", "Look at its owner and permissions, and whether the disk takes writes."),
    (("unable to open",), "The store cannot be opened.", "Look at the folder's owner and permissions."),
    (("not a database", "malformed"),
     "The store is damaged, or the file is no store.", "Keep a copy of it, then restore a backup."),
)  # fmt: skip


@contextmanager
def as_problems(is_sqlite: bool) -> Iterator[None]:
    """What a database says, as a `Problem`.

    Raises:
        StoreProblem: it cannot do this. UnreachableProblem: it does not answer.
    """
    try:
        yield
    except NoConnectionLeft as error:
        raise StoreProblem("Too many ask the store at once.", advice="Wait a little, then repeat.") from error
    except DBAPIError as error:
        raise _problem(str(error.orig), is_gone=not is_sqlite and _is_gone(error)) from error


def _is_gone(error: DBAPIError) -> bool:
    """Whether PostgreSQL could not be reached, or broke off: a refusal of its own has a code, shutting down is 57P."""
    code = str(getattr(error.orig, "sqlstate", None) or "57P")
    return error.connection_invalidated or (
        isinstance(error, (OperationalError, InterfaceError)) and code.startswith("57P")
    )


def _problem(said: str, *, is_gone: bool) -> Problem:
    for words, sentence, advice in _SENTENCES:
        if any(word in said for word in words):
            return StoreProblem(sentence, advice=advice)
    first = next(iter(said.strip().splitlines()), "no answer").rstrip(".")
    if is_gone:
        return UnreachableProblem(
            f"The database does not answer: {first}.", advice="Start it, or look at `database` in kenesh.toml."
        )
    return StoreProblem(f"The store refused: {first}.")
