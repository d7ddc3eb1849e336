"""No leak at the desk: a canary that came through circles, before persons who are cleared for none of them.

KZ's node holds it in the one world; in the other it and its circles never were. Whatever a duty officer, an analyst, an
auditor, an administrator who is cleared for no body asks for or presses, the two nodes answer alike to the last octet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx2
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.federation.fakes import MORNING
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import indicator, relationship

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import Problem
from kenesh.council.register.columns import Columns
from kenesh.council.register.kinds import Effect
from kenesh.council.register.stated import Source, link_wire, statement_wire
from kenesh.doors import acts
from kenesh.doors.accounts import sessions
from kenesh.doors.accounts.keeping import add_account, clear_for
from kenesh.doors.acts import Wish
from kenesh.doors.desk import listing
from kenesh.doors.desk.routes import routes
from kenesh.doors.desk.seen import seen_by_id
from kenesh.doors.exporting import Selection, Shape, export
from kenesh.doors.gate import SESSION_COOKIE
from kenesh.doors.house import build
from kenesh.doors.views import show
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import Account
from kenesh.parties.party import party_id
from kenesh.parties.roles import AccountRole
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.recalls import Ask, Recall
from kenesh.response.statements import Hand
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.watch.watching import look_up


def _own(party: str, stix_id: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a party states of its own."""
    kind, _, uuid = stix_id.partition("--")
    value = Hand(UUID(uuid), party_id(party), MORNING, Tlp.GREEN).begins(kind) | said
    return {name: one for name, one in value.items() if name != "extensions" or kind.startswith("kenesh-")}


VALUE = "canary-7f3a.example"
CIRCLE, RING = "canary-circle", "canary-ring"
CANARY, RECALLED = indicator(VALUE), indicator("recalled." + VALUE)
#: What everybody at KZ sees; in the one world it went to a circle too.
OPEN, PASSED_ON = indicator("open.example"), indicator("passed-on.example")
#: Everybody sees that it points at something, in either world.
POINTS = relationship(OPEN["id"], CANARY["id"])
#: What somebody said, and by what it was done: that came through the circle.
_HERALD = Source(f"kenesh-source--{UUID(int=1, version=4)}", "", "page", "Herald", "Name it.", "0" * 64)
_TOLD = Source(f"kenesh-source--{UUID(int=2, version=4)}", "", "what was told", "Told", "Never.", "1" * 64)
_SPOKEN = Columns(3, "the Minister", "proposal", "We propose a Lake Council")
SAID = _own("KZ", f"kenesh-statement--{UUID(int=3, version=4)}", statement_wire(_HERALD, _SPOKEN, ()))
EVIDENCE = _own("TR", _TOLD.id, _TOLD.wire())
SHOWS = _own("TR", f"relationship--{UUID(int=4, version=4)}", link_wire(_TOLD.id, SAID["id"], Effect.DONE, None))
ABSENT = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0aff"
ABSENT_BODY = "kenesh-body--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0aff"
ROLES = (AccountRole.DUTY_OFFICER, AccountRole.ANALYST, AccountRole.AUDITOR, AccountRole.ADMINISTRATOR)
OWN_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class World:
    """KZ's node with its desk, the persons at it, each with a session; and what must never be said to them."""

    nodes: Nodes
    kz: Node
    app: Litestar
    ask: Callable[[httpx2.Request], httpx2.Response]
    accounts: Mapping[AccountRole, tuple[Account, str]]
    cleared: str
    secrets: tuple[str, ...]

    def answer(self, session: str, method: str, path: str, form: Sequence[tuple[str, str]] = ()) -> httpx2.Response:
        headers = {"Cookie": f"{SESSION_COOKIE}={session}"} | (OWN_PAGE if method == "POST" else {})
        body = urlencode(form).encode()
        return self.ask(httpx2.Request(method, f"{self.kz.own.url}{path}", headers=headers, content=body))


