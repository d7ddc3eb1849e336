"""Scorecards at the desk, over HTTP and for the public: forty measures over five states, each colour explained."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from pypdf import PdfReader
from tests.desk.conftest import Client
from tests.desk.nodes import Desk, SteppedClock, carry, copied, logged_in, make_home, opened
from tests.unit.council.card import CHAPTERS, CODES, PERIODS

from kenesh.basis.instants import HOUR, stix_timestamp
from kenesh.council.measures.kinds import Verdict
from kenesh.doors import acts
from kenesh.doors.accounts.keeping import clear_for
from kenesh.doors.accounts.tokens import make_token
from kenesh.doors.acts import Wish
from kenesh.doors.api.scorecard import ScorecardDocument
from kenesh.doors.casework import By
from kenesh.doors.council import following
from kenesh.doors.council.following import Reporting
from kenesh.doors.council.measuring import one_scorecard, scorecards
from kenesh.doors.desk import public
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.parties.roles import AccountRole
from kenesh.stix.marking import Tlp

BODY = "vision-body"
CLEAR, AMBER = By("console", Tlp.CLEAR), By("console", Tlp.AMBER)
HOSTILE = "<script>alert(1)</script> at evil.example"
PAGE, PUBLIC_PAGE, API = "/desk/scorecard", "/public/scorecard", "/api/council/scorecard"


def programme(name: str = "Vision 2040") -> dict[str, Any]:
    return {
        "name": name,
        "source": "decision of the heads, 2026-10-07",
        "chapters": [{"id": one.id, "name": one.name} for one in CHAPTERS],
        "periods": [
            {"id": one.id, "name": one.name, "from": one.begins.isoformat(), "until": one.ends.isoformat()}
            for one in PERIODS
        ],
    }


def measure(number: int, **more: Any) -> dict[str, Any]:
    code = CODES[number % 5]
    return {
        "number": f"{number // 10 + 1}.{number % 10 + 1}",
        "name": f"Measure {number}",
        "chapter": CHAPTERS[number // 10].id,
        "period": PERIODS[number % 2].id,
        "mandate": "declaration, paragraph 12",
        "accountable_ref": party_id(code),
        "supporting_refs": [party_id("AZ" if code != "AZ" else "KZ")],
        "must": "accountable",
        "begins": "2026-01-01",
        "due": "2026-06-30" if number % 10 == 7 else "2027-12-31",
        "indicators": [
            {"id": "posts", "name": "Posts joined", "direction": "ascending", "baseline": "0", "target": "100"}
        ],
    } | more


class Followed:
    """AZ, which keeps the body, and KZ, which reports: forty measures, of which KZ's 1.3 is reported and verified."""

    def __init__(self, az: Desk, kz: Desk, clock: SteppedClock, stick: Path) -> None:
        self.az, self.kz, self.clock, self.statement = az, kz, clock, ""
        az.admit(kz)
        kz.admit(az)
        acts.form_body(az.services, BODY, "Council of heads", "console")
        acts.admit_member(az.services, BODY, "KZ", Role.MEMBER, None, "console")
        clock.step(HOUR)
        self.programme = following.state_programme(az.services, BODY, programme(), CLEAR)
        numbers = range(40)
        following.take_in(az.services, BODY, [measure(0, name=HOSTILE), *map(measure, numbers[1:])], CLEAR)
        self.before = clock.now()
        clock.step(HOUR)
        carry(az, kz, stick)
        clock.step(HOUR)
        self.report = following.report(kz.services, BODY, "1.3", Reporting(True, "joined", {"posts": "100"}), CLEAR)
        following.report(kz.services, BODY, "1.8", Reporting(False, "under way", {"posts": "10"}), CLEAR)
        carry(kz, az, stick)
        clock.step(HOUR)
        self.verification = following.verify(az.services, BODY, "1.3", "KZ", Verdict.VERIFIED, "seen there", CLEAR)
        carry(az, kz, stick)
        clock.step(HOUR)

    def ids(self) -> list[str]:
        """The programme and its measures."""
        seen = one_scorecard(self.az.services, self.az.services.person("console"))
        return [self.programme, *(row.measure.id for row in seen.card.rows)]

    def publish(self, desk: Desk, *ids: str) -> str:
        """Releases to the public; gives the id of the release."""
        made = acts.release(desk.services, Wish(words=list(ids), to="public", reason="published"), "console")
        return made.statements[0].id


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    homes, clock = tmp_path_factory.mktemp("followed"), SteppedClock()
    make_home(homes / "az", "AZ", "AZ-CERT")
    make_home(homes / "kz", "KZ", "KZ-CERT")
    with opened(homes / "az", clock) as az, opened(homes / "kz", clock) as kz:
        yield Followed(az, kz, clock, homes / "stick")


