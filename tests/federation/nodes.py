"""Nodes in one process: real stores, real applications, real signatures; the time is stepped and chance is seeded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from sqlalchemy import Engine
from tests.federation.fakes import FakeChance, FakeClock, OwnClock
from tests.federation.lines import Answering, InnerLines, Loop, cut

from kenesh.basis.instants import SECOND, Instant
from kenesh.doors import acts, recalling
from kenesh.doors.acts import Wish
from kenesh.doors.house import build
from kenesh.doors.hunting import run_hunt
from kenesh.doors.services import Services
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.nonces import NonceFile
from kenesh.federation.peer import Peer
from kenesh.federation.releasing import Outcome
from kenesh.federation.sync import Report
from kenesh.federation.withdrawing import Withdrawal
from kenesh.holdings.holding import holds_seen_by
from kenesh.holdings.importing import ImportOutcome
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.book import begin_epoch
from kenesh.node.home import KEY, Home
from kenesh.node.settings import Settings, read_settings, write_settings
from kenesh.node.wiring import own_of, wire
from kenesh.parties.bodies import Role
from kenesh.parties.keys import SigningKey
from kenesh.parties.own import Own
from kenesh.parties.party import party_id
from kenesh.release.decision import only_released
from kenesh.release.reader import Reader
from kenesh.release.recalls import Recall, Receipt
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp
from kenesh.stix.streaming import split
from kenesh.taxii.media import MEDIA_TYPE
from kenesh.watch.ports import LogFormat
from kenesh.watch.watching import look_up

PERSON = "duty officer"
#: Opens the empty store of the node of that name.
OpenStore = Callable[[str], Database]


@dataclass(frozen=True, slots=True)
class Node:
    """One party's node."""

    code: str
    own: Own
    home: Home
    clock: FakeClock
    database: Database
    lines: InnerLines
    nonces: NonceFile
    services: Services
    answering: Answering

    @property
    def ref(self) -> str:
        return self.own.ref

    def imports(self, *objects: dict[str, Any], who: str = PERSON) -> ImportOutcome:
        """Imports the objects as one file."""
        octets = msgspec.json.encode({"type": "bundle", "id": f"bundle--{self.services.chance.uuid4()}",
                                      "objects": objects})  # fmt: skip
        files = [("file.json", split(BytesIO(octets)))]
        return acts.import_files(self.services, files, who, lambda count: None)

    def releases(self, *words: str, to: str, **wish: Any) -> Outcome:
        """Releases what is named."""
        return acts.release(self.services, Wish(words=words, to=to, **wish), PERSON)

    def withdraws(self, name: str, recall: Recall | None = None) -> Withdrawal:
        return acts.withdraw(self.services, name, "a mistake", PERSON, recall)

    def recalled(self, name: str = "") -> dict[str, Receipt | None]:
        """The newest answer of each recipient of what this node recalled, by code."""
        found = recalling.recalls(self.services, name).standings
        return {answered.party: answered.receipt for standing in found for answered in standing.answers}

    def forms(self, name: str, *, council: bool = False, exercise: bool = False) -> HeldVersion:
        return acts.form_body(self.services, name, name.title(), PERSON, council=council, exercise=exercise)

    def admits(self, code: str, body: str, role: Role = Role.MEMBER, begins: Instant | None = None) -> HeldVersion:
        return acts.admit_member(self.services, body, code, role, begins, PERSON)

    def ends(self, code: str, body: str, until: Instant | None = None) -> HeldVersion:
        return acts.end_member(self.services, body, code, until, PERSON)

    def syncs(self, *codes: str) -> list[Report]:
        """Reads these peers in this order, or all."""
        if not codes:
            return acts.sync(self.services, ())
        return [report for code in codes for report in acts.sync(self.services, [code])]

    def meets(self, other: Node, *, depositary: bool = False) -> Peer:
        """Admits the other's node by its card and fingerprint."""
        return self.meets_card(acts.card(other.services), other.own.kid, depositary=depositary)

    def meets_card(self, card: dict[str, Any], kid: str, *, depositary: bool = False) -> Peer:
        return acts.add_peer(self.services, card, kid, PERSON, depositary=depositary)

    def looks_up(self, value: str) -> dict[str, Tlp]:
        """From whom a person of this node knows the value, and how it is marked."""
        with self.services.store.reading() as tx:
            (found,) = look_up(tx, self.services.person(PERSON), [value], self.clock.now())
        return {known.released_by: known.tlp for known in found.known.value}

    def hunts(self, log: Path, reader: Reader | None = None) -> list[str]:
        """Which values he finds in the log, or a person who is cleared for every body."""
        reader = reader or self.services.person(PERSON)
        return [
            hit.atom.value for hit in run_hunt(self.services, reader, [log], LogFormat.AUTO, save=False).findings.hits
        ]

    def holds(self, stix_id: str) -> dict[str, Tlp]:
        """From whom this node holds the newest version of the object, and under which effective marking."""
        with self.services.store.reading() as tx:
            held = tx.versions.current_of([stix_id]).get(stix_id)
            holds = tx.holds.in_force([held.num]).get(held.num, []) if held else []
            return {tx.parties.code_of(h.party_ref): held.marking_under(h.label) for h in holds if held}

    def person_sees(self, stix_id: str) -> bool:
        """Whether a person of this node sees the newest version in one of the ways in which it came."""
        with self.services.store.reading() as tx:
            held = tx.versions.current_of([stix_id]).get(stix_id)
            if held is None:
                return False
            holds = tx.holds.in_force([held.num]).get(held.num, [])
            return bool(
                only_released(
                    Stage.READ, holds_seen_by(self.services.person(PERSON), held, holds, self.clock.now())
                ).value
            )

    def versions(self, stix_id: str) -> list[HeldVersion]:
        """Every version that counts, oldest first."""
        with self.services.store.reading() as tx:
            return list(tx.versions.all_of(stix_id))

    def conflicts(self, stix_id: str) -> list[tuple[str, str]]:
        """From whom versions came that do not count, and why."""
        with self.services.store.reading() as tx:
            return [(tx.parties.code_of(c.source), c.why) for c in tx.versions.conflicts(stix_id, 100)]

    def alarms(self) -> list[tuple[str, str]]:
        """The code of each alarm, and what it is about."""
        with self.services.store.reading() as tx:
            return [(alarm.code, alarm.about) for alarm in tx.alarms.recent(100)]

    def quarantine(self, code: str) -> dict[str, str]:
        """What waits of that party's: the ids and why."""
        with self.services.store.reading() as tx:
            return {item.object_id: item.reason for item in tx.quarantine.of_party(party_id(code), 0, 100_000)}

    def statement(self, stix_id: str) -> dict[str, Any]:
        """A release or withdrawal as it goes over the wire."""
        with self.services.store.reading() as tx:
            found = tx.statements.find(stix_id)
            assert found is not None
            value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([found.version])[found.version])
            return value

    def last_statement(self) -> str:
        """The id of what this party stated last."""
        with self.services.store.reading() as tx:
            return next(s.id for s in tx.statements.recent(100) if s.party_ref == self.ref)

    def current(self, stix_id: str) -> list[HeldVersion]:
        """The newest version that is held."""
        with self.services.store.reading() as tx:
            return list(tx.versions.current_of([stix_id]).values())

    def gets(self, path: str, from_: Node, **headers: str) -> httpx2.Response:
        """Asks another node for a path, with this node's token."""
        with self.services.store.reading() as tx:
            peer = tx.peers.by_code(from_.code)
        assert peer is not None
        client = self.lines._client(peer, httpx2.Timeout(5))  # the line's own way to reach a peer
        token = self.lines.token(peer, "GET", path)
        with client:
            return client.get(path, headers={"Authorization": f"Bearer {token}", "Accept": MEDIA_TYPE, **headers})

    def close(self) -> None:
        self.nonces.close()
        self.database.close()


