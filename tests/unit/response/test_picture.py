"""The situation follows from what members reported, in any order; nobody is spoken for, and gaps are said."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, SECOND, Instant
from kenesh.basis.problem import UsageProblem
from kenesh.parties.bodies import Role, Seat
from kenesh.response.effects import Look, Reply, Standing, look_of, reply_of
from kenesh.response.kinds import Outlook, Severity, Status
from kenesh.response.ladder import shipped
from kenesh.response.levels import Demand, LevelState, level_state
from kenesh.response.picture import Gap, Missing, Picture, Said, picture
from kenesh.response.sitreps import Sitrep, Word, Works, sitrep_of, word_of
from kenesh.stix.marking import Tlp

T = Instant(1_795_593_600 * SECOND)
LADDERS = [(Instant(0), shipped())]
ROLES = {"AZ": Role.CHAIR, "KZ": Role.MEMBER, "TR": Role.MEMBER, "HU": Role.OBSERVER}


def hour(at: float) -> Instant:
    return Instant(T + int(at * HOUR))


MEMBERS = {code: [Seat(hour(-1000), None, role)] for code, role in ROLES.items()}
HEARD: dict[str, Instant | None] = {"KZ": hour(1000), "TR": hour(1000)}
ROOM = "Open a case room for those who are hit"
REPORT = "Situation report"
Spoken = Sitrep | Word | Reply | Look
CONTACTS = "Confirm your contacts"


def demand(party: str, level: str = "alert", at: float = 0, lasts: float = 40, **more: bool) -> Demand:
    return Demand(f"kenesh-alert--{party}", party, level, "a wiper", hour(at), hour(at + lasts), **more)


def sitrep(party: str, at: float, outlook: str = "stable", **more: object) -> Sitrep:
    made = Sitrep(f"kenesh-sitrep--{party}{at}", hour(at), party, hour(at), outlook)
    return replace(made, **more)  # type: ignore[arg-type]


def word(party: str, state: str, at: float = 0, name: str = "Caspian cable", **more: object) -> Word:
    made = Word(f"kenesh-connection--{party}{name}", hour(at), party, name, "cable", ("AZ", "KZ"), state, hour(at))
    return replace(made, **more)  # type: ignore[arg-type]


def reply(party: str, at: float, about: str = ROOM, status: Status = Status.DONE) -> Reply:
    return Reply(f"kenesh-update--{party}{at}", hour(at), party, hour(at), about, status)


def look(party: str, at: float, name: str = "desk", stated: float | None = None, **more: object) -> Look:
    made = Look(f"kenesh-contact--{party}{name}", hour(at if stated is None else stated), party, hour(at))
    return replace(made, **more)  # type: ignore[arg-type]


def level(*demands: Demand, at: float) -> LevelState:
    return level_state(demands, LADDERS, MEMBERS, hour(at))


ALERT = (demand("KZ", affected=True),)


def seen(*said: Spoken, at: float, demands: tuple[Demand, ...] = ALERT) -> Picture:
    sorted_out = Said(
        [one for one in said if isinstance(one, Sitrep)],
        [one for one in said if isinstance(one, Word)],
        [one for one in said if isinstance(one, Reply)],
        [one for one in said if isinstance(one, Look)],
    )
    return picture(sorted_out, level(*demands, at=at), MEMBERS, HEARD, hour(at))


def test_each_party_has_its_newest_report_and_nobody_elses() -> None:
    found = seen(sitrep("KZ", 1, "worsening"), sitrep("KZ", 3, "improving"), sitrep("XX", 2), at=4)
    assert [(line.party_ref, line.sitrep and line.sitrep.outlook) for line in found.lines] == [
        ("AZ", None),
        ("KZ", "improving"),
        ("TR", None),
    ]
    assert [line.party_ref for line in seen(sitrep("HU", 1), at=4).lines] == ["AZ", "HU", "KZ", "TR"]


def test_a_report_that_is_put_right_is_no_newer_one_and_a_revoked_one_is_none() -> None:
    first, second = sitrep("KZ", 1, "worsening"), sitrep("KZ", 3, "improving")
    mended = replace(first, modified_at=hour(5), outlook="stable")
    assert [one.sitrep for one in seen(first, second, mended, at=6).lines if one.sitrep] == [second]
    gone = replace(second, modified_at=hour(5), revoked=True)
    assert [one.sitrep for one in seen(first, second, mended, gone, at=6).lines if one.sitrep] == [mended]


@pytest.mark.parametrize(
    ("reports", "at", "standing", "due"),
    [
        ((), 1, Standing.OPEN, 12),
        ((), 12, Standing.OPEN, 12),
        ((), 12 + 1 / 3600, Standing.OVERDUE, 12),
        ((1,), 12.5, Standing.DONE, 13),
        ((1,), 13, Standing.DONE, 13),
        ((1,), 13 + 1 / 3600, Standing.OVERDUE, 13),
        ((1, 12), 13.5, Standing.DONE, 24),
        ((-1,), 2, Standing.DONE, 12),
        ((-1,), 11.5, Standing.OPEN, 12),
        ((-30,), 2, Standing.OPEN, 12),
    ],
)
def test_a_report_is_due_every_twelve_hours_to_the_second(
    reports: tuple[float, ...], at: float, standing: Standing, due: float
) -> None:
    found = seen(*(sitrep("KZ", when) for when in reports), at=at)
    (item,) = [one for one in found.asked if one.by_sitrep and one.party_ref == "KZ"]
    assert (item.standing, item.due_at) == (standing, hour(due))
    assert found.lines[1].asked == item
    assert found.lines[1].is_overdue is (standing is Standing.OVERDUE)


WATCH = (demand("KZ", "watch", lasts=72),)


@pytest.mark.parametrize(
    ("said", "at", "standing"),
    [
        ((), 1, Standing.OPEN),
        ((), 25, Standing.OVERDUE),
        ((look("KZ", -1),), 1, Standing.OPEN),
        ((look("TR", 1),), 2, Standing.OPEN),
        ((look("KZ", 0),), 1, Standing.DONE),
        ((look("KZ", 30),), 25, Standing.OVERDUE),
        ((look("KZ", 30, stated=-1),), 25, Standing.OVERDUE),
        ((look("KZ", -1), look("KZ", 2)), 3, Standing.DONE),
        # All of them are asked for, and what is no contact any more is none of them.
        ((look("KZ", 1), look("KZ", -1, "ministry")), 2, Standing.OPEN),
        ((look("KZ", 1), look("KZ", -1, "ministry"), look("KZ", 2, "ministry")), 3, Standing.DONE),
        ((look("KZ", 1), look("KZ", -1, "ministry", stated=2, revoked=True)), 3, Standing.DONE),
        ((look("KZ", 1), look("KZ", 1, stated=2, revoked=True)), 3, Standing.OPEN),
        # Of two ways to say it the later one counts.
        ((reply("KZ", 1, CONTACTS),), 2, Standing.DONE),
        ((reply("KZ", 1, CONTACTS, Status.REFUSED), look("KZ", 2)), 3, Standing.DONE),
        ((look("KZ", 1), reply("KZ", 2, CONTACTS, Status.REFUSED)), 3, Standing.REFUSED),
    ],
)
def test_contacts_that_were_looked_through_since_the_level_began_are_confirmed(
    said: tuple[Look | Reply, ...], at: float, standing: Standing
) -> None:
    for order in (said, said[::-1], said + said):
        found = seen(*order, at=at, demands=WATCH)
        (item,) = [one for one in found.asked if one.party_ref == "KZ"]
        assert (item.what, item.standing) == (CONTACTS, standing)


def test_contacts_that_are_not_asked_for_answer_nothing_else_and_their_marking_counts() -> None:
    assert {one.standing for one in seen(look("KZ", 1), at=2).asked if one.party_ref == "KZ"} == {Standing.OPEN}
    item = next(one for one in seen(look("KZ", 1, tlp=Tlp.GREEN), at=2, demands=WATCH).asked if one.party_ref == "KZ")
    assert (item.said_at, item.tlp) == (hour(1), Tlp.GREEN)
    with pytest.raises(UsageProblem):
        look_of({"id": "x", "modified": "2026-02-30T00:00:00Z"}, Tlp.CLEAR)


def test_what_is_asked_once_is_answered_by_each_for_itself() -> None:
    found = seen(reply("KZ", 1), reply("TR", 2, status=Status.REFUSED), reply("HU", 1), at=5)
    assert [(one.party_ref, one.standing) for one in found.asked if one.what == ROOM] == [
        ("AZ", Standing.OVERDUE),
        ("KZ", Standing.DONE),
        ("TR", Standing.REFUSED),
    ]
    before = [one.standing for one in seen(reply("KZ", -1), at=1).asked if one.what == ROOM]
    assert before == [Standing.OPEN] * 3
    begun = seen(reply("KZ", 1, status=Status.IN_PROGRESS), at=2)
    assert {one.standing for one in begun.asked if one.what == ROOM} == {Standing.OPEN}
    report = seen(reply("KZ", 1, about=REPORT), at=2)
    assert {one.standing for one in report.asked if one.by_sitrep} == {Standing.OPEN}


def test_when_a_level_ends_each_is_asked_for_the_review() -> None:
    over = (*ALERT, demand("KZ", "routine", at=10))
    found = seen(reply("AZ", 20, "After-action review"), reply("KZ", 5, "After-action review"), at=30, demands=over)
    assert [(one.party_ref, one.standing, one.due_at) for one in found.asked] == [
        ("AZ", Standing.DONE, hour(10 + 14 * 24)),
        ("KZ", Standing.OPEN, hour(10 + 14 * 24)),
        ("TR", Standing.OPEN, hour(10 + 14 * 24)),
    ]
    assert found.level.level == "routine"


def test_the_silence_of_who_was_not_heard_says_nothing_yet() -> None:
    heard = {"KZ": hour(14), "TR": hour(2), "HU": None}
    found = picture(Said([sitrep("KZ", 1)]), level(*ALERT, at=14), MEMBERS, heard, hour(14))
    assert found.gaps == (
        Gap("AZ", Missing.NO_REPORT, None),
        Gap("KZ", Missing.OLD_REPORT, hour(1)),
        Gap("TR", Missing.NO_REPORT, None),
        Gap("TR", Missing.NOT_HEARD, hour(2)),
    )
    reports = {one.party_ref: one for one in found.asked if one.by_sitrep}
    assert [reports[code].is_unheard for code in ("AZ", "KZ", "TR")] == [False, False, True]
    never = picture(Said(), level(at=14), MEMBERS, {"TR": None}, hour(14))
    assert never.gaps == (Gap("TR", Missing.NOT_HEARD, None),)


def test_an_outlook_speaks_for_six_hours() -> None:
    report = sitrep("KZ", 1)
    assert seen(report, at=7).lines[1].speaks
    assert not seen(report, at=7 + 1 / 3600).lines[1].speaks
    assert seen(report, at=6.9).holds_until == hour(7) + 1


def test_after_thirty_days_a_report_stands_no_more() -> None:
    report, days = sitrep("KZ", 0), 30 * 24
    assert [one.sitrep for one in seen(report, at=days, demands=()).lines] == [None, report, None]
    assert seen(report, at=days - 1, demands=()).holds_until == hour(days) + 1
    assert [one.sitrep for one in seen(report, at=days + 1 / 3600, demands=()).lines] == [None, None, None]
    asked = seen(report, at=days + 1, demands=(demand("KZ", at=days, affected=True),)).gaps
    assert Gap("KZ", Missing.NO_REPORT, None) in asked


def test_sectors_are_as_grave_as_the_gravest_says_and_name_who_says_what() -> None:
    found = seen(
        sitrep("KZ", 1, impact=(("energy", "green"), ("health", "white"))),
        sitrep("TR", 1, impact=(("energy", "red"), ("banking", "yellow"))),
        at=2,
    )
    assert [(one.name, one.severity, one.by) for one in found.sectors] == [
        ("energy", "red", (("KZ", "green"), ("TR", "red"))),
        ("banking", "yellow", (("TR", "yellow"),)),
    ]
    assert [line.sitrep.severity for line in found.lines if line.sitrep] == ["green", "red"]


def test_two_ends_may_contradict_and_both_stand() -> None:
    found = seen(
        word("AZ", "working"), word("KZ", "down"), word("KZ", "degraded", at=1), word("TR", "down", 0, "B"), at=2
    )
    (worse, cable) = found.connections
    assert (worse.name, worse.silent, worse.is_disputed) == ("B", ("AZ", "KZ"), False)
    assert [(one.by_ref, one.state) for one in cable.words] == [("AZ", "working"), ("KZ", "degraded")]
    assert (cable.state, cable.is_disputed, cable.silent) == ("degraded", True, ())
    assert seen(word("AZ", "working"), replace(word("AZ", "working", 1), revoked=True), at=2).connections == ()


def test_the_strictest_marking_of_what_is_shown_is_the_pages() -> None:
    assert seen(at=1, demands=()).tlp is Tlp.CLEAR
    assert seen(sitrep("KZ", 1, tlp=Tlp.GREEN), at=2, demands=()).tlp is Tlp.GREEN
    old, new = sitrep("KZ", 1, tlp=Tlp.RED), sitrep("KZ", 2, tlp=Tlp.GREEN)
    assert seen(old, new, word("AZ", "down", tlp=Tlp.AMBER), at=3, demands=()).tlp is Tlp.AMBER


def test_objects_are_read_as_they_are() -> None:
    common = {"created_by_ref": "identity--1", "created": "2026-11-25T08:00:00Z", "modified": "2026-11-25T09:00:00Z"}
    impact = [{"sector": "energy", "severity": "green"}, {"sector": "energy", "severity": "red"}]
    found = sitrep_of({"id": "a", **common, "outlook": "stable", "impact": impact, "revoked": True}, Tlp.GREEN)
    assert (found.stated_at, found.modified_at - found.stated_at) == (hour(0), HOUR)
    assert (found.impact, found.tlp, found.revoked) == ((("energy", "red"),), Tlp.GREEN, True)
    said = {"name": "x", "kind": "cable", "end_refs": ["b", "a"], "state": "down", "since": "2026-11-25T07:00:00Z"}
    assert word_of({"id": "b", **common, **said}, Tlp.RED).end_refs == ("a", "b")
    update = {"id": "c", **common, "target_ref": "kenesh-alert--1", "status": "done"}
    assert reply_of(update, Tlp.RED) is None
    assert reply_of({**update, "about": ROOM, "target_ref": "kenesh-task--1"}, Tlp.RED) is None
    assert reply_of({**update, "about": ROOM}, Tlp.RED) == Reply(
        "c", hour(1), "identity--1", hour(0), ROOM, Status.DONE, Tlp.RED
    )


PARTIES = st.sampled_from([*ROLES, "XX"])
HOURS = st.integers(-10, 50) | st.integers(-760, -660)
SITREPS = st.builds(
    lambda party, at, later, outlook, severity, revoked: sitrep(
        party, at, outlook, modified_at=hour(at + later), impact=(("energy", severity),), revoked=revoked
    ),
    *(PARTIES, HOURS, st.integers(0, 3), st.sampled_from(Outlook), st.sampled_from(Severity), st.booleans()),
)
WORDS = st.builds(word, PARTIES, st.sampled_from(Works), HOURS, st.sampled_from(["A", "B"]), revoked=st.booleans())
ABOUT = st.sampled_from([ROOM, CONTACTS, "After-action review"])
REPLIES = st.builds(reply, PARTIES, HOURS, ABOUT, st.sampled_from(Status))
LOOKS = st.builds(
    lambda party, at, later, name, tlp, revoked: look(party, at, name, at + later, tlp=tlp, revoked=revoked),
    *(PARTIES, HOURS, st.integers(-2, 3), st.sampled_from(["desk", "ministry"]), st.sampled_from(Tlp), st.booleans()),
)
SAID = st.lists(SITREPS | WORDS | REPLIES | LOOKS, max_size=12)
DEMANDS = st.lists(
    st.builds(demand, PARTIES, st.sampled_from(["routine", "watch", "alert"]), HOURS, st.integers(1, 40)), max_size=6
).map(tuple)
HEARINGS = st.dictionaries(st.sampled_from(["KZ", "TR", "HU"]), st.none() | st.integers(-20, 60).map(hour))


def of(
    said: list[Spoken],
    demands: tuple[Demand, ...],
    heard: dict[str, Instant | None],
    now: Instant,
) -> Picture:
    sorted_out = Said(
        [one for one in said if isinstance(one, Sitrep)],
        [one for one in said if isinstance(one, Word)],
        [one for one in said if isinstance(one, Reply)],
        [one for one in said if isinstance(one, Look)],
    )
    return picture(sorted_out, level_state(demands, LADDERS, MEMBERS, now), MEMBERS, heard, now)


@given(said=SAID, demands=DEMANDS, heard=HEARINGS, at=st.integers(0, 60), seed=st.integers())
def test_order_and_repetition_change_nothing(
    said: list[Spoken],
    demands: tuple[Demand, ...],
    heard: dict[str, Instant | None],
    at: int,
    seed: int,
) -> None:
    again = [*said, *said]
    Random(seed).shuffle(again)
    assert of(again, demands[::-1] * 2, heard, hour(at)) == of(said, demands, heard, hour(at))


@given(said=SAID, demands=DEMANDS, heard=HEARINGS, at=st.integers(0, 60))
def test_it_holds_until_it_says_if_nothing_arrives(
    said: list[Spoken], demands: tuple[Demand, ...], heard: dict[str, Instant | None], at: int
) -> None:
    found = of(said, demands, heard, hour(at))
    last = hour(100_000) if found.holds_until is None else Instant(found.holds_until - 1)
    assert of(said, demands, heard, last) == found


@given(said=SAID, demands=DEMANDS, at=st.integers(0, 60), one=HEARINGS, other=HEARINGS)
def test_two_readers_see_the_same_but_for_whom_they_heard(
    said: list[Spoken],
    demands: tuple[Demand, ...],
    at: int,
    one: dict[str, Instant | None],
    other: dict[str, Instant | None],
) -> None:
    def common(found: Picture) -> Picture:
        reported = tuple(gap for gap in found.gaps if gap.what is not Missing.NOT_HEARD)
        asked = tuple(replace(item, is_unheard=False) for item in found.asked)
        lines = tuple(replace(line, asked=line.asked and replace(line.asked, is_unheard=False)) for line in found.lines)
        return replace(found, gaps=reported, asked=asked, lines=lines, holds_until=None)

    assert common(of(said, demands, one, hour(at))) == common(of(said, demands, other, hour(at)))
