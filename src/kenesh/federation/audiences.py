"""Naming audiences: AZ, body:NAME, class:member, group:NAME, sector:NAME, public. And who belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.federation.ports import Transaction
from kenesh.holdings.feed import refs_of
from kenesh.holdings.membership import bodies_named
from kenesh.parties.bodies import Role
from kenesh.parties.constituents import GROUP, SECTOR, group_named
from kenesh.parties.own import Own
from kenesh.parties.party import party_code, party_id
from kenesh.parties.terms import is_honoured
from kenesh.release.audience import (
    PUBLIC,
    Audience,
    AudienceKind,
    audience_named,
    body_audience,
    class_audience,
    group_audience,
    party_audience,
)


@dataclass(frozen=True, slots=True)
class NamedAudience:
    """An audience and what people call it."""

    audience: Audience
    name: str


def audiences_named(tx: Transaction, own: Own, text: str, now: Instant) -> list[NamedAudience]:
    """The audiences that `--to` names, each once, in its order.

    Raises:
        UsageProblem, UnknownPartyProblem, UnknownProblem: one of them is none.
    """
    names = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names:
        raise UsageProblem(
            "No audience is named.", advice="Say --to AZ,TR or body:NAME, class:member, group:NAME, public."
        )
    return [NamedAudience(_audience(tx, own, name, now), name) for name in names]


def not_for_named(own: Own, text: str) -> tuple[str, ...]:
    """The ids of those for whom a release is not: AZ, class:organisation; several by commas.

    A party need not be admitted here: it is barred from what it could get elsewhere too.

    Raises:
        UsageProblem: one of them is neither a party's code nor a class, or is this party itself.
    """
    refs = {barred_named(own, part.strip()) for part in text.split(",") if part.strip()}
    return tuple(sorted(refs))


def barred_named(own: Own, name: str) -> str:
    """The id of one other party, AZ, or of a class, class:organisation.

    Raises:
        UsageProblem: it is neither, or is this party itself.
    """
    kind, colon, rest = name.partition(":")
    if colon and kind == "class":
        return class_audience(role_named(rest)).ref
    code = party_code(name)
    if code == own.code:
        raise UsageProblem(f"{own.code} is this node's own party.", advice="Name other parties, or classes.")
    return party_id(code)


def role_named(name: str) -> Role:
    """The class of that name.

    Raises:
        UsageProblem: there is none.
    """
    if name not in {role.value for role in Role}:
        raise UsageProblem(f"'{name[:40]}' is no class.", advice=f"A class is one of {', '.join(Role)}.")
    return Role(name)


def ref_name(tx: Transaction, ref: str) -> str:
    """What people call the audience of that reference; the reference itself where it is not known here."""
    audience = audience_known(tx, ref)
    return ref if audience is None else audience_name(tx, audience)


def audience_known(tx: Transaction, ref: str) -> Audience | None:
    """The audience of that reference, a group of this party's constituents too; None where it is not known here."""
    if (audience := audience_named(ref)) is not None:
        return audience
    return Audience(AudienceKind.GROUP, ref) if ref in tx.constituents.groups() else None


def group_known(tx: Transaction, own: Own, name: str) -> Audience:
    """The audience of a group of this party's constituents, group:NAME or sector:NAME.

    Raises:
        UsageProblem: it is called by no such name. UnknownProblem: no constituent was ever in it.
    """
    audience = group_audience(own.ref, group_named(name))
    if audience.ref not in tx.constituents.groups():
        raise UnknownProblem(
            f"No constituent was ever in {name}.", advice="`kenesh constituent add` says in which groups one is."
        )
    return audience


def _audience(tx: Transaction, own: Own, name: str, now: Instant) -> Audience:
    kind, colon, rest = name.partition(":")
    if name == "public":
        return PUBLIC
    if colon and kind == "class":
        return _class(tx, own, rest, now)
    if colon and kind == "body":
        return _body(tx, own, rest, now)
    if colon and kind in (GROUP, SECTOR):
        return group_known(tx, own, name)
    code = party_code(name)
    if code == own.code:
        raise UsageProblem("A release to oneself gives nothing to anybody.", advice="Name another party.")
    if tx.peers.by_code(code) is None:
        raise UnknownPartyProblem(
            f"No node of {code} is admitted here.",
            advice=f"Admit it first: kenesh peer add {code.lower()}.card.json --fingerprint F.",
        )
    return party_audience(party_id(code))


