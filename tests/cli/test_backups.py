"""Backing up and restoring as people do it: nothing is missing, nothing of another is opened, nothing is forked."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.cli import files
from tests.cli.officer import Council, Officer, say
from tests.cli.served import answering

from kenesh.basis.instants import DAY
from kenesh.basis.problem import SettingsProblem
from kenesh.doors import acts
from kenesh.doors.life import BACKED_UP_AT
from kenesh.edges.store.copying import tables
from kenesh.edges.store.database import Database, open_engine
from kenesh.node import archive, backup
from kenesh.node.settings import database_url, read_settings
from kenesh.node.wiring import open_node
from kenesh.stix.streaming import split

EVIL = files.stix_id("indicator", 1)
#: What a backup adds to the node of which it is, and restoring to the node that it makes.
LATER = {"backed-up-at", "restored"}

Rows = dict[str, list[tuple[object, ...]]]


class Keeper:
    """Makes backups of officers' nodes, and homes out of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = folder / "backup.key"
        self.recipient = str(say("backup-key", str(self.key)).out.splitlines()[-1])

    def backs_up(self, officer: Officer, name: str = "kz.backup") -> Path:
        file = self.folder / name
        officer.document("backup", str(file), "--to", self.recipient)
        return file

    def restores(self, party: str, file: Path, *words: str, name: str = "restored") -> Officer:
        officer = Officer(party, self.folder / name)
        said = officer.says("restore", str(file), "--key", str(self.key), *words)
        assert said.code == 0, said
        return officer


@pytest.fixture
def keeper(tmp_path: Path, council: Council) -> Keeper:
    return Keeper(tmp_path)


