"""Proposals on the agenda of a sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.council.kinds import Procedure
from kenesh.council.stated import Text
from kenesh.doors.casework import By
from kenesh.doors.council.deciding import Wanted
from kenesh.doors.council.seeing import SeenProposal, proposals
from kenesh.doors.services import Services
from kenesh.doors.sitting import one_sitting
from kenesh.release.reader import Reader
from kenesh.response.sittings import Standing


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a person asks a body to adopt; until the end of a sitting where nothing else is said."""

    name: str
    texts: Sequence[Text]
    procedure: Procedure
    deadline: Instant | None = None
    sitting: str = ""


def on_agenda(services: Services, proposed: Proposed, lineage: tuple[str, Sequence[str]], by: By) -> Wanted:
    """What is asked of the body. On a sitting's agenda it opens when that begins, and ends with it.

    `lineage`: which proposal it succeeds, and whose amendments it takes up.

    Raises:
        UnknownProblem: no such sitting is called here. UsageProblem: it is over, or there is no deadline.
    """
    said = proposed.name, proposed.texts, proposed.procedure
    succeeds, takes_up = lineage
    if not proposed.sitting:
        if proposed.deadline is None:
            raise UsageProblem("A proposal has a deadline.", advice="Say until when, or on which sitting's agenda.")
        return Wanted(*said, proposed.deadline, succeeds=succeeds, takes_up=takes_up)
    seen, state = one_sitting(services, by.sight(services), proposed.sitting)
    if state.standing in (Standing.OVER, Standing.CANCELLED):
        raise UsageProblem(f"That sitting is {state.standing}.")
    one = state.sitting
    opens_at = Instant(max(one.begins_at, seen.at))
    return Wanted(*said, proposed.deadline or one.ends_at, opens_at, one.id, succeeds, takes_up)


def on_agenda_of(services: Services, reader: Reader, sitting_ref: str, body_ref: str) -> list[SeenProposal]:
    """The proposals of the body that stand on the agenda of a sitting, as the reader sees them; by name."""
    found = [one for one in proposals(services, reader, body_ref) if one.state.proposal.sitting_ref == sitting_ref]
    return sorted(found, key=lambda one: (one.state.proposal.name, one.id))
