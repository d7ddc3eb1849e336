"""What the doors open onto: one node's services, wired by `kenesh.node.wiring`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import Instant
from kenesh.basis.problem import SettingsProblem
from kenesh.council.measures.page import Page as ScorecardPage
from kenesh.council.partners.rows import Record
from kenesh.council.register.keeping import RegisterRows
from kenesh.doors.provider import Provider
from kenesh.federation.authoring import Author
from kenesh.federation.bodies import Bodies
from kenesh.federation.feeds import Feeds
from kenesh.federation.forwarding import Forwarding
from kenesh.federation.issuing import Issuer
from kenesh.federation.noticing import Channel
from kenesh.federation.packing import Packing
from kenesh.federation.ports import Lines
from kenesh.federation.ports import Transaction as FederationTransaction
from kenesh.federation.recalling import Recalling
from kenesh.federation.receiving import Receiving
from kenesh.federation.rekeying import Rekeying
from kenesh.federation.releasing import Releasing
from kenesh.federation.resuming import Resuming
from kenesh.federation.sync import Syncing
from kenesh.federation.withdrawing import Withdrawing
from kenesh.holdings.granting import Grants
from kenesh.holdings.importing import Importing
from kenesh.holdings.leaving import Load, Order
from kenesh.holdings.membership import Terms
from kenesh.holdings.posting import Posting
from kenesh.holdings.proposing import Found
from kenesh.holdings.searching import SearchRows
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import record
from kenesh.parties.accounts import Account, AccountRows, PasskeyRows, SessionRows, TokenRows
from kenesh.parties.constituents import Constituent
from kenesh.parties.metering import MeterRows
from kenesh.parties.own import Own
from kenesh.release.decision import Released
from kenesh.release.reader import Reader, ReaderKind, constituent_reader
from kenesh.response.brief import Brief
from kenesh.response.calls import NOBODY, Plan
from kenesh.response.forms import Form as ReportForm
from kenesh.response.reporting import Laws
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.reading import ObjectReader
from kenesh.watch.ports import LogSearch
from kenesh.watch.watching import Transaction as WatchTransaction

#: So many values a constituent or a client account may look up in a day, where the settings say nothing else.
LOOKUPS_PER_DAY: Final = 10_000


class Transaction(FederationTransaction, WatchTransaction, Protocol):
    """A transaction with every table's port."""

    @property
    def accounts(self) -> AccountRows: ...
    @property
    def sessions(self) -> SessionRows: ...
    @property
    def passkeys(self) -> PasskeyRows: ...
    @property
    def tokens(self) -> TokenRows: ...
    @property
    def meter(self) -> MeterRows: ...
    @property
    def register(self) -> RegisterRows: ...
    @property
    def searched(self) -> SearchRows: ...


class Store(Protocol):
    """Gives transactions."""

    def reading(self) -> AbstractContextManager[Transaction]: ...

    def writing(self) -> AbstractContextManager[Transaction]: ...


class NonceBook(Protocol):
    """Nonces of node tokens, each taken once."""

    def take(self, kid: str, nonce: str, expires_at: Instant, now: Instant) -> bool:
        """Whether it was not seen before; it is seen from now on."""


class Credentials(Protocol):
    """What this node shows to other servers; it is kept beside the store, and never in it."""

    def keep_credential(self, name: str, text: str) -> None: ...

    def forget_credential(self, name: str) -> None: ...


class OwnKeys(Protocol):
    """The files of this node's own keys; they follow what the store says."""

    def lay_ready(self, seed: bytes) -> None:
        """The key that is to count next."""

    def take(self, kid: str) -> None:
        """From now on the node signs by the key that lay ready."""


class Post(Protocol):
    """Takes mail for this node."""

    def post(self, to: str, subject: str, text: str) -> None:
        """Raises UnreachableProblem where it is not taken."""


class Formats(Protocol):
    """Reads files of every format that is known here; the format is found by content."""

    def __call__(self, source: BinaryIO | Path, columns: Mapping[str, str] = ...) -> Iterator[Piece | Refusal | Found]:
        """The objects of a file or a feed's folder as STIX 2.1, and a refusal for each part that cannot be taken in.

        Of a text: the values found in it. `columns` say which column of a table is what.
        """


class Figures(Protocol):
    """Reads files of figures and of statistics; the format is found by content."""

    def __call__(
        self, source: BinaryIO, kind: str = ..., columns: Mapping[str, str] = ..., *, levels: bool = ...
    ) -> Iterator[Record | Refusal]:
        """The rows of a file, and a refusal for each that cannot be read. `columns` say which column is what."""


#: The channel behind a way of a person in the plan of calls; raises SettingsProblem where there is none.
Way = Callable[[str], Channel]


def no_way(way: str) -> Channel:
    """For a node that is not opened from a home."""
    raise SettingsProblem("There is no way to call anybody here.")


