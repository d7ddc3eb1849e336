"""Proposals and sittings over HTTP: a party's own tool reads and acts at its node, and nobody else's does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli.officer import Council, Officer
from tests.cli.served import answering
from tests.cli.test_cases_api import JSON, client, shown

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.problem import Exit
from kenesh.doors.api.council import ACTS
from kenesh.node.clock import SystemClock
from kenesh.node.wiring import open_node
from kenesh.parties.accounts import ApiToken
from kenesh.parties.party import party_id

LATER, LATEST = "2999-12-01T08:00:00Z", "2999-12-02T08:00:00+05:00"
TEXTS = [
    {"lang": "en", "text": "The parties use one form."},
    {"lang": "kk", "text": "Бір.", "authenticity": "official"},
]
WRITES = ("council:write",)
Party = tuple[Officer, httpx2.Client]


def does(party: Party, path: str, **body: Any) -> Any:
    """What an act is answered, which its Location tells too."""
    answer = party[1].post(f"/api/council/{path}", json=body)
    assert answer.status_code == 201, answer.text
    assert reads(party, answer.headers["Location"].removeprefix("/api/council/")) == answer.json()
    return answer.json()


def reads(party: Party, path: str) -> Any:
    answer = party[1].get(f"/api/council/{path}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
    return answer.json()


@pytest.fixture(scope="module")
def parties(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Party, Party]]:
    """KZ keeps `cert`, in which AZ sits; both nodes answer, and KZ's tool has proposed a text."""
    council = Council(templates, tmp_path_factory.mktemp("council"))
    kz, az = council.officer("KZ"), council.officer("AZ")
    with ExitStack() as open_now:
        for officer in (kz, az):
            open_now.enter_context(answering(officer))
        kz.meets(az)
        az.meets(kz)
        kz.document("body", "add", "cert", "--title", "Response teams")
        kz.document("member", "admit", "AZ", "--body", "cert", "--role", "member")
        kz.document("proposal", "rules", "cert", "--silence", "24h", "--source", "PV/1 of 2026")
        ours, theirs = ((one, open_now.enter_context(client(one, "registry", one.party, *WRITES))) for one in (kz, az))
        made = does(ours, "proposals", body="cert", name="One form", texts=TEXTS, deadline=LATER)
        assert (made["outcome"], made["missing"]) == ("opening", ["AZ"])
        read(ours, theirs)
        yield ours, theirs


def read(ours: Party, theirs: Party) -> None:
    theirs[0].document("sync", "KZ")
    ours[0].document("sync", "AZ")


def the_proposal(party: Party) -> Any:
    (found,) = reads(party, "proposals")
    return found


def common(told: Any, like: Any) -> Any:
    """Of what the command line tells that which the document has: it may tell more."""
    if isinstance(like, dict):
        return {key: common(told[key], value) for key, value in like.items()}
    return [common(*pair) for pair in zip(told, like, strict=True)] if isinstance(like, list) else told


def test_a_text_is_proposed_answered_extended_and_withdrawn(parties: tuple[Party, Party]) -> None:
    kz, az = parties
    made = the_proposal(az)["id"]
    short = made.partition("--")[2][:8]
    took = does(az, f"proposals/{short}/positions", stance="object", ground="another is law", remedy="strike it")
    assert (took["outcome"], took["positions"][0]["ground"]) == ("broken", "another is law")
    read(kz, az)
    assert [(one["party"], one["stance"], one["remedy"]) for one in the_proposal(kz)["positions"]] == [
        ("AZ", "object", "strike it")
    ]
    does(az, f"proposals/{made}/positions", stance="reserve", statement="as our law stands")
    read(kz, az)
    assert the_proposal(kz)["outcome"] == "open"
    for path, body in (
        ("extend", {"deadline": LATEST}),
        ("withdraw", {}),
        ("notices", {"party": "KZ", "channel": "x"}),
    ):
        theirs = az[1].post(f"/api/council/proposals/{made}/{path}", json=body)
        assert (theirs.status_code, "that party alone changes it" in theirs.json()["detail"]) == (400, True)
    does(kz, f"proposals/{made}/extend", deadline=LATEST)
    read(kz, az)
    assert the_proposal(kz)["deadline"] == "2999-12-02T03:00:00.000Z"
    told = kz[0].document("proposal", "list")
    found = reads(kz, "proposals")
    # Until when it holds is the API's own word.
    assert [one.pop("holds_until") for one in found] and positions_less(found) == common(told, found)
    early = kz[1].post(f"/api/council/proposals/{made}/certify", json={"organ": "CC"})
    assert (early.status_code, early.json()["detail"]) == (400, "It is open.")
    assert reads(kz, "decisions") == []


