"""What leaves, made up for a test and released by the one decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from tests.cli import files

from kenesh.basis.instants import Instant, ModifiedKey, instant_of
from kenesh.edges.formats.out.form import Form
from kenesh.holdings.feed import read_facts
from kenesh.holdings.leaving import Conditions, Leaving, Load, Order
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.party import party_id
from kenesh.release.audience import party_audience
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp

NOW: Instant = instant_of("2026-11-25T12:00:00Z")
OWN = party_id("KZ")
UUID_OF_FILE = UUID("00000000-0000-4000-8000-0000000000f1")


def leaving(value: dict[str, Any], *, tlp: Tlp = Tlp.AMBER, counts: bool = True, **more: Any) -> Leaving:
    """The object as it leaves, from KZ itself where nothing else is said."""
    revoked = bool(value.get("revoked", False))
    held = HeldVersion(
        num=int(value["id"][-8:], 16),
        object=1,
        id=value["id"],
        type=value["type"],
        key=ModifiedKey(value.get("modified", "")),
        modified=value.get("modified"),
        sha256=bytes(32),
        created_by=value.get("created_by_ref"),
        writer=OWN,
        tlp=tlp,
        object_tlp=tlp,
        whole="object_marking_refs" in value,
        revoked=revoked,
        proved=True,
        name=str(value.get("name", value["id"])),
        added_at=NOW,
    )
    known: dict[str, Any] = {"sources": ("KZ",), "licences": ()} | more
    return Leaving(held, msgspec.json.encode(value), tlp, counts=counts and not revoked, **known)


def released(items: Sequence[Leaving], markings: Sequence[Leaving] = ()) -> Released[Load]:
    """As the decision gives it to a person of KZ."""
    facts = read_facts(Reader(ReaderKind.PERSON, OWN, "officer"), party_audience(OWN), Tlp.AMBER)
    words = {marking.held.id: marking.value() for marking in markings}
    load = Load(tuple(items), tuple(markings), words)
    return only_released(Stage.READ, [(facts, load)]).map(lambda loads: loads[0])


def order(**more: Any) -> Order:
    return Order(**({"now": NOW, "party": "KZ", "uuid": UUID_OF_FILE, "conditions": Conditions()} | more))


def written(form: Form, *values: dict[str, Any], under: Order | None = None, **more: Any) -> str:
    """The one file that a format makes of the objects."""
    return text_of(form, [released([leaving(value, **more) for value in values])], under or order())


def text_of(form: Form, loads: Iterable[Released[Load]], under: Order) -> str:
    return b"".join(octets for _, octets in form.write(loads, under)).decode()


def lines(text: str) -> list[str]:
    """Without the heading."""
    return [line for line in text.splitlines() if line and line[0] not in "#;"]


def pattern(path: str, value: str, number: int = 1, **more: Any) -> dict[str, Any]:
    literal = value.replace("\\", "\\\\").replace("'", "\\'")
    return files.indicator(number, "x", pattern=f"[{path} = '{literal}']", **more)
