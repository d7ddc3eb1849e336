from __future__ import annotations

import pytest

from kenesh.watch.tokens import Sort
from kenesh.watch.values import Atom, Kind
from kenesh.watch.watchlist import STRANGE, Watchlist

DOMAIN = Atom(Kind.DOMAIN, "evil.example")
NETWORK = Atom(Kind.IPV4_NET, "198.51.96.0/20")
URL = Atom(Kind.URL, "http://evil.example/x")
ADDRESS = Atom(Kind.IPV4, "192.0.2.1")
WATCHLIST = Watchlist([(1, DOMAIN), (2, DOMAIN), (1, DOMAIN), (3, NETWORK), (4, URL), (5, ADDRESS)])


def judged(sort: Sort, token: str) -> set[Atom]:
    return {WATCHLIST.atoms[number] for number in WATCHLIST.judged(sort, token)}


@pytest.mark.parametrize(
    ("sort", "token", "atoms"),
    [
        (Sort.DOTTED, "evil.example", {DOMAIN}),
        (Sort.DOTTED, "a.b.evil.example", {DOMAIN}),
        (Sort.DOTTED, "evil.example.org", set()),
        (Sort.DOTTED, "198.51.100.7", {NETWORK}),
        (Sort.DOTTED, "198.51.112.7", set()),
        (Sort.DOTTED, "192.0.2.1", {ADDRESS}),
        (Sort.IPV6, "::ffff:c000:201", {ADDRESS}),
        (Sort.URL, " http://evil.example/x", {URL}),
        (Sort.URL, "http://evil.example/y", set()),
        (Sort.EMAIL, "bob@evil.example", set()),
    ],
)
def test_a_token_is_judged_by_what_it_is_and_what_contains_it(sort: Sort, token: str, atoms: set[Atom]) -> None:
    assert judged(sort, token) == atoms


def test_atoms_are_numbered_in_their_order_and_each_pair_stands_once() -> None:
    assert list(WATCHLIST.atoms) == sorted(WATCHLIST.atoms)
    number = WATCHLIST.atoms.index(DOMAIN)
    assert [version for atom, version in WATCHLIST.rows if atom == number] == [1, 2]


def test_a_token_shares_a_key_with_what_it_may_be() -> None:
    keys = {key for sort, key in WATCHLIST.shared_keys() if sort is Sort.DOTTED}

    assert keys == {"evil.example", "198.51.", "192.0.2.1", STRANGE}


def test_a_network_too_wide_to_mean_anything_is_not_hunted_for() -> None:
    wide = [Atom(Kind.IPV4_NET, "0.0.0.0/0"), Atom(Kind.IPV4_NET, "198.0.0.0/7"), Atom(Kind.IPV6_NET, "2001::/15")]

    assert Watchlist([(1, atom) for atom in wide]).atoms == ()
