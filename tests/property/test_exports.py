"""Whatever an object holds, an export writes it as its format does, or leaves it out, and raises but Problems."""

from __future__ import annotations

import json
from typing import Any

from csaf.csaf.v20._validator import validate
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.cli import files
from tests.cli.test_csaf_folder import advisory
from tests.unit.edges.formats.out import grammar
from tests.unit.edges.formats.out.loads import leaving, order, released, text_of
from tests.unit.edges.formats.out.tools import ACTING, guard

from kenesh.basis.problem import Problem
from kenesh.edges.formats.out.forms import forms
from kenesh.holdings.leaving import Conditions
from kenesh.parties.party import party_id
from kenesh.stix.marking import Tlp

FORMS = forms(guard(names=("gov.example",), networks=("203.0.113.0/24",)))
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
PATHS = st.sampled_from(
    [
        *("domain-name:value", "ipv4-addr:value", "ipv6-addr:value", "url:value", "email-addr:value", "file:name"),
        *("file:hashes.MD5", "file:hashes.'SHA-256'", "network-traffic:dst_ref.value", "x509-certificate:hashes.MD5"),
    ]
)
STEMS = st.sampled_from(
    ["evil.example", "192.0.2.1", "2001:db8::1", "http://evil.example/", "a@evil.example", "ab" * 16, "ab" * 32, ""]
)
VALUES = st.builds(lambda before, stem, after: before + stem + after, TEXTS | st.just(""), STEMS, TEXTS | st.just(""))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def _pattern(path: str, operator: str, value: str) -> str:
    literal = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{path} {operator} '{literal}']"


PATTERNS = st.builds(_pattern, PATHS, st.sampled_from(["=", "=", "=", "ISSUBSET", "!=", "LIKE"]), VALUES) | TEXTS
FIELDS = st.fixed_dictionaries(
    {"pattern": PATTERNS, "pattern_type": st.sampled_from(["stix", "stix", "stix", "sigma", "yara", "pcre"])},
    optional={
        "name": VALUES,
        "description": TEXTS,
        "labels": st.lists(TEXTS | st.sampled_from(["PAP:RED", "PAP:GREEN", "PAP:X"]), max_size=3) | JSON,
        "valid_from": st.sampled_from(["2026-11-01T00:00:00Z", "2030-01-01T00:00:00Z", "soon"]) | JSON,
        "valid_until": st.sampled_from(["2026-11-01T00:00:00Z", "2030-01-01T00:00:00Z"]) | JSON,
        "value": VALUES | JSON,
        "x_more": JSON,
    },
)


@example([], "\u00a0\u3000", "hosts")
@given(st.lists(FIELDS, max_size=6), TEXTS, st.sampled_from(sorted(FORMS)))
def test_every_line_of_a_tool_s_list_is_one_of_its_format(more: list[dict[str, Any]], text: str, name: str) -> None:
    values = [files.indicator(number) | fields for number, fields in enumerate(more, 1)]
    loads = [released([leaving(value, sources=(text,), licences=(text,)) for value in values])]
    conditions = Conditions(sources={text}, licences={text}, statements={text})
    under = order(kind="domain", conditions=conditions, url="https://cert.example/")
    try:
        written = text_of(FORMS[name], loads, under)
    except Problem:
        return
    if name in ("stix", "misp"):
        json.loads(written)
    if name in ACTING:
        assert grammar.check(name, written) >= under.tally.written
        assert "gov.example" not in written.replace(text, "")
    assert under.tally.written + sum(told.count for told in under.tally.left_out.values()) <= len(values)


CSAF_FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("name", "description", "lang", "report_types", "object_refs", "external_references", "created", "vendor"),
            *("cpe", "version", "x_csaf_purl", "x_csaf_fixed_refs", "x_csaf_known_affected_refs", "modified"),
            *("x_csaf_product_refs", "relationship_type"),
        ]
    ),
    JSON | st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("source_name", "external_id", "url"), JSON))),
    max_size=4,
)


@settings(max_examples=40)
@given(st.lists(CSAF_FIELDS, min_size=5, max_size=5))
def test_an_advisory_of_anything_is_valid_or_left_out(more: list[dict[str, Any]]) -> None:
    author = {"created_by_ref": party_id("KZ")}
    objects = [value | author | fields for value, fields in zip(advisory(), more, strict=True)]
    items = [leaving(value, tlp=Tlp.CLEAR) for value in objects]
    under = order(url="https://cert.example/")
    files_of = dict(FORMS["csaf"].write([released(items)], under))
    documents = [
        json.loads(octets) for name, octets in files_of.items() if name.startswith("white/") and name[-1] == "n"
    ]
    assert len(documents) == under.tally.written
    for document in documents:
        assert [r.id for r in validate(document, preset="mandatory").results if not r.passed and not r.skipped] == []
