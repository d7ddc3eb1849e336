"""keys: list, rotate, revoke, confirm, suspects, take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from kenesh.basis.instants import instant_of, short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import keys
from kenesh.doors.cli.desk import CONSOLE, Counter, counter_of
from kenesh.doors.cli.words import counted
from kenesh.parties.keys import spoken
from kenesh.parties.own import Own
from kenesh.parties.revocation import recovery_seed
from kenesh.taxii.envelope import envelope_bytes, read_envelope

key_commands = typer.Typer(help="Keys of this node and of its peers.", no_args_is_help=True)

_MAX_OCTETS = 256 * 1024
Party = Annotated[str, typer.Argument(metavar="PARTY", help="The party's code.")]


@key_commands.command("list")
def keys_list(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="One party's alone, by its code.")] = "",
) -> None:
    """List the keys of this node and of its peers: the present one, and those before it."""
    counter = counter_of(context)
    with counter.node() as services:
        own = services.own
        found = [] if party == own.code else keys.known_keys(services, party)
    document = [_own_wire(own)] if party in ("", own.code) else []
    lines = list(_own_lines(own)) if document else []
    counter.answer(document + [_wire(one) for one in found], [*lines, *(line for one in found for line in _lines(one))])


def _own_wire(own: Own) -> dict[str, Any]:
    former = [{"kid": key.kid, "until": None, "revoked_since": None} for key in own.former]
    return {"party": own.code, "kid": own.kid, "provisional_until": None, "former": former, "rivals": []}


def _own_lines(own: Own) -> Iterator[str]:
    yield f"{own.code:<6} (this node)  {spoken(own.kid)}"
    yield from (f"       before it: {spoken(key.kid)}" for key in own.former)


def _wire(one: keys.Keys) -> dict[str, Any]:
    line = one.line
    return {
        "party": one.party,
        "kid": line.key.kid if line.key else None,
        "provisional_until": None if line.provisional_until is None else taxii_timestamp(line.provisional_until),
        "former": [
            {
                "kid": f.kid,
                "until": taxii_timestamp(f.until),
                "revoked_since": None if f.revoked_since is None else taxii_timestamp(f.revoked_since),
            }
            for f in line.former
        ],
        "rivals": [key.kid for key in line.rivals],
    }


def _lines(one: keys.Keys) -> Iterator[str]:
    line = one.line
    if line.key is None:
        yield f"{one.party:<6} NO KEY: the last one was revoked; admit their new card with `kenesh peer add`"
    else:
        yield f"{one.party:<6} {spoken(line.key.kid)}"
    if line.provisional_until is not None:
        until = short_timestamp(line.provisional_until)
        yield f"       PROVISIONAL until {until}: compare it with them, then `kenesh keys confirm {one.party}`"
    for former in line.former:
        if former.revoked_since is None:
            yield f"       before it: {spoken(former.kid)}"
        else:
            yield f"       REVOKED from {short_timestamp(former.revoked_since)} on: {spoken(former.kid)}"
    yield from (f"       NOT FOLLOWED, though a key of theirs named it: {spoken(key.kid)}" for key in line.rivals)


@key_commands.command("rotate")
def keys_rotate(context: typer.Context) -> None:
    """Make a new key for this node; the present one names it as its successor.

    A node that is served goes on under the new key by itself. Peers follow it when they read it next.
    """
    counter = counter_of(context)
    with counter.node() as services:
        _tell(counter, keys.rotate(services, CONSOLE), "The key of this node is now")


@key_commands.command("revoke")
def keys_revoke(
    context: typer.Context,
    recovery: Annotated[Path, typer.Option(help="A file with the recovery key that `kenesh init` showed; - reads it.")],
    since: Annotated[str, typer.Option(help="From when on the key is not to be believed (2026-12-01T00:00:00Z).")],
    key: Annotated[
        str, typer.Option(help="The fingerprint of the key, if it is not this node's present one: that one counts.")
    ] = "",
    without_replacement: Annotated[
        bool, typer.Option("--without-replacement", help="No key takes its place: peers serve and believe nothing.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write it to a file too, for peers that are not reached.")] = None,
) -> None:
    """Revoke a key of this node by the recovery key: it beats whatever the key says, or a thief who has it."""
    counter = counter_of(context)
    seed = recovery_seed(_text(recovery))
    with counter.node() as services:
        done = keys.revoke(services, seed, key, instant_of(since), CONSOLE, is_replaced=not without_replacement)
        if out is not None:
            out.write_bytes(envelope_bytes(b",".join(keys.told(services))))
        _tell(counter, done, "The key is revoked. That of this node is now")


def _tell(counter: Counter, done: keys.Rekeyed, says: str) -> None:
    document = {"kid": done.kid, "fingerprint": spoken(done.kid), "told": done.told, "not_told": done.not_told}
    lines = [f"{says}:", f"  {spoken(done.kid)}"]
    if done.told:
        lines.append(f"Told at once: {', '.join(done.told)}.")
    if done.not_told:
        lines.append(f"Not reached, and told when they are: {', '.join(done.not_told)}.")
    counter.answer(document, lines)


@key_commands.command("confirm")
def keys_confirm(
    context: typer.Context,
    party: Party,
    fingerprint: Annotated[str, typer.Option(help="What its duty officer read out over the telephone.")],
) -> None:
    """Settle a peer's new key: its fingerprint was compared, and nobody waits for the recovery key any more."""
    counter = counter_of(context)
    with counter.node() as services:
        peer = keys.confirm(services, party, fingerprint, CONSOLE)
    counter.answer({"party": peer.code, "kid": peer.kid}, (f"The key of {peer.code} is settled.",))


@key_commands.command("suspects")
def keys_suspects(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="One party's alone, by its code.")] = "",
) -> None:
    """List what revoked keys signed and came here only after the instant of compromise. Nothing of it is deleted."""
    counter = counter_of(context)
    with counter.node() as services:
        found = keys.suspects(services, party)
    document = [
        {
            "party": one.party,
            "statement": one.statement.id,
            "came_at": taxii_timestamp(one.statement.at),
            "objects": one.statement.objects,
            "kid": one.kid,
            "revoked_since": taxii_timestamp(one.since),
        }
        for one in found
    ]
    lines = [
        f"{one.party:<6} {one.statement.id}  came {short_timestamp(one.statement.at)}, "
        f"{counted(one.statement.objects, 'object')}; its key is revoked from {short_timestamp(one.since)} on"
        for one in found
    ]
    counter.answer(document, lines or ["Nothing that is here was signed by a revoked key after its compromise."])


@key_commands.command("take")
def keys_take(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `kenesh keys revoke --out` wrote; - reads it.")],
) -> None:
    """Take in what a peer says of its keys, brought by hand. It proves itself, or is passed over."""
    counter = counter_of(context)
    objects = read_envelope(_text(file).encode(), max_octets=_MAX_OCTETS).objects
    with counter.node() as services:
        count = keys.take_statements(services, objects)
    counter.answer({"taken": count}, (f"{counted(count, 'statement')} of keys taken in.",))


def _text(file: Path) -> str:
    try:
        if str(file) == "-":
            return sys.stdin.read(_MAX_OCTETS)
        with file.open("rb") as stream:
            return stream.read(_MAX_OCTETS).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageProblem(f"{visible(str(file), 200)} cannot be read: {said}.", advice="Name the file.") from None
