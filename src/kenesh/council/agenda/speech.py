"""Who says which sentence: quotations with whoever stands after or before them, and what is told of somebody.

What nobody is said to say is the page's own telling, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from kenesh.council.agenda.patterns import one_of, whole
from kenesh.council.agenda.quoting import Quote, quotes
from kenesh.council.agenda.reading import Paragraph, Sentence
from kenesh.council.agenda.speakers import after_verb, before_verb, pronoun, speaking
from kenesh.council.agenda.telling import GOES_ON, QUOTED, TOLD, Utterance, outside, told_before, told_by, verbs_in


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
        yield from _within_marks(paragraph, region)
        return
    speaker, act = who
    for sentence in paragraph.sentences:
        if sentence.stop <= region.start or sentence.start > region.stop or sentence.place in before:
            continue
        text = paragraph.text[max(sentence.start, region.start) : min(sentence.stop, region.stop)].strip(' ,"“”«»–—-')
        if text:
            yield sentence.place, _nested(Utterance(sentence, speaker, text, text, act, QUOTED))


def _within_marks(paragraph: Paragraph, region: Quote) -> Iterator[tuple[int, Utterance]]:
    """A quotation in which its speaker stands: "«..., – сказал министр. – ...»"."""
    for dash in re.finditer(r"[,.!?…]\s?[–—-]\s", paragraph.text[region.start : region.stop]):
        begins = region.start + dash.end()
        told = re.split(r"[.,]\s?[–—-]\s", paragraph.text[begins : region.stop], maxsplit=1)[0]
        first = next(verbs_in(told[:100]), None)
        who = _tail(told) if first is not None and first[0] == 0 else None
        if who is None:
            continue
        for sentence in paragraph.sentences:
            if sentence.stop <= region.start or sentence.start >= region.stop:
                continue
            text = paragraph.text[max(sentence.start, region.start) : min(sentence.stop, region.stop)]
            if sentence.start <= begins < sentence.stop:
                before = paragraph.text[max(sentence.start, region.start) : region.start + dash.start() + 1]
                after = paragraph.text[begins + len(told) : min(sentence.stop, region.stop)]
                after = paragraph.text[begins + len(told) : min(sentence.stop, region.stop)]
                text = f"{before.strip(' ,')} {after.strip(' ,.–—-')}"
            text = text.strip(' ,"“”«»–—-')
            if text:
                yield sentence.place, Utterance(sentence, who[0], text, text, who[1], QUOTED)
        return


def _tail(tail: str) -> tuple[str, str] | None:
    """Who stands after a closing mark: `," said the Minister`, `», – министр сказал`."""
    rest = tail.lstrip(" ,.!?–—-")
    if not rest[:1].isalpha():
        return None
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
        if (
            speaker
            and begins == 0
            and not pronoun().fullmatch(speaker)
            and _that().match(utterance.text[stop:]) is not None
            and speaker not in speaking().first_person
        ):
            return replace(
                utterance, speaker=speaker, content=utterance.text[stop:], act=act, how=TOLD, teller=utterance.speaker
            )
        return utterance
    return utterance


@cache
def _that() -> re.Pattern[str]:
    return re.compile(rf"\s*,?\s*{one_of(speaking().that)}\s", re.IGNORECASE)


def _told(paragraph: Paragraph, sentence: Sentence, regions: Sequence[Quote]) -> Iterator[tuple[int, Utterance]]:
    """A sentence that tells what somebody said, and the quotation that it opens."""
    text = outside(sentence, regions)
    back = told_before(sentence, text)
    if back:
        # "Об этом сообщил министр": what he said stands before.
        before = paragraph.sentences[sentence.place - 2] if sentence.place > 1 else None
        if before is not None and not _inside(before.start, regions):
            yield before.place, Utterance(before, back, before.text, before.text, "", TOLD)
        return
    found = told_by(sentence, text)
    if found is None:
        return
    yield sentence.place, found
    opened = next((r for r in regions if sentence.start <= r.start <= sentence.stop and r.stop > sentence.start), None)
    if opened is None or re.search(r"[:,–—-]\s*[\"“«„]$", paragraph.text[: opened.start]) is None:
        return
    begins = paragraph.text[opened.start : sentence.stop if opened.stop > sentence.stop else opened.stop].strip(
        ' ,"“”«»'
    )
    if len(begins.split()) > 3:
        yield sentence.place, replace(found, text=begins, content=begins, how=QUOTED)
    for other in paragraph.sentences:
        if sentence.start < other.start < opened.stop:
            words = paragraph.text[other.start : min(other.stop, opened.stop)].strip(' ,"“”«»')
            yield other.place, Utterance(other, found.speaker, words, words, "", QUOTED)


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
        for sentence in paragraph.sentences[last.place :]:
            # "– ..., – сказал министр. – ...": after a further dash he goes on.
            if re.match(r"[–—-]\s", sentence.text):
                text = sentence.text.strip(" –—-")
                yield sentence.place, Utterance(sentence, who[0], text, text, "", QUOTED)
        return


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
            text = sentence.text.strip('"“”«» ')
            how = QUOTED if _inside(sentence.start, regions) else GOES_ON
            last = Utterance(sentence, last.speaker, text, text, "", how, last.teller)
            yield last


def _tells_on(last: Utterance, sentence: Sentence, paragraph: Paragraph) -> bool:
    """Whether a sentence of the page's own goes on telling: the next one after what was told, in a list of none."""
    if told_before(sentence, sentence.text):
        return False
    if last.how not in (TOLD, GOES_ON) or paragraph.numbered or sentence.place <= last.sentence.place:
        return False
    # What was proposed or promised goes on in what would be.
    return not last.act or _would().search(sentence.text) is not None


@cache
def _would() -> re.Pattern[str]:
    return whole(("would", "could", "бы"))
