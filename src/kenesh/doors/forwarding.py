"""Asking an author to pass something on, and answering who asks: each act in one transaction, and recorded."""

from __future__ import annotations

from kenesh.basis.problem import UsageProblem
from kenesh.doors.acts import Wish, carry_out
from kenesh.doors.consent import Consent, at_once
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audiences_named
from kenesh.federation.forwarding import Told
from kenesh.federation.releasing import Outcome as Released
from kenesh.federation.releasing import select
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import Role
from kenesh.release.audience import PUBLIC, class_audience
from kenesh.release.forwarding import ForwardRequest
from kenesh.release.reader import Reader
from kenesh.release.recalls import Outcome
from kenesh.stix.marking import Tlp


def ask(services: Services, asker: Reader, object_id: str, to: str, reason: str) -> list[ForwardRequest]:
    """Asks the object's author to give it to each of these audiences.

    Raises:
        UnknownProblem, UnknownPartyProblem, UsageProblem: as `Forwarding.ask`; or an audience is none.
    """
    now = services.clock.now()
    services.bring_up_to_date()
    with services.store.writing() as tx:
        named = audiences_named(tx, services.own, to, now)
        asked = [services.forwarding.ask(tx, asker, object_id, one, reason, now) for one in named]
        for request in asked:
            services.record(tx, ActKind.FORWARD_ASKED, asker.name, request.id, author=request.author_ref)
    services.wake()
    return asked


def requests(services: Services, reader: Reader) -> list[Told]:
    """The requests that the reader sees, with how they stand."""
    with services.reading() as tx:
        return services.forwarding.told(tx, reader, services.clock.now())


def grant(
    services: Services, reader: Reader, request_id: str, label: Tlp | None, consent: Consent[Released] = at_once
) -> Released:
    """Releases the object to those whom the request names, by all the rules of a release, and tells who asked.

    Raises:
        UnknownProblem: no such request waits here. RefusedProblem: a rule stands against it.
    """
    now = services.clock.now()
    services.bring_up_to_date()
    with services.store.writing() as tx:
        request = services.forwarding.open(tx, reader, request_id, now)
        named = audiences_named(tx, services.own, audience_text(tx, request.audience_ref), now)
        wish = Wish(words=[request.object_ref], label=label, reason=request.reason)
        selected = select(tx, reader, wish.words, None, now)
        outcome = carry_out(services, tx, selected, named, wish, reader.name, now)
        services.forwarding.answer(tx, request, Outcome.APPLIED, "", now)
        services.record(tx, ActKind.FORWARD_ANSWERED, reader.name, request.id, outcome="granted")
        consent(tx, outcome)
    services.wake()
    return outcome


def refuse(
    services: Services, reader: Reader, request_id: str, reason: str, consent: Consent[ForwardRequest] = at_once
) -> ForwardRequest:
    """Refuses it with a reason, which who asked reads.

    Raises:
        UnknownProblem: no such request waits here. UsageProblem: no reason is said.
    """
    if not reason.strip():
        raise UsageProblem("A refusal says why.", advice="Say --why TEXT.")
    now = services.clock.now()
    services.bring_up_to_date()
    with services.store.writing() as tx:
        request = services.forwarding.open(tx, reader, request_id, now)
        services.forwarding.answer(tx, request, Outcome.REFUSED, reason, now)
        services.record(tx, ActKind.FORWARD_ANSWERED, reader.name, request.id, outcome="refused")
        consent(tx, request)
    services.wake()
    return request


def audience_text(tx: Transaction, ref: str) -> str:
    """What `--to` calls the audience of that id."""
    if ref == PUBLIC.ref:
        return "public"
    if ref.startswith("kenesh-body--"):
        return f"body:{ref}"
    roles = {class_audience(role).ref: f"class:{role.value}" for role in Role}
    return roles.get(ref) or tx.parties.code_of(ref)
