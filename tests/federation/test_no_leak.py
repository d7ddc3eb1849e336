"""No leak by any side door: every route of a node that holds a canary, beside the same node without it.

The canary is held by KZ: some of it is only held, some released to TR and to a body, none of it to AZ, HU or anybody.
Whatever these ask, under whatever name, the two nodes answer alike to the last octet.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.federation.liars import Liar
from tests.federation.lines import Loop
from tests.federation.nodes import PERSON, Node, Nodes, OpenStore
from tests.federation.objects import address, indicator

from kenesh.doors.accounts.tokens import make_token
from kenesh.doors.api.events import Nudges
from kenesh.doors.api.metrics import Measures
from kenesh.doors.api.metrics import routes as metrics_routes
from kenesh.doors.caseopening import open_case
from kenesh.doors.casework import By, set_task
from kenesh.doors.constituents import add_constituent, make_constituent_token
from kenesh.doors.desk.routes import routes as desk_routes
from kenesh.doors.house import build
from kenesh.release.audience import PEERS, PUBLIC, collection_id, group_audience
from kenesh.release.reader import NOBODY, Reader, peer_reader
from kenesh.response.kinds import CaseKind
from kenesh.response.statements import Assignment, Opening
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.taxii.media import MEDIA_TYPE

VALUE, SEEN = "canary-7f3a.example", "seen.example"
ADDRESS = "198.51.100.77"
CANARY, ONLY_HELD = indicator(VALUE), indicator("held." + VALUE)
#: A client that may look values up besides, and read cases.
LOOKS_UP = ("cases:read", "lookup:read", "misp:read", "taxii:read", "taxii:write")
ABSENT = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0aff"


@dataclass(frozen=True, slots=True)
class World:
    """KZ's node, with the canary or without; and what must never be said of it."""

    nodes: Nodes
    kz: Node
    az: Node
    ask: Callable[[str, str, httpx2.Headers | dict[str, str], bytes], httpx2.Response]
    app: Litestar
    hu_token: str
    grid_token: str
    secrets: tuple[str, ...]


def _world(nodes: Nodes, loop: Loop, *, canary: bool) -> World:
    """Both worlds do the same at the same times; what one of them does besides is done at other times."""
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    kz.forms("circle")
    kz.admits("TR", "circle")
    kz.imports(indicator(SEEN, Tlp.CLEAR), indicator("amber.example", Tlp.AMBER), address(ADDRESS, Tlp.GREEN))
    add_constituent(kz.services, "Grid", ["grid"], ["energy"], "", "console")
    add_constituent(kz.services, "Bank", ["banks"], [], "", "console")
    for to in ("AZ", "group:grid", "public"):
        kz.releases(indicator(SEEN)["id"], to=to)
    nodes.step()
    secrets = _lets_the_canary_in(kz, tr) if canary else ()
    nodes.step()
    for stix_id in (indicator("amber.example")["id"], address(ADDRESS)["id"]):
        kz.releases(stix_id, to="AZ,sector:energy")
    nodes.step()
    token = make_token(kz.services, "reader", "HU", 365, LOOKS_UP)
    grid = make_constituent_token(kz.services, "Grid", 365, "console")
    # As `serve` builds it, with the desk and the figures.
    figures = metrics_routes(kz.services, Measures())
    app = build(kz.services, kz.home.woken, kz.services.chance.uuid4, pages=[*desk_routes(kz.services), *figures])
    answering = loop.serve(app, kz.clock)

    def ask(method: str, path: str, headers: Any, body: bytes) -> httpx2.Response:
        return answering(httpx2.Request(method, f"{kz.own.url}{path}", headers=headers, content=body))

    return World(nodes, kz, az, ask, app, token, grid, secrets)


def _lets_the_canary_in(kz: Node, tr: Node) -> tuple[str, ...]:
    """It is held, released to TR and to a body that AZ is not in, follows an object that AZ has, and is withdrawn."""
    body = kz.forms("canary-circle")
    kz.admits("TR", "canary-circle")
    kz.imports(CANARY, ONLY_HELD, who=VALUE)
    # A later version of what AZ sees; only TR gets it.
    later = kz.imports(indicator(SEEN, Tlp.CLEAR, version=1, name=f"v1 {VALUE}"))
    statements = kz.releases(CANARY["id"], to="TR,body:canary-circle,group:banks", reason=VALUE).statements
    statements += kz.releases(later.id, to="TR,group:banks").statements
    withdrawn = kz.releases(ONLY_HELD["id"], to="TR").statements
    kz.withdraws(withdrawn[0].id)
    statements += withdrawn
    by, now = By(PERSON), kz.clock.now()
    case = open_case(kz.services, Opening("canary-case", CaseKind.CYBER_INCIDENT, now, text=VALUE), ["TR"], by)
    task = set_task(kz.services, case, "TR", Assignment(VALUE, now), by)
    return (VALUE, CANARY["id"], ONLY_HELD["id"], body.id, case, task, "canary-case", *(s.id for s in statements))


