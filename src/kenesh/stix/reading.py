"""One object: octets in, a `Version` out, or a refusal that names the object, the place in it, and what is wrong.

Three layers. `columns` takes what rules and queries read, and forgives nothing. The schemas find everything else that
is wrong; `lenience` says what of it is taken all the same. Nothing is mended: the octets are kept as they came. STIX
2.0 is read as what it says in 2.1 (`upgrade`), and its octets are kept beside.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from kenesh.basis.canonical import content_hash, decode_ijson
from kenesh.basis.instants import SECOND, instant_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, Problem, TooLargeProblem
from kenesh.stix.columns import Columns, Links, columns_of, fault, links_of
from kenesh.stix.lenience import (
    MODIFIED_BEFORE_CREATED,
    ODD_UUID,
    STRAY_REFERENCE,
    UNANNOUNCED_TYPE,
    UNGRAMMATICAL_PATTERN,
    VERSIONED_MARKING,
    forgiven,
    refusal,
)
from kenesh.stix.objects import Lenience, Version
from kenesh.stix.patterns import check_pattern
from kenesh.stix.register import TypeDefinition
from kenesh.stix.schemas import WHOLE_OCTETS, Check, Kind, Schemas
from kenesh.stix.upgrade import is_stix_2_0, upgraded

#: A release with 10,000 entries has 3 MB; the largest real object here has 50 kB.
MAX_OBJECT_OCTETS: Final = 16 * 1024 * 1024
#: A large object that is wrong somewhere may have so many.
MAX_PROPERTIES: Final = 1_000
#: An object can be wrong in a million places; so many are told.
MAX_LENIENCES: Final = 20

_encode: Final = msgspec.json.Encoder().encode

_ID_IN_OCTETS: Final = re.compile(rb'"id"\s*:\s*"([^"\\]{1,300})"')


class ObjectReader:
    """Reads objects of STIX's types, of the council's own, and of others' as far as they follow STIX."""

    def __init__(self, types: Sequence[TypeDefinition] = ()) -> None:
        self._schemas = Schemas(types)

    def read(self, octets: bytes) -> Version:
        """The version that the octets state; of STIX 2.0 that of STIX 2.1, with the octets as its `original`.

        Source: STIX 2.1 §3; RFC 7493.

        Raises:
            TooLargeProblem: it has more than `MAX_OBJECT_OCTETS`.
            DamagedProblem: it is no I-JSON, or no STIX 2.1 object. `params` has `object`, its id where it can be shown,
                and `path`, the place in it.
        """
        if len(octets) > MAX_OBJECT_OCTETS:
            stix_id = _id_in(octets)
            detail = f"{stix_id or 'An object'} has {len(octets)} octets; {MAX_OBJECT_OCTETS} are read."
            raise TooLargeProblem(detail, object=stix_id, path="")
        try:
            value = decode_ijson(octets)
        except DamagedProblem as problem:
            stix_id = _id_in(octets)
            raise _named(problem, stix_id, stix_id or "An object without an id that can be read") from None
        if not isinstance(value, dict):
            raise DamagedProblem("What stands here is no JSON object, so it is no STIX object.", object="", path="")
        try:
            if is_stix_2_0(value):
                value = upgraded(value)
                return self._version(_encode(value), value, octets)
            return self._version(octets, value)
        except DamagedProblem as problem:
            raise _named(problem, _id_of(value), _name_of(value)) from None

    def outcomes(self, batch: Iterable[bytes]) -> list[Version | Problem]:
        """For each object its version, or why it is refused."""
        found: list[Version | Problem] = []
        for octets in batch:
            try:
                found.append(self.read(octets))
            except Problem as problem:
                found.append(problem)
        return found

    def _version(self, octets: bytes, value: dict[str, Any], original: bytes = b"") -> Version:
        if b"\\u0000" in octets and _holds_nul(value):
            raise fault("", "holds a NUL character in a text.")
        columns = columns_of(value)
        check = self._schemas.check_for(value)
        _refuse_other_editions(value, check)
        _refuse_missing_times(columns, check)
        links = links_of(value)
        return Version(
            id=columns.id,
            type=columns.type,
            modified=columns.modified,
            created_by_ref=columns.created_by_ref,
            revoked=columns.revoked,
            sha256=content_hash(value),
            raw=octets,
            value=value,
            original=original,
            marking_refs=columns.marking_refs,
            granular_refs=columns.granular_refs,
            references=links.references,
            leniences=_shortened(
                dict.fromkeys(
                    _faults_forgiven(value, len(octets), check) + _beyond_schemas(value, columns, links, check)
                )
            ),
        )


