"""What is wrong by the standard and is taken all the same, with a warning: a table.

The world's files are full of small faults, and a council that refused them would be blind. So whatever no rule and no
query reads may be wrong; what one reads may not. The bytes stay as they came: a lenience is said, nothing is mended.
An SCO's id is never computed anew: a name-based id is only a SHOULD (STIX 2.1 §2.9), and many real ones differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import modified_key
from kenesh.basis.problem import DamagedProblem, UsageProblem
from kenesh.stix.columns import fault
from kenesh.stix.marking import TLP_BY_ID, Tlp, is_fixed
from kenesh.stix.objects import Lenience
from kenesh.stix.schemas import Fault

#: Properties that a rule or a query reads: a fault in one is forgiven only where a row of the table names it.
READ: Final = re.compile(
    r"\.(type|id|spec_version|created|modified|created_by_ref|revoked|object_marking_refs|granular_markings"
    r"|definition|definition_type|pattern|pattern_type|valid_from|valid_until|value|hashes"
    r"|relationship_type|source_ref|target_ref|sighting_of_ref|where_sighted_refs|object_ref|object_refs)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One lenience.

    A schema's fault falls under the first row whose keywords, place and value fit. A row without keywords is
    recognised by the reader itself, because no schema can say it.
    """

    id: str
    covers: str
    says: str
    keywords: frozenset[str] = frozenset()
    where: re.Pattern[str] = re.compile("")
    holds: Callable[[object], bool] = lambda _: True

    def fits(self, wrong: Fault) -> bool:
        """Whether the fault falls under it."""
        return wrong.keyword in self.keywords and bool(self.where.search(wrong.place)) and self.holds(wrong.value)

    def about(self, place: str) -> Lenience:
        """The warning: `LEN-01: .external_references is empty; it counts as absent.`"""
        return Lenience(f"{self.id}: {place or 'It'} {self.says}.")


