"""misp-stix as the oracle: for every attribute type that it knows, the same pattern and the same observables.

Where we choose otherwise, `DIFFERENCES` says so, with the reason; nothing else may differ.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any, Final

import pytest
from tests.unit.edges.formats.misp_events import an_object, attribute, event, tags, uuid, versions
from tests.unit.edges.formats.oracle import bundles

from kenesh.stix.marking import TLP_BY_ID

pytestmark = pytest.mark.skipif(find_spec("misp_stix_converter") is None, reason="misp-stix is not installed")

SSDEEP: Final = "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"
VALUES: Final = {
    "domain": "evil.example",
    "hostname": "h.evil.example",
    "ip-src": "192.0.2.1",
    "ip-dst": "2001:db8::1",
    "ip-dst|port": "192.0.2.1|8080",
    "hostname|port": "h.example|80",
    "domain|ip": "evil.example|192.0.2.1",
    "url": "http://a.example/x?y='1'",
    "uri": "http://a.example/",
    "link": "https://a.example/",
    "md5": "a" * 32,
    "sha1": "b" * 40,
    "sha224": "e" * 56,
    "sha256": "c" * 64,
    "sha384": "f" * 96,
    "sha512": "d" * 128,
    "sha512/256": "c" * 64,
    "sha3-256": "c" * 64,
    "ssdeep": SSDEEP,
    "tlsh": "t1" + "a" * 70,
    "imphash": "a" * 32,
    "authentihash": "c" * 64,
    "vhash": "x",
    "pehash": "b" * 40,
    "impfuzzy": "3:a:b",
    "filename": "a\\b.exe",
    "filename|md5": "a.exe|" + "a" * 32,
    "filename|sha256": "a.exe|" + "c" * 64,
    "malware-sample": "a.exe|" + "a" * 32,
    "attachment": "a.txt",
    "regkey": "HKLM\\Software\\X",
    "regkey|value": "HKLM\\Software\\X|v",
    "mutex": "Global\\x",
    "user-agent": "Mozilla",
    "email": "a@b.example",
    "email-src": "a@b.example",
    "email-dst": "a@b.example",
    "email-subject": "hi",
    "email-body": "text",
    "email-message-id": "<1@b.example>",
    "email-attachment": "a.doc",
    "mac-address": "12:34:56:78:90:ab",
    "AS": "AS64500",
    "port": "8080",
    "size-in-bytes": "12",
    "http-method": "POST",
    "x509-fingerprint-sha1": "b" * 40,
    "github-username": "somebody",
    "yara": "rule x {condition: true}",
    "sigma": "title: x",
    "snort": "alert tcp any any",
    "vulnerability": "CVE-2024-12345",
    "campaign-name": "A campaign",
    "text": "foo",
    "btc": "1abc",
}
#: What we write otherwise than misp-stix in the pattern of a searched attribute, and why.
PATTERNS: Final = {
    **dict.fromkeys(
        ("ip-dst|port", "hostname|port", "port", "AS", "size-in-bytes"),
        "a number is compared as a number: a text never equals one (STIX 2.1 §9.6)",
    ),
    "regkey|value": "any of a key's values may be it: STIX paths name one item of a list, or [*]",
    **dict.fromkeys(("yara", "sigma", "snort"), "a rule stands as it was written, without brackets around it"),
    "tlsh": "STIX knows the hash TLSH (§10.7)",
    "sha512/256": "it is not SHA-256, and must not be found as one",
}
#: What of an observable we write otherwise, and why.
OBSERVABLES: Final = {
    **dict.fromkeys(("sha224", "sha384"), "the hash is named as in its own pattern"),
    "sha512/256": PATTERNS["sha512/256"],
    "tlsh": PATTERNS["tlsh"],
    **dict.fromkeys(("ip-src", "ip-dst", "ip-dst|port"), "MISP names no protocol above the address's own"),
    "email-attachment": "a name alone is no message that was seen: it is kept as an attribute",
}


FILE: Final = an_object(300, "file", attribute(301, "sha256", "c" * 64, object_relation="sha256"))
MARKED: Final = event(attribute(1, Tag=tags("tlp:red")), Object=[FILE], Tag=tags("tlp:amber"))


@cache
def all_of_theirs() -> list[dict[str, dict[str, Any]]]:
    return bundles([event(*attributes(True)), event(*attributes(False)), MARKED])


def theirs(to_ids: bool) -> dict[str, dict[str, Any]]:
    return all_of_theirs()[0 if to_ids else 1]


@cache
def ours(to_ids: bool) -> dict[str, dict[str, Any]]:
    return {stix_id: dict(version.value) for stix_id, version in versions(event(*attributes(to_ids))).items()}


def attributes(to_ids: bool) -> list[dict[str, Any]]:
    kinds = enumerate(VALUES.items(), 1)
    return [attribute(number, kind, value, to_ids=to_ids) for number, (kind, value) in kinds]


@pytest.mark.parametrize("kind", VALUES)
def test_a_searched_attribute_has_the_oracles_pattern(kind: str) -> None:
    stix_id = f"indicator--{uuid(1 + list(VALUES).index(kind))}"
    mine, other = ours(True).get(stix_id), theirs(True).get(stix_id)
    if kind == "tlsh":
        assert mine is not None
        assert other is None
        return
    assert (mine is None) == (other is None)
    if mine is not None and other is not None:
        assert mine["pattern_type"] == other["pattern_type"]
        assert (mine["pattern"] != other["pattern"]) == (kind in PATTERNS)


#: Properties that say when, by whom and how marked; and those that we choose not to write or to write besides.
_ASIDE: Final = {
    "created",
    "modified",
    "created_by_ref",
    "labels",
    "object_marking_refs",
    "extensions",
    "x_misp_category",
}


@pytest.mark.parametrize("kind", VALUES)
def test_an_attribute_that_was_seen_has_the_oracles_observables(kind: str) -> None:
    own = uuid(1 + list(VALUES).index(kind))
    if kind in ("yara", "sigma", "snort", "tlsh", "email-attachment"):
        assert kind in PATTERNS | OBSERVABLES
        return
    mine, other = (
        {
            stix_id: {key: item for key, item in value.items() if key not in _ASIDE}
            for stix_id, value in made.items()
            if stix_id.endswith(own) and not stix_id.startswith("observed-data--")
        }
        for made in (ours(False), theirs(False))
    )
    assert set(mine) == set(other)
    assert (mine != other) == (kind in OBSERVABLES)


def test_events_authors_tags_and_objects_have_the_oracles_ids_and_levels() -> None:
    other = all_of_theirs()[2]
    mine = versions(MARKED)
    # Of a searched attribute they make an observation besides, which MISP does not state.
    theirs_alone = {f"observed-data--{uuid(1)}", f"domain-name--{uuid(1)}"}
    alike = {i for i in other if other[i]["type"] not in ("relationship", "marking-definition")}
    assert alike - theirs_alone == {i for i in mine if mine[i].type != "relationship"}
    for stix_id in (f"indicator--{uuid(1)}", next(i for i in mine if i.startswith("report--"))):
        (label,) = (TLP_BY_ID[ref] for ref in other[stix_id]["object_marking_refs"])
        assert [TLP_BY_ID[ref] for ref in mine[stix_id].marking_refs] == [label]
