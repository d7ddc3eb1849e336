"""Whether a party sees an object, by which rule, and which marking stands in the way."""

from __future__ import annotations

import pytest
from tests.federation.objects import indicator
from tests.unit.federation.alone import Alone

from kenesh.basis.instants import HOUR, Instant, stix_timestamp
from kenesh.basis.problem import UnknownProblem
from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.federation.explaining import Explanation, explain
from kenesh.parties.bodies import Role
from kenesh.release.caveats import Caveats
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.marking import Tlp

GREEN, AMBER, RED = indicator("green.example"), indicator("amber.example", Tlp.AMBER), indicator("red.example", Tlp.RED)
BARE = indicator("bare.example", None)


@pytest.fixture(autouse=True)
def held(alone: Alone) -> None:
    alone.holds(GREEN, AMBER, RED, BARE)


def explained(alone: Alone, stix_id: str, code: str = "AZ") -> Explanation:
    with alone.database.reading() as tx:
        return explain(
            tx, alone.own, Reader(ReaderKind.PERSON, alone.own.ref, "officer"), stix_id, code, alone.clock.now()
        )


def test_what_is_not_held_is_not_explained(alone: Alone) -> None:
    with pytest.raises(UnknownProblem):
        explained(alone, indicator("nothing.example")["id"])


def test_what_was_never_released_is_not_seen_and_it_says_that_it_could_be(alone: Alone) -> None:
    found = explained(alone, GREEN["id"])
    assert (found.allowed, found.rule) == (False, "GRT-01")
    assert "No release by KZ gives it to AZ" in found.reasons[0]
    assert "a release to AZ would be allowed" in found.reasons[-1]


@pytest.mark.parametrize(("value", "rule"), [(RED, "TLP-01"), (AMBER, "GRT-01")])
def test_it_says_which_marking_would_stand_in_the_way(alone: Alone, value: dict[str, str], rule: str) -> None:
    assert explained(alone, value["id"]).rule == rule


def test_what_has_no_marking_needs_a_label(alone: Alone) -> None:
    assert "with a label (--tlp)" in explained(alone, BARE["id"]).reasons[-1]


def test_what_was_released_to_the_party_is_seen(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="AZ")
    found = explained(alone, GREEN["id"])
    assert (found.allowed, found.rule) == (True, "TLP-11")
    assert found.reasons == ("Released to AZ as TLP:GREEN: AZ sees it: " + found.reasons[0].partition("sees it: ")[2],)


def test_what_was_released_to_another_is_not_seen(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="TR")
    found = explained(alone, GREEN["id"])
    assert (found.allowed, found.rule) == (False, "AUD-01")


def test_one_release_that_opens_it_is_enough(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="TR")
    alone.releases(GREEN["id"], to="AZ")
    assert explained(alone, GREEN["id"]).allowed


def test_what_was_withdrawn_is_not_seen_and_it_says_so(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="AZ")
    acts.withdraw(alone.services, GREEN["id"], "a mistake", "officer")
    found = explained(alone, GREEN["id"])
    assert (found.allowed, found.rule) == (False, "GRT-01")
    assert "that has ended: withdrawn" in found.reasons[0]


def test_what_was_released_before_the_term_is_not_seen(alone: Alone) -> None:
    acts.form_body(alone.services, "circle", "Circle", "officer", council=False)
    alone.releases(GREEN["id"], to="body:circle")
    assert explained(alone, GREEN["id"]).rule == "AUD-01"
    alone.clock.step(HOUR)
    acts.admit_member(alone.services, "circle", "AZ", Role.MEMBER, None, "officer")
    assert explained(alone, GREEN["id"]).rule == "TRM-01"
    alone.clock.step(HOUR)
    alone.releases(AMBER["id"], to="body:circle")
    assert explained(alone, AMBER["id"]).allowed


