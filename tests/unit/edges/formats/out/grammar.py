"""What each tool reads: a line of its format taken apart strictly; ValueError where it is none."""

from __future__ import annotations

import re
from ipaddress import ip_network

_NAME = r"(?=.{1,253}(?:$|\s))[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)+"
_CONTENT = r'content:"((?:[A-Za-z0-9.\-_/]|\|[0-9A-F]{2}\|)+)"; '
_DOMAIN_RULE = rf"(?:dns\.query|tls\.sni); dotprefix; {_CONTENT}nocase; endswith; "
_URL_RULE = rf"http\.host; {_CONTENT}bsize:\d+; http\.uri\.raw; {_CONTENT}bsize:\d+; "
_RULE = re.compile(
    rf"alert (?:(?:dns|tls|http) any any -> any any|ip any any <> \[([0-9a-f.:/]+)\] any) "
    rf'\(msg:"[A-Za-z0-9 +:\-]+"; (?:{_DOMAIN_RULE}|{_URL_RULE})?sid:(\d{{7}}); rev:1;\)'
)
_ZONE = re.compile(rf"(?:\*\.)?(?:{_NAME}|\d{{1,3}}(?:\.[0-9a-z]+)+\.rpz-ip) CNAME \.")
_HOSTS = re.compile(rf"0\.0\.0\.0 ({_NAME})")
_ELEMENT = re.compile(r"add element inet kenesh blocked([46]) \{ ([0-9a-f.:/]+) \}")
_ZEEK_TYPES = {f"Intel::{word}" for word in ("ADDR", "SUBNET", "DOMAIN", "URL", "EMAIL", "FILE_HASH")}
_HEADS = {
    "rpz": re.compile(r"\$TTL 300|@ SOA localhost\. root\.localhost\. \d+ 3600 600 604800 300|@ NS localhost\."),
    "nftables": re.compile(
        r"add table inet kenesh|flush set inet kenesh blocked[46]"
        r"|add set inet kenesh blocked[46] \{ type ipv[46]_addr; flags interval; auto-merge; \}"
    ),
}


def octets_of(content: str) -> bytes:
    """What the content of a rule matches."""
    return re.sub(rb"\|([0-9A-F]{2})\|", lambda m: bytes.fromhex(m[1].decode()), content.encode())


def sids(text: str) -> list[int]:
    return [int(sid) for sid in re.findall(r"sid:(\d+);", text)]


def check(name: str, text: str) -> int:
    """How many lines beside the heading the text has; each is one of the format's."""
    count = 0
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith(("# ", "; ")) or (name == "zeek" and line.startswith("#fields\t")):
            _must(line.isprintable() or line.startswith("#fields"), line)
        elif not (name in _HEADS and _HEADS[name].fullmatch(line)):
            _LINES[name](line)
            count += 1
    return count


def _must(holds: object, line: str) -> None:
    if not holds:
        raise ValueError(repr(line))


def _suricata(line: str) -> None:
    rule = _RULE.fullmatch(line)
    _must(rule, line)
    assert rule is not None
    if rule[1]:
        ip_network(rule[1])
    _must(1_000_000 <= int(rule[rule.lastindex or 0]) <= 1_999_999, line)


def _zeek(line: str) -> None:
    cells = line.split("\t")
    _must(len(cells) == 4 and cells[1] in _ZEEK_TYPES and all(cells), line)
    _must(line.replace("\t", "").isascii() and line.replace("\t", "").isprintable(), line)
    if cells[1] in ("Intel::ADDR", "Intel::SUBNET"):
        ip_network(cells[0])
    elif cells[1] == "Intel::DOMAIN":
        _must(re.fullmatch(_NAME, cells[0]), line)


def _nft(line: str) -> None:
    element = _ELEMENT.fullmatch(line)
    _must(element, line)
    assert element is not None
    _must(str(ip_network(element[2]).version) == element[1], line)


_LINES = {
    "suricata": _suricata,
    "rpz": lambda line: _must(_ZONE.fullmatch(line), line),
    "zeek": _zeek,
    "hosts": lambda line: _must(_HOSTS.fullmatch(line), line),
    "nftables": _nft,
}
