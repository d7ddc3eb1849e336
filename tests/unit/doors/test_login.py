"""Coming in by name and password: what it costs a guesser, what he learns, and the steps after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from litestar.testing import TestClient
from tests.desk.nodes import ABSENT, AMBER, OWN_PAGE, Desk, SteppedClock, copied, indicator, logged_in, make_homes

from kenesh.basis.instants import DAY, MINUTE, SECOND
from kenesh.doors.accounts import keeping
from kenesh.doors.accounts.codes import STEP, step_of
from kenesh.ledger.acts import ActKind
from kenesh.parties.roles import AccountRole
from kenesh.stix.marking import Tlp

Client = TestClient[Any]
NAME, GOOD = "Aigül S.", "örik qazan jeti bulaq"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_homes(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def desk(homes: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Desk]:
    with copied(homes / "kz", tmp_path / "kz", clock) as desk:
        yield desk


@pytest.fixture
def nobody(desk: Desk) -> Iterator[Client]:
    with TestClient(desk.app) as client:
        yield client


def posted(client: Client, path: str, **form: str) -> Any:
    return client.post(path, data=form, headers=OWN_PAGE, follow_redirects=False)


def tried(client: Client, name: str, password: str) -> Any:
    return posted(client, "/desk/login", name=name, password=password)


def with_password(desk: Desk, client: Client) -> Client:
    """Logged in by a password of her own choosing."""
    first = desk.has_account(NAME, AccountRole.ANALYST)
    assert tried(client, NAME, first).headers["location"] == "/desk/password"
    assert posted(client, "/desk/password", new=GOOD).headers["location"] == "/desk/"
    return client


def with_authenticator(desk: Desk, client: Client) -> tuple[pyotp.TOTP, list[str]]:
    """The same, with an authenticator; and the recovery codes."""
    page = posted(with_password(desk, client), "/desk/account", do="authenticator", password=GOOD).text
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0]
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    generator = pyotp.TOTP(secret)
    code = generator.at(desk.services.clock.now() // SECOND)
    page = posted(client, "/desk/account/authenticator", sealed=sealed, totp=code).text
    codes = re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}", page)
    assert len(codes) == 10
    return generator, codes


def is_in(client: Client, session: str) -> bool:
    """Whether the desk answers whoever has this secret."""
    client.cookies.clear()
    cookie = {"cookie": f"kenesh_session={session}"}
    return bool(client.get("/desk/", headers=cookie, follow_redirects=False).status_code == 200)


def acts(desk: Desk) -> list[Any]:
    with desk.services.store.reading() as tx:
        return [one.act for one in tx.ledger.acts(-1, 1000) if one.act]


def test_a_one_time_password_lets_in_to_choose_another_and_no_further(desk: Desk, nobody: Client) -> None:
    first = desk.has_account(NAME, AccountRole.ANALYST)
    assert tried(nobody, NAME, first).headers["location"] == "/desk/password"
    assert nobody.get("/desk/", follow_redirects=False).status_code == 303
    assert posted(nobody, "/desk/password", new="short").status_code == 422
    assert posted(nobody, "/desk/password", new=GOOD).headers["location"] == "/desk/"
    assert nobody.get("/desk/").status_code == 200
    nobody.cookies.clear()
    assert tried(nobody, NAME, first).status_code == 403
    assert tried(nobody, NAME, GOOD).headers["location"] == "/desk/"


def test_a_one_time_password_ends_after_three_days(desk: Desk, nobody: Client, clock: SteppedClock) -> None:
    first = desk.has_account(NAME, AccountRole.ANALYST)
    clock.step(3 * DAY)
    assert tried(nobody, NAME, first).status_code == 403


def test_what_is_wrong_is_not_told_apart(desk: Desk, nobody: Client) -> None:
    with_password(desk, nobody)
    nobody.cookies.clear()
    desk.has_account("locked", AccountRole.ANALYST)
    keeping.lock(desk.services, "locked", "console", locked=True)
    tries = [
        (NAME, "wrong"),
        ("no one", GOOD),
        ("nobody", GOOD),
        ("locked", GOOD),
        ("", ""),
        ("account:x", GOOD),
        (NAME, "x" * 3000),
    ]
    answers = [tried(nobody, name, password) for name, password in tries]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_an_unknown_name_costs_the_same_work(desk: Desk, nobody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try verifies one Argon2 hash, whoever is named."""
    from argon2 import PasswordHasher

    with_password(desk, nobody)
    nobody.cookies.clear()
    tried(nobody, "nobody", "x")  # the hash of nobody is made with the first
    verified: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, known: str, password: str) -> bool:
        verified.append(known.rpartition("$")[0].rpartition("$")[0])
        return real(self, known, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for name in (NAME, "nobody", "account:x", ""):
        tried(nobody, name, "wrong")
    assert len(verified) == 4
    assert len(set(verified)) == 1, "with the same parameters"


def test_a_name_that_is_tried_too_often_waits_and_an_address_still_lets_in(
    desk: Desk, nobody: Client, clock: SteppedClock
) -> None:
    with_password(desk, nobody)
    nobody.cookies.clear()
    statuses = [tried(nobody, NAME, f"wrong {number}").status_code for number in range(12)]
    assert statuses == [403] * 10 + [429] * 2
    assert tried(nobody, NAME, GOOD).status_code == 429
    assert [tried(nobody, "nobody", "x").status_code for _ in range(11)] == [403] * 10 + [429]
    assert logged_in(desk, nobody, NAME).get("/desk/").status_code == 200
    nobody.cookies.clear()
    clock.step(15 * MINUTE)
    assert tried(nobody, NAME, GOOD).status_code == 303


def test_another_secret_stands_behind_each_step(desk: Desk, nobody: Client) -> None:
    first = desk.has_account(NAME, AccountRole.ANALYST)
    tried(nobody, NAME, first)
    before = nobody.cookies["kenesh_session"]
    posted(nobody, "/desk/password", new=GOOD)
    after = nobody.cookies["kenesh_session"]
    assert before != after
    nobody.cookies.clear()
    for path in ("/desk/", "/desk/password"):
        old = nobody.get(path, headers={"cookie": f"kenesh_session={before}"}, follow_redirects=False)
        assert old.headers["location"] == "/desk/login"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elevenchars", "too short"),
        ("x" * 201, "too short"),
        ("password1234", "first that are guessed"),
        ("PasswordPassword", "first that are guessed"),
        ("aaaaaaaaaaaaaa", "first that are guessed"),
        ("123456789012", "first that are guessed"),
        ("abcabcabcabc", "first that are guessed"),
        ("qwertyuiopas", "first that are guessed"),
        ("KZ-CERT 2026 2026", "first that are guessed"),
        ("aigül s. 123456", "first that are guessed"),
    ],
)
def test_a_password_that_is_guessed_first_is_not_taken(desk: Desk, nobody: Client, password: str, fault: str) -> None:
    tried(nobody, NAME, desk.has_account(NAME, AccountRole.ANALYST))
    answer = posted(nobody, "/desk/password", new=password)
    assert (answer.status_code, fault in answer.text) == (422, True)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "пароль из пяти слов", "  spaces count  ", "tr0ub4dor&3xyz"]
)
def test_length_alone_is_asked_for(desk: Desk, nobody: Client, password: str) -> None:
    tried(nobody, NAME, desk.has_account(NAME, AccountRole.ANALYST))
    assert posted(nobody, "/desk/password", new=password).status_code == 303


