"""Bodies that are no envelope, and objects that are none: last of all, since some servers never recover from them."""

from __future__ import annotations

import pytest
from tests.conformance.clauses.test_posting import accepted
from tests.conformance.posted import Posted, envelope, malware
from tests.conformance.subject import Subject


@pytest.mark.clause("T62")
@pytest.mark.parametrize("body", [b"", b"no JSON", b'{"objects": [', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_400(body: bytes, subject: Subject) -> None:
    assert subject.post(body).status_code == 400


@pytest.mark.clause("T62")
@pytest.mark.parametrize("body", [b"[]", b'"x"', b'{"objects": {}}', b'{"objects": [1]}'])
def test_a_body_that_is_no_envelope_is_422(body: bytes, subject: Subject) -> None:
    assert subject.post(body).status_code in (400, 422)


@pytest.mark.clause("T64")
def test_what_cannot_be_taken_fails_and_the_rest_is_kept(subject: Subject) -> None:
    good, bad = malware(), {"type": "malware", "spec_version": "2.1", "id": "malware--no", "created": "never"}
    answer = subject.post(envelope(good, bad))
    if answer.status_code in (400, 422):
        pytest.skip("it refuses the whole envelope")
    status = accepted(answer)
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert status["failures"][0]["message"]
    assert subject.objects(**{"match[id]": good["id"]}) == [good]


@pytest.mark.clause("T65")
@pytest.mark.parametrize("name", ["x_example", "another_property"])
def test_an_unknown_property_of_an_envelope_is_passed_over_or_refused(name: str, posted: Posted) -> None:
    body = envelope(posted.loader)[:-1] + f', "{name}": {{"a": [1]}}}}'.encode()
    assert posted.subject.post(body).status_code in (202, 422)
