"""Who may do what: one table. A role limits acts; which objects its holder sees, release alone decides.

A permission is `scope:resource:action`. Every route and every act at the desk declares one, and it is asked for in one
place, `kenesh.doors.gate`. Whoever holds several roles may do what any of them may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

#: What a route declares that answers everybody, and asks for no credentials.
PUBLIC: Final = "public"


class Permission(StrEnum):
    """Everything that can be permitted here. Add one before a route or an act declares it."""

    # Programs: nodes and clients
    TAXII_DISCOVER = "taxii:server:discover"
    TAXII_LIST = "taxii:collections:list"
    TAXII_READ = "taxii:objects:read"
    TAXII_WRITE = "taxii:objects:write"
    TAXII_STATUS = "taxii:status:read"
    MISP_READ = "misp:feed:read"
    RECORD_PROVE = "record:heads:read"
    STATED_READ = "sharing:statements:read"
    EVENTS_FOLLOW = "sharing:events:follow"
    LOOK_UP = "watch:values:read"
    CASES_FETCH = "cases:documents:read"
    CASES_ACT = "cases:acts:make"
    COUNCIL_FETCH = "council:documents:read"
    COUNCIL_ACT = "council:acts:make"
    FIGURES_READ = "node:figures:read"
    # Persons
    PAGES_READ = "desk:pages:read"
    VALUES_LOOK_UP = "desk:values:lookup"
    SESSION_END = "desk:session:end"
    ACCOUNT_KEEP = "desk:account:keep"  # one's own password, second factors and sessions
    RECORD_READ = "desk:record:read"
    IMPORTS_READ = "desk:imports:read"
    STATE = "desk:objects:state"
    PROPOSALS_JUDGE = "desk:proposals:judge"
    EXPLAIN = "desk:releases:explain"
    RELEASE = "desk:releases:make"
    WITHDRAW = "desk:releases:withdraw"
    RECALL_DECIDE = "desk:recalls:decide"
    PEER_ADMIT = "desk:peers:admit"
    CASES_READ = "response:cases:read"
    CASES_WORK = "response:cases:work"  # in them, and the checks of contacts
    CALLS_ANSWER = "response:calls:answer"
    COUNCIL_READ = "council:pages:read"
    POSITION_TAKE = "council:positions:take"
    PROPOSE = "council:proposals:make"  # and extend, withdraw and notify one's own
    CERTIFY = "council:decisions:certify"
    SITTING_ANSWER = "council:sittings:answer"
    SITTING_CALL = "council:sittings:call"  # and say what came of it
    REGISTER_JUDGE = "council:register:judge"


class AccountRole(StrEnum):
    """What a person is here to do; an account has one or more."""

    DUTY_OFFICER = "duty-officer"
    ANALYST = "analyst"
    COUNCIL_DELEGATE = "council-delegate"
    PROGRAMME_OFFICER = "programme-officer"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


_P = Permission
#: Who shows no credentials: what of it is the public's, release says.
NOBODY_MAY: Final = frozenset({_P.TAXII_DISCOVER, _P.TAXII_LIST, _P.TAXII_READ, _P.MISP_READ})
#: An admitted node.
PEER_MAY: Final = frozenset(
    {
        *(_P.TAXII_DISCOVER, _P.TAXII_LIST, _P.TAXII_READ, _P.TAXII_WRITE, _P.TAXII_STATUS),
        *(_P.RECORD_PROVE, _P.STATED_READ, _P.EVENTS_FOLLOW),
    }
)
#: The scopes of an API token. None opens a page of the desk.
SCOPES: Final[Mapping[str, frozenset[Permission]]] = {
    "taxii:read": frozenset({_P.TAXII_DISCOVER, _P.TAXII_LIST, _P.TAXII_READ, _P.TAXII_STATUS}),
    "taxii:write": frozenset({_P.TAXII_DISCOVER, _P.TAXII_LIST, _P.TAXII_WRITE, _P.TAXII_STATUS}),
    "misp:read": frozenset({_P.MISP_READ}),
    "lookup:read": frozenset({_P.LOOK_UP}),
    "cases:read": frozenset({_P.CASES_FETCH}),
    # What an act is answered with shows the case.
    "cases:write": frozenset({_P.CASES_FETCH, _P.CASES_ACT}),
    "council:read": frozenset({_P.COUNCIL_FETCH}),
    "council:write": frozenset({_P.COUNCIL_FETCH, _P.COUNCIL_ACT}),
    "figures:read": frozenset({_P.FIGURES_READ}),
}
#: Who acts so acts as the node's own party: no other party's client is given these. How a proposal stands rests on whom
#: this node has heard, and is no other party's to read here.
OWN_SCOPES: Final = frozenset({"cases:write", "council:read", "council:write"})
#: What everybody with an account may do.
_EVERYBODY: Final = frozenset({_P.PAGES_READ, _P.CASES_READ, _P.COUNCIL_READ, _P.SESSION_END, _P.ACCOUNT_KEEP})
#: Who works with values; what goes out is the duty officer's.
_ANALYST: Final = _EVERYBODY | {
    *(_P.VALUES_LOOK_UP, _P.STATE, _P.PROPOSALS_JUDGE, _P.IMPORTS_READ, _P.EXPLAIN, _P.CALLS_ANSWER, _P.CASES_WORK),
    _P.REGISTER_JUDGE,
}
ROLES: Final[Mapping[AccountRole, frozenset[Permission]]] = {
    AccountRole.DUTY_OFFICER: _ANALYST | {_P.RELEASE, _P.WITHDRAW, _P.RECALL_DECIDE, _P.PEER_ADMIT, _P.RECORD_READ},
    AccountRole.ANALYST: _ANALYST,
    AccountRole.COUNCIL_DELEGATE: _EVERYBODY
    | {_P.VALUES_LOOK_UP, _P.EXPLAIN, _P.CALLS_ANSWER, _P.POSITION_TAKE, _P.SITTING_ANSWER, _P.REGISTER_JUDGE},
    AccountRole.PROGRAMME_OFFICER: _EVERYBODY,
    AccountRole.SECRETARY: _EVERYBODY
    | {_P.EXPLAIN, _P.CALLS_ANSWER, _P.PROPOSE, _P.CERTIFY, _P.SITTING_ANSWER, _P.SITTING_CALL, _P.REGISTER_JUDGE},
    AccountRole.ADMINISTRATOR: _EVERYBODY | {_P.CALLS_ANSWER, _P.PEER_ADMIT, _P.IMPORTS_READ, _P.RECORD_READ},
    AccountRole.AUDITOR: _EVERYBODY | {_P.IMPORTS_READ, _P.RECORD_READ},
}


def permissions_of(roles: Iterable[AccountRole]) -> frozenset[Permission]:
    """What the holder of these roles may do."""
    return frozenset[Permission]().union(*(ROLES[role] for role in roles))


def permissions_in(scopes: Iterable[str]) -> frozenset[Permission]:
    """What a token of these scopes opens; a scope that is not known here opens nothing."""
    return frozenset[Permission]().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
