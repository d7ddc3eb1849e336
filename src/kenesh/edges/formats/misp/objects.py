"""One object becomes what its attributes describe together, or is kept whole beside the indicators in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.edges.formats.misp.attributes import Made, indicator, made_of_attribute, observed
from kenesh.edges.formats.misp.levels import Level
from kenesh.edges.formats.misp.models import Attribute, Object
from kenesh.edges.formats.misp.templates import TEMPLATES, described
from kenesh.edges.formats.misp.values import LANGUAGES, meaning
from kenesh.edges.formats.misp.writing import ANNOUNCED, OBJECT, checked, marked, observable, relationship, versioned

#: An attribute of the object, with its UUID.
Member = tuple[str, Attribute]


def made_of_object(
    part: Object, members: Sequence[Member], uuid: str, creator: str | None, level: Level, shown: frozenset[str]
) -> Made:
    """The objects that it becomes, the one that stands for it first. A newer attribute makes it newer."""
    seconds = max([checked(part.timestamp), *(checked(item.timestamp) for _, item in members)])
    labels = [f'misp:name="{part.name}"'] + (
        [f'misp:meta-category="{part.meta_category}"'] if part.meta_category else []
    )
    rest: dict[str, Any] = {"labels": labels, **marked(level)}
    if part.deleted:
        rest["revoked"] = True
    comment = {"description": part.comment} if part.comment else {}

    def head(stix_type: str, own_uuid: str = uuid) -> dict[str, Any]:
        return versioned(stix_type, own_uuid, creator, seconds, level)

    if (rule := _first(members, _RULES.get(part.name, ""))) is not None:
        name = _first(members, f"{part.name}-rule-name")
        named = {"name": name.text} if name is not None else {}
        words = {"pattern": rule.text, "pattern_type": LANGUAGES[part.name], "valid_from": head("indicator")["created"]}
        return [head("indicator") | named | words | comment | rest]
    if part.name == "vulnerability" and (number := _first(members, "id")) is not None:
        return [head("vulnerability") | {"name": number.text} | _vulnerability(members, number.text, comment) | rest]
    template = TEMPLATES.get(part.name)
    said = described(template, members, uuid) if template is not None else None
    if said is None:
        return _kept_whole(head, part, members, creator, level, shown, rest)
    main = observed(head("observed-data"), part, said.observables) | comment | rest
    made = [main, *(() if part.deleted else (observable(item, level) for item in said.observables))]
    if said.tests:
        sought = indicator(head("indicator"), part, said.tests) | comment | rest
        made += [sought, _linked(head, sought["id"], "based-on", main["id"], rest)]
    return made


_RULES: Final = {"yara": "yara", "sigma": "sigma", "suricata": "suricata", "snort": "snort"}


def _first(members: Sequence[Member], relation: str) -> Attribute | None:
    found = (item for _, item in members if item.object_relation == relation and item.text)
    return next(found, None) if relation else None


def _vulnerability(members: Sequence[Member], number: str, comment: dict[str, str]) -> dict[str, Any]:
    summary = _first(members, "summary") or _first(members, "description")
    links = [item.text for _, item in members if item.object_relation == "references"]
    references = [{"source_name": "cve", "external_id": number}] if number.startswith("CVE-") else []
    references += [{"source_name": "url", "url": link} for link in links]
    said: dict[str, Any] = {"description": summary.text} if summary is not None else dict(comment)
    used = {"id", "summary", "description", "references"}
    others = [f"{item.object_relation}: {item.text}" for _, item in members if item.object_relation not in used]
    return (
        said | ({"external_references": references} if references else {}) | ({"x_misp_said": others} if others else {})
    )


def _kept_whole(
    head: Any,
    part: Object,
    members: Sequence[Member],
    creator: str | None,
    level: Level,
    shown: frozenset[str],
    rest: Any,
) -> Made:
    """An object of another template, word for word, and an indicator for each value in it that is searched for."""
    listed = [
        {"type": item.type, "object_relation": item.object_relation or "", "value": item.text, "uuid": own}
        | ({"to_ids": True} if item.to_ids else {})
        for own, item in members
    ]
    kept: dict[str, Any] = (
        {"x_misp_name": part.name, "x_misp_attributes": listed} if listed else {"x_misp_name": part.name}
    )
    kept |= {"x_misp_comment": part.comment} if part.comment else {}
    main = head(OBJECT) | ANNOUNCED | kept | rest
    made = [main]
    for own, item in members:
        if item.to_ids and not part.deleted and meaning(item.type, item.text, own) is not None:
            (sought, *_) = made_of_attribute(item, own, creator, level, shown)
            made += [sought, _linked(head, sought["id"], "related-to", main["id"], rest)]
    return made


def _linked(head: Any, source: str, verb: str, target: str, rest: dict[str, Any]) -> dict[str, Any]:
    own = str(named_uuid("misp", source, verb, target))
    link: dict[str, Any] = head("relationship", own) | relationship(source, verb, target)
    return link | {key: item for key, item in rest.items() if key != "labels"}