def _world(nodes: Nodes, loop: Loop, *, canary: bool) -> World:
    """Both worlds do the same at the same times; what one of them does besides is done at other times."""
    nodes.by_hand = frozenset({"KZ"})
    kz, tr = nodes.found("KZ", "TR")
    nodes.introduce()
    kz.imports(OPEN, PASSED_ON, POINTS)
    _states(kz, SAID)
    kz.releases(OPEN["id"], to="TR")
    nodes.step()
    secrets = _lets_the_canary_in(nodes, kz, tr) if canary else ()
    nodes.clock.step(HOUR - (nodes.clock.now() % HOUR))
    for _ in range(3):
        kz.syncs("TR")
    nodes.step()
    if canary:
        # A circle is passed on by who is cleared for it.
        kz.releases(PASSED_ON["id"], to=f"body:{CIRCLE}")
        kz.releases(CANARY["id"], to=f"body:{CIRCLE}")
    nodes.clock.step(HOUR - (nodes.clock.now() % HOUR))
    accounts = {role: _with_account(kz, f"the {role}", role) for role in ROLES}
    account, _ = _with_account(kz, "who is cleared", AccountRole.DUTY_OFFICER)
    nodes.step()
    if canary:
        clear_for(kz.services, "who is cleared", [one for one in secrets if one.startswith("kenesh-body--")], "console")
    nodes.step()
    cleared = _session(kz, account)
    app = build(kz.services, kz.home.woken, kz.services.chance.uuid4, pages=routes(kz.services))
    return World(nodes, kz, app, loop.serve(app, kz.clock), accounts, cleared, secrets)


def _lets_the_canary_in(nodes: Nodes, kz: Node, tr: Node) -> tuple[str, ...]:
    """TR gives it to a circle that KZ is in too, and asks for something back that waits for a person's yes."""
    bodies = [tr.forms(name).id for name in (CIRCLE, RING)]
    terms = [tr.admits("KZ", name).id for name in (CIRCLE, RING)]
    nodes.step()
    for _ in range(3):
        kz.syncs("TR")
    nodes.step()
    tr.imports(CANARY, RECALLED)
    _states(tr, EVIDENCE, SHOWS)
    tr.releases(EVIDENCE["id"], SHOWS["id"], to=f"body:{CIRCLE}")
    made = [*tr.releases(CANARY["id"], to=f"body:{CIRCLE}").statements]
    made += tr.releases(RECALLED["id"], to=f"body:{CIRCLE}").statements
    nodes.step()
    kz.syncs("TR")
    nodes.step()
    recall = Recall(Ask.DELETE, Instant(nodes.clock.now() + HOUR))
    made += tr.withdraws(RECALLED["id"], recall).statements
    return (*bodies, *terms, EVIDENCE["id"], SHOWS["id"], *(statement.id for statement in made))


def _states(node: Node, *objects: Mapping[str, Any]) -> None:
    with node.services.store.writing() as tx:
        node.services.author.state(tx, objects, node.services.clock.now(), "console")


def _with_account(kz: Node, name: str, role: AccountRole) -> tuple[Account, str]:
    """An account that is cleared for no body, and its session."""
    account, _ = add_account(kz.services, name, (role,), "console")
    return account, _session(kz, account)


def _session(kz: Node, account: Account) -> str:
    with kz.services.store.writing() as tx:
        return sessions.begin(kz.services, tx, account, "address")


@pytest.fixture(scope="module")
def worlds(
    tmp_path_factory: pytest.TempPathFactory, open_in: Callable[[Path], OpenStore], loop: Loop
) -> Iterator[tuple[World, World]]:
    found = []
    for canary in (True, False):
        folder = tmp_path_factory.mktemp("desk")
        found.append(_world(Nodes(folder, open_in(folder), loop), loop, canary=canary))
    yield found[0], found[1]
    for world in found:
        world.nodes.close()


