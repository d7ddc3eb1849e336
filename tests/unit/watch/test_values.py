from __future__ import annotations

import pytest

from kenesh.watch.values import MAX_VALUE, Atom, Kind, atom_of, canonical, recognise, refanged

LONGEST_LABEL = "a" * 63


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        (Kind.IPV4, "192.0.2.1", "192.0.2.1"),
        (Kind.IPV4, "::ffff:192.0.2.1", "192.0.2.1"),
        (Kind.IPV4, "0:0:0:0:0:FFFF:c000:201", "192.0.2.1"),
        (Kind.IPV6, "2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        (Kind.IPV4_NET, "192.0.2.77/24", "192.0.2.0/24"),
        (Kind.IPV6_NET, "2001:DB8::77/32", "2001:db8::/32"),
        (Kind.DOMAIN, "EVIL.Example.", "evil.example"),
        (Kind.DOMAIN, "_dmarc.evil.example", "_dmarc.evil.example"),
        (Kind.DOMAIN, "K\u00d6T\u00dc.example", "xn--kt-fkaz.example"),
        (Kind.DOMAIN, "XN--KT-FKAZ.example", "xn--kt-fkaz.example"),
        (Kind.DOMAIN, "fa\u00df.example", "xn--fa-hia.example"),
        (Kind.DOMAIN, "evil\u3002example", "evil.example"),
        (Kind.DOMAIN, f"{LONGEST_LABEL}.example", f"{LONGEST_LABEL}.example"),
        (Kind.URL, "HTTP://EVIL.example", "http://evil.example/"),
        (Kind.URL, "https://evil.example:443/A%2f?B=\u0130", "https://evil.example/A%2f?B=\u0130"),
        (Kind.URL, "http://evil.example:8080?q", "http://evil.example:8080/?q"),
        (Kind.URL, "http://evil.example:/x#part", "http://evil.example/x"),
        (Kind.URL, "http://User:Pw@EVIL.example/", "http://User:Pw@evil.example/"),
        (Kind.URL, "http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        (Kind.URL, "http://[::ffff:192.0.2.1]/", "http://192.0.2.1/"),
        (Kind.URL, "http://k\u00f6t\u00fc.example./x", "http://xn--kt-fkaz.example/x"),
        (Kind.URL, "http://intranet/x", "http://intranet/x"),
        (Kind.EMAIL, "Bob.O'Hara+x@EVIL.example", "Bob.O'Hara+x@evil.example"),
        (Kind.MD5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
        (Kind.SHA512, "A" * 128, "a" * 128),
    ],
)
def test_a_value_has_one_canonical_form(kind: Kind, text: str, form: str) -> None:
    assert canonical(kind, text) == form
    assert canonical(kind, form) == form


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.IPV4, "192.0.2.01"),
        (Kind.IPV4, "192.0.2.256"),
        (Kind.IPV4, "192.0.2"),
        (Kind.IPV4, "192.0.2.1 "),
        (Kind.IPV4, "\u0661\u0669\u0662.0.2.1"),
        (Kind.IPV6, "::ffff:192.0.2.1"),
        (Kind.IPV6, "fe80::1%eth0"),
        (Kind.IPV6, "2001:db8::1::"),
        (Kind.IPV4_NET, "192.0.2.0/33"),
        (Kind.IPV4_NET, "192.0.2.0/024"),
        (Kind.IPV4_NET, "192.0.2.0/255.255.255.0"),
        (Kind.IPV6_NET, "2001:db8::/129"),
        (Kind.DOMAIN, "example"),
        (Kind.DOMAIN, "example."),
        (Kind.DOMAIN, "evil..example"),
        (Kind.DOMAIN, ".evil.example"),
        (Kind.DOMAIN, "-evil.example"),
        (Kind.DOMAIN, "evil.example/x"),
        (Kind.DOMAIN, "192.0.2.1"),
        (Kind.DOMAIN, "evil.123"),
        (Kind.DOMAIN, "\uff11\uff19\uff12.0.2.1"),
        (Kind.DOMAIN, f"{LONGEST_LABEL}a.example"),
        (Kind.DOMAIN, ".".join([LONGEST_LABEL] * 4) + ".example"),
        (Kind.DOMAIN, "ev\u0308\u200cil.example"),
        (Kind.DOMAIN, "a\u2100b.example"),
        (Kind.DOMAIN, "\u00f6" * 10_000 + ".example"),
        (Kind.URL, "evil.example/x"),
        (Kind.URL, "http:///x"),
        (Kind.URL, "http://evil.example/a b"),
        (Kind.URL, "http://evil.example:99999/"),
        (Kind.URL, "http://evil.example:0/"),
        (Kind.URL, "http://good.example\\@evil.example/"),
        (Kind.URL, "http://a@b@evil.example/"),
        (Kind.URL, "http://evil.example/" + "a" * MAX_VALUE),
        (Kind.EMAIL, "evil.example"),
        (Kind.EMAIL, "@evil.example"),
        (Kind.EMAIL, "a b@evil.example"),
        (Kind.EMAIL, "bob@localhost"),
        (Kind.MD5, "d41d8cd98f00b204e9800998ecf8427"),
        (Kind.MD5, "g" * 32),
        (Kind.SHA1, "d41d8cd98f00b204e9800998ecf8427e"),
        (Kind.SHA256, ""),
    ],
)
def test_what_is_no_such_value_has_no_canonical_form(kind: Kind, text: str) -> None:
    assert canonical(kind, text) is None


