"""Looking at a TAXII 2.1 server: which collections it has for whoever asks, and at which addresses.

Source: TAXII 2.1 §4.1, §4.2, §5.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UntrustedProblem
from kenesh.federation.ports import FeedLine

T = TypeVar("T")

#: So many API roots are looked at, and so many collections told of each.
MAX_ROOTS: Final = 20
MAX_COLLECTIONS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """A collection of another server."""

    url: str
    title: str
    can_read: bool
    can_write: bool


class _Discovery(msgspec.Struct):
    api_roots: list[str] = []
    versions: list[str] = []


class _Collection(msgspec.Struct):
    id: str
    title: str = ""
    can_read: bool = False
    can_write: bool = False


class _Collections(msgspec.Struct):
    collections: list[_Collection] = []


def collections_at(line: FeedLine, url: str) -> list[Found]:
    """The collections behind the address of a discovery or of an API root.

    Credentials are shown to that server alone: an API root elsewhere is left out.

    Raises:
        UntrustedProblem: it does not let in, or knows no such address. DamagedProblem: it does not answer in TAXII.
    """
    found = _asked(line, url, _Discovery)
    roots = [_joined(url, root) for root in found.api_roots[:MAX_ROOTS]] or [url]
    return [one for root in roots if _is_same_server(root, url) for one in _of_root(line, root)]


def _of_root(line: FeedLine, root: str) -> list[Found]:
    base = urljoin(root.rstrip("/") + "/", "collections/")
    listed = _asked(line, base, _Collections).collections[:MAX_COLLECTIONS]
    return [Found(_joined(base, f"{one.id}/"), one.title, one.can_read, one.can_write) for one in listed]


def _joined(base: str, path: str) -> str:
    try:
        urlsplit(joined := urljoin(base, path))
    except ValueError:
        raise DamagedProblem(f"{visible(path, 200)} is no address.", advice="Tell whoever runs that server.") from None
    return joined


def _is_same_server(one: str, other: str) -> bool:
    return urlsplit(one)[:2] == urlsplit(other)[:2]


def _asked(line: FeedLine, url: str, kind: type[T]) -> T:
    answer = line.get(url)
    if answer.status != 200:
        raise UntrustedProblem(f"{visible(url, 200)} answers with {answer.status}.", advice="Look at the credentials.")
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except UNREADABLE:
        kind_said = visible(answer.headers.get("content-type", "no type"), 60)
        raise DamagedProblem(
            f"{visible(url, 200)} is no TAXII 2.1 ({kind_said}).", advice="A discovery ends in /taxii2/."
        ) from None
