from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kenesh.basis.problem import Problem, SettingsProblem, UsageProblem
from kenesh.node.settings import FILE, Settings, database_url, read_settings, write_settings

SETTINGS = Settings(party="KZ", name="KZ-CERT", kid="a" * 43, recovery_kid="b" * 43)


@pytest.mark.parametrize("name", ["KZ-CERT", 'a "quoted" \\ name', "Қазақстан İı", "#", "= [x]", "💥"])
def test_what_was_written_is_read(name: str, tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, name=name, url="https://kz.example", serial=3, poll_s=5)
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


def test_what_is_protected_is_read_in_its_canonical_form_and_kept(tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    with (tmp_path / FILE).open("a") as file:
        file.write(
            '[protected]\nnames = ["Gov.Example", "b\u00fccher.example."]\nnetworks = ["2001:DB8::/32", "192.0.2.9"]\n'
        )
    known = read_settings(tmp_path).protected
    assert known.names == ("gov.example", "xn--bcher-kva.example")
    assert known.networks == ("2001:db8::/32", "192.0.2.9")
    write_settings(tmp_path, read_settings(tmp_path))
    assert read_settings(tmp_path).protected == known


@pytest.mark.parametrize("line", ['names = ["*"]', 'names = ["192.0.2.1"]', 'networks = ["gov.example"]', "name = []"])
def test_a_protected_entry_that_protects_nothing_refuses_to_start(line: str, tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    with (tmp_path / FILE).open("a") as file:
        file.write(f"[protected]\n{line}\n")
    with pytest.raises(SettingsProblem):
        read_settings(tmp_path)


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_settings_can_be_changed_by_hand(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        "# ours\nparty = 'KZ'\nname = \"KZ\" # short\nkid = '" + "a" * 43 + "'\nrecovery_kid = '" + "b" * 43 + "'\n"
    )
    assert read_settings(tmp_path).poll_s == 60


def test_where_there_is_no_node_it_says_how_one_is_made(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem) as raised:
        read_settings(tmp_path)
    assert raised.value.sentence() == (
        f"There is no node in {tmp_path}. Say --home (or KENESH_HOME), or make one: kenesh init."
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("colour = 1", "unknown field `colour`"),
        ("poll_s = -1", "$.poll_s"),
        ("serial = 'x'", "$.serial"),
        ("url = ", "is damaged"),
    ],
)
def test_what_cannot_be_used_refuses_to_start(line: str, says: str, tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    key = line.partition(" ")[0]
    kept = [old for old in (tmp_path / FILE).read_text().splitlines() if not old.startswith(f"{key} ")]
    (tmp_path / FILE).write_text("\n".join([*kept, line]))
    with pytest.raises(SettingsProblem) as raised:
        read_settings(tmp_path)
    assert says in raised.value.sentence()
    assert str(tmp_path / FILE) in raised.value.sentence()


def test_settings_that_cannot_be_written_say_where(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem) as raised:
        write_settings(tmp_path / "nowhere", SETTINGS)
    assert raised.value.sentence() == (
        f"{tmp_path / 'nowhere' / FILE} cannot be written: No such file or directory."
        " Look at the folder's owner and permissions."
    )


def test_the_embedded_store_lies_in_the_home(tmp_path: Path) -> None:
    assert database_url(tmp_path, SETTINGS) == f"sqlite:///{tmp_path}/store.db"


@pytest.mark.parametrize("url", ["postgresql://kz@db/kenesh", "postgresql://[::1]:5432/kenesh"])
def test_postgresql_is_taken_as_it_was_said(url: str, tmp_path: Path) -> None:
    assert database_url(tmp_path, msgspec.structs.replace(SETTINGS, database=url)) == url


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "sqlite:///x", "kenesh", "postgresql://[::/x", "postgres:x"])
def test_any_other_database_is_refused_without_repeating_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as raised:
        database_url(tmp_path, msgspec.structs.replace(SETTINGS, database=url))
    assert "secret" not in raised.value.sentence()


def test_authorities_that_are_none_are_told(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("hello")
    for path in (authority, tmp_path / "nowhere.pem", tmp_path):
        write_settings(tmp_path, msgspec.structs.replace(SETTINGS, ca_file=str(path)))
        with pytest.raises(Problem, match="holds no certificates"):
            read_settings(tmp_path)
