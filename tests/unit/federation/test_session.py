"""A sync session as a dialogue: what it asks, what it is answered, what it makes of that."""

from __future__ import annotations

import msgspec
import pytest

from kenesh.basis.problem import UnreachableProblem, UntrustedProblem
from kenesh.federation import session as sessions
from kenesh.federation.ports import Answer
from kenesh.federation.session import API_ROOT, Received, Session, Wanted
from kenesh.stix.register import Channel

FIRST, SECOND, LATER = (f"2026-11-25T08:00:0{n}.000000Z" for n in (1, 2, 3))
ONE, TWO = b'{"id":"one"}', b'{"id":"two"}'
CONTENT = Wanted("c1", "identity--a", Channel.CONTENT, None)
CONTROL = Wanted("c2", "identity--a", Channel.CONTROL, None)


def asks(wanted: Wanted, after: str = "") -> str:
    added_after = f"&added_after={after.replace(':', '%3A')}" if after else ""
    return f"{API_ROOT}collections/{wanted.collection_id}/objects/?match%5Bversion%5D=all&limit=1000{added_after}"


def listed(*wanted: Wanted, can_read: bool = True) -> Answer:
    collections = [{"id": w.collection_id, "title": "x", "can_read": can_read, "can_write": False} for w in wanted]
    return Answer(200, {}, msgspec.json.encode({"collections": collections}))


def page(*objects: bytes, last: str | None = FIRST) -> Answer:
    headers = {"x-taxii-date-added-last": last} if last is not None else {}
    return Answer(200, headers, b'{"objects":[' + b",".join(objects) + b"]}")


EMPTY = Answer(200, {}, b"{}")


def test_it_asks_for_the_list_then_for_pages_until_one_is_empty() -> None:
    session = Session([CONTENT])
    assert session.next_path() == f"{API_ROOT}collections/"
    assert session.receive(listed(CONTENT)) is None
    assert session.next_path() == asks(CONTENT)
    assert session.receive(page(ONE)) == Received(CONTENT, (ONE,), FIRST)
    assert session.next_path() == asks(CONTENT, FIRST)
    assert session.receive(page(TWO, last=SECOND)) == Received(
        Wanted("c1", "identity--a", Channel.CONTENT, FIRST), (TWO,), SECOND
    )
    assert session.next_path() == asks(CONTENT, SECOND)
    assert session.receive(EMPTY) is None
    assert session.next_path() is None
    assert session.problems == []


def test_control_twins_are_read_first() -> None:
    session = Session([CONTENT, CONTROL])
    session.receive(listed(CONTENT, CONTROL))
    assert session.next_path() == asks(CONTROL)
    session.receive(EMPTY)
    assert session.next_path() == asks(CONTENT)


def test_it_goes_on_where_it_stood() -> None:
    session = Session([Wanted("c1", "identity--a", Channel.CONTENT, SECOND)])
    session.receive(listed(CONTENT))
    assert session.next_path() == asks(CONTENT, SECOND)


def test_what_is_not_listed_or_not_readable_is_not_asked_for() -> None:
    session = Session([CONTENT, CONTROL])
    session.receive(listed(CONTENT, can_read=False))
    assert session.next_path() is None


def test_what_was_not_wanted_is_not_asked_for() -> None:
    session = Session([])
    session.receive(listed(CONTENT))
    assert session.next_path() is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_peer_that_refuses_this_node_ends_it(status: int) -> None:
    session = Session([CONTENT])
    with pytest.raises(UntrustedProblem, match="refuses this node: Say who you are"):
        session.receive(Answer(status, {}, b'{"title":"x","description":"Say who you are."}'))


def test_a_peer_that_refuses_a_page_ends_it() -> None:
    session = Session([CONTENT, CONTROL])
    session.receive(listed(CONTENT, CONTROL))
    with pytest.raises(UntrustedProblem):
        session.receive(Answer(401, {}, b""))


@pytest.mark.parametrize("status", [204, 301, 404, 500])
def test_a_list_with_another_status_is_no_list(status: int) -> None:
    with pytest.raises(UnreachableProblem, match=str(status)):
        Session([CONTENT]).receive(Answer(status, {}, b'{"collections":[]}'))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"collections":7}', b'{"collections":[{"title":"x"}]}', b"\xff"])
def test_a_list_that_cannot_be_read_is_said_so(body: bytes) -> None:
    with pytest.raises(UnreachableProblem, match="cannot be read"):
        Session([CONTENT]).receive(Answer(200, {}, body))


def test_a_collection_that_has_gone_is_passed_over_in_silence() -> None:
    session = Session([CONTROL, CONTENT])
    session.receive(listed(CONTROL, CONTENT))
    assert session.receive(Answer(404, {}, b"{}")) is None
    assert session.next_path() == asks(CONTENT)
    assert session.problems == []


BAD_PAGES = {
    "breaks off": Answer(200, {"x-taxii-date-added-last": FIRST}, b'{"objects":[{"id":"on'),
    "no json": Answer(200, {"x-taxii-date-added-last": FIRST}, b"<html>"),
    "no time": page(ONE, last=None),
    "no such time": page(ONE, last="2026-13-45T00:00:00Z"),
    "an endless time": page(ONE, last=FIRST[:-1] + "0" * 60 + "Z"),
    "nested too deep": page(b"[" * 100 + b"]" * 100),
    "a failing server": Answer(500, {}, b""),
    "a redirect": Answer(302, {"location": "http://elsewhere.test/"}, b""),
}


@pytest.mark.parametrize("bad", BAD_PAGES.values(), ids=BAD_PAGES)
def test_a_bad_page_is_told_of_and_the_next_collection_read(bad: Answer) -> None:
    session = Session([CONTROL, CONTENT])
    session.receive(listed(CONTROL, CONTENT))
    assert session.receive(bad) is None
    assert session.next_path() == asks(CONTENT)
    (problem,) = session.problems
    assert problem.startswith("control of identity--a: ")


@pytest.mark.parametrize("last", [FIRST, SECOND])
def test_a_page_that_does_not_lead_on_is_not_applied(last: str) -> None:
    session = Session([Wanted("c1", "identity--a", Channel.CONTENT, SECOND)])
    session.receive(listed(CONTENT))
    assert session.receive(page(ONE, last=last)) is None
    assert session.next_path() is None
    assert "before it was asked for" in session.problems[0]


def test_pages_without_end_are_left_for_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MAX_PAGES", 2)
    session = Session([CONTENT])
    session.receive(listed(CONTENT))
    assert session.receive(page(ONE, last=FIRST)) is not None
    assert session.receive(page(ONE, last=SECOND)) is not None
    assert session.receive(page(ONE, last=LATER)) is None
    assert session.next_path() is None
    assert "goes on after 2 pages" in session.problems[0]


def test_a_page_with_one_object_of_the_largest_size_is_taken() -> None:
    largest = b'{"id":"' + b"x" * (sessions.MAX_OBJECT_OCTETS - 9) + b'"}'
    assert len(largest) == sessions.MAX_OBJECT_OCTETS
    session = Session([CONTENT])
    session.receive(listed(CONTENT))
    received = session.receive(page(largest))
    assert received is not None
    assert received.objects == (largest,)
