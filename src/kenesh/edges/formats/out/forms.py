"""Every format in which objects leave. A new one is a module of its own, and one name here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kenesh.edges.formats.out.bundle import STIX
from kenesh.edges.formats.out.form import Form
from kenesh.edges.formats.out.plain import LIST
from kenesh.edges.formats.out.table import CSV

FORMS: Final[Mapping[str, Form]] = {form.name: form for form in (STIX, CSV, LIST)}
