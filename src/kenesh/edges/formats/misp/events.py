"""An event becomes a report of all that is in it; what cannot be taken over is refused by name, or told in a remark.

What is marked more strictly than the event is not named in its report: whoever may have the report must not learn that
there is more. Proposals of others are not taken: nobody who owns the event has accepted them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.identifiers import named_uuid
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.edges.formats.misp.attributes import Made, labels_of, made_of_attribute, made_of_sightings
from kenesh.edges.formats.misp.ending import ended_by_attribute, ended_by_object
from kenesh.edges.formats.misp.galaxies import cluster_object, organisation_object
from kenesh.edges.formats.misp.levels import INHERIT, Level, level_of
from kenesh.edges.formats.misp.models import (
    Attribute,
    Cluster,
    Event,
    EventReport,
    Galaxy,
    Object,
    Reference,
    SharingGroup,
    Tag,
    decoded,
)
from kenesh.edges.formats.misp.objects import made_of_object
from kenesh.edges.formats.misp.writing import at, checked, marked, of_this_era, relationship, uuid_in, versioned
from kenesh.stix.files import Piece, Refusal
from kenesh.watch.forms import ascii_lower

#: A report with more references would be larger than an object may be.
MAX_REFS: Final = 200_000
_VERB: Final = re.compile(r"[^a-z0-9-]+")
_encode: Final = msgspec.json.Encoder().encode
Part = TypeVar("Part", Attribute, Object, EventReport)


@dataclass(slots=True)
class Translation:
    """One event while it is translated: what was made of it, and what is still to be linked."""

    event: Event
    path: str
    level: Level
    uuid: str
    creator: str | None
    refs: list[str] = field(default_factory=list)
    mains: dict[str, tuple[str, Level]] = field(default_factory=dict)
    links: list[tuple[str, str, Reference, int]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    remarks: dict[str, int] = field(default_factory=dict)

    def remark(self, text: str) -> None:
        if text:
            self.remarks[text] = self.remarks.get(text, 0) + 1

    def parts(self) -> Iterator[Piece | Refusal]:
        """All that is in the event, then what links it, then the report, whose remarks tell what is missing."""
        event = self.event
        if event.ShadowAttribute:
            self.remark("Proposals are not taken: accept them in MISP, and export it again.")
        if (who := organisation_object(event.Orgc)) is not None and self.creator is not None:
            yield Piece(f"{self.path}.Orgc", _encode(who))
        yield from self._clusters(event.Galaxy, f"{self.path}.Galaxy", None, self.level, checked(event.timestamp))
        for name, raws, make in (
            ("Attribute", event.Attribute, self._attribute),
            ("Object", event.Object, self._object),
            ("EventReport", event.EventReport, self._note),
        ):
            for index, raw in enumerate(raws or ()):
                yield from self._one(f"{self.path}.{name}[{index}]", raw, make)
        for position, link in enumerate(self.links):
            yield from self._link(f"{self.path}.ObjectReference[{position}]", *link)
        yield from self._report()

    def _one(self, path: str, raw: Raw, make: Any) -> Iterator[Piece | Refusal]:
        try:
            yield from make(path, raw)
        except UNREADABLE as error:
            yield Refusal(path, f"It is not as MISP writes it: {visible(str(error), 200)}.")
        except Problem as problem:
            yield Refusal(path, f"{problem.detail} {problem.advice or ''}".strip())

    def _attribute(self, path: str, raw: Raw) -> Iterator[Piece]:
        attribute = decoded(raw, Attribute)
        level = self._level(attribute.Tag, attribute.distribution, attribute.SharingGroup, self.level)
        uuid = self._uuid_of(attribute)
        self._tell_left(attribute)
        made = made_of_attribute(attribute, uuid, self.creator, level, _shown(attribute.Galaxy))
        yield from self._gives(path, uuid, made, level)
        yield from _ends(path, made, ended_by_attribute(attribute, uuid, self.creator, level))
        if not attribute.deleted:
            yield from self._around(path, attribute, made[0]["id"], level)

    def _object(self, path: str, raw: Raw) -> Iterator[Piece]:
        part = decoded(raw, Object)
        outer = self._level((), part.distribution, part.SharingGroup, self.level)
        members, gone, level = [], [], outer
        for inner in part.Attribute or ():
            attribute = decoded(inner, Attribute)
            if attribute.deleted:
                gone.append((self._uuid_of(attribute), attribute))
                continue
            # One object is made of all of them, so the strictest of them marks it.
            level = level.under(self._level(attribute.Tag, attribute.distribution, attribute.SharingGroup, outer))
            members.append((self._uuid_of(attribute), attribute))
            self._tell_left(attribute)
        uuid = uuid_in(part.uuid)
        if not uuid:
            raise UsageProblem("It has no UUID.", advice="Export it again from MISP.")
        shown = frozenset(name for _, member in members for name in _shown(member.Galaxy))
        made = made_of_object(part, members, uuid, self.creator, level, shown)
        yield from self._gives(path, uuid, made, level)
        yield from _ends(path, made, ended_by_object(part, [*members, *gone], uuid, self.creator, level))
        for own, member in members:
            self.mains.setdefault(own, (made[0]["id"], level))
            yield from self._around(path, member, made[0]["id"], level)
        seconds = checked(part.timestamp)
        self.links += [(uuid, made[0]["id"], reference, seconds) for reference in part.ObjectReference or ()]

    def _note(self, path: str, raw: Raw) -> Iterator[Piece]:
        report = decoded(raw, EventReport)
        level = self._level((), report.distribution, report.SharingGroup, self.level)
        uuid = uuid_in(report.uuid)
        if not uuid or not report.content:
            raise UsageProblem("It has no UUID, or no content.", advice="Export it again from MISP.")
        head = versioned("note", uuid, self.creator, checked(report.timestamp), level)
        said = {"abstract": report.name or "Report", "content": report.content, "object_refs": [f"report--{self.uuid}"]}
        yield Piece(path, _encode(head | said | marked(level) | ({"revoked": True} if report.deleted else {})))

    def _gives(self, path: str, uuid: str, made: Made, level: Level) -> Iterator[Piece]:
        """What was made of a part, and that it belongs to the event."""
        self.mains[uuid] = (made[0]["id"], level)
        if self.level.allows(level):
            self.refs += [item["id"] for item in made if item["type"] != "relationship"]
        else:
            self.remark("What is marked more strictly than the event is not named in its report.")
        for item in made:
            yield Piece(path, _encode(item))

    def _around(self, path: str, attribute: Attribute, of: str, level: Level) -> Iterator[Piece]:
        """The clusters and sightings of an attribute."""
        yield from self._clusters(attribute.Galaxy, f"{path}.Galaxy", of, level, checked(attribute.timestamp))
        for item in made_of_sightings(attribute.Sighting or (), of, level):
            if item["id"] not in self.given:
                self.given.add(item["id"])
                yield Piece(f"{path}.Sighting", _encode(item))

    def _clusters(
        self, galaxies: Sequence[Galaxy] | None, path: str, of: str | None, level: Level, seconds: int
    ) -> Iterator[Piece]:
        """Well-known clusters, and for an attribute what links it to them."""
        for galaxy in galaxies or ():
            for cluster in galaxy.GalaxyCluster:
                made = cluster_object(galaxy, cluster) | marked(self._level_of_cluster(cluster, level))
                if made["id"] not in self.given:
                    self.given.add(made["id"])
                    yield Piece(path, _encode(made))
                if of is None:
                    self.refs.append(made["id"])
                    continue
                verb = "indicates" if of.startswith("indicator--") else "related-to"
                uuid = str(named_uuid("misp", of, verb, made["id"]))
                head = versioned("relationship", uuid, self.creator, seconds, level)
                yield Piece(path, _encode(head | relationship(of, verb, made["id"]) | marked(level)))

    def _level_of_cluster(self, cluster: Cluster, level: Level) -> Level:
        """What is in everybody's MISP is unmarked; what somebody added to his own goes no further than the event."""
        if cluster.default or cluster.distribution is None:
            return Level()
        return self._level((), cluster.distribution, None, level)

    def _link(self, path: str, uuid: str, source: str, reference: Reference, seconds: int) -> Iterator[Piece | Refusal]:
        target = self.mains.get(uuid_in(reference.referenced_uuid))
        if target is None:
            yield Refusal(
                path, f"It refers to {visible(reference.referenced_uuid or '?', 60)}, which is not in the event."
            )
            return
        verb = _VERB.sub("-", ascii_lower(reference.relationship_type or "")).strip("-") or "related-to"
        level = self.mains[uuid][1].under(target[1])
        seconds = of_this_era(reference.timestamp, seconds)
        own = uuid_in(reference.uuid) or str(named_uuid("misp", source, verb, target[0]))
        head = versioned("relationship", own, self.creator, seconds, level)
        comment = {"description": reference.comment} if reference.comment else {}
        ended = {"revoked": True} if reference.deleted else {}
        yield Piece(path, _encode(head | relationship(source, verb, target[0]) | comment | ended | marked(level)))

    def _report(self) -> Iterator[Piece | Refusal]:
        event, seconds = self.event, checked(self.event.timestamp)
        refs = list(dict.fromkeys(self.refs))
        if len(refs) > MAX_REFS:
            self.remark(f"Its report names the first {MAX_REFS} of its {len(refs)} objects; all were read.")
            refs = refs[:MAX_REFS]
        refs = refs or ([self.creator] if self.creator else [])
        if not refs:
            yield Refusal(self.path, "There is nothing in it that may be named.")
            return
        if event.published is False:
            self.remark("Its owner has not published it.")
        labels = [f'misp:threat-level="{event.threat_level_id}"'] if event.threat_level_id else []
        labels += labels_of(event.Tag, _shown(event.Galaxy))
        said = {
            "name": event.info or "(no title)",
            "published": at(of_this_era(event.publish_timestamp, seconds)),
            "object_refs": refs,
        }
        head = versioned("report", self.uuid, self.creator, seconds, self.level)
        octets = _encode(head | said | ({"labels": labels} if labels else {}) | marked(self.level))
        told = (f"{text} ({count} times)" if count > 1 else text for text, count in self.remarks.items())
        yield Piece(self.path, octets, tuple(told))

    def _level(
        self, tags: Sequence[Tag] | None, distribution: int | None, group: SharingGroup | None, outer: Level
    ) -> Level:
        if distribution in (None, INHERIT) and not tags:
            return outer
        said, remark = level_of(tags or (), distribution, group)
        self.remark(remark)
        return said.under(outer)

    def _uuid_of(self, attribute: Attribute) -> str:
        """Its own; in an event that a program made without any, one that follows from what it says."""
        return uuid_in(attribute.uuid) or str(named_uuid("misp", self.uuid, attribute.type, attribute.text))

    def _tell_left(self, attribute: Attribute) -> None:
        if attribute.ShadowAttribute:
            self.remark("Proposals are not taken: accept them in MISP, and export it again.")
        if attribute.data:
            self.remark("An attached file stays in MISP: only its name and hashes are taken.")


