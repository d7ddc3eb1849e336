"""The commands about keys, and a served node that goes on under its new key."""

from __future__ import annotations

from pathlib import Path

from tests.cli.officer import Council, Officer
from tests.cli.served import eventually, serving

from kenesh.node.home import FORMER_KEYS, KEY, NEXT_KEY, Home
from kenesh.node.own_keys import OwnKeys
from kenesh.node.settings import Settings, read_settings, write_settings
from kenesh.parties.keys import SigningKey
from kenesh.parties.sealing import seal


def test_a_served_node_goes_on_under_its_new_key_at_the_same_port(council: Council) -> None:
    kz, az = council.officer("KZ"), council.officer("AZ").at("http://127.0.0.1:9")
    with serving(kz) as served:
        kz.meets(az)
        az.meets(kz)
        url = served.url
        before = read_settings(kz.home).kid
        made = kz.document("keys", "rotate")
        assert made["kid"] != before
        eventually(lambda: "new key" in served.told(), "it goes on under its new key")
        eventually(lambda: served.told().count("serves at") == 2, "it serves again")
        assert served.url == url
        az.document("sync", "KZ")
        (known,) = az.document("keys", "list", "KZ")
        assert known["kid"] == made["kid"]
        assert [former["kid"] for former in known["former"]] == [before]
        assert "provisional until" in az.says("peer", "list").out
        assert "keys confirm" in az.says("doctor").out
        assert served.stop() == 0


def test_a_node_whose_plug_was_pulled_opens_by_the_key_that_its_store_names(kz: Officer) -> None:
    kz.at("http://127.0.0.1:9")
    made = kz.document("keys", "rotate")
    settings, key = kz.home / "kenesh.toml", kz.home / KEY
    former = next((kz.home / FORMER_KEYS).iterdir())
    # As it was before the files followed.
    text = settings.read_text().replace(made["kid"], former.name)
    settings.write_text("\n".join(line for line in text.splitlines() if not line.startswith("former_keys")) + "\n")
    key.rename(kz.home / NEXT_KEY)
    former.rename(key)
    assert kz.document("fingerprint")["kid"] == made["kid"]
    assert read_settings(kz.home).kid == made["kid"]
    assert not (kz.home / NEXT_KEY).exists()


def test_the_recovery_key_is_read_from_a_file_and_revokes(kz: Officer, tmp_path: Path) -> None:
    kz.at("http://127.0.0.1:9")
    safe, word = tmp_path / "recovery", tmp_path / "word.json"
    safe.write_text("00" * 32)
    since = ("--since", "2026-01-01T00:00:00Z")
    said = kz.says("keys", "revoke", "--recovery", str(safe), *since)
    assert (said.code, "not the recovery key" in said.err) == (3, True)
    safe.write_text("not a key")
    said = kz.says("keys", "revoke", "--recovery", str(safe), *since)
    assert (said.code, "no recovery key" in said.err) == (2, True)
    before = read_settings(kz.home).kid
    settings = kz.home / "kenesh.toml"
    kid = SigningKey(bytes(32)).public.kid
    settings.write_text(settings.read_text().replace(read_settings(kz.home).recovery_kid, kid))
    safe.write_text(" ".join(["00000000"] * 8))
    kz.document("keys", "revoke", "--recovery", str(safe), *since, "--out", str(word))
    assert read_settings(kz.home).kid != before
    assert "kenesh-key-revocation" in word.read_text()


def test_what_was_sealed_for_a_former_key_is_opened_still(tmp_path: Path) -> None:
    home, first, second = Home(tmp_path / "home"), SigningKey(b"1" * 32), SigningKey(b"2" * 32)
    home.make()
    home.write_secret(KEY, first.seed)
    write_settings(home.path, Settings(party="KZ", name="KZ", kid=first.public.kid, recovery_kid="r" * 43))
    keys = OwnKeys(home)
    keys.lay_ready(second.seed)
    keys.take(second.public.kid)
    keys.take(second.public.kid)
    for key in (first, second):
        assert keys.unsealed(seal(b"pack", key.public), second.public.kid) == b"pack"
