"""Importing: what a file holds is taken in batch by batch; each bad object is refused with its place and reason.

A batch is one transaction, and an import that was cut off is begun again without harm: what it took in is unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.problem import Problem
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.ports import Store
from kenesh.holdings.rows import Arrival, Remark, Source
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader

BATCH: Final = 4000
#: What a file leaves unmarked stays within this party's own organisation until a release gives it a label.
HELD_AS: Final = Tlp.AMBER_STRICT
#: So many refusals and warnings of one import are kept by name; all are counted.
MAX_REMARKS: Final = 10_000


@dataclass(slots=True)
class ImportOutcome:
    """Counts of one import, and the first of its refusals and warnings."""

    id: str
    accepted: int = 0
    unchanged: int = 0
    conflicts: int = 0
    refused: int = 0
    warnings: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def wire(self) -> dict[str, str | int]:
        return {
            "import": self.id,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "warnings": self.warnings,
        }


@dataclass(frozen=True, slots=True)
class _Read:
    """What stands in one place of a file, once it was read: a version, or why there is none."""

    piece: Piece | Refusal
    found: Version | Problem


class Importing:
    """Imports files for a person of this node."""

    def __init__(
        self, own_ref: str, store: Store, reader: ObjectReader, ingest: Ingest, clock: Clock, chance: Chance
    ) -> None:
        self._own_ref = own_ref
        self._store = store
        self._reader = reader
        self._ingest = ingest
        self._clock = clock
        self._chance = chance

    def run(
        self,
        files: Iterable[tuple[str, Iterator[Piece | Refusal]]],
        person: str,
        progress: Callable[[int], None] = lambda count: None,
    ) -> ImportOutcome:
        """Imports the files as one import; `progress` hears how many objects were read since it last heard."""
        outcome = ImportOutcome(f"import--{self._chance.uuid4()}")
        named = list(files)
        with self._store.writing() as tx:
            source = ", ".join(name for name, _ in named)[:500]
            num = tx.imports.begin(outcome.id, self._clock.now(), person, source)
        for name, pieces in named:
            where = f"{name}: " if len(named) > 1 else ""
            for batch in self._batches(pieces):
                self._take(num, batch, where, person, outcome)
                progress(len(batch))
        self._write_counts(num, outcome)
        return outcome

    def _batches(self, pieces: Iterator[Piece | Refusal]) -> Iterator[list[_Read]]:
        while batch := [_Read(piece, self._read(piece)) for piece in islice(pieces, BATCH)]:
            yield batch

    def _read(self, piece: Piece | Refusal) -> Version | Problem:
        if isinstance(piece, Refusal):
            return Problem(piece.reason, object=piece.id)
        try:
            return self._reader.read(piece.octets)
        except Problem as problem:
            return problem

    def _take(self, num: int, batch: list[_Read], where: str, person: str, outcome: ImportOutcome) -> None:
        source = Source(self._own_ref, self._own_ref, HELD_AS, import_num=num, person=person)
        arrivals: list[tuple[str, Arrival]] = []
        remarks: list[Remark] = []
        for read in batch:
            path, found = f"{where}{read.piece.path}", read.found
            if isinstance(found, Problem):
                object_id = str(found.params.get("object") or found.params.get("id") or "")
                remarks.append(Remark(True, path, object_id, found.detail))
                continue
            arrivals.append((path, Arrival(found, source, proved=found.created_by_ref == self._own_ref)))
            said = (*read.piece.remarks, *found.leniences) if isinstance(read.piece, Piece) else ()
            remarks += [Remark(False, path, found.id, text) for text in said]
        self._store_batch(num, arrivals, remarks, outcome)

    def _store_batch(
        self, num: int, arrivals: list[tuple[str, Arrival]], remarks: list[Remark], outcome: ImportOutcome
    ) -> None:
        with self._store.writing() as tx:
            taken = self._ingest.take(tx, [arrival for _, arrival in arrivals], self._clock.now())
            paths = {arrival.version.id: path for path, arrival in arrivals}
            for conflict in taken.conflicts:
                remarks.append(
                    Remark(True, paths[conflict.object_id], conflict.object_id, f"Conflict: {conflict.why}.")
                )
            tx.imports.add_versions(num, [*(a.num for a in taken.accepted), *taken.unchanged])
            outcome.accepted += len(taken.accepted)
            outcome.unchanged += len(taken.unchanged)
            outcome.conflicts += len(taken.conflicts)
            outcome.refused += sum(1 for remark in remarks if remark.refused)
            outcome.warnings += sum(1 for remark in remarks if not remark.refused)
            kept = remarks[: max(0, MAX_REMARKS - len(outcome.remarks))]
            outcome.remarks += kept
            tx.imports.add_remarks(num, kept)

    def _write_counts(self, num: int, outcome: ImportOutcome) -> None:
        with self._store.writing() as tx:
            tx.imports.count(
                num,
                accepted=outcome.accepted,
                unchanged=outcome.unchanged,
                refused=outcome.refused,
                warnings=outcome.warnings,
                finished=True,
            )
