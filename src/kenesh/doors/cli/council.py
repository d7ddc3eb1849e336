"""proposal open|list|show|amendments|consensus|extend|withdraw|notify; position take; decision certify|list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from kenesh.basis.instants import instant_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import MAX_TEXT, Authenticity, Procedure, Stance
from kenesh.council.stated import Text
from kenesh.doors.casework import By
from kenesh.doors.cli.amendmentwords import amendments_wire, describe_amendments
from kenesh.doors.cli.councilwords import describe_brief, describe_decision, describe_proposal, proposal_wire
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.given import text_of
from kenesh.doors.cli.words import moment_said
from kenesh.doors.council import agenda, concluding, deciding, seeing
from kenesh.doors.council.agenda import Proposed
from kenesh.doors.council.alternatives import alternatives
from kenesh.doors.council.deciding import Taking
from kenesh.stix.marking import Tlp

proposal_commands = typer.Typer(help="What a body is asked to adopt, and how that stands.", no_args_is_help=True)
position_commands = typer.Typer(help="The position of this party on what is proposed.", no_args_is_help=True)
decision_commands = typer.Typer(help="What bodies have adopted, as the depositary certifies.", no_args_is_help=True)

Body = Annotated[str, typer.Option("--body", help="The body's short name or id.")]
Named = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Its id, or how that begins.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
_MAX_OCTETS: Final = 4 * MAX_TEXT


@proposal_commands.command("open")
def proposal_open(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What is proposed, in a few words.")],
    body: Body,
    texts: Annotated[
        list[str], typer.Option("--text", help="'LANG FILE' or 'LANG FILE AUTHENTICITY'; once for each language.")
    ],
    deadline: Annotated[
        str, typer.Option(help="Until when: 72h, 5d, or 2026-12-01T12:00:00Z; without it, until the end of --sitting.")
    ] = "",
    procedure: Annotated[Procedure, typer.Option(help="By which procedure it is decided.")] = Procedure.SILENCE,
    sitting: Annotated[str, typer.Option(help="On the agenda of which sitting it stands: its id.")] = "",
    succeeds: Annotated[str, typer.Option(help="The proposal that it takes the place of.")] = "",
    takes_up: Annotated[
        list[str] | None, typer.Option(help="A party whose amendment of that one it takes up. May be said again.")
    ] = None,
    tlp: Marking = "amber",
) -> None:
    """Ask a body to adopt a text, which is frozen from then on."""
    counter, by = counter_of(context), By(CONSOLE, Tlp.named(tlp))
    found = [_text(said) for said in texts]
    if len({text.lang for text in found}) < len(found):
        raise UsageProblem("One language is there twice.", advice="Name each language once.")
    if not deadline and not sitting:
        raise UsageProblem("A proposal has a deadline.", advice="--deadline 72h, or --sitting")
    with counter.node() as services:
        until = moment_said(deadline, services.clock.now()) if deadline else None
        lineage = succeeds, tuple(takes_up or ())
        wanted = agenda.on_agenda(services, Proposed(name, found, procedure, until, sitting), lineage, by)
        made = deciding.propose(services, body, wanted, by)
    counter.answer({"id": made}, (f"Proposed to {visible(body)}.", made))


@proposal_commands.command("list")
def proposal_list(context: typer.Context, body: Body = "") -> None:
    """List what was proposed in the bodies of this party, and how it stands."""
    counter = counter_of(context)
    with counter.node() as services:
        found = seeing.proposals(services, console_reader(services), body)
    lines = [line for seen in found for line in describe_brief(seen)]
    counter.answer([proposal_wire(seen) for seen in found], lines or ["Nothing is proposed here: kenesh proposal open"])


@proposal_commands.command("show")
def proposal_show(context: typer.Context, name: Named) -> None:
    """Show a proposal: how it stands, whose position is what, who was not heard."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = seeing.one_proposal(services, console_reader(services), name)
    counter.answer(proposal_wire(seen), list(describe_proposal(seen)))


