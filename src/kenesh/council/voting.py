"""Counting votes: by weight, against a quorum, in whole numbers throughout.

An abstention takes part, so that it helps to a quorum, and is no vote: it counts for the base only where the rules say
so. A reservation is counted as an abstention.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kenesh.council.kinds import Base, Majority, Stance
from kenesh.council.values import Counting, Tally


def tally(
    stances: Mapping[str, Stance], deciding: Collection[str], majority: Majority, counting: Counting = Counting()
) -> Tally:
    """What comes of a vote; `stances` by party. Who does not decide, or has a vote of no weight, changes nothing."""
    weights = dict.fromkeys(deciding, 1) | {party: n for party, n in counting.weights if party in deciding}
    voted = {party: stance for party, stance in stances.items() if weights.get(party, 0) > 0}
    by_side = {"for": 0, "against": 0, "abstained": 0}
    for party, stance in voted.items():
        by_side[_side(stance)] += weights[party]
    support, against, abstained = by_side["for"], by_side["against"], by_side["abstained"]
    total, part = sum(weights.values()), support + against + abstained
    above, below = counting.quorum_share
    is_quorate = len(voted) >= counting.quorum and part * below >= total * above
    bases = {Base.CAST: support + against, Base.PRESENT: part, Base.ALL: total}
    base = bases[counting.base or (Base.CAST if majority is Majority.SIMPLE else Base.ALL)]
    adopted = is_quorate and _is_enough(majority, support, base)
    return Tally(support, against, abstained, total, len(voted), is_quorate, adopted)


def _side(stance: Stance) -> str:
    if stance is Stance.SUPPORT:
        return "for"
    return "against" if stance in (Stance.OBJECT, Stance.AMEND) else "abstained"


def _is_enough(majority: Majority, support: int, base: int) -> bool:
    if support == 0:
        return False
    if majority is Majority.SIMPLE:
        return 2 * support > base
    return 3 * support >= 2 * base if majority is Majority.TWO_THIRDS else support == base