def _refuse_missing_times(columns: Columns, check: Check) -> None:
    if columns.created is None and check.kind is not Kind.OBSERVABLE:
        raise fault(".created", "is missing.")
    if columns.modified is None and check.kind in (Kind.DOMAIN, Kind.OWN):
        raise fault(".modified", "is missing.")


def _faults_forgiven(value: dict[str, Any], octets: int, check: Check) -> list[Lenience]:
    if check.validator.is_valid(value):
        return []
    if octets > WHOLE_OCTETS and len(value) > MAX_PROPERTIES:
        raise fault("", f"is not as STIX asks, and has more than {MAX_PROPERTIES} properties.")
    faults = check.faults(value, octets)
    if check.kind is Kind.OWN:
        # What the council's own types carry is read by rules, all of it.
        raise refusal(next(faults))
    return forgiven(faults)


def _beyond_schemas(value: dict[str, Any], columns: Columns, links: Links, check: Check) -> list[Lenience]:
    """The warnings for what no schema can find."""
    said = []
    if columns.modified is not None and columns.created is not None and columns.modified < columns.created:
        if instant_of(value["created"]) - instant_of(value["modified"]) >= SECOND:
            raise fault(".modified", "is earlier than .created.")
        said.append(MODIFIED_BEFORE_CREATED.about(".modified"))
    if columns.id[-22] not in "12345":
        said.append(ODD_UUID.about(".id"))
    if not check.is_announced:
        said.append(UNANNOUNCED_TYPE.about(f".type '{visible(columns.type, 80)}'"))
    if check.kind is Kind.MARKING and columns.modified is not None:
        said.append(VERSIONED_MARKING.about(".modified"))
    said += [STRAY_REFERENCE.about(f"'{visible(name, 80)}'") for name in links.strays]
    if columns.type == "indicator" and value["pattern_type"] == "stix":
        said += _pattern_warning(value["pattern"])
    return said


def _pattern_warning(pattern: str) -> list[Lenience]:
    try:
        check_pattern(pattern)
    except Problem as problem:
        return [Lenience(f"{UNGRAMMATICAL_PATTERN.about('.pattern')} {problem.detail}")]
    return []


def _shortened(said: Collection[Lenience]) -> tuple[Lenience, ...]:
    more = len(said) - MAX_LENIENCES
    return (*islice(said, MAX_LENIENCES), *([Lenience(f"And {more} more of this kind.")] if more > 0 else []))


def _refuse_other_editions(value: Mapping[str, Any], check: Check) -> None:
    """Lets STIX 2.1 pass. An SCO needs no spec_version (STIX 2.1 §3.2), any other object does."""
    edition = value.get("spec_version")
    if edition == "2.1":
        return
    if edition is None and "spec_version" not in value:
        if check.kind is Kind.OBSERVABLE and check.is_announced:
            return
        raise fault(".spec_version", "is missing, and STIX 2.0, where it may, has no such type.")
    if edition == "2.0":
        raise fault(".spec_version", "says 2.0, and STIX 2.0 has no such type.")
    raise fault(".spec_version", "is not 2.1 or 2.0, the editions of STIX that are read.")


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_nul(item) for item in value)


def _named(problem: DamagedProblem, stix_id: str, name: str) -> DamagedProblem:
    return DamagedProblem(f"{name}: {problem.detail}", **{"path": "", **problem.params, "object": stix_id})


def _id_of(value: Mapping[str, Any]) -> str:
    stix_id = value.get("id")
    return visible(stix_id, 120) if isinstance(stix_id, str) else ""


def _name_of(value: Mapping[str, Any]) -> str:
    if stix_id := _id_of(value):
        return stix_id
    type_name = value.get("type")
    return f"An object of type '{visible(type_name, 80)}'" if isinstance(type_name, str) else "An object without an id"


def _id_in(octets: bytes) -> str:
    """The first id in octets that may be no JSON; '' where none can be recognised."""
    match = _ID_IN_OCTETS.search(octets, 0, MAX_OBJECT_OCTETS)
    return visible(match[1].decode("utf-8", "replace"), 120) if match else ""