#: Prints the page for ministers; the same page is the same octets.
Paper = Callable[[Brief], bytes]
#: Prints the form of a report, likewise.
FormPaper = Callable[[ReportForm], bytes]
#: A scorecard as a PDF.
ScorecardPaper = Callable[[ScorecardPage], bytes]


class Form(Protocol):
    """A format in which objects leave; it writes what was released to a reader, and nothing else."""

    @property
    def suffix(self) -> str: ...

    @property
    def types(self) -> frozenset[str] | None:
        """The types of which it can say anything; None for all."""

    @property
    def says_markings(self) -> bool:
        """Whether each object in it carries its markings, also those that only this node knows."""

    @property
    def heads(self) -> bool:
        """Whether it begins with the conditions of what follows."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of value of which one must be named; empty where none is."""

    @property
    def asks_url(self) -> bool:
        """Whether what it writes holds the address at which it will stand."""

    @property
    def acts(self) -> bool:
        """Whether its readers are tools that act on what they read."""

    @property
    def in_folder(self) -> bool:
        """Whether it writes a file for each object, into a folder."""

    @property
    def values(self) -> Callable[[str, Mapping[str, Any]], Sequence[str]]:
        """Of one object (its type, and itself) the values by which a reader may look it up."""

    @property
    def write(self) -> Callable[[Iterable[Released[Load]], Order], Iterator[tuple[str, bytes]]]:
        """(file name, octets) piece by piece; the one file's name is ""."""


@dataclass(frozen=True, slots=True)
class Services:
    """One node, ready to act. `secret` is the node's own, for its log and its paging tokens."""

    own: Own
    store: Store
    clock: Clock
    chance: Chance
    secret: bytes
    reader: ObjectReader
    author: Author
    grants: Grants
    issuer: Issuer
    terms: Terms
    bodies: Bodies
    releasing: Releasing
    withdrawing: Withdrawing
    recalling: Recalling
    forwarding: Forwarding
    receiving: Receiving
    syncing: Syncing
    resuming: Resuming
    feeds: Feeds
    packing: Packing
    credentials: Credentials
    own_keys: OwnKeys
    rekeying: Rekeying
    lines: Lines
    importing: Importing
    formats: Formats
    figures: Figures
    figures_written: Callable[[Iterable[Mapping[str, str]]], Iterator[bytes]]
    forms: Mapping[str, Form]
    papers: Mapping[str, Paper]
    report_pdf: FormPaper
    scorecard_pdf: ScorecardPaper
    posting: Posting
    log_search: LogSearch
    laws: Laws
    nonces: NonceBook
    wake: Callable[[], None]
    provider: Provider | None = None
    post: Post | None = None
    plan: Plan = NOBODY
    way: Way = no_way
    lookups_per_day: int = LOOKUPS_PER_DAY
    #: Which of the council's own types hold texts that are searched.
    prose: frozenset[str] = frozenset()

    def person(self, name: str) -> Reader:
        """Whoever acts at the console, by a name: cleared for every body, since the home's files are open to him."""
        return Reader(ReaderKind.PERSON, self.own.ref, name)

    def holder(self, account: Account) -> Reader:
        """The person whose account it is, cleared for the bodies that the account names."""
        return Reader(ReaderKind.PERSON, self.own.ref, account.name or "", account.cleared)

    def program(self, client: Reader) -> Reader:
        """As whom a client works in cases: one of this party's own as whoever acts at the console, under its own name.

        No person is called so, and so nothing that is for a person by name is for it. Any other stays who it is, and
        is in no room.
        """
        is_own = client.kind is ReaderKind.ACCOUNT and client.party_ref == self.own.ref
        return self.person(client.who) if is_own else client

    def constituent(self, one: Constituent) -> Reader:
        """An organisation inside this state, in its groups and nothing else of the party's."""
        return constituent_reader(self.own.ref, one)

    def record(self, tx: Transaction, kind: ActKind, who: str, subject: str, **details: str | int) -> None:
        """Writes an act into the record, in the transaction of what was done. Of a person it says the number alone."""
        account = tx.accounts.find(who)
        who = account.pseudonym if account else who
        record(tx.ledger, Act(kind, self.clock.now(), who, subject, details), self.chance.octets(16))

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """What holds now: one consistent state, in which every term whose time has come is applied."""
        now = self.clock.now()
        with self.store.reading() as tx:
            if not self.terms.is_any_due(tx, now):
                yield tx
                return
        with self.store.writing() as tx:
            self.terms.apply_due(tx, now)
        self.wake()
        with self.store.reading() as tx:
            yield tx

    def bring_up_to_date(self) -> None:
        """Applies the terms whose time has come, so that what is read next holds now."""
        with self.reading():
            pass
