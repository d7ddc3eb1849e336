"""Constituents: what they read, over every door that is open to them, and what is said of it in the record."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import msgspec
import pytest
from litestar.testing import TestClient
from tests.federation.objects import address, indicator
from tests.unit.federation.alone import Alone

from kenesh.basis.instants import DAY, HOUR, SECOND, Instant
from kenesh.basis.problem import RefusedProblem, UnknownProblem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.accounts.tokens import make_token, revoke_token
from kenesh.doors.ceilings import ceilings, set_ceiling
from kenesh.doors.constituents import (
    add_constituent,
    change_constituent,
    make_constituent_token,
    remove_constituent,
    show_constituent,
)
from kenesh.doors.house import build
from kenesh.federation.recalling import recall_of
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_id
from kenesh.parties.sectors import SECTORS
from kenesh.release.audience import collection_id, group_audience
from kenesh.release.caveats import Caveats
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.taxii.media import MEDIA_TYPE

VALUE = "evil.example"
COLLECTIONS = "/taxii2/kenesh/collections"
Json = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """One who reads over HTTP with a name and a token."""

    http: TestClient[Any]
    headers: dict[str, str]

    def get(self, path: str) -> httpx2.Response:
        found: httpx2.Response = self.http.get(path, headers=self.headers | {"Accept": MEDIA_TYPE})  # type: ignore[assignment]
        return found

    def collections(self) -> dict[str, str]:
        """Title by id."""
        return {one["id"]: one["title"] for one in self.get(f"{COLLECTIONS}/").json().get("collections", [])}

    def reads(self, collection: str) -> list[str]:
        """The ids of what stands there."""
        found = self.get(f"{COLLECTIONS}/{collection}/objects/")
        assert found.status_code == 200, found.text
        return [one["id"] for one in found.json().get("objects", [])]

    def everything(self) -> set[str]:
        return {stix_id for one in self.collections() for stix_id in self.reads(one)}

    def posts(self, body: Any) -> httpx2.Response:
        headers = self.headers | {"Content-Type": "application/json"}
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        found: httpx2.Response = self.http.post("/api/lookup", content=content, headers=headers)  # type: ignore[assignment]
        return found

    def looks_up(self, *values: str) -> list[list[str]]:
        """For each value the ids by which it is known."""
        found = self.posts({"values": values})
        assert found.status_code == 200, found.text
        return [[hit["id"] for hit in one["hits"]] for one in found.json()["values"]]


@dataclass(frozen=True)
class House:
    """KZ's node, open."""

    kz: Alone
    http: TestClient[Any]

    def token(self, name: str) -> Reading:
        """The constituent with a token of its own."""
        secret = make_constituent_token(self.kz.services, name, 90, "console")
        user = show_constituent(self.kz.services, name).constituent.pseudonym.replace(":", "-")
        return self.with_secret(user, secret)

    def client(self, party: str, *scopes: str) -> Reading:
        secret = make_token(self.kz.services, "client", party, 90, scopes or ("taxii:read", "lookup:read"))
        return self.with_secret("client", secret)

    def with_secret(self, user: str, secret: str) -> Reading:
        return Reading(self.http, {"Authorization": "Basic " + b64encode(f"{user}:{secret}".encode()).decode()})

    def adds(self, name: str, *groups: str, sectors: tuple[str, ...] = (), mail: str = "") -> Reading:
        self.kz.clock.step(SECOND)
        add_constituent(self.kz.services, name, groups, sectors, mail, "console")
        return self.token(name)

    def collection(self, name: str, channel: Channel = Channel.CONTENT) -> str:
        own = self.kz.own.ref
        return str(collection_id(own, group_audience(own, name).ref, channel))

    def acts(self) -> list[tuple[str, str, str, dict[str, str | int]]]:
        with self.kz.database.reading() as tx:
            found = tx.ledger.acts(-1, 10_000)
        return [(str(one.act.kind), one.act.who, one.act.subject, dict(one.act.details)) for one in found if one.act]


@pytest.fixture
def house() -> Iterator[House]:
    kz = Alone("AZ", "TR")
    with TestClient(build(kz.services, lambda: 0, kz.services.chance.uuid4)) as http:
        yield House(kz, http)
    kz.database.close()


