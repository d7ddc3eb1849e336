"""Objects and manifest: the envelope, order, pages, and the dates that they say."""

from __future__ import annotations

import base64
import re

import pytest
from tests.conformance.posted import Posted
from tests.conformance.subject import FIRST, LAST

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
NEVER = "2100-01-01T00:00:00.000000Z"


def key(value: dict[str, str]) -> tuple[str, str]:
    return value["id"], value.get("modified", "")


@pytest.mark.clause("T36")
def test_objects_come_in_an_envelope(posted: Posted) -> None:
    body = posted.subject.get(f"{posted.subject.home}objects/", **{"match[id]": posted.loader["id"]}).json()
    assert body.keys() <= {"more", "next", "objects"}
    assert body["objects"] == [posted.loader]


@pytest.mark.clause("T37")
def test_where_nothing_matches_the_answer_is_empty(posted: Posted) -> None:
    home = posted.subject.home
    for end in ("objects/", "manifest/", f"objects/{posted.changed_id}/versions/"):
        answer = posted.subject.get(f"{home}{end}", added_after=NEVER)
        assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.clause("T39")
def test_objects_and_manifest_are_sorted_by_the_date_they_were_added(posted: Posted) -> None:
    records = posted.subject.manifest(added_after=posted.since)
    dates = [record["date_added"] for record in records]
    assert dates == sorted(dates)
    objects = posted.subject.objects(added_after=posted.since)
    assert [one["id"] for one in objects] == [record["id"] for record in records]
    first_of_many = min(n for n, record in enumerate(records) if record["id"] == posted.many[0]["id"])
    assert [r["id"] for r in records].index(posted.loader["id"]) < first_of_many


@pytest.mark.clause("T40")
def test_a_page_says_the_first_and_last_date_on_it(posted: Posted) -> None:
    subject = posted.subject
    records = subject.manifest(added_after=posted.since, limit="7")
    for end in ("objects/", "manifest/"):
        answer = subject.get(f"{subject.home}{end}", added_after=posted.since, limit="7")
        assert answer.headers[FIRST] == records[0]["date_added"]
        assert answer.headers[LAST] == records[-1]["date_added"]


@pytest.mark.clause("T40")
def test_one_object_and_its_versions_say_their_dates_too(posted: Posted) -> None:
    subject = posted.subject
    dates = [r["date_added"] for r in subject.manifest(**{"match[id]": posted.changed_id, "match[version]": "all"})]
    one = subject.get(f"{subject.home}objects/{posted.changed_id}/")
    assert (one.headers[FIRST], one.headers[LAST]) == (dates[-1], dates[-1])
    versions = subject.get(f"{subject.home}objects/{posted.changed_id}/versions/")
    assert (versions.headers[FIRST], versions.headers[LAST]) == (dates[0], dates[-1])


@pytest.mark.clause("T40")
def test_an_empty_page_says_no_date_or_a_true_one(posted: Posted) -> None:
    answer = posted.subject.get(f"{posted.subject.home}objects/", added_after=NEVER)
    assert all(STAMP.fullmatch(answer.headers.get(name, NEVER)) for name in (FIRST, LAST))


@pytest.mark.clause("T41")
def test_timestamps_are_written_with_six_digits(posted: Posted) -> None:
    records = posted.subject.manifest(added_after=posted.since)
    answer = posted.subject.get(f"{posted.subject.home}manifest/", added_after=posted.since)
    written = [r["date_added"] for r in records] + [answer.headers[FIRST], answer.headers[LAST]]
    assert [text for text in written if STAMP.fullmatch(text) is None] == []


@pytest.mark.clause("T41")
@pytest.mark.parametrize("written", ["2020-01-01T00:00:00.123Z", "2020-01-01T00:00:00.12345Z"])
def test_a_timestamp_with_fewer_digits_is_read(written: str, posted: Posted) -> None:
    """As the standard's own examples write them."""
    found = posted.subject.objects(added_after=written, **{"match[id]": posted.loader["id"]})
    assert found == [posted.loader]


@pytest.mark.clause("T42")
def test_added_after_is_strictly_later_and_of_the_date_added(posted: Posted) -> None:
    subject = posted.subject
    (record,) = subject.manifest(**{"match[id]": posted.loader["id"]})
    ids = [one["id"] for one in subject.objects(added_after=record["date_added"])]
    assert posted.loader["id"] not in ids
    assert posted.changed_id not in ids
    assert {one["id"] for one in posted.many} <= set(ids)


@pytest.mark.clause("T42")
@pytest.mark.parametrize("written", ["yesterday", "2020-13-01T00:00:00Z", "2020-01-01", "", "undefined"])
def test_added_after_that_is_no_timestamp_is_400(written: str, posted: Posted) -> None:
    for end in ("objects/", "manifest/"):
        assert posted.subject.get(f"{posted.subject.home}{end}", added_after=written).status_code == 400


@pytest.mark.clause("T43")
def test_the_oldest_come_first(posted: Posted) -> None:
    (first,) = posted.subject.manifest(limit="1")
    assert first["date_added"] <= posted.since


