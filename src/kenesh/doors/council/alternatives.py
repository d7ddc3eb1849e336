"""The amendments of a proposal beside the text that was frozen, and beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from kenesh.council.amending import Place, side_by_side
from kenesh.doors.council.seeing import SeenProposal


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Of the text in one language: who would change it, and where."""

    lang: str
    parties: tuple[str, ...]
    places: tuple[Place, ...]


def alternatives(seen: SeenProposal) -> list[Alternatives]:
    """What is proposed in place of the text, language by language; parties by code. Nothing where nobody amends it."""
    found = []
    for text in seen.texts:
        rivals = {
            seen.code(one.position.by_ref): one.position.amendment
            for one in seen.amendments
            if one.position.amends == text.lang or (not one.position.amends and text == seen.texts[0])
        }
        if rivals:
            found.append(Alternatives(text.lang, tuple(sorted(rivals)), side_by_side(text.text, rivals)))
    return found