def has(house: House, value: str, tlp: Tlp | None, *, giver: str = "KZ", to: str = "", **more: Any) -> str:
    """An indicator that KZ holds, its own or given by another; released where it is said to whom."""
    made = indicator(value, tlp, by=giver)
    house.kz.holds(made, giver=giver)
    if to:
        house.kz.releases(made["id"], to=to, **more)
    return str(made["id"])


def test_a_constituent_reads_what_goes_to_its_groups_its_sectors_and_the_public_and_never_more(house: House) -> None:
    grid = house.adds("Grid", "grid", sectors=("energy",))
    bank = house.adds("Bank", "banks", sectors=("banking",))
    to_grid = has(house, "grid.example", Tlp.AMBER, to="group:grid")
    to_energy = has(house, "energy.example", Tlp.GREEN, to="sector:energy")
    to_bank = has(house, "bank.example", Tlp.CLEAR, to="group:banks")
    to_all = has(house, "all.example", Tlp.CLEAR, to="public")
    to_az = has(house, "az.example", Tlp.CLEAR, to="AZ")
    held = has(house, "held.example", Tlp.CLEAR)
    assert {title.partition(":")[0] for title in grid.collections().values()} == {"group", "sector", "public"}
    seen, other = grid.everything(), bank.everything()
    assert {to_grid, to_energy, to_all} <= seen and not {to_bank, to_az, held} & seen
    assert {to_bank, to_all} <= other and not {to_grid, to_energy, to_az, held} & other
    # Another's group, an inbox and the own party's inbox look like what is not there.
    absent = grid.get(f"{COLLECTIONS}/00000000-0000-5000-8000-000000000000/objects/")
    inboxes = [str(collection_id(house.kz.own.ref, ref, Channel.CONTENT)) for ref in (party_id("AZ"), house.kz.own.ref)]
    for collection in (house.collection("group:banks"), *inboxes):
        found = grid.get(f"{COLLECTIONS}/{collection}/objects/")
        assert (found.status_code, found.content) == (404, absent.content)
    assert house.client("AZ").get(f"{COLLECTIONS}/{house.collection('group:grid')}/objects/").status_code == 404
    assert Reading(house.http, {}).get(f"{COLLECTIONS}/{house.collection('group:grid')}/objects/").status_code == 401


@pytest.mark.clause("FIRST TLP 2.0")
@pytest.mark.parametrize("giver", ["KZ", "AZ"])
@pytest.mark.parametrize(
    ("tlp", "goes"), [(Tlp.CLEAR, 1), (Tlp.GREEN, 1), (Tlp.AMBER, 1), (Tlp.AMBER_STRICT, 0), (Tlp.RED, 0)]
)
def test_amber_goes_to_ones_own_constituents_whoever_wrote_it_and_what_is_stricter_never(
    house: House, giver: str, tlp: Tlp, goes: int
) -> None:
    grid = house.adds("Grid", "grid")
    stix_id = has(house, VALUE, tlp, giver=giver)
    if goes:
        house.kz.releases(stix_id, to="group:grid")
    else:
        # Another's RED is not even there for an officer who is not named.
        with pytest.raises((RefusedProblem, UnknownProblem)) as refused:
            house.kz.releases(stix_id, to="group:grid")
        rules = {one["rule"] for one in refused.value.params.get("refused", ())}
        assert rules <= {"TLP-01", "TLP-03", "TLP-04"} and (rules or tlp is Tlp.RED)
    assert (stix_id in grid.everything()) is bool(goes)
    assert grid.looks_up(VALUE) == [[stix_id] if goes else []]


def test_it_is_in_its_groups_from_now_on_and_out_of_them_at_once(house: House) -> None:
    grid = house.adds("Grid", "grid")
    stix_id = has(house, VALUE, Tlp.AMBER, to="group:grid")
    assert stix_id in grid.everything()
    change_constituent(house.kz.services, "Grid", "console", groups=["other"])
    assert stix_id not in grid.everything() and grid.looks_up(VALUE) == [[]]
    change_constituent(house.kz.services, "Grid", "console", groups=["grid"], sectors=["energy"])
    assert stix_id in grid.everything()
    shown = show_constituent(house.kz.services, "Grid").constituent
    assert shown.groups == {"group:grid", "sector:energy"}