@pytest.mark.parametrize("letter", ["\u0130", "\u0131", "i\u0307", "\u0456", "I\u0307"])
def test_no_other_letter_is_an_i(letter: str) -> None:
    assert canonical(Kind.DOMAIN, f"ev{letter}l.example") != "evil.example"
    assert canonical(Kind.EMAIL, f"{letter}@evil.example") != "i@evil.example"


@pytest.mark.parametrize(
    ("kind", "text", "atom"),
    [
        (Kind.IPV4, "192.0.2.0/24", Atom(Kind.IPV4_NET, "192.0.2.0/24")),
        (Kind.IPV4, "192.0.2.1/32", Atom(Kind.IPV4, "192.0.2.1")),
        (Kind.IPV6, "::ffff:192.0.2.1", Atom(Kind.IPV4, "192.0.2.1")),
        (Kind.IPV6, "2001:db8::1/128", Atom(Kind.IPV6, "2001:db8::1")),
        (Kind.IPV6_NET, "2001:db8::1/64", Atom(Kind.IPV6_NET, "2001:db8::/64")),
        (Kind.DOMAIN, "192.0.2.1", None),
    ],
)
def test_what_is_stated_as_an_address_may_be_a_network_and_the_other_way_round(
    kind: Kind, text: str, atom: Atom | None
) -> None:
    assert atom_of(kind, text) == atom


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("hxxp://evil[.]example/x", "http://evil.example/x"),
        ("hXXps[:]//evil(.)example", "https://evil.example"),
        ("h**p[://]evil{.}example", "http://evil.example"),
        ("192[.]0[.]2[.]1", "192.0.2.1"),
        ("2001:db8[:][:]1", "2001:db8::1"),
        ("bob[@]evil [dot] example", "bob@evil.example"),
        ("bob (at) evil.example", "bob@evil.example"),
        ("  \u201cevil.example\u201d, ", "evil.example"),
        ("<http://evil.example/a(b)>", "http://evil.example/a(b)"),
        ("(evil.example).", "evil.example"),
        ("evil\u200b.exa\u00admple\ufeff", "evil.example"),
        ("\u202eevil\u200d.example\u202c", "evil.example"),
        ("*.evil.example", "evil.example"),
        ("evil.example?", "evil.example"),
        ("http://evil.example/?", "http://evil.example/?"),
        ("2001:db8::", "2001:db8::"),
        ("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example", "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example"),
    ],
)
def test_defanging_and_wrapping_are_undone(typed: str, value: str) -> None:
    assert refanged(typed) == value


@pytest.mark.parametrize(
    ("typed", "atom"),
    [
        ("hxxp://EVIL[.]example", Atom(Kind.URL, "http://evil.example/")),
        ("evil[.]example", Atom(Kind.DOMAIN, "evil.example")),
        ("evil.example:8443", Atom(Kind.DOMAIN, "evil.example")),
        ("192.0.2.1:443", Atom(Kind.IPV4, "192.0.2.1")),
        ("[2001:db8::1]:443", Atom(Kind.IPV6, "2001:db8::1")),
        ("[2001:db8::1]", Atom(Kind.IPV6, "2001:db8::1")),
        ("192.0.2.9/24", Atom(Kind.IPV4_NET, "192.0.2.0/24")),
        ("192.0.2.9/32", Atom(Kind.IPV4, "192.0.2.9")),
        ("mailto:bob@evil.example", Atom(Kind.EMAIL, "bob@evil.example")),
        ("D41D8CD98F00B204E9800998ECF8427E", Atom(Kind.MD5, "d41d8cd98f00b204e9800998ecf8427e")),
        ("evil.example/x", None),
        ("ticket 4711", None),
        ("", None),
        ("[" * 100_000, None),
    ],
)
def test_the_kind_of_what_was_typed_is_guessed_or_not_at_all(typed: str, atom: Atom | None) -> None:
    assert recognise(typed) == atom
