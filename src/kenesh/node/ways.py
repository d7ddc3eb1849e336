"""The ways by which people are called: from what stands in calls.toml to a channel."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, SettingsProblem
from kenesh.edges.notices.push import Push
from kenesh.edges.notices.webhook import Webhook
from kenesh.federation.noticing import Channel
from kenesh.node.mailing import mail_to
from kenesh.node.settings import Settings, is_mail_address
from kenesh.response.calls import NOBODY, Plan, read_plan

FILE: Final = "calls.toml"


class Ways:
    """Finds the channel behind a way. `mail:ADDRESS`, `https://…`, Apprise's, or `env:NAME` with one of these in it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, way: str) -> Channel:
        """Raises SettingsProblem where it leads nowhere; what may be a secret is not told."""
        scheme, _, rest = way.partition(":")
        if scheme == "env":
            variable, way = rest, os.environ.get(rest, "")
            scheme, _, rest = way.partition(":")
            if not way or scheme == "env":
                raise SettingsProblem(f"The environment of this program has no way in {visible(variable, 100)}.")
        if scheme == "mail":
            if not is_mail_address(rest):
                raise SettingsProblem("A mail address in calls.toml is none.", advice="Write it as mail:name@host.")
            return mail_to(self._settings, [rest])
        if way.startswith(("https://", "http://127.0.0.1:")):
            return Webhook(way)
        return Push(way)


def plan_of(home: Path) -> Plan:
    """The plan in that home; an empty one where there is none.

    Raises:
        SettingsProblem: it is there, and is none.
    """
    path = home / FILE
    try:
        return read_plan(path.read_bytes(), str(path))
    except FileNotFoundError:
        return NOBODY
    except OSError as error:
        raise SettingsProblem(f"{path} cannot be read: {error.strerror}.") from None
    except DamagedProblem as problem:
        raise SettingsProblem(problem.detail, advice=problem.advice or "Mend it, or remove it.") from None