def test_a_term_that_has_ended_opens_nothing(alone: Alone) -> None:
    acts.form_body(alone.services, "circle", "Circle", "officer", council=False)
    acts.admit_member(alone.services, "circle", "AZ", Role.MEMBER, None, "officer")
    alone.releases(GREEN["id"], to="body:circle")
    assert explained(alone, GREEN["id"]).allowed
    acts.end_member(alone.services, "circle", "AZ", Instant(alone.clock.now() + HOUR), "officer")
    assert explained(alone, GREEN["id"]).allowed
    alone.clock.step(HOUR)
    assert explained(alone, GREEN["id"]).rule == "AUD-01"


def test_a_party_that_is_not_known_sees_nothing(alone: Alone) -> None:
    alone.releases(GREEN["id"], to="AZ,TR")
    assert explained(alone, GREEN["id"], "UZ").rule == "AUD-01"


def test_every_rule_that_a_release_meets_is_told_up_to_the_one_that_decides(alone: Alone) -> None:
    asked = explained(alone, RED["id"]).asked
    assert asked[-1].startswith("TLP-01 decides: withhold, since TLP:RED is for named persons only")
    assert [line.split()[0] for line in asked[:4]] == ["EXE-01", "EXE-02", "CEI-01", "CAV-01"]
    assert all("does not hold" in line for line in asked[:-1])
    assert explained(alone, GREEN["id"]).asked[-1].startswith("TLP-11 decides: allow")


def lasts(alone: Alone, stix_id: str, code: str = "AZ", at: Instant | None = None) -> tuple[str, ...]:
    return acts.explain_for(alone.services, alone.services.person("console"), stix_id, code, at).terms


def in_circle(alone: Alone) -> str:
    acts.form_body(alone.services, "circle", "Circle", "officer", council=False)
    membership = acts.admit_member(alone.services, "circle", "AZ", Role.MEMBER, None, "officer")
    return membership.id


def test_it_names_the_membership_by_which_a_party_has_it_and_from_when(alone: Alone) -> None:
    begins = stix_timestamp(alone.clock.now())
    membership = in_circle(alone)
    alone.clock.step(HOUR)
    alone.releases(GREEN["id"], to="body:circle")
    first, second = lasts(alone, GREEN["id"])
    assert first == f"{membership} gives AZ what goes to body:circle, from {begins}; no end is stated."
    assert second.startswith("It opens to AZ what is released to body:circle after 20")


def test_it_says_when_a_membership_ends_and_when_it_has_ended(alone: Alone) -> None:
    membership = in_circle(alone)
    alone.releases(GREEN["id"], to="body:circle")
    ends = Instant(alone.clock.now() + HOUR)
    acts.end_member(alone.services, "circle", "AZ", ends, "officer")
    told = lasts(alone, GREEN["id"])
    assert told[0].startswith(f"{membership} gives AZ what goes to body:circle, from ")
    assert told[0].endswith(f" until {stix_timestamp(ends)}.")
    assert len(told) == 2
    after = lasts(alone, GREEN["id"], at=ends)
    assert after == told[:1]
    assert not explained(alone, GREEN["id"]).terms


def test_who_is_in_no_body_is_told_so_and_for_a_release_to_a_party_there_is_nothing_to_tell(alone: Alone) -> None:
    in_circle(alone)
    alone.releases(GREEN["id"], to="body:circle")
    assert lasts(alone, GREEN["id"], "UZ") == ("No membership gives UZ what goes to body:circle.",)
    alone.releases(AMBER["id"], to="AZ")
    assert lasts(alone, AMBER["id"]) == ()


def test_a_release_that_lapses_says_when(alone: Alone) -> None:
    until = Instant(alone.clock.now() + HOUR)
    wish = Wish(words=[GREEN["id"]], to="AZ", caveats=Caveats(valid_until=until))
    acts.release(alone.services, wish, "officer")
    assert lasts(alone, GREEN["id"]) == (f"The release to AZ holds until {stix_timestamp(until)}.",)
