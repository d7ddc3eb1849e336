"""The node's settings: one frozen tree, from kenesh.toml in its home; an unknown key refuses to start."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from kenesh.basis.problem import SettingsProblem

FILE: Final = "kenesh.toml"
STORE: Final = "store.db"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What kenesh.toml says.

    Attributes:
        party: the party's code. name: the node's name on its card.
        kid: the fingerprint of the node's key. recovery_kid: that of the recovery key, which is kept elsewhere.
        url: the address on the card; "" before one is known. serial: the card's serial.
        database: "" for the embedded store; else postgresql://user@host/name (the password comes from PGPASSWORD).
        poll_s: seconds between two syncs with a peer that says nothing.
        ca_file: certificates of the authorities that peers' TLS is checked against; "" for the usual ones.
    """

    party: str
    name: str
    kid: str
    recovery_kid: str
    url: str = ""
    serial: int = 0
    database: str = ""
    poll_s: int = 60
    ca_file: str = ""


def read_settings(home: Path) -> Settings:
    """The settings of a home.

    Raises:
        SettingsProblem: there is no node in that folder, or the file cannot be read.
    """
    path = home / FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except FileNotFoundError:
        raise SettingsProblem(
            f"There is no node in {home}.", advice="Say --home (or KENESH_HOME), or make one: kenesh init."
        ) from None
    except PermissionError:
        raise SettingsProblem(f"{path} may not be read.", advice="Run kenesh as the user who owns the home.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SettingsProblem(f"{path} cannot be used: {error}.", advice="Mend that line.") from None


def write_settings(home: Path, settings: Settings) -> None:
    """Replaces the file in one step; a value is written as TOML's basic string or integer."""
    lines = ["# The settings of this node. `kenesh status` shows what they amount to.\n"]
    for name, value in msgspec.structs.asdict(settings).items():
        # A JSON string of printable text is a TOML basic string.
        lines.append(f"{name} = {msgspec.json.encode(value).decode()}\n")
    path = home / FILE
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


def database_url(home: Path, settings: Settings) -> str:
    """The database's URL."""
    return settings.database or f"sqlite:///{(home / STORE).resolve()}"
