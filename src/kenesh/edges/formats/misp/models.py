"""The parts of an event that are read, as MISP and its feeds write them: numbers as texts, and much left away.

Source: MISP core format (misp-standard.org), and what MISP 2.4 and 2.5 export. What stands in a list is decoded item by
item, so that one bad attribute costs nobody the event.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
from msgspec import Raw

Text = str | None
Number = int | None
Flag = bool | None


class Tag(msgspec.Struct):
    name: str = ""
    local: Flag = False


class Organisation(msgspec.Struct):
    name: Text = None
    uuid: Text = None


class _Member(msgspec.Struct):
    Organisation: Organisation | None = None


class SharingGroup(msgspec.Struct):
    """The organisations for which alone something is meant."""

    name: Text = None
    uuid: Text = None
    SharingGroupOrg: list[_Member] = []

    @property
    def organisations(self) -> list[str]:
        found = [member.Organisation for member in self.SharingGroupOrg]
        return [organisation.name for organisation in found if organisation and organisation.name]


class Cluster(msgspec.Struct):
    uuid: Text = None
    type: Text = None
    value: Text = None
    tag_name: Text = None
    description: Text = None
    version: Number | str = None
    distribution: Number = None
    default: Flag = None
    meta: dict[str, object] | list[object] | None = None


class Galaxy(msgspec.Struct):
    type: Text = None
    name: Text = None
    GalaxyCluster: list[Cluster] = []


class Sighting(msgspec.Struct):
    uuid: Text = None
    type: Number = 0
    date_sighting: Number = None
    source: Text = None
    Organisation: Organisation | None = None


class Attribute(msgspec.Struct):
    type: str
    value: str | int | float | bool
    uuid: Text = None
    category: Text = None
    to_ids: Flag = False
    timestamp: Number = None
    comment: Text = None
    distribution: Number = None
    SharingGroup: SharingGroup | None = None
    deleted: Flag = False
    first_seen: Text = None
    last_seen: Text = None
    object_relation: Text = None
    data: Text | Raw = None
    Tag: list[Tag] | None = None
    Galaxy: list[Galaxy] | None = None
    Sighting: list[Sighting] | None = None
    ShadowAttribute: list[Raw] | None = None

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else str(self.value)


class Reference(msgspec.Struct):
    uuid: Text = None
    referenced_uuid: Text = None
    relationship_type: Text = None
    timestamp: Number = None
    comment: Text = None
    deleted: Flag = False


class Object(msgspec.Struct):
    name: str
    uuid: Text = None
    timestamp: Number = None
    comment: Text = None
    distribution: Number = None
    SharingGroup: SharingGroup | None = None
    deleted: Flag = False
    first_seen: Text = None
    last_seen: Text = None
    meta_category: Text = msgspec.field(name="meta-category", default=None)
    Attribute: list[Raw] | None = None
    ObjectReference: list[Reference] | None = None


class EventReport(msgspec.Struct):
    uuid: Text = None
    name: Text = None
    content: Text = None
    timestamp: Number = None
    distribution: Number = None
    SharingGroup: SharingGroup | None = None
    deleted: Flag = False


class Event(msgspec.Struct):
    info: str
    uuid: Text = None
    timestamp: Number = None
    published: Flag = None
    publish_timestamp: Number = None
    distribution: Number = None
    SharingGroup: SharingGroup | None = None
    threat_level_id: Number = None
    analysis: Number = None
    extends_uuid: Text = None
    Orgc: Organisation | None = None
    Tag: list[Tag] | None = None
    Galaxy: list[Galaxy] | None = None
    Attribute: list[Raw] | None = None
    Object: list[Raw] | None = None
    EventReport: list[Raw] | None = None
    ShadowAttribute: list[Raw] | None = None


Part = TypeVar("Part", Attribute, Object, EventReport, Event)

_DECODERS: Final = {part: msgspec.json.Decoder(part, strict=False) for part in (Attribute, Object, EventReport, Event)}


def decoded(octets: Raw | bytes, part: type[Part]) -> Part:
    """The part that the octets state.

    Raises:
        msgspec.MsgspecError, RecursionError, UnicodeDecodeError: they state none.
    """
    found: Part = _DECODERS[part].decode(octets)  # type: ignore[assignment]  # the decoder of that very type
    return found