def _body(tx: Transaction, own: Own, name: str, now: Instant) -> Audience:
    ids = [name] if name.startswith("kenesh-body--") else bodies_named(tx, name)
    mine = [ref for ref in ids if _is_in(tx, ref, own.ref, now)]
    if not mine:
        raise UnknownProblem(
            f"{own.code} is in no body '{name[:80]}'.", advice="`kenesh status` lists the bodies that this node is in."
        )
    if len(mine) > 1:
        raise UsageProblem(f"Two bodies are called '{name}'.", advice=f"Say body:{mine[0]} or body:{mine[1]}.")
    return body_audience(mine[0])


def _class(tx: Transaction, own: Own, name: str, now: Instant) -> Audience:
    wanted = role_named(name)
    if not any(_terms_in_force(tx, class_audience(role), now) for role in Role):
        raise UnknownProblem(
            "This node knows no council, so classes have no members here.",
            advice="A council is a body that the depositary keeps; set it with `kenesh peer add ... --depositary`.",
        )
    return class_audience(wanted)


def _is_in(tx: Transaction, audience_ref: str, party_ref: str, now: Instant) -> bool:
    return any(t == party_ref for t in _terms_in_force(tx, body_audience(audience_ref), now))


def _terms_in_force(tx: Transaction, audience: Audience, now: Instant) -> list[str]:
    return [s.term.party_ref for s in tx.terms.of_audiences([audience.ref]) if s.term.is_in_force(now)]


def parties_of(
    tx: Transaction, own: Own, audience: Audience, now: Instant, *, not_for: Collection[str] = ()
) -> list[str]:
    """The codes of the parties that an audience reaches now: admitted here, and with a term in force.

    Without those for whom it is not: parties, and classes of the council. A group reaches no party.
    """
    admitted = tx.parties.admitted()
    match audience.kind:
        case AudienceKind.PARTY:
            refs = [audience.ref]
        case AudienceKind.BODY | AudienceKind.CLASS:
            refs = [
                s.term.party_ref
                for s in tx.terms.of_audiences([audience.ref])
                if s.term.is_in_force(now)
                and s.term.kid in admitted.get(s.term.party_ref, ())
                and is_honoured(tx.parties.list_heard_at(s.term.membership_id), now)
            ]
        case AudienceKind.PUBLIC | AudienceKind.PEERS:
            refs = list(admitted)
        case _:
            refs = []
    barred = set(not_for)
    reached = {ref for ref in refs if ref != own.ref and not (barred and barred.intersection(refs_of(tx, ref, now)))}
    return sorted({tx.parties.code_of(ref) for ref in reached})


def reached_by(
    tx: Transaction, own: Own, audience: Audience, now: Instant, *, not_for: Collection[str] = ()
) -> list[str]:
    """Whom an audience reaches now, as people call them: parties, or of a group its constituents."""
    if audience.kind is not AudienceKind.GROUP:
        return parties_of(tx, own, audience, now, not_for=not_for)
    name = audience_name(tx, audience)
    return sorted(one.name for one in tx.constituents.all() if one.name and name in one.groups)


def audience_name(tx: Transaction, audience: Audience) -> str:
    """What people call an audience."""
    match audience.kind:
        case AudienceKind.PUBLIC:
            return "public"
        case AudienceKind.PEERS:
            return "peers"
        case AudienceKind.PARTY:
            return tx.parties.code_of(audience.ref)
        case AudienceKind.BODY:
            body = tx.versions.current_of([audience.ref]).get(audience.ref)
            return f"body:{body.name if body else audience.ref}"
        case AudienceKind.CLASS:
            role = next(role for role in Role if class_audience(role) == audience)
            return f"class:{role.value}"
        case AudienceKind.GROUP:
            return tx.constituents.groups().get(audience.ref, audience.ref)
        case _:
            return audience.ref
