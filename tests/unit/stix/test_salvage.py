"""From a text whose JSON breaks, the sound objects are saved and each break is told once."""

from __future__ import annotations

import pytest

from kenesh.stix.salvage import Break, Sound, salvage


def thing(name: str, more: str = "") -> str:
    return f'{{"type":"tool","id":"tool--{name}"{more}}}'


def told(text: str) -> list[str]:
    """`+name` for a sound object, `-what` for a break."""
    parts = []
    for part in salvage(text):
        match part:
            case Sound(start, stop):
                parts.append("+" + text[start:stop].partition("--")[2][:1])
            case Break(what=what):
                parts.append("-" + what)
    return parts


A, B, C = thing("a"), thing("b"), thing("c")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"[{A},{B}]", ["+a", "+b"]),
        (f"{A}\n{B}", ["+a", "+b"]),
        (f"[{A},{B},]", ["+a", "+b", "-a comma stands before a closing bracket"]),
        (f"[{A}{B}]", ["+a", "-a comma or a closing bracket is missing", "+b"]),
        (f"[{A},,{B}]", ["+a", "-a value is missing", "+b"]),
        (f"[{A},{B}", ["+a", "+b", "-it ends in the middle of an object"]),
        (f"[{A},{B}] trailing", ["+a", "+b", "-something follows after the end of the JSON"]),
        (f"[{A},{B[:-1]},{C}]", ["+a", "-a closing brace is missing before the next object", "+c"]),
        (f"[{A},{B[:-1]},", ["+a", "-it ends in the middle of an object"]),
        (f"[{A},{B.replace(':', '', 1)},{C}]", ["+a", "-a colon is missing", "+c"]),
        (f"[{A},{B[:-2]}}},{C}]", ["+a", "-a comma or a closing bracket is missing", "+c"]),
        (f'[{A},{{"type":"tool" "id":"b"}},{C}]', ["+a", "-a comma or a closing bracket is missing", "+c"]),
        (f'[{A},{{"type":"to\nol"}},{C}]', ["+a", "-a line break or another control character stands in a text", "+c"]),
        (f'[{A},{{"type":"\\x"}},{C}]', ["+a", "-a backslash stands before a character that needs none", "+c"]),
        (f"[{A},{{'type':1}},{C}]", ["+a", "-the name of a property in double quotes is missing", "+c"]),
        (
            f'{{"type":"bundle","id":"bundle--x","objects":[{A},{B},]}}',
            ["+a", "+b", "-a comma stands before a closing bracket"],
        ),
        ("[" * 9000, ["-it is nested too deep"]),
        ("[1,2", ["-it ends in the middle of an object"]),
    ],
)
def test_breaks_and_objects_are_told_in_order(text: str, parts: list[str]) -> None:
    assert told(text) == parts


def test_two_broken_objects_in_a_row_are_told_one_by_one() -> None:
    bad = [thing(name, ',"x":tru') for name in "bcd"]
    assert told(f"[{A},{','.join(bad)},{thing('e')}]") == ["+a", *["-a value is missing"] * 3, "+e"]


def test_a_list_that_is_never_closed_does_not_take_in_the_objects_that_follow() -> None:
    text = f'[{A},{{"type":"tool","id":"tool--b","labels":["x",{C},{thing("d")}]}}]'
    assert told(text.replace("]}]", "]}")) == [
        "+a",
        "-an object begins that does not end before the next",
        "+c",
        "+d",
        "-it ends in the middle of an object",
    ]


def test_a_part_of_a_broken_object_is_no_object() -> None:
    inner = thing("i")
    assert told(f'[{{"type":"tool","id":"tool--b","x":{inner},,}},{C}]') == [
        "-the name of a property in double quotes is missing",
        "+c",
    ]


def test_braces_in_texts_are_not_mistaken_for_objects() -> None:
    escaped = A.replace('"', '\\"')
    text = f'[{{"type":"tool","id":"tool--b","name":"{{}} {escaped}",}},{C}]'
    assert told(text) == ["-a comma stands before a closing bracket", "+c"]


def test_parts_do_not_overlap_and_breaks_hold_their_place() -> None:
    text = f"[{A},{B[:-1]},{C},{thing('d')[:-1]},"
    end = 0
    for part in salvage(text):
        assert end <= part.start <= part.stop
        end = part.stop
        if isinstance(part, Break):
            assert part.start <= part.at <= part.stop


@pytest.mark.parametrize(
    "text", ["{" * 200_000, '{"a":[' * 50_000, ("[" * 300 + '{"type":"' * 3) * 300, "{ " * 100_000]
)
def test_a_hostile_text_is_given_up_in_time(text: str) -> None:
    assert any(isinstance(part, Break) for part in salvage(text))