class Nodes:
    """The nodes of one test. They share no store; what passes between them passes through their lines."""

    def __init__(self, folder: Path, open_store: OpenStore, loop: Loop) -> None:
        self.folder = folder
        self.loop = loop
        self.clock = FakeClock()
        self.ends: dict[str, Answering] = {}
        #: Who reads whom when everybody reads; everybody whom he has admitted where nothing is said.
        self.readings: tuple[tuple[str, str], ...] = ()
        #: Whose persons decide about each recall.
        self.by_hand: frozenset[str] = frozenset()
        self._open_store = open_store
        self._nodes: dict[str, Node] = {}
        self._open = ExitStack()

    def __getitem__(self, code: str) -> Node:
        return self._nodes[code]

    def found(self, *codes: str, key: str = "") -> list[Node]:
        """Makes nodes; `key` tells two nodes of one party apart."""
        return [self._wired(code, key, self._open_store(f"{code.lower()}{key}"), "") for code in codes]

    def found_again(self, code: str) -> list[Node]:
        """The same node, opened once more, as by another process."""
        return [self._wired(code, "", Database(open_like(self[code].database.engine)), "again")]

    def _wired(self, code: str, key: str, database: Database, again: str, *, founded: bool = False) -> Node:
        name = f"{code.lower()}{key}{again}"
        home = Home(self.folder / name)
        home.make()
        self._lay_keys(home, code, key, f"http://{name.removesuffix(again)}.test")
        clock = OwnClock(self.clock)
        own = own_of(home, read_settings(home.path))
        # Under another key it draws otherwise: what it makes at one time has not one number twice.
        chance = FakeChance(clock, f"{code}{key}{again}{own.kid if founded else ''}")
        lines = InnerLines(own, clock, chance, self.ends)
        nonces = NonceFile(home.path / "nonces.db")
        if not again and not founded:
            with database.writing() as tx:
                tx.notes.set(f"code:{own.ref}", code)
                begin_epoch(tx.ledger, clock.now())
        secret, by_hand = sha256(code.encode()).digest(), code in self.by_hand
        services = wire(own, home, database, lines, nonces, secret, clock, chance, recall_by_hand=by_hand)
        answering = self._when_asked(services, home, chance, clock)
        self.ends.setdefault(str(own.url), answering)
        node = Node(code, own, home, clock, database, lines, nonces, services, answering)
        self._nodes[name.upper()] = node
        self._open.callback(node.close)
        return node

    def _lay_keys(self, home: Home, code: str, key: str, url: str) -> None:
        """The settings and the key of a node that is founded; what is there already stays."""
        if (home.path / KEY).exists():
            return
        seed = sha256(f"key of {code}{key}".encode()).digest()
        home.write_secret(KEY, seed)
        kid, recovery_kid = SigningKey(seed).public.kid, SigningKey(recovery_seed_of(code, key)).public.kid
        settings = Settings(party=code, name=f"CERT of {code}", kid=kid, recovery_kid=recovery_kid, url=url)
        write_settings(home.path, settings)

    def serve_anew(self, code: str) -> Node:
        """The same node, opened once more by the key that its home has now, in the old one's place."""
        old = self[code]
        self.ends.pop(str(old.own.url))
        node = self._wired(code, "", Database(open_like(old.database.engine)), "", founded=True)
        node.lines.faults = old.lines.faults
        return node

    def _when_asked(self, services: Services, home: Home, chance: FakeChance, clock: FakeClock) -> Answering:
        """The node's application, which is built when somebody asks for the first time."""
        serve = cache(lambda: self.loop.serve(build(services, home.woken, chance.uuid4), clock))
        return lambda request: serve()(request)

    def introduce(self, depositary: str = "") -> None:
        """Every node admits every other."""
        for here in self._nodes.values():
            for there in self._nodes.values():
                if here is not there:
                    here.meets(there, depositary=there.code == depositary)

    def step(self, seconds: float = 60) -> None:
        """Time passes, for every node."""
        self.clock.step(int(seconds * SECOND))

    def part(self, one: str, other: str) -> None:
        """Neither of the two reaches the other any more."""
        self[one].lines.spoil(other, cut)
        self[other].lines.spoil(one, cut)

    def join(self, one: str, other: str) -> None:
        """Both reach each other again."""
        self[one].lines.mend(other)
        self[other].lines.mend(one)

    def settle(self, rounds: int = 3) -> None:
        """Everybody reads everybody, until nothing new comes."""
        for _ in range(rounds):
            if self.readings:
                reports = [report for here, there in self.readings for report in self[here].syncs(there)]
            else:
                reports = [report for node in self._nodes.values() for report in node.syncs()]
            self.step(1)
            if not any(report.received for report in reports):
                return

    def close(self) -> None:
        self._open.close()


def recovery_seed_of(code: str, key: str = "") -> bytes:
    """The recovery key that lies in the party's safe."""
    return sha256(f"recovery key of {code}{key}".encode()).digest()


def open_like(engine: Engine) -> Engine:
    """Another engine over the same store."""
    return open_engine(engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql"))
