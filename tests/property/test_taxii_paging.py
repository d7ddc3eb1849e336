"""Tokens open for the walk that they were made for, and for no other; pages cover a collection without loss."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.basis.problem import UsageProblem
from kenesh.taxii.filters import Filters, VersionFilter
from kenesh.taxii.paging import MAX_PAGE_OCTETS, Walk, fitting, next_token, stamp_in, start_of

quick = settings(max_examples=60, deadline=None)

words = st.text("abcdef-", min_size=1, max_size=8)
keys = st.lists(st.sampled_from(["2026-01-01T00:00:00", "2026-01-01T00:00:00.5"]).map(ModifiedKey), unique=True)
stamps = st.integers(0, 2**53).map(Instant)
filters = st.builds(
    Filters,
    added_after=st.none() | stamps,
    ids=st.lists(words, unique=True, max_size=3).map(tuple),
    types=st.lists(words, unique=True, max_size=3).map(tuple),
    versions=st.builds(VersionFilter, st.booleans(), st.booleans(), st.booleans(), keys.map(sorted).map(tuple)),
    spec_versions=st.lists(st.sampled_from(["2.0", "2.1"]), unique=True).map(tuple),
)
walks = st.builds(Walk, st.uuids().map(str), st.text(st.characters(exclude_categories=["Cs"]), max_size=20), filters)
secrets = st.binary(min_size=32, max_size=32)


@pytest.mark.clause("TAXII 2.1 §3.5")
@quick
@given(walks, stamps, secrets)
def test_a_token_gives_back_its_stamp(walk: Walk, stamp: Instant, key: bytes) -> None:
    """T46."""
    assert stamp_in(next_token(walk, stamp, key), walk, key) == stamp


@pytest.mark.clause("TAXII 2.1 App. B")
@quick
@given(walks, walks, stamps, secrets)
def test_a_token_opens_for_no_other_walk(walk: Walk, other: Walk, stamp: Instant, key: bytes) -> None:
    """T46: unless it is the same question to the same collection by the same reader."""
    same = (walk.collection_id, walk.reader, walk.filters.fingerprint())
    assume(same != (other.collection_id, other.reader, other.filters.fingerprint()))
    with pytest.raises(UsageProblem):
        stamp_in(next_token(other, stamp, key), walk, key)


@pytest.mark.clause("TAXII 2.1 App. B")
@quick
@given(walks, stamps, secrets, st.integers(0, 31), st.characters())
def test_no_character_of_a_token_can_be_changed(walk: Walk, stamp: Instant, key: bytes, at: int, char: str) -> None:
    """T46."""
    token = next_token(walk, stamp, key)
    assume(token[at] != char)
    with pytest.raises(UsageProblem):
        stamp_in(token[:at] + char + token[at + 1 :], walk, key)


@pytest.mark.clause("TAXII 2.1 §3.5")
@quick
@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, MAX_PAGE_OCTETS)), max_size=40, unique_by=lambda x: x[0]),
    st.none() | st.integers(1, 9),
    secrets,
)
def test_following_next_gives_each_object_once_and_in_order(
    rows: list[tuple[int, int]], limit: int | None, key: bytes
) -> None:
    """T39, T45: whatever the sizes of the objects and of the pages."""
    rows, seen, token = sorted(rows), list[int](), None
    while True:
        walk = Walk("c", "r", Filters(limit=limit, next=token))
        left = [row for row in rows if row[0] > (start_of(walk, key) or 0)]
        page = left[: fitting((size for _, size in left), limit)]
        seen += [stamp for stamp, _ in page]
        if len(page) == len(left):
            break
        token = next_token(walk, Instant(page[-1][0]), key)
    assert seen == [stamp for stamp, _ in rows]
