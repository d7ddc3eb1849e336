"""What rules and queries read of an object, taken once; where one of these is not as it must be, the object is refused.

Source: STIX 2.1 §2.9, §3.2, §7.2. No lenience here: a release rule that misread a marking would send what it must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import ModifiedKey, modified_key
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UsageProblem

#: Two hyphens and a UUID: what follows the type in an identifier.
_AFTER_TYPE: Final = 38
#: Any number of digits is legal (STIX 2.1 §2.16), and a database's index takes some 2,700 octets.
MAX_TIMESTAMP: Final = 200
#: The types that are found by their hashes.
_HASHED: Final = frozenset({"artifact", "file", "x509-certificate"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The properties by which an object is found, ordered, and released. Absent timestamps are None."""

    id: str
    type: str
    created: ModifiedKey | None
    modified: ModifiedKey | None
    created_by_ref: str | None
    revoked: bool
    marking_refs: tuple[str, ...]
    granular_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """The ids that an object's references name, in order, and the names of references that hold no identifier."""

    references: tuple[str, ...]
    strays: tuple[str, ...]


def fault(place: str, what: str) -> DamagedProblem:
    """The refusal that says where in an object and what; the reader puts the object's name before it."""
    return DamagedProblem(f"{place or 'It'} {what}", path=place)


def is_id_of(ref: object, type_name: str) -> bool:
    """Whether it is an identifier of exactly that type (`a--b--UUID` is none of type `a`)."""
    return isinstance(ref, str) and ref[:-_AFTER_TYPE] == type_name and is_stix_id(ref)


def columns_of(value: Mapping[str, Any]) -> Columns:
    """The columns of a decoded object.

    Raises:
        DamagedProblem: one of them is missing or not of its form.
    """
    type_name = value.get("type")
    if not isinstance(type_name, str):
        raise fault(".type", "is missing or no text, so it is no STIX object.")
    if type_name == "bundle":
        raise fault(".type", "says bundle: that is a wrapper and no object.")
    if not is_id_of(value.get("id"), type_name):
        raise fault(".id", _what_is_wrong_with_id(value.get("id"), type_name))
    if type_name in _HASHED:
        _check_hashes(value.get("hashes", {}))
    created = _timestamp(value, "created")
    same = value.get("modified") == value.get("created")
    return Columns(
        id=value["id"],
        type=type_name,
        created=created,
        modified=created if same else _timestamp(value, "modified"),
        created_by_ref=_author(value),
        revoked=_revoked(value),
        marking_refs=_marking_refs(value.get("object_marking_refs", ())),
        granular_refs=_granular_refs(value.get("granular_markings", ())),
    )


def _what_is_wrong_with_id(stix_id: object, type_name: str) -> str:
    if stix_id is None:
        return "is missing."
    if not isinstance(stix_id, str) or not is_stix_id(stix_id):
        return "is no identifier of the form type--UUID."
    return f"does not begin with the object's type, which is '{visible(type_name, 80)}'."


def _timestamp(value: Mapping[str, Any], name: str) -> ModifiedKey | None:
    if name not in value:
        return None
    if not isinstance(value[name], str):
        raise fault(f".{name}", "is no timestamp.")
    if len(value[name]) > MAX_TIMESTAMP:
        raise fault(f".{name}", f"has more than {MAX_TIMESTAMP} characters.")
    try:
        return modified_key(value[name])
    except UsageProblem as problem:
        raise DamagedProblem(f".{name}: {problem.detail}", path=f".{name}") from None


def _author(value: Mapping[str, Any]) -> str | None:
    if "created_by_ref" not in value:
        return None
    if not is_id_of(value["created_by_ref"], "identity"):
        raise fault(".created_by_ref", "is no identifier of an identity.")
    return str(value["created_by_ref"])


def _revoked(value: Mapping[str, Any]) -> bool:
    revoked = value.get("revoked", False)
    if not isinstance(revoked, bool):
        raise fault(".revoked", "is neither true nor false.")
    return revoked


