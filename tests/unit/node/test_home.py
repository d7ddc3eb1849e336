from __future__ import annotations

import errno
import time
from pathlib import Path

import pytest

from kenesh.basis.problem import Exit, SettingsProblem, StoreProblem
from kenesh.node.home import KEY, Home, unwritable
from kenesh.parties.keys import SigningKey

SEED = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "a" / "kz")
    made.make()
    return made


def test_a_home_is_its_owners_alone(home: Home) -> None:
    assert {path.stat().st_mode & 0o777 for path in (home.path, *home.path.iterdir())} == {0o700}


def test_a_secret_is_its_owners_alone_and_never_written_over(home: Home) -> None:
    home.write_secret(KEY, SEED)
    assert (home.path / KEY).stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        home.write_secret(KEY, bytes(32))
    assert home.read_secret(KEY) == SEED


def test_the_key_is_the_one_that_is_named(home: Home) -> None:
    home.write_secret(KEY, SEED)
    kid = SigningKey(SEED).public.kid
    assert home.signing_key(kid).public.kid == kid
    with pytest.raises(SettingsProblem, match=r"is not the key that kenesh\.toml names"):
        home.signing_key(SigningKey(bytes(32)).public.kid)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_secret_that_is_open_to_others_is_not_read(mode: int, home: Home) -> None:
    home.write_secret(KEY, SEED)
    (home.path / KEY).chmod(mode)
    with pytest.raises(SettingsProblem, match="is open to others"):
        home.read_secret(KEY)


@pytest.mark.parametrize("octets", [b"", SEED[:-1], SEED + b"\n"])
def test_a_secret_of_another_length_is_damaged(octets: bytes, home: Home) -> None:
    home.write_secret(KEY, octets)
    with pytest.raises(SettingsProblem, match="is damaged"):
        home.read_secret(KEY)


def test_a_turn_is_one_at_a_time_and_given_back(home: Home) -> None:
    with home.turn("AZ") as first, home.turn("AZ") as second, home.turn("TR") as other:
        assert (first, second, other) == (True, False, True)
    with home.turn("AZ") as again:
        assert again


def test_who_waits_for_a_turn_does_not_wait_for_ever(home: Home) -> None:
    began = time.monotonic()
    with home.turn("AZ"), home.turn("AZ", wait_s=0.05) as mine:
        assert not mine
    assert 0.05 <= time.monotonic() - began < 5


def test_a_home_from_a_backup_without_locks_gets_new_ones(home: Home) -> None:
    (home.path / "locks").rmdir()
    with home.turn("AZ") as mine:
        assert mine


def test_waking_changes_the_sign(home: Home) -> None:
    assert home.woken() == 0
    home.wake()
    first = home.woken()
    time.sleep(0.01)
    home.wake()
    assert home.woken() > first > 0


def test_what_was_done_is_not_undone_by_news_that_cannot_be_written(home: Home) -> None:
    (home.path / "wake").mkdir()
    home.wake()
    Home(home.path / "nowhere").wake()


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, StoreProblem, "The disk is full: /x cannot be written. Make room on it, then repeat."),
        (errno.EDQUOT, StoreProblem, "The disk is full: /x cannot be written. Make room on it, then repeat."),
        (
            errno.EROFS,
            SettingsProblem,
            "/x cannot be written: Read-only file system. Look at the folder's owner and permissions.",
        ),
        (errno.ENOTDIR, SettingsProblem, "/x is no folder. Say another --home."),
    ],
)
def test_what_cannot_be_written_is_told_with_what_to_do(number: int, kind: type, says: str) -> None:
    problem = unwritable(Path("/x"), OSError(number, {errno.EROFS: "Read-only file system"}.get(number, "")))
    assert (type(problem), problem.sentence()) == (kind, says)
    assert problem.exit in (Exit.FAULT_FOUND, Exit.USAGE)