@pytest.fixture(scope="module")
def client(followed: Followed) -> Iterator[Client]:
    with TestClient(followed.kz.app) as client:
        yield client


@pytest.fixture
def officer(followed: Followed, client: Client) -> Iterator[Client]:
    yield logged_in(followed.kz, client)
    client.cookies.clear()


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_forty_measures_over_five_states_stand_on_the_desk_with_every_colour_explained(officer: Client) -> None:
    answer = officer.get(PAGE)
    assert answer.status_code == 200
    said = words_of(answer.text)
    assert len(re.findall(r'<span class="light (?:green|amber|red|grey)">[^<]+</span>', answer.text)) == 40 + 4
    assert len(re.findall('class="why"', answer.text)) >= 40
    assert all(code in said for code in CODES) and all(one.name in said for one in (*CHAPTERS, *PERIODS))
    assert "Done by KZ, as verified by AZ." in said
    assert "KZ verified" in said and "No data" in said and "What the colours mean" in said
    assert "and nobody has reported on it" in said
    assert "<script>alert" not in answer.text and "evil.example" not in answer.text


def test_as_of_an_earlier_instant_nothing_was_reported_and_a_day_to_come_is_refused(
    followed: Followed, officer: Client
) -> None:
    before = words_of(officer.get(PAGE, params={"at": stix_timestamp(followed.before)}).text)
    assert "not now" in before and "Done by KZ" not in before
    refused = officer.get(PAGE, params={"at": "2099-01-01"})
    assert refused.status_code == 400 and "still to come" in refused.text
    early = officer.get(PAGE, params={"at": "2020-01-01", "programme": followed.programme})
    assert (early.status_code, "Nothing was stated by then." in early.text) == (200, True)
    for wrong in ("2026-13-01", "yesterday", "9" * 400, "2026-02-30", "0000-00-00", "9999-12-31"):
        assert officer.get(PAGE, params={"at": wrong}).status_code == 400, wrong


def test_the_page_of_a_measure_tells_its_indicators_reports_and_who_verified(
    followed: Followed, officer: Client
) -> None:
    page = officer.get(PAGE).text
    (address,) = re.findall(r'href="(/desk/scorecard/measure/[^"]+)"><bdi>Measure 2<', page)
    said = words_of(officer.get(address).text)
    assert "Baseline 0 on 2026-01-01" in said and "2027-12-31" in said
    assert ("KZ reports it done" in said and "“joined”" in said) or "joined" in said
    assert "AZ: verified it" in said and "seen there" in said
    assert officer.get(f"{PAGE}/measure/kenesh-measure--00000000-0000-4000-8000-000000000000").status_code == 404


def test_on_paper_it_is_the_same_in_the_language_of_the_reader(officer: Client) -> None:
    answer = officer.get(f"{PAGE}/paper?lang=ru")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Оценочная карта" in text and "Measure 39" in text and "TLP:AMBER+STRICT" in text


def test_who_is_cleared_for_nothing_sees_no_scorecard(followed: Followed, client: Client) -> None:
    followed.kz.has_account("newcomer", AccountRole.ANALYST, cleared=())
    newcomer = logged_in(followed.kz, client, "newcomer")
    assert "No programme of measures" in words_of(newcomer.get(PAGE).text)
    absent = newcomer.get(f"{PAGE}?body={BODY}")
    assert (absent.status_code, words_of(absent.text)) == (404, words_of(newcomer.get(f"{PAGE}?body=no").text))
    assert newcomer.get(f"{PAGE}/paper").status_code == 404
    seen = one_scorecard(followed.kz.services, followed.kz.services.person("console"))
    clear_for(followed.kz.services, "newcomer", [seen.body_ref], "console")
    assert "Measure 39" in logged_in(followed.kz, client, "newcomer").get(PAGE).text


def test_programs_read_it_as_a_document_and_no_other_partys_client_does(followed: Followed, client: Client) -> None:
    services = followed.kz.services
    token = make_token(services, "board", "KZ", 30, ["council:read"])
    lacking = make_token(services, "feed", "KZ", 30, ["taxii:read"])

    def basic(name: str, secret: str) -> dict[str, str]:
        return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}

    answer = client.get(API, params={"body": BODY}, headers=basic("board", token))
    assert answer.status_code == 200
    (found,) = msgspec.json.decode(answer.content, type=list[ScorecardDocument])
    assert (found.total.measures, len(found.measures), found.more) == (40, 40, 0)
    assert sum(sums.measures for sums in found.by_party.values()) == 40 and set(found.by_party) == set(CODES)
    done = next(one for one in found.measures if one.number == "1.3")
    assert (done.colour, done.claimed, done.verified, done.reasons[0].why) == ("green", True, True, "done")
    assert all(one.reasons and one.reasons[0].sentence for one in found.measures)
    early = client.get(API, params={"at": stix_timestamp(followed.before)}, headers=basic("board", token))
    (then,) = msgspec.json.decode(early.content, type=list[ScorecardDocument])
    assert (then.total.green, then.total.verified) == (0, 0)
    assert client.get(API, params={"body": "no"}, headers=basic("board", token)).status_code == 404
    assert client.get(API, headers=basic("feed", lacking)).status_code == 403
    assert client.get(API).status_code == 401
    with pytest.raises(Exception, match="council:read"):
        make_token(services, "theirs", "AZ", 30, ["council:read"])


