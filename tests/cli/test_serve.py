"""`kenesh serve` as a process: how it starts and stops, whom it connects to, and how soon its peers hear."""

from __future__ import annotations

import signal
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.cli import files
from tests.cli.officer import Council, Officer
from tests.cli.served import Serving, eventually, free_port, serving, start

from kenesh.taxii.media import MEDIA_TYPE

AMBER = files.stix_id("indicator", 1)


def knows(officer: Officer, value: str) -> bool:
    return bool(officer.document("lookup", value)[0]["hits"])


def connections(served: Serving) -> list[tuple[str, int]]:
    """To whom the process is connected, apart from who called it."""
    own_port = int(served.url.rpartition(":")[2])
    found = psutil.Process(served.process.pid).net_connections("inet")
    return [tuple(c.raddr) for c in found if c.raddr and c.laddr.port != own_port]


def test_serving_says_where_and_stops_when_told(kz: Officer) -> None:
    with serving(kz) as served:
        print(f"started in {served.started_in_s:.2f} s, {served.rss_mib():.0f} MiB")
        line = f"KZ serves at {served.url} (stop it with Ctrl-C)\n"
        eventually(lambda: served.told() == line, "it says where it serves")
        assert kz.document("card")["url"] == served.url
        assert httpx2.get(f"{served.url}/healthz").text == "ok\n"
        assert connections(served) == [], "it knows no peer, and connects to nobody"
        began = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - began < 3
        assert served.told().endswith("\nKZ has stopped.\n")


def test_a_command_needs_no_node_that_is_served_and_disturbs_none(kz: Officer, tmp_path: Path) -> None:
    with serving(kz):
        kz.document("import", files.written(tmp_path, files.indicator(1)))
        assert knows(kz, "evil.example")
        assert kz.document("audit", "verify")["holds"]
    assert knows(kz, "evil.example")


@pytest.fixture
def two(council: Council) -> Iterator[tuple[Serving, Serving]]:
    """KZ's and AZ's nodes, served; they have met while they were."""
    kz, az = council.officer("KZ"), council.officer("AZ")
    with serving(kz) as one, serving(az) as other:
        kz.meets(az)
        az.meets(kz)
        yield one, other


def test_between_two_served_nodes(two: tuple[Serving, Serving], tmp_path: Path) -> None:
    """One test for what needs both, since each start takes its time."""
    one, other = two
    kz, az = one.officer, other.officer

    # A peer that was admitted while it was served is read at once.
    eventually(lambda: all(_was_read(officer) for officer in (kz, az)), "each has read the other")

    # It connects to its peer, and to nobody else.
    peer = (httpx2.URL(other.url).host, httpx2.URL(other.url).port)
    eventually(lambda: peer in connections(one), "it holds a line to its peer")
    assert set(connections(one)) == {peer}

    # What a command releases reaches the other node by itself.
    kz.document("import", files.written(tmp_path, files.indicator(1)))
    began = time.monotonic()
    kz.document("release", AMBER, "--to", "AZ")
    eventually(lambda: knows(az, "evil.example"), "AZ knows it without a sync")
    print(f"from release to look-up in {time.monotonic() - began:.2f} s")
    eventually(lambda: kz.document("show", AMBER)["recipients"][0]["fetched_at"] is not None, "KZ hears it was fetched")

    # A peer that is down for a while is read when it comes back.
    port = int(one.url.rpartition(":")[2])
    assert one.stop() == 0
    stated = kz.document("state", "late.example", "--tlp", "green")[0]["id"]
    kz.document("release", stated, "--to", "AZ")
    assert not knows(az, "late.example")
    again = start(kz, port=port)
    try:
        eventually(lambda: knows(az, "late.example"), "AZ reads KZ again")
        began = time.monotonic()
        assert again.stop() == 0, "with event streams open"
        assert time.monotonic() - began < 3
        assert "Traceback" not in again.told()
    finally:
        again.process.kill()
        again.process.wait()

    assert other.stop(signal.SIGINT) == 0, "Ctrl-C is how one is told to stop it"
    assert "Traceback" not in other.told()


def _was_read(officer: Officer) -> bool:
    (peer,) = officer.document("status")["peers"]
    return peer["last_sync_at"] is not None and not peer["problem"]


# TLS.


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a council of tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, private


def trusts(officer: Officer, authority: Path) -> None:
    path = officer.home / "kenesh.toml"
    path.write_text(path.read_text().replace('ca_file = ""', f'ca_file = "{authority}"'))


def test_two_nodes_over_tls(council: Council, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    chain, key = certificate
    words = ("--tls-certificate", str(chain), "--tls-key", str(key))
    kz, az = council.officer("KZ"), council.officer("AZ")
    with ExitStack() as stack:
        one = stack.enter_context(serving(kz, *words))
        stack.enter_context(serving(az, *words))
        assert one.url.startswith("https://127.0.0.1:")
        kz.meets(az)
        az.meets(kz)

        said = az.says("sync")
        assert said.code == 4
        assert said.out.startswith(
            f"KZ: NOT READ. KZ at {one.url} shows a certificate that is not trusted here: self-signed certificate."
        )

        trusts(az, chain)
        assert az.document("sync")["peers"][0].get("problem") is None
        kz.document("import", files.written(tmp_path, files.indicator(1)))
        kz.document("release", AMBER, "--to", "AZ")
        az.document("sync")
        assert knows(az, "evil.example")

        context = ssl.create_default_context(cafile=str(chain))
        found = httpx2.get(f"{one.url}/taxii2/", headers={"Accept": MEDIA_TYPE}, verify=context)
        assert found.status_code == 200


def test_tls_opens_a_node_to_the_network(kz: Officer, certificate: tuple[Path, Path]) -> None:
    chain, key = certificate
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    words = ("--host", "0.0.0.0", "--url", url, "--tls-certificate", str(chain), "--tls-key", str(key))
    with serving(kz, *words, port=port) as served:
        assert served.url == url
        assert kz.document("card")["url"] == url
        assert served.stop() == 0


def test_a_key_with_a_password_is_told_and_not_asked_for(kz: Officer, certificate: tuple[Path, Path]) -> None:
    chain, key = certificate
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    closed = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    key.write_bytes(closed)
    said = kz.says("serve", "--port", "0", "--tls-certificate", str(chain), "--tls-key", str(key))
    assert said.code == 2
    assert "the key has no password" in said.err
