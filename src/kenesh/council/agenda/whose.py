"""Whose words a whole text is: a speech under its heading, or a release in which an organisation tells of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kenesh.council.agenda import kinds
from kenesh.council.agenda.patterns import beginning, one_of
from kenesh.council.agenda.quoting import quotes
from kenesh.council.agenda.reading import Paragraph, Sentence
from kenesh.council.agenda.speakers import NAME, is_speaker, offices, place_or_time, speaking
from kenesh.council.agenda.telling import QUOTED, TOLD, Utterance

#: A heading stands so near to the beginning, and who speaks so near to it.
_HEADING_WITHIN: Final = 6
#: What an organisation says of itself at the end, in so many paragraphs.
_ABOUT_WITHIN: Final = 5
_MAX_HEADING: Final = 300
#: A greeting has no more words.
_MAX_GREETING: Final = 14
#: So many paragraphs in quotation marks make a text of quotations.
_FEW: Final = 2
_PERSON: Final = re.compile(
    rf"(?:{NAME}[ -]){{0,5}}{NAME}(?:\s+(?:of|for)\s+(?:the\s+)?(?:{NAME}\s+){{1,6}})?(?:\s*{NAME}){{1,3}}"
)
_MARKS: Final = ' "“”«»„'


@dataclass(frozen=True, slots=True)
class Whose:
    """Who speaks in a whole text, and from which paragraph on; '' where no heading says it."""

    speaker: str = ""
    first: int = 0
    #: By which names an organisation calls itself, in its own release.
    own: tuple[str, ...] = ()
    #: Who is quoted in paragraphs that are nothing but quotations, where the beginning names one person.
    quoted: str = ""


@cache
def _speech() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = speaking()
    kind = rf"(?:\w+\s+){{0,3}}?{one_of(words.speech)}(?:\s+(?:as\s+)?(?:delivered|given|made))?"
    return (
        re.compile(rf"(?:the\s+)?{kind}\s+(?:{one_of(words.speech_by)}\s+)?(?P<who>.{{3,200}})$", re.IGNORECASE),
        re.compile(rf"(?P<who>[^:]{{3,150}}):\s+{kind}(?!\w)", re.IGNORECASE),
        re.compile(rf"(?P<who>.{{3,150}}?)[’']s?\s+{kind}(?!\w)", re.IGNORECASE),
    )


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"(?:\w+\s+){{0,3}}?{one_of(speaking().speech)}(?!\w)[^.!?]{{0,200}}$", re.IGNORECASE)


@cache
def _greeting() -> re.Pattern[str]:
    return beginning(speaking().greeting)


def whose(found: Sequence[Paragraph]) -> Whose:
    """Who speaks in the whole of a text."""
    speaker, first = _heading(found)
    if speaker:
        return Whose(speaker, first)
    return Whose(own=_own(found), quoted=_quoted(found))


def _heading(found: Sequence[Paragraph]) -> tuple[str, int]:
    for number, paragraph in enumerate(found[:_HEADING_WITHIN]):
        text = paragraph.text.strip()
        if len(text) > _MAX_HEADING or text[-1:] in ".;" or _is_told(text):
            continue
        for pattern in _speech():
            match = pattern.match(text)
            who = _named(match["who"]) if match is not None else ""
            if who:
                return who, number + 1
        if _bare().match(text) is not None:
            # "REMARKS" or "Remarks at the opening": who speaks stands under it, or above.
            for other in (*range(number + 1, min(number + 3, len(found))), *range(number)):
                line = found[other].text.strip(" :")
                if len(line) <= _MAX_HEADING // 2 and offices().search(line) and is_speaker(line):
                    return line, max(number, other) + 1
    return "", 0


def _quoted(found: Sequence[Paragraph]) -> str:
    """The first person that the beginning of a text names with an office, where most of the text is quotations."""
    if sum(whole_quotation(paragraph) for paragraph in found) < _FEW:
        return ""
    for paragraph in found[:_HEADING_WITHIN]:
        if not whole_quotation(paragraph):
            for run in _PERSON.finditer(paragraph.text):
                if offices().search(run[0]) and is_speaker(run[0]):
                    return run[0]
    return ""


def _is_told(text: str) -> bool:
    """Whether a heading tells what somebody said: its colon opens a quotation."""
    return re.search(r":\s*[\"“«„]", text) is not None


def _named(text: str) -> str:
    """Who speaks, without where and when he does."""
    who = re.split(r"\s+[–—-]\s+|\s*[(:;\"“«]", text.strip(), maxsplit=1)[0]
    who = place_or_time().split(who, maxsplit=1)[0].strip(" ,")
    return who if offices().search(who) and is_speaker(re.sub(r",.*", "", who)) else ""


@cache
def _about() -> re.Pattern[str]:
    return re.compile(rf"{one_of(speaking().about)}\s+(?:the\s+)?(?P<name>[^:.]{{2,80}})\s*(?::|\.|$)")


def _own(found: Sequence[Paragraph]) -> tuple[str, ...]:
    """The names of the organisation that tells about itself at the end of its release."""
    for paragraph in found[-_ABOUT_WITHIN:]:
        about = _about().match(paragraph.text)
        if about is None:
            continue
        name = about["name"].strip(_MARKS)
        text = " ".join(one.text for one in found)[:20_000]
        short = re.search(rf"{re.escape(name)}\s+\(([A-ZА-ЯЁ][A-ZА-ЯЁ\d-]{{1,10}})\)", text)
        long = re.search(rf"((?:[A-ZА-ЯЁ][\w-]+\s+(?:of\s+|for\s+|and\s+|the\s+)*){{2,8}})\({re.escape(name)}\)", text)
        names = [name, short[1] if short else "", long[1].strip() if long else ""]
        return tuple(one for one in names if one)
    return ()


def spoken(paragraph: Paragraph, speaker: str) -> Iterator[Utterance]:
    """The sentences of a speech: all of them are the speaker's, but for greetings."""
    for sentence in paragraph.sentences:
        text = sentence.text.strip(_MARKS)
        if not _is_greeting(text):
            yield Utterance(sentence, speaker, text, text, "", QUOTED)


