"""call: who is told when something waits, by real servers; who looks after it; what is never told outside."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from demo.nodes import free_ports
from tests.cli.hearing import mail_server, webhook
from tests.cli.officer import Officer
from tests.cli.served import eventually

from kenesh.basis.instants import HOUR, MINUTE, Instant
from kenesh.basis.problem import Exit, SettingsProblem
from kenesh.doors.calling import due_calls, tell
from kenesh.doors.journal import Journal
from kenesh.node.calls import Caller
from kenesh.node.clock import SystemClock
from kenesh.node.settings import read_settings, write_settings
from kenesh.node.wiring import open_node

#: The library that knows push services looks for a module that later Pythons leave out.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
REASON = "Sandstorm in the grid"


@dataclass
class Later:
    """A clock that is ahead by as much as a test says."""

    ahead: int = 0

    def now(self) -> Instant:
        return Instant(SystemClock().now() + self.ahead)


def planned(officer: Officer, *people: str) -> None:
    (officer.home / "calls.toml").write_text("\n".join(f"[[person]]\n{person}\n" for person in people))


def watchful(officer: Officer, level: str = "watch") -> None:
    """A level is in force that asks something of this party."""
    officer.document("body", "add", "council", "--title", "Council")
    officer.document("alert", "raise", "council", level, "--affected", "--reason", REASON)


def step(officer: Officer, clock: Later) -> dict[str, int]:
    """Calls who is due now, as the served node does; of how much each was told."""
    node = open_node(officer.home, clock)
    try:
        services = node.services
        due = due_calls(services, services.plan, services.person("node"))
        for person, concerns in due:
            tell(services, person, concerns)
        return {person.name: len(concerns) for person, concerns in due}
    finally:
        node.close()


def test_silence_is_passed_on_until_somebody_looks_after_it(kz: Officer) -> None:
    watchful(kz)
    clock = Later()
    with webhook() as (first, officer), webhook() as (second, head):
        planned(kz, f'name = "officer"\nby = ["{first}"]', f'name = "head"\nby = ["{second}"]\nafter = "15m"')
        assert step(kz, clock) == {"officer": 2}
        assert step(kz, clock) == {}
        clock.ahead = 15 * MINUTE
        assert step(kz, clock) == {"head": 2}
        assert len(officer) == len(head) == 1
        told = json.loads(officer[0])
        assert "An alert level has changed (" in told["text"]
        # What a way carries that others may read says nothing of what it is about.
        assert REASON not in told["text"] and "council" not in told["text"].casefold()
        listed = kz.document("call", "list")
        assert {one["matter"] for one in listed} == {"level", "ask"}
        assert all(set(one["told"]) == {"officer", "head"} for one in listed)
        assert all(one["number"] in told["text"] for one in listed)
        kz.document("call", "ack", "--who", "Aigul")
        clock.ahead = 16 * HOUR
        assert step(kz, clock) == {}
        # A day on, the answer that the level asks for is nearly due, and that is another matter.
        clock.ahead = 23 * HOUR
        assert step(kz, clock) == {"officer": 1}
    shown = kz.says("call", "list").out
    assert "Aigul looks after it since" in shown and "council: Confirm your contacts" in shown
    kinds = [act["kind"] for act in kz.document("audit", "list")]
    assert kinds.count("call-acknowledged") == 2 and kinds.count("notice-sent") == 3


def test_who_answers_it_is_called_no_more(kz: Officer) -> None:
    watchful(kz)
    with webhook() as (url, heard):
        planned(kz, f'name = "officer"\nby = ["{url}"]\nmatters = ["ask"]\nafter = "30m"')
        assert step(kz, Later()) == {}
        kz.document("alert", "answer", "council", "Confirm your contacts")
        assert step(kz, Later(HOUR)) == {}
    assert not heard


def test_a_way_that_fails_gives_over_to_the_next_and_a_person_to_the_next(kz: Officer) -> None:
    watchful(kz)
    with webhook() as (first, broken), webhook() as (second, heard):
        broken.status = 503
        planned(kz, f'name = "officer"\nby = ["{first}", "{second}"]')
        assert step(kz, Later()) == {"officer": 2}
        assert len(broken) == len(heard) == 1
    nowhere = f"http://127.0.0.1:{free_ports(1)[0]}/"
    with webhook() as (url, heard):
        planned(kz, f'name = "nobody"\nby = ["{nowhere}"]', f'name = "head"\nby = ["{url}"]\nafter = "1h"')
        assert step(kz, Later()) == {"nobody": 2}
        # Whom nobody reaches is passed over at once, and tried again.
        assert step(kz, Later()) == {"nobody": 2, "head": 2}
        assert len(heard) == 1
    assert "nobody NOT REACHED" in kz.says("call", "list").out


def test_a_level_that_wakes_people_is_not_held_back_by_quiet_hours(kz: Officer) -> None:
    kz.document("body", "add", "council", "--title", "Council")
    kz.document("alert", "raise", "council", "watch", "--reason", REASON)
    with webhook() as (url, heard):
        planned(kz, f'name = "officer"\nby = ["{url}"]\nmatters = ["level"]\nquiet = "00:00-23:59"\nzone = "UTC"')
        clock = Later()
        minutes = clock.now() // MINUTE % 1440
        clock.ahead = HOUR if minutes >= 1439 - 5 else 0
        assert step(kz, clock) == {}
        assert "only what cannot wait; now, until" in kz.says("call", "plan").out or clock.ahead
        kz.document("alert", "raise", "council", "alert", "--affected", "--reason", REASON)
        assert step(kz, clock) == {"officer": 1}
    assert len(heard) == 1


def test_mail_is_signed_and_holds_before_a_tool_that_is_not_ours(kz: Officer, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    certificate, key = tmp_path / "mail.pem", tmp_path / "mail.key"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2"]
    purpose = ["-subj", "/CN=node", "-addext", "subjectAltName=email:node@cert.example"]
    subprocess.run([openssl, *made, *purpose], check=True, capture_output=True)
    watchful(kz)
    with mail_server() as (server, heard):
        settings = {"notice_mail_server": server, "notice_mail_from": "node@cert.example"}
        signing = {"notice_mail_certificate": str(certificate), "notice_mail_key": str(key)}
        write_settings(kz.home, msgspec.structs.replace(read_settings(kz.home), **settings, **signing))
        planned(kz, 'name = "Әйгүл"\nby = ["mail:duty@cert.example"]')
        assert step(kz, Later()) == {"Әйгүл": 2}
    (mail,) = heard
    assert b"To: duty@cert.example" in mail and b"From: node@cert.example" in mail
    verify = ["smime", "-verify", "-CAfile", certificate, "-purpose", "any"]
    held = subprocess.run([openssl, *verify], input=mail, capture_output=True, check=False)
    assert held.returncode == 0, held.stderr
    assert b"asks something of this party" in held.stdout
    changed = subprocess.run([openssl, *verify], input=mail.replace(b"asks", b"begs"), capture_output=True, check=False)
    assert changed.returncode != 0


def test_a_push_service_takes_it_by_an_address_that_is_never_told(kz: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    watchful(kz)
    with webhook() as (url, heard):
        monkeypatch.setenv("DUTY_PUSH", url.replace("http://", "json://").replace("/hook", "/very-secret-path"))
        planned(kz, 'name = "officer"\nby = ["env:DUTY_PUSH"]')
        assert step(kz, Later()) == {"officer": 2}
        heard.status = 500
        tried = kz.says("call", "test")
    assert b"asks something of this party" in heard[0]
    assert (tried.code, tried.out) == (
        Exit.FAULT_FOUND,
        "officer, env: FAILED: The push service does not take the notice.\n",
    )
    assert "very-secret-path" not in "".join((kz.says("call", "plan").out, tried.out, tried.err))


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("mail:duty@cert.example", "There is no address to send mail from."),
        ("mail:nobody", "A mail address in calls.toml is none."),
        ("env:NOT_SET_ANYWHERE", "has no way in NOT_SET_ANYWHERE"),
        ("nonsense://x/secret", "which begins with nonsense:, is none"),
        ("http://hooks.example/secret", "is none"),
    ],
)
def test_a_way_that_leads_nowhere_is_told_when_it_is_tried(way: str, says: str, kz: Officer) -> None:
    planned(kz, f'name = "officer"\nby = ["{way}"]')
    tried = kz.says("call", "test")
    assert tried.code == Exit.FAULT_FOUND and says in tried.out and "/secret" not in tried.out


def test_a_plan_that_cannot_be_read_refuses_by_its_name(kz: Officer) -> None:
    assert kz.says("call", "plan").out.startswith("Nobody is called")
    assert kz.says("call", "test").code == Exit.USAGE
    (kz.home / "calls.toml").write_text("[[person]]")
    said = kz.says("status")
    assert said.code == Exit.USAGE and "calls.toml" in said.err and "name" in said.err
    with pytest.raises(SettingsProblem):
        open_node(kz.home)


def test_a_number_that_nobody_was_told_is_not_acknowledged(kz: Officer) -> None:
    watchful(kz)
    said = kz.says("call", "ack", "00000000")
    assert (said.code, "Nothing of number '00000000' waits." in said.err) == (Exit.USAGE, True)


@contextmanager
def calling(officer: Officer) -> Iterator[None]:
    """The officer's node calls people, as it does while it is served."""
    node = open_node(officer.home)
    caller = Caller(node, Journal(node.services.clock))
    caller.start()
    try:
        yield
    finally:
        caller.stop()
        node.close()


def test_a_served_node_calls_by_itself_once(kz: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kenesh.node.calls._LOOK_S", 0.05)
    with webhook() as (url, heard):
        planned(kz, f'name = "officer"\nby = ["{url}"]')
        with calling(kz):
            watchful(kz)
            eventually(lambda: len(heard) >= 1, "the officer is called")
            eventually(lambda: all(one["told"] for one in kz.document("call", "list")), "of everything")
        said = len(heard)
        with calling(kz):
            kz.document("state", "evil.example", "--tlp", "amber")
            kz.document("state", "evil2.example", "--tlp", "amber")
        assert len(heard) == said
