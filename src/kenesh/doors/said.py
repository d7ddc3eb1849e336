"""What was said to the whole of a body and the reader may see, as values: demands, reports, connections, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from kenesh.basis.instants import Instant, instant_of, modified_key, stix_timestamp
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors.caseroom import said_to_all
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import Way, ways_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.release.reader import Reader
from kenesh.response.alerts import ALERT
from kenesh.response.contacts import CONTACT
from kenesh.response.effects import Look, Reply, look_of, reply_of
from kenesh.response.kinds import UPDATE
from kenesh.response.levels import Demand
from kenesh.response.picture import Said
from kenesh.response.sitreps import CONNECTION, SITREP, STANDS, Sitrep, Word, sitrep_of, word_of
from kenesh.stix.marking import Tlp

#: The shortest part of an id by which something may be called.
_SHORTEST: Final = 4
_EVER: Final = Instant(0)
#: A version, what it says, and as what it counts here.
Value = TypeVar("Value")
Told = tuple[HeldVersion, dict[str, Any], Tlp]


def stated(
    tx: Transaction,
    services: Services,
    reader: Reader,
    target: str,
    kind: str,
    *,
    body: str = "",
    since: Instant = _EVER,
) -> Iterator[Told]:
    """Every version of that type that names the target and was said to the whole body, as far as the reader sees it.

    The body is the target itself where none is named. What was last said before `since` is left out.
    """
    first = modified_key(stix_timestamp(since))
    versions = list(_every_version(tx, [one for one in tx.versions.linked_to(target, [kind]) if one.key >= first]))
    ways = ways_seen_by(tx, reader, versions, services.clock.now())
    counted = said_to_all(tx, services, body or target, ways)
    held = {version.num: (version, tlp) for version, tlp in _counting_as(ways.value)}
    for num, raw in tx.versions.raw(counted).items():
        version, tlp = held[num]
        yield version, msgspec.json.decode(raw), tlp


def _every_version(tx: Transaction, current: Sequence[HeldVersion]) -> Iterator[HeldVersion]:
    """Of what was stated anew every version: at an earlier instant another one counted."""
    raws = tx.versions.raw([held.num for held in current])
    for held in current:
        value: dict[str, Any] = msgspec.json.decode(raws[held.num])
        if value.get("created") == value.get("modified"):
            yield held
        else:
            yield from tx.versions.all_of(held.id)


def _counting_as(ways: Sequence[Way]) -> Iterator[tuple[HeldVersion, Tlp]]:
    """Each version with its marking, under the widest of the labels under which it came."""
    found: dict[int, tuple[HeldVersion, Tlp]] = {}
    for held, hold in ways:
        tlp = held.marking_under(hold.label)
        if held.num not in found or tlp < found[held.num][1]:
            found[held.num] = held, tlp
    yield from found.values()


def demands_in(tx: Transaction, services: Services, reader: Reader, body: str) -> Iterator[Demand]:
    """What each party asks for; what names a time that does not exist says nothing."""
    for held, value, tlp in stated(tx, services, reader, body, ALERT.name):
        try:
            at, until = instant_of(value["modified"]), instant_of(value["expires_at"])
        except Problem:
            continue
        if held.writer == value["created_by_ref"]:
            marks = value["affected"], value["political"]
            yield Demand(value["id"], held.writer, value["level"], value["reason"], at, until, *marks, tlp)


def said_in(tx: Transaction, services: Services, reader: Reader, body: str) -> Said:
    """The reports, connections, answers and contacts that were said to the whole body."""
    alerts = [held.id for held in tx.versions.linked_to(body, [ALERT.name])]
    return Said(
        list(_sitreps(tx, services, reader, body)),
        list(_words(tx, services, reader, body)),
        [reply for alert in alerts for reply in _replies(tx, services, reader, body, alert)],
        list(_looks(tx, services, reader, body)),
    )


def _sitreps(tx: Transaction, services: Services, reader: Reader, body: str) -> Iterator[Sitrep]:
    since = Instant(services.clock.now() - STANDS)
    for held, value, tlp in stated(tx, services, reader, body, SITREP.name, since=since):
        try:
            sitrep = sitrep_of(value, tlp)
        except Problem:
            continue
        if held.writer == sitrep.by_ref:
            yield sitrep


def _words(tx: Transaction, services: Services, reader: Reader, body: str) -> Iterator[Word]:
    for held, value, tlp in stated(tx, services, reader, body, CONNECTION.name):
        try:
            word = word_of(value, tlp)
        except Problem:
            continue
        if held.writer == word.by_ref:
            yield word


def _replies(tx: Transaction, services: Services, reader: Reader, body: str, alert: str) -> Iterator[Reply]:
    for held, value, tlp in stated(tx, services, reader, alert, UPDATE.name, body=body):
        try:
            reply = reply_of(value, tlp)
        except Problem:
            continue
        if reply is not None and held.writer == reply.by_ref:
            yield reply


def _looks(tx: Transaction, services: Services, reader: Reader, body: str) -> Iterator[Look]:
    for held, value, tlp in stated(tx, services, reader, body, CONTACT.name):
        try:
            look = look_of(value, tlp)
        except Problem:
            continue
        if held.writer == look.by_ref:
            yield look


def values_said(
    tx: Transaction,
    services: Services,
    reader: Reader,
    target: str,
    kind: str,
    as_value: Callable[[Mapping[str, Any]], Value],
    *,
    body: str,
) -> Iterator[Value]:
    """What was said to the whole body by its own author; what names a time that does not exist says nothing."""
    for held, value, _ in stated(tx, services, reader, target, kind, body=body):
        try:
            found = as_value(value)
        except Problem:
            continue
        if held.writer == value["created_by_ref"]:
            yield found


def one_named(found: Iterable[Value], name: str, id_of: Callable[[Value], str], what: str, advice: str) -> Value:
    """That of this id, or whose id begins so after its type.

    Raises:
        UnknownProblem: there is none. UsageProblem: there are several.
    """
    begins = name if len(name) >= _SHORTEST else "\0"
    named = [one for one in found if id_of(one) == name or id_of(one).partition("--")[2].startswith(begins)]
    if not named:
        raise UnknownProblem(f"There is no {what} '{name[:80]}' here.", advice=advice)
    if len(named) > 1:
        raise UsageProblem(f"'{name[:80]}' begins {len(named)} ids.", advice="Say more of it.")
    return named[0]
