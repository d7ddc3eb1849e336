"""Signed mail: S/MIME as multipart/signed (RFC 8551 §3.5.3), by the certificate that the settings name."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from kenesh.basis.problem import SettingsProblem


class MailSigner:
    """Signs mail. The first certificate of the file is the node's, the others lead to who vouches for it."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises SettingsProblem where they are no certificate with its key."""
        try:
            first, *self._others = x509.load_pem_x509_certificates(certificate.read_bytes())
            secret = load_pem_private_key(key.read_bytes(), password=None)
        except (OSError, ValueError, TypeError):
            raise _no_pair(certificate, key) from None
        if not isinstance(secret, RSAPrivateKey | EllipticCurvePrivateKey) or first.public_key() != secret.public_key():
            raise _no_pair(certificate, key)
        self._certificate, self._key = first, secret

    def __call__(self, message: EmailMessage) -> bytes:
        """The mail as it is sent: its text signed, under the same headers."""
        part = EmailMessage(policy=SMTP)
        part.set_content(message.get_content(), cte="quoted-printable")
        del part["MIME-Version"]
        builder = PKCS7SignatureBuilder().set_data(part.as_bytes()).add_signer(self._certificate, self._key, SHA256())
        for certificate in self._others:
            builder = builder.add_certificate(certificate)
        signed = builder.sign(Encoding.SMIME, [PKCS7Options.DetachedSignature])
        headers = EmailMessage(policy=SMTP)
        for name in ("From", "To", "Subject", "Auto-Submitted"):
            headers[name] = message[name]
        return headers.as_bytes().rstrip(b"\r\n") + b"\r\n" + re.sub(rb"\r?\n", b"\r\n", signed)


def _no_pair(certificate: Path, key: Path) -> SettingsProblem:
    return SettingsProblem(
        f"{certificate} and {key} are no certificate for mail with its key.",
        advice="Both are PEM files, of RSA or ECDSA; the key has no password, and is the certificate's own.",
    )
