"""Digests: counts and addresses by mail, of what a constituent may read and was not told of yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.federation.objects import STATEMENT, indicator, marking
from tests.unit.federation.alone import Alone

from kenesh.basis.instants import DAY, HOUR, SECOND, Instant
from kenesh.basis.problem import UnknownProblem, UnreachableProblem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.constituents import add_constituent, change_constituent, remove_constituent, show_constituent
from kenesh.doors.digesting import Outcome, digests, is_due, send_digests, send_due
from kenesh.ledger.acts import ActKind
from kenesh.parties.constituents import Constituent
from kenesh.stix.marking import Tlp

SECRET = "canary-7f3a"


class Post:
    """Keeps what is posted, and takes nothing for some."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str]] = []
        self.refused: set[str] = set()

    def post(self, to: str, subject: str, text: str) -> None:
        if to in self.refused:
            raise UnreachableProblem("The mail server does not take the notice.")
        self.taken.append((to, subject, text))


@pytest.fixture
def kz() -> Iterator[Alone]:
    kz = Alone("AZ")
    kz.services = replace(kz.services, post=Post())
    yield kz
    kz.database.close()


def post_of(kz: Alone) -> Post:
    assert isinstance(kz.services.post, Post)
    return kz.services.post


def has(kz: Alone, value: str, tlp: Tlp, to: str) -> str:
    made = indicator(f"{value}.{SECRET}.example", tlp, by="KZ", name=SECRET)
    kz.holds(made)
    kz.releases(made["id"], to=to, reason=SECRET)
    return str(made["id"])


def sent(kz: Alone, name: str = "") -> Outcome:
    kz.clock.step(SECOND)
    return send_digests(kz.services, digests(kz.services, name), "console")


def test_a_mail_holds_counts_and_addresses_and_nothing_of_what_was_given(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], ["energy"], "duty@grid.example", "console")
    for n in range(3):
        has(kz, f"a{n}", Tlp.AMBER, "group:grid")
    stix_id = has(kz, "b", Tlp.GREEN, "sector:energy")
    assert len(sent(kz).sent) == 1
    ((to, subject, text),) = post_of(kz).taken
    assert (to, subject) == ("duty@grid.example", "KZ: 4 objects for you")
    assert "group:grid: 3 objects\n    http://kz.test/taxii2/kenesh/collections/" in text
    assert "sector:energy: 1 object\n" in text and "http://kz.test/misp/manifest.json" in text
    assert SECRET not in subject + text and stix_id not in text and "TLP" not in text


def test_only_what_it_may_read_is_counted(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "duty@grid.example", "console")
    add_constituent(kz.services, "Bank", ["banks"], [], "", "console")
    has(kz, "a", Tlp.GREEN, "group:banks")
    has(kz, "b", Tlp.GREEN, "AZ")
    outcome = sent(kz)
    assert (outcome.sent, [one.name for one in outcome.empty], post_of(kz).taken) == ([], ["Grid"], [])


def test_markings_that_go_along_are_not_counted(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "duty@grid.example", "console")
    note = marking("a", STATEMENT)
    refs = [Tlp.GREEN.marking_ref, note["id"]]
    kz.holds(note, indicator("a.example", Tlp.GREEN, by="KZ", object_marking_refs=refs))
    kz.releases(indicator("a.example")["id"], to="group:grid")
    sent(kz)
    assert post_of(kz).taken[0][1] == "KZ: 1 object for you"


def test_what_was_told_is_not_told_again_and_a_withdrawal_is(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "duty@grid.example", "console")
    stix_id = has(kz, "a", Tlp.GREEN, "group:grid")
    sent(kz)
    assert [one.name for one in sent(kz).empty] == ["Grid"]
    kz.clock.step(SECOND)
    acts.withdraw(kz.services, stix_id, SECRET, "officer")
    has(kz, "b", Tlp.GREEN, "group:grid")
    sent(kz)
    assert [subject for _, subject, _ in post_of(kz).taken] == [
        "KZ: 1 object for you",
        "KZ: 1 object and 1 withdrawal for you",
    ]
    assert SECRET not in str(post_of(kz).taken)


