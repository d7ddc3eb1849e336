from __future__ import annotations

from gettext import NullTranslations

import pytest

from kenesh.basis.instants import ModifiedKey
from kenesh.doors.desk.languages import tongue
from kenesh.doors.desk.told import told
from kenesh.federation.hosts import hosting_told
from kenesh.holdings.rows import KnownObject, KnownVersion
from kenesh.holdings.writers import Claim, judge
from kenesh.release.rules import RULES, Rule
from kenesh.stix.marking import Tlp

ENGLISH, RUSSIAN = NullTranslations(), tongue("ru").words
A, B = b"a" * 32, b"b" * 32


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize(
    "sentence",
    [
        "Released to body:cybersecurity-council as TLP:AMBER+STRICT: KZ sees it: {reason} ({id}: {source}).",
        "Released to public as TLP:CLEAR: ECO-2 does not see it: {reason} ({id}: {source}).",
        "It carries no marking of its own, and that stands in the way: {reason} ({id}: {source}).",
        "It carries TLP:RED, and that stands in the way: {reason} ({id}: {source}).",
        "A new version did not go to class:member: {reason} ({id}: {source}).",
    ],
)
def test_every_reason_of_every_rule_is_told_in_the_readers_language(sentence: str, rule: Rule) -> None:
    text = sentence.format(**{name: getattr(rule, name) for name in ("id", "source", "reason")})
    english, is_known = told(ENGLISH, text)
    assert is_known, f"{text}: no form in kenesh.doors.desk.told fits it"
    assert rule.reason in english
    russian, _ = told(RUSSIAN, text)
    assert RUSSIAN.gettext(rule.reason) in russian
    assert RUSSIAN.gettext(rule.reason) != rule.reason, "translate it: .venv/bin/python -m tests.desk.catalogues"


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        ("No release by KZ gives it to KG (GRT-01).", "No release by KZ gives it to KG (GRT-01)."),
        (
            "It was released to AZ and that has ended: withdrawn (GRT-01).",
            "It was released to AZ, and that has ended: withdrawn (GRT-01).",
        ),
        (
            "It carries no marking of its own; a release to AZ would be allowed, with a label (--tlp) (TLP-12).",
            "It carries no marking of its own; a release to AZ under a label would be allowed (TLP-12).",
        ),
        (
            "It carries TLP:GREEN; a release to AZ would be allowed (TLP-11).",
            "It carries TLP:GREEN; a release to AZ would be allowed (TLP-11).",
        ),
        (
            "Statements 4 to 6 of UZ to one audience did not come. Compare with another member, and ask them.",
            "Statements 4 to 6 of UZ to one audience did not come. Compare with another member, and ask them.",
        ),
        (
            "TR at https://node.cert.example does not answer.",
            "TR at https://node.cert.example does not answer. "
            "Is their node running, and the address on their card right?",
        ),
        (hosting_told("TM", "KZ"), hosting_told("TM", "KZ")),
        ("withdrawn", "withdrawn"),
        ("marked more strictly", "marked more strictly"),
    ],
)
def test_the_nodes_sentences_are_known_by_their_form(sentence: str, english: str) -> None:
    assert told(ENGLISH, sentence) == (english, True)
    assert told(RUSSIAN, sentence)[0] != sentence


def test_every_reason_why_a_version_does_not_count_is_known() -> None:
    key, later = ModifiedKey("2026-01-01T00:00:00"), ModifiedKey("2026-01-02T00:00:00")

    def known(**more: object) -> KnownObject:
        version = KnownVersion(
            1, ModifiedKey("2026-01-01T00:00:00"), A, True, bool(more.get("proved")), Tlp.CLEAR, False
        )
        fields = {"num": 1, "id": "x", "type": "x", "writer": "KZ", "giver": "KZ", "proved": False, "tlp": Tlp.CLEAR}
        return KnownObject(**(fields | {"revoked": False, "current": 1, "versions": (version,)} | more))  # type: ignore[arg-type]

    revoked = KnownVersion(1, key, A, True, False, Tlp.CLEAR, True)
    verdicts = [
        judge(known(), Claim(later, B, None, "TR", False)),
        judge(known(proved=True), Claim(later, B, None, "KZ", False)),
        judge(known(), Claim(later, B, "TR", "TR", True)),
        judge(known(), Claim(key, B, None, "KZ", False)),
        judge(known(versions=(revoked,)), Claim(later, B, None, "KZ", False)),
        judge(known(), Claim(later, B, "KZ", "KZ", True)),
    ]
    reasons = {why for v in verdicts for why in (v.why, *v.displaces.values()) if why}
    assert len(reasons) == 6
    for why in reasons:
        assert told(ENGLISH, f"A version from TR does not count: {why}.") == (
            f"A version from TR does not count: {why}.",
            True,
        )
        assert told(RUSSIAN, why)[0] != why


@pytest.mark.parametrize("text", ["", "Something new.", "A version from TR does not count: <b>something new</b>."])
def test_a_sentence_of_no_known_form_stays_as_it_came(text: str) -> None:
    assert told(RUSSIAN, text) == (text, False)


def test_a_hostile_sentence_is_read_in_no_time() -> None:
    text = "Released to " + "a as TLP:RED: X sees it: " * 2000
    assert told(RUSSIAN, text) == (text, False)
