"""The node's settings: one frozen tree, from kenesh.toml in its home; an unknown key refuses to start."""

from __future__ import annotations

import os
import re
import ssl
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kenesh.basis.problem import SettingsProblem, UsageProblem
from kenesh.doors.services import LOOKUPS_PER_DAY
from kenesh.node.home import unwritable
from kenesh.parties.party import party_code
from kenesh.response.spans import Calendar
from kenesh.response.zones import ZONES
from kenesh.watch.values import Kind, atom_of

FILE: Final = "kenesh.toml"
STORE: Final = "store.db"
_ADDRESS: Final = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,255}")
_HOST_PORT: Final = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}:[0-9]{1,5}", re.ASCII)


class Protected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What no export for a tool that acts ever names, whoever says so: one's own, and one's constituents'.

    Attributes:
        names: domain names; each with all that lies under it, and what it lies under.
        networks: addresses and networks; each with all that touches it.
    """

    names: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    def canonical(self) -> Protected:
        """The same, each entry in the form in which values compare.

        Raises:
            UsageProblem: an entry is no domain name, or no address or network.
        """
        names = [_entry(text, (Kind.DOMAIN,), "domain name") for text in self.names]
        networks = [_entry(text, (Kind.IPV4, Kind.IPV6), "address or network") for text in self.networks]
        return Protected(names=tuple(names), networks=tuple(networks))


def _entry(text: str, kinds: tuple[Kind, ...], what: str) -> str:
    for kind in kinds:
        if (atom := atom_of(kind, text)) is not None:
            return atom.value
    raise UsageProblem(f"'{text[:100]}' is no {what}")


class WorkingDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By which days this party works: what a law counts in working days is counted so.

    Attributes:
        zone: its time zone, as Asia/Tashkent; "" for that of the party's capital.
        holidays: days on which nobody works, as 2026-03-21.
        worked: days of a weekend on which people work all the same: governments move days about.
    """

    zone: str = ""
    holidays: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()

    def read(self, party: str) -> Calendar:
        """The calendar of this party.

        Raises:
            UsageProblem: the zone is none.
        """
        zone = self.zone or ZONES.get(party, "UTC")
        return Calendar(zone, holidays=frozenset(self.holidays), worked=frozenset(self.worked))


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What kenesh.toml says.

    Attributes:
        party: the party's code. name: the node's name on its card.
        kid: the fingerprint of the node's key. recovery_kid: that of the recovery key, which is kept elsewhere.
        former_keys: the public keys that this one came after, as `x` of their JWK; `kenesh keys` writes them.
        url: the address on the card; "" before one is known. serial: the card's serial.
        hosted_by: the party on whose machine this node runs, where that is another's: it stands on the card.
        hosted_port: the port at which the host's `kenesh serve` serves it; 0 before one was chosen.
        hosted_url: its address, where that is not the host's name and that port; "" where it is.
        database: "" for the embedded store; else postgresql://user@host/name (the password comes from PGPASSWORD).
        poll_s: seconds between two syncs with a peer that says nothing.
        request_head_s: seconds in which a client must have said what it asks.
        request_body_s: seconds in which it must have sent the rest; and have taken what it is answered.
        max_connections: how many are open at once; where they are too many, who says nothing gives way.
        ca_file: certificates of the authorities that peers' TLS is checked against; "" for the usual ones.
        recall_by_hand: what a peer asks to have erased waits for a person's yes; it is erased at once otherwise.
        notice_webhook: an address to which "something marked TLP:AMBER came from KZ" is posted; "" for none.
        notice_mail_to: mail addresses that are told so, with commas between them; "" for none.
        notice_mail_from: the address that such mail is from, and the digests of constituents; "" for no mail.
        notice_mail_server: who takes it, as host:port.
        notice_mail_certificate: by which mail is signed (S/MIME), a PEM file; "" for unsigned mail.
        notice_mail_key: the key of that certificate, a PEM file without a password.
        notice_mail_user: as whom the node logs in there; "" for without (the password comes from KENESH_SMTP_PASSWORD).
        digest_hour: from which hour of the day on, UTC, the digests of constituents are sent.
        lookups_per_day: how many values a constituent or a client account may look up in a day.
        provider_issuer: the OpenID provider that may say who logs in at the desk; "" for none.
        provider_client_id: as whom the node is known there (its secret, if any, comes from KENESH_PROVIDER_SECRET).
        provider_name: what the provider is called on the page.
        calendar: by which days this party works: `zone`, `holidays`, and `worked` days of a weekend.
        protected: what no export for a firewall, resolver or detection ever names: `names` and `networks`.
    """

    party: str
    name: str
    kid: str
    recovery_kid: str
    former_keys: tuple[str, ...] = ()
    url: str = ""
    serial: int = 0
    hosted_by: str = ""
    hosted_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0
    hosted_url: str = ""
    database: str = ""
    poll_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 60
    request_head_s: Annotated[int, msgspec.Meta(ge=1, le=3_600)] = 20
    request_body_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 300
    max_connections: Annotated[int, msgspec.Meta(ge=10, le=100_000)] = 500
    ca_file: str = ""
    recall_by_hand: bool = False
    notice_webhook: str = ""
    notice_mail_to: str = ""
    notice_mail_from: str = ""
    notice_mail_server: str = "localhost:25"
    notice_mail_user: str = ""
    notice_mail_certificate: str = ""
    notice_mail_key: str = ""
    digest_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 5
    lookups_per_day: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] = LOOKUPS_PER_DAY
    provider_issuer: str = ""
    provider_client_id: str = ""
    provider_name: str = "OpenID"
    calendar: WorkingDays = WorkingDays()
    protected: Protected = Protected()


def read_settings(home: Path) -> Settings:
    """The settings of a home.

    Raises:
        SettingsProblem: there is no node in that folder, or the file cannot be read.
    """
    path = home / FILE
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsProblem(
            f"There is no node in {home}.", advice="Say --home (or KENESH_HOME), or make one: kenesh init."
        ) from None
    except PermissionError:
        raise SettingsProblem(f"{path} may not be read.", advice="Run kenesh as the user who owns the home.") from None
    except OSError as error:
        raise SettingsProblem(f"{path} cannot be read: {error.strerror}.", advice="Look at the disk.") from None
    except msgspec.ValidationError as error:
        raise SettingsProblem(
            f"{path} cannot be used: {error}.", advice=f"Its keys are {', '.join(Settings.__struct_fields__)}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsProblem(
            f"{path} is damaged: {error}.", advice="Mend that line, or restore the file from a backup."
        ) from None
    if settings.ca_file:
        _check_authorities(path, settings.ca_file)
    _check_host(path, settings)
    _check_notices(path, settings)
    _check_provider(path, settings)
    try:
        settings.calendar.read(settings.party)
    except UsageProblem as problem:
        raise SettingsProblem(f"{path} cannot be used: {problem.detail}", advice="Mend [calendar] in it.") from None
    try:
        return msgspec.structs.replace(settings, protected=settings.protected.canonical())
    except UsageProblem as problem:
        raise SettingsProblem(f"{path} cannot be used: {problem.detail}.", advice="Mend [protected] in it.") from None


def _check_authorities(path: Path, ca_file: str) -> None:
    try:
        ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError):
        raise SettingsProblem(
            f"{ca_file}, the ca_file of {path}, holds no certificates.",
            advice="Name a PEM file; leave it empty for the usual authorities.",
        ) from None


def _check_host(path: Path, settings: Settings) -> None:
    try:
        is_good = not settings.hosted_by or party_code(settings.hosted_by) != settings.party
    except UsageProblem:
        is_good = False
    if not is_good:
        raise SettingsProblem(
            f"The hosted_by of {path} is no other party's code.", advice='Write it as "KZ", or leave it empty.'
        )


def _check_provider(path: Path, settings: Settings) -> None:
    if not settings.provider_issuer:
        return
    if not settings.provider_issuer.startswith(("https://", "http://127.0.0.1:")) or not settings.provider_client_id:
        raise SettingsProblem(
            f"provider_issuer or provider_client_id of {path} cannot be used.",
            advice="Write the issuer as the provider does, https://HOST, and the name that it gave this node.",
        )


def _check_notices(path: Path, settings: Settings) -> None:
    if settings.notice_webhook and not settings.notice_webhook.startswith(("https://", "http://127.0.0.1:")):
        raise SettingsProblem(
            f"The notice_webhook of {path} is no address that can be posted to.",
            advice="Write it as https://HOST/PATH.",
        )
    if not settings.notice_mail_to and not settings.notice_mail_from:
        return
    addresses = [settings.notice_mail_from, *(settings.notice_mail_to.split(",") if settings.notice_mail_to else ())]
    if not all(is_mail_address(address.strip()) for address in addresses):
        raise SettingsProblem(
            f"notice_mail_from or notice_mail_to of {path} is no mail address.", advice="Write them as name@host."
        )
    if _HOST_PORT.fullmatch(settings.notice_mail_server) is None:
        raise SettingsProblem(
            f"The notice_mail_server of {path} is no server.", advice='Write it as "mail.example:587".'
        )


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there, as far as its form says."""
    return _ADDRESS.fullmatch(text) is not None


