"""Cases over HTTP: two teams' own tools open, ask, answer and close at their own nodes, and nobody else's do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer
from tests.cli.served import answering

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.problem import Exit
from kenesh.node.clock import SystemClock
from kenesh.node.settings import read_settings
from kenesh.node.wiring import open_node
from kenesh.parties.accounts import ApiToken
from kenesh.parties.party import party_id

AWARE = "2026-11-25T13:00:00+05:00"
DUE = "2999-12-01T08:00:00Z"
JSON = {"Content-Type": "application/json"}
WRITES = ("cases:write",)
#: A case in which something is for a person by name.
NAMED = "named"


@dataclass(frozen=True, slots=True)
class Team:
    """A party's officer, and the client through which its tools ask its node."""

    officer: Officer
    client: httpx2.Client

    def reads(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, path: str, **body: Any) -> Any:
        """What an act is answered, which is what its Location tells too, or its id is in that."""
        answer = self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        again, said = self.reads(answer.headers["Location"]), answer.json()
        assert again["case"] == said["case"] if "case" in said else said.keys() == {"id"}
        return said

    def case(self, name: str = "wiper") -> Any:
        return self.reads(f"/api/cases/{name}")


def client(officer: Officer, name: str, party: str, *scopes: str) -> httpx2.Client:
    words = [word for scope in scopes for word in ("--scope", scope)]
    return shown(officer, name, officer.document("token", name, "--party", party, *words)["token"])


def shown(officer: Officer, name: str, token: str) -> httpx2.Client:
    return httpx2.Client(base_url=read_settings(officer.home).url, auth=(name, token), timeout=30)


@pytest.fixture(scope="module")
def teams(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, Team]]:
    """KZ and AZ, whose nodes answer; KZ leads the case `wiper`, and AZ has joined."""
    council = Council(templates, tmp_path_factory.mktemp("api"))
    kz, az, tr = (council.officer(party) for party in ("KZ", "AZ", "TR"))
    with ExitStack() as open_now:
        for officer in (kz, az):
            open_now.enter_context(answering(officer))
        kz.meets(az)
        az.meets(kz)
        kz.meets(tr.at(NOBODY_THERE))
        ours, theirs = (
            Team(one, open_now.enter_context(client(one, "tickets", one.party, *WRITES))) for one in (kz, az)
        )
        case = {"parties": ["AZ"], "sectors": ["energy"], "regimes": ["nis2"], "severity": "red", "aware_at": AWARE}
        case |= {"rsit_class": "malicious-code", "cross_border_impact": "suspected", "text": "two stations"}
        ours.does("/api/cases", name="wiper", **case)
        read(ours, theirs)
        assert {one["party"]: one["state"] for one in theirs.does("/api/cases/wiper/join")["parties"]}["AZ"] == "joined"
        read(ours, theirs)
        yield ours, theirs


def read(ours: Team, theirs: Team) -> None:
    theirs.officer.document("sync", "KZ")
    ours.officer.document("sync", "AZ")
    theirs.officer.document("sync", "KZ")


def standing(team: Team, asked_id: str) -> tuple[str, bool | None]:
    asked = team.reads(f"/api/asked/{asked_id}")["asked"]
    assert asked in team.case()["asked"]
    return asked["state"], asked["in_time"]


def test_what_one_asks_the_other_accepts_and_does(teams: tuple[Team, Team]) -> None:
    kz, az = teams
    task = kz.does("/api/cases/wiper/tasks", title="image of the controller", to="AZ", due_at=DUE, text="at once")["id"]
    assert standing(kz, task) == ("asked", None)
    read(kz, az)
    short = task.partition("--")[2][:8]
    az.does(f"/api/asked/{short}/updates", status="accepted")
    assert standing(az, short)[0] == "accepted"
    evidence = {"name": "disk.img", "sha256": sha256(b"octets").hexdigest(), "octets": 6}
    done = az.does(f"/api/asked/{task}/updates", status="done", text="here", evidence=[evidence], tlp="amber+strict")
    read(kz, az)
    read(kz, az)
    assert standing(kz, task) == standing(az, task) == ("done", True)
    stated = kz.officer.document("show", done["id"])
    assert (stated["content"]["evidence"], stated["tlp"]) == ([evidence], "TLP:AMBER+STRICT")
    again = az.client.post(f"/api/asked/{task}/updates", json={"status": "accepted"})
    assert (again.status_code, again.json()["detail"]) == (400, "It is done: accepted does not follow from that.")


