"""What quotes others carries the condition under which that may be reproduced: in the object itself, not beside it."""

from __future__ import annotations

from typing import Final

import msgspec

#: The property that says the condition.
CONDITION: Final = "condition"
SOURCE_TYPE: Final = "kenesh-source"
STATEMENT_TYPE: Final = "kenesh-statement"
FIGURE_TYPE: Final = "kenesh-figure"
LINK_TYPE: Final = "kenesh-link"
#: The types that quote others. The first two require the property; a figure has it where its source says one.
QUOTING: Final = frozenset((SOURCE_TYPE, STATEMENT_TYPE, FIGURE_TYPE, LINK_TYPE))


class _Quoting(msgspec.Struct):
    condition: str = ""


def condition_of(stix_type: str, octets: bytes) -> str:
    """The condition of reproduction of a checked object; '' where it quotes nobody."""
    return msgspec.json.decode(octets, type=_Quoting).condition if stix_type in QUOTING else ""
