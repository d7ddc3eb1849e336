"""Parties: states, entities and organisations, each known by a code from the keeper's list.

Some parties have no ISO 3166 code, so a code is any short word of ASCII capitals, digits and hyphens. A party's id is
computed from it by everybody; only that party's node makes the identity object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,15}", re.ASCII)

#: The codes that every node knows before it has met anybody, and what they are called.
LISTED: Final[Mapping[str, str]] = {
    "AZ": "Azerbaijan",
    "HU": "Hungary",
    "KG": "Kyrgyzstan",
    "KZ": "Kazakhstan",
    "TM": "Turkmenistan",
    "TR": "Türkiye",
    "UZ": "Uzbekistan",
    "IT": "Italy",
    "ECO": "Economic Cooperation Organization",
    "SEC": "Secretariat",
}


def party_code(text: str) -> str:
    """The code, if it is one.

    Raises:
        UsageProblem: it is not of the form of a party's code.
    """
    if _CODE.fullmatch(text) is None:
        raise UsageProblem(
            f"'{visible(text, 20)}' is no party code.",
            advice="A code is 2 to 16 capitals, digits or hyphens, such as KZ.",
        )
    return text


@lru_cache(maxsize=1024)
def party_id(code: str) -> str:
    """The STIX id of the party's identity: identity-- and the UUIDv5 of its code."""
    return f"identity--{named_uuid('party', party_code(code))}"


LISTED_IDS: Final[Mapping[str, str]] = {party_id(code): code for code in LISTED}
