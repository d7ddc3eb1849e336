"""Times that a person chose in a form: of the clock on the wall in the party's capital, or of UTC."""

from __future__ import annotations

import re
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.doors.desk.forms import Form
from kenesh.response.zones import ZONES, capital_times, wall_time

UTC: Final = "UTC"
#: As a browser sends a date and time that somebody chose.
_CHOSEN: Final = re.compile(r"2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)


def capital_of(code: str) -> str:
    """The code by which the capital of a party is listed: an agency's node stands in its state's."""
    return code.partition("-")[0]


def clocks(code: str) -> tuple[str, ...]:
    """The zones in which a time may be written: the capital's first, where there is one, and UTC."""
    zone = ZONES.get(capital_of(code))
    return (UTC,) if zone is None else (zone, UTC)


def at_home(code: str, at: Instant) -> str:
    """The time on the wall in the party's own capital: KZ 19:02. Nothing where no capital is listed for it."""
    return capital_times([capital_of(code)], at)


def chosen(form: Form, field: str, code: str, now: Instant) -> Instant:
    """The instant that was chosen in a field, by the clock that `zone` names.

    Raises:
        UsageProblem: it is no time, the clock is another, or it is over.
    """
    text, zone = form.text(field), form.text("zone", UTC)
    if not _CHOSEN.fullmatch(text):
        raise UsageProblem("That is no time.", advice="Choose a date and a time.")
    if zone not in clocks(code):
        raise UsageProblem("There is no such clock here.", advice="Choose one of the list.")
    at = wall_time(text, zone)
    if at <= now:
        raise UsageProblem("That time is over already.", advice="Choose a later one.")
    return at
