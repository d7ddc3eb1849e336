"""What a source claims: a party's capacity in a body, what a body is, what a party is called, where it may take part.

A claim is a statement, never the truth: each names its source and the day as of which it holds. Nothing here opens,
counts or decides anything; what a party may do in a body of this federation is its `kenesh-membership`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from kenesh.basis.problem import UsageProblem

_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Long = Annotated[str, msgspec.Meta(max_length=1000)]
# "$" would let a line feed stand at the end.
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9-]{1,15}\Z")]
#: A year, a month or a day: as exact as the source is.
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\Z")]
#: What is on the wire of a date that is not said.
NEVER: Final = ""


class Capacity(StrEnum):
    """In what capacity a party is in a body, as a source says."""

    MEMBER = "member"
    OBSERVER = "observer"
    PARTNER = "partner"
    ORGANISATION = "organisation"
    CHAIR = "chair"
    VICE_CHAIR = "vice-chair"
    FOUNDER = "founder"
    SECRETARIAT = "secretariat"


#: Of these a party has one in a body: two at a time contradict each other.
STANDINGS: Final = frozenset((Capacity.MEMBER, Capacity.OBSERVER, Capacity.PARTNER, Capacity.ORGANISATION))
#: Of these a body has one holder at a time.
OFFICES: Final = frozenset((Capacity.CHAIR, Capacity.VICE_CHAIR))


class Topic(StrEnum):
    """What is said of a body itself."""

    STATUS = "status"
    CAPITAL = "capital"
    SEAT = "seat"
    PART_OF = "part-of"
    CHAIRING = "chairing"
    LEGAL_BASIS = "legal-basis"


class Kind(StrEnum):
    """What a party is."""

    STATE = "state"
    ENTITY = "entity"
    ORGANISATION = "organisation"


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What each claim carries.

    Attributes:
        as_of: the day for which the source speaks. since, until: from when until when it holds, as the source says;
            `until` is the first day on which it does not.
        unverified: the source does not say so in so many words, or none was looked up.
        stated_by, id: the code of the party that stated it to this node, and the object in which; "" where it comes
            with Kenesh.
    """

    source: Text
    as_of: Day
    since: Day | None = None
    until: Day | None = None
    legal_basis: Long = ""
    unverified: bool = False
    stated_by: str = ""
    id: str = ""

    @property
    def begins_on(self) -> date:
        """The first day on which it surely holds: the last of a year or month; without one, the day it was said.

        Of what was over when it was said, it is the last day on which it held.
        """
        said_on, over_on = last_day(self.since or self.as_of), self.ends_on
        is_over = self.since is None and over_on is not None and over_on <= said_on and over_on > date.min
        return date.fromordinal(over_on.toordinal() - 1) if is_over and over_on is not None else said_on

    @property
    def ends_on(self) -> date | None:
        """The first day on which it may not hold any more."""
        return None if self.until is None else first_day(self.until)

    def holds(self, at: date) -> bool:
        """Whether it surely holds on that day, as its source says."""
        return self.begins_on <= at and (self.ends_on is None or at < self.ends_on)


class InBody(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A party's capacity in a body.

    Attributes:
        format, areas, invited_on, accepted_on: of a partner, in what and how far it has come.
        keeper: the body is one of this federation, and this party its keeper, who states it; else "".
    """

    body: Text
    party: Code
    capacity: Capacity
    share: Long = ""
    format: Long = ""
    areas: Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)] = ()
    invited_on: Day | None = None
    accepted_on: Day | None = None
    keeper: str = ""


class OfBody(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is said of a body itself."""

    body: Text
    topic: Topic
    text: Text


class Called(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a party is called, with which disclaimer: in the country of `host`, or wherever that says nothing."""

    party: Code
    name: Text
    kind: Kind | None = None
    host: Code | None = None
    disclaimer: Long = ""


class TakesPart(Claim, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a host says of a party's participation in what is held in its country."""

    party: Code
    host: Code
    text: Text


AnyClaim = InBody | OfBody | Called | TakesPart
#: What each is called in a file and on the wire.
SORTS: Final[Mapping[str, type[InBody | OfBody | Called | TakesPart]]] = {
    "claim": InBody,
    "about": OfBody,
    "label": Called,
    "participation": TakesPart,
}
#: What is never written by who claims: the node knows it.
KNOWN_HERE: Final = ("stated_by", "id", "keeper")


def sort_of(claim: AnyClaim) -> str:
    """What it is called in a file and on the wire."""
    return next(name for name, kind in SORTS.items() if isinstance(claim, kind))


def first_day(text: str) -> date:
    """The first day of a year, a month or a day.

    Raises:
        UsageProblem: there is no such day.
    """
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        pass
    raise UsageProblem(f"'{text[:40]}' is no day.", advice="Write 2025-10-07, 2025-10 or 2025.")


def last_day(text: str) -> date:
    """The last day of a year, a month or a day.

    Raises:
        UsageProblem: there is no such day.
    """
    first = first_day(text)
    if len(text) == 10:
        return first
    month = 12 if len(text) == 4 else first.month
    after = first.replace(month=1) if month == 12 else first.replace(month=month + 1)
    # Year 9999 has no day after it.
    ends = date(min(first.year + (month == 12), 9999), after.month, 1)
    return date.fromordinal(ends.toordinal() - 1) if ends > first else date(9999, 12, 31)


def checked(claim: AnyClaim) -> AnyClaim:
    """The claim, if its days are days and it ends after it begins.

    Raises:
        UsageProblem: it is not so.
    """
    days = [claim.as_of, claim.since, claim.until]
    if isinstance(claim, InBody):
        days += [claim.invited_on, claim.accepted_on]
        is_partner = claim.capacity is Capacity.PARTNER
        if not is_partner and (claim.format or claim.areas or claim.invited_on or claim.accepted_on):
            raise UsageProblem(
                "Format, areas, invited_on and accepted_on are a partner's.", advice='Write capacity = "partner".'
            )
    for day in days:
        if day is not None:
            first_day(day)
    if len(claim.as_of) != len("2025-10-07"):
        raise UsageProblem(f"as_of is a day, not '{claim.as_of}'.", advice="Write 2025-10-07.")
    if claim.since is not None and claim.until is not None and first_day(claim.until) < first_day(claim.since):
        raise UsageProblem("It ends before it begins.", advice="Look at since and until.")
    return claim


def claim_of(sort: str, said: Mapping[str, Any]) -> AnyClaim:
    """The claim of that sort that a table or object states.

    Raises:
        UsageProblem: it is none; the place is named.
    """
    kind = SORTS.get(sort)
    if kind is None:
        raise UsageProblem(f"There is no claim of the sort '{sort[:40]}'.", advice=f"There are {', '.join(SORTS)}.")
    if any(name in said for name in KNOWN_HERE):
        raise UsageProblem(f"{', '.join(KNOWN_HERE)} are this node's to say.", advice="Leave them out.")
    try:
        return checked(msgspec.convert(said, kind))
    except msgspec.ValidationError as error:
        raise UsageProblem(f"{error}.", advice="docs/reference/who-is-who.md says what a claim carries.") from None