def write_settings(home: Path, settings: Settings) -> None:
    """Replaces the file in one step; a value is written as TOML's basic string or integer."""
    lines = ["# The settings of this node. `kenesh status` shows what they amount to.\n"]
    fields = msgspec.structs.asdict(settings)
    nested = {name: msgspec.structs.asdict(fields.pop(name)) for name in ("calendar", "protected")}
    lines += [f"{name} = {_toml(value)}\n" for name, value in fields.items()]
    # Dotted keys, and none that is empty: so a key may be added at the end of the file, and a table by hand.
    lines += [f"{part}.{name} = {_toml(value)}\n" for part in nested for name, value in nested[part].items() if value]
    path = home / FILE
    fresh = path.with_suffix(".new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.writelines(lines)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise unwritable(path, error) from None


def _toml(value: object) -> str:
    """A JSON string of printable text is a TOML basic string, and a list of them an array."""
    return msgspec.json.encode(value).decode()


def database_url(home: Path, settings: Settings) -> str:
    """The database's URL.

    Raises:
        UsageProblem: it is of a kind that is not used here.
    """
    if not settings.database:
        return f"sqlite:///{(home / STORE).resolve()}"
    try:
        is_known = make_url(settings.database).get_backend_name() == "postgresql"
    except (ArgumentError, ValueError):
        is_known = False
    if not is_known:
        # Its words are not repeated: a password may stand in them.
        raise UsageProblem(
            "The database's URL is none that is used here.",
            advice="Write it as postgresql://user@host/name; leave it empty for the embedded store.",
        )
    return settings.database
