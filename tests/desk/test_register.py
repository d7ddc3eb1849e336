"""The register at the desk: rows are judged by two presses; and no excerpt goes out anywhere without its condition."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import Desk, carry, logged_in, pressed_twice, seal_of, send, traces

from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.council.register.keeping import Row
from kenesh.council.register.kinds import Effect
from kenesh.doors import acts, exporting
from kenesh.doors.acts import Wish
from kenesh.doors.casework import By
from kenesh.doors.cli import registerwords, words
from kenesh.doors.council import evidencing, judging, pagekeeping, registered
from kenesh.doors.council.evidencing import Showing
from kenesh.doors.council.judging import Chosen
from kenesh.doors.council.pagekeeping import About
from kenesh.doors.exporting import Selection, Shape
from kenesh.doors.views import show
from kenesh.parties.roles import AccountRole
from kenesh.release.reader import Reader, ReaderKind
from kenesh.response.statements import Hand
from kenesh.stix.marking import Tlp

CONDITION = "Reprint only with reference to <Lake> Herald."
EXCERPT = "We support the initiative to establish the Lake Council"
PAGE = f"""Orhun, 3 May 2026. {CONDITION}

"{EXCERPT}," said Minister Olga Sand.

"Our ministers will meet in Bishkek this year," said Minister Olga Sand.
"""
BY = By("console", Tlp.CLEAR)


@pytest.fixture
def source(desk: Desk) -> str:
    """A page of two rows, of which nobody has judged one."""
    return pagekeeping.keep(desk.services, PAGE.encode(), About("page.txt"), "console").page.source.id


@pytest.fixture
def stated(desk: Desk, source: str) -> list[str]:
    """Both rows as statements; the first is the support."""
    held = judging.confirm(desk.services, Chosen(source, (), every=True), BY)
    return [one.id for one in held]


def console(desk: Desk) -> Reader:
    return desk.services.person("console")


def rows(desk: Desk, source: str) -> tuple[Row, ...]:
    return registered.one_page(desk.services, console(desk), source).value.rows


# Judging


def test_rows_are_confirmed_by_two_presses_and_what_is_shown_is_what_is_stated(
    desk: Desk, source: str, reader: Client
) -> None:
    assert f"/desk/register/rows?source={source}" in reader.get("/desk/register").text
    before = traces(desk)
    form = {"source": source, "row": ["1"], "tlp": "green"}
    first = send(reader, "/desk/register/rows", form)
    assert "Nothing is stated yet. This would be:" in first.text and EXCERPT in first.text
    assert traces(desk) == before
    # A row that is corrected meanwhile is another statement: it is shown again.
    send(reader, "/desk/register/correct", {"source": source, "row": "1", "kind": "proposal"})
    again = send(reader, "/desk/register/rows", form | {"agreed": seal_of(first.text)})
    assert "This is no longer what you were shown" in again.text
    done = send(reader, "/desk/register/rows", form | {"agreed": seal_of(again.text)})
    assert done.status_code == 303
    confirmed = next(row for row in rows(desk, source) if row.number == 1)
    assert (confirmed.person, confirmed.columns.kind, confirmed.read.kind) == ("duty officer", "proposal", "support")
    assert "no evidence yet" in reader.get("/desk/register").text


def test_what_is_ticked_is_put_aside_and_what_is_written_otherwise_is_said(
    desk: Desk, source: str, reader: Client
) -> None:
    assert send(reader, "/desk/register/rows", {"source": source, "row": "2", "answer": "drop"}).status_code == 303
    page = reader.get(f"/desk/register/correct?source={source}&row=1").text
    fields = dict(re.findall(r'<input id="(\w+)" name="\w+" type="text" maxlength="\d+" value="([^"]*)"', page))
    form = {**fields, "source": source, "row": "1", "kind": "support", "mechanisms": "Lake Council\r\nWater"}
    refused = send(reader, "/desk/register/correct", form | {"when": "soon", "when_basis": "x"})
    assert (refused.status_code, "is no time" in refused.text) == (400, True)
    assert send(reader, "/desk/register/correct", form).status_code == 303
    first, second = rows(desk, source)
    assert (first.corrections, first.columns.mechanisms) == (("mechanisms",), ("Lake Council", "Water"))
    assert second.standing.name == "DROPPED"


def test_who_may_not_judge_sees_the_register_and_no_rows(desk: Desk, source: str, nobody: Client) -> None:
    desk.has_account("auditor", AccountRole.AUDITOR)
    auditor = logged_in(desk, nobody, "auditor")
    assert source not in auditor.get("/desk/register").text
    assert auditor.get(f"/desk/register/rows?source={source}").status_code == 403
    assert send(auditor, "/desk/register/rows", {"source": source, "row": "1"}).status_code == 403


def test_what_was_confirmed_for_named_persons_is_a_row_for_nobody_else(desk: Desk, source: str, reader: Client) -> None:
    pressed_twice(reader, "/desk/register/rows", {"source": source, "row": "1", "tlp": "red"})
    # What is TLP:RED is for whoever stated it; the console is somebody else.
    assert [row.number for row in rows(desk, source)] == [2]
    with pytest.raises(UnknownProblem):
        judging.drop(desk.services, Chosen(source, (1,)), BY)
    assert EXCERPT in reader.get("/desk/register").text
    assert registered.statements(desk.services, console(desk)).value.statements == ()


def test_a_page_is_kept_and_evidence_said_at_the_desk(desk: Desk, stated: list[str], reader: Client) -> None:
    support, event = stated
    form = {"name": "later", "text": '"The ministers met on 3 May 2027," said Minister Sand.', "condition": "Ask."}
    kept = send(reader, "/desk/register/keep", form)
    assert kept.status_code == 303
    source = kept.headers["location"].partition("source=")[2]
    page = registered.one_page(desk.services, console(desk), source).value
    assert (page.page.person, page.page.source.condition, len(page.waiting)) == ("duty officer", "Ask.", 1)
    assert send(reader, "/desk/register/keep", form | {"name": ""}).status_code == 400
    said = {"statement": support, "by": source, "effect": "held", "on": "2027-05-03", "tlp": "green"}
    assert EXCERPT in reader.get(f"/desk/register/evidence?statement={support}").text
    for wrong in ({"on": "soon"}, {"by": ""}, {"effect": "liked"}, {"tlp": ""}, {"by": support}):
        assert send(reader, "/desk/register/evidence", said | wrong).status_code == 400, wrong
    assert send(reader, "/desk/register/evidence", said | {"statement": support[:30]}).status_code == 404
    assert send(reader, "/desk/register/evidence", said).status_code == 303
    standing = registered.one_statement(desk.services, desk.services.person("duty officer"), support).value.standing
    assert (standing.effect, standing.on) == (Effect.HELD, date(2027, 5, 3))
    assert "2027-05-03" in reader.get("/desk/register").text
    assert registered.one_statement(desk.services, console(desk), event).value.standing.effect is None


# Evidence


def test_withheld_evidence_is_as_if_it_were_absent(desk: Desk, stated: list[str]) -> None:
    support, _ = stated
    services = desk.services
    body = acts.form_body(services, "council", "The Council", "console").id
    cleared = Reader(ReaderKind.PERSON, services.own.ref, "a", frozenset((body,)))
    outsider = Reader(ReaderKind.PERSON, services.own.ref, "b", frozenset())
    before = registered.one_statement(services, outsider, support).value
    other = pagekeeping.keep(services, b'"The ministers met on 3 May 2027," said Minister Sand.', About("b"), "console")
    held = evidence_in(desk, body, other.page.source.id)
    evidencing.show_evidence(services, Showing(support, held, Effect.DECIDED, date(2026, 5, 4)), BY)
    seen = registered.one_statement(services, cleared, support).value
    assert (seen.standing.effect, seen.standing.on) == (Effect.DECIDED, date(2026, 5, 4))
    assert registered.one_statement(services, outsider, support).value == before
    # He may not name it either: it is answered as what is not there.
    with pytest.raises(UnknownProblem) as withheld:
        evidencing.show_evidence(services, Showing(support, held, Effect.DONE), By("b", reader=outsider))
    absent = "kenesh-decision--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0fff"
    with pytest.raises(UnknownProblem) as missing:
        evidencing.show_evidence(services, Showing(support, absent, Effect.DONE), By("b", reader=outsider))
    assert withheld.value.detail.replace(held, "") == missing.value.detail.replace(absent, "")


def evidence_in(desk: Desk, body: str, template: str) -> str:
    """A source that was stated within the body, and is seen by who is cleared for it."""
    services = desk.services
    page = registered.one_page(services, console(desk), template).value.page
    value = judging.source_object(services, page, By("console", Tlp.AMBER))
    with services.store.writing() as tx:
        services.author.state(tx, [value], services.clock.now(), "console", body)
    return str(value["id"])


def test_a_decision_counts_from_the_depositary_of_its_body_alone(desk: Desk, az: Desk, stated: list[str]) -> None:
    services = desk.services
    body = acts.form_body(services, "council", "The Council", "console").id
    by_number = {}
    for number, writer in enumerate((services.own.ref, az.services.own.ref), 1):
        value = Hand(UUID(int=number, version=4), writer, services.clock.now(), Tlp.CLEAR).begins("kenesh-decision") | {
            "body_ref": body,
            "proposal_ref": f"kenesh-proposal--{UUID(int=3, version=4)}",
            "name": "Lake Council",
            "number": f"CC.DEC/{number}/26",
            "text_sha256": "0" * 64,
            "adopted_at": "2026-11-20T08:00:00.000Z",
        }
        desk.bring_in(value)
        by_number[number] = value["id"]
    with pytest.raises(UsageProblem, match="shows nothing"):
        evidencing.show_evidence(services, Showing(stated[0], by_number[2], Effect.DECIDED), BY)
    evidencing.show_evidence(services, Showing(stated[0], by_number[1], Effect.DECIDED), BY)
    assert registered.one_statement(services, console(desk), stated[0]).value.standing.effect is Effect.DECIDED


def test_another_node_tells_the_same_by_what_it_was_given(
    desk: Desk, az: Desk, stated: list[str], tmp_path: Path
) -> None:
    desk.admit(az)
    az.admit(desk)
    support, event = stated
    services = desk.services
    link = evidencing.show_evidence(services, Showing(support, event, Effect.HELD, date(2026, 12, 1)), BY)
    acts.release(services, Wish(words=[support, link], to="AZ"), "console")
    carry(desk, az, tmp_path / "stick")
    given = registered.one_statement(az.services, console(az), support).value
    assert (given.standing.evidence, given.statement.condition) == ((), CONDITION)
    acts.release(services, Wish(words=[event], to="AZ"), "console")
    carry(desk, az, tmp_path / "stick")
    (there,) = [one for one in registered.statements(az.services, console(az)).value.statements if one.id == support]
    here = registered.one_statement(services, console(desk), support).value
    assert (there.standing, there.standing.effect) == (here.standing, Effect.HELD)
    assert there.code(there.statement.by_ref) == "KZ"
    # AZ says its own of it, and what KZ said is shown beside.
    evidencing.show_evidence(az.services, Showing(support, event, Effect.NOT_DONE, date(2026, 12, 31)), BY)
    disputed = registered.one_statement(az.services, console(az), support).value.standing
    assert (disputed.effect, len(disputed.clashes), len(disputed.evidence)) == (None, 1, 2)


# Every way out


def commands(desk: Desk, source: str, stated: list[str]) -> dict[str, str]:
    """What the commands print and write of statements: every format, every list, as text and as JSON."""
    services, me = desk.services, console(desk)
    found: dict[str, str] = {}
    for name, form in services.forms.items():
        kind = form.kinds[0] if form.kinds else ""
        url = "https://a.example/" if form.asks_url else ""
        octets = bytearray()
        selection = Selection(words=[source, *stated])
        exporting.export(services, me, selection, Shape(name, kind, url), lambda _, part, to=octets: to.extend(part))
        found[f"export {name}"] = octets.decode()
    page = registered.one_page(services, me, source).value
    found["agenda list"] = "\n".join(registerwords.describe_page(page))
    found["agenda show"] = "\n".join([*registerwords.describe_page(page), *registerwords.describe_rows(page.rows)])
    found["agenda show --json"] = json.dumps([registerwords.row_wire(page, row) for row in page.rows])
    for one in registered.statements(services, me).value.statements:
        found[f"agenda statements {one.id}"] = "\n".join(registerwords.describe_statement(one))
        found[f"agenda statements {one.id} --json"] = json.dumps(registerwords.statement_wire(one))
        shown = show(services, me, one.id).value
        found[f"show {one.id}"] = "\n".join(words.describe_object(shown, services.own.code))
        found[f"show {one.id} --json"] = json.dumps(shown.wire())
    return found


def pages(source: str, stated: list[str], reader: Client) -> dict[str, str]:
    """The pages of the desk on which a statement or its row stands."""
    found = {f"desk object {one}": reader.get(f"/desk/object/{one}").text for one in stated}
    for path in ("/desk/register", "/desk/objects", "/desk/", f"/desk/register/rows?source={source}"):
        found[f"desk {path}"] = reader.get(path).text
    for number in ("1", "2"):
        found[f"desk correct {number}"] = reader.get(f"/desk/register/correct?source={source}&row={number}").text
    for one in stated:
        found[f"desk evidence {one}"] = reader.get(f"/desk/register/evidence?statement={one}").text
    return found


def collections(stated: list[str], nobody: Client) -> dict[str, str]:
    """What TAXII serves of them to everybody."""
    found = {}
    media = {"accept": "application/taxii+json;version=2.1"}
    root = nobody.get("/taxii2/", headers=media).json()["api_roots"][0].partition("/taxii2/")[2]
    for collection in nobody.get(f"/taxii2/{root}collections/", headers=media).json().get("collections", []):
        path = f"/taxii2/{root}collections/{collection['id']}/"
        found[f"taxii {path}"] = nobody.get(f"{path}objects/", headers=media).text
        found[f"taxii {path} one"] = nobody.get(f"{path}objects/{stated[0]}/", headers=media).text
        found[f"taxii {path} manifest"] = nobody.get(f"{path}manifest/", headers=media).text
    return found


def test_no_excerpt_goes_out_without_its_condition(desk: Desk, source: str, stated: list[str], nobody: Client) -> None:
    acts.release(desk.services, Wish(words=[source, *stated], to="public"), "console")
    found = commands(desk, source, stated) | pages(source, stated, logged_in(desk, nobody))
    nobody.cookies.clear()
    found |= collections(stated, nobody)
    plain = {name: re.sub(r"\s+", " ", plainly(text)) for name, text in found.items()}
    quoting = {name for name, text in plain.items() if EXCERPT in text}
    assert {name for name in quoting if CONDITION not in plain[name]} == set()
    # That the way was walked at all: each of these shows the excerpt.
    for begins in (
        "export stix",
        "agenda show",
        "agenda statements",
        "show ",
        "desk object",
        "desk /desk/register",
        "taxii",
    ):
        assert any(name.startswith(begins) for name in quoting), begins
    for name in ("export csv", "export misp"):
        assert CONDITION in plain[name]


def plainly(text: str) -> str:
    """Without the marks of HTML and JSON."""
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("\\u003c", "<"), ("\\u003e", ">")):
        text = text.replace(written, meant)
    return text


def test_problem_texts_quote_nobody(desk: Desk, source: str, stated: list[str]) -> None:
    said: list[Any] = []
    for act in (
        lambda: judging.confirm(desk.services, Chosen(source, (1,)), BY),
        lambda: judging.drop(desk.services, Chosen(source, (), every=True), BY),
        lambda: evidencing.show_evidence(desk.services, Showing(stated[0], stated[0], Effect.DONE), BY),
    ):
        with pytest.raises(Problem) as refused:
            act()
        said.append(refused.value.sentence())
    assert not any(EXCERPT[:20] in text for text in said)
