"""Feeds: servers that are no nodes of ours, some of which do everything wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.cli import files
from tests.cli.officer import Officer
from tests.cli.served import answering

from kenesh.basis.problem import Exit

TAXII = "application/taxii+json;version=2.1"
LAST = "X-TAXII-Date-Added-Last"


@dataclass(frozen=True)
class Turn:
    """What the server answers to one request. `cut`: so many octets of the body are not sent."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": TAXII})
    cut: int = 0


@dataclass
class Server:
    """Answers as the script says, one turn a request, and remembers what was asked."""

    url: str
    turns: list[Turn]
    asked: list[tuple[str, str, bytes]]


def page(*numbers: int, more: bool = False, token: str | None = None, date: str | None = None) -> Turn:
    body: dict[str, Any] = {"objects": [files.malware(number) for number in numbers]}
    body |= {"more": True} if more else {}
    body |= {"next": token} if token else {}
    return Turn(body, headers={"Content-Type": TAXII} | ({LAST: date} if date else {}))


def at(number: int) -> str:
    return f"2026-11-20T00:00:00.{number:06}Z"


@contextmanager
def scripted(*turns: Turn) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            server.asked.append((f"{self.command} {self.path}", self.headers.get("authorization", ""), body))
            turn = server.turns.pop(0)
            octets = turn.body if isinstance(turn.body, bytes) else json.dumps(turn.body).encode()
            self.send_response(turn.status)
            for name, value in turn.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets[: len(octets) - turn.cut])

        do_POST = do_DELETE = do_GET  # noqa: N815  # the library's names

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{listening.server_address[1]}/api/collections/1/", list(turns), [])
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    return waits


def polled(kz: Officer, server: Server, *options: str) -> Any:
    if not kz.document("feed", "list"):
        kz.document("feed", "add", "partner", server.url, *options)
    return json.loads(kz.says("feed", "poll", "--json").out)[0]


def test_pages_are_drained_until_there_is_no_more_by_next_or_by_date(kz: Officer) -> None:
    with scripted(
        page(1, 2, more=True, token="a", date=at(2)), page(3, more=True, date=at(3)), page(4, date=at(4)), page()
    ) as server:
        assert (polled(kz, server)["received"], polled(kz, server)["received"]) == (4, 0)
    paths = [path for path, _, _ in server.asked]
    assert "next=a" in paths[1] and "added_after" not in paths[1]
    assert "added_after=2026-11-20T00%3A00%3A00.000003Z" in paths[2]
    assert "added_after=2026-11-20T00%3A00%3A00.000004Z" in paths[3]


def test_what_was_drained_stays_when_the_server_goes_away_and_the_rest_comes_the_next_time(kz: Officer) -> None:
    gone = [Turn({}, status=503)] * 6
    with scripted(page(1, 2, more=True, date=at(2)), *gone, page(3, date=at(3))) as server:
        first = polled(kz, server)
        assert (first["received"], first["problem"]) == (2, "partner answers with 503.")
        assert polled(kz, server)["received"] == 1
    assert "added_after=2026-11-20T00%3A00%3A00.000002Z" in server.asked[-1][0]
    assert kz.document("show", files.stix_id("malware", 3))["object"] == files.stix_id("malware", 3)


def test_too_many_requests_are_answered_with_the_patience_that_is_asked_for(
    kz: Officer, no_waiting: list[float]
) -> None:
    busy = Turn({}, status=429, headers={"Retry-After": "7"})
    with scripted(busy, Turn({}, status=500), page(1, date=at(1))) as server:
        assert polled(kz, server)["received"] == 1
    assert no_waiting == [7.0, 2]


def test_a_server_that_asks_for_an_hour_is_left_until_the_next_time(kz: Officer, no_waiting: list[float]) -> None:
    with scripted(Turn({}, status=429, headers={"Retry-After": "3600"})) as server:
        assert "3600 s" in polled(kz, server)["problem"]
    assert no_waiting == []


def test_a_page_that_is_cut_off_is_asked_for_again_smaller(kz: Officer) -> None:
    whole = page(1, 2, date=at(2))
    with scripted(Turn(whole.body, headers=whole.headers, cut=40), whole) as server:
        assert polled(kz, server)["received"] == 2
    assert ["limit=1000" in server.asked[0][0], "limit=500" in server.asked[1][0]] == [True, True]


@pytest.mark.parametrize("kind", ["text/html", "application/json", ""])
def test_an_envelope_is_read_whatever_its_type_is_said_to_be(kz: Officer, kind: str) -> None:
    with scripted(Turn(page(1).body, headers={"Content-Type": kind, LAST: at(1)})) as server:
        assert polled(kz, server)["received"] == 1


def test_a_page_of_a_portal_is_no_envelope_and_is_said_to_be_none(kz: Officer) -> None:
    portal = Turn(b"<html>Log in</html>", headers={"Content-Type": "text/html"})
    with scripted(*[portal] * 6) as server:
        assert "no TAXII envelope (text/html)" in polled(kz, server)["problem"]


