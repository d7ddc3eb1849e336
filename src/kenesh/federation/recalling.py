"""Recall with proof: what others ask to have erased is erased here, or shown to a person; and who has confirmed ours.

What a withdrawal ends, it ends at once and for everybody (`taking`). A recall asks for more, and for an answer: the
receipt, which is this party's own statement, released to whoever asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, instant_of, modified_key, stix_timestamp
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.federation.audiences import parties_of
from kenesh.federation.authoring import Author
from kenesh.federation.bodies import give
from kenesh.federation.issuing import Issuer
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.federation.taking import Tally
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import record
from kenesh.parties.own import Own
from kenesh.release.audience import audience_named, party_audience
from kenesh.release.manifest import SALT_OCTETS
from kenesh.release.recalls import RECEIPT, Ask, Outcome, Recall, Receipt, receipt_object
from kenesh.release.statements import WITHDRAWAL, WithdrawalStatement, Withdrawn
from kenesh.stix.marking import Tlp

#: What no receipt covers, in every receipt.
NOT_COVERED: Final = (
    "backups made before, until they expire",
    "what was exported, hunted with or read by clients before",
    "copies that a person made",
)
WAITS: Final = "a person there decides"


@dataclass(frozen=True, slots=True)
class Answered:
    """One recipient of a recall, and its newest receipt; None where there is none yet."""

    party: str
    at: Instant | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a recall stands. `name` is that of its one object, as far as it has one here."""

    withdrawal: str
    objects: tuple[str, ...]
    name: str
    reason: str
    recall: Recall
    made_at: Instant
    answers: tuple[Answered, ...]

    def unanswered(self) -> list[str]:
        """Who has not applied or refused it."""
        return [a.party for a in self.answers if a.receipt is None or a.receipt.outcome is Outcome.RECEIVED]


