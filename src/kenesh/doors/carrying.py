"""Packs as people carry them: made for a party and written to a file, or read from one and taken in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kenesh.basis.problem import SettingsProblem, TooLargeProblem, UnknownPartyProblem, UsageProblem
from kenesh.doors.services import Services
from kenesh.federation.packing import Made, Unpacked
from kenesh.federation.packs import MAX_FILE_OCTETS
from kenesh.federation.peer import Peer
from kenesh.ledger.acts import ActKind


@dataclass(frozen=True, slots=True)
class Written:
    """A pack in its file."""

    path: Path
    number: int
    objects: int


def pack(services: Services, party: str, path: Path, who: str, *, everything: bool) -> list[Written]:
    """Writes what the party may read here and was not packed yet: one file, or several where it is much.

    Raises:
        UnknownPartyProblem: no node of that party is admitted. UsageProblem: there is such a file already.
    """
    services.bring_up_to_date()
    with services.store.reading() as tx:
        peer = tx.peers.by_code(party)
    if peer is None:
        raise UnknownPartyProblem(f"No node of {party[:20]} is admitted here.", advice="`kenesh peer list` lists them.")
    written: list[Written] = []
    for target in _targets(path):
        made = services.packing.pack(peer, everything=everything and not written)
        if made is None:
            break
        _write(services, peer, made, target, who)
        written.append(Written(target, made.number, made.objects))
        if not made.more:
            break
    return written


def _targets(path: Path) -> Iterator[Path]:
    """az.pack, az.2.pack, az.3.pack and so on."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem}.{number}{path.suffix}")
        number += 1


def _write(services: Services, peer: Peer, made: Made, target: Path, who: str) -> None:
    """The file is whole before the pack counts; where the two come apart, the number that is missing shows it."""
    part = target.with_name(f".{target.name}.part")
    if target.exists():
        raise UsageProblem(f"{target} is there already.", advice="Name another file; this one is kept.")
    try:
        part.write_bytes(made.sealed)
        services.packing.count(peer, made)
        part.replace(target)
    except OSError as error:
        raise SettingsProblem(f"{target} cannot be written: {error.strerror}.", advice="Name another file.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    with services.store.writing() as tx:
        services.record(tx, ActKind.PACK_MADE, who, peer.party_ref, number=made.number, objects=made.objects)


def unpack(services: Services, path: Path, who: str) -> Unpacked:
    """Takes in what a peer packed for this node.

    Raises:
        UsageProblem: there is no such file. TooLargeProblem: it is larger than a pack can be.
    """
    try:
        with path.open("rb") as stream:
            sealed = stream.read(MAX_FILE_OCTETS + 1)
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror}.", advice="Look at its name and owner.") from None
    if len(sealed) > MAX_FILE_OCTETS:
        raise TooLargeProblem(f"{path} has more than {MAX_FILE_OCTETS} octets; no pack has.")
    found = services.packing.unpack(sealed)
    if not found.known:
        with services.store.writing() as tx:
            services.record(tx, ActKind.PACK_OPENED, who, found.party, number=found.number, objects=found.received)
    services.wake()
    return found
