"""The act of marking an object of one's own more strictly, for everybody who has it, and having that confirmed."""

from __future__ import annotations

from kenesh.basis.instants import Instant
from kenesh.basis.problem import ForbiddenProblem, UnknownProblem, UsageProblem
from kenesh.federation.ports import Transaction
from kenesh.federation.withdrawing import Withdrawal, Withdrawing
from kenesh.release.recalls import Recall
from kenesh.stix.marking import Tlp


def remark(
    tx: Transaction, withdrawing: Withdrawing, name: str, label: Tlp, reason: str, now: Instant, recall: Recall
) -> Withdrawal:
    """Marks every version so; releases go on under it or end, and each recipient is to confirm that it holds it so.

    Raises:
        UnknownProblem: it is not held here, or released to nobody. ForbiddenProblem: it is another's.
        UsageProblem: it is marked so strictly already.
    """
    versions = tx.versions.all_of(name)
    if not versions:
        raise UnknownProblem(f"This node holds no {name[:80]}.", advice="`kenesh show` takes the object's id.")
    newest = versions[-1]
    if newest.writer != withdrawing.own_ref:
        raise ForbiddenProblem("Only its author marks an object more strictly.", advice="Ask the author.")
    if not any(grant.is_released for grant in tx.grants.of_objects([newest.object])):
        raise UnknownProblem(f"{newest.id} is released to nobody.", advice="There is nothing to recall.")
    if not tx.versions.tighten(newest.object, label):
        raise UsageProblem(f"It is marked {newest.own_marking().label} already.", advice="Say a stricter label.")
    return withdrawing.tighten(tx, [newest.object], now, None, recall, reason)
