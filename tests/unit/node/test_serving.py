from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kenesh.basis.problem import Problem
from kenesh.doors.life import ServeOptions
from kenesh.node.serving import _check_options, _write_address
from kenesh.node.settings import Settings, read_settings, write_settings

SETTINGS = Settings(party="KZ", name="KZ-CERT", kid="a" * 43, recovery_kid="b" * 43)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_tls(host: str) -> None:
    _check_options(ServeOptions(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "kz.example", "2001:db8::1", ""])
def test_anything_else_needs_tls_or_a_proxy(host: str) -> None:
    with pytest.raises(Problem, match="open to the network, and there is no TLS"):
        _check_options(ServeOptions(host=host))


@pytest.mark.parametrize("url", ["https://kz.example", "https://kz.example:8443/", "http://127.0.0.1:8701"])
def test_behind_a_proxy_the_address_is_said(url: str) -> None:
    _check_options(ServeOptions(host="0.0.0.0", behind_proxy=True, url=url))


@pytest.mark.parametrize("url", ["kz.example", "ftp://kz.example", "https://kz.example/x", "https://", "https://a b"])
def test_an_address_that_no_peer_would_take_is_refused(url: str) -> None:
    with pytest.raises(Problem, match="is no address of a server"):
        _check_options(ServeOptions(url=url))


@pytest.mark.parametrize(
    ("options", "url"),
    [
        (ServeOptions(), "http://127.0.0.1:8701"),
        (ServeOptions(host="::1"), "http://[::1]:8701"),
        (ServeOptions(url="https://kz.example/"), "https://kz.example"),
        (ServeOptions(tls_certificate=Path("c"), tls_key=Path("k")), "https://127.0.0.1:8701"),
    ],
)
def test_the_address_is_written_where_the_card_takes_it_from(options: ServeOptions, url: str, tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    _write_address(tmp_path, SETTINGS, options, 8701)
    assert read_settings(tmp_path) == msgspec.structs.replace(SETTINGS, url=url)
