"""What was stated in a room, and who sat in it: sorted by what it is, so that each part is gone through once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kenesh.basis.instants import Instant
from kenesh.parties.bodies import Seat
from kenesh.response.asking import Answer, Asked
from kenesh.response.kinds import CASE, MEETS_IN
from kenesh.response.stated import Case, Link, Received, Report, Stated


@dataclass(slots=True)
class Room:
    """What was stated there, of every case, as it is known at an instant."""

    members: Mapping[str, Sequence[Seat]]
    now: Instant
    cases: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[str, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    reports: dict[str, list[Report]] = field(default_factory=lambda: defaultdict(list))
    received: dict[tuple[str, Instant, str], Instant] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    @classmethod
    def of(cls, objects: Iterable[Stated], members: Mapping[str, Sequence[Seat]], now: Instant) -> Room:
        room = cls(members, now)
        for stated in objects:
            match stated:
                case Case():
                    room.cases[stated.id].append(stated)
                case Asked():
                    room.asked[stated.id].append(stated)
                case Answer():
                    room.answers[stated.target_ref].append(stated)
                case Report():
                    room.reports[stated.id].append(stated)
                case Received(of_ref, of_modified_at, by_ref, at):
                    key = of_ref, of_modified_at, by_ref
                    room.received[key] = min(at, room.received.get(key, at))
                case Link():
                    room.links.append(stated)
        return room

    def counts_at(self, stated: Answer | Report, to_ref: str) -> Instant | None:
        """When what was stated had come to whom it was due; what a party owes to itself, when it says so."""
        if stated.by_ref == to_ref:
            return stated.modified_at
        return self.received.get((stated.id, stated.modified_at, to_ref))

    def was_in(self, party: str) -> bool:
        return any(seat.begins <= self.now for seat in self.members.get(party, ()))

    def is_in(self, party: str) -> bool:
        return any(seat.holds(self.now) for seat in self.members.get(party, ()))

    def left_at(self, party: str) -> Instant | None:
        """When it left, or will leave; None while it is to stay. Who comes again has not left."""
        begun = [seat for seat in self.members.get(party, ()) if seat.begins <= self.now]
        ends = [seat.ends for seat in begun]
        known = [at for at in ends if at is not None]
        return max(known, default=None) if len(known) == len(ends) else None

    def linked_to(self, case_ref: str) -> set[str]:
        ends = {(link.source_ref, link.target_ref) for link in self.links if link.kind != MEETS_IN}
        return {target for source, target in ends if source == case_ref} | {
            source for source, target in ends if target == case_ref
        }

    def others(self, case_ref: str, linked: Sequence[str]) -> set[str]:
        incidents = {ref for ref in linked if ref.startswith("incident--")}
        found = {link.source_ref for link in self.links if link.target_ref in incidents}
        return {ref for ref in found if ref.startswith(f"{CASE.name}--")} - {case_ref}

    def changes(self, case_ref: str) -> Instant | None:
        """When the room itself, or a word about the case as a whole, comes to count that does not yet."""
        moments = [at for seats in self.members.values() for seat in seats for at in (seat.begins, seat.ends)]
        for case in self.cases[case_ref]:
            moments += [case.modified_at, case.handled_at, case.closed_at]
        moments += [answer.modified_at for answer in self.answers.get(case_ref, ())]
        for versions in self.reports.values():
            moments += [at for report in versions for at in (report.modified_at, report.stated_at)]
        return min((at for at in moments if at is not None and at > self.now), default=None)