def _is_greeting(text: str) -> bool:
    words = len(text.split())
    return words <= _MAX_GREETING and (
        words < 2
        or text[-1:] in ",:"
        or (_greeting().match(text) is not None and (text[-1:] == "!" or words <= 4))
        or text[-1:].isalnum()
    )


def of_itself(sentence: Sentence, names: Sequence[str]) -> Utterance | None:
    """What an organisation tells of itself in a sentence of its own release."""
    plain = re.sub(r"\s\([^()]{1,20}\)", "", sentence.text)
    subject = re.match(
        rf"(?P<before>[^,\"“«]{{0,60}}?,?\s?)(?P<who>(?:[Tt]he\s+)?{one_of(names)})\s+(?P<verb>[a-zа-яё]+)", plain
    )
    if subject is None or (subject["before"].strip() and not _opens_with_time(subject["before"])):
        return None
    act = "commitment" if subject["verb"] in ("will", "shall") and not kinds.only_happens(plain) else ""
    return Utterance(sentence, subject["who"], sentence.text, plain, act, TOLD)


def _opens_with_time(text: str) -> bool:
    return re.match(rf"{one_of(speaking().before)}\s", text.strip() + " ", re.IGNORECASE) is not None or any(
        letter.isdigit() for letter in text
    )


def whole_quotation(paragraph: Paragraph) -> bool:
    """Whether a paragraph is nothing but what somebody says, who is not named in it."""
    regions = quotes(paragraph.text)
    return len(regions) == 1 and regions[0].opened and regions[0].stop - regions[0].start >= len(paragraph.text) - 4