def test_a_removed_constituent_reads_nothing_and_its_name_is_nowhere(house: House) -> None:
    grid = house.adds("Grid-7f3a", "grid", mail="duty@grid-7f3a.example")
    assert grid.get("/misp/manifest.json").status_code == 200
    remove_constituent(house.kz.services, "Grid-7f3a", "console")
    for path in (f"{COLLECTIONS}/", "/misp/manifest.json"):
        assert grid.get(path).status_code == 401
    assert grid.posts({"values": [VALUE]}).status_code == 401
    with house.kz.database.reading() as tx:
        assert tx.constituents.all() == [] and tx.constituents.find("Grid-7f3a") is None
        assert [one for one in tx.tokens.all() if one.constituent] == []
        rows = tx.connection.exec_driver_sql("SELECT * FROM constituents").all()
    assert "7f3a" not in f"{rows}{house.acts()}"
    with pytest.raises(UnknownProblem):
        make_constituent_token(house.kz.services, "Grid-7f3a", 1, "console")


def test_a_token_whose_constituent_is_gone_speaks_for_nobody(house: House) -> None:
    """Above all not for the party, whose inbox an account of it would read."""
    grid = house.adds("Grid", "grid")
    with house.kz.database.writing() as tx:
        (one,) = tx.constituents.all()
        tx.constituents.remove(one)
    assert grid.get(f"{COLLECTIONS}/").status_code == 401


def test_a_revoked_or_expired_token_opens_nothing(house: House) -> None:
    grid = house.adds("Grid", "grid")
    again = house.token("Grid")
    first, _ = show_constituent(house.kz.services, "Grid").tokens
    revoke_token(house.kz.services, first.num)
    assert (grid.get(f"{COLLECTIONS}/").status_code, again.get(f"{COLLECTIONS}/").status_code) == (401, 200)
    house.kz.clock.step(91 * DAY)
    assert again.get(f"{COLLECTIONS}/").status_code == 401


def test_each_act_stands_in_the_record_by_a_number(house: House) -> None:
    house.adds("Grid-7f3a", "grid", sectors=("energy",))
    change_constituent(house.kz.services, "Grid-7f3a", "console", groups=[])
    remove_constituent(house.kz.services, "Grid-7f3a", "console")
    wanted = [ActKind.CONSTITUENT_ADDED, ActKind.TOKEN_MADE, ActKind.CONSTITUENT_CHANGED, ActKind.CONSTITUENT_REMOVED]
    told = [one for one in house.acts() if one[0] in wanted]
    assert [one[0] for one in told] == wanted
    assert {one[2] for one in told} == {"constituent:1"}
    assert told[0][3] == {"groups": "group:grid sector:energy"} and told[2][3] == {"groups": "sector:energy"}


@pytest.mark.parametrize(
    ("name", "groups", "sectors", "mail"),
    [
        ("", [], [], ""),
        ("x" * 101, [], [], ""),
        ("a\nb", [], [], ""),
        ("a", ["Grid"], [], ""),
        ("a", ["a b"], [], ""),
        ("a", ["-a"], [], ""),
        ("a", ["x" * 64], [], ""),
        ("a", [], ["power"], ""),
        ("a", [f"g{n}" for n in range(41)], [], ""),
        ("a", [], [], "nobody"),
        ("a", [], [], "a@b.example\nBcc: c@d.example"),
        ("a", [], [], "a@b.example,c@d.example"),
    ],
)
def test_what_is_no_constituent_is_not_taken(
    house: House, name: str, groups: list[str], sectors: list[str], mail: str
) -> None:
    with pytest.raises(UsageProblem):
        add_constituent(house.kz.services, name, groups, sectors, mail, "console")
    with house.kz.database.reading() as tx:
        assert tx.constituents.all() == [] and tx.constituents.groups() == {}


