"""Amendments, as a delegate reads them: what stands, and what each would say instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.council.amending import Place
from kenesh.doors.council.alternatives import Alternatives

_MOST: Final = 2_000


def amendments_wire(found: Sequence[Alternatives]) -> list[dict[str, Any]]:
    """Everything of it that is told."""
    return [
        {
            "lang": one.lang,
            "parties": list(one.parties),
            "places": [
                {
                    "first": place.first,
                    "last": place.last,
                    "text": list(place.text),
                    "rivals": {party: list(text) for party, text in place.rivals},
                }
                for place in one.places
            ],
        }
        for one in found
    ]


def describe_amendments(found: Sequence[Alternatives]) -> Iterator[str]:
    """The parts that somebody would change; what nobody would is left out."""
    for one in found:
        yield f"text {one.lang}, amended by {', '.join(one.parties)}"
        for place in one.places:
            yield f"  {_where(place)}"
            yield from (f"    stands  {visible(line, _MOST)}" for line in place.text)
            for party, text in place.rivals:
                yield from (f"    {party:<7} {visible(line, _MOST)}" for line in text or ("(struck out)",))
        same = [party for party in one.parties if all(party not in dict(place.rivals) for place in one.places)]
        yield from (f"  {party} changes nothing" for party in same)


def _where(place: Place) -> str:
    if not place.text:
        return f"after paragraph {place.last}" if place.last else "before paragraph 1"
    return f"paragraph {place.first}" if place.first == place.last else f"paragraphs {place.first} to {place.last}"
