"""DELETE."""

from __future__ import annotations

import pytest
from tests.conformance.posted import CHANGES, deliver, malware
from tests.conformance.subject import UNKNOWN, Subject


def gone(subject: Subject, stix_id: str, **query: str) -> None:
    answer = subject.send("DELETE", f"{subject.home}objects/{stix_id}/", query=query)
    if answer.status_code in (405, 501):
        pytest.skip("it deletes nothing")
    assert answer.status_code == 200, answer.text
    assert answer.content == b""


@pytest.mark.clause("T59")
def test_what_may_be_read_and_written_may_be_deleted(subject: Subject) -> None:
    value = malware()
    deliver(subject, value)
    gone(subject, value["id"])


@pytest.mark.clause("T59")
def test_what_is_only_read_is_not_deleted(subject: Subject) -> None:
    place = subject.path_of(can_read=True, can_write=False)
    assert subject.send("DELETE", f"{place}objects/malware--{UNKNOWN}/").status_code in (403, 405)


@pytest.mark.clause("T59")
def test_what_is_only_written_to_is_not_deleted(subject: Subject) -> None:
    place = subject.path_of(can_read=False, can_write=True)
    assert subject.send("DELETE", f"{place}objects/malware--{UNKNOWN}/").status_code in (403, 405)


@pytest.mark.clause("T59")
def test_what_may_be_neither_is_not_there_to_be_deleted(subject: Subject) -> None:
    value = malware()
    deliver(subject, value)
    listed = subject.get(f"{subject.root}collections/", subject.other).json().get("collections", [])
    if any(one["can_read"] or one["can_write"] for one in listed if one["id"] == subject.home_id):
        pytest.skip("the second user has a right there")
    assert subject.send("DELETE", f"{subject.home}objects/{value['id']}/", subject.other).status_code == 404
    assert subject.objects(**{"match[id]": value["id"]}) == [value]


@pytest.mark.clause("T59")
def test_one_version_is_deleted_where_one_is_named(subject: Subject) -> None:
    one = malware()
    two = one | {"modified": CHANGES[1]}
    deliver(subject, one)
    deliver(subject, two)
    gone(subject, one["id"], **{"match[version]": CHANGES[0]})
    assert subject.objects(**{"match[id]": one["id"], "match[version]": "all"}) == [two]


@pytest.mark.clause("T60")
def test_what_was_deleted_is_not_there_any_more(subject: Subject) -> None:
    value, other = malware(), malware()
    deliver(subject, value, other)
    gone(subject, value["id"])
    assert subject.get(f"{subject.home}objects/{value['id']}/").status_code == 404
    assert subject.objects(**{"match[id]": value["id"]}) == []
    assert subject.manifest(**{"match[id]": value["id"]}) == []
    assert subject.objects(**{"match[id]": other["id"]}) == [other]
