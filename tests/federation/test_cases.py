"""The rows of cases.md on feed, membership and recall: with and without pages fetched in between, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.federation import cases_of_authors as authors
from tests.federation import cases_of_membership as membership
from tests.federation import cases_of_pages as pages
from tests.federation import cases_of_recall as recall
from tests.federation.cases_of_membership import Pause
from tests.federation.lines import Loop
from tests.federation.nodes import Nodes, OpenStore

Case = Callable[[Nodes, Pause], None]

CASES: dict[str, tuple[Case, ...]] = {
    "late join": (membership.late_join,),
    "membership known to the secretariat at t0, to A at t2": (membership.known_to_the_keeper_first,),
    "membership that starts in the future; a change of class": (
        membership.starts_in_the_future,
        membership.takes_effect_without_a_job,
        membership.change_of_class,
    ),
    "leave, re-join": (
        membership.leaves_and_comes_again,
        membership.an_end_is_taken_back,
        membership.said_twice,
        membership.what_its_term_brought_ends_with_it,
        membership.revoked_membership,
    ),
    "expelled, but a node has not heard": (
        membership.expelled_unheard,
        membership.a_list_that_is_heard_is_honoured_on,
    ),
    "phantom member": (membership.phantom_member, membership.member_with_a_new_node),
    "B releases on an object of A": (
        authors.passed_on_with_proof,
        authors.passed_on_without_proof,
        authors.passed_on_before_the_authors_key_is_known,
        authors.proved_when_the_authors_key_comes,
    ),
    "stricter re-marking of a later version": (
        recall.stricter_marking_ends_forwards,
        recall.stricter_marking_of_what_has_no_author,
        recall.stricter_marking_comes_with_the_new_version,
        recall.stricter_marking_that_leaves_the_forward_open,
        recall.stricter_marking_ends_one_release_and_leaves_another,
        recall.stricter_marking_of_a_version_that_was_not_given,
        recall.what_is_passed_on_after_the_stricter_marking,
        recall.who_left_hears_of_the_stricter_marking,
    ),
    "wider re-marking, new paragraph in v2": (
        recall.wider_marking_goes_nowhere,
        recall.follow_takes_the_new_version_along,
        recall.revocation_follows_what_was_passed_on,
    ),
    "withdraw v2 only asked": (
        recall.withdrawing_the_newest_version,
        recall.withdrawing_an_older_release,
        recall.withdrawing_releases_of_many,
    ),
    "withdraw, then release again": (
        recall.withdrawn_and_released_again,
        recall.withdrawal_reaches_what_was_imported_too,
    ),
    "same value as SCO from two parties, other marking or one more hash": (recall.two_statements_of_one_observable,),
    "second content under one (id, modified)": (
        authors.second_content_under_one_version,
        authors.second_content_after_the_authors,
        authors.what_was_passed_on_before_the_author_spoke,
    ),
    "B sends a newer version or revoked: true of A's indicator": (
        authors.newer_version_by_another,
        authors.revocation_by_another,
    ),
    "a page breaks off, is repeated, comes out of order; a key is not yet known": (
        pages.page_breaks_off,
        pages.page_is_lost,
        pages.line_is_cut,
        pages.objects_stand_twice,
        pages.objects_come_the_other_way_round,
        pages.page_is_tampered_with,
        pages.key_is_not_yet_known,
        pages.node_is_founded_anew,
    ),
    "many writers, one reader paging by added_after": (pages.many_writers_one_reader,),
}


@pytest.fixture
def council(tmp_path: Path, database: OpenStore, loop: Loop) -> Iterator[Nodes]:
    """Nodes on either database."""
    nodes = Nodes(tmp_path, database, loop)
    yield nodes
    nodes.close()


@pytest.fixture(params=["fetched in between", "not fetched in between"])
def pause(request: pytest.FixtureRequest, council: Nodes) -> Pause:
    """What passes between two steps of a case: time, and, where the case is played so, pages."""

    def pause() -> None:
        council.step()
        if request.param == "fetched in between":
            council.settle(1)

    return pause


@pytest.mark.parametrize(
    ("row", "case"),
    [pytest.param(row, case, id=f"{row}: {case.__name__}") for row, cases in CASES.items() for case in cases],
)
def test_case(council: Nodes, pause: Pause, row: str, case: Case) -> None:
    case(council, pause)