def _names(world: World) -> list[str]:
    """Seen, withheld and absent."""
    return [OPEN["id"], PASSED_ON["id"], POINTS["id"], SAID["id"], CANARY["id"], RECALLED["id"], ABSENT, *world.secrets]


def _pages(world: World) -> Iterator[str]:
    """Every page of the desk under every name, and the questions that stand in an address."""
    names = _names(world)
    for route in world.app.routes:
        if isinstance(route, HTTPRoute) and route.path.startswith("/desk") and "GET" in route.methods:
            start = route.path_format.find("{")
            yield from ([route.path] if start < 0 else [route.path_format[:start] + name for name in [*names, "TR"]])
    for path, field in (("objects", "q"), ("lookup", "value"), ("explain", "object"), ("withdraw", "of")):
        yield from (f"/desk/{path}?{urlencode({field: one})}" for one in [*names, VALUE, "open.example", CIRCLE])
    for path, field in (
        ("release", "object"),
        ("done", "id"),
        ("recalls/decide", "of"),
        ("proposals", "import"),
        ("cases/answer", "case"),
        ("register/evidence", "statement"),
        ("register/rows", "source"),
    ):
        yield from (f"/desk/{path}?{urlencode({field: one})}" for one in names)
    for stix_type in ("indicator", "kenesh-body", "kenesh-membership", "kenesh-release", "kenesh-withdrawal"):
        yield f"/desk/objects?type={stix_type}"
    yield from ("/desk/objects?page=9", "/desk/objects?page=1000000", "/desk?watch=1")