def positions_less(found: list[Any]) -> list[Any]:
    """Without what the command line does not tell of a position."""
    for one in found:
        for position in one["positions"]:
            del position["remedy"], position["amendment"]
    return found


def test_a_sitting_is_called_answered_moved_and_reported(parties: tuple[Party, Party]) -> None:
    kz, az = parties
    agenda = [{"name": "One form", "documents": [{"name": "form.pdf", "sha256": "a" * 64}]}]
    times = {"begins_at": LATER, "ends_at": "2999-12-01T10:00:00Z"}
    made = does(kz, "sittings", body="cert", name="Third", agenda=agenda, place="Baku", **times)
    read(kz, az)
    said = does(az, f"sittings/{made['id']}/answers", comes=True, text="two of us")
    assert said["parties"] == [{"party": "AZ", "answer": "comes", "text": "two of us"}]
    moved = does(kz, f"sittings/{made['id']}/move", begins_at="2999-12-03T08:00:00Z", ends_at="2999-12-03T09:00:00Z")
    assert moved["begins_at"] == "2999-12-03T08:00:00.000Z" and moved["moved_at"]
    assert does(kz, f"sittings/{made['id']}/outcome", outcome="agreed")["outcome"] == "agreed"
    (listed,) = reads(kz, "sittings")
    assert listed == common(kz[0].document("sitting", "show", made["id"]), listed)
    assert does(kz, f"sittings/{made['id']}/cancel")["standing"] == "cancelled"
    theirs = az[1].post(f"/api/council/sittings/{made['id']}/cancel", json={})
    assert theirs.status_code == 404
    looks = {"body": "cert", "name": "call +7 701 123 45 67", **times}
    assert kz[1].post("/api/council/sittings", json=looks).status_code == 400
    entries = kz[0].document("audit", "list", "--last", "50")
    assert ("object-stated", made["id"], "account:registry") in [(e["kind"], e["subject"], e["who"]) for e in entries]


