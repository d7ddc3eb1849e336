"""The reference page of the formats in which objects leave, made from the formats themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from kenesh.edges.formats.out.form import Form
from kenesh.edges.formats.out.forms import forms
from kenesh.edges.formats.out.guard import WIDEST, Guard

_TEXT = """\
# Formats of `kenesh export`

<!-- Made from src/kenesh/edges/formats/out by `make docs`. Change it there. -->

`kenesh export SELECTION --as FORMAT [--out FILE|FOLDER]`. What you may not see is not in it: the same rules decide as
for every other reading, and TLP:RED leaves only for the person who is named for it. A file takes its name when it is
whole, and nobody else may read it. Where a format has comments, it begins with the strictest marking of what is in it,
from whom that came, and each condition under which it may be passed on; a bundle and a table carry these by object.

| format | file | of | for |
|---|---|---|---|
"""

_ACTING = """
## What never reaches a tool that acts

Each of these is left out, counted, and told with its reason on standard error and with `--json`, whoever says it:

- an indicator that is revoked, superseded, not valid yet or not valid any more;
- an indicator under PAP:RED or PAP:AMBER, by a marking or a label; a word of PAP that is unknown counts as RED;
- a pattern that asks for more than one plain value (`=`, or `ISSUBSET` of a network), or a value that does not parse as
  its kind;
- a network wider than /{ipv4} (IPv6 /{ipv6}); a private, local, multicast or reserved address;
- a public suffix, under which many have their names;
- a value on one of MISP's warning lists, equal or covered as the list's type says;
- what is under `[protected]` in kenesh.toml: names with all under and above them, networks with all that touches them;
  likewise this node's own host and the hosts of the nodes that it talks to.

The public suffixes and the warning lists are in packages of the extra `block` (`pip install 'kenesh[block]'`); nothing
is fetched. Without the extra nothing is written for a tool.

Sigma and YARA rules are passed through unread: of these lines the first two hold for them, and a rule in which a
protected name or network is written, or a character that is not seen, is left out.
"""


def export_page() -> str:
    """export.md: every format, and what never reaches a tool that acts."""
    listed = forms(Guard())
    rows = "".join(_row(form) for form in listed.values())
    acting = _ACTING.format(ipv4=WIDEST[4], ipv6=WIDEST[6])
    return _TEXT + rows + acting + "".join(part for form in listed.values() for part in _one(form))


def _row(form: Form) -> str:
    of = "all objects" if form.types is None else "indicators" if form.types == {"indicator"} else "objects with values"
    file = f"a folder of `*{form.suffix}`" if form.in_folder else f"`*{form.suffix}`"
    return f"| `{form.name}` | {file} | {of} | {'tools that act' if form.acts else 'people and programs'} |\n"


def _one(form: Form) -> Iterator[str]:
    module = inspect.getmodule(form.write)
    assert module is not None
    yield f"\n## {form.name}\n\n{inspect.cleandoc(module.__doc__ or '')}\n"
    if form.kinds:
        yield f"\n`--kind`: {', '.join(f'`{kind}`' for kind in form.kinds)}.\n"
