from __future__ import annotations

import pytest

from kenesh.watch.lookup import probes
from kenesh.watch.values import Atom, Kind


@pytest.mark.parametrize(
    ("atom", "values"),
    [
        (Atom(Kind.DOMAIN, "evil.example"), ["evil.example"]),
        (Atom(Kind.DOMAIN, "a.b.evil.example"), ["a.b.evil.example", "b.evil.example", "evil.example"]),
        (Atom(Kind.EMAIL, "bob@mx.evil.example"), ["bob@mx.evil.example", "mx.evil.example", "evil.example"]),
        (
            Atom(Kind.URL, "http://u:p@www.evil.example:8080/x"),
            ["http://u:p@www.evil.example:8080/x", "www.evil.example", "evil.example"],
        ),
        (Atom(Kind.URL, "http://intranet/x"), ["http://intranet/x"]),
        (Atom(Kind.MD5, "0" * 32), ["0" * 32]),
        (Atom(Kind.IPV4_NET, "198.51.0.0/10"), ["198.51.0.0/10", "198.0.0.0/9", "198.0.0.0/8"]),
    ],
)
def test_a_value_is_asked_for_under_itself_first_and_then_ever_wider(atom: Atom, values: list[str]) -> None:
    assert [probe.value for probe in probes(atom)] == values


def test_an_address_is_asked_for_under_every_network_that_contains_it() -> None:
    found = probes(Atom(Kind.IPV4, "198.51.100.77"))

    assert found[:3] == (
        Atom(Kind.IPV4, "198.51.100.77"),
        Atom(Kind.IPV4_NET, "198.51.100.76/31"),
        Atom(Kind.IPV4_NET, "198.51.100.76/30"),
    )
    assert Atom(Kind.IPV4_NET, "198.51.100.0/24") in found
    assert found[-1] == Atom(Kind.IPV4_NET, "198.0.0.0/8")
    assert len(found) == 1 + 24


def test_a_url_of_an_address_is_asked_for_under_the_address_and_its_networks() -> None:
    found = probes(Atom(Kind.URL, "http://[2001:db8::1]:8080/x"))

    assert found[1] == Atom(Kind.IPV6, "2001:db8::1")
    assert found[-1] == Atom(Kind.IPV6_NET, "2001::/16")
    assert len(found) == 2 + 112
