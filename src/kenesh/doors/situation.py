"""The situation of a body as a person of this node sees it: the level in force, and what its parties reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.doors.alerting import SeenLevel, bodies_seen, level_seen, unknown_body
from kenesh.doors.desk.printing import said
from kenesh.doors.said import said_in
from kenesh.doors.services import Services, Transaction
from kenesh.federation.bodies import CIRCLE_LABEL
from kenesh.federation.naming import seats_of
from kenesh.ledger.acts import ActKind
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response.brief import Brief, Place, brief
from kenesh.response.picture import Picture, picture
from kenesh.response.zones import capital_times
from kenesh.stix.marking import Tlp


@dataclass(frozen=True, slots=True)
class SeenSituation:
    """How a body stands, as one reader sees it.

    Attributes:
        codes: of every party that is named in it. tlp: the strictest marking of what is shown, the body's own included.
    """

    level: SeenLevel
    picture: Picture
    own_ref: str
    codes: Mapping[str, str]
    tlp: Tlp

    @property
    def body(self) -> str:
        return self.level.body

    @property
    def at(self) -> Instant:
        return self.level.at

    def code(self, party_ref: str) -> str:
        return self.codes.get(party_ref, party_ref)

    def local(self, at: Instant) -> str:
        """The time on the wall in each capital of the body."""
        return capital_times((self.code(line.party_ref) for line in self.picture.lines), at)

    def brief(self) -> Brief:
        """The page for ministers."""
        place = Place(self.body, self.tlp, self.at, provisional=self.level.version is None)
        return brief(place, self.picture, self.codes, said)


def situations(services: Services, reader: Reader, body: str = "") -> Released[tuple[SeenSituation, ...]]:
    """How the bodies stand that the reader sees, or one of them.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        seen = bodies_seen(tx, services, reader)
        found = seen.map(
            lambda ways: list(dict.fromkeys(held.id for held, _ in ways if body in ("", held.id, held.name)))
        )
        if body and not found.value:
            raise unknown_body(body)
        return found.map(lambda refs: tuple(situation_seen(tx, services, reader, ref) for ref in refs))


def page_of(services: Services, reader: Reader, body: str) -> Brief:
    """The page for ministers of a body. It leaves the node, and that is recorded.

    Raises:
        UnknownProblem: the body is absent, or withheld from the reader: the two look alike.
    """
    found = situations(services, reader, body).value
    if len(found) > 1:
        raise UsageProblem(f"Two bodies are called '{body[:80]}'.", advice="Say the id of one: kenesh status")
    (seen,) = found
    with services.store.writing() as tx:
        shown = sum(line.sitrep is not None for line in seen.picture.lines)
        shown += sum(len(one.words) for one in seen.picture.connections) + len(seen.picture.level.demands)
        services.record(tx, ActKind.OBJECTS_EXPORTED, reader.name, "situation", objects=shown)
    services.wake()
    return seen.brief()


def situation_seen(tx: Transaction, services: Services, reader: Reader, ref: str) -> SeenSituation:
    """How that body stands, within a transaction."""
    level = level_seen(tx, services, reader, ref)
    heard = {party: at for party, at in level.heard.items() if party != services.own.ref}
    found = picture(said_in(tx, services, reader, ref), level.state, seats_of(tx, services.own, ref), heard, level.at)
    ends = {end for one in found.connections for word in one.words for end in word.end_refs}
    return SeenSituation(
        level=level,
        picture=found,
        own_ref=services.own.ref,
        codes={**level.codes, **{end: tx.parties.code_of(end) for end in ends}},
        # That there is the body, and who is in it, is the circle's own.
        tlp=max(found.tlp, CIRCLE_LABEL),
    )
