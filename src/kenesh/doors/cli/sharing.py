"""release, withdraw, explain, sync."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, UsageProblem
from kenesh.doors import acts
from kenesh.doors.cli.desk import CONSOLE, Counter, counter_of
from kenesh.doors.cli.words import counted
from kenesh.federation.releasing import Outcome, References
from kenesh.federation.sync import Report
from kenesh.stix.marking import Tlp

_MISSING_SHOWN = 10


def release(
    context: typer.Context,
    selection: Annotated[list[str] | None, typer.Argument(help="Object ids, or an import's id.")] = None,
    to: Annotated[str, typer.Option(help="AZ,TR | body:NAME | class:member | public; several by commas.")] = "",
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
    new_sightings: Annotated[
        bool,
        typer.Option("--new-sightings", help="This party's new sightings, each to whom its indicator came from."),
    ] = False,
) -> None:
    """Release objects: a signed act, to whom the rules allow; nothing goes unless everything may."""
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
    )
    with counter.node() as services:
        if new_sightings:
            if selection or query:
                raise UsageProblem("--new-sightings is a selection by itself.", advice="Leave out ids and --query.")
            outcome = acts.release_new_sightings(services, wish, CONSOLE)
        else:
            outcome = acts.release(services, wish, CONSOLE)
    _tell(counter, outcome)


def _tell(counter: Counter, outcome: Outcome) -> None:
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
    counter.answer(document, _told(outcome))


def _told(outcome: Outcome) -> Iterator[str]:
    for name, parties in outcome.reaches.items():
        reached = ", ".join(parties) or "no party yet"
        shown = name if parties == [name] else f"{name} ({reached})"
        yield f"{counted(len(outcome.objects), 'object')} released to {shown}."
    if outcome.already:
        yield f"{counted(len(outcome.already), 'object')} were there already."
    for refusal in outcome.refused:
        yield f"left out for {refusal.party}: {refusal.object_id}: {refusal.reason}"
    if not outcome.reaches and not outcome.statements:
        yield "There is nothing new to release."
    yield from (statement.id for statement in outcome.statements)


def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RELEASE|OBJECT", help="A release's id, or an object's.")],
    reason: Annotated[str, typer.Option(help="Why; recipients read it.")],
) -> None:
    """Withdraw a release, or an object from everybody it was released to."""
    counter = counter_of(context)
    with counter.node() as services:
        withdrawal = acts.withdraw(services, name, reason, CONSOLE)
    ids = [statement.id for statement in withdrawal.statements]
    counter.answer(
        {
            "withdrawal": ids[0] if ids else None,
            "withdrawals": ids,
            "objects": withdrawal.objects,
            "recipients": list(withdrawal.recipients),
        },
        (
            f"{counted(withdrawal.objects, 'object')} withdrawn from {', '.join(withdrawal.recipients) or 'nobody'}.",
            "Their nodes hear it as they read; what a person copied elsewhere is not undone by this.",
            *ids,
        ),
    )


def explain(
    context: typer.Context,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's id.")],
    to: Annotated[str, typer.Option(help="The party's code.")],
) -> None:
    """Explain whether a party can see an object, by which rule, and which marking stands in the way."""
    counter = counter_of(context)
    with counter.node() as services:
        found = acts.explain_for(services, object_id, to, CONSOLE)
    document = {"allowed": found.allowed, "rule": found.rule, "reasons": list(found.reasons)}
    verdict = f"{to} can see it." if found.allowed else f"{to} cannot see it."
    counter.answer(document, (verdict, *(f"  {reason}" for reason in found.reasons)))


def sync(
    context: typer.Context,
    parties: Annotated[list[str] | None, typer.Argument(help="Parties by code; all peers where none is named.")] = None,
    push: Annotated[
        bool, typer.Option("--push", help="Also post what is released to them: for a node that nobody can reach.")
    ] = False,
) -> None:
    """Read now what peers have released to this node."""
    counter = counter_of(context)
    with counter.node() as services:
        reports = acts.sync(services, parties or [], push=push)
    counter.answer({"peers": [report.wire() for report in reports]}, [_report(report) for report in reports])
    if reports and all(not report.reached for report in reports):
        raise typer.Exit(Exit.UNREACHABLE)
    if any(report.problem for report in reports):
        raise typer.Exit(Exit.FAULT_FOUND if any(report.reached for report in reports) else Exit.UNREACHABLE)


def _report(report: Report) -> str:
    waiting = f", {report.quarantined} in quarantine" if report.quarantined else ""
    posted = f", {report.sent} posted" if report.sent else ""
    told = f"{report.party}: {counted(report.received, 'object')} received{posted}{waiting} ({report.seconds:.1f} s)"
    problem = f"\n  {visible(report.problem, 600)} {report.advice}".rstrip() if report.problem else ""
    return told + problem
