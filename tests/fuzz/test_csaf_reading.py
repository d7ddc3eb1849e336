"""Whatever stands in what calls itself an advisory, it is taken in or refused, and reading never breaks."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.edges.formats.test_csaf import ADVISORY

from kenesh.edges.formats.csaf.reading import claims, pieces
from kenesh.stix.files import Refusal

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=5), st.sampled_from(["D-1", "2"])
)
values = st.recursive(
    scalars, lambda i: st.one_of(st.lists(i, max_size=3), st.dictionaries(st.text(max_size=5), i, max_size=3))
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(*path, key) for key, _ in inner] + [place for key, item in inner for place in places(item, (*path, key))]


PLACES = places(ADVISORY)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PLACES), values)
def test_an_advisory_with_anything_in_any_place_is_read_or_refused(place: tuple[Any, ...], value: Any) -> None:
    damaged = copy.deepcopy(ADVISORY)
    at: Any = damaged
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    for part in pieces(io.BytesIO(json.dumps(damaged).encode())):
        if isinstance(part, Refusal):
            assert part.reason.isprintable()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 3000))
def test_no_octets_and_no_depth_break_it(octets: bytes, depth: int) -> None:
    claims(octets)
    list(pieces(io.BytesIO(octets)))
    list(pieces(io.BytesIO(b'{"csaf_version":' * depth)))
