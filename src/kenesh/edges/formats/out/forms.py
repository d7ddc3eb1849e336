"""Every format in which objects leave. A new one is a module of its own, and one name here."""

from __future__ import annotations

from collections.abc import Mapping

from kenesh.edges.formats.out import hosts, nftables, rpz, rules, suricata, zeek
from kenesh.edges.formats.out.bundle import STIX
from kenesh.edges.formats.out.csaf import CSAF
from kenesh.edges.formats.out.form import Form
from kenesh.edges.formats.out.guard import Guard
from kenesh.edges.formats.out.misp import MISP
from kenesh.edges.formats.out.plain import LIST
from kenesh.edges.formats.out.table import CSV


def forms(guard: Guard) -> Mapping[str, Form]:
    """The formats by name; what acts is written as the guard lets it pass."""
    acting = (tool.form(guard) for tool in (suricata, rpz, zeek, hosts, nftables))
    return {form.name: form for form in (STIX, MISP, CSAF, CSV, LIST, *acting, *rules.forms(guard))}
