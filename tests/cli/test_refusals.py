"""Refusals are sentences: what is wrong with the home, the keys, the settings, the database, the disk, the clocks."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer, Said, say
from tests.cli.served import answering, free_port, start

from kenesh.basis.instants import MINUTE, Instant
from kenesh.basis.problem import Exit
from kenesh.edges.store.migration import revisions
from kenesh.node.clock import SystemClock
from kenesh.node.settings import Settings
from kenesh.node.wiring import open_node

ANY_COMMAND: Sequence[tuple[str, ...]] = [
    ("status",),
    ("fingerprint",),
    ("card",),
    ("imports",),
    ("state", "evil.example", "--tlp", "amber"),
    ("release", "import--1", "--to", "AZ"),
    ("explain", "x", "--to", "AZ"),
    ("sync",),
    ("lookup", "evil.example"),
    ("show", "x"),
    ("withdraw", "x", "--reason", "y"),
    ("peer", "list"),
    ("audit", "verify"),
    ("serve", "--port", "0"),
]


def is_one_sentence(said: Said) -> bool:
    """One line on standard error, no traceback, nobody told of a fault."""
    return said.err.count("\n") == 1 and "Traceback" not in said.err and "nobody foresaw" not in said.err


# The home and its keys.


@pytest.mark.parametrize("name", ["node.key", "ledger.secret"])
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda p: p.unlink(), "{} is missing. Restore it from a backup of the home."),
        (lambda p: p.chmod(0o644), "{} is open to others. Close it: chmod 600 {}."),
        (lambda p: p.chmod(0o660), "{} is open to others. Close it: chmod 600 {}."),
        (lambda p: p.write_bytes(b"short"), "{} is damaged. Restore it from a backup of the home."),
    ],
    ids=["missing", "readable", "writable by the group", "damaged"],
)
def test_a_key_file_that_is_not_as_it_must_be(
    name: str, spoil: Callable[[Path], object], sentence: str, kz: Officer
) -> None:
    path = kz.home / name
    spoil(path)
    said = kz.says("status")
    assert (said.code, said.out, said.err) == (Exit.USAGE, "", sentence.replace("{}", str(path)) + "\n")


def test_another_nodes_key_is_not_taken_for_ones_own(council: Council) -> None:
    kz, az = council.officer("KZ"), council.officer("AZ")
    shutil.copy(az.home / "node.key", kz.home / "node.key")
    said = kz.says("status")
    assert (said.code, said.err) == (
        Exit.USAGE,
        f"{kz.home / 'node.key'} is not the key that kenesh.toml names."
        " Restore both from one backup; peers know this node by that key.\n",
    )


def test_another_nodes_store_is_not_taken_for_ones_own(council: Council) -> None:
    kz, az = council.officer("KZ"), council.officer("AZ")
    shutil.copy(az.home / "store.db", kz.home / "store.db")
    said = kz.says("status")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "The store belongs to the node of AZ, and the home to KZ."
        " Look at `database` in kenesh.toml, or restore both from one backup.\n",
    )


@contextmanager
def another_user(home: Path) -> Iterator[None]:
    """Somebody who does not own the home; where the tests have no power to be another, its owner without rights."""
    # What a command imports when it is needed may lie where that user may not read.
    import kenesh.node.serving  # noqa: F401

    if os.geteuid() == 0:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
        return
    mode = home.stat().st_mode
    home.chmod(0)
    try:
        yield
    finally:
        home.chmod(mode)


@pytest.mark.parametrize("words", ANY_COMMAND, ids=" ".join)
def test_the_home_of_another_user_is_not_read(words: tuple[str, ...], kz: Officer) -> None:
    with another_user(kz.home):
        said = kz.says(*words)
    assert (said.code, said.err) == (
        Exit.USAGE,
        f"{kz.home / 'kenesh.toml'} may not be read. Run kenesh as the user who owns the home.\n",
    )


def test_a_home_cannot_be_made_where_one_may_not_write(tmp_path: Path) -> None:
    with another_user(tmp_path):
        said = say("--home", str(tmp_path / "kz"), "init", "--party", "KZ", "--name", "x")
    assert said.code == Exit.USAGE
    assert said.err == (
        f"{tmp_path / 'kz'} cannot be written: Permission denied. Look at the folder's owner and permissions.\n"
    )


def test_a_home_cannot_be_made_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "kz").touch()
    said = say("--home", str(tmp_path / "kz"), "init", "--party", "KZ", "--name", "x")
    assert (said.code, said.err) == (Exit.USAGE, f"{tmp_path / 'kz'} is no folder. Say another --home.\n")


# The settings.

KNOWN = ", ".join(Settings.__struct_fields__)
DAMAGED = {
    "an unknown key": ("colour = 'blue'\n", f"Object contains unknown field `colour`. Its keys are {KNOWN}."),
    "a misspelt key": ("poll = 3\n", f"Object contains unknown field `poll`. Its keys are {KNOWN}."),
    "a wrong type": ("poll_s = 'soon'\n", "Expected `int`, got `str` - at `$.poll_s`."),
    "no time at all": ("poll_s = 0\n", "Expected `int` >= 1 - at `$.poll_s`."),
    "a line that is none": ("url = = 1\n", "Mend that line, or restore the file from a backup."),
    "no UTF-8": ("url = '\udcff'\n", "Mend that line, or restore the file from a backup."),
    "a kind of database that is none": ("database = 'mysql://x'\n", "The database's URL is none that is used here."),
    "authorities that are not there": ("ca_file = '/nope.pem'\n", "Name a PEM file"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_settings_that_cannot_be_used_are_told(name: str, kz: Officer) -> None:
    line, sentence = DAMAGED[name]
    key = line.partition(" ")[0]
    path = kz.home / "kenesh.toml"
    kept = [old for old in path.read_text().splitlines(keepends=True) if not old.startswith(f"{key} ")]
    path.write_text("".join([*kept, line]), "utf-8", errors="surrogateescape")
    said = kz.says("status")
    assert said.code == Exit.USAGE
    assert sentence in said.err
    assert is_one_sentence(said)


@pytest.mark.parametrize("text", ["", "\0", "party = 'KZ'\n"])
def test_settings_that_are_not_whole_are_told(text: str, kz: Officer) -> None:
    (kz.home / "kenesh.toml").write_text(text)
    said = kz.says("status")
    assert said.code == Exit.USAGE
    assert said.err.startswith(f"{kz.home / 'kenesh.toml'} ")
    assert is_one_sentence(said)


def test_a_folder_in_the_place_of_the_settings_is_told(kz: Officer) -> None:
    (kz.home / "kenesh.toml").unlink()
    (kz.home / "kenesh.toml").mkdir()
    said = kz.says("status")
    assert (said.code, is_one_sentence(said), "Is a directory" in said.err) == (Exit.USAGE, True, True)


# The store and the database.

NO_DATABASE = "postgresql://127.0.0.1:1/kenesh"


def with_database(officer: Officer, url: str) -> None:
    path = officer.home / "kenesh.toml"
    path.write_text(path.read_text().replace('database = ""', f'database = "{url}"'))


def test_init_on_a_database_that_does_not_answer_leaves_nothing_behind(tmp_path: Path) -> None:
    home = tmp_path / "kz"
    words = ("init", "--party", "KZ", "--name", "KZ-CERT")
    said = say("--home", str(home), *words, "--database", NO_DATABASE, "--json")
    assert said.code == Exit.UNREACHABLE
    assert said.err.startswith("The database does not answer: ")
    assert said.err.endswith(" Start it, or look at `database` in kenesh.toml.\n")
    assert said.document["code"] == "unreachable"
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert say("--home", str(home), *words).code == 0, "it can be tried again"


@pytest.mark.parametrize("words", ANY_COMMAND, ids=" ".join)
def test_a_database_that_does_not_answer_is_told_by_every_command(words: tuple[str, ...], kz: Officer) -> None:
    with_database(kz, NO_DATABASE)
    said = kz.says(*words)
    assert (said.code, said.out) == (Exit.UNREACHABLE, "")
    assert said.err.startswith("The database does not answer: ")
    assert is_one_sentence(said)


def test_the_doctor_finds_a_database_that_does_not_answer(kz: Officer) -> None:
    with_database(kz, NO_DATABASE)
    said = kz.says("doctor", "--json")
    assert (said.code, said.document["healthy"]) == (Exit.FAULT_FOUND, False)
    (finding,) = said.document["findings"]
    assert (finding["check"], finding["fault"]) == ("opening", True)
    assert finding["text"].startswith("The database does not answer: ")


def _other_revision(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda p: p.unlink(), "There is no store at {}. Restore it from a backup."),
        (lambda p: p.write_bytes(b"hello" * 999), "The store is damaged, or the file is no store. Keep a copy of it,"),
        (lambda p: p.write_bytes(b""), "The database holds no store of Kenesh."),
        (
            _other_revision,
            f"The store has revision 0999; this release works with {revisions()[-1]}. An older one is moved on by",
        ),
    ],
    ids=["missing", "damaged", "empty", "of another revision"],
)
@pytest.mark.parametrize("words", [("status",), ("serve", "--port", "0")], ids=" ".join)
def test_a_store_that_cannot_be_used_is_told(
    spoil: Callable[[Path], object], sentence: str, words: tuple[str, ...], kz: Officer
) -> None:
    path = kz.home / "store.db"
    spoil(path)
    said = kz.says(*words)
    assert (said.code, said.out) == (Exit.FAULT_FOUND, "")
    assert said.err.startswith(sentence.replace("{}", str(path)))
    assert is_one_sentence(said)


# The disk.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes: a store that is empty takes most of one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here, to be filled")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leaves no room on the disk."""
    path = folder / "fill"
    with path.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            return path


