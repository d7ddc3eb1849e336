"""Markings, by identifier from a fixed table and never by name.

Source: FIRST TLP 2.0; STIX 2.1 §7.2.1.4 (TLP 1.0 ids) and OASIS' TLP 2.0 extension; OASIS' draft for PAP. A statement
marking is printed and withholds nothing. A marking that this table and the store do not know counts as TLP:RED.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.stix.exercise import EXERCISE


class Tlp(IntEnum):
    """The five labels of TLP 2.0, ordered from the widest to the strictest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """As FIRST writes it: TLP:AMBER+STRICT."""
        return "TLP:" + self.name.replace("_", "+")

    @property
    def marking_ref(self) -> str:
        """The id of its TLP 2.0 marking-definition."""
        return _TLP_2_0[self]

    @classmethod
    def named(cls, name: str) -> Tlp:
        """The label of that name, with or without 'TLP:', in either case of ASCII; white is clear's old name.

        Raises:
            UsageProblem: no label has that name.
        """
        # Some letters outside ASCII have capitals in it: a dotless i would make a WHITE.
        word = name.upper().removeprefix("TLP:").replace("-", "+").replace("_", "+") if name.isascii() else ""
        word = {"WHITE": "CLEAR", "STRICT": "AMBER+STRICT"}.get(word, word)
        for tlp in cls:
            if tlp.label == f"TLP:{word}":
                return tlp
        raise UsageProblem(
            f"'{visible(name, 40)}' is no TLP label.", advice="Say clear, green, amber, amber+strict or red."
        )


_TLP_2_0: Final[Mapping[Tlp, str]] = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

#: Every marking that carries a TLP label, whoever minted it.
TLP_BY_ID: Final[Mapping[str, Tlp]] = {
    **{ref: tlp for tlp, ref in _TLP_2_0.items()},
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,  # TLP 1.0 WHITE
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
    "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37": Tlp.AMBER_STRICT,  # OpenCTI's own
}

#: The Permissible Actions Protocol: says what may be done with a value, not who may see it.
PAP_BY_ID: Final[Mapping[str, str]] = {
    "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730": "PAP:CLEAR",
    "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9": "PAP:GREEN",
    "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab": "PAP:AMBER",
    "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e": "PAP:RED",
}


@dataclass(frozen=True, slots=True)
class Marking:
    """What an object's own markings amount to.

    `tlp` is the strictest label found. `whole` says that it covers the whole object, so that no release's label is
    needed; where it does not, the label counts unless `tlp` is stricter. `unknown` lists what was not understood.
    """

    tlp: Tlp
    whole: bool
    unknown: tuple[str, ...] = ()

    def under(self, label: Tlp | None) -> Tlp:
        """The effective marking: its own, else the label, never wider than what is known; RED where nothing is said."""
        if self.whole:
            return self.tlp
        return Tlp.RED if label is None else max(self.tlp, label)


UNMARKED: Final = Marking(Tlp.CLEAR, whole=False)

#: A marking-definition that nothing marks may be read wherever what it marks is read: it always goes along.
DEFINITION: Final = Marking(Tlp.CLEAR, whole=True)


def is_fixed(marking_ref: str) -> bool:
    """Whether the table alone says what the marking means."""
    return marking_ref in TLP_BY_ID or marking_ref in PAP_BY_ID


def refs_of(value: Mapping[str, Any]) -> Iterator[str]:
    """The markings that an object cites, of its parts too. Its fields have the form that `stix.columns` asks for."""
    yield from value.get("object_marking_refs", ())
    yield from (marking["marking_ref"] for marking in value.get("granular_markings", ()) if "marking_ref" in marking)


def marking_of(object_refs: Iterable[str], granular_refs: Iterable[str], statements: Iterable[str]) -> Marking:
    """What the markings of an object amount to: the strictest of several holds.

    `statements` are the ids of those marking-definitions that are known to be statements. Granular markings count for
    the whole object, but a wide one on a part says nothing of the rest.
    """
    known = frozenset((EXERCISE, *statements))
    tlp, whole, unknown = Tlp.CLEAR, False, []
    for refs, covers in ((object_refs, True), (granular_refs, False)):
        for ref in refs:
            if ref in TLP_BY_ID:
                tlp, whole = max(tlp, TLP_BY_ID[ref]), whole or covers
            elif ref not in PAP_BY_ID and ref not in known:
                unknown.append(ref)
    if unknown:
        return Marking(Tlp.RED, whole=True, unknown=tuple(unknown))
    return Marking(tlp, whole=whole or tlp is Tlp.RED)
