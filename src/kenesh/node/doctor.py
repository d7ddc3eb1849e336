"""The doctor: looks a node over and says what is wrong, and what to do."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant, short_timestamp
from kenesh.basis.problem import Problem
from kenesh.doors.cli.words import counted
from kenesh.doors.keeping import verify_record
from kenesh.doors.keys import suspects
from kenesh.doors.life import BACKED_UP_AT, Finding
from kenesh.federation.peer import Peer
from kenesh.node.wiring import Node, open_node
from kenesh.parties.bodies import BODY
from kenesh.parties.terms import HONOURED

_LEAST_FREE: Final = 500 * 2**20
_SKEW: Final = 5 * MINUTE
_BACKUP_AGE: Final = 8 * DAY


def examine(path: Path) -> list[Finding]:
    """Every check of the node in a home; the first that fails may be the only one."""
    try:
        node = open_node(path)
    except Problem as problem:
        return [Finding("opening", True, problem.sentence())]
    try:
        return [Finding("opening", False, "the settings, the keys and the store are in order"), *_checks(node, path)]
    finally:
        node.close()


def _checks(node: Node, path: Path) -> Iterator[Finding]:
    yield _disk(path)
    yield _closed(path)
    yield _address(node)
    yield _record(node)
    now = node.services.clock.now()
    with node.services.store.reading() as tx:
        backed_up_at = Instant(int(tx.notes.get(BACKED_UP_AT) or 0))
        peers, quarantine, alarms = tx.peers.all(), tx.quarantine.counts(), tx.alarms.unseen(50)
        names = {ref: tx.parties.code_of(ref) for ref in quarantine}
        unfinished = [r for r in tx.imports.recent(50) if not r.finished]
        left = {feed.name: len(tx.taken_back.left(feed.name, 1000)) for feed in tx.feeds.all() if feed.carries}
    yield _backup(backed_up_at, now)
    for peer in peers:
        yield from _peer(peer, now)
    for ref, (count, octets) in quarantine.items():
        waiting = f"{counted(count, 'object')} of {names[ref]} in quarantine ({counted(octets, 'octet')})"
        text = f"{waiting}: no release of theirs that holds lists them; ask whether theirs went wrong"
        yield Finding("quarantine", True, text)
    for alarm in alarms:
        said = f"{short_timestamp(alarm.at)} {alarm.about}: {alarm.text} (kenesh alarms --seen {alarm.num})"
        yield Finding(f"alarm {alarm.code}", True, said)
    for feed, count in left.items():
        if count:
            text = f"its server still has {counted(count, 'version')} withdrawn here: `kenesh feed show {feed}`"
            yield Finding(f"feed {feed}", True, text)
    yield from _lists(node, now)
    for code, suspected in _suspects(node).items():
        text = f"a revoked key of {code} may have signed {counted(suspected, 'statement')}: kenesh keys suspects {code}"
        # Whoever acknowledged that the key was revoked has looked at what it signed.
        yield Finding("keys", any((a.code, a.about) == ("key-revoked", code) for a in alarms), text)
    yield from _recalls(node, now)
    for record in unfinished:
        yield Finding("import", True, f"{record.id} of {record.source} was cut off; import the file again")


def _lists(node: Node, now: Instant) -> Iterator[Finding]:
    """From the first day on which a keeper is not heard; the list of its body is honoured for seven."""
    services = node.services
    with services.store.reading() as tx:
        heard = {
            (tx.versions.current_of([s.term.audience_ref])[s.term.audience_ref].name, at)
            for s in tx.terms.of_party(services.own.ref)
            if s.term.audience_ref.startswith(BODY.name) and s.term.is_in_force(now)
            if (at := tx.parties.list_heard_at(s.term.membership_id)) is not None and at < now - DAY
        }
    for name, at in sorted(heard):
        until = short_timestamp(Instant(at + HONOURED))
        text = f"its keeper was last heard {short_timestamp(at)}: its members get what goes to it until {until}"
        yield Finding(f"body {name}", True, text)


def _suspects(node: Node) -> Counter[str]:
    return Counter(one.party for one in suspects(node.services))


def _recalls(node: Node, now: Instant) -> Iterator[Finding]:
    with node.services.store.reading() as tx:
        waiting = node.services.recalling.waiting(tx)
        standings = node.services.recalling.standings(tx, "", now)
    for withdrawal in waiting:
        yield Finding("recall", True, f"{withdrawal} waits for a person: kenesh recall apply, or refuse")
    for standing in standings:
        if standing.unanswered() and now > standing.recall.by:
            late = ", ".join(standing.unanswered())
            text = f"{late} has not confirmed by {short_timestamp(standing.recall.by)}: {standing.withdrawal}"
            yield Finding("recall", True, text)


def _disk(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    is_short = free < _LEAST_FREE
    advice = f": less than {_LEAST_FREE // 2**20}, make room" if is_short else ""
    return Finding("disk", is_short, f"{free // 2**20} MiB free on the disk of the home{advice}")


def _closed(path: Path) -> Finding:
    """Whether nobody but its owner reads what the home holds."""
    is_open = path.stat().st_mode & 0o077
    readable = [file.name for file in path.iterdir() if is_open and file.is_file() and file.stat().st_mode & 0o077]
    if readable:
        return Finding("home", True, f"others may read {', '.join(sorted(readable))} in it: chmod 700 {path}")
    return Finding("home", False, "nobody but its owner reads what is in it")


def _backup(made_at: Instant, now: Instant) -> Finding:
    if not made_at:
        return Finding("backup", False, "none was made here yet: kenesh backup FILE")
    is_old = made_at < now - _BACKUP_AGE
    advice = ": make one, and see why none is made each night" if is_old else ""
    return Finding("backup", is_old, f"the newest is of {short_timestamp(made_at)}{advice}")


def _address(node: Node) -> Finding:
    if node.settings.url:
        return Finding("address", False, node.settings.url)
    return Finding("address", True, "no address is known yet: start the node once with `kenesh serve`")


def _record(node: Node) -> Finding:
    try:
        checked = verify_record(node.services)
    except Problem as problem:
        return Finding("record", True, problem.sentence())
    if checked.faults:
        return Finding("record", True, " ".join(checked.faults[:3]))
    return Finding("record", False, f"{counted(checked.acts, 'act')}, every hash and signature holds")


def _peer(peer: Peer, now: Instant) -> Iterator[Finding]:
    name = f"peer {peer.code}"
    if abs(peer.skew) > _SKEW:
        ahead = "ahead of" if peer.skew > 0 else "behind"
        yield Finding(name, True, f"its clock is {abs(peer.skew) // 1_000_000} s {ahead} this one: set both by NTP")
    if peer.valid_until < now + 30 * DAY:
        yield Finding(name, True, f"its card expires {short_timestamp(peer.valid_until)}: ask for a new one")
    if peer.provisional_until is not None and now < peer.provisional_until:
        until = short_timestamp(peer.provisional_until)
        text = f"its key is new, and provisional until {until}: compare it with them, then `kenesh keys confirm`"
        yield Finding(name, True, text)
    if peer.last_error:
        seen = "never read" if peer.last_sync_at is None else f"last read {short_timestamp(peer.last_sync_at)}"
        yield Finding(name, True, f"{peer.last_error} ({seen}; `kenesh sync {peer.code}` tries again)")
    elif peer.last_sync_at is None:
        yield Finding(name, True, "nothing was ever read from it: is it running, and has it admitted this node?")
    elif peer.last_sync_at < now - 24 * HOUR:
        yield Finding(name, True, f"not read since {short_timestamp(peer.last_sync_at)}")
    else:
        yield Finding(name, False, f"read {short_timestamp(peer.last_sync_at)}")
