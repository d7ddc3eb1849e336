"""May a version that this node holds go to an audience? The facts for the one decision."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from kenesh.holdings.rows import HeldVersion
from kenesh.release.audience import Audience
from kenesh.release.conditions import NO_LABEL, Fact, Facts
from kenesh.release.decision import Decision, decide
from kenesh.release.rules import NO, Stage
from kenesh.stix.marking import Tlp

#: What the facts of a release are made of; ten thousand versions of a kind have the same, and are decided once.
_Key = tuple[int, int, bool, int, int, bool, int]


def _key(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str) -> _Key:
    said = NO_LABEL if label is None else int(label)
    marking, own = int(held.marking_under(label)), int(held.own_marking())
    return marking, own, held.whole, said, int(held.given), held.writer != own_ref, int(audience.kind)


@lru_cache(maxsize=4096)
def _facts(key: _Key) -> Facts:
    marking, own, whole, label, given, forwarded, audience = key
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
        }
    )


@lru_cache(maxsize=4096)
def _decision(key: _Key) -> Decision:
    return decide(Stage.RELEASE, _facts(key))


def release_facts(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str) -> Facts:
    """The facts of one version, one audience and one label."""
    return _facts(_key(held, audience, label, own_ref))


def may_release(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str) -> Decision:
    """What the rules say of releasing the version to the audience under the label."""
    return _decision(_key(held, audience, label, own_ref))
