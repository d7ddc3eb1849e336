from __future__ import annotations

import pytest

from kenesh.watch.tokens import Sort, atoms_in


def values(sort: Sort, token: str) -> set[str]:
    return {atom.value for atom in atoms_in(sort, token)}


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ("evil.example", {"evil.example"}),
        ("\u00abevil.example\u00bb\u2014good.example", {"evil.example", "good.example"}),
        ("evil\u200b.example", {"evil.example"}),
        ("\ufffdevil.example", set()),
        ("\ufffd.evil.example", {"evil.example"}),
        ("\U0001f600evil.example", {"evil.example"}),
        ("-.evil.example", {"evil.example"}),
        ("192.0.2.1", {"192.0.2.1"}),
        ("192.0.2.1.5", set()),
        ("\u2192192.0.2.1\u2190", {"192.0.2.1"}),
    ],
)
def test_a_dotted_word_is_a_name_or_an_address_as_a_whole(token: str, found: set[str]) -> None:
    assert values(Sort.DOTTED, token) == found


def test_a_name_under_no_watched_top_label_is_left_out() -> None:
    assert list(atoms_in(Sort.DOTTED, "evil.example", {"org"})) == []
    assert [atom.value for atom in atoms_in(Sort.DOTTED, "a.k\u00f6t\u00fc", {"xn--kt-fkaz"})] == ["a.xn--kt-fkaz"]


@pytest.mark.parametrize(
    ("token", "url", "is_there"),
    [
        (" http://evil.example/x", "http://evil.example/x", True),
        ("(http://evil.example/x)", "http://evil.example/x", True),
        ("(http://evil.example/x(y))", "http://evil.example/x(y)", True),
        ("'http://evil.example/it's'", "http://evil.example/it", True),
        ("=http://evil.example/x,user=bob", "http://evil.example/x", True),
        ("=http://evil.example/x,bob", "http://evil.example/x", False),
        ("?u=http://evil.example/x&v=1", "http://evil.example/x", True),
        (" http://evil.example/x&v=1", "http://evil.example/x", False),
        ("http://evil.example/x;http://good.example/", "http://evil.example/x", True),
        ("http://good.example/?u=http://evil.example/x", "http://good.example/?u=http://evil.example/x", True),
        ("http://evil.example/x\\", "http://evil.example/x", True),
        ("http://evil.example/x?!.", "http://evil.example/x", True),
        ("\u201chttp://evil.example/x\u201d,", "http://evil.example/x", True),
        ("http://evil.example/x\u2019den", "http://evil.example/x", True),
    ],
)
def test_a_url_ends_where_what_opened_it_closes(token: str, url: str, is_there: bool) -> None:
    assert (url in values(Sort.URL, token)) is is_there


def test_a_token_of_a_million_letters_or_urls_is_judged_in_time() -> None:
    assert values(Sort.URL, "a" * 1_000_000) == set()
    assert values(Sort.URL, "http://evil.example" * 50_000)
