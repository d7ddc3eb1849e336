"""Whom to reach, who has the duty, and whether they answer: the same from what was said, in any order."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import DAY, HOUR, MINUTE, SECOND, Instant, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.parties.bodies import Role, Seat
from kenesh.response.asking import Answer
from kenesh.response.checks import Check, CheckChannel, Checked, Standing, checked
from kenesh.response.contacts import FRESH, Contact, ContactKind, Directory, Shift, directory
from kenesh.response.kinds import Status
from kenesh.response.stated import Received
from kenesh.response.zones import wall_time

T = Instant(1_795_593_600 * SECOND)
MEMBERS = {
    "AZ": [Seat(Instant(T - DAY))],
    "KZ": [Seat(Instant(T - DAY))],
    "TR": [Seat(Instant(T - DAY), Instant(T + 10 * DAY))],
    "HU": [Seat(Instant(T - DAY), None, Role.OBSERVER)],
}


def minutes(count: float) -> Instant:
    return Instant(T + int(count * MINUTE))


def contact(party: str, kind: ContactKind = ContactKind.DUTY, at: float = 0, **more: object) -> Contact:
    known = Contact(f"kenesh-contact--{party}-{kind}", minutes(at), party, f"{party}-CERT", kind, minutes(at))
    return replace(known, **more)  # type: ignore[arg-type]  # named as the fields are


def shift(who: str, begins: float, ends: float) -> Shift:
    return Shift(Instant(T + int(begins * HOUR)), Instant(T + int(ends * HOUR)), who)


def shown(*contacts: Contact, at: Instant = T) -> Directory:
    return directory(contacts, MEMBERS, at)


def test_the_newest_word_on_each_contact_stands_and_what_is_revoked_is_gone() -> None:
    old, new = contact("AZ"), contact("AZ", at=5, name="AZ desk")
    assert [one.contact.name for one in shown(old, new, at=minutes(4)).entries] == ["AZ-CERT"]
    assert [one.contact.name for one in shown(old, new, at=minutes(5)).entries] == ["AZ desk"]
    assert shown(old, replace(new, revoked=True), at=minutes(9)).entries == ()
    # Of who is not there any more, and of who never was, nothing is shown.
    assert shown(contact("TR"), contact("UZ"), at=Instant(T + 11 * DAY)).entries == ()


def test_what_nobody_has_looked_at_for_half_a_year_is_stale_and_what_is_missing_is_said() -> None:
    fresh = shown(contact("AZ"), at=Instant(T + FRESH - 1))
    assert [one.stale for one in fresh.entries] == [False]
    assert fresh.holds_until == T + FRESH
    assert [one.stale for one in shown(contact("AZ"), at=Instant(T + FRESH)).entries] == [True]
    missing = shown(contact("AZ"), contact("KZ", ContactKind.TECHNICAL)).missing
    assert ("AZ", ContactKind.TECHNICAL) in missing and ("AZ", ContactKind.DUTY) not in missing
    # Guests are not asked for contacts.
    assert {party for party, _ in missing} == {"AZ", "KZ", "TR"}


def test_who_has_the_duty_changes_to_the_second_and_a_gap_is_a_gap() -> None:
    desk = contact("AZ", shifts=(shift("Leyla", 0, 8), shift("Murad", 9, 17)))
    for at, on, after in (
        (0, ["Leyla"], "Murad"),
        (8 * HOUR - 1, ["Leyla"], "Murad"),
        (8 * HOUR, [], "Murad"),
        (9 * HOUR, ["Murad"], None),
        (17 * HOUR, [], None),
    ):
        (entry,) = shown(desk, at=Instant(T + at)).entries
        assert [one.who for one in entry.on_duty] == on
        assert (None if entry.next_shift is None else entry.next_shift.who) == after
    assert shown(desk, at=Instant(T + 1)).holds_until == T + 8 * HOUR


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-12-01T08:00", "Asia/Almaty", "2026-12-01T03:00:00.000Z"),
        ("2026-07-01T08:00", "Europe/Budapest", "2026-07-01T06:00:00.000Z"),
        ("2026-12-01T08:00", "Europe/Budapest", "2026-12-01T07:00:00.000Z"),
        ("2026-12-01T08:00Z", "Europe/Budapest", "2026-12-01T08:00:00.000Z"),
    ],
)
def test_a_shift_is_written_on_the_clock_of_its_zone(text: str, zone: str, utc: str) -> None:
    assert stix_timestamp(wall_time(text, zone)) == utc


@pytest.mark.parametrize(
    ("text", "zone", "says"),
    [
        ("2026-03-29T02:30", "Europe/Budapest", "not one moment"),
        ("2026-10-25T02:30", "Europe/Budapest", "not one moment"),
        ("tomorrow", "Asia/Almaty", "no time of a clock"),
        ("2026-12-01T08:00", "Asia/Nowhere", "no time of a clock"),
        ("2026-12-01T08:00", "../etc/passwd", "no time of a clock"),
    ],
)
def test_a_time_that_is_no_one_moment_there_is_refused(text: str, zone: str, says: str) -> None:
    with pytest.raises(UsageProblem, match=says):
        wall_time(text, zone)


CHECK = Check("kenesh-contact-check--1", "AZ", "ping", ContactKind.DUTY, CheckChannel.TELEPHONE, False, T, minutes(30))


def answer(party: str, at: float, come: float | None) -> list[Answer | Received]:
    said = Answer(f"kenesh-update--{party}-{at}", minutes(at), party, CHECK.id, Status.DONE, minutes(at))
    return [said] if come is None else [said, Received(said.id, said.modified_at, "AZ", minutes(come))]


def came_to(*said: Answer | Received, at: float = 60, check: Check = CHECK, **heard: float) -> Checked:
    return checked(
        check,
        [one for one in said if isinstance(one, Answer)],
        [one for one in said if isinstance(one, Received)],
        heard={party: minutes(last) for party, last in heard.items()} or {"KZ": minutes(at), "TR": minutes(at)},
        members=MEMBERS,
        now=minutes(at),
    )


def standing(found: Checked) -> dict[str, tuple[Standing, int | None]]:
    return {one.party_ref: (one.standing, None if one.after is None else one.after // MINUTE) for one in found.parties}


def test_an_answer_counts_when_it_had_come_to_who_asked() -> None:
    said = [*answer("KZ", 5, 6), *answer("TR", 5, 45)]
    assert standing(came_to(*said)) == {"KZ": (Standing.ANSWERED, 6), "TR": (Standing.LATE, 45)}
    assert came_to(*said).after == (6 + 45) * MINUTE // 2
    # What was written and has not come is no answer yet.
    assert standing(came_to(*answer("KZ", 5, None), at=10))["KZ"] == (Standing.WAITING, None)
    assert standing(came_to(*answer("KZ", 5, None)))["KZ"] == (Standing.MISSED, None)
    assert standing(came_to(*answer("KZ", 5, 30)))["KZ"][0] is Standing.ANSWERED


def test_who_was_not_heard_is_not_said_to_be_silent() -> None:
    found = {one.party_ref: one for one in came_to(KZ=20, TR=50).parties}
    assert (found["KZ"].standing, found["KZ"].unheard_since) == (Standing.MISSED, minutes(20))
    assert (found["TR"].standing, found["TR"].unheard_since) == (Standing.MISSED, None)


def test_nobody_answers_for_another_and_only_who_asked_confirms() -> None:
    ((said, _),) = [answer("KZ", 5, 6)]
    assert isinstance(said, Answer)
    forged = Received(said.id, said.modified_at, "TR", minutes(6))
    assert standing(came_to(said, forged))["KZ"] == (Standing.MISSED, None)
    assert standing(came_to(*answer("TR", 5, 6)))["KZ"] == (Standing.MISSED, None)
    one = replace(CHECK, to_ref="KZ")
    assert list(standing(came_to(check=one))) == ["KZ"]


STATEMENTS = [
    contact("AZ"), contact("AZ", at=5, name="desk"), contact("KZ"), contact("KZ", at=7, revoked=True),
    contact("TR", ContactKind.TECHNICAL, shifts=(shift("Ayşe", 0, 8),)),
]  # fmt: skip
WORDS = [*answer("KZ", 5, 6), *answer("TR", 7, 40), *answer("KZ", 9, 9)]


@given(seed=st.integers(), again=st.lists(st.integers(0, 4), max_size=8), at=st.integers(0, 90))
def test_order_and_repetition_change_nothing(seed: int, again: list[int], at: int) -> None:
    contacts, words = [*STATEMENTS, *(STATEMENTS[n] for n in again)], [*WORDS, *(WORDS[n] for n in again)]
    Random(seed).shuffle(contacts)
    Random(seed).shuffle(words)
    assert shown(*contacts, at=minutes(at)) == shown(*STATEMENTS, at=minutes(at))
    assert came_to(*words, at=at) == came_to(*WORDS, at=at)


@given(at=st.integers(0, 600), part=st.floats(0, 1, exclude_max=True))
def test_the_directory_holds_until_it_says(at: int, part: float) -> None:
    found = shown(*STATEMENTS, at=minutes(at))
    if found.holds_until is not None:
        later = Instant(minutes(at) + int((found.holds_until - minutes(at)) * part))
        assert replace(shown(*STATEMENTS, at=later), holds_until=None) == replace(found, holds_until=None)
