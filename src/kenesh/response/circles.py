"""Circles that coordinate alone: counter-terrorism, organised crime, drug trafficking. They hold no case files.

Such a case has contacts, requests, meetings and statistics. Evidence, and objects about persons, have no place in it;
and what people write is looked through for what identifies somebody, before it leaves. Source: the councils' own
mandates, which leave files and personal data of suspects with the national authorities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from kenesh.response.kinds import CaseKind

#: Kinds of cases in which parties coordinate, and nothing else.
COORDINATE: Final = frozenset((CaseKind.TERRORISM, CaseKind.ORGANISED_CRIME, CaseKind.DRUG_TRAFFICKING))
#: Types of STIX that are about a person, or hold what was seen of one.
ABOUT_PERSONS: Final = frozenset(
    ("artifact", "email-addr", "email-message", "file", "identity", "observed-data", "threat-actor", "user-account")
)
#: So much of what was found is shown again: enough to find it in the text.
_SHOWN: Final = 3
_MOST: Final = 10


def coordinates(kind: str) -> bool:
    """Whether a case of that kind holds no files."""
    return kind in COORDINATE


def identifiers(text: str) -> tuple[str, ...]:
    """What in the text looks as if it identified a person: what it is, and how it begins; ten at the most.

    Numbers count where their form, and where they have one their check digit, fits. A warning, and no judgement: some
    of what is found is harmless, and not everything is found.
    """
    found: dict[str, None] = {}
    for name, pattern, fits in _SOUGHT:
        for match in pattern.finditer(text):
            if fits(re.sub(r"[ .-]", "", match[0])):
                found.setdefault(f"{name} ({match[0][:_SHOWN]}...)")
    return tuple(found)[:_MOST]


def _any(text: str) -> bool:
    return True


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _iban(text: str) -> bool:
    """ISO 13616: the remainder by 97 is 1."""
    moved = text[4:] + text[:4]
    return len(text) <= 34 and int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def _iin(digits: str) -> bool:
    """Kazakhstan: a date of birth, a century and sex of 0 to 6, and a check digit of weights 1 to 11, then 3 to 2."""
    if not _is_date(digits[2:4], digits[4:6]) or digits[6] > "6":
        return False
    values = [int(digit) for digit in digits]
    first = sum(weight * value for weight, value in zip(range(1, 12), values, strict=False)) % 11
    if first == 10:
        second = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
        first = sum(weight * value for weight, value in zip(second, values, strict=False)) % 11
    return first == values[11]


def _tckn(digits: str) -> bool:
    """Türkiye: eleven digits, the tenth and eleventh of which check the others."""
    values = [int(digit) for digit in digits]
    tenth = (7 * sum(values[0:9:2]) - sum(values[1:8:2])) % 10
    return values[0] != 0 and tenth == values[9] and sum(values[:10]) % 10 == values[10]


def _pin(digits: str) -> bool:
    """Kyrgyzstan and Uzbekistan: a digit of sex or century, a date of birth (day, month), and what follows."""
    return digits[0] in "123456" and _is_date(digits[3:5], digits[1:3])


def _is_date(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _sought() -> Iterator[tuple[str, re.Pattern[str], Callable[[str], bool]]]:
    def of(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.ASCII)

    yield "an e-mail address", of(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"), _any
    yield "a telephone number", of(r"(?<![\w.])\+\d{1,3}(?:[ .()-]{0,2}\d){7,12}(?!\d)"), _any
    yield "a bank account", of(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), _iban
    yield "a payment card", of(r"(?<![\w-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])"), _luhn
    yield "an individual number of Kazakhstan", of(r"(?<!\d)\d{12}(?!\d)"), _iin
    yield "an identity number of Türkiye", of(r"(?<!\d)\d{11}(?!\d)"), _tckn
    yield "a personal number", of(r"(?<!\d)\d{14}(?!\d)"), _pin
    yield "a passport or identity card", of(r"\b[A-Z]{1,2}[ -]?\d{7,8}\b"), _any


_SOUGHT: Final = tuple(_sought())
