"""Texts that are lists: "The Ministers:", "РЕШИЛИ:", "We, the Heads of State, ...": who opens one says each item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from kenesh.council.agenda import kinds
from kenesh.council.agenda.pages import told_condition
from kenesh.council.agenda.patterns import one_of, whole
from kenesh.council.agenda.reading import Paragraph
from kenesh.council.agenda.speakers import is_speaker, offices, speaking, together
from kenesh.council.agenda.speech import utterances
from kenesh.council.agenda.telling import LISTED, Utterance, verbs_in
from kenesh.council.agenda.whose import Whose, of_itself, spoken, whole_quotation, whose

#: The opening of a list is short.
_OPENING: Final = 400
#: Whoever does it: "Ostmark will host", "Secretariat to circulate", "Секретариат: подготовить".
_DOER: Final = re.compile(r"(?P<who>[^,:;]{2,80}?)\s+(?:will|shall|to|undertakes to|подготовит|представит|направит)\s")
_CHAIR: Final = re.compile(r"(?:the\s+)?(?:Co-)?[Cc]hair(?:man|woman|person)?(?=[’'s\s])|[Пп]редседател\w*")
_WE: Final = re.compile(r"We,?\s+(the\s[^,:]{3,200})[,:]|Мы,\s+([^:]{3,200}?)[,:]", re.IGNORECASE)


@cache
def _words() -> tuple[re.Pattern[str], ...]:
    words = speaking()
    return (
        re.compile(rf"(?:^|.*\s){one_of(words.decided)}[\s:.]*$", re.IGNORECASE | re.DOTALL),
        re.compile(rf"{one_of(words.heard)}\s*:", re.IGNORECASE),
        re.compile(rf"{one_of(words.meeting_of)}\s+(?:the\s+)?(.{{3,150}})$", re.IGNORECASE),
        re.compile(one_of(words.actions), re.IGNORECASE),
    )


def said_in(found: Sequence[Paragraph]) -> Iterator[tuple[Paragraph, tuple[Utterance, ...]]]:
    """Every paragraph with what is said in it."""
    listing, body, begun, actions = "", "", False, ""
    text_of = whose(found)
    before: Utterance | None = None
    for number, paragraph in enumerate(found):
        text = paragraph.text
        if text_of.speaker:
            is_his = number >= text_of.first and not told_condition(text)
            yield paragraph, tuple(spoken(paragraph, text_of.speaker)) if is_his else ()
            continue
        body = body or (_body(text) if number < 8 else "")
        begun = begun or text[-1] in '.:!?;»”"'
        actions = actions or _actions(text, found, body)
        opened = _opened(text, listing or body)
        if opened is not None:
            listing = opened
            yield paragraph, ()
        elif not begun:
            yield paragraph, ()  # A headline tells in short what stands below it.
        else:
            said = tuple(_said(paragraph, listing or (body if _is_item(paragraph) else "")))
            said = said or tuple(_besides(paragraph, text_of, before)) or tuple(_action(paragraph, actions))
            before = said[-1] if said else None
            yield paragraph, said


def _besides(paragraph: Paragraph, text_of: Whose, before: Utterance | None) -> Iterator[Utterance]:
    """What a paragraph without any word of who speaks says: of whoever spoke before, or of the text's own author."""
    if whole_quotation(paragraph) and (before is not None or text_of.quoted):
        yield from spoken(paragraph, text_of.quoted or (before.speaker if before is not None else ""))
    elif text_of.own and not re.match(rf"{one_of(speaking().about)}\s", paragraph.text):
        yield from (one for s in paragraph.sentences if (one := of_itself(s, text_of.own)) is not None)


def _actions(text: str, found: Sequence[Paragraph], body: str) -> str:
    """Under whose name a list of what is to be done stands that a heading opens; '' where the line is none."""
    plain = text.strip(" :").removeprefix("Agreed ")
    if _words()[3].fullmatch(plain) is None:
        return ""
    chair = next((m for one in found[:4] if (m := _CHAIR.search(one.text)) is not None), None)
    return chair[0] if chair is not None else body or together_of(found)


def together_of(found: Sequence[Paragraph]) -> str:
    """Those whose meeting a text tells of, by the first words that name them; '' for none."""
    named = next((m for one in found[:4] if (m := together().search(one.text)) is not None), None)
    return named[0] if named is not None else ""


def _action(paragraph: Paragraph, actions: str) -> Iterator[Utterance]:
    """An item of what is to be done: of whoever will do it, else of whom the list is."""
    if not actions or not paragraph.numbered or not paragraph.sentences:
        return
    first = paragraph.sentences[0]
    doer = _DOER.match(first.text)
    named = doer["who"].strip() if doer is not None and is_speaker(doer["who"].strip()) else ""
    for sentence in paragraph.sentences:
        is_his = bool(named) and sentence is first
        yield Utterance(
            sentence, named or actions, sentence.text, sentence.text, "commitment" if is_his else "", LISTED
        )


def _is_item(paragraph: Paragraph) -> bool:
    """Whether a paragraph is an item that begins with what was decided."""
    text = paragraph.sentences[0].text if paragraph.numbered and paragraph.sentences else ""
    return bool(kinds.item_kind(text)) or next(verbs_in(text), (1,))[0] == 0


def _body(text: str) -> str:
    """Whose sitting it is: "minutes of the meeting of the Committee on ..."."""
    found = _words()[2].search(text)
    return found[1].strip(" .,") if found is not None and is_speaker(re.sub(r"\d", "", found[1].split(",")[0])) else ""


def _opened(text: str, body: str) -> str | None:
    """Who says the items of a list that a paragraph opens; '' where each names its own speaker; None for no opening."""
    we = _WE.match(text)
    if we is not None:
        return we[1] or we[2]
    if not text.endswith(":") or len(text) > _OPENING:
        return None
    if _words()[1].match(text):
        return ""
    opening = re.split(r",\s+\w+ing\s", re.sub(r"\s\([^()]{1,40}\)", "", text.rstrip(" :")))[0]
    if _words()[0].match(text):
        before = re.split(r"[,;]", _without_verb(opening))[0].strip()
        return before if is_speaker(before) else body
    # A heading with a colon is no speaker: an office, a body, those who speak together.
    known = offices().search(opening) or together().search(opening)
    return opening if known is not None and is_speaker(opening) else None


def _without_verb(text: str) -> str:
    decided = whole(speaking().decided).search(text)
    return re.sub(r"\s+(?:have|has|had)\s*$", "", text[: decided.start()]) if decided is not None else text


def _said(paragraph: Paragraph, listing: str) -> Iterator[Utterance]:
    found = utterances(paragraph)
    # "The Ministers met": that somebody does something is his word only in a text that is his own.
    found = tuple(one for one in found if one.act != "event" or paragraph.numbered)
    if found or not listing or not paragraph.sentences:
        yield from found
        return
    first = paragraph.sentences[0]
    if not paragraph.numbered and not kinds.item_kind(first.text) and next(verbs_in(first.text), (1,))[0] != 0:
        return
    act = next((kind for start, _, kind in verbs_in(first.text) if start == 0), "")
    for sentence in paragraph.sentences:
        yield Utterance(sentence, listing, sentence.text, sentence.text, act if sentence is first else "", LISTED)
