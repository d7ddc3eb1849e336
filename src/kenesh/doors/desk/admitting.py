"""Admitting a peer at the desk: its card is shown, and the fingerprint that was heard on the telephone is typed.

The card's own fingerprint stands nowhere on the page before: what cannot be copied must have been heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.instants import short_timestamp
from kenesh.basis.problem import DamagedProblem, Problem, UnknownProblem, UntrustedProblem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, pages
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form, with_text
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.federation.hosts import host_of
from kenesh.federation.peer import Peer
from kenesh.parties.card import Card, read_card
from kenesh.parties.keys import heard, spoken
from kenesh.parties.roles import Permission
from kenesh.release.audience import party_audience
from kenesh.release.decision import Released

_PATH: Final = "/desk/peers/admit"
MAX_CARD: Final = 100_000
#: The card may come pasted and as a file, and a form writes some characters as three.
_MAX_OCTETS: Final = 4 * MAX_CARD


@dataclass(frozen=True, slots=True)
class Admitted:
    """What an admission would do. `before` is the node that was admitted for that party until now.

    `circles` are bodies that the party belongs to: what is released to them is open to its node from then on. `host` is
    the code of the party that runs the node; '' where it is its own.
    """

    peer: Peer
    before: Peer | None
    depositary_before: str
    circles: tuple[Seen, ...]
    host: str

    @property
    def is_another_node(self) -> bool:
        """Whether another key takes the place of one that was admitted."""
        return self.before is not None and self.before.kid != self.peer.kid


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page on which a node is admitted, and the page of one that is."""

    @get(
        "/desk/peers/{code:str}",
        opt={"permission": Permission.PAGES_READ},
        exception_handlers=on_problem,
        sync_to_thread=True,
    )
    def one(request: Asked, code: FromPath[str]) -> Response[str]:
        """A node that is admitted here, with its fingerprint."""
        return _peer(visit_of(services, request), code)

    admit = ActPage(_PATH, Permission.PEER_ADMIT, _show, _press, _MAX_OCTETS)
    return [one, *act_routes(services, on_problem, admit)]


def _peer(visit: Visit, code: str) -> Response[str]:
    with visit.services.store.reading() as tx:
        peer = tx.peers.by_code(code)
        host = host_of(tx, party_audience(peer.party_ref)) if peer else ""
    if peer is None:
        raise UnknownProblem("No such node is admitted here.")
    frame = answers.frame_of(visit.services, visit.request, visit.account)
    body = pages.plain_page(
        "peer.html",
        frame,
        code=peer.code,
        name=peer.name,
        url=peer.url,
        fingerprint=spoken(peer.kid),
        since=short_timestamp(peer.admitted_at),
        until=short_timestamp(peer.valid_until),
        depositary=int(peer.is_depositary),
        host=host,
    )
    return answers.html(visit.services, visit.request, body)


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return visit.form("admit", "admit.html", _with_own(visit, form), None, fault)


def _with_own(visit: Visit, form: Form, **more: str) -> Form:
    """One's own fingerprint is read out over there, so it stands on the page."""
    return with_text(form, own=spoken(visit.services.own.kid), **more)


def _press(visit: Visit, form: Form) -> Response[str]:
    form = with_text(form, card=form.text("file") or form.text("card"), file="")
    value = _card_value(visit, form.text("card"))
    card = read_card(value, visit.services.clock.now())
    with visit.services.store.reading() as tx:
        before = tx.peers.by_ref(card.party_ref)
        depositaries = [peer.code for peer in tx.peers.all() if peer.is_depositary]
    asked = _Asked(visit, value, form.says("depositary", "yes"), before, ", ".join(depositaries))
    # By the card's own key, and agreed to by nobody: it says what an admission would do, and is never done.
    would = asked.admits("", card.key.kid)
    assert isinstance(would, Released)
    if not form.text("fingerprint"):
        return visit.form("admit", "admit.html", _with_own(visit, form), would)
    try:
        outcome = asked.admits(form.text(AGREED), form.text("fingerprint"))
    except (UntrustedProblem, UsageProblem) as problem:
        off = ", ".join(map(str, _other_groups(form.text("fingerprint"), card)))
        return visit.form("admit", "admit.html", _with_own(visit, form, off=off), would, problem)
    if isinstance(outcome, Released):
        return visit.form("admit", "admit.html", _with_own(visit, form), outcome)
    return answers.see(visit.services, f"/desk/peers/{outcome.code}")


def _card_value(visit: Visit, text: str) -> Mapping[str, Any]:
    """The object that stands in the text.

    Raises:
        DamagedProblem: it is none. UsageProblem: there is no text.
    """
    if not text:
        raise UsageProblem("There is no card.", advice="Paste what the other node's `kenesh card` printed.")
    try:
        return visit.services.reader.read(text[:MAX_CARD].encode("utf-8", "replace")).value
    except DamagedProblem as problem:
        raise DamagedProblem(f"This is no card: {problem.detail}", advice="Ask for it again.") from None


def _other_groups(typed: str, card: Card) -> Sequence[int]:
    """Which groups of four are not the card's: a slip of the ear spoils one or two, another key spoils them all."""
    try:
        pairs = zip(spoken(heard(typed)).split("-"), spoken(card.key.kid).split("-"), strict=True)
    except UsageProblem:
        return ()
    return [number for number, (one, other) in enumerate(pairs, 1) if one != other]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a person asks to be admitted."""

    visit: Visit
    value: Mapping[str, Any]
    depositary: bool
    before: Peer | None
    depositary_before: str

    def admits(self, agreed: str, fingerprint: str) -> Peer | Released[Would[Admitted]]:
        """The peer, admitted; or what its admission would do."""

        def act(consent: Consent[Peer]) -> Peer:
            visit = self.visit
            return acts.add_peer(
                visit.services, self.value, fingerprint, visit.who, depositary=self.depositary, consent=consent
            )

        return agreeing(agreed, self._tell, act)

    def _tell(self, tx: Transaction, peer: Peer) -> Told:
        host = host_of(tx, party_audience(peer.party_ref))
        bodies = {stored.term.audience_ref for stored in tx.terms.of_party(peer.party_ref)}
        shown = seen_by_id(tx, self.visit.reader, bodies, self.visit.now).map(
            lambda known: Admitted(peer, self.before, self.depositary_before, tuple(known.values()), host)
        )
        said = [peer.code, peer.name, peer.url, peer.kid, peer.serial, peer.valid_until, peer.is_depositary, host]
        return Told(shown, [said, self.before.kid if self.before else "", self.depositary_before, sorted(bodies)])
