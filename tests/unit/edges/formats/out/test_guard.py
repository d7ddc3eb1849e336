"""The guard: what would cut off oneself, or everybody, reaches no tool, whoever says so."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.unit.edges.formats.out.tools import guard

from kenesh.basis.problem import SettingsProblem
from kenesh.edges.formats import warninglists
from kenesh.edges.formats.out.ranges import Networks, network_of
from kenesh.edges.formats.warninglists import WarningLists, warning_lists
from kenesh.watch.values import Atom, Kind, recognise


def atom(text: str) -> Atom:
    found = recognise(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("198.51.0.0/15", "a network wider than /16"),
        ("0.0.0.0/0", "a network wider than /16"),
        ("2001:db8::/31", "a network wider than /32"),
        ("10.1.2.3", "it is no public address"),
        ("192.168.0.0/16", "it is no public address"),
        ("127.0.0.1", "it is no public address"),
        ("0.0.0.0", "it is no public address"),
        ("224.0.0.251", "it is no public address"),
        ("255.255.255.255", "it is no public address"),
        ("::1", "it is no public address"),
        ("fe80::1", "it is no public address"),
        ("ff02::1", "it is no public address"),
        ("http://10.0.0.1/x", "it is no public address"),
        ("co.uk", "a public suffix"),
        ("com.kz", "a public suffix"),
        ("github.io", "a public suffix"),
        ("http://co.uk/x", "a public suffix"),
    ],
)
def test_it_stands_against_what_would_hit_everybody(value: str, reason: str) -> None:
    assert guard().why_never(atom(value)).startswith(reason)


@pytest.mark.parametrize(
    "value",
    [
        *("gov.example", "cert.gov.example", "a.b.gov.example", "http://www.gov.example/x", "a@mail.gov.example"),
        *("203.0.113.7", "203.0.113.0/25", "203.0.0.0/16", "http://203.0.113.7:8080/", "2001:db8:5::1"),
        *("node.example", "www.node.example", "192.0.2.99", "http://192.0.2.99/"),
    ],
)
def test_it_protects_ones_own_and_whom_one_talks_to(value: str) -> None:
    behind = guard(names=("gov.example",), networks=("203.0.113.0/24", "2001:db8:5::/48"))
    assert behind.why_never(atom(value), ("node.example", "192.0.2.99")).startswith("it is protected")


def test_a_name_above_a_protected_one_is_protected_too() -> None:
    behind = guard(names=("cert.gov.example",))
    assert behind.why_never(atom("gov.example")).startswith("it is protected")
    assert behind.why_never(atom("bank.example")) == behind.why_never(atom("notcert.gov2.example")) == ""


@pytest.mark.parametrize(
    "value", ["evil.example", "192.0.2.7", "198.51.0.0/16", "2001:db8::/32", "ab" * 32, "http://evil.example/x"]
)
def test_it_lets_the_rest_pass(value: str) -> None:
    assert guard(names=("gov.example",), networks=("203.0.113.0/24",)).why_never(atom(value)) == ""


@pytest.mark.parametrize(
    ("listed", "asked", "touches"),
    [
        ("192.0.2.0/24", "192.0.2.7", True),
        ("192.0.2.0/24", "192.0.2.0/25", True),
        ("192.0.2.8/32", "192.0.2.0/24", True),
        ("192.0.2.255/32", "192.0.2.0/24", True),
        ("192.0.3.0/32", "192.0.2.0/24", False),
        ("192.0.1.255/32", "192.0.2.0/24", False),
        ("2001:db8::/32", "2001:db8:1::1", True),
        ("2001:db8::/32", "192.0.2.1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_network_touches_what_it_has_an_address_in_common_with(listed: str, asked: str, touches: bool) -> None:
    entry, network = network_of(listed), network_of(asked)
    assert entry is not None and network is not None
    assert (Networks([(entry, "why")]).touching(network) is not None) == touches


def test_the_bundled_lists_know_what_is_harmless() -> None:
    """The real lists of the package, by kind; none of them is fetched."""
    lists = warning_lists()
    assert lists.listed(atom("192.0.2.1")), "addresses for documentation are on a list themselves"
    assert lists.listed(atom("d41d8cd98f00b204e9800998ecf8427e")), "the hash of nothing"
    assert lists.listed(Atom(Kind.SHA256, "ab" * 32)) is None
    assert lists.listed(atom("evil.example")) is None
    for _, top in zip(range(3), lists.entries_of("TLDs as known by IANA"), strict=False):
        assert lists.listed(Atom(Kind.DOMAIN, top)), "an entry of a list of names"


@pytest.mark.parametrize("entries", [["a.example", 'b"",.example', "c\\.example"] * 3, [1, 2, "a.example"], []])
def test_a_list_is_read_whole_whatever_it_is_cut_at(
    entries: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data" / "misp-warninglists" / "lists" / "a"
    folder.mkdir(parents=True)
    (folder / "list.json").write_text(json.dumps({"name": "A", "type": "string", "list": entries}, indent=1))
    monkeypatch.setattr(warninglists, "bundled", lambda name: SimpleNamespace(__file__=str(tmp_path / "x.py")))
    for stretch in (1, 4, 15, 40, 1000):
        monkeypatch.setattr(warninglists, "_STRETCH", stretch)
        assert list(WarningLists().entries_of("A")) == [str(entry) for entry in entries]


def test_without_the_extra_nothing_is_written_for_a_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(warninglists, "import_module", absent)
    with pytest.raises(SettingsProblem, match="pymispwarninglists") as caught:
        WarningLists().listed(atom("192.0.2.1"))
    assert "kenesh[block]" in caught.value.advice
