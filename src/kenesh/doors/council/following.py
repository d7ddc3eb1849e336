"""What is done of measures: the keeper states a programme and its measures, parties report, others verify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.measures.kinds import MEASURE, PROGRAMME, VERIFICATION, Verdict
from kenesh.council.measures.scorecard import why_ignored
from kenesh.council.measures.stated import measure_of, programme_of
from kenesh.council.measures.values import Report, Row
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.council.measuring import SeenScorecard, one_scorecard, row_numbered
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_code, party_id
from kenesh.response import statements
from kenesh.response.kinds import UPDATE, Status
from kenesh.response.statements import Evidence

_OWN: Final = ("body_ref", "programme_ref")
#: What a table says of a measure, as properties.
_SAID: Final = (
    *("number", "name", "chapter", "period", "mandate", "accountable_ref", "supporting_refs", "must", "begins", "due"),
    *("weight", "indicators", "milestones", "standing", "decision_ref"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a table: the numbers of the measures that are new, that changed, and that stand as they stood."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a party reports. `figures`: by indicator, what was reached; `milestones`: which are done by now."""

    done: bool = False
    text: str = ""
    figures: Mapping[str, str] | None = None
    milestones: Sequence[str] = ()
    evidence: Sequence[Evidence] = ()


def state_programme(services: Services, body: str, said: Mapping[str, Any], by: By) -> str:
    """States a programme of a body that this party keeps, or anew under its name; gives its id.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: another party keeps it, or the programme cannot be.
    """
    with services.store.writing() as tx:
        ref = _kept(tx, services, body)
        held = [
            value
            for one in tx.versions.linked_to(ref, [PROGRAMME.name])
            if one.writer == services.own.ref and (value := _value(tx, one.num))["name"] == said.get("name")
        ]
        begun = hand(services, by).begins(PROGRAMME.name) | {"body_ref": ref}
        before = statements.restated(_without(held[-1], said), services.clock.now()) if held else begun
        value = {**before, **said}
        _give(services, tx, ref, value, by)
        # Only what its type allows can be read; what then cannot be undoes the giving.
        programme_of(value)
    services.wake()
    return str(value["id"])


def take_in(services: Services, body: str, measures: Sequence[Mapping[str, Any]], by: By) -> Taken:
    """States measures of the one programme of a body that this party keeps; of what stands already, what changed.

    Raises:
        UnknownProblem: there is no such body or programme. UsageProblem: another party keeps it, or a measure would be
            ignored: what is decided is changed by a decision alone.
    """
    seen = one_scorecard(services, by.sight(services), body)
    new, changed, unchanged, made = [], [], [], []
    with services.store.writing() as tx:
        ref = _kept(tx, services, body)
        there = {row.measure.number: row.measure for row in seen.card.rows}
        for said in measures:
            number = str(said["number"])
            before = there.get(number)
            value = _value_of(tx, before.id) if before is not None else None
            if value is None:
                of = {"body_ref": ref, "programme_ref": seen.card.programme.id}
                made.append(hand(services, by).begins(MEASURE.name) | of | dict(said))
                new.append(number)
            elif all(value.get(name) == said.get(name) for name in _SAID if name != "decision_ref"):
                unchanged.append(number)
                continue
            else:
                made.append(statements.restated(value, services.clock.now(), without=_SAID) | dict(said))
                changed.append(number)
            earlier = tx.versions.all_of(before.id) if before is not None else ()
            used = {_value(tx, one.num).get("decision_ref", "") for one in earlier}
            why = why_ignored(measure_of(made[-1]), before, seen.card.programme, seen.keeper, used)
            if why:
                raise UsageProblem(
                    f"Nothing was taken in. Measure {number}: {why}.", advice="Every node would ignore it."
                )
        if made:
            give_room(services, tx, ref, made, by)
            for value in made:
                services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)
    services.wake()
    return Taken(tuple(new), tuple(changed), tuple(unchanged))


