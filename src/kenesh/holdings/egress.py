"""May a version that this node holds go to an audience? The facts for the one decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from kenesh.basis.instants import Instant
from kenesh.holdings.feed import refs_of
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import HeldVersion
from kenesh.release.audience import Audience, AudienceKind
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.conditions import NO_LABEL, Fact, Facts
from kenesh.release.decision import Decision, decide
from kenesh.release.rules import NO, Stage
from kenesh.stix.marking import Tlp
from kenesh.stix.pap import Pap


@dataclass(frozen=True, slots=True)
class Given:
    """Under which caveats others gave a version to this node. What its writer said himself is his leave.

    Attributes:
        any_of: the writer's own, where he gave it: whichever of these is kept, he has allowed it.
        all_of: else those of everybody who gave it, which are all kept.
    """

    any_of: tuple[Caveats, ...] = ()
    all_of: tuple[Caveats, ...] = ()

    def kept_by(self, caveats: Caveats, refs: Sequence[str], now: Instant) -> tuple[Caveats, ...]:
        """What binds a release under these caveats, to who goes by these ids: of the writer's the least in its way."""
        if not self.any_of:
            return self.all_of
        return (min(self.any_of, key=lambda one: (not one.hold_at(now), one.bar(refs), not caveats.carry(one))),)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which caveats a release is to go, and what binds it besides.

    Attributes:
        refs: by which ids a caveat may mean the audience. own_pap: what the object's own markings say of PAP.
        ceiling: the strictest marking that this node gives to the audience.
        exercise: it is marked as of an exercise. played: the audience plays one.
    """

    now: Instant
    caveats: Caveats = NO_CAVEATS
    given: Given = Given()
    refs: tuple[str, ...] = ()
    own_pap: Pap | None = None
    ceiling: Tlp = Tlp.RED
    exercise: bool = False
    played: bool = False


class _Bound(NamedTuple):
    """What caveats come to, and whether real and made up are kept apart."""

    valid: int = 1
    barred: int = 0
    barring: int = 0
    carried: int = 1
    names_hidden: int = 0
    pap: int = NO_LABEL
    own_pap: int = NO_LABEL
    ceiling: int = Tlp.RED
    exercise: int = NO
    played: int = NO


#: What the facts of a release are made of; ten thousand versions of a kind have the same, and are decided once.
_Key = tuple[int, int, bool, int, int, bool, int, _Bound]
_FREE: Final = _Bound()


def given_under(tx: Transaction, versions: Sequence[HeldVersion], own_ref: str) -> dict[int, Given]:
    """For each of these versions that is another's, the caveats under which it was given."""
    others = {held.num: held for held in versions if held.writer != own_ref}
    found = {}
    for num, holds in tx.holds.in_force(list(others)).items():
        his = tuple(hold.caveats for hold in holds if hold.party_ref == others[num].writer)
        found[num] = Given(his, () if his else tuple(hold.caveats for hold in holds))
    return found


def refs_of_audience(tx: Transaction, audience: Audience, now: Instant) -> tuple[str, ...]:
    """By which ids a caveat may mean the whole audience."""
    match audience.kind:
        case AudienceKind.PARTY:
            return refs_of(tx, audience.ref, now)
        case AudienceKind.CLASS | AudienceKind.GROUP:
            return (audience.ref,)
    return ()


def _bound(held: HeldVersion, terms: Terms, own_ref: str) -> _Bound:
    caveats = terms.caveats
    given = terms.given.kept_by(caveats, terms.refs, terms.now) if held.writer != own_ref else ()
    return _Bound(
        valid=int(all(one.hold_at(terms.now) for one in (caveats, *given))),
        barred=int(any(one.bar(terms.refs) for one in (caveats, *given))),
        barring=int(bool(caveats.not_for)),
        carried=int(all(caveats.carry(one) for one in given)),
        names_hidden=int(held.created_by is not None and any(one.source_hidden for one in given)),
        pap=NO_LABEL if caveats.pap is None else int(caveats.pap),
        own_pap=NO_LABEL if terms.own_pap is None else int(terms.own_pap),
        ceiling=int(terms.ceiling),
        exercise=int(terms.exercise),
        played=int(terms.played),
    )


def _key(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str, terms: Terms | None) -> _Key:
    said = NO_LABEL if label is None else int(label)
    marking, own = int(held.marking_under(label)), int(held.own_marking())
    bound = _FREE if terms is None else _bound(held, terms, own_ref)
    return marking, own, held.whole, said, int(held.given), held.writer != own_ref, int(audience.kind), bound


@lru_cache(maxsize=4096)
def _facts(key: _Key) -> Facts:
    marking, own, whole, label, given, forwarded, audience, bound = key
    return MappingProxyType(
        {
            Fact.MARKING: marking,
            Fact.OWN_MARKING: own,
            Fact.MARKED: int(whole),
            Fact.LABEL: label,
            Fact.GIVEN: given,
            Fact.FORWARDED: int(forwarded),
            Fact.AUDIENCE: audience,
            Fact.NAMED: NO,
            Fact.CEILING: bound.ceiling,
            Fact.VALID: bound.valid,
            Fact.BARRED: bound.barred,
            Fact.BARRING: bound.barring,
            Fact.CARRIED: bound.carried,
            Fact.NAMES_HIDDEN: bound.names_hidden,
            Fact.PAP: bound.pap,
            Fact.OWN_PAP: bound.own_pap,
            Fact.EXERCISE: bound.exercise,
            Fact.PLAYED: bound.played,
        }
    )


@lru_cache(maxsize=4096)
def _decision(key: _Key) -> Decision:
    return decide(Stage.RELEASE, _facts(key))


def release_facts(
    held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str, terms: Terms | None = None
) -> Facts:
    """The facts of one version, one audience and one label; without terms those of this party's own statement."""
    return _facts(_key(held, audience, label, own_ref, terms))


def may_release(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str, terms: Terms) -> Decision:
    """What the rules say of releasing the version to the audience under the label and on these terms."""
    return _decision(_key(held, audience, label, own_ref, terms))
