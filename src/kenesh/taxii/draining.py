"""Draining a collection of any TAXII 2.1 server: what to ask next, and what an answer means. No socket, no store.

Servers differ. Some give `next` and no dates, some dates and no `next`, some a date that goes back; an answer may say
that there is more and stop. Whatever a server does, draining comes to an end and takes nothing for read that was not.

Source: TAXII 2.1 §3.2 (dates), §3.5 (paging), §5.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from kenesh.basis.instants import instant_of
from kenesh.basis.problem import Problem, UnreachableProblem
from kenesh.taxii.envelope import Envelope

LAST: Final = "x-taxii-date-added-last"
#: So many pages are drained at once; a collection that has ever more is left for the next time.
MAX_PAGES: Final = 10_000
_MAX_TIMESTAMP: Final = 40


@dataclass(frozen=True, slots=True)
class Drain:
    """How far a collection is drained.

    Attributes:
        added_after: what is asked for; the last date that the server gave before this drain began, or in it.
        cursor: the last date that it gave, kept for the next time; None before the first.
        next: the server's token, with which the same question goes on.
    """

    added_after: str | None
    cursor: str | None = None
    next: str | None = None
    pages: int = 0
    done: bool = False

    @classmethod
    def begun(cls, cursor: str | None) -> Drain:
        """A drain that goes on where the last one ended."""
        return cls(added_after=cursor, cursor=cursor)

    def query(self, limit: int) -> str:
        """The query of the next request."""
        asked = {"added_after": self.added_after, "limit": str(limit), "next": self.next}
        return urlencode({name: value for name, value in asked.items() if value is not None})

    def after(self, envelope: Envelope, headers: Mapping[str, str]) -> Drain:
        """The drain once this page is taken in.

        Raises:
            UnreachableProblem: there is more, and the server does not say where, or says the same place again.
        """
        last = _date(headers)
        moved = last is not None and (self.cursor is None or instant_of(last) > instant_of(self.cursor))
        cursor = last if moved else self.cursor
        pages = self.pages + 1
        if not envelope.more or pages >= MAX_PAGES:
            return replace(self, cursor=cursor, next=None, pages=pages, done=True)
        if envelope.next is not None:
            if envelope.next == self.next and not moved:
                raise UnreachableProblem("It says `next` to the same place again and again; reading was stopped there.")
            return replace(self, cursor=cursor, next=envelope.next, pages=pages)
        if not moved:
            raise UnreachableProblem("It says that there is more, and neither `next` nor a later date leads there.")
        return replace(self, added_after=cursor, cursor=cursor, next=None, pages=pages)


def _date(headers: Mapping[str, str]) -> str | None:
    """The date of the last object on the page, if it is one."""
    text = headers.get(LAST, "").strip()[:_MAX_TIMESTAMP]
    try:
        instant_of(text)
    except Problem:
        return None
    return text