def test_init_on_a_full_disk_leaves_nothing_and_can_be_repeated(small_disk: Path) -> None:
    filling = fill(small_disk)
    words = ("--home", str(small_disk / "kz"), "init", "--party", "KZ", "--name", "x")
    said = say(*words)
    assert (said.code, is_one_sentence(said)) == (Exit.FAULT_FOUND, True)
    assert said.err.startswith("The disk is full")
    assert said.err.endswith(("then repeat.\n", "that holds the store, then repeat.\n"))
    assert [path for path in (small_disk / "kz").rglob("*") if path.is_file()] == []
    filling.unlink()
    assert say(*words).code == 0


def test_an_import_on_a_full_disk_is_told_and_can_be_repeated(
    council: Council, templates: Path, small_disk: Path, tmp_path: Path
) -> None:
    council.officer("KZ")
    kz = Council(templates, small_disk).officer("KZ")
    filling = fill(small_disk)
    file = files.written(tmp_path, *(files.malware(n) for n in range(50)))
    said = kz.says("import", file)
    assert (said.code, said.out, is_one_sentence(said)) == (Exit.FAULT_FOUND, "", True)
    assert said.err.startswith("The disk ")
    filling.unlink()
    assert kz.document("import", file)["accepted"] == 50


def test_serving_on_a_full_disk_is_told(council: Council, templates: Path, small_disk: Path) -> None:
    council.officer("KZ")
    kz = Council(templates, small_disk).officer("KZ")
    fill(small_disk)
    said = kz.says("serve", "--port", "0")
    assert (said.code, is_one_sentence(said)) == (Exit.FAULT_FOUND, True)
    assert said.err.startswith("The disk is full: ")


