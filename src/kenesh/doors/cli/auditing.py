"""audit: verify, compare, prove, check, list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kenesh.basis.instants import Instant, short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, UntrustedProblem, UsageProblem
from kenesh.doors import auditing, keeping
from kenesh.doors.cli.desk import counter_of
from kenesh.doors.cli.words import counted
from kenesh.ledger.acts import RecordedAct
from kenesh.ledger.log import LogHead
from kenesh.ledger.proof_file import MAX_OCTETS, check_proof, read_proof
from kenesh.parties.keys import heard, spoken

audit_commands = typer.Typer(help="The record of this node's acts.", no_args_is_help=True)


@audit_commands.command("verify")
def audit_verify(context: typer.Context) -> None:
    """Check the whole record of acts, against its hashes and signed heads. Exits 1 where something fails.

    Heads that peers hold of this node count too: what its own administrator rewrote is found by them.
    """
    counter = counter_of(context)
    with counter.node() as services:
        checked = keeping.verify_record(services)
    document = {"holds": not checked.faults, "acts": checked.acts, "leaves": checked.size, "faults": checked.faults}
    lines = [f"{counted(checked.acts, 'act')} in {counted(checked.size, 'leaf interval')}."]
    lines += checked.faults or ["Every act, every leaf and every signed head holds."]
    counter.answer(document, lines)
    if checked.faults:
        raise typer.Exit(Exit.FAULT_FOUND)


@audit_commands.command("compare")
def audit_compare(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="The peer's code.")],
) -> None:
    """Ask a peer to prove that its record only grew since the heads that are kept here. Exits 1 where it does not.

    It is told from which leaf on the record is another; heads that other peers passed on count too.
    """
    counter = counter_of(context)
    with counter.node() as services:
        found = auditing.compare(services, party)
        own = services.own.code
    document = {
        "holds": not found.faults,
        "party": found.party,
        "head": None if found.shown is None else _head(found.shown),
        "kept": found.kept,
        "contradicting": found.contradicting,
        "faults": [fault.wire() for fault in found.faults],
    }
    lines = [fault.text for fault in found.faults]
    if found.shown is None:
        lines.append(f"{party} shows no head yet; a node signs one each hour.")
    elif not found.faults:
        size = counted(found.shown.size, "leaf interval")
        lines.append(
            f"{party} has a record of {size}, and only added to what {own} keeps ({counted(found.kept, 'head')})."
        )
    counter.answer(document, [visible(line, 600) for line in lines])
    if found.faults:
        raise typer.Exit(Exit.FAULT_FOUND)


def _head(head: LogHead) -> dict[str, object]:
    return {"epoch": head.epoch, "size": head.size, "root": head.root.hex(), "at": taxii_timestamp(head.at)}


@audit_commands.command("prove")
def audit_prove(
    context: typer.Context,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The entry's number, as `audit list` shows it.", min=0)],
) -> None:
    """Print the proof of one entry, as JSON that anybody checks with `kenesh audit check`.

    It shows that entry with its salt, and no other.
    """
    counter = counter_of(context)
    with counter.node() as services:
        proof = auditing.prove(services, entry)
    document = msgspec.to_builtins(proof)
    counter.answer(document, (msgspec.json.format(msgspec.json.encode(proof), indent=2).decode(),))


@audit_commands.command("check")
def audit_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `audit prove` printed; - reads it.")],
    fingerprint: Annotated[
        str, typer.Option(help="Of the party's key, as its duty officer reads it out.", show_default=False)
    ] = "",
) -> None:
    """Check the proof of an entry; needs no node and no network. Exits 3 where it does not hold."""
    counter = counter_of(context)
    proof = read_proof(_read(file))
    key = check_proof(proof)
    if fingerprint and heard(fingerprint) != key.kid:
        raise UntrustedProblem(
            f"Another key signed it than the one of {visible(proof.party, 60)} that you were told.",
            advice="Do not believe it. Ask them for the fingerprint again.",
        )
    entry = proof.entry
    document = {
        "holds": True,
        "party": proof.party,
        "fingerprint": spoken(key.kid),
        "fingerprint_checked": bool(fingerprint),
        "entry": msgspec.to_builtins(entry),
        "head": _head(proof.head.signed().head),
    }
    details = ", ".join(f"{name}={value}" for name, value in entry.details.items())
    counter.answer(
        document,
        (
            f"{_when(entry.at)}  {visible(entry.kind, 60)}  by {visible(entry.who, 100)}",
            f"  {visible(entry.subject, 200)}" + (f"  ({visible(details, 400)})" if details else ""),
            f"stands in the record of {visible(proof.party, 60)}, under its head of {proof.head.size} leaves.",
            *((f"Compare the fingerprint with theirs: {spoken(key.kid)}",) if not fingerprint else ()),
        ),
    )


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_OCTETS + 1)
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_OCTETS + 1)
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read: {error.strerror}.", advice="Name the file of a proof.") from None


@audit_commands.command("list")
def audit_list(
    context: typer.Context,
    last: Annotated[int, typer.Option(help="How many entries.", min=1, max=1000)] = 20,
) -> None:
    """List the latest entries of the record with their numbers."""
    counter = counter_of(context)
    with counter.node() as services:
        entries = auditing.latest(services, last)
    counter.answer([_entry(one) for one in entries], [_line(one) for one in entries])


def _entry(one: RecordedAct) -> dict[str, object]:
    act = one.act
    if act is None:
        return {"number": one.number, "erased": one.is_erased}
    return {
        "number": one.number,
        "at": taxii_timestamp(act.at),
        "kind": act.kind.value,
        "who": act.who,
        "subject": act.subject,
        "details": dict(act.details),
    }


def _line(one: RecordedAct) -> str:
    act = one.act
    if act is None:
        return f"{one.number:>8}  (erased)" if one.is_erased else f"{one.number:>8}  (cannot be read)"
    who, subject = visible(act.who, 60), visible(act.subject, 120)
    return f"{one.number:>8}  {short_timestamp(act.at)}  {act.kind.value}  by {who}  {subject}"


def _when(at: int) -> str:
    try:
        return short_timestamp(Instant(at))
    except (OverflowError, ValueError):
        return "at no time that exists"
