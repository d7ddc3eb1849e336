"""A node with its desk in this process, and what stands on it: made up, with `.example` and documentation ranges."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace

from kenesh.basis.instants import Instant, instant_of
from kenesh.doors import acts, carrying, keeping
from kenesh.doors.accounts.keeping import add_account
from kenesh.doors.desk.routes import routes
from kenesh.doors.house import build
from kenesh.doors.services import Services
from kenesh.node.clock import SystemChance
from kenesh.node.founding import found
from kenesh.node.settings import read_settings, write_settings
from kenesh.node.wiring import Node, open_node
from kenesh.parties.keys import spoken
from kenesh.parties.roles import AccountRole
from kenesh.stix.marking import Tlp
from kenesh.stix.streaming import split

MORNING = instant_of("2026-11-25T03:00:00Z")
OFFICER = "duty officer"
HOST = "testserver.local"
#: How a browser says that a form stands on a page of the same place.
OWN_PAGE = {"sec-fetch-site": "same-origin"}

AMBER = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a01"
RED = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a03"
ABSENT = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0fff"
HOSTILE = "malware--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a04"
REPORT = "report--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a05"


@dataclass
class SteppedClock:
    """Stands still until it is stepped."""

    instant: Instant = MORNING

    def now(self) -> Instant:
        return self.instant

    def step(self, microseconds: int) -> None:
        self.instant = Instant(self.instant + microseconds)


@dataclass
class Desk:
    """One node and its application."""

    node: Node
    clock: SteppedClock | None
    app: Litestar = field(init=False)

    def __post_init__(self) -> None:
        # A fault must show as one: nothing is caught that the desk does not foresee.
        self.app = build(self.services, lambda: 0, uuid4, pages=routes(self.services), debug=False)

    @property
    def services(self) -> Services:
        return self.node.services

    def invitation(self, person: str = OFFICER, minutes: int = 15) -> str:
        """The path of a one-time address, for a person who is cleared for every body of the party."""
        self.has_account(person)
        return "/desk/" + keeping.make_login(self.services, person, minutes).partition("/desk/")[2]

    def has_account(self, person: str, *roles: AccountRole, cleared: Collection[str] | None = None) -> str:
        """Makes an account where there is none; gives the password that is good once, or '' where there was one."""
        with self.services.store.reading() as tx:
            if tx.accounts.find(person) is not None:
                return ""
        roles = roles or (AccountRole.DUTY_OFFICER,)
        return add_account(self.services, person, roles, "console", cleared=cleared)[1]

    def number_of(self, person: str = OFFICER) -> str:
        """How the record names the person."""
        with self.services.store.reading() as tx:
            account = tx.accounts.find(person)
        assert account is not None
        return account.pseudonym

    def bring_in(self, *objects: Mapping[str, Any], who: str = "console") -> None:
        """An import of these objects."""
        bundle = {"type": "bundle", "id": "bundle--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00", "objects": objects}
        pieces = split(BytesIO(json.dumps(bundle).encode()))
        outcome = acts.import_files(self.services, [("analysts.json", pieces)], who, lambda count: None)
        assert outcome.accepted == len(objects), outcome

    def admit(self, other: Desk) -> None:
        """Admits the other's node, as two officers do on the telephone."""
        fingerprint = spoken(other.services.own.kid)
        acts.add_peer(self.services, acts.card(other.services), fingerprint, "console", depositary=False)


def make_home(home: Path, party: str, name: str, url: str = f"http://{HOST}") -> None:
    """A new node in a folder."""
    found(home, party=party, name=name, database="", clock=SteppedClock(), chance=SystemChance())
    write_settings(home, replace(read_settings(home), url=url))


@contextmanager
def opened(home: Path, clock: SteppedClock | None = None) -> Iterator[Desk]:
    """The node of a folder; by the machine's clock where no other is given."""
    node = open_node(home, clock, SystemChance())
    try:
        yield Desk(node, clock)
    finally:
        node.close()


def make_homes(homes: Path) -> Path:
    """Two nodes as they are before each test: KZ's with the campaign, AZ's empty."""
    make_home(homes / "kz", "KZ", "KZ-CERT")
    make_home(homes / "az", "AZ", "CERT-AZ")
    with opened(homes / "kz", SteppedClock()) as kz:
        kz.bring_in(*campaign())
    return homes


