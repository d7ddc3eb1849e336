"""Texts from anywhere: nothing crashes, one form is one form, and a near miss is a miss."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.edges.logs.duckdb_search import DuckDbSearch
from kenesh.watch.lookup import probes
from kenesh.watch.moments import moment
from kenesh.watch.ports import LogFormat
from kenesh.watch.tokens import Sort, atoms_in
from kenesh.watch.values import Atom, Kind, atom_of, canonical, recognise, refanged
from kenesh.watch.watchlist import Watchlist

INDICATOR = "evil.example"

labels = st.sampled_from(["evil", "example", "EVIL", "e", "vil", "evıl", "EVİL", "xn--evl-kua", "www", "_d", "-"])
names = st.lists(labels, min_size=1, max_size=4).map(".".join)
near = st.lists(st.sampled_from(["evil", ".", "example", "-", "org", "ı", "x", "_"]), max_size=8).map("".join)
pieces = st.sampled_from(
    [
        *("http://", "hxxp", "[.]", "(", ")", "[", "]", ":", "/", "@", "%2F", "%ff", "\\u0130", "\\x2c", "::", "1"),
        *("10.0.0.1", "evil.example", "?u=", "&", "#", ",", "{", "}", '"', "'", "\t", "\n", " ", "\x00"),
        *("\u0130", "\u200d", "\ufffd"),
    ]
)
texts = st.one_of(st.text(max_size=80), st.lists(pieces, max_size=12).map("".join))


@given(st.sampled_from(Kind), texts)
def test_canonical_is_idempotent(kind: Kind, text: str) -> None:
    form = canonical(kind, text)

    assert form is None or canonical(kind, form) == form


@given(st.sampled_from(Kind), st.one_of(names, texts))
def test_a_canonical_name_and_its_capitals_in_ascii_are_the_same(kind: Kind, text: str) -> None:
    form = canonical(kind, text)

    if form is not None and kind in (Kind.DOMAIN, Kind.IPV6, Kind.MD5):
        assert canonical(kind, form.upper()) == form


@given(texts)
def test_recognise_never_crashes_and_knows_its_own_values(text: str) -> None:
    atom = recognise(text)

    assert refanged(text) is not None
    if atom is not None:
        assert atom_of(atom.kind, atom.value) == atom
        assert probes(atom)[0] == atom


@given(st.sampled_from(Sort), texts)
def test_every_value_in_a_token_is_canonical(sort: Sort, token: str) -> None:
    for atom in atoms_in(sort, token):
        assert atom_of(atom.kind, atom.value) == atom


@given(texts)
def test_a_moment_is_told_or_not(text: str) -> None:
    told = moment(text)

    assert told is None or told >= 0


@given(st.one_of(names, near))
def test_a_domain_is_hit_if_and_only_if_it_is_the_indicator_or_under_it(name: str) -> None:
    form = canonical(Kind.DOMAIN, name)
    watchlist = Watchlist([(1, Atom(Kind.DOMAIN, INDICATOR))])

    if form is not None:
        assert bool(watchlist.judged(Sort.DOTTED, name)) == is_under(form)


def is_under(name: str) -> bool:
    return name == INDICATOR or name.endswith("." + INDICATOR)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(names, near), min_size=1, max_size=40))
def test_a_hunt_hits_the_same_names(found: list[str]) -> None:
    forms = [form for name in found if (form := canonical(Kind.DOMAIN, name)) is not None]
    written = [name for name in found if canonical(Kind.DOMAIN, name) is not None]

    assert hits("".join(f"q: {name} IN A\n" for name in written), Atom(Kind.DOMAIN, INDICATOR)) == sum(
        map(is_under, forms)
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(texts, max_size=20))
def test_a_hunt_never_crashes(lines: list[str]) -> None:
    for start in ("", "{", "#separator \\x09\n#fields\thost\turi\n"):
        hits(start + "\n".join(lines), Atom(Kind.DOMAIN, INDICATOR), Atom(Kind.URL, "http://evil.example/"))


def hits(content: str, *atoms: Atom) -> int:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.log")
        path.write_bytes(content.encode("utf-8", "surrogatepass"))
        findings = DuckDbSearch().search([path], LogFormat.AUTO, enumerate(atoms))
    return sum(hit.count for hit in findings.hits)
