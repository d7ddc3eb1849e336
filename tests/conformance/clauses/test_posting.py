"""POST and its status. What is malformed stands elsewhere: a server that takes it in is judged by the rest first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import pytest
from tests.conformance.posted import Posted, deliver, envelope, malware
from tests.conformance.subject import UNKNOWN, Subject

COUNTS = ("success_count", "failure_count", "pending_count")
LISTS = ("successes", "failures", "pendings")


def accepted(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    status: dict[str, Any] = answer.json()
    return status


@pytest.mark.clause("T25")
def test_a_status_has_four_counts_that_agree(subject: Subject) -> None:
    status = accepted(subject.post(envelope(malware(), malware())))
    assert UUID(status["id"]).version == 4
    assert status["status"] in ("complete", "pending")
    assert all(type(status[name]) is int and status[name] >= 0 for name in ("total_count", *COUNTS))
    assert sum(status[name] for name in COUNTS) == status["total_count"] == 2


@pytest.mark.clause("T26")
def test_each_detail_of_a_status_has_an_id_and_a_version(subject: Subject) -> None:
    value = malware()
    status = accepted(subject.post(envelope(value)))
    for name, count in zip(LISTS, COUNTS, strict=True):
        assert status.get(name) != []
        assert len(status.get(name, [])) in (0, status[count])
    details = [one for name in LISTS for one in status.get(name, [])]
    assert all(one["id"] == value["id"] and one["version"] for one in details)


@pytest.mark.clause("T27")
def test_a_status_is_read_again_and_an_unknown_one_is_not_found(subject: Subject) -> None:
    status = accepted(subject.post(envelope(malware())))
    again = subject.get(f"{subject.root}status/{status['id']}/")
    assert (again.status_code, again.json()["id"]) == (200, status["id"])
    assert subject.get(f"{subject.root}status/{UNKNOWN}/").status_code == 404


@pytest.mark.clause("T28")
def test_a_complete_status_never_changes(subject: Subject) -> None:
    status = deliver(subject, malware())
    assert status["status"] == "complete"
    subject.post(envelope(malware()))
    assert subject.get(f"{subject.root}status/{status['id']}/").json() == status


@pytest.mark.clause("T29")
def test_a_status_is_not_for_another_to_read(subject: Subject) -> None:
    status = accepted(subject.post(envelope(malware())))
    assert subject.get(f"{subject.root}status/{status['id']}/", subject.other).status_code in (403, 404)


@pytest.mark.clause("T61")
def test_what_is_accepted_is_202_and_a_status(subject: Subject) -> None:
    value = malware()
    assert accepted(subject.post(envelope(value)))["total_count"] == 1
    deliver(subject, value)
    assert [one["id"] for one in subject.objects(**{"match[id]": value["id"]})] == [value["id"]]


@pytest.mark.clause("T61")
def test_what_is_only_read_is_not_written_to(subject: Subject) -> None:
    place = subject.path_of(can_read=True, can_write=False)
    assert subject.send("POST", f"{place}objects/", body=envelope(malware())).status_code in (403, 404)


@pytest.mark.clause("T63")
def test_the_same_object_again_is_no_failure(posted: Posted) -> None:
    status = deliver(posted.subject, posted.loader)
    assert (status["success_count"], status["failure_count"]) == (1, 0)
    assert posted.subject.objects(**{"match[id]": posted.loader["id"], "match[version]": "all"}) == [posted.loader]
