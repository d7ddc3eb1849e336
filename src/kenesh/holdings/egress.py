"""May a version that this node holds go to an audience? The facts for the one decision."""

from __future__ import annotations

from kenesh.holdings.rows import HeldVersion
from kenesh.release.audience import Audience
from kenesh.release.conditions import NO_LABEL, Fact, Facts
from kenesh.release.decision import Decision, decide
from kenesh.release.rules import NO, Stage
from kenesh.stix.marking import Tlp


def release_facts(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str) -> Facts:
    """The facts of one version, one audience and one label."""
    return {
        Fact.MARKING: int(held.marking_under(label)),
        Fact.OWN_MARKING: int(held.own_marking()),
        Fact.MARKED: int(held.whole),
        Fact.LABEL: NO_LABEL if label is None else int(label),
        Fact.FORWARDED: int(held.writer != own_ref),
        Fact.AUDIENCE: int(audience.kind),
        Fact.NAMED: NO,
    }


def may_release(held: HeldVersion, audience: Audience, label: Tlp | None, own_ref: str) -> Decision:
    """What the rules say of releasing the version to the audience under the label."""
    return decide(Stage.RELEASE, release_facts(held, audience, label, own_ref))
