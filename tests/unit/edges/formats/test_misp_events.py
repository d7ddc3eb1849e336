"""What becomes of an event: the objects, their times, and what is told where something is left."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from tests.unit.edges.formats.misp_events import (
    EVENT,
    TIME,
    an_object,
    attribute,
    endings,
    event,
    read,
    refusals,
    remarks,
    tags,
    uuid,
    versions,
)

from kenesh.stix.files import Piece
from kenesh.watch.atoms import atoms_of

INDICATOR = f"indicator--{uuid(1)}"
REPORT = f"report--{EVENT}"
HASH = "ab" * 32
CLUSTER = {"uuid": uuid(50), "type": "threat-actor", "value": "Saiga", "description": "d", "version": "3"}
CLUSTER |= {"tag_name": 'misp-galaxy:threat-actor="Saiga"', "meta": {"synonyms": ["Antelope"]}}
GALAXY = {"type": "threat-actor", "name": "Threat Actor", "GalaxyCluster": [CLUSTER]}


def test_what_is_to_be_searched_is_an_indicator_and_what_is_not_was_seen() -> None:
    made = versions(event(attribute(1), attribute(2, value="a.example", to_ids=False)))
    assert made[INDICATOR].value["pattern"] == "[domain-name:value = 'evil.example']"
    assert made[f"observed-data--{uuid(2)}"].references == (f"domain-name--{uuid(2)}",)
    assert made[f"domain-name--{uuid(2)}"].value["value"] == "a.example"
    assert f"observed-data--{uuid(1)}" not in made


def test_the_same_event_gives_the_same_octets_however_often_it_is_read() -> None:
    whole = event(attribute(1, Galaxy=[GALAXY]), Object=[an_object(3, "file", attribute(4, "sha256", HASH))])
    first, second = ([part.octets for part in read(whole) if isinstance(part, Piece)] for _ in range(2))
    assert first == second


def test_an_apostrophe_and_a_backslash_cannot_leave_the_pattern() -> None:
    value = "C:\\a' OR url:value = 'http://x.example/"
    made = versions(event(attribute(1, "filename", value)))[INDICATOR]
    assert made.value["pattern"] == "[file:name = 'C:\\\\a\\' OR url:value = \\'http://x.example/']"
    assert made.leniences == ()


def test_values_are_kept_whole_and_in_their_own_case() -> None:
    """MISP cuts at 191 characters and compares without case: two URLs became one (MISP/MISP#7617)."""
    long = "http://a.example/" + "A" * 300
    made = versions(event(attribute(1, "url", long), attribute(2, "url", long + "/Iıİi")))
    assert [v.value["pattern"] for v in made.values() if v.type == "indicator"] == [
        f"[url:value = '{long}']",
        f"[url:value = '{long}/Iıİi']",
    ]


def test_a_deleted_attribute_is_a_revocation() -> None:
    """What was deleted stayed at partners for ever (MISP/MISP#4681)."""
    made = versions(event(attribute(1, deleted=True, timestamp=TIME + 5)))
    assert made[INDICATOR].revoked
    assert str(made[INDICATOR].modified).startswith("2026-01-01T00:00:05")


def test_what_is_searched_for_no_more_ends_the_indicator_that_it_was() -> None:
    off = attribute(1, to_ids=False, timestamp=TIME + 5)
    ended = endings(event(off))[INDICATOR]
    assert (ended.revoked, ended.leniences) == (True, ())
    assert ended.value["pattern"] == versions(event(attribute(1)))[INDICATOR].value["pattern"]
    assert str(ended.modified) > str(versions(event(attribute(1, timestamp=TIME + 5)))[INDICATOR].modified)
    assert endings(event(attribute(1), attribute(2, "comment", "a word", to_ids=False))) == {}


def test_a_deleted_attribute_that_lost_its_value_ends_the_indicator_that_it_was() -> None:
    gone = attribute(1, "comment", "deleted", to_ids=False, deleted=True)
    assert endings(event(gone))[INDICATOR].revoked
    assert REPORT in versions(event(gone))
    assert INDICATOR not in versions(event(gone))[REPORT].references


@pytest.mark.parametrize("name", ["file", "coin-wallet"])
@pytest.mark.parametrize("how", [{"to_ids": False}, {"deleted": True}, {}])
def test_an_object_ends_what_of_it_is_searched_for_no_more(name: str, how: dict[str, bool]) -> None:
    part = an_object(3, name, attribute(4, "sha256", HASH, object_relation="sha256", **how), deleted=not how)
    number = 3 if name == "file" else 4
    ended = endings(event(Object=[part])) | {i: v for i, v in versions(event(Object=[part])).items() if v.revoked}
    assert ended[f"indicator--{uuid(number)}"].revoked
    stands = endings(event(Object=[an_object(3, name, attribute(4, "sha256", HASH, object_relation="sha256"))]))
    assert f"indicator--{uuid(number)}" not in stands


def test_first_seen_begins_it_and_last_seen_does_not_end_it() -> None:
    seen = {"first_seen": "2025-01-01T06:00:00.000000+06:00", "last_seen": "2025-02-01T00:00:00+00:00"}
    made = versions(event(attribute(1, **seen), attribute(2, to_ids=False, **seen)))
    assert made[INDICATOR].value["valid_from"] == "2025-01-01T00:00:00.000000Z"
    assert "valid_until" not in made[INDICATOR].value
    assert made[f"observed-data--{uuid(2)}"].value["last_observed"] == "2025-02-01T00:00:00.000000Z"


@pytest.mark.parametrize(("kind", "made_as"), [(0, "sighting"), (1, "opinion"), (2, "note")])
def test_each_kind_of_sighting_is_stated_by_who_saw_it(kind: int, made_as: str) -> None:
    who = {"name": "CERT Y", "uuid": uuid(0xD000)}
    sighting = {"uuid": uuid(30), "type": str(kind), "date_sighting": str(TIME + 7), "Organisation": who}
    made = versions(event(attribute(1, Sighting=[sighting])))[f"{made_as}--{uuid(30)}"]
    assert made.created_by_ref == f"identity--{uuid(0xD000)}"
    assert made.value.get("sighting_of_ref", made.value.get("object_refs")) in (INDICATOR, [INDICATOR])
    assert made.value.get("opinion", "strongly-disagree") == "strongly-disagree"


def test_tags_become_labels_but_levels_clusters_and_what_is_local() -> None:
    shown = [*tags("tlp:green", "osint:source", CLUSTER["tag_name"]), {"name": "ours", "local": True}]
    made = versions(event(attribute(1), Tag=shown, Galaxy=[GALAXY], threat_level_id="2"))
    assert made[REPORT].value["labels"] == ['misp:threat-level="2"', "osint:source"]
    assert f"threat-actor--{uuid(50)}" in made[REPORT].references


def test_a_cluster_is_older_than_whatever_its_author_states_and_never_a_conflict() -> None:
    first = versions(event(attribute(1, Galaxy=[GALAXY])))
    other = GALAXY | {"GalaxyCluster": [CLUSTER | {"description": "another text"}]}
    newer = GALAXY | {"GalaxyCluster": [CLUSTER | {"version": "4"}]}
    actor = f"threat-actor--{uuid(50)}"
    times = [versions(event(attribute(1, Galaxy=[galaxy])))[actor].modified for galaxy in (GALAXY, other, newer)]
    assert str(times[0]).startswith("1970-01-01T00:00:03")
    assert len(set(times)) == 3
    assert max(times) == times[2]
    link = next(version for version in first.values() if version.type == "relationship")
    assert (link.value["source_ref"], link.value["target_ref"]) == (INDICATOR, actor)
    assert link.value["relationship_type"] == "indicates"


def test_proposals_are_not_taken_and_it_is_said() -> None:
    proposal = attribute(9, value="proposed.example")
    whole = event(attribute(1, ShadowAttribute=[proposal]), ShadowAttribute=[proposal])
    assert all(b"proposed.example" not in version.raw for version in versions(whole).values())
    assert remarks(whole) == ["Proposals are not taken: accept them in MISP, and export it again. (2 times)"]


def test_an_event_report_is_a_note_on_the_report() -> None:
    report = {"uuid": uuid(40), "name": "How it began", "content": "# At night", "timestamp": str(TIME)}
    made = versions(event(attribute(1), EventReport=[report]))[f"note--{uuid(40)}"]
    assert (made.value["content"], made.references) == ("# At night", (REPORT,))


def test_an_object_of_a_known_template_is_one_thing() -> None:
    parts = [
        attribute(4, "sha256", HASH, object_relation="sha256"),
        attribute(5, "filename", "a", object_relation="filename"),
    ]
    parts += [attribute(6, "text", "Malicious", to_ids=False, object_relation="state")]
    made = versions(event(Object=[an_object(3, "file", *parts)]))
    assert made[f"indicator--{uuid(3)}"].value["pattern"] == f"[file:hashes.'SHA-256' = '{HASH}' AND file:name = 'a']"
    file = made[f"file--{uuid(3)}"].value
    assert (file["hashes"], file["name"], file["x_misp_state"]) == ({"SHA-256": HASH}, "a", "Malicious")


def test_an_object_of_another_template_is_kept_whole_and_what_is_searched_in_it_is_an_indicator() -> None:
    parts = [
        attribute(4, "btc", "1a", object_relation="wallet"),
        attribute(5, "url", "http://x.example/", object_relation="at"),
    ]
    made = versions(event(Object=[an_object(3, "coin-wallet", *parts)]))
    kept = made[f"x-misp-object--{uuid(3)}"].value["x_misp_attributes"]
    assert [item["value"] for item in kept] == ["1a", "http://x.example/"]
    assert made[f"indicator--{uuid(5)}"].value["pattern"] == "[url:value = 'http://x.example/']"


def test_references_link_what_stands_in_the_event_and_others_are_told() -> None:
    link = {"uuid": uuid(60), "referenced_uuid": uuid(1), "relationship_type": "Connects To", "timestamp": str(TIME)}
    lost = link | {"uuid": uuid(61), "referenced_uuid": uuid(99)}
    part = an_object(3, "mutex", attribute(4, "mutex", "m", object_relation="name"), ObjectReference=[link])
    made = versions(event(attribute(1), Object=[part]))[f"relationship--{uuid(60)}"].value
    assert (made["source_ref"], made["relationship_type"], made["target_ref"]) == (
        f"observed-data--{uuid(3)}",
        "connects-to",
        INDICATOR,
    )
    (refusal,) = refusals(event(attribute(1), Object=[part | {"ObjectReference": [lost]}]))
    assert uuid(99) in refusal.reason


@pytest.mark.parametrize(
    "broken",
    [7, {"type": "domain"}, attribute(2, timestamp="soon"), attribute(2, timestamp=None), attribute(2, value={})],
)
def test_one_bad_attribute_costs_nobody_the_event(broken: Any) -> None:
    """A duplicate value in one event ended the whole pull (MISP/MISP#10521)."""
    whole = event(attribute(1))
    whole["Event"]["Attribute"].append(broken)
    (refusal,) = refusals(whole)
    assert refusal.path == "Event.Attribute[1]"
    assert any(isinstance(part, Piece) and INDICATOR.encode() in part.octets for part in read(whole))


def test_an_event_with_as_many_attributes_as_ended_other_exports_is_read_whole() -> None:
    """Events of more than 150,000 attributes were cut off, with the word 'complete' (MISP/MISP#10753)."""
    many = [attribute(number, value=f"h{number}.example") for number in range(1000, 4000)]
    parts = read(event(*many))
    assert sum(1 for part in parts if isinstance(part, Piece) and b'"indicator"' in part.octets) == 3000
    report = json.loads(next(part.octets for part in reversed(parts) if isinstance(part, Piece)))
    assert len(report["object_refs"]) == 3000


def test_the_order_of_attributes_changes_no_object() -> None:
    many = [attribute(number, value=f"h{number}.example") for number in range(10, 40)]
    first = versions(event(*many))
    random.Random(1).shuffle(many)
    second = versions(event(*many))
    assert {i: v.sha256 for i, v in first.items() if i != REPORT} == {
        i: v.sha256 for i, v in second.items() if i != REPORT
    }


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b'{"Event": {"info": "x", "Attribute": [1,]}}', "The JSON breaks here"),
        (b'{"response": [{"Event": {"Attribute": []}}]}', "no event as MISP writes it"),
        (b'{"Event": {"info": "x", "timestamp": "1", "Attribute": []}}', "no UUID"),
        (b"d41d8cd98f00b204e9800998ecf8427e,%s\n" % uuid(1).encode(), "hash list"),
        (b'[{"SharingGroup": {"Orgc": 1}}]', "sharing group"),
        (b'{"%s": {"info": "x", "Orgc": {}}}' % uuid(1).encode(), "manifest"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(octets: bytes, says: str) -> None:
    (refusal,) = refusals(octets)
    assert says in refusal.reason


@pytest.mark.parametrize(
    ("was", "becomes", "place", "says"),
    [
        ('"to_ids": true', '"to_ids": tru', "line 20, column 15", "near `"),
        ('"type"', "type", "line 17, column 4", "expected '\"'"),
        ("the end", "", "line 23, column 17", "ends here, before its JSON does"),
    ],
)
def test_a_broken_file_says_where_it_breaks_and_what_to_do(was: str, becomes: str, place: str, says: str) -> None:
    whole = json.dumps(event(attribute(1)), indent=1)
    whole = whole.replace(was, becomes) if becomes else whole[: whole.rindex('": ""') + 4]
    (refusal,) = refusals(whole.encode())
    assert refusal.path == place
    assert says in refusal.reason
    assert refusal.reason.endswith("Export it again from MISP, or mend it there, and import it once more.")


def test_a_file_without_end_is_refused() -> None:
    (refusal,) = refusals(b'{"Event": {"info": "x", "Attribute": ' + b"[" * 100_000)
    assert "nested too deep" in refusal.reason or "ends here" in refusal.reason


@pytest.mark.parametrize(
    "wrap", [lambda e: e, lambda e: [e], lambda e: {"response": [e]}, lambda e: e["Event"], lambda e: {"response": e}]
)
def test_events_stand_alone_in_lists_and_in_answers(wrap: Any) -> None:
    assert INDICATOR in versions(wrap(event(attribute(1))))


def test_a_name_in_another_script_is_taken_as_it_is() -> None:
    """MISP refused the domain of a state's own alphabet (MISP/MISP#1977)."""
    made = versions(event(attribute(1, "domain", "12р.рус")))[INDICATOR]
    assert made.value["pattern"] == "[domain-name:value = '12р.рус']"
    assert [atom.value for atom in atoms_of(made)] == ["xn--12-mmc.xn--p1acf"]


def test_a_time_beyond_the_calendar_counts_as_missing_and_breaks_nothing() -> None:
    """Milliseconds where MISP has seconds: the year 57,800."""
    link = {"uuid": uuid(60), "referenced_uuid": uuid(1), "relationship_type": "uses", "timestamp": str(TIME * 1000)}
    linked = an_object(3, "mutex", attribute(4, "mutex", "m", object_relation="name"), ObjectReference=[link])
    value = event(attribute(1), Object=[linked], publish_timestamp=str(TIME * 1000))
    made = versions(value)
    (report,) = [one for one in made.values() if one.type == "report"]
    assert report.value["published"].startswith("2026-")
    assert str(made[f"relationship--{uuid(60)}"].modified).startswith("2026-")
    assert refusals(value) == []
