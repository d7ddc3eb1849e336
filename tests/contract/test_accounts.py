"""Accounts, sessions, passkeys and tokens on both databases: the same assertions."""

from __future__ import annotations

from tests.contract.making import NOW

from kenesh.basis.instants import HOUR, Instant
from kenesh.edges.store.database import Database
from kenesh.parties.accounts import ApiToken, Passkey, Stage
from kenesh.parties.roles import AccountRole

ANALYST = frozenset({AccountRole.ANALYST})
LATER = Instant(NOW + HOUR)


def test_an_account_is_found_by_its_name_as_it_is(store: Database) -> None:
    with store.writing() as tx:
        made = tx.accounts.add("İlhan", ANALYST, "tr", frozenset({"kenesh-body--a"}), NOW)
        assert tx.accounts.find("İlhan") == tx.accounts.by_num(made.num) == made
        assert tx.accounts.find("ilhan") is tx.accounts.by_num(999) is None
        tx.accounts.change(
            made.num, roles=frozenset(AccountRole), cleared=None, issuer="https://i.example", subject="7"
        )
        changed = tx.accounts.by_subject("https://i.example", "7")
        assert changed is not None
        assert (changed.roles, changed.cleared, changed.num) == (frozenset(AccountRole), None, made.num)
        assert made.permissions < changed.permissions


def test_a_step_of_an_authenticator_is_taken_once(store: Database) -> None:
    with store.writing() as tx:
        num = tx.accounts.add("a", ANALYST, "", None, NOW).num
        assert [tx.accounts.take_step(num, step) for step in (7, 7, 6, 8)] == [True, False, False, True]


def test_what_is_erased_names_nobody_and_frees_nothing_of_the_record(store: Database) -> None:
    with store.writing() as tx:
        made = tx.accounts.add("a", ANALYST, "kk", None, NOW)
        tx.accounts.change(made.num, password="h", totp=b"t", issuer="https://i.example", subject="7")
        tx.accounts.erase(made)
        erased = tx.accounts.by_num(made.num)
        assert erased is not None
        assert (erased.name, erased.password, erased.totp, erased.subject, erased.roles) == (
            None,
            "",
            None,
            "",
            frozenset(),
        )
        assert erased.pseudonym == made.pseudonym
        assert tx.accounts.add("a", ANALYST, "", None, NOW).num != made.num


def test_sessions_are_found_seen_ended_and_forgotten(store: Database) -> None:
    with store.writing() as tx:
        for number in range(3):
            tx.sessions.add(bytes([number]) * 32, number // 2, Stage.IN, "password", NOW, LATER)
        one = tx.sessions.find(bytes(32))
        assert one is not None
        tx.sessions.see(one.num, Instant(NOW + 5))
        assert [session.seen_at - NOW for session in tx.sessions.of_account(0)] == [5, 0]
        tx.sessions.forget(NOW, Instant(NOW + 4))
        assert len(tx.sessions.of_account(0)) == 1
        assert tx.sessions.end_of(0) == 1
        assert tx.sessions.of_account(0) == tx.sessions.of_account(1) == []


def test_a_recovery_code_is_taken_once_and_by_its_owner(store: Database) -> None:
    with store.writing() as tx:
        tx.passkeys.add(Passkey(b"id", 1, b"key", 0, "a phone", NOW))
        tx.passkeys.set_codes(1, [b"a" * 32, b"b" * 32])
        assert tx.passkeys.take_code(2, b"a" * 32) is False
        assert [tx.passkeys.take_code(1, b"a" * 32) for _ in range(2)] == [True, False]
        tx.passkeys.use(b"id", 4, LATER)
        tx.passkeys.remove(2, b"id")
        assert [(one.sign_count, one.used_at) for one in tx.passkeys.of_account(1)] == [(4, LATER)]
        tx.passkeys.forget(1)
        assert (tx.passkeys.find(b"id"), tx.passkeys.count_codes(1)) == (None, 0)


def test_a_token_is_found_until_it_ends_or_is_revoked(store: Database) -> None:
    with store.writing() as tx:
        tx.tokens.add(b"h" * 32, ApiToken(0, "sensor", "identity--x", ("taxii:read",), NOW, LATER))
        known = tx.tokens.find(b"h" * 32, NOW)
        assert known is not None
        assert (known.name, known.scopes, known.used_on) == ("sensor", ("taxii:read",), None)
        assert tx.tokens.find(b"h" * 32, LATER) is None
        tx.tokens.use(known.num, NOW)
        assert [one.used_on for one in tx.tokens.all()] == [NOW]
        tx.tokens.revoke(known.num)
        assert tx.tokens.all() == []
