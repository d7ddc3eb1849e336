"""Notes verbale: sent under the next number to one party alone, answered, extended; what came on paper is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import DAY, Instant, short_timestamp, stix_timestamp
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.council.notes import NOTE_VERBALE, Note, NoteState, Standing, next_number, note_of, note_states
from kenesh.council.stated import receipt_of
from kenesh.council.values import Ignored
from kenesh.doors.casework import By, hand
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audiences_named
from kenesh.federation.releasing import Order
from kenesh.holdings.holding import ways_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_code, party_id
from kenesh.release.reader import Reader
from kenesh.release.recalls import RECEIPT
from kenesh.response import statements
from kenesh.response.statements import Evidence

_ADVICE: Final = "`kenesh note list` tells the ids."


@dataclass(frozen=True, slots=True)
class SeenNotes:
    """The notes of this party as one reader sees them, by when they were dated; parties by what people call them."""

    states: tuple[NoteState, ...]
    ignored: tuple[Ignored, ...]
    codes: Mapping[str, str]
    own_ref: str
    at: Instant

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a note says. `asks_until`: it asks for time until then, in reply to another, and is no answer yet."""

    name: str
    text: str = ""
    lang: str = ""
    due_at: Instant | None = None
    asks_until: Instant | None = None
    attachments: Sequence[Evidence] = ()

    def wire(self) -> dict[str, Any]:
        files = [{"name": one.name, "sha256": one.sha256, "octets": one.octets} for one in self.attachments]
        said = {"name": self.name, "text": self.text, "lang": self.lang, "attachments": files}
        return {name: value for name, value in said.items() if value} | _times(
            due_at=self.due_at, asks_until=self.asks_until
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """How a note came on paper: from whom, under which number, of what day, and when."""

    sender: str
    number: str
    dated_at: Instant
    received_at: Instant


def _times(**times: Instant | None) -> dict[str, str]:
    return {name: stix_timestamp(at) for name, at in times.items() if at is not None}


def notes(services: Services, reader: Reader) -> SeenNotes:
    """The notes from and to this party that the reader sees."""
    services.bring_up_to_date()
    with services.reading() as tx:
        return _seen(tx, services, reader)


def one_note(services: Services, reader: Reader, name: str) -> tuple[SeenNotes, NoteState]:
    """One of them, by its id or how that begins, or by its number where it is the only one of that.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    seen = notes(services, reader)
    return seen, _named(seen, name)


def send(services: Services, to: str, letter: Letter, by: By, *, on_paper: bool = False) -> tuple[str, str]:
    """Sends a note to a party, under the next number of this year; gives its id and number.

    `on_paper`: it goes by another way; here it is numbered and kept.

    Raises:
        UnknownPartyProblem: no node of it is admitted here. UsageProblem: it is this party, or no single party, or the
            time is over. RefusedProblem: the marking stands against it; then no number is used.
    """
    return _sent(services, (to, party_id(party_code(to))), letter, {}, by, on_paper=on_paper)


def reply(services: Services, name: str, letter: Letter, by: By, *, on_paper: bool = False) -> tuple[str, str]:
    """Replies to a note that this party got; gives the reply's id and number.

    Raises:
        UnknownProblem: no such note came. UsageProblem: this party sent it.
    """
    seen, state = one_note(services, by.sight(services), name)
    note = state.note
    if note.to_ref != services.own.ref:
        raise UsageProblem(f"This party sent it: {seen.code(note.to_ref)} replies.")
    if letter.asks_until is not None and (state.due_at is None or letter.asks_until <= state.due_at):
        raise UsageProblem("It asks for no answer sooner than that.", advice="Reply without --asks-until.")
    about = {"reply_to_ref": note.id, "reply_to_number": note.number}
    return _sent(services, (seen.code(note.from_ref), note.from_ref), letter, about, by, on_paper=on_paper)


def receive(services: Services, paper: Paper, letter: Letter, by: By, *, reply_to: str = "") -> str:
    """Records a note that came on paper, for this party alone; gives its id.

    Raises:
        UnknownProblem: there is no note that it replies to. UsageProblem: it is recorded, comes from this party, or was
            received before it was dated, or after now.
    """
    sender = party_id(party_code(paper.sender))
    seen = notes(services, by.sight(services))
    if sender == services.own.ref:
        raise UsageProblem("This party sent it.", advice="kenesh note send --on-paper")
    if not paper.dated_at <= paper.received_at <= seen.at:
        raise UsageProblem("It was received after it was written, and not after today.")
    if any((one.note.from_ref, one.note.number) == (sender, paper.number) for one in seen.states):
        raise UsageProblem(f"Note {paper.number[:60]} of {paper.sender} is here already.", advice="kenesh note list")
    value = hand(services, by).begins(NOTE_VERBALE.name) | letter.wire()
    value |= {"number": paper.number, "from_ref": sender, "to_ref": services.own.ref, "on_paper": True}
    value |= _times(dated_at=paper.dated_at, received_at=paper.received_at)
    if reply_to:
        before = _named(seen, reply_to).note
        if (before.from_ref, before.to_ref) != (services.own.ref, sender):
            raise UsageProblem(f"That note did not go from this party to {paper.sender}.")
        # Paper knows days: a reply of the same day is none that came before.
        if paper.dated_at < before.dated_at - before.dated_at % DAY:
            raise UsageProblem("It is dated before the note that it replies to.")
        value |= {"reply_to_ref": before.id, "reply_to_number": before.number}
    with services.store.writing() as tx:
        _keep(services, tx, value, by)
    services.wake()
    return str(value["id"])


def extend(services: Services, name: str, until: Instant, by: By) -> str:
    """Extends the time of an own note: before it is over, or until what the addressee asked for; gives its id.

    Raises:
        UnknownProblem: this party sent no such note. UsageProblem: another sent it, it asks for no answer, is answered,
            or its time is over and the addressee did not ask.
    """
    seen, state = one_note(services, by.sight(services), name)
    if state.note.from_ref != services.own.ref:
        raise UsageProblem(
            f"{seen.code(state.note.from_ref)} sent it, and extends its time.",
            advice="Ask for it: note reply --asks-until",
        )
    _check_extended(state, until, seen.at)
    with services.store.writing() as tx:
        held = tx.versions.current_of([state.note.id])[state.note.id]
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        again = statements.restated(value, seen.at) | _times(extended_to=until)
        to = "" if state.note.on_paper else seen.code(state.note.to_ref)
        _give(services, tx, again, to, by)
    services.wake()
    return state.note.id


def _check_extended(state: NoteState, until: Instant, at: Instant) -> None:
    if state.due_at is None or state.standing is Standing.ANSWERED:
        raise UsageProblem("It waits for no answer.")
    if until <= state.due_at:
        raise UsageProblem(f"It is due at {short_timestamp(state.due_at)}.", advice="Its time is never shortened.")
    if at >= state.due_at and until > (state.asked_until or 0):
        raise UsageProblem(
            f"Its time was over at {short_timestamp(state.due_at)}.",
            advice="It is extended before that, or as far as the addressee asks for.",
        )


def _sent(
    services: Services, addressee: tuple[str, str], letter: Letter, about: dict[str, str], by: By, *, on_paper: bool
) -> tuple[str, str]:
    """In one transaction with its number: none is given twice, and none is left out. `addressee`: its code and id."""
    to, to_ref = addressee
    with services.store.writing() as tx:
        now = services.clock.now()
        if to_ref == services.own.ref:
            raise UsageProblem("A note goes to another party.", advice="Say --to AZ.")
        if letter.due_at is not None and letter.due_at <= now:
            raise UsageProblem("Its time would be over when it is sent.", advice="Say a later --due.")
        given = [one.number for one in _own(tx, services)]
        number = next_number(given, int(short_timestamp(now)[:4]))
        value = hand(services, by).begins(NOTE_VERBALE.name) | letter.wire() | about
        value |= {"number": number, "from_ref": services.own.ref, "to_ref": to_ref} | _times(dated_at=now)
        if on_paper:
            value["on_paper"] = True
        _give(services, tx, value, "" if on_paper else to, by)
    services.wake()
    return str(value["id"]), number


def _own(tx: Transaction, services: Services) -> Iterator[Note]:
    """Every note of this party's own, whoever may see it: a number that is hidden is used all the same."""
    held = [one for one in tx.versions.of_type(NOTE_VERBALE.name) if one.writer == services.own.ref]
    for raw in tx.versions.raw([one.num for one in held]).values():
        note = note_of(msgspec.json.decode(raw))
        if note.from_ref == services.own.ref:
            yield note


def _give(services: Services, tx: Transaction, value: Mapping[str, Any], to: str, by: By) -> None:
    """States it, and releases it to one party alone; to nobody where none is named."""
    now, held = services.clock.now(), _keep(services, tx, value, by)
    if not to:
        return
    order = Order(audiences_named(tx, services.own, to, now))
    for made in services.releasing.release(tx, held, order, now).statements:
        services.record(tx, ActKind.RELEASE_MADE, by.who, made.id, audience=made.audience_ref, objects=made.objects)


def _keep(services: Services, tx: Transaction, value: Mapping[str, Any], by: By) -> list[HeldVersion]:
    held = services.author.state(tx, [value], services.clock.now(), by.who)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]))
    return held


