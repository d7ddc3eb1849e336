"""What was searched for and is not any more: its indicator is revoked where it is held, and nothing is said elsewhere.

An event does not tell what it said before. `to_ids` is switched off where a value turned out to be harmless, and what
is deleted may lose `to_ids`, its type and its value (MISP's sanitising of deleted attributes). So each such attribute
gives the revocation of the indicator that it would have been, and an import takes it only if that indicator is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace

from kenesh.edges.formats.misp.levels import Level
from kenesh.edges.formats.misp.models import Attribute, Object
from kenesh.edges.formats.misp.objects import Member
from kenesh.edges.formats.misp.templates import TEMPLATES, described
from kenesh.edges.formats.misp.values import Tests, meaning, pattern_of
from kenesh.edges.formats.misp.writing import ATTRIBUTE, OBJECT, at, checked, marked, versioned

#: So much later than the timestamp, and than any marking makes it: some tools switch it off and leave the timestamp.
_LATER_MS: Final = 500


def ended_by_attribute(attribute: Attribute, uuid: str, creator: str | None, level: Level) -> Iterator[dict[str, Any]]:
    """The revocation of what an attribute was as an indicator; nothing where it never can have been one."""
    said = meaning(attribute.type, attribute.text, uuid)
    if said is not None and said.tests:
        yield _revoked(uuid, said.tests, creator, checked(attribute.timestamp), level)
    elif attribute.deleted:
        tests: Tests = ((f"{ATTRIBUTE}:uuid", uuid),)
        yield _revoked(uuid, tests, creator, checked(attribute.timestamp), level)


def ended_by_object(
    part: Object, members: Sequence[Member], uuid: str, creator: str | None, level: Level
) -> Iterator[dict[str, Any]]:
    """The same of an object as a whole, or of each attribute of an object that is kept word for word.

    `members` are all of its attributes, the deleted ones too.
    """
    seconds = max([checked(part.timestamp), *(checked(item.timestamp) for _, item in members)])
    template = TEMPLATES.get(part.name)
    if template is not None:
        said = described(template, [(own, replace(item, to_ids=True)) for own, item in members], uuid)
        tests = said.tests if said is not None and said.tests else ((f"{OBJECT}:uuid", uuid),)
        yield _revoked(uuid, tests, creator, seconds, level)
    for own, item in members:
        yield from ended_by_attribute(item, own, creator, level)


def _revoked(uuid: str, tests: Tests, creator: str | None, seconds: int, level: Level) -> dict[str, Any]:
    head = versioned("indicator", uuid, creator, seconds, level)
    said = {"pattern": pattern_of(tests), "pattern_type": "stix", "pattern_version": "2.1"}
    times = {"modified": at(seconds, level.milliseconds + _LATER_MS), "valid_from": head["created"]}
    return head | said | times | {"revoked": True} | marked(level)