def rows(officer: Officer) -> Rows:
    """Every row of every table, and no matter in which order."""
    database = Database(open_engine(database_url(officer.home, read_settings(officer.home))))
    with database.reading() as tx:
        found = {
            name: sorted((tuple(r) for r in tx.connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr)
            for name in tables(tx.connection)
        }
    database.close()
    found["meta"] = [row for row in found["meta"] if row[0] not in LATER]
    return found


def lived(kz: Officer, folder: Path) -> None:
    """A node with something in most of its tables."""
    kz.document("import", files.written(folder, files.indicator(1), files.indicator(2)))
    kz.document("release", EVIL, "--to", "AZ")
    kz.document("withdraw", EVIL, "--reason", "cleaned")
    kz.document("body", "add", "circle", "--title", "A circle")
    kz.document("token", "reader", "--party", "KZ")
    kz.document("audit", "verify")


def test_a_restored_node_has_every_row_key_and_setting(
    pair: tuple[Officer, Officer], keeper: Keeper, tmp_path: Path
) -> None:
    kz, _ = pair
    lived(kz, tmp_path)
    before = rows(kz)
    restored = keeper.restores("KZ", keeper.backs_up(kz))
    assert rows(restored) == before
    assert sum(map(len, before.values())) > 50
    for name in ("node.key", "ledger.secret"):
        assert (restored.home / name).read_bytes() == (kz.home / name).read_bytes()
        assert (restored.home / name).stat().st_mode & 0o077 == 0
    assert read_settings(restored.home) == read_settings(kz.home)


@pytest.mark.postgresql
def test_a_backup_moves_a_node_to_postgresql_and_back(
    pair: tuple[Officer, Officer], keeper: Keeper, tmp_path: Path, empty_postgresql_url: str
) -> None:
    kz, _ = pair
    lived(kz, tmp_path)
    there = keeper.restores("KZ", keeper.backs_up(kz), "--database", empty_postgresql_url)
    assert rows(there) == rows(kz) | {"meta": rows(there)["meta"], "ledger_acts": rows(there)["ledger_acts"]}
    there.document("resume", "--without", "AZ")
    # Numbers that the database gives go on.
    assert there.document("state", "later.example", "--tlp", "green")
    back = keeper.restores("KZ", keeper.backs_up(there, "again.backup"), name="back")
    assert rows(back) == rows(there) | {"ledger_acts": rows(back)["ledger_acts"]}


def test_a_backup_is_of_one_instant_while_an_import_runs(
    kz: Officer, keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import is half done when the backup begins, and ends before the backup reads its first row."""
    many = files.written(tmp_path, *(files.indicator(n) for n in range(1, 1501)))
    half_done, goes_on = threading.Event(), threading.Event()

    def progress(count: int) -> None:
        half_done.set()
        assert goes_on.wait(30)

    running = threading.Thread(target=imports, args=(kz, many, progress))

    def begun(*arguments: Any) -> archive.Head:
        found = head(*arguments)
        goes_on.set()
        running.join(30)
        return found

    head = backup._head
    monkeypatch.setattr(backup, "_head", begun)
    running.start()
    assert half_done.wait(30)
    file = keeper.backs_up(kz)
    assert not running.is_alive()
    after, copy = rows(kz), rows(keeper.restores("KZ", file))
    assert 0 < len(copy["versions"]) < len(after["versions"]) == 1500
    assert set(copy["versions"]) < set(after["versions"])
    assert {row[0] for row in copy["versions"]} == {row[1] for row in copy["holds"]}
    assert {row[1] for row in copy["versions"]} == {row[0] for row in copy["objects"]}


def imports(officer: Officer, file: str, progress: Callable[[int], None]) -> None:
    node = open_node(officer.home)
    with Path(file).open("rb") as stream:
        acts.import_files(node.services, [("many.json", split(stream))], "duty officer", progress)
    node.close()


def test_no_octet_of_the_node_lies_open_in_a_backup(kz: Officer, keeper: Keeper, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.indicator(1)))
    octets = keeper.backs_up(kz).read_bytes()
    assert (kz.home / "node.key").read_bytes() not in octets
    assert b"kenesh.toml" not in octets and b"indicator" not in octets
    assert octets.startswith(b"age-encryption.org/v1\n")
    assert sorted(p.name for p in keeper.folder.glob(".*")) == []


@pytest.mark.parametrize("place", [60, 300, -1])
def test_a_changed_octet_is_noticed_and_nothing_is_restored(kz: Officer, keeper: Keeper, place: int) -> None:
    file = keeper.backs_up(kz)
    octets = bytearray(file.read_bytes())
    octets[place] ^= 1
    file.write_bytes(octets)
    said = Officer("KZ", keeper.folder / "new").says("restore", str(file), "--key", str(keeper.key))
    assert said.code in (3, 5), said
    assert not (keeper.folder / "new").exists()
    assert sorted(p.name for p in keeper.folder.glob(".*")) == []


@pytest.mark.parametrize("kept", [0, 10, 200, 0.5, 0.999])
def test_a_truncated_backup_is_refused(kz: Officer, keeper: Keeper, kept: float) -> None:
    file = keeper.backs_up(kz)
    octets = file.read_bytes()
    file.write_bytes(octets[: int(kept if kept >= 1 else len(octets) * kept)])
    said = Officer("KZ", keeper.folder / "new").says("restore", str(file), "--key", str(keeper.key))
    assert said.code in (3, 5), said
    assert not (keeper.folder / "new").exists()


def test_another_key_opens_nothing_and_the_refusal_says_so(kz: Officer, keeper: Keeper) -> None:
    file = keeper.backs_up(kz)
    other = keeper.folder / "other.key"
    say("backup-key", str(other))
    said = Officer("KZ", keeper.folder / "new").says("restore", str(file), "--key", str(other))
    assert (said.code, said.err) == (
        3,
        "It cannot be opened: it is sealed for another key. Give the key whose recipient it was made for.\n",
    )
    said = Officer("KZ", keeper.folder / "new").says("restore", str(file), "--key", str(kz.home / "kenesh.toml"))
    assert said.code == 2 and "no key that opens sealed files" in said.err


def test_the_doctor_says_how_old_the_newest_backup_is(kz: Officer, keeper: Keeper) -> None:
    def found() -> list[tuple[bool, str]]:
        said = kz.says("doctor", "--json")
        return [(f["fault"], f["text"]) for f in said.document["findings"] if f["check"] == "backup"]

    assert found() == [(False, "none was made here yet: kenesh backup FILE")]
    keeper.backs_up(kz)
    ((is_fault, text),) = found()
    assert not is_fault and text.startswith("the newest is of ")
    node = open_node(kz.home)
    with node.services.store.writing() as tx:
        tx.notes.set(BACKED_UP_AT, str(node.services.clock.now() - 9 * DAY))
    node.close()
    assert found()[0][0]


def test_restoring_writes_over_nothing(kz: Officer, keeper: Keeper) -> None:
    file = keeper.backs_up(kz)
    said = kz.says("restore", str(file), "--key", str(keeper.key))
    assert said.code == 2 and "is there already" in said.err
    said = kz.says("backup", str(file), "--to", keeper.recipient)
    assert said.code == 2 and "is there already" in said.err
    assert kz.says("backup", str(keeper.folder / "x")).code == 2, "for whom?"
    assert kz.says("backup", str(keeper.folder / "x"), "--to", "age1nonsense").code == 2


def test_a_restored_node_is_quiet_until_it_is_resumed(kz: Officer, keeper: Keeper) -> None:
    restored = keeper.restores("KZ", keeper.backs_up(kz))
    for words in (("state", "evil.example", "--tlp", "green"), ("serve", "--port", "0"), ("card",), ("status",)):
        said = restored.says(*words)
        assert said.code == 2 and "is quiet" in said.err, said
    assert restored.says("doctor").code == 1
    with pytest.raises(SettingsProblem):
        open_node(restored.home)
    assert restored.document("resume")["asked"] == []
    assert restored.document("audit", "verify")["holds"]
    assert restored.says("resume").code == 2, "once"


def test_what_was_stated_after_the_backup_is_read_back_and_no_number_is_given_twice(
    council: Council, keeper: Keeper, tmp_path: Path
) -> None:
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(az):
        with answering(kz):
            kz.meets(az)
            az.meets(kz)
            kz.document("import", files.written(tmp_path, files.indicator(1), files.indicator(2)))
            kz.document("release", EVIL, "--to", "AZ")
            az.document("sync")
            theirs = az.document("state", "theirs.example", "--tlp", "green")[0]["id"]
            az.document("release", theirs, "--to", "KZ")
            kz.document("sync")
            file = keeper.backs_up(kz)
            az.document("withdraw", theirs, "--reason", "a mistake")
            # What the backup does not know: a withdrawal, and a release.
            kz.document("withdraw", EVIL, "--reason", "cleaned")
            lost = kz.document("release", files.stix_id("indicator", 2), "--to", "AZ")
            az.document("sync")
        numbers = [s["number"] for s in statements(kz)]
        shutil.rmtree(kz.home)
        again = keeper.restores("KZ", file)
        assert len(statements(again)) < len(numbers)
        done = again.document("resume")
        assert (done["asked"], done["releases"], done["withdrawals"]) == (["AZ"], 1, 1)
        assert not again.document("lookup", "theirs.example")[0]["hits"], "what others withdrew has ended here too"
        told = again.document("status")["alarms"]
        assert [(a["code"], a["about"]) for a in told] == [("lost-release", lost["releases"][0])]
        with answering(again):
            az.document("peer", "list")
            stated = again.document("state", "new.example", "--tlp", "green")[0]["id"]
            again.document("release", stated, "--to", "AZ")
            made = [s["number"] for s in statements(again)]
            assert sorted(made) == sorted(set(made)) and set(numbers) < set(made)
            meets_again = again.says("card").out.encode()
            az.says("peer", "add", "-", "--fingerprint", again.fingerprint(), stdin=meets_again)
            az.document("sync")
        codes = {a["text"].split(" of KZ")[0].split(" ")[0] for a in az.document("status")["alarms"]}
        assert codes == {"Statements"}, "a gap, and not two truths"
        assert az.document("lookup", "new.example")[0]["hits"]
    # What was withdrawn after the backup is not served again.
    assert not granted(again, EVIL)


def test_a_peer_that_does_not_answer_is_waited_for_or_left_out_by_name(
    pair: tuple[Officer, Officer], keeper: Keeper
) -> None:
    restored = keeper.restores("KZ", keeper.backs_up(pair[0]))
    said = restored.says("resume")
    assert said.code == 4 and "--without AZ" in said.err, said
    assert restored.says("card").code == 2, "and nothing was changed"
    assert restored.says("resume", "--without", "TR").code == 2
    assert restored.document("resume", "--without", "AZ")["without"] == ["AZ"]


def statements(officer: Officer) -> list[dict[str, int]]:
    """The numbers of this node's statements to AZ."""
    with closing(sqlite3.connect(officer.home / "store.db")) as store:
        query = (
            "SELECT number FROM statements WHERE party = (SELECT substr(name, 6) FROM meta WHERE name LIKE 'code:%'"
            " AND value = 'KZ') AND audience_ref IN (SELECT party FROM peers)"
        )
        return [{"number": number} for (number,) in store.execute(query)]


def granted(officer: Officer, stix_id: str) -> int:
    with closing(sqlite3.connect(officer.home / "store.db")) as store:
        query = "SELECT count(*) FROM grants JOIN objects ON objects.num = object WHERE objects.id = ?"
        return int(store.execute(query, (stix_id,)).fetchone()[0])
