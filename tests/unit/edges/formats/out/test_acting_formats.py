"""Suricata, RPZ, Zeek, hosts, nftables, Sigma, YARA: what a tool that acts hears; the tool judges where it is here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.cli import files
from tests.unit.edges.formats.out import grammar
from tests.unit.edges.formats.out.loads import leaving, lines, order, pattern, released, written
from tests.unit.edges.formats.out.tools import ACTING, guard, tool

from kenesh.edges.formats.out.acting import MAX_VALUES
from kenesh.edges.formats.out.rpz import trigger
from kenesh.edges.formats.out.suricata import SIDS, Sids, content
from kenesh.holdings.leaving import Conditions

MANY: list[dict[str, Any]] = [
    pattern("domain-name:value", "Evil.example", 1),
    pattern("domain-name:value", "b\u00fccher.example", 2),
    pattern("ipv4-addr:value", "192.0.2.7", 3),
    files.indicator(4, "x", pattern="[ipv4-addr:value ISSUBSET '198.51.100.0/24']"),
    pattern("ipv6-addr:value", "2001:db8::7", 5),
    pattern("ipv6-addr:value", "2001:db8:1::/48", 6),
    pattern("url:value", "http://evil.example:8080/a/b?c=d", 7),
    pattern("file:hashes.'SHA-256'", "ab" * 32, 8),
    pattern("email-addr:value", "boss@evil.example", 9),
]


def test_suricata_has_rules_for_names_addresses_and_urls() -> None:
    under = order()
    text = written(tool("suricata"), *MANY, under=under)
    assert grammar.check("suricata", text) == 9
    assert 'dns.query; dotprefix; content:".evil.example"; nocase; endswith; ' in text
    assert 'content:".xn--bcher-kva.example"' in text
    assert "alert ip any any <> [198.51.100.0/24] any" in text
    assert 'http.host; content:"evil.example"; bsize:12; http.uri.raw; content:"/a/b|3F|c|3D|d"; bsize:8; ' in text
    assert sum(told.count for told in under.tally.left_out.values()) == 2
    assert under.tally.written == 7


def test_a_sid_follows_from_the_value_and_no_two_are_one() -> None:
    forth, back = (written(tool("suricata"), *values) for values in (MANY, MANY[::-1]))
    assert sorted(forth.splitlines()) == sorted(back.splitlines())
    assert len(set(grammar.sids(forth))) == len(grammar.sids(forth)) == 9


def test_two_values_on_one_sid_get_one_each_and_all_are_given_out() -> None:
    sids = Sids(3)
    given = [sids.take("a") for _ in range(4)]
    assert given.pop() is None
    assert sorted(each or 0 for each in given) == [1_000_000, 1_000_001, 1_000_002]
    assert Sids(3).take("a") == given[0]


def test_a_zone_has_each_name_what_lies_under_it_and_addresses() -> None:
    text = written(tool("rpz"), *MANY)
    assert grammar.check("rpz", text) == 8
    assert lines(text)[3:] == [
        "evil.example CNAME .",
        "*.evil.example CNAME .",
        "xn--bcher-kva.example CNAME .",
        "*.xn--bcher-kva.example CNAME .",
        "32.7.2.0.192.rpz-ip CNAME .",
        "24.0.100.51.198.rpz-ip CNAME .",
        "128.7.zz.db8.2001.rpz-ip CNAME .",
        "48.zz.1.db8.2001.rpz-ip CNAME .",
    ]


def test_a_name_without_room_in_a_zone_is_left_out() -> None:
    long = ".".join(["a" * 60] * 3 + ["b" * 10, "example"])
    under = order()
    assert len(lines(written(tool("rpz"), pattern("domain-name:value", long), under=under))) == 3
    assert (under.tally.written, len(under.tally.left_out)) == (0, 1)


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("2001:db8::1", "128.1.zz.db8.2001.rpz-ip"),
        ("::1/128", "128.1.zz.rpz-ip"),
        ("2001:db8:1:2:3:4:5:6", "128.6.5.4.3.2.1.db8.2001.rpz-ip"),
        ("203.0.113.0/25", "25.0.113.0.203.rpz-ip"),
    ],
)
def test_an_address_is_written_backwards_in_a_zone(address: str, owner: str) -> None:
    assert trigger(address) == owner


def test_zeek_has_a_row_of_four_cells_for_each_kind() -> None:
    text = written(tool("zeek"), *MANY)
    assert grammar.check("zeek", text) == len(MANY)
    rows = dict(line.split("\t")[:2] for line in lines(text))
    assert rows["evil.example:8080/a/b?c=d"] == "Intel::URL"
    assert rows["2001:db8:1::/48"] == "Intel::SUBNET"
    assert rows["ab" * 32] == "Intel::FILE_HASH"
    assert "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc" in text


def test_hosts_has_names_alone_and_nftables_addresses_alone() -> None:
    assert lines(written(tool("hosts"), *MANY)) == ["0.0.0.0 evil.example", "0.0.0.0 xn--bcher-kva.example"]
    assert grammar.check("nftables", written(tool("nftables"), *MANY)) == 4


# The tools themselves, where the machine has them.


def _asked(text: str, folder: Path, *command: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not on this machine")
    path = folder / "list"
    path.write_text(text)
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_bind_loads_the_zone(tmp_path: Path) -> None:
    _asked(written(tool("rpz"), *MANY, *_hostile()), tmp_path, "named-checkzone", "-q", "rpz.example")


def test_nft_takes_the_sets(tmp_path: Path) -> None:
    overlapping = [pattern("ipv4-addr:value", "198.51.100.9", 20), pattern("ipv4-addr:value", "198.51.0.0/16", 21)]
    _asked(written(tool("nftables"), *MANY, *overlapping, *_hostile()), tmp_path, "nft", "-c", "-f")


def test_suricata_takes_the_rules(tmp_path: Path) -> None:
    _asked(written(tool("suricata"), *MANY, *_hostile()), tmp_path, "suricata", "-T", "-l", str(tmp_path), "-S")


# Injection.

ENDINGS = (
    *("\n0.0.0.0 bank.example", "\r\nbank.example CNAME .", '; content:"x"; sid:1', '"; sid:1; rev:1;) alert', "|41|"),
    *("\tIntel::DOMAIN\tx", "$INCLUDE /etc/passwd", "$ORIGIN .", "\\", "'", " }", "} ; flush ruleset", "# x"),
    *("\u202ebank", "\u2028bank", "\x85bank", "\u200bbank", "\x1b[2J", "$(id)", "%0a", "@ NS x.", "\x00", "`id`"),
)


def _hostile() -> list[dict[str, Any]]:
    """Values that end where another thing begins, in every kind."""
    stems = (
        ("domain-name:value", "evil.example"),
        ("ipv4-addr:value", "192.0.2.9"),
        ("ipv6-addr:value", "2001:db8::9"),
        ("url:value", "http://evil.example/"),
        ("email-addr:value", "a@evil.example"),
        ("file:hashes.MD5", "ab" * 16),
    )
    values = [(path, form) for path, stem in stems for end in ENDINGS for form in (stem + end, end + stem)]
    hosts = [("url:value", f"http://{end}@evil.example/") for end in ENDINGS]
    return [pattern(path, value, 100 + n, name=value) for n, (path, value) in enumerate((*values, *hosts))]


@pytest.mark.parametrize("name", ACTING)
def test_no_value_becomes_anything_but_a_value(name: str) -> None:
    text = written(tool(name), *_hostile(), sources=("KZ\n\tx", 'A"; sid:1'), licences=("a\nb",))
    grammar.check(name, text)
    assert "bank.example" not in text.replace("#", "")
    assert text.isascii()


@pytest.mark.parametrize("name", ACTING)
def test_the_heading_is_comments_alone(name: str) -> None:
    evil = {'x\n0.0.0.0 bank.example\r\n"; sid:1;) \u2028 $INCLUDE x'}
    text = written(tool(name), *MANY, under=order(conditions=Conditions(sources=evil, licences=evil, statements=evil)))
    grammar.check(name, text)


def test_a_content_matches_the_octets_of_the_value() -> None:
    for value in ("/a;b|c\"\\'$:x", "\u00fc/\u0131", "/plain-path_1.html"):
        assert grammar.octets_of(content(value)) == value.encode()


# What never gets there.


@pytest.mark.parametrize("name", [*ACTING, "sigma", "yara"])
@pytest.mark.parametrize(
    "more",
    [
        {"labels": ["PAP:RED"]},
        {"labels": ["PAP:AMBER"]},
        {"labels": ["PAP:PURPLE"]},
        {"object_marking_refs": ["marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab"]},
        {"revoked": True},
        {"valid_until": "2026-11-25T11:59:59.999Z"},
        {"valid_from": "2027-01-01T00:00:00Z"},
    ],
)
def test_what_may_not_be_acted_on_reaches_no_tool(name: str, more: dict[str, Any]) -> None:
    under = order()
    value = files.indicator(1, "evil.example") | {"pattern_type": "stix" if name in ACTING else name} | more
    parts = list(tool(name).write([released([leaving(value)])], under))
    assert "evil" not in b"".join(octets for _, octets in parts).decode()
    assert under.tally.written == 0
    assert [told.first for told in under.tally.left_out.values()] == [[value["id"]]]


@pytest.mark.parametrize("label", ["PAP:GREEN", "PAP:CLEAR", "pap:white", "tlp:amber"])
def test_what_may_be_acted_on_does(label: str) -> None:
    assert lines(written(tool("hosts"), files.indicator(1, "evil.example", labels=[label]))) == ["0.0.0.0 evil.example"]


def test_an_observable_is_no_indicator() -> None:
    assert all(tool(name).types == {"indicator"} and tool(name).acts for name in (*ACTING, "sigma", "yara"))


def test_a_value_is_written_once_whoever_says_it() -> None:
    values = [files.indicator(n, "evil.example") for n in (1, 2, 3)]
    assert len(lines(written(tool("hosts"), *values))) == 1
    assert MAX_VALUES < SIDS


def test_a_guarded_value_is_told_with_its_reason() -> None:
    under = order(hosts=("node.example",))
    values = [files.indicator(n, name) for n, name in enumerate(("a.gov.example", "node.example", "listed.example"), 1)]
    behind = guard(names=("gov.example",), listed=("listed.example",))
    assert lines(written(tool("hosts", behind), *values, under=under)) == []
    assert sorted((reason[:10], told.count) for reason, told in under.tally.left_out.items()) == [
        ("it is prot", 2),
        ("on a warni", 1),
    ]


# Sigma and YARA.


def rule(kind: str, text: str, number: int = 1) -> dict[str, Any]:
    return files.indicator(number, "x", pattern=text, pattern_type=kind)


def test_a_rule_is_passed_through_in_a_file_of_its_own() -> None:
    text = 'rule a {\n  strings: $a = "x"\n  condition: $a\n}'
    values = [rule("yara", text, 1), rule("yara", "rule b { condition: false }", 2), rule("sigma", "title: x", 3)]
    under = order()
    parts = list(tool("yara").write([released([leaving(value) for value in values])], under))
    assert {name for name, _ in parts} == {f"{value['id']}.yar" for value in values[:2]}
    assert parts[0][1].startswith(b"// Exported by KZ") and parts[1][1] == text.encode() + b"\n"
    assert (under.tally.written, len(under.tally.left_out)) == (2, 1)
    assert tool("yara").in_folder


@pytest.mark.parametrize(
    "end", ["\u202e", "\x1b", "\u2028", "\u200b", "\x00", "gov.example", "GOV.example", "x" * 1_000_001]
)
def test_a_rule_with_what_is_not_seen_or_is_protected_is_left_out(end: str) -> None:
    under = order()
    behind = guard(names=("gov.example",))
    assert list(tool("sigma", behind).write([released([leaving(rule("sigma", f"title: x\n# {end}"))])], under)) == []
    assert len(under.tally.left_out) == 1
