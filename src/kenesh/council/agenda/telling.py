"""What a sentence tells of somebody: "the Minister said that ...", "..., said the Minister", "according to her"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kenesh.council.agenda.patterns import active, beginning, one_of, whole
from kenesh.council.agenda.quoting import Quote
from kenesh.council.agenda.reading import Sentence
from kenesh.council.agenda.rules import Kinds, shipped
from kenesh.council.agenda.speakers import after_verb, before_verb, is_person, speaking

#: How a sentence came to its speaker.
QUOTED, TOLD, GOES_ON, LISTED = "quoted", "told", "goes on", "listed"
#: So many words may stand before a speaker at the beginning of a sentence, and after a verb at its end.
_MAX_BEFORE, _MAX_AFTER = 14, 5
#: What is quoted and no longer than this is a name that belongs to the sentence.
_MAX_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence that somebody says, or what is told of it.

    Attributes:
        text: what the excerpt is made of: without the words that only say who spoke.
        content: in what the signs of a kind are looked for.
        act: the kind that the verb itself tells; '' where it only says that something was said.
        teller: who told it, where what was told names its own speaker.
    """

    sentence: Sentence
    speaker: str
    text: str
    content: str
    act: str
    how: str
    teller: str = ""


@cache
def _verbs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds = shipped(Kinds, "kinds.toml").signs()
    # With a capital it is a name's word, or begins a sentence without anybody before it.
    small = re.RegexFlag(0)
    return ("", active(speaking().say, small)), *((kind, active(signs.act, small)) for kind, signs in kinds.items())