def report(services: Services, body: str, number: str, reporting: Reporting, by: By) -> str:
    """Reports on a measure in this party's name; gives the report's id.

    Raises:
        UnknownProblem: there is no such measure. UsageProblem: this party is not asked to report on it, or it has no
            such indicator or milestone.
    """
    seen = one_scorecard(services, by.sight(services), body)
    row = row_numbered(seen, number)
    _check_report(seen, row, reporting)
    figures = [{"indicator": name, "value": value} for name, value in (reporting.figures or {}).items()]
    said: dict[str, Any] = {
        "status": (Status.DONE if reporting.done else Status.IN_PROGRESS).value,
        "description": reporting.text,
        "figures": figures,
        "milestones": sorted(set(reporting.milestones)),
        "evidence": [{"name": one.name, "sha256": one.sha256, "octets": one.octets} for one in reporting.evidence],
    }
    kept = {name: value for name, value in said.items() if value}
    before = _newest(row, seen.own_ref)
    with services.store.writing() as tx:
        if before is not None:
            # A correction is a new version: who verified the one before has not verified this one.
            value = _value_of(tx, before.id)
            value = statements.restated(value, services.clock.now(), without=list(said)) | kept
        else:
            value = hand(services, by).begins(UPDATE.name) | {"target_ref": row.measure.id} | kept
        _give(services, tx, seen.body_ref, value, by)
    services.wake()
    return str(value["id"])


def _check_report(seen: SeenScorecard, row: Row, reporting: Reporting) -> None:
    measure = row.measure
    if seen.own_ref not in measure.reporters:
        raise UsageProblem(
            f"This party is neither accountable for {measure.number} nor supports it.",
            advice=f"{seen.code(measure.accountable)} reports on it; `kenesh measure verify` says what others think.",
        )
    _check_known("indicator", reporting.figures or (), [one.id for one in measure.indicators])
    _check_known("milestone", reporting.milestones, [one.id for one in measure.milestones])


def _check_known(what: str, said: Iterable[str], known: Sequence[str]) -> None:
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise UsageProblem(f"It has no {what} '{unknown[0][:60]}'.", advice=f"It has {', '.join(known) or 'none'}.")


def verify(services: Services, body: str, number: str, party: str, verdict: Verdict, ground: str, by: By) -> str:
    """Says that a party's newest report on a measure holds, or does not; gives the id of that word.

    Raises:
        UnknownProblem: there is no such measure. UsageProblem: that party has not reported, or is this one; or a
            dispute has no ground.
    """
    seen = one_scorecard(services, by.sight(services), body)
    row = row_numbered(seen, number)
    ref = party_id(party_code(party))
    if ref == seen.own_ref:
        raise UsageProblem("Nobody verifies a report of his own.", advice="Another party of the body does.")
    if verdict is Verdict.DISPUTED and not ground:
        raise UsageProblem("A dispute has a ground.", advice="Say it: --ground.")
    about = _newest(row, ref)
    if about is None:
        raise UsageProblem(f"{party} has not reported on {row.measure.number}.")
    value = hand(services, by).begins(VERIFICATION.name) | {
        "measure_ref": row.measure.id,
        "update_ref": about.id,
        "update_modified": stix_timestamp(about.modified_at),
        "verdict": verdict.value,
        **({"ground": ground} if ground else {}),
    }
    with services.store.writing() as tx:
        _give(services, tx, seen.body_ref, value, by)
    services.wake()
    return str(value["id"])


def _newest(row: Row, party: str) -> Report | None:
    own = [one for one in row.reports if one.by_ref == party]
    return own[-1] if own else None


def _kept(tx: Transaction, services: Services, body: str) -> str:
    ref = body_ref_of(tx, services, body)
    if tx.versions.current_of([ref])[ref].writer != services.own.ref:
        raise UsageProblem("Another party keeps this body, and states its measures.", advice="Ask its keeper.")
    return ref


def _value_of(tx: Transaction, stix_id: str) -> dict[str, Any]:
    return _value(tx, tx.versions.current_of([stix_id])[stix_id].num)


def _value(tx: Transaction, num: int) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([num])[num])
    return value


def _without(value: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of a programme that is stated anew: what it is, and not what it said."""
    kept = set(PROGRAMME.properties) - set(_OWN) - set(said)
    return {name: text for name, text in value.items() if name not in kept}


def _give(services: Services, tx: Transaction, ref: str, value: Mapping[str, Any], by: By) -> None:
    give_room(services, tx, ref, [value], by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)
