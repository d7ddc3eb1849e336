"""What a TAXII request asks for: `added_after`, `limit`, `next` and the match fields, parsed once, at the door.

Fields are ANDed, the comma values of one field ORed. What an endpoint does not know is passed over; what it knows and
cannot read is refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import Instant, ModifiedKey, instant_of, modified_key
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

MAX_VALUES: Final = 1_000
MAX_QUERY_OCTETS: Final = 64 * 1024
MAX_NEXT_CHARACTERS: Final = 256

#: The one specification version that this node holds and serves.
SPEC_VERSION: Final = "2.1"

#: What each endpoint takes (TAXII 2.1 §5.3, §5.4 | §5.6 | §5.8 | §5.7).
OBJECTS_FIELDS: Final = frozenset(
    {"added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"}
)
OBJECT_FIELDS: Final = OBJECTS_FIELDS - {"match[id]", "match[type]"}
VERSIONS_FIELDS: Final = OBJECT_FIELDS - {"match[version]"}
DELETE_FIELDS: Final = frozenset({"match[version]", "match[spec_version]"})

_WORDS: Final = frozenset({"first", "last", "all"})
_TYPE: Final = re.compile(r"[a-z0-9-]{1,250}", re.ASCII)
_SPEC_VERSION: Final = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
_INTEGER: Final = re.compile(r"[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class VersionFilter:
    """Which versions of each object are asked for: the last one unless something else is said.

    Attributes:
        exact: the versions named by their timestamp, as keys that compare as instants; in order, none twice.

    Source: TAXII 2.1 §3.4.1, `version`.
    """

    last: bool = True
    first: bool = False
    all: bool = False
    exact: tuple[ModifiedKey, ...] = ()


LAST_VERSION: Final = VersionFilter()
EVERY_VERSION: Final = VersionFilter(last=False, all=True)


@dataclass(frozen=True, slots=True)
class Filters:
    """What one request asks of a collection; empty tuples and None ask for everything.

    Source: TAXII 2.1 §3.4, §3.5.
    """

    added_after: Instant | None = None
    limit: int | None = None
    next: str | None = None
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: VersionFilter = LAST_VERSION
    spec_versions: tuple[str, ...] = ()

    def takes_what_is_served(self) -> bool:
        """Whether STIX 2.1 is among the specification versions asked for; if not, nothing matches (T53)."""
        return not self.spec_versions or SPEC_VERSION in self.spec_versions

    def is_partial(self) -> bool:
        """Whether something is left out of what lies before the page's end, older versions apart."""
        return bool(self.ids or self.types) or not self.takes_what_is_served()

    def of_object(self, object_id: str, *, every_version: bool = False) -> Filters:
        """The same for one object, as `objects/{object-id}/` names it in its path; `versions/` has every version."""
        versions = EVERY_VERSION if every_version else self.versions
        return replace(self, ids=(object_id,), versions=versions)

    def fingerprint(self) -> bytes:
        """The same octets for the same question, however it was written.

        Where its page begins is no part of it: `limit`, `next`, and `added_after`, which clients in the field set to
        the last page's date and send with that page's `next` (OpenCTI #5681).
        """
        versions = self.versions
        words = [word for word in sorted(_WORDS) if getattr(versions, word)]
        asked = [sorted(self.ids), sorted(self.types), words, sorted(versions.exact), sorted(self.spec_versions)]
        return canonical_bytes(asked)


def _refused(field: str, value: str, because: str, advice: str = "") -> UsageProblem:
    return UsageProblem(f"{field}={visible(value, 60)} cannot be read: {because}.", advice=advice)


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _said(query: Sequence[tuple[str, str]], allowed: AbstractSet[str]) -> dict[str, str]:
    """The fields that count here, each once."""
    if sum(_octets(field) + _octets(value) + 2 for field, value in query) > MAX_QUERY_OCTETS:
        raise UsageProblem(f"The query is longer than {MAX_QUERY_OCTETS} octets.", advice="Ask in several requests.")
    said: dict[str, str] = {}
    for field, value in query:
        if field in allowed and field in said:
            raise UsageProblem(f"{field} stands twice in the query.", advice="Give it once, with commas.")
        if field in allowed:
            said[field] = value
    if sum(value.count(",") + 1 for field, value in said.items() if field.startswith("match")) > MAX_VALUES:
        raise UsageProblem(f"The query names more than {MAX_VALUES} values.", advice="Ask in several requests.")
    return said


