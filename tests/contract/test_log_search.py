"""What every engine that searches logs must find, and what it must not: the near misses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kenesh.basis.instants import instant_of
from kenesh.basis.problem import UsageProblem
from kenesh.edges.logs.duckdb_search import DuckDbSearch
from kenesh.edges.logs.files import MAX_LINE
from kenesh.watch.ports import Findings, LogFormat, LogSearch
from kenesh.watch.values import Atom, Kind, atom_of

ENGINES: dict[str, Callable[[], LogSearch]] = {"duckdb": DuckDbSearch}

MD5 = "d41d8cd98f00b204e9800998ecf8427e"
SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SHA512 = SHA256 + SHA256

# kind, indicator, what stands in the log
HITS = [
    (Kind.DOMAIN, "evil.example", "evil.example"),
    (Kind.DOMAIN, "evil.example", "sub.evil.example"),
    (Kind.DOMAIN, "evil.example", "a.b.c.evil.example."),
    (Kind.DOMAIN, "evil.example", "EVIL.Example"),
    (Kind.DOMAIN, "EVIL.example", "evil.example"),
    (Kind.DOMAIN, "evil.example", "evil.example:8443"),
    (Kind.DOMAIN, "evil.example", "*.evil.example"),
    (Kind.DOMAIN, "evil.example", "_dmarc.evil.example"),
    (Kind.DOMAIN, "evil.example", "-odd-.evil.example"),
    (Kind.DOMAIN, "evil.example", "'evil.example'"),
    (Kind.DOMAIN, "evil.example", "(evil.example),"),
    (Kind.DOMAIN, "evil.example", "\u00abevil.example\u00bb"),
    (Kind.DOMAIN, "evil.example", "\u201cevil.example\u201d"),
    (Kind.DOMAIN, "evil.example", "evil.example\u2019den"),
    (Kind.DOMAIN, "evil.example", "http://evil.example/any/path?q=1"),
    (Kind.DOMAIN, "evil.example", "https://user:pw@www.evil.example:8443/"),
    (Kind.DOMAIN, "evil.example", "bob@evil.example"),
    (Kind.DOMAIN, "evil.example", "/go?to=evil.example&x=1"),
    (Kind.DOMAIN, "evil.example", "/go?to=http%3A%2F%2Fevil.example%2Fx"),
    (Kind.DOMAIN, "evil.example", "/go?to=http%3A%2F%2Fevil.example%2Fx&broken=%E9"),
    (Kind.DOMAIN, "evil.example", "(4)evil(7)example(0)"),
    (Kind.DOMAIN, "evil.example", "evil\u3002example"),
    (Kind.DOMAIN, "k\u00f6t\u00fc.example", "xn--kt-fkaz.example"),
    (Kind.DOMAIN, "xn--kt-fkaz.example", "k\u00f6t\u00fc.example"),
    (Kind.DOMAIN, "xn--kt-fkaz.example", "www.K\u00d6T\u00dc.example"),
    (Kind.DOMAIN, "k\u00f6t\u00fc.example", "/?u=k%C3%B6t%C3%BC.example"),
    (Kind.DOMAIN, "EV\u0130L.example", "ev\u0130l.example"),
    (Kind.IPV4, "192.0.2.1", "192.0.2.1"),
    (Kind.IPV4, "192.0.2.1", "192.0.2.1:443"),
    (Kind.IPV4, "192.0.2.1", "src=192.0.2.1,"),
    (Kind.IPV4, "192.0.2.1", "HIER_DIRECT/192.0.2.1"),
    (Kind.IPV4, "192.0.2.1", "192.0.2.1->198.51.100.7"),
    (Kind.IPV4, "192.0.2.1", "from 192.0.2.1."),
    (Kind.IPV4, "192.0.2.1", "http://192.0.2.1/x"),
    (Kind.IPV4, "192.0.2.1", "::ffff:192.0.2.1"),
    (Kind.IPV4, "192.0.2.1", "::ffff:c000:201"),
    (Kind.IPV4_NET, "198.51.100.0/24", "198.51.100.77"),
    (Kind.IPV4_NET, "198.51.100.0/22", "198.51.103.255"),
    (Kind.IPV4_NET, "198.48.0.0/12", "198.51.100.77"),
    (Kind.IPV6, "2001:db8::1", "2001:db8::1"),
    (Kind.IPV6, "2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
    (Kind.IPV6, "2001:db8::1", "[2001:db8::1]:443"),
    (Kind.IPV6, "2001:db8::1", "http://[2001:db8::1]/x"),
    (Kind.IPV6, "2001:db8::1", "src:2001:db8::1"),
    (Kind.IPV6, "2001:db8::1", "[IPv6:2001:db8::1]"),
    (Kind.IPV6_NET, "2001:db8::/32", "2001:db8:ffff::9"),
    (Kind.MD5, MD5, MD5),
    (Kind.MD5, MD5, MD5.upper()),
    (Kind.MD5, MD5, f"/store/{MD5}.exe"),
    (Kind.SHA1, SHA1, f"sha1={SHA1};"),
    (Kind.SHA256, SHA256, f"sha256:{SHA256}"),
    (Kind.SHA512, SHA512, SHA512.upper()),
    (Kind.EMAIL, "bob@evil.example", "bob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "to=<bob@EVIL.example>,"),
    (Kind.EMAIL, "bob@evil.example", "from=bob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "mailto:bob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "/unsubscribe?who=bob%40evil.example&x=1"),
    (Kind.EMAIL, "bob@k\u00f6t\u00fc.example", "bob@xn--kt-fkaz.example"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/x"),
    (Kind.URL, "http://evil.example/x", "HTTP://EVIL.EXAMPLE:80/x"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/x#part"),
    (Kind.URL, "http://evil.example/x", "(see http://evil.example/x)."),
    (Kind.URL, "http://evil.example/x", "'http://evil.example/x'"),
    (Kind.URL, "http://evil.example/x", "http://good.example/?u=http://evil.example/x&y=1"),
    (Kind.URL, "http://evil.example/x", "/go?u=http%3A%2F%2Fevil.example%2Fx&y=1"),
    (Kind.URL, "http://evil.example/x", "200,http://evil.example/x,GET"),
    (Kind.URL, "http://evil.example/x", "http://good.example/a,http://evil.example/x"),
    (Kind.URL, "http://evil.example", "http://evil.example"),
    (Kind.URL, "http://evil.example/a,b(c)", "http://evil.example/a,b(c)"),
    (Kind.URL, "http://k\u00f6t\u00fc.example/x", "http://xn--kt-fkaz.example/x"),
    (Kind.URL, "http://xn--kt-fkaz.example/x", "http://k\u00f6t\u00fc.example/x"),
    (Kind.URL, "http://[2001:db8::1]/x", "http://[2001:DB8::1]:80/x"),
]

NEAR_MISSES = [
    (Kind.DOMAIN, "evil.example", "notevil.example"),
    (Kind.DOMAIN, "evil.example", "not-evil.example"),
    (Kind.DOMAIN, "evil.example", "_evil.example"),
    (Kind.DOMAIN, "evil.example", "evil.example.org"),
    (Kind.DOMAIN, "evil.example", "evil.example-cdn.org"),
    (Kind.DOMAIN, "evil.example", "evil.examples"),
    (Kind.DOMAIN, "evil.example", "evil-example"),
    (Kind.DOMAIN, "evil.example", "evil,example"),
    (Kind.DOMAIN, "evil.example", "ev\u0130l.example"),
    (Kind.DOMAIN, "evil.example", "ev\u0131l.example"),
    (Kind.DOMAIN, "evil.example", "EV\u0130L.EXAMPLE"),
    (Kind.DOMAIN, "evil.example", "\u0435vil.example"),
    (Kind.DOMAIN, "evil.example", "/?u=ev%C4%B1l.example"),
    (Kind.DOMAIN, "evil.example", "/?u=not%65vil.example"),
    (Kind.DOMAIN, "2fevil.example", "http%3A%2F%2Fevil.example"),
    (Kind.DOMAIN, "sub.evil.example", "evil.example"),
    (Kind.DOMAIN, "ev\u0131l.example", "evil.example"),
    (Kind.IPV4, "10.0.0.1", "110.0.0.1"),
    (Kind.IPV4, "10.0.0.1", "10.0.0.10"),
    (Kind.IPV4, "10.0.0.1", "10.0.0.1.5"),
    (Kind.IPV4, "10.0.0.1", "5.10.0.0.1"),
    (Kind.IPV4, "10.0.0.1", "10.0.0.1.evil.example"),
    (Kind.IPV4, "10.0.0.1", "010.0.0.1"),
    (Kind.IPV4, "10.0.0.1", "lib-10.0.0.1"),
    (Kind.IPV4, "10.0.0.1", "10.0.0.1rc"),
    (Kind.IPV4, "10.0.0.1", "10.0.0\u06f11"),
    (Kind.IPV4_NET, "198.51.100.0/24", "198.51.101.1"),
    (Kind.IPV4_NET, "198.51.100.0/24", "198.51.100.300"),
    (Kind.IPV4_NET, "0.0.0.0/0", "198.51.100.1"),
    (Kind.IPV6, "2001:db8::1", "2001:db8::10"),
    (Kind.IPV6, "2001:db8::1", "12001:db8::1"),
    (Kind.IPV6, "2001:db8::1", "2001:db8::1:1"),
    (Kind.IPV6_NET, "2001:db8::/32", "2001:db9::1"),
    (Kind.MD5, MD5, f"a{MD5}"),
    (Kind.MD5, MD5, f"{MD5}0"),
    (Kind.MD5, MD5, MD5 + MD5),
    (Kind.MD5, MD5, f"{MD5}{SHA1}"),
    (Kind.SHA256, SHA256, SHA512),
    (Kind.EMAIL, "bob@evil.example", "notbob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "x.bob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "x-bob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "bob+tag@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "Bob@evil.example"),
    (Kind.EMAIL, "bob@evil.example", "bob@sub.evil.example"),
    (Kind.EMAIL, "bob@evil.example", "bob@evil.example.org"),
    (Kind.EMAIL, "bob@evil.example", "bob@notevil.example"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/xy"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/x/y"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/X"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/x?q=1"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/x&y=1"),
    (Kind.URL, "http://evil.example/x", "http://evil.example/x,y"),
    (Kind.URL, "http://evil.example/x", "https://evil.example/x"),
    (Kind.URL, "http://evil.example/x", "http://evil.example:8080/x"),
    (Kind.URL, "http://evil.example/x", "http://www.evil.example/x"),
    (Kind.URL, "http://evil.example/x", "http://evil.example.org/x"),
    (Kind.URL, "http://evil.example/x", "xhttp://evil.example/x"),
    (Kind.URL, "http://evil.example/a/b", "http://evil.example/a%2Fb"),
    (Kind.URL, "http://evil.example/x", "http://ev\u0131l.example/x"),
]


FIELDS = ("ts", "uid", "query", "answers")


def zeek(*rows: dict[str, str], fields: tuple[str, ...] = FIELDS, separator: str = "\t") -> str:
    """A log as Zeek writes it; a column that a row does not have is unset."""
    head = [f"#separator \\x{ord(separator):02x}", f"#set_separator{separator},", f"#empty_field{separator}(empty)"]
    head += [separator.join(["#fields", *fields]), separator.join(["#types", *("string" for _ in fields)])]
    lines = [separator.join(row.get(name, "-") for name in fields) for row in rows]
    return "\n".join([*head, *lines, f"#close{separator}2026-01-31-12-00-00", ""])


WRITTEN: dict[str, Callable[[list[str]], str]] = {
    "bare": lambda values: "".join(f"{value}\n" for value in values),
    "syslog": lambda values: "".join(f"<13>1 2026-01-31T12:00:00Z gw named - q: {value} IN A\r\n" for value in values),
    "json": lambda values: "".join(
        json.dumps({"ts": 1769860800, "a": {"b": [{"c": value}]}}, ensure_ascii=False) + "\n" for value in values
    ),
    "escaped json": lambda values: "".join(json.dumps({"m": value}).replace("/", "\\/") + "\n" for value in values),
    "zeek": lambda values: zeek(*({"ts": "1769860800.5", "query": value} for value in values)),
    "zeek vector": lambda values: zeek(
        *({"ts": "1769860800.5", "answers": "good.example," + value.replace(",", "\\x2c")} for value in values)
    ),
}
INDICATORS = list(dict.fromkeys((kind, indicator) for kind, indicator, _ in HITS + NEAR_MISSES))


def atom(kind: Kind, text: str) -> Atom:
    value = atom_of(kind, text)
    assert value is not None, text
    return value


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> LogSearch:
    return ENGINES[request.param]()


@pytest.fixture
def hunt(engine: LogSearch, tmp_path: Path) -> Callable[..., Findings]:
    """Searches one file of that content for those values, numbered from 1."""

    def search(content: str | bytes, *watched: tuple[Kind, str], log_format: LogFormat = LogFormat.AUTO) -> Findings:
        path = tmp_path / "a.log"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return engine.search([path], log_format, [(number, atom(*value)) for number, value in enumerate(watched, 1)])

    return search


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize(("kind", "indicator"), INDICATORS)
def test_every_form_of_a_value_is_found_and_no_near_miss(
    hunt: Callable[..., Findings], kind: Kind, indicator: str, written: Callable[[list[str]], str]
) -> None:
    hits, misses = ([case[2] for case in cases if case[:2] == (kind, indicator)] for cases in (HITS, NEAR_MISSES))

    found = hunt(written(hits + misses), (kind, indicator))

    if sum(hit.count for hit in found.hits) != len(hits):
        wrong = [value for value in hits if not hunt(written([value]), (kind, indicator)).hits]
        wrong += [value for value in misses if hunt(written([value]), (kind, indicator)).hits]
        pytest.fail(f"judged wrongly: {wrong}")
    assert (found.lines, found.malformed) == (len(hits) + len(misses), 0)


def test_a_line_counts_once_for_an_indicator_however_many_of_its_values_stand_in_it(engine, tmp_path) -> None:
    path = tmp_path / "a.log"
    path.write_text("evil.example www.evil.example 192.0.2.1\n192.0.2.1\n")
    watched = [(7, atom(Kind.IPV4, "192.0.2.1")), (7, atom(Kind.DOMAIN, "evil.example"))]

    (hit,) = engine.search([path], LogFormat.AUTO, watched).hits

    assert (hit.version, hit.count) == (7, 2)
    assert hit.atom == atom(Kind.DOMAIN, "evil.example")


def test_two_indicators_of_one_value_are_both_hit(hunt) -> None:
    found = hunt("evil.example\n", (Kind.DOMAIN, "evil.example"), (Kind.DOMAIN, "EVIL.example"))

    assert [(hit.version, hit.count) for hit in found.hits] == [(1, 1), (2, 1)]


def test_nothing_watched_counts_the_lines_and_finds_nothing(hunt) -> None:
    found = hunt("one\ntwo\n")

    assert found == Findings(2, 0, ())


def test_comments_headers_and_empty_lines_are_no_lines(hunt) -> None:
    found = hunt("# evil.example\n\n  \r\nevil.example\n", (Kind.DOMAIN, "evil.example"))

    assert (found.lines, found.malformed, found.hits[0].count) == (1, 0, 1)


TIMES = {
    "2026-01-31T12:00:00Z evil.example": "2026-01-31T12:00:00Z",
    "<13>1 2026-01-31T17:00:00.25+05:00 gw evil.example": "2026-01-31T12:00:00.25Z",
    "gw 2026-01-31 12:00:00Z evil.example": "2026-01-31T12:00:00Z",
    '- [31/Jan/2026:17:00:00 +0500] "GET http://evil.example/?d=2020-01-01T00:00:00Z"': "2026-01-31T12:00:00Z",
    "1769860800.250     12 192.0.2.9 TCP_MISS/200 9 GET http://evil.example/": "2026-01-31T12:00:00.25Z",
    '{"ts": 1769860800.25, "q": "evil.example"}': "2026-01-31T12:00:00.25Z",
    '{"time": 1769860800250, "q": "evil.example"}': "2026-01-31T12:00:00.25Z",
    '{"@timestamp": "2026-01-31T12:00:00.250Z", "q": "evil.example"}': "2026-01-31T12:00:00.25Z",
    '{"event_time": "2026-01-31T17:00:00+0500", "q": "evil.example"}': "2026-01-31T12:00:00Z",
    '{"date": "Saturday", "_time": "2026-01-31T12:00:00Z", "q": "evil.example"}': "2026-01-31T12:00:00Z",
    zeek({"ts": "1769860800.25", "query": "evil.example"}): "2026-01-31T12:00:00.25Z",
    "Jan 31 12:00:00 gw evil.example": None,
    "2026-01-31 12:00:00 gw evil.example": None,
    '{"ts": "yesterday", "q": "evil.example"}': None,
    zeek({"query": "evil.example"}): None,
}


@pytest.mark.parametrize(("line", "time"), TIMES.items())
def test_a_line_says_when_it_was_or_nothing_is_said(hunt, line: str, time: str | None) -> None:
    (hit,) = hunt(line, (Kind.DOMAIN, "evil.example")).hits

    assert hit.first_seen == hit.last_seen == (None if time is None else instant_of(time))


def test_first_and_last_seen_are_of_the_lines_that_say_when(hunt) -> None:
    lines = [
        "2026-01-31T12:00:03Z evil.example",
        "evil.example",
        "2026-01-31T12:00:01Z evil.example",
        "1999-01-01T00:00:00Z else",
    ]

    (hit,) = hunt("\n".join(lines), (Kind.DOMAIN, "evil.example")).hits

    assert hit.count == 3
    assert (hit.first_seen, hit.last_seen) == (instant_of("2026-01-31T12:00:01Z"), instant_of("2026-01-31T12:00:03Z"))


HTTP = ("ts", "id.resp_p", "host", "uri")


@pytest.mark.parametrize(
    ("port", "host", "uri", "is_hit"),
    [
        ("80", "evil.example", "/x", True),
        ("80", "EVIL.example", "/x", True),
        ("-", "evil.example", "/x", True),
        ("80", "evil.example", "/x/", False),
        ("80", "evil.example", "/X", False),
        ("8080", "evil.example", "/x", False),
        ("80", "www.evil.example", "/x", False),
        ("80", "good.example", "http://evil.example/x", True),
        ("80", "-", "/x", False),
    ],
)
@pytest.mark.parametrize("form", ["tsv", "json"])
def test_host_and_uri_of_one_row_form_a_url(hunt, form: str, port: str, host: str, uri: str, is_hit: bool) -> None:
    row = {"ts": "1769860800.5", "id.resp_p": port, "host": host, "uri": uri}
    line = zeek(row, fields=HTTP) if form == "tsv" else json.dumps({k: v for k, v in row.items() if v != "-"})

    assert bool(hunt(line, (Kind.URL, "http://evil.example/x")).hits) is is_hit


def test_host_and_uri_of_two_rows_form_no_url(hunt) -> None:
    rows = [{"host": "evil.example", "uri": "/y"}, {"host": "good.example", "uri": "/x"}]

    assert not hunt(zeek(*rows, fields=HTTP), (Kind.URL, "http://evil.example/x")).hits


def test_suricata_s_hostname_and_url_form_a_url(hunt) -> None:
    line = json.dumps({"dest_port": 8080, "http": {"hostname": "evil.example", "url": "/x"}})

    assert hunt(line, (Kind.URL, "http://evil.example:8080/x")).hits


def test_columns_may_change_inside_a_file_and_be_separated_otherwise(hunt) -> None:
    content = zeek({"ts": "1769860800", "query": "evil.example"}) + zeek(
        {"ts": "1769860801", "host": "evil.example", "uri": "/x"}, fields=HTTP, separator="|"
    )

    found = hunt(content, (Kind.DOMAIN, "evil.example"), (Kind.URL, "http://evil.example/x"))

    assert (found.lines, found.malformed) == (2, 0)
    assert [hit.count for hit in found.hits] == [2, 1]
    assert found.hits[1].first_seen == instant_of("2026-01-31T12:00:01Z")


def test_octets_that_zeek_escapes_are_read(hunt) -> None:
    row = {"query": "k\\xc3\\xb6t\\xc3\\xbc.example", "answers": "ev\\xc4\\xb1l.example"}

    found = hunt(zeek(row), (Kind.DOMAIN, "k\u00f6t\u00fc.example"), (Kind.DOMAIN, "evil.example"))

    assert [hit.version for hit in found.hits] == [1]


@pytest.mark.parametrize(
    "content",
    [
        b'{"q": "fine"}\n{"q": evil.example\n',
        b'{"q": "fine"}\nevil.example\n',
        zeek({"query": "fine"}).encode() + b"1769860800\tevil.example\n",
        b"fine\nevil.example \xff\xfe\n",
        b'{"q": "fine"}\n{"q": "\xff evil.example"}\n',
    ],
)
def test_a_malformed_line_is_counted_and_searched_all_the_same(hunt, content: bytes) -> None:
    found = hunt(content, (Kind.DOMAIN, "evil.example"))

    assert (found.lines, found.malformed, found.hits[0].count) == (2, 1, 1)


def test_octets_that_are_no_utf_8_beside_a_value_make_it_another_value(hunt) -> None:
    assert not hunt(b"\xfdevil.example\n", (Kind.DOMAIN, "evil.example")).hits


def test_a_line_without_end_is_malformed_counts_once_and_is_searched_to_its_end(hunt) -> None:
    filling = b"x" * 1023 + b" "
    content = b"evil.example " + filling * 3 * (MAX_LINE // 1024) + b"evil.example last.example\nfine\n"

    found = hunt(content, (Kind.DOMAIN, "evil.example"), (Kind.DOMAIN, "last.example"))

    assert (found.lines, found.malformed) == (2, 1)
    assert [(hit.version, hit.count) for hit in found.hits] == [(1, 1), (2, 1)]


HOSTILE = {
    "one word": b"x" * (4 * MAX_LINE),
    "dots": b"." * MAX_LINE,
    "labels": b"a." * (MAX_LINE // 2),
    "colons": b"a::" * (MAX_LINE // 3),
    "at signs": b"@a." * (MAX_LINE // 3),
    "URLs": b"http://evil.example/," * (MAX_LINE // 21),
    "escapes": b"%2F%ff" * (MAX_LINE // 6),
    "deep JSON": b'{"a":' * (MAX_LINE // 6) + b"1" + b"}" * (MAX_LINE // 6),
    "deeper JSON": b'{"ts":[' + b"[" * (MAX_LINE - 8),
    "NUL": b"\x00" * MAX_LINE,
    "surrogates": b'{"a":"\\ud800\\udc00\\ud800 evil.example"}',
    "SQL": b"'; DROP TABLE line; -- $1 {} %s",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_one_line(hunt, content: bytes) -> None:
    watched = [(Kind.DOMAIN, "evil.example"), (Kind.URL, "http://evil.example/"), (Kind.EMAIL, "a@evil.example")]

    assert hunt(content + b"\n", *watched, (Kind.IPV6, "2001:db8::1"), (Kind.MD5, MD5)).lines == 1


def test_files_of_several_formats_are_searched_together_packed_or_not(engine, tmp_path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "dns.log").write_text(zeek({"ts": "1769860800", "query": "evil.example"}))
    (tmp_path / "deep" / "a.json").write_text('{"ts": 1769860801, "q": "evil.example"}\n')
    with gzip.open(tmp_path / "deep" / "er" / "packed", "wt") as packed:
        packed.write("2026-01-31T12:00:02Z evil.example\n")
    (tmp_path / "windows.log").write_bytes("\ufeff2026-01-31T12:00:03Z evil.example\r\n".encode("utf-16-le"))
    (tmp_path / "marked.log").write_bytes("\ufeff2026-01-31T12:00:00Z evil.example\n".encode())
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path)

    found = engine.search([tmp_path, tmp_path / "dns.log"], LogFormat.AUTO, [(1, atom(Kind.DOMAIN, "evil.example"))])

    assert (found.lines, found.malformed) == (5, 0)
    (hit,) = found.hits
    assert (hit.count, hit.last_seen) == (5, instant_of("2026-01-31T12:00:03Z"))


def test_a_gzip_file_that_breaks_off_is_searched_up_to_there(hunt) -> None:
    lines = b"".join(b"%d evil.example\n" % number for number in range(100_000))

    found = hunt(gzip.compress(lines, 1)[:-5000], (Kind.DOMAIN, "evil.example"))

    assert found.malformed == 1
    assert 1000 < found.hits[0].count <= found.lines < 100_000


def test_what_says_gzip_and_is_none_is_one_malformed_line(hunt) -> None:
    assert hunt(b"\x1f\x8bnothing", (Kind.DOMAIN, "evil.example")) == Findings(1, 1, ())


@pytest.mark.parametrize("log_format", [LogFormat.TEXT, LogFormat.JSONL, LogFormat.ZEEK])
def test_a_format_that_is_said_is_believed_and_the_rest_is_malformed(hunt, log_format: LogFormat) -> None:
    found = hunt("2026-01-31T12:00:00Z evil.example\n", (Kind.DOMAIN, "evil.example"), log_format=log_format)

    assert (found.lines, found.malformed, len(found.hits)) == (1, log_format is not LogFormat.TEXT, 1)


def test_a_log_that_is_not_there_is_refused_by_name(engine, tmp_path) -> None:
    with pytest.raises(UsageProblem, match=r"There is no log at .*none\.log"):
        engine.search([tmp_path / "none.log"], LogFormat.AUTO, [])


def test_a_packing_that_is_not_read_is_refused_and_not_searched_in_vain(engine, tmp_path) -> None:
    (tmp_path / "a.log").write_text("evil.example\n")
    (tmp_path / "b.log.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))

    with pytest.raises(UsageProblem, match="packed with zstd"):
        engine.search([tmp_path], LogFormat.AUTO, [(1, atom(Kind.DOMAIN, "evil.example"))])


def test_a_file_s_name_is_never_part_of_a_query(engine, tmp_path) -> None:
    (tmp_path / "'; DROP TABLE line; --*[a].csv").write_text("evil.example\n")

    assert engine.search([tmp_path], LogFormat.AUTO, [(1, atom(Kind.DOMAIN, "evil.example"))]).hits[0].count == 1