@proposal_commands.command("amendments")
def proposal_amendments(context: typer.Context, name: Named) -> None:
    """Show the amendments beside the frozen text and beside each other."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = seeing.one_proposal(services, console_reader(services), name)
    found = alternatives(seen)
    counter.answer(amendments_wire(found), list(describe_amendments(found)) or ["Nobody proposes an amendment."])


@proposal_commands.command("consensus")
def proposal_consensus(
    context: typer.Context,
    name: Named,
    at: Annotated[str, typer.Option(help="When nobody objected: 2026-12-01T12:00:00Z; without it, now.")] = "",
    tlp: Marking = "amber",
) -> None:
    """State that consensus was found: nobody objects. Who chairs the body does, or its keeper."""
    counter = counter_of(context)
    with counter.node() as services:
        found_at = instant_of(at) if at else None
        made = concluding.find_consensus(services, name, By(CONSOLE, Tlp.named(tlp)), at=found_at)
    counter.answer({"id": made}, ("Said to the whole body. It is adopted when enough of them have it.", made))


@proposal_commands.command("extend")
def proposal_extend(
    context: typer.Context,
    name: Named,
    deadline: Annotated[str, typer.Option(help="Until when: 5d, or 2026-12-01T12:00:00Z.")],
    tlp: Marking = "amber",
) -> None:
    """Extend the deadline of a proposal of this party's, before it has passed."""
    counter = counter_of(context)
    with counter.node() as services:
        until = moment_said(deadline, services.clock.now())
        made = deciding.extend(services, name, until, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Extended, and said to the whole body.",))


@proposal_commands.command("withdraw")
def proposal_withdraw(context: typer.Context, name: Named, tlp: Marking = "amber") -> None:
    """Withdraw a proposal of this party's, before its deadline."""
    counter = counter_of(context)
    with counter.node() as services:
        made = deciding.withdraw(services, name, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Withdrawn, and said to the whole body.",))


@proposal_commands.command("notify")
def proposal_notify(
    context: typer.Context,
    name: Named,
    party: Annotated[str, typer.Option(help="The party's code.")],
    channel: Annotated[str, typer.Option("--by", help="By which channel it was told: telephone, note verbale.")],
    tlp: Marking = "amber",
) -> None:
    """Say that a party was told of a proposal which its node has not confirmed."""
    counter = counter_of(context)
    with counter.node() as services:
        made = deciding.notify(services, name, party, channel, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, (f"{visible(party)} counts as told.",))


@position_commands.command("take")
def position_take(
    context: typer.Context,
    name: Named,
    stance: Annotated[Stance, typer.Argument(metavar="STANCE", help="support, abstain, object, reserve or amend.")],
    ground: Annotated[str, typer.Option(help="Why; an objection and an amendment have one.")] = "",
    remedy: Annotated[str, typer.Option(help="What would lift the objection.")] = "",
    amendment: Annotated[Path | None, typer.Option(help="The file with the text as it should be.")] = None,
    statement: Annotated[str, typer.Option(help="An interpretative statement, to attach to the decision.")] = "",
    lang: Annotated[str, typer.Option(help="The language of the text that the amendment is of.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Take a position on a proposal, or another than before."""
    counter = counter_of(context)
    text = text_of(amendment, MAX_TEXT) if amendment is not None else ""
    with counter.node() as services:
        taking = Taking(stance, ground, remedy, text, statement, lang)
        made = deciding.take(services, name, taking, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Said to the whole body. `kenesh proposal show` says whether anybody has it.", made))


@decision_commands.command("certify")
def decision_certify(
    context: typer.Context,
    name: Named,
    organ: Annotated[str, typer.Option(help="What stands before the number: CC gives CC.DEC/1/26.")],
    despite: Annotated[str, typer.Option(help="Why, where something said against it is in doubt.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Certify that a proposal was adopted, and give it its number. The depositary does."""
    counter = counter_of(context)
    with counter.node() as services:
        number = deciding.certify(services, name, organ, By(CONSOLE, Tlp.named(tlp)), despite=despite)
    counter.answer({"number": number}, (f"Adopted as {number}.",))


@decision_commands.command("list")
def decision_list(context: typer.Context, body: Body = "") -> None:
    """List what the bodies of this party have adopted and their depositaries certified."""
    counter = counter_of(context)
    with counter.node() as services:
        found = [one for one in seeing.proposals(services, console_reader(services), body) if one.state.decision]
    lines = [line for seen in found for line in describe_decision(seen)]
    counter.answer([proposal_wire(seen) for seen in found], lines or ["Nothing is certified yet."])


def _text(said: str) -> Text:
    """`LANG FILE`, or `LANG FILE AUTHENTICITY`."""
    parts = said.split()
    known = {kind.value: kind for kind in Authenticity}
    kind = known.get(parts[-1], Authenticity.AUTHENTIC) if len(parts) > 2 else Authenticity.AUTHENTIC
    file = " ".join(parts[1:-1] if len(parts) > 2 and parts[-1] in known else parts[1:])
    if len(parts) < 2:
        raise UsageProblem(f"'{visible(said, 120)}' is no text.", advice="Write it as 'en form.txt authentic'.")
    return Text(parts[0], kind, text_of(Path(file), MAX_TEXT))
