"""Terms are a function of the memberships as a set: neither their order nor their repetition matters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import Instant, modified_key, stix_timestamp
from kenesh.parties.bodies import Membership, Role
from kenesh.parties.terms import Term, body_terms, class_terms
from kenesh.release.audience import CLASSES

HOUR = 3_600_000_000
BODIES = [f"kenesh-body--{n}" for n in range(2)]
PARTIES = [f"identity--{n}" for n in range(2)]


def an_hour() -> st.SearchStrategy[Instant]:
    return st.integers(1, 12).map(lambda n: Instant(n * HOUR))


def a_membership() -> st.SearchStrategy[Membership]:
    """Few ids, hours and keys, so that versions meet: also two under one `modified`, and ends before beginnings."""
    return st.builds(
        Membership,
        id=st.sampled_from(["kenesh-membership--a", "kenesh-membership--b"]),
        modified=an_hour().map(lambda at: modified_key(stix_timestamp(at))),
        body_ref=st.sampled_from(BODIES),
        party_ref=st.sampled_from(PARTIES),
        kid=st.sampled_from(["k1", "k2"]),
        role=st.sampled_from([Role.MEMBER, Role.OBSERVER, Role.PARTNER]),
        begins=an_hour(),
        ends=st.none() | an_hour(),
    )


memberships = st.lists(a_membership(), max_size=8)


@given(memberships, st.data())
def test_order_and_repetition_do_not_matter(said: list[Membership], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(said), max_size=8)) if said else []
    shuffled = data.draw(st.permutations(said + again))
    assert body_terms(shuffled) == body_terms(said)
    assert class_terms(shuffled, CLASSES) == class_terms(said, CLASSES)


@given(memberships)
def test_a_term_ends_after_it_begins_and_stands_once(said: list[Membership]) -> None:
    for terms in (body_terms(said), class_terms(said, CLASSES)):
        assert all(term.ends is None or term.begins < term.ends for term in terms)
        keys = [(term.audience_ref, term.membership_id, term.begins) for term in terms]
        assert len(set(keys)) == len(keys)


@given(memberships, an_hour())
def test_one_membership_gives_at_most_one_term_at_a_time(said: list[Membership], now: Instant) -> None:
    for terms in (body_terms(said), class_terms(said, CLASSES)):
        seated = [term.membership_id for term in terms if term.is_in_force(now)]
        assert len(set(seated)) == len(seated)


@given(memberships)
def test_terms_of_one_membership_do_not_overlap(said: list[Membership]) -> None:
    by_id: dict[str, list[Term]] = {}
    for term in sorted(body_terms(said), key=lambda term: term.begins):
        by_id.setdefault(term.membership_id, []).append(term)
    for terms in by_id.values():
        assert all(earlier.ends is not None and earlier.ends <= later.begins for earlier, later in pairwise(terms))


@given(memberships, an_hour())
def test_a_party_in_a_body_is_in_one_of_its_classes_and_no_other(said: list[Membership], now: Instant) -> None:
    """As the terms of the council are the terms of its classes, cut where the role changes."""
    seats = {(t.membership_id, t.party_ref) for t in body_terms(said) if t.is_in_force(now)}
    classes = {(t.membership_id, t.party_ref) for t in class_terms(said, CLASSES) if t.is_in_force(now)}
    assert seats == classes


@given(memberships, an_hour())
def test_who_stated_it_last_says_who_sits_and_until_when(said: list[Membership], now: Instant) -> None:
    """Read plainly: of the versions whose time has come, the one that was stated last holds, if it has not ended."""
    for membership_id in {m.id for m in said}:
        versions = [m for m in said if m.id == membership_id]
        stated = sorted({m.modified for m in versions})
        if len(stated) != len(set(versions)):
            # Two things under one `modified` are a conflict, of which holdings take one.
            continue
        begun = [m for m in versions if m.begins <= now]
        last = max(begun, key=lambda m: m.modified, default=None)
        expected = last is not None and (last.ends is None or now < last.ends)
        seated = [t for t in body_terms(versions) if t.is_in_force(now)]
        assert bool(seated) == expected
        if last is not None and seated:
            assert (seated[0].audience_ref, seated[0].party_ref) == (last.body_ref, last.party_ref)
