"""Judging what was found in texts: a person confirms a value as an indicator, or rejects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.consent import Consent, at_once
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.proposing import Proposal, Standing
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.stix.marking import Tlp
from kenesh.watch.statements import indicator_object
from kenesh.watch.values import Atom, Kind

#: So many are judged at once.
MAX_JUDGED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which proposals a person means: these, or all of an import that nothing speaks against."""

    nums: Sequence[int] = ()
    all_of: str | None = None


def confirm(
    services: Services,
    chosen: Chosen,
    tlp: Tlp,
    note: str,
    who: str,
    consent: Consent[Sequence[HeldVersion]] = at_once,
) -> list[HeldVersion]:
    """States an indicator for each value, described by the sentence in which it was found.

    Raises:
        UnknownProblem: a proposal is not there, or was judged before. UsageProblem: none or too many are meant.
    """
    now = services.clock.now()
    with services.store.writing() as tx:
        proposals = _chosen(tx, chosen, with_doubtful=False)
        objects = [
            indicator_object(
                Atom(Kind(proposal.found.kind), proposal.found.value),
                tlp=tlp,
                note="\n".join(filter(None, (note, proposal.found.sentence, _source(proposal)))),
                created_by_ref=services.own.ref,
                now=now,
                uuid=services.chance.uuid4(),
            )
            for proposal in proposals
        ]
        held = services.author.state(tx, objects, now, who)
        tx.proposals.settle(
            [(proposal.num, Standing.CONFIRMED, made["id"]) for proposal, made in zip(proposals, objects, strict=True)]
        )
        for made in objects:
            services.record(tx, ActKind.VALUE_STATED, who, made["id"], tlp=tlp.label)
        consent(tx, held)
    services.wake()
    return held


def reject(services: Services, chosen: Chosen, who: str) -> list[Proposal]:
    """Puts proposals aside, the doubtful ones too: the same value in the same sentence is not proposed again.

    Raises:
        UnknownProblem: a proposal is not there, or was judged before. UsageProblem: none or too many are meant.
    """
    with services.store.writing() as tx:
        proposals = _chosen(tx, chosen, with_doubtful=True)
        tx.proposals.settle([(proposal.num, Standing.REJECTED, "") for proposal in proposals])
        for import_id in dict.fromkeys(proposal.import_id for proposal in proposals):
            count = sum(proposal.import_id == import_id for proposal in proposals)
            services.record(tx, ActKind.VALUES_REJECTED, who, import_id, values=count)
    return proposals


def _source(proposal: Proposal) -> str:
    return f"Found in {proposal.source}, {proposal.found.path}."


def _chosen(tx: Transaction, chosen: Chosen, *, with_doubtful: bool) -> list[Proposal]:
    if bool(chosen.nums) == (chosen.all_of is not None):
        raise UsageProblem("Nothing is named, or too much.", advice="Name proposals by number, or say --all-of IMPORT.")
    if chosen.all_of is not None:
        found = tx.proposals.open(chosen.all_of, MAX_JUDGED + 1)
        found = [one for one in found if with_doubtful or not one.found.doubt]
    else:
        known = tx.proposals.get(chosen.nums)
        found = [known[num] for num in dict.fromkeys(chosen.nums) if num in known]
        missing = [num for num in chosen.nums if num not in known or known[num].standing is not Standing.OPEN]
        if missing:
            raise UnknownProblem(
                f"There is no open proposal {missing[0]}.", advice="`kenesh proposals` lists what is to be judged."
            )
    if not found:
        raise UnknownProblem("Nothing there is to be judged.", advice="`kenesh proposals` lists what is; name it.")
    if len(found) > MAX_JUDGED:
        raise UsageProblem(f"More than {MAX_JUDGED} at once.", advice="Name them in several parts.")
    return found
