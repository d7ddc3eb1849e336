"""A scenario tried out: five nodes or so on this machine play it to its end, and what came of it is compared.

Nothing is pretended: each node is served by a process of its own, what they tell each other goes over HTTP, and one of
them is stopped in the middle. Each step is read back from another node than the one that did it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.request import Request, urlopen

from kenesh.basis.instants import DAY
from kenesh.basis.problem import RefusedProblem, UsageProblem
from kenesh.doors import acts, alerting, caseroom, casework, drilling, exporting
from kenesh.doors.acts import Wish
from kenesh.doors.alerting import Asking
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE
from kenesh.doors.cli.drillwords import describe_review, review_wire
from kenesh.doors.cli.neighbours import Neighbours, StepFailed
from kenesh.doors.drilling import Cast, SeenDrill
from kenesh.doors.exporting import Selection, Shape
from kenesh.doors.life import House
from kenesh.doors.services import Services
from kenesh.federation.session import API_ROOT
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_id
from kenesh.response.alerts import LEVELS
from kenesh.response.drills import Turn
from kenesh.response.kinds import Status
from kenesh.response.scenarios import Inject, Scenario
from kenesh.response.statements import Word
from kenesh.taxii.media import MEDIA_TYPE
from kenesh.watch.watching import look_up

Found = TypeVar("Found")
SECRETARIAT: Final = "SEC"
_COUNCIL: Final = "council"
_DRILL: Final = "the-drill"
_BY: Final = By(CONSOLE)
_PATIENCE_S: Final = 45
_LOOK_S: Final = 0.1


@dataclass(slots=True)
class Outcome:
    """What came of it: the report as a document and as it is read; `failed` says what did not hold."""

    document: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    failed: str = ""


def play(house: House, scenario: Scenario, keep: Path | None, tell: Callable[[str], None]) -> Outcome:
    """Plays the scenario on nodes that are started for it and stopped; `tell` hears each step.

    Raises:
        UsageProblem: a role has no stand-in, or the folder for the homes is there already.
    """
    parties = _parties(scenario)
    if keep is not None and keep.exists():
        raise UsageProblem(f"{keep} is there already.", advice="Name a new folder.")
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="kenesh-drill-") as folder, ExitStack() as opened:
        homes = keep or Path(folder)
        homes.mkdir(exist_ok=True)
        nodes = Neighbours(homes, parties)
        opened.callback(nodes.stop)
        try:
            for number, step in enumerate(_Play(house, nodes, scenario, opened).steps(outcome), 1):
                tell(f"{number:2}. {step}")
        except StepFailed as failure:
            outcome.failed = str(failure)
            tell(f"This does not hold: {failure}")
    return outcome


def _parties(scenario: Scenario) -> dict[str, str]:
    found = {role.stand_in: f"{role.stand_in} plays {role.id}" for role in scenario.role}
    if "" in found or SECRETARIAT in found:
        raise UsageProblem(f"{scenario.name} does not say who stands in for each role.", advice='stand_in = "KZ"')
    return {**found, SECRETARIAT: "Secretariat"}


class _Play:
    """One drill, from its first event to its report. What a party does is done at its home, as a command does it."""

    def __init__(self, house: House, nodes: Neighbours, scenario: Scenario, opened: ExitStack) -> None:
        self._house = house
        self._nodes = nodes
        self._scenario = scenario
        self._opened = opened
        self._at: dict[str, Services] = {}
        self._cast = {role.id: role.stand_in for role in scenario.role}
        self._down = ""

    def steps(self, outcome: Outcome) -> Iterator[str]:
        """Plays it; gives each step before it is taken."""
        scenario = self._scenario
        yield f"{len(self._nodes.parties)} nodes are founded and served, and every two admit each other"
        self._found()
        yield "The secretariat keeps a real council, in which all of them are"
        acts.form_body(self._secretariat, _COUNCIL, "Council", CONSOLE)
        for party in self._players():
            acts.admit_member(self._secretariat, _COUNCIL, party, Role.MEMBER, None, CONSOLE)
        yield f"It begins the drill: {scenario.title}"
        drilling.start(self._secretariat, scenario, Cast({r: [p] for r, p in self._cast.items()}), _DRILL, _BY)
        told = set(drilling.inject(self._secretariat, _DRILL, CONSOLE))
        middle = (len(scenario.inject) - 1) // 2
        for number, event in enumerate(scenario.inject):
            if number == middle:
                self._down = self._cast[event.to[-1]]
                yield f"The node of {self._down} fails"
                self._nodes.stop_one(self._down)
            yield f"{event.at}: {event.title}"
            if event.id not in told:
                drilling.inject(self._secretariat, _DRILL, CONSOLE, event.id)
            for party in dict.fromkeys(self._cast[role] for role in event.to):
                if party != self._down:
                    self._answers(party, event)
            if number == min(middle + 1, len(scenario.inject) - 1):
                yield f"The node of {self._down} is back, reads what it missed, and answers"
                self._come_back()
        yield "What was made up leaves by no way out"
        self._look_for_leaks()
        yield "The secretariat ends the drill, and everybody gets the scenario"
        drilling.end(self._secretariat, _DRILL, CONSOLE)
        yield "Every node derives the same report, and no real alert level has moved"
        self._same_report()
        drill = self._drill(SECRETARIAT)
        outcome.document, outcome.lines = review_wire(drill, drill.review), list(describe_review(drill))
        self._check_report(drill)

    @property
    def _secretariat(self) -> Services:
        return self._at[SECRETARIAT]

    def _players(self) -> list[str]:
        return list(dict.fromkeys(self._cast.values()))

    def _found(self) -> None:
        for party, name in self._nodes.parties.items():
            self._house.found(self._nodes.home(party), party, name, "")
        self._nodes.serve()
        for party in self._nodes.parties:
            self._at[party] = self._opened.enter_context(self._house.open(self._nodes.home(party)))
        cards = {party: acts.card(services) for party, services in self._at.items()}
        for here, services in self._at.items():
            for there, card in cards.items():
                if here != there:
                    kid = self._at[there].own.kid
                    acts.add_peer(services, card, kid, CONSOLE, depositary=there == SECRETARIAT)

    def _answers(self, party: str, event: Inject) -> None:
        """The party takes what it is asked and does it; where a level is expected, it asks for that."""
        services = self._at[party]
        task = _wait(lambda: self._task(party, event), f"{party} is told of {event.id}")
        if event.level:
            alerting.ask_level(services, _DRILL, Asking(event.level, event.title, DAY, affected=True), _BY)
        casework.update(services, task, Word(Status.ACCEPTED), _BY)
        casework.update(services, task, Word(Status.DONE, f"{party} has done it."), _BY)
        # It counts when it has come to who asked.
        _wait(lambda: self._in_time(party, event), f"{event.id} of {party} counts at the secretariat")

    def _task(self, party: str, event: Inject) -> str:
        services = self._at[party]
        cases = caseroom.all_cases(services, services.person(CONSOLE)).value
        asked = [item.asked for seen in cases for item in seen.state.items]
        return next((one.id for one in asked if (one.to_ref, one.inject) == (party_id(party), event.id)), "")

    def _drill(self, party: str) -> SeenDrill:
        services = self._at[party]
        return drilling.drill_named(services, services.person(CONSOLE), _DRILL).value

    def _turns(self, party: str) -> list[Turn]:
        return [turn for turn in self._drill(SECRETARIAT).review.turns if turn.party_ref == party_id(party)]

    def _in_time(self, party: str, event: Inject) -> bool:
        return any(turn.inject == event.id and turn.in_time for turn in self._turns(party))

    def _come_back(self) -> None:
        down, self._down = self._down, ""
        missed = [turn.inject for turn in self._turns(down) if turn.answered_after is None]
        if not missed:
            raise StepFailed(f"{down} was away, and missed nothing")
        self._nodes.serve_one(down)
        for name in missed:
            self._answers(down, self._scenario.injected(name))

    def _look_for_leaks(self) -> None:
        values = [value for event in self._scenario.inject for value in event.values]
        for party, services in self._at.items():
            for name in ("csv", "list", "hosts"):
                written = _exported(services, name)
                _check(not any(value in written for value in values), f"an export of {party} ({name}) has none of it")
        public = self._public()
        _check(not any(value in public for value in values), "the public collection has none of it")
        if values:
            reader = self._secretariat.person(CONSOLE)
            with self._secretariat.store.reading() as tx:
                (found,) = look_up(tx, reader, values[:1], self._secretariat.clock.now())
            known = found.known.value
            _check(bool(known) and all(one.exercise for one in known), "a look-up says EXERCISE")
            _check(self._is_refused(known[0].held.id), "the public is refused it")

    def _is_refused(self, object_id: str) -> bool:
        try:
            acts.release(self._secretariat, Wish(words=[object_id], to="public"), CONSOLE)
        except RefusedProblem:
            return True
        return False

    def _public(self) -> str:
        """Everything that the secretariat's node shows to somebody who does not say who he is."""
        base = f"{self._secretariat.own.url}{API_ROOT}collections/"
        ids = [part.partition('"')[0] for part in _get(base).split('"id":"')[1:]]
        return "".join(_get(f"{base}{name}/objects/") for name in ids)

    def _same_report(self) -> None:
        def is_same() -> bool:
            found = [self._drill(party).review for party in self._at]
            return all(one == found[0] and one.ended_at is not None and one.scenario for one in found)

        _wait(is_same, "every node has the same report")

    def _check_report(self, drill: SeenDrill) -> None:
        review, code = drill.review, drill.case.code
        wanted = {(event.id, self._cast[role]) for event in self._scenario.inject for role in event.to}
        done = {(turn.inject, code(turn.party_ref)) for turn in review.turns if turn.in_time}
        _check(done == wanted, f"everything was done in time, not only {sorted(done)}")
        _check(not review.not_played, "every event was told")
        _check(all(one.at is not None for one in review.levels), f"every level was reached: {review.levels}")
        for party, services in self._at.items():
            (level,) = alerting.levels(services, services.person(CONSOLE), _COUNCIL)
            _check(level.state.level == LEVELS[0], f"the real level of {party} has not moved")


def _exported(services: Services, name: str) -> str:
    """Everything that leaves in that form; "" where nothing does."""
    pieces: list[bytes] = []
    shape = Shape(name, kind="domain" if services.forms[name].kinds else "")
    reader = services.person(CONSOLE)
    exporting.export(services, reader, Selection(everything=True), shape, lambda file, octets: pieces.append(octets))
    return b"".join(pieces).decode()


def _check(claim: bool, says: str) -> None:
    if not claim:
        raise StepFailed(says)


def _wait(claim: Callable[[], Found], says: str) -> Found:
    """What it gives, once it gives something: the other node may have to read first."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if found := claim():
            return found
        time.sleep(_LOOK_S)
    raise StepFailed(f"{says} (waited {_PATIENCE_S} s)")


def _get(url: str) -> str:
    with urlopen(Request(url, headers={"Accept": MEDIA_TYPE}), timeout=10) as answer:  # its own node
        text: str = answer.read().decode()
        return text
