"""The act of exporting: what is selected, as far as the person sees it, written in one format, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.doors.services import Form, Services, Transaction
from kenesh.federation.releasing import nothing_selected, selected
from kenesh.holdings.exercising import of_exercise
from kenesh.holdings.holding import ways_seen_by
from kenesh.holdings.leaving import LOAD, Conditions, Load, Order, Tally, load_of
from kenesh.holdings.ports import chunks
from kenesh.ledger.acts import ActKind
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.stix.exercise import MADE_UP
from kenesh.stix.register import Channel

#: Where the pieces of the files go, in order.
Sink = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person wants to leave. `everything`: all that is held and counts."""

    words: Sequence[str] = ()
    query: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """In which format, and what that format asks for besides: a kind of value, the address at which it will stand."""

    name: str
    kind: str = ""
    url: str = ""


def form_of(services: Services, shape: Shape) -> Form:
    """The format.

    Raises:
        UsageProblem: there is none of that name, or it asks for something that was not said, or is told too much.
    """
    name, form = shape.name, services.forms.get(shape.name)
    if form is None:
        raise UsageProblem(f"'{name[:40]}' is no format.", advice=f"Say --as {', '.join(sorted(services.forms))}.")
    if form.kinds and shape.kind not in form.kinds:
        raise UsageProblem(f"A {name} holds values of one kind.", advice=f"Say --kind {', '.join(form.kinds)}.")
    for option, text, asked in (("--kind", shape.kind, bool(form.kinds)), ("--url", shape.url, form.asks_url)):
        if text and not asked:
            raise UsageProblem(f"{option} is nothing to --as {name}.", advice="Leave it out.")
    return form


def export(services: Services, reader: Reader, selection: Selection, shape: Shape, sink: Sink) -> Tally:
    """Writes what is selected and the reader sees; gives what was written and what was left out.

    Raises:
        UnknownProblem: nothing of it is held, or the reader sees nothing of it: the two look alike.
    """
    form, now = form_of(services, shape), services.clock.now()
    tally = Tally()
    services.bring_up_to_date()
    try:
        with services.store.reading() as tx:
            _check_named(tx, reader, selection, now)
            order = Order(
                now=now,
                party=services.own.code,
                uuid=services.chance.uuid4(),
                conditions=_conditions(services, tx, reader, selection, form),
                url=shape.url,
                kind=shape.kind,
                hosts=_hosts(services, tx),
                tally=tally,
            )
            for file, octets in form.write(_loads(services, tx, reader, selection, form, tally), order):
                sink(file, octets)
    finally:
        # Also what was cut off half-way has left.
        if tally.written:
            with services.store.writing() as tx:
                services.record(tx, ActKind.OBJECTS_EXPORTED, reader.name, shape.name, objects=tally.written)
            services.wake()
    return tally


def _check_named(tx: Transaction, reader: Reader, selection: Selection, now: Instant) -> None:
    """What is withheld is answered as what is absent."""
    if not selection.everything:
        found = tx.versions.held(selected(tx, reader, selection.words, selection.query, now))
        if selection.query is not None and not ways_seen_by(tx, reader, found, now).value:
            raise nothing_selected(selection.query)


def _numbers(tx: Transaction, reader: Reader, selection: Selection, now: Instant) -> Iterator[Sequence[int]]:
    if not selection.everything:
        yield from chunks(selected(tx, reader, selection.words, selection.query, now), LOAD)
        return
    last = 0
    while found := tx.versions.accepted_after(last, LOAD):
        yield found
        last = found[-1]


def _loads(
    services: Services,
    tx: Transaction,
    reader: Reader,
    selection: Selection,
    form: Form,
    tally: Tally | None = None,
) -> Iterator[Released[Load]]:
    def wants(stix_type: str) -> bool:
        # All that is held is content; cards and releases leave when somebody names them.
        is_asked = not selection.everything or services.grants.channel_of(stix_type) is Channel.CONTENT
        return is_asked and (form.types is None or stix_type in form.types)

    now = services.clock.now()
    for numbers in _numbers(tx, reader, selection, now):
        yield load_of(tx, reader, _real(tx, numbers, selection, form, tally), now, wants, newest=selection.everything)


def _real(
    tx: Transaction, numbers: Sequence[int], selection: Selection, form: Form, tally: Tally | None
) -> Sequence[int]:
    """Without what was made up for an exercise: that leaves when somebody names it, in a form that says so."""
    if form.says_markings and not selection.everything:
        return numbers
    made_up = of_exercise(tx, numbers)
    if not made_up:
        return numbers
    if tally is not None and not selection.everything:
        for held in tx.versions.held(made_up):
            tally.leave_out(held.id, MADE_UP)
    return [num for num in numbers if num not in made_up]


def _conditions(services: Services, tx: Transaction, reader: Reader, selection: Selection, form: Form) -> Conditions:
    """What stands at the head must be known before the first line is written: the selection is gone through twice."""
    conditions = Conditions()
    if form.heads:
        for load in _loads(services, tx, reader, selection, form):
            conditions.add(load.value)
    return conditions


def _hosts(services: Services, tx: Transaction) -> tuple[str, ...]:
    """The hosts of this node and of every node that it talks to."""
    urls = [services.own.url, *(peer.url for peer in tx.peers.all())]
    return tuple(sorted({host for url in urls if url and (host := urlsplit(url).hostname)}))
