"""A node's life, as the command line asks for it: founded, served, looked over, backed up, restored, upgraded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from kenesh.basis.instants import Instant
from kenesh.doors.services import Services


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How `serve` listens. Anything but loopback needs a certificate, or a proxy in front that has one.

    `while_open`: it stops once its standard input ends.
    """

    host: str = "127.0.0.1"
    port: int = 8700
    url: str | None = None
    behind_proxy: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    log_json: bool = False
    metrics: bool = False
    while_open: bool = False


class House(Protocol):
    """What the command line asks of the node's innermost room: to found, open and serve one."""

    def found(self, home: Path, party: str, name: str, database: str) -> Founding:
        """Makes a node; gives its fingerprint, and the recovery key and password, which are shown once."""

    def host(self, home: Path, party: str, name: str, database: str, url: str) -> tuple[Path, Founding]:
        """Makes the node of a party that has none below this home; gives where, and what is shown once."""

    def hosted(self, home: Path) -> list[Hosted]:
        """The nodes that are hosted in this home."""

    def open(self, home: Path, *, bulk: bool = False, resuming: bool = False) -> AbstractContextManager[Services]:
        """The node that lives in a folder. `bulk`: for one command that writes very much; `resuming`: for `resume`."""

    def serve(self, home: Path, options: ServeOptions) -> None:
        """Serves until it is told to stop."""

    def check(self, home: Path) -> list[Finding]:
        """What the doctor finds."""

    def back_up(self, home: Path, file: Path, recipients: Sequence[str]) -> BackedUp:
        """Writes a backup for who has the recipients' keys, and reads it back."""

    def restore(self, home: Path, file: Path, key: Path, database: str) -> Restored:
        """Makes the node of a backup anew in a home that is not there yet."""

    def upgrade(self, home: Path, *, without_backup: bool) -> Upgraded:
        """Moves the store on to this release."""


#: The note that says of which instant the newest backup is.
BACKED_UP_AT: Final = "backed-up-at"
#: The note that stands in a restored store until `kenesh resume`: of which instant its backup was.
RESTORED: Final = "restored"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written and read back."""

    party: str
    made_at: Instant
    rows: int
    octets: int


@dataclass(frozen=True, slots=True)
class Upgraded:
    """Which revision the store had, and has; and how many migrations lie between."""

    before: str
    after: str
    migrations: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A node that was restored. `faults`: what a check of its record of acts found."""

    party: str
    name: str
    kid: str
    made_at: Instant
    rows: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Founding:
    """A node that was just made, with the name of its one account and the password that is good once."""

    party: str
    kid: str
    recovery_seed: bytes
    administrator: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hosted:
    """A node of another party in a home of its own below this node's; `url` is '' before it was served."""

    party: str
    name: str
    kid: str
    url: str
    home: Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the doctor looked at. `is_fault`: somebody must act."""

    check: str
    is_fault: bool
    text: str