@pytest.mark.clause("T44")
@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5", ""])
def test_a_limit_that_is_no_whole_number_above_0_is_400(limit: str, posted: Posted) -> None:
    for end in ("objects/", "manifest/"):
        assert posted.subject.get(f"{posted.subject.home}{end}", limit=limit).status_code == 400


@pytest.mark.clause("T44")
@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_a_page_never_holds_more_than_its_limit(limit: int, posted: Posted) -> None:
    assert 0 < len(posted.subject.objects(limit=str(limit))) <= limit
    assert 0 < len(posted.subject.manifest(limit=str(limit))) <= limit


@pytest.mark.clause("T45")
def test_what_fits_comes_whole_and_says_no_more(posted: Posted) -> None:
    answer = posted.subject.get(f"{posted.subject.home}objects/", added_after=posted.since, limit="1000").json()
    wanted = sorted(one["id"] for one in posted.last_ones)
    assert [i for i in wanted if i not in [one["id"] for one in answer["objects"]]] == []
    assert not answer.get("more", False)
    assert "next" not in answer


@pytest.mark.clause("T45")
def test_where_there_is_more_it_says_so(posted: Posted) -> None:
    answer = posted.subject.get(f"{posted.subject.home}objects/", added_after=posted.since, limit="3").json()
    assert (len(answer["objects"]), answer["more"]) == (3, True)


@pytest.mark.clause("T46")
@pytest.mark.parametrize("limit", [1, 7])
def test_next_goes_on_where_the_page_ended(limit: int, posted: Posted) -> None:
    seen = [
        key(one)
        for page in posted.subject.pages("objects/", "next", added_after=posted.since, limit=str(limit))
        for one in page.json().get("objects", [])
    ]
    assert len(seen) == len(set(seen)), "none twice"
    assert {key(one) for one in posted.last_ones} <= set(seen), "none is lost"


@pytest.mark.clause("T46")
def test_next_that_was_tampered_with_gives_nothing(posted: Posted) -> None:
    subject = posted.subject
    page = subject.get(f"{subject.home}objects/", added_after=posted.since, limit="2").json()
    if "next" not in page:
        pytest.skip("it gives no next")
    for token in ("x", base64.b64encode(b"0" * 24).decode(), page["next"][:-1] + chr(ord(page["next"][-1]) ^ 1)):
        answer = subject.get(f"{subject.home}objects/", added_after=posted.since, limit="2", next=token)
        assert answer.status_code in (400, 404)


@pytest.mark.clause("T46")
def test_another_s_next_gives_nothing_of_one_s_own(posted: Posted) -> None:
    subject = posted.subject
    page = subject.get(f"{subject.home}objects/", added_after=posted.since, limit="2").json()
    if "next" not in page:
        pytest.skip("it gives no next")
    query = {"added_after": posted.since, "limit": "2", "next": page["next"]}
    answer = subject.get(f"{subject.home}objects/", subject.other, **query)
    listed = subject.get(f"{subject.root}collections/", subject.other).json().get("collections", [])
    if any(one["can_read"] for one in listed if one["id"] == subject.home_id):
        pytest.skip("the second user may read it too")
    assert answer.status_code in (400, 403, 404)


@pytest.mark.clause("T47")
@pytest.mark.parametrize("end", ["objects/", "manifest/"])
@pytest.mark.parametrize("limit", [1, 7])
def test_following_the_last_date_added_loses_nothing(limit: int, end: str, posted: Posted) -> None:
    seen = [
        one["id"]
        for page in posted.subject.pages(end, "header", added_after=posted.since, limit=str(limit))
        for one in page.json().get("objects", [])
    ]
    assert {one["id"] for one in posted.last_ones} <= set(seen)


@pytest.mark.clause("T47")
def test_both_together_lose_nothing_either(posted: Posted) -> None:
    """As clients in the field ask: added_after from the header, and next, in one request."""
    subject, query, seen = posted.subject, {"added_after": posted.since, "limit": "5"}, set[str]()
    for _ in range(100):
        answer = subject.get(f"{subject.home}objects/", **query)
        if answer.status_code == 400 and "next" in query:
            pytest.skip("it refuses both together: a client asks by one of them")
        seen |= {one["id"] for one in answer.json().get("objects", [])}
        if not answer.json().get("more"):
            break
        query |= {"next": answer.json()["next"], "added_after": answer.headers[LAST]}
    assert {one["id"] for one in posted.last_ones} <= seen


@pytest.mark.clause("T48")
def test_a_walk_ends_also_where_a_page_is_empty(posted: Posted) -> None:
    """The last page at the exact end: either it says that nothing follows, or what follows is empty and the end."""
    subject = posted.subject
    count = len(subject.manifest(added_after=posted.since, **{"match[type]": "indicator"}))
    query = {"added_after": posted.since, "match[type]": "indicator", "limit": str(count)}
    pages = [page.json() for page in subject.pages("objects/", "next", **query)]
    assert [len(page.get("objects", [])) for page in pages] in ([count], [count, 0])
