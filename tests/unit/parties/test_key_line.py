"""Which key counts, under every order and repetition of what was heard, and against who would take a key's place."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import DAY, HOUR, Instant
from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.card import make_card, signed_card
from kenesh.parties.key_line import PROVISIONAL, HeardCard, KeyLine, key_line
from kenesh.parties.keys import Signer, SigningKey
from kenesh.parties.revocation import Revocation, make_revocation, signed_revocation

T0 = Instant(1_790_000_000_000_000)


def signer(name: str) -> Signer:
    return SigningKey(sha256(name.encode()).digest()).signer()


K, L, M, THIEF, SAFE, OTHER_SAFE = (signer(n) for n in ("K", "L", "M", "thief", "safe", "another safe"))


def card(by: Signer, serial: int, former: Signer | None = None, safe: Signer = SAFE) -> dict[str, Any]:
    return make_card(
        by, party="KZ", name="CERT of KZ", url=f"http://kz{serial}.test", recovery_kid=safe.kid, serial=serial,
        now=Instant(T0 + serial), former=former,
    )  # fmt: skip


def heard(value: dict[str, Any], at: int = 0, *, confirmed: bool = False) -> HeardCard:
    return HeardCard(signed_card(value), value, Instant(T0 + at), confirmed)


def revoked(kid: str, by: Signer | None, *, safe: Signer = SAFE, since: int = 0, said: int = 0) -> Revocation:
    replacement = by.public if by else None
    value = make_revocation(
        safe, party="KZ", kid=kid, since=Instant(T0 + since), replacement=replacement, now=Instant(T0 + said)
    )
    return signed_revocation(value)


ANCHOR = signed_card(card(K, 1))
ROTATED = heard(card(L, 2, former=K), HOUR)
STOLEN = heard(card(THIEF, 2, former=K), 2 * HOUR)


def line(*said: HeardCard | Revocation, now: int = 3 * HOUR) -> KeyLine:
    cards = [one for one in said if isinstance(one, HeardCard)]
    return key_line(ANCHOR, cards, [one for one in said if isinstance(one, Revocation)], Instant(T0 + now))


def test_a_succession_is_followed_at_once_and_is_provisional_for_seven_days() -> None:
    found = line(ROTATED)
    assert found.key == L.public
    assert found.card.serial == 2
    assert found.provisional_until == ROTATED.at + PROVISIONAL
    assert [f.kid for f in found.former] == [K.kid]
    assert line(ROTATED, now=HOUR + PROVISIONAL).provisional_until is None


def test_a_succession_whose_fingerprint_was_compared_is_settled() -> None:
    assert line(replace(ROTATED, confirmed=True)).provisional_until is None


def test_a_succession_that_the_former_key_did_not_sign_is_not_followed() -> None:
    value = card(THIEF, 2, former=M)
    forged = {**value, "succeeds": K.kid}
    with pytest.raises(UntrustedProblem):
        signed_card(forged)
    claimed = card(THIEF, 2)
    alone = {**{n: v for n, v in claimed.items() if n != "signatures"}, "succeeds": K.kid}
    alone |= {"signatures": [THIEF.sign(alone), THIEF.sign(alone)]}
    assert line(heard(value), heard(alone)).key == K.public


def test_the_recovery_key_undoes_a_thiefs_succession_and_names_the_key_that_counts() -> None:
    found = line(STOLEN, revoked(K.kid, L))
    assert found.key == L.public
    assert found.provisional_until is None
    assert found.former[0].revoked_since == T0


def test_the_recovery_key_undoes_a_succession_and_the_former_key_counts_again() -> None:
    found = line(STOLEN, revoked(THIEF.kid, K))
    assert found.key == K.public
    assert [f.kid for f in found.former] == [THIEF.kid]


def test_a_succession_is_undone_after_its_seven_days_too() -> None:
    assert line(STOLEN, revoked(K.kid, L), now=100 * DAY).key == L.public


def test_a_revoked_key_without_replacement_leaves_no_key_whatever_else_is_said() -> None:
    assert line(revoked(K.kid, None), STOLEN, ROTATED).key is None
    assert line(revoked(K.kid, None), revoked(K.kid, L, said=HOUR)).key is None


def test_the_recovery_key_of_another_party_revokes_nothing() -> None:
    assert line(revoked(K.kid, THIEF, safe=OTHER_SAFE)).key == K.public


def test_a_card_that_names_another_recovery_key_is_not_followed() -> None:
    assert line(heard(card(THIEF, 2, former=K, safe=OTHER_SAFE))).key == K.public
    assert line(heard(card(K, 5, safe=OTHER_SAFE))).card.serial == 1


def test_of_two_successions_the_first_that_was_heard_is_followed_and_the_other_is_told() -> None:
    found = line(STOLEN, ROTATED)
    assert found.key == L.public
    assert found.rivals == (THIEF.public,)


def test_an_old_card_that_is_shown_again_changes_nothing() -> None:
    newest = heard(card(K, 3))
    assert line(newest, heard(card(K, 2))).card.serial == 3
    assert line(ROTATED, heard(card(K, 9), 3 * HOUR)).card.serial == 2


def test_a_key_that_was_succeeded_and_is_revoked_later_gives_way_to_its_replacement() -> None:
    found = line(ROTATED, revoked(K.kid, L, since=-HOUR))
    assert found.key == L.public
    assert found.former[0].revoked_since == T0 - HOUR


def test_revocations_that_lead_in_a_circle_leave_no_key() -> None:
    assert line(revoked(K.kid, L), revoked(L.kid, K)).key is None


EVERYTHING: list[HeardCard | Revocation] = [
    ROTATED,
    STOLEN,
    heard(card(M, 3, former=L), 3 * HOUR),
    heard(card(THIEF, 4, former=THIEF), 3 * HOUR),
    heard(card(K, 4)),
    heard(card(L, 5), 4 * HOUR),
    revoked(M.kid, L, said=5),
    revoked(K.kid, M, said=6),
    revoked(K.kid, L, said=7, safe=OTHER_SAFE),
    revoked(THIEF.kid, None),
]


@given(st.data())
def test_order_and_repetition_of_what_was_heard_change_nothing(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(EVERYTHING), unique_by=id))
    more = data.draw(st.lists(st.sampled_from(chosen))) if chosen else []
    again = data.draw(st.permutations(chosen + more))
    now = data.draw(st.sampled_from([0, 4 * HOUR, 30 * DAY]))
    assert line(*chosen, now=now) == line(*again, now=now)


@given(st.lists(st.sampled_from(EVERYTHING)))
def test_a_key_that_the_recovery_key_revoked_is_never_the_present_one(said: list[HeardCard | Revocation]) -> None:
    found = line(*said)
    gone = {r.kid for r in said if isinstance(r, Revocation) and r.recovery_kid == SAFE.kid}
    assert found.key is None or found.key.kid not in gone
