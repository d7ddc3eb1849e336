from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kenesh.basis.instants import MINUTE, Instant, instant_of
from kenesh.doors.cli.words import alike, counted, describe_object, refusals_told
from kenesh.doors.views import Recipient, Shown

MORNING = instant_of("2026-11-25T08:00:00Z")


@pytest.mark.parametrize(
    ("count", "says"), [(0, "0 objects"), (1, "1 object"), (2, "2 objects"), (3000, "3000 objects")]
)
def test_one_is_one_and_everything_else_is_several(count: int, says: str) -> None:
    assert counted(count, "object") == says


def test_what_is_alike_stands_together_the_most_frequent_first() -> None:
    assert alike("abcbca", lambda letter: letter) == [("a", ["a", "a"]), ("b", ["b", "b"]), ("c", ["c", "c"])]
    assert alike("abbcc", str) == [("b", ["b", "b"]), ("c", ["c", "c"]), ("a", ["a"])]
    assert alike("", str) == []


def refusal(number: int, party: str = "AZ", reason: str = "it is RED") -> dict[str, str]:
    return {"object": f"malware--{number}", "party": party, "reason": reason, "rule": "TLP-01"}


def test_refusals_are_told_by_reason_and_party_with_a_few_names() -> None:
    refused = [refusal(n) for n in range(5)] + [refusal(9, "TR"), refusal(8, reason="it is unmarked")]
    assert list(refusals_told(refused)) == [
        "  5 objects not for AZ: it is RED",
        "    malware--0",
        "    malware--1",
        "    malware--2",
        "    and 2 more",
        "  1 object not for TR: it is RED",
        "    malware--9",
        "  1 object not for AZ: it is unmarked",
        "    malware--8",
    ]


def test_refusals_for_very_many_reasons_end_somewhere() -> None:
    lines = list(refusals_told([refusal(n, reason=f"reason {n}") for n in range(100)]))
    assert len(lines) == 21
    assert lines[-1] == "  and 90 more reasons: --json gives them all"


def test_refusals_are_printable() -> None:
    assert "\x1b" not in "".join(refusals_told([refusal(1, reason="\x1b[31m")]))


class _Version:
    """What `describe_object` reads of a held version."""

    type = "indicator"
    name = "evil.example"
    id = "indicator--1"
    revoked = False
    modified = "2026-11-20T08:00:00.000Z"


def shown(**more: Any) -> Shown:
    version: Any = _Version()
    found = Shown(version, {}, "TLP:AMBER", (version,), (("KZ", MORNING),), (), (), (), (), ())
    return replace(found, **more)


def told(found: Shown, own: str = "KZ") -> str:
    return "\n".join(describe_object(found, own))


def test_an_object_of_ones_own_was_taken_in_here() -> None:
    assert "\ntaken in here at 2026-11-25 08:00:00Z\n" in told(shown())
    assert "\ncame from KZ at 2026-11-25 08:00:00Z\n" in told(shown(), own="AZ")


def test_an_object_that_came_twice_is_told_by_when_it_first_came() -> None:
    later = Instant(MORNING + MINUTE)
    text = told(shown(came_from=(("KZ", MORNING), ("TR", later), ("KZ", later))), own="AZ")
    assert [line for line in text.splitlines() if "came from" in line] == [
        "came from KZ at 2026-11-25 08:00:00Z",
        "came from TR at 2026-11-25 08:01:00Z",
    ]


def test_a_pattern_is_told_and_makes_no_link() -> None:
    text = told(shown(content={"pattern": "[url:value = 'http://evil.example/x']"}))
    assert "\n  [url:value = 'http://evil[.]example/x']\n" in text


def test_of_very_many_versions_the_first_and_the_last_are_told() -> None:
    class Later(_Version):
        modified = "2026-11-21T08:00:00.000Z"

    versions: Any = (_Version(), *(_Version() for _ in range(20)), Later())
    assert "22 versions: 2026-11-20T08:00:00.000Z, ..., 2026-11-21T08:00:00.000Z\n" in told(shown(versions=versions))


def test_who_has_not_fetched_stands_out() -> None:
    recipient = Recipient("AZ", "kenesh-release--1", MORNING, None)
    assert "released to AZ at 2026-11-25 08:00:00Z, NOT FETCHED YET\n  by kenesh-release--1" in told(
        shown(recipients=(recipient,))
    )


def test_whatever_others_wrote_is_printable() -> None:
    nasty = "\x1b[31m\u202e"
    text = told(
        shown(
            content={"description": nasty, "pattern": nasty},
            ended=(("AZ", MORNING, nasty),),
            conflicts=(("AZ", nasty),),
        )
    )
    assert not {"\x1b", "\u202e"} & set(text)