def _named(seen: SeenNotes, name: str) -> NoteState:
    by_number = [one for one in seen.states if one.note.number == name]
    if len(by_number) > 1:
        raise UsageProblem(f"{len(by_number)} notes have the number {name[:60]}.", advice=_ADVICE)
    return by_number[0] if by_number else one_named(seen.states, name, lambda one: one.note.id, "note", _ADVICE)


def _seen(tx: Transaction, services: Services, reader: Reader) -> SeenNotes:
    now = services.clock.now()
    current = tx.versions.of_type(NOTE_VERBALE.name)
    versions = [one for held in current for one in tx.versions.all_of(held.id)]
    found = [note_of(value) for value in _values(tx, reader, versions, now)]
    had = [one for held in current for one in tx.versions.linked_to(held.id, [RECEIPT.name])]
    receipts = [receipt_of(value) for value in _values(tx, reader, had, now)]
    states, ignored = note_states(found, [one for one in receipts if one is not None], services.own.ref, now)
    refs = {ref for one in states for ref in (one.note.from_ref, one.note.to_ref)}
    codes = {ref: tx.parties.code_of(ref) for ref in refs}
    return SeenNotes(states, ignored, codes, services.own.ref, now)


def _values(
    tx: Transaction, reader: Reader, versions: Iterable[HeldVersion], now: Instant
) -> Iterator[Mapping[str, Any]]:
    """What its own author stated and proved, as far as the reader sees it; what cannot be read says nothing."""
    ways = ways_seen_by(tx, reader, [one for one in versions if one.writer == one.created_by and one.proved], now)
    for raw in tx.versions.raw(sorted({held.num for held, _ in ways.value})).values():
        value = msgspec.json.decode(raw)
        try:
            receipt_of(value) if value["type"] == RECEIPT.name else note_of(value)
        except Problem:
            continue
        yield value