@pytest.fixture(scope="module")
def worlds(
    tmp_path_factory: pytest.TempPathFactory, open_in: Callable[[Path], OpenStore], loop: Loop
) -> Iterator[tuple[World, World]]:
    found = []
    for canary in (True, False):
        folder = tmp_path_factory.mktemp("world")
        found.append(_world(Nodes(folder, open_in(folder), loop), loop, canary=canary))
    yield found[0], found[1]
    for world in found:
        world.nodes.close()


Asker = Callable[[World, str, str], dict[str, str]]


def nobody(world: World, method: str, path: str) -> dict[str, str]:
    return {}


def account(world: World, method: str, path: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"reader:{world.hu_token}".encode()).decode()}


def peer(world: World, method: str, path: str) -> dict[str, str]:
    with world.az.services.store.reading() as tx:
        known = tx.peers.by_code("KZ")
    assert known is not None
    return {"Authorization": f"Bearer {world.az.lines.token(known, method, path)}"}


def constituent(world: World, method: str, path: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"constituent-1:{world.grid_token}".encode()).decode()}


ASKERS: dict[str, Asker] = {
    "nobody": nobody,
    "account of HU": account,
    "peer AZ": peer,
    "a constituent": constituent,
}


def _paths(world: World) -> Iterator[tuple[str, str]]:
    """Every route and method, with every name that could be tried in it: seen, withheld and absent."""
    kz = world.kz
    bodies = [secret for secret in world.secrets if secret.startswith("kenesh-body--")]
    groups = [group_audience(kz.ref, name).ref for name in ("group:grid", "sector:energy", "group:banks")]
    refs = [world.az.ref, world.nodes["TR"].ref, PUBLIC.ref, PEERS.ref, *groups, *bodies]
    collections = [str(collection_id(kz.ref, ref, channel)) for ref in refs for channel in Channel]
    objects = [indicator(SEEN)["id"], CANARY["id"], ONLY_HELD["id"], address(ADDRESS)["id"], ABSENT]
    values = {"collection_id": [*collections, ABSENT.partition("--")[2]], "object_id": objects}
    for route in world.app.routes:
        if isinstance(route, HTTPRoute):
            paths = list(_filled(route.path_format, values, [*objects, *world.secrets, "x"]))
            yield from (("GET", path) for path in paths)
            yield from ((method, paths[0]) for method in ("POST", "DELETE", "PUT"))
            if route.path_format.endswith(("/objects", "/manifest")):
                yield from (("GET", path + query) for path in paths for query in QUERIES)


def _filled(path: str, values: dict[str, list[str]], otherwise: list[str]) -> Iterator[str]:
    start = path.find("{")
    if start < 0:
        yield path
        return
    name = path[start + 1 : path.index("}", start)].partition(":")[0]
    for value in values.get(name, otherwise):
        yield from _filled(path[:start] + value + path[path.index("}", start) + 1 :], values, otherwise)


QUERIES = (
    "?match[version]=all",
    "?limit=1",
    f"?match[id]={CANARY['id']}",
    f"?match[id]={ONLY_HELD['id']},{ABSENT}",
    "?match[type]=indicator&limit=1",
    "?added_after=2026-11-25T08:01:00.000000Z",
    "?match[version]=first",
    "?match[version]=2026-11-25T07:59:59.000Z",
    "?next=AAAA",
)


@pytest.mark.parametrize("asker", ASKERS.values(), ids=ASKERS)
def test_two_nodes_of_which_one_holds_a_canary_answer_alike(worlds: tuple[World, World], asker: Asker) -> None:
    with_it, without = worlds
    paths = sorted(set(_paths(with_it)))
    assert len(paths) > 300
    for method, path in paths:
        if not (path == "/api/events" and asker is peer):  # a stream that does not end: looked at by itself
            _compare(with_it, without, asker, method, path, b"")


def _compare(
    with_it: World, without: World, asker: Asker, method: str, path: str, body: bytes, media_type: str = MEDIA_TYPE
) -> None:
    said = {"Accept": MEDIA_TYPE} | ({"Content-Type": media_type} if body else {})
    answers = []
    for world in (with_it, without):
        sent = str(httpx2.URL(f"http://x{path}").raw_path, "ascii")
        answers.append(world.ask(method, sent, said | asker(world, method, sent), body))
    one, other = answers
    where = f"{method} {path}"
    assert one.status_code == other.status_code, where
    assert dict(one.headers) == dict(other.headers), where
    assert one.content == other.content, where
    text = one.text + str(one.headers)
    # What it asked itself it may hear again, and nothing more.
    said_itself = body + path.encode()
    assert not [secret for secret in with_it.secrets if secret in text and secret.encode() not in said_itself], where


