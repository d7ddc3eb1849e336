"""What liars try with the line itself: pages without end, floods, redirects, tokens of others and of another time."""

from __future__ import annotations

from itertools import count

import httpx2
import pytest
from sqlalchemy import event
from tests.federation.liars import Liar, octets
from tests.federation.lines import answered, on, tampered, without_header
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator, moment
from tests.federation.stage import EVIL, GOOD, Way, kz_gives, posted, read

from kenesh.basis.instants import MINUTE, SECOND, Instant
from kenesh.federation import receiving, session
from kenesh.parties.tokens import make_token
from kenesh.release.manifest import Entry
from kenesh.release.statements import Place, Withdrawn
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

COLLECTIONS = "/taxii2/kenesh/collections/"

# Sizes


def test_a_release_with_more_entries_than_are_taken_stops_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    many = [Entry(indicator(f"a{n}.example")["id"], None, bytes(32), bytes(16)) for n in range(10_001)]
    too_many = tr.release(az.ref, *many)
    way(tr, az, [too_many, tr.release(az.ref, indicator(GOOD))], [indicator(GOOD)])
    assert set(az.looks_up(GOOD)) == {"TR"}
    assert set(az.quarantine("TR")) == {too_many["id"]}


@pytest.mark.parametrize("entries", [100_000, 120_000])
def test_a_hundred_thousand_entries_are_not_taken(kz: Node, az: Node, tr: Liar, entries: int) -> None:
    one = b'{"id":"indicator--33d6eaf0-031d-5e2d-8acf-b96f0aa34124","sha256":"%s","salt":"%s"}' % (b"A" * 43, b"A" * 22)
    release = b'{"type":"kenesh-release","entries":[' + b",".join([one] * entries) + b"]}"
    # The larger one does not even fit into an envelope.
    assert tr.posts(az, release).status_code == {100_000: 202, 120_000: 413}[entries]
    tr.lays(az.ref, release)
    az.syncs("TR")
    assert len(az.quarantine("TR")) <= 1
    kz_gives(kz, az, indicator(EVIL))
    assert set(az.looks_up(EVIL)) == {"KZ"}


@pytest.mark.parametrize("deep", [b'{"a":' * 70 + b"1" + b"}" * 70, b"[" * 100_000 + b"]" * 100_000])
def test_what_is_nested_too_deep_stops_nobody_else(kz: Node, az: Node, tr: Liar, deep: bytes) -> None:
    lie = octets(indicator(EVIL))[:-1] + b',"x_deep":' + deep + b"}"
    tr.lays(az.ref, lie)
    (report,) = az.syncs("TR")
    assert "nested deeper" in report.problem
    assert tr.posts(az, lie).status_code == 422
    kz_gives(kz, az, indicator(GOOD))
    assert set(az.looks_up(GOOD)) == {"KZ"}


# Pages


def test_a_page_that_does_not_say_when_it_was_added_is_not_taken(kz: Node, az: Node, tr: Liar) -> None:
    az.lines.spoil("TR", without_header("X-TAXII-Date-Added-Last"))
    tr.gives(az, indicator(GOOD))
    assert az.looks_up(GOOD) == {}
    az.lines.mend("TR")
    az.syncs("TR")
    assert set(az.looks_up(GOOD)) == {"TR"}


@pytest.mark.parametrize("lie", ["soon", "", "9999-99-99T00:00:00Z", "2026-11-25T08:00:00." + "0" * 1000 + "Z"])
def test_a_page_whose_time_is_none_does_not_become_the_cursor(kz: Node, az: Node, tr: Liar, lie: str) -> None:
    def lies(request: httpx2.Request, answering: object) -> httpx2.Response:
        answer = tr.answer(request)
        if "X-TAXII-Date-Added-Last" in answer.headers:
            answer.headers["X-TAXII-Date-Added-Last"] = lie
        return answer

    az.lines.spoil("TR", lies)
    tr.gives(az, indicator(GOOD))
    az.lines.mend("TR")
    az.syncs("TR")
    assert set(az.looks_up(GOOD)) == {"TR"}


def test_pages_that_lead_round_in_circles_end(kz: Node, az: Node, tr: Liar) -> None:
    """The same page again and again, its time now later, now earlier."""
    tr.lays(az.ref, indicator(GOOD))
    stamps = count()

    def circle(request: httpx2.Request, answering: object) -> httpx2.Response:
        if not str(request.url.path).endswith("/objects/"):
            return tr.answer(request)
        return Liar.page([(Instant(1_795_593_600 * SECOND + next(stamps) % 2), octets(indicator(GOOD)))])

    az.lines.spoil("TR", circle)
    (report,) = az.syncs("TR")
    assert "before it was asked for" in report.problem
    assert next(stamps) < 10


