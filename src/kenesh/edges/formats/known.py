"""Which of millions of texts are known, and by which name, in little more room than the texts themselves have.

Two million texts in a dictionary take 300 MB. Here they stand one after the other, in so many parts that one of them is
searched at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

_PARTS: Final = 16_384


class KnownTexts:
    """Texts and the name that each has; where one is given twice, the first name stands. ASCII letters have no case.

    A part is its texts, each as a line feed, the text, a tab and the four digits of its name's number.
    """

    def __init__(self, named: Iterable[tuple[Sequence[str], str]]) -> None:
        numbers: dict[str, bytes] = {}
        parts = self._parts = [bytearray() for _ in range(_PARTS)]
        for texts, name in named:
            number = numbers.get(name) or numbers.setdefault(name, b"\t%04d" % len(numbers))
            # There are millions: they are prepared all at once.
            for text in _octets("\n".join(texts)).split(b"\n"):
                parts[crc32(text) % _PARTS] += b"\n" + text + number
        self._names = tuple(numbers)

    def get(self, text: str) -> str | None:
        """The name of the text; None where it is not known."""
        if not text or "\n" in text:
            return None
        octets = _octets(text)
        part = self._parts[crc32(octets) % _PARTS]
        found = part.find(b"\n" + octets + b"\t")
        at = found + len(octets) + 2
        return None if found < 0 else self._names[int(part[at : at + 4])]


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace").lower().replace(b"\t", b" ")
