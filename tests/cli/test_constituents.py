"""constituent: from the command line to what its clients read of a served node, and to its mailbox."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import httpx2
import msgspec
from tests.cli import files
from tests.cli.officer import Council, Officer
from tests.cli.served import answering, eventually
from tests.cli.test_notices import mail_server

from kenesh.doors.journal import Journal
from kenesh.node.digests import Digests
from kenesh.node.settings import read_settings, write_settings
from kenesh.node.wiring import open_node
from kenesh.taxii.media import MEDIA_TYPE

AMBER = files.stix_id("indicator", 1)


def officer(council: Council, folder: Path, **settings: object) -> Officer:
    kz = council.officer("KZ")
    kz.document("import", files.written(folder, files.indicator(1, "evil.example", "amber")))
    write_settings(kz.home, msgspec.structs.replace(read_settings(kz.home), **settings))
    return kz


def client(kz: Officer, user: str, token: str) -> httpx2.Client:
    url, headers = read_settings(kz.home).url, {"Accept": MEDIA_TYPE}
    return httpx2.Client(base_url=url, auth=(user, token), headers=headers, timeout=30)


def test_a_constituent_from_its_adding_to_its_removal(council: Council, tmp_path: Path) -> None:
    kz = officer(council, tmp_path, lookups_per_day=3)
    added = kz.document("constituent", "add", "National Grid", "--sector", "energy", "--group", "grid")
    assert (added["record"], added["groups"], added["sectors"]) == ("constituent:1", ["grid"], ["energy"])
    assert "National Grid" in kz.says("constituent", "list").out
    made = kz.document("constituent", "token", "National Grid", "--days", "30")
    assert (made["user"], made["scopes"]) == ("constituent-1", ["lookup:read", "misp:read", "taxii:read"])
    told = kz.says("release", AMBER, "--to", "group:grid").out
    assert "1 object released to group:grid (National Grid)." in told
    assert "released to National Grid at" in kz.says("show", AMBER).out
    assert kz.document("explain", AMBER, "--to", "group:grid")["allowed"] is True
    with answering(kz), client(kz, made["user"], made["token"]) as reader:
        collections = reader.get("/taxii2/kenesh/collections/").json()["collections"]
        titles = {one["title"]: one["id"] for one in collections}
        assert {"group:grid: objects", "sector:energy: objects"} <= set(titles)
        found = reader.get(f"/taxii2/kenesh/collections/{titles['group:grid: objects']}/objects/").json()
        assert [one["id"] for one in found["objects"]] == [AMBER]
        assert len(reader.get("/misp/manifest.json").json()) == 1
        asked = {"values": ["evil.example", "no.example"]}
        answer = reader.post("/api/lookup", json=asked).json()
        assert [[hit["id"] for hit in one["hits"]] for one in answer["values"]] == [[AMBER], []]
        refused = reader.post("/api/lookup", json=asked)
        assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 86_400
        shown = kz.document("constituent", "show", "National Grid")
        assert [(one["values"], one["refused"]) for one in shown["looked_up"]] == [(2, True)]
        assert "looked up 2 values, and was refused more" in kz.says("constituent", "show", "National Grid").out
        kz.document("constituent", "change", "National Grid", "--no-group")
        titles = {one["title"] for one in reader.get("/taxii2/kenesh/collections/").json()["collections"]}
        assert "group:grid: objects" not in titles and "sector:energy: objects" in titles
        kz.document("constituent", "remove", "National Grid")
        assert reader.get("/taxii2/kenesh/collections/").status_code == 401
    assert kz.document("constituent", "list") == {"constituents": []}


def test_what_is_mistaken_is_said_in_a_sentence(council: Council, tmp_path: Path) -> None:
    kz = officer(council, tmp_path)
    for words, told in (
        (("constituent", "add", "Grid", "--sector", "power"), "'power' is no sector. A sector is one of energy,"),
        (("constituent", "add", "Grid", "--group", "The Grid"), "'The Grid' is no name of a group."),
        (("constituent", "add", "Grid", "--mail", "nobody"), "'nobody' is no mail address."),
        (("constituent", "token", "Grid"), "There is no constituent Grid."),
        (("release", AMBER, "--to", "group:grid"), "No constituent was ever in group:grid."),
        (("constituent", "change", "Grid", "--group", "a", "--no-group"), "Both some and none were said."),
        (("constituent", "digest"), "This node sends no mail."),
    ):
        said = kz.says(*words)
        assert said.code == 2 and told in said.err, (words, said)


def test_a_digest_comes_by_mail(council: Council, tmp_path: Path) -> None:
    with mail_server() as (server, heard):
        kz = officer(council, tmp_path, notice_mail_server=server, notice_mail_from="node@cert.example", digest_hour=0)
        kz.document("constituent", "add", "Grid", "--group", "grid", "--mail", "duty@grid.example")
        kz.document("release", AMBER, "--to", "group:grid")
        assert kz.document("constituent", "digest", "--dry-run")["digests"][0]["to"] == "duty@grid.example"
        assert kz.document("constituent", "digest", "Grid")["sent"] == ["Grid"]
        assert kz.document("constituent", "digest")["nothing_new"] == ["Grid"]
        (mailed,) = [message_from_bytes(octets, policy=policy.default) for octets in heard]
        assert (mailed["To"], mailed["Subject"]) == ("duty@grid.example", "KZ: 1 object for you")
        text = mailed.get_content()
        assert "group:grid: 1 object" in text and "evil" not in text and AMBER not in text
        # As it does while it is served: another constituent is due, and this one was told today.
        kz.document("constituent", "add", "Bank", "--group", "grid", "--mail", "duty@bank.example")
        node = open_node(kz.home)
        daily = Digests(node, Journal(node.services.clock))
        daily.start()
        try:
            eventually(lambda: len(heard) == 2, "the daily mail is sent")
        finally:
            daily.stop()
            node.close()
        assert message_from_bytes(heard[1])["To"] == "duty@bank.example"


def test_a_mail_server_that_takes_nothing_is_said_and_tried_again(council: Council, tmp_path: Path) -> None:
    kz = officer(council, tmp_path, notice_mail_server="127.0.0.1:9", notice_mail_from="node@cert.example")
    kz.document("constituent", "add", "Grid", "--group", "grid", "--mail", "duty@grid.example")
    kz.document("release", AMBER, "--to", "group:grid")
    said = kz.says("constituent", "digest")
    assert said.code == 4 and "Grid: NOT mailed." in said.out
