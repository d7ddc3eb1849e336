"""init, card, fingerprint, token, login: what a new node says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.officer import NOBODY_THERE, Council, Officer, say

from kenesh.basis.problem import Exit
from kenesh.parties.keys import SigningKey

INIT = ("init", "--party", "KZ", "--name", "KZ-CERT")


def test_init_makes_keys_settings_and_an_empty_store(tmp_path: Path) -> None:
    home = tmp_path / "council" / "kz"
    said = say("--home", str(home), *INIT, "--json")
    assert (said.code, said.err) == (0, "")
    assert set(said.document) == {"party", "kid", "fingerprint", "recovery_key", "administrator", "password"}
    assert {path.name for path in home.iterdir()} == {
        "kenesh.toml",
        "node.key",
        "ledger.secret",
        "store.db",
        "store.db-gate",
        "locks",
    }
    assert {path.stat().st_mode & 0o077 for path in (home, *home.iterdir())} == {0}


def test_the_recovery_key_is_shown_once_and_kept_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "kz"
    said = say("--home", str(home), *INIT)
    (line,) = re.findall(r"^  ((?:[0-9a-f]{8} ?){8})$", said.out, re.MULTILINE)
    seed = bytes.fromhex(line)
    settings = (home / "kenesh.toml").read_text()
    assert f'recovery_kid = "{SigningKey(seed).public.kid}"' in settings
    for file in home.iterdir():
        if file.is_file():
            assert seed not in file.read_bytes(), file
            assert seed.hex().encode() not in file.read_bytes(), file


def test_init_ends_with_the_command_that_comes_next(tmp_path: Path) -> None:
    home = tmp_path / "the home of kz"
    assert say("--home", str(home), *INIT).out.endswith(f"\nNext: kenesh --home '{home}' serve --port 8701\n")


def test_init_says_the_next_command_without_a_home_where_the_environment_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENESH_HOME", str(tmp_path / "kz"))
    assert say(*INIT).out.endswith("\nNext: kenesh serve --port 8701\n")


def test_a_second_init_refuses_and_changes_nothing(kz: Officer) -> None:
    before = {path.name: path.read_bytes() for path in kz.home.iterdir() if path.is_file()}
    said = kz.says(*INIT)
    assert said.code == Exit.USAGE
    assert said.err == (
        f"There is a node in {kz.home} already, or what is left of one (kenesh.toml)."
        " Say another --home; this one is kept.\n"
    )
    assert {path.name: path.read_bytes() for path in kz.home.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("left", ["node.key", "ledger.secret", "store.db"])
def test_init_overwrites_nothing_that_is_left_of_a_node(left: str, kz: Officer, tmp_path: Path) -> None:
    home = tmp_path / "rest"
    home.mkdir()
    (home / left).write_bytes((kz.home / left).read_bytes())
    said = say("--home", str(home), *INIT)
    assert (said.code, f"({left})" in said.err) == (Exit.USAGE, True)
    assert (home / left).read_bytes() == (kz.home / left).read_bytes()


@pytest.mark.parametrize("party", ["kz", "K", "KZ CERT", "ҚЗ", "KZ\n"])
def test_init_takes_only_a_party_code(party: str, tmp_path: Path) -> None:
    said = say("--home", str(tmp_path / "kz"), "init", "--party", party, "--name", "x")
    assert said.code == Exit.USAGE
    assert "is no party code. A code is 2 to 16 capitals, digits or hyphens, such as KZ.\n" in said.err
    assert not (tmp_path / "kz").exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "KZ\x1b[31m", "KZ\u202eCERT", "two\nlines"])
def test_init_takes_only_a_name_that_can_be_printed(name: str, tmp_path: Path) -> None:
    said = say("--home", str(tmp_path / "kz"), "init", "--party", "KZ", "--name", name)
    assert (said.code, said.err) == (
        Exit.USAGE,
        "A node's name has 1 to 200 characters that can be printed. Say another --name.\n",
    )
    assert not (tmp_path / "kz").exists()


def test_init_takes_a_name_in_any_script(tmp_path: Path) -> None:
    home = tmp_path / "kz"
    assert say("--home", str(home), "init", "--party", "KZ", "--name", 'ҚР "KZ-CERT" İğ\\').code == 0
    assert 'KZ (ҚР "KZ-CERT" İğ\\)' in say("--home", str(home), "fingerprint").out


@pytest.mark.parametrize("database", ["mysql://127.0.0.1:1/x", "sqlite:///x.db", "blah", "postgresql", "://"])
def test_init_takes_only_postgresql_beside_the_embedded_store(database: str, tmp_path: Path) -> None:
    said = say("--home", str(tmp_path / "kz"), *INIT, "--database", database)
    assert (said.code, said.err) == (
        Exit.USAGE,
        "The database's URL is none that is used here."
        " Write it as postgresql://user@host/name; leave it empty for the embedded store.\n",
    )
    assert not (tmp_path / "kz").exists()


def test_the_fingerprint_stands_alone_on_the_last_line(kz: Officer) -> None:
    said = kz.says("fingerprint")
    assert re.fullmatch(r"(?:[0-9a-f]{4}-){15}[0-9a-f]{4}", said.out.splitlines()[-1])
    assert said.out.splitlines()[-2] == ""
    document = kz.document("fingerprint")
    assert set(document) == {"party", "kid", "fingerprint"}
    assert document["fingerprint"] == said.out.splitlines()[-1]


@pytest.mark.parametrize("words", [("card",), ("login",)], ids=" ".join)
def test_before_an_address_is_known_there_is_no_card_and_no_login(words: tuple[str, ...], kz: Officer) -> None:
    said = kz.says(*words)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert said.err.startswith("This node has no address yet")
    assert said.err.endswith("Start it once: kenesh serve --port PORT.\n")


def test_the_card_says_who_and_where_the_node_is(kz: Officer) -> None:
    document = kz.at(NOBODY_THERE).document("card")
    said = {name: document[name] for name in ("type", "party", "name", "url", "serial")}
    assert said == {"type": "kenesh-card", "party": "KZ", "name": "KZ-CERT", "url": NOBODY_THERE, "serial": 1}
    assert {"jwk", "valid_until", "signatures"} <= set(document)


def test_the_card_in_sentences_is_the_same_card(kz: Officer, council: Council) -> None:
    az = council.officer("AZ").at(NOBODY_THERE)
    kz.at(NOBODY_THERE)
    fingerprint = kz.fingerprint()
    for card in (kz.says("card").out, kz.says("card", "--json").out):
        assert az.says("peer", "add", "-", "--fingerprint", fingerprint, stdin=card.encode()).code == 0


def test_a_card_is_made_anew_only_when_it_says_something_else(kz: Officer) -> None:
    first = kz.at(NOBODY_THERE).document("card")
    assert kz.document("card") == first
    assert kz.at("http://127.0.0.1:2").document("card")["serial"] == 2


def test_a_token_is_shown_once_with_the_name_to_use(kz: Officer) -> None:
    document = kz.document("token", "opencti", "--party", "AZ", "--days", "7")
    assert set(document) == {"name", "party", "token", "days", "scopes"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", document["token"]), "256 bits"
    assert document["token"].encode() not in (kz.home / "store.db").read_bytes()


def test_two_tokens_are_two_secrets(kz: Officer) -> None:
    made = {kz.document("token", "opencti", "--party", "AZ")["token"] for _ in range(2)}
    assert len(made) == 2


@pytest.mark.parametrize("name", ["a:b", "a\nb", "a\x1b"])
def test_a_clients_name_is_one_that_http_basic_can_carry(name: str, kz: Officer) -> None:
    said = kz.says("token", name, "--party", "AZ")
    assert (said.code, said.err) == (Exit.USAGE, "A client's name has no colon in it. Choose a plain word.\n")


def test_a_login_is_an_address_that_is_good_once(kz: Officer) -> None:
    kz.at(NOBODY_THERE).document("account", "add", "duty officer", "--role", "duty-officer")
    document = kz.document("login", "--person", "duty officer", "--minutes", "5")
    assert set(document) == {"person", "url", "minutes"}
    assert document["url"].startswith(f"{NOBODY_THERE}/desk/login/")
    assert kz.says("login").out.splitlines()[-1].startswith(f"{NOBODY_THERE}/desk/login/")
