"""Sittings: derived from what was stated, in any order; who comes counts for the time at which it is called."""

from __future__ import annotations

from random import Random

import pytest

from kenesh.basis.instants import DAY, HOUR, Instant, instant_of
from kenesh.parties.bodies import Role, Seat
from kenesh.response.asking import Answer
from kenesh.response.kinds import Status
from kenesh.response.sittings import Coming, Sitting, SittingState, Standing, sittings

NOW = instant_of("2026-11-26T12:00:00Z")
KEEPER, AZ, KZ, TR, HU = "identity--sec", "identity--az", "identity--kz", "identity--tr", "identity--hu"
MEMBERS = {
    AZ: [Seat(Instant(0))],
    KZ: [Seat(Instant(0))],
    TR: [Seat(Instant(0), ends=Instant(NOW + 2 * DAY))],
    HU: [Seat(Instant(0), role=Role.OBSERVER)],
}
ID = "kenesh-sitting--1"


def sitting(begins: int = DAY, at: Instant = NOW, by: str = AZ, **more: object) -> Sitting:
    begins_at = Instant(NOW + begins)
    return Sitting(ID, at, by, "Autumn", begins_at, Instant(begins_at + HOUR), NOW, **more)  # type: ignore[arg-type]


def word(party: str, status: Status, at: int = 1, name: str = "") -> Answer:
    stated = Instant(NOW + at)
    return Answer(name or f"kenesh-update--{party}-{at}", stated, party, ID, status, stated)


def state(versions: list[Sitting], answers: list[Answer], now: Instant = Instant(NOW + HOUR)) -> SittingState:
    (found,) = sittings(versions, answers, MEMBERS, KEEPER, now)
    return found


def coming(found: SittingState) -> dict[str, Coming]:
    return {one.party_ref: one.coming for one in found.parties}


def test_each_party_says_for_itself_whether_it_comes_and_may_think_again() -> None:
    answers = [word(KZ, Status.ACCEPTED), word(TR, Status.ACCEPTED), word(TR, Status.REFUSED, 2)]
    found = state([sitting()], answers)
    assert coming(found) == {HU: Coming.SILENT, KZ: Coming.COMES, TR: Coming.STAYS_AWAY}
    for seed in range(20):
        shuffled = Random(seed).sample(answers * 2, 6)
        assert state([sitting(), sitting()], shuffled) == found


def test_what_is_moved_asks_everybody_anew_and_what_is_put_right_does_not() -> None:
    answers = [word(KZ, Status.ACCEPTED), word(TR, Status.REFUSED, 3 * HOUR)]
    put_right = sitting(at=Instant(NOW + HOUR), place="Baku")
    assert coming(state([sitting(), put_right], answers, Instant(NOW + 4 * HOUR)))[KZ] is Coming.COMES
    moved = sitting(begins=DAY + HOUR, at=Instant(NOW + 2 * HOUR))
    later = sitting(begins=DAY + HOUR, at=Instant(NOW + 5 * HOUR), place="Baku")
    found = state([sitting(), moved, later], answers, Instant(NOW + 6 * HOUR))
    assert found.moved_at == NOW + 2 * HOUR
    assert coming(found) == {HU: Coming.SILENT, KZ: Coming.SILENT, TR: Coming.STAYS_AWAY}


def test_who_does_not_sit_there_then_is_not_asked() -> None:
    assert TR not in coming(state([sitting(begins=3 * DAY)], [word(TR, Status.ACCEPTED)]))


@pytest.mark.parametrize(
    ("now", "standing"),
    [(0, Standing.PLANNED), (DAY - 1, Standing.PLANNED), (DAY, Standing.SITS), (DAY + HOUR - 1, Standing.SITS),
     (DAY + HOUR, Standing.OVER)],
)  # fmt: skip
def test_it_is_planned_sits_and_is_over_by_the_clock_alone(now: int, standing: Standing) -> None:
    found = state([sitting()], [], Instant(NOW + now))
    assert found.standing is standing
    if found.holds_until is not None:
        assert state([sitting()], [], Instant(found.holds_until - 1)).standing is standing
        assert state([sitting()], [], found.holds_until).standing is not standing


def test_called_off_taken_back_and_called_by_whoever_may_not() -> None:
    off = sitting(at=Instant(NOW + 1), cancelled_at=Instant(NOW + 1))
    assert state([sitting(), off], []).standing is Standing.CANCELLED
    gone = sitting(at=Instant(NOW + 2), revoked=True)
    assert sittings([sitting(), gone], [], MEMBERS, KEEPER, Instant(NOW + HOUR)) == ()
    for stranger in (HU, "identity--it"):
        assert sittings([sitting(by=stranger)], [], MEMBERS, KEEPER, Instant(NOW + HOUR)) == ()
    assert len(sittings([sitting(by=KEEPER)], [], MEMBERS, KEEPER, Instant(NOW + HOUR))) == 1
