"""The mail that a node sends: who takes it, and from which address."""

from __future__ import annotations

import os
from typing import Final

from kenesh.edges.notices.mail import Mail, MailServer
from kenesh.node.settings import Settings

#: The environment variable with the password for the mail server.
PASSWORD: Final = "KENESH_SMTP_PASSWORD"


def mail(settings: Settings) -> Mail | None:
    """The mail that the settings name, to the addresses of notices; None where they name no sender."""
    if not settings.notice_mail_from:
        return None
    host, _, port = settings.notice_mail_server.rpartition(":")
    server = MailServer(host, int(port), settings.notice_mail_user, os.environ.get(PASSWORD, ""))
    recipients = [address.strip() for address in settings.notice_mail_to.split(",") if address.strip()]
    return Mail(server, settings.notice_mail_from, recipients)