class Recalling:
    """Answers the recalls of others, and tells how one's own stand. `by_hand`: a person says yes to each erasure."""

    def __init__(self, own: Own, author: Author, issuer: Issuer, chance: Chance, *, by_hand: bool) -> None:
        self._own = own
        self._author = author
        self._issuer = issuer
        self._chance = chance
        self._by_hand = by_hand

    def answer(self, tx: Transaction, peer: Peer, statement: WithdrawalStatement, taken: Tally, now: Instant) -> None:
        """Erases what nothing holds any more, or leaves that to a person; the receipt says which."""
        if statement.recall is None:
            return
        before = self._receipt(tx, statement.id)
        if before is not None and not taken.objects:
            return
        # What came late, behind the recall, is counted to what was there before.
        earlier = Receipt(statement.id, Outcome.APPLIED, 0, 0, 0) if before is None else self._read(tx, before)
        receipt = Receipt(
            statement.id,
            Outcome.APPLIED,
            earlier.objects + len(taken.objects),
            earlier.kept + len(taken.kept),
            earlier.forwarded_to + len(taken.forwarded_to),
            reason="it is held from elsewhere too" if taken.kept else "",
            not_covered=NOT_COVERED,
        )
        if statement.recall.ask is Ask.DELETE and taken.gone:
            if self._by_hand:
                receipt = replace(receipt, outcome=Outcome.RECEIVED, reason=WAITS)
            else:
                left = self._erase(tx, taken.gone, statement.id, now)
                receipt = replace(receipt, not_covered=(*NOT_COVERED, *left))
        if receipt.outcome is Outcome.APPLIED and statement.recall.ask is Ask.DELETE:
            tx.quarantine.erase(peer.party_ref, {item.id for item in statement.withdraws if item.label is None})
        self._tell(tx, peer.party_ref, receipt, before, now)

    def decide(self, tx: Transaction, name: str, now: Instant, *, refusal: str = "") -> Receipt:
        """What a person decides about a recall that waits: apply it, or refuse it with a reason.

        Raises:
            UnknownProblem: no such recall waits here.
        """
        statement = tx.statements.find(name)
        held = self._receipt(tx, name)
        if statement is None or held is None or self._read(tx, held).outcome is not Outcome.RECEIVED:
            raise UnknownProblem(f"No recall {name[:80]} waits here.", advice="`kenesh recall status` lists them.")
        waiting = self._read(tx, held)
        if refusal:
            receipt = replace(waiting, outcome=Outcome.REFUSED, reason=refusal)
        else:
            (version,) = tx.versions.held([statement.version])
            items = self._items(tx, version)
            left = self._erase(tx, self._gone(tx, items, statement.party_ref), name, now)
            tx.quarantine.erase(statement.party_ref, {item.id for item in items})
            receipt = replace(waiting, outcome=Outcome.APPLIED, reason="", not_covered=(*NOT_COVERED, *left))
        self._tell(tx, statement.party_ref, receipt, held, now)
        return receipt

    def _items(self, tx: Transaction, withdrawal: HeldVersion) -> list[Withdrawn]:
        value = msgspec.json.decode(tx.versions.raw([withdrawal.num])[withdrawal.num])
        return [item for item in map(Withdrawn.read, value["withdraws"]) if item.label is None]

    def _gone(self, tx: Transaction, items: Sequence[Withdrawn], party_ref: str) -> set[int]:
        """The versions among these that nothing holds, and that had come from the party: no others are its to ask."""
        covered = {
            held.num
            for item in items
            for held in tx.versions.all_of(item.id)
            if item.up_to is None or held.key <= modified_key(item.up_to)
        }
        unheld = covered - tx.holds.in_force(covered).keys()
        return {num for num in unheld if any(hold.party_ref == party_ref for hold in tx.holds.ever(num))}

    def _erase(self, tx: Transaction, versions: set[int], withdrawal: str, now: Instant) -> tuple[str, ...]:
        """Gives where octets of them may be left."""
        left = tx.versions.erase(versions)
        act = Act(ActKind.WITHDRAWAL_APPLIED, now, "node", withdrawal, {"erased": len(versions)})
        record(tx.ledger, act, self._chance.octets(SALT_OCTETS))
        return left

    def _receipt(self, tx: Transaction, withdrawal: str) -> HeldVersion | None:
        """This party's own receipt of it."""
        found = tx.versions.linked_to(withdrawal, [RECEIPT.name])
        return next((held for held in found if held.writer == self._own.ref), None)

    def _read(self, tx: Transaction, held: HeldVersion) -> Receipt:
        return Receipt.read(msgspec.json.decode(tx.versions.raw([held.num])[held.num]))

    def _tell(
        self, tx: Transaction, party_ref: str, receipt: Receipt, before: HeldVersion | None, now: Instant
    ) -> None:
        if before is None:
            value = receipt_object(self._chance.uuid4(), receipt, party_ref=self._own.ref, now=now)
        else:
            value = msgspec.json.decode(tx.versions.raw([before.num])[before.num])
            value.pop("reason", None)
            later = max(now, instant_of(value["modified"]) + 1000)
            value |= receipt.wire() | {"modified": stix_timestamp(Instant(later))}
        (held,) = self._author.state(tx, [value], now)
        give(tx, self._issuer, self._own, party_audience(party_ref), [held], now, reason="receipt")

    def standings(self, tx: Transaction, name: str, now: Instant) -> list[Standing]:
        """One's own recalls, the newest last: all, one withdrawal's, or one object's.

        Raises:
            UnknownProblem: there is none of that name.
        """
        own = [held for held in tx.versions.of_type(WITHDRAWAL.name) if held.writer == self._own.ref]
        raws = tx.versions.raw([held.num for held in own])
        found = [
            standing
            for held in own
            if (standing := self._standing(tx, held, raws[held.num], now)) is not None
            if not name or name in (standing.withdrawal, *standing.objects)
        ]
        if name and not found:
            raise UnknownProblem(
                f"This node recalled no {name[:80]}.",
                advice="`kenesh recall status` lists what it recalled with `kenesh withdraw --ask`.",
            )
        return found

    def _standing(self, tx: Transaction, held: HeldVersion, raw: bytes, now: Instant) -> Standing | None:
        value = msgspec.json.decode(raw)
        recall, audience = Recall.read(value), audience_named(value["audience_ref"])
        if recall is None or audience is None:
            return None
        given = {
            tx.parties.code_of(receipt.writer): Answered(
                tx.parties.code_of(receipt.writer), instant_of(receipt.modified or ""), self._read(tx, receipt)
            )
            for receipt in tx.versions.linked_to(held.id, [RECEIPT.name])
            if receipt.writer != self._own.ref
        }
        not_for = value.get("not_for_refs", ())
        asked = sorted({*parties_of(tx, self._own, audience, now, not_for=not_for), *given})
        objects = tuple(dict.fromkeys(item["id"] for item in value["withdraws"]))
        named = tx.versions.current_of(objects) if len(objects) == 1 else {}
        return Standing(
            held.id,
            objects,
            named[objects[0]].name if objects[0] in named else "",
            value.get("reason", ""),
            recall,
            instant_of(value["created"]),
            tuple(given.get(party, Answered(party)) for party in asked),
        )

    def waiting(self, tx: Transaction) -> list[str]:
        """The withdrawals of others that wait for a person here."""
        own = [held.num for held in tx.versions.of_type(RECEIPT.name) if held.writer == self._own.ref]
        receipts = [Receipt.read(msgspec.json.decode(raw)) for raw in tx.versions.raw(own).values()]
        recalls = [receipt for receipt in receipts if receipt.of_ref.startswith(f"{WITHDRAWAL.name}--")]
        return [receipt.of_ref for receipt in recalls if receipt.outcome is Outcome.RECEIVED]


def recall_of(text: str, by: Instant) -> tuple[Recall, Tlp | None]:
    """The recall that a person asks for: delete, mark, or remark:amber, which also names a label.

    Raises:
        UsageProblem: it is none.
    """
    ask, _, label = text.partition(":")
    if ask not in set(Ask) or bool(label) != (ask == Ask.REMARK):
        raise UsageProblem(f"'{text[:40]}' cannot be asked of anybody.", advice="Ask for delete, mark or remark:amber.")
    return Recall(Ask(ask), by), Tlp.named(label) if label else None