def test_a_constituent_sees_what_is_its_own_in_that_walk(worlds: tuple[World, World]) -> None:
    for world in worlds:
        path = f"/taxii2/kenesh/collections/{collection_id(world.kz.ref, _grid(world), Channel.CONTENT)}/objects/"
        shown = constituent(world, "GET", path) | {"Accept": MEDIA_TYPE}
        assert [one["id"] for one in world.ask("GET", path, shown, b"").json()["objects"]] == [indicator(SEEN)["id"]]


def _grid(world: World) -> str:
    return group_audience(world.kz.ref, "group:grid").ref


@pytest.mark.parametrize("asker", [account, constituent], ids=["account of HU", "a constituent"])
@pytest.mark.parametrize("value", [VALUE, f"held.{VALUE}", f"www.{VALUE}", SEEN, ADDRESS, "amber.example", "x"])
def test_a_look_up_of_what_is_withheld_is_one_of_what_nobody_knows(
    worlds: tuple[World, World], asker: Asker, value: str
) -> None:
    for world in worlds:
        world.nodes.step()
    body = msgspec.json.encode({"values": [value]})
    _compare(*worlds, asker, "POST", "/api/lookup", body, "application/json")


def test_who_may_see_the_canary_sees_it(worlds: tuple[World, World]) -> None:
    """Else the tests beside this one would prove nothing."""
    with_it, _ = worlds
    tr = with_it.nodes["TR"]
    tr.syncs("KZ")
    tr.syncs("KZ")
    assert tr.looks_up(VALUE) == {"KZ": Tlp.GREEN}


@pytest.mark.parametrize("stix_id", [CANARY["id"], ONLY_HELD["id"], ABSENT])
def test_a_post_tells_nothing_of_what_is_held(worlds: tuple[World, World], stix_id: str) -> None:
    """A peer claims the id of what is withheld from it: the answer is that for an id that nobody has."""
    with_it, without = worlds
    value = indicator("guess.example") | {"id": stix_id}
    for world in worlds:
        world.nodes.step()
    bodies = []
    for world in worlds:
        liar = Liar.__new__(Liar)
        liar.__dict__ |= Liar(world.nodes, "LIAR").__dict__ | {"signer": world.az.own.signer, "own": world.az.own}
        bodies.append(msgspec.json.encode({"objects": [liar.release(with_it.kz.ref, value), value]}))
    assert bodies[0] == bodies[1]
    inbox = f"/taxii2/kenesh/collections/{collection_id(with_it.kz.ref, with_it.az.ref, Channel.CONTENT)}"
    _compare(with_it, without, peer, "POST", f"{inbox}/objects/", bodies[0])
    for path in (f"{inbox}/objects/", f"{inbox}/objects/{stix_id}/", f"{inbox}/manifest/"):
        _compare(with_it, without, peer, "GET", path, b"")


@pytest.mark.parametrize("reader", [NOBODY, "AZ"])
def test_what_is_withheld_moves_no_stamp_that_nudges_go_by(nodes: Nodes, reader: Reader | str) -> None:
    kz, az, _ = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    kz.imports(CANARY, indicator(SEEN))
    nudges = Nudges(kz.services, kz.home.woken)
    who = peer_reader(az.ref) if isinstance(reader, str) else reader
    before = nudges._newest(who)
    kz.releases(CANARY["id"], to="TR")
    assert nudges._newest(who) == before
    kz.releases(indicator(SEEN)["id"], to="AZ")
    assert (nudges._newest(who) > before) is isinstance(reader, str)


def test_a_peer_is_not_nudged_for_what_is_withheld_from_it(nodes: Nodes) -> None:
    kz, az, _ = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    kz.imports(CANARY, indicator(SEEN))

    async def story() -> None:
        nudges = Nudges(kz.services, kz.home.woken)
        stream = nudges.stream(peer_reader(az.ref))
        assert await anext(stream) == b": kenesh\n\n"
        watching = asyncio.create_task(nudges.watch())
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(kz.releases, CANARY["id"], to="TR")
        await asyncio.sleep(0.5)
        assert not waiting.done()
        await asyncio.to_thread(kz.releases, indicator(SEEN)["id"], to="AZ")
        assert await asyncio.wait_for(waiting, 5) == b"data:\n\n"
        watching.cancel()
        await stream.aclose()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, story()).result()