# The clocks.


class _Ahead(SystemClock):
    """A clock that is six minutes fast."""

    def now(self) -> Instant:
        return Instant(super().now() + 6 * MINUTE)


def test_a_peer_whose_clock_is_off_by_more_than_five_minutes_is_told_of(council: Council) -> None:
    kz, az = council.met("KZ", "AZ")
    with answering(az, clock=_Ahead()):
        kz.says("peer", "add", "-", "--fingerprint", az.fingerprint(), stdin=az.says("card").out.encode())
        said = kz.says("sync", "AZ")
    assert said.code in (Exit.FAULT_FOUND, Exit.UNREACHABLE)
    # 360 s, and what the answer took.
    assert re.search(r"The clocks of the two nodes are 3[67]\d s apart; five minutes are allowed\.", said.out)
    assert "Set the clocks by NTP." in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("skew", "fault"),
    [
        (6 * MINUTE, "its clock is 360 s ahead of this one: set both by NTP"),
        (-6 * MINUTE, "its clock is 360 s behind this one: set both by NTP"),
        (5 * MINUTE, None),
    ],
)
def test_the_doctor_finds_a_peers_clock(skew: int, fault: str | None, pair: tuple[Officer, Officer]) -> None:
    kz, _ = pair
    node = open_node(kz.home)
    with node.services.store.writing() as tx:
        peer = tx.peers.by_code("AZ")
        assert peer is not None
        tx.peers.note_sync(peer.party_ref, at=node.services.clock.now(), error="", skew=skew)
    node.close()
    said = kz.says("doctor", "--json")
    texts = [f["text"] for f in said.document["findings"] if f["check"] == "peer AZ" and f["fault"]]
    assert texts == ([fault] if fault else [])
    assert said.code == (Exit.FAULT_FOUND if fault else Exit.DONE)