def test_who_changes_the_password_says_the_old_one_and_other_sessions_end(desk: Desk, nobody: Client) -> None:
    other = with_password(desk, nobody).cookies["kenesh_session"]
    nobody.cookies.clear()
    tried(nobody, NAME, GOOD)
    assert posted(nobody, "/desk/password", new="another one of five").status_code == 403
    assert posted(nobody, "/desk/password", password=GOOD, new="another one of five").status_code == 303
    assert nobody.get("/desk/", follow_redirects=False).status_code == 200
    assert not is_in(nobody, other)


def test_an_authenticators_code_is_asked_for_and_is_good_once(desk: Desk, nobody: Client, clock: SteppedClock) -> None:
    generator, _ = with_authenticator(desk, nobody)
    nobody.cookies.clear()
    assert tried(nobody, NAME, GOOD).headers["location"] == "/desk/code"
    assert nobody.get("/desk/", follow_redirects=False).status_code == 303
    used = generator.at(clock.now() // SECOND)
    assert posted(nobody, "/desk/code", totp=used).status_code == 403, "it confirmed the authenticator"
    clock.step(STEP)
    code = generator.at(clock.now() // SECOND)
    assert posted(nobody, "/desk/code", totp=f"{code[:3]} {code[3:]}").headers["location"] == "/desk/"
    nobody.cookies.clear()
    tried(nobody, NAME, GOOD)
    assert posted(nobody, "/desk/code", totp=code).status_code == 403


def test_a_recovery_code_stands_in_once(desk: Desk, nobody: Client) -> None:
    _, codes = with_authenticator(desk, nobody)
    for status in (303, 403):
        nobody.cookies.clear()
        tried(nobody, NAME, GOOD)
        assert posted(nobody, "/desk/code", totp=codes[0].upper()).status_code == status
    assert "recovery codes left: 9" in logged_in(desk, nobody, NAME).get("/desk/account").text


def test_codes_are_not_guessed(desk: Desk, nobody: Client) -> None:
    with_authenticator(desk, nobody)
    nobody.cookies.clear()
    tried(nobody, NAME, GOOD)
    statuses = [posted(nobody, "/desk/code", totp=f"{number:06}").status_code for number in range(12)]
    assert statuses[10:] == [429, 429]


def test_the_store_gives_no_code_and_no_secret(desk: Desk, nobody: Client) -> None:
    generator, codes = with_authenticator(desk, nobody)
    home = desk.node.home.path
    for file in (path for path in home.rglob("*") if path.is_file()):
        octets = file.read_bytes()
        for secret in (generator.secret, GOOD, *codes, codes[0].replace("-", ""), nobody.cookies["kenesh_session"]):
            assert secret.encode() not in octets, file


def test_a_code_of_another_time_or_shape_is_none(clock: SteppedClock) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238's own
    now = clock.now()
    generator = pyotp.TOTP(secret)
    steps = [step_of(secret, generator.at((now + by * STEP) // SECOND), now) for by in (-2, -1, 0, 1, 2)]
    assert [step is not None for step in steps] == [False, True, True, True, False]
    assert [step_of(secret, code, now) for code in ("", "12345", "1234567", "١٢٣٤٥٦", "abcdef")] == [None] * 5


def test_a_change_of_roles_or_a_lock_ends_what_the_person_is_doing(desk: Desk, nobody: Client) -> None:
    for change in (
        lambda: keeping.set_roles(desk.services, NAME, [AccountRole.AUDITOR], "console"),
        lambda: keeping.clear_for(desk.services, NAME, [], "console"),
        lambda: keeping.end_sessions(desk.services, NAME, "console"),
        lambda: keeping.lock(desk.services, NAME, "console", locked=True),
    ):
        assert logged_in(desk, nobody, NAME).get("/desk/").status_code == 200
        change()
        assert nobody.get("/desk/", follow_redirects=False).status_code == 303
        nobody.cookies.clear()


def test_no_octet_of_an_erased_name_is_left_and_what_she_brought_in_is_held_by_her_number(
    desk: Desk, nobody: Client
) -> None:
    with_authenticator(desk, nobody)
    mine = indicator(ABSENT, Tlp.RED, "a note of hers", "[domain-name:value = 'hers.example']")
    desk.bring_in(mine, who=NAME)
    home = desk.node.home.path
    assert any(NAME.encode() in file.read_bytes() for file in home.glob("store.db*"))
    who = keeping.erase(desk.services, NAME, "console").pseudonym
    assert nobody.get("/desk/", follow_redirects=False).status_code == 303
    for file in (path for path in home.rglob("*") if path.is_file()):
        assert NAME.encode() not in file.read_bytes(), file
    with desk.services.store.reading() as tx:
        (held,) = tx.versions.current_of([ABSENT]).values()
        assert [hold.person for hold in tx.holds.in_force([held.num])[held.num]] == [who]
    assert keeping.add_account(desk.services, NAME, [AccountRole.ANALYST], "console")[0].pseudonym != who


def test_a_person_ends_her_own_sessions_and_nobody_elses(desk: Desk, nobody: Client) -> None:
    sessions = []
    for name in ("somebody else", NAME, NAME):
        nobody.cookies.clear()
        sessions.append(logged_in(desk, nobody, name).cookies["kenesh_session"])
    theirs, mine, this = sessions
    numbers = re.findall(r'name="number" value="(\d+)"', nobody.get("/desk/account").text)
    assert len(numbers) == 1
    for number in (*numbers, "1", "-1", "x", "9" * 30):
        posted(nobody, "/desk/account/session", number=number)
    assert [is_in(nobody, one) for one in (theirs, mine, this)] == [True, False, True]


def test_the_record_of_who_comes_in_names_nobody(desk: Desk, nobody: Client) -> None:
    with_authenticator(desk, nobody)
    posted(nobody, "/desk/logout")
    tried(nobody, NAME, "wrong")
    found = acts(desk)
    assert [act.kind for act in found][-5:] == [
        *(ActKind.ACCOUNT_CHANGED, ActKind.LOGIN_MADE, ActKind.ACCOUNT_CHANGED, ActKind.LOGIN_ENDED),
        ActKind.LOGIN_REFUSED,
    ]
    assert NAME not in str(found)
    assert GOOD not in str(found)


@pytest.mark.parametrize("path", ["/desk/login", "/desk/password", "/desk/account", "/desk/account/session"])
def test_a_form_from_elsewhere_changes_nothing(desk: Desk, nobody: Client, path: str) -> None:
    with_password(desk, nobody)
    answer = nobody.post(path, data={"name": NAME, "password": GOOD}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403 or answer.url.path == "/desk/login"


def test_an_auditor_reads_the_record_and_of_objects_what_release_decides(desk: Desk, nobody: Client) -> None:
    desk.has_account("auditor", AccountRole.AUDITOR, cleared=[])
    page = logged_in(desk, nobody, "auditor").get("/desk/record").text
    assert "account-made" in page
    assert "objects-imported" in page
    assert 'href="/desk/lookup"' not in page
    assert nobody.get("/desk/lookup").status_code == 403
    nobody.cookies.clear()
    desk.has_account("analyst", AccountRole.ANALYST)
    assert logged_in(desk, nobody, "analyst").get("/desk/record").status_code == 403
    assert 'href="/desk/release' not in nobody.get(f"/desk/object/{AMBER}").text