@contextmanager
def copied(home: Path, to: Path, clock: SteppedClock) -> Iterator[Desk]:
    """A copy of a node, made in a moment, for one test."""
    shutil.copytree(home, to)
    with opened(to, clock) as desk:
        yield desk


def press(client: TestClient[Any], address: str, headers: Mapping[str, str] = OWN_PAGE) -> Any:
    """The button on the page of a one-time address."""
    form = {"code": address.rpartition("/")[2]}
    return client.post("/desk/login", data=form, headers=headers, follow_redirects=False)


def logged_in(desk: Desk, client: TestClient[Any], person: str = OFFICER) -> TestClient[Any]:
    """The client with a session of that person's."""
    answer = press(client, desk.invitation(person))
    assert answer.status_code == 303, answer.text
    return client


def stix(stix_id: str, marking: Tlp, **properties: Any) -> dict[str, Any]:
    """An object with what every object has."""
    return {
        "type": stix_id.partition("--")[0],
        "spec_version": "2.1",
        "id": stix_id,
        "created": "2026-11-20T08:00:00.000Z",
        "modified": "2026-11-20T08:00:00.000Z",
        "object_marking_refs": [marking.marking_ref],
        **properties,
    }


def indicator(stix_id: str, marking: Tlp, name: str, pattern: str) -> dict[str, Any]:
    return stix(stix_id, marking, name=name, pattern=pattern, pattern_type="stix", valid_from="2026-11-20T08:00:00Z")


def campaign() -> list[dict[str, Any]]:
    """What KZ's analysts wrote down: one for named persons only, and one that is meant to do harm on a page."""
    hostile = stix(
        HOSTILE,
        Tlp.GREEN,
        name="<script>alert(1)</script>\u202egnp.exe",
        is_family=False,
        description='<img src=x onerror="alert(1)"> see http://files.bad.example/a and javascript:alert(1)\u2066',
        aliases=["\"><svg onload='alert(1)'>", "{{ 7 * 7 }}"],
        external_references=[{"source_name": "Ex", "url": "javascript:alert(1)"}],
    )
    return [
        indicator(AMBER, Tlp.AMBER, "Control server of the mail campaign", "[domain-name:value = 'evil.example']"),
        indicator(RED, Tlp.RED, "Seen at a ministry", "[ipv4-addr:value = '203.0.113.66']"),
        hostile,
        stix(
            REPORT,
            Tlp.AMBER_STRICT,
            name="What is known",
            published="2026-11-24T08:00:00Z",
            report_types=["campaign"],
            object_refs=[AMBER, RED, ABSENT, HOSTILE],
        ),
    ]


def send(client: TestClient[Any], path: str, form: Mapping[str, Any], headers: Mapping[str, str] = OWN_PAGE) -> Any:
    """A form, as a browser sends it; a list is several fields of one name."""
    return client.post(path, data=form, headers=headers, follow_redirects=False)


def seal_of(page: str) -> str:
    """What the second press says: to what the person agrees."""
    found = re.search(r'name="agreed" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def pressed_twice(client: TestClient[Any], path: str, form: Mapping[str, Any]) -> Any:
    """What an act would do is looked at, and then it is done; gives the page that tells of it."""
    seal = seal_of(send(client, path, form).text)
    answer = send(client, path, {**form, "agreed": seal})
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"])


def traces(desk: Desk) -> tuple[int, int, int]:
    """How many versions, statements and recorded acts the node has: an act leaves one of each at least."""
    with desk.services.store.reading() as tx:
        return sum(tx.versions.count().values()), len(tx.statements.recent(10_000)), tx.ledger.count_acts()


def carry(giver: Desk, taker: Desk, folder: Path) -> None:
    """What the one has for the other goes there on a stick."""
    folder.mkdir(exist_ok=True)
    name = folder / f"{giver.services.own.code}-{len(list(folder.iterdir()))}.pack"
    for written in carrying.pack(giver.services, taker.services.own.code, name, "console", everything=False):
        carrying.unpack(taker.services, written.path, "console")
