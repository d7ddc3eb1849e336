"""The TAXII resources as values, and the JSON that is served for them.

What is empty is never written: no empty list stands anywhere in TAXII (§2, `list`), and a page with nothing on it is
`{}`. Required properties have no default here, so that they are always written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from kenesh.basis.instants import Instant, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, SettingsProblem
from kenesh.taxii.media import MEDIA_TYPE

_MAX_DESCRIPTION: Final = 4_000


class _Resource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every resource has in common: nothing but how it is written."""


class Discovery(_Resource, frozen=True):
    """What `/taxii2/` answers: the API roots of this node.

    Source: TAXII 2.1 §4.1.1.

    Raises:
        SettingsProblem: `default` is none of `api_roots`, or a root has a form that §4.1.1 forbids.
    """

    title: str
    description: str | None = None
    contact: str | None = None
    default: str | None = None
    api_roots: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.default is not None and self.default not in self.api_roots:
            raise SettingsProblem("The default API root is none of the API roots.")
        for root in self.api_roots:
            relative = root.startswith("/") and not root.startswith("//") and ".." not in root
            if "?" in root or not (relative or root.startswith("https://")):
                raise SettingsProblem(f"{visible(root, 100)} cannot be an API root: say /name/ or https://host/name/.")


class ApiRoot(_Resource, frozen=True):
    """What an API root answers; `max_content_length` is in octets.

    Source: TAXII 2.1 §4.2.1.

    Raises:
        SettingsProblem: TAXII 2.1 is not among the versions, or no body would be small enough.
    """

    title: str
    max_content_length: int
    versions: tuple[str, ...]
    description: str | None = None

    def __post_init__(self) -> None:
        if MEDIA_TYPE not in self.versions:
            raise SettingsProblem(f"An API root serves {MEDIA_TYPE}.")
        if self.max_content_length < 1:
            raise SettingsProblem("The largest body taken is at least one octet.")


class Collection(_Resource, frozen=True):
    """One collection, with the rights of whoever asks.

    Source: TAXII 2.1 §5.2.1.
    """

    id: str
    title: str
    can_read: bool
    can_write: bool
    description: str | None = None
    alias: str | None = None
    media_types: tuple[str, ...] = ()


class Collections(_Resource, frozen=True):
    """The collections that whoever asks may know of; `{}` where there are none.

    Source: TAXII 2.1 §5.1.1.
    """

    collections: tuple[Collection, ...] = ()


class StatusDetail(_Resource, frozen=True):
    """What became of one object of a POST.

    Source: TAXII 2.1 §4.3.1, `status-details`.
    """

    id: str
    version: str
    message: str | None = None


class Status(_Resource, frozen=True):
    """How far a POST has come. `status_of` makes one whose counts are those of its lists.

    Source: TAXII 2.1 §4.3.1.
    """

    id: str
    status: str
    total_count: int
    success_count: int
    failure_count: int
    pending_count: int
    request_timestamp: str | None = None
    successes: tuple[StatusDetail, ...] = ()
    failures: tuple[StatusDetail, ...] = ()
    pendings: tuple[StatusDetail, ...] = ()


def status_of(
    status_id: str,
    requested_at: Instant,
    *,
    successes: Sequence[StatusDetail] = (),
    failures: Sequence[StatusDetail] = (),
    pendings: Sequence[StatusDetail] = (),
) -> Status:
    """The status of a POST, `complete` when nothing is pending.

    Source: TAXII 2.1 §4.3.1.
    """
    return Status(
        id=status_id,
        status="pending" if pendings else "complete",
        total_count=len(successes) + len(failures) + len(pendings),
        success_count=len(successes),
        failure_count=len(failures),
        pending_count=len(pendings),
        request_timestamp=taxii_timestamp(requested_at),
        successes=tuple(successes),
        failures=tuple(failures),
        pendings=tuple(pendings),
    )


class ManifestRecord(_Resource, frozen=True):
    """One version in a collection. `version` is the timestamp as its author wrote it, `date_added` this node's stamp.

    Source: TAXII 2.1 §5.3.1, `manifest-record`.
    """

    id: str
    date_added: str
    version: str
    media_type: str | None = None


class Manifest(_Resource, frozen=True):
    """What a collection holds, without the objects.

    The standard takes `next` in the request and forgot it in the resource (cti-taxii2 #110): clients that follow it
    would begin again for ever. It is given as in an envelope; `added_after` pages a manifest too.

    Source: TAXII 2.1 §5.3.1, §3.5.
    """

    more: bool = False
    next: str | None = None
    objects: tuple[ManifestRecord, ...] = ()


class Versions(_Resource, frozen=True):
    """The versions of one object, in the order of their date added; `next` as in a manifest.

    Source: TAXII 2.1 §5.8.1, §3.5.
    """

    more: bool = False
    next: str | None = None
    versions: tuple[str, ...] = ()


class Error(_Resource, frozen=True):
    """Why something was not done; `http_status` is a string.

    Source: TAXII 2.1 §3.6.1.
    """

    title: str
    description: str | None = None
    error_id: str | None = None
    error_code: str | None = None
    http_status: str | None = None
    external_details: str | None = None
    details: dict[str, str] = {}


def error_of(problem: Problem, error_id: str | None = None) -> Error:
    """The problem as TAXII tells it. Text that came from outside is made printable.

    Source: TAXII 2.1 §3.6.1; Appendix B: absent and forbidden have one sentence, which their `Problem` sees to.
    """
    return Error(
        title=problem.title,
        description=visible(problem.sentence(), _MAX_DESCRIPTION),
        error_id=error_id,
        error_code=problem.code,
        http_status=str(problem.http_status),
    )


_encoder: Final = msgspec.json.Encoder()


def resource_bytes(
    resource: Discovery | ApiRoot | Collections | Collection | Status | Manifest | Versions | Error,
) -> bytes:
    """The JSON of a resource, in UTF-8, without its empty properties.

    Source: TAXII 2.1 §2, §3.1.
    """
    return _encoder.encode(resource)
