"""One session of reading a peer, fed messages: it says what to ask next, and takes the answer. No socket, no store.

Control twins are read first, then content; each collection until a page is empty, which also tells the peer how far
this node has come. Source: TAXII 2.1 §3.4, §5.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.instants import instant_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, Problem, UnreachableProblem, UntrustedProblem, UsageProblem
from kenesh.federation.ports import Answer
from kenesh.stix.reading import MAX_OBJECT_OCTETS
from kenesh.stix.register import Channel
from kenesh.taxii.envelope import read_envelope
from kenesh.taxii.paging import MAX_PAGE

API_ROOT: Final = "/taxii2/kenesh/"
#: So many pages are read in one session; a peer that has ever more of them is left for the next.
MAX_PAGES: Final = 2_000
#: A page may be one object of any size that is read, and the envelope around it.
MAX_PAGE_READ_OCTETS: Final = MAX_OBJECT_OCTETS + 64 * 1024
_MAX_STAMP: Final = 40
_LAST: Final = "x-taxii-date-added-last"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A collection that may be there for this node, and how far it has read it."""

    collection_id: str
    audience_ref: str
    channel: Channel
    added_after: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """A page to apply: the objects' octets, and the cursor to keep in the same transaction."""

    wanted: Wanted
    objects: tuple[bytes, ...]
    added_after: str


class _ListedCollection(msgspec.Struct):
    id: str
    can_read: bool = False


class _Listed(msgspec.Struct):
    collections: list[_ListedCollection] = []


class Session:
    """A reading session. Ask `next_path` until it gives None; hand each answer to `receive`."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = {w.collection_id: w for w in wanted}
        self._queue: list[Wanted] | None = None
        self._pages = 0
        self._broken_off = set[str]()
        self.problems: list[str] = []

    @property
    def read(self) -> set[str]:
        """The collections of which this session, once it is over, leaves nothing that was there when it was asked."""
        return self._wanted.keys() - self._broken_off

    def next_path(self) -> str | None:
        """What to get next; None when everything is read."""
        if self._queue is None:
            return f"{API_ROOT}collections/"
        if not self._queue:
            return None
        wanted = self._queue[0]
        after = f"&added_after={quote(wanted.added_after)}" if wanted.added_after else ""
        return f"{API_ROOT}collections/{wanted.collection_id}/objects/?match%5Bversion%5D=all&limit={MAX_PAGE}{after}"

    def receive(self, answer: Answer) -> Received | None:
        """The page to apply, if the answer holds one.

        Raises:
            UntrustedProblem: the peer does not know this node. UnreachableProblem: it cannot answer now.
        """
        if self._queue is None:
            _check_status(answer)
            self._queue = self._readable(answer)
            return None
        wanted = self._queue[0]
        if answer.status == 404:
            # The term ended between the list and the page: nothing to read there.
            self._queue.pop(0)
            return None
        try:
            # What is wrong with one collection stops none of the others.
            _check_status(answer)
            return self._page(wanted, answer)
        except UntrustedProblem:
            raise
        except Problem as problem:
            self.problems.append(f"{wanted.channel} of {wanted.audience_ref}: {problem.detail}")
            self._broken_off.add(wanted.collection_id)
            self._queue.pop(0)
            return None

    def _page(self, wanted: Wanted, answer: Answer) -> Received | None:
        assert self._queue is not None
        envelope = read_envelope(answer.body, max_octets=MAX_PAGE_READ_OCTETS)
        if not envelope.objects:
            self._queue.pop(0)
            return None
        last = _later(answer.headers.get(_LAST), wanted.added_after)
        self._pages += 1
        if self._pages > MAX_PAGES:
            raise DamagedProblem(f"It goes on after {MAX_PAGES} pages; the rest is read another time.")
        self._queue[0] = Wanted(wanted.collection_id, wanted.audience_ref, wanted.channel, last)
        return Received(wanted, envelope.objects, last)

    def _readable(self, answer: Answer) -> list[Wanted]:
        try:
            listed = msgspec.json.decode(answer.body, type=_Listed)
        except UNREADABLE as error:
            raise UnreachableProblem(f"The list of collections cannot be read: {error}.") from None
        there = {c.id for c in listed.collections if c.can_read}
        order = {Channel.CONTROL: 0, Channel.CONTENT: 1}
        return sorted((w for i, w in self._wanted.items() if i in there), key=lambda w: order[w.channel])


def _later(last: str | None, added_after: str | None) -> str:
    """The stamp of the page's last object, if it leads on.

    Raises:
        DamagedProblem: it is missing, or no timestamp, or no later than the one before, and would lead in circles.
    """
    if last is None:
        raise DamagedProblem("The page does not say when its last object was added.")
    try:
        if len(last) > _MAX_STAMP or (added_after is not None and instant_of(last) <= instant_of(added_after)):
            raise DamagedProblem("The page says of its last object that it was added before it was asked for.")
        instant_of(last)
    except UsageProblem:
        raise DamagedProblem("The page does not say when its last object was added.") from None
    return last


def _check_status(answer: Answer) -> None:
    if answer.status == 200:
        return
    said = _description(answer)
    if answer.status in (401, 403):
        # What to do about it the peer says itself: it alone knows whether it is the card, the clock or the token.
        raise UntrustedProblem(f"The peer refuses this node: {said}")
    raise UnreachableProblem(f"The peer answers with status {answer.status}: {said}")


def _description(answer: Answer) -> str:
    try:
        error: Mapping[str, object] = msgspec.json.decode(answer.body[:10_000], type=dict[str, object])
    except UNREADABLE:
        return "it says nothing more."
    return visible(str(error.get("description") or error.get("title") or "it says nothing more."), 400)
