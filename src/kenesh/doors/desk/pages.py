"""Pages as text: one set of templates, filled for one reader in one language. Whatever is put in is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kenesh import __version__
from kenesh.basis.instants import SECOND, Instant, short_timestamp
from kenesh.basis.printable import defanged, visible
from kenesh.council.partners.amounts import shortened
from kenesh.council.partners.page import Line
from kenesh.council.partners.rivals import ABOUT
from kenesh.doors.brief.drawing import drawing
from kenesh.doors.desk import printing
from kenesh.doors.desk.charting import chart
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.languages import Tongue
from kenesh.doors.desk.moments import at_home
from kenesh.doors.desk.told import told
from kenesh.federation.hosts import hosting_told
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context

    from kenesh.doors.situation import SeenSituation

_HERE: Final = Path(__file__).parent
#: What the desk serves besides its pages; there is nothing else to fetch.
FILES: Final = {"desk.css": "text/css", "emblem.svg": "image/svg+xml", "passkey.js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: whose node, who is logged in, in which language, and when."""

    code: str
    node: str
    person: str | None
    may: frozenset[Permission]
    tongue: Tongue
    here: str
    languages: tuple[tuple[str, str, str], ...]
    now: Instant
    refreshes: bool = False
    version: str = __version__


def page(template: str, frame: Frame, shown: Released[Any]) -> str:
    """A page with what was released to its reader."""
    return _filled(template, frame, page=shown.value)


def form_page(template: str, frame: Frame, form: Form, shown: Released[Any] | None = None, fault: str = "") -> str:
    """A page with a form: what the person wrote stands in it again; `fault` says why it was not done."""
    return _filled(template, frame, form=form, fault=fault, page=shown.value if shown else None)


def plain_page(template: str, frame: Frame, **said: Any) -> str:
    """A page on which nothing of what is held stands."""
    return _filled(template, frame, **said)


def _filled(template: str, frame: Frame, **values: Any) -> str:
    return _environment().get_template(template).render(frame=frame, tongue=frame.tongue, **values)


@cache
def file_octets(name: str) -> bytes:
    """One of the desk's files."""
    return (_HERE / "static" / name).read_bytes()


@cache
def _address(name: str) -> str:
    """A file's address; it changes with the file, so that a browser may keep what it has."""
    return f"/desk/static/{name}?v={sha256(file_octets(name)).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    """The templates. Loaded with the first page, so that a node that nobody looks at does without."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
    from markupsafe import Markup

    @pass_context
    def gettext(context: Context, message: str) -> str:
        return str(context["tongue"].words.gettext(message))

    @pass_context
    def ngettext(context: Context, one: str, many: str, count: int) -> str:
        return str(context["tongue"].words.ngettext(one, many, count))

    @pass_context
    def drawn(context: Context, seen: SeenSituation, label: str) -> Markup:
        words = context["tongue"].words.gettext
        # Our own drawing: whatever stands in it was escaped by who drew it.
        return Markup(drawing(seen.brief(), str(label), words))

    def charted(line: Line, unit: str, label: str, sizes: Mapping[str, str]) -> Markup:
        # Our own drawing too.
        return Markup(chart(line, unit, str(label), lambda word: str(sizes[word])))

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
    environment.filters |= {
        "visible": visible,
        "said": printing.said,
        "lines": printing.lines,
        "whole": printing.whole,
        "defanged": defanged,
        "counted": printing.counted,
        "short": short_timestamp,
        "machine": printing.machine_moment,
        "spelled": printing.spelled,
    }
    environment.globals |= {"file": _address, "told": told, "hosting": hosting_told, "seconds": SECOND, "drawn": drawn}
    environment.globals |= {"charted": charted, "shortened": shortened, "within": ABOUT, "dict": dict}
    environment.globals["at_home"] = at_home
    return environment
