"""Of which kind a statement is, by the words that tell it: the earliest sign counts, and a number makes a figure."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from kenesh.council.agenda.patterns import active, beginning, one_of, whole
from kenesh.council.agenda.rules import Kinds, Mechanisms, shipped
from kenesh.council.agenda.speakers import NAME, is_speaker

KINDS: Final = ("proposal", "commitment", "support", "call", "figure", "event", "view", "thanks")
#: Of what is welcomed or hoped for, these signs tell nothing: "we welcome their plans to".
_JUDGED: Final = ("commitment", "call", "support", "proposal")
#: A word may stand so far before "will" to be its subject.
_SUBJECT: Final = 120


@cache
def _words() -> Kinds:
    return shipped(Kinds, "kinds.toml")


@cache
def _signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, (whole if kind == "event" else active)(signs.sign)) for kind, signs in _words().signs().items())


@cache
def _items() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, beginning(signs.item)) for kind, signs in _words().signs().items() if signs.item)


@cache
def _will() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?P<will>{one_of(_words().promise.will)})(?!\w)|’ll(?!\w)|'ll(?!\w)", re.IGNORECASE)


def kind_of(text: str, *, told: bool, figure_at: int | None) -> str:
    """The kind of what was said; `figure_at` is where a number that counts something stands in it.

    `told`: it is told of somebody, so that "would" may promise.
    """
    found = [(m.start(), kind) for kind, pattern in _signs() if (m := pattern.search(text)) is not None]
    found += list(_promises(text, told))
    strong = min(((place, kind) for place, kind in found if kind not in ("view", "event")), default=None)
    view = min((place for place, kind in found if kind == "view"), default=None)
    if strong is not None and not (strong[1] in _JUDGED and view is not None and view < strong[0]):
        return strong[1]
    event = min((place for place, kind in found if kind == "event"), default=None)
    if figure_at is not None and (event is None or figure_at < event):
        return "figure"
    # "We commend the signing": who judges an event does not tell it.
    opinion = _opinion().search(text)
    view = min((place for place in (view, opinion and opinion.start()) if place is not None), default=None)
    if event is not None and (view is None or event < view):
        return "event"
    return "view"


def only_happens(text: str) -> bool:
    """Whether what will be is told as an event: "the forum will be held"."""
    happens = one_of(_words().promise.happens)
    return re.search(rf"(?<!\w)(?:will|shall|would)\s+(?:\w+\s+)?{happens}(?!\w)", text) is not None


def item_kind(text: str) -> str:
    """The kind that the first words of an item in a list of decisions tell; '' where they tell none."""
    return next((kind for kind, pattern in _items() if pattern.match(text)), "")


def _promises(text: str, told: bool) -> list[tuple[int, str]]:
    found = []
    for match in _will().finditer(text):
        if match["will"] == "would" and not told:
            continue
        subject = re.split(
            r"[,;:–—]|\b(?:that|and|but|because|if|when|where)\b",
            text[max(0, match.start() - _SUBJECT) : match.start()],
        )[-1].strip()
        after = text[match.end() : match.end() + 40]
        happens = re.match(rf"\s+(?:\w+\s+)?{one_of(_words().promise.happens)}(?!\w)", after, re.IGNORECASE)
        binds = _binds(subject)
        if happens is not None and re.fullmatch(r"(?i:we|i)", subject) is None:
            found.append((match.start(), "event"))
        elif binds:
            found.append((match.start() - len(subject), "commitment"))
    return found


@cache
def _subjects() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    promise = _words().promise
    heads = [word for head in shipped(Mechanisms, "mechanisms.toml").head for word in head.word]
    return (
        re.compile(rf"(?:^|\s){one_of(promise.no_one)}(?!\w)", re.IGNORECASE),
        re.compile(rf"(?:^|\s){one_of(promise.ours)}$", re.IGNORECASE),
        re.compile(rf"(?:^|\s){one_of(promise.plural)}$", re.IGNORECASE),
        re.compile(rf"{one_of(heads)}"),
    )


def _binds(subject: str) -> bool:
    """Whether whoever will do something is somebody who can promise it: we, a state, those who speak together."""
    no_one, ours, plural, head = _subjects()
    words = subject.split()
    if not words:
        return False
    if ours.search(subject):
        return True
    if no_one.match(subject):
        return False
    if plural.search(subject):
        return True
    # "The summit in B. will": the name tells where, not who.
    place = re.search(rf"\b(in|at|on|from|with|to|for|of)\s+(?:the\s+)?{NAME}$", subject)
    if place is not None and not (place[1] == "of" and is_speaker(subject)):
        return False
    return re.fullmatch(NAME, words[-1]) is not None and head.fullmatch(words[-1]) is None


def first_person(text: str) -> bool:
    """Whether a Russian sentence speaks of what "we" do, by the pronoun or the ending of its verb."""
    pronouns = one_of(_words().promise.russian_we)
    return re.search(rf"(?<!\w){pronouns}(?!\w)", text, re.IGNORECASE) is not None and (
        re.search(r"(?<!\w)\w{3,}(?:им|ем|ём|у|ю|ит|ет|ёт|ится|ется|ят|ут)(?!\w)", text) is not None
    )


@cache
def _future() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    promise = _words().promise
    return whole(promise.russian_ours), whole(promise.russian_theirs), whole(promise.russian_we)


def promises_in_russian(text: str) -> bool:
    """Whether a Russian sentence says what "we" or a country will do, by the form of the verb."""
    ours, theirs, we = _future()
    return ours.search(text) is not None or (theirs.search(text) is not None and we.search(text) is not None)


@cache
def _opinion() -> re.Pattern[str]:
    return whole(_words().opinion.sign)


@cache
def _this_matter() -> re.Pattern[str]:
    return whole(_words().goes_on.this_matter)


@cache
def _opening() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return beginning(_words().goes_on.with_), beginning(_words().goes_on.same_matter)


def goes_on(text: str) -> bool:
    """Whether a sentence begins with a word that leads back to the one before it."""
    return _opening()[0].match(text) is not None


def speaks_of_before(text: str) -> bool:
    """Whether a sentence speaks of "this proposal" or the like, which somebody made before."""
    return _this_matter().search(text) is not None


def leads_back(text: str) -> bool:
    """Whether what a sentence is about stands in the one before it: it begins so, or speaks of "this proposal"."""
    return goes_on(text) or _this_matter().search(text) is not None


def same_matter(text: str) -> bool:
    """Whether a sentence says that it is about the same matter and time as the one before it."""
    return _opening()[1].match(text) is not None
