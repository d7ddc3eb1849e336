"""What this party says of partners: a figure or a link is stated, taken in from a file, taken back, or written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.council.partners.figures import figure_id, figure_of, link_id, link_of, refs_of
from kenesh.council.partners.kinds import FIGURE, LINK
from kenesh.council.partners.rows import Record, fields_of
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By, give_room
from kenesh.doors.council.partners import figures as figures_seen
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.importing import ImportOutcome
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader
from kenesh.response import statements
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.marking import Tlp
from kenesh.stix.register import common_properties

Named = Callable[[str, Mapping[str, Any], int], str]
#: So often one claim may be made again after it was withdrawn.
MAX_AGAIN: Final = 50
#: So many rows of a file are looked up at once.
_AT_ONCE: Final = 500
_ADVICE: Final = "`kenesh figure list` and `kenesh partner show --json` tell the ids."
#: What another version of the same statement does not take over.
_NOT_SAID: Final = frozenset({"created", "modified"})


@dataclass(frozen=True, slots=True)
class Filling:
    """How the rows of a file are taken: what each of them says where it says nothing itself, and how it is marked."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    tlp: Tlp = Tlp.AMBER


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated, and whether it restates what was stated before."""

    id: str
    again: bool


def state_figure(services: Services, cells: Mapping[str, str], by: By, body: str = "") -> Stated:
    """States a figure, to a body where one is named. The same claim with another value is restated.

    Raises:
        UsageProblem: something is missing, or cannot be. UnknownProblem: this party is in no such body.
    """
    fields = fields_of(Record("", cells), {})
    return _state(services, fields, by, body, (FIGURE.name, figure_id, figure_of))


def state_link(services: Services, fields: Mapping[str, Any], by: By, body: str = "") -> Stated:
    """States an agreement, a visit or another link, likewise.

    Raises:
        UsageProblem: a date does not exist. UnknownProblem: this party is in no such body.
    """
    return _state(services, {**fields, **refs_of(fields)}, by, body, (LINK.name, link_id, link_of))


def withdraw(services: Services, name: str, by: By) -> str:
    """Takes back a figure or a link of this party's own, by its id or how that begins; gives its id.

    Whoever it was released to hears of that.

    Raises:
        UnknownProblem: this party has stated none of that id. UsageProblem: the id begins several.
    """
    with services.store.writing() as tx:
        every = (held for kind in (FIGURE.name, LINK.name) for held in tx.versions.of_type(kind))
        own = [held for held in every if held.writer == services.own.ref and not held.revoked]
        held = one_named(own, name, lambda one: one.id, "figure or link", _ADVICE)
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        again = statements.restated(value, services.clock.now()) | {"revoked": True}
        services.author.state(tx, [again], services.clock.now(), by.who)
        services.record(tx, ActKind.OBJECT_STATED, by.who, held.id, revoked=1)
    services.wake()
    return held.id


def _state(
    services: Services,
    fields: Mapping[str, Any],
    by: By,
    body: str,
    kind: tuple[str, Named, Callable[[Mapping[str, Any]], Any]],
) -> Stated:
    name, named, checked = kind
    with services.store.writing() as tx:
        room = body_ref_of(tx, services, body) if body else ""
        place = _place(tx, services, lambda number: named(services.own.ref, fields, number))
        object_id, before = place.id, place.before
        value = _object(services, name, object_id, fields, before, by.tlp)
        checked(value)
        if room:
            give_room(services, tx, room, [value], by)
        else:
            services.author.state(tx, [value], services.clock.now(), by.who)
        services.record(tx, ActKind.OBJECT_STATED, by.who, object_id, **({"body": room} if room else {}))
    services.wake()
    return Stated(object_id, before is not None)


@dataclass(frozen=True, slots=True)
class _Place:
    """Under which id a claim is stated, what stands there in force, and whether it was withdrawn before."""

    id: str
    raw: bytes | None
    withdrawn: bool

    @property
    def before(self) -> Mapping[str, Any] | None:
        return None if self.raw is None else msgspec.json.decode(self.raw)


def _place(tx: Transaction, services: Services, named: Callable[[int], str]) -> _Place:
    """The first of a claim's ids that is free, or ours and in force.

    An id may be taken by what was withdrawn, or by who computed it before us.
    """
    withdrawn = False
    for number in range(1, MAX_AGAIN + 1):
        object_id = named(number)
        held = tx.versions.current_of([object_id]).get(object_id)
        if held is None:
            return _Place(object_id, None, withdrawn)
        if held.writer == services.own.ref and not held.revoked:
            return _Place(object_id, tx.versions.raw([held.num])[held.num], withdrawn)
        withdrawn = withdrawn or held.writer == services.own.ref
    raise UsageProblem(f"That was stated and withdrawn {MAX_AGAIN} times.", advice="Name its source otherwise.")


def _object(
    services: Services, kind: str, object_id: str, fields: Mapping[str, Any], before: Mapping[str, Any] | None, tlp: Tlp
) -> dict[str, Any]:
    """The object with these properties: a later version where one is there."""
    now = services.clock.now()
    value = common_properties(kind, object_id, stix_timestamp(now), services.own.ref)
    value |= {"object_marking_refs": [tlp.marking_ref]} | dict(fields)
    if before is None:
        return value
    later = statements.restated(before, now)
    return value | {"created": before["created"], "modified": later["modified"]}


def import_figures(
    services: Services, files: Sequence[tuple[str, Iterable[Record | Refusal]]], filling: Filling, by: By
) -> ImportOutcome:
    """Takes in the rows of files as this party's statements: what is bad is refused by its place and reason.

    The same rows again change nothing; another value in a later edition is a later version of the same figure.
    """
    taken = [(name, _pieces(services, rows, filling)) for name, rows in files]
    outcome = services.importing.run(taken, by.who)
    with services.store.writing() as tx:
        counts = {"accepted": outcome.accepted, "unchanged": outcome.unchanged, "refused": outcome.refused}
        services.record(tx, ActKind.OBJECTS_IMPORTED, by.who, outcome.id, **counts)
    services.wake()
    return outcome


def _pieces(services: Services, rows: Iterable[Record | Refusal], filling: Filling) -> Iterator[Piece | Refusal]:
    seen: dict[str, tuple[str, Mapping[str, Any]]] = {}
    waiting: list[tuple[str, dict[str, Any], Tlp]] = []
    for row in rows:
        found = _read(services, row, filling, seen)
        if isinstance(found, Refusal):
            yield found
        elif found is not None:
            waiting.append(found)
        if len(waiting) >= _AT_ONCE:
            yield from _stated(services, waiting)
            waiting = []
    yield from _stated(services, waiting)


def _read(
    services: Services, row: Record | Refusal, filling: Filling, seen: dict[str, tuple[str, Mapping[str, Any]]]
) -> tuple[str, dict[str, Any], Tlp] | Refusal | None:
    """What a row states; None where a row before it in the same file said the same."""
    if isinstance(row, Refusal):
        return row
    try:
        fields = fields_of(row, filling.defaults)
        tlp = Tlp.named(row.cells["tlp"]) if row.cells.get("tlp") else filling.tlp
    except Problem as problem:
        return Refusal(row.place, problem.detail)
    place, before = seen.setdefault(figure_id(services.own.ref, fields), (row.place, fields))
    if before is fields:
        return row.place, fields, tlp
    if before == fields:
        return None
    return Refusal(row.place, f"It says of the same thing another value than {place}, in the same words.")


def _stated(services: Services, rows: Sequence[tuple[str, dict[str, Any], Tlp]]) -> Iterator[Piece | Refusal]:
    """The rows as objects: as they stand here where nothing has changed. What was withdrawn is not brought back."""
    with services.store.reading() as tx:
        places = _places(tx, services, [fields for _, fields, _ in rows])
    for (place, fields, tlp), found in zip(rows, places, strict=True):
        before = found.before
        if before is None and found.withdrawn:
            yield Refusal(place, "It was withdrawn here. State it by hand to say it again: kenesh figure state.")
            continue
        value = _object(services, FIGURE.name, found.id, fields, before, tlp)
        is_same = before is not None and _said(before) == _said(value)
        yield Piece(place, found.raw if found.raw is not None and is_same else msgspec.json.encode(value))


def _places(tx: Transaction, services: Services, rows: Sequence[Mapping[str, Any]]) -> Iterable[_Place]:
    """Where each row is stated. They are looked up together, and one by one only where an id is taken."""
    own = services.own.ref
    ids = [figure_id(own, fields) for fields in rows]
    held = tx.versions.current_of(ids)
    raws = tx.versions.raw([one.num for one in held.values() if one.writer == own and not one.revoked])
    places = []
    for object_id, fields in zip(ids, rows, strict=True):
        one = held.get(object_id)
        if one is None or one.num in raws:
            places.append(_Place(object_id, None if one is None else raws[one.num], withdrawn=False))
        else:
            places.append(_place(tx, services, partial(figure_id, own, fields)))
    return places


def _said(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in value.items() if name not in _NOT_SAID}


def written(services: Services, reader: Reader, about: str, who: str) -> list[bytes]:
    """The figures that the reader sees as a table, the head and a line for each; that it leaves is recorded.

    Raises:
        UnknownProblem: there are none, or all are withheld from him: the two look alike.
    """
    rows = figures_seen(services, reader, about).map(lambda found: [seen.cells() for seen in found])
    if not rows.value:
        raise UnknownProblem("There are no figures of that here.", advice="`kenesh figure list` lists those there are.")
    with services.store.writing() as tx:
        services.record(
            tx, ActKind.OBJECTS_EXPORTED, who, services.own.ref, format="figures-csv", objects=len(rows.value)
        )
    return list(services.figures_written(rows.value))
