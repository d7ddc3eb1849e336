"""A hunt in logs that Zeek wrote. The values stand in the logs; nothing is resolved and nobody is asked."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from kenesh.basis.instants import instant_of
from kenesh.edges.logs.duckdb_search import DuckDbSearch
from kenesh.watch.ports import LogFormat
from kenesh.watch.values import Atom, Kind, canonical

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
LOGS = DATA / "logs" / "zeek"

pytestmark = pytest.mark.skipif(not LOGS.is_dir(), reason=f"there are no logs at {LOGS}: set KENESH_SHARED_DATA")


def rows() -> list[tuple[Path, str]]:
    """Every row of the logs, by the simplest reading there is."""
    return [
        (path, line)
        for path in sorted(LOGS.glob("*.log"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]


def hunt(*atoms: Atom, path: Path = LOGS) -> dict[str, tuple[int, int | None, int | None]]:
    findings = DuckDbSearch().search([path], LogFormat.AUTO, enumerate(atoms))
    return {hit.atom.value: (hit.count, hit.first_seen, hit.last_seen) for hit in findings.hits}


def test_every_row_is_read_and_the_one_with_too_many_columns_is_counted() -> None:
    findings = DuckDbSearch().search([LOGS], LogFormat.AUTO, [])

    width = {path: len(fields(path)) for path in {path for path, _ in rows()}}
    assert findings.lines == len(rows())
    assert findings.malformed == sum(len(line.split("\t")) != width[path] for path, line in rows()) == 1


def fields(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line.split("\t")[1:] for line in lines if line.startswith("#fields"))


def column(path: Path, name: str) -> list[str]:
    place = fields(path).index(name)
    return [line.split("\t")[place] for log, line in rows() if log == path]


def test_every_query_of_the_dns_log_is_found_as_often_as_it_was_asked_or_answered() -> None:
    names = {name for name in column(LOGS / "dns.log", "query") if "." in name}
    found = hunt(*(Atom(Kind.DOMAIN, name) for name in sorted(names)), path=LOGS / "dns.log")

    texts = [line for path, line in rows() if path.name == "dns.log"]
    for name in names:
        words = [set(line.replace(",", "\t").split("\t")) for line in texts]
        assert found[name][0] == sum(any(word == name or word.endswith("." + name) for word in row) for row in words)


def test_every_hash_of_the_files_log_is_found() -> None:
    hashes = {value for value in column(LOGS / "files.log", "sha1") if value != "-"}
    found = hunt(*(Atom(Kind.SHA1, value) for value in sorted(hashes)), path=LOGS / "files.log")

    assert {value: count for value, (count, _, _) in found.items()} == {
        value: column(LOGS / "files.log", "sha1").count(value) for value in hashes
    }


def test_every_url_of_the_http_log_is_found_by_its_host_and_path() -> None:
    log = LOGS / "http.log"
    parts = zip(column(log, "host"), column(log, "uri"), column(log, "id.resp_p"), strict=True)
    urls = {f"http://{host}{uri}" for host, uri, port in parts if uri.startswith("/") and port == "80"}
    # One of them has blanks in its path, which no URL has.
    forms = {form for url in urls if (form := canonical(Kind.URL, url)) is not None}

    assert len(urls) - len(forms) <= 1
    assert hunt(*(Atom(Kind.URL, form) for form in forms), path=log).keys() == forms


def test_an_address_and_its_network_are_found_with_their_times() -> None:
    found = hunt(Atom(Kind.IPV4, "54.245.228.191"), Atom(Kind.IPV4_NET, "54.245.0.0/16"), path=LOGS / "http.log")

    assert found["54.245.228.191"] == found["54.245.0.0/16"]
    count, first, last = found["54.245.228.191"]
    assert count == column(LOGS / "http.log", "id.resp_h").count("54.245.228.191")
    assert first == instant_of("2013-09-15T23:44:27.668082Z")
    assert last is not None and last > first


def test_a_longer_or_shorter_name_or_address_is_not_found() -> None:
    near = [
        (Kind.DOMAIN, "uyspy.com"),
        (Kind.DOMAIN, "guyspy.co"),
        (Kind.DOMAIN, "spy.com"),
        (Kind.IPV4, "4.245.228.19"),
    ]

    assert hunt(*(Atom(kind, value) for kind, value in near)) == {}


def test_a_packed_log_is_found_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "dns.log"
    packed.write_bytes(gzip.compress((LOGS / "dns.log").read_bytes()))
    atom = Atom(Kind.DOMAIN, "guyspy.com")

    assert hunt(atom, path=packed) == hunt(atom, path=LOGS / "dns.log") != {}
