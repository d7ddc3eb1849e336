"""The mail that a node sends: who takes it, from which address, and by whose certificate it is signed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kenesh.basis.problem import SettingsProblem
from kenesh.edges.notices.mail import Mail, MailServer
from kenesh.edges.notices.signing import MailSigner
from kenesh.node.settings import Settings

#: The environment variable with the password for the mail server.
PASSWORD: Final = "KENESH_SMTP_PASSWORD"


def mail(settings: Settings) -> Mail | None:
    """The mail that the settings name, to the addresses of notices; None where they name no sender.

    Raises:
        SettingsProblem: the certificate that signs it is none.
    """
    if not settings.notice_mail_from:
        return None
    recipients = [address.strip() for address in settings.notice_mail_to.split(",") if address.strip()]
    return mail_to(settings, recipients)


def mail_to(settings: Settings, recipients: Sequence[str]) -> Mail:
    """The same, to other addresses.

    Raises:
        SettingsProblem: the settings name no sender, or the certificate is none.
    """
    if not settings.notice_mail_from:
        raise SettingsProblem("There is no address to send mail from.", advice="Set notice_mail_from in kenesh.toml.")
    host, _, port = settings.notice_mail_server.rpartition(":")
    server = MailServer(host, int(port), settings.notice_mail_user, os.environ.get(PASSWORD, ""))
    files = settings.notice_mail_certificate, settings.notice_mail_key
    signer = MailSigner(*map(Path, files)) if any(files) else None
    return Mail(server, settings.notice_mail_from, recipients, signer)
