"""HTTPS: which versions of TLS and which suites."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess

import pytest
from tests.conformance.subject import DISCOVERY, Subject

#: Suites of TLS 1.2 that RFC 7540 Appendix A forbids: without forward secrecy, or in CBC mode.
FORBIDDEN = (
    "AES128-SHA:AES256-SHA:AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA"
)


def shaken(subject: Subject, version: ssl.TLSVersion, ciphers: str = "DEFAULT") -> tuple[str | None, str]:
    """The version and the suite that are agreed on."""
    if not subject.is_https:
        pytest.skip("it is served without TLS here")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    with (
        socket.create_connection(subject.address, 10) as line,
        context.wrap_socket(line, server_hostname=subject.address[0]) as secured,
    ):
        cipher = secured.cipher()
        assert cipher is not None
        return secured.version(), cipher[0]


@pytest.mark.clause("T01")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_answers_over_tls(version: ssl.TLSVersion, subject: Subject) -> None:
    assert shaken(subject, version)[0] == version.name.replace("_", ".")
    assert subject.get(DISCOVERY).status_code in (200, 401)


@pytest.mark.clause("T02")
def test_it_takes_no_early_data(subject: Subject) -> None:
    shaken(subject, ssl.TLSVersion.TLSv1_3)
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the openssl command, which shows what a ticket allows, is not on this machine")
    address = f"{subject.address[0]}:{subject.address[1]}"
    request = f"GET {DISCOVERY} HTTP/1.1\r\nHost: {subject.address[0]}\r\nConnection: close\r\n\r\n"
    asked = [program, "s_client", "-connect", address, "-tls1_3", "-ign_eof"]
    told = subprocess.run(asked, input=request.encode(), capture_output=True, timeout=30).stdout.decode("latin-1")
    allowed = [line.split(":")[1].strip() for line in told.splitlines() if "Max Early Data" in line]
    assert set(allowed) <= {"0"}


@pytest.mark.clause("T03")
def test_it_takes_no_suite_that_http_2_forbids(subject: Subject) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shaken(subject, ssl.TLSVersion.TLSv1_2, f"{FORBIDDEN}:@SECLEVEL=0")