def test_a_name_is_given_once_and_a_group_is_known_once_somebody_was_in_it(house: House) -> None:
    has(house, VALUE, Tlp.CLEAR)
    with pytest.raises(UnknownProblem):
        house.kz.releases(indicator(VALUE)["id"], to="group:grid")
    house.adds("Grid", "grid", sectors=SECTORS)
    with pytest.raises(UsageProblem):
        house.adds("Grid")
    outcome = house.kz.releases(indicator(VALUE)["id"], to="group:grid,sector:energy")
    assert outcome.reaches == {"group:grid": ["Grid"], "sector:energy": ["Grid"]}
    remove_constituent(house.kz.services, "Grid", "console")
    has(house, "other.example", Tlp.CLEAR, to="group:grid")


def test_what_is_withdrawn_is_gone_and_the_withdrawal_is_read(house: House) -> None:
    grid = house.adds("Grid", "grid")
    stix_id = has(house, VALUE, Tlp.AMBER, giver="AZ", to="group:grid")
    assert stix_id in grid.everything()
    house.kz.clock.step(SECOND)
    recall, _ = recall_of("delete", Instant(house.kz.clock.now() + DAY))
    acts.withdraw(house.kz.services, stix_id, "a mistake", "officer", recall)
    assert grid.looks_up(VALUE) == [[]]
    assert stix_id not in grid.reads(house.collection("group:grid"))
    control = grid.reads(house.collection("group:grid", Channel.CONTROL))
    assert [one.partition("--")[0] for one in control] == ["kenesh-release", "kenesh-withdrawal"]


def test_explain_says_of_a_group_why(house: House) -> None:
    house.adds("Grid", "grid")
    amber, strict = has(house, VALUE, Tlp.AMBER, giver="AZ"), has(house, "b.example", Tlp.AMBER_STRICT)
    officer = house.kz.services.person("officer")
    assert not acts.explain_for(house.kz.services, officer, amber, "group:grid").allowed
    house.kz.releases(amber, to="group:grid")
    assert acts.explain_for(house.kz.services, officer, amber, "group:grid").rule == "TLP-18"
    withheld = acts.explain_for(house.kz.services, officer, strict, "group:grid")
    assert (withheld.allowed, withheld.rule) == (False, "TLP-04")
    with pytest.raises(UnknownProblem):
        acts.explain_for(house.kz.services, officer, amber, "group:nowhere")


def test_a_ceiling_of_a_group_holds_for_release_and_reading(house: House) -> None:
    grid = house.adds("Grid", "grid")
    amber = has(house, VALUE, Tlp.AMBER, to="group:grid")
    set_ceiling(house.kz.services, "group:grid", Tlp.GREEN, "console")
    assert ceilings(house.kz.services) == {"group:grid": Tlp.GREEN}
    assert amber not in grid.everything() and grid.looks_up(VALUE) == [[]]
    with pytest.raises(RefusedProblem):
        has(house, "other.example", Tlp.AMBER, to="group:grid")
    set_ceiling(house.kz.services, "group:grid", None, "console")
    assert amber in grid.everything()


def test_caveats_hold_for_constituents(house: House) -> None:
    grid = house.adds("Grid", "grid")
    until = Instant(house.kz.clock.now() + HOUR)
    stix_id = has(house, VALUE, Tlp.GREEN, to="group:grid", caveats=Caveats(valid_until=until), not_for="TR")
    assert stix_id in grid.everything() and grid.looks_up(VALUE) == [[stix_id]]
    house.kz.clock.step(2 * HOUR)
    assert stix_id not in grid.everything() and grid.looks_up(VALUE) == [[]]


def test_the_misp_feed_shows_the_same(house: House) -> None:
    grid, bank = house.adds("Grid", "grid"), house.adds("Bank", "banks")
    has(house, VALUE, Tlp.AMBER, to="group:grid")
    (uuid,) = grid.get("/misp/manifest.json").json()
    values = {one["value"] for one in grid.get(f"/misp/{uuid}.json").json()["Event"]["Attribute"]}
    assert values == {VALUE}
    assert bank.get("/misp/manifest.json").json() == {}
    assert bank.get(f"/misp/{uuid}.json").status_code == 404
    assert uuid in grid.get("/misp/hashes.csv").text and bank.get("/misp/hashes.csv").text == ""


