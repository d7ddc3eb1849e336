"""The reference page of roles, made from the table that the gate reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kenesh.parties.roles import NOBODY_MAY, PEER_MAY, ROLES, SCOPES, Permission

_TEXT: Final = """\
# Roles and permissions

<!-- Made from src/kenesh/parties/roles.py by `make docs`. Change it there. -->

Every route of a node, and every act at its desk, asks for exactly one permission, `scope:resource:action`, or is open
to all. One place checks it, before anything else is done. **A role limits acts, and release limits data:** no role sees
an object that [the rules of release](rules.md) withhold, the administrator's included; what a person sees beside that
depends on the bodies that the account is cleared for, and TLP:RED on being named.

Whoever holds several roles may do what any of them may. The command line asks for no role: whoever may open the home's
files is the node.
"""
#: What each permission is for, as people say it.
_MEANS: Final = {
    Permission.TAXII_DISCOVER: "ask a TAXII server what it is",
    Permission.TAXII_LIST: "list the collections that are there for one",
    Permission.TAXII_READ: "read a collection that is there for one",
    Permission.TAXII_WRITE: "post into a collection that takes it, and take out what one posted",
    Permission.TAXII_STATUS: "ask what became of one's own post",
    Permission.MISP_READ: "pull the MISP feed of what was released to one",
    Permission.RECORD_PROVE: "ask for heads of the record, and for proofs that it only grew",
    Permission.STATED_READ: "be given back one's own releases and withdrawals",
    Permission.EVENTS_FOLLOW: "be nudged when something was granted to one",
    Permission.LOOK_UP: "look values up in what was released to one, counted by the day",
    Permission.CASES_FETCH: "read the cases of the party, and what is asked in them",
    Permission.CASES_ACT: "open cases, ask and answer in them, in the name of the node's own party",
    Permission.COUNCIL_FETCH: "read proposals, decisions, sittings and scorecards of the party's bodies",
    Permission.COUNCIL_ACT: "propose, take positions, certify and answer, in the name of the node's own party",
    Permission.FIGURES_READ: "read the figures of a served node",
    Permission.PAGES_READ: "look at the overview and at objects",
    Permission.CASES_READ: "look at the cases of the bodies that he is cleared for",
    Permission.CASES_WORK: "say in a case what becomes of what is asked, ask in it, and answer checks of contacts",
    Permission.CALLS_ANSWER: "say that somebody looks after what waits",
    Permission.COUNCIL_READ: "look at proposals, decisions, sittings and scorecards of bodies that he is cleared for",
    Permission.POSITION_TAKE: "take the party's position on what is proposed",
    Permission.PROPOSE: "propose a text to a body; extend, withdraw and notify what the party proposed",
    Permission.CERTIFY: "certify as the depositary what was adopted",
    Permission.SITTING_ANSWER: "say whether the party comes to a sitting",
    Permission.SITTING_CALL: "call a sitting of a body, and say what came of it",
    Permission.REGISTER_JUDGE: "confirm, correct or drop the rows of pages that were read",
    Permission.VALUES_LOOK_UP: "look values up",
    Permission.SESSION_END: "log out",
    Permission.ACCOUNT_KEEP: "keep one's own password, second factors and sessions",
    Permission.RECORD_READ: "read the record of acts",
    Permission.IMPORTS_READ: "see what an import took and refused",
    Permission.STATE: "state a value that was said on the telephone",
    Permission.PROPOSALS_JUDGE: "confirm or reject values found in texts",
    Permission.EXPLAIN: "ask whether a party sees an object, and why",
    Permission.RELEASE: "release objects",
    Permission.WITHDRAW: "withdraw a release or an object, and recall it",
    Permission.RECALL_DECIDE: "answer a recall of another party",
    Permission.PEER_ADMIT: "admit another party's node",
}


def roles_page() -> str:
    """roles.md: persons by their roles, then programs."""
    return "\n".join([_TEXT, *_persons(), *_programs(), ""])


def _persons() -> Iterator[str]:
    yield "## Persons\n"
    yield _row("permission", "what it is for", *ROLES)
    yield _row(*["---"] * (2 + len(ROLES)))
    for permission in Permission:
        if any(permission in held for held in ROLES.values()):
            yield _row(f"`{permission}`", _MEANS[permission], *_marks(ROLES.values(), permission))


def _programs() -> Iterator[str]:
    yield "\n## Nodes and clients\n"
    yield "A client's token has scopes, which `kenesh token` sets. An admitted node shows a token of its own.\n"
    yield _row("permission", "what it is for", "nobody", "node", *(f"`{scope}`" for scope in SCOPES))
    yield _row(*["---"] * (4 + len(SCOPES)))
    sets = (NOBODY_MAY, PEER_MAY, *SCOPES.values())
    for permission in Permission:
        if any(permission in held for held in sets):
            yield _row(f"`{permission}`", _MEANS[permission], *_marks(sets, permission))


def _marks(sets: Iterable[frozenset[Permission]], permission: Permission) -> list[str]:
    return ["yes" if permission in held else "" for held in sets]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
