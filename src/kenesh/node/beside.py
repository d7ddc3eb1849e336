"""Reading objects in a process beside, while those that were read before are taken in.

One that ends too soon ends nothing: what it did not read is read here. It ends with this one, also where that is
killed: it reads for as long as its standard input is open.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import IO, Final

from msgspec import Struct, msgpack, structs

from kenesh.basis.problem import DamagedProblem, Problem
from kenesh.node.garbage import collect_seldom
from kenesh.node.types import TYPES
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader

#: So many batches are read here before another process is begun: a file of a few thousand objects is done by then.
READ_HERE: Final = 3
COMMAND: Final = (sys.executable, "-P", "-m", "kenesh.node.beside")
_LENGTH: Final = 8

Outcomes = Sequence[Version | Problem]


class _Answer(Struct):
    """What became of a batch; where no version stands, `faults` says what is wrong, in the same order."""

    versions: list[Version | None]
    faults: list[tuple[str, str]]


_questions: Final = msgpack.Decoder(list[bytes])
_answers: Final = msgpack.Decoder(_Answer)


class ReadingBeside:
    """Reads batches in their order, the next while who asks is busy with the one before.

    Fulfils `kenesh.holdings.importing.Reading`.
    """

    def __init__(self, reader: ObjectReader, read_here: int = READ_HERE, command: Sequence[str] = COMMAND) -> None:
        self._reader = reader
        self._read_here = read_here if _cores() > 1 else None
        self._command = command

    def __call__(self, batches: Iterable[Sequence[bytes]]) -> Iterator[Outcomes]:
        coming = iter(batches)
        yield from map(self._reader.outcomes, islice(coming, self._read_here))
        asked = next(coming, None)
        if asked is None:
            return
        try:
            beside = _Beside(self._command)
        except OSError:
            # No process can be begun here.
            yield from map(self._reader.outcomes, chain([asked], coming))
            return
        try:
            beside.ask(asked)
            for batch in coming:
                outcomes = self._told(beside, asked)
                # Only now, as it has been heard out: two that speak to each other at once wait for ever.
                beside.ask(batch)
                yield outcomes
                asked = batch
            yield self._told(beside, asked)
        finally:
            beside.end()

    def _told(self, beside: _Beside, asked: Sequence[bytes]) -> Outcomes:
        octets = beside.told()
        return self._reader.outcomes(asked) if octets is None else _outcomes(asked, octets)


class _Beside:
    """The process; where there is none any more, it tells nothing."""

    def __init__(self, command: Sequence[str]) -> None:
        # A session of its own: Ctrl-C is for who asks.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def ask(self, batch: Sequence[bytes]) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            _write(self._process.stdin, msgpack.encode(batch))

    def told(self) -> bytes | None:
        assert self._process.stdout is not None
        return _frame(self._process.stdout)

    def end(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        with suppress(OSError):
            self._process.stdin.close()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _outcomes(asked: Sequence[bytes], octets: bytes) -> Outcomes:
    answer = _answers.decode(octets)
    faults = iter(answer.faults)
    return [
        _whole(version, of) if version is not None else _refusal(*next(faults))
        for version, of in zip(answer.versions, asked, strict=True)
    ]


def _whole(version: Version, octets: bytes) -> Version:
    """With the octets that were sent; `raw` came along where it is another: what they say in STIX 2.1."""
    return structs.replace(version, original=octets) if version.raw else structs.replace(version, raw=octets)


def _refusal(detail: str, stix_id: str) -> Problem:
    return DamagedProblem(detail, object=stix_id)


def answer(reader: ObjectReader, octets: bytes) -> bytes:
    """The answer to a question."""
    asked = _questions.decode(octets)
    outcomes = reader.outcomes(asked)
    versions = [_bare(outcome) if isinstance(outcome, Version) else None for outcome in outcomes]
    faults = [(one.detail, str(one.params.get("object") or "")) for one in outcomes if isinstance(one, Problem)]
    return msgpack.encode(_Answer(versions, faults))


def _bare(version: Version) -> Version:
    """Without octets that who asks has already."""
    return structs.replace(version, original=b"") if version.original else structs.replace(version, raw=b"")


def _frame(stream: IO[bytes]) -> bytes | None:
    """What was written as one; None where it ended before."""
    length = stream.read(_LENGTH)
    octets = stream.read(int.from_bytes(length)) if len(length) == _LENGTH else b""
    return octets if octets and len(octets) == int.from_bytes(length) else None


def _write(stream: IO[bytes], octets: bytes) -> None:
    stream.write(len(octets).to_bytes(_LENGTH))
    stream.write(octets)
    stream.flush()


def main() -> None:
    """Answers questions on the standard input, until that ends."""
    reader = ObjectReader(TYPES)
    collect_seldom()
    try:
        while question := _frame(sys.stdin.buffer):
            _write(sys.stdout.buffer, answer(reader, question))
    except BrokenPipeError:
        # Who asked was killed meanwhile. What is left of the answer goes nowhere, and says nothing at his terminal.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
