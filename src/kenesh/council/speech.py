"""Who says which sentence: quotations with whoever stands after or before them, and what is told of somebody.

What nobody is said to say is the page's own telling, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from kenesh.council.patterns import active, beginning, one_of
from kenesh.council.quoting import Quote, quotes
from kenesh.council.reading import Paragraph, Sentence
from kenesh.council.rules import Kinds, shipped
from kenesh.council.speakers import after_verb, before_verb, is_person, pronoun, speaking

#: How a sentence came to its speaker.
QUOTED, TOLD, GOES_ON, LISTED = "quoted", "told", "goes on", "listed"
_SUBORDINATE: Final = re.compile(r"(?:^|\s)(?:that|which|who|whom|whose|if|when|что|котор\w+|чтобы|если)\s", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class _Verb:
    start: int
    stop: int
    act: str


@cache
def _verbs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds = shipped(Kinds, "kinds.toml").signs()
    return ("", active(speaking().say)), *((kind, active(signs.act)) for kind, signs in kinds.items())


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
def _refers_back() -> re.Pattern[str]:
    return beginning(speaking().refers_back)


def utterances(paragraph: Paragraph) -> tuple[Utterance, ...]:
    """What is said in a paragraph, sentence by sentence, with the speaker as the paragraph names him."""
    regions = quotes(paragraph.text)
    found: dict[int, Utterance] = {}
    if not regions:
        found.update(_by_dash(paragraph))
    for region in regions:
        found.update(_closed(paragraph, region, regions, found))
    for sentence in paragraph.sentences:
        if sentence.place not in found and not _inside(sentence.start, regions):
            found.update(_told(paragraph, sentence, regions))
    return tuple(_filled(paragraph, regions, found))


def _closed(
    paragraph: Paragraph, region: Quote, regions: Sequence[Quote], before: dict[int, Utterance]
) -> Iterator[tuple[int, Utterance]]:
    """The sentences of a quotation after which its speaker stands."""
    if not region.closed:
        return
    last = next((s for s in paragraph.sentences if s.start <= region.stop <= s.stop), None)
    if last is None:
        return
    stop = min([last.stop, *(other.start for other in regions if other.start > region.stop)])
    tail = paragraph.text[region.stop + 1 : stop]
    who = _tail(tail)
    if who is None:
        return
    speaker, act = who
    for sentence in paragraph.sentences:
        if sentence.stop <= region.start or sentence.start > region.stop or sentence.place in before:
            continue
        text = paragraph.text[max(sentence.start, region.start) : min(sentence.stop, region.stop)].strip(" ,\"“”«»–—-")
        if text:
            yield sentence.place, _nested(Utterance(sentence, speaker, text, text, act, QUOTED))


def _tail(tail: str) -> tuple[str, str] | None:
    """Who stands after a closing mark: `," said the Minister`, `», – министр сказал`."""
    rest = tail.lstrip(" ,.!?–—-")
    for start, stop, act in verbs_in(rest[:300]):
        if start == 0:
            speaker = after_verb(rest[stop:])
        elif re.search(r"[.!?]\s", re.sub(r"(?<!\w)\w{1,3}\.", "", rest[:start])):
            return None
        else:
            speaker = before_verb(rest[:start])[0]
        if speaker:
            return speaker, act
    return None


def _nested(utterance: Utterance) -> Utterance:
    """A quotation that itself tells what somebody said: his is the word, and whoever is quoted tells it."""
    for start, stop, act in verbs_in(utterance.text):
        speaker, begins = before_verb(utterance.text[:start])
        if speaker and begins == 0 and not pronoun().fullmatch(speaker) and _says_that(utterance.text[stop:]) and speaker not in ("I", "We", "Я", "Мы"):
            return replace(
                utterance, speaker=speaker, content=utterance.text[stop:], act=act, how=TOLD, teller=utterance.speaker
            )
        return utterance
    return utterance


def _says_that(rest: str) -> bool:
    return re.match(r"\s*,?\s*(?:that|что)\s", rest, re.IGNORECASE) is not None


def _told(paragraph: Paragraph, sentence: Sentence, regions: Sequence[Quote]) -> Iterator[tuple[int, Utterance]]:
    """A sentence that tells what somebody said, and the quotation that it opens."""
    text = _outside(sentence, regions)
    back = _told_before(sentence, text)
    if back:
        # "Об этом сообщил министр": what he said stands before.
        before = paragraph.sentences[sentence.place - 2] if sentence.place > 1 else None
        if before is not None and not _inside(before.start, regions) and next(verbs_in(before.text), None) is None:
            yield before.place, Utterance(before, back, before.text, before.text, "", TOLD)
        return
    found = _told_by(sentence, text)
    if found is None:
        return
    yield sentence.place, found
    opened = next((r for r in regions if sentence.start <= r.start <= sentence.stop and r.stop > sentence.start), None)
    if opened is None or re.search(r"[:,–—-]\s*[\"“«„]$", paragraph.text[: opened.start]) is None:
        return
    begins = paragraph.text[opened.start : sentence.stop if opened.stop > sentence.stop else opened.stop].strip(" ,\"“”«»")
    if len(begins.split()) > 3:
        yield sentence.place, replace(found, text=begins, content=begins, how=QUOTED)
    for other in paragraph.sentences:
        if sentence.start < other.start < opened.stop:
            words = paragraph.text[other.start : min(other.stop, opened.stop)].strip(" ,\"“”«»")
            yield other.place, Utterance(other, found.speaker, words, words, "", QUOTED)


def _told_before(sentence: Sentence, text: str) -> str:
    """Who is said to have said what stands before: "He said this at a meeting", "Об этом сообщил министр"."""
    for start, stop, _ in verbs_in(text):
        if _refers_back().fullmatch(text[:start].strip()) is not None:
            return after_verb(text[stop:])
        if _refers_back().match(text[stop:].lstrip()) is not None and re.match(r"\s*(?:this|so|об этом)\s+(?:in|at|on|during|after|while|when|в|на|во|по)\s", text[stop:], re.IGNORECASE):
            return before_verb(text[:start])[0]
        return ""
    return ""


def _outside(sentence: Sentence, regions: Sequence[Quote]) -> str:
    """The sentence with what it quotes blanked out, letter for letter, so that no verb in there is taken for its own."""
    text = list(sentence.text)
    for region in regions:
        # A name in quotation marks belongs to the sentence: short, and nothing but a name.
        if region.stop - region.start > 40:
            for place in range(max(region.start, sentence.start), min(region.stop, sentence.stop)):
                text[place - sentence.start] = "·"
    return "".join(text)


def _by_dash(paragraph: Paragraph) -> Iterator[tuple[int, Utterance]]:
    """A paragraph that begins with a dash, and its speaker after another: "– ..., – сказал министр."."""
    if not re.match(r"[–—-]\s", paragraph.text):
        return
    for dash in re.finditer(r"[,.!?…]\s?[–—-]\s", paragraph.text):
        last = next((s for s in paragraph.sentences if s.start <= dash.start() <= s.stop), None)
        who = _tail(paragraph.text[dash.end() : last.stop]) if last is not None else None
        if who is None or last is None:
            continue
        for sentence in paragraph.sentences[: last.place]:
            text = paragraph.text[sentence.start : min(sentence.stop, dash.start() + 1)].strip(" ,–—-")
            yield sentence.place, Utterance(sentence, who[0], text, text, who[1], QUOTED)
        return


def _told_by(sentence: Sentence, text: str) -> Utterance | None:
    by_pronoun = _by_pronoun().search(text)
    if by_pronoun is not None:
        return Utterance(sentence, by_pronoun[1].split()[1], sentence.text, _without(sentence.text, by_pronoun), "", TOLD)
    according = _according().search(text)
    if according is not None and (according.start() == 0 or not re.search(r"[:;]", text[: according.start()])):
        speaker = after_verb(text[according.end() :])
        # "As the agency reports, the Minister said": the agency is the page's source, and the Minister speaks.
        within = None if not speaker or is_person(speaker) else next(_leading(sentence, text, tuple(verbs_in(text))), None)
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
            apart = leading.endswith((",", "–", "—")) and len(leading.split()) > 3 and not verb_only(leading)
            if apart and (_is_end(rest) or ends_with_place(rest)):
                yield Utterance(sentence, speaker, sentence.text, sentence.text[: len(leading)].rstrip(" ,–—-"), act, TOLD)
        elif before.rstrip().endswith((",", "–", "—")) and len(before.split()) > 3:
            speaker = after_verb(rest)
            if speaker:
                content = sentence.text[:start].rstrip(" ,–—-")
                yield Utterance(sentence, speaker, sentence.text, content, act, TOLD)


def _leading(sentence: Sentence, text: str, verbs: Sequence[tuple[int, int, str]]) -> Iterator[Utterance]:
    """Who said it stands before it: "The Minister said that ..."."""
    for start, stop, act in verbs:
        before = text[:start]
        speaker, begins = before_verb(before)
        leading = before[:begins]
        if not speaker or len(leading.split()) > 14:
            continue
        if _SUBORDINATE.search(f" {leading}") and leading.rstrip()[-1:] != ",":
            continue
        yield Utterance(sentence, speaker, sentence.text, sentence.text[stop:].strip(" ,:"), act, TOLD)


def verb_only(leading: str) -> bool:
    """Whether what stands before a speaker is a clause of his own: "Opening the summit, the Minister said"."""
    return re.match(r"\w+ing\s|(?:When|While|As|If|After|Before|In|On|At|During|To|For|Under|With|Asked|В|На|По|После|При|Как|Когда)\s", leading) is not None


def _is_end(rest: str) -> bool:
    """Whether nothing but a place or a time follows a verb at the end of a sentence."""
    words = rest.strip(" .!").split()
    return len(words) <= 5 and (not words or words[0] not in ("that", "что", "to", "a", "the"))


def ends_with_place(rest: str) -> bool:
    """Whether where, when or to whom somebody said it follows the verb."""
    return _place().match(rest) is not None


def _without(text: str, according: re.Match[str], speaker: str = "") -> str:
    start, stop = according.start(), text.find(speaker, according.end()) + len(speaker) if speaker else according.end()
    return f"{text[:start]} {text[stop:]}".strip(" ,")


def _inside(place: int, regions: Iterable[Quote]) -> bool:
    return any(region.start - 1 <= place < region.stop for region in regions)


def _filled(paragraph: Paragraph, regions: Sequence[Quote], found: dict[int, Utterance]) -> Iterator[Utterance]:
    """What has a speaker, and what goes on from it: a further quotation, or a sentence after "according to"."""
    last: Utterance | None = None
    for sentence in paragraph.sentences:
        given = found.get(sentence.place)
        if given is not None:
            yield given
            last = given
        elif last is not None and (_inside(sentence.start, regions) or _tells_on(last, sentence, paragraph)):
            text = sentence.text.strip("\"“”«» ")
            how = QUOTED if _inside(sentence.start, regions) else GOES_ON
            last = Utterance(sentence, last.speaker, text, text, "", how, last.teller)
            yield last


def _tells_on(last: Utterance, sentence: Sentence, paragraph: Paragraph) -> bool:
    """Whether a sentence of the page's own goes on telling: the next one after what was told, in a list of none."""
    if _told_before(sentence, sentence.text):
        return False
    return last.how in (TOLD, GOES_ON) and not paragraph.numbered and not last.act and sentence.place > last.sentence.place
