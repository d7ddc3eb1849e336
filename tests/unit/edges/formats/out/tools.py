"""The formats for tools that act, behind a guard whose warning lists are the test's own."""

from __future__ import annotations

from dataclasses import dataclass, field

from kenesh.edges.formats.out.form import Form
from kenesh.edges.formats.out.forms import forms
from kenesh.edges.formats.out.guard import Guard
from kenesh.watch.values import Atom

ACTING = ("suricata", "rpz", "zeek", "hosts", "nftables")


@dataclass(frozen=True, slots=True)
class Listing:
    """Warning lists of a few values."""

    values: frozenset[str] = field(default_factory=frozenset)

    def listed(self, atom: Atom) -> str | None:
        return "a list" if atom.value in self.values else None


def guard(names: tuple[str, ...] = (), networks: tuple[str, ...] = (), listed: tuple[str, ...] = ()) -> Guard:
    return Guard(names, networks, Listing(frozenset(listed)))


def tool(name: str, behind: Guard | None = None) -> Form:
    return forms(behind or guard())[name]