# Serving.


def test_a_port_that_is_in_use_is_told(kz: Officer, council: Council) -> None:
    az = council.officer("AZ")
    with answering(az):
        port = az.document("peer", "list") == [] and az.document("card")["url"].rpartition(":")[2]
        before = (kz.home / "kenesh.toml").read_text()
        said = kz.says("serve", "--port", str(port))
    assert (said.code, said.err) == (
        Exit.USAGE,
        f"Port {port} of 127.0.0.1 cannot be had: Address already in use."
        " Another program has it; choose another --port.\n",
    )
    assert (kz.home / "kenesh.toml").read_text() == before, "its address is not the other program's"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--host", "0.0.0.0"), "0.0.0.0 is open to the network, and there is no TLS. Give --tls-certificate and"),
        (("--host", "::"), ":: is open to the network, and there is no TLS."),
        (("--host", "203.0.113.9"), "203.0.113.9 is open to the network, and there is no TLS."),
        (("--host", "kz.example"), "kz.example is open to the network, and there is no TLS."),
        (("--host", "0.0.0.0", "--behind-proxy"), "Peers cannot call 0.0.0.0. Say --url https://NAME:PORT,"),
        (("--host", "203.0.113.9", "--behind-proxy"), "Port {port} of 203.0.113.9 cannot be had: Cannot assign"),
        (("--url", "kz.example"), "'kz.example' is no address of a server. Write it as https://NAME:PORT."),
        (("--url", "https://kz.example/taxii"), "'https://kz.example/taxii' is no address of a server."),
        (("--tls-certificate", "{file}"), "TLS needs both. Give --tls-certificate and --tls-key."),
        (("--tls-key", "{file}"), "TLS needs both. Give --tls-certificate and --tls-key."),
        (("--tls-certificate", "/no.pem", "--tls-key", "{file}"), "/no.pem is not there, or may not be read."),
        (("--tls-certificate", "{file}", "--tls-key", "{file}"), "{file} and {file} are no certificate with its key."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_serving_where_or_how_it_may_not_is_told(
    words: tuple[str, ...], sentence: str, kz: Officer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("hello")
    port = str(free_port())
    fitted = [word.replace("{file}", str(tmp_path / "file")).replace("{port}", port) for word in (*words, sentence)]
    before = (kz.home / "kenesh.toml").read_text()
    said = kz.says("serve", "--port", port, *fitted[:-1])
    assert (said.code, said.out, is_one_sentence(said)) == (Exit.USAGE, "", True)
    assert said.err.startswith(fitted[-1])
    assert (kz.home / "kenesh.toml").read_text() == before


def test_serving_twice_on_one_home_is_refused_and_the_first_keeps_its_address(kz: Officer) -> None:
    first = start(kz)
    try:
        said = kz.says("serve", "--port", str(free_port()))
        assert (said.code, said.err) == (
            Exit.USAGE,
            f"The node in {kz.home} is being served already, at {first.url}. Stop that one first.\n",
        )
        assert kz.document("card")["url"] == first.url != NOBODY_THERE
    finally:
        assert first.stop() == 0
