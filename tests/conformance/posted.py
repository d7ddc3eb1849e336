"""What the judge posts, to have something to read back: objects of its own, new in each run, all made up."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from tests.conformance.subject import Subject

CHANGES = ("2026-11-20T08:00:00.000Z", "2026-11-21T08:00:00.000Z", "2026-11-22T08:00:00.500Z")
MANY = 24


def _id(kind: str) -> str:
    return f"{kind}--{uuid4()}"


def malware(name: str = "Loader", **more: Any) -> dict[str, Any]:
    found = {"type": "malware", "spec_version": "2.1", "id": _id("malware"), "name": name, "is_family": False}
    return found | {"created": CHANGES[0], "modified": CHANGES[0]} | more


def indicator(value: str) -> dict[str, Any]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": _id("indicator"),
        "created": CHANGES[0],
        "modified": CHANGES[0],
        "name": f"№ “{value}” İı",
        "pattern": f"[domain-name:value = '{value}']",
        "pattern_type": "stix",
        "valid_from": CHANGES[0],
    }


def address() -> dict[str, Any]:
    return {"type": "ipv4-addr", "spec_version": "2.1", "id": _id("ipv4-addr"), "value": "203.0.113.5"}


def statement() -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _id("marking-definition"),
        "created": CHANGES[0],
        "definition_type": "statement",
        "definition": {"statement": "Copyright of the author."},
    }


def envelope(*objects: Any) -> bytes:
    return json.dumps({"objects": objects}).encode()


@dataclass(frozen=True)
class Posted:
    """What was posted and can be read back. `since` is the date added of the first, before all others."""

    subject: Subject
    first: dict[str, Any] = field(default_factory=lambda: malware("First"))
    #: One object in three versions, oldest first.
    changed: Sequence[dict[str, Any]] = ()
    loader: dict[str, Any] = field(default_factory=malware)
    address: dict[str, Any] = field(default_factory=address)
    statement: dict[str, Any] = field(default_factory=statement)
    many: Sequence[dict[str, Any]] = ()

    @property
    def since(self) -> str:
        (record,) = self.subject.manifest(**{"match[id]": self.first["id"]})
        return str(record["date_added"])

    @property
    def last_ones(self) -> list[dict[str, Any]]:
        """All that comes after the first, in its last version alone."""
        return [self.changed[-1], self.loader, self.address, self.statement, *self.many]

    @property
    def changed_id(self) -> str:
        return str(self.changed[0]["id"])


def deliver(subject: Subject, *objects: dict[str, Any]) -> dict[str, Any]:
    """Posts the objects and waits until they are taken in; the status.

    A server that takes nothing in has nothing that could be read back: that is said once, where POST is judged.
    """
    answer = subject.post(envelope(*objects))
    if answer.status_code != 202:
        pytest.skip(f"its POST answers {answer.status_code}: nothing of ours can be read back")
    status: dict[str, Any] = answer.json()
    until = time.monotonic() + 15
    while status["status"] != "complete" and time.monotonic() < until:
        time.sleep(0.1)
        status = subject.get(f"{subject.root}status/{status['id']}/").json()
    return status


def posted_to(subject: Subject) -> Posted:
    """Everything, posted in an order that the tests know."""
    one = indicator("changed.example")
    changed = [one | {"modified": modified} for modified in CHANGES]
    many = [indicator(f"n{n}.example") for n in range(MANY)]
    posted = Posted(subject, changed=changed, many=many)
    deliver(subject, posted.first)
    for version in changed:
        deliver(subject, version)
    deliver(subject, posted.loader, posted.address, posted.statement)
    deliver(subject, *many)
    return posted
