"""Importing: what a file holds is taken in batch by batch; each bad object is refused with its place and reason.

A batch is one transaction, and an import that was cut off is begun again without harm: what it took in is unchanged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from msgspec import structs

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.problem import Problem
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.ports import Store, Transaction
from kenesh.holdings.proposing import Found
from kenesh.holdings.rows import Arrival, Remark, Source, Taken
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader

#: So many are taken in at once at most, and fewer where that keeps others waiting: see `_Pace`.
BATCH: Final = 4000
_LEAST: Final = 250
#: And where its octets are so many, it ends: the largest object that is read has as many.
MAX_BATCH_OCTETS: Final = 16 * 1024 * 1024
_HELD_FOR: Final = 300_000  # microseconds
#: What a file leaves unmarked stays within this party's own organisation until a release gives it a label.
HELD_AS: Final = Tlp.AMBER_STRICT
#: So many refusals and warnings of one import are kept by name; all are counted.
MAX_REMARKS: Final = 10_000


@dataclass(slots=True)
class ImportOutcome:
    """Counts of one import, and the first of its refusals and warnings. `num` is its number in the store."""

    id: str
    num: int = 0
    accepted: int = 0
    unchanged: int = 0
    proposed: int = 0
    conflicts: int = 0
    refused: int = 0
    warnings: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def wire(self) -> dict[str, str | int]:
        return {
            "import": self.id,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "proposed": self.proposed,
            "refused": self.refused,
            "warnings": self.warnings,
        }


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a batch, before any transaction: versions with their places, and what is to be said of it.

    `endings` are revocations of what was stated before: taken where that is held.
    """

    versions: tuple[tuple[str, Version], ...]
    remarks: tuple[Remark, ...]
    found: tuple[Found, ...] = ()
    endings: tuple[tuple[str, Version], ...] = ()


Part = Piece | Refusal | Found
#: Reads batches of objects in their order, and perhaps the next while the one before is taken in.
Reading = Callable[[Iterable[Sequence[bytes]]], Iterator[Sequence[Version | Problem]]]


class Importing:
    """Takes in what a person of this node imports, or a client posts."""

    def __init__(
        self,
        own_ref: str,
        store: Store,
        reader: ObjectReader,
        ingest: Ingest,
        clock: Clock,
        chance: Chance,
        reading: Reading | None = None,
    ) -> None:
        self._own_ref = own_ref
        self._store = store
        self._reader = reader
        self._ingest = ingest
        self._clock = clock
        self._chance = chance
        self._reading = reading or partial(map, reader.outcomes)

    def run(
        self,
        files: Iterable[tuple[str, Iterator[Part]]],
        person: str,
        progress: Callable[[int], None] = lambda count: None,
    ) -> ImportOutcome:
        """Imports the files as one import; `progress` hears how many objects were read since it last heard."""
        named, pace = list(files), _Pace()
        with self._store.writing() as tx:
            outcome = self.begin(tx, person, ", ".join(name for name, _ in named))
        source = Source(self._own_ref, self._own_ref, HELD_AS, import_num=outcome.num, person=person)
        # What was begun for the next batch ends with this one, however it ends.
        with closing(self._outcomes(_batches(named, pace))) as batches:
            for batch, outcomes in batches:
                read = _read(batch, outcomes)
                with self._store.writing() as tx:
                    began = self._clock.now()
                    self.take(tx, read, source, outcome, proves=True)
                pace.took(len(batch), self._clock.now() - began)
                progress(len(batch))
        with self._store.writing() as tx:
            self.finish(tx, outcome)
        return outcome

    def _outcomes(
        self, batches: Iterable[list[Part]]
    ) -> Generator[tuple[list[Part], Sequence[Version | Problem]], None, None]:
        """Each batch with what its pieces are; others may have been asked for before it is given."""
        asked: deque[list[Part]] = deque()

        def octets() -> Iterator[list[bytes]]:
            for batch in batches:
                asked.append(batch)
                yield _octets(batch)

        for outcomes in self._reading(octets()):
            yield asked.popleft(), outcomes

    def read(self, batch: Sequence[Part]) -> Read:
        """The versions of a batch; each bad object is refused with its place and reason."""
        return _read(batch, self._reader.outcomes(_octets(batch)))

    def begin(self, tx: Transaction, person: str, source: str, licence: str = "") -> ImportOutcome:
        """An import of its own, with nothing in it yet. `licence`: under which condition it may be passed on."""
        import_id = f"import--{self._chance.uuid4()}"
        return ImportOutcome(import_id, tx.imports.begin(import_id, self._clock.now(), person, source[:500], licence))

    def take(
        self, tx: Transaction, read: Read, source: Source, outcome: ImportOutcome, *, proves: bool = False
    ) -> Taken:
        """Takes a batch in, and counts it. It `proves` this party's own word where a person of its node says it."""
        versions = [*read.versions, *_of_what_is_held(tx, read.endings)]
        arrivals = [
            Arrival(version, source, proved=proves and version.created_by_ref == self._own_ref)
            for _, version in versions
        ]
        taken = self._ingest.take(tx, arrivals, self._clock.now())
        # A file may state one version several times, each time otherwise: each conflict is told where it stands.
        paths = {(version.id, version.sha256): path for path, version in versions}
        conflicts = [
            Remark(
                True,
                paths[c.object_id, c.sha256],
                c.object_id,
                f"Conflict: {c.why}. It is kept apart, and counts for nothing.",
            )
            for c in taken.conflicts
        ]
        remarks = [*read.remarks, *conflicts]
        tx.imports.add_versions(outcome.num, [*(a.num for a in taken.accepted), *taken.unchanged])
        proposed = tx.proposals.propose(outcome.num, read.found) if read.found else 0
        outcome.proposed += proposed
        outcome.accepted += len(taken.accepted)
        outcome.unchanged += len(taken.unchanged) + len(read.found) - proposed
        outcome.conflicts += len(taken.conflicts)
        outcome.refused += sum(1 for remark in remarks if remark.refused)
        outcome.warnings += sum(1 for remark in remarks if not remark.refused)
        kept = remarks[: max(0, MAX_REMARKS - len(outcome.remarks))]
        outcome.remarks += kept
        tx.imports.add_remarks(outcome.num, kept)
        return taken

    def finish(self, tx: Transaction, outcome: ImportOutcome) -> None:
        """Writes its counts down."""
        tx.imports.count(
            outcome.num,
            accepted=outcome.accepted,
            unchanged=outcome.unchanged,
            refused=outcome.refused,
            warnings=outcome.warnings,
            finished=True,
        )


