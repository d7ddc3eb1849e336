"""Releasing at the desk: what would go to whom, what is refused by which rule, what they lack; then it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services, Transaction
from kenesh.doors.views import caveats_told
from kenesh.federation.audiences import audiences_named, not_for_named, parties_of
from kenesh.federation.hosts import hosts_known
from kenesh.federation.offering import caveats_of
from kenesh.federation.releasing import Outcome, Refusal
from kenesh.parties.bodies import BODY, Role
from kenesh.parties.roles import Permission
from kenesh.release.audience import AudienceKind, class_audience
from kenesh.release.decision import Released
from kenesh.release.rules import RULES
from kenesh.stix.marking import Tlp
from kenesh.stix.pap import Pap

#: So many objects are released at once from the desk: they stand in the page's address.
MAX_OBJECTS: Final = 100
_MAX_AUDIENCES: Final = 50
_MAX_REASON: Final = 2_000
_BODY: Final = "body:"
_REASONS: Final = {rule.id: rule.reason for rule in RULES}


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen on the form: the objects, and to whom; `would` is what is shown of it.

    `hosts` are those of the parties that are hosted.
    """

    objects: tuple[Seen, ...]
    parties: tuple[tuple[str, str], ...]
    bodies: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]
    groups: tuple[str, ...]
    would: Would[Going] | None = None
    paps: tuple[Pap, ...] = tuple(Pap)
    hosts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that an audience may not get: by which rule, and why."""

    about: Seen
    to: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """What would go to one audience. `others` are objects that go along and are not named here."""

    to: str
    reaches: tuple[str, ...]
    label: Tlp | None
    objects: tuple[Seen, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Going:
    """What a release would do. `lacking` are objects that an audience lacks and can be given too.

    `hosts` are those of the parties that it is for and that are hosted.
    """

    ways: tuple[Way, ...]
    refused: tuple[Refused, ...]
    already: tuple[Seen, ...]
    lacking: tuple[Seen, ...]
    unknown: tuple[str, ...]
    caveats: tuple[str, ...]
    hosts: Mapping[str, str]

    @property
    def goes(self) -> bool:
        """Whether anything would go to anybody."""
        return any(way.objects or way.others for way in self.ways)


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page on which objects are released."""
    return act_routes(services, on_problem, ActPage("/desk/release", Permission.RELEASE, _show, _press))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(
    visit: Visit, form: Form, would: Released[Would[Going]] | None, fault: Problem | None = None
) -> Response[str]:
    ids = form.every("object", MAX_OBJECTS)
    visit.must_see(ids)
    if not ids:
        raise UsageProblem("Nothing is selected.", advice="Tick objects in the list, or open one.")
    now = visit.services.clock.now()
    with visit.services.reading() as tx:
        objects = seen_by_id(tx, visit.reader, ids, visit.now).value
        bodies = seen(tx, visit.reader, tx.versions.of_type(BODY.name), visit.now)
        parties = tuple((peer.code, peer.name) for peer in tx.peers.all())
        classes = tuple(role.value for role in Role if parties_of(tx, visit.services.own, class_audience(role), now))
        groups = tuple(tx.constituents.groups().values())
        hosts = hosts_known(tx, visit.services.own)
        shown = bodies.map(
            lambda circles: Choice(
                tuple(objects[one] for one in ids if one in objects),
                parties,
                tuple((f"{_BODY}{circle.id}", circle.name) for circle in circles),
                classes,
                groups,
                would.value if would else None,
                hosts=hosts,
            )
        )
    return visit.form("release", "release.html", form, shown, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    ids = form.every("object", MAX_OBJECTS)
    visit.must_see(ids)
    to = form.every("to", _MAX_AUDIENCES)
    if any("," in one for one in to):
        raise UsageProblem("An audience has no comma in its name.", advice="Choose them on the page.")
    wish = Wish(
        words=ids,
        to=",".join(to),
        label=Tlp.named(form.text("tlp")) if form.text("tlp") else None,
        reason=form.short("reason", _MAX_REASON),
        # What is refused is shown, and who presses again agrees that the rest goes without it.
        skip_refused=True,
        follow=form.says("follow", "yes"),
        caveats=caveats_of(
            form.text("pap"),
            form.short("purpose", _MAX_REASON),
            form.text("until"),
            hide_source=form.says("hide_source", "yes"),
        ),
        not_for=form.short("not_for", _MAX_REASON),
    )
    now = visit.services.clock.now()
    for one in to:
        with visit.services.reading() as tx:
            named = audiences_named(tx, visit.services.own, one, now)
        # A circle that the person does not know is not there for him.
        visit.must_see(n.audience.ref for n in named if n.audience.kind is AudienceKind.BODY)

    def tell(tx: Transaction, outcome: Outcome) -> Told:
        return Told(*going_told(tx, visit, wish, outcome, now))

    def act(consent: Consent[Outcome]) -> Outcome:
        return acts.release(visit.services, wish, visit.who, consent, visit.reader)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return _page(visit, form, outcome)
    return done.see(visit, [statement.id for statement in outcome.statements])


def going_told(
    tx: Transaction, visit: Visit, wish: Wish, outcome: Outcome, now: Instant
) -> tuple[Released[Going], object]:
    """What is shown, and the facts that are agreed to. What the person does not see is counted, and not named."""
    named = audiences_named(tx, visit.services.own, wish.to, now)
    given = {n.name: _given(tx, outcome, n.audience.ref) for n in named}
    lacking = list(dict.fromkeys(target for targets in outcome.missing.values() for target in targets))
    ids = {i for _, versions in given.values() for i, _ in versions} | {*outcome.already, *lacking}
    visible = seen_by_id(tx, visit.reader, ids | {one.object_id for one in outcome.refused}, visit.now)
    # One that is refused for its host's sake is reached by nothing, and named all the same.
    for_whom = {*outcome.parties(), *given}
    hosts = {code: host for code, host in hosts_known(tx, visit.services.own).items() if code in for_whom}
    labels: Mapping[str, Tlp | None] = {name: label for name, (label, _) in given.items()}
    facts = [
        [[name, label, sorted(versions)] for name, (label, versions) in given.items()],
        [one.wire() for one in outcome.refused],
        sorted(outcome.already),
        outcome.missing,
        outcome.reaches,
        [wish.reason, wish.follow, wish.label, wish.caveats.wire(), wish.not_for],
        hosts,
    ]
    conditions = replace(wish.caveats, not_for=not_for_named(visit.services.own, wish.not_for))
    caveats = tuple(caveats_told(tx, conditions))

    def shape(known: Mapping[str, Seen]) -> Going:
        ways = (_way(name, labels[name], [i for i, _ in given[name][1]], outcome, known) for name in given)
        return Going(
            tuple(ways),
            tuple(_refused(one, known) for one in outcome.refused if one.object_id in known),
            tuple(known[one] for one in sorted(outcome.already) if one in known),
            tuple(known[one] for one in lacking if one in known),
            tuple(one for one in lacking if one not in known),
            caveats,
            hosts,
        )

    return visible.map(shape), facts


def _given(tx: Transaction, outcome: Outcome, audience_ref: str) -> tuple[Tlp | None, list[tuple[str, str]]]:
    """The label, and the (id, modified) of each version that the audience is given."""
    made = [statement for statement in outcome.statements if statement.audience_ref == audience_ref]
    nums = [g.version for s in made for g in tx.grants.of_statement(s.num) if g.version != s.version]
    held = tx.versions.held(nums)
    return (made[0].label if made else None), [(one.id, one.modified or "") for one in held]


def _way(name: str, label: Tlp | None, ids: Sequence[str], outcome: Outcome, known: Mapping[str, Seen]) -> Way:
    objects = tuple(known[one] for one in ids if one in known)
    return Way(name, tuple(outcome.reaches.get(name, ())), label, objects, len(ids) - len(objects))


def _refused(refusal: Refusal, known: Mapping[str, Seen]) -> Refused:
    why = _REASONS.get(refusal.rule, refusal.reason)
    return Refused(known[refusal.object_id], refusal.party, refusal.rule, why)