def _added_after(text: str) -> Instant:
    """Fewer digits than six are taken, finer ones cut off: the stamps that it is compared with have six (T41)."""
    try:
        return instant_of(text)
    except UsageProblem:
        advice = "Write it as 2026-01-31T23:59:59.000000Z."
        raise _refused("added_after", text, "it is no timestamp", advice) from None


def _limit(text: str) -> int:
    if _INTEGER.fullmatch(text) is None or not text.strip("0"):
        raise _refused("limit", text, "it is no whole number above 0")
    # More digits than any page could have are as good as fifteen, and int() need not read them.
    return int(text[-15:]) if len(text.lstrip("0")) <= 15 else 10**15


def _next(text: str) -> str:
    if not 0 < len(text) <= MAX_NEXT_CHARACTERS:
        raise UsageProblem("The value of next is not one that this node gave.", advice="Begin again without it.")
    return text


def _is(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: form.fullmatch(text) is not None


def _values(field: str, text: str, is_one: Callable[[str], bool], what: str) -> tuple[str, ...]:
    """The comma values, in the order given, each once."""
    values = tuple(dict.fromkeys(text.split(",")))
    for value in values:
        if not is_one(value):
            raise _refused(field, value, f"it is no {what}")
    return values


def _version(text: str) -> str:
    if text in _WORDS:
        return text
    try:
        return modified_key(text)
    except UsageProblem:
        raise _refused("match[version]", text, "it is no timestamp, first, last or all") from None


def _versions(text: str) -> VersionFilter:
    versions = [_version(value) for value in text.split(",")]
    if len(set(versions)) < len(versions):
        raise _refused("match[version]", text, "it names one version twice")
    if "all" in versions and len(versions) > 1:
        raise _refused("match[version]", text, "all stands with others", "Ask for all alone.")
    exact = tuple(sorted(ModifiedKey(value) for value in versions if value not in _WORDS))
    return VersionFilter("last" in versions, "first" in versions, "all" in versions, exact)


def parse_filters(
    query: Sequence[tuple[str, str]],
    allowed: AbstractSet[str] = OBJECTS_FIELDS,
    unless_said: VersionFilter = LAST_VERSION,
) -> Filters:
    """The filters of a query, of which only the `allowed` fields count; `unless_said` stands for no `match[version]`.

    `match[version]` compares instants: `...00Z` and `...00.000Z` name one version. A `limit` is taken as it is; the
    page's own bound comes with `paging.page_limit`.

    Source: TAXII 2.1 §3.4, §3.4.1, §3.5.

    Raises:
        UsageProblem: a field is malformed or stands twice, or the query is beyond its bounds.
    """
    said: Mapping[str, str] = _said(query, allowed)
    ids, types, specs = (said.get(f"match[{name}]") for name in ("id", "type", "spec_version"))
    return Filters(
        added_after=_added_after(said["added_after"]) if "added_after" in said else None,
        limit=_limit(said["limit"]) if "limit" in said else None,
        next=_next(said["next"]) if "next" in said else None,
        ids=() if ids is None else _values("match[id]", ids, is_stix_id, "STIX identifier"),
        types=() if types is None else _values("match[type]", types, _is(_TYPE), "name of a type"),
        versions=_versions(said["match[version]"]) if "match[version]" in said else unless_said,
        spec_versions=() if specs is None else _values("match[spec_version]", specs, _is(_SPEC_VERSION), "version"),
    )
