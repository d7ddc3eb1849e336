"""Who may write an id: a decision table in an officer's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.unit.holdings.stories import AZ, IT, KZ, TR, key

from kenesh.holdings.rows import UNVERSIONED, KnownObject, KnownVersion
from kenesh.holdings.writers import Claim, Outcome, judge
from kenesh.stix.marking import Tlp

NEW, SAME, PROMOTED, CONFLICT = Outcome.NEW, Outcome.SAME, Outcome.PROMOTED, Outcome.CONFLICT
TOOK_PLACE = "the author's own version took its place"
FINAL = "the object was revoked, and a revocation is final"
UNPROVED = "it comes without its author's proof"
ANOTHER = "the id was first stated by another"
CLASH = "another content stands under the same id and modified"
ONLY_THE_GIVER = "only the party from which it first came may supersede it"


def v(num: int, modified: int | None = None, **said: Any) -> KnownVersion:
    """A known version; unless said otherwise it is version `num`, it counts, and its content is number `num`."""
    stands = key(num if modified is None else modified)
    return KnownVersion(
        num, said.get("at", stands), bytes([said.get("content", num)]), said.get("counts", True),
        said.get("proved", True), Tlp.CLEAR, said.get("revoked", False),
    )  # fmt: skip


def known(*versions: KnownVersion, writer: str = AZ, giver: str = AZ, proved: bool = True) -> KnownObject:
    """What is known of an object of AZ's."""
    revoked = any(version.revoked for version in versions if version.accepted)
    return KnownObject(1, IT, "indicator", writer, giver, proved, Tlp.CLEAR, revoked, None, versions)


def claim(modified: int, content: int | None = None, **said: Any) -> Claim:
    """What arrives; unless said otherwise AZ states it, gives it, and proves it."""
    number = modified if content is None else content
    proved, revoked = said.get("proved", True), said.get("revoked", False)
    return Claim(
        said.get("at", key(modified)), bytes([number]), said.get("by", AZ), said.get("giver", AZ), proved, revoked
    )


@dataclass(frozen=True)
class Row:
    """One row: what is known, what arrives, what becomes of it, what gives way and why."""

    words: str
    known: KnownObject | None
    claim: Claim
    outcome: Outcome
    why: str = ""
    displaces: tuple[int, ...] = ()


UNPROVED_FROM_TR = known(v(1, proved=False), v(2, proved=False), giver=TR, proved=False)
ANONYMOUS_FROM_TR = known(v(1, proved=False), writer=TR, giver=TR, proved=False)

