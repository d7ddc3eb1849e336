"""The node's own sentences in the reader's language: why somebody sees an object or not, alarms, conflicts.

Packages below the doors speak English. Here each of their sentences is known by its form, and said again by a message
of the catalogue; what has no known form is shown as it came, marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import NullTranslations
from typing import Final

from kenesh.council.measures.words import MESSAGES
from kenesh.release.rules import RULES


def N_(message: str) -> str:  # noqa: N802  # the name by which gettext's tools find what is to be translated
    """Marks a text for the catalogues, and leaves it as it is."""
    return message


#: The form of a sentence as the node says it, and the message that says it again. {x} stands there as %(x)s.
_FORMS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Released to {audience} as {tlp}: {party} sees it: {why} ({rule}: {source}).",
        N_("It is released to %(audience)s as %(tlp)s, and %(party)s sees it: %(why)s (%(rule)s)."),
    ),
    (
        "Released to {audience} as {tlp}: {party} does not see it: {why} ({rule}: {source}).",
        N_("It is released to %(audience)s as %(tlp)s, and %(party)s does not see it: %(why)s (%(rule)s)."),
    ),
    (
        "It was released to {party} and that has ended: {why} ({rule}).",
        N_("It was released to %(party)s, and that has ended: %(why)s (%(rule)s)."),
    ),
    (
        "No release by {own} gives it to {party} ({rule}).",
        N_("No release by %(own)s gives it to %(party)s (%(rule)s)."),
    ),
    (
        "It carries {marking}; a release to {party} would be allowed ({rule}).",
        N_("It carries %(marking)s; a release to %(party)s would be allowed (%(rule)s)."),
    ),
    (
        "It carries {marking}; a release to {party} would be allowed, with a label (--tlp) ({rule}).",
        N_("It carries %(marking)s; a release to %(party)s under a label would be allowed (%(rule)s)."),
    ),
    (
        "It carries {marking}, and that stands in the way: {why} ({rule}: {source}).",
        N_("It carries %(marking)s, and that stands in the way: %(why)s (%(rule)s)."),
    ),
    (
        "No node of {party} is admitted here: it reads nothing.",
        N_("No node of %(party)s is admitted here: it reads nothing."),
    ),
    (
        "{party} is hosted by {own}: {source}",
        N_(
            "%(party)s is hosted by %(own)s: whoever runs %(own)s's node can read what %(party)s can, "
            "and what is not for %(own)s is not for %(party)s."
        ),
    ),
    (
        "{party} is an agency of {own}: what is not for {source} is not for {at}.",
        N_("%(party)s is an agency of %(own)s: what is not for %(own)s is not for %(party)s."),
    ),
    ("The release to {audience} holds until {at}.", N_("The release to %(audience)s holds until %(at)s.")),
    ("It was given here by {party} until {at}.", N_("It was given here by %(party)s until %(at)s.")),
    (
        "No membership gives {party} what goes to {audience}.",
        N_("No membership gives %(party)s what goes to %(audience)s."),
    ),
    (
        "It opens to {party} what is released to {audience} after {at}.",
        N_("It opens to %(party)s what is released to %(audience)s after %(at)s."),
    ),
    (
        "{membership} gives {party} what goes to {audience}, from {at} until {until}.",
        N_("%(membership)s gives %(party)s what goes to %(audience)s, from %(at)s until %(until)s."),
    ),
    (
        "{membership} gives {party} what goes to {audience}, from {at}; no end is stated.",
        N_("%(membership)s gives %(party)s what goes to %(audience)s, from %(at)s; no end is stated."),
    ),
    (
        "{membership} names a node of {party} that is not admitted here, and so opens nothing.",
        N_("%(membership)s names a node of %(party)s that is not admitted here, and so opens nothing."),
    ),
    (
        "{membership} has not been applied here yet, and so opens nothing.",
        N_("%(membership)s has not been applied here yet, and so opens nothing."),
    ),
    (
        "Where the keeper of {audience} is not heard again, its memberships open nothing from {at} on.",
        N_("Where the keeper of %(audience)s is not heard again, its memberships open nothing from %(at)s on."),
    ),
    ("Given under {pap}.", N_("It is given under %(pap)s.")),
    ("Given for this purpose alone: {text}", N_("It is given for this purpose alone: %(text)s")),
    ("Its source is not to be named.", N_("Its source is not to be named.")),
    ("Given until {at}.", N_("It is given until %(at)s.")),
    ("It is not to reach {parties}.", N_("It is not to reach %(parties)s.")),
    ("its author marks it {tlp}", N_("its author marks it %(tlp)s")),
    ("it is released with the label {tlp}", N_("it is released with the label %(tlp)s")),
    (
        "The card of {party} has another fingerprint than the one you were told. {source}",
        N_(
            "The card of %(party)s has another fingerprint than the one you typed. Do not admit it. "
            "Call them on a number you know, and compare again."
        ),
    ),
    (
        "A new version did not go to {audience}: {why} ({rule}: {source}).",
        N_("A new version did not go to %(audience)s: %(why)s (%(rule)s)."),
    ),
    (
        "A version from {party} does not count: {why}.",
        N_("A version from %(party)s does not count: %(why)s."),
    ),
    (
        "Statement {number} of {party} does not follow the {last} that this node has. {source}",
        N_(
            "Statement %(number)s of %(party)s does not follow statement %(last)s, which this node has. "
            "Compare with another member, and ask them."
        ),
    ),
    (
        "Statements {number} to {last} of {party} to one audience did not come. {source}",
        N_(
            "Statements %(number)s to %(last)s of %(party)s to one audience did not come. "
            "Compare with another member, and ask them."
        ),
    ),
    (
        "{party} stated two different things under number {number}. {source}",
        N_("%(party)s stated two different things under number %(number)s. Compare with another member, and ask them."),
    ),
    (
        "{party} at {url} does not answer.",
        N_("%(party)s at %(url)s does not answer. Is their node running, and the address on their card right?"),
    ),
    (
        "The peer refuses this node: {said}",
        N_("The peer refuses this node (%(said)s). Both sides admit each other: kenesh peer add, over there too."),
    ),
    (
        "A membership names another node of {party} than the one admitted here; {source}",
        N_(
            "A membership names another node of %(party)s than the one admitted here; it gives that party nothing. "
            "Read the fingerprint of %(party)s over the telephone again, and tell the body's keeper."
        ),
    ),
)
_PARTS: Final = {
    "tlp": r"TLP:[A-Z+]+",
    "party": r"[A-Z][A-Z0-9-]+|class:[a-z]+|public",
    "own": r"[A-Z][A-Z0-9-]+",
    "rule": r"[A-Z]+-\d+",
    "number": r"\d+",
    "last": r"\d+",
    "audience": r"\S+",
    "membership": r"kenesh-membership--[0-9a-f-]{36}",
    "url": r"https?://\S+",
    "marking": r"[^;,]+",
}


def _compiled(form: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", form)
    texts = (f"(?P<{part}>{_PARTS.get(part, '.+')})" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(texts), re.DOTALL)


#: Phrases that stand within those sentences, or alone: as the reason of what a node did by itself.
PHRASES: Final[tuple[str, ...]] = (
    N_("no marking of its own"),
    N_("withdrawn"),
    N_("marked more strictly"),
    N_("the author's own version took its place"),
    N_("the object was revoked, and a revocation is final"),
    N_("it comes without its author's proof"),
    N_("only the party from which it first came may supersede it"),
    N_("the id was first stated by another"),
    N_("another content stands under the same id and modified"),
    N_("withdrawn by its author"),
    N_("marked more strictly by its author"),
    N_("a new version follows"),
    N_("present since its term began"),
    N_("it is released to them"),
    N_("its author releases it to them himself"),
    N_("it is released to persons by name"),
    N_("the ceiling for them is raised"),
    N_("it is given for longer"),
    N_("who gave it says that it is for them too"),
    N_("the release names nobody for whom it is not"),
    N_("the release says the caveats under which it was given"),
    N_("the release's PAP is as strict as the object's own"),
    # Why a statement about a proposal counts for nothing (`kenesh.council.procedure`).
    N_("a text that was proposed is frozen: a change is a new proposal"),
    N_("a deadline is extended before it has passed, and never shortened"),
    N_("a proposal is withdrawn before its deadline"),
    N_("it was not confirmed before the deadline"),
    N_("its party does not decide here"),
    N_("it is about another text"),
    N_("who proposed it withdraws it, and does not object"),
    N_("only the depositary certifies"),
    N_("what it certifies was not adopted then"),
    N_("it is of another text"),
    N_("it was certified before"),
)
_COMPILED: Final = tuple((_compiled(form), message) for form, message in _FORMS)


def messages() -> Iterator[str]:
    """Every message that a catalogue must have for the sentences of the node."""
    yield from (message for _, message in _FORMS)
    yield from PHRASES
    yield from (rule.reason for rule in RULES)
    yield from MESSAGES


_PHRASES: Final = frozenset(PHRASES) | {rule.reason for rule in RULES}


def told(words: NullTranslations, sentence: str) -> tuple[str, bool]:
    """The sentence in that language, and whether its form was known; where it was not, it is as it came."""
    if sentence in _PHRASES:
        return words.gettext(sentence), True
    for form, message in _COMPILED:
        if match := form.fullmatch(sentence):
            parts = match.groupdict()
            why, is_known = _phrase(words, parts.get("why"))
            marking, is_marking = _phrase(words, parts.get("marking"))
            if is_known and is_marking:
                return words.gettext(message) % (parts | {"why": why, "marking": marking}), True
    return sentence, False


def _phrase(words: NullTranslations, phrase: str | None) -> tuple[str, bool]:
    """A part of a sentence; a label such as TLP:AMBER is the same in every language."""
    if phrase is None or (phrase.startswith("TLP:") and " " not in phrase):
        return phrase or "", True
    return (words.gettext(phrase), True) if phrase in _PHRASES else (phrase, False)
