"""Media types, and what a body is."""

from __future__ import annotations

import pytest
from tests.conformance.posted import Posted, envelope
from tests.conformance.subject import DISCOVERY, TAXII, UNKNOWN, Subject, strictly


def of_taxii(header: str) -> bool:
    """Whether a Content-Type is TAXII 2.1's, however it is spaced."""
    name, _, version = header.lower().replace(" ", "").replace('"', "").partition(";")
    return (name, version) == ("application/taxii+json", "version=2.1")


@pytest.mark.clause("T08")
def test_what_succeeds_is_of_taxiis_media_type(posted: Posted) -> None:
    subject, home = posted.subject, posted.subject.home
    paths = [DISCOVERY, subject.root, f"{subject.root}collections/", home, f"{home}objects/", f"{home}manifest/"]
    paths += [f"{home}objects/{posted.changed_id}/", f"{home}objects/{posted.changed_id}/versions/"]
    answers = {path: subject.get(path) for path in paths}
    assert {path for path, answer in answers.items() if answer.status_code != 200} == set()
    assert {path for path, answer in answers.items() if not of_taxii(answer.headers["content-type"])} == set()


@pytest.mark.clause("T08")
@pytest.mark.parametrize(
    ("status", "method", "path", "body"),
    [
        (400, "GET", "objects/?limit=0", None),
        (400, "POST", "objects/", b"no JSON"),
        (404, "GET", f"objects/malware--{UNKNOWN}/", None),
        (404, "GET", f"../{UNKNOWN}/", None),
    ],
)
def test_what_fails_is_of_taxiis_media_type(
    status: int, method: str, path: str, body: bytes | None, subject: Subject
) -> None:
    place = f"{subject.home}{path}" if not path.startswith("../") else f"{subject.root}collections/{path[3:]}"
    answer = subject.send(method, place, body=body)
    assert answer.status_code == status
    assert of_taxii(answer.headers["content-type"])


@pytest.mark.clause("T08")
def test_who_is_not_let_in_is_told_so_in_taxii(subject: Subject) -> None:
    refused = subject.get(f"{subject.root}collections/", subject.who.mistaken())
    if refused.status_code not in (401, 404):
        pytest.skip(f"who does not log in is answered {refused.status_code}")
    assert of_taxii(refused.headers["content-type"])


@pytest.mark.clause("T09")
@pytest.mark.parametrize("accept", [TAXII, f"{TAXII},application/stix+json;version=2.1", f"text/html, {TAXII}"])
def test_taxiis_media_type_is_never_unacceptable(accept: str, subject: Subject) -> None:
    assert subject.send("GET", f"{subject.root}collections/", Accept=accept).status_code == 200


@pytest.mark.clause("T10")
def test_it_is_taxii_without_a_version_too(subject: Subject) -> None:
    answer = subject.send("GET", f"{subject.root}collections/", Accept="application/taxii+json")
    assert answer.status_code == 200
    assert of_taxii(answer.headers["content-type"])


@pytest.mark.clause("T11")
@pytest.mark.parametrize(
    "accept", ["application/json", "application/vnd.oasis.taxii+json; version=2.0", "application/stix+json"]
)
def test_another_type_alone_is_answered_in_taxii_or_not_acceptable(accept: str, subject: Subject) -> None:
    answer = subject.send("GET", f"{subject.root}collections/", Accept=accept)
    assert answer.status_code in (200, 406)
    if answer.status_code == 200:
        strictly(answer.content)


@pytest.mark.clause("T12")
@pytest.mark.parametrize("content_type", [TAXII, "application/taxii+json; version=2.1"])
def test_a_body_of_taxiis_media_type_is_never_unsupported(content_type: str, posted: Posted) -> None:
    assert posted.subject.post(envelope(posted.loader), Content_Type=content_type).status_code == 202


@pytest.mark.clause("T12")
def test_a_body_of_another_type_is_unsupported_or_read_all_the_same(posted: Posted) -> None:
    answer = posted.subject.post(envelope(posted.loader), Content_Type="text/plain")
    assert answer.status_code in (202, 400, 415)


@pytest.mark.clause("T13")
@pytest.mark.parametrize(
    "accept",
    [
        "application/taxii+json; version=2.1",
        "application/taxii+json;version=2.1;q=0.5",
        "text/html;q=0.9, application/taxii+json;version=2.1;q=0.8",
        "application/*",
        "*/*",
        'application/taxii+json;version="2.1"',
        "APPLICATION/TAXII+JSON;VERSION=2.1",
    ],
)
def test_accept_is_read_as_http_says(accept: str, subject: Subject) -> None:
    answer = subject.send("GET", f"{subject.root}collections/", Accept=accept)
    assert (answer.status_code, of_taxii(answer.headers["content-type"])) == (200, True)


@pytest.mark.clause("T14")
def test_a_post_without_its_types_has_an_answer(posted: Posted) -> None:
    assert posted.subject.post(envelope(posted.loader), Accept=None).status_code in (202, 406)
    assert posted.subject.post(envelope(posted.loader), Content_Type=None).status_code in (202, 400, 415)


@pytest.mark.clause("T15")
def test_every_body_is_strict_json_in_utf_8(posted: Posted) -> None:
    subject, home = posted.subject, posted.subject.home
    for path in (DISCOVERY, subject.root, f"{subject.root}collections/", home, f"{home}objects/", f"{home}manifest/"):
        assert isinstance(strictly(subject.get(path).content), dict)
    (back,) = subject.objects(**{"match[id]": posted.many[0]["id"]})
    assert back["name"] == posted.many[0]["name"], "letters beyond ASCII come back"


@pytest.mark.clause("T16")
def test_each_endpoint_answers_with_its_own_resource(posted: Posted) -> None:
    subject, home = posted.subject, posted.subject.home
    assert {"title", "api_roots"} <= subject.get(DISCOVERY).json().keys()
    assert {"title", "versions", "max_content_length"} <= subject.get(subject.root).json().keys()
    assert subject.get(f"{subject.root}collections/").json().keys() == {"collections"}
    assert {"id", "title", "can_read", "can_write"} <= subject.get(home).json().keys()
    assert subject.get(f"{home}objects/").json().keys() <= {"more", "next", "objects"}
    assert subject.get(f"{home}manifest/").json().keys() <= {"more", "next", "objects"}
    versions = subject.get(f"{home}objects/{posted.changed_id}/versions/")
    assert versions.json().keys() <= {"more", "next", "versions"}


@pytest.mark.clause("T66")
@pytest.mark.parametrize("path", ["objects/?limit=0", f"objects/malware--{UNKNOWN}/"])
def test_an_error_has_a_title_and_says_its_status_as_a_string(path: str, subject: Subject) -> None:
    answer = subject.get(f"{subject.home}{path}")
    error = strictly(answer.content)
    assert error["title"]
    assert error.get("http_status", str(answer.status_code)) == str(answer.status_code)