# What the public reads.


@pytest.fixture(scope="module")
def published(followed: Followed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    """AZ's node as it stands, with the programme and three measures given to the public, and its twin with a canary."""
    home = tmp_path_factory.mktemp("twins")
    clock = SteppedClock(followed.clock.now())
    programme_id, *measures = followed.ids()
    followed.statement = followed.publish(followed.az, programme_id, measures[2], measures[7], measures[9])
    followed.publish(followed.az, followed.verification)
    with ExitStack() as there:
        source = followed.az.node.home.path
        plain = there.enter_context(copied(source, home / "plain", clock))
        canary = there.enter_context(copied(source, home / "canary", clock))
        hidden = canary.services
        following.take_in(hidden, BODY, [measure(1) | {"number": "9.1", "name": "canary-7f3a"}], AMBER)
        following.report(hidden, BODY, "1.6", Reporting(True, "canary-7f3a", {"posts": "100"}), CLEAR)
        following.state_programme(hidden, BODY, programme("canary-7f3a"), AMBER)
        clock.step(HOUR)
        yield plain, canary


def asked(desk: Desk, path: str, **headers: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    with TestClient(desk.app) as client:
        answer = client.get(path, headers=headers)
        return answer.status_code, answer.content, sorted(answer.headers.items())


def test_the_public_reads_what_was_released_to_it_and_no_more(published: tuple[Desk, Desk]) -> None:
    plain, _ = published
    status, body, headers = asked(plain, PUBLIC_PAGE)
    said = words_of(body.decode())
    assert status == 200
    assert all(f"Measure {number}" in said for number in (2, 7, 9)) and "Measure 8" not in said
    assert "TLP:CLEAR" in said and "counts only what was released to the public" in said
    # KZ's report was not given to the public, so that the measure is as if nobody had reported; its node knows better.
    assert "Done by KZ" not in said and BODY not in said
    named = dict(headers)
    assert "set-cookie" not in named and named["cache-control"] == "public, max-age=300"
    assert "script-src 'self'" in named["content-security-policy"] and named["vary"] == "Accept-Language"
    assert "Нет данных" in words_of(asked(plain, PUBLIC_PAGE, **{"accept-language": "ru"})[1].decode())


def test_a_canary_that_is_not_the_publics_changes_not_an_octet(
    published: tuple[Desk, Desk], followed: Followed
) -> None:
    plain, canary = published
    assert "canary-7f3a" in names_of(canary) - names_of(plain)
    known, no = f"?programme={followed.programme}", "?programme=no"
    for query in ("", "?lang=kk", "?at=2026-11-24", known, no, "?at=2099-01-01"):
        assert asked(plain, PUBLIC_PAGE + query) == asked(canary, PUBLIC_PAGE + query), query


def test_what_of_anothers_is_given_to_the_public_counts_and_what_is_taken_back_is_gone(
    followed: Followed, published: tuple[Desk, Desk]
) -> None:
    az = followed.az
    followed.publish(az, followed.report)
    assert "Done by KZ, as verified by AZ." in words_of(asked(az, PUBLIC_PAGE)[1].decode())
    acts.withdraw(az.services, followed.statement, "no longer", "console")
    assert "No scorecard was released to the public here." in words_of(asked(az, PUBLIC_PAGE)[1].decode())


def names_of(desk: Desk) -> set[str]:
    """The names of all measures that the node's own people see."""
    found = scorecards(desk.services, desk.services.person("console"))
    return {row.measure.name for one in found for row in one.card.rows}


def test_who_asks_beside_too_many_is_told_to_come_again(
    published: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "_AT_ONCE", 0)
    monkeypatch.setattr(public, "_WAITS_S", 0.0)
    status, _, headers = asked(Desk(published[0].node, published[0].clock), PUBLIC_PAGE)
    assert (status, dict(headers)["retry-after"], dict(headers)["cache-control"]) == (429, "5", "no-store")
