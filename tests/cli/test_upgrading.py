"""A store that an earlier release made is moved on: looked over first, each revision whole, and nothing lost."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Officer, say
from tests.cli.served import serving

from kenesh.edges.store import migration

EVIL = files.stix_id("indicator", 1)
NEXT = '''"""A later store."""

import os

from alembic import op
import sqlalchemy as sa

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alarms", sa.Column("later_{number}", sa.Text))
    op.execute("UPDATE alarms SET later_{number} = text")
    if os.path.exists({stop!r}):
        raise sa.exc.OperationalError("UPDATE", None, Exception("disk is full"))
'''


class LaterRelease:
    """A release with two more revisions than this one; the last one fails while the file `stop` is there."""

    def __init__(self, folder: Path) -> None:
        self.stop = folder / "stop"
        self.scripts = folder / "migrations"
        shutil.copytree(Path(migration.__file__).parent / "migrations", self.scripts)
        before = migration.HEAD
        for number in ("9001", "9002"):
            stop = str(self.stop if number == "9002" else folder / "nowhere")
            text = NEXT.format(number=number, before=before, stop=stop)
            (self.scripts / "versions" / f"r{number}.py").write_text(text)
            before = number


@pytest.fixture
def later(tmp_path: Path) -> LaterRelease:
    return LaterRelease(tmp_path)


def install(later: LaterRelease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "_SCRIPTS", str(later.scripts))
    monkeypatch.setattr(migration, "HEAD", "9002")


def backed_up(kz: Officer, folder: Path, name: str = "kz.backup") -> tuple[Path, Path]:
    key = folder / f"{name}.key"
    recipient = say("backup-key", str(key)).out.splitlines()[-1]
    kz.document("backup", str(folder / name), "--to", recipient)
    return folder / name, key


@pytest.fixture
def lived(kz: Officer, tmp_path: Path) -> Officer:
    kz.document("import", files.written(tmp_path, files.indicator(1)))
    return kz


def test_a_store_of_an_earlier_release_is_moved_on_once_there_is_a_backup(
    lived: Officer, later: LaterRelease, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = migration.HEAD
    assert lived.document("upgrade")["migrations"] == 0
    install(later, monkeypatch)
    refused = lived.says("lookup", "evil.example")
    assert refused.code == 1 and "kenesh upgrade" in refused.err
    refused = lived.says("upgrade")
    assert refused.code == 1 and "no backup of the last day" in refused.err
    # The newer release backs up what the older one made.
    backed_up(lived, tmp_path)
    assert lived.document("upgrade") == {"from": before, "to": "9002", "migrations": 2}
    assert lived.document("lookup", "evil.example")[0]["hits"]
    assert lived.document("audit", "verify")["holds"]
    assert lived.document("upgrade")["migrations"] == 0


def test_an_upgrade_that_is_cut_off_goes_on_where_it_was(
    lived: Officer, later: LaterRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(later, monkeypatch)
    later.stop.touch()
    assert lived.says("upgrade", "--without-backup").code == 1
    later.stop.unlink()
    assert lived.document("upgrade", "--without-backup") == {"from": "9001", "to": "9002", "migrations": 1}
    assert lived.document("show", EVIL)


def test_a_backup_of_an_earlier_release_is_restored_into_a_later_one(
    lived: Officer, later: LaterRelease, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, key = backed_up(lived, tmp_path)
    install(later, monkeypatch)
    restored = Officer("KZ", tmp_path / "restored")
    restored.document("restore", str(file), "--key", str(key))
    restored.document("resume")
    assert restored.document("lookup", "evil.example")[0]["hits"]


def test_a_backup_of_a_later_release_is_refused(
    lived: Officer, later: LaterRelease, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        install(later, patch)
        lived.document("upgrade", "--without-backup")
        file, key = backed_up(lived, tmp_path)
    refused = Officer("KZ", tmp_path / "restored").says("restore", str(file), "--key", str(key))
    assert refused.code == 1 and "newer than this one" in refused.err
    refused = lived.says("upgrade", "--without-backup")
    assert refused.code == 1 and "Install the newer release" in refused.err


def test_nothing_is_moved_on_while_it_is_served_or_where_there_is_no_room(
    lived: Officer, later: LaterRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lived):
        assert "is being served" in lived.says("upgrade", "--without-backup").err
    install(later, monkeypatch)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
    refused = lived.says("upgrade", "--without-backup")
    assert refused.code == 1 and "may be needed" in refused.err
