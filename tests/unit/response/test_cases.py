"""A case: what its parties stated, in any order, and how it stands; nobody closes, joins or answers for another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, Instant, instant_of
from kenesh.basis.problem import UnknownProblem
from kenesh.parties.bodies import Seat
from kenesh.parties.party import party_id
from kenesh.response import asking, clocks
from kenesh.response.asking import Answer, Asked
from kenesh.response.cases import CaseState, Item, Joining, Standing, case_state
from kenesh.response.kinds import Status
from kenesh.response.regimes import shipped
from kenesh.response.reporting import Laws, Owed
from kenesh.response.stated import Case, Link, Received, Report, Stated
from kenesh.response.zones import calendars, local_time

KZ, TR, AZ, HU = (party_id(code) for code in ("KZ", "TR", "AZ", "HU"))
T0: Final = instant_of("2026-03-01T09:00:00Z")
LAWS: Final = Laws(shipped(), calendars(KZ, None))
CASE: Final = "kenesh-case--1"
SEATS: Final = {KZ: [Seat(T0)], TR: [Seat(T0)], AZ: [Seat(T0)]}


def hours(count: float) -> Instant:
    return Instant(T0 + int(count * HOUR))


def case(modified: float = 0, *, handled: float | None = None, closed: float | None = None, **more: object) -> Case:
    known = Case(
        CASE, hours(modified), KZ, "wiper", "cyber-incident", T0, hours(-1), regimes=("nis2",),
        handled_at=None if handled is None else hours(handled), closed_at=None if closed is None else hours(closed),
    )  # fmt: skip
    return replace(known, **more)  # type: ignore[arg-type]  # named as the fields are


def task(number: int = 1, to: str = TR, due: float = 6, by: str = KZ, modified: float = 0) -> Asked:
    name = f"kenesh-task--{number}"
    return Asked(name, hours(modified), by, to, T0, hours(due), name=f"task {number}", case_ref=CASE)


def said(status: Status, at: float, target: str = "kenesh-task--1", by: str = TR) -> Answer:
    return Answer(f"kenesh-update--{by[-3:]}-{status}-{at}", hours(at), by, target, status, hours(at))


def report(stage: str, at: float, *, by: str = TR, regime: str = "nis2", answers: str = "", aware: float = 0) -> Report:
    name = f"kenesh-incident-report--{by[-3:]}-{stage}-{at}"
    return Report(name, hours(at), by, CASE, regime, stage, hours(at), hours(aware), answers_ref=answers)


def received(of: Answer | Report, at: float, by: str = KZ) -> Received:
    return Received(of.id, of.modified_at, by, hours(at))


def derived(
    *objects: Stated,
    now: float = 10,
    members: dict[str, list[Seat]] | None = None,
    heard: dict[str, Instant] | None = None,
) -> CaseState:
    known = {party: hours(now) for party in SEATS} if heard is None else heard
    return case_state(CASE, objects, heard=known, members=members or SEATS, laws=LAWS, now=hours(now))


def item(found: CaseState, name: str = "kenesh-task--1") -> Item:
    (one,) = [item for item in found.items if item.asked.id == name]
    return one


def clock(found: CaseState, party: str, step: str) -> Owed:
    (one,) = [owed for owed in found.owed if (owed.party_ref, owed.clock.step.id) == (party, step)]
    return one


def joined(found: CaseState) -> dict[str, Joining]:
    return {one.party_ref: one.joining for one in found.parties}


def test_the_lead_alone_opens_handles_and_closes() -> None:
    assert (derived(case()).standing, derived(case()).since) == (Standing.OPEN, T0)
    assert derived(case(), case(2, handled=2)).standing is Standing.HANDLED
    assert derived(case(), case(2, handled=2), case(4, handled=2, closed=4)).standing is Standing.CLOSED
    others = [said(Status.DONE, 2, CASE, by) for by in (TR, AZ)]
    assert derived(case(), *others).standing is Standing.OPEN


def test_a_case_that_is_opened_again_is_open() -> None:
    assert derived(case(), case(2, closed=2), case(5)).standing is Standing.OPEN


def test_closing_a_case_closes_nothing_for_somebody_else() -> None:
    found = derived(case(2, closed=2), task(), now=10)
    assert item(found).state.standing is asking.Standing.ASKED
    assert item(found).state.is_overdue


def test_who_has_joined_says_so_himself() -> None:
    words = [said(Status.ACCEPTED, 1, CASE), said(Status.REFUSED, 2, CASE, AZ)]
    found = derived(case(), *words, members={**SEATS, HU: [Seat(hours(3))]})
    assert joined(found) == {KZ: Joining.JOINED, TR: Joining.JOINED, AZ: Joining.DECLINED, HU: Joining.ADMITTED}
    assert HU not in joined(derived(case(), now=2, members={**SEATS, HU: [Seat(hours(3))]}))


def test_a_party_that_left_has_left_and_what_it_was_asked_says_since_when() -> None:
    found = derived(case(), task(), said(Status.ACCEPTED, 1, CASE), members={**SEATS, TR: [Seat(T0, hours(5))]})
    assert joined(found)[TR] is Joining.LEFT
    assert (item(found).state.left_at, item(found).state.is_overdue) == (hours(5), False)


def test_a_task_for_a_party_that_left_before_it_was_set_is_not_overdue() -> None:
    found = derived(case(), replace(task(), asked_at=hours(6)), members={**SEATS, TR: [Seat(T0, hours(5))]}, now=20)
    assert (item(found).state.left_at, item(found).state.is_overdue) == (hours(5), False)


def test_a_party_that_comes_again_owes_what_it_owed() -> None:
    found = derived(case(), task(), members={**SEATS, TR: [Seat(T0, hours(2)), Seat(hours(4))]})
    assert (item(found).state.left_at, item(found).state.is_overdue) == (None, True)


def test_a_lead_that_left_is_named_and_the_case_stays_as_it_is() -> None:
    found = derived(case(), task(), members={**SEATS, KZ: [Seat(T0, hours(3))]})
    assert (found.lead_left_at, found.standing) == (hours(3), Standing.OPEN)
    assert item(found).state.is_overdue
    assert derived(case()).lead_left_at is None


def test_two_cases_that_name_one_incident_know_of_each_other_and_stand_apart() -> None:
    other = case(id="kenesh-case--2", by_ref=TR, closed_at=hours(1))
    links = [Link("relationship--1", CASE, "incident--1"), Link("relationship--2", "kenesh-case--2", "incident--1")]
    found = derived(case(), other, *links)
    assert (found.others, found.standing) == (("kenesh-case--2",), Standing.OPEN)
    assert found.linked == ("incident--1",)
    assert derived(case(), other).others == ()


def test_a_task_is_the_leads_to_set_and_anybody_in_the_room_may_request() -> None:
    asks = replace(task(2, to=AZ, by=TR), id="kenesh-request--1", kind="information")
    found = derived(case(), task(1, by=AZ), asks)
    assert [(one.id, one.why) for one in found.ignored] == [("kenesh-task--1", "a task is the lead's to set")]
    assert [one.asked.id for one in found.items] == ["kenesh-request--1"]


def test_nobody_is_asked_who_was_never_in_the_room() -> None:
    found = derived(case(), task(to=HU))
    assert [one.why for one in found.ignored] == ["it is asked of a party that was never in the room"]
    assert found.items == ()


def test_an_update_of_what_the_reader_cannot_see_leaves_no_trace() -> None:
    assert derived(case(), said(Status.DONE, 2, "kenesh-task--9")) == derived(case())


def test_an_answer_counts_when_the_asking_party_has_it_and_not_when_it_was_written() -> None:
    done = said(Status.DONE, 5)
    assert item(derived(case(), task(), done)).state.in_time is None
    assert item(derived(case(), task(), done, received(done, 5.5))).state.in_time is True
    late = derived(case(), task(), done, received(done, 9))
    assert (item(late).state.standing, item(late).state.in_time) == (asking.Standing.DONE, False)


def test_a_receipt_of_somebody_else_says_nothing() -> None:
    done = said(Status.DONE, 5)
    assert item(derived(case(), task(), done, received(done, 5.5, by=AZ))).state.in_time is None
    assert item(derived(case(), task(), done, received(done, 5.5, by=TR))).state.in_time is None


def test_an_overdue_answer_that_arrives_late_is_done_and_late() -> None:
    done = said(Status.DONE, 30)
    before, after = derived(case(), task(), now=29), derived(case(), task(), done, received(done, 30), now=31)
    assert item(before).state.is_overdue and not item(after).state.is_overdue
    assert (item(after).state.standing, item(after).state.in_time) == (asking.Standing.DONE, False)


def test_what_is_put_in_better_words_later_is_not_late() -> None:
    done = said(Status.DONE, 5)
    righted = replace(done, modified_at=hours(9), text="with the hash of the image")
    found = derived(case(), task(), done, righted, received(done, 5), received(righted, 9))
    assert item(found).state.in_time is True


def test_each_party_that_reports_has_clocks_from_what_it_was_aware_of_itself() -> None:
    warned = report("early-warning", 20, aware=4)
    found = derived(case(), warned, received(warned, 21), now=25)
    assert clock(found, TR, "early-warning").clock.due_at == hours(28)
    assert clock(found, TR, "early-warning").clock.standing is clocks.Standing.MET
    assert clock(found, KZ, "early-warning").clock.due_at == hours(23)
    assert clock(found, KZ, "early-warning").clock.standing is clocks.Standing.LATE
    assert not [owed for owed in found.owed if owed.party_ref == AZ]


def test_a_report_that_the_lead_has_not_confirmed_is_shown_as_sent() -> None:
    warned = report("early-warning", 20)
    found = clock(derived(case(), warned, now=25), TR, "early-warning")
    assert (found.clock.standing, found.sent_at) == (clocks.Standing.LATE, hours(20))
    confirmed = clock(derived(case(), warned, received(warned, 25), now=26), TR, "early-warning")
    assert (confirmed.clock.standing, confirmed.sent_at) == (clocks.Standing.MET_LATE, None)


def test_the_leads_own_report_counts_when_it_is_stated() -> None:
    found = clock(derived(case(), report("early-warning", 20, by=KZ), now=25), KZ, "early-warning")
    assert (found.clock.standing, found.clock.done_at) == (clocks.Standing.MET, hours(20))


def test_the_answer_to_a_warning_is_anothers_and_counts_when_the_reporter_has_it() -> None:
    warned = report("early-warning", 2)
    answer = report("answer", 3, by=AZ, answers=warned.id)
    objects = [case(), warned, received(warned, 2)]
    assert clock(derived(*objects, answer), TR, "answer").clock.standing is clocks.Standing.RUNNING
    there = derived(*objects, answer, received(answer, 4, by=TR))
    assert clock(there, TR, "answer").clock.done_at == hours(4)
    own = report("answer", 3, answers=warned.id)
    assert [one.why for one in derived(*objects, own).ignored] == ["nobody answers his own report"]


def test_a_report_that_is_asked_for_has_the_clock_that_was_asked() -> None:
    asks = Asked("kenesh-request--1", T0, KZ, TR, hours(1), hours(8), case_ref=CASE, kind="information",
                 regime="nis2", stage="intermediate")  # fmt: skip
    found = clock(derived(case(), asks), TR, "intermediate")
    assert (found.clock.standing, found.clock.due_at) == (clocks.Standing.LATE, hours(8))


def test_daylight_saving_in_budapest_moves_a_month_by_an_hour_and_hours_by_none() -> None:
    told = report("notification", 1, by=HU)
    found = derived(case(), told, received(told, 1), members={**SEATS, HU: [Seat(T0)]})
    # 10:00Z is 11:00 in Budapest; a month later, in summer time, 11:00 there is 09:00Z.
    assert clock(found, HU, "final").clock.due_at == instant_of("2026-04-01T09:00:00Z")
    assert clock(found, HU, "early-warning").clock.due_at == hours(24)
    assert local_time(instant_of("2026-03-29T00:59:00Z"), "Europe/Budapest") == "01:59"
    assert local_time(instant_of("2026-03-29T01:00:00Z"), "Europe/Budapest") == "03:00"
    assert local_time(instant_of("2026-03-29T22:30:00Z"), "Asia/Almaty") == "03:30 +1 day"


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (report("early-warning", 1, by=HU), "its party was never in the room"),
        (report("early-warning", 1, regime="nis9"), "this node knows no regime nis9"),
        (report("after-party", 1), "nis2 has no step after-party"),
        (report("answer", 1, answers="kenesh-incident-report--0"), "what it answers is not here"),
    ],
)
def test_a_report_that_counts_for_nothing_is_shown(odd: Report, why: str) -> None:
    found = derived(case(), odd)
    assert [(one.id, one.why) for one in found.ignored] == [(odd.id, why)]
    assert found.reports == ()


def test_what_is_no_case_here_is_unknown() -> None:
    with pytest.raises(UnknownProblem):
        derived(case(id="kenesh-case--2"))


def test_ten_thousand_tasks_are_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    state = asking.state

    def counted(asked: Sequence[Asked], answers: Sequence[Answer], **more: object) -> asking.State:
        nonlocal seen
        seen += len(answers)
        return state(asked, answers, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(asking, "state", counted)
    tasks = [task(number, to=(TR, AZ)[number % 2], due=number % 48) for number in range(10_000)]
    words = [said(Status.DONE, 5, one.id, one.to_ref) for one in tasks]
    words = [replace(word, id=f"{word.id}-{number}") for number, word in enumerate(words)]
    found = derived(case(), *tasks, *words, *(received(word, 6) for word in words))
    assert len(found.items) == len({one.asked.id for one in found.items}) == 10_000
    assert sum(one.state.in_time is False for one in found.items) == sum(one.due_at < hours(6) for one in tasks)
    assert seen == 10_000  # each update is looked at for its own task alone


_TIMES = st.integers(0, 60)
_PARTIES = st.sampled_from((KZ, TR, AZ, HU))
_TARGETS = st.sampled_from((CASE, "kenesh-task--1", "kenesh-task--2", "kenesh-task--9"))
_SAID = st.lists(st.builds(said, st.sampled_from(Status), _TIMES, _TARGETS, _PARTIES), max_size=6)
_REPORTS = st.lists(
    st.builds(report, st.sampled_from(("early-warning", "notification", "final", "nothing")), _TIMES, by=_PARTIES),
    max_size=4,
)
_RECEIVED = st.lists(st.tuples(st.integers(0, 9), _TIMES, _PARTIES), max_size=6)
_MEMBERS = st.fixed_dictionaries(
    {KZ: st.sampled_from(([Seat(T0)], [Seat(T0, hours(30))]))},
    optional={
        TR: st.sampled_from(([Seat(T0)], [Seat(hours(5), hours(20))], [Seat(T0, hours(9)), Seat(hours(30))])),
        HU: st.sampled_from(([Seat(hours(40))], [Seat(T0, hours(50))])),
    },
)


def _world(words: list[Answer], reports: list[Report], receipts: list[tuple[int, int, str]]) -> list[Stated]:
    base: list[Stated] = [case(), case(20, handled=25), case(35, handled=25, closed=50), task(), task(2, AZ, due=30),
                          replace(task(2, AZ, due=40), modified_at=hours(15)), *words, *reports]  # fmt: skip
    told = [*words, *reports]
    return [*base, *(received(told[n % len(told)], at, by) for n, at, by in receipts if told)]


@settings(deadline=None)
@given(_SAID, _REPORTS, _RECEIVED, _MEMBERS, _TIMES, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(
    words: list[Answer], reports: list[Report], receipts: list[tuple[int, int, str]], members: dict[str, list[Seat]],
    now: int, chance: random.Random,
) -> None:  # fmt: skip
    objects = _world(words, reports, receipts)
    again = [*objects, *objects[: len(objects) // 2]]
    chance.shuffle(again)
    assert derived(*again, now=now, members=members) == derived(*objects, now=now, members=members)


@settings(deadline=None)
@given(_SAID, _REPORTS, _RECEIVED, _MEMBERS, _TIMES, st.integers(0, 1000))
def test_it_holds_until_it_says(
    words: list[Answer], reports: list[Report], receipts: list[tuple[int, int, str]], members: dict[str, list[Seat]],
    now: int, part: int,
) -> None:  # fmt: skip
    objects, heard = _world(words, reports, receipts), {TR: hours(7)}
    found = derived(*objects, now=now, members=members, heard=heard)
    end = hours(24 * 400) if found.holds_until is None else found.holds_until
    assert end > hours(now)
    between = (end - 1 - T0) / HOUR if part == 1000 else now + (end - 1 - hours(now)) * part / 1000 / HOUR
    assert derived(*objects, now=between, members=members, heard=heard) == found


@settings(deadline=None)
@given(_SAID, _TIMES)
def test_nobody_joins_or_leaves_for_another(words: list[Answer], now: int) -> None:
    others = [word for word in words if word.by_ref != TR]
    assert joined(derived(case(), *others, now=now))[TR] is Joining.ADMITTED
