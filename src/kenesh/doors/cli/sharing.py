"""release, withdraw, explain, sync."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from kenesh.basis.instants import Instant, instant_of, span_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, UsageProblem
from kenesh.doors import acts, overview
from kenesh.doors.cli.desk import CONSOLE, Counter, counter_of
from kenesh.doors.cli.words import counted, refusals_told
from kenesh.doors.services import Services
from kenesh.federation.hosts import hosting_told, hosts_known
from kenesh.federation.offering import caveats_of
from kenesh.federation.recalling import recall_of
from kenesh.federation.releasing import Outcome, References
from kenesh.federation.sync import Report
from kenesh.stix.marking import Tlp

_MISSING_SHOWN = 10
_To = Annotated[str, typer.Option(help="AZ,TR | body:NAME | class:member | group:NAME | public; several by commas.")]
_Pap = Annotated[str, typer.Option(help="What may be done with it: red, amber, green or clear.")]
_Purpose = Annotated[str, typer.Option(help="For what alone it is given; printed with it.")]
_NotFor = Annotated[
    str, typer.Option(help="AZ | class:organisation: whom it must not reach, from anybody; several by commas.")
]
_Until = Annotated[str, typer.Option(help="Until when it may be read: 2027-01-01, or an instant.")]
_HideSource = Annotated[bool, typer.Option("--hide-source", help="Recipients may use it and not say from whom it is.")]


def release(
    context: typer.Context,
    selection: Annotated[
        list[str] | None, typer.Argument(metavar="[SELECTION]...", help="Object ids, or an import's id.")
    ] = None,
    to: _To = "",
    query: Annotated[str | None, typer.Option(help="Select by a text in names and ids.")] = None,
    tlp: Annotated[str | None, typer.Option(help="The release's label; objects are not touched.")] = None,
    reason: Annotated[str, typer.Option(help="Why; recipients read it.")] = "",
    references: Annotated[
        References, typer.Option(help="Referenced objects that the audience lacks: leave bare ids, add them, or stop.")
    ] = References.BARE,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Release the rest where a rule stands against some.")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", help="New versions of one's own go there too.")] = False,
    pap: _Pap = "",
    purpose: _Purpose = "",
    not_for: _NotFor = "",
    until: _Until = "",
    hide_source: _HideSource = False,
    new_sightings: Annotated[
        bool,
        typer.Option("--new-sightings", help="This party's new sightings, each to whom its indicator came from."),
    ] = False,
) -> None:
    """Release objects to whom the rules allow, in a signed act. Nothing goes unless everything may."""
    counter = counter_of(context)
    wish = acts.Wish(
        words=selection or [],
        query=query,
        to=to,
        label=Tlp.named(tlp) if tlp else None,
        reason=reason,
        references=references,
        skip_refused=skip_refused,
        follow=follow,
        caveats=caveats_of(pap, purpose, until, hide_source=hide_source),
        not_for=not_for,
    )
    with counter.node() as services:
        if new_sightings:
            if selection or query:
                raise UsageProblem("--new-sightings is a selection by itself.", advice="Leave out ids and --query.")
            outcome = acts.release_new_sightings(services, wish, CONSOLE)
        else:
            outcome = acts.release(services, wish, CONSOLE)
        names, hosted = overview.audience_names(services, outcome.statements), _hosted(services, outcome)
    _tell(counter, outcome, names, hosted)


def _hosted(services: Services, outcome: Outcome) -> Mapping[str, str]:
    """Of the parties that are reached those that are hosted, and by whom."""
    with services.store.reading() as tx:
        hosts = hosts_known(tx, services.own)
    return {code: hosts[code] for code in outcome.parties() if code in hosts}


def _tell(counter: Counter, outcome: Outcome, names: Mapping[str, str], hosted: Mapping[str, str]) -> None:
    for name, targets in outcome.missing.items():
        counter.remark(
            f"{name} cannot resolve {counted(len(targets), 'reference')} (--references add gives what is held):"
        )
        counter.remark(*(f"  {target}" for target in targets[:_MISSING_SHOWN]))
        if len(targets) > _MISSING_SHOWN:
            counter.remark(f"  and {len(targets) - _MISSING_SHOWN} more")
    document: dict[str, object] = {"releases": [s.id for s in outcome.statements], "objects": len(outcome.objects)}
    if outcome.refused:
        document["refused"] = [refusal.wire() for refusal in outcome.refused]
    if hosted:
        document["hosts"] = dict(hosted)
    counter.answer(document, (*_told(outcome, names), *(hosting_told(code, host) for code, host in hosted.items())))


def _told(outcome: Outcome, names: Mapping[str, str]) -> Iterator[str]:
    if not outcome.reaches:
        yield "There is no new sighting to release there."
    for name, parties in outcome.reaches.items():
        made = [s for s in outcome.statements if name in (names[s.id], f"body:{s.audience_ref}")]
        reached = f" ({', '.join(parties) or 'no party yet'})" if parties != [name] else ""
        if made:
            yield f"{counted(sum(s.objects for s in made), 'object')} released to {name}{reached}."
        else:
            yield f"Nothing was released to {name}{reached}: all that may go there is there."
        yield from (f"  {statement.id}" for statement in made)
    if outcome.statements and outcome.already:
        yield f"Already there: {counted(len(outcome.already), 'object')}."
    if outcome.refused:
        yield "Left out:"
        yield from refusals_told([refusal.wire() for refusal in outcome.refused])


def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RELEASE|OBJECT", help="A release's id, or an object's.")],
    reason: Annotated[str, typer.Option(help="Why; recipients read it.")],
    ask: Annotated[str, typer.Option(help="What recipients do and confirm: delete, mark, or remark:amber.")] = "",
    by: Annotated[str, typer.Option(help="Until when, with --ask: 30m, 24h, 7d.")] = "24h",
) -> None:
    """Withdraw a release, or an object from all who have it. With --ask, they confirm it by receipts.

    With --ask remark:amber it is not withdrawn: they hold and pass on your object under that marking from now on.
    """
    counter = counter_of(context)
    within = span_of(by)
    with counter.node() as services:
        recall, label = recall_of(ask, Instant(services.clock.now() + within)) if ask else (None, None)
        withdrawal = acts.withdraw(services, name, reason, CONSOLE, recall, label)
    ids = [statement.id for statement in withdrawal.statements]
    told = (*withdrawal.recipients, *withdrawal.groups)
    done = "withdrawn from" if label is None else f"marked {label.label} for"
    counter.answer(
        {
            "withdrawal": ids[0] if ids else None,
            "withdrawals": ids,
            "objects": withdrawal.objects,
            "recipients": list(withdrawal.recipients),
            "groups": list(withdrawal.groups),
        },
        (
            f"{counted(withdrawal.objects, 'object')} {done} {', '.join(told) or 'nobody'}.",
            "Their nodes hear it as they read; what a person copied elsewhere is not undone by this.",
            *([f"Who has confirmed: {counter.command(f'recall status {name}')}"] if ask else []),
            *ids,
        ),
    )


def explain(
    context: typer.Context,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's id.")],
    to: Annotated[str, typer.Option(help="A party, admitted here or not; class:NAME; group:NAME; or public.")],
    at: Annotated[str, typer.Option(help="As of another instant, by what is known now: 2026-11-25T08:00:00Z.")] = "",
    every_rule: Annotated[
        bool, typer.Option("--all", help="Every rule that a release to it meets, up to the one that decides.")
    ] = False,
) -> None:
    """Explain whether a party sees an object, and why.

    It says by which rule, which marking stands in the way, the memberships by which it has what it has, until when all
    that holds, and the least that would have to change.
    """
    counter = counter_of(context)
    with counter.node() as services:
        moment = instant_of(at) if at else None
        found = acts.explain_for(services, services.person(CONSOLE), object_id, to, moment)
    asked = found.asked if every_rule else ()
    document: dict[str, object] = {"allowed": found.allowed, "rule": found.rule, "reasons": list(found.reasons)}
    if every_rule:
        document["asked"] = list(asked)
    document["terms"] = list(found.terms)
    document["changes"] = [list(chosen) for chosen in found.changes]
    verdict = f"{to} can see it." if found.allowed else f"{to} cannot see it."
    helps = ["What would have to change:", *(f"  {' and '.join(chosen)}" for chosen in found.changes)]
    lines = (*(f"  {line}" for line in (*found.reasons, *asked, *found.terms)), *(helps if found.changes else ()))
    counter.answer(document, (verdict, *lines))


def sync(
    context: typer.Context,
    parties: Annotated[
        list[str] | None, typer.Argument(metavar="[PARTY]...", help="Parties by code; all peers where none is named.")
    ] = None,
    push: Annotated[
        bool, typer.Option("--push", help="Also post what is released to them: for a node that nobody can reach.")
    ] = False,
) -> None:
    """Read now what peers have released to this node."""
    counter = counter_of(context)
    with counter.node(bulk=True) as services:
        reports = acts.sync(services, parties or [], push=push)
    told = [_report(report) for report in reports] or ["No node is admitted here yet: kenesh peer add"]
    counter.answer({"peers": [report.wire() for report in reports]}, told)
    if reports and all(not report.reached for report in reports):
        raise typer.Exit(Exit.UNREACHABLE)
    if any(report.problem for report in reports):
        raise typer.Exit(Exit.FAULT_FOUND if any(report.reached for report in reports) else Exit.UNREACHABLE)


def _report(report: Report) -> str:
    problem = visible(f"{report.problem} {report.advice}".strip(), 600)
    if not report.reached:
        return f"{report.party}: NOT READ. {problem}"
    waiting = f", {report.quarantined} in quarantine" if report.quarantined else ""
    posted = f", {report.sent} posted" if report.sent else ""
    told = f"{report.party}: {counted(report.received, 'object')} received{posted}{waiting} ({report.seconds:.1f} s)"
    faults = "".join(f"\n  LOOK AT THIS: {visible(fault.text, 600)}" for fault in report.record)
    return f"{told}\n  PROBLEM: {problem}{faults}" if problem else f"{told}{faults}"