def _octets(batch: Iterable[Part]) -> list[bytes]:
    return [part.octets for part in batch if isinstance(part, Piece)]


def _read(batch: Iterable[Part], outcomes: Iterable[Version | Problem]) -> Read:
    """The batch, of whose pieces these are the outcomes in their order."""
    versions: list[tuple[str, Version]] = []
    endings: list[tuple[str, Version]] = []
    remarks: list[Remark] = []
    found: list[Found] = []
    of_pieces = iter(outcomes)
    for part in batch:
        if isinstance(part, Found):
            found.append(part)
            continue
        if isinstance(part, Refusal):
            remarks.append(Remark(True, part.path, part.id, part.reason))
            continue
        version = next(of_pieces)
        if isinstance(version, Problem):
            object_id = str(version.params.get("object") or version.params.get("id") or "")
            remarks.append(Remark(True, part.path, object_id, version.detail))
            continue
        if part.original:
            version = structs.replace(version, original=part.original)
        if part.ends:
            endings.append((part.path, version))
            continue
        versions.append((part.path, version))
        said = (*part.remarks, *version.leniences)
        remarks += [Remark(False, part.path, version.id, text) for text in said]
    return Read(tuple(versions), tuple(remarks), tuple(found), tuple(endings))


@dataclass(slots=True)
class _Pace:
    """How large the next batch is: as much as a slow machine or a large store takes in in a third of a second.

    Whoever releases something meanwhile waits for one batch at most.
    """

    size: int = 1000

    def took(self, count: int, microseconds: int) -> None:
        """A batch of so many held the others up for so long."""
        wanted = count * _HELD_FOR // max(1, microseconds)
        # It grows by steps: what the first, small batches say of large ones is a guess.
        self.size = max(_LEAST, min(BATCH, wanted, 2 * self.size))


def _of_what_is_held(tx: Transaction, endings: Sequence[tuple[str, Version]]) -> list[tuple[str, Version]]:
    """The revocations of objects that are in force here, in an older version; what is stated later stays."""
    current = tx.versions.current_of({version.id for _, version in endings})
    return [
        (path, version)
        for path, version in endings
        if (held := current.get(version.id)) is not None
        and not held.revoked
        and version.modified is not None
        and held.key < version.modified
    ]


def _batches(files: Sequence[tuple[str, Iterator[Part]]], pace: _Pace) -> Iterator[list[Part]]:
    """What the files hold, batch by batch; of several each place is told with its file."""
    for name, parts in files:
        batch: list[Part] = []
        octets = 0
        for part in parts:
            batch.append(part if len(files) == 1 else replace(part, path=f"{name}: {part.path}"))
            octets += len(part.octets) if isinstance(part, Piece) else 0
            if len(batch) >= pace.size or octets >= MAX_BATCH_OCTETS:
                yield batch
                batch, octets = [], 0
        if batch:
            yield batch
