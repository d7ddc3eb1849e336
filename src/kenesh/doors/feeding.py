"""Feeds as people keep them: added with their credentials, drained, filled, removed; each act recorded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.services import Services
from kenesh.federation.audiences import audiences_named
from kenesh.federation.feeds import FeedReport
from kenesh.federation.leftovers import Withdrawn
from kenesh.federation.looking import Found
from kenesh.federation.ports import Feed
from kenesh.ledger.acts import ActKind
from kenesh.release.audience import PUBLIC, AudienceKind

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: So much of what a feed's server keeps is told.
MAX_LEFT: Final = 10_000
_COLLECTION: Final = re.compile(r"/collections/[^/]+/$")


def add_feed(services: Services, feed: Feed, secret: str, carries: str, who: str) -> Feed:
    """Adds a feed; `secret` is its password or token, `carries` names the audience that is pushed to it.

    Raises:
        UsageProblem: its name or address is none, or the name is taken.
    """
    _check(feed)
    with services.store.writing() as tx:
        if tx.feeds.find(feed.name) is not None:
            raise UsageProblem(f"There is a feed {feed.name} already.", advice="Choose another name, or remove it.")
        if carries:
            feed = replace(feed, carries=_audience_ref(services, tx, carries))
        tx.feeds.add(feed)
        services.record(tx, ActKind.FEED_ADDED, who, feed.name, url=feed.url)
        if secret:
            services.credentials.keep_credential(feed.name, secret)
    services.wake()
    return feed


def _check(feed: Feed) -> None:
    if _NAME.fullmatch(feed.name) is None:
        raise UsageProblem(
            f"'{visible(feed.name, 60)}' is no name for a feed.",
            advice="Small letters, digits, hyphens.",
        )
    parts = urlsplit(feed.url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None or parts.query:
        raise UsageProblem(
            f"'{visible(feed.url, 200)}' is no address of a collection.",
            advice="Write it as https://HOST/ROOT/collections/ID/; a password has an option of its own.",
        )
    if _COLLECTION.search(parts.path) is None:
        raise UsageProblem(
            f"{visible(feed.url, 200)} does not end in /collections/ID/.",
            advice=f"`kenesh feed look {visible(feed.url, 200)}` lists the collections with their addresses.",
        )
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UsageProblem("Without TLS everybody on the way reads along.", advice="Write https.")


def _audience_ref(services: Services, tx: object, carries: str) -> str:
    (named, *more) = audiences_named(tx, services.own, carries, services.clock.now())  # type: ignore[arg-type]
    if more or named.audience.kind not in (AudienceKind.PARTY, AudienceKind.PUBLIC):
        raise UsageProblem(
            "A feed carries what is released to one party, or to the public.", advice="Say --carries AZ, or public."
        )
    return named.audience.ref


def remove_feed(services: Services, name: str, who: str) -> None:
    """Removes a feed and its credentials; what it brought stays.

    Raises:
        UnknownProblem: there is none of that name.
    """
    with services.store.writing() as tx:
        _known(tx.feeds.find(name), name)
        tx.feeds.remove(name)
        services.record(tx, ActKind.FEED_REMOVED, who, name)
    services.credentials.forget_credential(name)
    services.wake()


def _known(feed: Feed | None, name: str) -> Feed:
    if feed is None:
        raise UnknownProblem(f"There is no feed {visible(name, 60)}.", advice="`kenesh feed list` lists them.")
    return feed


def feeds_named(services: Services, names: Sequence[str]) -> list[Feed]:
    """The feeds of these names; all where none is named.

    Raises:
        UnknownProblem: one of them is none.
    """
    with services.store.reading() as tx:
        return [_known(tx.feeds.find(name), name) for name in names] if names else tx.feeds.all()


def drain(services: Services, feed: Feed, who: str) -> FeedReport:
    """Reads everything new of a feed."""
    report = services.feeds.drain(feed)
    if report.outcome is not None:
        counts = {"accepted": report.outcome.accepted, "refused": report.outcome.refused}
        with services.store.writing() as tx:
            services.record(tx, ActKind.FEED_DRAINED, who, report.outcome.id, feed=feed.name, **counts)
        services.wake()
    return report


def push(services: Services, feed: Feed, who: str) -> FeedReport:
    """Takes back from the feed what was withdrawn, and posts what was released to its audience since the last time.

    Raises:
        UsageProblem: the feed carries nothing.
    """
    if not feed.carries:
        raise UsageProblem(f"{feed.name} carries nothing.", advice="Add it with --carries AZ, or --carries public.")
    report = services.feeds.push(feed)
    if report.pushed or report.deleted:
        with services.store.writing() as tx:
            services.record(tx, ActKind.FEED_FILLED, who, feed.name, objects=report.pushed, deleted=report.deleted)
    return report


def audience_of(services: Services, feed: Feed) -> str:
    """The audience whose content goes to the feed, as people write it; '' where none does."""
    if feed.carries in ("", PUBLIC.ref):
        return feed.carries and "public"
    with services.store.reading() as tx:
        return tx.parties.code_of(feed.carries)


def left_there(services: Services, feed: Feed) -> list[Withdrawn]:
    """What was pushed to the feed and withdrawn, and its server would not delete."""
    with services.store.reading() as tx:
        return tx.taken_back.left(feed.name, MAX_LEFT)


def look(services: Services, feed: Feed, secret: str) -> list[Found]:
    """The collections of a server, before a feed of it is added."""
    return services.feeds.look(feed, secret)
