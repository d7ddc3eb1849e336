"""Who is named as speaking: what a speaker looks like, and where his name begins and ends beside a verb of saying."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from kenesh.council.agenda.patterns import one_of, whole
from kenesh.council.agenda.rules import Mechanisms, Speaking, shipped

#: A name with its offices has no more words.
_MAX_WORDS: Final = 18
NAME: Final = r"(?:[A-ZÀ-ÝА-ЯЁҚҒӘІӨҮҰҢİŞĞÇÖÜ][\w’'ʻʼ-]*)"
INITIALS: Final = r"(?:[A-ZА-ЯЁ]\.\s?){1,2}"
_CYRILLIC: Final = r"[А-ЯЁҚҒӘІӨҮҰҢ][\w-]+"
_TWO_NAMES: Final = re.compile(rf"{_CYRILLIC}(?:\s{_CYRILLIC})+")
_PARTICIPLE: Final = re.compile(r"\w+ing\s|\w+(?:ая|яя|уя|ясь|ив|ув)\s")
_CAPITALS: Final = re.compile(rf"{NAME}|{INITIALS}")


def speaking() -> Speaking:
    """The words of speaking."""
    return shipped(Speaking, "speaking.toml")


@cache
def offices() -> re.Pattern[str]:
    """Offices that persons hold."""
    return whole(speaking().offices)


@cache
def together() -> re.Pattern[str]:
    """Those who speak together."""
    return whole(speaking().together)


@cache
def pronoun() -> re.Pattern[str]:
    """He, she, they, as the whole of a speaker."""
    return re.compile(one_of(speaking().pronouns), re.IGNORECASE)


@cache
def _between() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:^|\s+|,\s*){one_of(speaking().between)})+,?\s*$", re.IGNORECASE)


@cache
def _phrase_before() -> re.Pattern[str]:
    return re.compile(rf"{one_of(speaking().before)}\s+", re.IGNORECASE)


@cache
def place_or_time() -> re.Pattern[str]:
    """What follows a speaker and is no part of his name: where, when, to whom."""
    # Not within a title: "Minister for Foreign Affairs", "Adviser to the President".
    return re.compile(
        rf"\s+{one_of(speaking().after)}(?!\w)(?!\s+(?:the\s+)?(?-i:[A-Z]\w+\s+(?:of|on)\s))", re.IGNORECASE
    )


def is_speaker(text: str) -> bool:
    """Whether a phrase names somebody who can speak: a person, an office, those who speak together, a pronoun."""
    words = text.split()
    if not words or len(words) > _MAX_WORDS or re.search(r"[\"“”«»:;?!\d]", text):
        return False
    if pronoun().fullmatch(text) or offices().search(text) or together().search(text):
        return True
    names = [
        w
        for w in words
        if _CAPITALS.fullmatch(w.strip(",")) and w not in shipped(Mechanisms, "mechanisms.toml").back.not_a_name
    ]
    # One or two lower words may stand in a name: "the delegation", "bin", "von".
    return bool(names) and len(words) - len(names) <= 2


def is_person(text: str) -> bool:
    """Whether a speaker is more than a bare name: an office, those who speak together, a pronoun, a full name."""
    known = pronoun().fullmatch(text) or offices().search(text) or together().search(text)
    return bool(known) or len(text.split()) > 1


def before_verb(text: str) -> tuple[str, int]:
    """The speaker in what stands before a verb, and where he begins there; '' where nobody stands there."""
    said = _between().sub("", text.rstrip())
    aside = said.endswith(",")
    # A dateline is no part of who speaks: "BAKU, May 5 (Agency) - ", "ASTANA: ".
    dateline = max((m.end() for m in re.finditer(r":\s|\)\s*[–—-]\s|\.\s(?=The\s)", said)), default=0)
    chunks = [(start, chunk) for start, chunk in _chunks(said.rstrip(" ,–—-")) if start + len(chunk) > dateline]
    if chunks and chunks[0][0] < dateline:
        chunks[0] = (dateline, chunks[0][1][dateline - chunks[0][0] :])
    # "Sofia M., head of the office, said": an aside between commas tells more of whom it follows.
    for count in (3, 2) if aside else (1,):
        if len(chunks) < count:
            continue
        if count == 2 and _PARTICIPLE.match(chunks[-1][1]) is not None:
            found = _plain(chunks[-2][1])
            if is_speaker(found):
                return found, text.find(found, chunks[-2][0])
        start = chunks[-count][0]
        phrase = said[start:].strip(" ,–—-")
        if count > 1 and not is_speaker(chunks[-count][1]):
            continue
        found = _plain(phrase)
        if is_speaker(found):
            return found, text.find(found, start)
    return "", 0


def after_verb(text: str) -> str:
    """The speaker in what follows a verb; '' where nobody stands there."""
    said = re.split(r"[.!?;:](?=\s+[\"“«A-ZА-ЯЁ]|\s*$)|\s[–—-]\s|[\"“«(]", text.strip(), maxsplit=1)
    # Initials end with a dot that ends no name: "А.Б. Иванов", "Иванов А.Б."
    phrase = said[0] + ("." if re.search(r"(?<!\w)[A-ZА-ЯЁ]\.\s?[A-ZА-ЯЁ]$", said[0]) else "")
    chunks = _chunks(phrase)
    if not chunks:
        return ""
    if re.match(r"[a-z]+ing\s", phrase) is not None:
        return ""
    first = place_or_time().split(chunks[0][1], maxsplit=1)[0].strip()
    if len(chunks) > 1 and first == chunks[0][1] and _is_office(chunks[1][1]):
        longer = f"{first}, {place_or_time().split(chunks[1][1], maxsplit=1)[0].strip()}"
        if is_speaker(longer):
            return longer
    return first if is_speaker(first) else ""


def _is_office(text: str) -> bool:
    """Whether what follows a name after a comma is the office of who bears it: "the head of", "IDB Vice President"."""
    plain = text.removeprefix("the ").lstrip()
    if offices().match(plain) is not None:
        return True
    return len(plain.split()) <= 6 and plain[:1].isupper() and offices().search(plain) is not None


def _chunks(text: str) -> list[tuple[int, str]]:
    found, start = [], 0
    for part in text.split(","):
        stripped = part.strip()
        if stripped:
            found.append((start + len(part) - len(part.lstrip()), stripped))
        start += len(part) + 1
    return found


def _plain(text: str) -> str:
    """The speaker in a phrase, without what stands before him and what he does meanwhile."""
    found = _without_phrase(text)
    # "Prime Minister K. at his arrival": after a name, but not within an office.
    meanwhile = re.search(rf"(?<=\s)(?P<name>{NAME})(?={place_or_time().pattern})", found)
    if meanwhile is not None and not offices().fullmatch(meanwhile["name"]):
        found = found[: meanwhile.end()]
    # In Russian a person's name ends the phrase: "премьер-министр Асель Б. назвала ... и".
    runs = [run for run in _TWO_NAMES.finditer(found) if len(_names_of(run[0])) > 1]
    return found[: runs[-1].end()] if runs and found[runs[-1].end() :].lstrip()[:1].islower() else found


def _names_of(run: str) -> list[str]:
    """The names in a run of capitals, without the offices and bodies before them."""
    names = run.split()
    while names and (offices().fullmatch(names[0]) or together().fullmatch(names[0])):
        names = names[1:]
    return names


def _without_phrase(text: str) -> str:
    """The same without a phrase before it that has no comma: "На заседании министр ..."."""
    if _phrase_before().match(text) is None:
        return text
    starts = [m.start() for m in (offices().search(text), together().search(text)) if m is not None]
    if starts:
        # "белорусский премьер": what kind of premier he is belongs to him.
        kind = re.search(r"(?:[а-яё]+(?:[ыио]й|ая|[ыи]е)\s)$", text[: min(starts)])
        return text[kind.start() if kind is not None else min(starts) :]
    names = [m.start() for m in re.finditer(rf"{NAME}(?:\s+{NAME})+", text) if m.start() > 0]
    return text[names[-1] :] if names else ""
