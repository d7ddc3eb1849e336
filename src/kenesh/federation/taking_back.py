"""Asking a feed's server to delete what was withdrawn here, as far as it lets anybody delete.

A server that is no node of ours knows of no withdrawal. What it will not delete is remembered and told: its keeper must
be asked, and nobody may believe that it is gone.

Source: TAXII 2.1 §5.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import quote, urlencode

from kenesh.basis.chance import Clock
from kenesh.basis.problem import UntrustedProblem
from kenesh.federation.leftovers import Withdrawn
from kenesh.federation.ports import Answer, Feed, FeedLine, Store
from kenesh.stix.register import Channel

#: So many are looked up at once.
_BATCH: Final = 500
#: A server that answers so has no DELETE at all: it is not asked for each object.
_NEVER: Final = frozenset({405, 501})
#: What is not there any more need not be deleted.
_GONE: Final = frozenset({404, 410})

#: Asks a server with patience: again, and later, where it is busy or fails for the moment.
Patiently = Callable[[Feed, Callable[[], Answer]], Answer]


class TakingBack:
    """Takes back, from one feed's server at a time, what was pushed to it and withdrawn since."""

    def __init__(self, store: Store, clock: Clock, patiently: Patiently) -> None:
        self._store = store
        self._clock = clock
        self._patiently = patiently

    def take_back(self, feed: Feed, line: FeedLine) -> tuple[int, int]:
        """Gives how many versions were deleted there, and how many could not be. What was asked is not asked again.

        Raises:
            UnreachableProblem, UntrustedProblem: the server cannot be asked now; what is left waits for the next time.
        """
        deleted = left = 0
        has_delete = True
        while waiting := self._waiting(feed):
            for versions in _requests(waiting):
                status = self._status(feed, line, versions[0]) if has_delete else min(_NEVER)
                has_delete = has_delete and status not in _NEVER
                is_gone = status == 0 or 200 <= status < 300
                deleted, left = deleted + is_gone * len(versions), left + (not is_gone) * len(versions)
                with self._store.writing() as tx:
                    answers = [(version.stamp, 0 if is_gone else status) for version in versions]
                    tx.taken_back.note(feed.name, answers, self._clock.now())
        return deleted, left

    def _waiting(self, feed: Feed) -> list[Withdrawn]:
        with self._store.reading() as tx:
            collection = next(
                (
                    one.num
                    for one in tx.grants.collections()
                    if one.audience.ref == feed.carries and one.channel is Channel.CONTENT
                ),
                None,
            )
            return [] if collection is None else tx.taken_back.waiting(feed.name, collection, feed.pushed, _BATCH)

    def _status(self, feed: Feed, line: FeedLine, version: Withdrawn) -> int:
        """The status of the answer; 0 where nothing is there, or nothing can be named that should go."""
        if not version.is_whole and version.modified is None:
            # Another statement of the same cyber-observable is released: in TAXII they are one object, and it stays.
            return 0
        match = "all" if version.is_whole else version.modified
        path = f"objects/{quote(version.object_id)}/?{urlencode({'match[version]': match})}"
        answer = self._patiently(feed, lambda: line.delete(path))
        if answer.status == 401:
            raise UntrustedProblem(f"{feed.name} lets nobody in with these credentials (status 401).")
        return 0 if answer.status in _GONE else answer.status


def _requests(waiting: Sequence[Withdrawn]) -> Iterator[list[Withdrawn]]:
    """What one request deletes: an object with all of its versions, or one version that was given several times."""

    def named(version: Withdrawn) -> tuple[str, str]:
        return version.object_id, "" if version.is_whole else version.modified or ""

    return (list(group) for _, group in groupby(sorted(waiting, key=named), key=named))