def test_a_constituent_writes_nothing_and_opens_no_other_door(house: House) -> None:
    grid = house.adds("Grid", "grid")
    stix_id = has(house, VALUE, Tlp.CLEAR, to="group:grid")
    base = f"{COLLECTIONS}/{house.collection('group:grid')}/objects/"
    headers = grid.headers | {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}
    assert grid.http.post(base, content=b"{}", headers=headers).status_code == 403
    assert grid.http.delete(f"{base}{stix_id}/", headers=headers).status_code == 403
    for path in ("/api/record/heads", "/api/events", "/api/stated"):
        assert grid.get(path).status_code in (403, 404)


# --- look-up


def test_a_look_up_finds_parents_networks_and_defanged_values(house: House) -> None:
    grid = house.adds("Grid", "grid")
    net = address("198.51.100.0/24", Tlp.GREEN)
    house.kz.holds(net)
    house.kz.releases(net["id"], to="group:grid")
    domain = has(house, VALUE, Tlp.GREEN, to="group:grid")
    found = grid.looks_up(f"www.{VALUE}", "hxxp://www.evil[.]example/a", "198.51.100.7", "nothing at all", "no.example")
    assert found == [[domain], [domain], [net["id"]], [], []]
    answer = grid.posts({"values": [f"www.{VALUE}", "nothing at all"]}).json()
    assert answer["values"][0] == {
        "value": f"www.{VALUE}",
        "kind": "domain",
        "hits": [
            {
                "id": domain,
                "type": "indicator",
                "name": f"Seen: {VALUE}",
                "tlp": "TLP:GREEN",
                "matched": VALUE,
                "released_by": "KZ",
            }
        ],
        "more": False,
    }
    assert answer["values"][1]["kind"] is None


def test_what_is_withheld_is_answered_as_what_nobody_knows(house: House) -> None:
    grid = house.adds("Grid", "grid")
    house.adds("Bank", "banks")
    has(house, "withheld.example", Tlp.CLEAR, to="AZ,group:banks")
    has(house, "held.example", Tlp.CLEAR)
    asked = ["withheld.example", "held.example", "unknown.example"]
    answers = [grid.posts({"values": [value]}) for value in asked]
    texts = [answer.text.replace(value, "X") for answer, value in zip(answers, asked, strict=True)]
    assert len(set(texts)) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_a_newer_version_that_it_lacks_changes_nothing_and_a_revocation_ends_it(house: House) -> None:
    grid = house.adds("Grid", "grid")
    stix_id = has(house, VALUE, Tlp.GREEN, to="group:grid")
    house.kz.holds(indicator(VALUE, Tlp.GREEN, by="KZ", version=1, pattern="[domain-name:value = 'else.example']"))
    assert grid.looks_up(VALUE, "else.example") == [[stix_id], []]
    house.kz.releases(stix_id, to="group:grid")
    assert grid.looks_up(VALUE, "else.example") == [[], [stix_id]]
    house.kz.holds(indicator(VALUE, Tlp.GREEN, by="KZ", version=2, revoked=True))
    assert grid.looks_up(VALUE, "else.example") == [[], []]


def test_a_client_account_looks_up_in_its_inbox_alone(house: House) -> None:
    house.adds("Grid", "grid")
    to_az = has(house, VALUE, Tlp.AMBER_STRICT, to="AZ")
    has(house, "grid.example", Tlp.GREEN, to="group:grid")
    az = house.client("AZ")
    assert az.looks_up(VALUE, "grid.example") == [[to_az], []]
    assert house.client("TR").looks_up(VALUE) == [[]]
    assert house.client("AZ", "taxii:read").posts({"values": [VALUE]}).status_code == 403
    assert Reading(house.http, {}).posts({"values": [VALUE]}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b'{"values": []}', 422),
        (b'{"values": [1]}', 422),
        (b'{"values": ["a"], "who": "x"}', 422),
        (b'{"values": ["\xff"]}', 422),
        (msgspec.json.encode({"values": ["a"] * 101}), 422),
        (msgspec.json.encode({"values": ["a" * 4001]}), 422),
        (b'{"values": ["' + b"a" * 600_000 + b'"]}', 413),
        (b'{"values":' + b"[" * 100_000, 422),
    ],
)
def test_a_look_up_that_is_none_is_refused_and_not_counted(house: House, body: bytes, status: int) -> None:
    grid = house.adds("Grid", "grid")
    assert grid.posts(body).status_code == status
    assert show_constituent(house.kz.services, "Grid").looked_up == ()


