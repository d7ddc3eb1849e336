"""backup, backup-key, restore, resume, upgrade."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.instants import short_timestamp, taxii_timestamp
from kenesh.basis.problem import Exit, SettingsProblem, UsageProblem
from kenesh.doors import resuming
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.parties.keys import spoken
from kenesh.parties.sealing import new_identity


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written; nothing is written over.")],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="Who can open it: a recipient of backup-key (age1...), or ssh-ed25519 AAAA..."),
    ] = None,
) -> None:
    """Back this node up, also while it is served.

    Store, keys and settings are of one instant, sealed, and read back once they are written.
    """
    counter = counter_of(context)
    made = counter.house.back_up(counter.home_path(), file, _recipients(to))
    document: dict[str, object] = {
        "party": made.party,
        "file": str(file),
        "made_at": taxii_timestamp(made.made_at),
        "rows": made.rows,
        "octets": made.octets,
    }
    hosted = counter.house.hosted(counter.home_path())
    if hosted:
        document["hosted"] = [one.party for one in hosted]
    lines = (
        f"{file}: the node of {made.party} as it was {short_timestamp(made.made_at)},"
        f" {counted(made.rows, 'row')} in {counted(made.octets, 'octet')}. It was opened again, and holds.",
        "Keep it on another machine, and the key that opens it on neither.",
        *(
            f"Not in it: {one.party}, which is hosted here and backed up on its own: kenesh --home {one.home} backup"
            for one in hosted
        ),
    )
    counter.answer(document, lines)


def _recipients(said: Sequence[str] | None) -> Sequence[str]:
    if not said:
        raise UsageProblem("For whom is it sealed?", advice="Say --to age1..., which `kenesh backup-key FILE` makes.")
    return said


def backup_key(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the key is written; it belongs off this machine.")
    ],
) -> None:
    """Make a key that opens backups. Its recipient is what `backup --to` takes."""
    counter = counter_of(context)
    secret, recipient = new_identity()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"# opens what is sealed for {recipient}\n{secret}\n")
    except FileExistsError:
        raise UsageProblem(f"{file} is there already.", advice="Name another file; this one is kept.") from None
    except OSError as error:
        raise SettingsProblem(f"{file} cannot be written: {error.strerror}.", advice="Name another file.") from None
    lines = (f"{file} opens the backups. Keep it off this machine, and not where the backups are.", "", recipient)
    counter.answer({"file": str(file), "recipient": recipient}, lines)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `kenesh backup` wrote.")],
    key: Annotated[Path, typer.Option("--key", help="The key that opens it: a file of backup-key, or an SSH key.")],
    database: Annotated[
        str, typer.Option(help="postgresql://user@host/name, an empty one, instead of the embedded store.")
    ] = "",
) -> None:
    """Make the node of a backup anew. The --home is not there yet; the node is quiet until `kenesh resume`."""
    counter = counter_of(context)
    home = counter.home_path()
    found = counter.house.restore(home, file, key, database)
    document = {
        "party": found.party,
        "name": found.name,
        "kid": found.kid,
        "fingerprint": spoken(found.kid),
        "made_at": taxii_timestamp(found.made_at),
        "rows": found.rows,
        "faults": list(found.faults),
    }
    lines = [
        f"The node of {found.party} ({found.name}) is restored in {home}, as it was {short_timestamp(found.made_at)}.",
        f"{counted(found.rows, 'row')}; its fingerprint is",
        f"  {spoken(found.kid)}",
        *(found.faults or ("Every act, every leaf and every signed head of its record holds.",)),
        "",
        "It serves and signs nothing yet: its peers may have seen what it said after that. Be sure that the node it",
        f"replaces is stopped for good. Next: {counter.command('resume')}",
    ]
    counter.answer(document, lines)
    if found.faults:
        raise typer.Exit(Exit.FAULT_FOUND)


def resume(
    context: typer.Context,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="A peer that is not waited for: what it alone was told stays unknown."),
    ] = None,
) -> None:
    """Let a restored node speak again. First each peer says what it had stated since its backup."""
    counter = counter_of(context)
    with counter.house.open(counter.home_path(), resuming=True) as services:
        found = resuming.resume(services, frozenset(without or ()), CONSOLE)
    document = {
        "asked": list(found.asked),
        "without": list(found.without),
        "releases": found.releases,
        "withdrawals": found.withdrawals,
    }
    lines = [
        f"Asked: {', '.join(found.asked) or 'nobody, since it has no peers'}."
        + (f" Not asked: {', '.join(found.without)}." if found.without else ""),
        f"Of what was stated after the backup, {counted(found.releases, 'release')} and"
        f" {counted(found.withdrawals, 'withdrawal')} were read back.",
        "It numbers on with a gap, which its peers see, and its record begins a new epoch.",
    ]
    if found.releases:
        lines.append("What those releases listed is not here: `kenesh status` names each of them.")
    counter.answer(document, lines)


def upgrade(
    context: typer.Context,
    without_backup: Annotated[
        bool, typer.Option("--without-backup", help="Go on though there is no backup of the last day.")
    ] = False,
) -> None:
    """Move the store on to this release. It looks at backup and room first; cut off, it goes on where it was."""
    counter = counter_of(context)
    found = counter.house.upgrade(counter.home_path(), without_backup=without_backup)
    document = {"from": found.before, "to": found.after, "migrations": found.migrations}
    done = f"The store was moved on from revision {found.before} to {found.after}."
    counter.answer(document, (done if found.migrations else f"The store is of this release ({found.after}) already.",))
