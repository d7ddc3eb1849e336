"""What is hunted for: the watched values, the keys by which an engine finds suspects, and the judgement of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from kenesh.watch.lookup import IPV4_LENGTHS, IPV6_LENGTHS, host_text, networks, parents
from kenesh.watch.tokens import Sort, atoms_in
from kenesh.watch.values import HASH_DIGITS, Atom, Kind

_SORT_OF: Final = {
    Kind.DOMAIN: Sort.DOTTED,
    Kind.IPV4: Sort.DOTTED,
    Kind.IPV4_NET: Sort.DOTTED,
    Kind.IPV6: Sort.IPV6,
    Kind.IPV6_NET: Sort.IPV6,
    Kind.EMAIL: Sort.EMAIL,
    Kind.URL: Sort.URL,
    **dict.fromkeys(HASH_DIGITS, Sort.HASH),
}
#: The key of a token that is not plain ASCII: no rule of an engine may compare it, so each is looked at.
STRANGE: Final = "*"
#: Judgements kept: the same token comes again and again, and a hunt's memory stays bounded.
_REMEMBERED: Final = 1 << 16


class Watchlist:
    """The atoms of a hunt, numbered in their order, each with the versions that have it.

    Attributes:
        atoms: by number. rows: (atom number, version). sorts: the cuts that the hunt needs.
    """

    def __init__(self, watched: Iterable[tuple[int, Atom]]) -> None:
        pairs = sorted({(atom, version) for version, atom in watched if _is_narrow(atom)})
        self.atoms = tuple(dict.fromkeys(atom for atom, _ in pairs))
        self._numbers = {atom: number for number, atom in enumerate(self.atoms)}
        self.rows = tuple((self._numbers[atom], version) for atom, version in pairs)
        kinds = {atom.kind for atom in self.atoms}
        # An IPv4 address may be written as a mapped IPv6 one in hexadecimal.
        mapped = {Sort.IPV6} if kinds & {Kind.IPV4, Kind.IPV4_NET} else set()
        self.sorts = frozenset({_SORT_OF[kind] for kind in kinds} | mapped)
        self._lengths = {
            kind: {int(atom.value.partition("/")[2]) for atom in self.atoms if atom.kind is kind}
            for kind in (Kind.IPV4_NET, Kind.IPV6_NET)
        }
        domains = (atom.value for atom in self.atoms if atom.kind is Kind.DOMAIN)
        self._top_labels = frozenset(name.rpartition(".")[2] for name in domains)
        self.judged = lru_cache(_REMEMBERED)(self._judged)

    def _judged(self, sort: Sort, token: str) -> tuple[int, ...]:
        """The numbers of the watched atoms that stand in the token."""
        found = {
            self._numbers[probe]
            for atom in atoms_in(sort, token, self._top_labels)
            for probe in (atom, *self._wider(atom))
            if probe in self._numbers
        }
        return tuple(sorted(found))

    def _wider(self, atom: Atom) -> Iterator[Atom]:
        """What else watches the atom. A URL's host and an address's domain are tokens of their own."""
        match atom.kind:
            case Kind.DOMAIN:
                return parents(atom)
            case Kind.IPV4:
                return networks(atom, self._lengths[Kind.IPV4_NET])
            case Kind.IPV6:
                return networks(atom, self._lengths[Kind.IPV6_NET])
        return iter(())

    def shared_keys(self) -> set[tuple[Sort, str]]:
        """What a token must have in common with the watched values to be looked at: equal text, in ASCII, lowered."""
        keys = {(_SORT_OF[atom.kind], key) for atom in self.atoms if (key := _key(atom)) is not None}
        return keys | {(sort, STRANGE) for sort in self.sorts}


def _is_narrow(atom: Atom) -> bool:
    length = atom.value.partition("/")[2]
    if atom.kind is Kind.IPV4_NET:
        return int(length) in IPV4_LENGTHS
    return atom.kind is not Kind.IPV6_NET or int(length) in IPV6_LENGTHS


def _key(atom: Atom) -> str | None:
    match atom.kind:
        case Kind.DOMAIN:
            return ".".join(atom.value.split(".")[-2:])
        case Kind.IPV4_NET:
            address, _, length = atom.value.partition("/")
            return "".join(f"{part}." for part in address.split(".")[: int(length) // 8])
        case Kind.EMAIL:
            return atom.value.rpartition("@")[2]
        case Kind.URL:
            host = host_text(atom)
            return "[" if host.startswith("[") else host
        case Kind.IPV6 | Kind.IPV6_NET:
            return None
    return atom.value