def _is_timestamp(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(modified_key(value))
    except UsageProblem:
        return False


def _is_empty(value: object) -> bool:
    return value in ([], {})


def _is_unmistakable(value: object) -> bool:
    """Whether it is a marking of the fixed table that does not pass itself off as another."""
    if not isinstance(value, dict) or not is_fixed(value["id"]):
        return False
    definition = value.get("definition")
    said = definition.get("tlp") if isinstance(definition, dict) else None
    try:
        return said is None or Tlp.named(str(said)) is TLP_BY_ID.get(value["id"])
    except UsageProblem:
        return False


def _is_no_marking(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") != "marking-definition"


def _names_an_object(value: object) -> bool:
    return isinstance(value, str) and is_stix_id(value)


_FORM: Final = frozenset({"pattern", "format", "minLength", "maxLength"})
_CHOICE: Final = frozenset({"anyOf", "oneOf", "not", "enum", "const"})
_BOUNDS: Final = frozenset({"minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties"})
_SHAPE: Final = frozenset({"type", "additionalProperties", "required", "propertyNames", "contains", "uniqueItems"})
_ANY: Final = _FORM | _CHOICE | _BOUNDS | _SHAPE | {"tail"}

_UNREAD: Final = re.compile(rf"^(?!{READ.pattern})\.")

EMPTY: Final = Row(
    "LEN-01",
    "an empty list or dictionary",
    "is empty; it counts as absent",
    _BOUNDS | _CHOICE,
    re.compile(r"^\."),
    _is_empty,
)
MODIFIED_BEFORE_CREATED: Final = Row(
    "LEN-02",
    "a `modified` that is earlier than `created` by less than a second",
    "is earlier than .created by less than a second; versions are ordered by it as it stands",
)
ODD_UUID: Final = Row(
    "LEN-07", "an identifier whose UUID is of none of the versions 1 to 5", "has a UUID of an unusual version"
)
UNANNOUNCED_TYPE: Final = Row(
    "LEN-11",
    "a type that is not STIX's and that no extension announces",
    "is not STIX's, and no extension announces it",
)
STRAY_REFERENCE: Final = Row(
    "LEN-12", "a reference of others' making that holds no identifier", "names no object, and leads nowhere"
)
UNGRAMMATICAL_PATTERN: Final = Row(
    "LEN-13", "an indicator whose STIX pattern is not grammatical", "is kept, and matches nothing"
)
VERSIONED_MARKING: Final = Row(
    "LEN-14", "a marking-definition with a `modified`", "stands in a marking-definition, which has no versions"
)

#: The table, in the order in which it is read.
LENIENCES: Final = (
    EMPTY,
    MODIFIED_BEFORE_CREATED,
    Row("LEN-03", "a malformed URL", "is no well-formed URL", frozenset({"format"}), re.compile(r"\.url$")),
    Row(
        "LEN-04",
        "an external reference that names its source incompletely",
        "does not name its source as STIX asks",
        _ANY,
        re.compile(r"^\.external_references(?!\w)"),
    ),
    Row(
        "LEN-05",
        "an extension that is not formed as one",
        "is not formed as an extension",
        _ANY,
        re.compile(r"^\.extensions(?!\w)"),
    ),
    Row(
        "LEN-06",
        "a property whose name is not of STIX's form",
        "is a name that STIX does not allow",
        frozenset({"additionalProperties"}),
    ),
    ODD_UUID,
    Row(
        "LEN-08",
        "a reference to an object of a type that may not stand there",
        "names an object of a type that may not stand there",
        _FORM | _CHOICE,
        re.compile(r"_refs?(\[\d+\])?$"),
        _names_an_object,
    ),
    Row(
        "LEN-09",
        "a timestamp without milliseconds",
        "has no milliseconds",
        frozenset({"pattern"}),
        re.compile(r"^\.(created|modified)$"),
        _is_timestamp,
    ),
    Row(
        "LEN-10",
        "a value, hash or relationship type that is malformed, but a text",
        "is not of the form that STIX asks for; it is compared as it stands",
        _FORM | {"enum"},
        re.compile(r"^\.(value|relationship_type)$|^\.hashes\."),
        lambda value: isinstance(value, str),
    ),
    UNANNOUNCED_TYPE,
    STRAY_REFERENCE,
    UNGRAMMATICAL_PATTERN,
    VERSIONED_MARKING,
    Row(
        "LEN-15",
        "a selector that is not of STIX's form",
        "is no selector; the marking counts for the whole object all the same",
        _FORM,
        re.compile(r"^\.granular_markings\[\d+\]\.(selectors|lang)"),
    ),
    Row(
        "LEN-16",
        "a payload that its encoding does not allow",
        "is no base64 or hex, as its name says",
        _FORM,
        re.compile(r"_(bin|hex)$"),
    ),
    Row("LEN-17", "a missing property that nothing reads", "is missing", frozenset({"required"}), _UNREAD),
    Row(
        "LEN-18",
        "properties that are reserved or do not go together, or none of several of which one must be there",
        "has a property that is reserved or excludes another, or lacks one of several",
        frozenset({"anyOf", "oneOf", "not"}),
        re.compile(r"^$"),
        _is_no_marking,
    ),
    Row(
        "LEN-19",
        "a TLP or PAP marking-definition that is written in its own way under its fixed id",
        "is not written as its standard has it; its id alone says what it means",
        frozenset({"anyOf", "oneOf"}),
        re.compile(r"^$"),
        _is_unmistakable,
    ),
    Row("LEN-20", "anything else in a property that nothing reads", "is not as STIX asks", _ANY, _UNREAD),
)

#: How a refusal says what a schema found wrong.
_WRONG: Final[Mapping[str, str]] = {
    "type": "is not the kind of value that STIX asks for.",
    "required": "is missing.",
    "pattern": "is not of the form that STIX asks for.",
    "enum": "is none of the values that STIX allows.",
    "const": "is not the value that must stand there.",
    "oneOf": "has none of the shapes that STIX allows.",
}


def forgiven(faults: Iterable[Fault]) -> list[Lenience]:
    """A warning for each fault that a row of the table covers.

    Raises:
        DamagedProblem: a fault that none covers.
    """
    said = []
    for wrong in faults:
        row = next((row for row in LENIENCES if row.fits(wrong)), None)
        if row is None:
            raise refusal(wrong)
        said.append(row.about(wrong.place))
    return said


def refusal(wrong: Fault) -> DamagedProblem:
    """The refusal that one fault makes."""
    return fault(wrong.place, _WRONG.get(wrong.keyword, "is not as STIX asks."))
