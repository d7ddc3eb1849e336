"""The one page that wires: who is made of what, and when X happens, who does Y."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import Instant, short_timestamp
from kenesh.basis.problem import Problem, SettingsProblem
from kenesh.council.kinds import CONFIRMED
from kenesh.council.notes import NOTE_VERBALE
from kenesh.doors.life import RESTORED
from kenesh.doors.provider import Provider
from kenesh.doors.services import Services
from kenesh.edges.feeds.http import HttpFeedLines
from kenesh.edges.formats.out.forms import forms
from kenesh.edges.formats.out.guard import Guard
from kenesh.edges.formats.recognising import pieces
from kenesh.edges.formats.statistics.reading import read_figures
from kenesh.edges.formats.statistics.table import written
from kenesh.edges.logs.duckdb_search import DuckDbSearch
from kenesh.edges.papers import PAPERS, report_pdf, scorecard_pdf
from kenesh.edges.peers.http import HttpLines
from kenesh.edges.provider import HttpProviderLine
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import check_store
from kenesh.edges.store.nonces import NonceFile
from kenesh.federation.acknowledging import Acknowledging
from kenesh.federation.authoring import Author
from kenesh.federation.bodies import Bodies
from kenesh.federation.feeds import Feeds
from kenesh.federation.forwarding import Forwarding
from kenesh.federation.issuing import Issuer
from kenesh.federation.packing import Packing
from kenesh.federation.pushing import Pushing
from kenesh.federation.reacting import Reactions
from kenesh.federation.recalling import Recalling
from kenesh.federation.receiving import Receiving
from kenesh.federation.rekeying import KEY_NOTE, Rekeying
from kenesh.federation.releasing import Releasing
from kenesh.federation.resuming import Resuming
from kenesh.federation.sync import Syncing
from kenesh.federation.taking import Withdrawals
from kenesh.federation.withdrawing import Withdrawing
from kenesh.federation.witnessing import Witnessing
from kenesh.holdings.events import (
    ConflictsFound,
    Listener,
    MarkingTightened,
    TermBegan,
    VersionsAccepted,
    VersionsDisplaced,
    VersionsProved,
)
from kenesh.holdings.granting import Grants
from kenesh.holdings.importing import Importing
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.membership import Terms
from kenesh.holdings.posting import Posting
from kenesh.node.beside import ReadingBeside
from kenesh.node.clock import SystemChance, SystemClock
from kenesh.node.home import LOG_SECRET, STORE_OF, Home
from kenesh.node.hosting import check_place
from kenesh.node.mailing import mail
from kenesh.node.own_keys import OwnKeys
from kenesh.node.settings import Protected, Settings, database_url, read_settings
from kenesh.node.types import CONTROL_TYPES, PROSE_TYPES, TYPES
from kenesh.node.ways import Ways, plan_of
from kenesh.parties.keys import PublicKey
from kenesh.parties.own import Own
from kenesh.parties.party import LISTED_IDS
from kenesh.response.kinds import answered_ref
from kenesh.response.regimes import shipped
from kenesh.response.reporting import Laws
from kenesh.response.zones import calendars
from kenesh.stix.reading import ObjectReader
from kenesh.watch.watching import index_atoms

#: So long a process waits for another one of this node that is reading the same peer.
TURN_S: Final = 60
#: The environment variable with the secret that an OpenID provider knows this node by.
PROVIDER_SECRET: Final = "KENESH_PROVIDER_SECRET"


@dataclass(frozen=True, slots=True)
class Node:
    """One node, opened."""

    home: Home
    settings: Settings
    database: Database
    lines: HttpLines
    nonces: NonceFile
    services: Services

    def close(self) -> None:
        """Lets go of the store and the files."""
        self.nonces.close()
        self.database.close()


def open_node(
    path: Path, clock: Clock | None = None, chance: Chance | None = None, *, bulk: bool = False, resuming: bool = False
) -> Node:
    """The node that lives in the folder. `bulk`: for one command that writes much; `resuming`: for `kenesh resume`.

    Raises:
        SettingsProblem, StoreProblem, UnreachableProblem: it cannot be opened, and why.
    """
    settings = read_settings(path)
    check_place(path, settings)
    home = Home(path)
    database = Database(open_engine(database_url(path, settings), bulk=bulk))
    try:
        check_store(database.engine)
        settings = _by_the_key_that_counts(database, home, settings)
        own = own_of(home, settings)
        _check_owner(database, own)
        _check_resumed(database, path, resuming)
    except Problem:
        database.close()
        raise
    clock, chance = clock or SystemClock(), chance or SystemChance()
    ca_file = settings.ca_file or None
    lines = HttpLines(own, clock, chance, ca_file)
    nonces = NonceFile(path / "nonces.db")
    log_secret, protected, by_hand = home.read_secret(LOG_SECRET), settings.protected, settings.recall_by_hand
    services = wire(own, home, database, lines, nonces, log_secret, clock, chance, ca_file, protected, by_hand, bulk)
    laws = Laws(shipped(), calendars(own.ref, settings.calendar.read(settings.party)))
    services = replace(services, provider=_provider(settings, ca_file), laws=laws, post=mail(settings))
    services = replace(services, lookups_per_day=settings.lookups_per_day, plan=plan_of(path), way=Ways(settings))
    return Node(home, settings, database, lines, nonces, services)


def _provider(settings: Settings, ca_file: str | None) -> Provider | None:
    if not settings.provider_issuer:
        return None
    secret = os.environ.get(PROVIDER_SECRET, "")
    line = HttpProviderLine(ca_file)
    return Provider(settings.provider_name, settings.provider_issuer, settings.provider_client_id, line, secret)


def own_of(home: Home, settings: Settings) -> Own:
    """What the node is, by its settings and its key."""
    signer = home.signing_key(settings.kid).signer()
    former = tuple(PublicKey(x) for x in settings.former_keys)
    url, host = settings.url or None, settings.hosted_by
    return Own(settings.party, settings.name, signer, settings.recovery_kid, url, former, host)


def _by_the_key_that_counts(database: Database, home: Home, settings: Settings) -> Settings:
    """The store says which key counts; the home's files follow it, also where they were cut off doing so."""
    with database.reading() as tx:
        kid = tx.notes.get(KEY_NOTE)
    if kid in (None, settings.kid):
        return settings
    OwnKeys(home).take(str(kid))
    return read_settings(home.path)