DRAFT = {"body": "cert", "name": "x", "texts": TEXTS, "deadline": LATER}
BAD: dict[str, tuple[str, Any, int, str]] = {
    "a field that is not known": ("proposals", DRAFT | {"majority": "all"}, 422, "unknown field `majority`"),
    "a language twice": ("proposals", DRAFT | {"texts": TEXTS[:1] * 2}, 422, "one language is there twice"),
    "a language that is none": ("proposals", DRAFT | {"texts": [{"lang": "E!", "text": "x"}]}, 422, "[0].lang`"),
    "no text": ("proposals", DRAFT | {"texts": []}, 422, "`$.texts`"),
    "too many texts": ("proposals", DRAFT | {"texts": TEXTS * 7}, 422, "`$.texts`"),
    "too long a text": ("proposals", DRAFT | {"texts": [{"lang": "en", "text": "x" * 200_001}]}, 422, "`$.texts[0]"),
    "a deadline beyond all clocks": ("proposals", DRAFT | {"deadline": "9999-12-31T23:59:59Z"}, 422, "`deadline` is"),
    "a deadline without a zone": ("proposals", DRAFT | {"deadline": "2999-12-01T08:00:00"}, 422, "`$.deadline`"),
    "a deadline in the past": ("proposals", DRAFT | {"deadline": "2020-12-01T08:00:00Z"}, 400, "shorter than"),
    "a procedure that has no rule": ("proposals", DRAFT | {"procedure": "vote"}, 400, "decides nothing by vote"),
    "a body that is not there": ("proposals", DRAFT | {"body": "none"}, 404, "none"),
    "a stance that is none": ("proposals/ID/positions", {"stance": "veto"}, 422, "`$.stance`"),
    "no ground": ("proposals/ID/positions", {"stance": "object"}, 400, "Who proposed it withdraws it."),
    "nothing to extend to": ("proposals/ID/extend", {}, 422, "required field `deadline`"),
    "a shorter deadline": ("proposals/ID/extend", {"deadline": "2029-12-01T08:00:00Z"}, 400, "never shortened"),
    "an organ that is none": ("proposals/ID/certify", {"organ": "cc/1"}, 422, "`$.organ`"),
    "a party that has it": ("proposals/ID/notices", {"party": "AZ", "channel": "mail"}, 400, "has confirmed"),
    "a proposal that is not there": ("proposals/0000/withdraw", {}, 404, "There is no proposal '0000'"),
    "half of an id": ("proposals/ken/withdraw", {}, 404, "There is no proposal 'ken'"),
    "a sitting that ends first": (
        "sittings", {"body": "cert", "name": "x", "begins_at": LATEST, "ends_at": LATER}, 400, "ends before it begins",
    ),
    "a sitting that is not there": ("sittings/0000/answers", {"comes": True}, 404, "There is no sitting"),
    "neither yes nor no": ("sittings/0000/answers", {"comes": "yes"}, 422, "`$.comes`"),
    "no JSON": ("proposals", b"name=x", 422, "It is not JSON"),
    "too deep": ("proposals", b'{"texts":' + b"[" * 100_000, 422, "nested deeper than 64"),
    "too much": ("sittings", b" " * 600_000, 413, ""),
}  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "told"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_a_problem_and_nothing_is_said(
    parties: tuple[Party, Party], path: str, body: Any, status: int, told: str
) -> None:
    kz, _ = parties
    before = reads(kz, "proposals")
    sent = {"content": body, "headers": JSON} if isinstance(body, bytes) else {"json": body}
    answer = kz[1].post(f"/api/council/{path.replace('ID', before[0]['id'])}", **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert told in answer.json().get("detail", "")
    assert [one["id"] for one in reads(kz, "proposals")] == [one["id"] for one in before]


def test_a_token_opens_what_its_scopes_say_and_another_partys_nothing(parties: tuple[Party, Party]) -> None:
    (kz, _), _ = parties
    with client(kz, "screen", "KZ", "council:read") as screen, client(kz, "tickets", "KZ", "cases:write") as cases:
        assert screen.get("/api/council/proposals").status_code == 200
        for path in (*ACTS, "/api/council/decisions"):
            reply = [one.post(path.format(name="x"), json={}).status_code for one in (screen, cases)]
            assert reply in ([403, 403], [405, 405]), path
        assert cases.get("/api/council/proposals").status_code == 403
    refused = kz.says("token", "theirs", "--party", "AZ", "--scope", "council:read")
    assert (refused.code, "acts as KZ" in refused.err) == (Exit.USAGE, True)
    node, now = open_node(kz.home), SystemClock().now()
    with node.services.store.writing() as tx:
        token = ApiToken(0, "odd", party_id("AZ"), WRITES, now, Instant(now + DAY))
        tx.tokens.add(sha256(b"odd one").digest(), token)
    node.close()
    with shown(kz, "odd", "odd one") as odd:
        for path in ACTS:
            assert odd.post(path.format(name="x"), json={}).status_code == 403
        for path in ("proposals", "proposals/x", "decisions", "sittings", "sittings/x"):
            assert odd.get(f"/api/council/{path}").status_code == 403
