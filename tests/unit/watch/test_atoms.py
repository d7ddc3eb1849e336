from __future__ import annotations

from typing import Any

import pytest

from kenesh.stix.objects import Version
from kenesh.watch.atoms import atoms_of
from kenesh.watch.values import Atom, Kind

MD5 = "d41d8cd98f00b204e9800998ecf8427e"
SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EVIL = Atom(Kind.DOMAIN, "evil.example")


def version(type_name: str, **value: Any) -> Version:
    stix_id = f"{type_name}--00000000-0000-4000-8000-000000000000"
    value = {"type": type_name, "id": stix_id, **value}
    return Version(stix_id, type_name, None, None, False, b"", b"", value)


def indicator(pattern: object, **value: Any) -> Version:
    return version("indicator", pattern=pattern, **{"pattern_type": "stix", **value})


@pytest.mark.parametrize(
    ("pattern", "atoms"),
    [
        ("[domain-name:value = 'EVIL.example']", [EVIL]),
        ("[ipv4-addr:value = '192.0.2.1']", [Atom(Kind.IPV4, "192.0.2.1")]),
        ("[ipv4-addr:value = '198.51.100.9/24']", [Atom(Kind.IPV4_NET, "198.51.100.0/24")]),
        ("[ipv4-addr:value = '192.0.2.1/32']", [Atom(Kind.IPV4, "192.0.2.1")]),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", [Atom(Kind.IPV4_NET, "198.51.100.0/24")]),
        ("[ipv6-addr:value ISSUBSET '2001:db8::/32']", [Atom(Kind.IPV6_NET, "2001:db8::/32")]),
        ("[url:value='http://evil.example/a\\'b']", [Atom(Kind.URL, "http://evil.example/a'b")]),
        ("[email-addr:value = 'Bob@EVIL.example']", [Atom(Kind.EMAIL, "Bob@evil.example")]),
        (f"[file:hashes.'SHA-256' = '{SHA256.upper()}']", [Atom(Kind.SHA256, SHA256)]),
        (f"[file:hashes.sha256='{SHA256}']", [Atom(Kind.SHA256, SHA256)]),
        (f"[file:hashes.md5 = '{MD5}']", [Atom(Kind.MD5, MD5)]),
        (f"[file:hashes.MD5 = '{MD5}']", [Atom(Kind.MD5, MD5)]),
        (f"[app:cert.sha256 = '{SHA256}']", [Atom(Kind.SHA256, SHA256)]),
        (f"[x509-certificate:hashes.'SHA-1' = '{SHA1}']", [Atom(Kind.SHA1, SHA1)]),
        (f"[file:hashes.'SHA-256' = '{MD5}']", [Atom(Kind.MD5, MD5)]),
        ("[domain-name:value = 'evil[.]example']", [EVIL]),
        ("[domain-name:value = '192.0.2.1']", [Atom(Kind.IPV4, "192.0.2.1")]),
        (
            "[domain-name:value = 'evil.example' AND ipv4-addr:value = '192.0.2.1']",
            [EVIL, Atom(Kind.IPV4, "192.0.2.1")],
        ),
        (
            "([url:value = 'http://evil.example/'] FOLLOWEDBY [domain-name:value = 'evil.example']) WITHIN 5 SECONDS",
            [EVIL, Atom(Kind.URL, "http://evil.example/")],
        ),
        (
            "[domain-name:value IN ('b.example.org', 'evil.example', 'evil.example')]",
            [Atom(Kind.DOMAIN, "b.example.org"), EVIL],
        ),
        (
            f"[network-traffic:dst_ref.value = '192.0.2.1' OR file:hashes.MD5 = '{MD5}']",
            [Atom(Kind.IPV4, "192.0.2.1"), Atom(Kind.MD5, MD5)],
        ),
        (
            "[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']",
            [EVIL, Atom(Kind.IPV4, "192.0.2.1")],
        ),
        ("[email-message:from_ref.value = 'bob@evil.example']", [Atom(Kind.EMAIL, "bob@evil.example")]),
        ("[domain-name:value != 'evil.example']", []),
        ("[domain-name:value NOT = 'evil.example']", []),
        ("[domain-name:value LIKE '%.evil.example']", []),
        ("[file:name = 'evil.example']", []),
        ("[file:size = 42]", []),
        ("[file:hashes.'SHA3-256' = 'a']", []),
        ("[process:command_line = 'x']", []),
        ("[domain-name:value = 'evil.example'", []),
        ("", []),
        (42, []),
    ],
)
def test_the_atoms_of_a_pattern_are_what_it_tests_to_be_equal(pattern: object, atoms: list[Atom]) -> None:
    assert atoms_of(indicator(pattern)) == tuple(sorted(atoms))


def test_a_pattern_of_another_language_has_no_atoms() -> None:
    assert atoms_of(indicator("[domain-name:value = 'evil.example']", pattern_type="yara")) == ()


def test_a_pattern_of_stix_2_0_says_no_language_and_is_read() -> None:
    assert atoms_of(version("indicator", pattern="[domain-name:value = 'evil.example']")) == (EVIL,)


@pytest.mark.parametrize(
    ("observable", "atoms"),
    [
        (version("domain-name", value="EVIL.example"), [EVIL]),
        (version("ipv4-addr", value="198.51.100.0/24"), [Atom(Kind.IPV4_NET, "198.51.100.0/24")]),
        (version("ipv6-addr", value="2001:DB8::1"), [Atom(Kind.IPV6, "2001:db8::1")]),
        (version("url", value="http://evil.example"), [Atom(Kind.URL, "http://evil.example/")]),
        (version("email-addr", value="bob@evil.example"), [Atom(Kind.EMAIL, "bob@evil.example")]),
        (
            version("file", name="evil.example", hashes={"MD5": MD5, "SHA-256": SHA256, "SSDEEP": "3:a:b"}),
            [Atom(Kind.MD5, MD5), Atom(Kind.SHA256, SHA256)],
        ),
        (version("artifact", hashes={"SHA-1": SHA1}), [Atom(Kind.SHA1, SHA1)]),
        (version("x509-certificate", hashes={"SHA-1": SHA1, "MD5": 5}), [Atom(Kind.SHA1, SHA1)]),
        (version("mutex", name="evil.example"), []),
        (version("domain-name", value=5), []),
        (version("file", hashes=["x"]), []),
        (version("malware", name="evil.example"), []),
    ],
)
def test_the_atoms_of_an_observable_are_its_value_or_its_hashes(observable: Version, atoms: list[Atom]) -> None:
    assert atoms_of(observable) == tuple(sorted(atoms))