def test_what_is_asked_is_taken_back_and_refused(teams: tuple[Team, Team]) -> None:
    kz, az = teams
    wanted = {"title": "how is it now?", "to": "KZ", "due_at": DUE, "regime": "nis2", "stage": "intermediate"}
    report, logs = (
        az.does("/api/cases/wiper/requests", **wanted, kind="information")["id"],
        az.does("/api/cases/wiper/requests", title="logs", to="KZ", due_at=DUE, kind="preservation")["id"],
    )
    assert az.does(f"/api/asked/{report}/cancel")["id"] == report
    assert standing(az, report)[0] == "cancelled"
    read(kz, az)
    theirs = kz.client.post(f"/api/asked/{logs}/cancel", json={})
    assert (theirs.status_code, theirs.json()["detail"]) == (
        400, "AZ asked it, and that party alone takes it back.",
    )  # fmt: skip
    kz.does(f"/api/asked/{logs}/updates", status="refused", text="they are gone")
    assert standing(kz, logs)[0] == "refused"


def test_a_case_is_reported_linked_widened_handed_over_and_closed(teams: tuple[Team, Team], tmp_path: Path) -> None:
    kz, _ = teams
    kz.does("/api/cases/wiper/reports", regime="nis2", stage="early-warning", aware_at=AWARE, outlook="worsening",
            suspected_malicious="suspected", root_cause="malicious-actions", severity="red", text="two")  # fmt: skip
    kz.officer.document("import", files.written(tmp_path, files.malware(1, "green")))
    kz.does("/api/cases/wiper/links", target_ref=files.malware(1)["id"])
    kz.does("/api/cases/wiper/handover", to="the night shift", text="AZ is imaging")
    widened = kz.does("/api/cases/wiper/invitations", party="TR")
    assert {one["party"] for one in widened["parties"]} == {"KZ", "AZ", "TR"}
    assert files.malware(1)["id"] in {one["id"] for one in widened["linked"]}
    told = {one["what"]: one["name"] + one["text"] for one in widened["timeline"]}
    assert told["case-in-progress"] == "Handed over to the night shift. AZ is imaging"
    assert told["report"] == "nis2 early-warning"
    states = [kz.does("/api/cases/wiper/close", state=state)["state"] for state in ("handled", "closed", "open")]
    assert states == ["handled", "closed", "open"]


