"""Notices: one webhook and one mail say that something came, from whom, how marked, and nothing of what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.cli import files
from tests.cli.hearing import mail_server, webhook
from tests.cli.officer import Officer
from tests.cli.served import eventually

from kenesh.basis.problem import SettingsProblem
from kenesh.doors.journal import Journal
from kenesh.node.notices import Notices, channels
from kenesh.node.settings import read_settings, write_settings
from kenesh.node.wiring import open_node


@contextmanager
def noticing(az: Officer, **settings: str) -> Iterator[None]:
    """AZ's node sends notices, as it does while it is served."""
    write_settings(az.home, msgspec.structs.replace(read_settings(az.home), **settings))
    node = open_node(az.home)
    notices = Notices(node, channels(node.settings), Journal(node.services.clock))
    notices.start()

    def has_begun() -> bool:
        with node.services.store.reading() as tx:
            return all(tx.notes.get(f"noticed/{channel.name}") for channel in channels(node.settings))

    eventually(has_begun, "every channel begins with what comes from now on")
    try:
        yield
    finally:
        notices.stop()
        node.close()


def comes(kz: Officer, az: Officer, folder: Path, number: int, tlp: str) -> None:
    kz.document("import", files.written(folder, files.malware(number, tlp, name="Sandstorm loader")))
    kz.document("release", files.stix_id("malware", number), "--to", "AZ")
    az.document("sync")


def test_a_webhook_is_told_from_whom_and_how_marked_and_nothing_else(
    talking: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = talking
    comes(kz, az, tmp_path, 1, "green")
    with webhook() as (url, heard), noticing(az, notice_webhook=url):
        comes(kz, az, tmp_path, 2, "amber")
        eventually(lambda: len(heard) == 1, "the webhook is told")
    (told,) = heard
    link = f"{read_settings(az.home).url}/desk"
    assert json.loads(told) == {"text": f"Something marked TLP:AMBER came from KZ. {link}", "link": link}


def test_mail_is_told_the_same(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    with (
        mail_server() as (server, heard),
        noticing(
            az,
            notice_mail_server=server,
            notice_mail_from="node@cert.example",
            notice_mail_to="duty@cert.example, head@cert.example",
        ),
    ):
        comes(kz, az, tmp_path, 1, "amber")
        eventually(lambda: len(heard) == 1, "the mail is sent")
    (told,) = heard
    assert b"Subject: Something marked TLP:AMBER came from KZ" in told
    assert b"/desk" in told
    assert b"Sandstorm" not in told and b"malware--" not in told


def test_much_of_one_kind_is_told_once(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    with webhook() as (url, heard), noticing(az, notice_webhook=url):
        many = [files.malware(number, "green") for number in range(40)]
        imported = kz.document("import", files.written(tmp_path, *many))["import"]
        kz.document("release", imported, "--to", "AZ")
        az.document("sync")
        eventually(lambda: len(heard) == 1, "the webhook is told")
        comes(kz, az, tmp_path, 100, "amber")
        eventually(lambda: len(heard) == 2, "the webhook is told of the other kind")
    assert b"TLP:GREEN" in heard[0] and b"TLP:AMBER" in heard[1]


def test_what_a_channel_does_not_take_is_told_when_it_takes_it(
    talking: tuple[Officer, Officer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenesh.node.notices._RETRY_S", (0.1,))
    kz, az = talking
    with webhook() as (url, heard), noticing(az, notice_webhook=url):
        heard.status = 503
        comes(kz, az, tmp_path, 1, "green")
        eventually(lambda: len(heard) >= 2, "it is tried again")
        heard.status = 204
        before = len(heard)
        eventually(lambda: len(heard) > before, "it is told in the end")
    assert len(set(heard)) == 1


def test_an_own_import_is_no_news(talking: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = talking
    with webhook() as (url, heard), noticing(az, notice_webhook=url):
        az.document("import", files.written(tmp_path, files.malware(50, "green")))
        comes(kz, az, tmp_path, 1, "amber")
        eventually(lambda: len(heard) == 1, "the webhook is told")
    assert b"from KZ" in heard[0]


@pytest.mark.parametrize(
    "settings",
    [
        {"notice_webhook": "http://hooks.example/x"},
        {"notice_webhook": "hooks.example"},
        {"notice_mail_to": "duty@cert.example"},
        {"notice_mail_to": "no address", "notice_mail_from": "node@cert.example"},
        {"notice_mail_to": "a@b.example\nBcc: x@y.example", "notice_mail_from": "node@cert.example"},
        {"notice_mail_to": "a@b.example", "notice_mail_from": "n@c.example", "notice_mail_server": "mail.example"},
    ],
)
def test_settings_that_would_not_do_refuse_to_start(settings: dict[str, str], kz: Officer) -> None:
    write_settings(kz.home, msgspec.structs.replace(read_settings(kz.home), **settings))
    with pytest.raises(SettingsProblem):
        read_settings(kz.home)