def test_dates_that_are_none_lose_nothing(kz: Officer) -> None:
    with scripted(page(1, more=True, token="a", date="undefined"), page(2, date="undefined"), page(1, 2)) as server:
        assert (polled(kz, server)["received"], polled(kz, server)["accepted"]) == (2, 0)
    assert "added_after" not in server.asked[2][0]


def test_a_server_that_never_ends_is_left(kz: Officer) -> None:
    with scripted(*[page(1, more=True, token="a")] * 3) as server:
        assert "again and again" in polled(kz, server)["problem"]
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 301])
def test_a_refusal_is_told_once_with_what_to_do(kz: Officer, status: int) -> None:
    with scripted(Turn({}, status=status, headers={"Location": "http://127.0.0.1:1/"})) as server:
        assert polled(kz, server)["problem"]
        assert len(server.asked) == 1


def test_a_bad_object_costs_only_itself(kz: Officer) -> None:
    turn = page(1, 2, date=at(2))
    turn.body["objects"].append(files.broken(3))
    with scripted(turn) as server:
        found = polled(kz, server)
    assert (found["accepted"], found["refused"]) == (2, 1)


def test_what_comes_unmarked_is_held_under_the_feeds_label(kz: Officer) -> None:
    with scripted(Turn({"objects": [files.malware(1, None)]})) as server:
        polled(kz, server, "--tlp", "green", "--licence", "CC BY 4.0")
    assert kz.document("show", files.stix_id("malware", 1))["tlp"] == "TLP:GREEN"


def test_credentials_are_shown_and_kept_out_of_the_store_and_the_list(kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("very-secret\n")
    with scripted(page(1)) as server:
        polled(kz, server, "--token-file", str(tmp_path / "token"))
    assert server.asked[0][1] == "Bearer very-secret"
    assert "very-secret" not in kz.says("feed", "list").out
    assert not any(b"very-secret" in path.read_bytes() for path in kz.home.glob("store.db*"))
    (kept,) = (kz.home / "credentials").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    kz.document("feed", "remove", "partner")
    assert list((kz.home / "credentials").iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://taxii.example/api/",
        "ftp://taxii.example/collections/1/",
        "https://a:b@taxii.example/collections/1/",
        "http://taxii.example/collections/1/",
        "https://taxii.example/collections/1/?x=1",
        "taxii.example",
    ],
)
def test_an_address_that_is_none_is_refused(kz: Officer, url: str) -> None:
    assert kz.says("feed", "add", "partner", url).code == Exit.USAGE


