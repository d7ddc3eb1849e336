"""One transaction: the tables' ports over one connection."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from kenesh.edges.store.accounts import Accounts, Passkeys, Sessions
from kenesh.edges.store.atoms import Atoms
from kenesh.edges.store.constituents import Constituents, Meter
from kenesh.edges.store.feeds import Feeds
from kenesh.edges.store.grants import Grants
from kenesh.edges.store.holds import Holds
from kenesh.edges.store.imports import Imports
from kenesh.edges.store.key_statements import KeyStatements
from kenesh.edges.store.ledger import LedgerTables
from kenesh.edges.store.marked import Marked
from kenesh.edges.store.notes import Alarms, Notes, Statuses
from kenesh.edges.store.packs import Packs
from kenesh.edges.store.peers import Cursors, Peers, Secrets
from kenesh.edges.store.proposals import Proposals
from kenesh.edges.store.quarantine import Quarantine
from kenesh.edges.store.register import Register
from kenesh.edges.store.searched import SearchKeys
from kenesh.edges.store.statements import Statements
from kenesh.edges.store.taken_back import TakenBack
from kenesh.edges.store.terms import TermTable
from kenesh.edges.store.tokens import Tokens
from kenesh.edges.store.versions import Versions
from kenesh.edges.store.witnessed import WitnessedHeads


class StoreTransaction:
    """Fulfils `Transaction` of holdings, federation, watch and doors."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.connection)

    @cached_property
    def marked(self) -> Marked:
        return Marked(self.connection)

    @cached_property
    def holds(self) -> Holds:
        return Holds(self.connection)

    @cached_property
    def grants(self) -> Grants:
        return Grants(self.connection)

    @cached_property
    def statements(self) -> Statements:
        return Statements(self.connection)

    @cached_property
    def terms(self) -> TermTable:
        return TermTable(self.connection)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.connection)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self.connection)

    @cached_property
    def register(self) -> Register:
        return Register(self.connection)

    @cached_property
    def searched(self) -> SearchKeys:
        return SearchKeys(self.connection)

    @cached_property
    def alarms(self) -> Alarms:
        return Alarms(self.connection)

    @cached_property
    def parties(self) -> Peers:
        return Peers(self.connection)

    @cached_property
    def peers(self) -> Peers:
        return self.parties

    @cached_property
    def keys(self) -> KeyStatements:
        return KeyStatements(self.connection)

    @cached_property
    def cursors(self) -> Cursors:
        return Cursors(self.connection)

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self.connection)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.connection)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.connection)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.connection)

    @cached_property
    def constituents(self) -> Constituents:
        return Constituents(self.connection)

    @cached_property
    def meter(self) -> Meter:
        return Meter(self.connection)

    @cached_property
    def feeds(self) -> Feeds:
        return Feeds(self.connection)

    @cached_property
    def taken_back(self) -> TakenBack:
        return TakenBack(self.connection)

    @cached_property
    def packs(self) -> Packs:
        return Packs(self.connection)

    @cached_property
    def statuses(self) -> Statuses:
        return Statuses(self.connection)

    @cached_property
    def notes(self) -> Notes:
        return Notes(self.connection)

    @cached_property
    def quarantine(self) -> Quarantine:
        return Quarantine(self.connection)

    @cached_property
    def atoms(self) -> Atoms:
        return Atoms(self.connection)

    @cached_property
    def witnessed(self) -> WitnessedHeads:
        return WitnessedHeads(self.connection)

    @cached_property
    def ledger(self) -> LedgerTables:
        return LedgerTables(self.connection)
