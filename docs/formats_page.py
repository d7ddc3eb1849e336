"""The page of the formats: what each becomes when it is imported, read from the tables that translate it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.unit.edges.formats.test_misp_oracle import OBSERVABLES, PATTERNS

from kenesh.edges.formats.csaf import reading as csaf
from kenesh.edges.formats.misp import galaxies, levels, reading, templates, values
from kenesh.edges.formats.recognising import FORMATS
from kenesh.edges.formats.text import reading as text
from kenesh.stix import upgrade
from kenesh.stix.reading import MAX_OBJECT_OCTETS

_HEAD: Final = f"""\
# Formats on the way in

*Made from `kenesh.edges.formats`; do not edit.*

`kenesh import` tells a format by a file's content, never by its name, and opens gzip. Asked in this order:
{", ".join(f"`{one.name}`" for one in FORMATS)}; what no other claims is read as STIX. Every translation is a function
of the file's octets alone: ids and times come from the source, so that importing twice changes nothing
([ADR 12](../adr/0012-what-is-translated.md)). What cannot be taken in is refused with its place and the reason, what is
lost is a warning, and `kenesh imports IMPORT` lists both.

| format | how much is read at once |
|---|---|
| STIX 2.1, 2.0 | any size, streamed; an object of {MAX_OBJECT_OCTETS:,} octets |
| MISP | a file of {reading.MAX_OCTETS:,} octets; of a feed, each event |
| CSAF 2.0 | {csaf.MAX_OCTETS:,} octets |
| texts and tables | {text.MAX_OCTETS:,} octets, {text.MAX_VALUES:,} values |
| PDF | {text.MAX_OCTETS:,} octets, {text.MAX_PAGES:,} pages |
"""

_STIX: Final = """
## STIX 2.0

An object without `spec_version`, or with 2.0, becomes the object of STIX 2.1 that says the same; nothing is dropped,
and the octets that came are kept (`kenesh show OBJECT --original FILE`). A pattern stands word for word, with
`pattern_version` 2.0; a malware is a family. These words move out of `labels`, others stay there:
"""

_MISP: Final = """
## MISP

An event is a `report`; an attribute with `to_ids` is an `indicator`, one without is an `observed-data` with its
observables; an object of a known template is an `observed-data` of one observable, and an indicator for what of it has
`to_ids`; event reports are notes; references are relationships. A deleted attribute is revoked, and so is the indicator
of one whose `to_ids` was switched off, where it is held; switched on again it is refused, for a revocation is final:
state the value anew. A sighting is a `sighting`, a false positive an `opinion` that strongly disagrees, an expiration a
`note`. Proposals are not taken: nobody who owns the event has accepted them. Attached files stay in MISP. Tags are
labels, but for levels, for galaxies that are given, and for what is local to one instance.

A feed is imported by its folder: the event must be there, be the one that its name says, and be as old as the manifest
says. `hashes.csv` holds digests of values, from which no value can be had; it is refused.

### How far it may go

The strictest of the TLP tags and of the distribution, of the thing itself and of what holds it:
"""

_LEVELS: Final = """
A sharing group (4) is marked TLP:RED, and the importer is told its organisations; without a named organisation it is
refused. Any other level, and 5 of an event, is refused. A feed that names no level leaves unmarked what has no TLP tag.
A tag `tlp:` that TLP 2.0 has not counts as RED; `tlp:ex:chr` leaves the source away; `pap:` tags are markings. What is
stricter than its event is not named in the event's report. `modified` is the timestamp, later by milliseconds the
stricter the marking is, because MISP gives a thing no new time when its event is marked anew.

### Attribute types

Any other type is kept word for word as `x-misp-attribute`.

| type | what a pattern asks for | what was seen |
|---|---|---|
"""

_DIFFERENCES: Final = """
### Where misp-stix says it otherwise

- A searched attribute is no observation: misp-stix adds an `observed-data` that MISP does not state.
- An event is always a report: misp-stix makes a grouping of one that is not published yet, and so two objects of it.
- Distribution and sharing groups count; misp-stix leaves them away.
- A deleted attribute is revoked, observables are marked, categories are no kill chain.
- Galaxy clusters and organisations are dated 1970, so that what their own author states is newer; a malware is a
family. - Attributes of an object that have no place in its observable are not asked for by the pattern.
"""

_CSAF: Final = """
## CSAF 2.0

