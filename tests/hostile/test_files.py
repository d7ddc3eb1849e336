"""Files that would fill a machine: read in bounded memory, refused with a reason; what is sound in them is taken in."""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Council, Officer
from tests.cli.served import KENESH, environment
from tests.hostile.pdf import pdf

from kenesh.edges.formats import recognising
from kenesh.edges.formats.text import reading
from kenesh.holdings.proposing import Found
from kenesh.stix.files import Refusal

MIB = 2**20
#: A small process that starts another: what a large one starts would be counted with its own memory.
STARTER = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""
ONE, TWO, THREE = (json.dumps(files.malware(number)).encode() for number in range(3))
BUNDLE = b'{"type":"bundle","objects":['


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said, and the most memory that it had."""

    said: str
    peak_mib: int

    @property
    def taken_in(self) -> int:
        found = re.match(r"(\d+) objects? taken in", self.said)
        return int(found[1]) if found else 0


def ran(officer: Officer, *words: str) -> Ran:
    command = [sys.executable, "-c", STARTER, str(KENESH), "--home", str(officer.home), *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=600)
    assert "Traceback" not in done.stderr
    assert "nobody foresaw" not in done.stderr, done.stderr
    *said, peak = done.stderr.splitlines()
    return Ran(done.stdout + "\n".join(said), int(peak))


@dataclass(frozen=True, slots=True)
class Large:
    """A file: its beginning, what is repeated for so many megabytes, and its end. What becomes of it."""

    name: str
    begin: bytes
    again: bytes
    end: bytes
    taken_in: int
    says: str
    share: float = 1.0

    def written(self, folder: Path, mib: int) -> str:
        path = folder / self.name
        block = self.again * (MIB // len(self.again))
        with gzip.open(path, "wb", 1) as stream:
            stream.write(self.begin)
            for _ in range(max(1, int(mib * self.share))):
                stream.write(block)
            stream.write(self.end)
        return str(path)


HALF = TWO[:-1] + b',"description":"'
LARGE = [
    Large("text.json", BUNDLE + ONE + b"," + HALF, b"x", b'"},' + THREE + b"]}", 2, "a text begins that does not end"),
    Large("line.json", ONE + b"\n" + HALF, b"x", b'"}\n' + THREE + b"\n", 2, "line 2, column"),
    Large("open.json", BUNDLE + ONE + b"," + HALF, b"x", b"", 1, "a text begins that does not end"),
    Large("deep.json", BUNDLE + ONE + b",", b"[", b"", 1, "nested too deep"),
    Large("tiny.json", BUNDLE + ONE + b",", b"{},", THREE + b"]}", 2, "refused", 1 / 128),
    Large("misp.json", b'{"Event":{"info":"","to_ids":1,"Attribute":[],"x":"', b"x", b'"}}', 0, "The event is refused"),
    Large("csaf.json", b'{"csaf_version":"2.0","x":"', b"x", b'"}', 0, "more than an advisory is read of"),
    Large("prose.txt", b"Report. ", b"evil. ", b"", 0, "no address, domain", 1 / 64),
    Large("pages.pdf", b"%PDF-1.4\n", b"1 0 obj\n", b"", 0, "The PDF cannot be read", 1 / 64),
    Large("page.html", b"<!DOCTYPE x [<!ENTITY a 'x'>]>", b"&a;", b"", 0, "as XML and web pages do"),
]


def _is_bounded(large: Large, officer: Officer, folder: Path, mib: int) -> bool:
    came = ran(officer, "import", large.written(folder, mib))
    assert large.says in came.said, came.said
    assert came.taken_in == large.taken_in
    return came.peak_mib < 512


@pytest.mark.parametrize("large", LARGE, ids=lambda large: large.name)
def test_a_large_file_is_read_in_bounded_memory_and_what_is_sound_is_taken_in(
    large: Large, kz: Officer, tmp_path: Path
) -> None:
    assert _is_bounded(large, kz, tmp_path, 64)


@pytest.mark.slow
@pytest.mark.parametrize("large", [one for one in LARGE if one.name != "prose.txt"], ids=lambda one: one.name)
def test_the_same_of_a_gigabyte(large: Large, kz: Officer, tmp_path: Path) -> None:
    if large.name == "misp.json":
        large = Large("misp.json", large.begin, b"x", large.end, 0, "Export fewer events at once")
    assert _is_bounded(large, kz, tmp_path, 1024)


@pytest.fixture
def kz(templates: Path, tmp_path: Path) -> Officer:
    return Council(templates, tmp_path).officer("KZ")


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


def test_a_hunt_through_a_log_of_one_line_is_bounded(kz: Officer, tmp_path: Path) -> None:
    log = Large("a.log.gz", b"q: a.example\n", b"x", b" evil.example\n", 0, "").written(tmp_path, 64)
    came = ran(kz, "hunt", log)
    assert "2 lines searched; 1 malformed" in came.said
    assert came.peak_mib < 1_024


def test_a_pack_that_is_too_large_is_refused_before_it_is_read_whole(kz: Officer, tmp_path: Path) -> None:
    path = tmp_path / "big.pack"
    with path.open("wb") as stream:
        stream.truncate(4 * 2**30)
    came = ran(kz, "unpack", str(path))
    assert "no pack has" in came.said
    assert came.peak_mib < 512


# Compression, and what has a bound of its own.


def parts(octets: bytes) -> list[object]:
    return list(recognising.pieces(io.BytesIO(octets)))


def test_gzip_in_gzip_is_not_opened() -> None:
    inner = gzip.compress(bytes(10 * MIB))
    (refusal,) = parts(gzip.compress(inner))
    assert isinstance(refusal, Refusal)
    assert "It is gzip: unpack it first" in refusal.reason


def test_a_bomb_is_read_up_to_its_bound_and_what_came_before_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "MAX_OPENED_OCTETS", 4 * MIB)
    found = parts(gzip.compress(BUNDLE + ONE + b"," + b" " * 64 * MIB + b"]}"))
    assert [one.octets for one in found if isinstance(one, recognising.Piece)] == [ONE]
    assert any(isinstance(one, Refusal) and "no more was read" in one.reason for one in found)


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_half_a_gzip_gives_what_came_whole(cut: int) -> None:
    objects = [json.dumps(files.malware(number)).encode() for number in range(1_000)]
    octets = gzip.compress(BUNDLE + b",".join(objects) + b"]}", 1)
    found = parts(octets[: len(octets) * cut // 40])
    given = [one.octets for one in found if isinstance(one, recognising.Piece)]
    assert given == objects[: len(given)]
    assert any(isinstance(one, Refusal) and "Its compression breaks" in one.reason for one in found)


PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a packed page": (lambda: pdf(b" " * 200 * MIB), "It cannot be read"),
    "packed three times": (lambda: pdf(b" " * 200 * MIB, packed=3), "It cannot be read"),
    "brackets": (lambda: pdf(b"[" * 5 * MIB), "There is no address"),
    "two hundred thousand pages": (lambda: pdf(b"", pages=200_000), "cannot be read"),
    "no end of objects": (lambda: b"%PDF-1.4\n" + b"1 0 obj\n" * 100_000, "cannot be read"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_that_would_fill_the_machine_is_refused(name: str) -> None:
    make, says = PDFS[name]
    found = list(reading.pdf_pieces(io.BytesIO(make()), {}))
    assert all(isinstance(one, Refusal) for one in found)
    assert any(says in f"{one.path}: {one.reason}" for one in found if isinstance(one, Refusal)), found[:3]


def test_a_pdf_that_takes_too_long_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = pdf(b"BT /F 12 Tf (see hxxp://evil[.]example/x) Tj ET", pages=3)
    assert sum(isinstance(one, Found) for one in _pdf(octets)) == 3
    monkeypatch.setattr(reading, "MAX_PDF_S", -1)
    (late, *_) = _pdf(octets)
    assert isinstance(late, Refusal)
    assert (late.path, "nothing was read" in late.reason) == ("page 1", True)


def _pdf(octets: bytes) -> Iterator[Found | Refusal]:
    return reading.pdf_pieces(io.BytesIO(octets), {})
