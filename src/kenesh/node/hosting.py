"""Homes of parties without a node of their own, below the home of the party that hosts them; each a whole node."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.problem import SettingsProblem, UsageProblem
from kenesh.node.founding import Founded, found
from kenesh.node.settings import FILE, Settings, read_settings, write_settings
from kenesh.parties.card import ADDRESS
from kenesh.parties.party import party_code

FOLDER: Final = "hosted"


def hosted_homes(path: Path) -> list[Path]:
    """The homes that are hosted in this one, by name."""
    return sorted(file.parent for file in (path / FOLDER).glob(f"*/{FILE}"))


def host(
    path: Path, *, party: str, name: str, database: str, url: str, clock: Clock, chance: Chance
) -> tuple[Path, Founded]:
    """Makes a node for another party below a home; gives where.

    Raises:
        UsageProblem: it is this node's own party, or the address is none.
        SettingsProblem: this node is itself hosted, or there is such a home already.
    """
    settings, party = read_settings(path), party_code(party)
    if settings.hosted_by:
        raise SettingsProblem(
            f"This node is hosted by {settings.hosted_by} itself, and hosts nobody.",
            advice=f"Make it at {settings.hosted_by}'s home.",
        )
    if party == settings.party:
        raise UsageProblem(f"{party} is this node's own party.", advice="Name the party that has no node.")
    if url and ADDRESS.fullmatch(url.rstrip("/")) is None:
        raise UsageProblem("Its --url is no address of a server.", advice="Write it as https://NAME:PORT.")
    (path / FOLDER).mkdir(exist_ok=True, mode=0o700)
    home = path / FOLDER / party.lower()
    made = found(home, party=party, name=name, database=database, clock=clock, chance=chance, host=settings)
    if url:
        write_settings(home, msgspec.structs.replace(read_settings(home), hosted_url=url.rstrip("/")))
    return home, made


def check_place(path: Path, settings: Settings) -> None:
    """A home that lies in another party's says on its card that it does.

    Raises:
        SettingsProblem: its settings name another host, or none.
    """
    above = path.resolve().parent
    if above.name != FOLDER or not (above.parent / FILE).exists():
        return
    by = read_settings(above.parent).party
    if settings.hosted_by != by:
        raise SettingsProblem(
            f"The home of {settings.party} lies in {by}'s, and its hosted_by says '{settings.hosted_by}'.",
            advice=f'Write hosted_by = "{by}" in {path / FILE}; or move the home to where its own party runs it.',
        )
