"""Constituents: organisations inside this state. They have no node and are no party; this node alone knows them.

A constituent is in groups of this party's own making. Some are called as the party likes, group:grid; the others are
the sectors of one list, sector:energy. The record knows it by its number alone, as it does a person: when it is
removed, its name goes, and what was done stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.parties.sectors import SECTORS

MAX_CONSTITUENTS: Final = 10_000
#: So many groups there are at a node, and so many of them a constituent is in.
MAX_GROUPS: Final = 1_000
MAX_MEMBERSHIPS: Final = 40
GROUP, SECTOR = "group", "sector"
#: The stamp of one who was told nothing yet.
NEVER: Final = Instant(0)
_PSEUDONYM: Final = "constituent:"
_GROUP: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Constituent:
    """An organisation that reads here.

    Attributes:
        name: None once removed.
        groups: as people call them: group:grid, sector:energy.
        mail: where the digest goes; '' for nowhere.
        told_upto: the last stamp of which a digest told. told_on: the day of the last digest, sent or not needed.
    """

    num: int
    name: str | None
    groups: frozenset[str]
    mail: str
    made_at: Instant
    told_upto: Instant = NEVER
    told_on: Instant | None = None

    @property
    def pseudonym(self) -> str:
        """How the record names it, for ever."""
        return pseudonym(self.num)

    def of_kind(self, kind: str) -> list[str]:
        """The names of its groups, or of its sectors."""
        return sorted(rest for one, _, rest in (group.partition(":") for group in self.groups) if one == kind)


def pseudonym(num: int | str) -> str:
    """How the record names the constituent of that number."""
    return f"{_PSEUDONYM}{num}"


def is_constituent(text: str) -> bool:
    """Whether it is formed as the record's names of constituents are."""
    return text.startswith(_PSEUDONYM)


def group_named(text: str) -> str:
    """The group that a word names: group:NAME or sector:NAME, as everybody calls it.

    Raises:
        UsageProblem: it is neither, the name is none, or there is no such sector.
    """
    kind, _, name = text.partition(":")
    if kind == SECTOR:
        if name not in SECTORS:
            raise UsageProblem(f"'{name[:40]}' is no sector.", advice=f"A sector is one of {', '.join(SECTORS)}.")
        return text
    if kind != GROUP or _GROUP.fullmatch(name) is None:
        raise UsageProblem(
            f"'{name[:70]}' is no name of a group.", advice="It has 1 to 63 small letters, digits and hyphens."
        )
    return text


class ConstituentRows(Protocol):
    """Constituents and the groups that they were ever in."""

    def add(self, name: str, groups: frozenset[str], mail: str, at: Instant) -> Constituent: ...

    def all(self) -> list[Constituent]:
        """Those that were not removed, in the order in which they came."""

    def find(self, name: str) -> Constituent | None: ...

    def by_num(self, num: int) -> Constituent | None: ...

    def change(self, num: int, **values: Any) -> None:
        """Sets attributes of a constituent by their names."""

    def remove(self, constituent: Constituent) -> None:
        """Takes away all that says which organisation it is; the number stays."""

    def groups(self) -> Mapping[str, str]:
        """What every group that a constituent was ever in is called, by its audience's reference."""

    def add_group(self, ref: str, name: str, at: Instant) -> None:
        """The group is known from now on; one that is known stays as it is."""
