"""The record of acts, read only: the newest, and of what is about objects what the reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.identifiers import is_stix_id
from kenesh.doors import auditing
from kenesh.doors.desk import answers
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.visits import Visit, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import Act
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released

_SHOWN: Final = 200
#: The newest of the record; whoever looks for more has the command line.
_LOOKED_THROUGH: Final = 1_000
#: What is named by an id of STIX's form and is no object of anybody's.
_NO_OBJECTS: Final = ("identity--", "import--", "audience--")


@dataclass(frozen=True, slots=True)
class Entry:
    """An act; `about` is its object where it has one, `party` the party that it was done to."""

    act: Act
    about: Seen | None
    party: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The newest first."""

    entries: tuple[Entry, ...]
    shown: int = _SHOWN


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page of the record."""

    @get("/desk/record", opt={"permission": Permission.RECORD_READ}, exception_handlers=on_problem, sync_to_thread=True)
    def record(request: Asked) -> Response[str]:
        """Who did what, and when."""
        visit = visit_of(services, request)
        return visit.page("record", "record.html", _page(visit))

    return [record]


def _page(visit: Visit) -> Released[RecordPage]:
    acts = [one.act for one in reversed(auditing.latest(visit.services, _LOOKED_THROUGH)) if one.act is not None]
    ids = {named for act in acts for named in _objects_of(act)}
    with visit.services.store.reading() as tx:
        return seen_by_id(tx, visit.reader, ids, visit.now).map(
            # Cut after it was decided what is seen, so that the page says nothing of what is not.
            lambda known: RecordPage(tuple(islice(_entries(tx, acts, known), _SHOWN)))
        )


def _objects_of(act: Act) -> list[str]:
    """The ids of the objects that an act names. Where one of them is withheld, the act is not told."""
    texts = [act.subject, *(value for value in act.details.values() if isinstance(value, str))]
    words = (word for text in texts for word in text.replace(",", " ").split())
    return [text for text in words if is_stix_id(text) and not text.startswith(_NO_OBJECTS)]


def _entries(tx: Transaction, acts: Sequence[Act], known: Mapping[str, Seen]) -> Iterator[Entry]:
    for act in acts:
        if all(named in known for named in _objects_of(act)):
            party = tx.parties.code_of(act.subject) if act.subject.startswith("identity--") else ""
            yield Entry(act, known.get(act.subject), party)
