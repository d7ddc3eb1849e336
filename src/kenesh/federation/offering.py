"""What is offered to one audience under a label and caveats: the facts by which it is decided, version by version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from kenesh.basis.instants import Instant, instant_of
from kenesh.federation.ports import Transaction
from kenesh.holdings.egress import Given, Terms, given_under, may_release, refs_of_audience, release_facts
from kenesh.holdings.exercising import of_exercise, plays
from kenesh.holdings.feed import ceiling_of
from kenesh.holdings.holding import ABOUT_CIRCLES
from kenesh.holdings.rows import HeldVersion
from kenesh.holdings.words import strictest_words
from kenesh.parties.own import Own
from kenesh.release.audience import Audience
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.conditions import Facts
from kenesh.release.decision import Decision
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import MARKING_DEFINITION
from kenesh.stix.pap import Pap, pap_of

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


#: What markings mean, and who is in which circle and got what there, is the same in an exercise: it goes along.
_OF_NEITHER: Final = ABOUT_CIRCLES | {MARKING_DEFINITION}


class Offer:
    """An audience, a label and caveats, to which versions are held.

    `within` is the circle to which it was released, where one who came to it later gets the same into its inbox.
    """

    def __init__(
        self,
        tx: Transaction,
        own: Own,
        audience: Audience,
        label: Tlp | None,
        now: Instant,
        caveats: Caveats = NO_CAVEATS,
        *,
        within: str = "",
    ) -> None:
        self._tx = tx
        self._own = own
        self._audience = audience
        self._label = label
        self._now = now
        self._caveats = caveats
        self._refs = refs_of_audience(tx, audience, now)
        self._ceiling = ceiling_of(tx, self._refs)
        self._plays = plays(tx, within or audience.ref)

    def facts(self, items: Sequence[HeldVersion]) -> Iterator[tuple[Facts, HeldVersion]]:
        """For each version the facts of its release."""
        for held, terms in self._terms(items):
            yield release_facts(held, self._audience, self._label_for(held), self._own.ref, terms), held

    def decisions(self, items: Sequence[HeldVersion]) -> Iterator[tuple[HeldVersion, Decision]]:
        """For each version what the rules say of its release."""
        for held, terms in self._terms(items):
            yield held, may_release(held, self._audience, self._label_for(held), self._own.ref, terms)

    def _terms(self, items: Sequence[HeldVersion]) -> Iterator[tuple[HeldVersion, Terms]]:
        given = given_under(self._tx, items, self._own.ref)
        paps = own_paps(self._tx, items) if self._caveats.pap is not None else {}
        made_up = of_exercise(self._tx, [held.num for held in items])
        for held in items:
            yield (
                held,
                Terms(
                    now=self._now,
                    caveats=self._caveats,
                    given=given.get(held.num, Given()),
                    refs=self._refs,
                    own_pap=paps.get(held.num),
                    ceiling=self._ceiling,
                    exercise=self._plays if held.type in _OF_NEITHER else held.num in made_up,
                    played=self._plays,
                ),
            )

    def _label_for(self, held: HeldVersion) -> Tlp | None:
        """A marking-definition goes along under its own marking: the label is about what it marks."""
        return None if held.type == MARKING_DEFINITION else self._label


def own_paps(tx: Transaction, items: Sequence[HeldVersion]) -> dict[int, Pap]:
    """Of these versions those that say something of PAP by their own labels and markings, with the strictest of it."""
    nums = [held.num for held in items]
    words = strictest_words(tx, nums)
    found = {num: pap_of(msgspec.json.decode(raw), words) for num, raw in tx.versions.raw(nums).items()}
    return {num: pap for num, pap in found.items() if pap is not None}


def caveats_of(pap: str, purpose: str, until: str, *, hide_source: bool) -> Caveats:
    """The caveats that a person says; for whom it is not is named apart.

    Raises:
        UsageProblem: a word is no level of PAP, or no date or instant.
    """
    return Caveats(
        pap=Pap.named(pap) if pap else None,
        purpose=purpose,
        source_hidden=hide_source,
        valid_until=_end_of(until) if until else None,
    )


def _end_of(text: str) -> Instant:
    """The last instant of a day, or the instant that is said."""
    return instant_of(f"{text}T23:59:59.999999Z" if _DAY.fullmatch(text) else text)
