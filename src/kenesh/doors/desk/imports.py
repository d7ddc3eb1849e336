"""Imports: what was taken in, what was refused and why, and which of the values found in texts wait to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import proposing
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.proposing import Chosen
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.proposing import Proposal
from kenesh.holdings.rows import HeldVersion, ImportRecord, Remark
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.stix.marking import Tlp
from kenesh.watch.watching import look_up

_REMARKS: Final = 500
#: So many values are judged on one page; the next stand there when these are judged.
_JUDGED: Final = 50
_MAX_NOTE: Final = 4_000
REJECT: Final = "reject"


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import, and what of its remarks the reader may read: what was refused, and warnings of what he sees."""

    record: ImportRecord
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Judging:
    """Values that wait, each with the objects that know it already; `would` are the indicators that would be stated."""

    waiting: tuple[tuple[Proposal, tuple[Seen, ...]], ...]
    would: Would[tuple[Seen, ...]] | None


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page of an import, and the page on which values are judged."""

    @get(
        "/desk/imports/{import_id:str}",
        opt={"permission": Permission.IMPORTS_READ},
        exception_handlers=on_problem,
        sync_to_thread=True,
    )
    def one(request: Asked, import_id: FromPath[str]) -> Response[str]:
        """One import with all that it refused."""
        visit = visit_of(services, request)
        return visit.page("imports", "import.html", _import(visit, import_id))

    judge = ActPage("/desk/proposals", Permission.PROPOSALS_JUDGE, _show, _press)
    return [one, *act_routes(services, on_problem, judge)]


def _import(visit: Visit, import_id: str) -> Released[ImportPage]:
    with visit.services.store.reading() as tx:
        record = tx.imports.find(import_id)
        if record is None:
            raise UnknownProblem("There is no such import.")
        remarks = sorted(tx.imports.remarks(record.num, _REMARKS), key=lambda remark: not remark.refused)
        ids = {remark.object_id for remark in remarks if remark.object_id}
        return seen_by_id(tx, visit.reader, ids, visit.now).map(
            lambda known: ImportPage(record, tuple(r for r in remarks if r.refused or r.object_id in {"", *known}))
        )


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(
    visit: Visit, form: Form, would: Released[Would[tuple[Seen, ...]]] | None, fault: Problem | None = None
) -> Response[str]:
    with visit.services.store.reading() as tx:
        waiting = tx.proposals.open(form.text("import") or None, _JUDGED)
        found = look_up(tx, visit.reader, [one.found.value for one in waiting], visit.now)
        ids = [dict.fromkeys(known.held.id for known in one.known.value) for one in found]
        shown = seen_by_id(tx, visit.reader, {known for each in ids for known in each}, visit.now).map(
            lambda links: Judging(
                tuple(
                    (one, tuple(links[i] for i in each if i in links)) for one, each in zip(waiting, ids, strict=True)
                ),
                would.value if would else None,
            )
        )
    return visit.form("proposals", "proposals.html", form, shown, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    nums = [int(num) for num in form.every("proposal", _JUDGED) if num.isascii() and num.isdigit() and len(num) < 16]
    if not nums:
        raise UsageProblem("Nothing is ticked.", advice="Tick the values that are meant.")
    if form.text("answer") == REJECT:
        proposing.reject(visit.services, Chosen(nums), visit.who)
        return answers.see(visit.services, "/desk/proposals")
    tlp, note = Tlp.named(form.text("tlp")), form.short("note", _MAX_NOTE)

    def tell(tx: Transaction, held: Sequence[HeldVersion]) -> Told:
        return Told(seen(tx, visit.reader, held, visit.now), [nums, sorted(one.name for one in held), int(tlp), note])

    def act(consent: Consent[Sequence[HeldVersion]]) -> Sequence[HeldVersion]:
        return proposing.confirm(visit.services, Chosen(nums), tlp, note, visit.who, consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return _page(visit, form, outcome)
    return done.see(visit, [item.id for item in outcome])
