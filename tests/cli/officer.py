"""The duty officer of a test: says commands in this process, at homes that were founded once and copied."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from kenesh.doors.cli.run import run
from kenesh.node.main import Here
from kenesh.node.settings import read_settings, write_settings

FAULT = UUID("00000000-0000-4000-8000-00000000fa17")
#: An address at which nobody answers.
NOBODY_THERE = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one document on standard output; anything beside it is an error."""
        return json.loads(self.out)


class _Silence(io.RawIOBase):
    """An input that is no terminal, and that nobody may read from."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise AssertionError("the command asked something")


def say(*words: str, stdin: bytes | None = None) -> Said:
    """Runs one command as `kenesh` would; its input is no terminal, and reading it without being told to fails."""
    given = io.TextIOWrapper(io.BufferedReader(_Silence()) if stdin is None else io.BytesIO(stdin), "utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with _streams(given, out, err):
        code = run(Here(), words, FAULT)
    return Said(int(code), _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@contextmanager
def _streams(given: io.TextIOWrapper, out: io.TextIOWrapper, err: io.TextIOWrapper) -> Iterator[None]:
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = given, out, err
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


@dataclass(frozen=True, slots=True)
class Officer:
    """Says commands at one home."""

    party: str
    home: Path

    def says(self, *words: str, stdin: bytes | None = None) -> Said:
        return say("--home", str(self.home), *words, stdin=stdin)

    def document(self, *words: str, stdin: bytes | None = None) -> Any:
        """The document of a command that must succeed."""
        said = self.says(*words, "--json", stdin=stdin)
        assert said.code == 0, said
        return said.document

    def at(self, url: str) -> Officer:
        """The same, once the node has this address."""
        write_settings(self.home, msgspec.structs.replace(read_settings(self.home), url=url))
        return self

    def fingerprint(self) -> str:
        return self.says("fingerprint").out.splitlines()[-1]

    def meets(self, other: Officer, *more: str) -> None:
        """Admits the other's node."""
        card = other.says("card").out.encode()
        said = self.says("peer", "add", "-", "--fingerprint", other.fingerprint(), *more, stdin=card)
        assert said.code == 0, said


class Council:
    """Homes of parties, each made once in a session and copied for each test."""

    def __init__(self, templates: Path, folder: Path) -> None:
        self._templates = templates
        self.folder = folder

    def officer(self, party: str) -> Officer:
        """The officer at a fresh node of the party."""
        template = self._templates / party.lower()
        if not template.exists():
            made = say("--home", str(template), "init", "--party", party, "--name", f"{party}-CERT")
            assert made.code == 0, made
        return self._copied(template, party)

    def met(self, *parties: str) -> list[Officer]:
        """Officers whose nodes have admitted each other; nobody serves any of them."""
        template = self._templates / "-".join(parties)
        if not template.exists():
            template.mkdir()
            _introduce([Council(self._templates, template).officer(party).at(NOBODY_THERE) for party in parties])
        return [self._copied(template / party.lower(), party) for party in parties]

    def _copied(self, template: Path, party: str) -> Officer:
        home = self.folder / party.lower()
        shutil.copytree(template, home)
        return Officer(party, home)


def _introduce(officers: Sequence[Officer]) -> None:
    for here in officers:
        for there in officers:
            if here is not there:
                here.meets(there)
