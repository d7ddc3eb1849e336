"""One attribute becomes one object: an indicator where MISP says that it is to be searched for, else what was seen.

misp-stix makes of a searched attribute an observed-data and observables besides. MISP states no observation of it, so
none is made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.edges.formats.dating import utc
from kenesh.edges.formats.misp.galaxies import organisation_object
from kenesh.edges.formats.misp.levels import Level, is_level
from kenesh.edges.formats.misp.models import Attribute, Object, Sighting, Tag
from kenesh.edges.formats.misp.values import LANGUAGES, Observable, Tests, meaning, pattern_of
from kenesh.edges.formats.misp.writing import (
    ANNOUNCED,
    ATTRIBUTE,
    at,
    checked,
    marked,
    observable,
    uuid_in,
    versioned,
)

Made = list[dict[str, Any]]


def labels_of(tags: Sequence[Tag] | None, shown: frozenset[str]) -> list[str]:
    """The tags that say anything but a level; one of this instance alone (local), or of a cluster shown, is left."""
    return [
        tag.name
        for tag in tags or ()
        if tag.name and not tag.local and not is_level(tag.name) and tag.name not in shown
    ]


def indicator(head: dict[str, Any], part: Attribute | Object, tests: Tests) -> dict[str, Any]:
    """`valid_from` is when it was first seen; that it was last seen some day does not end it."""
    said = {"pattern": pattern_of(tests), "pattern_type": "stix", "pattern_version": "2.1"}
    return head | said | {"valid_from": utc(part.first_seen) or head["created"]}


def observed(head: dict[str, Any], part: Attribute | Object, observables: Sequence[Observable]) -> dict[str, Any]:
    """What was seen, once at the least."""
    first = utc(part.first_seen) or head["created"]
    last = utc(part.last_seen) or first
    refs = [item["id"] for item in observables]
    return head | {
        "first_observed": min(first, last),
        "last_observed": max(first, last),
        "number_observed": 1,
        "object_refs": refs,
    }


def made_of_attribute(
    attribute: Attribute, uuid: str, creator: str | None, level: Level, shown: frozenset[str]
) -> Made:
    """The objects that an attribute becomes, the one that stands for it first."""
    seconds = checked(attribute.timestamp)
    labels = [f'misp:type="{attribute.type}"']
    labels += [f'misp:category="{attribute.category}"'] if attribute.category else []
    rest: dict[str, Any] = {"labels": labels + labels_of(attribute.Tag, shown), **marked(level)}
    if attribute.deleted:
        rest["revoked"] = True
    said = meaning(attribute.type, attribute.text, uuid)

    def head(stix_type: str) -> dict[str, Any]:
        return versioned(stix_type, uuid, creator, seconds, level)

    if attribute.type in LANGUAGES and attribute.text:
        kind = LANGUAGES[attribute.type]
        words = {"pattern": attribute.text, "pattern_type": kind}
        valid = {"valid_from": utc(attribute.first_seen) or at(seconds)}
        return [head("indicator") | words | valid | _described(attribute) | rest]
    if attribute.type in _PLAIN and attribute.text:
        name = {"name": attribute.text} | _described(attribute)
        return [head(_PLAIN[attribute.type]) | name | _cve(attribute.text, attribute.type) | rest]
    if said is not None and attribute.to_ids:
        return [indicator(head("indicator"), attribute, said.tests) | _described(attribute) | rest]
    if said is not None and said.observables:
        comment = {"x_misp_comment": attribute.comment} if attribute.comment else {}
        main = observed(head("observed-data"), attribute, said.observables) | comment | rest
        return [main, *(() if attribute.deleted else (observable(item, level) for item in said.observables))]
    kept = {"x_misp_type": attribute.type, "x_misp_value": attribute.text}
    kept |= {"x_misp_comment": attribute.comment} if attribute.comment else {}
    return [head(ATTRIBUTE) | ANNOUNCED | kept | rest]


_PLAIN: Final = {"vulnerability": "vulnerability", "campaign-name": "campaign"}


def _cve(text: str, kind: str) -> dict[str, Any]:
    if kind != "vulnerability" or not text.startswith("CVE-"):
        return {}
    return {"external_references": [{"source_name": "cve", "external_id": text}]}


def _described(attribute: Attribute) -> dict[str, str]:
    return {"description": attribute.comment} if attribute.comment else {}


def made_of_sightings(sightings: Sequence[Sighting], of: str, level: Level) -> Iterator[dict[str, Any]]:
    """Seen: a sighting. A false positive: an opinion against it. Expired: a note; MISP's own validity is untouched.

    Each is stated by whoever saw it, and marked as what was seen.
    """
    for sighting in sightings:
        seconds = checked(sighting.date_sighting)
        who = organisation_object(sighting.Organisation)
        author = who["id"] if who is not None else None
        if who is not None and not level.hides_source:
            yield who
        uuid = uuid_in(sighting.uuid) or str(
            named_uuid("misp", "sighting", of, str(seconds), str(sighting.type), author or "")
        )
        stix_type = _SIGHTINGS.get(sighting.type or 0, "note")
        head = versioned(stix_type, uuid, author, seconds, level)
        if stix_type == "sighting":
            said: dict[str, Any] = {
                "sighting_of_ref": of,
                "first_seen": at(seconds),
                "last_seen": at(seconds),
                "count": 1,
            }
            if author is not None and not level.hides_source:
                said["where_sighted_refs"] = [author]
        elif stix_type == "opinion":
            said = {"opinion": "strongly-disagree", "explanation": "Sighted as a false positive.", "object_refs": [of]}
        else:
            said = {"content": f"Expired on {at(seconds)[:10]}, says a sighting.", "object_refs": [of]}
        yield head | said | marked(level)


#: Source: MISP core format, "Sighting": 0  1 false positive, 2 expiration.
_SIGHTINGS: Final = {0: "sighting", 1: "opinion"}