def _ends(path: str, made: Made, ended: Iterator[dict[str, Any]]) -> Iterator[Piece]:
    """The revocations of what is stated no more."""
    stated = {item["id"] for item in made}
    yield from (Piece(path, _encode(item), ends=True) for item in ended if item["id"] not in stated)


def _shown(galaxies: Sequence[Galaxy] | None) -> frozenset[str]:
    """The tags that say no more than a cluster does which is given."""
    return frozenset(c.tag_name for galaxy in galaxies or () for c in galaxy.GalaxyCluster if c.tag_name)


def translated(octets: bytes | Raw, path: str) -> Iterator[Piece | Refusal]:
    """The objects that an event becomes.

    Source: MISP core format.
    """
    try:
        event = decoded(octets, Event)
        level, remark = level_of(event.Tag or (), event.distribution, event.SharingGroup, inherits=False)
        checked(event.timestamp)
        uuid = uuid_in(event.uuid)
        if not uuid:
            raise UsageProblem("It has no UUID.", advice="Export it again from MISP.")
    except UNREADABLE as error:
        yield Refusal(path, f"It is no event as MISP writes it: {visible(str(error), 200)}.")
        return
    except Problem as problem:
        yield Refusal(path, f"The event is refused. {problem.detail} {problem.advice or ''}".strip())
        return
    who = organisation_object(event.Orgc)
    creator = who["id"] if who is not None and not level.hides_source else None
    translation = Translation(event, path, level, uuid, creator)
    translation.remark(remark)
    yield from translation.parts()