Needs the extra `csaf` (`pip install 'kenesh[csaf]'`). A document that fails a mandatory test (CSAF 2.0 §6.1) is refused
with the test's number. One that holds becomes a `report` (with its notes, references and language), a `vulnerability`
for each of its own (CVE, CWE, CVSS vectors, threats), a `software` for each product, and a `course-of-action` that
mitigates for each remediation. Which products are affected, fixed or under investigation stands in the vulnerability as
`x_csaf_..._refs`. TLP 1's WHITE is CLEAR, the other words are the same; a document without a label stays unmarked. The
document is kept as it came with the report's version: `kenesh show REPORT --original FILE`.

## Lists, tables, reports

Text in UTF-8, and the text of PDFs with the extra `pdf`. Values are *proposed*: `kenesh proposals` lists them, each
with the sentence or row that it stood in, `kenesh confirm` makes indicators of them, `kenesh reject` puts them aside.
`hxxp`, `[.]`, `(dot)`, `[:]`, `[at]` and their like are undone. Doubtful are: what is private or reserved, networks
wider than /16 (IPv6 /32), what looks like a file's name, what stands on a warning list (extra `block`), and what
a report leaves plain while it makes others harmless. A condition of reproduction in a text goes with every sentence
from it.
"""


def formats_page() -> str:
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield _HEAD + _STIX
    yield "| type | property | words |\n|---|---|---|"
    for name, (key, words) in upgrade.VOCABULARIES.items():
        yield f"| {name} | `{key}` | {', '.join(sorted(words))} |"
    yield "\nIn the observables of an observed-data these are renamed:\n\n| observable | was | is |\n|---|---|---|"
    for name, renamed in upgrade.RENAMED.items():
        yield from (f"| {name} | `{old}` | `{new}` |" for old, new in renamed.items())
    yield _MISP
    yield "| distribution | without a tag |\n|---|---|"
    yield from (f"| {number} | {tlp.label} |" for number, tlp in levels.MEANING.items())
    yield "| 3 with a TLP tag | the tag |"
    yield _LEVELS.rstrip()
    yield from _types()
    yield from (f"| {kind} | the rule, as `{language}` | the same |" for kind, language in values.LANGUAGES.items())
    yield "\n### Object templates\n"
    yield "Any other is kept whole as `x-misp-object`, with an indicator for what of it has `to_ids`.\n"
    yield "| template | observable | attributes |\n|---|---|---|"
    for name, template in templates.TEMPLATES.items():
        relations = [relation for relation in template.slots if relation not in values.HASHES]
        hashes = ["hashes"] if len(relations) < len(template.slots) else []
        yield f"| {name} | `{template.type}` | {', '.join(sorted(relations) + hashes)} |"
    yield "\n### Galaxies\n\nMITRE's by the end of their names; any other is an `x-misp-galaxy-cluster`.\n"
    yield "| galaxy | type |\n|---|---|"
    yield from (f"| {name} | `{stix_type}` |" for name, stix_type in galaxies.TYPES.items())
    yield _DIFFERENCES.rstrip()
    reasons = sorted({(reason, kind) for table in (PATTERNS, OBSERVABLES) for kind, reason in table.items()})
    for reason in dict.fromkeys(reason for reason, _ in reasons):
        kinds = ", ".join(f"`{kind}`" for other, kind in reasons if other == reason)
        yield f"- {kinds}: {reason}."
    yield _CSAF.rstrip()


def _types() -> Iterator[str]:
    for kind in values.TYPES:
        said = next(filter(None, (values.meaning(kind, value, "…") for value in ("x", "1", "x|1"))))
        paths = " AND ".join(f"`{path}`" for path, _ in said.tests)
        seen = ", ".join(f"`{item['type']}`" for item in said.observables) or "kept as an attribute"
        yield f"| {kind.replace('|', ' and ')} | {paths} | {seen} |"
