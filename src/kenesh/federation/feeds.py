"""Feeds: collections of TAXII 2.1 servers that are no nodes of ours, drained into this node and filled from it.

What a feed brings is an import: given by nobody's node and proved by nobody, held under the feed's own label where it
is unmarked. What goes out is what was released to the audience for which the feed stands, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.chance import Clock
from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, Problem, UnreachableProblem, UntrustedProblem
from kenesh.federation.looking import Found, collections_at
from kenesh.federation.ports import Answer, Feed, FeedLine, FeedLines, Store, Transaction
from kenesh.federation.taking_back import TakingBack
from kenesh.holdings.feed import page, view_of
from kenesh.holdings.importing import Importing, ImportOutcome
from kenesh.holdings.pages import Page, PageQuery
from kenesh.holdings.rows import Source
from kenesh.parties.own import Own
from kenesh.release.audience import PUBLIC, collection_id
from kenesh.release.decision import Released
from kenesh.release.reader import NOBODY, peer_reader
from kenesh.stix.files import Piece
from kenesh.stix.register import Channel
from kenesh.taxii.draining import Drain
from kenesh.taxii.envelope import Envelope, envelope_bytes, read_envelope
from kenesh.taxii.paging import MAX_PAGE

#: So often one question is asked before it is given up, and so long is waited between two.
ATTEMPTS: Final = 6
_WAITS_S: Final = (1, 2, 4, 8, 16)
#: A server that asks for more patience than this is left until the next time.
MAX_WAIT_S: Final = 120
#: A page that does not come whole is asked for again smaller, down to so many.
_LEAST_PAGE: Final = 50
_TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSED: Final = frozenset({401, 403, 404})


@dataclass(slots=True)
class FeedReport:
    """What came of asking one feed. Of what was withdrawn so many were `deleted` there, and so many are `left`."""

    feed: str
    received: int = 0
    outcome: ImportOutcome | None = None
    pushed: int = 0
    failed: int = 0
    deleted: int = 0
    left: int = 0
    problem: Problem | None = None
    remarks: list[str] = field(default_factory=list)


class _Status(msgspec.Struct):
    failure_count: int = 0


class Feeds:
    """Drains and fills feeds, each by one process at a time. `pause` waits so many seconds."""

    def __init__(
        self,
        own: Own,
        store: Store,
        importing: Importing,
        lines: FeedLines,
        clock: Clock,
        pause: Callable[[float], None],
        turn: Callable[[str], AbstractContextManager[bool]],
    ) -> None:
        self._own = own
        self._store = store
        self._importing = importing
        self._lines = lines
        self._clock = clock
        self._pause = pause
        self._turn = turn
        self._taking_back = TakingBack(store, clock, self._patiently)

    def drain(self, feed: Feed) -> FeedReport:
        """Reads everything new; each page is kept together with how far was read, so that it goes on from there."""
        report = FeedReport(feed.name)
        try:
            with self._mine(feed), self._lines.open(feed) as line:
                self._drain(feed, line, report)
        except Problem as problem:
            report.problem = problem
        with self._store.writing() as tx:
            if report.outcome is not None:
                self._importing.finish(tx, report.outcome)
            tx.feeds.note(feed.name, self._clock.now(), report.problem.detail if report.problem else "")
        return report

    @contextmanager
    def _mine(self, feed: Feed) -> Iterator[None]:
        with self._turn(f"feed-{feed.name}") as mine:
            if not mine:
                raise UnreachableProblem(f"Another process is at {feed.name} just now.", advice="Wait for it.")
            yield

    def _drain(self, feed: Feed, line: FeedLine, report: FeedReport) -> None:
        drain, limit = Drain.begun(feed.added_after), MAX_PAGE
        source = f"feed {feed.name}"
        while not drain.done:
            answer, envelope, limit = self._page(feed, line, drain, limit)
            drain = drain.after(envelope, answer.headers)
            pieces = [Piece(f"page {drain.pages}: objects[{n}]", raw) for n, raw in enumerate(envelope.objects)]
            read = self._importing.read(pieces)
            with self._store.writing() as tx:
                if report.outcome is None and pieces:
                    report.outcome = self._importing.begin(tx, source, feed.url, feed.licence)
                if report.outcome is not None:
                    given = Source(
                        self._own.ref, self._own.ref, feed.label, import_num=report.outcome.num, person=source
                    )
                    self._importing.take(tx, read, given, report.outcome)
                if drain.cursor is not None:
                    tx.feeds.advance(feed.name, drain.cursor)
            report.received += len(pieces)
        if drain.cursor is None and report.received:
            report.remarks.append("The server gives no date with its pages: each time all is read anew.")

    def _page(self, feed: Feed, line: FeedLine, drain: Drain, limit: int) -> tuple[Answer, Envelope, int]:
        """One page; what did not come whole is asked for again, smaller."""
        for attempt in range(ATTEMPTS):
            try:
                answer = line.get(f"objects/?{drain.query(limit)}")
                _refuse(feed, answer)
                if answer.status not in _TRANSIENT:
                    return answer, _envelope(feed, answer), limit
                problem: Problem = UnreachableProblem(f"{feed.name} answers with {answer.status}.")
                wait = _retry_after(answer)
            except (UnreachableProblem, DamagedProblem) as found:
                problem, wait = found, None
                limit = max(limit // 2, _LEAST_PAGE)
            if attempt + 1 < ATTEMPTS:
                self._wait(feed, _WAITS_S[attempt] if wait is None else wait)
        raise problem

    def _wait(self, feed: Feed, seconds: float) -> None:
        if seconds > MAX_WAIT_S:
            raise UnreachableProblem(f"{feed.name} asks to be left alone for {seconds:.0f} s.")
        self._pause(seconds)

    def look(self, feed: Feed, secret: str) -> list[Found]:
        """The collections of the feed's server, or of the discovery or API root at its address."""
        with self._lines.open(feed, secret) as line:
            return collections_at(line, feed.url)

    def push(self, feed: Feed) -> FeedReport:
        """Takes back what was withdrawn, then posts what was released since; what was taken is not sent again."""
        report = FeedReport(feed.name)
        try:
            with self._mine(feed), self._lines.open(feed) as line:
                report.deleted, report.left = self._taking_back.take_back(feed, line)
                self._push(feed, line, report)
        except Problem as problem:
            report.problem = problem
        return report

    def _push(self, feed: Feed, line: FeedLine, report: FeedReport) -> None:
        after, limit = feed.pushed, MAX_PAGE
        while True:
            with self._store.reading() as tx:
                sending = self._content(tx, feed, after, limit).value
            if sending.last is None:
                return
            body = envelope_bytes(sending.content)
            answer = self._patiently(feed, partial(line.post, "objects/", body))
            _refuse(feed, answer)
            if answer.status == 413 and limit > 1:
                limit = max(1, min(limit, sending.count) // 2)
                continue
            if answer.status != 202:
                raise UnreachableProblem(f"{feed.name} did not take the objects (status {answer.status}).")
            failed = _failures(answer)
            report.pushed, report.failed = report.pushed + sending.count - failed, report.failed + failed
            after = sending.last
            with self._store.writing() as tx:
                tx.feeds.advance_push(feed.name, after)

    def _patiently(self, feed: Feed, ask: Callable[[], Answer]) -> Answer:
        for attempt in range(ATTEMPTS):
            answer = ask()
            if answer.status not in _TRANSIENT or attempt + 1 == ATTEMPTS:
                return answer
            wait = _retry_after(answer)
            self._wait(feed, _WAITS_S[attempt] if wait is None else wait)
        raise AssertionError("the last attempt returns")

    def _content(self, tx: Transaction, feed: Feed, after: Instant, limit: int) -> Released[Page[bytes]]:
        """What the feed's audience itself would read here, through the same decision."""
        reader = NOBODY if feed.carries == PUBLIC.ref else peer_reader(feed.carries)
        view = view_of(tx, reader, str(collection_id(self._own.ref, feed.carries, Channel.CONTENT)), self._clock.now())
        if view is None:
            raise UntrustedProblem("Nothing was released yet to whom this feed carries it.")
        return page(tx, reader, view, PageQuery(after, limit, every_version=True))


def _refuse(feed: Feed, answer: Answer) -> None:
    if answer.status in _REFUSED:
        raise UntrustedProblem(
            f"{feed.name} lets nobody in with these credentials, or has no such collection (status {answer.status}).",
            advice="`kenesh feed look URL` lists what there is.",
        )
    if 300 <= answer.status < 400:
        raise UntrustedProblem(
            f"{feed.name} sends on to another address, which is not followed.", advice="Add the feed anew by its own."
        )


def _envelope(feed: Feed, answer: Answer) -> Envelope:
    if answer.status != 200:
        shown = visible(answer.body[:200].decode("utf-8", "replace"), 200)
        raise UntrustedProblem(f"{feed.name} refuses the question with {answer.status}: {shown}")
    try:
        return read_envelope(answer.body)
    except Problem as problem:
        kind = visible(answer.headers.get("content-type", "no type"), 60)
        raise DamagedProblem(f"{feed.name} answers with no TAXII envelope ({kind}): {problem.detail}") from None


def _retry_after(answer: Answer) -> float | None:
    """So many seconds the server asks to wait; a date, or nothing that can be read, is left to our own patience."""
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _failures(answer: Answer) -> int:
    try:
        return msgspec.json.decode(answer.body, type=_Status).failure_count
    except UNREADABLE:
        return 0
