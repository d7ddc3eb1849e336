"""Proposing a text at the desk: each language pasted or from a file, by which procedure, until when; two presses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UsageProblem
from kenesh.council.kinds import MAX_TEXT, Authenticity, Procedure
from kenesh.council.stated import Text, hash_of
from kenesh.doors.casework import By
from kenesh.doors.council import deciding
from kenesh.doors.council.deciding import Wanted
from kenesh.doors.council.showing import DecidingBody, bodies_deciding
from kenesh.doors.desk import answers, council, moments
from kenesh.doors.desk.agreeing import AGREED, Would
from kenesh.doors.desk.deliberating import unbroken
from kenesh.doors.desk.forms import Form, with_text
from kenesh.doors.desk.languages import LANGUAGES
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.stix.marking import Tlp

_PATH: Final = f"{council.LIST}/propose"
_MAX_NAME: Final = 300
#: All languages together; what is longer is proposed at the command line.
MAX_OCTETS: Final = 4_000_000
_OTHER: Final = "other"
_LANG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
#: What stands where a file's octets were no UTF-8.
_BROKEN: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Drafting:
    """What there is to choose from; `would`: what would be proposed, with its hash, once it was shown."""

    bodies: tuple[DecidingBody, ...]
    clocks: tuple[str, ...]
    would: Would[tuple[DecidingBody, Wanted, str]] | None = None
    languages: tuple[tuple[str, str], ...] = (*LANGUAGES.items(), (_OTHER, ""))
    kinds: tuple[Authenticity, ...] = tuple(Authenticity)
    longest: int = MAX_TEXT


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The form."""
    return act_routes(services, on_problem, ActPage(_PATH, Permission.PROPOSE, _show, _press, MAX_OCTETS))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, fault=fault)


def _page(
    visit: Visit,
    form: Form,
    *,
    fault: Problem | None = None,
    would: Would[tuple[DecidingBody, Wanted, str]] | None = None,
) -> Response[str]:
    clocks = moments.clocks(visit.services.own.code)

    def shaped(found: tuple[DecidingBody, ...]) -> Drafting:
        return Drafting(tuple(one for one in found if one.procedures), clocks, would)

    return visit.form(
        "council", "drafting.html", form, bodies_deciding(visit.services, visit.reader).map(shaped), fault
    )


def _press(visit: Visit, form: Form) -> Response[str]:
    texts = list(_texts(form))
    # What came from a file stands in the form from now on: a browser sends no file twice.
    form = with_text(form, **{f"text-{row}": text.text for row, text in texts})
    try:
        body, wanted = _wanted(visit, form, [text for _, text in texts])
    except UsageProblem as problem:
        return _page(visit, form, fault=problem)
    tlp, digest = Tlp.named(form.text("tlp", "amber")), hash_of([text.wire() for text in wanted.texts])
    facts = [body.ref, wanted.name, wanted.procedure.value, int(wanted.deadline), digest, tlp.label]
    seal = sha256(msgspec.json.encode(facts)).hexdigest()
    if form.text(AGREED) != seal:
        return _page(visit, form, would=Would((body, wanted, digest), seal, bool(form.text(AGREED))))
    made = deciding.propose(visit.services, body.ref, wanted, By(visit.who, tlp, reader=visit.reader))
    return answers.see(visit.services, f"{council.ONE}/{made}")


def _wanted(visit: Visit, form: Form, texts: list[Text]) -> tuple[DecidingBody, Wanted]:
    """What is proposed, to a body that the person sees.

    Raises:
        UsageProblem: something is not said, or the body does not decide so.
    """
    found = bodies_deciding(visit.services, visit.reader).value
    body = next((one for one in found if one.ref == form.text("body") and one.procedures), None)
    if body is None:
        raise UsageProblem("It is not said to which body.", advice="Choose one.")
    name, procedure = form.short("name", _MAX_NAME), form.text("procedure", body.procedures[0])
    if not name:
        raise UsageProblem("What is proposed has no name.", advice="Say it in a few words.")
    if procedure not in list(body.procedures):
        raise UsageProblem("That body decides nothing so.", advice="Choose another procedure.")
    if not texts:
        raise UsageProblem("There is no text.", advice="Paste it, or choose its file.")
    if len({text.lang for text in texts}) < len(texts):
        raise UsageProblem("One language is there twice.", advice="Name each language once.")
    deadline = moments.chosen(form, "until", visit.services.own.code, visit.now)
    if procedure == Procedure.SILENCE and body.rules and deadline <= visit.now + (body.rules.silence or 0):
        raise UsageProblem(
            "The silence would be shorter than the rules of the body allow.", advice="Choose a later one."
        )
    return body, Wanted(name, texts, Procedure(procedure), deadline)


def _texts(form: Form) -> Iterator[tuple[str, Text]]:
    """The rows of the form in which a text stands; a file is taken in place of what is pasted.

    Raises:
        UsageProblem: it is too long, no UTF-8, or of no language.
    """
    for row in (*LANGUAGES, _OTHER):
        text = unbroken(form.text(f"file-{row}") or form.text(f"text-{row}"))
        if not text:
            continue
        lang = form.text("lang") if row == _OTHER else row
        if len(text) > MAX_TEXT:
            raise UsageProblem(f"A text has {len(text)} characters.", advice=f"At most {MAX_TEXT} are taken there.")
        if _BROKEN in text:
            raise UsageProblem("A text is not in UTF-8.", advice="Save the file as UTF-8, and choose it again.")
        if not _LANG.fullmatch(lang):
            raise UsageProblem("A text has no language.", advice="Write its code: hu, de, zh-Hans.")
        worth = form.text(f"worth-{row}", Authenticity.AUTHENTIC)
        if worth not in list(Authenticity):
            raise UsageProblem("It is not said what a text is worth.", advice="Choose one.")
        yield row, Text(lang, Authenticity(worth), text)
