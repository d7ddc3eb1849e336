"""Mail digests for constituents: how many objects are new in which of their groups, and where to read them.

A mail goes through servers of others, and is kept where nobody ends it. So it holds counts and addresses, and nothing
of what the objects say; they are counted as the constituent would read them, by the one decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.doors.constituents import constituent_named
from kenesh.doors.services import Post, Services, Transaction
from kenesh.federation.audiences import audience_name
from kenesh.federation.session import API_ROOT
from kenesh.holdings.feed import manifest, views
from kenesh.holdings.pages import PageQuery
from kenesh.holdings.rows import View
from kenesh.ledger.acts import ActKind
from kenesh.parties.constituents import Constituent
from kenesh.parties.metering import day_of
from kenesh.release.reader import Reader
from kenesh.release.statements import WITHDRAWAL
from kenesh.stix.objects import MARKING_DEFINITION
from kenesh.stix.register import Channel
from kenesh.taxii.paging import MAX_PAGE

_MARKING: Final = f"{MARKING_DEFINITION}--"


@dataclass(frozen=True, slots=True)
class Part:
    """What is new in one collection: so many objects, or withdrawals; `more` than could be counted at once."""

    name: str
    collection: str
    channel: Channel
    count: int
    more: bool

    @property
    def counted(self) -> str:
        """3 objects, 1 withdrawal."""
        what = "withdrawal" if self.channel is Channel.CONTROL else "object"
        return f"{'at least ' if self.more else ''}{self.count} {what}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Digest:
    """What a constituent is to be told. `upto`: the stamp up to which it is told then."""

    constituent: Constituent
    parts: tuple[Part, ...]
    upto: Instant

    def total(self, channel: Channel) -> int:
        return sum(part.count for part in self.parts if part.channel is channel)


@dataclass(slots=True)
class Outcome:
    """What became of the digests; of those that failed, why."""

    sent: list[Digest] = field(default_factory=list)
    empty: list[Constituent] = field(default_factory=list)
    failed: list[tuple[Constituent, Problem]] = field(default_factory=list)


def is_due(one: Constituent, now: Instant, hour: int) -> bool:
    """Whether its digest of the day is still to go, once the hour (UTC) has come."""
    today = day_of(now)
    return bool(one.mail) and now - today >= hour * HOUR and (one.told_on is None or one.told_on < today)


def digest_of(services: Services, tx: Transaction, one: Constituent) -> Digest:
    """What is new for a constituent since it was last told."""
    reader, parts, upto = services.constituent(one), [], one.told_upto
    for view in views(tx, reader, services.clock.now()):
        upto = max(upto, view.collection.last_stamp)
        part = _part(tx, reader, view, one.told_upto)
        if part.count:
            parts.append(part)
    return Digest(one, tuple(parts), upto)


def _part(tx: Transaction, reader: Reader, view: View, since: Instant) -> Part:
    """Objects with the marking-definitions that go along left out; of the control twin the withdrawals."""
    channel = view.collection.channel
    types = (WITHDRAWAL.name,) if channel is Channel.CONTROL else ()
    page = manifest(tx, reader, view, PageQuery(since, MAX_PAGE, types=types))
    count = page.map(lambda seen: sum(not named.id.startswith(_MARKING) for named in seen.content)).value
    name = audience_name(tx, view.collection.audience)
    return Part(name, view.collection.id, channel, count, page.value.more)


def text_of(services: Services, digest: Digest) -> tuple[str, str]:
    """The subject and the text of the mail."""
    own, url = services.own, services.own.url or ""
    lines = [f"New for you at {own.name} since you were last told:", ""]
    for part in digest.parts:
        lines += [f"  {part.name}: {part.counted}", f"    {url}{API_ROOT}collections/{part.collection}/objects/", ""]
    lines += [
        f"As a MISP feed: {url}/misp/manifest.json",
        "",
        "Read them with your token. What was withdrawn is to be taken out of your tools.",
        "This mail holds counts and addresses alone.",
        "",
    ]
    counts = [part.counted for part in _sums(digest)]
    return f"{own.code}: {' and '.join(counts)} for you", "\n".join(lines)


def _sums(digest: Digest) -> Sequence[Part]:
    sums = []
    for channel in Channel:
        if count := digest.total(channel):
            more = any(part.more for part in digest.parts if part.channel is channel)
            sums.append(Part("", "", channel, count, more))
    return sums


def digests(services: Services, name: str = "") -> list[Digest]:
    """What each constituent with an address would be told now, or that one alone.

    Raises:
        UnknownProblem: there is no such constituent. UsageProblem: it has no address.
    """
    with services.reading() as tx:
        known = [constituent_named(tx, name)] if name else [one for one in tx.constituents.all() if one.mail]
        if name and not known[0].mail:
            raise UsageProblem(
                "It has no mail address.", advice="Say one: kenesh constituent change NAME --mail ADDRESS"
            )
        return [digest_of(services, tx, one) for one in known]


def send_digests(services: Services, found: Sequence[Digest], who: str) -> Outcome:
    """Sends what is not empty, a mail for each; one that is not taken is told again next time, and hinders no other.

    Raises:
        UsageProblem: this node sends no mail.
    """
    if services.post is None:
        raise UsageProblem(
            "This node sends no mail.", advice="Set notice_mail_from and notice_mail_server in kenesh.toml."
        )
    outcome = Outcome()
    for digest in found:
        try:
            if digest.parts:
                _send(services, services.post, digest)
                outcome.sent.append(digest)
            else:
                outcome.empty.append(digest.constituent)
        except Problem as problem:
            outcome.failed.append((digest.constituent, problem))
            continue
        _note(services, digest, who)
    return outcome


def _send(services: Services, post: Post, digest: Digest) -> None:
    subject, text = text_of(services, digest)
    post.post(digest.constituent.mail, subject, text)


def _note(services: Services, digest: Digest, who: str) -> None:
    one, now = digest.constituent, services.clock.now()
    with services.store.writing() as tx:
        tx.constituents.change(one.num, told_upto=digest.upto, told_on=day_of(now))
        if digest.parts:
            counts = {"objects": digest.total(Channel.CONTENT), "withdrawals": digest.total(Channel.CONTROL)}
            services.record(tx, ActKind.NOTICE_SENT, who, one.pseudonym, channel="digest", **counts)


def send_due(services: Services, hour: int) -> Outcome:
    """The digests of the day that are still to go.

    Raises:
        UsageProblem: this node sends no mail.
    """
    now = services.clock.now()
    with services.reading() as tx:
        due = [digest_of(services, tx, one) for one in tx.constituents.all() if is_due(one, now, hour)]
    return send_digests(services, due, "node") if due else Outcome()
