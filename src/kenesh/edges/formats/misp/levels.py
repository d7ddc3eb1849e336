"""How far something of MISP's may go: the strictest of its TLP tags and of what its distribution means.

A distribution says to whom a MISP instance hands a thing on; TLP says who may have it, whoever hands it on. So each
level is read as the widest TLP label that lets nobody have it whom the level leaves out. A level that no label can say
is refused, and never widened.

Source: standards of MISP's distribution levels (misp-standard.org core format §"distribution"); FIRST TLP 2.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.edges.formats.misp.models import SharingGroup, Tag
from kenesh.stix.marking import PAP_BY_ID, Tlp
from kenesh.watch.forms import ascii_lower

INHERIT: Final = 5
_SHARING_GROUP: Final = 4
#: All communities: everybody who is connected, and no more than that - the community, in the words of TLP.
MEANING: Final[Mapping[int, Tlp]] = {0: Tlp.AMBER_STRICT, 1: Tlp.AMBER, 2: Tlp.GREEN, 3: Tlp.GREEN}
#: A level that says less than a tag does: what goes to all communities may be clear where its author says so.
_OPEN: Final = 3
_PAP: Final = ("pap:clear", "pap:green", "pap:amber", "pap:red")
_PAP_REF: Final = {ascii_lower(name): ref for ref, name in PAP_BY_ID.items()}


@dataclass(frozen=True, slots=True)
class Level:
    """How far a thing may go. `tlp` and `pap` are None where nothing was said; `pap` counts from clear to red.

    `hides_source`: the Chatham House rule (tlp:ex:chr): what was said may be used, who said it is not told.
    """

    tlp: Tlp | None = None
    pap: int | None = None
    hides_source: bool = False

    def under(self, outer: Level) -> Level:
        """The strictest of both: what a thing says of itself, and what the thing that holds it says."""
        return _strictest(self, outer)

    @property
    def refs(self) -> list[str]:
        """Its marking-definitions."""
        tlp = [self.tlp.marking_ref] if self.tlp is not None else []
        return tlp + ([_PAP_REF[_PAP[self.pap]]] if self.pap is not None else [])

    @property
    def milliseconds(self) -> int:
        """Grows with strictness. It is added to `modified`, for MISP gives a thing no new time when its event is marked
        anew: so what was marked more strictly is a newer version, and no conflict."""
        tlp = 0 if self.tlp is None else 1 + self.tlp
        return 200 * self.hides_source + 10 * (0 if self.pap is None else 1 + self.pap) + tlp

    def allows(self, other: Level) -> bool:
        """Whether who may have this may know of the other."""
        return self.under(other) == self


@lru_cache(4096)
def _strictest(inner: Level, outer: Level) -> Level:
    tlp = max((one for one in (inner.tlp, outer.tlp) if one is not None), default=None)
    pap = max((one for one in (inner.pap, outer.pap) if one is not None), default=None)
    return Level(tlp, pap, inner.hides_source or outer.hides_source)


NOTHING_SAID: Final = Level()


def level_of(
    tags: Iterable[Tag], distribution: int | None, group: SharingGroup | None, *, inherits: bool = True
) -> tuple[Level, str]:
    """What tags and distribution say, and a remark where the label says it otherwise than MISP did.

    Raises:
        UsageProblem: the level cannot be honoured.
    """
    tagged, remark = _tagged(tuple(tag.name for tag in tags))
    if distribution is None or (distribution == INHERIT and inherits):
        return tagged, remark
    if distribution == _SHARING_GROUP:
        if group is None or not group.organisations:
            raise UsageProblem(
                "It is for a sharing group of which no organisation is named, so nobody can tell who may have it.",
                advice="Export it again by an account that sees the group.",
            )
        names = visible(", ".join(group.organisations), 300)
        remark = f"It is for the sharing group '{visible(group.name or '', 80)}' ({names}) alone: marked TLP:RED."
        return tagged.under(Level(Tlp.RED)), remark
    if distribution not in MEANING:
        raise UsageProblem(
            f"Its distribution is {distribution}, which says to nobody how far it may go.",
            advice="Set 0 to 4 in MISP, and export it again.",
        )
    if distribution == _OPEN and tagged.tlp is not None:
        return tagged, remark
    return tagged.under(Level(MEANING[distribution])), remark


@lru_cache(4096)
def _tagged(names: tuple[str, ...]) -> tuple[Level, str]:
    """Of several labels the strictest holds, whichever was meant; one that is not understood counts as RED."""
    level, remark = NOTHING_SAID, ""
    for name in names:
        word = ascii_lower(name.strip()) if name.isascii() else ""
        if word == "tlp:ex:chr":
            level, remark = level.under(Level(hides_source=True)), "Its source is not named (tlp:ex:chr)."
        elif word.startswith("tlp:"):
            try:
                level = level.under(Level(Tlp.named(word)))
            except UsageProblem:
                level = level.under(Level(Tlp.RED))
                remark = f"The tag '{visible(name, 60)}' is no label of TLP 2.0: marked TLP:RED."
        elif word.startswith("pap:"):
            word = word.replace("white", "clear")
            level = level.under(Level(pap=_PAP.index(word) if word in _PAP else len(_PAP) - 1))
    return level, remark


def is_level(tag: str) -> bool:
    """Whether a tag says how far something may go or what may be done with it: it becomes a marking and no label."""
    return tag.isascii() and ascii_lower(tag.strip()).startswith(("tlp:", "pap:"))
