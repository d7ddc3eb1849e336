"""Mail in plain text: a notice is a sentence and a link (`kenesh.federation.noticing.Channel`), a digest some lines.

Where the node has a certificate for it, its mail is signed (S/MIME, RFC 8551), so that nobody else wakes an officer.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from kenesh.basis.problem import UnreachableProblem
from kenesh.federation.noticing import Telling

#: Signs a mail; gives it as it is sent.
Signer = Callable[[EmailMessage], bytes]
_TIMEOUT_S: Final = 15
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes mail for this node. But on loopback, it must speak TLS: STARTTLS, or from the start on port 465."""

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)


class Mail:
    """Sends notices to some addresses."""

    name = "mail"

    def __init__(
        self, server: MailServer, sender: str, recipients: Sequence[str], signer: Signer | None = None
    ) -> None:
        self._server = server
        self._sender = sender
        self._recipients = tuple(recipients)
        self._signer = signer

    def send(self, notice: Telling) -> None:
        subject = notice.sentence.partition(". ")[0].rstrip(".")
        self._mail(self._recipients, subject, f"{notice.sentence}\n\n{notice.link}\n")

    def post(self, to: str, subject: str, text: str) -> None:
        """A mail to one address (`kenesh.doors.services.Post`)."""
        self._mail((to,), subject, text)

    def _mail(self, to: Sequence[str], subject: str, text: str) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, ", ".join(to)
        message["Subject"] = subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            self._send(to, self._signer(message) if self._signer else message.as_bytes(policy=SMTP))
        except (OSError, smtplib.SMTPException) as error:
            raise UnreachableProblem(f"The mail server does not take the notice ({type(error).__name__}).") from None

    def _send(self, to: Sequence[str], octets: bytes) -> None:
        server, context = self._server, ssl.create_default_context()
        if server.port == 465:
            with smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context) as line:
                self._post(line, to, octets)
            return
        with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S) as line:
            if server.host not in _LOOPBACK:
                line.starttls(context=context)
            self._post(line, to, octets)

    def _post(self, line: smtplib.SMTP, to: Sequence[str], octets: bytes) -> None:
        if self._server.user:
            line.login(self._server.user, self._server.password)
        # As octets: what was signed may not be laid out anew.
        line.sendmail(self._sender, list(to), octets)
