"""account, token, tokens: who may come in, and that nothing says afterwards who somebody was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
import typer
from tests.cli.officer import NOBODY_THERE, Officer, say
from tests.cli.served import serving

from kenesh.doors.accounts.keeping import add_account
from kenesh.doors.accounts.passwords import one_time_password
from kenesh.doors.cli.app import app
from kenesh.doors.provider import Provider
from kenesh.edges.provider import HttpProviderLine
from kenesh.node.clock import SystemChance
from kenesh.node.settings import read_settings, write_settings
from kenesh.node.wiring import Node, open_node
from kenesh.parties.roles import AccountRole

ADDED = ("account", "add", "Aigül S.", "--role", "analyst")
ONE_TIME = re.compile(r"(?:[a-z2-7]{5}-){4}[a-z2-7]{5}")


@pytest.fixture
def node(kz: Officer) -> Iterator[Node]:
    node = open_node(kz.home)
    yield node
    node.close()


def record(kz: Officer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kz.document("audit", "list", "--last", "100")
    return found


def test_a_new_node_has_one_account_and_its_password_is_shown_once(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("one", "two")]
    shown = [say("--home", str(h), "init", "--party", "KZ", "--name", "x", "--json").document for h in homes]
    passwords = {document["password"] for document in shown}
    assert len(passwords) == 2, "each by chance: there is no default"
    assert all(ONE_TIME.fullmatch(password) for password in passwords)
    kz = Officer("KZ", homes[0])
    (account,) = kz.document("account", "list")["accounts"]
    assert (account["name"], account["roles"], account["cleared"]) == ("administrator", ["administrator"], [])
    assert account["password"] == "one-time"
    for file in (path for path in homes[0].rglob("*") if path.is_file()):
        assert not any(password.encode() in file.read_bytes() for password in passwords), file


def test_an_account_is_made_with_a_password_that_is_good_once(kz: Officer) -> None:
    made = kz.document(*ADDED, "--language", "kk")
    assert set(made) == {"name", "pseudonym", "password"}
    assert ONE_TIME.fullmatch(made["password"])
    shown = kz.document("account", "show", "Aigül S.")
    assert (shown["pseudonym"], shown["language"], shown["cleared"]) == (made["pseudonym"], "kk", [])
    assert made["password"] not in kz.says("account", "list").out
    assert kz.says(*ADDED).err.startswith("There is an account of Aigül S. already.")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "account:x", "person:1", "x" * 101, "a\u202eb"])
def test_a_persons_name_is_one_that_can_be_printed_and_names_nothing_else(kz: Officer, name: str) -> None:
    said = kz.says("account", "add", name, "--role", "analyst")
    assert (said.code, "names nobody" in said.err) == (2, True)


def test_names_are_compared_composed_and_never_case_folded(kz: Officer) -> None:
    kz.document(*ADDED)
    assert kz.document("account", "show", "Aigu\u0308l S.")["name"] == "Aigül S."
    assert kz.says("account", "show", "aigül s.").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("account", "add", "x", "--role", "god"),
        ("account", "add", "x", "--role", "analyst", "--language", "xx"),
        ("account", "add", "x", "--role", "analyst", "--body", "nothing"),
        ("account", "clear", "administrator"),
        ("account", "clear", "administrator", "--none", "--every-body"),
        ("account", "lock", "nobody"),
        ("tokens", "--revoke", "7"),
        ("token", "x", "--party", "AZ", "--scope", "desk:read"),
        ("token", "x", "--party", "AZ", "--days", "731"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_refused_in_a_sentence(kz: Officer, words: tuple[str, ...]) -> None:
    said = kz.says(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith((".\n", "how.\n"))


def test_a_person_is_cleared_for_named_bodies(kz: Officer) -> None:
    kz.document("body", "add", "circle", "--title", "A circle")
    kz.document(*ADDED, "--body", "circle")
    assert kz.document("account", "show", "Aigül S.")["cleared"] == ["circle"]
    kz.document("account", "clear", "Aigül S.", "--every-body")
    assert kz.document("account", "show", "Aigül S.")["cleared"] is None
    kz.document("account", "clear", "Aigül S.", "--none")
    assert kz.document("account", "show", "Aigül S.")["cleared"] == []


def test_who_is_locked_gets_no_address(kz: Officer) -> None:
    kz.at(NOBODY_THERE).document(*ADDED)
    kz.document("account", "lock", "Aigül S.")
    assert kz.says("login", "--person", "Aigül S.").code == 2
    kz.document("account", "unlock", "Aigül S.")
    assert kz.document("login", "--person", "Aigül S.")["url"].startswith(NOBODY_THERE)
    assert kz.says("login", "--person", "Bolot").err.startswith("There is no account of Bolot.")


def test_every_act_on_an_account_stands_in_the_record_and_none_names_the_person(kz: Officer) -> None:
    who = kz.at(NOBODY_THERE).document(*ADDED)["pseudonym"]
    kz.document("account", "role", "Aigül S.", "auditor", "analyst")
    kz.document("account", "reset", "Aigül S.", "--second-factors")
    kz.document("account", "lock", "Aigül S.")
    kz.document("account", "unlock", "Aigül S.")
    kz.document("login", "--person", "Aigül S.")
    kz.document("account", "remove", "Aigül S.")
    mine = [one for one in record(kz) if who in (one["who"], one["subject"])]
    kinds = [one["kind"] for one in mine]
    assert kinds == ["account-made", *["account-changed"] * 4, "login-made", "account-closed"]
    assert mine[1]["details"] == {"roles": "analyst auditor"}
    assert "Aigül" not in str(record(kz))


def test_an_erased_account_names_nobody_and_the_record_holds(kz: Officer, node: Node) -> None:
    kz.document(*ADDED, "--every-body")
    kz.document("account", "remove", "Aigül S.")
    (_, erased) = kz.document("account", "list")["accounts"]
    assert (erased["name"], erased["roles"], erased["locked"], erased["password"]) == (None, [], True, "none")
    assert kz.says("account", "show", "Aigül S.").code == 2
    assert kz.document("audit", "verify")["holds"]
    with node.services.store.reading() as tx:
        assert "Aigül" not in str(tx.accounts.all())


def test_a_token_has_scopes_and_an_end_and_is_revoked(kz: Officer) -> None:
    made = kz.document("token", "sensor", "--party", "AZ", "--scope", "taxii:read")
    assert (made["scopes"], made["days"]) == (["taxii:read"], 90)
    kz.document("token", "watcher", "--metrics")
    one, two = kz.document("tokens")["tokens"]
    assert (one["number"], one["party"], one["scopes"], one["used_on"]) == (1, "AZ", ["taxii:read"], None)
    assert two["scopes"] == ["figures:read"]
    assert made["token"] not in kz.says("tokens").out
    kz.document("tokens", "--revoke", "1")
    assert [one["number"] for one in kz.document("tokens")["tokens"]] == [2]
    assert [one["kind"] for one in record(kz)][-3:] == ["token-made", "token-made", "token-revoked"]


def test_a_one_time_password_has_125_bits_and_can_be_read_aloud() -> None:
    made = {one_time_password(SystemChance()) for _ in range(50)}
    assert len(made) == 50
    assert all(ONE_TIME.fullmatch(password) for password in made)


def test_an_account_is_linked_to_a_subject_of_the_provider_that_is_set(kz: Officer) -> None:
    kz.document(*ADDED)
    assert (
        kz.says("account", "link", "Aigül S.", "7").err
        == "No provider is set. Write provider_issuer into kenesh.toml.\n"
    )
    said = {"provider_issuer": "https://login.example", "provider_client_id": "kenesh"}
    write_settings(kz.home, msgspec.structs.replace(read_settings(kz.home), **said))
    kz.document("account", "link", "Aigül S.", "7")
    assert kz.document("account", "show", "Aigül S.")["provider"] == "https://login.example"
    assert kz.says("account", "link", "administrator", "7").code == 2
    kz.document("account", "link", "Aigül S.", "--none")
    assert kz.document("account", "show", "Aigül S.")["provider"] == ""


def test_a_provider_is_set_whole_or_refused(kz: Officer) -> None:
    said = {"provider_issuer": "http://login.example"}
    write_settings(kz.home, msgspec.structs.replace(read_settings(kz.home), **said))
    assert "provider_issuer or provider_client_id" in kz.says("status").err


def test_no_secret_stands_in_the_log_of_a_served_node_nor_in_its_words(kz: Officer) -> None:
    password = kz.document(*ADDED)["password"]
    token = kz.document("token", "sensor", "--party", "AZ")["token"]
    own_page = {"sec-fetch-site": "same-origin"}
    with serving(kz, "--log-json") as served:
        for said in (password, "a wrong password"):
            form = {"name": "Aigül S.", "password": said}
            answer = httpx2.post(f"{served.url}/desk/login", data=form, headers=own_page)
            assert said not in answer.text
        assert answer.status_code == 403
        httpx2.get(f"{served.url}/taxii2/", auth=("sensor", token))
        httpx2.get(f"{served.url}/taxii2/", auth=("sensor", f"{token}x"))
        address = kz.document("login", "--person", "Aigül S.")["url"]
        httpx2.post(f"{served.url}/desk/login", data={"code": address.rpartition("/")[2]}, headers=own_page)
        words = b"".join(file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if _is_readable(file))
        served.stop()
        told = served.told()
    for secret in (password, "a wrong password", token, address.rpartition("/")[2], "Aigül"):
        assert secret not in told
        assert secret.encode() not in words or secret == "Aigül"


def _is_readable(file: Path) -> bool:
    try:
        return bool(file.read_bytes())
    except OSError:
        return False


def test_no_command_takes_a_password() -> None:
    root: Any = typer.main.get_command(app)
    names = {option for command in _leaves(root) for p in command.params for option in (p.name, *p.opts)}
    assert len(names) > 50
    assert {name for name in names if "password" in name or "secret" in name} <= {"password_file", "--password-file"}


def _leaves(group: Any) -> Iterator[Any]:
    for command in getattr(group, "commands", {}).values():
        yield from _leaves(command)
        yield command


def test_no_secret_stands_in_what_commands_tell_of_a_fault_or_in_how_values_print(node: Node) -> None:
    services = node.services
    account, password = add_account(services, "Aigül S.", [AccountRole.ANALYST], "console")
    with services.store.reading() as tx:
        known = tx.accounts.by_num(account.num)
    assert known is not None and known.password
    provider = Provider("x", "https://login.example", "kenesh", HttpProviderLine(), "a-secret")
    for printed in (repr(known), repr(provider), repr(account)):
        assert not any(secret in printed for secret in (known.password, password, "a-secret"))
