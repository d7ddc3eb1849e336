"""proposal rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from kenesh.basis.instants import DAY, HOUR, MINUTE, span_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import Base, Majority
from kenesh.council.stated import share_of
from kenesh.council.values import Counting, Rules
from kenesh.doors.casework import By
from kenesh.doors.cli.council import Marking
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.words import counted
from kenesh.doors.council import deciding, seeing
from kenesh.parties.party import party_code, party_id
from kenesh.stix.marking import Tlp

_MAX_WEIGHT = 1_000_000


def add_to(commands: typer.Typer) -> None:
    """Adds it to the commands about proposals."""
    commands.command("rules")(proposal_rules)


def proposal_rules(
    context: typer.Context,
    body: Annotated[str, typer.Argument(metavar="BODY", help="The body's short name or id.")],
    silence: Annotated[str, typer.Option(help="A silence lasts at least: 24h, 3d. Without it there is none.")] = "",
    consensus: Annotated[bool, typer.Option("--consensus", help="Consensus is found by who chairs.")] = False,
    vote: Annotated[Majority | None, typer.Option(help="What majority adopts. Without it nothing is voted on.")] = None,
    base: Annotated[
        Base | None, typer.Option("--of", help="Of what it is the majority: cast (for and against), present, all.")
    ] = None,
    weights: Annotated[
        list[str] | None, typer.Option("--weight", help="What a party's vote weighs: KZ=2; else 1. May be said again.")
    ] = None,
    quorum: Annotated[
        list[str] | None, typer.Option(help="Who has to take part: 4 parties, or 2/3 of all weight; or both.")
    ] = None,
    source: Annotated[str, typer.Option(help="By which decision these are the rules.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Show by which procedures a body decides; or, as its keeper, state them anew."""
    counter = counter_of(context)
    if not (silence or consensus or vote or base or weights or quorum or source):
        with counter.node() as services:
            found, codes = seeing.rules_in_force(services, console_reader(services), body)
        lines = ["Nothing: its keeper has stated no procedure."] if found is None else list(_lines(found, codes))
        return counter.answer(None if found is None else _wire(found, codes), lines)
    if not source.strip():
        raise UsageProblem("Rules have a source.", advice="--source 'decision of the ministers, 2026-10-07'")
    counting = _counting(vote, base, weights or (), quorum or ())
    rules = Rules(0, span_of(silence) if silence else None, vote, consensus, counting)
    with counter.node() as services:
        version = deciding.state_rules(services, body, rules, silence, source, By(CONSOLE, Tlp.named(tlp)))
    return counter.answer({"version": version}, (f"Version {version} holds from now on.",))


def _counting(vote: Majority | None, base: Base | None, weights: Sequence[str], quorum: Sequence[str]) -> Counting:
    if vote is None:
        if base or weights or quorum:
            raise UsageProblem("These are rules of a vote, and nothing is voted on.", advice="Say its majority: --vote")
        return Counting()
    named = dict(_weight(said) for said in weights)
    if len(named) < len(weights):
        raise UsageProblem("One party is weighed twice.", advice="Name each party once.")
    shares = [share_of(said) for said in quorum if "/" in said]
    numbers = [_number(said) for said in quorum if "/" not in said]
    if len(shares) > 1 or len(numbers) > 1:
        raise UsageProblem("There is one quorum of parties, and one of weight.", advice="--quorum 4 --quorum 2/3")
    # What is not said counts as in most bodies: an abstention is no vote.
    of = base or (Base.ALL if vote is Majority.ALL else Base.CAST)
    return Counting(of, tuple(sorted(named.items())), *numbers or (0,), *shares or ((0, 1),))


def _weight(said: str) -> tuple[str, int]:
    code, mark, number = said.partition("=")
    if not mark or not number.isascii() or not number.isdigit() or len(number) > 7 or int(number) > _MAX_WEIGHT:
        raise UsageProblem(f"'{visible(said, 60)}' is no weight.", advice="Write it as KZ=2, in whole numbers.")
    return party_id(party_code(code)), int(number)


def _number(said: str) -> int:
    if not said.isascii() or not said.isdigit() or not 0 < int(said[:9]) <= 100:
        raise UsageProblem(f"'{visible(said, 60)}' is no quorum.", advice="Write it as 4, or as 2/3.")
    return int(said)


def _wire(rules: Rules, codes: dict[str, str]) -> dict[str, Any]:
    counting = rules.counting
    above, below = counting.quorum_share
    return {
        "version": rules.version,
        "silence_s": None if rules.silence is None else rules.silence // 10**6,
        "consensus": rules.consensus,
        "vote": None if rules.vote is None else rules.vote.value,
        "of": None if counting.base is None else counting.base.value,
        "weights": {codes.get(ref, ref): weight for ref, weight in counting.weights},
        "quorum": counting.quorum or None,
        "quorum_share": f"{above}/{below}" if above else None,
    }


def _span(long: int) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "hour")):
        if long % unit == 0:
            return counted(long // unit, name)
    return counted(long // MINUTE, "minute")


def _lines(rules: Rules, codes: dict[str, str]) -> Iterator[str]:
    yield f"Version {rules.version}. It decides"
    if rules.consensus:
        yield "  by consensus: nobody objects, as who chairs states"
    if rules.silence is not None:
        yield f"  by silence, of {_span(rules.silence)} at least"
    if rules.vote is None:
        return
    counting = rules.counting
    above, below = counting.quorum_share
    of = {Base.CAST: "the votes for and against", Base.PRESENT: "all who take part", Base.ALL: "all who decide"}
    base = counting.base or (Base.CAST if rules.vote is Majority.SIMPLE else Base.ALL)
    yield f"  by vote: {rules.vote}, of {of[base]}"
    if counting.weights:
        yield f"    weights: {', '.join(f'{codes.get(ref, ref)} {n}' for ref, n in counting.weights)}; the others 1"
    quorum = [f"{counting.quorum} parties"] * bool(counting.quorum) + [f"{above}/{below} of all weight"] * bool(above)
    if quorum:
        yield f"    quorum: {' and '.join(quorum)}"
