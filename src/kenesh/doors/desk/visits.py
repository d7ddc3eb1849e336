"""A visit: one person at one page of the desk, and how a page that does something is asked for and pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import Instant
from kenesh.basis.problem import ForbiddenProblem, Problem, StoreProblem, UnauthorisedProblem, UnknownProblem
from kenesh.doors.desk import answers, pages
from kenesh.doors.desk.forms import MAX_OCTETS, Form, asked_form, sent_form
from kenesh.doors.desk.seen import seen_by_id
from kenesh.doors.gate import Asked, caller_of
from kenesh.doors.services import Services
from kenesh.parties.accounts import Account
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

#: What is answered with a page of its own; every other problem is said on the form, which keeps what was written.
_ELSEWHERE: Final = (UnauthorisedProblem, ForbiddenProblem, UnknownProblem, StoreProblem)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, for what."""

    services: Services
    request: Asked
    reader: Reader
    account: Account

    @property
    def who(self) -> str:
        """The person's name: in what is held by persons it stands so, and in the record as a number."""
        return self.reader.name

    @property
    def now(self) -> Instant:
        """When it is, as the node's clock says at this moment."""
        return self.services.clock.now()

    def page(self, here: str, template: str, shown: Released[Any]) -> Response[str]:
        """A page with what the person may see."""
        frame = answers.frame_of(self.services, self.request, self.account, here)
        return answers.html(self.services, self.request, pages.page(template, frame, shown))

    def form(
        self, here: str, template: str, form: Form, shown: Released[Any] | None = None, fault: Problem | None = None
    ) -> Response[str]:
        """A page with a form, and what was wrong with it."""
        frame = answers.frame_of(self.services, self.request, self.account, here)
        body = pages.form_page(template, frame, form, shown, fault.sentence() if fault else "")
        return answers.html(self.services, self.request, body, fault.http_status if fault else 200)

    def must_see(self, ids: Iterable[str]) -> None:
        """Passes only where the person sees each of these objects.

        Raises:
            UnknownProblem: one of them is absent, or withheld: the two look alike.
        """
        named = set(ids)
        if not all(map(is_stix_id, named)):
            raise UnknownProblem("There is no such object.")
        with self.services.store.reading() as tx:
            if seen_by_id(tx, self.reader, named, self.now).value.keys() != named:
                raise UnknownProblem("There is no such object.")


def visit_of(services: Services, request: Asked) -> Visit:
    """The visit of whoever is logged in.

    Raises:
        UnauthorisedProblem: nobody is.
    """
    caller = caller_of(request)
    if caller.present is None:
        raise UnauthorisedProblem("Nobody is logged in.", advice="Log in at /desk/login.")
    return Visit(services, request, caller.reader, caller.present.account)


Page = Callable[[Visit, Form, Problem | None], Response[str]]
Press = Callable[[Visit, Form], Response[str]]


@dataclass(frozen=True, slots=True)
class ActPage:
    """A page on which something is done: its address, who may, how it is shown, and what pressing its button does."""

    path: str
    permission: Permission
    show: Page
    press: Press
    max_octets: int = MAX_OCTETS


def act_routes(services: Services, on_problem: answers.Handlers, act: ActPage) -> list[HTTPRouteHandler]:
    """Asking for the page changes nothing; what is pressed comes from a page of the desk, and is bounded."""
    opt = {"permission": act.permission}

    # Two handlers share a path, and Litestar wraps a synchronous one twice there: both are asynchronous.
    @get(act.path, opt=opt, exception_handlers=on_problem)
    async def ask(request: Asked) -> Response[str]:
        return await sync_to_thread(lambda: act.show(visit_of(services, request), asked_form(request), None))

    @post(act.path, opt=opt, exception_handlers=on_problem, request_max_body_size=act.max_octets, status_code=200)
    async def press(request: Asked) -> Response[str]:
        answers.check_own_page(services, request)
        form = await sent_form(request)
        return await sync_to_thread(lambda: _pressed(act, visit_of(services, request), form))

    return [ask, press]


def _pressed(act: ActPage, visit: Visit, form: Form) -> Response[str]:
    try:
        return act.press(visit, form)
    except _ELSEWHERE:
        raise
    except Problem as problem:
        return act.show(visit, form, problem)
