"""The body of another server's answer: no larger than is borne, nor longer on its way, whatever it says of itself."""

from __future__ import annotations

import time
import zlib
from typing import Final

import httpx2

from kenesh.basis.problem import UnreachableProblem

MAX_ANSWER_OCTETS: Final = 64 * 2**20
#: The largest answer at some 110 kB/s. Each read has its own, shorter, patience besides.
MAX_ANSWER_S: Final = 600
#: What is asked for. A client that takes whatever it is given opens a gzip of a gzip of a gzip.
ENCODINGS: Final = "gzip"
_GZIP: Final = 16 + zlib.MAX_WBITS


def body_of(answer: httpx2.Response, who: str) -> bytes:
    """The octets of an answer that is being read, opened if they are gzip.

    Raises:
        UnreachableProblem: they are too many, opened or not, or too slow; or packed in a way that was not asked for.
    """
    opening = _opening(answer, who)
    until = time.monotonic() + MAX_ANSWER_S
    octets = bytearray()
    for part in answer.iter_raw():
        octets += part if opening is None else _opened(opening, part, MAX_ANSWER_OCTETS + 1 - len(octets), who)
        if len(octets) > MAX_ANSWER_OCTETS:
            raise UnreachableProblem(f"{who} sends more than {MAX_ANSWER_OCTETS} octets at once.")
        if time.monotonic() > until:
            raise UnreachableProblem(f"{who} takes more than {MAX_ANSWER_S} s for one answer.")
    if opening is not None and octets and not opening.eof:
        raise UnreachableProblem(f"{who} broke off.")
    return bytes(octets)


def _opening(answer: httpx2.Response, who: str) -> zlib._Decompress | None:
    encoding = answer.headers.get("content-encoding", "").strip()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(_GZIP)
    raise UnreachableProblem(f"{who} packs its answer in a way that was not asked for.")


def _opened(opening: zlib._Decompress, part: bytes, most: int, who: str) -> bytes:
    try:
        return opening.decompress(part, most)
    except zlib.error:
        raise UnreachableProblem(f"{who} says that its answer is gzip, and it is none.") from None