def _presses(world: World) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The first press of every act: it shows what would be done, and does nothing."""
    bodies = [one for one in world.secrets if one.startswith("kenesh-body--")]
    audiences = ["TR", "TR,XX", f"body:{CIRCLE}", "body:nothing", *(f"body:{one}" for one in [*bodies, ABSENT_BODY])]
    for name in _names(world):
        for to in audiences:
            yield "/desk/release", [("object", name), ("to", to)]
        for ask in ("", "delete"):
            yield "/desk/withdraw", [("of", name), ("reason", "a mistake"), ("ask", ask)]
        yield "/desk/explain", [("object", name), ("party", "TR")]
        yield "/desk/explain", [("object", name), ("party", "XX-1")]
        yield "/desk/recalls/decide", [("of", name), ("answer", "apply")]
        yield "/desk/cases/answer", [("case", name), ("item", name), ("status", "done")]
        yield "/desk/contacts/answer", [("check", name)]
        if name not in (OPEN["id"], SAID["id"]):
            yield (
                "/desk/register/evidence",
                [("statement", SAID["id"]), ("by", name), ("effect", "done"), ("tlp", "red")],
            )
    for value in (VALUE, "sub." + VALUE, "recalled." + VALUE, "open.example"):
        yield "/desk/state", [("values", value), ("tlp", "amber")]


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_a_person_of_a_circle_that_he_is_not_cleared_for(
    worlds: tuple[World, World], role: AccountRole
) -> None:
    pages = sorted(set(_pages(worlds[0])))
    assert len(pages) > 150
    assert worlds[0].answer(worlds[0].accounts[role][1], "GET", "/desk").status_code == 200
    differences = [found for path in pages if (found := _difference(worlds, role, "GET", path, ()))]
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("role", ROLES)
def test_no_preview_tells_a_person_of_a_circle_that_he_is_not_cleared_for(
    worlds: tuple[World, World], role: AccountRole
) -> None:
    differences = [
        found for path, form in _presses(worlds[0]) if (found := _difference(worlds, role, "POST", path, form))
    ]
    assert not differences, "\n".join(differences)


def _difference(
    worlds: tuple[World, World], role: AccountRole, method: str, path: str, form: Sequence[tuple[str, str]]
) -> str:
    """Where the two answers part, or what is told; '' where the nodes answer alike and nothing is told."""
    one, other = (world.answer(world.accounts[role][1], method, path, form) for world in worlds)
    where = f"{method} {path} {dict(form)}"
    if one.status_code != other.status_code:
        return f"{where}: {one.status_code} and {other.status_code}"
    for line, beside in zip_longest(one.text.splitlines(), other.text.splitlines(), fillvalue=""):
        if line != beside:
            return f"{where}: {line.strip()[:300]!r} and {beside.strip()[:300]!r}"
    if dict(one.headers) != dict(other.headers):
        return f"{where}: {one.headers}, {other.headers}"
    # What one asked himself he may hear again.
    asked = path + urlencode(form)
    told = [secret for secret in worlds[0].secrets if secret in one.text and secret not in asked]
    return f"{where}: tells of {told}" if told else ""


@pytest.mark.parametrize("shape", ["stix", "csv"])
def test_no_export_carries_what_a_person_is_not_cleared_for(worlds: tuple[World, World], shape: str) -> None:
    every = Selection(everything=True)
    selections = [every, *(Selection([name]) for name in _names(worlds[0])), Selection(query=VALUE)]
    for selection in selections:
        for world in worlds:
            world.nodes.step(0.001)  # so that both draw anew by chance
        one, other = (_exported(world, selection, shape) for world in worlds)
        assert one == other, selection


def _exported(world: World, selection: Selection, shape: str) -> tuple[bytes, str]:
    written: list[bytes] = []
    services = world.kz.services
    reader = services.holder(world.accounts[AccountRole.DUTY_OFFICER][0])
    try:
        export(services, reader, selection, Shape(shape), lambda name, octets: written.append(octets))
    except Problem as problem:
        return b"".join(written), problem.sentence()
    return b"".join(written), ""


def test_who_is_cleared_sees_the_canary_and_that_something_waits(worlds: tuple[World, World]) -> None:
    """Else the tests beside this one would prove nothing."""
    world, _ = worlds
    for path, said in (
        (f"/desk/object/{CANARY['id']}", "canary-7f3a"),
        ("/desk/recalls", next(one for one in world.secrets if one.startswith("kenesh-withdrawal--"))),
        ("/desk", CIRCLE),
        ("/desk/register", EVIDENCE["id"]),
        (f"/desk/object/{PASSED_ON['id']}", CIRCLE),
    ):
        assert said in world.answer(world.cleared, "GET", path).text, path
    assert world.kz.holds(CANARY["id"]) == {"TR": Tlp.GREEN}


def test_a_newer_version_that_came_through_a_circle_neither_hides_the_older_one_nor_is_told(nodes: Nodes) -> None:
    kz, tr, _ = nodes.found("KZ", "TR", "AZ")
    nodes.introduce()
    tr.forms(CIRCLE)
    tr.admits("KZ", CIRCLE)
    tr.imports(OPEN)
    tr.releases(OPEN["id"], to="KZ")
    nodes.settle()
    officer, _ = add_account(kz.services, "an officer", (AccountRole.DUTY_OFFICER,), "console")
    before = show(kz.services, kz.services.holder(officer), OPEN["id"]).value
    hits = _hits(kz, officer)
    assert len(hits) == 1
    listed, left = _listed(kz, officer), _left(kz, officer)
    assert listed == [OPEN["name"]]
    assert OPEN["name"].encode() in left
    tr.imports(indicator("open.example", version=1, name=VALUE))
    tr.releases(OPEN["id"], to=f"body:{CIRCLE}")
    nodes.settle()
    after = show(kz.services, kz.services.holder(officer), OPEN["id"]).value
    assert (after.content, after.versions, after.came_from) == (before.content, before.versions, before.came_from)
    assert _hits(kz, officer) == hits
    assert (_listed(kz, officer), _left(kz, officer)) == (listed, left)
    assert _listed(kz, officer, VALUE) == []
    released = acts.release(
        kz.services, Wish(words=[OPEN["id"]], to="AZ"), "an officer", reader=kz.services.holder(officer)
    )
    with kz.services.store.reading() as tx:
        (grant,) = tx.grants.of_statement(released.statements[0].num, frozenset({"indicator"}))
        assert tx.versions.held([grant.version])[0].name == OPEN["name"]
    whole = show(kz.services, kz.services.person("console"), OPEN["id"]).value
    assert whole.content["name"] == VALUE
    assert [held.name for held in whole.versions] == [OPEN["name"], VALUE]


def _hits(kz: Node, officer: Account) -> list[str]:
    with kz.services.store.reading() as tx:
        (found,) = look_up(tx, kz.services.holder(officer), ["open.example"], kz.clock.now())
    return [known.held.name for known in found.known.value]


def _listed(kz: Node, officer: Account, text: str = "") -> list[str]:
    asked = listing.wanted({"type": "indicator", "q": text})
    found = listing.listed(kz.services, kz.services.holder(officer), asked).value
    return [item.name for item, _ in found.items]


def _left(kz: Node, officer: Account) -> bytes:
    pieces: list[bytes] = []
    reader = kz.services.holder(officer)
    export(kz.services, reader, Selection(everything=True), Shape("csv"), lambda _, octets: pieces.append(octets))
    return b"".join(pieces)


def test_what_waits_of_a_circle_and_what_was_done_in_it_push_nothing_off_a_page(nodes: Nodes) -> None:
    kz, tr = nodes.found("KZ", "TR")
    nodes.introduce()
    circle = tr.forms(CIRCLE)
    tr.admits("KZ", CIRCLE)
    nodes.settle()
    _, session = _with_account(kz, "an officer", AccountRole.DUTY_OFFICER)
    cleared, _ = _with_account(kz, "who is cleared", AccountRole.DUTY_OFFICER)
    clear_for(kz.services, "who is cleared", [circle.id], "console")
    other_session = _session(kz, cleared)
    answering = nodes.loop.serve(
        build(kz.services, kz.home.woken, kz.services.chance.uuid4, pages=routes(kz.services)), kz.clock
    )

    def page(shown: str, path: str) -> str:
        asked = httpx2.Request("GET", f"{kz.own.url}{path}", headers={"Cookie": f"{SESSION_COOKIE}={shown}"})
        return answering(asked).text

    with kz.services.store.writing() as tx:
        for number in range(200):
            kz.services.record(tx, ActKind.OBJECTS_EXPORTED, f"open act {number}", "csv", objects=1)
    before = page(session, "/desk"), page(session, "/desk/record")
    with kz.services.store.writing() as tx:
        tx.quarantine.put(
            tr.own.ref, circle.id, Channel.CONTENT, CANARY["id"], b"{}", "no release lists it", Instant(1)
        )
        for _ in range(50):
            kz.services.record(tx, ActKind.BODY_FORMED, "a secret act", circle.id)
    assert (page(session, "/desk"), page(session, "/desk/record")) == before
    assert "open act 0" in before[1]
    assert page(other_session, "/desk") != before[0]
    assert "a secret act" in page(other_session, "/desk/record")


def test_a_release_that_tells_of_two_circles_is_seen_by_who_is_cleared_for_both(nodes: Nodes) -> None:
    tr, *_ = nodes.found("TR", "AZ", "KZ")
    nodes.introduce()
    one, other = tr.forms(CIRCLE), tr.forms(RING)
    terms = [tr.admits("AZ", name) for name in (CIRCLE, RING)]
    made = tr.releases(*(term.id for term in terms), to="KZ", label=Tlp.AMBER).statements
    assert made
    clearances = (frozenset({one.id}), frozenset({other.id}), frozenset({one.id, other.id}), None)
    seen = []
    for cleared_for in clearances:
        reader = Reader(ReaderKind.PERSON, tr.own.ref, "an officer", cleared_for)
        with tr.services.store.reading() as tx:
            found = seen_by_id(tx, reader, {statement.id for statement in made}, tr.clock.now()).value
        seen.append(len(found) == len(made))
    assert seen == [False, False, True, True]
