"""Numbers as people and statistics write them, kept as decimal digits; no float ever holds one."""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

#: Source: ISO 4217:2015, list one (active codes of currencies), without codes of funds, metals and tests.
_LISTED: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
    VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES: Final = frozenset(_LISTED.split())
_WORDS: Final = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_NUMBER: Final = re.compile(r"([+-]?[0-9]{1,40}(?:[.][0-9]{1,40})?)(?:[eE]([+-]?[0-9]{1,2}))?(?: ?([a-z]+))?", re.ASCII)
_WIDE: Final = Context(prec=200)
_MAX_WHOLE: Final = 30
_MAX_PART: Final = 18
#: An amount is told in the largest of these in which it has few digits.
_STEPS: Final = (("trillion", 12), ("billion", 9), ("million", 6))
_FEW: Final = 3


def read_amount(text: str, power: int = 0) -> str:
    """The number that is written, times ten to the power, as plain digits: 7.6 billion, 1.5E3, -0.25.

    Raises:
        UsageProblem: it is no number, or has more digits than are kept.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or (match[3] and match[3] not in _WORDS) or abs(power) > 30:
        raise UsageProblem(
            f"'{visible(text, 60)}' is no number.", advice="Write 250, 19.9 or 7.6 billion; the point is a full stop."
        )
    places = power + int(match[2] or 0) + _WORDS.get(match[3] or "", 0)
    return plain(_WIDE.scaleb(Decimal(match[1]), places))


def plain(number: Decimal) -> str:
    """The digits of a number, with no zeros that say nothing.

    Raises:
        UsageProblem: it has more than 30 digits before the point, or 18 behind it.
    """
    try:
        digits = format(number, "f")
    except (InvalidOperation, ValueError, OverflowError):
        digits = ""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, part = digits.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    if not digits or len(whole) > _MAX_WHOLE or len(part) > _MAX_PART:
        raise UsageProblem(
            "The number has more digits than are kept.", advice=f"{_MAX_WHOLE} before the point, {_MAX_PART} behind it."
        )
    said = f"{whole}.{part}" if part else whole
    return said if said == "0" else sign + said


def shortened(value: str) -> tuple[str, str]:
    """The same number in few digits and the word for its size, where that loses nothing: ("7.6", "billion").

    Else all its digits, in threes, and "".
    """
    number = Decimal(value)
    for word, power in _STEPS:
        if abs(number) >= Decimal(10) ** power:
            short = plain_or_none(_WIDE.scaleb(number, -power))
            if short is not None and len(short.partition(".")[2]) <= _FEW:
                return short, word
            break
    whole, point, part = value.lstrip("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", " ") + point + part
    return ("-" if value.startswith("-") else "") + grouped, ""


def plain_or_none(number: Decimal) -> str | None:
    """The digits, or None where there are too many."""
    try:
        return plain(number)
    except UsageProblem:
        return None
