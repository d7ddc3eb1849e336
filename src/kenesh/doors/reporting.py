"""What a party says of its own situation: its report, a connection, and what becomes of what a level asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.services import Services, Transaction
from kenesh.doors.situation import SeenSituation, situation_seen
from kenesh.ledger.acts import ActKind
from kenesh.response import statements
from kenesh.response.effects import Item, reply_object
from kenesh.response.kinds import Status
from kenesh.response.sitreps import (
    CONNECTION,
    MAX_ENDS,
    MAX_NAME,
    MAX_TEXT,
    ConnectionKind,
    Crossing,
    Situation,
    Word,
    Works,
    sitrep_object,
)

_MAX_CONTACT: Final = 300
#: Makes what is stated, of how the body stands.
Made = Callable[[Transaction, SeenSituation], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Saying:
    """What a party says of a connection; what it leaves out stands as it, or another, said it before."""

    name: str
    state: Works
    kind: ConnectionKind | None = None
    end_refs: Sequence[str] = ()
    since: Instant | None = None
    owner: str = ""
    contact: str = ""
    text: str = ""


def report(services: Services, body: str, situation: Situation, by: By) -> SeenSituation:
    """Reports to the whole body how this party stands.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: the words are too many.
    """
    _check_text("words", situation.text, MAX_TEXT)

    def made(_tx: Transaction, seen: SeenSituation) -> dict[str, Any]:
        return sitrep_object(hand(services, by), seen.level.body_ref, situation)

    return _stated(services, body, made, by)


def say_connection(services: Services, body: str, saying: Saying, by: By) -> SeenSituation:
    """Says to the whole body how a connection works, as this party knows it; nobody else's word is touched.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: nobody has said what it is and between whom.
    """
    for what, text, most in (
        ("name", saying.name, MAX_NAME),
        ("owner", saying.owner, MAX_NAME),
        ("contact", saying.contact, _MAX_CONTACT),
        ("words", saying.text, MAX_TEXT),
    ):
        _check_text(what, text, most)
    if not saying.name.strip() or len(saying.end_refs) > MAX_ENDS:
        raise UsageProblem(f"A connection has a name, and {MAX_ENDS} ends at most.")

    def made(tx: Transaction, seen: SeenSituation) -> dict[str, Any]:
        words = [word for one in seen.picture.connections if one.name == saying.name for word in one.words]
        own = next((word for word in words if word.by_ref == seen.own_ref), None)
        said = _crossing(saying, own, words, services.clock.now()).said()
        if own is None:
            return hand(services, by).begins(CONNECTION.name) | {"body_ref": seen.level.body_ref} | said
        held = tx.versions.current_of([own.id])[own.id]
        before: Mapping[str, Any] = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        again = statements.restated(before, services.clock.now(), without=("owner", "contact", "description"))
        return again | {"object_marking_refs": [by.tlp.marking_ref]} | said

    return _stated(services, body, made, by)


def answer(services: Services, body: str, what: str, status: Status, text: str, by: By) -> SeenSituation:
    """Says what becomes of what the level asks of this party. `what`: its number, or how its words begin.

    Raises:
        UnknownProblem: nothing such is asked of this party. UsageProblem: a situation report answers it.
    """
    _check_text("words", text, MAX_TEXT)

    def made(_tx: Transaction, seen: SeenSituation) -> dict[str, Any]:
        item = _asked(seen, what)
        return reply_object(hand(services, by), seen.level.alerts[0], item.what, status, text)

    return _stated(services, body, made, by)


def _stated(services: Services, body: str, made: Made, by: By) -> SeenSituation:
    services.bring_up_to_date()
    with services.store.writing() as tx:
        reader, ref = by.sight(services), body_ref_of(tx, services, body)
        value = made(tx, situation_seen(tx, services, reader, ref))
        give_room(services, tx, ref, [value], by)
        services.record(tx, ActKind.OBJECT_STATED, by.who, value["id"], body=ref)
        found = situation_seen(tx, services, reader, ref)
    services.wake()
    return found


def _crossing(saying: Saying, own: Word | None, words: Sequence[Word], now: Instant) -> Crossing:
    known = own or next(iter(words), None)
    kind = saying.kind or (ConnectionKind(known.kind) if known is not None else None)
    ends = tuple(saying.end_refs) or (known.end_refs if known is not None else ())
    if kind is None or not ends:
        raise UsageProblem(
            f"Nobody has said yet what '{saying.name[:80]}' is, and between whom.",
            advice="Say --kind cable --ends AZ,KZ; or name one that `kenesh connection list` shows.",
        )
    # It works as it did before: since then.
    same = own is not None and own.state == saying.state.value
    since = saying.since if saying.since is not None else own.since if own is not None and same else now
    return Crossing(
        name=saying.name,
        kind=kind,
        end_refs=tuple(sorted(set(ends))),
        state=saying.state,
        since=since,
        owner=saying.owner or (known.owner if known is not None else ""),
        contact=saying.contact or (own.contact if own is not None else ""),
        text=saying.text,
    )


def _asked(seen: SeenSituation, what: str) -> Item:
    ours = [item for item in seen.picture.asked if item.party_ref == seen.own_ref]
    if what.isascii() and what.isdigit():
        found = ours[int(what) - 1 : int(what)] if 0 < int(what[:4]) <= len(ours) else []
    else:
        found = [item for item in ours if what and item.what.startswith(what)]
    if len(found) != 1:
        listed = "; ".join(f"{n} {item.what[:60]}" for n, item in enumerate(ours, 1)) or "nothing"
        raise UnknownProblem(f"'{what[:80]}' is not one thing that is asked here.", advice=f"Asked of us: {listed}.")
    if found[0].by_sitrep:
        raise UsageProblem("A situation report answers that.", advice=f"kenesh sitrep send --body {seen.body[:80]}")
    return found[0]


def _check_text(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise UsageProblem(f"The {what} are longer than {most} characters.", advice="Say it in fewer words.")
