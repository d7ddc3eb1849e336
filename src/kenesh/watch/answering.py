"""Look-up by those who have no account at the desk: constituents and clients ask what of a value they were given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.holdings.given import content_of, newest_given
from kenesh.holdings.rows import Grant, HeldVersion
from kenesh.parties.own import Own
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.watch.lookup import probes
from kenesh.watch.values import Atom, recognise
from kenesh.watch.watching import Known, Transaction

#: So many objects are named for each value: whoever wants them all reads the collections.
MAX_HITS: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked, and the objects by which each value is known to who asks; `more` of them than are named."""

    value: str
    atom: Atom | None
    hits: tuple[Known, ...]
    more: bool


def look_up_given(
    tx: Transaction, own: Own, reader: Reader, values: Sequence[str], now: Instant
) -> Released[tuple[Found, ...]]:
    """For each value what the reader's collections hold of it now: the value itself, a parent domain, a network.

    Nothing is found that he could not read in them, and of each object only the newest version that he may read, where
    that is not revoked.
    """
    asked = [(value, recognise(value)) for value in values]
    probed = {atom: probes(atom) for _, atom in asked if atom is not None}
    matched: dict[int, list[Atom]] = defaultdict(list)
    his = content_of(tx, reader, now)
    # What others were given of the value is not even passed over: else the answer would take longer, and tell of it.
    for view in his:
        for atom, num in tx.atoms.find_given(view, {probe for listed in probed.values() for probe in listed}):
            if atom not in matched[num]:
                matched[num].append(atom)
    held = {one.num: one for one in tx.versions.held(list(matched)) if not one.revoked}
    given = newest_given(tx, reader, his, {one.object for one in held.values()})
    # Of what a newer version says no more, nothing is known; a newer version that he lacks changes nothing for him.
    return given.map(lambda grants: _answers(tx, own, reader, asked, probed, _matches(grants, held, matched)))


def _matches(
    grants: Sequence[Grant], held: Mapping[int, HeldVersion], matched: Mapping[int, Sequence[Atom]]
) -> Mapping[Atom, Sequence[tuple[Grant, HeldVersion]]]:
    found: dict[Atom, list[tuple[Grant, HeldVersion]]] = defaultdict(list)
    for grant in grants:
        if grant.version in held:
            for atom in matched[grant.version]:
                found[atom].append((grant, held[grant.version]))
    return found


def _answers(
    tx: Transaction,
    own: Own,
    reader: Reader,
    asked: Sequence[tuple[str, Atom | None]],
    probed: Mapping[Atom, Sequence[Atom]],
    matches: Mapping[Atom, Sequence[tuple[Grant, HeldVersion]]],
) -> tuple[Found, ...]:
    theirs = tx.parties.code_of(reader.party_ref or "")
    found = []
    for value, atom in asked:
        hits: dict[int, Known] = {}
        for probe in probed[atom] if atom else ():
            for grant, version in matches.get(probe, ()):
                code, ref = (own.code, own.ref) if grant.is_released else (theirs, reader.party_ref or "")
                hits.setdefault(version.num, Known(version, probe, code, ref, grant.tlp))
        named = tuple(hits.values())
        found.append(Found(value, atom, named[:MAX_HITS], len(named) > MAX_HITS))
    return tuple(found)