TABLE = [
    Row("nobody has stated it: it is new", None, claim(1), NEW),
    Row("nobody has stated it: it is new, proved or not", None, claim(1, proved=False, giver=TR), NEW),
    # The author's own.
    Row("the author states a newer version", known(v(1)), claim(2), NEW),
    Row("the author's older version comes late", known(v(2)), claim(1), NEW),
    Row("the author's proof comes by way of another", known(v(1)), claim(2, giver=TR), NEW),
    Row("the same comes again", known(v(1)), claim(1), SAME),
    Row("the same comes again from another, without proof",
        known(v(1)), claim(1, proved=False, giver=TR), SAME),
    Row("another writing of the same instant is the same version", known(v(1)), claim(1, 9), CONFLICT, CLASH),
    # Hijack.
    Row("TR states a newer version of AZ's object in its own name",
        known(v(1)), claim(2, by=TR, giver=TR), CONFLICT, ANOTHER),
    Row("TR does, and AZ's was never proved", UNPROVED_FROM_TR, claim(3, by=TR, giver=TR), CONFLICT, ANOTHER),
    Row("TR states a newer version in AZ's name",
        known(v(1)), claim(2, proved=False, giver=TR), CONFLICT, UNPROVED),
    Row("TR revokes AZ's object in AZ's name",
        known(v(1)), claim(2, proved=False, giver=TR, revoked=True), CONFLICT, UNPROVED),
    Row("TR revokes AZ's object in its own name",
        known(v(1)), claim(2, by=TR, giver=TR, revoked=True), CONFLICT, ANOTHER),
    Row("TR gives a version that names nobody",
        known(v(1)), claim(2, by=None, proved=False, giver=TR), CONFLICT, ONLY_THE_GIVER),
    Row("AZ itself gives one that names nobody, though it proved others",
        known(v(1)), claim(2, by=None, proved=False), CONFLICT, UNPROVED),
    Row("the hijacker comes again",
        known(v(1), v(2, counts=False)), claim(2, by=TR, giver=TR), CONFLICT, ANOTHER),
    # Given by another, not proved yet.
    Row("TR gives AZ's object, and goes on giving it",
        UNPROVED_FROM_TR, claim(3, proved=False, giver=TR), NEW),
    Row("KZ gives a version that TR has not given",
        UNPROVED_FROM_TR, claim(3, proved=False, giver=KZ), CONFLICT, UNPROVED),
    Row("TR gives another content under the same time",
        UNPROVED_FROM_TR, claim(2, 9, proved=False, giver=TR), CONFLICT, CLASH),
    Row("AZ's proof comes with another content under the same time",
        UNPROVED_FROM_TR, claim(2, 9), NEW, TOOK_PLACE, (1, 2)),
    Row("AZ's proof comes with a newer version", UNPROVED_FROM_TR, claim(3), NEW, TOOK_PLACE, (1, 2)),
    Row("AZ's proof comes with an older version", UNPROVED_FROM_TR, claim(0, 9), NEW, TOOK_PLACE, (1, 2)),
    Row("AZ's proof comes with what TR gave", UNPROVED_FROM_TR, claim(1), SAME, TOOK_PLACE, (2,)),
    Row("AZ's proof takes no proved version's place",
        known(v(1), v(2, proved=False)), claim(3), NEW, TOOK_PLACE, (2,)),
    Row("what gave way comes again without proof",
        known(v(1, counts=False, proved=False), v(2), giver=TR), claim(1, proved=False, giver=TR), CONFLICT, UNPROVED),
    Row("what gave way comes again with proof",
        known(v(1, counts=False, proved=False), v(2), giver=TR), claim(1), PROMOTED),
    Row("what was set apart comes with proof",
        known(v(1), v(2, counts=False, proved=False)), claim(2), PROMOTED),
    # Squatting: another stated the id first.
    Row("TR took AZ's id in its own name; AZ's own is set apart",
        known(v(1), writer=TR, giver=TR), claim(2), CONFLICT, ANOTHER),
    Row("TR took it naming nobody; AZ's own is set apart", ANONYMOUS_FROM_TR, claim(2), CONFLICT, ANOTHER),
    Row("TR took it in AZ's name; AZ's own takes its place",
        known(v(1, proved=False, content=7), giver=TR, proved=False), claim(1), NEW, TOOK_PLACE, (1,)),
    # Names nobody that is a party.
    Row("TR goes on with what names nobody",
        ANONYMOUS_FROM_TR, claim(2, by=None, proved=False, giver=TR), NEW),
    Row("KZ gives a newer version of it",
        ANONYMOUS_FROM_TR, claim(2, by=None, proved=False, giver=KZ), CONFLICT, ONLY_THE_GIVER),
    Row("KZ revokes it",
        ANONYMOUS_FROM_TR, claim(2, by=None, proved=False, giver=KZ, revoked=True), CONFLICT, ONLY_THE_GIVER),
    Row("what KZ gave is set apart, and TR gives it too",
        known(v(1, proved=False), v(2, proved=False, counts=False), writer=TR, giver=TR, proved=False),
        claim(2, by=None, proved=False, giver=TR), PROMOTED),
    # A revocation is final.
    Row("the author revokes", known(v(1)), claim(2, revoked=True), NEW),
    Row("the author goes on after it", known(v(1), v(2, revoked=True)), claim(3), CONFLICT, FINAL),
    Row("it went on, and the revocation comes late",
        known(v(1), v(3), v(4)), claim(2, revoked=True), NEW, FINAL, (3, 4)),
    Row("an older version comes after the revocation", known(v(1), v(3, revoked=True)), claim(2), NEW),
    Row("an earlier revocation comes after the later one",
        known(v(1), v(3, revoked=True)), claim(2, revoked=True), NEW, FINAL, (3,)),
    Row("the revocation comes again", known(v(1), v(2, revoked=True)), claim(2, revoked=True), SAME),
    Row("TR revoked in AZ's name; AZ's own goes on",
        known(v(2, proved=False, revoked=True), giver=TR, proved=False), claim(3), NEW, TOOK_PLACE, (2,)),
    Row("TR's false revocation was set apart; AZ goes on",
        known(v(1), v(2, proved=False, revoked=True, counts=False)), claim(3), NEW),
    # Cyber-observables and markings: each statement stands for itself.
    Row("TR states the same address with one more hash",
        known(v(1, at=UNVERSIONED)), claim(2, at=UNVERSIONED, by=None, giver=TR), NEW),
    Row("TR states the very same",
        known(v(1, at=UNVERSIONED)), claim(1, at=UNVERSIONED, by=None, giver=TR), SAME),
    Row("the author's proof of one statement takes no other's place",
        known(v(1, at=UNVERSIONED, proved=False)), claim(2, at=UNVERSIONED), NEW),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.words)
def test_an_arrival_is_judged(row: Row) -> None:
    verdict = judge(row.known, row.claim)
    assert verdict.outcome is row.outcome
    assert verdict.why == ("" if row.outcome is not CONFLICT else row.why)
    assert dict(verdict.displaces) == dict.fromkeys(row.displaces, row.why)
    content = [x for x in row.known.versions if x.sha256 == row.claim.sha256] if row.known else []
    assert verdict.known is (content[0] if content else None)


def test_no_row_stands_twice() -> None:
    assert len({row.words for row in TABLE}) == len(TABLE)
