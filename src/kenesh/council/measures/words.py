"""Every word that a scorecard is told in, in English: what the catalogues of other languages say again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kenesh.council.measures.kinds import Standing
from kenesh.council.measures.values import SENTENCES, Colour, Done, Reason, Row, Why

#: Says an English message in the reader's language.
Say = Callable[[str], str]

COLOURS: Final[Mapping[Colour, str]] = {
    Colour.GREEN: "Green",
    Colour.AMBER: "Amber",
    Colour.RED: "Red",
    Colour.GREY: "Grey",
}
#: What each colour means; {x} are the programme's own thresholds.
MEANINGS: Final[Mapping[Colour, str]] = {
    Colour.GREEN: "Done and verified by another party, or at least {green} per cent of the way that should be behind"
    " by now is verified.",
    Colour.AMBER: "Behind that, late with a report, disputed, or claimed and verified by no other party.",
    Colour.RED: "A due day has ended, less than {amber} per cent of the way to a passed target is verified, or a report"
    " is missing for more than {late_days} days.",
    Colour.GREY: "No data: nobody has reported, and nothing is over. Or it has not begun, or was suspended, superseded"
    " or cancelled by decision. Grey is never counted as green.",
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.SUSPENDED: "suspended",
    Standing.SUPERSEDED: "superseded",
    Standing.CANCELLED: "cancelled",
}
NO_DATA, NOT_BEGUN, STOPPED = "No data", "Not begun", "Stopped"
VERIFIED, DISPUTED, CLAIMED, NOT_DONE = "verified", "disputed", "claimed", "not done"
AS_OF, OF, MORE = "As of {at}", "{count} of {all}", "and {count} more"
SOURCE, WEIGHT = "Source: {source}", "By weight, {verified} of {all} are done and verified."
PUBLIC_NOTE: Final = (
    "This page counts only what was released to the public as TLP:CLEAR."
    " What was not is left out of every light and sum."
)
HEADS: Final[Mapping[str, str]] = {
    "title": "Scorecard",
    "number": "No.",
    "measure": "Measure",
    "accountable": "Accountable",
    "due": "Due",
    "light": "Light",
    "why": "Why",
    "states": "Done, by state",
    "claimed": "Claimed done",
    "verified": "Verified done",
    "measures": "Measures",
    "colours": "What the colours mean",
    "total": "All measures",
    "chapters": "By chapter",
    "parties": "By accountable state",
    "periods": "By period",
    "ignored": "Stated, and not counted",
    "page": "Page",
}
#: Why a statement counts for nothing, as `scorecard` says it.
IGNORED: Final = (
    "another measure has that number",
    "its chapter is none of the programme's",
    "its party did not sit in the body",
    "its party is neither accountable nor supporting",
    "its period is none of the programme's",
    "its targets do not follow each other between its first and its last day",
    "it has neither an indicator nor a milestone",
    "it is due before it begins",
    "nobody verifies a report of his own",
    "the body's keeper states its measures",
    "the first baseline stays",
    "who, until when and how much is changed by a decision alone",
)
#: Everything that a catalogue must have for a scorecard.
MESSAGES: Final = (
    *COLOURS.values(),
    *MEANINGS.values(),
    *STANDINGS.values(),
    *(NO_DATA, NOT_BEGUN, STOPPED, VERIFIED, DISPUTED, CLAIMED, NOT_DONE),
    *(AS_OF, OF, MORE, SOURCE, WEIGHT, PUBLIC_NOTE),
    *HEADS.values(),
    *IGNORED,
    *SENTENCES.values(),
)


def sentence(reason: Reason, codes: Mapping[str, str], say: Say, clean: Callable[[str], str]) -> str:
    """The sentence of a reason in the reader's language; what others wrote in it goes through `clean`."""
    said = {name: clean(value) for name, value in reason.said(codes).items()}
    if "standing" in said:
        said["standing"] = say(STANDINGS.get(Standing(said["standing"]), said["standing"]))
    return say(SENTENCES[reason.why]).format(**said)


def word_of(row: Row) -> str:
    """What stands on the mark of a light: its colour, or what grey is here."""
    if row.colour is not Colour.GREY:
        return COLOURS[row.colour]
    return {Why.STANDING: STOPPED, Why.NOT_BEGUN: NOT_BEGUN}.get(row.reasons[0].why, NO_DATA)


def mark_of(done: Done) -> str:
    """How one party stands with a measure."""
    if done.disputed:
        return DISPUTED
    return VERIFIED if done.verified else CLAIMED if done.claimed else NOT_DONE
