"""The Permissible Actions Protocol: what may be done with a value, said by a marking or a label.

RED: only what nobody outside can notice, such as a search in stored logs. AMBER: passive look-ups elsewhere too.
GREEN: acting on it, blocking included. CLEAR: anything. Of several the strictest holds; a word of PAP that is none of
these counts as RED. Source: the MISP taxonomy "PAP"; OASIS' draft extension `pap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.stix.marking import PAP_BY_ID, refs_of


class Pap(IntEnum):
    """The four levels, ordered from the widest to the strictest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    RED = 3

    @property
    def label(self) -> str:
        """As MISP writes it: PAP:AMBER."""
        return f"PAP:{self.name}"

    @property
    def may_act(self) -> bool:
        """Whether a value may reach a tool that acts on it: a firewall, a resolver, an intrusion detection."""
        return self <= Pap.GREEN

    @classmethod
    def named(cls, name: str) -> Pap:
        """The level of that name, with or without 'PAP:', in either case of ASCII.

        Raises:
            UsageProblem: no level has that name.
        """
        word = name.upper().removeprefix("PAP:") if name.isascii() else ""
        if word not in _LEVELS:
            raise UsageProblem(f"'{visible(name, 40)}' is no level of PAP.", advice="Say red, amber, green or clear.")
        return _LEVELS[word]


_LEVELS: Final = {pap.name: pap for pap in Pap} | {"WHITE": Pap.CLEAR}
#: PAP:AMBER, pap:amber, pap="amber", PAP RED; the word alone, or before anything else, has no level that is known.
_WORD: Final = re.compile(
    r"(?<![A-Z0-9])PAP(?![A-Z0-9])(?:[\s:=_.\"-]*(?:PAP-)?(CLEAR|WHITE|GREEN|AMBER|RED)(?![A-Z0-9+_-]))?",
    re.IGNORECASE | re.ASCII,
)


def strictest(said: Iterable[Pap | None]) -> Pap | None:
    """The strictest of what is said; None where nothing is."""
    return max((pap for pap in said if pap is not None), default=None)


def pap_of(value: Mapping[str, Any], markings: Mapping[str, Mapping[str, Any]]) -> Pap | None:
    """The strictest level that the object's labels and markings say; None where nothing is said of PAP.

    `markings` are the marking-definitions that are known, by id. A marking of a part counts for the whole object.
    """
    found = [level for label in _list(value.get("labels")) for level in _levels(label)]
    for ref in refs_of(value):
        if ref in PAP_BY_ID:
            found.append(_LEVELS[PAP_BY_ID[ref].removeprefix("PAP:")])
        elif ref in markings:
            found += _levels_of(markings[ref])
    return max(found, default=None)


def _levels_of(marking: Mapping[str, Any]) -> Iterator[Pap]:
    """What a marking-definition says of PAP, in the fields in which such are met."""
    definition = marking.get("definition")
    said = [marking.get("name"), marking.get("x_opencti_definition")]
    if isinstance(definition, Mapping):
        said += [definition.get("statement"), *(f"PAP:{v}" for k, v in definition.items() if _WORD.fullmatch(k))]
    extensions = marking.get("extensions")
    for extension in extensions.values() if isinstance(extensions, Mapping) else ():
        if isinstance(extension, Mapping) and "pap" in extension:
            said.append(f"PAP:{extension['pap']}")
    return (level for text in said for level in _levels(text))


def _levels(text: object) -> Iterator[Pap]:
    """The level of each word of PAP in a text; RED where the word says none of the four."""
    for word in _WORD.finditer(text) if isinstance(text, str) else ():
        yield _LEVELS[word[1].upper()] if word[1] else Pap.RED


def _list(value: object) -> Iterable[Any]:
    return value if isinstance(value, list) else ()
