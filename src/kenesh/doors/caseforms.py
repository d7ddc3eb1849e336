"""A report of a case on paper, for an authority that has no node."""

from __future__ import annotations

from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.caseroom import case_named
from kenesh.doors.casework import regime_named
from kenesh.doors.services import Services
from kenesh.holdings.holding import newest_seen_by
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader
from kenesh.response.forms import Form, form_of

_SHORTEST = 4


def report_form(services: Services, reader: Reader, case: str, report: str) -> Form:
    """The form of one report of a case, by its id or how that begins; that it was made is recorded.

    Raises:
        UnknownProblem: there is no such case or report, or it is withheld. UsageProblem: the id begins several.
    """
    services.bring_up_to_date()
    with services.store.writing() as tx:
        seen = case_named(tx, services, reader, case)
        begins = report if len(report) >= _SHORTEST else "\0"
        found = [
            sent
            for sent in seen.state.reports
            if sent.report.id == report or sent.report.id.partition("--")[2].startswith(begins)
        ]
        if not found:
            listed = ", ".join(sent.report.id for sent in seen.state.reports[:5]) or "none"
            raise UnknownProblem(f"That case has no report '{report[:80]}'.", advice=f"It has {listed}.")
        if len(found) > 1:
            raise UsageProblem(f"'{report[:80]}' begins {len(found)} ids.", advice="Say more of it.")
        (sent,) = found
        ways = newest_seen_by(tx, reader, [sent.report.id], services.clock.now()).value
        tlp = max(held.marking_under(hold.label) for held, hold in ways)
        regime = regime_named(services, sent.report.regime)
        form = form_of(seen.state, sent, regime, seen.codes, tlp.label)
        services.record(tx, ActKind.OBJECTS_EXPORTED, reader.name, "form", objects=1)
    services.wake()
    return form