def verbs_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The verbs of saying in a text, in their order: where each begins and ends, and which kind it tells."""
    found = [(m.start(), -m.end(), kind) for kind, pattern in _verbs() for m in pattern.finditer(text)]
    reached = -1
    for start, stop, kind in sorted(found):
        if start >= reached:
            yield start, -stop, kind
            reached = -stop


@cache
def _according() -> re.Pattern[str]:
    return re.compile(rf"(?:^|,\s+|\s[–—-]\s+)({one_of(speaking().according)})\s+", re.IGNORECASE)


@cache
def _by_pronoun() -> re.Pattern[str]:
    return re.compile(rf"(?:^|,\s+|\s[–—-]\s+)({one_of(speaking().according_pronoun)})(?!\w),?", re.IGNORECASE)


@cache
def _place() -> re.Pattern[str]:
    return re.compile(rf"\s+{one_of(speaking().after)}(?!\w)", re.IGNORECASE)


@cache
def _clause() -> re.Pattern[str]:
    return re.compile(rf"\w+ing\s|{one_of(speaking().opens_clause)}\s")


@cache
def _object() -> re.Pattern[str]:
    return re.compile(rf"\s*{one_of(speaking().object)}\s", re.IGNORECASE)


@cache
def _subordinate() -> re.Pattern[str]:
    return whole(speaking().subordinate)


@cache
def _refers_back() -> re.Pattern[str]:
    return beginning(speaking().refers_back)


def outside(sentence: Sentence, regions: Sequence[Quote]) -> str:
    """The sentence with its quotations blanked out, letter for letter: no verb in there is its own."""
    text = list(sentence.text)
    for region in regions:
        # A name in quotation marks belongs to the sentence: short, and nothing but a name.
        if region.stop - region.start > _MAX_NAME:
            for place in range(max(region.start, sentence.start), min(region.stop, sentence.stop)):
                text[place - sentence.start] = "·"
    return "".join(text)


def told_before(sentence: Sentence, text: str) -> str:
    """Who is said to have said what stands before: "He said this at a meeting", "Об этом сообщил министр"."""
    for start, stop, _ in verbs_in(text):
        this = _refers_back().match(text[:start])
        if (
            this is not None
            and len(text[this.end() : start].split()) <= 2
            and not before_verb(text[this.end() : start])[0]
        ):
            return after_verb(text[stop:])
        this = _refers_back().match(text[stop:].lstrip())
        if this is not None and _place().match(text[stop:].lstrip()[this.end() :]) is not None:
            return before_verb(text[:start])[0]
        return ""
    return ""


def told_by(sentence: Sentence, text: str) -> Utterance | None:
    """What a sentence tells that somebody said; `text` is the sentence without what it quotes."""
    by_pronoun = _by_pronoun().search(text)
    if by_pronoun is not None:
        return Utterance(
            sentence, by_pronoun[1].split()[1], sentence.text, _without(sentence.text, by_pronoun), "", TOLD
        )
    according = _according().search(text)
    if according is not None and (according.start() == 0 or not re.search(r"[:;]", text[: according.start()])):
        speaker = after_verb(text[according.end() :])
        # "As the agency reports, the Minister said": the agency is the page's source, and the Minister speaks.
        within = (
            None if not speaker or is_person(speaker) else next(_leading(sentence, text, tuple(verbs_in(text))), None)
        )
        if within is not None and within.speaker != speaker:
            return within
        if speaker:
            return Utterance(sentence, speaker, sentence.text, _without(sentence.text, according, speaker), "", TOLD)
    verbs = tuple(verbs_in(text))
    return next(_trailing(sentence, text, verbs), None) or next(_leading(sentence, text, verbs), None)


def _trailing(sentence: Sentence, text: str, verbs: Sequence[tuple[int, int, str]]) -> Iterator[Utterance]:
    """What was said stands before who said it: "..., said the Minister in Baku.", "..., the Minister said."."""
    for start, stop, act in verbs:
        before, rest = text[:start], text[stop:]
        speaker, begins = before_verb(before)
        if speaker:
            leading = before[:begins].rstrip()
            if leading.endswith(",") and rest.startswith(",") and not _is_clause(leading) and len(rest.split()) > 2:
                yield Utterance(sentence, speaker, sentence.text, leading.rstrip(",") + rest[1:], act, TOLD)
                return
            apart = leading.endswith((",", "–", "—")) and len(leading.split()) > 3 and not _is_clause(leading)
            if apart and (_is_end(rest) or _place().match(rest) is not None):
                yield Utterance(
                    sentence, speaker, sentence.text, sentence.text[: len(leading)].rstrip(" ,–—-"), act, TOLD
                )
        elif before.rstrip().endswith((",", "–", "—")):
            speaker = after_verb(rest)
            content = sentence.text[:start].rstrip(" ,–—-")
            goes_on = rest.lstrip().removeprefix(speaker)
            if speaker and goes_on.startswith(",") and len(goes_on.split()) > 2:
                # "The line, said the Minister, would open": who says it stands in the middle.
                yield Utterance(sentence, speaker, sentence.text, content + goes_on[1:], act, TOLD)
            elif speaker and len(before.split()) > 3:
                yield Utterance(sentence, speaker, sentence.text, content, act, TOLD)


def _leading(sentence: Sentence, text: str, verbs: Sequence[tuple[int, int, str]]) -> Iterator[Utterance]:
    """Who said it stands before it: "The Minister said that ..."."""
    for start, stop, act in verbs:
        before = text[:start]
        speaker, begins = before_verb(before)
        leading = before[:begins]
        if not speaker or len(leading.split()) > _MAX_BEFORE:
            continue
        if _subordinate().search(leading) and leading.rstrip()[-1:] != ",":
            continue
        yield Utterance(sentence, speaker, sentence.text, sentence.text[stop:].strip(" ,:"), act, TOLD)


def _is_clause(leading: str) -> bool:
    """Whether what stands before a speaker is a clause of his own: "Opening the summit, the Minister said"."""
    return _clause().match(leading) is not None


def _is_end(rest: str) -> bool:
    """Whether nothing but a place or a time follows a verb at the end of a sentence."""
    return len(rest.split()) <= _MAX_AFTER and _object().match(rest) is None


def _without(text: str, according: re.Match[str], speaker: str = "") -> str:
    start, stop = according.start(), text.find(speaker, according.end()) + len(speaker) if speaker else according.end()
    return f"{text[:start]} {text[stop:]}".strip(" ,")
