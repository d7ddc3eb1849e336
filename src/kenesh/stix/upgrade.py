"""STIX 2.0 becomes STIX 2.1, object by object: the same value always gives the same value, here and on every node.

An edition of the upgrade never changes once it is published: two nodes that read the same file must come to one
version, and not to two that conflict. What is found wanting in it becomes a new edition, beside the old one.

Source: STIX 2.0 parts 1 to 5; STIX 2.1 appendix C lists what changed between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

#: The edition in which an object is upgraded that was not upgraded before.
EDITION: Final = 1

_TYPES: Final = frozenset(
    (
        *("attack-pattern", "campaign", "course-of-action", "identity", "indicator", "intrusion-set", "malware"),
        *("observed-data", "report", "threat-actor", "tool", "vulnerability", "relationship", "sighting"),
        "marking-definition",
    )
)


def is_stix_2_0(value: Mapping[str, Any]) -> bool:
    """Whether an object is of STIX 2.0: of one of its types, or of a custom one, and it says no later edition.

    Source: STIX 2.0 part 1 §3.1 (only the bundle says an edition), §7.2 (custom types begin with `x-`).
    """
    if value.get("spec_version", "2.0") != "2.0":
        return False
    name = value.get("type")
    return isinstance(name, str) and (name in _TYPES or (name.startswith("x-") and "created" in value))


def upgraded(value: Mapping[str, Any], edition: int = EDITION) -> dict[str, Any]:
    """The object of STIX 2.1 that says what an object of STIX 2.0 says. Nothing is dropped.

    What the value already says in the words of 2.1 stands; what is no STIX at all is left for the reader to refuse.
    """
    return _EDITIONS[edition](value)


def _first(value: Mapping[str, Any]) -> dict[str, Any]:
    """Edition 1."""
    head = {"type": value["type"], "spec_version": "2.1"}
    rest = {key: item for key, item in value.items() if key not in head}
    name = value["type"]
    if name in VOCABULARIES:
        rest = _with_types(rest, *VOCABULARIES[name])
    if name == "indicator":
        # The octets of the pattern stay: what 2.0 allows and 2.1 does not is read as 2.0 (STIX 2.1 §4.7.1).
        version = {} if "pattern_type" in rest else {"pattern_type": "stix", "pattern_version": "2.0"}
        rest = {**rest, **version}
    elif name == "malware":
        # 2.0 has names for families, and no property that names a sample.
        rest = {**rest, "is_family": rest.get("is_family", True)}
    elif name == "observed-data" and isinstance(rest.get("objects"), dict):
        rest["objects"] = {key: _observable(item) for key, item in rest["objects"].items()}
    elif name == "marking-definition" and (tlp := _TLP_NAMES.get(str(rest.get("id")))):
        rest = {**rest, "name": rest.get("name", tlp)}
    return head | rest


def _with_types(rest: dict[str, Any], name: str, words: frozenset[str]) -> dict[str, Any]:
    """The words of the type's vocabulary move from `labels` to a property of their own; other words stay labels.

    Source: STIX 2.1 appendix C: `labels` lost its vocabulary to `indicator_types`, `malware_types`, ...
    """
    labels = rest.get("labels")
    if not isinstance(labels, list) or name in rest:
        return rest
    types = [word for word in labels if isinstance(word, str) and word in words]
    others = [word for word in labels if word not in types]
    kept = {key: item for key, item in rest.items() if key != "labels"}
    return kept | ({name: types} if types else {}) | ({"labels": others} if others else {})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Source: STIX 2.0 part 1 §6.4, §6.6, §6.8, §6.10, §6.14.
VOCABULARIES: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "indicator": (
        "indicator_types",
        _words("anomalous-activity anonymization benign compromised malicious-activity attribution"),
    ),
    "malware": (
        "malware_types",
        _words(
            "adware backdoor bot ddos dropper exploit-kit keylogger ransomware remote-access-trojan "
            "resource-exploitation rogue-security-software rootkit screen-capture spyware trojan virus worm"
        ),
    ),
    "report": (
        "report_types",
        _words(
            "threat-report attack-pattern campaign identity indicator intrusion-set malware observed-data "
            "threat-actor tool vulnerability"
        ),
    ),
    "threat-actor": (
        "threat_actor_types",
        _words(
            "activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled nation-state "
            "sensationalist spy terrorist"
        ),
    ),
    "tool": (
        "tool_types",
        _words(
            "denial-of-service exploitation information-gathering network-capture credential-exploitation "
            "remote-access vulnerability-scanning"
        ),
    ),
}

#: Source: STIX 2.1 §7.2.1.4: these four must be as they stand there, and 2.0 gave them no name.
_TLP_NAMES: Final[Mapping[str, str]] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "TLP:WHITE",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "TLP:GREEN",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "TLP:AMBER",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "TLP:RED",
}

#: What an observable's property is called since 2.1.
RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "file": {"created": "ctime", "modified": "mtime", "accessed": "atime"},
    "directory": {"created": "ctime", "modified": "mtime", "accessed": "atime"},
    "process": {"created": "created_time", "binary_ref": "image_ref"},
    "user-account": {"password_last_changed": "credential_last_changed"},
    "windows-registry-key": {"modified": "modified_time"},
}


def _observable(item: Any) -> Any:
    """One of the observables inside an observed-data, which STIX 2.1 §4.14.1 still reads there."""
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        return item
    names = RENAMED.get(item["type"], {})
    # A name that 2.1 has taken already keeps its value, and the old one stays beside it.
    return {(names[key] if key in names and names[key] not in item else key): part for key, part in item.items()}


_EDITIONS: Final[Mapping[int, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {1: _first}