def test_a_node_is_a_feed_like_any_other(pair: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = pair
    with answering(az):
        az.document("import", files.written(tmp_path, *(files.malware(n, "clear") for n in range(5))))
        az.document("release", *(files.stix_id("malware", n) for n in range(5)), "--to", "public")
        base = az.document("card")["url"]
        listed = kz.document("feed", "look", f"{base}/taxii2/")
        (public,) = [one["url"] for one in listed if one["title"] == "public: objects"]
        kz.document("feed", "add", "azerbaijan", public)
        (found,) = kz.document("feed", "poll")
    assert (found["accepted"], found["problem"]) == (5, None)


def test_what_is_released_to_a_feeds_audience_is_posted_once(pair: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, _ = pair
    objects = [files.malware(n, "green") for n in range(3)]
    kz.document("import", files.written(tmp_path, *objects, files.malware(9, "green")))
    kz.document("release", *(files.stix_id("malware", n) for n in range(3)), "--to", "AZ")
    accepted = Turn({"id": "1", "status": "complete", "failure_count": 0}, status=202)
    with scripted(Turn({}, status=503), accepted) as server:
        kz.document("feed", "add", "misp-of-az", server.url, "--carries", "AZ")
        first, second = kz.document("feed", "push", "misp-of-az"), kz.document("feed", "push", "misp-of-az")
    assert (first["pushed"], second["pushed"]) == (3, 0)
    (sent,) = {body for _, _, body in server.asked}
    assert sorted(one["id"] for one in json.loads(sent)["objects"]) == sorted(one["id"] for one in objects)


def test_a_feed_carries_one_party_or_the_public(pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    said = kz.says("feed", "add", "misp", "https://misp.example/collections/1/", "--carries", "AZ,public")
    assert (said.code, "one party" in said.err) == (Exit.USAGE, True)


# What is withdrawn is taken back.

TAKEN = Turn({"id": "1", "status": "complete", "failure_count": 0}, status=202)


def pushed(kz: Officer, tmp_path: Path, server: Server, count: int = 3) -> list[str]:
    """Objects that were released to AZ and pushed to its server; gives their ids."""
    ids = [files.stix_id("malware", n) for n in range(count)]
    kz.document("import", files.written(tmp_path, *(files.malware(n, "green") for n in range(count))))
    kz.document("release", *ids, "--to", "AZ")
    kz.document("feed", "add", "misp-of-az", server.url, "--carries", "AZ")
    assert kz.document("feed", "push", "misp-of-az")["pushed"] == count
    server.asked.clear()
    return ids


def test_what_is_withdrawn_is_deleted_at_the_feeds_server_once(pair: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, _ = pair
    with scripted(TAKEN, Turn({}, status=503), Turn({}), Turn({}, status=404)) as server:
        ids = pushed(kz, tmp_path, server)
        for stix_id in ids[:2]:
            kz.document("withdraw", stix_id, "--reason", "wrong")
        first, second = kz.document("feed", "push", "misp-of-az"), kz.document("feed", "push", "misp-of-az")
    assert [(one["deleted"], one["left_there"]) for one in (first, second)] == [(2, 0), (0, 0)]
    asked = [request for request, _, _ in server.asked]
    wanted = [f"DELETE /api/collections/1/objects/{stix_id}/?match%5Bversion%5D=all" for stix_id in ids[:2]]
    assert asked == [wanted[0], *wanted], "where it was busy it is asked again"


def test_what_a_server_does_not_delete_is_told_until_it_is_released_anew(
    pair: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, _ = pair
    with scripted(TAKEN, Turn({}, status=403), Turn({}), Turn({}, status=405), TAKEN) as server:
        one, *others = pushed(kz, tmp_path, server, 5)
        kz.document("withdraw", one, "--reason", "wrong")
        kz.document("withdraw", others[0], "--reason", "wrong")
        said = kz.says("feed", "push", "misp-of-az").out
        assert "1 that were withdrawn deleted there" in said
        assert f"STILL THERE: 1 version withdrawn here: kenesh --home {kz.home} feed show misp-of-az" in said
        (left,) = kz.document("feed", "show", "misp-of-az")["left_there"]
        assert (left["object"], left["status"]) == (one, 403)
        assert "  carries what is released to AZ" in kz.says("feed", "show", "misp-of-az").out
        assert f"  {one}  2026-11-20T08:00:00.000Z  (status 403)" in kz.says("feed", "show", "misp-of-az").out
        assert "its server still has 1 version withdrawn here" in kz.says("doctor").out

        for stix_id in others[1:]:
            kz.document("withdraw", stix_id, "--reason", "wrong")
        assert kz.document("feed", "push", "misp-of-az")["left_there"] == 3
        assert len(server.turns) == 1, "a server without DELETE is asked once, and not for each object"

        kz.document("release", one, "--to", "AZ")
        assert kz.document("feed", "push", "misp-of-az")["pushed"] == 1
    assert one not in {left["object"] for left in kz.document("feed", "show", "misp-of-az")["left_there"]}


def test_of_an_object_that_goes_on_only_the_withdrawn_version_is_deleted(
    pair: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, _ = pair
    with scripted(TAKEN, TAKEN, Turn({})) as server:
        (stix_id,) = pushed(kz, tmp_path, server, 1)
        newer = files.malware(0, "green") | {"modified": "2026-11-21T08:00:00.000Z"}
        kz.document("import", files.written(tmp_path, newer))
        kz.document("release", stix_id, "--to", "AZ")
        assert kz.document("feed", "push", "misp-of-az")["pushed"] == 1
        first, _ = (one["release"] for one in kz.document("show", stix_id)["recipients"])
        kz.document("withdraw", first, "--reason", "wrong")
        assert kz.document("feed", "push", "misp-of-az")["deleted"] == 1
    assert server.asked[-1][0].endswith("?match%5Bversion%5D=2026-11-20T08%3A00%3A00.000Z")


def test_a_server_that_cannot_be_asked_now_is_asked_the_next_time(
    pair: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, _ = pair
    with scripted(TAKEN, Turn({}, status=401), Turn({})) as server:
        (stix_id, *_) = pushed(kz, tmp_path, server)
        kz.document("withdraw", stix_id, "--reason", "wrong")
        assert "401" in json.loads(kz.says("feed", "push", "misp-of-az", "--json").out)["problem"]
        assert kz.document("feed", "push", "misp-of-az")["deleted"] == 1


def test_another_servers_readers_find_no_more_what_was_withdrawn_here(
    pair: tuple[Officer, Officer], tmp_path: Path
) -> None:
    """The server is a real one: another node, to which the feed is a client with a token."""
    kz, az = pair
    with answering(az):
        token = az.document("token", "kz-feed", "--party", "KZ")["token"]
        (tmp_path / "token").write_text(token)
        base = az.document("card")["url"]
        shown = ("--user", "kz-feed", "--password-file", str(tmp_path / "token"))
        (inbox,) = [one for one in kz.document("feed", "look", f"{base}/taxii2/", *shown) if one["can_write"]]
        kz.document("import", files.written(tmp_path, *(files.malware(n, "green") for n in range(3))))
        ids = [files.stix_id("malware", n) for n in range(3)]
        kz.document("release", *ids, "--to", "AZ")
        kz.document("feed", "add", "node", inbox["url"], "--carries", "AZ", *shown)
        assert kz.document("feed", "push", "node")["pushed"] == 3
        kz.document("withdraw", ids[0], "--reason", "wrong")
        assert kz.document("feed", "push", "node")["deleted"] == 1
        assert kz.document("feed", "poll", "node")[0]["received"] == 2
