"""What parties stated of treaties, read from checked objects; and a rule as an object says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kenesh.basis.instants import Instant, instant_of
from kenesh.council.treaties.dates import Term, day_of, term_of, today
from kenesh.council.treaties.kinds import Begins, Counts, Of, Step
from kenesh.council.treaties.values import Rule, Stated, Treaty


def treaty_of(value: Mapping[str, Any]) -> Treaty:
    """The treaty that a checked object states.

    Raises:
        UsageProblem: it names a day, term or zone that does not exist.
    """
    until = value.get("open_until")
    return Treaty(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        names=tuple((one["lang"], one["text"]) for one in value["names"]),
        kind=value["kind"],
        authentic_languages=tuple(value["authentic_languages"]),
        depositary_ref=value["depositary_ref"],
        rule=_rule_of(value["rule"]),
        open_until=None if until is None else day_of(until),
        revoked=value.get("revoked", False),
    )


def _rule_of(said: Mapping[str, Any]) -> Rule:
    today(Instant(0), said["zone"])  # a zone that does not exist is refused here, and not when it is counted by
    return Rule(
        count=said["count"],
        of=Of(said["of"]),
        counts=Counts(said["counts"]),
        first=_term(said["first"]),
        later=_term(said["later"]),
        denunciation=_term(said["denunciation"]) if "denunciation" in said else None,
        accession=said["accession"],
        zone=said["zone"],
        source=said["source"],
    )


def _term(said: Mapping[str, str]) -> Term:
    return term_of(said["after"], Begins(said["begins"]))


def rule_wire(rule: Rule) -> dict[str, Any]:
    """The rule as a `kenesh-treaty` says it."""
    ends = {} if rule.denunciation is None else {"denunciation": _term_wire(rule.denunciation)}
    return {
        "count": rule.count,
        "of": rule.of.value,
        "counts": rule.counts.value,
        "first": _term_wire(rule.first),
        "later": _term_wire(rule.later),
        "accession": rule.accession,
        "zone": rule.zone,
        "source": rule.source,
        **ends,
    }


def _term_wire(term: Term) -> dict[str, str]:
    return {"after": f"{term.months}m" if term.months else f"{term.days}d", "begins": term.begins.value}


def step_of(value: Mapping[str, Any]) -> Stated:
    """The step that a checked object states.

    Raises:
        UsageProblem: it names a day that does not exist.
    """
    as_of = value.get("as_of")
    return Stated(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        about_ref=value["about_ref"],
        step=Step(value["step"]),
        on=day_of(value["on"]),
        reference=value.get("reference", ""),
        text=value.get("text", ""),
        source=value.get("source", ""),
        as_of=None if as_of is None else day_of(as_of),
        revoked=value.get("revoked", False),
    )
