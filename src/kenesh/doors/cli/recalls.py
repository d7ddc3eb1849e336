"""recall status|apply|refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.printable import defanged, visible
from kenesh.doors import recalling
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.federation.recalling import Answered, Standing
from kenesh.release.recalls import Outcome, Receipt

recall_commands = typer.Typer(help="What was withdrawn with --ask, and who has confirmed.", no_args_is_help=True)

Withdrawal = Annotated[str, typer.Argument(metavar="WITHDRAWAL", help="The withdrawal that asks for it.")]


@recall_commands.command("status")
def recall_status(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[WITHDRAWAL|OBJECT]", help="One of them; all.")] = "",
) -> None:
    """Say who has confirmed a recall, and who has not."""
    counter = counter_of(context)
    with counter.node() as services:
        found = recalling.recalls(services, name)
        now = services.clock.now()
    document = {"recalls": [_wire(standing, now) for standing in found.standings], "waiting": found.waiting}
    counter.answer(document, _told(found.standings, found.waiting, now))


@recall_commands.command("apply")
def recall_apply(context: typer.Context, withdrawal: Withdrawal) -> None:
    """Erase what a peer asks to have erased."""
    _decided(context, withdrawal, "")


@recall_commands.command("refuse")
def recall_refuse(
    context: typer.Context, withdrawal: Withdrawal, reason: Annotated[str, typer.Option(help="Why; the peer reads it.")]
) -> None:
    """Refuse to erase it. What was withdrawn stays withdrawn."""
    _decided(context, withdrawal, reason)


def _decided(context: typer.Context, withdrawal: str, refusal: str) -> None:
    counter = counter_of(context)
    with counter.node() as services:
        receipt = recalling.decide_recall(services, withdrawal, CONSOLE, refusal=refusal)
    counter.answer(receipt.wire(), (f"{withdrawal}: {_outcome(receipt)}. The receipt goes to who asked.",))


def _wire(standing: Standing, now: Instant) -> dict[str, Any]:
    return {
        "withdrawal": standing.withdrawal,
        "objects": list(standing.objects),
        "asks": standing.recall.ask.value,
        "by": stix_timestamp(standing.recall.by),
        "overdue": bool(standing.unanswered()) and now > standing.recall.by,
        "recipients": [_answer(answered) for answered in standing.answers],
        "open": standing.unanswered(),
    }


def _answer(answered: Answered) -> dict[str, Any]:
    if answered.receipt is None or answered.at is None:
        return {"party": answered.party, "outcome": None}
    return {"party": answered.party, "at": stix_timestamp(answered.at), **answered.receipt.wire()}


def _told(standings: list[Standing], waiting: list[str], now: Instant) -> Iterator[str]:
    for standing in standings:
        alone = defanged(standing.name) or standing.objects[0]
        shown = alone if len(standing.objects) == 1 else counted(len(standing.objects), "object")
        yield f"{shown}: {standing.recall.ask} by {short_timestamp(standing.recall.by)}"
        yield f"  {standing.withdrawal}"
        late = "  OVERDUE" if now > standing.recall.by else ""
        for answered in standing.answers:
            if answered.receipt is None or answered.at is None:
                yield f"  {answered.party}: no answer yet{late}"
            else:
                waits = late if answered.receipt.outcome is Outcome.RECEIVED else ""
                yield f"  {answered.party}: {_outcome(answered.receipt)}, {short_timestamp(answered.at)}{waits}"
    if any(a.receipt is not None for standing in standings for a in standing.answers):
        covered = next(a.receipt for standing in standings for a in standing.answers if a.receipt is not None)
        yield f"No receipt covers: {visible('; '.join(covered.not_covered), 1000)}."
    for withdrawal in waiting:
        yield f"Waits for a person here: {withdrawal} (kenesh recall apply, or refuse)"
    if not standings and not waiting:
        yield "Nothing was recalled, and nobody asks this node for anything."


def _outcome(receipt: Receipt) -> str:
    words = [receipt.outcome.value, counted(receipt.objects, "object") if receipt.objects else "none was there"]
    if receipt.kept:
        words.append(f"{receipt.kept} kept")
    if receipt.forwarded_to:
        words.append(f"had gone on to {receipt.forwarded_to} more, who were asked too")
    if receipt.reason:
        words.append(visible(receipt.reason, 500))
    return ", ".join(words)
