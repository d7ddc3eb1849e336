"""Issuing: a decided release becomes signed statements in the audience's chain, and grants in its collections.

Takes only what `kenesh.release.decision` has released: nothing else can be signed or granted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant
from kenesh.federation.authoring import Author
from kenesh.federation.markings import stricter_than_they_say, words_of_others
from kenesh.federation.numbering import UNKNOWN_PREVIOUS, next_number
from kenesh.federation.ports import Transaction
from kenesh.federation.proofs import ProofShelf
from kenesh.holdings.granting import Granting, Grants, granting_of
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import HeldVersion, Statement
from kenesh.parties.own import Own
from kenesh.release.audience import Audience
from kenesh.release.caveats import NO_CAVEATS, Caveats, chain_of
from kenesh.release.conditions import NO_LABEL
from kenesh.release.decision import Released
from kenesh.release.manifest import MAX_ENTRIES, SALT_OCTETS, Entry
from kenesh.release.recalls import Recall
from kenesh.release.statements import RELEASE, WITHDRAWAL, Place, Withdrawn, make_release, make_withdrawal
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

#: Statements themselves are read by their audience alone, and are passed on by nobody.
STATEMENT_TLP: Final = Tlp.CLEAR


class Issuer:
    """Signs and grants in the name of this node's party."""

    def __init__(self, own: Own, author: Author, grants: Grants, chance: Chance) -> None:
        self._own = own
        self._author = author
        self._grants = grants
        self._chance = chance

    def release(
        self,
        tx: Transaction,
        audience: Audience,
        items: Released[tuple[HeldVersion, ...]],
        label: Tlp,
        now: Instant,
        *,
        follow: bool = False,
        reason: str = "",
        caveats: Caveats = NO_CAVEATS,
    ) -> list[Statement]:
        """Releases of at most 10,000 entries each, numbered on in the audience's chain.

        What is marked more strictly than its octets say goes with the word that marks it so.
        """
        statements = [
            self._release(tx, audience, part, label, now, follow=follow, reason=reason, caveats=caveats)
            for part in chunks(items.value, MAX_ENTRIES)
        ]
        stricter = stricter_than_they_say(items.value)
        own = [held for held in stricter if held.writer == self._own.ref]
        words = [self.signed_by_author(Withdrawn(held.id, held.modified, label=held.object_tlp)) for held in own]
        words += words_of_others(tx, [held for held in stricter if held.writer != self._own.ref])
        self.withdraw(tx, audience, words, "marked more strictly by its author", now, not_for=caveats.not_for)
        return statements

    def _release(
        self,
        tx: Transaction,
        audience: Audience,
        items: Sequence[HeldVersion],
        label: Tlp,
        now: Instant,
        *,
        follow: bool,
        reason: str,
        caveats: Caveats,
    ) -> Statement:
        value = make_release(
            self._own.signer,
            self._chance.uuid4(),
            party_ref=self._own.ref,
            place=self._place(tx, audience, caveats.not_for),
            label=label,
            entries=self._entries(tx, items),
            follow=follow,
            reason=reason,
            now=now,
            caveats=caveats,
        )
        statement = self._record(tx, audience, value, RELEASE.name, label, follow, len(items), now, caveats)
        for channel in (Channel.CONTROL, Channel.CONTENT):
            here = [granting_of(held, label) for held in items if self._grants.channel_of(held.type) is channel]
            if here:
                self._grants.grant(tx, audience, channel, here, statement=statement.num, now=now, caveats=caveats)
        return statement

    def _entries(self, tx: Transaction, items: Sequence[HeldVersion]) -> list[Entry]:
        salts = self._chance.octets(SALT_OCTETS * len(items))
        forwarded = [held.num for held in items if held.writer != self._own.ref and held.proved]
        holds, shelf = tx.holds.in_force(forwarded), ProofShelf(tx)
        return [
            Entry(
                held.id,
                held.modified,
                held.sha256,
                salts[i * SALT_OCTETS : (i + 1) * SALT_OCTETS],
                shelf.proof_for(held, holds[held.num]) if held.num in holds else None,
            )
            for i, held in enumerate(items)
        ]

    def withdraw(
        self,
        tx: Transaction,
        audience: Audience,
        withdraws: Sequence[Withdrawn],
        reason: str,
        now: Instant,
        recall: Recall | None = None,
        not_for: tuple[str, ...] = (),
    ) -> list[Statement]:
        """Withdrawals in the audience's chain. What they end is the caller's to end.

        What was given on condition that it is not for somebody is withdrawn without his hearing of it.
        """
        made = []
        for part in chunks(withdraws, MAX_ENTRIES):
            value = make_withdrawal(
                self._own.signer,
                self._chance.uuid4(),
                party_ref=self._own.ref,
                place=self._place(tx, audience, not_for),
                withdraws=part,
                reason=reason,
                now=now,
                recall=recall,
            )
            caveats = Caveats(not_for=not_for)
            made.append(self._record(tx, audience, value, WITHDRAWAL.name, None, False, len(part), now, caveats))
        return made

    def signed_by_author(self, withdrawn: Withdrawn) -> Withdrawn:
        """The entry with this party's own signature, which others can pass on."""
        signature = self._own.signer.sign(withdrawn.author_statement())
        return Withdrawn(withdrawn.id, withdrawn.up_to, withdrawn.release_ref, withdrawn.label, signature)

    def _place(self, tx: Transaction, audience: Audience, not_for: tuple[str, ...]) -> Place:
        last = tx.statements.last(self._own.ref, audience.ref, chain_of(not_for))
        number = next_number(tx, last.number if last else 0)
        before = None if number == 1 else UNKNOWN_PREVIOUS
        return Place(audience.ref, number, last.sha256 if last else before, not_for)

    def _record(
        self,
        tx: Transaction,
        audience: Audience,
        value: dict[str, Any],
        kind: str,
        label: Tlp | None,
        follow: bool,
        objects: int,
        now: Instant,
        caveats: Caveats,
    ) -> Statement:
        (held,) = self._author.state(tx, [value], now)
        num = tx.statements.add(
            {
                "id": held.id,
                "type": kind,
                "version": held.num,
                "party": self._own.ref,
                "audience_ref": audience.ref,
                "number": value["number"],
                "sha256": held.sha256,
                "label": NO_LABEL if label is None else int(label),
                "follow": int(follow),
                "objects": objects,
                "reason": value.get("reason", ""),
                "at": now,
            },
            caveats,
        )
        own = [Granting(held.num, held.object, held.key, STATEMENT_TLP)]
        self._grants.grant(tx, audience, Channel.CONTROL, own, statement=num, now=now)
        return tx.statements.get([num])[num]
