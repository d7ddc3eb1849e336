"""What is known of partners, as one reader sees it: what he may not see is dropped before anything is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, UnknownProblem
from kenesh.council.partners.figures import Figure, figure_of, link_of, ref_of
from kenesh.council.partners.kinds import FIGURE, LINK
from kenesh.council.partners.page import PartnerPage, partner_page
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import Way, newest_seen_by
from kenesh.parties.party import LISTED
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

_ADVICE: Final = "`kenesh partner list` names those of whom something is said."
_AS_VALUE: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {FIGURE.name: figure_of, LINK.name: link_of}


@dataclass(frozen=True, slots=True)
class SeenFigure:
    """A figure with its marking, and its party by what people call it."""

    figure: Figure
    tlp: str
    stated_by: str

    def cells(self) -> dict[str, str]:
        return {**dict(self.figure.said), "tlp": self.tlp, "stated_by": self.stated_by}


@dataclass(frozen=True, slots=True)
class SeenPartner:
    """A partner's page as one reader sees it. `codes`: parties by what people call them; `tlp`: markings, by id."""

    page: PartnerPage
    name: str
    codes: Mapping[str, str]
    tlp: Mapping[str, str]
    at: Instant

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner of whom something is said: how many figures, how many links."""

    about: str
    name: str
    figures: int
    links: int


@dataclass(frozen=True, slots=True)
class _About:
    about: str


def name_of(about: str) -> str:
    """What a party of this code is called, where that is known; the label itself else."""
    return LISTED.get(about, about)


def partners(services: Services, reader: Reader) -> Released[tuple[PartnerLine, ...]]:
    """Every partner of whom the reader sees something, by name."""

    def counted(tx: Transaction, ways: Sequence[Way]) -> tuple[PartnerLine, ...]:
        counts: dict[str, list[int]] = {}
        for value, _ in _values(tx, ways):
            if not value.revoked:
                counts.setdefault(value.about, [0, 0])[0 if isinstance(value, Figure) else 1] += 1
        lines = (PartnerLine(about, name_of(about), *found) for about, found in counts.items())
        return tuple(sorted(lines, key=lambda line: (line.name, line.about)))

    services.bring_up_to_date()
    with services.reading() as tx:
        ids = {held.id for kind in _AS_VALUE for held in tx.versions.of_type(kind)}
        return _seen(tx, services, reader, ids).map(lambda ways: counted(tx, ways))


def partner(services: Services, reader: Reader, about: str) -> Released[SeenPartner]:
    """The page of one partner.

    Raises:
        UnknownProblem: nothing is said of it, or all of that is withheld from the reader: the two look alike.
    """

    def shaped(tx: Transaction, ways: Sequence[Way]) -> SeenPartner:
        found = list(_values(tx, ways))
        values = [value for value, _ in found]
        figures = [value for value in values if isinstance(value, Figure)]
        links = [value for value in values if not isinstance(value, Figure)]
        refs = {value.by_ref for value in values}
        return SeenPartner(
            page=partner_page(about, figures, links),
            name=name_of(about),
            codes={ref: tx.parties.code_of(ref) for ref in refs},
            tlp={value.id: tlp for value, tlp in found},
            at=services.clock.now(),
        )

    services.bring_up_to_date()
    with services.reading() as tx:
        seen = _seen(tx, services, reader, _ids_about(tx, about)).map(lambda ways: shaped(tx, ways))
    if not seen.value.page.lines and not seen.value.page.links:
        raise UnknownProblem(f"Nothing is said here of '{visible(about, 80)}'.", advice=_ADVICE)
    return seen


def figures(services: Services, reader: Reader, about: str = "") -> Released[tuple[SeenFigure, ...]]:
    """The figures that the reader sees, of one partner or of all, by partner and indicator."""

    def shaped(tx: Transaction, ways: Sequence[Way]) -> tuple[SeenFigure, ...]:
        found = [(value, tlp) for value, tlp in _values(tx, ways) if isinstance(value, Figure) and not value.revoked]
        seen = [SeenFigure(value, tlp, tx.parties.code_of(value.by_ref)) for value, tlp in found]
        return tuple(sorted(seen, key=_order))

    services.bring_up_to_date()
    with services.reading() as tx:
        ids = _ids_about(tx, about) if about else {held.id for held in tx.versions.of_type(FIGURE.name)}
        return _seen(tx, services, reader, ids).map(lambda ways: shaped(tx, ways))


def _order(seen: SeenFigure) -> tuple[Any, ...]:
    one = seen.figure
    return one.about, one.indicator, one.counterpart, -(one.days.last.toordinal() if one.days else 0), one.id


def _ids_about(tx: Transaction, about: str) -> set[str]:
    """Everything about it that is held: by the party's id where it is a code, else by the label."""
    ref = ref_of(about)
    if ref is not None:
        return {held.id for held in tx.versions.linked_to(ref, list(_AS_VALUE))}
    every = {held.num: held.id for kind in _AS_VALUE for held in tx.versions.of_type(kind)}
    raws = tx.versions.raw(list(every))
    return {every[num] for num, raw in raws.items() if msgspec.json.decode(raw, type=_About).about == about}


def _seen(tx: Transaction, services: Services, reader: Reader, ids: set[str]) -> Released[tuple[Way, ...]]:
    return newest_seen_by(tx, reader, ids, services.clock.now())


def _values(tx: Transaction, ways: Sequence[Way]) -> Iterator[tuple[Any, str]]:
    """What each says, once, with its marking under the widest label by which it came; what cannot be read is none."""
    marked: dict[int, Any] = {}
    held = {version.num: version for version, _ in ways}
    for version, hold in ways:
        tlp = version.marking_under(hold.label)
        marked[version.num] = min(marked.get(version.num, tlp), tlp)
    for num, raw in tx.versions.raw(list(held)).items():
        try:
            value = _AS_VALUE[held[num].type](msgspec.json.decode(raw))
        except Problem:
            continue
        if held[num].writer == value.by_ref:
            yield value, marked[num].label
