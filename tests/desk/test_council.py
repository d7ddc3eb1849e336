"""Proposals, decisions and sittings at the desk: a delegate and a secretary, each with what is his to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.desk.conftest import Client
from tests.desk.nodes import Desk, SteppedClock, carry, copied, logged_in, pressed_twice, seal_of, send, traces

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant, instant_of
from kenesh.council.kinds import Authenticity, Majority, Procedure, Stance
from kenesh.council.stated import Text
from kenesh.council.values import Ignored, Outcome, Rules
from kenesh.doors import acts, sitting
from kenesh.doors.accounts.keeping import clear_for
from kenesh.doors.casework import By
from kenesh.doors.council import deciding, seeing
from kenesh.doors.council.deciding import Taking, Wanted
from kenesh.doors.council.seeing import SeenProposal
from kenesh.doors.council.showing import ShownProposal, proposal_shown
from kenesh.doors.desk.languages import tongue
from kenesh.doors.desk.pages import Frame
from kenesh.doors.desk.pages import page as page_of
from kenesh.doors.sitting import Plan
from kenesh.parties.bodies import Role
from kenesh.parties.roles import AccountRole, Permission
from kenesh.response.sittings import Coming, Point

BY = By("console")
HOSTILE = "<script>alert(1)</script>\u202eArticle 1. See evil.example\r\n\t(a)\rone"


@dataclass
class Met:
    """KZ, the depositary, whose desk is looked at, and AZ: both decide in `cert`."""

    kz: Desk
    az: Desk
    clock: SteppedClock
    stick: Path
    delegate: Client
    secretary: Client
    theirs: str
    ours: str
    sitting: str

    def exchange(self) -> None:
        self.clock.step(MINUTE)
        carry(self.kz, self.az, self.stick)
        carry(self.az, self.kz, self.stick)
        carry(self.kz, self.az, self.stick)

    def stands(self, name: str) -> SeenProposal:
        return seeing.one_proposal(self.kz.services, self.kz.services.person("console"), name)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def proposes(
    desk: Desk, name: str, hours: int, text: str = "One form.", procedure: Procedure = Procedure.SILENCE
) -> str:
    texts = [Text("en", Authenticity.AUTHENTIC, text), Text("kk", Authenticity.OFFICIAL, "Бір нысан.")]
    until = Instant(desk.services.clock.now() + hours * HOUR)
    return deciding.propose(desk.services, "cert", Wanted(name, texts, procedure, until), BY)


@pytest.fixture(scope="module")
def laid(homes: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], Instant]:
    """The two homes once both have everything: AZ's text waits for KZ, and AZ objects to KZ's."""
    folder, clock = tmp_path_factory.mktemp("council"), SteppedClock()
    with copied(homes / "kz", folder / "kz", clock) as kz, copied(homes / "az", folder / "az", clock) as az:
        kz.admit(az)
        az.admit(kz)
        acts.form_body(kz.services, "cert", "Response teams", "console")
        acts.admit_member(kz.services, "cert", "AZ", Role.MEMBER, None, "console")
        rules = Rules(0, 24 * HOUR, Majority.SIMPLE)
        deciding.state_rules(kz.services, "cert", rules, "24h", "PV/1 of 2026", BY)
        carry(kz, az, folder / "stick")
        clock.step(MINUTE)
        made = {"theirs": proposes(az, "Duty desks", 30, HOSTILE), "ours": proposes(kz, "One form", 48)}
        begins = Instant(clock.now() + 5 * DAY)
        plan = Plan("Third sitting", begins, Instant(begins + HOUR), "Baku", [Point("Opening", (("a.pdf", "a" * 64),))])
        made["sitting"] = sitting.call(az.services, "cert", plan, BY)
        for _ in range(2):
            carry(kz, az, folder / "stick")
            carry(az, kz, folder / "stick")
        deciding.take(az.services, made["ours"], Taking(Stance.OBJECT, "another is law here", "strike it"), BY)
        carry(az, kz, folder / "stick")
        for person, role in (("delegate", AccountRole.COUNCIL_DELEGATE), ("secretary", AccountRole.SECRETARY)):
            kz.has_account(person, role)
    return folder, made, clock.now()


@pytest.fixture
def met(laid: tuple[Path, dict[str, str], Instant], tmp_path: Path) -> Iterator[Met]:
    folder, made, now = laid
    clock = SteppedClock(now)
    with ExitStack() as now_open:
        kz, az = (now_open.enter_context(copied(folder / home, tmp_path / home, clock)) for home in ("kz", "az"))
        one, two = (now_open.enter_context(TestClient(Desk(kz.node, clock).app)) for _ in range(2))
        people = logged_in(kz, one, "delegate"), logged_in(kz, two, "secretary")
        yield Met(kz, az, clock, tmp_path / "stick", *people, **made)


def test_what_waits_stands_first_with_its_deadline_on_ones_own_clock(met: Met) -> None:
    page = met.delegate.get("/desk/council").text
    said = words_of(page)
    assert said.index("Duty desks") < said.index("One form")
    assert "Duty desks ▲" not in said and "waits for our position cert by silence open due in 30 h" in said
    assert "2026-11-26 09:01:00Z UTC · KZ 14:01" in said and "silence broken" in said
    assert "Propose a text" not in said and "Propose a text" in met.secretary.get("/desk/council").text
    calls = met.delegate.get("/desk/calls").text
    for address in (f"/desk/council/proposal/{met.theirs}", f"/desk/council/sitting/{met.sitting}"):
        assert f'href="{address}"' in calls and met.delegate.get(address).status_code == 200


def test_a_proposal_says_its_text_whole_who_said_what_and_how_it_counts(still: Met) -> None:
    page = still.delegate.get(f"/desk/council/proposal/{still.theirs}").text
    # A text that is adopted is shown as it is; what is hidden in it is not, and nothing of it is a page's own.
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}Article 1. See evil.example\n\t(a)\\u{d}one" in page
    assert "Бір нысан." in page and still.stands(still.theirs).state.proposal.text_sha256 in page
    said = words_of(still.secretary.get(f"/desk/council/proposal/{still.ours}").text)
    assert "An objection stands. Unless whoever objects lifts it in time, it is not adopted. Against it: AZ" in said
    assert "AZ objects another is law here What would lift it: strike it in time" in said
    assert "en · authentic" in said and "kk · official translation" in said
    short = still.ours.partition("--")[2][:8]
    assert "Against it: AZ" in words_of(still.delegate.get(f"/desk/council/proposal/{short}").text)


def test_a_delegate_takes_a_position_in_two_presses_and_changes_it(met: Met) -> None:
    form = {"proposal": met.theirs, "stance": "object", "ground": "our shifts are of six hours", "remedy": "six hours"}
    before = traces(met.kz)
    first = send(met.delegate, "/desk/council/take", form).text
    assert "Nothing is said yet. This would be: KZ objects. It breaks the silence" in words_of(first)
    assert traces(met.kz) == before
    # What was agreed to is not what is in the form any more: it is shown, and not done.
    odd = send(met.delegate, "/desk/council/take", form | {"ground": "other", "agreed": seal_of(first)}).text
    assert "This is no longer what you were shown" in odd and traces(met.kz) == before
    done = pressed_twice(met.delegate, "/desk/council/take", form)
    assert "KZ objects our shifts are of six hours" in words_of(done.text)
    again = met.delegate.get("/desk/council/take", params={"proposal": met.theirs}).text
    assert "our shifts are of six hours</textarea>" in again and 'value="object" required checked' in again
    met.exchange()
    pressed_twice(
        met.delegate, "/desk/council/take", {"proposal": met.theirs, "stance": "reserve", "statement": "ours"}
    )
    state = met.stands(met.theirs).state
    assert (state.outcome, state.taken[0].position.statement) == (Outcome.OPEN, "ours")
    assert "NOT DELIVERED" not in words_of(met.delegate.get(f"/desk/council/proposal/{met.theirs}").text)
    met.clock.step(2 * MINUTE)
    assert "NOT DELIVERED: nobody has confirmed it" in met.delegate.get(f"/desk/council/proposal/{met.theirs}").text


BAD = {
    "no position": ("take", {}, "No position is chosen."),
    "a stance that is none": ("take", {"stance": "veto"}, "No position is chosen."),
    "no ground": ("take", {"stance": "object"}, "An objection has a ground."),
    "no other text": ("take", {"stance": "amend", "ground": "x"}, "An amendment has a text"),
    "a text beside a yes": ("take", {"stance": "support", "amendment": "x"}, "An amendment has a text"),
    "too long a ground": ("take", {"stance": "object", "ground": "x" * 5_001}, "A text has 5001 characters."),
    "an earlier deadline": ("extend", {"until": "2026-11-25T12:00"}, "A deadline is never shortened."),
    "a deadline in the past": ("extend", {"until": "2026-11-24T12:00"}, "That time is over already."),
    "no time": ("extend", {"until": "tomorrow"}, "That is no time."),
    "no year": ("extend", {"until": "0001-01-01T00:00"}, "That is no time."),
    "no clock": ("extend", {"until": "2026-12-24T12:00", "zone": "Mars/Olympus"}, "There is no such clock here."),
    "not proposed here": ("withdraw", {"proposal": "theirs"}, "That is not for this party to do, or it is over."),
    "nobody is missing": ("notify", {"party": "AZ", "channel": "telephone"}, "That is not for this party to do"),
    "not adopted yet": ("certify", {"organ": "CC"}, "That is not for this party to do, or it is over."),
}


@pytest.fixture(scope="module")
def still(laid: tuple[Path, dict[str, str], Instant], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    """For what changes nothing: one for all of them, with a person who may do everything."""
    folder, made, now = laid
    clock, home = SteppedClock(now), tmp_path_factory.mktemp("still")
    with copied(folder / "kz", home / "kz", clock) as kz, TestClient(kz.app) as client:
        kz.has_account("everybody", *AccountRole)
        everybody = logged_in(kz, client, "everybody")
        yield Met(kz, kz, clock, home, everybody, everybody, **made)


@pytest.mark.parametrize(("act", "form", "told"), BAD.values(), ids=BAD)
def test_what_does_not_follow_is_said_on_the_form(still: Met, act: str, form: dict[str, str], told: str) -> None:
    about = still.theirs if act == "take" or form.get("proposal") else still.ours
    before = traces(still.kz)
    answer = send(still.secretary, f"/desk/council/{act}", {**form, "proposal": about, "agreed": "0" * 64})
    assert (answer.status_code, told in answer.text, traces(still.kz)) == (400, True, before), words_of(answer.text)
    for absent in ("kenesh-proposal--x", about[:-4], ""):
        assert send(still.secretary, f"/desk/council/{act}", {**form, "proposal": absent}).status_code == 404


DRAFT = {"name": "A directory", "procedure": "silence", "until": "2026-12-01T18:00", "zone": "Asia/Almaty"}
BAD_DRAFTS = {
    "no UTF-8": ({"text-en": "x\ufffd"}, "A text is not in UTF-8."),
    "no text": ({}, "There is no text."),
    "no name": ({"text-en": "x", "name": ""}, "What is proposed has no name."),
    "no body": ({"text-en": "x", "body": "kenesh-body--x"}, "It is not said to which body."),
    "a language twice": ({"text-en": "x", "text-other": "y", "lang": "en"}, "One language is there twice."),
    "no language": ({"text-other": "y"}, "A text has no language."),
    "no worth": ({"text-en": "x", "worth-en": "good"}, "It is not said what a text is worth."),
    "too long a text": ({"text-en": "x" * 200_001}, "A text has 200001 characters."),
    "too short a silence": ({"text-en": "x", "until": "2026-11-26T02:00"}, "shorter than the rules of the body allow"),
    "no such procedure": ({"text-en": "x", "procedure": "lot"}, "That body decides nothing so."),
}


@pytest.mark.parametrize(("form", "told"), BAD_DRAFTS.values(), ids=BAD_DRAFTS)
def test_what_cannot_be_proposed_is_said_on_the_form(still: Met, form: dict[str, str], told: str) -> None:
    before = traces(still.kz)
    answer = send(still.secretary, "/desk/council/propose", DRAFT | {"body": body_of(still)} | form)
    assert (answer.status_code in (200, 400), told in answer.text, traces(still.kz)) == (True, True, before)


def body_of(met: Met) -> str:
    return met.stands(met.ours).body_ref


def test_a_secretary_proposes_from_files_extends_and_withdraws(met: Met) -> None:
    files = {"file-kk": ("kk.txt", "Каталог.\r\n".encode()), "file-ru": ("ru.txt", b"\xff\xfe")}
    form = DRAFT | {"body": body_of(met), "text-en": "A directory\r\nis kept.", "worth-kk": "official"}
    path, own_page = "/desk/council/propose", {"sec-fetch-site": "same-origin"}
    refused = met.secretary.post(path, data=form, files=files, headers=own_page)
    assert "A text is not in UTF-8." in refused.text
    shown = met.secretary.post(path, data=form, files={"file-kk": files["file-kk"]}, headers=own_page)
    assert "Nothing is proposed yet. This would be: A directory" in words_of(shown.text)
    assert "2026-12-01 13:00:00Z UTC · KZ 18:00" in words_of(shown.text)
    # A browser sends the file no second time: its text stands in the form.
    seal = seal_of(shown.text)
    answer = send(met.secretary, path, form | {"text-kk": "Каталог.", "agreed": seal})
    assert answer.status_code == 303, words_of(answer.text)
    made = answer.headers["location"].rpartition("/")[2]
    seen = met.stands(made)
    assert [(one.lang, one.authenticity.value, one.text) for one in seen.texts] == [
        ("en", "authentic", "A directory\nis kept."), ("kk", "official", "Каталог."),
    ]  # fmt: skip
    page = met.secretary.get(answer.headers["location"]).text
    assert "not open yet" in page and "Not confirmed by: AZ" in words_of(page)
    met.clock.step(MINUTE)
    told = pressed_twice(
        met.secretary, "/desk/council/notify", {"proposal": made, "party": "AZ", "channel": "telephone"}
    )
    assert "Not confirmed by" not in told.text
    pressed_twice(met.secretary, "/desk/council/extend", {"proposal": made, "until": "2026-12-02T18:00"})
    assert met.stands(made).state.missing == ()
    met.exchange()
    assert met.stands(made).state.deadline == instant_of("2026-12-02T18:00:00Z")
    pressed_twice(met.secretary, "/desk/council/withdraw", {"proposal": made})
    met.exchange()
    assert "Whoever proposed it took it back." in met.delegate.get(f"/desk/council/proposal/{made}").text


def test_the_depositary_certifies_and_the_decision_is_listed_with_what_was_stated(met: Met) -> None:
    taken = {"proposal": met.theirs, "stance": "reserve", "statement": "as our law stands"}
    pressed_twice(met.delegate, "/desk/council/take", taken)
    met.exchange()
    met.clock.step(30 * HOUR)
    met.exchange()
    again = logged_in(met.kz, met.secretary, "secretary")
    page = words_of(again.get(f"/desk/council/proposal/{met.theirs}").text)
    assert "Nobody objected in time: it was adopted at the deadline. It is provisional until KZ, the depositary" in page
    assert "waits for us to certify it" in again.get("/desk/council").text
    bad = send(again, "/desk/council/certify", {"proposal": met.theirs, "organ": "cc 1"})
    assert bad.status_code == 400 and "That is no short name of an organ." in bad.text
    done = pressed_twice(again, "/desk/council/certify", {"proposal": met.theirs, "organ": "CC"})
    assert "CC.DEC/1/26" in done.text
    said = words_of(again.get("/desk/council/decisions").text)
    assert "CC.DEC/1/26 Duty desks KZ: as our law stands cert 2026-11-26" in said


def test_a_sitting_is_answered_called_and_reported(met: Met) -> None:
    path = f"/desk/council/sitting/{met.sitting}"
    said = words_of(met.delegate.get(path).text)
    assert "cert · planned · Called by AZ" in said and "Opening a.pdf " + "a" * 64 in said
    assert "waits for us to say whether we come" in met.delegate.get("/desk/council/sittings").text
    form = {"sitting": met.sitting, "answer": "yes", "text": "two of us"}
    assert send(met.delegate, "/desk/council/answer", {"sitting": met.sitting}).status_code == 400
    assert send(met.delegate, "/desk/council/answer", form).headers["location"] == path
    assert "We have said: comes" in words_of(met.delegate.get(path).text)
    looks = send(met.delegate, "/desk/council/answer", form | {"text": "ask +7 701 123 45 67"})
    assert looks.status_code == 400 and 'name="looked"' in looks.text
    met.exchange()
    _, state = sitting.one_sitting(met.az.services, met.az.services.person("console"), met.sitting)
    assert [one.coming for one in state.parties] == [Coming.COMES]
    called = {"body": body_of(met), "name": "Fourth", "begins": "2026-12-08T10:00", "ends": "2026-12-08T09:00"}
    refused = send(met.secretary, "/desk/council/call", called)
    assert refused.status_code == 400 and "It ends before it begins." in refused.text and "Fourth" in refused.text
    called |= {"ends": "2026-12-08T12:00", "zone": "Asia/Almaty", "agenda": "Opening\r\n\r\nAny other matter"}
    address = send(met.secretary, "/desk/council/call", called).headers["location"]
    assert "2026-12-08 05:00:00Z UTC · KZ 10:00" in words_of(met.secretary.get(address).text)
    made = {"sitting": address.rpartition("/")[2]}
    met.clock.step(MINUTE)
    assert send(met.secretary, "/desk/council/outcome", made).status_code == 400
    assert send(met.secretary, "/desk/council/outcome", made | {"text": "agreed"}).status_code == 303
    assert "What came of it agreed" in words_of(met.delegate.get(address).text)
    other = send(met.secretary, "/desk/council/outcome", {"sitting": met.sitting, "text": "agreed"})
    assert other.status_code == 404


def test_who_may_only_read_and_who_is_not_cleared_do_nothing(met: Met) -> None:
    page = met.secretary.get(f"/desk/council/proposal/{met.theirs}").text
    assert "/desk/council/take" not in page and "/desk/council/withdraw" not in page
    form = {"proposal": met.theirs, "stance": "support"}
    assert send(met.secretary, "/desk/council/take", form).status_code == 403
    assert send(met.delegate, "/desk/council/withdraw", {"proposal": met.ours}).status_code == 403
    body = body_of(met)
    for person, client in (("delegate", met.delegate), ("secretary", met.secretary)):
        clear_for(met.kz.services, person, (), "console")
        logged_in(met.kz, client, person)
    before = traces(met.kz)
    for path in ("/desk/council", "/desk/council/decisions", "/desk/council/sittings", "/desk/calls"):
        assert not re.search("Duty desks|One form|Third sitting", met.delegate.get(path).text)
    for kind, name in (("proposal", met.theirs), ("sitting", met.sitting)):
        answers = [met.delegate.get(f"/desk/council/{kind}/{one}") for one in (name, f"{name[:-4]}0000")]
        assert {one.status_code for one in answers} == {404}
        assert answers[0].text.replace(name, "") == answers[1].text.replace(f"{name[:-4]}0000", "")
    assert send(met.delegate, "/desk/council/take", form).status_code == 404
    assert send(met.delegate, "/desk/council/answer", {"sitting": met.sitting, "answer": "yes"}).status_code == 404
    draft = send(met.secretary, "/desk/council/propose", DRAFT | {"body": body, "text-en": "x"})
    call = {"body": body, "name": "x", "begins": "2026-12-08T10:00", "ends": "2026-12-08T11:00"}
    for answer in (draft, send(met.secretary, "/desk/council/call", call)):
        assert answer.status_code in (200, 400) and "cert" not in answer.text.partition("<main")[2]
    assert traces(met.kz) == before


def test_the_page_of_a_proposal_speaks_every_language(still: Met) -> None:
    seen = still.stands(still.ours)
    for language, word in (("ru", "молчание нарушено"), ("uz", "sukut buzilgan"), ("kk", "үнсіздік бұзылды")):
        page = still.delegate.get(f"/desk/council/proposal/{seen.id}?lang={language}").text
        assert word in page and "silence broken" not in page


STANDS: dict[str, tuple[dict[str, Any], str]] = {
    "lapsed": ({"outcome": Outcome.LAPSED}, "lapsed Deadline"),
    "withdrawn": ({"outcome": Outcome.WITHDRAWN}, "Whoever proposed it took it back."),
    "opening": ({"outcome": Outcome.OPENING, "missing": ("AZ",)}, "Not confirmed by: AZ"),
    "not adopted": ({"outcome": Outcome.NOT_ADOPTED}, "It was not adopted in time."),
    "unseen": ({"unseen": ("AZ", "TR")}, "Confirm a position that has not come here: AZ, TR"),
    "unheard": ({"unheard": ("UZ",)}, "Not heard since the deadline: UZ"),
    "clock": ({"certifies": False}, "This node's clock is off: it certifies nothing."),
    "ignored": ({"ignored": (Ignored("kenesh-position--x", "it is about another text"),)}, "it is about another text"),
    "odd": ({"ignored": (Ignored("kenesh-position--x", "something <new>"),)}, "something &lt;new&gt;"),
}


@pytest.mark.parametrize(("changes", "told"), STANDS.values(), ids=STANDS)
def test_each_way_in_which_it_stands_has_its_words(still: Met, changes: dict[str, Any], told: str) -> None:
    assert told in words_of(rendered(still, **changes))
    voted = replace(still.stands(still.ours).state.proposal, procedure=Procedure.VOTE)
    said = words_of(rendered(still, proposal=voted, **changes))
    assert "by vote: more for it than against it" in said and "It was not adopted in time." not in said


def test_each_way_in_which_a_position_counts_has_its_words(still: Met) -> None:
    (one,) = still.stands(still.ours).state.taken
    counts = {
        "in doubt: it hangs on a clock": replace(one, in_doubt=True),
        "not confirmed by enough yet": replace(one, in_time=False),
        "NOT DELIVERED": replace(one, delivered=False),
    }
    for told, taken in counts.items():
        assert told in words_of(rendered(still, taken=(taken,)))
    late = {"deadline": still.clock.now(), "taken": (replace(one, in_time=False),)}
    said = words_of(rendered(still, **late))
    assert "not confirmed in time" in said and "Against it" not in said and "Extend the deadline" not in said
    other = replace(one.position, stance=Stance.AMEND, amendment="<b>Another</b> text.\n\tnew", statement="ours")
    assert "&lt;b&gt;Another&lt;/b&gt; text.\n\tnew" in rendered(still, taken=(replace(one, position=other),))


def rendered(met: Met, **changes: Any) -> str:
    """The page of a proposal that stands so."""
    services = met.kz.services
    may = frozenset(Permission)
    frame = Frame("KZ", "KZ-CERT", "somebody", may, tongue("en"), "council", (), met.clock.now())
    shown = proposal_shown(services, services.person("console"), met.ours).map(
        lambda one: ShownProposal(replace(one.seen, state=replace(one.seen.state, **changes)))
    )
    return page_of("proposal.html", frame, shown)