def test_what_stands_in_a_group_is_new_to_who_joins_it(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "duty@grid.example", "console")
    add_constituent(kz.services, "Bank", ["banks"], [], "", "console")
    has(kz, "a", Tlp.GREEN, "group:banks")
    sent(kz)
    change_constituent(kz.services, "Grid", "console", groups=["grid", "banks"])
    sent(kz)
    assert len(post_of(kz).taken) == 1


def test_one_mail_that_is_not_taken_hinders_no_other_and_is_told_again(kz: Alone) -> None:
    for name in ("A", "B", "C"):
        add_constituent(kz.services, name, ["grid"], [], f"{name}@x.example", "console")
    has(kz, "a", Tlp.GREEN, "group:grid")
    post_of(kz).refused = {"B@x.example"}
    outcome = sent(kz)
    assert [one.constituent.name for one in outcome.sent] == ["A", "C"]
    assert [one.name for one, _ in outcome.failed] == ["B"]
    post_of(kz).refused = set()
    assert [one.constituent.name for one in sent(kz).sent] == ["B"]


def test_each_mail_stands_in_the_record_with_its_counts(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "duty@grid.example", "console")
    has(kz, "a", Tlp.GREEN, "group:grid")
    sent(kz)
    sent(kz)
    with kz.database.reading() as tx:
        told = [one.act for one in tx.ledger.acts(-1, 1_000) if one.act and one.act.kind == ActKind.NOTICE_SENT]
    assert [(act.who, act.subject, dict(act.details)) for act in told] == [
        ("console", "constituent:1", {"channel": "digest", "objects": 1, "withdrawals": 0})
    ]


def test_a_digest_is_due_once_a_day_from_its_hour_on() -> None:
    day = Instant(20_000 * DAY)
    one = Constituent(1, "Grid", frozenset(), "a@b.example", day)
    assert [is_due(one, Instant(day + hour * HOUR), 5) for hour in (0, 4, 5, 23)] == [False, False, True, True]
    told = replace(one, told_on=day)
    assert not is_due(told, Instant(day + 23 * HOUR), 5)
    assert not is_due(told, Instant(day + DAY + 4 * HOUR), 5) and is_due(told, Instant(day + DAY + 5 * HOUR), 5)
    assert not is_due(replace(one, mail=""), Instant(day + 6 * HOUR), 5)


def test_the_daily_mail_goes_once_also_where_nothing_is_new(kz: Alone) -> None:
    """It is eight in the morning."""
    for name in ("Grid", "Bank", "Silent"):
        mail = "" if name == "Silent" else f"{name}@x.example"
        add_constituent(kz.services, name, ["grid"] if name == "Grid" else [], [], mail, "console")
    has(kz, "a", Tlp.GREEN, "group:grid")
    assert send_due(kz.services, 9).sent == []
    outcome = send_due(kz.services, 5)
    assert ([one.constituent.name for one in outcome.sent], [one.name for one in outcome.empty]) == (["Grid"], ["Bank"])
    has(kz, "b", Tlp.GREEN, "group:grid")
    again = send_due(kz.services, 5)
    assert (again.sent, again.empty) == ([], [])
    kz.clock.step(DAY)
    assert [one.constituent.name for one in send_due(kz.services, 5).sent] == ["Grid"]


def test_where_there_is_no_mail_no_address_or_no_such_constituent_it_says_so(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "", "console")
    with pytest.raises(UsageProblem):
        digests(kz.services, "Grid")
    with pytest.raises(UnknownProblem):
        digests(kz.services, "Nobody")
    kz.services = replace(kz.services, post=None)
    with pytest.raises(UsageProblem):
        send_digests(kz.services, [], "console")


def test_a_removed_constituent_is_told_nothing(kz: Alone) -> None:
    add_constituent(kz.services, "Grid", ["grid"], [], "duty@grid.example", "console")
    has(kz, "a", Tlp.GREEN, "group:grid")
    assert show_constituent(kz.services, "Grid").constituent.mail
    remove_constituent(kz.services, "Grid", "console")
    assert sent(kz) == Outcome()
