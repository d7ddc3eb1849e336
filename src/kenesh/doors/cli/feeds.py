"""feed add|list|show|look|poll|push|remove."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from kenesh.basis.instants import short_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import feeding
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.federation.feeds import FeedReport
from kenesh.federation.ports import Feed, Scheme
from kenesh.stix.marking import Tlp

feed_commands = typer.Typer(help="TAXII 2.1 servers that are no nodes: drained and filled.", no_args_is_help=True)

_MAX_SECRET = 10_000

Name = Annotated[str, typer.Argument(metavar="NAME", help="The feed's name here: small letters, digits, hyphens.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="The feeds; all.", show_default=False)]
User = Annotated[str, typer.Option(help="The user name of HTTP Basic; its password stands in --password-file.")]
PasswordFile = Annotated[Path | None, typer.Option(help="A file whose first line is the password.")]
TokenFile = Annotated[Path | None, typer.Option(help="A file whose first line is a Bearer token.")]
Certificate = Annotated[Path | None, typer.Option(help="A client certificate (PEM), for TLS that asks for one.")]
Key = Annotated[Path | None, typer.Option(help="The certificate's key (PEM), without a password.")]


@feed_commands.command("add")
def feed_add(
    context: typer.Context,
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="The collection: https://HOST/ROOT/collections/ID/.")],
    tlp: Annotated[str, typer.Option(help="How what comes unmarked is held.")] = "amber+strict",
    licence: Annotated[str, typer.Option(help="The condition under which it may be passed on.")] = "",
    every: Annotated[int, typer.Option(help="Minutes between two drains while served; 0 is by hand.", min=0)] = 60,
    carries: Annotated[str, typer.Option(help="What is released to this audience goes there: AZ, or public.")] = "",
    user: User = "",
    password_file: PasswordFile = None,
    token_file: TokenFile = None,
    certificate: Certificate = None,
    key: Key = None,
) -> None:
    """Add a collection of a TAXII 2.1 server."""
    counter = counter_of(context)
    shown = _credentials(user, password_file, token_file, certificate, key)
    feed = Feed(name, _slashed(url), label=Tlp.named(tlp), licence=licence[:500], every_s=every * 60, **shown["feed"])
    with counter.node() as services:
        feed = feeding.add_feed(services, feed, shown["secret"], carries, CONSOLE)
    counter.answer(_wire(feed), (f"{feed.name} is added. Next: {counter.command(f'feed poll {feed.name}')}",))


def _slashed(url: str) -> str:
    return url.rstrip("/") + "/"


def _credentials(
    user: str, password_file: Path | None, token_file: Path | None, certificate: Path | None, key: Path | None
) -> dict[str, Any]:
    """What the server is shown, and how; secrets come from files, since a command line is read by others."""
    ways = [bool(user or password_file), token_file is not None, bool(certificate or key)]
    if sum(ways) > 1:
        raise UsageProblem("Two ways to log in are given.", advice="Give a password, a token, or a certificate.")
    if ways[0]:
        if not user or password_file is None:
            raise UsageProblem("HTTP Basic needs both.", advice="Give --user and --password-file.")
        return {"feed": {"scheme": Scheme.BASIC, "user": user}, "secret": _first_line(password_file)}
    if token_file is not None:
        return {"feed": {"scheme": Scheme.TOKEN}, "secret": _first_line(token_file)}
    if ways[2]:
        if certificate is None or key is None:
            raise UsageProblem("A certificate needs its key.", advice="Give --certificate and --key.")
        files = {"certificate": str(certificate.absolute()), "key": str(key.absolute())}
        return {"feed": {"scheme": Scheme.CERTIFICATE, **files}, "secret": ""}
    return {"feed": {}, "secret": ""}


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            line = stream.read(_MAX_SECRET).split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError):
        raise UsageProblem(f"{path} cannot be read.", advice="Look at its name and its owner.") from None
    if not line:
        raise UsageProblem(f"{path} has nothing on its first line.", advice="Write the password or token there.")
    return line


@feed_commands.command("list")
def feed_list(context: typer.Context) -> None:
    """List the feeds, and how each went last."""
    counter = counter_of(context)
    with counter.node() as services:
        feeds = feeding.feeds_named(services, ())
    lines = [line for feed in feeds for line in _lines(feed)]
    counter.answer([_wire(feed) for feed in feeds], lines or ["No feed is added here yet: kenesh feed add"])


def _lines(feed: Feed) -> Iterator[str]:
    asked = short_timestamp(feed.asked_at) if feed.asked_at is not None else "never asked"
    yield f"{feed.name}  {asked}  {visible(feed.said, 300) or 'fine'}"
    yield f"  {visible(feed.url, 300)}  held as {feed.label.label}" + (f"  {feed.licence}" if feed.licence else "")


def _wire(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "url": feed.url,
        "scheme": feed.scheme.value,
        "tlp": feed.label.label,
        "licence": feed.licence,
        "every_minutes": feed.every_s // 60,
        "carries": feed.carries,
        "added_after": feed.added_after,
        "said": feed.said,
    }


@feed_commands.command("show")
def feed_show(context: typer.Context, name: Name) -> None:
    """Show a feed, and what was withdrawn here and could not be taken back from its server."""
    counter = counter_of(context)
    with counter.node() as services:
        (feed,) = feeding.feeds_named(services, [name])
        left, carries = feeding.left_there(services, feed), feeding.audience_of(services, feed)
    document = _wire(feed) | {
        "left_there": [{"object": one.object_id, "modified": one.modified, "status": one.answer} for one in left]
    }
    lines = [*_lines(feed), *([f"  carries what is released to {carries}"] if feed.carries else [])]
    if left:
        lines.append(f"STILL THERE: {counted(len(left), 'version')} withdrawn here; ask its keeper to delete them.")
        lines += [f"  {visible(one.object_id, 200)}  {one.modified or ''}  (status {one.answer})" for one in left]
    counter.answer(document, lines)


@feed_commands.command("look")
def feed_look(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The discovery (https://HOST/taxii2/) or an API root.")],
    user: User = "",
    password_file: PasswordFile = None,
    token_file: TokenFile = None,
    certificate: Certificate = None,
    key: Key = None,
) -> None:
    """List the collections of a server, with the addresses that `feed add` takes."""
    counter = counter_of(context)
    shown = _credentials(user, password_file, token_file, certificate, key)
    with counter.node() as services:
        found = feeding.look(services, Feed("look", _slashed(url), **shown["feed"]), shown["secret"])
    document = [{"url": f.url, "title": f.title, "can_read": f.can_read, "can_write": f.can_write} for f in found]
    rights = {(True, True): "read, write", (True, False): "read", (False, True): "write", (False, False): "nothing"}
    lines = [f"{visible(f.title, 200)} ({rights[f.can_read, f.can_write]})\n  {visible(f.url, 300)}" for f in found]
    counter.answer(document, lines or ["There is no collection for whoever asks so."])


@feed_commands.command("poll")
def feed_poll(context: typer.Context, names: Names = None) -> None:
    """Drain feeds now: everything new is imported; a drain that was cut off goes on where it ended."""
    counter = counter_of(context)
    with counter.node(bulk=True) as services:
        reports = [feeding.drain(services, feed, CONSOLE) for feed in feeding.feeds_named(services, names or ())]
    counter.answer([_report(report) for report in reports], [_told(report) for report in reports])
    _fail_where_all_failed(reports)


@feed_commands.command("push")
def feed_push(context: typer.Context, name: Name) -> None:
    """Post to a feed what was released to its audience since the last time. What was withdrawn is deleted there."""
    counter = counter_of(context)
    with counter.node() as services:
        (feed,) = feeding.feeds_named(services, [name])
        report = feeding.push(services, feed, CONSOLE)
    told = f"{report.feed}: {counted(report.pushed, 'object')} posted"
    told += f", {report.failed} not taken there" if report.failed else ""
    told += f", {report.deleted} that were withdrawn deleted there" if report.deleted else ""
    told += f"; {report.problem.sentence()}" if report.problem else "."
    left = (
        f"STILL THERE: {counted(report.left, 'version')} withdrawn here: {counter.command(f'feed show {report.feed}')}"
    )
    counter.answer(_report(report), (told, *((left,) if report.left else ())))
    _fail_where_all_failed([report])


@feed_commands.command("remove")
def feed_remove(context: typer.Context, name: Name) -> None:
    """Remove a feed and its credentials; what it brought stays."""
    counter = counter_of(context)
    with counter.node() as services:
        feeding.remove_feed(services, name, CONSOLE)
    counter.answer({"removed": name}, (f"{name} is removed. What it brought stays.",))


def _report(report: FeedReport) -> dict[str, Any]:
    found = report.outcome.wire() if report.outcome is not None else {"import": None, "accepted": 0, "refused": 0}
    return {
        "feed": report.feed,
        "received": report.received,
        **found,
        "pushed": report.pushed,
        "failed": report.failed,
        "deleted": report.deleted,
        "left_there": report.left,
        "problem": report.problem.detail if report.problem else None,
    }


def _told(report: FeedReport) -> str:
    told = f"{report.feed}: {counted(report.received, 'object')} read"
    if report.outcome is not None:
        told += f", {report.outcome.accepted} new"
        if report.outcome.refused:
            told += f", {report.outcome.refused} refused (kenesh imports {report.outcome.id})"
    told += f"; {report.problem.sentence()}" if report.problem else "."
    return "\n".join([told, *(f"  {remark}" for remark in report.remarks)])


def _fail_where_all_failed(reports: list[FeedReport]) -> None:
    """Exit code 4, or whatever else the problem has: where no feed could be asked."""
    problems = [report.problem for report in reports if report.problem is not None]
    if problems and len(problems) == len(reports):
        problems[0].params["told"] = True
        raise problems[0]
