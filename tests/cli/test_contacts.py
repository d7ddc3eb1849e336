"""contact: whom the duty officer calls, who has the duty, and whether anybody answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.officer import Council, Officer
from tests.cli.served import answering

from kenesh.basis.problem import Exit
from kenesh.doors.journal import Journal
from kenesh.node.checks import CheckMaker
from kenesh.node.wiring import open_node

Pair = tuple[Officer, Officer]
DUTY = ("add", "x", "--body", "cert", "--kind", "duty")


@pytest.fixture(scope="module")
def pair(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """KZ keeps the body `cert`, in which AZ is; both answer."""
    council = Council(templates, tmp_path_factory.mktemp("contacts"))
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(kz), answering(az):
        kz.meets(az)
        az.meets(kz)
        kz.document("body", "add", "cert", "--title", "Council")
        kz.document("member", "admit", "AZ", "--body", "cert")
        read(kz, az)
        yield kz, az


def read(kz: Officer, az: Officer) -> None:
    az.document("sync", "KZ")
    kz.document("sync", "AZ")


def test_a_contact_is_stated_found_kept_and_taken_back(pair: Pair) -> None:
    kz, az = pair
    made = kz.document(
        "contact", "add", "KZ-CERT desk", "--body", "cert", "--kind", "duty", "--telephone", "+7 701 000 00 00",
        "--email", "desk@cert.example", "--zone", "Asia/Almaty", "--hours", "24/7", "--language", "kk",
        "--shift", "Aigerim A. 2026-01-01T08:00 2099-01-01T08:00",
    )["id"]  # fmt: skip
    read(kz, az)
    told = az.says("contact", "list").out
    assert told.startswith("cert: 1 contact, as of ")
    assert "  KZ  duty  KZ-CERT desk  [looked at " in told
    assert "    telephones: +7 701 000 00 00\n    emails: desk@cert.example\n" in told
    assert "    on duty: Aigerim A. until 2099-01-01 03:00:00Z\n" in told
    assert "  AZ  duty  NO CONTACT" in told and "  KZ  technical  NO CONTACT" in told
    duty = az.says("contact", "duty", "--body", "cert").out
    assert "  KZ  Aigerim A. until 2099-01-01 03:00:00Z  +7 701 000 00 00, desk@cert.example\n" in duty
    assert "  AZ  NO DUTY CONTACT" in duty
    (found,) = az.document("contact", "duty")
    assert [one["who"] for one in found["duty"][0]["on_duty"]] == ["Aigerim A."]
    short = made.partition("--")[2][:8]
    kz.document("contact", "shift", short, "--zone", "Asia/Almaty", "--shift", "Dana 2098-01-01T08:00 2099-01-01T08:00")
    kz.document("contact", "verify", short)
    read(kz, az)
    assert "  KZ  NOBODY, then Dana from 2098-01-01 03:00:00Z" in az.says("contact", "duty").out
    assert az.says("contact", "verify", short).code == Exit.USAGE
    kz.document("contact", "withdraw", short)
    read(kz, az)
    assert az.document("contact", "list")[0]["contacts"] == []


def test_a_check_says_who_answered_and_how_soon(pair: Pair) -> None:
    kz, az = pair
    made = kz.document("contact", "check", "spring ping", "--body", "cert", "--due", "30m", "--channel", "telephone")[
        "id"
    ]
    read(kz, az)
    waiting = az.says("contact", "results").out.splitlines()
    assert waiting[0] == "spring ping  duty by telephone, unannounced, by KZ"
    assert waiting[2] == "  AZ  waiting"
    az.document("contact", "answer", made, "--text", "answered by Leyla")
    read(kz, az)
    read(kz, az)
    (result,) = kz.document("contact", "results", "--body", "cert")
    assert (result["parties"][0]["state"], result["announced"]) == ("answered", False)
    assert result == az.document("contact", "results")[0]
    assert "  AZ  answered after 0 min " in kz.says("contact", "results").out


def test_the_served_node_makes_what_is_planned_once(pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    kz, az = pair
    before = len(kz.document("contact", "results"))
    plan = ("contact", "plan", "--body", "cert", "--every", "30d", "--answer-in", "2h")
    assert kz.says("contact", "plans").out == "No check is planned: kenesh contact plan\n"
    first = kz.document(*plan, "--channel", "mail", "--channel", "telephone", "--name", "monthly ping")["id"]
    sudden = kz.document(*plan, "--unannounced", "--from", "7d", "--tlp", "green")["id"]
    told = kz.says("contact", "plans").out.splitlines()
    assert told[0] == "monthly ping  cert: duty by mail, telephone, scheduled"
    assert told[1:3] == ["  every 30 d, answer due in 2 h", "  last: none yet"]
    assert told[3].startswith("  next: opens ") and ", told from " in told[3]
    assert told[5] == "planned check  cert: duty by node, unannounced"
    assert told[8].startswith("  next: between ")
    listed = kz.document("contact", "plans", "--body", "cert")
    assert [(one["id"], one["opens_at"] is None) for one in listed] == [(first, False), (sudden, True)]
    journal = ""
    for _ in range(2):
        # As after a restart: another process, the same notes.
        node = open_node(kz.home)
        try:
            maker = CheckMaker(node, Journal(node.services.clock))
            maker.look()
            maker.look()
        finally:
            node.close()
        journal += capsys.readouterr().err
    assert journal == "Asked, as planned, whether contacts answer: monthly ping.\n"
    made = [one["channel"] for one in kz.document("contact", "results") if one["name"] == "monthly ping"]
    assert (sorted(made), len(kz.document("contact", "results"))) == (["mail", "telephone"], before + 2)
    read(kz, az)
    assert az.says("contact", "results").out.count("\n  opens 20") == 2
    assert az.says("contact", "plans").out == "No check is planned: kenesh contact plan\n"
    assert az.says(*plan).code == Exit.USAGE
    for one in (first, sudden[:8]):
        kz.document("contact", "unplan", one)
    assert kz.document("contact", "plans") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*DUTY, "--shift", "Dana 2026-12-01T08:00"), "is no shift"),
        ((*DUTY, "--shift", "Dana 2026-12-02T08:00 2026-12-01T08:00"), "ends before"),
        (("add", "x", "--body", "none", "--kind", "duty"), "is in no body 'none'"),
        (("list", "--body", "none"), "There is no body 'none' here"),
        (("verify", "abcd1234"), "There is no contact"),
        (("shift", "abcd1234"), "No shift is said"),
        (("answer", "abcd1234"), "There is no check"),
        (("unplan", "abcd1234"), "There is no plan"),
        (("plan", "--body", "none", "--every", "30d", "--answer-in", "2h"), "is in no body 'none'"),
        (("plan", "--body", "cert", "--every", "30d", "--answer-in", "31d"), "longer than a period"),
        (("plan", "--body", "cert", "--every", "30d", "--answer-in", "2h", "--tlp", "red"), "RED goes to no body"),
        (("check", "ping", "--body", "cert", "--due", "30m", "--to", "UZ"), "UZ is not in cert"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(pair: Pair, words: tuple[str, ...], says: str) -> None:
    said = pair[0].says("contact", *words)
    assert (said.code, says in said.err) == (Exit.USAGE, True), said