def test_it_is_the_document_that_the_command_line_prints(
    teams: tuple[Team, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda self: Instant(now))
    for team in teams:
        assert team.case() == team.officer.document("case", "show", "wiper")
        listed = [one for one in team.officer.document("case", "list") if one["name"] != NAMED]
        assert [one for one in team.reads("/api/cases") if one["name"] != NAMED] == listed != []
    kz, _ = teams
    assert kz.case(kz.case()["case"]) == kz.case()
    assert kz.client.get("/api/cases").headers["Cache-Control"] == "no-store"


def test_what_is_for_a_person_by_name_is_for_no_tool(teams: tuple[Team, Team], tmp_path: Path) -> None:
    kz, _ = teams
    secret = files.malware(2, "red")["id"]
    kz.does("/api/cases", name=NAMED)
    kz.officer.document("import", files.written(tmp_path, files.malware(2, "red")))
    kz.officer.document("case", "link", NAMED, secret)
    assert secret in {one["id"] for one in kz.officer.document("case", "show", NAMED)["linked"]}
    assert secret not in kz.client.get(f"/api/cases/{NAMED}").text
    withheld, absent = (
        kz.client.post(f"/api/cases/{NAMED}/links", json={"target_ref": ref})
        for ref in (secret, files.malware(3)["id"])
    )
    assert (withheld.status_code, absent.status_code) == (404, 404)
    assert withheld.text.replace(secret, "") == absent.text.replace(files.malware(3)["id"], "")


def test_the_record_names_the_client_that_acted(teams: tuple[Team, Team]) -> None:
    kz, _ = teams
    made = kz.does("/api/cases/wiper/tasks", title="look", to="AZ", due_at=DUE)["id"]
    entries = kz.officer.document("audit", "list", "--last", "1000")
    acts = [(one["kind"], one["subject"], one["who"]) for one in entries]
    assert ("case-opened", kz.case()["case"], "account:tickets") in acts
    assert ("object-stated", made, "account:tickets") in acts


TASK = {"title": "x", "to": "AZ", "due_at": DUE}
BAD: dict[str, tuple[str, Any, int, str]] = {
    "a field that is not known": ("cases/wiper/tasks", TASK | {"inject": "x"}, 422, "unknown field `inject`"),
    "a field of a file that is not known": (
        "asked/x/updates",
        {"status": "done", "evidence": [{"name": "x", "sha256": "0" * 64, "octets": 1, "content": "eA=="}]},
        422,
        "unknown field `content` - at `$.evidence[0]`",
    ),
    "a field that is missing": ("cases/wiper/tasks", {"title": "x", "to": "AZ"}, 422, "required field `due_at`"),
    "too long": ("cases/wiper/tasks", TASK | {"title": "x" * 301}, 422, "`$.title`"),
    "a text that is too long": ("cases/wiper/handover", {"to": "x", "text": "x" * 19_001}, 422, "`$.text`"),
    "too many": ("cases", {"name": "other", "sectors": ["energy"] * 21}, 422, "`$.sectors`"),
    "of another type": ("cases/wiper/tasks", TASK | {"title": 5}, 422, "got `int` - at `$.title`"),
    "a number for a time": ("cases/wiper/tasks", TASK | {"due_at": 1}, 422, "`$.due_at`"),
    "a time without a zone": ("cases/wiper/tasks", TASK | {"due_at": "2026-12-01T08:00:00"}, 422, "`$.due_at`"),
    "a span for a time": ("cases/wiper/tasks", TASK | {"due_at": "6h"}, 422, "`$.due_at`"),
    "a time beyond all clocks": ("cases/wiper/tasks", TASK | {"due_at": "9999-12-31T23:59:59Z"}, 422, "`due_at` is of"),
    "a time before all clocks": ("cases", {"name": "x", "aware_at": "0001-01-01T00:00:00+14:00"}, 422, "`aware_at` is"),
    "a word that is none": ("cases/wiper/close", {"state": "gone"}, 422, "`$.state`"),
    "a label that is none": ("cases/wiper/tasks", TASK | {"tlp": "pink"}, 422, "`$.tlp`"),
    "a sector that is none": ("cases", {"name": "other", "sectors": ["energy", "moon"]}, 422, "`$.sectors[1]`"),
    "a class that is none": ("cases", {"name": "other", "rsit_class": "bad"}, 422, "`$.rsit_class`"),
    "a party's code that is none": ("cases/wiper/invitations", {"party": "az"}, 422, "`$.party`"),
    "a hash that is none": (
        "asked/x/updates",
        {"status": "done", "evidence": [{"name": "x", "sha256": "00", "octets": 1}]},
        422,
        "`$.evidence[0].sha256`",
    ),
    "half of a question": ("cases/wiper/requests", TASK | {"stage": "final"}, 422, "by `regime` and `stage`"),
    "a refusal without a reason": ("asked/x/updates", {"status": "refused"}, 422, "is told why, in `text`"),
    "a reason without a refusal": ("cases/wiper/join", {"text": "why"}, 422, "`text` is why a party takes no part"),
    "no object": ("cases", ["wiper"], 422, "Expected `object`, got `array`"),
    "nothing": ("cases", b"", 422, "It is not JSON"),
    "no JSON": ("cases", b"name=wiper", 422, "It is not JSON"),
    "no UTF-8": ("cases", b'{"name":"\xff"}', 422, "It is not UTF-8"),
    "a key twice": ("cases", b'{"name":"a","name":"b"}', 422, "The key 'name' stands twice"),
    "too deep": ("cases", b'{"name":' + b"[" * 100_000, 422, "nested deeper than 64"),
    "deep, and closed": ("cases", b'{"name":' + b"[" * 80 + b"]" * 80 + b"}", 422, "nested deeper than 64"),
    "no name of a room": ("cases", {"name": "Two Words"}, 422, "name"),
    "a party that is not met": ("cases", {"name": "other", "parties": ["UZ"]}, 400, "No node of UZ is admitted here"),
    "a law that is not known": ("cases", {"name": "other", "regimes": ["nis9"]}, 404, "no regime 'nis9'"),
    "a name that is taken": ("cases", {"name": "wiper"}, 400, "KZ keeps a body 'wiper' already."),
    "what may not go": ("cases", {"name": "red", "parties": ["AZ"], "tlp": "red"}, 403, "TLP:RED"),
    "a case that is not there": ("cases/absent/join", {}, 404, "There is no case 'absent' here."),
    "what is not asked": ("asked/kenesh-task--0/cancel", {}, 404, "Nothing is asked here under"),
    "an object that is not there": ("cases/wiper/links", {"target_ref": "x"}, 404, "This node holds no x."),
    "what tells of a person": (
        "cases", {"name": "quiet", "kind": "terrorism", "text": "call +7 701 123 45 67"}, 400, "over the API: looked",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "told"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_a_problem_that_names_the_field(
    teams: tuple[Team, Team], path: str, body: Any, status: int, told: str
) -> None:
    kz, _ = teams
    before = [one["name"] for one in kz.reads("/api/cases")]
    sent = {"content": body, "headers": JSON} if isinstance(body, bytes) else {"json": body}
    answer = kz.client.post(f"/api/{path}", **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail"} and told in problem["detail"], problem
    assert [one["name"] for one in kz.reads("/api/cases")] == before


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_not_read(teams: tuple[Team, Team], media_type: str) -> None:
    kz, _ = teams
    answer = kz.client.post("/api/cases", content=b'{"name":"other"}', headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert answer.json()["detail"] == "application/json is read here. Say so in Content-Type."


def test_more_than_is_taken_at_once_is_too_large(teams: tuple[Team, Team]) -> None:
    kz, _ = teams
    answer = kz.client.post("/api/cases", content=b" " * 600_000, headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert answer.json()["title"] == "The body is larger than is taken at once"


def test_what_is_harmless_is_said_once_somebody_has_looked(teams: tuple[Team, Team]) -> None:
    kz, _ = teams
    kz.does("/api/cases", name="quiet", kind="terrorism", text="duty desk +7 701 123 45 67", looked=True)
    kz.does("/api/cases/quiet/close")


def test_a_token_opens_what_its_scopes_say_and_no_more(teams: tuple[Team, Team]) -> None:
    kz, _ = teams
    with client(kz.officer, "plain", "KZ", "taxii:read", "lookup:read") as plain:
        assert {plain.get(path).status_code for path in ("/api/cases", "/api/cases/wiper", "/api/asked/x")} == {403}
        assert plain.post("/api/cases", json={"name": "other"}).status_code == 403
    with client(kz.officer, "screen", "KZ", "cases:read") as screen:
        assert screen.get("/api/cases/wiper").json()["name"] == "wiper"
        for path in ("cases", "cases/wiper/join", "cases/wiper/close", "asked/x/updates"):
            assert screen.post(f"/api/{path}", json={}).status_code == 403
    with httpx2.Client(base_url=read_settings(kz.officer.home).url) as nobody:
        assert {nobody.get("/api/cases").status_code, nobody.post("/api/cases", json={}).status_code} == {401}


def test_another_partys_token_sees_no_case_and_acts_in_none(teams: tuple[Team, Team]) -> None:
    """AZ is in the room, and reads it at its own node."""
    kz, _ = teams
    task = kz.does("/api/cases/wiper/tasks", title="look", to="AZ", due_at=DUE)["id"]
    with client(kz.officer, "theirs", "AZ", "cases:read") as theirs:
        assert theirs.get("/api/cases").json() == []
        for path, absent in (("cases/wiper", "cases/absent"), (f"asked/{task}", f"asked/{task[:-4]}ffff")):
            here, nowhere = theirs.get(f"/api/{path}"), theirs.get(f"/api/{absent}")
            assert (here.status_code, nowhere.status_code) == (404, 404)
            assert here.text.replace(path.partition("/")[2], absent.partition("/")[2]) == nowhere.text
    refused = kz.officer.says("token", "theirs", "--party", "AZ", "--scope", "cases:write")
    assert refused.code == Exit.USAGE
    assert "Whoever has cases:write acts as KZ, and the token would be AZ's. Say --party KZ." in refused.err


def test_a_token_that_another_party_should_never_have_got_acts_in_no_case(teams: tuple[Team, Team]) -> None:
    kz, _ = teams
    node, now = open_node(kz.officer.home), SystemClock().now()
    with node.services.store.writing() as tx:
        token = ApiToken(0, "odd", party_id("AZ"), WRITES, now, Instant(now + DAY))
        tx.tokens.add(sha256(b"odd one").digest(), token)
    node.close()
    with shown(kz.officer, "odd", "odd one") as odd:
        for path in ("cases", "cases/wiper/join", "cases/wiper/close", "asked/x/updates"):
            answer = odd.post(f"/api/{path}", json={})
            assert (answer.status_code, "acts as KZ" in answer.json()["detail"]) == (403, True)
        assert odd.get("/api/cases").json() == []
