"""How a hosted home is served: at which port, under which address, with which certificate."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from kenesh.basis.problem import SettingsProblem
from kenesh.doors.life import ServeOptions
from kenesh.node.guests import serve_words, with_port
from kenesh.node.settings import Settings, read_settings, write_settings

TM = Settings(party="TM", name="TM-CERT", kid="a" * 43, recovery_kid="b" * 43, hosted_by="KZ")


def home_of(folder: Path, party: str, **said: object) -> Path:
    path = folder / "kz" / "hosted" / party
    path.mkdir(parents=True)
    write_settings(path, msgspec.structs.replace(TM, party=party.upper(), **said))
    return path


def at_port(port: int, **said: object) -> Settings:
    return msgspec.structs.replace(TM, hosted_port=port, **said)


@pytest.mark.parametrize(
    ("options", "settings", "url"),
    [
        (ServeOptions(), at_port(8702), None),
        (ServeOptions(url="https://kz.example:8700"), at_port(8702), "https://kz.example:8702"),
        (ServeOptions(url="https://kz.example/"), at_port(8702), "https://kz.example:8702"),
        (ServeOptions(url="https://[2001:db8::1]"), at_port(8702), "https://[2001:db8::1]:8702"),
        (ServeOptions(url="https://[2001:db8::1]:8700"), at_port(8702), "https://[2001:db8::1]:8702"),
        (ServeOptions(url="https://kz.example"), at_port(8702, hosted_url="https://tm.example"), "https://tm.example"),
        (ServeOptions(), at_port(8702, hosted_url="https://tm.example"), "https://tm.example"),
    ],
)
def test_its_address_is_the_hosts_name_and_its_own_port_or_what_its_settings_say(
    options: ServeOptions, settings: Settings, url: str | None
) -> None:
    words = serve_words(options, settings)
    assert words[:2] == ["serve", "--while-open"]
    assert words[words.index("--port") + 1] == "8702"
    assert (words[words.index("--url") + 1] if "--url" in words else None) == url


def test_it_is_served_as_its_host_is() -> None:
    options = ServeOptions(
        host="0.0.0.0",
        behind_proxy=True,
        tls_certificate=Path("c"),
        tls_key=Path("k"),
        log_json=True,
        metrics=True,
    )
    said = " ".join(serve_words(options, at_port(8702)))
    tls = "--tls-certificate c --tls-key k"
    assert said == f"serve --while-open --host 0.0.0.0 --port 8702 --behind-proxy {tls} --log-json --metrics"


def test_its_port_is_the_first_after_the_hosts_that_nobody_has_and_it_keeps_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ir, tm = home_of(tmp_path, "ir"), home_of(tmp_path, "tm")
        first = with_port(ir, "127.0.0.1", port - 1).hosted_port
        second = with_port(tm, "127.0.0.1", port - 1).hosted_port
    assert port < first < second
    assert with_port(tm, "127.0.0.1", 40_000).hosted_port == second == read_settings(tm).hosted_port


def test_two_that_begin_at_once_get_two_ports(tmp_path: Path) -> None:
    homes = [home_of(tmp_path, f"t{letter}") for letter in "abcdefgh"]
    with ThreadPoolExecutor(len(homes)) as pool:
        ports = list(pool.map(lambda home: with_port(home, "127.0.0.1", 40_000).hosted_port, homes))
    assert len(set(ports)) == len(homes)


def test_where_no_port_is_left_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="No port after 65535 is free for TM"):
        with_port(home_of(tmp_path, "tm"), "127.0.0.1", 65_535)