def _check_owner(database: Database, own: Own) -> None:
    with database.reading() as tx:
        whose = tx.notes.get(STORE_OF)
    if whose not in (None, own.code):
        raise SettingsProblem(
            f"The store belongs to the node of {whose}, and the home to {own.code}.",
            advice="Look at `database` in kenesh.toml, or restore both from one backup.",
        )


def _check_resumed(database: Database, path: Path, resuming: bool) -> None:
    """What was restored serves and signs nothing before it knows what it had stated since its backup."""
    with database.reading() as tx:
        made_at = tx.notes.get(RESTORED)
    if made_at and not resuming:
        raise SettingsProblem(
            f"The node in {path} was restored from a backup of {short_timestamp(Instant(int(made_at)))}, and is quiet.",
            advice="`kenesh resume` asks its peers what it stated since, and lets it speak again.",
        )
    if not made_at and resuming:
        raise SettingsProblem(f"The node in {path} was not restored.", advice="There is nothing to resume.")


def wire(
    own: Own,
    home: Home,
    database: Database,
    lines: Any,
    nonces: NonceFile,
    secret: bytes,
    clock: Clock,
    chance: Chance,
    ca_file: str | None = None,
    protected: Protected = Protected(),
    recall_by_hand: bool = False,
    bulk: bool = False,
) -> Services:
    """The services of one node over its store and its lines."""
    listeners: dict[type, list[Listener]] = {}
    reader = ObjectReader(TYPES)
    ingest = Ingest(lambda tx: frozenset(LISTED_IDS) | {own.ref, *tx.parties.admitted()}, listeners)
    author = Author(own, reader, ingest)
    grants = Grants(own.ref, CONTROL_TYPES, chance)
    issuer = Issuer(own, author, grants, chance)
    withdrawing = Withdrawing(own, issuer, grants)
    terms = Terms(own.ref, chance, _keeps_the_council(own), listeners)
    reactions = Reactions(own, issuer, grants, withdrawing, terms)
    acknowledging = Acknowledging(own, author, issuer, chance, answered_ref, CONFIRMED, (NOTE_VERBALE.name,))
    recalling = Recalling(own, author, issuer, chance, by_hand=recall_by_hand)
    withdrawals = Withdrawals(withdrawing, reactions.mark_more_strictly, recalling.answer)
    receiving = Receiving(reader, ingest, withdrawals, reactions.note_keys)
    pushing = Pushing(own, database, grants, clock)
    witnessing = Witnessing(own, database, clock, chance)
    own_keys = OwnKeys(home)
    rekeying = Rekeying(own, author, grants, chance)
    reading = ReadingBeside(reader) if bulk else None
    importing = Importing(own.ref, database, reader, ingest, clock, chance, reading)

    # When X happens, Y is done, in the same transaction.
    when: dict[type, list[Callable[[Any, Any, Instant], None]]] = {
        VersionsAccepted: [
            lambda tx, e, now: index_atoms(tx, e.accepted),
            lambda tx, e, now: reactions.derive_terms(tx, e.accepted, now),
            lambda tx, e, now: reactions.note_keys(tx, [a.arrival.version for a in e.accepted], now),
            lambda tx, e, now: reactions.follow(tx, e.accepted, now),
            lambda tx, e, now: acknowledging.acknowledge(tx, e.accepted, now),
        ],
        VersionsProved: [
            lambda tx, e, now: reactions.derive_terms(tx, e.proved, now),
            lambda tx, e, now: acknowledging.acknowledge(tx, e.proved, now),
        ],
        MarkingTightened: [lambda tx, e, now: reactions.tighten(tx, e.objects, now)],
        VersionsDisplaced: [lambda tx, e, now: reactions.end_displaced(tx, e.versions, now)],
        ConflictsFound: [lambda tx, e, now: reactions.tell_conflicts(tx, e.conflicts, now)],
        TermBegan: [lambda tx, e, now: reactions.begin_term(tx, e.term, now)],
    }
    listeners |= when
    return Services(
        own=own,
        store=database,
        clock=clock,
        chance=chance,
        secret=secret,
        reader=reader,
        author=author,
        grants=grants,
        issuer=issuer,
        terms=terms,
        bodies=Bodies(own, author, issuer, terms, chance),
        releasing=Releasing(own, issuer, grants),
        withdrawing=withdrawing,
        recalling=recalling,
        forwarding=Forwarding(own, author, issuer, chance),
        receiving=receiving,
        syncing=Syncing(
            own, database, receiving, pushing, witnessing, lines, clock, lambda name: home.turn(name, TURN_S)
        ),
        resuming=Resuming(own, database, reader, author, grants, lines),
        feeds=Feeds(own, database, importing, HttpFeedLines(home, ca_file), clock, time.sleep, home.turn),
        packing=Packing(own, database, receiving, clock, lambda sealed: own_keys.unsealed(sealed, own.kid)),
        credentials=home,
        own_keys=own_keys,
        rekeying=rekeying,
        lines=lines,
        formats=pieces,
        figures=read_figures,
        figures_written=written,
        forms=forms(Guard(protected.names, protected.networks)),
        papers=PAPERS,
        report_pdf=report_pdf,
        scorecard_pdf=scorecard_pdf,
        importing=importing,
        posting=Posting(own.ref, importing, grants),
        log_search=DuckDbSearch(),
        laws=Laws(shipped(), calendars(own.ref)),
        nonces=nonces,
        wake=home.wake,
        prose=PROSE_TYPES,
    )


def _keeps_the_council(own: Own) -> Callable[[Any, str], bool]:
    """Whose body of purpose `council` is the council: this node's own, or the depositary's, set here by hand."""

    def keeps(tx: Any, keeper: str) -> bool:
        peer = tx.peers.by_ref(keeper)
        return keeper == own.ref or (peer is not None and peer.is_depositary)

    return keeps
