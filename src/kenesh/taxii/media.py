"""Which media types this node serves and reads, by RFC 7231's negotiation.

A representation is served as one type only, so that negotiation is a yes or a no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

#: The one type of every TAXII answer, errors included (TAXII 2.1 §3.1).
MEDIA_TYPE: Final = "application/taxii+json;version=2.1"

#: What every collection holds (TAXII 2.1 §5.2, `media_types`).
STIX_MEDIA_TYPE: Final = "application/stix+json;version=2.1"

_TYPE: Final = "application/taxii+json"
_VERSION: Final = "2.1"

#: From the exact type to the wildest: the first that a header names is the one that decides (RFC 7231 §5.3.2).
_RANGES: Final = (_TYPE, "application/*", "*/*")

#: A weight that says "not this". Any other weight, a malformed one included, leaves the range acceptable.
_ZERO: Final = re.compile(r"0(?:\.0*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Range:
    """One media range of a header: `application/taxii+json;version=2.1;q=0.5`."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def specificity(self) -> int:
        """Low decides first; a range that names the version comes before one that does not."""
        return 2 * _RANGES.index(self.name) + ("version" not in self.parameters)

    def covers_version(self) -> bool:
        return self.parameters.get("version", _VERSION) == _VERSION

    def is_refused(self) -> bool:
        return _ZERO.fullmatch(self.parameters.get("q", "1")) is not None


def _pieces(text: str, separator: str) -> Iterator[str]:
    """Cut at the separator, but not inside a quoted string (RFC 7230 §3.2.6)."""
    start, quoted, escaped = 0, False, False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == separator and not quoted:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _range(text: str) -> _Range:
    name, *rest = (piece.strip(" \t") for piece in _pieces(text, ";"))
    parameters: dict[str, str] = {}
    for parameter in rest:
        key, _, value = parameter.partition("=")
        # What stands twice counts as it stood first; it is malformed, and nothing is gained by refusing it.
        parameters.setdefault(key.strip(" \t").lower(), _unquoted(value.strip(" \t")))
    return _Range(name.lower(), parameters)


@lru_cache(maxsize=64)
def accepts(header: str | None) -> bool:
    """Whether an `Accept` header lets this node answer with `MEDIA_TYPE`.

    Several ranges, wildcards, weights and spaces read as in RFC 7231; the most specific range that covers the type
    decides. The version may be left out; another version alone is not acceptable. Parameters other than the version
    are passed over. A missing or blank header accepts anything (RFC 7231 §5.3.2; tolerated by decision, T14).

    Source: TAXII 2.1 §3.1, §1.6.5; RFC 7231 §5.3.2.
    """
    if header is None or not header.strip():
        return True
    known = [found for text in _pieces(header, ",") if (found := _range(text)).name in _RANGES]
    covering = [found for found in known if found.covers_version()]
    if not covering:
        return False
    decisive = min(found.specificity for found in covering)
    return any(not found.is_refused() for found in covering if found.specificity == decisive)


def reads_content_type(header: str | None) -> bool:
    """Whether a body sent under this `Content-Type` is read here: TAXII 2.1 in UTF-8, the version optional.

    A body without a type is not read: a page in a browser can make one send an untyped body, never a TAXII one.

    Source: TAXII 2.1 §3.1, §5.5; RFC 7231 §3.1.1.5.
    """
    if header is None:
        return False
    sent = _range(header)
    charset = sent.parameters.get("charset", "utf-8").lower()
    return sent.name == _TYPE and sent.covers_version() and charset in ("utf-8", "utf8")


def reads_content_encoding(header: str | None) -> bool:
    """Whether a body under this `Content-Encoding` is read here: as it is alone, since what it opens to has no bound.

    Source: RFC 9110 §8.4; §15.5.16 for the answer.
    """
    return header is None or header.strip(" \t").lower() in ("", "identity")
