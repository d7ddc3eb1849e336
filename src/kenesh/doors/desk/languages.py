"""In which language a page speaks: English is the source, six languages of the council's states beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode

from kenesh.doors.desk.catalogue import translations
from kenesh.doors.gate import Asked

SOURCE: Final = "en"
COOKIE: Final = "kenesh_lang"
LOCALE: Final = Path(__file__).parent / "locale"
#: Each by its own name, in the order of the alphabet after the source.
LANGUAGES: Final[Mapping[str, str]] = {
    SOURCE: "English",
    "az": "Azərbaycanca",
    "kk": "Қазақша",
    "ky": "Кыргызча",
    "ru": "Русский",
    "tr": "Türkçe",
    "uz": "O\u02bbzbekcha",
}
_MAX_HEADER: Final = 1_000
_WEIGHT = re.compile(r"\s*(?:q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language with its words. Every language of the desk is written from left to right."""

    code: str
    words: NullTranslations
    direction: str = "ltr"


@cache
def tongue(code: str) -> Tongue:
    """The language of that code; its catalogue is read once, when it is first spoken."""
    if code == SOURCE:
        return Tongue(code, NullTranslations())
    return Tongue(code, translations((LOCALE / code / "LC_MESSAGES" / "desk.po").read_text("utf-8")))


def asked_for(request: Asked) -> str | None:
    """The language that the address names (?lang=), if it is one of the desk's."""
    return _known(query_of(request).get("lang", ""))


def tongue_of(request: Asked, accounts: str = "") -> Tongue:
    """The language of the address, else the one chosen before, else the account's, the browser's, or English."""
    chosen = asked_for(request) or _known(request.cookies.get(COOKIE, "")) or _known(accounts)
    return tongue(chosen or preferred(request.headers.get("accept-language", "")) or SOURCE)


def _known(code: str) -> str | None:
    return code if code in LANGUAGES else None


def preferred(header: str) -> str | None:
    """The first of the desk's languages by the weights that the header gives.

    Source: RFC 9110 §12.5.4; a range matches by its primary subtag, as in RFC 4647 §3.4.
    """
    ranges: list[tuple[float, int, str]] = []
    for part in header[:_MAX_HEADER].split(","):
        name, _, parameters = part.partition(";")
        code = _known(name.strip().lower().partition("-")[0])
        weighed = _WEIGHT.fullmatch(parameters)
        if code and weighed and (weight := float(weighed[1] or 1)) > 0:
            ranges.append((-weight, len(ranges), code))
    return min(ranges)[2] if ranges else None


def _query(request: Asked) -> list[tuple[str, str]]:
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def query_of(request: Asked) -> dict[str, str]:
    """What stands after the question mark; of several of one name the last."""
    return dict(_query(request))


def same_page_in(request: Asked, code: str) -> str:
    """The address of the page that was asked for, in another language."""
    kept = [(name, value) for name, value in _query(request) if name != "lang"]
    return "?" + urlencode([*kept, ("lang", code)])