def test_pages_without_end_end(kz: Node, az: Node, tr: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MAX_PAGES", 20)
    tr.lays(az.ref, indicator(GOOD))
    stamps = count()

    def endless(request: httpx2.Request, answering: object) -> httpx2.Response:
        if not str(request.url.path).endswith("/objects/"):
            return tr.answer(request)
        answer = Liar.page([(Instant(1_795_593_600 * SECOND + next(stamps)), octets(indicator(GOOD)))])
        return httpx2.Response(200, headers=answer.headers, content=b'{"more":true,' + answer.content[1:])

    az.lines.spoil("TR", endless)
    (report,) = az.syncs("TR")
    assert "goes on after 20 pages" in report.problem
    assert next(stamps) < 30


def test_a_list_of_collections_without_end_is_not_followed(kz: Node, az: Node, tr: Liar) -> None:
    tr.gives(az, indicator(GOOD))
    az.lines.spoil("TR", on("?", tampered(b'{"objects"', b'{"more":true,"next":"again","objects"')))
    (report,) = az.syncs("TR")
    assert report.problem == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(kz: Node, az: Node, tr: Liar, status: int) -> None:
    asked: list[str] = []

    def elsewhere(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, content=b"{}")

    az.lines._ends["http://inside.test"] = elsewhere
    az.lines.spoil("TR", answered(status, location="http://inside.test/secret"))
    (report,) = az.syncs("TR")
    assert f"status {status}" in report.problem
    assert asked == []


@pytest.mark.parametrize("status", [400, 406, 500, 503])
def test_one_collection_that_fails_stops_none_of_the_others(kz: Node, az: Node, tr: Liar, status: int) -> None:
    from kenesh.release.audience import PEERS, collection_id

    tr.lays(PEERS.ref, tr.release(PEERS.ref, tr.card()), channel=Channel.CONTROL)
    failing = str(collection_id(tr.ref, PEERS.ref, Channel.CONTROL))
    az.lines.spoil("TR", on(failing, answered(status)))
    tr.gives(az, indicator(GOOD))
    assert set(az.looks_up(GOOD)) == {"TR"}


# Tokens


def test_a_token_is_good_once(kz: Node, az: Node, tr: Liar) -> None:
    token = _token(kz, az)
    assert _asks(az, token).status_code == 200
    assert _asks(az, token).status_code == 401


def test_a_token_for_another_node_is_not_taken(nodes: Nodes, kz: Node, az: Node, tr: Liar) -> None:
    """KZ's token for TR, played on to AZ by TR."""
    assert _asks(az, _token(kz, az, aud=tr.own.kid)).status_code == 401


@pytest.mark.parametrize("path", [f"{COLLECTIONS}?limit=1", "/taxii2/", f"{COLLECTIONS}x", COLLECTIONS[:-1]])
def test_a_token_for_another_path_is_not_taken(kz: Node, az: Node, tr: Liar, path: str) -> None:
    assert _asks(az, _token(kz, az, path=path)).status_code == 401


def test_a_token_for_another_method_is_not_taken(kz: Node, az: Node, tr: Liar) -> None:
    assert _asks(az, _token(kz, az, method="POST")).status_code == 401


def test_a_token_in_anothers_name_is_not_taken(kz: Node, az: Node, tr: Liar) -> None:
    now = az.clock.now()
    token = make_token(tr.signer, iss=kz.ref, aud=az.own.kid, method="GET", path=COLLECTIONS, nonce="n" * 32, now=now)
    assert _asks(az, token).status_code == 401


@pytest.mark.parametrize(
    ("minutes", "status"), [(-7, 401), (-5.9, 200), (-4.9, 200), (0, 200), (4.9, 200), (5.1, 401), (60, 401)]
)
def test_clocks_may_be_five_minutes_apart(nodes: Nodes, kz: Node, az: Node, minutes: float, status: int) -> None:
    """A token lives a minute by its maker's clock; so one made by a clock that is behind may be up to six old."""
    kz.clock.wrong_by = int(minutes * MINUTE)
    assert _asks(az, _token(kz, az)).status_code == status


def test_a_replayed_token_is_refused_as_long_as_it_could_be_good(nodes: Nodes, kz: Node, az: Node) -> None:
    kz.clock.wrong_by = int(4.9 * MINUTE)
    token = _token(kz, az)
    assert _asks(az, token).status_code == 200
    for _ in range(12):
        nodes.step(60)
        assert _asks(az, token).status_code == 401


def test_the_node_says_when_a_peers_clock_is_wrong(nodes: Nodes, kz: Node, az: Node) -> None:
    az.clock.wrong_by = 7 * MINUTE
    (report,) = kz.syncs("AZ")
    assert "clocks of the two nodes are 420 s apart" in report.problem
    with kz.services.store.reading() as tx:
        peer = tx.peers.by_code("AZ")
    assert peer is not None
    assert peer.skew == 7 * MINUTE


def _token(node: Node, to: Node, *, aud: str = "", path: str = COLLECTIONS, method: str = "GET") -> str:
    nonce = node.services.chance.octets(16).hex()
    return make_token(
        node.own.signer,
        iss=node.ref,
        aud=aud or to.own.kid,
        method=method,
        path=path,
        nonce=nonce,
        now=node.clock.now(),
    )


def _asks(node: Node, token: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return node.answering(httpx2.Request("GET", f"{node.own.url}{COLLECTIONS}", headers=headers))


# Floods


def test_who_floods_the_quarantine_is_read_no_further_and_stops_nobody_else(
    kz: Node, az: Node, tr: Liar, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MAX_QUARANTINED", 30)
    for start in (0, 20):
        rubbish = [indicator(f"a{n}.example") for n in range(start, start + 20)]
        if way is posted and start:
            assert tr.posts(az, *rubbish).status_code == 401
        else:
            way(tr, az, [], [*rubbish])
    assert len(az.quarantine("TR")) <= 30
    assert kz_gives(kz, az, indicator(EVIL, by="KZ"))
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_who_floods_the_alarms_hides_none_of_the_others(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    """TR states something twice under one number, and then many versions that do not count, to be overlooked."""
    values = [indicator(f"a{n}.example", by="KZ") for n in range(80)]
    kz_gives(kz, az, *values)
    for _ in range(2):
        way(tr, az, [tr.release(az.ref, indicator(GOOD), place=Place(az.ref, 1, None))], [indicator(GOOD)])
    assert ("chain-broken", "TR") in az.alarms()
    lies = [value | {"modified": moment(9)} for value in values]
    for part in (lies[:20], lies[20:50], lies[50:]):
        way(tr, az, [tr.release(az.ref, *part)], part)
    with az.services.store.reading() as tx:
        shown = [(alarm.code, alarm.about) for alarm in tx.alarms.recent(20)]
    assert ("chain-broken", "TR") in shown
    assert ("conflicts", "TR") in shown, "that there are more is said"
    assert all(az.conflicts(value["id"]) for value in values), "and each is kept"


def test_the_quarantine_is_bounded_in_octets_too(kz: Node, az: Node, tr: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_QUARANTINED_OCTETS", 100_000)
    tr.lays(az.ref, *(indicator(f"a{n}.example", description="x" * 20_000) for n in range(10)))
    (report,) = az.syncs("TR")
    assert "sent too much" in report.problem
    assert len(az.quarantine("TR")) <= 5


def test_the_quarantine_is_not_counted_anew_for_each_object(kz: Node, az: Node, tr: Liar) -> None:
    counts = [0]

    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counts[0] += "length(quarantine" in statement

    event.listen(az.database.engine, "before_cursor_execute", look)
    read(tr, az, [], [indicator(f"a{n}.example") for n in range(200)])
    assert len(az.quarantine("TR")) == 200
    assert counts[0] <= 4


def test_the_chain_is_not_read_anew_for_each_statement(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    """Whoever has stated much and states it out of order would hold up everybody who waits to write."""
    values = [indicator(f"a{n}.example") for n in range(40)]
    releases = [tr.release(az.ref, value) for value in values]
    withdrawals = [tr.withdrawal(az.ref, Withdrawn(value["id"])) for value in values]
    way(tr, az, [*releases[20:], *withdrawals], values[20:])
    whole_chains = [0]

    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        whole_chains[0] += "ORDER BY statements.audience_ref, statements.number" in statement

    event.listen(az.database.engine, "before_cursor_execute", look)
    way(tr, az, releases[:20], values[:20])
    assert whole_chains[0] <= 6
    assert all(az.looks_up(f"a{n}.example") == {} for n in range(40)), "what was taken back before it came stays so"


def test_what_waits_is_tried_again_only_where_something_came_that_it_may_wait_for(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way(tr, az, [], [indicator(f"a{n}.example") for n in range(50)])
    tried: list[bytes] = []
    reads = az.services.reader.read
    monkeypatch.setattr(az.services.reader, "read", lambda raw: tried.append(raw) or reads(raw))
    way(tr, az, [tr.release(az.ref, indicator("a7.example"))], [])
    assert set(az.looks_up("a7.example")) == {"TR"}
    assert len(az.quarantine("TR")) == 49
    assert len(tried) < 10
