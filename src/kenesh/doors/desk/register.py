"""The register at the desk: what was said and what became of it; rows of pages are confirmed, corrected, put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.council.agenda.kinds import KINDS
from kenesh.council.register.columns import Correction
from kenesh.council.register.keeping import Row
from kenesh.council.register.kinds import MAX_BASIS, MAX_NAME, PENDING
from kenesh.doors.casework import By
from kenesh.doors.consent import Consent
from kenesh.doors.council import judging, pagekeeping, registered
from kenesh.doors.council.judging import Chosen
from kenesh.doors.council.registered import SeenPage, SeenStatement
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.stix.marking import Tlp
from kenesh.stix.quoting import STATEMENT_TYPE

_LIST: Final = "/desk/register"
#: So many rows are judged on one page; the next stand there when these are judged.
JUDGED: Final = 50
DROP: Final = "drop"


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """What was said, as the reader sees it; `pages` are those with rows to judge, for who judges them."""

    statements: tuple[SeenStatement, ...]
    more: int
    pages: tuple[SeenPage, ...]
    pending: frozenset[str] = PENDING


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Rows of a page that wait; `would` are the statements that would be made, `row` the one that is corrected."""

    seen: SeenPage
    waiting: tuple[Row, ...]
    would: Would[tuple[Seen, ...]] | None = None
    row: Row | None = None
    kinds: tuple[str, ...] = KINDS


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list, the page on which rows are judged, and the one on which a row is corrected."""

    @get(_LIST, opt={"permission": Permission.PAGES_READ}, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Every statement that the reader sees, and how it stands by evidence."""
        visit = visit_of(services, request)
        return visit.page("register", "register.html", _register(visit))

    judge = ActPage(f"{_LIST}/rows", Permission.REGISTER_JUDGE, _show, _press)
    correct = ActPage(f"{_LIST}/correct", Permission.REGISTER_JUDGE, _show_row, _press_row)
    return [listed, *act_routes(services, on_problem, judge), *act_routes(services, on_problem, correct)]


def _register(visit: Visit) -> Released[RegisterPage]:
    pages = registered.pages(visit.services, visit.reader).map(lambda found: tuple(one for one in found if one.waiting))
    return registered.statements(visit.services, visit.reader).map(
        lambda found: RegisterPage(found.statements, found.more, pages.value)
    )


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(
    visit: Visit, form: Form, would: Released[Would[tuple[Seen, ...]]] | None, fault: Problem | None = None
) -> Response[str]:
    shown = registered.one_page(visit.services, visit.reader, form.text("source")).map(
        lambda page: RowsPage(page, page.waiting[:JUDGED], would.value if would else None)
    )
    return visit.form("register", "rows.html", form, shown, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    source, by = form.text("source"), By(visit.who, Tlp.named(form.text("tlp", "amber")), reader=visit.reader)
    numbers = [_number(text) for text in form.every("row", JUDGED)]
    if not numbers:
        raise UsageProblem("Nothing is ticked.", advice="Tick the rows that are meant.")
    if form.text("answer") == DROP:
        judging.drop(visit.services, Chosen(source, numbers), by)
        return answers.see(visit.services, f"{_LIST}/rows?source={source}")

    def tell(tx: Transaction, held: Sequence[HeldVersion]) -> Told:
        made = [one for one in held if one.type == STATEMENT_TYPE]
        page = pagekeeping.page_named(tx.register.pages(), source)
        rows = judging.rows_seen(tx, visit.reader, [page.num], visit.now)
        facts = [repr(row.columns) for row in rows.value if row.number in numbers]
        return Told(seen(tx, visit.reader, made, visit.now), [source, numbers, facts, int(by.tlp)])

    def act(consent: Consent[Sequence[HeldVersion]]) -> Sequence[HeldVersion]:
        return judging.confirm(visit.services, Chosen(source, numbers), by, consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return _page(visit, form, outcome)
    return done.see(visit, [item.id for item in outcome])


def _number(text: str) -> int:
    """Raises UnknownProblem: it is no number of a row."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UnknownProblem("There is no such row.")
    return int(text)


def _show_row(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    number = _number(form.text("row"))
    shown = registered.one_page(visit.services, visit.reader, form.text("source")).map(
        lambda page: RowsPage(page, (), row=page.row(number))
    )
    return visit.form("register", "rowcorrect.html", form, shown, fault)


def _press_row(visit: Visit, form: Form) -> Response[str]:
    """What is written otherwise than it stands is said; what is left as it stands is not."""
    source, number = form.text("source"), _number(form.text("row"))
    row = registered.one_page(visit.services, visit.reader, source).value.row(number)
    judging.correct(visit.services, source, number, _correction(form, row), By(visit.who, reader=visit.reader))
    return answers.see(visit.services, f"{_LIST}/rows?source={source}")


def _correction(form: Form, row: Row) -> Correction:
    stands = row.columns
    said = {name: form.short(name, MAX_NAME) for name in ("speaker", "speaker_resolved", "kind", "when", "said_on")}
    said |= {name: form.short(name, MAX_BASIS) for name in ("speaker_basis", "when_basis")}
    changed = {name: text for name, text in said.items() if name in form.fields and text != getattr(stands, name)}
    for said_of, basis in (("speaker_resolved", "speaker_basis"), ("when", "when_basis")):
        if changed.get(said_of):
            # A basis that was left as it stood is the person's for what he says now.
            changed.setdefault(basis, getattr(stands, basis))
        elif basis in changed:
            changed.setdefault(said_of, getattr(stands, said_of))
    names = tuple(filter(None, (line.strip() for line in form.text("mechanisms").splitlines())))
    about = names if "mechanisms" in form.fields and names != stands.mechanisms else None
    return msgspec.convert(changed | ({} if about is None else {"mechanisms": about}), Correction)
