"""Acting on a proposal: positions are taken, who proposed extends, withdraws and notifies, the depositary certifies.

What is said goes to the whole body, and what it changes is not undone by another word: so the first press says what it
would be, and the second says it. Where the proposal changed in between, nothing is done, and it is shown again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.council.kinds import MAX_TEXT, Stance
from kenesh.doors.casework import By
from kenesh.doors.council import deciding
from kenesh.doors.council.deciding import Taking
from kenesh.doors.council.showing import ShownProposal, proposal_shown
from kenesh.doors.desk import answers, council, moments
from kenesh.doors.desk.agreeing import AGREED, Would
from kenesh.doors.desk.forms import MAX_OCTETS, Form
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.stix.marking import Tlp

#: The lengths of the object's own properties (`kenesh.council.kinds`).
_MAX_GROUND: Final = 5_000
_MAX_STATEMENT: Final = 20_000
_MAX_CHANNEL: Final = 60
_ORGAN: Final = re.compile(r"[A-Z][A-Z0-9]{0,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deliberating:
    """An act on a proposal, as its page shows it. `would`: what would be said, once it was shown."""

    act: str
    shown: ShownProposal
    clocks: tuple[str, ...]
    would: Would[Any] | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """What is read from the form, and how it is said. `may`: whether it is this party's to say now."""

    permission: Permission
    read: Callable[[Visit, Form, ShownProposal], Any]
    say: Callable[[Services, str, Any, By], object]
    may: Callable[[ShownProposal], bool]
    max_octets: int = MAX_OCTETS


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """A page for each act."""
    return [handler for name in _ACTS for handler in act_routes(services, on_problem, _page_of(name))]


def _page_of(name: str) -> ActPage:
    act = _ACTS[name]

    def show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
        return _page(visit, name, form, fault=fault)

    def press(visit: Visit, form: Form) -> Response[str]:
        shown = proposal_shown(visit.services, visit.reader, form.text("proposal")).value
        # By its whole id alone: how an id begins is for the command line.
        if shown.seen.id != form.text("proposal"):
            raise UnknownProblem("There is no such proposal.")
        if not act.may(shown):
            raise UsageProblem("That is not for this party to do, or it is over.", advice="Look at how it stands.")
        value = act.read(visit, form, shown)
        tlp = Tlp.named(form.text("tlp", "amber"))
        seal = _seal(name, shown, value, tlp)
        if form.text(AGREED) != seal:
            return _page(visit, name, form, would=Would(value, seal, bool(form.text(AGREED))))
        act.say(visit.services, shown.seen.id, value, By(visit.who, tlp, reader=visit.reader))
        return answers.see(visit.services, f"{council.ONE}/{shown.seen.id}")

    return ActPage(f"{council.LIST}/{name}", act.permission, show, press, act.max_octets)


def _page(
    visit: Visit, act: str, form: Form, *, fault: Problem | None = None, would: Would[Any] | None = None
) -> Response[str]:
    clocks = moments.clocks(visit.services.own.code)
    shown = proposal_shown(visit.services, visit.reader, form.text("proposal")).map(
        lambda shown: Deliberating(act, shown, clocks, would)
    )
    return visit.form("council", "deliberating.html", form, shown, fault)


def _seal(act: str, shown: ShownProposal, value: Any, tlp: Tlp) -> str:
    """Of what would be said, and of what it would be said to."""
    state = shown.seen.state
    own = shown.seen.own
    stands = [state.outcome.value, int(state.deadline), state.proposal.text_sha256, own and int(own.modified_at)]
    return sha256(msgspec.json.encode([act, shown.seen.id, stands, value, tlp.label])).hexdigest()


def _taking(visit: Visit, form: Form, shown: ShownProposal) -> Taking:
    said = form.text("stance")
    if said not in list(shown.stances):
        raise UsageProblem("No position is chosen.", advice="Choose one.")
    stance = Stance(said)
    ground, amendment = form.short("ground", _MAX_GROUND), form.short("amendment", MAX_TEXT)
    if stance in (Stance.OBJECT, Stance.AMEND) and not ground:
        raise UsageProblem("An objection has a ground.", advice="Write why.")
    if (stance is Stance.AMEND) != bool(amendment):
        raise UsageProblem(
            "An amendment has a text, and nothing else has.", advice="Write the text as it should be, or leave it out."
        )
    remedy, statement = form.short("remedy", _MAX_GROUND), form.short("statement", _MAX_STATEMENT)
    return Taking(stance, *map(unbroken, (ground, remedy, amendment, statement)))


def _later(visit: Visit, form: Form, shown: ShownProposal) -> int:
    at = moments.chosen(form, "until", visit.services.own.code, visit.now)
    if at <= shown.seen.state.deadline:
        raise UsageProblem("A deadline is never shortened.", advice="Choose a later one.")
    return at


def _told(visit: Visit, form: Form, shown: ShownProposal) -> tuple[str, str]:
    party, channel = form.text("party"), form.short("channel", _MAX_CHANNEL)
    if party not in map(shown.seen.code, shown.seen.state.missing):
        raise UsageProblem("It is not said who was told.", advice="Choose a party.")
    if not channel:
        raise UsageProblem("It is not said how.", advice="Write it: telephone, note verbale.")
    return party, channel


def _organ(visit: Visit, form: Form, shown: ShownProposal) -> str:
    if not _ORGAN.fullmatch(form.text("organ")):
        raise UsageProblem("That is no short name of an organ.", advice="Write it in capital letters: CC.")
    return form.text("organ")


def _nothing(visit: Visit, form: Form, shown: ShownProposal) -> None:
    return None


def _withdraw(services: Services, name: str, nothing: None, by: By) -> None:
    deciding.withdraw(services, name, by)


def _notify(services: Services, name: str, told: tuple[str, str], by: By) -> None:
    deciding.notify(services, name, *told, by)


def unbroken(text: str) -> str:
    """The text with the line breaks of files: a browser sends two characters for each."""
    return text.replace("\r\n", "\n")


_ACTS: Final[Mapping[str, _Act]] = {
    # An amendment is as long as a text may be; each of its characters may be sent as nine.
    "take": _Act(Permission.POSITION_TAKE, _taking, deciding.take, lambda one: one.may_take, 10 * MAX_TEXT),
    "extend": _Act(Permission.PROPOSE, _later, deciding.extend, lambda one: one.may_change),
    "withdraw": _Act(Permission.PROPOSE, _nothing, _withdraw, lambda one: one.may_change),
    "notify": _Act(Permission.PROPOSE, _told, _notify, lambda one: one.may_notify),
    "certify": _Act(Permission.CERTIFY, _organ, deciding.certify, lambda one: one.may_certify),
}