def _check_hashes(hashes: object) -> None:
    if not isinstance(hashes, dict) or not all(isinstance(one, str) for one in hashes.values()):
        raise fault(".hashes", "is no dictionary of texts.")


def _marking_refs(refs: object) -> tuple[str, ...]:
    if refs == ():
        return ()
    if not isinstance(refs, list):
        raise fault(".object_marking_refs", "is no list.")
    for index, ref in enumerate(refs):
        if not is_id_of(ref, "marking-definition"):
            raise fault(f".object_marking_refs[{index}]", "is no identifier of a marking-definition.")
    return tuple(dict.fromkeys(refs))


def _granular_refs(markings: object) -> tuple[str, ...]:
    """The marking_refs of granular markings; one that says only a language marks nothing."""
    if markings == ():
        return ()
    if not isinstance(markings, list):
        raise fault(".granular_markings", "is no list.")
    refs = [_granular_ref(marking, f".granular_markings[{index}]") for index, marking in enumerate(markings)]
    return tuple(dict.fromkeys(ref for ref in refs if ref is not None))


def _granular_ref(marking: object, place: str) -> str | None:
    if not isinstance(marking, dict):
        raise fault(place, "is no object.")
    selectors = marking.get("selectors")
    if not isinstance(selectors, list) or not selectors or not all(isinstance(one, str) for one in selectors):
        raise fault(f"{place}.selectors", "is no list of texts with at least one in it.")
    if "marking_ref" not in marking:
        if not isinstance(marking.get("lang"), str):
            raise fault(place, "has neither a marking_ref nor a lang.")
        return None
    if not is_id_of(marking["marking_ref"], "marking-definition"):
        raise fault(f"{place}.marking_ref", "is no identifier of a marking-definition.")
    return str(marking["marking_ref"])


_NO_REFERENCES: Final = frozenset({"created_by_ref", "object_marking_refs", "granular_markings"})
_READ_REFERENCES: Final = frozenset(
    {"source_ref", "target_ref", "sighting_of_ref", "where_sighted_refs", "object_ref", "object_refs"}
)


def links_of(value: Mapping[str, Any]) -> Links:
    """Every id that a `_ref` or `_refs` property names at any depth; the author and the markings apart.

    Raises:
        DamagedProblem: one of the references by which objects are joined holds no identifier.
    """
    found: list[str] = []
    strays: dict[str, None] = {}
    for name, item in value.items():
        if name in _READ_REFERENCES:
            found += _identifiers(name, item)
        elif name not in _NO_REFERENCES:
            _gather(name, item, found, strays)
    if value["type"] == "observed-data":
        # The deprecated `objects` of an observed-data name one another by their keys: "0", "1".
        strays.clear()
    return Links(tuple(sorted(set(found))), tuple(strays))


def _identifiers(name: str, item: object) -> list[str]:
    if isinstance(item, str) and is_stix_id(item):
        return [item]
    if not isinstance(item, list):
        raise fault(f".{name}", "is no identifier.")
    for index, ref in enumerate(item):
        if not isinstance(ref, str) or not is_stix_id(ref):
            raise fault(f".{name}[{index}]", "is no identifier.")
    return item


def _gather(name: str, item: object, found: list[str], strays: dict[str, None]) -> None:
    kind = type(item)
    if kind is str:
        if name.endswith(("_ref", "_refs")):
            if is_stix_id(item):  # type: ignore[arg-type]  # kind is str
                found.append(item)  # type: ignore[arg-type]
            else:
                strays[name] = None
    elif kind is list:
        for part in item:  # type: ignore[attr-defined]  # kind is list
            _gather(name, part, found, strays)
    elif kind is dict:
        for key, part in item.items():  # type: ignore[attr-defined]  # kind is dict
            _gather(key, part, found, strays)
