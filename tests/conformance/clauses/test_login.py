"""Logging in."""

from __future__ import annotations

import pytest
from tests.conformance.posted import envelope
from tests.conformance.subject import DISCOVERY, NOBODY, TAXII, UNKNOWN, Subject

HOME_ENDS = ("", "manifest/", "objects/", f"objects/malware--{UNKNOWN}/", f"objects/malware--{UNKNOWN}/versions/")


@pytest.mark.clause("T04")
def test_it_understands_http_basic(subject: Subject) -> None:
    if subject.who.name:
        assert subject.get(f"{subject.root}collections/").status_code == 200
    refused = subject.send("GET", f"{subject.root}collections/", NOBODY, Authorization="Basic bm9ib2R5Om5vYm9keQ==")
    assert refused.status_code == 401
    assert "basic" in refused.headers.get("www-authenticate", "").lower()


@pytest.mark.clause("T05")
def test_a_401_says_how_to_log_in(subject: Subject) -> None:
    refused = subject.get(f"{subject.root}collections/", subject.who.mistaken())
    if refused.status_code != 401:
        pytest.skip(f"who does not log in is answered {refused.status_code}")
    assert refused.headers.get("www-authenticate", "").strip()


@pytest.mark.clause("T06")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_failed_log_in_is_401_or_404_everywhere(method: str, subject: Subject) -> None:
    wrong = subject.who.mistaken()
    if wrong == NOBODY:
        pytest.skip("it is asked without credentials")
    if method == "GET":
        answers = [subject.get(f"{subject.home}{end}", wrong) for end in HOME_ENDS]
        answers += [subject.get(f"{subject.root}{end}", wrong) for end in ("collections/", f"status/{UNKNOWN}/")]
    elif method == "POST":
        answers = [subject.post(envelope(), wrong)]
    else:
        answers = [subject.send("DELETE", f"{subject.home}objects/malware--{UNKNOWN}/", wrong)]
    assert {answer.status_code for answer in answers} <= {401, 404}


@pytest.mark.clause("T07")
def test_a_request_without_a_user_agent_is_answered(subject: Subject) -> None:
    asked = subject.send("GET", DISCOVERY, User_Agent=None)
    assert "user-agent" not in asked.request.headers
    assert asked.status_code == 200


@pytest.mark.clause("T34")
def test_rights_are_said_of_who_asks(subject: Subject) -> None:
    """Another user's list says otherwise of this collection, and holds to it."""
    listed = subject.get(f"{subject.root}collections/", subject.other).json().get("collections", [])
    theirs = [one for one in listed if one["id"] == subject.home_id]
    if theirs and theirs[0]["can_read"] and theirs[0]["can_write"]:
        pytest.skip("the second user has the same rights")
    may_read = bool(theirs) and theirs[0]["can_read"]
    assert (subject.get(f"{subject.home}objects/", subject.other).status_code == 200) is may_read
    may_write = bool(theirs) and theirs[0]["can_write"]
    assert (subject.post(envelope(), subject.other).status_code == 202) is may_write


@pytest.mark.clause("T38")
def test_what_another_may_not_read_is_403_or_404(subject: Subject) -> None:
    listed = subject.get(f"{subject.root}collections/", subject.other).json().get("collections", [])
    if any(one["can_read"] for one in listed if one["id"] == subject.home_id):
        pytest.skip("the second user may read it too")
    answers = {subject.get(f"{subject.home}{end}", subject.other).status_code for end in HOME_ENDS[1:]}
    assert answers <= {403, 404}


@pytest.mark.clause("T38")
def test_what_is_only_written_to_is_not_read(subject: Subject) -> None:
    place = subject.path_of(can_read=False, can_write=True)
    assert {subject.get(f"{place}{end}").status_code for end in HOME_ENDS[1:]} <= {403, 404}


@pytest.mark.clause("T67")
def test_absent_and_forbidden_look_alike(subject: Subject) -> None:
    """A collection that another user may not know of, and one that nobody has."""
    listed = subject.get(f"{subject.root}collections/", subject.other).json().get("collections", [])
    if any(one["id"] == subject.home_id for one in listed):
        pytest.skip("the second user may know of it")
    hidden = subject.get(f"{subject.home}objects/", subject.other)
    absent = subject.get(f"{subject.root}collections/{UNKNOWN}/objects/", subject.other)
    assert hidden.status_code == absent.status_code
    told = [
        answer.text.replace(subject.home_id, UNKNOWN) if "error_id" not in answer.json() else answer.json()["title"]
        for answer in (hidden, absent)
    ]
    assert told[0] == told[1]
    assert hidden.headers["content-type"] == absent.headers["content-type"] == TAXII