def test_a_body_of_another_type_is_refused(house: House) -> None:
    grid = house.adds("Grid", "grid")
    found = grid.http.post("/api/lookup", content=b'{"values":["a"]}', headers=grid.headers)
    assert found.status_code == 415


# --- metering


@pytest.fixture
def bounded() -> Iterator[House]:
    """Ten values a day."""
    kz = Alone("AZ", "TR")
    kz.services = replace(kz.services, lookups_per_day=10)
    with TestClient(build(kz.services, lambda: 0, kz.services.chance.uuid4)) as http:
        yield House(kz, http)
    kz.database.close()


def test_values_are_counted_by_the_day_whether_known_or_not_and_bounded(bounded: House) -> None:
    grid = bounded.adds("Grid", "grid")
    has(bounded, VALUE, Tlp.GREEN, to="group:grid")
    bounded.kz.clock.step(2 * HOUR)
    grid.looks_up(VALUE, *(f"n{n}.example" for n in range(5)))
    # Six are counted: five more do not go, four do, whichever of its tokens it shows.
    again = bounded.token("Grid")
    refused = again.posts({"values": [f"m{n}.example" for n in range(5)]})
    assert refused.status_code == 429
    left = DAY - bounded.kz.clock.now() % DAY
    assert refused.headers["Retry-After"] == str(-(-left // SECOND))
    again.looks_up(*(f"m{n}.example" for n in range(4)))
    assert grid.posts({"values": [VALUE]}).status_code == 429
    (today,) = show_constituent(bounded.kz.services, "Grid").looked_up
    assert (today.values, today.refused) == (10, True)
    bounded.kz.clock.step(left)
    assert grid.looks_up(VALUE) != [[]]
    assert [one.values for one in show_constituent(bounded.kz.services, "Grid").looked_up] == [1, 10]


def test_counts_are_each_ones_own_and_the_oldest_are_forgotten(bounded: House) -> None:
    grid, bank = bounded.adds("Grid", "grid"), bounded.adds("Bank", "grid")
    az, tr = bounded.client("AZ"), bounded.client("TR")
    for reader in (grid, bank, az, tr):
        assert reader.posts({"values": ["a.example"] * 10}).status_code == 200
        assert reader.posts({"values": ["a.example"]}).status_code == 429
    bounded.kz.clock.step(85 * DAY)
    grid.looks_up(VALUE)
    bounded.kz.clock.step(4 * DAY)
    grid = bounded.token("Grid")
    grid.looks_up(VALUE)
    bounded.kz.clock.step(2 * DAY)
    grid.looks_up(VALUE)
    with bounded.kz.database.reading() as tx:
        assert len(tx.connection.exec_driver_sql("SELECT * FROM looked_up").all()) == 3


def test_every_look_up_stands_in_the_record_before_its_answer_and_no_value_does(bounded: House) -> None:
    grid = bounded.adds("Grid", "grid")
    has(bounded, VALUE, Tlp.GREEN, to="group:grid")
    grid.looks_up(VALUE, "canary-7f3a.example")
    bounded.client("AZ").looks_up("canary-7f3a.example")
    for _ in range(3):
        assert grid.posts({"values": ["canary-7f3a.example"] * 9}).status_code == 429
    told = [one for one in bounded.acts() if one[0] in (ActKind.VALUES_QUERIED, ActKind.READING_REFUSED)]
    assert told == [
        ("values-queried", "constituent:1", bounded.kz.own.ref, {"values": 2, "known": 1}),
        ("values-queried", "account:client", party_id("AZ"), {"values": 1, "known": 0}),
        ("reading-refused", "constituent:1", bounded.kz.own.ref, {"limit": 10}),
    ]
    assert "canary" not in str(bounded.acts())
