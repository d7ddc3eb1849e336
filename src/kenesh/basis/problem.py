"""One kind of error: what was wrong, where, and what to do next.

Every refusal that a person or a peer may see is a `Problem`. The list of codes is closed: a subclass for each, made
here. Three renderers read it: TAXII error resources, RFC 9457 documents, and one sentence on the command line.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, ClassVar, Final

from kenesh.basis.printable import printable

_LONGEST: Final = 10_000


class Exit(IntEnum):
    """The command line's exit code by family."""

    DONE = 0
    FAULT_FOUND = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    DAMAGED = 5


class Problem(Exception):
    """Something that was asked cannot be done. `detail` is safe to show to whoever asked: nothing in it is hidden."""

    code: ClassVar[str] = "problem"
    title: ClassVar[str] = "That cannot be done"
    http_status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False
    exit: ClassVar[Exit] = Exit.FAULT_FOUND

    def __init__(self, detail: str, *, advice: str = "", **params: Any) -> None:
        # It may quote what came from outside, and so may the libraries' sentences that it repeats.
        self.detail = printable(detail, _LONGEST)
        super().__init__(self.detail)
        self.advice = advice
        self.params = params

    def sentence(self) -> str:
        """The detail and, where there is one, the next step."""
        return f"{self.detail} {self.advice}".strip()


class UsageProblem(Problem):
    """The command or request is not formed as it must be."""

    code, title, exit = "usage", "The request is not formed as it must be", Exit.USAGE


class UnknownProblem(Problem):
    """What was named is not here, or may not be seen: the two look alike."""

    code, title, http_status, exit = "not-found", "There is no such thing here", 404, Exit.USAGE


class UnknownPartyProblem(Problem):
    """A party was named whose node this node has not admitted."""

    code, title, exit = "unknown-party", "This node does not know that party", Exit.USAGE


class SettingsProblem(Problem):
    """The home folder or its configuration is not usable."""

    code, title, http_status, exit = "settings", "The node is not set up as it must be", 500, Exit.USAGE


class RefusedProblem(Problem):
    """A rule stands against it. `params["refused"]` lists object, rule, party and reason."""

    code, title, http_status, exit = "refused-by-rule", "A rule stands against it", 403, Exit.REFUSED


class UnauthorisedProblem(Problem):
    """Who asks has not shown who it is."""

    code, title, http_status, exit = "unauthorised", "Say who you are", 401, Exit.REFUSED


class ForbiddenProblem(Problem):
    """Who asks may not do this."""

    code, title, http_status, exit = "forbidden", "You may not do this", 403, Exit.REFUSED


class UntrustedProblem(Problem):
    """A signature, fingerprint, card or token does not hold."""

    code, title, http_status, exit = "untrusted", "What was shown does not hold", 401, Exit.REFUSED


class UnreachableProblem(Problem):
    """Another node, or the database, does not answer."""

    code, title, http_status, retryable = "unreachable", "It does not answer", 502, True
    exit = Exit.UNREACHABLE


class TooManyProblem(Problem):
    """It was tried too often, or by too many at once."""

    code, title, http_status, retryable = "too-many", "Too many at once", 429, True
    exit = Exit.REFUSED


class DamagedProblem(Problem):
    """A file or message is not what it says. `params["path"]` says where in it."""

    code, title, http_status, exit = "damaged-input", "The input is damaged", 422, Exit.DAMAGED


class TooLargeProblem(Problem):
    """More was sent than is taken at once."""

    code, title, http_status, exit = "too-large", "That is more than is taken at once", 413, Exit.DAMAGED


class UnsupportedMediaProblem(Problem):
    """The media type sent is not one that is read here."""

    code, title, http_status, exit = "unsupported-media-type", "That media type is not read here", 415, Exit.USAGE


class NotAcceptableProblem(Problem):
    """The media type asked for is not one that is served here."""

    code, title, http_status, exit = "not-acceptable", "That media type is not served here", 406, Exit.USAGE


class StoreProblem(Problem):
    """The store cannot be read or written now: full, locked, of another version."""

    code, title, http_status, retryable = "store", "The store cannot do this now", 503, True
    exit = Exit.FAULT_FOUND


class FaultProblem(Problem):
    """A check of the node itself found a fault."""

    code, title, http_status = "fault-found", "A check found a fault", 500
    exit = Exit.FAULT_FOUND


CODES: tuple[type[Problem], ...] = tuple(
    sorted(
        (p for p in list(globals().values()) if isinstance(p, type) and issubclass(p, Problem)), key=lambda p: p.code
    )
)
